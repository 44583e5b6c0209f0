package kit_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
)

func TestAFieldIsJudgedWhenLeftAndNeverWhileTyping(t *testing.T) {
	kittest.Light(t)
	mail := kit.MailField("Adresse électronique")
	next := kit.TextField("Nom")
	w := kittest.Window(t, kit.NewPage(kit.Column(look.M, mail, next)), fyne.NewSize(700, 400))
	mail.Focus()
	kittest.Type(w, "camille")
	if mail.Mistake() != "" {
		t.Error("judged while typing")
	}
	next.Focus()
	if mail.Mistake() != "Indiquez une adresse comme nom@exemple.fr." {
		t.Errorf("left, it says %q", mail.Mistake())
	}
	kittest.Settle(w)
	if !kittest.Shows(w, "Indiquez une adresse") {
		t.Error("the mistake is not shown")
	}
	// Coming back to mend it, the mistake stays until the field is left again.
	mail.Focus()
	kittest.Type(w, "@exemple.fr")
	if mail.Mistake() == "" {
		t.Error("judged while typing")
	}
	next.Focus()
	if mail.Mistake() != "" {
		t.Errorf("mended, it still says %q", mail.Mistake())
	}
	// A field merely passed by is not scolded.
	mail.Focus()
	if next.Mistake() != "" {
		t.Errorf("passed by, it says %q", next.Mistake())
	}
}

func TestADateIsThreeBoxesJudgedTogether(t *testing.T) {
	kittest.Light(t)
	born := kit.DateField("Date de naissance")
	next := kit.TextField("Nom")
	w := kittest.Window(t, kit.NewPage(kit.Column(look.M, born, next)), fyne.NewSize(700, 400))
	born.Focus()
	kittest.Type(w, "3a0")
	kittest.Key(w, fyne.KeyTab)
	if born.Mistake() != "" {
		t.Error("judged on the way from the day to the month")
	}
	kittest.Type(w, "2")
	kittest.Key(w, fyne.KeyTab)
	kittest.Type(w, "20199")
	if born.Mistake() != "" || born.Value() != "" {
		t.Errorf("mistake %q, value %q", born.Mistake(), born.Value())
	}
	next.Focus()
	if !strings.Contains(born.Mistake(), "date qui existe") {
		t.Errorf("30 / 02 / 2019: %q", born.Mistake())
	}
	born.SetValue("2019-03-12")
	if born.Check() != "" || born.Value() != "2019-03-12" {
		t.Errorf("mistake %q, value %q", born.Mistake(), born.Value())
	}
	// The focus may also leave by a press of a button.
	born.SetValue("")
	b := kit.Primary("Suivant", nil)
	w.SetContent(kit.NewPage(kit.Column(look.M, born, b)))
	born.Focus()
	kittest.Type(w, "12")
	test.Tap(b)
	if born.Mistake() == "" {
		t.Error("not judged when a button took the focus")
	}
}

func TestRulesOfTheFields(t *testing.T) {
	kittest.Light(t)
	for value, good := range map[string]bool{
		"nom@exemple.fr": true, "nom.prénom@exemple.fr": true, "nom@exemple": false, "nom exemple.fr": false, "Nom <nom@exemple.fr>": false, "nom@.fr": false,
	} {
		f := kit.MailField("")
		f.SetValue(value)
		if (f.Check() == "") != good {
			t.Errorf("%q: %q", value, f.Mistake())
		}
	}
	for value, good := range map[string]bool{"06 12 34 56 78": true, "+33612345678": true, "0612": false, "06 12 34 56 7x": false} {
		f := kit.PhoneField("")
		f.SetValue(value)
		if (f.Check() == "") != good {
			t.Errorf("%q: %q", value, f.Mistake())
		}
	}
	f := kit.TextField("Nom").Rule(func(v string) string {
		if len(v) < 2 {
			return "Indiquez au moins deux lettres."
		}
		return ""
	})
	f.SetValue("x")
	if f.Check() != "Indiquez au moins deux lettres." {
		t.Errorf("rule: %q", f.Mistake())
	}
	if f := kit.TextField("Étage").Optional(); f.Check() != "" || !strings.Contains(f.Label(), "facultatif") {
		t.Errorf("optional: %q, %q", f.Mistake(), f.Label())
	}
}

func TestThePasswordIsShownByTheEye(t *testing.T) {
	kittest.Light(t)
	f := kit.PasswordField("Mot de passe")
	w := kittest.Window(t, kit.NewPage(f), fyne.NewSize(600, 200))
	f.Focus()
	kittest.Type(w, " secret ")
	if f.Value() != " secret " {
		t.Errorf("the value is %q", f.Value())
	}
	eye := kittest.Find[*kit.IconButton](w, "Afficher le mot de passe (Ctrl+E)")
	if eye == nil {
		t.Fatal("there is no eye")
	}
	test.Tap(eye)
	if eye.AccessibilityLabel() != "Masquer le mot de passe (Ctrl+E)" || !kittest.Shows(w, " secret ") {
		t.Errorf("the eye says %q; shown: %q", eye.AccessibilityLabel(), kittest.Texts(w))
	}
}

func TestChoicesByKeyboard(t *testing.T) {
	kittest.Light(t)
	var told []string
	radio := kit.RadioField("Civilité", kit.Option{Value: "mme", Label: "Madame"}, kit.Option{Value: "m", Label: "Monsieur"}).OnChanged(func(v string) { told = append(told, v) })
	school := kit.SelectField("École", kit.Option{Value: "jf", Label: "Jules-Ferry"}, kit.Option{Value: "ti", Label: "Les Tilleuls"}, kit.Option{Value: "lm", Label: "Louise-Michel"})
	pai := kit.YesNoField("PAI ?")
	terms := kit.CheckField("J'accepte").Needed("Cochez la case.")
	w := kittest.Window(t, kit.NewPage(kit.Column(look.M, radio, school, pai, terms)), fyne.NewSize(700, 600))
	radio.Focus()
	kittest.Key(w, fyne.KeySpace, fyne.KeyDown)
	if radio.Value() != "m" || strings.Join(told, " ") != "mme m" {
		t.Errorf("radio %q, told %v", radio.Value(), told)
	}
	school.Focus()
	kittest.Type(w, "l")
	if school.Value() != "ti" {
		t.Errorf("a letter chose %q", school.Value())
	}
	kittest.Key(w, fyne.KeyReturn)
	if !kittest.Shows(w, "Jules-Ferry") {
		t.Fatalf("Enter does not open the list: %v", kittest.Texts(w))
	}
	kittest.Key(w, fyne.KeyDown, fyne.KeyReturn)
	if school.Value() != "lm" || kittest.Shows(w, "Jules-Ferry") {
		t.Errorf("chose %q", school.Value())
	}
	if pai.Value() != "" || pai.Check() != "Choisissez une réponse." {
		t.Errorf("yes or no begins with %q, %q", pai.Value(), pai.Mistake())
	}
	pai.Focus()
	kittest.Key(w, fyne.KeyRight)
	if pai.Value() != "no" || pai.Mistake() != "" {
		t.Errorf("yes or no: %q, %q", pai.Value(), pai.Mistake())
	}
	if terms.Check() != "Cochez la case." {
		t.Errorf("the box: %q", terms.Mistake())
	}
	terms.Focus()
	kittest.Key(w, fyne.KeySpace)
	if terms.Value() != "yes" || terms.Mistake() != "" {
		t.Errorf("the box: %q, %q", terms.Value(), terms.Mistake())
	}
}

func TestTheMainButtonTellsWhatIsMissing(t *testing.T) {
	kittest.Light(t)
	sent := 0
	f := sampleForm(func() { sent++ })
	p := kit.NewFormPage(f)
	w := kittest.Window(t, p, fyne.NewSize(1024, 600))
	f.SetValues(map[string]string{"title": "mme", "name": "Roux", "born": "1984-03-12", "school": "jf", "pai": "no"})
	kittest.Press(t, w, "Suivant")
	if sent != 0 {
		t.Fatal("sent with answers missing")
	}
	if !kittest.Shows(w, "Il reste 3 réponses à compléter") {
		t.Errorf("shown: %v", kittest.Texts(w))
	}
	// Too far below the list to be seen with it: Enter goes to the first.
	kittest.Key(w, fyne.KeyReturn)
	kittest.Settle(w)
	kittest.Type(w, "camille@exemple.fr")
	if got := f.Field("mail").Value(); got != "camille@exemple.fr" {
		t.Errorf("the first missing field got %q", got)
	}
	mail := f.Field("mail")
	top := fyne.CurrentApp().Driver().AbsolutePositionForObject(mail).Y
	if top < 0 || top+mail.Size().Height > 600 {
		t.Errorf("the first missing field stands at %v", top)
	}
	// The list jumps to each.
	link := kittest.Find[*kit.LinkButton](w, "Mot de passe")
	test.Tap(link)
	kittest.Type(w, "une phrase bien longue")
	f.Field("terms").SetValue("yes")
	kittest.Press(t, w, "Suivant")
	if sent != 1 || kittest.Shows(w, "Il reste") {
		t.Errorf("sent %d times; shown: %v", sent, kittest.Texts(w))
	}
	if v := f.Values(); v["mail"] != "camille@exemple.fr" || v["born"] != "1984-03-12" || v["password"] != "une phrase bien longue" {
		t.Errorf("values %v", v)
	}
	// What is found wrong elsewhere is shown the same way.
	f.Fail(map[string]string{"mail": "Cette adresse a déjà un compte."}, "La mairie demande de vérifier.")
	kittest.Settle(w)
	if !kittest.Shows(w, "Cette adresse a déjà un compte.") || !kittest.Shows(w, "La mairie demande") || !kittest.Shows(w, "Il reste 2 réponses") {
		t.Errorf("shown: %v", kittest.Texts(w))
	}
}

func TestAHiddenFieldIsNotAsked(t *testing.T) {
	kittest.Light(t)
	sent := 0
	more := kit.TextField("Précisez")
	f := kit.NewForm("Suivant", func() { sent++ }).Add(more)
	w := kittest.Window(t, kit.NewFormPage(f), fyne.NewSize(800, 600))
	more.Hide()
	kittest.Press(t, w, "Suivant")
	if sent != 1 {
		t.Error("a hidden field is asked for")
	}
}

func TestADraftGoesInSilently(t *testing.T) {
	kittest.Light(t)
	told := 0
	f := kit.TextField("Nom").OnChanged(func(string) { told++ })
	f.SetValue("Roux")
	if told != 0 || f.Value() != "Roux" {
		t.Errorf("told %d times, value %q", told, f.Value())
	}
}

func TestRecapSaysWhatIsEmpty(t *testing.T) {
	kittest.Light(t)
	edited := ""
	r := kit.Recap(
		kit.RecapSection{Title: "Votre enfant", Edit: func() { edited = "enfant" }, Answers: []kit.Answer{{Question: "Prénom", Answer: "Léa"}}},
		kit.RecapSection{Title: "Santé", Answers: []kit.Answer{{Question: "Médecin traitant"}}})
	w := kittest.Window(t, kit.NewFormPage(r), fyne.NewSize(800, 600))
	if !kittest.Shows(w, "Non renseigné") {
		t.Error("an empty answer is not said")
	}
	kittest.Press(t, w, "Modifier")
	if edited != "enfant" {
		t.Error("Modifier does nothing")
	}
}

// The judgement of a field that a press on the button has left comes after
// the button's own; it does not take back what that has said.
func TestWhatTheButtonSaysStays(t *testing.T) {
	kittest.Light(t)
	var later []func()
	kit.JudgeAfterRelease(func(f func()) { later = append(later, f) })
	t.Cleanup(func() { kit.JudgeAfterRelease(func(f func()) { f() }) })
	reason, mail := kit.TextField("Motif").Needed("Écrivez le motif."), kit.MailField("Adresse")
	w := kittest.Window(t, kit.NewPage(kit.Column(look.M, reason, mail)), kittest.Small)
	release := func() {
		for _, f := range later {
			f()
		}
		later = nil
	}
	reason.Focus()
	w.Canvas().Unfocus() // the press of the button
	reason.Check()       // its release
	release()
	if reason.Mistake() != "Écrivez le motif." {
		t.Errorf("the mistake was wiped: %q", reason.Mistake())
	}
	// It goes as soon as there is something.
	reason.Focus()
	kittest.Type(w, "A")
	if reason.Mistake() != "" {
		t.Errorf("while it is answered it says %q", reason.Mistake())
	}
	reason.SetValue("")
	reason.Check()
	// Emptied again, it says that it is missing, also when merely left.
	reason.Focus()
	w.Canvas().Unfocus()
	release()
	if reason.Mistake() != "Écrivez le motif." {
		t.Errorf("left again: %q", reason.Mistake())
	}
	// What another has found wrong meanwhile stays as well.
	mail.Focus()
	kittest.Type(w, "a@exemple.fr")
	w.Canvas().Unfocus()
	mail.SetMistake("Cette adresse a déjà un compte.")
	release()
	if mail.Mistake() == "" {
		t.Error("what was found elsewhere was wiped")
	}
}

// A field that depends on another is judged again when that one changes, but
// not while one types in it.
func TestADependentFieldIsNotJudgedWhileTyping(t *testing.T) {
	kittest.Light(t)
	var later func()
	kit.JudgeAfterRelease(func(f func()) { later = f })
	t.Cleanup(func() { kit.JudgeAfterRelease(func(f func()) { f() }) })
	first, again := kit.TextField("Adresse"), kit.TextField("Encore")
	again.Rule(func(v string) string {
		if v != first.Value() {
			return "Elles diffèrent."
		}
		return ""
	})
	first.OnLeft(func(string) { again.CheckAnswered() })
	w := kittest.Window(t, kit.NewPage(kit.Column(look.M, first, again)), kittest.Small)
	first.Focus()
	kittest.Type(w, "ab")
	w.Canvas().FocusNext()
	kittest.Type(w, "a")
	later()
	if again.Mistake() != "" {
		t.Errorf("while typing it says %q", again.Mistake())
	}
	first.Focus()
	again.SetMistake("")
	w.Canvas().Unfocus()
	later()
	if again.Mistake() == "" {
		t.Error("it is not judged again")
	}
}

func TestADateIsTypedInOneGo(t *testing.T) {
	kittest.Light(t)
	for _, typed := range []string{"28022031", "28/02/2031", "28.2.2031"} {
		born := kit.DateField("Valable jusqu'au")
		w := kittest.Window(t, kit.NewPage(born), fyne.NewSize(700, 400))
		born.Focus()
		kittest.Type(w, typed)
		if born.Value() != "2031-02-28" {
			t.Errorf("%s typed is %q", typed, born.Value())
		}
		if born.Mistake() != "" {
			t.Error("judged on the way")
		}
	}
	// In the middle of a full box a digit too many is no beginning of the next.
	born := kit.DateField("Valable jusqu'au")
	w := kittest.Window(t, kit.NewPage(born), fyne.NewSize(700, 400))
	born.Focus()
	kittest.Type(w, "28")
	kittest.Key(w, fyne.KeyLeft)
	kittest.Type(w, "1")
	if born.Typed() != "28//" {
		t.Errorf("it became %q", born.Typed())
	}
}

package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
)

// A mistake that appears above moves the next field down: it stays in sight.
func TestTheNextFieldStaysInSightBelowAMistake(t *testing.T) {
	kittest.Light(t)
	mail, next := kit.MailField("Adresse électronique"), kit.TextField("Nom")
	f := kit.NewForm("Suivant", nil).AddSection("Vous", mail, next)
	p := kit.NewFormPage(f)
	w := kittest.Window(t, p, fyne.NewSize(700, 240))
	mail.Focus()
	kittest.Type(w, "camille")
	w.Canvas().FocusNext()
	kittest.Settle(w)
	box := w.Canvas().Focused().(fyne.CanvasObject)
	bottom := fyne.CurrentApp().Driver().AbsolutePositionForObject(box).Y + box.Size().Height
	if mail.Mistake() == "" || bottom > 240 {
		t.Errorf("mistake %q, the field ends at %v", mail.Mistake(), bottom)
	}
}

func TestEnterInALineSubmits(t *testing.T) {
	kittest.Light(t)
	sent := 0
	name := kit.TextField("Nom")
	f := kit.NewForm("Suivant", func() { sent++ }).Add(name)
	w := kittest.Window(t, kit.NewFormPage(f), fyne.NewSize(800, 600))
	name.Focus()
	kittest.Type(w, "Roux")
	kittest.Key(w, fyne.KeyReturn)
	if sent != 1 {
		t.Errorf("sent %d times", sent)
	}
}

// A date is typed in three boxes: Enter in any of them is Enter in the question.
func TestEnterInADateSubmits(t *testing.T) {
	kittest.Light(t)
	sent := 0
	day := kit.DateField("Dernier jour")
	f := kit.NewForm("Suivant", func() { sent++ }).Add(day)
	w := kittest.Window(t, kit.NewFormPage(f), fyne.NewSize(800, 600))
	day.Focus()
	kittest.Type(w, "18122026")
	kittest.Key(w, fyne.KeyReturn)
	if sent != 1 || day.Value() != "2026-12-18" {
		t.Errorf("sent %d times, with %q", sent, day.Value())
	}
}

// The whole question comes into sight: its label, and its mistake below.
func TestTheFocusShowsTheWholeQuestion(t *testing.T) {
	kittest.Light(t)
	var fields []fyne.CanvasObject
	for _, name := range []string{"Nom", "Prénom", "Rue", "Commune", "Pays", "Mobile"} {
		fields = append(fields, kit.TextField(name).Hint("Comme sur une enveloppe."))
	}
	last := kit.Primary("Suivant", nil)
	p := kit.NewFormPage(kit.Column(look.L, append(fields, last)...))
	w := kittest.Window(t, p, fyne.NewSize(700, 300))
	whole := func(o fyne.CanvasObject) {
		t.Helper()
		kittest.Settle(w)
		y := fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y
		if y < 16 || y+o.Size().Height > 300-16 {
			t.Errorf("%T stands from %v to %v", o, y, y+o.Size().Height)
		}
	}
	town := fields[3].(*kit.Field)
	town.Check()
	town.Focus()
	whole(town)
	fields[5].(*kit.Field).Focus()
	w.Canvas().FocusNext()
	whole(last)
	town.Focus() // from below
	whole(town)
}

// A mistake told late moves what has the focus: it stays in sight.
func TestALateMistakeMovesNothingOutOfSight(t *testing.T) {
	kittest.Light(t)
	var later func()
	kit.JudgeAfterRelease(func(f func()) { later = f })
	t.Cleanup(func() { kit.JudgeAfterRelease(func(f func()) { f() }) })
	mail, next := kit.MailField("Adresse électronique"), kit.Primary("Suivant", nil)
	p := kit.NewFormPage(kit.Column(look.L, kit.Title("Vous"), mail, next))
	w := kittest.Window(t, p, fyne.NewSize(700, 260))
	mail.Focus()
	kittest.Type(w, "camille")
	w.Canvas().FocusNext()
	later()
	kittest.Settle(w)
	bottom := fyne.CurrentApp().Driver().AbsolutePositionForObject(next).Y + next.Size().Height
	if mail.Mistake() == "" || bottom > 260-16 {
		t.Errorf("mistake %q, the button ends at %v", mail.Mistake(), bottom)
	}
}

// Where the list of what is missing and the first of it don't fit together the
// list is shown, and the keyboard stands on its first way.
func TestTheListOfMistakesIsSeen(t *testing.T) {
	kittest.Light(t)
	var fields []fyne.CanvasObject
	for _, name := range []string{"Nom", "Prénom", "Rue", "Commune", "Pays", "Mobile"} {
		fields = append(fields, kit.TextField(name))
	}
	f := kit.NewForm("Suivant", nil).Add(fields...)
	f.SetValues(map[string]string{})
	for _, o := range fields[:4] {
		o.(*kit.Field).SetValue("x")
	}
	w := kittest.Window(t, kit.NewFormPage(f), fyne.NewSize(700, 360))
	fields[5].(*kit.Field).Focus()
	f.Submit()
	kittest.Settle(w)
	link, ok := w.Canvas().Focused().(*kit.LinkButton)
	if !ok || link.Text() != "Pays" {
		t.Fatalf("the focus is on %T", w.Canvas().Focused())
	}
	if y := fyne.CurrentApp().Driver().AbsolutePositionForObject(link).Y; y < 16 || y > 200 {
		t.Errorf("the list's first way stands at %v", y)
	}
	kittest.Key(w, fyne.KeyReturn)
	kittest.Type(w, "France")
	if got := fields[4].(*kit.Field).Value(); got != "France" {
		t.Errorf("the way led elsewhere: %q", got)
	}
}

func TestTabPassesTheEyeAndCtrlEPressesIt(t *testing.T) {
	kittest.Light(t)
	f, next := kit.PasswordField("Mot de passe"), kit.Primary("Activer", nil)
	w := kittest.Window(t, kit.NewPage(kit.Column(look.M, f, next)), kittest.Small)
	f.Focus()
	kittest.Type(w, "secret")
	entry := w.Canvas().Focused()
	entry.(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyE, Modifier: fyne.KeyModifierControl})
	if !kittest.Shows(w, "secret") {
		t.Error("Ctrl+E does not show the password")
	}
	test.Tap(kittest.Find[*kit.IconButton](w, "Masquer le mot de passe (Ctrl+E)"))
	if kittest.Shows(w, "secret") || w.Canvas().Focused() != entry {
		t.Errorf("after the eye the focus is on %T", w.Canvas().Focused())
	}
	w.Canvas().FocusNext()
	if w.Canvas().Focused() != fyne.Focusable(next) {
		t.Errorf("Tab leads to %T", w.Canvas().Focused())
	}
}

// A field that has no use for a shortcut leaves it to the screen, but not to
// the one behind a dialog.
func TestAShortcutOfTheScreenWorksFromAField(t *testing.T) {
	kittest.Light(t)
	born := kit.DateField("Valable jusqu'au")
	w := kittest.Window(t, kit.NewPage(born), fyne.NewSize(700, 400))
	n := 0
	judge := &desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierControl}
	kit.OnPage(w.Canvas(), judge, func() { n++ })
	born.Focus()
	e := w.Canvas().Focused().(fyne.Shortcutable)
	e.TypedShortcut(judge)
	if n != 1 {
		t.Errorf("it reached the screen %d times", n)
	}
	w.Canvas().Overlays().Add(kit.Body("une question"))
	e.TypedShortcut(judge)
	if n != 1 {
		t.Error("it went behind the dialog")
	}
	w.Canvas().Overlays().Remove(w.Canvas().Overlays().Top())
	kit.Nowhere(w.Canvas(), judge)
	if e.TypedShortcut(judge); n != 1 {
		t.Error("it works on the next screen too")
	}
}

// A field is pressed where the edge of the page cuts it: the page does not move
// under the button that is held, for what is let go beside a field takes the
// focus from it again.
func TestAPressedFieldKeepsTheFocus(t *testing.T) {
	kittest.Light(t)
	var fields []fyne.CanvasObject
	for range 12 {
		fields = append(fields, kit.TextField("Nom"))
	}
	page := kit.NewBarePage(kit.Column(16, fields...))
	w := kittest.Window(t, page, fyne.NewSize(400, 300))
	kittest.Settle(w)
	fields[5].(*kit.Field).Focus()
	entry := w.Canvas().Focused()
	w.Canvas().Unfocus()
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(entry.(fyne.CanvasObject)).Y + page.Offset()
	page.SetOffset(at + 20)
	kittest.Settle(w)
	cut := page.Offset()
	press := &desktop.MouseEvent{Button: desktop.MouseButtonPrimary}
	entry.(desktop.Mouseable).MouseDown(press)
	if w.Canvas().Focused() != entry || page.Offset() != cut {
		t.Errorf("pressed, the page has moved from %v to %v", cut, page.Offset())
	}
	entry.(desktop.Mouseable).MouseUp(press)
	if page.Offset() >= at {
		t.Errorf("let go, the field is not in sight: the page stands at %v, the field at %v", page.Offset(), at)
	}
}

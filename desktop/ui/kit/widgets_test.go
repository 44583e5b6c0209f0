package kit_test

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
)

func TestTextWrapsAndTellsItsHeight(t *testing.T) {
	kittest.Light(t)
	s := kit.Body("Le parvis est la place devant la mairie, et tout le monde y passe.")
	one, three := s.HeightFor(2000), s.HeightFor(200)
	if three < 3*one-1 {
		t.Errorf("at 200 the text is %v high, one line is %v", three, one)
	}
	long := kit.Body(strings.Repeat("a", 300))
	if long.HeightFor(200) < 5*one {
		t.Error("a word longer than the line is not broken")
	}
	if kit.CutTo("Inscription scolaire", 80, 17, fyne.TextStyle{}) == "Inscription scolaire" || !strings.HasSuffix(kit.CutTo("Inscription scolaire", 80, 17, fyne.TextStyle{}), "…") {
		t.Error("a line that does not fit is not cut with …")
	}
}

func TestButtonsByKeyboardAndMouse(t *testing.T) {
	kittest.Light(t)
	n := 0
	b := kit.Primary("Suivant", func() { n++ })
	w := kittest.Window(t, b, fyne.NewSize(200, 60))
	w.Canvas().Focus(b)
	kittest.Key(w, fyne.KeyReturn, fyne.KeySpace, fyne.KeyEnter)
	test.Tap(b)
	if n != 4 {
		t.Errorf("pressed %d times of 4", n)
	}
	b.Busy("Envoi en cours…")
	test.Tap(b)
	if n != 4 || b.Text() != "Envoi en cours…" {
		t.Errorf("a busy button took a press, or does not say so: %d, %q", n, b.Text())
	}
	b.Ready()
	test.Tap(b)
	if n != 5 || b.Text() != "Suivant" {
		t.Errorf("after Ready: %d, %q", n, b.Text())
	}
}

// ringShown tells whether a focus ring is drawn anywhere.
func ringShown(o fyne.Widget) bool {
	focus := look.Color(look.Focus)
	for _, k := range test.WidgetRenderer(o).Objects() {
		if r, ok := k.(*canvas.Rectangle); ok && r.Visible() && r.StrokeColor == focus && r.StrokeWidth >= 2 {
			return true
		}
	}
	return false
}

func TestTheFocusIsSeenAfterTheKeyboardOnly(t *testing.T) {
	kittest.Light(t)
	a, b := kit.Primary("Un", nil), kit.Secondary("Deux", nil)
	w := kittest.Window(t, kit.Column(look.S, a, b), fyne.NewSize(200, 120))
	kittest.Key(w, fyne.KeyTab)
	if w.Canvas().Focused() != fyne.Focusable(a) || !ringShown(a) {
		t.Error("Tab does not show where it is")
	}
	kittest.Key(w, fyne.KeyTab)
	if ringShown(a) || !ringShown(b) {
		t.Error("the ring does not follow")
	}
	test.Tap(a)
	if ringShown(a) {
		t.Error("a click draws the ring")
	}
	if w.Canvas().Focused() != fyne.Focusable(a) {
		t.Error("a click does not take the focus along")
	}
}

func TestControlsAreLargeEnoughAtEveryScale(t *testing.T) {
	for _, scale := range []float32{1, 1.5, 2} {
		kittest.App(t, look.Light, scale, false, i18n.French)
		for name, o := range map[string]fyne.CanvasObject{
			"button": kit.Primary("Oui", nil), "icon button": kit.NewIconButton("x", "Fermer", nil), "menu": kit.NewMenuButton("", "Menu", nil),
			"search": kit.NewSearchField("Chercher", nil), "fold": kit.NewFold("Plus", kit.Body("")),
		} {
			if h := kit.HeightFor(o, 300); h < 44*scale-0.1 {
				t.Errorf("%s is %v high at %v", name, h, scale)
			}
		}
		if h := kit.HeightFor(kit.NewRow("Titre", "", func() {}), 600); h < 64*scale-0.1 {
			t.Errorf("a row is %v high at %v", h, scale)
		}
	}
}

// A menu in which several things are chosen opens at the first of them, not
// scrolled to the last.
func TestAMenuOpensAtTheFirstThatIsChosen(t *testing.T) {
	kittest.Light(t)
	at := kit.NewMenuButton("text-aa", "Affichage", func() []kit.MenuItem {
		some := func() {}
		return []kit.MenuItem{{Label: "Texte à 100 %", Do: some}, {Label: "Texte à 150 %", Checked: true, Do: some}, {Label: "Clair", Checked: true, Do: some}, {Label: "Français", Checked: true, Do: some}}
	})
	w := kittest.Window(t, at, fyne.NewSize(400, 300))
	at.Tapped(&fyne.PointEvent{})
	kittest.Settle(w)
	if l, ok := w.Canvas().Focused().(interface{ AccessibilityLabel() string }); !ok || l.AccessibilityLabel() != "Texte à 150 %" {
		t.Errorf("it opens at %v", w.Canvas().Focused())
	}
}

func TestARowThatLeadsNowhereIsPassedOver(t *testing.T) {
	kittest.Light(t)
	tells := kit.NewRow("Solde", "42,80 €", nil)
	leads := kit.NewRow("Demande", "", func() {})
	w := kittest.Window(t, kit.RowsCard(tells, leads), fyne.NewSize(500, 200))
	kittest.Key(w, fyne.KeyTab)
	if w.Canvas().Focused() != fyne.Focusable(leads) {
		t.Errorf("the focus is on %T", w.Canvas().Focused())
	}
}

func TestThemeChangesLive(t *testing.T) {
	app := kittest.Light(t)
	s := kit.Body("Bonjour")
	w := kittest.Window(t, kit.NewPage(s), fyne.NewSize(400, 200))
	before := s.HeightFor(300)
	app.Settings().SetTheme(look.New(look.Dark, 2, false))
	kittest.Settle(w)
	piece := test.WidgetRenderer(s).Objects()[0].(*canvas.Text)
	if piece.Color != look.New(look.Dark, 1, false).Color(look.Ink, 0) || piece.TextSize != 34 {
		t.Errorf("the text has colour %v and size %v", piece.Color, piece.TextSize)
	}
	if s.HeightFor(300) <= before {
		t.Error("the text is not taller")
	}
}

func TestLanguageChangesTheToolkitToo(t *testing.T) {
	kittest.Light(t)
	stop, err := kit.TranslateToolkit()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	if got := lang.L("Paste"); got != "Coller" {
		t.Errorf("Paste is %q in French", got)
	}
	i18n.SetLanguage(i18n.English)
	if got := lang.L("Paste"); got != "Paste" {
		t.Errorf("Paste is %q in English", got)
	}
	if got := lang.X("file.parent", ""); got != "Parent folder" {
		t.Errorf("file.parent is %q", got)
	}
}

func TestThePageFollowsTheFocus(t *testing.T) {
	kittest.Light(t)
	var buttons []fyne.CanvasObject
	for range 30 {
		buttons = append(buttons, kit.Secondary("Un bouton", nil))
	}
	p := kit.NewPage(kit.Column(look.M, buttons...))
	w := kittest.Window(t, p, fyne.NewSize(400, 300))
	for range 30 {
		kittest.Key(w, fyne.KeyTab)
	}
	last := buttons[29]
	top := fyne.CurrentApp().Driver().AbsolutePositionForObject(last).Y
	if p.Offset() == 0 || top < 0 || top+last.Size().Height > 300 {
		t.Errorf("offset %v, the focused button stands at %v", p.Offset(), top)
	}
	kittest.Key(w, fyne.KeyHome)
	if p.Offset() != 0 {
		t.Error("Home does not lead to the top")
	}
	kittest.Key(w, fyne.KeyPageDown)
	if p.Offset() == 0 {
		t.Error("Page down does not scroll")
	}
}

func TestTabsAreWalkedWithTheArrows(t *testing.T) {
	kittest.Light(t)
	var got []int
	tabs := kit.NewTabs([]kit.Tab{{Label: "Un"}, {Label: "Deux"}, {Label: "Trois"}}, func(n int) { got = append(got, n) })
	w := kittest.Window(t, tabs, fyne.NewSize(500, 60))
	kittest.Key(w, fyne.KeyTab, fyne.KeyRight, fyne.KeyRight, fyne.KeyRight, fyne.KeyEnd, fyne.KeyHome)
	if len(got) != 5 || got[0] != 1 || got[1] != 2 || got[2] != 0 || got[3] != 2 || got[4] != 0 {
		t.Errorf("chose %v", got)
	}
	if !ringShown(tabs) {
		t.Error("the strip shows no focus")
	}
}

func TestFoldIsClosedFirst(t *testing.T) {
	kittest.Light(t)
	f := kit.NewFold("Comptes de démonstration", kit.Body("camille.roux"))
	w := kittest.Window(t, kit.NewPage(f), fyne.NewSize(500, 300))
	if kittest.Shows(w, "camille.roux") {
		t.Error("the fold is open")
	}
	kittest.Key(w, fyne.KeyTab, fyne.KeyReturn)
	if !kittest.Shows(w, "camille.roux") || !f.Open() {
		t.Error("Enter does not open it")
	}
}

func TestStripStaysAndIsTakenBack(t *testing.T) {
	kittest.Light(t)
	undone := 0
	s := kit.NewStrip()
	w := kittest.Window(t, kit.NewPage(s), fyne.NewSize(800, 300))
	s.Say(look.ToneSuccess, "Jeudi 12 mars réservé pour Léa, 3,20 €", "Annuler", func() { undone++ })
	kittest.Settle(w)
	if !kittest.Shows(w, "réservé pour Léa") {
		t.Fatal("the strip is not shown")
	}
	kittest.Press(t, w, "Annuler")
	if undone != 1 || s.Text() != "" {
		t.Errorf("undone %d times, strip says %q", undone, s.Text())
	}
}

func TestToastsGoByThemselves(t *testing.T) {
	kittest.Light(t)
	var later []func()
	toasts := kit.NewToasts(func(d time.Duration, f func()) {
		if d != kit.ToastTime {
			t.Errorf("a toast stays %v", d)
		}
		later = append(later, f)
	})
	w := kittest.Window(t, toasts, fyne.NewSize(800, 600))
	for _, s := range []string{"un", "deux", "trois", "quatre"} {
		toasts.Say(look.ToneInfo, s)
	}
	kittest.Settle(w)
	if got := strings.Join(toasts.Texts(), " "); got != "deux trois quatre" || kittest.Shows(w, "un ") || !kittest.Shows(w, "quatre") {
		t.Errorf("shown: %q", got)
	}
	for _, f := range later {
		f()
	}
	if len(toasts.Texts()) != 0 {
		t.Errorf("left: %v", toasts.Texts())
	}
}

func TestDialogsWaitTheirTurnAndGiveTheFocusBack(t *testing.T) {
	kittest.Light(t)
	b := kit.Primary("Retirer", nil)
	w := kittest.Window(t, kit.NewPage(b), fyne.NewSize(1024, 600))
	w.Canvas().Focus(b)
	d := kit.NewDialogs(w.Canvas())
	var answers []bool
	d.Confirm(kit.Confirmation{Title: "Retirer la demande ?", Text: "Vous pourrez en refaire une.", Yes: "Retirer la demande", Danger: true}, func(yes bool) { answers = append(answers, yes) })
	d.Info("Un mot", "Plus tard.", nil)
	kittest.Settle(w)
	if d.Open() != "Retirer la demande ?" || d.Waiting() != 1 || !kittest.Shows(w, "Vous pourrez") || kittest.Shows(w, "Plus tard.") {
		t.Fatalf("open %q, waiting %d", d.Open(), d.Waiting())
	}
	// What destroys has not the focus: Enter is the way back.
	kittest.Key(w, fyne.KeyReturn)
	if len(answers) != 1 || answers[0] {
		t.Errorf("Enter answered %v", answers)
	}
	if d.Open() != "Un mot" {
		t.Errorf("then %q is open", d.Open())
	}
	kittest.Key(w, fyne.KeyEscape)
	if d.Open() != "" || w.Canvas().Focused() != fyne.Focusable(b) {
		t.Errorf("open %q, focus on %T", d.Open(), w.Canvas().Focused())
	}
	d.Confirm(kit.Confirmation{Title: "Encore ?"}, func(yes bool) { answers = append(answers, yes) })
	// A press beside the card loses the focus; Escape still answers.
	w.Canvas().Unfocus()
	kittest.Key(w, fyne.KeyEscape)
	if len(answers) != 2 || answers[1] {
		t.Errorf("Escape answered %v", answers)
	}
	d.Confirm(kit.Confirmation{Title: "Et là ?", Yes: "Continuer"}, func(yes bool) { answers = append(answers, yes) })
	kittest.Press(t, w, "Continuer")
	if len(answers) != 3 || !answers[2] {
		t.Errorf("answers %v", answers)
	}
	if w.Canvas().OnTypedKey() != nil {
		t.Error("the window's keys were not given back")
	}
}

func TestACustomDialogStartsInItsFirstField(t *testing.T) {
	kittest.Light(t)
	w := kittest.Window(t, kit.NewPage(kit.Body("")), fyne.NewSize(1024, 600))
	d := kit.NewDialogs(w.Canvas())
	field := kit.TextField("Motif")
	said := ""
	d.Custom("Refuser", field, func(close func()) []fyne.CanvasObject {
		return []fyne.CanvasObject{kit.Primary("Refuser la demande", func() { said = field.Value(); close() })}
	}, nil)
	kittest.Type(w, "Hors secteur")
	kittest.Press(t, w, "Refuser la demande")
	if said != "Hors secteur" || d.Open() != "" {
		t.Errorf("said %q, open %q", said, d.Open())
	}
}

func TestTheRailBecomesAMenu(t *testing.T) {
	app := kittest.Light(t)
	var went []string
	rail := kit.NewRail(nil, func(id string) { went = append(went, id) })
	rail.SetItems(kit.RailItem{ID: "home", Icon: "house", Label: "Accueil"}, kit.RailItem{ID: "agenda", Icon: "calendar", Label: "Agenda", Count: 120})
	foot := kit.NewFootLine(nil)
	s := kit.NewShell(kit.NewTopBar(), rail, foot, kit.NewToasts(nil))
	s.ShowRail(true)
	s.SetPage(kit.NewPage(kit.Body("Page")))
	w := kittest.Window(t, s, fyne.NewSize(1024, 600))
	if s.Collapsed() || !kittest.Shows(w, "Accueil") || !kittest.Shows(w, "99+") || kittest.Shows(w, "Menu") {
		t.Errorf("at 1024 and 100 %% there is no rail: %v", kittest.Texts(w))
	}
	kittest.Key(w, fyne.KeyTab, fyne.KeyDown, fyne.KeyReturn)
	if len(went) != 1 || went[0] != "agenda" {
		t.Errorf("went to %v", went)
	}
	w.Resize(fyne.NewSize(1000, 600))
	kittest.Settle(w)
	if !s.Collapsed() || kittest.Shows(w, "Accueil") || !kittest.Shows(w, "Menu") {
		t.Errorf("at 1000 the rail stays: %v", kittest.Texts(w))
	}
	w.Resize(fyne.NewSize(1600, 900))
	app.Settings().SetTheme(look.New(look.Light, 1.5, false))
	kittest.Settle(w)
	if !s.Collapsed() {
		t.Error("at 150 % the rail stays")
	}
	kittest.Press(t, w, "Menu")
	if !kittest.Shows(w, "Accueil") {
		t.Fatalf("the menu is not open: %v", kittest.Texts(w))
	}
	kittest.Key(w, fyne.KeyDown, fyne.KeyReturn)
	if len(went) != 2 || went[1] != "agenda" {
		t.Errorf("went to %v", went)
	}
	kittest.Press(t, w, "Menu")
	kittest.Key(w, fyne.KeyEscape)
	if kittest.Shows(w, "Accueil") || w.Canvas().Focused() != fyne.Focusable(s.MenuButton()) {
		t.Error("Escape does not close the menu and give the focus back")
	}
	s.ShowRail(false)
	kittest.Settle(w)
	if kittest.Shows(w, "Menu") {
		t.Error("signed out, there is still a menu")
	}
}

func TestSearchIsEmptiedByEscape(t *testing.T) {
	kittest.Light(t)
	var got []string
	s := kit.NewSearchField("Chercher", func(v string) { got = append(got, v) })
	w := kittest.Window(t, s, fyne.NewSize(400, 60))
	s.Focus()
	kittest.Type(w, "ab")
	kittest.Key(w, fyne.KeyEscape)
	if strings.Join(got, "|") != "a|ab|" {
		t.Errorf("told %q", got)
	}
}

func TestStrengthIsSaidInWords(t *testing.T) {
	kittest.Light(t)
	m := kit.NewStrengthMeter()
	w := kittest.Window(t, m, fyne.NewSize(400, 60))
	m.SetScore(9)
	kittest.Settle(w)
	if !kittest.Shows(w, "Très difficile à deviner") {
		t.Errorf("says %v", kittest.Texts(w))
	}
}

// What a dialog shows may grow: the dialog follows, and its scroller's bar
// covers nothing that is written.
func TestADialogGrowsWithItsContent(t *testing.T) {
	kittest.Light(t)
	w := kittest.Window(t, kit.NewPage(kit.Body("Derrière")), kittest.Small)
	d := kit.NewDialogs(w.Canvas())
	field, letter := kit.LongField("Motif", 4).Needed("Écrivez le motif."), kit.Body("Rien encore.")
	d.Custom("Refuser la demande", kit.Column(look.M, field, kit.Card(letter)), func(shut func()) []fyne.CanvasObject {
		return []fyne.CanvasObject{kit.Danger("Refuser", nil), kit.Secondary("Annuler", shut)}
	}, nil)
	kittest.Settle(w)
	var page *kit.Page
	for _, p := range kittest.All[*kit.Page](w) {
		if kit.Within(p, field) {
			page = p
		}
	}
	before := page.MinSize().Height
	letter.SetText(strings.Repeat("La classe indiquée n'est pas celle de cette école. ", 4))
	field.Check()
	// The toolkit lays a parent out anew when the least size of a part changes.
	if page.MinSize().Height < before+40 {
		t.Errorf("the least height was %v and is %v", before, page.MinSize().Height)
	}
	kittest.Settle(w)
	if need := page.HeightFor(page.Size().Width); page.Size().Height < need {
		t.Errorf("%v of %v units are seen", page.Size().Height, need)
	}
	if room := page.Size().Width - field.Size().Width; room < 12 {
		t.Errorf("%v units are left for the scroller's bar", room)
	}
}

// A long rail is closer, then without its words, then a menu: nothing of it is
// ever below the window.
func TestALongRailIsNeverCut(t *testing.T) {
	kittest.Light(t)
	rail := kit.NewRail(nil, nil)
	words := strings.Fields("Accueil Demandes Visites Quotients Absences Effectifs Fermetures Ouvertures Menus Textes Guides")
	var items []kit.RailItem
	for i, word := range words {
		it := kit.RailItem{ID: word, Icon: "house", Label: word}
		if i == 5 || i == 9 {
			it.Head = "Groupe de " + word
		}
		items = append(items, it)
	}
	rail.SetItems(items...)
	s := kit.NewShell(kit.NewTopBar(), rail, kit.NewFootLine(nil), kit.NewToasts(nil))
	s.SetStrip("Démonstration")
	s.SetPage(kit.NewPage(kit.Body("Page")))
	s.ShowRail(true)
	w := kittest.Window(t, s, fyne.NewSize(1280, 1000))
	for _, room := range []struct {
		height    float32
		rail      bool
		withWords bool
	}{{1000, true, true}, {720, true, true}, {640, true, false}, {560, false, false}} {
		w.Resize(fyne.NewSize(1280, room.height))
		kittest.Settle(w)
		if s.Collapsed() == room.rail || kittest.Shows(w, "Guides") != room.rail || kittest.Shows(w, "Groupe de Effectifs") != room.withWords {
			t.Errorf("at %v: %v", room.height, kittest.Texts(w))
		}
		if !room.rail {
			continue
		}
		below := float32(0)
		for _, span := range rail.Spans() {
			if span[1]-span[0] < look.ControlHeight || span[0] < below {
				t.Errorf("at %v an entry is from %v to %v, the one over it ends at %v", room.height, span[0], span[1], below)
			}
			below = span[1]
		}
		if below > rail.Size().Height {
			t.Errorf("at %v the last entry ends at %v of %v", room.height, below, rail.Size().Height)
		}
	}
	w.Resize(fyne.NewSize(1280, 560))
	rail.SetItems(items[:4]...)
	kittest.Settle(w)
	if s.Collapsed() {
		t.Error("a rail that became short is still a menu")
	}
}

// Short answers to tick stand side by side, in rows that are even; where one is
// long, one under the other.
func TestShortTicksStandSideBySide(t *testing.T) {
	kittest.Light(t)
	for _, c := range []struct {
		words string
		width float32
		rows  int
	}{{"Lundi Mardi Jeudi Vendredi", 680, 1}, {"Lundi Mardi Mercredi Jeudi Vendredi", 680, 2}, {"Lundi Mardi Jeudi Vendredi", 200, 4}, {"Lundi Mardi Jeudi", 680, 3}, {strings.Repeat("anticonstitutionnellement", 2) + " Mardi Jeudi Vendredi", 680, 4}} {
		var options []kit.Option
		for _, word := range strings.Fields(c.words) {
			options = append(options, kit.Option{Value: word, Label: word})
		}
		f := kit.TicksField("Jours", options...)
		one := kit.TicksField("Jours", options[0])
		if got := f.HeightFor(c.width) - one.HeightFor(c.width); int(got/look.ControlHeight+0.5) != c.rows-1 {
			t.Errorf("%s at %v: %v higher than one row", c.words, c.width, got)
		}
	}
}

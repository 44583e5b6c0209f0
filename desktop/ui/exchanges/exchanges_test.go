package exchanges

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/documents"
	rules "parvis/shared/messages"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

var wide = fyne.NewSize(816, 483) // what the frame leaves at 1024 × 600

type stage struct {
	*screentest.Desk
	*letters
	t testing.TB
	w fyne.Window
	c *screen.Context
}

func family(rows ...wire.Change) *screentest.Desk {
	mine := screentest.Mine
	request := func(id portal.ID, person, reference string) wire.Change {
		return screentest.Row(mine, wire.Requests, id, wire.Request{ID: id, Account: screentest.Claire, Procedure: "fiche-enfant", Person: person, Reference: reference, State: "in_review", Submitted: screentest.Monday.At(8, 0).UnixMicro()})
	}
	d := screentest.Family()
	d.Get(append([]wire.Change{request(screentest.ForLea, "Léa Martel", "2026-000101"), request(screentest.ForNoe, "Noé Martel", "2026-000102")}, rows...)...)
	return d
}

func letter(n int64, request portal.ID, staff bool, text string, read int64) wire.Change {
	id := request + "-" + portal.ID(rune('0'+n))
	by := "Claire Martel"
	if staff {
		by = "Sylvie Roy"
	}
	return screentest.Row(screentest.Mine, wire.Messages, id, wire.Message{ID: id, Request: request, N: n,
		At: screentest.Monday.At(8, 0).Add(time.Duration(n) * time.Minute).UnixMicro(), Staff: staff, By: by, Text: text, Read: read})
}

func open(t testing.TB, d *screentest.Desk, size fyne.Size, args ...string) *stage {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	c := d.Context(w)
	t.Cleanup(c.Leave)
	l := openLetters(c, d, screen.To(screen.Exchanges, args...))
	w.SetContent(l.screen().Content)
	w.Resize(size)
	kittest.Settle(w)
	return &stage{Desk: d, letters: l, t: t, w: w, c: c}
}

func (s *stage) settle() {
	s.Drain()
	kittest.Settle(s.w)
}

func (s *stage) shows(parts ...string) {
	s.t.Helper()
	s.settle()
	kittest.WantShown(s.t, s.w, parts...)
}

func (s *stage) hides(parts ...string) {
	s.t.Helper()
	s.settle()
	kittest.WantHidden(s.t, s.w, parts...)
}

// sent lists the calls of a kind.
func (s *stage) sent(kind string) (out []screentest.Call) {
	for _, c := range s.Calls {
		if c.Kind == kind {
			out = append(out, c)
		}
	}
	return out
}

func TestAFamilyReadsAndAnswers(t *testing.T) {
	kittest.Light(t)
	d := family(letter(1, screentest.ForLea, false, "Bonjour, une question.", screentest.Monday.At(8, 30).UnixMicro()),
		letter(2, screentest.ForLea, true, "Il manque le nom de l'école.", 0))
	s := open(t, d, wide)
	if Waiting(s.View) != 1 {
		t.Errorf("%d wait", Waiting(s.View))
	}
	s.shows("Léa Martel, ", "Il manque le nom de l'école.", "1 non lu", "Choisissez un échange")
	if len(s.sent(wire.MessageRead)) != 0 {
		t.Fatal("it was read before it was opened")
	}
	s.choose(screentest.ForLea, "")
	s.settle()
	s.shows("Sylvie Roy, mairie", "Lu par l'agent, 9 mars 2026 à 08:30")
	read := s.sent(wire.MessageRead)
	if len(read) != 1 || read[0].Args.(*wire.ReadMessages).Message != screentest.ForLea+"-2" || Waiting(s.View) != 0 {
		t.Errorf("reading was told as %+v; %d wait", read, Waiting(s.View))
	}
	s.hides("1 non lu")

	// Ctrl and Enter send; off line it looks pending.
	s.talk.field.Focus()
	kittest.Type(s.w, "Jules-Ferry.")
	s.w.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierControl})
	s.shows("Jules-Ferry.", "En attente d'envoi", "Vous : Jules-Ferry.")
	sent := s.sent(wire.MessageSend)
	if len(sent) != 1 || sent[0].Args.(*wire.SendMessage).Text != "Jules-Ferry." || s.talk.field.Value() != "" {
		t.Fatalf("sent %+v, and %q is left in the box", sent, s.talk.field.Value())
	}
	s.Accepted(screentest.Row(screentest.Mine, wire.Messages, "m3", wire.Message{ID: sent[0].Args.(*wire.SendMessage).Message, Request: screentest.ForLea, N: 3,
		At: screentest.Monday.At(9, 0).UnixMicro(), By: "Claire Martel", Text: "Jules-Ferry."}))
	s.shows("Envoyé, pas encore lu")
	s.hides("En attente d'envoi")
}

// What the count in the rail leads to is what it counts: documents, where no
// message is new; a tab that is named is the one shown.
func TestTheTabThatHasSomethingOpens(t *testing.T) {
	chosen := func(d *screentest.Desk, args ...string) int {
		return opening(tabs(), d.View, screen.To(screen.Exchanges, args...))
	}
	asks := func(rows ...wire.Change) *screentest.Desk {
		return family(append(rows, screentest.Row(screentest.Mine, wire.Requests, screentest.ForLea, wire.Request{ID: screentest.ForLea, Account: screentest.Claire, Procedure: "fiche-enfant", Person: "Léa Martel", State: "waiting_family",
			Documents: []documents.Asked{{Kind: "home"}}}), screentest.Row(wire.TownFeed, wire.DocumentKinds, "home", requests.DocumentKind{ID: "home", Label: requests.Text{FR: "Justificatif de domicile", EN: "Proof of address"}}))...)
	}
	if got := chosen(family()); got != 0 {
		t.Errorf("where nothing waits tab %d opens", got)
	}
	if got := chosen(asks()); got != 1 {
		t.Errorf("where documents wait tab %d opens", got)
	}
	if got := chosen(asks(letter(1, screentest.ForLea, true, "Bonjour.", 0))); got != 0 {
		t.Errorf("where a message waits as well tab %d opens", got)
	}
	if got := chosen(asks(), "request", "r9"); got != 0 {
		t.Errorf("with a request asked for tab %d opens", got)
	}
	if got := chosen(asks(), "tab", "messages"); got != 0 {
		t.Errorf("with messages asked for tab %d opens", got)
	}
}

func TestWhatArrivesWhileNobodyIsThereStaysUnread(t *testing.T) {
	kittest.Light(t)
	d := family(letter(1, screentest.ForLea, true, "Bonjour.", 5))
	s := open(t, d, wide, "request", string(screentest.ForLea))
	d.Away = true
	d.Get(letter(2, screentest.ForLea, true, "Vous êtes là ?", 0))
	s.shows("Vous êtes là ?", "Nouveau")
	if len(s.sent(wire.MessageRead)) != 0 {
		t.Fatal("nobody has read it")
	}
	d.Away = false
	d.Tick()
	s.settle()
	if len(s.sent(wire.MessageRead)) != 1 {
		t.Error("somebody came back and it stays unread")
	}
}

func TestAMessageHalfWrittenIsKept(t *testing.T) {
	kittest.Light(t)
	d := family()
	s := open(t, d, wide, "request", string(screentest.ForLea))
	s.shows("Aucun message sur cette demande")
	s.talk.field.Focus()
	kittest.Type(s.w, "Bonjour, je vou")
	s.c.Leave()
	s = open(t, d, wide, "request", string(screentest.ForLea))
	if got := s.talk.field.Value(); got != "Bonjour, je vou" {
		t.Errorf("there is %q", got)
	}
	s.choose(screentest.ForNoe, "")
	if got := s.talk.field.Value(); got != "" {
		t.Errorf("in the other thread there is %q", got)
	}
	s.talk.Send()
	s.shows("Écrivez votre message avant de l'envoyer.")
	s.talk.field.SetValue("a\u202eb")
	s.talk.Send()
	s.shows("signes illisibles")
	if len(s.Calls) != 0 {
		t.Errorf("submitted %+v", s.Calls)
	}
}

func TestARefusedMessageGivesItsTextBack(t *testing.T) {
	kittest.Light(t)
	s := open(t, family(), wide, "request", string(screentest.ForLea))
	s.talk.field.SetValue("Encore un mot.")
	s.talk.Send()
	s.Hand()
	id := s.Refused(portal.E(rules.TooMany, "message", "max", "60"))
	s.shows("Ce message n'est pas parti", "La limite de 60 messages est atteinte", "Encore un mot.")
	kittest.Press(t, s.w, "Reprendre ce texte")
	s.settle()
	if s.talk.field.Value() != "Encore un mot." || len(s.Read) != 1 || s.Read[0] != id {
		t.Errorf("in the box stands %q, read %v", s.talk.field.Value(), s.Read)
	}
}

func TestTheListHasItsThreeEmptyStatesAndItsSearch(t *testing.T) {
	kittest.Light(t)
	d := screentest.New(screentest.Claire, screentest.Monday.At(9, 0))
	open(t, d, wide).shows("pas encore arrivées")
	// With no request yet there is nothing to write about: it says what comes first.
	s := open(t, screentest.Family(), wide)
	s.shows("Un message se rapporte à une demande")
	kittest.Press(t, s.w, "Voir les démarches")
	if len(s.Routes) != 1 || s.Routes[0].Name != screen.Procedures {
		t.Errorf("it leads to %v", s.Routes)
	}
	s = open(t, family(), wide)
	s.shows("Vous n'avez pas encore échangé de message")
	kittest.Press(t, s.w, "Mes demandes")
	if len(s.Routes) != 1 || s.Routes[0].Name != screen.Requests {
		t.Errorf("it leads to %v", s.Routes)
	}
	s.Get(letter(1, screentest.ForLea, true, "La vaccination est à jour.", 5), letter(1, screentest.ForNoe, true, "Merci.", 5))
	for query, want := range map[string]string{"vaccinatio": "Léa", "noe": "Noé", "2026-000102": "Noé"} {
		s.search.SetText(query)
		s.settle()
		other := map[string]string{"Léa": "Noé", "Noé": "Léa"}[want]
		s.shows(want + " Martel, ")
		s.hides(other + " Martel, ")
	}
	s.search.SetText("girafe")
	s.shows("Effacer la recherche")
	kittest.Press(t, s.w, "Effacer la recherche")
	s.shows("Léa Martel, ", "Noé Martel, ")
	if items := s.requests(); len(items) != 2 || items[0].Do == nil {
		t.Errorf("one may write about %+v", items)
	}
}

func TestANarrowWindowShowsOneThingAtATime(t *testing.T) {
	kittest.Light(t)
	d := family(letter(1, screentest.ForLea, true, "Bonjour.", 5))
	s := open(t, d, fyne.NewSize(600, 480))
	s.shows("Léa Martel, ")
	s.choose(screentest.ForLea, "")
	s.shows("Tous les échanges", "Envoyer")
	if s.side.Visible() {
		t.Error("the list is behind it")
	}
	if !s.keys(&fyne.KeyEvent{Name: fyne.KeyEscape}) || s.open != "" || !s.side.Visible() {
		t.Error("Escape does not lead back")
	}
}

func TestARequestThatIsNotThereOpensNothing(t *testing.T) {
	kittest.Light(t)
	s := open(t, family(), wide, "request", "nobody's")
	if s.open != "" || s.talk != nil {
		t.Errorf("%q is open", s.open)
	}
}

func TestItFits(t *testing.T) {
	long := strings.Repeat("Je vous remercie de votre réponse, que j'ai bien reçue ce matin. ", 6)
	some := []wire.Change{letter(1, screentest.ForLea, false, long, 5), letter(2, screentest.ForLea, true, long, 0), letter(1, screentest.ForNoe, true, "Merci.", 0)}
	for name, show := range map[string]struct {
		desk  func() *screentest.Desk
		route screen.Route
		then  func(*letters)
	}{
		"thread":        {func() *screentest.Desk { return family(some...) }, screen.To(screen.Exchanges, "request", string(screentest.ForLea)), nil},
		"list":          {func() *screentest.Desk { return family(some...) }, screen.To(screen.Exchanges), nil},
		"nothing yet":   {func() *screentest.Desk { return family() }, screen.To(screen.Exchanges), nil},
		"nothing found": {func() *screentest.Desk { return family(some...) }, screen.To(screen.Exchanges), func(l *letters) { l.search.SetText("piscine") }},
		"not received":  {func() *screentest.Desk { return screentest.New(screentest.Claire, screentest.Monday.At(9, 0)) }, screen.To(screen.Exchanges), nil},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				d := show.desk()
				w := test.NewWindow(nil)
				t.Cleanup(w.Close)
				l := openLetters(d.Context(w), d, show.route)
				w.SetContent(l.screen().Content)
				if show.then != nil {
					show.then(l)
				}
				w.Canvas().Unfocus()
				w.SetContent(&fyne.Container{})
				return l.root
			})
		})
	}
}

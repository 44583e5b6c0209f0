package staff

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

var wide = fyne.NewSize(816, 483) // what the frame leaves at 1024 × 600

type opened struct {
	*queue
	*screentest.Desk
	t *testing.T
	w fyne.Window
	c *screen.Context
}

func open(t *testing.T, d *screentest.Desk, size fyne.Size, args ...string) *opened {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	c := d.Context(w)
	q := openQueue(c, d, screen.To(screen.Queue, args...))
	w.SetContent(q.screen().Content)
	w.Resize(size)
	kittest.Settle(w)
	return &opened{queue: q, Desk: d, t: t, w: w, c: c}
}

func staff(t *testing.T) *opened {
	t.Helper()
	kittest.Light(t)
	return open(t, screentest.Staff(), wide)
}

func (o *opened) settle() {
	o.Drain()
	kittest.Settle(o.w)
}

// list is the queue as it reads.
func (o *opened) list() string {
	var all []string
	for i := range o.items {
		a, b := o.cell(i, 0), o.cell(i, 1)
		all = append(all, strings.TrimSuffix(a.Text+" | "+a.Second+" | "+b.Text+" | "+b.Second, " | "))
	}
	return strings.Join(all, "\n")
}

func (o *opened) wantCalls(kinds ...string) {
	o.t.Helper()
	var got []string
	for _, c := range o.Calls {
		got = append(got, c.Kind)
	}
	if strings.Join(got, " ") != strings.Join(kinds, " ") {
		o.t.Errorf("submitted %v, not %v", got, kinds)
	}
}

func (o *opened) wantShown(parts ...string) {
	o.t.Helper()
	for _, p := range parts {
		if !kittest.Shows(o.w, p) {
			o.t.Errorf("%q is not shown; there is %q", p, kittest.Texts(o.w))
		}
	}
}

// plain writes no-break spaces as spaces.
func plain(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

func TestTheQueueIsSortedByAgeAndLive(t *testing.T) {
	o := staff(t)
	want := "Léa Martel | Fiche enfant | À prendre | depuis 3 jours\n" +
		"Noé Martel | Fiche enfant | À prendre | depuis 1 jour\n" +
		"Inès Haddad-Benali | Dérogation scolaire, Marc Petit | En examen | depuis 3 heures"
	if got := plain(o.list()); got != want {
		t.Errorf("the queue reads\n%s", got)
	}
	o.table.Select(1)
	o.mark(screentest.ForNoe)
	o.Get(screentest.Waiting("r0", screentest.Sofia, "fiche-enfant", "Ana Costa", "2026-000099", 100*time.Hour, "submitted", ""))
	if o.items[0].Person != "Ana Costa" || o.table.Selected() != 2 {
		t.Errorf("the row marked is %d of\n%s", o.table.Selected(), o.list())
	}
	o.Get(screentest.Waiting(screentest.ForNoe, screentest.Claire, "fiche-enfant", "Noé Martel", "2026-000102", 26*time.Hour, "in_review", screentest.Marc))
	if c := o.cell(2, 1); c.Text != "En examen" || o.cell(2, 0).Second != "Fiche enfant, Marc Petit" {
		t.Errorf("taken by a colleague it says %+v", c)
	}
}

func TestFiltersAndSearch(t *testing.T) {
	o := staff(t)
	choose := func(label string) {
		t.Helper()
		for _, it := range o.filters() {
			if it.Label == label {
				it.Do()
				return
			}
		}
		t.Fatalf("no filter says %q", label)
	}
	people := func() (all []string) {
		for _, it := range o.items {
			all = append(all, it.Person)
		}
		return all
	}
	oldest := people()
	choose("Les plus récentes d'abord")
	if got := people(); len(got) != len(oldest) || got[0] != oldest[len(oldest)-1] {
		t.Errorf("the newest first is %q", got)
	}
	choose("Par nom")
	if got := people(); !slices.IsSorted(got) {
		t.Errorf("by name it is %q", got)
	}
	choose("Les plus anciennes d'abord")
	choose("En examen")
	if len(o.items) != 1 || o.items[0].Person != "Inès Haddad-Benali" || o.choose.Text() != "En examen (1)" {
		t.Errorf("%s: %s", o.choose.Text(), o.list())
	}
	choose("Les miennes")
	o.settle()
	o.wantShown("Aucune demande ne correspond.", "2 filtres (0)")
	kittest.Press(t, o.w, "Tout afficher")
	choose("Fiche enfant")
	if len(o.items) != 2 {
		t.Errorf("of one procedure: %s", o.list())
	}
	o.clear()
	// What a family has just done is found among many.
	reply := screentest.Waiting(screentest.ForNoe, screentest.Claire, "fiche-enfant", "Noé Martel", "2026-000102", 26*time.Hour, "submitted", "")
	var q wire.QueueItem
	if err := wire.StrictJSON(reply.Body, &q); err != nil {
		t.Fatal(err)
	}
	q.Unread, q.Documents = 1, []wire.QueueDocument{{Kind: "vaccins", ToCheck: 1}}
	o.Get(screentest.Row(reply.Feed, reply.Collection, reply.Entity, q))
	for _, filter := range []string{"Avec un message non lu", "Justificatifs à vérifier"} {
		choose(filter)
		if len(o.items) != 1 || o.items[0].Person != "Noé Martel" || o.choose.Text() != filter+" (1)" {
			t.Errorf("%s: %s", o.choose.Text(), o.list())
		}
	}
	choose("Justificatifs à vérifier") // chosen again it is no filter any more
	if len(o.items) != 3 {
		t.Errorf("%s: %s", o.choose.Text(), o.list())
	}
	choose("Corrigées par la famille")
	if len(o.items) != 0 {
		t.Errorf("%s: %s", o.choose.Text(), o.list())
	}
	o.clear()
	for _, c := range []struct{ text, person string }{{"noe", "Noé Martel"}, {"2026-000103", "Inès Haddad-Benali"}, {"INÈS", "Inès Haddad-Benali"}} {
		o.search.SetText(c.text)
		if len(o.items) != 1 || o.items[0].Person != c.person {
			t.Errorf("%q finds %s", c.text, o.list())
		}
	}
}

func TestAnEmptyQueueSaysNothingToDo(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	d.Drop(wire.DeskFeed(screentest.Childhood))
	o := open(t, d, wide)
	o.wantShown("Rien à traiter")
	d = screentest.New(screentest.Sylvie, screentest.Monday.At(9, 0))
	o = open(t, d, wide)
	o.wantShown("pas encore arrivées")
}

func TestWalkingOpensNothingEnterOpensOnce(t *testing.T) {
	o := staff(t)
	o.w.Canvas().Focus(o.table)
	kittest.Key(o.w, fyne.KeyDown, fyne.KeyDown, fyne.KeyUp)
	o.wantCalls()
	o.wantShown("Ouvrir la demande")
	if o.selected != screentest.ForLea {
		t.Errorf("the row marked is %s", o.selected)
	}
	kittest.Key(o.w, fyne.KeyReturn)
	o.settle()
	o.wantCalls(wire.FileOpen)
	if a := o.Calls[0].Args.(*wire.OpenFile); a.Account != screentest.Claire || a.Desk != screentest.Childhood {
		t.Errorf("opened %+v", a)
	}
	o.wantShown("Ouverture du dossier…", "a besoin de la connexion")
	if len(o.Watched) != 1 || o.Watched[0] != screentest.ForLea {
		t.Errorf("watched %v", o.Watched)
	}
	kittest.Key(o.w, fyne.KeyReturn)
	o.wantCalls(wire.FileOpen)
	// On the row that is open already Enter goes to the request.
	o.w.Canvas().Focus(o.table)
	kittest.Key(o.w, fyne.KeyReturn)
	o.wantCalls(wire.FileOpen)
	if o.w.Canvas().Focused() == o.table {
		t.Error("Enter on the open row does nothing")
	}

	// Another request of the family, while the file is asked for already.
	o.show(screentest.ForNoe)
	o.wantCalls(wire.FileOpen)
	o.show(screentest.ForLea)
	o.Accepted(screentest.FileOf("submitted", "")...)
	kittest.Settle(o.w)
	o.wantShown("Identité de l'enfant", "Reims", "École Jules-Ferry", "CE2", "Responsable légal 1", "Léa Martel (nouvelle personne)", "Demande déposée, Claire Martel", "Prendre en charge")
	if kittest.Shows(o.w, "Ouverture du dossier") {
		t.Error("it still says that the file is being opened")
	}
	o.show(screentest.ForNoe)
	o.wantCalls(wire.FileOpen, wire.FileSeen)
	o.c.Leave()
	if len(o.Left) != len(o.Watched) {
		t.Errorf("watched %v, left %v", o.Watched, o.Left)
	}
}

func TestAFileThatIsRefusedIsAskedForAgain(t *testing.T) {
	o := staff(t)
	o.show(screentest.ForLea)
	o.Hand()
	id := o.Refused(portal.E(portal.Forbidden, "desk"))
	o.settle()
	o.wantShown("Le dossier pour Léa Martel n'a pas pu être ouvert", "Demander de nouveau")
	kittest.Press(t, o.w, "Demander de nouveau")
	o.settle()
	o.wantCalls(wire.FileOpen, wire.FileOpen)
	if len(o.Read) != 1 || o.Read[0] != id {
		t.Errorf("read %v", o.Read)
	}
}

func TestANarrowWindowShowsOneAtATime(t *testing.T) {
	kittest.Light(t)
	o := open(t, screentest.Staff(), fyne.NewSize(640, 480))
	o.show(screentest.ForLea)
	o.settle()
	if kittest.Find[*kit.IconButton](o.w, "Retour à la file") == nil && !kittest.Shows(o.w, "Retour à la file") {
		t.Errorf("there is no way back: %q", kittest.Texts(o.w))
	}
	if kittest.Shows(o.w, "Noé Martel") {
		t.Error("the queue is shown as well")
	}
	kittest.Press(t, o.w, "Retour à la file")
	if !kittest.Shows(o.w, "Noé Martel") || len(o.Left) != 1 {
		t.Errorf("there is %q", kittest.Texts(o.w))
	}
}

func TestEveryStateAndEventHasAWord(t *testing.T) {
	for _, lang := range i18n.Languages() {
		kittest.App(t, look.Light, 1, false, lang)
		for _, s := range requests.States {
			if !i18n.Has("staff.state."+string(s)) || s.Decided() && !i18n.Has("staff.done."+string(s)) {
				t.Errorf("%s: no word for %s", lang, s)
			}
		}
		for _, a := range []requests.Action{requests.Submit, requests.Take, requests.Release, requests.Ask, requests.Answer, requests.Accept, requests.Refuse, requests.Close, requests.Reopen, requests.Withdraw} {
			if !i18n.Has("staff.event." + string(requests.EventOf(a))) {
				t.Errorf("%s: no word for what %s leaves", lang, a)
			}
		}
	}
}

// Since when a request waits is read whole, at every size and in both
// languages: the table shortens what has no room without a word.
func TestTheStateColumnIsWideEnough(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for _, scale := range []float32{1, 1.5, 2} {
			kittest.App(t, look.Light, scale, false, lang)
			d := screentest.Staff()
			for i, state := range []string{"submitted", "in_review", "waiting_family"} {
				d.Get(screentest.Waiting(portal.ID("r"+state), screentest.Sofia, "fiche-enfant", "Ana", "2026-00099"+string(rune('0'+i)), time.Duration(i)*26*time.Hour, state, ""))
			}
			o := open(t, d, fyne.NewSize(kittest.Small.Width, 2000)) // all rows are in sight
			o.submitted(t)
			o.back() // where there is room for one of them only
			o.settle()
			for row := range o.items {
				for _, part := range []string{o.cell(row, 1).Text, o.cell(row, 1).Second} {
					if !kittest.Shows(o.w, part) {
						t.Errorf("%s at %.0f %%: %q is cut short", lang, scale*100, part)
					}
				}
			}
		}
	}
}

func TestTextsFitTheirBoxes(t *testing.T) {
	for name, state := range map[string]string{"queue": "", "request": "in_review"} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				d := screentest.Staff()
				args := []string{}
				if state != "" {
					d.Get(screentest.FileOf(state, screentest.Marc)...)
					args = []string{"request", string(screentest.ForLea)}
				}
				w := test.NewWindow(nil)
				t.Cleanup(w.Close)
				q := openQueue(d.Context(w), d, screen.To(screen.Queue, args...))
				d.SetPresence(screentest.ForLea, []string{"Marc Petit"})
				d.Drain()
				return q.root
			})
		})
	}
	t.Run("day", func(t *testing.T) {
		kittest.FitsEverywhere(t, func() fyne.CanvasObject {
			d := screentest.Staff()
			w := test.NewWindow(nil)
			t.Cleanup(w.Close)
			return openWeek(d.Context(w), screen.To(screen.StaffDay)).root
		})
	})
}

// A promise that was not kept is told in the list, not only to who opens it.
func TestALateAnswerIsToldInTheQueue(t *testing.T) {
	o := staff(t)
	o.Get(screentest.Waiting(screentest.ForLea, screentest.Claire, "fiche-enfant", "Léa Martel", "2026-000101", 40*24*time.Hour, "submitted", ""))
	row := o.indexOf(screentest.ForLea)
	if c := o.cell(row, 1); c.Icon != "warning" || !strings.HasPrefix(c.Second, "promise le ") || c.Text != "À prendre" {
		t.Errorf("it says %+v", c)
	}
	if c := o.cell(o.indexOf(screentest.ForNoe), 1); c.Icon == "warning" {
		t.Errorf("in time it says %+v", c)
	}
}

// One comes back from a document to the request beside the queue.
func TestARequestOpenFromTheBeginningKeepsTheKeyboard(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	d.Get(screentest.FileOf("in_review", screentest.Sylvie)...)
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	w.Resize(fyne.NewSize(1024, 600))
	q := openQueue(d.Context(w), d, screen.To(screen.Queue, "request", string(screentest.ForLea)))
	s := q.screen()
	w.SetContent(s.Content)
	w.Resize(fyne.NewSize(1024, 600))
	kittest.Settle(w)
	if !q.wide || s.Focus != q.open.reader {
		t.Error("what the screen begins with was built anew")
	}
}

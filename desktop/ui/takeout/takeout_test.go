package takeout

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	ical "github.com/arran4/golang-ical"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/cache"
	"parvis/desktop/pages/pagestest"
	"parvis/desktop/print"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// stage is the screen in a window of the smallest size.
type stage struct {
	*screentest.Desk
	t       testing.TB
	w       fyne.Window
	c       *screen.Context
	runner  *task.Runner
	queue   *task.Queue
	built   screen.Screen
	printed string // the file that was printed last
	saved   []byte
}

func on(t testing.TB, d *screentest.Desk, kiosk bool, args ...string) *stage {
	t.Helper()
	s := &stage{Desk: d, t: t, w: test.NewWindow(nil)}
	s.w.SetPadded(false)
	t.Cleanup(s.w.Close)
	s.c = d.Context(s.w)
	s.runner, s.queue = task.NewQueued(nil)
	s.c.Scope = s.runner.Scope()
	t.Cleanup(s.c.Leave)
	s.c.Prints = print.NewTray(t.TempDir(), func(u *url.URL) error { s.printed = filepath.FromSlash(u.Path); return nil })
	was := saveFile
	saveFile = func(name string, data []byte) (string, error) { s.saved = data; return "/telechargements/" + name, nil }
	t.Cleanup(func() { saveFile = was })
	s.built = open(s.c, s, screen.To(screen.TakeOut, args...), kiosk)
	s.w.SetContent(s.built.Content)
	s.w.Resize(fyne.NewSize(816, 483))
	kittest.Settle(s.w)
	return s
}

// Portal is where the town hall answers.
func (s *stage) Portal() (session.Portal, bool) {
	return session.Portal{Address: "https://portail.mairie.exemple.fr", Town: "town"}, true
}

func (s *stage) press(label string) {
	s.t.Helper()
	kittest.Press(s.t, s.w, label)
	s.queue.Settle(s.runner)
	s.Drain()
	kittest.Settle(s.w)
}

// booked is a family with days of both children, one of them not sent yet.
func booked(t testing.TB) *screentest.Desk {
	d := screentest.Family()
	d.Get(screentest.Booked("b-thu", screentest.Thursday),
		screentest.Row(screentest.Mine, wire.Bookings, "b-noe", wire.Booking{ID: "b-noe", Child: screentest.Noe, Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Thursday, Payer: screentest.Claire, Price: 320, ByName: "Claire Martel"}))
	if _, err := d.Submit(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: screentest.Lea, Activity: screentest.Canteen, Day: screentest.Friday}, cache.Note{}); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAMonthOnPaper(t *testing.T) {
	kittest.Light(t)
	s := on(t, booked(t), false)
	s.press("Imprimer le mois")
	pdf, err := os.ReadFile(s.printed)
	if err != nil {
		t.Fatal(err)
	}
	pages := pagestest.Text(t, pdf)
	text := strings.Join(strings.Fields(strings.Join(pages, " ")), " ")
	for _, want := range []string{"Saint-Aubin-sur-Vesle", "Mars 2026", "Agenda de la famille : Léa et Noé", "Lundi", "Dimanche", "Léa : Restauration", "Noé : Restauration", "(en attente"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q cannot be read in %q", want, text)
		}
	}
	if len(pages) != 1 {
		t.Errorf("%d pages", len(pages))
	}
	s.press("Noé Martel") // not his
	s.press("Imprimer le mois")
	if pdf, err = os.ReadFile(s.printed); err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(pagestest.Text(t, pdf), " "); strings.Contains(text, "Noé") || !strings.Contains(text, "Agenda de Léa") {
		t.Errorf("without him: %q", text)
	}
}

func TestDaysToComeAsAFile(t *testing.T) {
	kittest.Light(t)
	s := on(t, booked(t), false, "child", string(screentest.Lea))
	s.press("Enregistrer le fichier")
	cal, err := ical.ParseCalendar(bytes.NewReader(s.saved))
	if err != nil {
		t.Fatal(err)
	}
	var days []string
	for _, e := range cal.Events() {
		days = append(days, e.GetProperty(ical.ComponentPropertyDtStart).Value+" "+ical.FromText(e.GetProperty(ical.ComponentPropertySummary).Value))
	}
	// Monday is today; Friday waits and is left out; the 17th is the other
	// parent's, and the child goes there all the same.
	want := "20260309 Léa : Restauration scolaire|20260310 Léa : Restauration scolaire|20260312 Léa : Restauration scolaire|20260317 Léa : Restauration scolaire"
	if got := strings.Join(days, "|"); got != want {
		t.Errorf("the file holds %q", got)
	}
	kittest.WantShown(t, s.w, "Le fichier est enregistré : /telechargements/agenda-2026-03-09.ics")

	saveFile = func(string, []byte) (string, error) { return "", os.ErrPermission }
	s.press("Enregistrer le fichier")
	kittest.WantShown(t, s.w, "Le fichier n'a pas pu être enregistré.")
}

func TestNobodyAndNothingAreToldSo(t *testing.T) {
	kittest.Light(t)
	s := on(t, screentest.Family(), false, "child", string(screentest.Noe))
	s.press("Enregistrer le fichier")
	kittest.WantShown(t, s.w, "Aucun jour à venir n'est réservé")
	s.press("Noé Martel")
	s.press("Imprimer le mois")
	kittest.WantShown(t, s.w, "Cochez au moins une personne.")
	if s.printed != "" || s.saved != nil {
		t.Error("something was made all the same")
	}
	s = on(t, screentest.New(screentest.Claire, screentest.Monday.At(9, 0), screentest.TownRows()...), false)
	kittest.WantShown(t, s.w, "Il n'y a pas encore d'agenda à emporter.")
}

// The address is made here, known here, renewed and ended after a question.
func TestAnAddressThatCalendarsFollow(t *testing.T) {
	kittest.Light(t)
	s := on(t, booked(t), false)
	row := func(secret string) {
		s.Accepted(screentest.Row(screentest.Mine, wire.CalendarAddresses, screentest.Claire, wire.CalendarAddress{Made: screentest.Monday.At(9, 0).UnixMicro(), Mark: wire.CalendarMark(secret)}))
		s.Drain()
		kittest.Settle(s.w)
	}
	s.press("Créer l'adresse")
	made := s.Calls[len(s.Calls)-1].Args.(*wire.OpenCalendar).Secret
	at := "https://portail.mairie.exemple.fr/calendrier/" + made + ".ics"
	if !wire.CalendarSecret(made) {
		t.Errorf("%q is no secret", made)
	}
	kittest.WantShown(t, s.w, "En attente d'envoi", at)
	s.Hand()
	row(made)
	kittest.WantShown(t, s.w, "En service depuis le 9 mars 2026.", at)
	s.press("Copier l'adresse")
	if got := fyne.CurrentApp().Clipboard().Content(); got != at {
		t.Errorf("copied %q", got)
	}
	s.press("Renouveler")
	kittest.WantShown(t, s.w, "L'adresse d'avant ne marchera plus")
	s.press("Renouveler")
	fresh := s.Calls[len(s.Calls)-1].Args.(*wire.OpenCalendar).Secret
	if fresh == made {
		t.Error("it is the same as before")
	}
	s.Hand()
	row("another computer's")
	kittest.WantShown(t, s.w, "Elle a été créée sur un autre ordinateur")
	s.press("Supprimer l'adresse")
	s.press("Supprimer l'adresse")
	if _, is := s.Calls[len(s.Calls)-1].Args.(*wire.CloseCalendar); !is {
		t.Errorf("sent %+v", s.Calls[len(s.Calls)-1])
	}
	kittest.WantShown(t, s.w, "l'adresse prendra fin")
}

func TestNothingIsLeftOnAPublicComputer(t *testing.T) {
	kittest.Light(t)
	s := on(t, booked(t), true)
	kittest.WantShown(t, s.w, "Sur un ordinateur public, rien n'est imprimé")
	if all := kittest.All[*kit.Button](s.w); len(all) != 1 || all[0].AccessibilityLabel() != "Agenda" {
		t.Errorf("more can be pressed than the way back: %d", len(all))
	}
}

func TestTheAddressFits(t *testing.T) {
	for name, secret := range map[string]string{"here": strings.Repeat("Abc-defghi_", 4)[:43], "elsewhere": ""} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				d := booked(t)
				d.Get(screentest.Row(screentest.Mine, wire.CalendarAddresses, screentest.Claire, wire.CalendarAddress{Made: screentest.Monday.At(9, 0).UnixMicro(), Mark: wire.CalendarMark(strings.Repeat("Abc-defghi_", 4)[:43])}))
				if err := d.Keep(keptKind, keptKey, secret); err != nil {
					t.Fatal(err)
				}
				return kittest.InWindow(on(t, d, false).built.Content, false)
			})
		})
	}
}

func TestFit(t *testing.T) {
	for name, kiosk := range map[string]bool{"page": false, "kiosk": true} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject { return kittest.InWindow(on(t, booked(t), kiosk).built.Content, false) })
		})
	}
}

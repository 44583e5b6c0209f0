package appointments

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/assets/catalogue"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	rules "parvis/shared/appointments"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const (
	asked  portal.ID = "0190b000-0000-7000-8000-0000000000b1" // Claire's request for papers, of two people
	held   portal.ID = "0190b000-0000-7000-8000-0000000000b2"
	others portal.ID = "0190b000-0000-7000-8000-0000000000b3"
	yann   portal.ID = "0190b000-0000-7000-8000-0000000000b4"

	desk = "citoyennete"
)

func nine(minutes int) int64 { return screentest.Thursday.At(9, minutes).UnixMicro() }

// townRows is the facts of a town that makes identity papers in the mornings.
func townRows(t testing.TB) []wire.Change {
	t.Helper()
	files, err := catalogue.Files()
	if err != nil {
		t.Fatal(err)
	}
	s := rules.Service{ID: "titres", Name: bookings.Names{"fr": "Cartes d'identité et passeports", "en": "Identity cards and passports"}, Desk: desk,
		Place: bookings.Names{"fr": "Hôtel de ville, rez-de-chaussée, guichet Citoyenneté", "en": "Town hall, ground floor, Citizenship counter"},
		Slot:  15, Counters: 2, Most: 6, Weeks: 6, Book: bookings.Cutoff{Days: 1, Hour: 12, Working: true}, Change: bookings.Cutoff{Days: 1, Hour: 16, Working: true}}
	for day := time.Monday; day <= time.Friday; day++ {
		s.Hours = append(s.Hours, rules.Hours{Weekday: day, From: 9 * 60, To: 12 * 60}, rules.Hours{Weekday: day, From: 14 * 60, To: 15 * 60})
	}
	rows := []wire.Change{
		screentest.Row(wire.TownFeed, wire.AppointmentServices, "titres", s),
		screentest.Row(wire.TownFeed, wire.Procedures, "papiers-d-identite", files["papiers-d-identite"]),
	}
	common, err := catalogue.LoadCommon()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range common.DocumentKinds {
		rows = append(rows, screentest.Row(wire.TownFeed, wire.DocumentKinds, portal.ID(k.ID), k))
	}
	return rows
}

// askedRow is the request in a state, in a feed.
func askedRow(feed, state string) wire.Change {
	answers := json.RawMessage(`{"people":[{"name":"Léa Martel"},{"name":"Noé Martel"}]}`)
	return screentest.Row(feed, wire.Requests, asked, wire.Request{ID: asked, Reference: "2026-000123", Account: screentest.Claire, Procedure: "papiers-d-identite", Version: 2,
		Desk: desk, State: state, Person: "Claire Martel", Submitted: screentest.Monday.At(8, 0).UnixMicro(), Answers: answers})
}

func heldRow(state string, start int64, change func(*wire.Appointment)) wire.Change {
	a := wire.Appointment{ID: held, Request: asked, Service: "titres", Start: start, End: start + 1800e6, Counter: 1, People: 2, State: state, Made: 1, Changed: 1}
	if change != nil {
		change(&a)
	}
	return screentest.Row(screentest.Mine, wire.Appointments, held, a)
}

func takenRow(start int64, minutes int64, counters ...int) wire.Change {
	b := rules.Busy{Service: "titres", Day: rules.Slot{Start: start}.Day()}
	for _, c := range counters {
		b.Take(c, rules.Slot{Start: start, End: start + minutes*60e6})
	}
	return screentest.Row(wire.TownFeed, wire.AppointmentDays, rules.BusyKey("titres", b.Day), b)
}

// family is Claire's desktop.
func family(t testing.TB, rows ...wire.Change) *screentest.Desk {
	t.Helper()
	all := append(screentest.FamilyRows(), townRows(t)...)
	return screentest.New(screentest.Claire, screentest.Monday.At(9, 0), append(append(all, askedRow(screentest.Mine, "submitted")), rows...)...)
}

// staff is Yann's desktop, with who comes on Thursday.
func staff(t testing.TB, rows ...wire.Change) *screentest.Desk {
	t.Helper()
	all := append(screentest.TownRows(), townRows(t)...)
	all = append(all, screentest.Row(wire.AccountFeed(yann), wire.Accounts, yann, wire.Account{ID: yann, Kind: wire.Agent, FirstName: "Yann", LastName: "Morel", Desks: []string{desk}}),
		lineRow(held, asked, "Claire Martel", nine(0), 2, 1), lineRow(others, "another-request", "Sofia Benali", nine(30), 1, 2))
	return screentest.New(yann, screentest.Monday.At(9, 0), append(all, rows...)...)
}

// open shows a screen in a window.
func open(t *testing.T, d *screentest.Desk, route screen.Route) fyne.Window {
	t.Helper()
	return kittest.Window(t, content(d, route), fyne.NewSize(1024, 700))
}

func content(d *screentest.Desk, route screen.Route) fyne.CanvasObject {
	r := room{d.Context(test.NewWindow(nil)), d}
	if route.Name == screen.DeskDays {
		return openDays(r, route).Content
	}
	return r.appointment(route).Content
}

func to(args ...string) screen.Route {
	return screen.To(screen.Appointment, append([]string{"request", string(asked)}, args...)...)
}

func last(t *testing.T, d *screentest.Desk) screentest.Call {
	t.Helper()
	if len(d.Calls) == 0 {
		t.Fatal("nothing was submitted")
	}
	return d.Calls[len(d.Calls)-1]
}

func shows(t *testing.T, w fyne.Window, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !kittest.Shows(w, strings.ReplaceAll(part, "~", "\u00a0")) {
			t.Errorf("%q is not shown; there is %q", part, kittest.Texts(w))
		}
	}
}

func TestAFamilyChoosesADayAndAnHour(t *testing.T) {
	kittest.Light(t)
	// On Tuesday half past nine is taken at both counters.
	d := family(t, takenRow(screentest.Tuesday.At(9, 30).UnixMicro(), 15, 1, 2))
	w := open(t, d, to())
	shows(t, w, "Choisir un rendez-vous", "2 personnes, comptez 30 minutes", "Mardi 10~mars", "10:00")
	for _, gone := range []string{"09:15", "09:30", "11:45"} { // two people take half an hour
		if kittest.Shows(w, gone) {
			t.Errorf("%s can be chosen: %q", gone, kittest.Texts(w))
		}
	}
	kittest.Press(t, w, "10:00")
	route := d.Routes[len(d.Routes)-1]
	if route.Name != screen.Appointment || route.Arg("start") != strconv.FormatInt(screentest.Tuesday.At(10, 0).UnixMicro(), 10) {
		t.Fatalf("an hour leads to %s", route)
	}
	// The recap says what counts before it is pressed.
	w = open(t, d, route)
	shows(t, w, "Vérifiez le rendez-vous", "Mardi 10~mars 2026", "de 10:00 à 10:30 · 30 minutes", "Hôtel de ville", "Compte si la mairie le reçoit avant le lundi 9~mars à 12:00", "jusqu'au lundi 9~mars à 16:00", "À apporter")
	kittest.Press(t, w, "Confirmer le rendez-vous")
	call := last(t, d)
	args, is := call.Args.(*wire.BookAppointment)
	if !is || args.Request != asked || args.Start != screentest.Tuesday.At(10, 0).UnixMicro() || call.Note.Key != "visits.note.book" {
		t.Fatalf("it submitted %+v", call)
	}
	// Waiting and confirmed never look alike.
	w = open(t, d, to())
	shows(t, w, "En attente d'envoi", "Pas encore confirmé")
	if kittest.Shows(w, "Ajouter à mon agenda") {
		t.Error("what is not confirmed can be put into a calendar")
	}
	d.Accepted(heldRow("booked", screentest.Tuesday.At(10, 0).UnixMicro(), func(a *wire.Appointment) { a.ID = args.Appointment }))
	w = open(t, d, to())
	shows(t, w, "Confirmé", "Ajouter à mon agenda", "Vous pouvez le déplacer ou l'annuler jusqu'au lundi 9~mars à 16:00")
}

func TestADayThatCannotBeHadSaysWhy(t *testing.T) {
	kittest.Light(t)
	closed := rules.Closure{ID: "c", Service: "titres", From: screentest.Thursday.At(0, 0).UnixMicro(), To: screentest.Friday.At(0, 0).UnixMicro(), Reason: "Formation des agents"}
	d := family(t, screentest.Row(wire.TownFeed, wire.AppointmentClosures, "c", closed), takenRow(screentest.Friday.At(9, 0).UnixMicro(), 360, 1, 2))
	w := open(t, d, to())
	grid := kittest.All[*kit.MonthGrid](w)[0]
	for day, want := range map[portal.Date]string{
		screentest.Thursday: "Fermé par la mairie : Formation des agents.", screentest.Friday: "Tous les horaires de ce jour sont pris.",
		"2026-03-14": "La mairie ne reçoit pas sur rendez-vous à ce moment-là.", "2026-03-11": "14 horaires libres", "2026-03-09": "Trop tard pour ce jour",
	} {
		if got := grid.CellLabel(civil(day)); !strings.Contains(got, want) {
			t.Errorf("%s says %q", day, got)
		}
	}
	// By the keyboard: Wednesday, and Enter shows its hours.
	w.Canvas().Focus(grid)
	kittest.Key(w, fyne.KeyRight, fyne.KeyRight, fyne.KeyReturn)
	kittest.Settle(w)
	shows(t, w, "Mercredi 11~mars")
	// Somebody takes all of it meanwhile.
	d.Get(takenRow(portal.Date("2026-03-11").At(9, 0).UnixMicro(), 360, 1, 2))
	kittest.Settle(w)
	if kittest.Shows(w, "09:00") {
		t.Errorf("what was taken can still be chosen: %q", kittest.Texts(w))
	}
}

func TestAMoveKeepsTheFormerOneUntilItIsHad(t *testing.T) {
	kittest.Light(t)
	d := family(t, heldRow("booked", nine(0), nil), takenRow(nine(0), 30, 1))
	w := open(t, d, to("step", "choose"))
	shows(t, w, "Déplacer le rendez-vous", "Vous gardez votre rendez-vous tant que l'autre n'est pas confirmé", "Le vôtre")
	w = open(t, d, to("start", strconv.FormatInt(nine(15), 10)))
	shows(t, w, "Il remplace le rendez-vous actuel : jeudi 12~mars 2026, de 09:00 à 09:30")
	kittest.Press(t, w, "Déplacer le rendez-vous")
	if args, is := last(t, d).Args.(*wire.MoveAppointment); !is || args.Appointment != held || args.Start != nine(15) || args.Reason != "" {
		t.Fatalf("it submitted %+v", last(t, d))
	}
	w = open(t, d, to())
	shows(t, w, "Déplacement en attente d'envoi", "jeudi 12~mars 2026, de 09:00 à 09:30")
	// The town hall refuses: the former stands, and another time is near.
	d.Refused(portal.E(rules.SlotTaken, "start"))
	kittest.Settle(w)
	shows(t, w, "Confirmé", "n'a pas pu être déplacé au jeudi 12~mars à 09:15", "Quelqu'un d'autre a pris cet horaire", "Vous gardez votre rendez-vous")
	kittest.Press(t, w, "Choisir un autre horaire")
	if len(d.Read) != 1 || d.Routes[len(d.Routes)-1].Arg("step") != "choose" {
		t.Errorf("it leads to %v, read %v", d.Routes, d.Read)
	}
}

func TestLookingAtItEndsWhatWasToldOfIt(t *testing.T) {
	kittest.Light(t)
	told := func(id portal.ID, kind string, about portal.ID) wire.Change {
		return screentest.Row(screentest.Mine, wire.Notices, id, wire.Notice{ID: id, Kind: kind, About: about, At: 1})
	}
	d := family(t, heldRow("booked", nine(0), nil), told("n1", "appointment", asked), told("n2", "appointment_soon", asked), told("n3", "appointment", others), told("n4", "decision", asked))
	open(t, d, to())
	if args, is := last(t, d).Args.(*wire.ReadNotices); !is || len(args.Notices) != 2 || d.Untold() != 2 {
		t.Errorf("it submitted %+v, and %d are unread", last(t, d).Args, d.Untold())
	}
	open(t, d, to())
	if len(d.Calls) != 1 {
		t.Errorf("seen again it submits %+v", d.Calls)
	}
}

func TestCancellingAsks(t *testing.T) {
	kittest.Light(t)
	d := family(t, heldRow("booked", nine(0), nil))
	w := open(t, d, to())
	kittest.Press(t, w, "Annuler le rendez-vous")
	if len(d.Calls) != 0 {
		t.Fatal("it is cancelled without a word")
	}
	// The dialog lies over the window of the screen's own context.
	r := room{d.Context(w), d}
	a, _ := d.AppointmentOf(asked)
	v, _ := d.Visit(asked)
	r.cancel(v, a)
	kittest.Settle(w)
	shows(t, w, "Annuler ce rendez-vous ?", "L'horaire sera rendu aux autres")
	kittest.Press(t, w, "Le garder")
	if len(d.Calls) != 0 {
		t.Fatal("kept, it is cancelled")
	}
	r.cancel(v, a)
	kittest.Press(t, w, "Annuler le rendez-vous")
	if args, is := last(t, d).Args.(*wire.CancelAppointment); !is || args.Appointment != held {
		t.Fatalf("it submitted %+v", last(t, d))
	}
	// What has not left is not sent: it is taken back.
	fresh := family(t)
	id, err := fresh.Submit(wire.AppointmentBook, wire.BookAppointment{Appointment: held, Request: asked, Start: nine(0)}, note("book", "Papiers", rules.Slot{Start: nine(0)}))
	if err != nil {
		t.Fatal(err)
	}
	w = kittest.Window(t, kit.Gap(1), fyne.NewSize(1024, 600))
	r = room{fresh.Context(w), fresh}
	a, _ = fresh.AppointmentOf(asked)
	v, _ = fresh.Visit(asked)
	r.cancel(v, a)
	kittest.Press(t, w, "Annuler le rendez-vous")
	if len(fresh.Undone) != 1 || fresh.Undone[0] != id || len(fresh.Calls) != 1 {
		t.Errorf("it undid %v and submitted %v", fresh.Undone, fresh.Calls)
	}
}

func TestTheCardOfARequest(t *testing.T) {
	kittest.Light(t)
	card := func(d *screentest.Desk) string {
		t.Helper()
		q, _ := d.Request(asked)
		o := Card(d.Context(test.NewWindow(nil)), d, q)
		if o == nil {
			return ""
		}
		return strings.ReplaceAll(strings.Join(kittest.Texts(kittest.Window(t, kit.NewPage(o), fyne.NewSize(900, 400))), " | "), "\u00a0", " ")
	}
	byTown := func(a *wire.Appointment) { a.Staff, a.Reason = true, "Panne de la machine." }
	for name, c := range map[string]struct {
		rows []wire.Change
		want string
	}{
		"none yet":              {nil, "Un rendez-vous est nécessaire"},
		"confirmed":             {[]wire.Change{heldRow("booked", nine(0), nil)}, "Jeudi 12 mars 2026, de 09:00 à 09:30"},
		"cancelled by the town": {[]wire.Change{heldRow("cancelled", nine(0), byTown)}, "La mairie a annulé votre rendez-vous"},
		"cancelled":             {[]wire.Change{heldRow("cancelled", nine(0), nil)}, "Prendre rendez-vous"},
		"held":                  {[]wire.Change{heldRow("honoured", nine(0), nil)}, "Vous étiez au rendez-vous"},
		"missed":                {[]wire.Change{heldRow("missed", nine(0), nil)}, "Choisir un autre horaire"},
		"over":                  {[]wire.Change{askedRow(screentest.Mine, "refused")}, ""},
		"a town without it":     {[]wire.Change{screentest.Gone(wire.TownFeed, wire.AppointmentServices, "titres")}, ""},
	} {
		d := family(t)
		d.Get(c.rows...)
		if got := card(d); c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: the card says %q", name, got)
		}
	}
	// Off line somebody else takes the time: that is told before it is sent.
	d := family(t)
	if _, err := d.Submit(wire.AppointmentBook, wire.BookAppointment{Appointment: held, Request: asked, Start: nine(0)}, note("book", "Papiers", rules.Slot{Start: nine(0)})); err != nil {
		t.Fatal(err)
	}
	if got := card(d); !strings.Contains(got, "Pas encore confirmé") {
		t.Errorf("waiting it says %q", got)
	}
	d.Get(takenRow(nine(0), 30, 1, 2))
	if got := card(d); !strings.Contains(got, "ne pourra sans doute pas être pris") {
		t.Errorf("doubtful it says %q", got)
	}
	if steps := Steps(d.View, asked); len(steps) != 0 {
		t.Errorf("the time line says %v", steps)
	}
	d.Accepted(heldRow("booked", nine(0), nil))
	if steps := Steps(d.View, asked); len(steps) != 1 || !steps[0].Ahead || steps[0].Title != "Rendez-vous à la mairie" {
		t.Errorf("the time line says %v", steps)
	}
}

// Every text of every screen fits at 1024 × 600, at 100, 150 and 200 %, in
// both languages.
func TestEveryTextFits(t *testing.T) {
	byTown := func(a *wire.Appointment) {
		a.Staff, a.Reason = true, "Le guichet est fermé pour une formation des agents ; nous en sommes désolés."
	}
	for name, build := range map[string]func() fyne.CanvasObject{
		"choose": func() fyne.CanvasObject { return content(family(t, takenRow(nine(0), 360, 1, 2)), to()) },
		"move": func() fyne.CanvasObject {
			return content(family(t, heldRow("booked", nine(0), nil)), to("step", "choose"))
		},
		"recap":   func() fyne.CanvasObject { return content(family(t), to("start", strconv.FormatInt(nine(0), 10))) },
		"gone":    func() fyne.CanvasObject { return content(family(t), to("start", strconv.FormatInt(nine(5), 10))) },
		"stands":  func() fyne.CanvasObject { return content(family(t, heldRow("booked", nine(0), nil)), to()) },
		"by town": func() fyne.CanvasObject { return content(family(t, heldRow("cancelled", nine(0), byTown)), to()) },
		"pending": func() fyne.CanvasObject {
			d := family(t)
			if _, err := d.Submit(wire.AppointmentBook, wire.BookAppointment{Appointment: held, Request: asked, Start: nine(0)}, note("book", "Papiers", rules.Slot{Start: nine(0)})); err != nil {
				t.Error(err)
			}
			return content(d, to())
		},
		"list": func() fyne.CanvasObject {
			c := rules.Closure{ID: "c", Service: "titres", From: nine(60), To: nine(120), Reason: "Formation des agents"}
			return content(staff(t, screentest.Row(wire.TownFeed, wire.AppointmentClosures, "c", c)), screen.To(screen.DeskDays, "day", string(screentest.Thursday)))
		},
		"empty list": func() fyne.CanvasObject { return content(staff(t), screen.To(screen.DeskDays)) },
	} {
		t.Run(name, func(t *testing.T) { kittest.FitsEverywhere(t, func() fyne.CanvasObject { return framed(build()) }) })
	}
}

// framed puts a screen into the window's frame, which takes its room too.
func framed(o fyne.CanvasObject) fyne.CanvasObject {
	rail := kit.NewRail(nil, func(string) {})
	rail.SetItems(kit.RailItem{ID: screen.DeskDays, Icon: "calendar-check", Label: "Rendez-vous"})
	s := kit.NewShell(kit.NewTopBar(), rail, kit.NewFootLine(func() {}), kit.NewToasts(nil))
	s.ShowRail(true)
	s.SetPage(o)
	return s
}

// In large text the days are a list, and the hours of the one chosen a page.
func TestLargeTextChoosesFromAList(t *testing.T) {
	kittest.App(t, look.Light, 1.5, false, i18n.French)
	d := family(t)
	w := open(t, d, to())
	shows(t, w, "Mars 2026", "Mardi 10~mars")
	if kittest.Shows(w, "Samedi 14~mars") {
		t.Error("a day without hours is in the list")
	}
	list := kittest.All[*kit.DayList](w)[0]
	list.OnSelect(kit.Day{Date: civil(screentest.Thursday)})
	kittest.Settle(w)
	shows(t, w, "Jeudi 12~mars", "Choisir un autre jour", "09:00")
	kittest.Press(t, w, "Choisir un autre jour")
	shows(t, w, "Mardi 10~mars")
}

func TestBeforeAnythingCame(t *testing.T) {
	kittest.Light(t)
	d := screentest.New(screentest.Claire, screentest.Monday.At(9, 0))
	shows(t, open(t, d, to()), "pas encore arrivées")
	shows(t, open(t, d, screen.To(screen.DeskDays)), "pas encore arrivées")
	// All is taken for weeks.
	full := family(t)
	for day := screentest.Monday; day <= screentest.Monday.Add(43); day = day.Add(1) {
		full.Get(takenRow(day.At(9, 0).UnixMicro(), 360, 1, 2))
	}
	shows(t, open(t, full, to()), "Il n'y a plus d'horaire libre d'ici au 20~avril 2026")
}

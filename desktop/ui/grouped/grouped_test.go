package grouped

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/cache"
	"parvis/desktop/print"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// stage is the screen in a window of the smallest size.
type stage struct {
	*screentest.Desk
	t     testing.TB
	w     fyne.Window
	c     *screen.Context
	went  []screen.Route
	shown *screen.Screen
}

func on(t testing.TB, d *screentest.Desk, r screen.Route) *stage {
	t.Helper()
	s := &stage{Desk: d, t: t, w: test.NewWindow(nil)}
	s.w.SetPadded(false)
	t.Cleanup(s.w.Close)
	s.open(r)
	return s
}

func (s *stage) open(r screen.Route) {
	s.t.Helper()
	if s.c != nil {
		s.c.Leave()
	}
	s.c = s.Context(s.w)
	s.t.Cleanup(s.c.Leave)
	s.c.Prints = print.NewTray(s.t.TempDir(), func(*url.URL) error { return nil })
	s.c.Go = func(r screen.Route) { s.went = append(s.went, r) }
	s.c.Replace = s.c.Go
	built := open(s.c, s.Desk, r)
	s.shown = &built
	s.w.SetContent(built.Content)
	s.w.Resize(fyne.NewSize(816, 483))
	kittest.Settle(s.w)
}

func (s *stage) press(labels ...string) {
	s.t.Helper()
	for _, l := range labels {
		kittest.Press(s.t, s.w, l)
		s.Drain()
		kittest.Settle(s.w)
	}
}

// choose chooses an answer of a question.
func (s *stage) choose(key, value string) {
	s.t.Helper()
	kittest.All[*kit.Form](s.w)[0].Field(key).SetValue(value)
	s.shown.Again()
	s.now()
}

// sent is the newest group in the outbox.
func (s *stage) sent() *wire.GroupBookings {
	s.t.Helper()
	waiting := s.View.Waiting()
	if len(waiting) == 0 {
		s.t.Fatal("nothing was sent")
	}
	_, args, err := wire.ReadCommand(waiting[len(waiting)-1].Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return args.(*wire.GroupBookings)
}

func start(t testing.TB) *stage {
	return on(t, screentest.Family(), screen.To(screen.Grouped, "child", string(screentest.Lea), "activity", string(screentest.Canteen)))
}

// mondays books Léa's and Noé's canteen on Mondays and Tuesdays until the
// holidays, up to the last step.
func (s *stage) mondays() *stage {
	s.t.Helper()
	s.press("Noé Martel", "Suivant", "Lundi", "Mardi")
	s.choose("period", toHolidays)
	s.press("Suivant")
	return s
}

func TestDaysOfTheWeekAreBookedTogether(t *testing.T) {
	kittest.Light(t)
	s := start(t).mondays()
	// Tuesday 10 March, whose limit has not passed at 9:00, to Tuesday 7 April
	// without Easter Monday, for both; two of Léa's are booked, one of them by Hugo.
	kittest.WantShown(t, s.w, "repas à réserver", "solde après", "Les vacances, les jours fériés et les jours sans activité sont laissés de côté.", "réservations sont déjà faites", "Rien n'est encore envoyé.", "Mars 2026", "Avril 2026")
	s.press("Réserver 14 repas")
	g := s.sent()
	if n := bookings.Count(g.Book); n != 14 || len(g.Cancel) != 0 || g.All {
		t.Errorf("sent %d days: %+v", n, g)
	}
	for _, l := range g.Book {
		if l.Child == screentest.Lea && slices.Contains(l.Days, "2026-03-17") || slices.Contains(l.Days, "2026-04-06") || slices.ContainsFunc(l.Days, func(d portal.Date) bool { return d > "2026-04-10" }) {
			t.Errorf("sent %+v", l)
		}
	}
	if last := s.went[len(s.went)-1]; last.Name != screen.Grouped || last.Arg("id") != string(g.Group) {
		t.Errorf("then shown: %v", last)
	}

	// It waits, is under way, and stands with what was not possible.
	s.open(s.went[len(s.went)-1])
	kittest.WantShown(t, s.w, "En attente d'envoi", "14 repas à réserver", "Ne pas envoyer")
	s.Hand()
	kittest.Settle(s.w)
	kittest.WantShown(t, s.w, "Envoi en cours")
	r := wire.GroupResult{ID: g.Group, At: screentest.Monday.At(9, 1).UnixMicro(), Debited: 13 * 320}
	var rows []wire.Change
	for i, o := range bookings.InOrder(g.Book) {
		if i == 0 {
			r.Refuse(o.Child, o.Activity, o.Day, false, portal.E(bookings.NoPlace, "day"))
			continue
		}
		r.Booked = bookings.Add(r.Booked, o.Child, o.Activity, o.Day, false)
		id := bookings.GroupedID(g.Group, o.Child, o.Activity, o.Day)
		rows = append(rows, screentest.Row(screentest.Mine, wire.Bookings, id, wire.Booking{ID: id, Child: o.Child, Activity: o.Activity, Site: screentest.Ferry, Day: o.Day, Payer: screentest.Claire, Price: 320, ByName: "Claire Martel"}))
	}
	s.Accepted(append(rows, screentest.Row(screentest.Mine, wire.Groups, g.Group, r))...)
	s.Drain()
	kittest.Settle(s.w)
	kittest.WantShown(t, s.w, "13 repas réservés, une réservation impossible, 41,60 €.", "Solde maintenant : ", "Ce qui n'est pas possible", "Imprimer le récapitulatif")

	// One press takes it all back.
	s.press("Tout annuler")
	back := s.sent()
	if back.Undoes != g.Group || len(back.Cancel) != 13 || len(back.Book) != 0 {
		t.Errorf("taken back: %+v", back)
	}
}

func TestTheMainButtonSaysWhatIsMissing(t *testing.T) {
	kittest.Light(t)
	s := start(t)
	s.press("Léa Martel", "Suivant") // nobody is left
	kittest.WantShown(t, s.w, "Cochez au moins une personne.")
	s.press("Léa Martel", "Suivant", "Suivant")
	kittest.WantShown(t, s.w, "Cochez au moins un jour de la semaine.")
	s.choose("how", byPick)
	s.press("Suivant")
	kittest.WantShown(t, s.w, "Choisissez au moins un jour sur le calendrier.")
	s.choose("how", byWeek)
	s.choose("period", otherDates)
	s.press("Lundi", "Suivant")
	kittest.WantShown(t, s.w, "Indiquez le jour, le mois et l'année.")
	form := kittest.All[*kit.Form](s.w)[0]
	form.SetValues(map[string]string{"from": "2026-03-20", "to": "2026-03-12"})
	s.press("Suivant")
	kittest.WantShown(t, s.w, "La fin est avant le début.")
}

// pick presses days of the calendar.
func (s *stage) pick(days ...portal.Date) {
	s.t.Helper()
	grid := kittest.All[*kit.MonthGrid](s.w)[0]
	for _, d := range days {
		test.TapAt(grid, grid.CellCentre(d.At(0, 0)).AddXY(0, 0))
		s.now()
	}
}

func (s *stage) now() {
	s.Drain()
	kittest.Settle(s.w)
}

func TestDaysArePickedOnTheCalendar(t *testing.T) {
	kittest.Light(t)
	s := start(t)
	s.press("Suivant")
	s.choose("how", byPick)
	s.pick("2026-03-12", "2026-03-16", "2026-03-18", "2026-03-12") // a Wednesday is not to be chosen; one is taken back
	kittest.WantShown(t, s.w, "Un jour choisi.")
	s.press("Suivant")
	kittest.WantShown(t, s.w, "Un repas à réserver pour Léa, 3,20 €, solde après : 73,60 €.", "Restauration scolaire. Rien n'est encore envoyé.")
	s.press("Réserver un repas")
	if g := s.sent(); len(g.Book) != 1 || !slices.Equal(g.Book[0].Days, []portal.Date{"2026-03-16"}) {
		t.Errorf("sent %+v", g)
	}
}

func TestDaysAreCancelledTogether(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	d.Get(screentest.Booked("b-thu", screentest.Thursday), screentest.Booked("b-fri", screentest.Friday))
	s := on(t, d, screen.To(screen.Grouped, "activity", string(screentest.Canteen)))
	s.choose("intent", string(view.ToCancel))
	s.press("Suivant", "Mardi", "Jeudi", "Vendredi")
	s.choose("period", thisMonth)
	s.press("Suivant")
	kittest.WantShown(t, s.w, "3 repas à annuler", "recrédit de 9,60 €")
	// Hugo's day cannot be cancelled by Claire: it is told, and not sent.
	kittest.WantShown(t, s.w, "Ce qui n'est pas possible", "Mardi 17 mars")
	s.press("Annuler 3 repas")
	if g := s.sent(); !slices.Equal(g.Cancel, []portal.ID{"b-tue", "b-thu", "b-fri"}) {
		t.Errorf("sent %+v", g)
	}
}

func TestAPeriodIsMadeToBeAsItIsChosen(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	d.Get(screentest.Booked("b-thu", screentest.Thursday), screentest.Booked("b-mon2", "2026-03-16"))
	s := on(t, d, screen.To(screen.Grouped, "activity", string(screentest.Canteen)))
	s.choose("intent", string(view.ToReplace))
	s.press("Suivant", "Lundi", "Vendredi")
	s.choose("period", thisMonth)
	s.press("Suivant")
	s.press("Réserver 4 repas, annuler 2 repas")
	g := s.sent()
	slices.Sort(g.Cancel)
	if !slices.Equal(g.Cancel, []portal.ID{"b-thu", "b-tue"}) || bookings.Count(g.Book) != 4 {
		t.Errorf("sent %+v", g)
	}
}

func TestOneParentsOwnWeeks(t *testing.T) {
	kittest.Light(t)
	d := screentest.New(screentest.Claire, screentest.Monday.At(9, 0), screentest.ApartRows()...)
	d.Get(screentest.Shared(func(c *wire.Child) {
		c.Weeks = &wire.ChildWeeks{Weeks: family.Weeks{Anchor: "2026-03-16"}, With: "Hugo Martel"}
	}))
	s := on(t, d, screen.To(screen.Grouped, "child", string(screentest.Lea)))
	s.press("Suivant", "Jeudi")
	s.choose("every", ownWeeks)
	s.choose("period", toHolidays)
	s.press("Suivant")
	child, _ := s.View.Child(screentest.Lea)
	possible := kittest.Texts(s.w)
	if !slices.ContainsFunc(possible, func(x string) bool { return strings.Contains(x, "à réserver") }) {
		t.Fatalf("shown: %q", possible)
	}
	for _, b := range kittest.All[*kit.Button](s.w) {
		if strings.HasPrefix(b.Text(), "Réserver") {
			s.press(b.Text())
		}
	}
	for _, o := range bookings.InOrder(s.sent().Book) {
		if !child.Weeks.Own(o.Day) {
			t.Errorf("%s is in the other's week", o.Day)
		}
	}
}

func TestWhatWasRefusedIsLookedAtAgain(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	_, err := d.Submit(wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), All: true,
		Book: []bookings.Lot{{Child: screentest.Lea, Activity: screentest.Canteen, Days: []portal.Date{"2026-03-12", "2026-03-19"}}}}, cache.Note{Key: "grouped.note.send", Args: map[string]string{"what": "2 repas à réserver"}})
	if err != nil {
		t.Fatal(err)
	}
	d.Hand()
	id := d.Refused(portal.E(bookings.GroupNotAll, "days", "days", "1", "why", "no_place"))
	s := on(t, d, screen.To(screen.Grouped, "refused", string(id)))
	s.press("Suivant")
	kittest.WantShown(t, s.w, "2 jours choisis.")
	s.press("Suivant", "Réserver 2 repas")
	if len(s.View.Refusals()) != 0 {
		t.Error("the refusal is still to be read")
	}
}

func TestNobodyToBookFor(t *testing.T) {
	kittest.Light(t)
	s := on(t, screentest.New(screentest.Claire, screentest.Monday.At(9, 0), screentest.TownRows()...), screen.To(screen.Grouped))
	kittest.WantShown(t, s.w, "Vous n'avez personne à inscrire ici pour le moment.")
}

// Fit: each state, everywhere.
func TestFit(t *testing.T) {
	states := map[string]func(t testing.TB) *stage{
		"who": func(t testing.TB) *stage { return start(t) },
		"weeks": func(t testing.TB) *stage {
			s := start(t)
			s.keep(func(c *choice) { c.step, c.every, c.period = stepWhen, everyOther, otherDates })
			return s
		},
		"calendar": func(t testing.TB) *stage {
			s := start(t)
			s.keep(func(c *choice) {
				c.step, c.how, c.picked = stepWhen, byPick, []portal.Date{"2026-03-12", "2026-03-16"}
			})
			return s
		},
		"check": func(t testing.TB) *stage {
			s := start(t)
			s.keep(func(c *choice) {
				c.step, c.weekdays, c.period, c.children = stepCheck, "1 2 4 5", toHolidays, []portal.ID{screentest.Lea, screentest.Noe}
			})
			return s
		},
		"later": func(t testing.TB) *stage {
			s := start(t)
			s.Get(opens(bookings.FirstCome))
			s.keep(func(c *choice) {
				c.step, c.how, c.picked = stepCheck, byPick, []portal.Date{"2026-03-12", "2026-03-16", "2026-03-18", "2026-03-19"}
			})
			return s
		},
		"asked": func(t testing.TB) *stage {
			s := start(t)
			s.Get(opens(bookings.Pooled))
			s.keep(func(c *choice) {
				c.step, c.how, c.picked = stepCheck, byPick, []portal.Date{"2026-03-16", "2026-03-19"}
			})
			return s
		},
		"lacks money": func(t testing.TB) *stage {
			s := on(t, poor(), screen.To(screen.Grouped, "activity", string(screentest.Canteen)))
			s.keep(func(c *choice) {
				c.step, c.how, c.picked, c.resumed = stepCheck, byPick, []portal.Date{"2026-03-12", "2026-03-16", "2026-03-19", "2026-03-23", "2026-03-26"}, true
			})
			return s
		},
		"preparing": func(t testing.TB) *stage {
			d := screentest.Family()
			d.Get(opens(bookings.FirstCome))
			return on(t, d, screen.To(screen.Grouped, "opening", "0190b000-0000-7000-8000-000000000091"))
		},
		"preparing when": func(t testing.TB) *stage {
			d := screentest.Family()
			d.Get(opens(bookings.FirstCome))
			s := on(t, d, screen.To(screen.Grouped, "opening", "0190b000-0000-7000-8000-000000000091"))
			s.keep(func(c *choice) { c.step = stepWhen })
			return s
		},
		"nothing": func(t testing.TB) *stage {
			s := start(t)
			s.keep(func(c *choice) { c.step, c.how, c.picked = stepCheck, byPick, []portal.Date{"2026-03-20"} })
			return s
		},
		"waiting": func(t testing.TB) *stage {
			s := start(t)
			id := portal.NewID()
			if _, err := s.Submit(wire.BookingGroup, wire.GroupBookings{Group: id, Book: []bookings.Lot{{Child: screentest.Lea, Activity: screentest.Canteen, Days: []portal.Date{"2026-03-12"}}}},
				cache.Note{Key: "grouped.note.send", Args: map[string]string{"what": "un repas à réserver"}}); err != nil {
				t.Fatal(err)
			}
			s.open(screen.To(screen.Grouped, "id", string(id)))
			return s
		},
		"told": func(t testing.TB) *stage {
			s := start(t)
			id := portal.NewID()
			r := wire.GroupResult{ID: id, At: screentest.Monday.At(9, 1).UnixMicro(), Debited: 960, Credited: 320,
				Booked:    []bookings.Lot{{Child: screentest.Lea, Activity: screentest.Canteen, Days: []portal.Date{"2026-03-16", "2026-03-19", "2026-04-07"}}},
				Cancelled: []bookings.Lot{{Child: screentest.Noe, Activity: screentest.Canteen, Days: []portal.Date{"2026-03-12"}}}}
			r.Refuse(screentest.Lea, screentest.Canteen, "2026-03-20", false, portal.E(bookings.NoPlace, "day"))
			r.Refuse(screentest.Lea, screentest.Canteen, "2026-03-27", false, portal.E(bookings.NoPlace, "day"))
			s.Get(screentest.Row(screentest.Mine, wire.Groups, id, r))
			s.open(screen.To(screen.Grouped, "id", string(id)))
			for _, f := range kittest.All[*kit.Fold](s.w) {
				f.SetOpen(true)
			}
			return s
		},
	}
	for name, build := range states {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject { return build(t).shown.Content })
		})
	}
}

// keep opens the screen as it was left.
func (s *stage) keep(change func(*choice)) {
	s.t.Helper()
	kept := s.c.Kept.(choice)
	change(&kept)
	c := s.Context(s.w)
	s.c.Leave()
	s.c = c
	s.c.Kept = kept
	built := open(s.c, s.Desk, screen.To(screen.Grouped))
	s.shown = &built
	s.w.SetContent(built.Content)
	kittest.Settle(s.w)
}

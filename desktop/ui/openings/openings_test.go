package openings

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const (
	june  portal.ID = "0190b000-0000-7000-8000-000000000091"
	group portal.ID = "0190b000-0000-7000-8000-000000000092"
)

// opening of June's canteen, this Wednesday at 9.
func opening(mode bookings.OpeningMode) bookings.Opening {
	o := bookings.Opening{ID: june, Activity: screentest.Canteen, Period: portal.Period{From: "2026-06-01", To: "2026-06-12"}, Opens: portal.Date("2026-03-11").At(9, 0).UnixMicro(), Mode: mode}
	if mode == bookings.Pooled {
		o.Until = portal.Date("2026-03-18").At(18, 0).UnixMicro()
		o.Criteria = []bookings.Criterion{{Key: bookings.ByPriority, Points: 40}, {Key: bookings.BySibling, Points: 10}, {Key: bookings.ByResident, Points: 5}}
		o.Commitment = bookings.Commitment("graine-de-parvis")
	}
	return o
}

func juneDays(child portal.ID, days ...portal.Date) []bookings.Lot {
	return []bookings.Lot{{Child: child, Activity: screentest.Canteen, Days: days}}
}

func announced(o bookings.Opening) wire.Change {
	return screentest.Row(wire.TownFeed, wire.Openings, o.ID, o)
}

func preparedRow(auto bool, days ...portal.Date) wire.Change {
	return screentest.Row(screentest.Mine, wire.Prepared, group, wire.PreparedGroup{ID: group, Book: juneDays(screentest.Lea, days...), Auto: auto})
}

// stage is the screen in a window of the smallest size.
type stage struct {
	*screentest.Desk
	t    testing.TB
	w    fyne.Window
	c    *screen.Context
	went []screen.Route
}

func on(t testing.TB, d *screentest.Desk, r screen.Route) *stage {
	t.Helper()
	s := &stage{Desk: d, t: t, w: test.NewWindow(nil)}
	s.w.SetPadded(false)
	t.Cleanup(s.w.Close)
	s.c = d.Context(s.w)
	t.Cleanup(s.c.Leave)
	s.c.Go = func(r screen.Route) { s.went = append(s.went, r) }
	s.c.Replace = s.c.Go
	s.w.SetContent(open(s.c, d, r).Content)
	s.w.Resize(fyne.NewSize(816, 483))
	kittest.Settle(s.w)
	return s
}

func (s *stage) press(labels ...string) {
	s.t.Helper()
	for _, l := range labels {
		kittest.Press(s.t, s.w, l)
		s.Drain()
		kittest.Settle(s.w)
	}
}

// last is the newest command.
func (s *stage) last() screentest.Call {
	s.t.Helper()
	if len(s.Calls) == 0 {
		s.t.Fatal("nothing was sent")
	}
	return s.Calls[len(s.Calls)-1]
}

func with_(rows ...wire.Change) *screentest.Desk {
	d := screentest.Family()
	d.Get(rows...)
	return d
}

func TestWhatIsAnnouncedLeadsToPreparing(t *testing.T) {
	kittest.Light(t)
	s := on(t, with_(announced(opening(bookings.FirstCome))), screen.To(screen.Openings))
	kittest.WantShown(t, s.w, "Ouvertures annoncées", "Restauration scolaire", "Jours du 1er juin au 12 juin 2026, pour Léa et Noé", "Ouvre le mercredi 11 mars à 09:00, dans 2 jours", "à qui réserve en premier")
	s.press("Préparer mes jours")
	if to := s.went[0]; to.Name != screen.Grouped || to.Arg("opening") != string(june) {
		t.Errorf("it leads to %v", to)
	}
}

func TestWhatIsPreparedSaysWhatWillFailAndIsSentOnce(t *testing.T) {
	kittest.Light(t)
	s := on(t, with_(announced(opening(bookings.FirstCome)), preparedRow(false, "2026-06-01", "2026-06-02", "2026-06-03")), screen.To(screen.Openings))
	kittest.WantShown(t, s.w, "Jours préparés", "Ouvre le mercredi 11 mars à 09:00", "2 repas à réserver, une réservation impossible, 6,40 €, solde après : 70,40 €.", "Ce qui ne sera pas possible", "Mercredi 3 juin")
	kittest.WantHidden(t, s.w, "Envoyer maintenant")
	s.Get(screentest.Row(wire.TownFeed, wire.Closures, "strike", bookings.Closure{ID: "strike", Period: portal.Period{From: "2026-06-02", To: "2026-06-02"}, Reason: "Grève"}))
	kittest.Settle(s.w)
	kittest.WantShown(t, s.w, "Un repas à réserver, 2 réservations impossibles", "Fermé par la mairie : Grève")
	s.press("Envoyer à l'ouverture")
	if p, is := s.last().Args.(*wire.PrepareGroup); !is || !p.Auto || p.Group != group {
		t.Errorf("ticked, it sends %+v", s.last())
	}
	s.Accepted(preparedRow(true, "2026-06-01", "2026-06-02", "2026-06-03"))
	s.Now = opening("").At()
	s.Tick()
	s.Drain()
	kittest.Settle(s.w)
	kittest.WantShown(t, s.w, "C'est ouvert : vous pouvez envoyer vos jours")
	s.press("Envoyer maintenant")
	g, is := s.last().Args.(*wire.GroupBookings)
	if !is || g.Group != group || bookings.Count(g.Book) != 3 {
		t.Fatalf("it sends %+v", s.last())
	}
	if to := s.went[len(s.went)-1]; to.Arg("id") != string(group) {
		t.Errorf("then it shows %v", to)
	}
	kittest.WantShown(t, s.w, "Envoi en cours", "La mairie va répondre.")
	// What is on its way is not judged as if it were to be booked once more.
	kittest.WantHidden(t, s.w, "Envoyer maintenant", "Aucun de ces jours n'est possible.", "Ce jour est déjà réservé")
	// Decided, it says so where one still looks.
	r := wire.GroupResult{ID: group, At: s.Now.UnixMicro(), Booked: juneDays(screentest.Lea, "2026-06-01"), Debited: 320}
	r.Refuse(screentest.Lea, screentest.Canteen, "2026-06-02", false, portal.E(bookings.NoPlace, "day"))
	s.Accepted(screentest.Gone(screentest.Mine, wire.Prepared, group), screentest.Row(screentest.Mine, wire.Groups, group, r))
	kittest.Settle(s.w)
	kittest.WantShown(t, s.w, "Jours envoyés", "Un repas réservé, une réservation impossible, 3,20 €.", "Reçu par la mairie le mercredi 11 mars à 09:00.")
	kittest.WantHidden(t, s.w, "Jours préparés")
}

func TestWhatIsPreparedIsThrownAwayAndComesBack(t *testing.T) {
	kittest.Light(t)
	s := on(t, with_(announced(opening(bookings.FirstCome)), preparedRow(false, "2026-06-01")), screen.To(screen.Openings))
	s.press("Supprimer")
	kittest.WantHidden(t, s.w, "Jours préparés")
	s.press("Annuler")
	if p, is := s.last().Args.(*wire.PrepareGroup); !is || p.Group == group || bookings.Count(p.Book) != 1 {
		t.Errorf("it comes back as %+v", s.last())
	}
}

// Nothing is sent by itself but where that is ticked, and days that one form can ask
// for are changed in it.
func TestWhatIsPreparedSaysWhoSendsIt(t *testing.T) {
	kittest.Light(t)
	s := on(t, with_(announced(opening(bookings.FirstCome)), preparedRow(false, "2026-06-01", "2026-06-02")), screen.To(screen.Openings))
	kittest.WantShown(t, s.w, "2 réservations · du 1er juin au 2 juin 2026", "Pour l'instant, rien ne partira seul")
	s.press("Changer")
	if to := s.went[0]; to.Name != screen.Grouped || to.Arg("prepared") != string(group) {
		t.Errorf("it leads to %v", to)
	}
	s = on(t, with_(announced(opening(bookings.FirstCome)), preparedRow(true, "2026-06-01")), screen.To(screen.Openings))
	kittest.WantShown(t, s.w, "Si cette fenêtre est ouverte à ce moment-là, elle envoie seule")
	if alike(append(juneDays(screentest.Lea, "2026-06-01"), juneDays(screentest.Noe, "2026-06-02")...)) {
		t.Error("days that differ from child to child cannot be asked for in one form")
	}
}

// Days are counted as a calendar counts them: on Saturday evening Monday of the week
// after next is nine days away, not eight.
func TestDaysAheadAreThoseOfTheCalendar(t *testing.T) {
	at := portal.Date("2026-12-07").At(9, 0)
	for now, want := range map[time.Time]string{portal.Date("2026-11-28").At(21, 0): "dans 9 jours", portal.Date("2026-12-05").At(8, 59): "dans 2 jours",
		portal.Date("2026-12-05").At(9, 1): "dans 47 heures", portal.Date("2026-12-07").At(8, 0): "dans 60 minutes"} {
		if got := In(now, at); got != want {
			t.Errorf("%v: %q, want %q", now, got, want)
		}
	}
}

// asked is an ask of Léa's for days of June, before or after its turn.
func asked(turn int, results ...wire.AskResult) wire.Ask {
	a := wire.Ask{ID: bookings.AskID(june, screentest.Lea, screentest.Claire), Opening: june, Child: screentest.Lea, Lots: juneDays(screentest.Lea, "2026-06-01", "2026-06-02"), At: screentest.Monday.At(9, 0).UnixMicro()}
	if turn > 0 {
		a.Turn, a.Points, a.Met, a.Results = turn, 15, []string{bookings.BySibling, bookings.ByResident}, results
		a.Ticket = bookings.Ticket(june, screentest.Lea)
		a.Number = bookings.Number("graine-de-parvis", a.Ticket)
	}
	return a
}

func askRow(a wire.Ask) wire.Change { return screentest.Row(screentest.Mine, wire.Asks, a.ID, a) }

// drawn is June's opening once it is drawn, with 48 places on its second day, the
// last of them for turn 9.
func drawn() []wire.Change {
	o := opening(bookings.Pooled)
	o.Drawn, o.Seed = o.Until+1, "graine-de-parvis"
	return []wire.Change{announced(o), screentest.Row(wire.TownFeed, wire.Draws, june, wire.Draw{Opening: june, Seed: o.Seed, At: o.Drawn, Asks: 84, Days: []wire.DrawnDay{
		{Site: screentest.Ferry, Day: "2026-06-01", Places: 48, Asked: 84, Placed: 48, Turn: 50, Points: 15, Number: "8c51d7c0a1b2c3d4"},
		{Site: screentest.Ferry, Day: "2026-06-02", Places: 9, Asked: 61, Placed: 9, Turn: 9, Points: 35, Number: "3f2a91c07be455aa"},
	}})}
}

func TestAnAskIsKeptChangedAndTakenBack(t *testing.T) {
	kittest.Light(t)
	d := with_(announced(opening(bookings.Pooled)))
	d.Now = opening("").At().Add(time.Hour)
	d.Get(askRow(asked(0)))
	s := on(t, d, screen.To(screen.Openings))
	kittest.WantShown(t, s.w, "Demande enregistrée, réponse après le mercredi 18 mars à 18:00", "2 jours · lundi 1er juin et mardi 2 juin", "Comment les places sont données")
	s.press("Changer les jours")
	kittest.WantShown(t, s.w, "Quels jours gardez-vous ?")
	s.press("Mardi 2\u00a0juin", "Enregistrer")
	if a, is := s.last().Args.(*wire.AskPlaces); !is || !slices.Equal(a.Book[0].Days, []portal.Date{"2026-06-01"}) {
		t.Errorf("changed, it sends %+v", s.last())
	}
	kittest.WantShown(t, s.w, "Demande en attente d'envoi")
	s.Accepted(askRow(asked(0)))
	kittest.Settle(s.w)
	s.press("Retirer la demande")
	kittest.WantHidden(t, s.w, "Demande enregistrée")
	s.press("Annuler")
	if _, is := s.last().Args.(*wire.AskPlaces); !is {
		t.Errorf("taken back, it sends %+v", s.last())
	}
}

func TestEachReadsWhy(t *testing.T) {
	kittest.Light(t)
	d := with_(append(drawn(), askRow(asked(12, wire.AskResult{Day: "2026-06-01"}, wire.AskResult{Day: "2026-06-02", Error: portal.E(bookings.NoPlace, "day")})))...)
	d.Now = opening(bookings.Pooled).Ends().Add(time.Hour)
	d.Tick()
	s := on(t, d, screen.To(screen.Openings))
	kittest.WantShown(t, s.w, "Un jour réservé sur les 2 demandés", "Votre tour dans le tirage : 12.")
	s.press("Pourquoi ?")
	to := s.went[0]
	s = on(t, d, to)
	kittest.WantShown(t, s.w, "Votre demande est passée au tour 12 sur 84.", "Un frère ou une sœur y est déjà inscrit", "10 points", "15 points", "Priorité accordée par la mairie", "Non",
		"Il y avait 9 places pour 61 demandes. La dernière est allée au tour 9 (35 points, numéro 3f2a91c0 7be455aa).", "Une place restait à votre tour")
	s.press("Vérifier le tirage")
	kittest.WantShown(t, s.w, "graine-de-parvis", string(bookings.Ticket(june, screentest.Lea)))
	s.press("Copier la commande de contrôle")
	if got := fyne.CurrentApp().Clipboard().Content(); got != "printf '%s' 'graine-de-parvis/"+string(bookings.Ticket(june, screentest.Lea))+"' | sha256sum" {
		t.Errorf("copied is %q", got)
	}
}

// bench drives a Sender as the window does.
type bench struct {
	*screentest.Desk
	*Sender
	line bool
}

func sender(t *testing.T, rows ...wire.Change) *bench {
	t.Helper()
	b := &bench{Desk: with_(rows...), line: true}
	b.Sender = &Sender{View: b.Desk.View, Desk: b.Desk, Line: func() bool { return b.line }, Rand: func(d time.Duration) time.Duration { return d / 2 }}
	return b
}

func (b *bench) at(t time.Time) time.Duration {
	b.Now = t
	b.Tick()
	b.Drain()
	return b.Round()
}

func TestAWindowSendsAtTheHourAndNotBefore(t *testing.T) {
	o := opening(bookings.FirstCome)
	b := sender(t, announced(o), preparedRow(true, "2026-06-01"))
	if next := b.at(o.At().Add(-time.Hour)); next != time.Hour || len(b.Calls) != 0 {
		t.Errorf("an hour before it comes again after %v, with %v", next, b.Calls)
	}
	// At the hour it waits for its share of the spread, and for a line.
	if next := b.at(o.At()); next != spread/2 || len(b.Calls) != 0 {
		t.Errorf("at the hour it comes again after %v, with %v", next, b.Calls)
	}
	b.line = false
	b.at(o.At().Add(spread / 2))
	if len(b.Calls) != 0 {
		t.Errorf("without a line it sends %v", b.Calls)
	}
	b.line = true
	b.at(o.At().Add(spread))
	b.at(o.At().Add(time.Minute))
	if len(b.Calls) != 1 || b.Calls[0].Args.(*wire.GroupBookings).Group != group {
		t.Fatalf("it sends %v", b.Calls)
	}
	// Too early by the town hall's clock: nobody is told, it is sent again.
	refused := b.Refused(portal.E(bookings.OpensLater, "day", "at", o.At().Format(time.RFC3339)))
	if next := b.at(o.At().Add(time.Minute)); next != again || !slices.Contains(b.Read, refused) || len(b.Calls) != 1 {
		t.Errorf("refused for its time, it comes again after %v, with %v", next, b.Calls)
	}
	b.at(o.At().Add(time.Minute + again))
	if len(b.Calls) != 2 || b.Calls[1].Args.(*wire.GroupBookings).Group != group {
		t.Fatalf("it sends %v", b.Calls)
	}
	// Another computer was faster: that is no refusal to tell of.
	refused = b.Refused(portal.E(portal.Conflict, "group"), screentest.Gone(screentest.Mine, wire.Prepared, group),
		screentest.Row(screentest.Mine, wire.Groups, group, wire.GroupResult{ID: group}))
	told := 0
	b.Told = func(g wire.GroupResult) { told++ }
	b.at(o.At().Add(2 * time.Minute))
	b.at(o.At().Add(3 * time.Minute))
	if told != 1 {
		t.Errorf("what became of it is told %d times", told)
	}
	if !slices.Contains(b.Read, refused) || len(b.Calls) != 2 {
		t.Errorf("sent twice, it sends %v and has read %v", b.Calls, b.Read)
	}
}

func TestWhatIsRefusedForAnotherReasonIsNotSentAgain(t *testing.T) {
	o := opening(bookings.FirstCome)
	b := sender(t, announced(o), preparedRow(true, "2026-06-01"))
	b.at(o.At().Add(time.Minute)) // the program was started after the hour
	if len(b.Calls) != 1 {
		t.Fatalf("it sends %v", b.Calls)
	}
	refused := b.Refused(portal.E(bookings.NoPlace, "day"))
	b.at(o.At().Add(2 * time.Minute))
	if slices.Contains(b.Read, refused) || len(b.Calls) != 1 {
		t.Errorf("full, it sends %v and has read %v", b.Calls, b.Read)
	}
	// Whoever did not ask for it sends themself.
	b = sender(t, announced(o), preparedRow(false, "2026-06-01"))
	b.at(o.At().Add(time.Minute))
	if len(b.Calls) != 0 {
		t.Errorf("unasked, it sends %v", b.Calls)
	}
}

func TestWhereAWindowIsOpenItAsksByItself(t *testing.T) {
	o := opening(bookings.Pooled)
	b := sender(t, announced(o), preparedRow(true, "2026-06-01", "2026-06-03"))
	b.at(o.At().Add(spread))
	if len(b.Calls) != 1 {
		t.Fatalf("it sends %v", b.Calls)
	}
	ask, is := b.Calls[0].Args.(*wire.AskPlaces)
	if !is || ask.Prepared != group || !slices.Equal(ask.Book[0].Days, []portal.Date{"2026-06-01"}) {
		t.Errorf("it asks for %+v", b.Calls[0])
	}
}

func TestWhatIsTooLateToAskForIsNotSent(t *testing.T) {
	kittest.Light(t)
	b := sender(t, announced(opening(bookings.Pooled)), preparedRow(true, "2026-06-01"))
	b.at(opening(bookings.Pooled).Ends())
	if len(b.Calls) != 0 {
		t.Errorf("it sends %v", b.Calls)
	}
	s := on(t, b.Desk, screen.To(screen.Openings))
	kittest.WantShown(t, s.w, "Les demandes sont closes, tirage en cours", "Ces jours n'ont pas été demandés à temps")
	kittest.WantHidden(t, s.w, "Demander maintenant")
}

// states is the screen in each of its states.
var states = map[string]func(t testing.TB) *stage{
	"nothing": func(t testing.TB) *stage { return on(t, screentest.Family(), screen.To(screen.Openings)) },
	"announced": func(t testing.TB) *stage {
		return on(t, with_(announced(opening(bookings.FirstCome))), screen.To(screen.Openings))
	},
	"prepared": func(t testing.TB) *stage {
		return on(t, with_(announced(opening(bookings.FirstCome)), preparedRow(true, "2026-06-01", "2026-06-02", "2026-06-03")), screen.To(screen.Openings))
	},
	"open": func(t testing.TB) *stage {
		d := with_(announced(opening(bookings.FirstCome)), preparedRow(false, "2026-06-01", "2026-06-02"))
		d.Now = opening("").At()
		d.Tick()
		return on(t, d, screen.To(screen.Openings))
	},
	"sending": func(t testing.TB) *stage {
		d := with_(announced(opening(bookings.FirstCome)), preparedRow(false, "2026-06-01", "2026-06-02"))
		d.Now = opening("").At()
		d.Tick()
		if err := Send(d.View, d, d.Prepared()[0]); err != nil {
			t.Fatal(err)
		}
		return on(t, d, screen.To(screen.Openings))
	},
	"asking": func(t testing.TB) *stage {
		d := with_(announced(opening(bookings.Pooled)))
		d.Now = opening("").At().Add(time.Hour)
		d.Get(askRow(asked(0)))
		s := on(t, d, screen.To(screen.Openings))
		kittest.All[*kit.Fold](s.w)[0].SetOpen(true)
		return s
	},
	"drawing": func(t testing.TB) *stage {
		d := with_(announced(opening(bookings.Pooled)))
		d.Now = opening(bookings.Pooled).Ends().Add(time.Minute)
		d.Get(askRow(asked(0)), preparedRow(true, "2026-06-01"))
		return on(t, d, screen.To(screen.Openings))
	},
	"drawn": func(t testing.TB) *stage {
		return on(t, with_(append(drawn(), askRow(asked(12, wire.AskResult{Day: "2026-06-01"}, wire.AskResult{Day: "2026-06-02", Error: portal.E(bookings.NoPlace, "day")})))...), screen.To(screen.Openings))
	},
	"why": func(t testing.TB) *stage {
		a := asked(12, wire.AskResult{Day: "2026-06-01"}, wire.AskResult{Day: "2026-06-02", Error: portal.E(bookings.NoPlace, "day")})
		s := on(t, with_(append(drawn(), askRow(a))...), screen.To(screen.Openings, "ask", string(a.ID)))
		kittest.All[*kit.Fold](s.w)[0].SetOpen(true)
		return s
	},
	"why gone": func(t testing.TB) *stage {
		return on(t, screentest.Family(), screen.To(screen.Openings, "ask", string(portal.NewID())))
	},
}

func TestOpeningsFitEverywhere(t *testing.T) {
	for name, build := range states {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject { return kittest.InWindow(build(t).w.Content(), false) })
		})
	}
}

// What is full at the hour goes to its list, but not where all or nothing is asked
// for.
func TestWhatIsFullAtTheHourGoesToItsList(t *testing.T) {
	for _, all := range []bool{false, true} {
		d := screentest.Family()
		p := view.Prepared{PreparedGroup: wire.PreparedGroup{ID: portal.NewID(), All: all, Book: []bookings.Lot{{Child: screentest.Lea, Activity: screentest.Canteen, Days: []portal.Date{screentest.Thursday}}}}}
		if err := Send(d.View, d, p); err != nil || len(d.Calls) != 1 {
			t.Fatalf("%v, %+v", err, d.Calls)
		}
		if g := d.Calls[0].Args.(*wire.GroupBookings); g.Group != p.ID || g.Wait == all || g.All != all {
			t.Errorf("all or nothing %v: sent %+v", all, g)
		}
	}
}

package service_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/assets/town"
	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// december is an opening of the canteen's last two weeks of the year, for a test
// to change.
func december(mode bookings.OpeningMode) bookings.Opening {
	o := bookings.Opening{
		ID: portal.NewID(), Activity: demo.Canteen, Period: portal.Period{From: "2026-12-07", To: "2026-12-18"}, Opens: portal.Date("2026-11-20").At(9, 0).UnixMicro(), Mode: mode,
	}
	if mode == bookings.Pooled {
		o.Until = portal.Date("2026-11-27").At(18, 0).UnixMicro()
		o.Criteria = []bookings.Criterion{{Key: bookings.ByPriority, Points: 40}, {Key: bookings.ByCarePlan, Points: 20}, {Key: bookings.BySibling, Points: 10}, {Key: bookings.ByResident, Points: 5}}
	}
	return o
}

// announced is the opening as everybody reads it.
func announced(t *testing.T, w *world, id portal.ID) (o bookings.Opening) {
	t.Helper()
	w.desks[otherFamily].Catch()
	if err := json.Unmarshal([]byte(w.desks[otherFamily].In(wire.Openings)[string(id)]), &o); err != nil {
		t.Fatalf("of the opening is told %q", w.desks[otherFamily].In(wire.Openings)[string(id)])
	}
	return o
}

func TestNothingIsBookedBeforeItsHour(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		o := december(bookings.FirstCome)
		w.desks[deskAgent].Must(wire.OpeningAnnounce, wire.AnnounceOpening{Opening: o})
		day := wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: "2026-12-07"}
		v := w.desks[family].Do(wire.BookingBook, day)
		if v.Accepted || v.Error.Code != bookings.OpensLater || v.Error.Args["at"] != "2026-11-20T09:00:00+01:00" {
			t.Errorf("before its hour it ends as %+v", v)
		}
		w.book(family, "2026-12-04", false) // which no opening is about
		id := portal.NewID()
		w.desks[family].Must(wire.BookingGroup, wire.GroupBookings{Group: id, Book: []bookings.Lot{lot(familyChild, demo.Canteen, "2026-12-03", "2026-12-07", "2026-12-08")}})
		if r := group(t, w.desks[family], id); bookings.Count(r.Booked) != 1 || len(r.Refused) != 1 || r.Refused[0].Error.Code != bookings.OpensLater {
			t.Errorf("of a group is done %+v and refused %+v", r.Booked, r.Refused)
		}

		// It may be moved as long as its hour has not come, and then no more.
		o.Opens = portal.Date("2026-11-19").At(9, 0).UnixMicro()
		w.desks[secondAgent].Must(wire.OpeningAnnounce, wire.AnnounceOpening{Opening: o})
		s.Clock.Set(o.At().Add(-time.Microsecond))
		w.desks[family].Refused(bookings.OpensLater, wire.BookingBook, day)
		s.Clock.Set(o.At())
		w.desks[family].Must(wire.BookingBook, day)
		w.desks[deskAgent] = s.SignIn("sylvie.roy")
		for kind, args := range map[string]any{wire.OpeningAnnounce: wire.AnnounceOpening{Opening: o}, wire.OpeningCancel: wire.CancelOpening{Opening: o.ID}} {
			w.desks[deskAgent].Refused(service.OpeningBegun, kind, args)
		}
		other := december(bookings.FirstCome)
		other.Period.From = "2026-12-18"
		w.desks[deskAgent].Refused(service.OpeningOverlaps, wire.OpeningAnnounce, wire.AnnounceOpening{Opening: other})
		other.Period = portal.Period{From: "2027-01-04", To: "2027-01-08"}
		other.Opens = s.Clock.Now().UnixMicro()
		w.desks[deskAgent].Refused(portal.Invalid, wire.OpeningAnnounce, wire.AnnounceOpening{Opening: other})
		other.Opens++
		w.desks[deskAgent].Must(wire.OpeningAnnounce, wire.AnnounceOpening{Opening: other})
		w.desks[deskAgent].Must(wire.OpeningCancel, wire.CancelOpening{Opening: other.ID})
		w.desks[family].Catch()
		if all := w.desks[family].In(wire.Openings); len(all) != 1 {
			t.Errorf("told are %v", all)
		}
	})
}

// prepared is what a family reads of what it has prepared.
func prepared(w *world, who string) []string {
	w.desks[who].Catch()
	var out []string
	for id := range w.desks[who].In(wire.Prepared) {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

func TestWhatIsPreparedWaitsForItsHourAndIsBookedOnce(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		o := december(bookings.FirstCome)
		w.desks[deskAgent].Must(wire.OpeningAnnounce, wire.AnnounceOpening{Opening: o})
		id := portal.NewID()
		book := []bookings.Lot{lot(familyChild, demo.Canteen, "2026-12-07", "2026-12-08")}
		w.desks[family].Must(wire.GroupPrepare, wire.PrepareGroup{Group: id, Book: book[:1:1]})
		w.desks[family].Must(wire.GroupPrepare, wire.PrepareGroup{Group: id, Book: book, Auto: true})
		if got := prepared(w, family); len(got) != 1 || !strings.Contains(w.desks[family].In(wire.Prepared)[string(id)], `"auto":true`) {
			t.Fatalf("it reads %v", w.desks[family].In(wire.Prepared))
		}
		// Too early, by a clock that goes wrong: nothing is lost.
		w.desks[family].Refused(bookings.OpensLater, wire.BookingGroup, wire.GroupBookings{Group: id, Book: book})
		// Nor where some of it could be booked already.
		mixed := append(slices.Clone(book), lot(familyChild, demo.Canteen, "2026-12-04"))
		mixed = []bookings.Lot{{Child: familyChild, Activity: demo.Canteen, Days: append(slices.Clone(mixed[0].Days), mixed[1].Days...)}}
		w.desks[family].Refused(bookings.OpensLater, wire.BookingGroup, wire.GroupBookings{Group: id, Book: mixed})
		if got := prepared(w, family); len(got) != 1 || len(w.canteen(family)) != 0 {
			t.Fatalf("after a refusal it has %v and booked %v", got, w.canteen(family))
		}
		s.Clock.Set(o.At())
		w.desks[family].Must(wire.BookingGroup, wire.GroupBookings{Group: id, Book: book})
		// Another computer of the same person sends it too, a moment later.
		twin := s.SignIn("motfamille")
		twin.Refused(portal.Conflict, wire.BookingGroup, wire.GroupBookings{Group: id, Book: book})
		if got := prepared(w, family); len(got) != 0 || len(w.canteen(family)) != 2 {
			t.Errorf("sent, it has %v and booked %v", got, w.canteen(family))
		}
		// And one that knows nothing of it keeps it anew: it stays sent.
		twin.Must(wire.GroupPrepare, wire.PrepareGroup{Group: id, Book: book})
		if got := prepared(w, family); len(got) != 0 {
			t.Errorf("it has come back as %v", got)
		}
		gone := portal.NewID()
		twin.Must(wire.GroupDrop, wire.DropPrepared{Group: gone})
		twin.Must(wire.GroupPrepare, wire.PrepareGroup{Group: gone, Book: book})
		if got := prepared(w, family); len(got) != 0 {
			t.Errorf("what was thrown away has come back as %v", got)
		}
		// What nobody can be given stays, to be looked at.
		full := portal.NewID()
		w.desks[family].Must(wire.GroupPrepare, wire.PrepareGroup{Group: full, Book: []bookings.Lot{lot(familyChild, demo.Canteen, "2026-12-12")}})
		w.desks[family].Refused(bookings.WeekdayOff, wire.BookingGroup, wire.GroupBookings{Group: full, Book: []bookings.Lot{lot(familyChild, demo.Canteen, "2026-12-12")}})
		if got := prepared(w, family); len(got) != 1 {
			t.Errorf("what was not possible is gone: %v", got)
		}
		for range wire.MostPrepared - 1 {
			w.desks[family].Must(wire.GroupPrepare, wire.PrepareGroup{Group: portal.NewID(), Book: book})
		}
		w.desks[family].Refused(portal.TooLong, wire.GroupPrepare, wire.PrepareGroup{Group: portal.NewID(), Book: book})
	})
}

// placesOf is an account's ask as it reads it.
func (w *world) placesOf(who string, o bookings.Opening, child portal.ID) (a wire.Ask, there bool) {
	w.t.Helper()
	w.desks[who].Catch()
	raw, there := w.desks[who].In(wire.Asks)[string(bookings.AskID(o.ID, child, w.account(who)))]
	if there {
		if err := json.Unmarshal([]byte(raw), &a); err != nil {
			w.t.Fatal(err)
		}
	}
	return a, there
}

// drawAll goes on with the draws until none is due, and says in how many rounds.
func drawAll(t *testing.T, s *hosttest.Server) (rounds int) {
	t.Helper()
	for due := true; due; rounds++ {
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) (err error) {
			if _, err = s.Service.Draw(tx); err != nil {
				return err
			}
			due, err = s.Service.DrawsDue(tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return rounds
}

func TestPlacesAreAskedForThenDrawnAndEachReadsWhy(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		o := december(bookings.Pooled)
		w.desks[deskAgent].Must(wire.OpeningAnnounce, wire.AnnounceOpening{Opening: o})
		bound := announced(t, w, o.ID)
		if len(bound.Commitment) != 64 || bound.Seed != "" {
			t.Fatalf("announced is %+v", bound)
		}
		w.alter(func(tx *store.Tx) error { return tx.SetCapacity(demo.Canteen, demo.JulesFerry, 1) })
		asks := func(child portal.ID, days ...portal.Date) wire.AskPlaces {
			return wire.AskPlaces{Book: []bookings.Lot{lot(child, demo.Canteen, days...)}}
		}
		w.desks[family].Refused(bookings.OpensLater, wire.OpeningAsk, asks(familyChild, "2026-12-07"))
		s.Clock.Set(o.At())
		v := w.desks[family].Do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: "2026-12-07"})
		if v.Accepted || v.Error.Code != bookings.AskedFor || v.Error.Args["until"] != "2026-11-27T18:00:00+01:00" {
			t.Errorf("a day that is asked for ends as %+v", v)
		}
		draft := portal.NewID()
		w.desks[family].Must(wire.GroupPrepare, wire.PrepareGroup{Group: draft, Book: asks(familyChild, "2026-12-07").Book})
		w.desks[family].Must(wire.OpeningAsk, wire.AskPlaces{Book: asks(familyChild, "2026-12-07", "2026-12-10").Book, Prepared: draft})
		w.desks[family].Must(wire.OpeningAsk, asks(familyChild, "2026-12-07", "2026-12-08")) // changed
		w.desks[family].Refused(bookings.NotAskedFor, wire.OpeningAsk, asks(familyChild, "2026-12-04"))
		w.desks[family].Refused(bookings.WeekdayOff, wire.OpeningAsk, asks(familyChild, "2026-12-12"))
		w.desks[otherFamily].Must(wire.OpeningAsk, asks(foreignChild, "2026-12-07", "2026-12-08"))
		w.desks[otherParent].Must(wire.OpeningAsk, asks(familyChild, "2026-12-08"))
		got, there := w.placesOf(family, o, familyChild)
		if days := got.Days(); !there || !slices.Equal(days, []portal.Date{"2026-12-07", "2026-12-08"}) || got.Number != "" || len(prepared(w, family)) != 0 {
			t.Fatalf("it reads %+v, prepared %v", got, prepared(w, family))
		}
		w.desks[otherParent].Must(wire.OpeningWithdraw, wire.WithdrawAsk{Ask: bookings.AskID(o.ID, familyChild, w.account(otherParent))})
		w.desks[otherFamily].Refused(portal.NotFound, wire.OpeningWithdraw, wire.WithdrawAsk{Ask: got.ID})
		if _, there := w.placesOf(otherParent, o, familyChild); there {
			t.Error("what was withdrawn stands")
		}

		s.Clock.Set(o.Ends())
		w.desks[family].Refused(bookings.BeingDrawn, wire.OpeningWithdraw, wire.WithdrawAsk{Ask: got.ID})
		w.desks[family].Refused(bookings.BeingDrawn, wire.OpeningAsk, asks(familyChild, "2026-12-10"))
		if drawAll(t, s); announced(t, w, o.ID).Drawn != 0 {
			t.Error("it is drawn before all that was received in time can be in")
		}
		s.Clock.Add(3 * time.Minute)
		drawAll(t, s)
		done := announced(t, w, o.ID)
		if done.Drawn == 0 || bookings.Commitment(done.Seed) != bound.Commitment {
			t.Fatalf("drawn it is %+v", done)
		}

		// The family's child has a care plan: its 25 points come before 5.
		mine, _ := w.placesOf(family, o, familyChild)
		theirs, _ := w.placesOf(otherFamily, o, foreignChild)
		if mine.Turn != 1 || mine.Points != 25 || !slices.Equal(mine.Met, []string{bookings.ByCarePlan, bookings.ByResident}) || mine.Placed() != 2 ||
			mine.Number != bookings.Number(done.Seed, mine.Ticket) {
			t.Errorf("the first reads %+v", mine)
		}
		if theirs.Turn != 2 || theirs.Points != 5 || theirs.Placed() != 0 || len(theirs.Results) != 2 || theirs.Results[0].Error.Code != bookings.NoPlace {
			t.Errorf("the second reads %+v", theirs)
		}
		if now := w.canteen(family); len(now) != 2 || now["2026-12-07"].Price == 0 {
			t.Errorf("it stands as %+v", now)
		}
		var told wire.Draw
		if err := json.Unmarshal([]byte(w.desks[otherFamily].In(wire.Draws)[string(o.ID)]), &told); err != nil {
			t.Fatal(err)
		}
		day, _ := told.On(demo.JulesFerry, "2026-12-07")
		if told.Asks != 2 || day.Places != 1 || day.Asked != 2 || day.Placed != 1 || day.Turn != 1 || day.Number != mine.Number {
			t.Errorf("everybody reads %+v", told)
		}
		for _, who := range []string{family, otherFamily} {
			if !strings.Contains(fmt.Sprint(w.desks[who].In(wire.Notices)), `"what":"drawn"`) {
				t.Errorf("%s is not told", who)
			}
		}
		// What nobody asked for is there for who comes first.
		w.desks[otherFamily].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: foreignChild, Activity: demo.Canteen, Day: "2026-12-10"})
	})
}

// However often a draw is killed, and wherever, it gives the same: here it is
// stopped after each round and gone on with by another server over the same
// database.
func TestADrawThatIsStoppedGivesWhatItWouldHaveGiven(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		o := december(bookings.Pooled)
		o.Criteria = nil
		w.desks[deskAgent].Must(wire.OpeningAnnounce, wire.AnnounceOpening{Opening: o})
		const families, places = 45, 30
		w.alter(func(tx *store.Tx) error { return tx.SetCapacity(demo.Canteen, demo.JulesFerry, places) })
		s.Clock.Set(o.At().Add(time.Hour))
		var order []bookings.Drawn
		children := map[portal.ID]portal.ID{} // by ask
		for i := range families {
			account, child := w.householdOf(fmt.Sprint("tirage", i))
			w.alter(func(tx *store.Tx) error {
				a, _, err := tx.Account(account)
				if err != nil {
					return err
				}
				return s.Service.Do(tx, a, wire.OpeningAsk, &wire.AskPlaces{Book: []bookings.Lot{lot(child, demo.Canteen, "2026-12-07")}})
			})
			id := bookings.AskID(o.ID, child, account)
			children[id] = child
			order = append(order, bookings.Drawn{Ask: id})
		}
		s.Clock.Set(o.Ends().Add(time.Hour))
		if rounds := drawAll(t, s); rounds < 6 {
			t.Fatalf("%d rounds try nothing", rounds)
		}
		seed := announced(t, w, o.ID).Seed
		for i := range order {
			order[i].Number = bookings.Number(seed, bookings.Ticket(o.ID, children[order[i].Ask]))
		}
		slices.SortFunc(order, bookings.InTurnOfDraw)
		if err := s.Store.Read(context.Background(), func(tx *store.Tx) error {
			for i, d := range order {
				ask, _, err := tx.Ask(d.Ask)
				if err != nil {
					return err
				}
				b, booked, err := tx.LiveBooking(children[d.Ask], demo.Canteen, "2026-12-07")
				if err != nil {
					return err
				}
				if ask.Turn != i+1 || booked != (i < places) || booked && b.ID != bookings.GroupedID(d.Ask, children[d.Ask], demo.Canteen, "2026-12-07") {
					t.Errorf("turn %d: %+v, booked %v", i+1, ask, booked)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// householdOf is a new family with one child at the canteen.
func (w *world) householdOf(login string) (account, child portal.ID) {
	w.t.Helper()
	child = portal.NewID()
	w.alter(func(tx *store.Tx) error {
		a, err := w.Service.SeedFamily(tx, accounts.Profile{FirstName: "Une", LastName: "Famille", Mail: login + "@exemple.fr"}, login, "plain:", ledger.Payer{Resident: true}, 5000)
		if err != nil {
			return err
		}
		account = a.ID
		_, err = w.Service.SeedChild(tx, store.Child{ID: child, FirstName: "Enfant", LastName: "Tirage", BirthDate: "2018-03-12", Site: demo.JulesFerry, Class: "ce2", Record: `{}`},
			map[portal.ID]accounts.Custody{a.ID: accounts.FullCustody}, []string{"canteen"})
		return err
	})
	return account, child
}

func TestTheTownsFileAnnouncesOpenings(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		opening := service.SetupOpening{Key: "noel", Activity: demo.Canteen, From: "2026-12-07", To: "2026-12-18", Opens: "2026-11-20 09:00", Mode: bookings.Pooled, Until: "2026-11-27 18:00",
			Criteria: []bookings.Criterion{{Key: bookings.ByResident, Points: 5}}}
		file, err := service.ReadSetup(bytes.NewReader(town.SaintAubin))
		if err != nil {
			t.Fatal(err)
		}
		file.Openings = []service.SetupOpening{opening}
		set := func() error {
			return s.Service.Facts(context.Background(), func(tx *store.Tx) error { return s.Service.SetUp(tx, file) })
		}
		if err := set(); err != nil {
			t.Fatal(err)
		}
		bound := announced(t, w, "noel")
		if bound.Commitment == "" || bound.Opens != portal.Date("2026-11-20").At(9, 0).UnixMicro() {
			t.Fatalf("it is %+v", bound)
		}
		if err := set(); err != nil || announced(t, w, "noel").Commitment != bound.Commitment {
			t.Errorf("read again it is bound to another seed: %v", err)
		}
		s.Clock.Set(bound.At())
		if err := set(); err != nil {
			t.Errorf("read again after its hour: %v", err)
		}
		file.Openings[0].Until = "2026-11-28 18:00"
		if err := set(); err == nil || !strings.Contains(err.Error(), "has begun") {
			t.Errorf("changed after its hour: %v", err)
		}
		for _, c := range []struct {
			wrong  string
			change func(o *service.SetupOpening)
		}{
			{"activity", func(o *service.SetupOpening) { o.Activity = "piscine" }},
			{"opens", func(o *service.SetupOpening) { o.Opens = "20/11/2026" }},
			{"criteria.0", func(o *service.SetupOpening) { o.Criteria[0].Points = 0 }},
			{"period.from", func(o *service.SetupOpening) { o.From = "demain" }},
		} {
			bad := opening
			bad.Criteria = slices.Clone(opening.Criteria)
			c.change(&bad)
			file.Openings = []service.SetupOpening{bad}
			if err := file.Check(); err == nil || !strings.Contains(err.Error(), "openings[0]."+c.wrong) {
				t.Errorf("%s: %v", c.wrong, err)
			}
		}
		second := opening
		second.Key, second.From = "noel-2", "2026-12-18"
		file.Openings = []service.SetupOpening{opening, second}
		if err := file.Check(); err == nil || !strings.Contains(err.Error(), "some of the same days") {
			t.Errorf("two of one day: %v", err)
		}
	})
}

// TestAnAskOutlivesTheRightToMakeIt: a parent let somebody book, who asked for
// places; that has ended before the draw, or their account is closed, and what is
// drawn is the parent's, who pays and reads it.
func TestAnAskOutlivesTheRightToMakeIt(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, w *world, s *hosttest.Server){
		"ended": func(_ *testing.T, w *world, _ *hosttest.Server) {
			w.desks[family].Must(wire.DelegationEnd, wire.EndDelegation{Delegation: w.delegated(booker)})
		},
		"closed": func(t *testing.T, w *world, s *hosttest.Server) {
			if _, err := w.desks[booker].CloseAccount(context.Background(), demo.FamilyPassword); err != nil {
				t.Fatal(err)
			}
			s.Later(0, 15)
			w.desks[family] = s.SignIn(people[family].login)
		},
	} {
		t.Run(name, func(t *testing.T) {
			hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
				w := newWorld(t, s)
				o := december(bookings.Pooled)
				o.Period.From, o.Until = "2026-12-14", portal.Date("2026-12-07").At(18, 0).UnixMicro()
				w.desks[deskAgent].Must(wire.OpeningAnnounce, wire.AnnounceOpening{Opening: o})
				s.Clock.Set(o.At())
				w.desks[booker].Must(wire.OpeningAsk, wire.AskPlaces{Book: []bookings.Lot{lot(familyChild, demo.Canteen, "2026-12-14", "2026-12-15")}})
				end(t, w, s)
				s.Clock.Set(o.Ends().Add(3 * time.Minute))
				drawAll(t, s)
				if now := w.canteen(family); len(now) != 2 {
					t.Errorf("booked are %v", now)
				}
				if read, there := w.placesOf(family, o, familyChild); !there || read.Placed() != 2 || !strings.Contains(fmt.Sprint(w.desks[family].In(wire.Notices)), `"what":"drawn"`) {
					t.Errorf("the parent reads %+v", read)
				}
			})
		})
	}
}

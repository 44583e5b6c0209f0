package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	mailkinds "parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// listAtTheCanteen has the canteen keep a list of those who wait, and have so
// many places.
func listAtTheCanteen(tx *store.Tx, places int) error {
	if err := canteenWaits(tx, &bookings.Waiting{Hours: 24}); err != nil {
		return err
	}
	return tx.SetCapacity(demo.Canteen, demo.JulesFerry, places)
}

func canteenWaits(tx *store.Tx, how *bookings.Waiting) error {
	var a bookings.Activity
	if _, err := tx.Fact(wire.Activities, demo.Canteen, &a); err != nil {
		return err
	}
	a.Waiting = how
	return tx.PutFact(wire.Activities, a.ID, a)
}

// nobodyWaits has the matrix's child wait for nothing, and sets how one may.
func nobodyWaits(tx *store.Tx, how *bookings.Waiting) error {
	all, err := tx.LiveWaitsIn(familyChild, portal.Period{From: schoolDays[0], To: schoolDays[len(schoolDays)-1]})
	for _, w := range all {
		err = errors.Join(err, tx.EndWait(w, bookings.WaitLeft))
	}
	return errors.Join(err, canteenWaits(tx, how))
}

// waitOf is a child's waiting for a day as somebody reads it, false where there
// is none.
func waitOf(t *testing.T, d *hosttest.Desk, child portal.ID, day portal.Date) (w wire.Wait, found bool) {
	t.Helper()
	d.Catch()
	for _, raw := range d.In(wire.Waits) {
		var row wire.Wait
		if err := json.Unmarshal([]byte(raw), &row); err != nil {
			t.Fatal(err)
		}
		if row.Child == child && row.Day == day && (!found || row.State.Live()) {
			w, found = row, true
		}
	}
	return w, found
}

// crowd is families with a child each that may come to the canteen.
type crowd struct {
	*hosttest.Server
	t        *testing.T
	desks    []*hosttest.Desk
	children []portal.ID
}

func newCrowd(t *testing.T, s *hosttest.Server, n, places int) *crowd {
	t.Helper()
	c := &crowd{Server: s, t: t}
	c.alter(func(tx *store.Tx) error {
		phc, _ := hosttest.Plain{}.Hash(context.Background(), accounts.Family, demo.FamilyPassword)
		for i := range n {
			login := fmt.Sprintf("attente%d", i)
			a, err := s.Service.SeedFamily(tx, accounts.Profile{
				Title: "mme", FirstName: "Odette", LastName: fmt.Sprintf("Lafile%d", i), BirthDate: "1988-04-12", Mail: login + "@exemple.fr",
				Address: accounts.Address{Line1: "4 rue du Four", Postcode: demo.Postcode, City: demo.Town, Country: "FR"},
			}, login, phc, ledger.Payer{Resident: true}, 20000)
			if err != nil {
				return err
			}
			child := portal.NewID()
			if _, err := s.Service.SeedChild(tx, store.Child{ID: child, FirstName: "Plantenfant", LastName: "Lafile", BirthDate: "2018-03-12", Site: demo.JulesFerry, Class: "ce2", Diet: "standard", Record: `{}`},
				map[portal.ID]accounts.Custody{a.ID: accounts.FullCustody}, []string{bookings.Canteen}); err != nil {
				return err
			}
			c.children = append(c.children, child)
		}
		return listAtTheCanteen(tx, places)
	})
	for i := range n {
		c.desks = append(c.desks, s.SignIn(fmt.Sprintf("attente%d", i)))
	}
	return c
}

func (c *crowd) alter(f func(tx *store.Tx) error) {
	c.t.Helper()
	if err := c.Store.Write(context.Background(), f); err != nil {
		c.t.Fatal(err)
	}
}

// unread is what of their waiting somebody is told and has not read.
func (c *crowd) unread(i int) (out []notices.What) {
	c.t.Helper()
	c.desks[i].Catch()
	for _, body := range c.desks[i].In(wire.Notices) {
		var n wire.Notice
		if err := json.Unmarshal([]byte(body), &n); err != nil {
			c.t.Fatal(err)
		}
		if n.Kind == string(notices.Place) && n.Read == 0 {
			out = append(out, notices.What(n.What))
		}
	}
	return out
}

func (c *crowd) book(i int, day portal.Date) (portal.ID, wire.Verdict) {
	id := portal.NewID()
	return id, c.desks[i].Do(wire.BookingBook, wire.Book{Booking: id, Child: c.children[i], Activity: demo.Canteen, Day: day})
}

func (c *crowd) join(i int, day portal.Date) portal.ID {
	c.t.Helper()
	id := portal.NewID()
	c.desks[i].Must(wire.WaitingJoin, wire.JoinWaiting{Wait: id, Child: c.children[i], Activity: demo.Canteen, Day: day})
	return id
}

// says fails unless a family reads this of its waiting.
func (c *crowd) says(i int, day portal.Date, state bookings.WaitState, place int) wire.Wait {
	c.t.Helper()
	w, found := waitOf(c.t, c.desks[i], c.children[i], day)
	if !found || w.State != state || w.Place != place || !w.Mine {
		c.t.Errorf("family %d reads %+v (%v), not %s at place %d", i, w, found, state, place)
	}
	return w
}

func TestAFreedPlaceGoesDownTheList(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		c := newCrowd(t, s, 5, 1)
		day := schoolDays[9]
		first, _ := c.book(0, day)
		if _, v := c.book(1, day); v.Accepted || v.Error.Code != bookings.NoPlace {
			t.Fatalf("the day is not full: %+v", v)
		}
		for i := 1; i < 5; i++ {
			c.join(i, day)
		}
		for i := 1; i < 5; i++ {
			c.says(i, day, bookings.WaitQueued, i)
		}
		c.desks[1].Refused(bookings.AlreadyWaiting, wire.WaitingJoin, wire.JoinWaiting{Wait: portal.NewID(), Child: c.children[1], Activity: demo.Canteen, Day: day})
		c.desks[0].Refused(bookings.AlreadyBooked, wire.WaitingJoin, wire.JoinWaiting{Wait: portal.NewID(), Child: c.children[0], Activity: demo.Canteen, Day: day})

		// It is offered in the very commit that frees it: nobody else has it.
		c.desks[0].Must(wire.BookingCancel, wire.CancelBooking{Booking: first})
		w := c.says(1, day, bookings.WaitOffered, 0)
		if want := s.Clock.Now().Add(24 * time.Hour).Truncate(time.Minute); !time.UnixMicro(w.Until).Equal(want) {
			t.Errorf("kept until %v, not %v", time.UnixMicro(w.Until), want)
		}
		c.says(2, day, bookings.WaitQueued, 1)
		for _, i := range []int{0, 2, 3} {
			if _, v := c.book(i, day); v.Accepted || v.Error.Code != bookings.NoPlace {
				t.Errorf("family %d books a place that is kept for another: %+v", i, v)
			}
		}
		if n := mailsOf(t, s, mailkinds.PlaceOffered, "Plantenfant"); n != 1 {
			t.Errorf("%d mails tell of it", n)
		}

		// Not taken in time it goes to the next, and who missed it is told so. What
		// was sent in time may still be under way.
		s.Clock.Add(24 * time.Hour)
		s.Housekeep(t.Context())
		c.says(1, day, bookings.WaitOffered, 0)
		s.Clock.Add(2 * time.Minute)
		if _, v := c.book(1, day); v.Accepted {
			t.Error("a place is taken after its time")
		}
		s.Housekeep(t.Context())
		c.says(1, day, bookings.WaitLapsed, 0)
		second := c.says(2, day, bookings.WaitOffered, 0).ID
		if told := c.unread(1); !slices.Equal(told, []notices.What{notices.PlaceLapsed}) {
			t.Errorf("who missed it is told %v", told)
		}

		// Declined it goes on; taken it is a booking like any other.
		c.desks[2].Must(wire.WaitingLeave, wire.LeaveWaiting{Wait: second})
		if w, there := waitOf(t, c.desks[2], c.children[2], day); there {
			t.Errorf("who has declined still reads %+v", w)
		}
		c.says(3, day, bookings.WaitOffered, 0)
		if _, v := c.book(3, day); !v.Accepted {
			t.Fatalf("the place that is kept cannot be taken: %+v", v)
		}
		if w, there := waitOf(t, c.desks[3], c.children[3], day); there {
			t.Errorf("who has booked still waits: %+v", w)
		}
		if unread := c.unread(3); len(unread) != 0 {
			t.Errorf("what is taken is still told as offered: %v", unread)
		}
		c.says(4, day, bookings.WaitQueued, 1)

		// At the day's cut-off the list ends.
		s.Clock.Add(day.Add(-1).At(10, 0).Sub(s.Clock.Now()))
		s.Housekeep(t.Context())
		c.says(4, day, bookings.WaitTooLate, 0)
		if n := mailsOf(t, s, mailkinds.PlaceNone, "Plantenfant"); n != 1 {
			t.Errorf("%d mails tell that none became free", n)
		}
		s.Clock.Add(48 * time.Hour)
		s.Housekeep(t.Context())
		if w, there := waitOf(t, c.desks[4], c.children[4], day); there {
			t.Errorf("after the day is still told %+v", w)
		}
	})
}

func TestWhoCannotComeAnyMoreIsPassedOver(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		c := newCrowd(t, s, 4, 1)
		day := schoolDays[9]
		id, _ := c.book(0, day)
		for i := 1; i < 4; i++ {
			c.join(i, day)
		}
		c.alter(func(tx *store.Tx) error {
			all, err := tx.EnrolmentsOf(c.children[1])
			if err != nil {
				return err
			}
			for _, e := range all {
				if e.Activity == demo.Canteen {
					e.Period.To = day.Add(-1)
					if err := tx.SaveEnrolment(e); err != nil {
						return err
					}
				}
			}
			return tx.Unlink(c.children[2], c.desks[2].Session.Account.ID)
		})
		c.desks[0].Must(wire.BookingCancel, wire.CancelBooking{Booking: id})
		c.says(3, day, bookings.WaitOffered, 0)
		if w, there := waitOf(t, c.desks[1], c.children[1], day); there {
			t.Errorf("a child that does not come any more waits: %+v", w)
		}
	})
}

// A child that goes to another school waits at its list, and has no place there
// because one was kept for it where it was.
func TestAChildThatChangesSchoolWaitsAnew(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		c := newCrowd(t, s, 3, 1)
		day := schoolDays[9]
		id, _ := c.book(0, day)
		c.join(1, day)
		c.join(2, day)
		c.desks[0].Must(wire.BookingCancel, wire.CancelBooking{Booking: id})
		c.says(1, day, bookings.WaitOffered, 0)
		c.alter(func(tx *store.Tx) error {
			all, err := tx.EnrolmentsOf(c.children[1])
			for _, e := range all {
				e.Site = demo.Tilleuls
				err = errors.Join(err, tx.SaveEnrolment(e))
			}
			return errors.Join(err, tx.SetCapacity(demo.Canteen, demo.Tilleuls, 0))
		})
		if _, v := c.book(1, day); v.Accepted || v.Error.Code != bookings.NoPlace {
			t.Errorf("a place is taken at one school that was kept at another: %+v", v)
		}
		c.join(1, day)
		c.says(1, day, bookings.WaitQueued, 1)
		c.says(2, day, bookings.WaitOffered, 0)
		c.alter(func(tx *store.Tx) error { return tx.SetCapacity(demo.Canteen, demo.Tilleuls, 60) })
		s.Housekeep(t.Context())
		c.says(1, day, bookings.WaitOffered, 0)
	})
}

// Where the town closes the day nobody waits for it any more; opened again it is
// theirs who had it.
func TestAClosureEndsTheWaiting(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		c := newCrowd(t, s, 3, 1)
		day := schoolDays[9]
		id, _ := c.book(0, day)
		c.join(1, day)
		c.join(2, day)
		c.desks[0].Must(wire.BookingCancel, wire.CancelBooking{Booking: id})
		c.desks[1].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: c.children[1], Activity: demo.Canteen, Day: day})
		agent, closure := s.SignIn("sylvie.roy"), portal.NewID()
		agent.Must(wire.ClosureDeclare, wire.DeclareClosure{Closure: closure, Kind: bookings.Strike, Activities: []portal.ID{demo.Canteen}, Sites: []portal.ID{demo.JulesFerry},
			Period: portal.Period{From: day, To: day}, Reason: "Grève des agents."})
		if w, there := waitOf(t, c.desks[2], c.children[2], day); there {
			t.Errorf("on a day that is closed somebody waits: %+v", w)
		}
		if told := c.unread(2); !slices.Equal(told, []notices.What{notices.PlaceClosed}) {
			t.Errorf("who waited is told %v", told)
		}
		c.desks[2].Refused(bookings.Closed, wire.WaitingJoin, wire.JoinWaiting{Wait: portal.NewID(), Child: c.children[2], Activity: demo.Canteen, Day: day})
		agent.Must(wire.ClosureUndo, wire.UndoClosure{Closure: closure})
		if _, v := c.book(2, day); v.Accepted || v.Error.Code != bookings.NoPlace {
			t.Errorf("opened again the place is anybody's: %+v", v)
		}
		c.join(2, day)
		c.says(2, day, bookings.WaitQueued, 1)
	})
}

func TestPlacesThatTheTownHallMakesAreOffered(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		c := newCrowd(t, s, 4, 1)
		day := schoolDays[9]
		c.book(0, day)
		for i := 1; i < 4; i++ {
			c.join(i, day)
		}
		c.alter(func(tx *store.Tx) error {
			if err := tx.SetCapacity(demo.Canteen, demo.JulesFerry, 3); err != nil {
				return err
			}
			_, err := s.Service.TendWaitingLists(tx)
			return err
		})
		c.says(1, day, bookings.WaitOffered, 0)
		c.says(2, day, bookings.WaitOffered, 0)
		c.says(3, day, bookings.WaitQueued, 1)
		// An account that closes leaves its place to the next.
		c.alter(func(tx *store.Tx) error {
			a, _, err := tx.Account(c.desks[1].Session.Account.ID)
			if err != nil {
				return err
			}
			a.Closing = tx.Now().UnixMicro() - 1
			if err := tx.SaveAccount(a); err != nil {
				return err
			}
			return s.Service.CloseAccounts(tx)
		})
		c.says(3, day, bookings.WaitOffered, 0)
	})
}

func TestBothParentsReadOfTheWaitingAndOneLeavesIt(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.alter(func(tx *store.Tx) error { return listAtTheCanteen(tx, 0) })
		day, id := schoolDays[3], portal.NewID()
		w.desks[family].Must(wire.WaitingJoin, wire.JoinWaiting{Wait: id, Child: familyChild, Activity: demo.Canteen, Day: day})
		theirs, found := waitOf(t, w.desks[otherParent], familyChild, day)
		if !found || theirs.Mine || theirs.Place != 1 || theirs.ByName == "" {
			t.Errorf("the other parent reads %+v", theirs)
		}
		w.desks[otherParent].Refused(portal.NotFound, wire.WaitingLeave, wire.LeaveWaiting{Wait: id})
		if _, there := waitOf(t, w.desks[otherFamily], familyChild, day); there {
			t.Error("another family reads it")
		}
		// Whoever books for the child takes the place that is kept for it.
		w.alter(func(tx *store.Tx) error {
			if err := tx.SetCapacity(demo.Canteen, demo.JulesFerry, 1); err != nil {
				return err
			}
			_, err := s.Service.TendWaitingLists(tx)
			return err
		})
		w.book(otherParent, day, false)
		if mine, there := waitOf(t, w.desks[family], familyChild, day); there {
			t.Errorf("the child has the day and waits: %+v", mine)
		}
		w.desks[family].Refused(bookings.NotWaiting, wire.WaitingLeave, wire.LeaveWaiting{Wait: id})
	})
}

// A group puts on the list what of it is full, and its opposite takes it off.
func TestAGroupWaitsForWhatIsFull(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		c := newCrowd(t, s, 3, 1)
		full, free := schoolDays[9], schoolDays[10]
		c.book(0, full)
		lots := []bookings.Lot{lot(c.children[1], demo.Canteen, full, free)}
		v := c.desks[1].Do(wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), All: true, Wait: true, Book: lots})
		if v.Accepted || v.Error.Code != bookings.GroupNotAll {
			t.Errorf("all or nothing waits: %+v", v)
		}
		id := portal.NewID()
		c.desks[1].Must(wire.BookingGroup, wire.GroupBookings{Group: id, Wait: true, Book: lots})
		r := group(t, c.desks[1], id)
		if bookings.Count(r.Booked) != 1 || bookings.Count(r.Waiting) != 1 || r.Waiting[0].Days[0] != full || len(r.Refused) != 0 {
			t.Errorf("it became %+v", r)
		}
		if w := c.says(1, full, bookings.WaitQueued, 1); w.ID != bookings.WaitedID(id, c.children[1], demo.Canteen, full) {
			t.Errorf("it waits as %s", w.ID)
		}
		back := portal.NewID()
		c.desks[1].Must(wire.BookingGroup, wire.GroupBookings{Group: back, Undoes: id, All: true,
			Cancel: []portal.ID{bookings.GroupedID(id, c.children[1], demo.Canteen, free)}, Leave: []portal.ID{bookings.WaitedID(id, c.children[1], demo.Canteen, full)}})
		if r := group(t, c.desks[1], back); bookings.Count(r.Left) != 1 || bookings.Count(r.Cancelled) != 1 {
			t.Errorf("taken back: %+v", r)
		}
		if w, there := waitOf(t, c.desks[1], c.children[1], full); there {
			t.Errorf("it still waits: %+v", w)
		}
		// A place freed within a group is for those who wait, not for the group.
		other, _ := c.book(0, free)
		c.join(2, free)
		v = c.desks[0].Do(wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), All: true, Cancel: []portal.ID{other}, Book: []bookings.Lot{lot(c.children[0], demo.Canteen, free)}})
		if v.Accepted {
			t.Error("a group takes what another waits for")
		}
		c.desks[0].Must(wire.BookingCancel, wire.CancelBooking{Booking: other})
		c.says(2, free, bookings.WaitOffered, 0)
	})
}

// TestALongLine has more wait than are told their place.
func TestALongLine(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		c := newCrowd(t, s, 2, 0)
		day := schoolDays[9]
		c.alter(func(tx *store.Tx) error {
			for i := range bookings.MostPlaceTold {
				if err := tx.AddWait(store.Wait{ID: portal.NewID(), Child: portal.NewID(), Activity: demo.Canteen, Site: demo.JulesFerry, Day: day,
					Account: c.desks[0].Session.Account.ID, Since: tx.Now().UnixMicro(), Ends: day.At(0, 0).UnixMicro() + int64(i)}); err != nil {
					return err
				}
			}
			return nil
		})
		c.join(1, day)
		c.says(1, day, bookings.WaitQueued, 0)
		c.alter(func(tx *store.Tx) error {
			all, err := tx.LiveWaitsOf(c.desks[0].Session.Account.ID)
			if err != nil {
				return err
			}
			return tx.EndWait(all[40], bookings.WaitLeft)
		})
		c.says(1, day, bookings.WaitQueued, bookings.MostPlaceTold)
	})
}

// TestAChildKeepsItsPlaceInTheListOfWhoLeaves: a parent let somebody book, who put
// the child on a list; that has ended, and the child waits on, for its parent.
func TestAChildKeepsItsPlaceInTheListOfWhoLeaves(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.alter(func(tx *store.Tx) error { return listAtTheCanteen(tx, 1) })
		day := schoolDays[4]
		taken := w.bookNow(otherFamily, day)
		wait := portal.NewID()
		w.desks[booker].Must(wire.WaitingJoin, wire.JoinWaiting{Wait: wait, Child: familyChild, Activity: demo.Canteen, Day: day})
		w.desks[family].Must(wire.DelegationEnd, wire.EndDelegation{Delegation: w.delegated(booker)})
		if row, found := waitOf(t, w.desks[family], familyChild, day); !found || row.State != bookings.WaitQueued || row.Place != 1 {
			t.Fatalf("the parent reads %+v", row)
		}
		w.desks[otherFamily].Must(wire.BookingCancel, wire.CancelBooking{Booking: taken})
		if row, found := waitOf(t, w.desks[family], familyChild, day); !found || row.State != bookings.WaitOffered || !row.Mine {
			t.Errorf("once a place is free the parent reads %+v", row)
		}
		if told := w.news(family, notices.Place, wait); len(told) != 1 || told[0].What != string(notices.PlaceOffered) {
			t.Errorf("the parent is told %+v", told)
		}
		w.desks[booker].Catch()
		if _, found := waitOf(t, w.desks[booker], familyChild, day); found || len(w.news(booker, notices.Place, wait)) != 0 {
			t.Error("who may book no more reads of it")
		}
		w.book(family, day, false)
	})
}

// TestAChildKeepsItsPlaceInTheListOfAClosedAccount: of separated parents one leaves
// the portal; the child waits on for the other, who sees it waiting.
func TestAChildKeepsItsPlaceInTheListOfAClosedAccount(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.alter(func(tx *store.Tx) error { return listAtTheCanteen(tx, 1) })
		const day portal.Date = "2026-12-14"
		taken := w.bookNow(otherFamily, day)
		w.desks[family].Must(wire.WaitingJoin, wire.JoinWaiting{Wait: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: day})
		if _, err := w.desks[family].CloseAccount(context.Background(), demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		s.Later(0, 15)
		for _, who := range []string{otherParent, otherFamily} {
			w.desks[who] = s.SignIn(people[who].login)
		}
		if row, found := waitOf(t, w.desks[otherParent], familyChild, day); !found || row.State != bookings.WaitQueued || !row.Mine {
			t.Errorf("the other parent reads %+v", row)
		}
		w.desks[otherFamily].Must(wire.BookingCancel, wire.CancelBooking{Booking: taken})
		if row, found := waitOf(t, w.desks[otherParent], familyChild, day); !found || row.State != bookings.WaitOffered {
			t.Errorf("once a place is free the other parent reads %+v", row)
		}
	})
}

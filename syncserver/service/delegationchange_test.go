package service_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parvis/shared/accounts"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

const secondChild portal.ID = "0190a0f0-0000-7000-8000-0000000000a3"

// withSecond gives the family a second child, of its own alone.
func (w *world) withSecond() {
	w.t.Helper()
	w.alter(func(tx *store.Tx) error {
		_, err := w.Service.SeedChild(tx, store.Child{ID: secondChild, FirstName: "Bérénice", LastName: "Tamarin", BirthDate: "2019-05-02", Site: demo.JulesFerry, Class: "cp", Diet: "standard", Record: `{}`},
			map[portal.ID]accounts.Custody{w.account(family): accounts.FullCustody}, []string{"canteen"})
		return err
	})
}

// news is the notices of a kind about something that somebody has not read.
func (w *world) news(who string, kind notices.Kind, about portal.ID) (out []wire.Notice) {
	w.t.Helper()
	d := w.desks[who]
	d.Catch()
	for _, body := range d.In(wire.Notices) {
		var n wire.Notice
		if err := json.Unmarshal([]byte(body), &n); err != nil {
			w.t.Fatal(err)
		}
		if n.Kind == string(kind) && n.About == about && n.Read == 0 {
			out = append(out, n)
		}
	}
	return out
}

// A change acts with the command: what is no longer given is gone from the
// delegate's feed, and what is booked stays.
func TestADelegationIsNarrowedAtOnce(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.withSecond()
		in := w.invitation(booker, secondChild)
		in.Children = []portal.ID{familyChild, secondChild}
		w.desks[family].Must(wire.DelegationEnd, wire.EndDelegation{Delegation: w.delegated(booker)})
		id := w.put(family, booker, in, accounts.Accepted)
		d := w.desks[booker]
		booked := portal.NewID()
		d.Must(wire.BookingBook, wire.Book{Booking: booked, Child: secondChild, Activity: demo.Canteen, Day: schoolDays[0]})
		d.Catch()
		if len(d.In(wire.Bookings)) == 0 || !strings.Contains(mustJSON(t, d.In(wire.Children)), string(secondChild)) {
			t.Fatal("the delegate does not read the child")
		}
		change := wire.ChangeDelegation{Delegation: id, Level: "see", Children: []portal.ID{familyChild}, Activities: []portal.ID{demo.Canteen, demo.Morning}, Until: "2026-12-10"}
		w.desks[family].Must(wire.DelegationChange, change)
		d.Catch()
		if rows := allRows(d); strings.Contains(rows, string(secondChild)) {
			t.Errorf("of the child that was taken out there is still %s", rows)
		}
		got, _ := delegation(d, id)
		if got.Level != "see" || len(got.Children) != 1 || len(got.Activities) != 2 || got.Until != "2026-12-10" || got.State != "accepted" {
			t.Errorf("the delegate reads %+v", got)
		}
		d.Refused(accounts.OnlySees, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[1]})
		d.Refused(accounts.DelegationEnded, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: secondChild, Activity: demo.Canteen, Day: schoolDays[1]})
		if b, _ := w.booking(family, booked); b.Price == 0 || b.By != w.account(booker) {
			t.Errorf("what was booked is %+v", b)
		}
		told := w.news(booker, notices.Access, id)
		if len(told) != 1 || told[0].What != string(notices.AccessChanged) || told[0].Args["name"] != "Ondine Tamarin" || told[0].Args["lost"] != "Bérénice" ||
			told[0].Args["level"] != "see" || told[0].Args["until"] != "2026-12-10" || told[0].Args["activities"] != string(demo.Morning)+" · "+string(demo.Canteen) {
			t.Errorf("the delegate is told %+v", told)
		}
		mails := w.mailed(booker, "access_changed")
		if n := len(mails); n == 0 || strings.Contains(mails[n-1].Data, "Bérénice") || strings.Contains(mails[n-1].Data, "Philémon") {
			t.Errorf("the mails are %+v", mails)
		}
		// A second change is told in the same notice, and by no other mail.
		change.Level, change.Activities = "book", nil
		w.desks[family].Must(wire.DelegationChange, change)
		if again := w.news(booker, notices.Access, id); len(again) != 1 || again[0].Args["level"] != "book" || again[0].Args["lost"] != "Bérénice" || again[0].Args["activities"] != "" {
			t.Errorf("then %+v", again)
		}
		if now := w.mailed(booker, "access_changed"); len(now) != len(mails) {
			t.Errorf("%d mails, then %d", len(mails), len(now))
		}
		d.Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[1]})
		// The same again is no news.
		w.desks[booker].Must(wire.NoticeRead, wire.ReadNotices{Notices: []portal.ID{told[0].ID}})
		w.desks[family].Must(wire.DelegationChange, change)
		if again := w.news(booker, notices.Access, id); len(again) != 0 {
			t.Errorf("of nothing it is told %+v", again)
		}
	})
}

// More of the same child needs no answer; another child is an invitation.
func TestOnlyAnotherChildIsAcceptedAnew(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.withSecond()
		id, more := w.delegated(seer), portal.NewID()
		change := wire.ChangeDelegation{Delegation: id, Level: "book", Children: []portal.ID{familyChild, secondChild}, Until: "2027-07-04", Invitation: more}
		w.desks[family].Must(wire.DelegationChange, change)
		d := w.desks[seer]
		d.Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[0]})
		d.Refused(portal.NotFound, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: secondChild, Activity: demo.Canteen, Day: schoolDays[0]})
		got, there := delegation(d, more)
		if !there || got.State != "invited" || len(got.Children) != 1 || got.Children[0].ID != secondChild || got.Level != "book" || got.Until != "2027-07-04" {
			t.Fatalf("the invitation is %+v", got)
		}
		if kept, _ := delegation(d, id); len(kept.Children) != 1 || kept.State != "accepted" {
			t.Errorf("the access is %+v", kept)
		}
		if len(w.news(seer, notices.Invitation, more)) != 1 {
			t.Error("the invitation is not told")
		}
		// It is for that person, not for whoever gets the address.
		w.desks[invitee].Refused(portal.NotFound, wire.DelegationAccept, wire.AcceptDelegation{Delegation: more})
		d.Must(wire.DelegationAccept, wire.AcceptDelegation{Delegation: more})
		d.Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: secondChild, Activity: demo.Canteen, Day: schoolDays[0]})
		if told := w.news(family, notices.Access, more); len(told) != 1 || told[0].What != string(notices.AccessAccepted) || told[0].Args["name"] != "Honorine Tamarin" {
			t.Errorf("the parent is told %+v", told)
		}
		for code, wrong := range map[portal.Code]func(*wire.ChangeDelegation){
			accounts.KeepsNoChild:   func(c *wire.ChangeDelegation) { c.Children = []portal.ID{secondChild} },
			portal.Missing:          func(c *wire.ChangeDelegation) { c.Until = "" },
			accounts.PastDate:       func(c *wire.ChangeDelegation) { c.Until = "2026-11-01" },
			portal.NotFound:         func(c *wire.ChangeDelegation) { c.Children = []portal.ID{familyChild, foreignChild} },
			portal.Invalid:          func(c *wire.ChangeDelegation) { c.Level = "own" },
			accounts.AlreadyInvited: func(c *wire.ChangeDelegation) { c.Invitation = portal.NewID() },
		} {
			c := change
			wrong(&c)
			w.desks[family].Refused(code, wire.DelegationChange, c)
		}
	})
}

// What another parent has let the delegate do is in the way, and is not told.
func TestAChangeLeavesOnePurse(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.put(otherParent, seer, w.invitation(booker, familyChild), accounts.Accepted)
		v := w.desks[family].Do(wire.DelegationChange, wire.ChangeDelegation{Delegation: w.delegated(seer), Level: "book", Children: []portal.ID{familyChild}, Until: "2026-12-24"})
		if v.Accepted || v.Error.Code != accounts.CannotBookThat || len(v.Error.Args) != 0 {
			t.Errorf("answered with %+v", v)
		}
	})
}

// Each side is told what has happened, in the window.
func TestANoticeAboutAnAccessSaysWhatHasChanged(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		seen, booked, asked := w.delegated(seer), w.delegated(booker), w.delegated(invitee)
		w.desks[seer].Must(wire.DelegationEnd, wire.EndDelegation{Delegation: seen})
		w.desks[family].Must(wire.DelegationEnd, wire.EndDelegation{Delegation: booked})
		w.desks[invitee].Must(wire.DelegationDecline, wire.DeclineDelegation{Delegation: asked})
		for _, c := range []struct {
			who   string
			about portal.ID
			what  notices.What
			name  string
		}{
			{family, seen, notices.AccessLeft, "Honorine Tamarin"},
			{booker, booked, notices.AccessEnded, "Ondine Tamarin"},
			{family, asked, notices.AccessDeclined, people[invitee].mail}, // whose that is, nobody has said
		} {
			if told := w.news(c.who, notices.Access, c.about); len(told) != 1 || told[0].What != string(c.what) || told[0].Args["name"] != c.name {
				t.Errorf("%s is told %+v", c.who, told)
			}
		}
	})
}

// allRows is all that somebody's desktop holds, as one text.
func allRows(d *hosttest.Desk) string {
	var out strings.Builder
	for _, body := range d.Rows {
		out.WriteString(body)
	}
	return out.String()
}

package e2e

import (
	"strings"
	"testing"

	"parvis/desktop/cache"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
)

func (c *computer) do(kind string, args any) portal.ID {
	c.t.Helper()
	id, err := c.Submit(kind, args, cache.Note{Key: "x"})
	if err != nil {
		c.t.Fatal(err)
	}
	return id
}

// holds reports whether any row here names somebody.
func (c *computer) holds(what string) bool {
	for _, collection := range []string{wire.Accounts, wire.Children, wire.Enrolments, wire.Bookings, wire.Requests, wire.Balances, wire.Delegations, wire.Notices, wire.Documents, wire.Messages} {
		for id, body := range c.View().Rows(collection) {
			if strings.Contains(string(id)+string(body), what) {
				return true
			}
		}
	}
	return false
}

// A grandmother is invited, accepts, books for a child, works off line while
// the parent ends it, and at the next contact has nothing left of the child:
// not in her window, not in the file on her computer, and what waited was
// refused with a reason.
func TestADelegatesRightEndsWhileSheWorksOffLine(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		parent, grand := newComputer(t, s, t.TempDir()), newComputer(t, s, t.TempDir())
		parent.signIn("claire.martel")
		grand.signIn("jeanne.martel")
		lea := parent.child("Léa")
		given := portal.NewID()
		parent.do(wire.DelegationInvite, wire.InviteDelegate{Delegation: given, Mail: "jeanne.martel@exemple.fr", Kind: "grandparent", Level: "book",
			Children: []portal.ID{lea}, Activities: []portal.ID{demo.Canteen}, Until: "2027-08-31"})
		if d, there := parent.View().Delegation(given); !there || !d.Given || d.Children[0].FirstName != "Léa" {
			t.Fatalf("the parent sees %+v", d)
		}
		grand.eventually("the invitation", func() bool { d, _ := grand.View().Delegation(given); return d.State == "invited" && !d.Given })
		if len(grand.View().Seen()) != 0 || grand.holds("Haddad") {
			t.Fatal("an invitation shows more than itself")
		}
		grand.do(wire.DelegationAccept, wire.AcceptDelegation{Delegation: given})
		grand.eventually("Léa", func() bool { return len(grand.View().Seen()) == 1 && len(grand.View().Enrolments(lea)) == 1 })
		if len(grand.View().Children()) != 0 {
			t.Error("she could name the child in a request")
		}
		booked := grand.book(lea, "2026-11-19")
		grand.sent()
		day := grand.View().Day(lea, demo.Canteen, "2026-11-19")
		if day.Booking == nil || !day.Look.CanCancel || !day.Delegated || day.Price.Amount != 0 || day.Booking.ByName != "Jeanne Martel" {
			t.Errorf("her own booking looks as %+v", day)
		}
		parent.eventually("what she booked", func() bool { return parent.View().Day(lea, demo.Canteen, "2026-11-19").Look.CanCancel })
		if got := parent.View().Day(lea, demo.Canteen, "2026-11-19"); got.Price.Amount == 0 || got.Booking.ByName != "Jeanne Martel" {
			t.Errorf("the parent, who pays, sees %+v", got)
		}
		// What the parent booked is not hers to cancel, nor the morning hers to see.
		parent.book(lea, "2026-11-20")
		parent.sent()
		grand.eventually("the parent's booking", func() bool { return grand.View().Day(lea, demo.Canteen, "2026-11-20").Booking != nil })
		if d := grand.View().Day(lea, demo.Canteen, "2026-11-20"); d.Look.CanCancel || d.Look.Reason.Code != bookings.NotYourBooker {
			t.Errorf("the parent's booking looks as %+v", d.Look)
		}
		grand.same("jeanne.martel")
		parent.same("claire.martel")

		grand.line.pull()
		waits := grand.book(lea, "2026-11-23")
		grand.do(wire.BookingCancel, wire.CancelBooking{Booking: booked})
		if d := grand.View().Day(lea, demo.Canteen, "2026-11-23"); d.Pending != view.PendingBook || d.Booking.ID != waits {
			t.Errorf("off line, her booking looks as %+v", d)
		}
		parent.do(wire.DelegationEnd, wire.EndDelegation{Delegation: given})
		parent.sent()
		grand.line.plug()
		grand.TryNow()
		grand.sent()
		grand.eventually("the end", func() bool { return len(grand.View().Seen()) == 0 })
		refused := grand.View().Refusals()
		if len(refused) != 2 || refused[0].Verdict.Error.Code != accounts.DelegationEnded || refused[1].Verdict.Error.Code != accounts.DelegationEnded {
			t.Errorf("she is told %+v", refused)
		}
		gone := func(when string) {
			t.Helper()
			// Who has ended it is told in a notice, which is hers and stays.
			for _, what := range []string{string(lea), "Léa"} {
				if grand.holds(what) {
					t.Errorf("%s her computer still holds %s", when, what)
				}
			}
		}
		gone("at once")
		grand.same("jeanne.martel")
		grand.line.pull()
		grand.reopen()
		if err := grand.OpenOffLine("jeanne.martel", demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		gone("after a start without a line")
		if len(grand.View().Seen()) != 0 {
			t.Error("the file on her computer still has the child")
		}
	})
}

// The last day passes for a desktop without a line too.
func TestADelegatesLastDayPassesOffLine(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		parent, grand := newComputer(t, s, t.TempDir()), newComputer(t, s, t.TempDir())
		parent.signIn("claire.martel")
		grand.signIn("jeanne.martel")
		lea := parent.child("Léa")
		given := portal.NewID()
		last := portal.DateOf(s.Clock.Now()).Add(2)
		parent.do(wire.DelegationInvite, wire.InviteDelegate{Delegation: given, Mail: "jeanne.martel@exemple.fr", Kind: "sitter", Level: "see", Children: []portal.ID{lea}, Until: last})
		grand.eventually("the invitation", func() bool { _, there := grand.View().Delegation(given); return there })
		grand.do(wire.DelegationAccept, wire.AcceptDelegation{Delegation: given})
		grand.eventually("Léa", func() bool { return len(grand.View().Seen()) == 1 })
		if d := grand.View().Day(lea, demo.Canteen, "2026-11-24"); d.Look.CanBook || d.Look.Reason == nil || d.Look.Reason.Code != accounts.OnlySees {
			t.Errorf("a day that she may only see looks as %+v", d.Look)
		}
		grand.line.pull()
		s.Clock.Add(last.At(23, 59).Sub(s.Clock.Now()))
		if len(grand.View().Seen()) != 1 {
			t.Error("on the last day the child is not seen")
		}
		s.Clock.Add(2 * 60 * 1e9)
		if len(grand.View().Seen()) != 0 {
			t.Error("after it the child is seen")
		}
	})
}

package view

import (
	"testing"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const tom portal.ID = "child-tom"

// theirs is a child of another parent, Camille, and what she lets be done.
func (d *desk) theirs(level string, until portal.Date, state string) []wire.Change {
	return []wire.Change{
		d.row(mine, wire.Children, tom, wire.Child{ID: tom, FirstName: "Tom", LastName: "Martin", BirthDate: "2017-01-02", Custody: "none", Delegated: true}),
		d.row(mine, wire.Enrolments, "enrolment-tom", bookings.Enrolment{ID: "enrolment-tom", Child: tom, Activity: canteen, Site: school, Period: portal.SchoolYear("2026-2027").Period()}),
		d.row(mine, wire.Delegations, "given", wire.Delegation{ID: "given", From: "camille", FromName: "Camille Martin", Mail: "anne@exemple.fr", To: me, Kind: "grandparent", Level: level,
			Children: []wire.DelegatedChild{{ID: tom, FirstName: "Tom"}}, Activities: []portal.ID{canteen}, Until: until, State: state}),
	}
}

func TestADelegatesDays(t *testing.T) {
	d := open(t)
	d.get(d.theirs("book", "2026-12-24", "accepted")...)
	if got := d.Children(); len(got) != 1 || got[0].ID != lea {
		t.Errorf("one's own children are %v", got)
	}
	if got := d.Seen(); len(got) != 2 || got[0].ID != lea || got[1].ID != tom {
		t.Errorf("those whose days one sees are %v", got)
	}
	day := d.Day(tom, canteen, tuesday)
	if !day.Look.CanBook || !day.Delegated || day.Price.Amount != 0 || day.BalanceAfter != 0 {
		t.Errorf("a day looks as %+v", day)
	}
	// What waits costs nothing here.
	booked := portal.NewID()
	d.do(wire.BookingBook, wire.Book{Booking: booked, Child: tom, Activity: canteen, Day: tuesday})
	d.wantBalance(2000, 2000)
	day = d.Day(tom, canteen, tuesday)
	if day.Pending != PendingBook || !day.Look.CanCancel || day.Booking.Payer != "" || day.Booking.By != me {
		t.Errorf("pending it looks as %+v", day)
	}
	d.decided(d.row(mine, wire.Bookings, booked, wire.Booking{ID: booked, Child: tom, Activity: canteen, Site: school, Day: tuesday, By: me, ByName: "Anne Roy"}))
	if day = d.Day(tom, canteen, tuesday); !day.Look.CanCancel {
		t.Errorf("confirmed it cannot be cancelled: %v", day.Look.Reason)
	}
	d.get(d.row(mine, wire.Bookings, "hers", wire.Booking{ID: "hers", Child: tom, Activity: canteen, Site: school, Day: "2026-11-26", ByName: "Camille Martin"}))
	if day = d.Day(tom, canteen, "2026-11-26"); day.Look.CanCancel || day.Look.Reason.Code != bookings.NotYourBooker {
		t.Errorf("the parent's booking looks as %+v", day.Look)
	}
	// Ended here, it is over at once, whatever the town hall says later.
	d.do(wire.DelegationEnd, wire.EndDelegation{Delegation: "given"})
	if got := d.Seen(); len(got) != 1 {
		t.Errorf("after the end one still sees %v", got)
	}
	if got, _ := d.Delegation("given"); got.State != "ended" || !got.Pending {
		t.Errorf("it stands as %+v", got)
	}
}

func TestADelegateWhoSees(t *testing.T) {
	d := open(t)
	d.get(d.theirs("see", monday, "accepted")...)
	day := d.Day(tom, canteen, tuesday)
	if day.Look.CanBook || day.Look.Reason == nil || day.Look.Reason.Code != accounts.OnlySees {
		t.Errorf("a day looks as %+v", day.Look)
	}
	// Why a day is shut comes before who may book it.
	if day = d.Day(tom, canteen, "2026-12-21"); day.Look.Reason.Code != bookings.SchoolHoliday {
		t.Errorf("a holiday looks as %+v", day.Look)
	}
	d.now = tuesday.At(0, 1)
	if got := d.Seen(); len(got) != 1 {
		t.Errorf("the day after the last one still sees %v", got)
	}
}

func TestAnInvitationAsItWillBe(t *testing.T) {
	d := open(t)
	d.get(d.theirs("book", "2026-12-24", "invited")[2])
	d.do(wire.DelegationAccept, wire.AcceptDelegation{Delegation: "given"})
	if got, _ := d.Delegation("given"); got.State != "accepted" || !got.Pending || got.Given {
		t.Errorf("accepted it stands as %+v", got)
	}
	id := portal.NewID()
	d.do(wire.DelegationInvite, wire.InviteDelegate{Delegation: id, Mail: " Mamie@Exemple.fr", Kind: "grandparent", Level: "see", Children: []portal.ID{lea}, Until: "2027-01-01"})
	got, there := d.Delegation(id)
	if !there || !got.Given || !got.Pending || got.Mail != "mamie@exemple.fr" || got.Children[0].FirstName != "Léa" || got.State != "invited" {
		t.Errorf("what was sent stands as %+v", got)
	}
	d.do(wire.DelegationEnd, wire.EndDelegation{Delegation: id})
	if got, _ := d.Delegation(id); got.State != "ended" {
		t.Errorf("withdrawn it stands as %+v", got)
	}
	if all := d.Delegations(); len(all) != 2 {
		t.Errorf("there are %d", len(all))
	}
	// An answer to what is over is doubtful.
	d.decided(d.gone(mine, wire.Delegations, "given"))
	d.get(d.row(mine, wire.Delegations, "late", wire.Delegation{ID: "late", From: "camille", State: "expired"}))
	d.do(wire.DelegationAccept, wire.AcceptDelegation{Delegation: "late"})
	if doubts := d.Doubts(); len(doubts) != 1 || doubts[0].Reason.Code != accounts.InvitationOver {
		t.Errorf("doubts: %v", doubts)
	}
}

// A change shows at once to who made it; another child is an invitation.
func TestAChangedAccessAsItWillBe(t *testing.T) {
	d := open(t)
	given := wire.Delegation{ID: "g", From: me, FromName: "Anne Roy", Mail: "mamie@exemple.fr", To: "mamie", ToName: "Mamie", Kind: "grandparent", Level: "book",
		Children: []wire.DelegatedChild{{ID: lea, FirstName: "Léa"}}, Until: "2026-12-24", State: "accepted"}
	d.get(d.row(mine, wire.Delegations, "g", given), d.row(mine, wire.Children, "zoe", wire.Child{ID: "zoe", FirstName: "Zoé", LastName: "Roy", BirthDate: "2019-01-01"}))
	more := portal.NewID()
	d.do(wire.DelegationChange, wire.ChangeDelegation{Delegation: "g", Level: "see", Children: []portal.ID{lea, "zoe"}, Activities: []portal.ID{canteen}, Until: "2027-01-31", Invitation: more})
	if got, _ := d.Delegation("g"); !got.Pending || got.Level != "see" || len(got.Children) != 1 || got.Until != "2027-01-31" || got.State != "accepted" || len(got.Activities) != 1 {
		t.Errorf("it stands as %+v", got)
	}
	if got, there := d.Delegation(more); !there || got.State != "invited" || len(got.Children) != 1 || got.Children[0].FirstName != "Zoé" || got.ToName != "Mamie" {
		t.Errorf("the invitation stands as %+v", got)
	}
	given.State, given.Ended = "ended", 1
	d.get(d.row(mine, wire.Delegations, "g", given))
	if doubts := d.Doubts(); len(doubts) != 1 || doubts[0].Reason.Code != accounts.DelegationEnded {
		t.Errorf("of one that has ended: %v", doubts)
	}
}

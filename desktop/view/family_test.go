package view

import (
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// What a parent changes shows at once, is doubted once the other has changed the
// same, and a second change builds on the first.
func TestAChangeOfAChildsHealthThatWaits(t *testing.T) {
	d := open(t)
	child := func(h family.Health, by string) wire.Change {
		c := wire.Child{ID: lea, FirstName: "Léa", LastName: "Roy", BirthDate: "2018-03-12", HealthBy: by}
		c.SetHealth(h)
		return d.row(mine, wire.Children, lea, c)
	}
	standard, vegetarian, both := family.Health{Diet: "standard"}, family.Health{Diet: "vegetarian"}, family.Health{Diet: "vegetarian", Allergies: "Kiwi"}
	d.get(child(standard, ""))
	told := 0
	d.Subscribe(func(Notice) { told++ }, Topic{wire.Children, lea})
	d.do(wire.ChildHealth, wire.ChangeHealth{Child: lea, Was: standard, Health: vegetarian})
	d.do(wire.ChildHealth, wire.ChangeHealth{Child: lea, Was: vegetarian, Health: both})
	d.drain()
	now, _ := d.Child(lea)
	if now.Health() != both || now.HealthBy != "Anne Roy" || !d.Waits(lea, wire.ChildHealth) || d.Waits(lea, wire.ChildCollect) || told == 0 || len(d.Doubts()) != 0 {
		t.Errorf("%+v, told %d, doubts %v", now, told, d.Doubts())
	}
	if all := d.Children(); len(all) != 1 || all[0].Health() != both {
		t.Errorf("the list has %+v", all)
	}
	// Both have landed, and the answer is still under way: no doubt.
	d.hand()
	d.get(child(both, "Anne Roy"))
	if now, _ := d.Child(lea); len(d.Doubts()) != 0 || now.Health() != both {
		t.Errorf("%+v with the doubts %v", now, d.Doubts())
	}
	d.decided(child(both, "Anne Roy"))
	d.do(wire.ChildHealth, wire.ChangeHealth{Child: lea, Was: standard, Health: vegetarian})
	doubts := d.Doubts()
	if now, _ := d.Child(lea); len(doubts) != 1 || doubts[0].Reason.Args["by"] != "Anne Roy" || now.Health() != both {
		t.Errorf("%+v with the doubts %v", now, doubts)
	}
}

func TestAListOfCollectorsThatWaits(t *testing.T) {
	d := open(t)
	one := family.Collector{FirstName: "Jeanne", LastName: "Morel", Relation: "grand-mère", Phone: "+33639980132"}
	d.do(wire.ChildCollect, wire.ChangeCollectors{Child: lea, Collectors: []family.Collector{one}})
	if now, _ := d.Child(lea); len(now.Collectors) != 1 || !d.Waits(lea, wire.ChildCollect) {
		t.Errorf("%+v", now)
	}
	d.do(wire.WeeksEnd, wire.EndWeeks{Child: lea})
	if !d.Waits(lea, wire.WeeksEnd) || d.Waits(portal.ID("other"), wire.WeeksEnd) {
		t.Error("what waits is not told")
	}
}

// separated is Léa as one of two parents reads her who each pay for their own
// weeks: this one is the other one's, where mine is not set.
func separated(d *desk, mineToo, agreed bool) wire.Change {
	c := wire.Child{ID: lea, FirstName: "Léa", LastName: "Roy", BirthDate: "2018-03-12", Custody: "shared", Adults: []wire.Adult{{Name: "Basile Corbin", Custody: "shared"}},
		Weeks: &wire.ChildWeeks{Weeks: family.Weeks{Anchor: monday}, Mine: mineToo, With: "Basile Corbin"}}
	if agreed {
		c.Paying = &wire.ChildPaying{Rule: family.EachOwnWeeks}
	}
	return d.row(mine, wire.Children, lea, c)
}

// Of a day that the other parent pays one is told by whom, and no price; one's
// own balance does not move.
func TestADayThatTheOtherParentPays(t *testing.T) {
	d := open(t)
	d.get(separated(d, false, true))
	day := d.Day(lea, canteen, tuesday)
	if !day.Look.CanBook || day.PaidBy != "Basile Corbin" || day.Price.Amount != 0 || day.BalanceAfter != 0 || day.Delegated {
		t.Errorf("a day looks as %+v", day)
	}
	if own := d.Day(lea, canteen, "2026-12-01"); own.PaidBy != "" || own.Price.Amount == 0 {
		t.Errorf("one's own looks as %+v", own)
	}
	booked := portal.NewID()
	d.do(wire.BookingBook, wire.Book{Booking: booked, Child: lea, Activity: canteen, Day: tuesday, Other: true})
	d.wantBalance(2000, 2000)
	if day = d.Day(lea, canteen, tuesday); day.Pending != PendingBook || !day.Look.CanCancel || day.Booking.Payer != "" || day.Booking.By != me || day.PaidBy != "Basile Corbin" {
		t.Errorf("pending it looks as %+v", day)
	}
	// The agreement ends before it has left: it would be at one's own cost.
	d.get(separated(d, false, false))
	if doubts := d.Doubts(); len(doubts) != 1 || doubts[0].Reason.Code != bookings.PayerChanged {
		t.Errorf("doubts: %v", doubts)
	}
	// What has landed before stays as it was booked, and can be cancelled.
	d.decided(d.row(mine, wire.Bookings, booked, wire.Booking{ID: booked, Child: lea, Activity: canteen, Site: school, Day: tuesday, By: me, ByName: "Anne Roy", PaidBy: "Basile Corbin"}))
	if day = d.Day(lea, canteen, tuesday); !day.Look.CanCancel || day.PaidBy != "Basile Corbin" || day.Price.Amount != 0 {
		t.Errorf("confirmed it looks as %+v", day)
	}
	d.do(wire.BookingCancel, wire.CancelBooking{Booking: booked})
	d.wantBalance(2000, 2000)
}

// Who pays what the other parent has booked sees the price and may cancel it.
func TestADayThatTheOtherParentBooked(t *testing.T) {
	d := open(t)
	d.get(separated(d, true, true), d.row(mine, wire.Bookings, "b", wire.Booking{ID: "b", Child: lea, Activity: canteen, Site: school, Day: tuesday, Payer: me, Price: 320, ByName: "Basile Corbin", ByParent: true}))
	if day := d.Day(lea, canteen, tuesday); !day.Look.CanCancel || day.Price.Amount != 320 || day.PaidBy != "" {
		t.Errorf("it looks as %+v", day)
	}
	d.do(wire.BookingCancel, wire.CancelBooking{Booking: "b"})
	d.wantBalance(2000, 2320)
}

func TestWhoPaysWaits(t *testing.T) {
	d := open(t)
	d.get(separated(d, true, false))
	d.do(wire.PayingPropose, wire.ProposePaying{Proposal: portal.NewID(), Child: lea, Paying: family.EachOwnWeeks})
	if now, _ := d.Child(lea); !d.Waits(lea, wire.PayingPropose) || now.Paying != nil {
		t.Errorf("what needs the other one stands as %+v", now.Paying)
	}
}

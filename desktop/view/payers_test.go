package view

import (
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Where others pay a part, the balance changes by one's own, from its day on; the
// price of the day stays told whole.
func TestADayOfWhichOthersPayAPart(t *testing.T) {
	d := open(t)
	day := tuesday.Add(9) // a Thursday
	child := wire.Child{ID: lea, FirstName: "Léa", LastName: "Roy", BirthDate: "2018-03-12", Payers: []wire.ChildPayers{
		{From: day, Parts: []wire.PayerPart{{Percent: 35, Name: "Hugo Roy"}, {Percent: 65, Own: true, Booker: true}}}}}
	d.get(d.row(mine, wire.Children, lea, child))
	if v := d.Day(lea, canteen, day.Add(-2)); v.Shared != nil || v.Own != 320 || v.BalanceAfter != 1680 {
		t.Errorf("before it begins a day looks %+v", v)
	}
	if v := d.Day(lea, canteen, day); v.Shared == nil || v.Own != 208 || v.Price.Amount != 320 || v.BalanceAfter != 1792 {
		t.Errorf("from then on it looks %+v", v)
	}
	id := portal.NewID()
	d.do(wire.BookingBook, wire.Book{Booking: id, Child: lea, Activity: canteen, Day: day})
	d.wantBalance(2000, 1792)
	if c := d.Coming("regie"); len(c) != 1 || c[0].Amount != -208 {
		t.Errorf("what waits is %+v", c)
	}
	if plan := d.Plan(wire.GroupBookings{Group: portal.NewID(), Book: []bookings.Lot{{Child: lea, Activity: canteen, Days: []portal.Date{day.Add(1)}}}}); plan.Charged != 208 || plan.Balances[0].Expected != 1584 {
		t.Errorf("a group would cost %+v", plan)
	}
	why := ledger.Price{Amount: 320}
	d.decided(d.row(mine, wire.Bookings, id, wire.Booking{ID: id, Child: lea, Activity: canteen, Site: school, Day: day, Payer: me, Price: 208, Whole: 320, Why: &why, ByName: "Anne Roy"}),
		d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 1792}))
	if v := d.Day(lea, canteen, day); v.Own != 208 || v.Price.Amount != 320 || v.BalanceAfter != 2000 || v.Shared == nil {
		t.Errorf("booked it looks %+v", v)
	}
	d.do(wire.BookingCancel, wire.CancelBooking{Booking: id})
	d.wantBalance(1792, 2000)
	// An organisation that pays it all leaves nothing to pay, and is never in the way.
	d.decided()
	child.Payers[0].Parts = []wire.PayerPart{{Percent: 100, Name: "Département"}}
	d.get(d.row(mine, wire.Children, lea, child), d.gone(mine, wire.Bookings, id), d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -1000}))
	if v := d.Day(lea, canteen, day); v.Own != 0 || !v.Look.CanBook || v.BalanceAfter != -1000 {
		t.Errorf("with an organisation it looks %+v", v)
	}
}

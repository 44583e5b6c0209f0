package view

import (
	"slices"
	"testing"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/meals"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// opening of December's first week at the canteen, this Wednesday at 9.
func opening(mode bookings.OpeningMode) bookings.Opening {
	o := bookings.Opening{ID: "0190163d-8694-739b-aea5-966c26f8ad91", Activity: canteen, Period: portal.Period{From: "2026-12-07", To: "2026-12-11"}, Opens: wednesday25.At(9, 0).UnixMicro(), Mode: mode}
	if mode == bookings.Pooled {
		o.Until = portal.Date("2026-11-30").At(18, 0).UnixMicro()
	}
	return o
}

func (d *desk) announce(o bookings.Opening) { d.get(d.row(town, wire.Openings, o.ID, o)) }

func TestADayOpensAtItsHourByTheTownsClock(t *testing.T) {
	d := open(t)
	o := opening(bookings.FirstCome)
	d.announce(o)
	d.want("2026-12-07", "not opens_later 3.20 20.00")
	if all := d.MyOpenings(); len(all) != 1 || len(all[0].Children) != 1 || all[0].Children[0].ID != lea {
		t.Errorf("announced are %+v", all)
	}
	// A clock that is an hour ahead opens nothing.
	d.now = o.At().Add(time.Minute)
	d.SetClockError(-time.Hour)
	d.want("2026-12-07", "not opens_later 3.20 20.00")
	d.SetClockError(0)
	d.want("2026-12-07", "bookable can-book 3.20 16.80")
	if all := d.MyOpenings(); len(all) != 0 {
		t.Errorf("what is open is still announced: %+v", all)
	}
}

func TestWhatIsPreparedChecksItself(t *testing.T) {
	d := open(t)
	o := opening(bookings.FirstCome)
	d.announce(o)
	id := portal.NewID()
	book := lot("2026-12-07", "2026-12-08", "2026-12-09")
	d.do(wire.GroupPrepare, wire.PrepareGroup{Group: id, Book: book})
	all := d.Prepared()
	if len(all) != 1 || !all[0].Pending || !all[0].Opens.Equal(o.At()) || all[0].Sent != "" {
		t.Fatalf("prepared is %+v", all)
	}
	g := wire.GroupBookings{Group: id, Book: book}
	if got := outcome(d.PlanAt(g, o.At())); !slices.Equal(got, []string{"2026-12-07", "2026-12-08", "2026-12-09 weekday_off"}) {
		t.Errorf("it will be %v", got)
	}
	if got := outcome(d.Plan(g)); got[0] != "2026-12-07 opens_later" {
		t.Errorf("now it would be %v", got)
	}
	d.decided(d.row(mine, wire.Prepared, id, wire.PreparedGroup{ID: id, Book: book}))
	if all = d.Prepared(); len(all) != 1 || all[0].Pending {
		t.Errorf("arrived, prepared is %+v", all)
	}
	// Facts change, and it says so: closed, and then too little on the account.
	d.get(d.row(town, wire.Closures, "strike", bookings.Closure{ID: "strike", Period: portal.Period{From: "2026-12-08", To: "2026-12-08"}, Reason: "Grève"}), d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -900}))
	if got := outcome(d.PlanAt(g, o.At())); !slices.Equal(got, []string{"2026-12-07 balance_floor", "2026-12-08 closed", "2026-12-09 weekday_off"}) {
		t.Errorf("after changes it will be %v", got)
	}
	d.get(d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 2000}))
	// Sent, it says by what; decided, it is gone.
	d.now = o.At()
	command := d.do(wire.BookingGroup, g)
	if p, there := d.PreparedGroup(id); !there || p.Sent != command || !p.Opens.IsZero() {
		t.Errorf("being sent it is %+v", p)
	}
	d.decided(d.gone(mine, wire.Prepared, id), d.row(mine, wire.Groups, id, wire.GroupResult{ID: id, Booked: lot("2026-12-07")}))
	if all := d.Prepared(); len(all) != 0 {
		t.Errorf("decided, there is %+v", all)
	}
	d.do(wire.GroupPrepare, wire.PrepareGroup{Group: id, Book: book})
	if all := d.Prepared(); len(all) != 0 {
		t.Errorf("what was sent comes back as %+v", all)
	}
}

func TestAskingAndWithdrawing(t *testing.T) {
	d := open(t)
	o := opening(bookings.Pooled)
	d.announce(o)
	if all := d.MyOpenings(); len(all) != 1 || all[0].Asking(d.Now()) {
		t.Errorf("before its hour: %+v", all)
	}
	d.now = o.At()
	d.want("2026-12-07", "not asked_for 3.20 20.00")
	d.do(wire.OpeningAsk, wire.AskPlaces{Book: lot("2026-12-07", "2026-12-08")})
	ask, there := d.AskFor(o.ID, lea)
	if !there || !ask.Pending || !slices.Equal(ask.Days(), []portal.Date{"2026-12-07", "2026-12-08"}) || !d.Day(lea, canteen, "2026-12-07").Asked || d.Day(lea, canteen, "2026-12-10").Asked {
		t.Fatalf("asked is %+v", ask)
	}
	d.decided(d.row(mine, wire.Asks, ask.ID, ask.Ask))
	d.do(wire.OpeningWithdraw, wire.WithdrawAsk{Ask: ask.ID})
	if _, there := d.AskFor(o.ID, lea); there || d.Day(lea, canteen, "2026-12-07").Asked || len(d.Asks()) != 0 {
		t.Error("what is being withdrawn stands")
	}
	d.decided()
	// After the end nothing more is asked for, nor withdrawn.
	d.now = o.Ends()
	d.do(wire.OpeningWithdraw, wire.WithdrawAsk{Ask: ask.ID})
	if doubts := d.Doubts(); len(doubts) != 1 || doubts[0].Reason.Code != bookings.BeingDrawn {
		t.Errorf("too late: %+v", doubts)
	}
	d.decided()
	// Drawn: what is left can be booked.
	ask.Turn = 1
	o.Drawn, o.Seed = o.Until+1, "graine"
	d.get(d.row(town, wire.Openings, o.ID, o), d.row(mine, wire.Asks, ask.ID, ask.Ask), d.row(town, wire.Draws, o.ID, wire.Draw{Opening: o.ID, Seed: "graine"}))
	d.want("2026-12-10", "bookable can-book 3.20 16.80")
	if draw, told := d.DrawOf(o.ID); !told || draw.Seed != "graine" || d.Day(lea, canteen, "2026-12-07").Asked {
		t.Errorf("drawn, there is %+v", draw)
	}
}

func TestWhatIsProvisionalIsSpokenForAndNotPaid(t *testing.T) {
	d := open(t)
	d.get(d.row(mine, wire.Enrolments, "enrolment", bookings.Enrolment{ID: "enrolment", Child: lea, Activity: canteen, Site: school, Period: portal.SchoolYear("2026-2027").Period(), Provisional: "request"}))
	v := d.Day(lea, canteen, thursdayNov)
	if !v.Provisional || !v.Look.CanBook || v.BalanceAfter != 2000 {
		t.Errorf("before, it is %+v", v)
	}
	p := d.Plan(wire.GroupBookings{Group: portal.NewID(), Book: lot(thursdayNov, fridayNov)})
	if p.Charged != 0 || len(p.Balances) != 0 || !p.Days[0].Provisional || p.Days[0].Price != 320 {
		t.Errorf("planned is %+v", p)
	}
	id := portal.NewID()
	d.do(wire.BookingBook, wire.Book{Booking: id, Child: lea, Activity: canteen, Day: thursdayNov})
	d.wantBalance(2000, 2000)
	if v := d.Day(lea, canteen, thursdayNov); !v.Provisional || v.Booking == nil || !v.Booking.Provisional || len(d.Coming("regie")) != 0 {
		t.Errorf("booked, it is %+v", v)
	}
	b := booking(id, thursdayNov)
	b.Provisional = true
	d.decided(d.row(mine, wire.Bookings, id, b), d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -500}))
	// 3.20 of it is spoken for: −5.00 less 3.20 leaves no room above −10.00 for another.
	if v := d.Day(lea, canteen, fridayNov); v.Look.Reason == nil || v.Look.Reason.Code != bookings.BalanceFloor {
		t.Errorf("beside it another day is %+v", v.Look)
	}
	d.do(wire.BookingCancel, wire.CancelBooking{Booking: id})
	d.wantBalance(-500, -500)
	if v := d.Day(lea, canteen, fridayNov); !v.Look.CanBook {
		t.Errorf("without it another day is %+v", v.Look)
	}
}

func TestMenusAsAnAgentWritesThem(t *testing.T) {
	d := open(t)
	told := meals.Menu{Day: thursdayNov, Dishes: []meals.Dish{{Course: "main", Name: bookings.Names{"fr": "Riz"}}}}
	d.get(d.row(town, wire.Menus, meals.Key("", thursdayNov), told))
	own := told
	own.Site, own.Dishes = school, []meals.Dish{{Course: "main", Name: bookings.Names{"fr": "Quiche"}}}
	d.do(wire.MenuWrite, wire.WriteMenus{Menus: []meals.Menu{own}})
	if m, there := d.Menu(school, thursdayNov); !there || m.Dishes[0].Name["fr"] != "Quiche" {
		t.Errorf("the school's is %+v", m)
	}
	if _, told, pending := d.MenuOf(school, thursdayNov); !told || !pending {
		t.Error("what was written does not wait")
	}
	d.do(wire.MenuWrite, wire.WriteMenus{Menus: []meals.Menu{{Day: thursdayNov, Site: school}, {Day: thursdayNov}}})
	if _, there := d.Menu(school, thursdayNov); there || len(d.MenuDays(school, monday)) != 0 {
		t.Error("what was taken away is told")
	}
}

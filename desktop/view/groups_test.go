package view

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const (
	thursdayNov portal.Date = "2026-11-26"
	fridayNov   portal.Date = "2026-11-27"
	wednesday25 portal.Date = "2026-11-25" // no canteen
)

func lot(days ...portal.Date) []bookings.Lot {
	return []bookings.Lot{{Child: lea, Activity: canteen, Days: days}}
}

// outcome is a plan in one word a day.
func outcome(p Plan) (out []string) {
	for _, d := range p.Days {
		s := string(d.Day)
		if d.Cancel {
			s = "-" + s
		}
		if d.Refused != nil {
			s += " " + string(d.Refused.Code)
		}
		out = append(out, s)
	}
	return out
}

func TestAPlanSaysOfEachDayWhatBecomesOfIt(t *testing.T) {
	d := open(t)
	d.get(d.row(mine, wire.Bookings, "b", booking("b", tuesday)))
	p := d.Plan(wire.GroupBookings{Group: portal.NewID(), Cancel: []portal.ID{"b"}, Book: lot(fridayNov, wednesday25, thursdayNov)})
	if got := outcome(p); !slices.Equal(got, []string{"-2026-11-24", "2026-11-25 weekday_off", "2026-11-26", "2026-11-27"}) || p.Possible() != 3 {
		t.Errorf("planned %v", got)
	}
	if p.Charged != 640 || p.Back != 320 || len(p.Balances) != 1 || p.Balances[0].Expected != 2000+320-640 {
		t.Errorf("it costs %d, gives %d back, and leaves %+v", p.Charged, p.Back, p.Balances)
	}
	// Nothing of it has happened.
	d.want(thursdayNov, "bookable can-book 3.20 16.80")
	d.wantBalance(2000, 2000)
	// What waits counts: 20.00 and the floor at -10.00 are nine meals.
	d.do(wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), Book: lot("2026-12-01", "2026-12-03", "2026-12-04", "2026-12-07", "2026-12-08", "2026-12-10", "2026-12-11", "2026-12-14")})
	p = d.Plan(wire.GroupBookings{Group: portal.NewID(), Book: lot(thursdayNov, fridayNov)})
	if got := outcome(p); !slices.Equal(got, []string{"2026-11-26", "2026-11-27 balance_floor"}) {
		t.Errorf("with what waits %v", got)
	}
}

func TestAGroupThatWaits(t *testing.T) {
	d := open(t)
	d.get(d.row(mine, wire.Bookings, "b", booking("b", tuesday)))
	id := portal.NewID()
	d.do(wire.BookingGroup, wire.GroupBookings{Group: id, Cancel: []portal.ID{"b"}, Book: lot(thursdayNov, wednesday25)})
	d.want(tuesday, "bookable can-book pending-cancelling 3.20 16.80")
	d.want(thursdayNov, "booked booked can-cancel pending-booking 3.20 23.20")
	d.want(wednesday25, "not weekday_off doubt-weekday_off 3.20 20.00")
	d.wantBalance(2000, 2000)
	if len(d.Doubts()) != 0 {
		t.Errorf("it is doubtful as a whole: %v", d.Doubts())
	}
	// Decided: what became of it stands in the state, and nothing twice.
	made := bookings.GroupedID(id, lea, canteen, thursdayNov)
	done := d.row(mine, wire.Groups, id, wire.GroupResult{ID: id, Booked: lot(thursdayNov), Cancelled: lot(tuesday)})
	d.get(done, d.gone(mine, wire.Bookings, "b"), d.row(mine, wire.Bookings, made, booking(made, thursdayNov)))
	d.want(thursdayNov, "booked booked can-cancel 3.20 23.20")
	if b, _ := d.Balance("regie"); b.Expected != b.Confirmed {
		t.Errorf("it is charged twice: %+v", b)
	}
	d.decided()
	// Its opposite books again what it cancelled, where that can still be.
	back, any := d.Opposite(id, "back")
	if !any || !slices.Equal(back.Cancel, []portal.ID{made}) || len(back.Book) != 1 || back.Book[0].Days[0] != tuesday || back.Undoes != id {
		t.Errorf("its opposite is %+v", back)
	}
	d.do(wire.BookingGroup, back)
	if _, any := d.Opposite(id, "again"); any {
		back, _ := d.Opposite(id, "again")
		if len(back.Cancel) > 0 {
			t.Errorf("it would be undone twice: %+v", back)
		}
	}
}

func TestAllOrNothingThatCannotBeIsDoubtfulAndDoesNothing(t *testing.T) {
	d := open(t)
	id := d.do(wire.BookingGroup, wire.GroupBookings{Group: portal.NewID(), All: true, Book: lot(thursdayNov, wednesday25)})
	d.want(thursdayNov, "bookable can-book 3.20 16.80")
	if doubts := d.Doubts(); len(doubts) != 1 || doubts[0].ID != id || doubts[0].Reason.Code != bookings.GroupNotAll {
		t.Errorf("doubts: %v", doubts)
	}
}

// year is a family whose four children have a school year to book at three
// activities.
func year(t testing.TB) (*desk, wire.GroupBookings) {
	d := open(t)
	g := wire.GroupBookings{Group: portal.NewID()}
	var rows []wire.Change
	for a := range 3 {
		activity := canteen
		if a > 0 {
			activity = portal.ID(fmt.Sprint("activity-", a))
			var x = d.town.activities[canteen]
			x.ID = activity
			rows = append(rows, d.row(town, wire.Activities, activity, x))
			tariff := d.town.tariffs["tariff"]
			tariff.ID, tariff.Activity = activity, activity
			rows = append(rows, d.row(town, wire.Tariffs, activity, tariff))
		}
		for n := range 4 {
			child := portal.ID(fmt.Sprint("child-", n))
			rows = append(rows, d.row(mine, wire.Children, child, wire.Child{ID: child, FirstName: "Enfant", LastName: "Roy", BirthDate: "2018-03-12"}),
				d.row(mine, wire.Enrolments, child+activity, bookings.Enrolment{ID: child + activity, Child: child, Activity: activity, Site: school, Period: portal.SchoolYear("2026-2027").Period()}))
			l := bookings.Lot{Child: child, Activity: activity}
			for day := thursdayNov; len(l.Days) < 140; day = day.Add(1) {
				if slices.Contains([]time.Weekday{1, 2, 4, 5}, day.Weekday()) {
					l.Days = append(l.Days, day)
				}
			}
			g.Book = append(g.Book, l)
		}
	}
	rows = append(rows, d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 10_000_000}))
	d.get(rows...)
	return d, g
}

func TestAYearIsPlanned(t *testing.T) {
	d, g := year(t)
	if n := d.Plan(g).Possible(); n < 1500 || bookings.Count(g.Book) != 4*140*3 {
		t.Errorf("%d of %d are possible", n, bookings.Count(g.Book))
	}
}

// BenchmarkPlan: four children, 140 days, three activities, previewed within a tenth of
// a second, against a loop that only looks the same days up.
func BenchmarkPlan(b *testing.B) {
	d, g := year(b)
	booked := map[dayKey]bool{}
	for _, row := range d.own.bookings {
		booked[dayKey{row.Child, row.Activity, row.Day}] = true
	}
	const times = 100
	free := 0
	began := time.Now()
	for range times {
		for _, o := range bookings.InOrder(g.Book) {
			if !booked[dayKey{o.Child, o.Activity, o.Day}] {
				free++
			}
		}
	}
	bare := time.Since(began) / times
	if free == 0 {
		b.Fatal("nothing is free")
	}
	b.ResetTimer()
	for b.Loop() {
		d.Plan(g)
	}
	each := b.Elapsed() / time.Duration(b.N)
	if each > 100*time.Millisecond {
		b.Errorf("a preview takes %v", each)
	}
	b.ReportMetric(float64(each)/float64(time.Millisecond), "plan_ms")
	b.ReportMetric(float64(each)/float64(bare), "plan:loop")
}

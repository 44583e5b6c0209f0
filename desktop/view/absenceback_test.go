package view

import (
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const sick portal.ID = "absence-sick"

// absentRow is an absence with Tuesday cancelled in time and Monday due.
func absentRow(state bookings.AbsenceState) wire.Absence {
	return wire.Absence{ID: sick, Child: lea, State: state, Days: []bookings.AbsentDay{
		{Booking: "b-mon", Activity: canteen, Site: school, Day: monday, Cost: bookings.Due, Price: 320},
		{Booking: "b-tue", Activity: canteen, Site: school, Day: tuesday, Cost: bookings.InTime, Credited: true, Price: 280},
	}}
}

func absentDesk(t *testing.T) *desk {
	d := open(t)
	rule := bookings.UsualAbsences
	rule.BackHour = 9
	d.get(d.row(town, wire.AbsenceRules, wire.AbsenceRuleKey, rule), d.row(mine, wire.Bookings, "b-mon", booking("b-mon", monday)),
		d.row(mine, wire.Absences, sick, absentRow(bookings.AbsenceTold)))
	d.now = monday.At(8, 0)
	return d
}

func TestAnAbsenceIsTakenBackOffLine(t *testing.T) {
	d := absentDesk(t)
	for _, b := range d.Backs(sick) {
		if b.Not != nil {
			t.Errorf("%s cannot be taken back: %v", b.Day, b.Not)
		}
	}
	if _, told := d.ToldAbsent()["b-mon"]; !told {
		t.Fatal("Monday is not told")
	}
	d.do(wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: sick, Bookings: []portal.ID{"b-tue", "b-mon"}})
	if _, told := d.ToldAbsent()["b-mon"]; told {
		t.Error("Monday is told still")
	}
	d.want(tuesday, "booked booked can-cancel pending-booking 2.80 20.00")
	d.wantBalance(2000, 1720) // at the price it had, and not today's
	a, _ := d.Absence(sick)
	if !a.Pending || a.State != bookings.AbsenceWithdrawn || len(a.Back) != 2 || len(a.Days) != 0 {
		t.Errorf("it is %+v", a)
	}
	d.hand()
	again := bookings.RestoredID(sick, "b-tue")
	after := absentRow(bookings.AbsenceWithdrawn)
	after.Days, after.Back = nil, after.Days
	row := booking(again, tuesday)
	row.Price = 280
	d.get(d.row(mine, wire.Bookings, again, row), d.row(mine, wire.Absences, sick, after), d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 1720}))
	d.wantBalance(1720, 1720)
	d.decided()
	if a, _ := d.Absence(sick); a.Pending || len(a.Back) != 2 {
		t.Errorf("in the end it is %+v", a)
	}
	d.want(tuesday, "booked booked can-cancel 2.80 20.00")
}

func TestWhatCannotBeTakenBackSaysWhy(t *testing.T) {
	d := absentDesk(t)
	d.now = monday.At(10, 0) // both are too late now
	why := d.Backs(sick)
	if portal.CodeOf(why[0].Not) != bookings.BackTooLate || portal.CodeOf(why[1].Not) != bookings.CutoffPassed || !why[0].Until.Equal(monday.At(9, 0)) || !why[1].Until.Equal(monday.At(10, 0)) {
		t.Errorf("told is %v (until %v) and %v (until %v)", why[0].Not, why[0].Until, why[1].Not, why[1].Until)
	}
	// One that cannot be keeps the other.
	d.now = monday.At(9, 30)
	command := d.do(wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: sick, Bookings: []portal.ID{"b-mon", "b-tue"}})
	if a, _ := d.Absence(sick); a.Pending || len(a.Back) != 0 {
		t.Errorf("it is %+v", a)
	}
	d.wantBalance(2000, 2000)
	if doubts := d.Doubts(); len(doubts) != 1 || doubts[0].ID != command {
		t.Error("nothing says that it will be refused")
	}
	d.decided(d.row(mine, wire.Absences, sick, absentRow(bookings.AbsenceRefused)))
	for _, b := range d.Backs(sick) {
		if portal.CodeOf(b.Not) != bookings.AbsenceJudged {
			t.Errorf("%s, which is judged: %v", b.Day, b.Not)
		}
	}
	// Where the money ends the later day is told.
	d = absentDesk(t)
	d.get(d.row(mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -800}))
	if why := d.Backs(sick); why[0].Not != nil || portal.CodeOf(why[1].Not) != bookings.BalanceFloor {
		t.Errorf("without money: %v and %v", why[0].Not, why[1].Not)
	}
}

// What another has told of a day is read from its booking, until this account takes it
// back itself.
func TestWhatAnotherHasToldOfADay(t *testing.T) {
	d := absentDesk(t)
	row := booking("b-mon", monday)
	row.Absent = "Jeanne Martel"
	theirs := absentRow(bookings.AbsenceTold)
	theirs.ByName = "Jeanne Martel"
	d.get(d.row(mine, wire.Bookings, "b-mon", row), d.gone(mine, wire.Absences, sick))
	if told := d.ToldAbsent()["b-mon"]; told.By != "Jeanne Martel" {
		t.Errorf("it is %+v", told)
	}
	if all := d.Absent(lea, portal.Period{From: monday, To: monday}); len(all) != 1 || all[0].Told == nil || all[0].Cost != "" {
		t.Errorf("telling it makes %+v", all)
	}
	d.get(d.row(mine, wire.Absences, sick, theirs))
	d.do(wire.AbsenceWithdraw, wire.WithdrawAbsence{Absence: sick, Bookings: []portal.ID{"b-mon"}})
	if told, is := d.ToldAbsent()["b-mon"]; is {
		t.Errorf("taken back, it is %+v", told)
	}
}

// A day that was taken back and is told again is told, by whomever.
func TestADayThatIsToldAgain(t *testing.T) {
	for name, who := range map[string]string{"by this account": "Claire Martel", "by another": "Jeanne Martel"} {
		for range 20 { // an order of rows must not matter
			d := absentDesk(t)
			back := absentRow(bookings.AbsenceWithdrawn)
			back.Days, back.Back = nil, back.Days[:1]
			row := booking("b-mon", monday)
			row.Absent = who
			d.get(d.row(mine, wire.Bookings, "b-mon", row), d.row(mine, wire.Absences, sick, back))
			if name == "by this account" {
				again := absentRow(bookings.AbsenceTold)
				again.ID, again.Days = "absence-again", again.Days[:1]
				d.get(d.row(mine, wire.Absences, again.ID, again))
			}
			if _, told := d.ToldAbsent()["b-mon"]; !told {
				t.Fatalf("%s: it is not told", name)
			}
		}
	}
}

// Of a day that was booked provisionally nothing was paid: told as absent it gives
// nothing back, it only is spoken for no longer.
func TestAProvisionalDayThatIsToldGivesNothingBack(t *testing.T) {
	d := open(t)
	d.now = monday.At(8, 0)
	b := booking("b-tue", tuesday)
	b.Provisional = true
	d.get(d.row(mine, wire.Bookings, "b-tue", b))
	d.do(wire.AbsenceTell, wire.TellAbsence{Absence: sick, Child: lea, Bookings: []portal.ID{"b-tue"}})
	d.wantBalance(2000, 2000)
	if a, _ := d.Absence(sick); !a.Pending || len(a.Days) != 1 || a.Days[0].Cost != bookings.InTime {
		t.Errorf("it is %+v", a)
	}
}

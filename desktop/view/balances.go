package view

import (
	"maps"
	"slices"
	"strings"

	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Balance of a prepaid account.
type Balance struct {
	CashDesk  string
	Confirmed portal.Money // as the town hall has it
	Expected  portal.Money // with what waits
}

// Balance is the account's balance at a cash desk; false when the town hall
// has told none.
func (v *View) Balance(cashDesk string) (Balance, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.balance(cashDesk, v.over)
}

func (v *View) balance(cashDesk string, over *overlay) (Balance, bool) {
	b := Balance{CashDesk: cashDesk}
	known := false
	for _, row := range v.own.balances {
		if row.CashDesk == cashDesk {
			b.Confirmed, known = row.Amount, true
		}
	}
	if !known {
		known = slices.Contains(v.unbegun(), cashDesk)
	}
	b.Expected = b.Confirmed + over.money[cashDesk]
	return b, known
}

// Balances is the account's balances, by cash desk.
func (v *View) Balances() []Balance {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []Balance
	for _, row := range v.own.balances {
		b, _ := v.balance(row.CashDesk, v.over)
		out = append(out, b)
	}
	for _, cashDesk := range v.unbegun() {
		b, _ := v.balance(cashDesk, v.over)
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b Balance) int { return compare(a.CashDesk, b.CashDesk) })
	return out
}

// unbegun is the cash desks at which the account will pay for what its children
// are enrolled in, and has not yet: its balance there is nothing. An account of
// which the town hall has told no balance at all has not arrived.
func (v *View) unbegun() (out []string) {
	if len(v.own.balances) == 0 {
		return nil
	}
	for _, e := range v.own.enrolments {
		desk := v.town.activities[e.Activity].CashDesk
		if desk == "" || slices.Contains(out, desk) || v.own.children[e.Child].Delegated {
			continue
		}
		begun := false
		for _, row := range v.own.balances {
			begun = begun || row.CashDesk == desk
		}
		if !begun {
			out = append(out, desk)
		}
	}
	return out
}

// keepBooks makes the movements of each cash desk in the order of the books,
// where they have changed.
func (r *rows) keepBooks() {
	if r.books != nil || len(r.movements) == 0 {
		return
	}
	r.books = map[string][]ledger.Movement{}
	for _, m := range r.movements {
		r.books[m.CashDesk] = append(r.books[m.CashDesk], m)
	}
	for _, all := range r.books {
		slices.SortFunc(all, ledger.InOrder)
	}
}

// Movements is what moved at a cash desk, the oldest first. It is shared: not to
// be changed.
func (v *View) Movements(cashDesk string) []ledger.Movement {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.own.books[cashDesk]
}

// Received is what a payment on line brought; false until the town hall has
// credited it.
func (v *View) Received(payment portal.ID) (ledger.Movement, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, m := range v.own.movements {
		if m.Payment == payment && payment != "" {
			return m, true
		}
	}
	return ledger.Movement{}, false
}

// Coming is a movement that a command which waits will make.
type Coming struct {
	ledger.Movement
	Command portal.ID
}

// Coming is what moves at a cash desk once what waits has arrived, in the order
// in which it was done.
func (v *View) Coming(cashDesk string) []Coming {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.coming(cashDesk, v.over)
}

func (v *View) coming(cashDesk string, over *overlay) (out []Coming) {
	at := map[portal.ID]int64{}
	for _, c := range v.outbox {
		at[c.ID] = c.At.UnixMicro()
	}
	add := func(command portal.ID, kind ledger.Kind, amount portal.Money, b wire.Booking) {
		if b.Payer != v.account || b.Provisional || v.town.activities[b.Activity].CashDesk != cashDesk {
			return // another pays, or elsewhere
		}
		out = append(out, Coming{ledger.Movement{
			ID: command, CashDesk: cashDesk, At: at[command], Kind: kind, Amount: amount, Booking: b.ID, Child: b.Child, Activity: b.Activity, Day: b.Day,
		}, command})
	}
	for _, b := range over.booked {
		add(b.Command, ledger.KindDebit, -b.Price, b.Booking)
	}
	for id, command := range over.cancelled {
		b := v.own.bookings[id]
		add(command, ledger.KindCredit, b.Price, b)
	}
	slices.SortFunc(out, func(a, b Coming) int { return ledger.InOrder(a.Movement, b.Movement) })
	return out
}

// Outlook is what of the money at a cash desk is for days to come, and until
// when the rest pays what is usual.
type Outlook struct {
	ledger.Committed
	Habit ledger.Habit
	Week  portal.Money // what a usual week costs at the prices of today; 0 where nothing is usual
	// Turning says that it is not every week that is usual: a child who lives with
	// each parent by turns was booked in the account's own weeks only.
	Turning bool
	Until   ledger.Sufficient
}

// Outlook reckons it with what waits, but for what the balance that the town hall
// has told holds already.
func (v *View) Outlook(cashDesk string) Outlook {
	v.mu.RLock()
	defer v.mu.RUnlock()
	today := portal.DateOf(v.now())
	all := v.own.books[cashDesk]
	out := Outlook{Committed: ledger.CommittedOf(all, today)}
	if coming := v.coming(cashDesk, v.over); len(coming) > 0 {
		all = slices.Clone(all)
		for _, c := range coming {
			all = append(all, c.Movement)
		}
	}
	days := v.payingRules(all)
	turning := v.turning(all)
	out.Turning = len(turning) > 0
	pays := func(r *dayRules, day portal.Date) bool {
		weeks := turning[r.mine.ID]
		return (weeks == nil || weeks.Own(day)) && r.mineOn(day)
	}
	out.Habit = ledger.HabitOf(all, today, func(monday portal.Date) bool {
		for _, r := range days {
			for i := range 7 {
				if pays(r, monday.Add(i)) {
					return true
				}
			}
		}
		return false
	})
	usual := ledger.UsualOf(out.Habit, func(u ledger.Use) (portal.Money, bool) {
		r := days[dayKey{child: u.Child, activity: u.Activity}]
		if r == nil {
			return 0, false
		}
		day := today.Add(1 + (int(u.Day.Weekday())-int(today.Weekday())+6)%7)
		price, none := r.price(day)
		return price.Amount, none == nil
	})
	out.Week = ledger.Week(usual)
	balance, _ := v.balance(cashDesk, v.over)
	out.Until = ledger.Suffices(balance.Expected, usual, today, ledger.EndOfYear(today), func(u ledger.Usual, day portal.Date) bool {
		return pays(days[dayKey{child: u.Child, activity: u.Activity}], day)
	}, ledger.PaidOn(all))
	return out
}

// turning is the weeks of the children who live with each parent by turns, where
// all that was paid for a child is for days of the account's own weeks.
func (v *View) turning(movements []ledger.Movement) map[portal.ID]*wire.ChildWeeks {
	out := map[portal.ID]*wire.ChildWeeks{}
	for _, m := range movements {
		if m.Booking == "" || m.Kind != ledger.KindDebit {
			continue
		}
		weeks, known := out[m.Child]
		if !known {
			if c, there := v.child(m.Child, v.over); there && !c.Delegated {
				weeks = c.Weeks
			}
		}
		if weeks != nil && !weeks.Own(m.Day) {
			weeks = nil
		}
		out[m.Child] = weeks
	}
	maps.DeleteFunc(out, func(_ portal.ID, w *wire.ChildWeeks) bool { return w == nil })
	return out
}

// payingRules is the rules of each child at each activity that movements were
// for, of those children who are still the account's own.
func (v *View) payingRules(movements []ledger.Movement) map[dayKey]*dayRules {
	out := map[dayKey]*dayRules{}
	for _, m := range movements {
		k := dayKey{child: m.Child, activity: m.Activity}
		if m.Booking == "" || out[k] != nil {
			continue
		}
		if c, there := v.child(m.Child, v.over); there && !c.Delegated {
			out[k] = v.rulesFor(m.Child, m.Activity, v.over)
		}
	}
	return out
}

// mineOn reports whether the child may come that day and the account would pay.
func (r *dayRules) mineOn(day portal.Date) bool {
	if r.mine.PaidByOther(day) != "" {
		return false
	}
	return r.situation(day, r.v.now()).Open() == nil
}

// Level is below which balance at a cash desk the account wants to be told; nil
// for never. It is pending while the choice waits.
func (v *View) Level(cashDesk string) (level *portal.Money, pending bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if l, waits := v.over.levels[cashDesk]; waits {
		return l, true
	}
	for _, b := range v.own.balances {
		if b.CashDesk == cashDesk {
			return b.Level, false
		}
	}
	return nil, false
}

func (p *pass) level(c *command, a *wire.ChooseLevel) {
	p.over.levels[a.CashDesk] = a.Level
	what := "never"
	if a.Level != nil {
		what = a.Level.Decimal()
	}
	p.over.look(wire.Balances, portal.ID(a.CashDesk), strings.Join([]string{string(c.ID), what}, " "))
}

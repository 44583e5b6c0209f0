package simulate

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// place is what somebody asked of a day whose places are counted.
type place struct {
	booking, child portal.ID
	cancel         bool
	wait           bool   // it joins the day's list
	key            string // activity and day
	places         int
}

// answer is how it ended.
type answer struct {
	yes  bool
	code portal.Code
}

// taken is a day's live bookings and whose they are, and the children who have
// joined its list and not booked since; the order is of no account.
type taken []place

// booked is how many places are taken.
func (t taken) booked() (n int) {
	for _, p := range t {
		if !p.wait {
			n++
		}
	}
	return n
}

// register says what a day may answer: a place is given while there is one and
// the child has none, refused as full only when it is full or may be kept for
// somebody who waits, and given back once. Who has given up waiting counts as if
// they still did: that makes the answer only more lenient.
var register = porcupine.Model{
	Init:  func() any { return taken{} },
	Equal: func(a, b any) bool { return slices.Equal(a.(taken), b.(taken)) },
	Step: func(state, input, output any) (bool, any) {
		t, p, a := state.(taken), input.(place), output.(answer)
		i := slices.IndexFunc(t, func(q place) bool { return q.booking == p.booking && !q.wait })
		twice := slices.ContainsFunc(t, func(q place) bool { return q.child == p.child && !q.wait })
		of := func(q place) bool { return q.child == p.child && q.wait }
		sorted := func(next taken) taken {
			slices.SortFunc(next, func(a, b place) int {
				return cmp.Or(cmp.Compare(a.booking, b.booking), cmp.Compare(a.child, b.child))
			})
			return next
		}
		switch {
		case p.wait && a.yes:
			if twice {
				return false, t
			}
			p.booking = "" // of a list it is the child that counts
			return true, sorted(append(slices.DeleteFunc(slices.Clone(t), of), p))
		case p.wait:
			return true, t
		case p.cancel && a.yes:
			if i < 0 {
				return false, t
			}
			return true, slices.Delete(slices.Clone(t), i, i+1)
		case p.cancel:
			return a.code != bookings.NotBooked || i < 0, t
		case a.yes:
			if twice || t.booked() >= p.places {
				return false, t
			}
			return true, sorted(append(slices.DeleteFunc(slices.Clone(t), of), p))
		case a.code == bookings.NoPlace:
			return len(t) >= p.places, t
		case a.code == bookings.AlreadyBooked:
			return twice, t
		}
		return true, t
	},
}

// sum is a change of an account that somebody asked for.
type sum struct {
	amount, floor portal.Money
}

// purse says what an account may answer: nothing takes it below its floor, and
// it refuses for its floor only what would.
func purse(opening portal.Money) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return opening },
		Step: func(state, input, output any) (bool, any) {
			m, s, a := state.(portal.Money), input.(sum), output.(answer)
			below := s.amount < 0 && m+s.amount < s.floor
			switch {
			case a.yes:
				return !below, m + s.amount
			case a.code == bookings.BalanceFloor, a.code == bookings.OtherFloor:
				return below, m
			}
			return true, m
		},
	}
}

// linear checks that what the desktops were told of contested days and of
// balances can have happened in one order. A command takes from when it was
// done until its end was known.
func (h *history) linear() {
	if h.town.copied != nil {
		return // a restored town has answered in two histories
	}
	if h.closes {
		return // places and money come back by what the town does, too
	}
	days, purses := map[string][]porcupine.Operation{}, map[portal.ID][]porcupine.Operation{}
	children := map[portal.ID]place{}
	prices := map[portal.ID]portal.Money{}
	var order []string
	for _, d := range h.desktops {
		for _, x := range d.done {
			asked := func(b wire.Book) {
				key := string(b.Activity) + "/" + string(b.Day)
				children[b.Booking] = place{booking: b.Booking, child: b.Child, key: key, places: h.town.places[b.Activity]}
				prices[b.Booking] = h.price(h.payer(d), b)
			}
			switch a := x.args.(type) {
			case wire.Book:
				asked(a)
			case wire.GroupBookings:
				for _, o := range bookings.InOrder(a.Book) {
					asked(wire.Book{Booking: bookings.GroupedID(a.Group, o.Child, o.Activity, o.Day), Child: o.Child, Activity: o.Activity, Day: o.Day})
				}
			}
		}
	}
	// What was booked had the price of its day and hour.
	together := groupsRead{children: children, prices: prices}
	if err := h.town.store.Read(context.Background(), func(tx *store.Tx) (err error) {
		if together.groups, err = h.groupsDone(tx, h.deeds()); err != nil {
			return err
		}
		for id := range prices {
			b, found, err := tx.Booking(id)
			if err != nil {
				return err
			}
			if found {
				prices[id] = b.Price
			}
		}
		return nil
	}); err != nil {
		h.fail("the prices cannot be read: %v", err)
	}
	for _, d := range h.desktops {
		for _, x := range d.done {
			if x.undone || x.told == 0 {
				continue
			}
			add := func(p place, amount portal.Money, op porcupine.Operation) {
				op.Input = p
				if days[p.key] == nil {
					order = append(order, p.key)
				}
				days[p.key] = append(days[p.key], op)
				op.Input = sum{amount, floor}
				of := h.payer(d).account
				purses[of] = append(purses[of], op)
			}
			var p place
			var amount portal.Money
			switch a := x.args.(type) {
			case wire.GroupBookings:
				together.days(d, x, add)
				continue
			case wire.Book:
				p = children[a.Booking]
				amount = -prices[a.Booking]
			case wire.JoinWaiting:
				p = place{child: a.Child, wait: true, key: string(a.Activity) + "/" + string(a.Day), places: h.town.places[a.Activity]}
			case wire.CancelBooking:
				p = children[a.Booking]
				p.cancel = true
				amount = prices[a.Booking]
			default:
				continue
			}
			out := answer{yes: x.yes}
			if x.verdict.Error != nil {
				out.code = x.verdict.Error.Code
			}
			add(p, amount, porcupine.Operation{ClientId: d.index, Call: int64(x.called), Return: int64(x.settled), Output: out})
		}
	}
	for _, key := range order {
		if porcupine.CheckOperationsTimeout(register, days[key], time.Minute) == porcupine.Illegal {
			h.fail("the answers about the places of %s cannot have been given in any order", key)
		}
	}
	for _, d := range h.desktops {
		if ops := purses[d.account]; ops != nil && porcupine.CheckOperationsTimeout(purse(h.town.credit), ops, time.Minute) == porcupine.Illegal {
			h.fail("the answers about the balance of %s cannot have been given in any order", d.name)
		}
		delete(purses, d.account)
	}
}

// floor below which no family may book in the demonstration's town.
const floor portal.Money = -5000

// price is the most that a day can cost the person at a desktop, as a first
// child's: who was whose child at the hour of a refusal, and so the rank, may
// have changed since.
func (h *history) price(d *desktop, b wire.Book) portal.Money {
	me, _ := d.view.Me()
	if me.Payer == nil {
		return 0
	}
	price, _ := ledger.PriceOf(ledger.TariffOn(d.view.Tariffs(), b.Activity, b.Day), b.Day, *me.Payer, b.Child, nil)
	return price.Amount
}

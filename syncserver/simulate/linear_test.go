package simulate

import (
	"cmp"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
)

// What somebody asks of a day whose places are counted, or the town does to it.
type asks int

const (
	takes asks = iota
	cancels
	waits   // joins the day's list
	shuts   // a closure begins: all that it hits is cancelled
	reopens // it is taken back, with what it had cancelled
)

// place is one such thing.
type place struct {
	what           asks
	booking, child portal.ID
	key            string // activity and day
	places         int
	hitBy          []portal.ID // closures that would be about this child's day

	closure portal.ID                 // that begins or ends
	hits    map[portal.ID]bool        // the children it is about
	again   map[portal.ID]portal.ID   // what it had cancelled → as what it is booked again
	kept    map[portal.ID]portal.Code // what it had cancelled and could not be → why
}

// answer is how it ended.
type answer struct {
	yes  bool
	code portal.Code
}

// taken is a live booking and whose it is, or a child who has joined the list and
// not booked since.
type taken struct {
	booking, child portal.ID
	waits          bool
}

// day is all that matters of one, the order within being of no account: what is
// taken, which closures keep it shut, and what these have cancelled.
type day struct {
	taken  []taken
	shut   []portal.ID
	closed []taken
}

func (d day) copy() day {
	return day{slices.Clone(d.taken), slices.Clone(d.shut), slices.Clone(d.closed)}
}

func (d day) sorted() day {
	by := func(a, b taken) int { return cmp.Or(cmp.Compare(a.booking, b.booking), cmp.Compare(a.child, b.child)) }
	slices.SortFunc(d.taken, by)
	slices.SortFunc(d.closed, by)
	slices.Sort(d.shut)
	return d
}

// booked is how many places are taken.
func (d day) booked() (n int) {
	for _, t := range d.taken {
		if !t.waits {
			n++
		}
	}
	return n
}

func (d day) has(child portal.ID) bool {
	return slices.ContainsFunc(d.taken, func(t taken) bool { return t.child == child && !t.waits })
}

// shutBy reports whether one of some closures keeps the day shut.
func (d day) shutBy(some []portal.ID) bool {
	return slices.ContainsFunc(some, func(c portal.ID) bool { return slices.Contains(d.shut, c) })
}

// take has a child come, who then waits no longer.
func (d day) take(booking, child portal.ID) day {
	d = d.copy()
	d.taken = append(slices.DeleteFunc(d.taken, func(t taken) bool { return t.child == child && t.waits }), taken{booking: booking, child: child})
	return d.sorted()
}

// register says what a day may answer: a place is given while there is one, the
// child has none and no closure is about it, refused as full only when it is full
// or may be kept for somebody who waits, and given back once. A closure is one
// step: it cancels all that it is about; taken back, it books the same again, but
// for what another closure is about or what the books say why it was lost. Who
// has given up waiting counts as if they still did: that makes the answer only
// more lenient.
var register = porcupine.Model{
	Init: func() any { return day{} },
	Equal: func(a, b any) bool {
		x, y := a.(day), b.(day)
		return slices.Equal(x.taken, y.taken) && slices.Equal(x.shut, y.shut) && slices.Equal(x.closed, y.closed)
	},
	Step: func(state, input, output any) (bool, any) {
		d, p, a := state.(day), input.(place), output.(answer)
		switch {
		case p.what == shuts:
			return true, d.close(p)
		case p.what == reopens:
			return d.reopen(p)
		case a.code == bookings.Closed:
			return d.shutBy(p.hitBy), d
		case p.what == waits && a.yes:
			if d.has(p.child) || d.shutBy(p.hitBy) {
				return false, d
			}
			d = d.copy()
			of := func(t taken) bool { return t.child == p.child && t.waits }
			d.taken = append(slices.DeleteFunc(d.taken, of), taken{child: p.child, waits: true}) // of a list it is the child that counts
			return true, d.sorted()
		case p.what == waits:
			return true, d
		}
		i := slices.IndexFunc(d.taken, func(t taken) bool { return t.booking == p.booking && !t.waits })
		switch {
		case p.what == cancels && a.yes:
			if i < 0 {
				return false, d
			}
			d = d.copy()
			d.taken = slices.Delete(d.taken, i, i+1)
			return true, d
		case p.what == cancels:
			return a.code != bookings.NotBooked || i < 0, d
		case a.yes:
			if d.has(p.child) || d.booked() >= p.places || d.shutBy(p.hitBy) {
				return false, d
			}
			return true, d.take(p.booking, p.child)
		case a.code == bookings.NoPlace:
			return len(d.taken) >= p.places, d
		case a.code == bookings.AlreadyBooked:
			return d.has(p.child), d
		}
		return true, d
	},
}

// close begins a closure.
func (d day) close(p place) day {
	d = d.copy()
	d.shut = append(d.shut, p.closure)
	d.taken = slices.DeleteFunc(d.taken, func(t taken) bool {
		hit := p.hits[t.child] && !t.waits
		if hit {
			d.closed = append(d.closed, t)
		}
		return hit
	})
	return d.sorted()
}

// reopen ends one; false where what was booked is not booked again.
func (d day) reopen(p place) (bool, day) {
	if !slices.Contains(d.shut, p.closure) {
		return false, d
	}
	d = d.copy()
	d.shut = slices.DeleteFunc(d.shut, func(c portal.ID) bool { return c == p.closure })
	var left []taken
	n := 0
	for _, t := range d.closed {
		again, is := p.again[t.booking]
		_, kept := p.kept[t.booking]
		switch {
		case is && (d.has(t.child) || d.booked() >= p.places):
			return false, d
		case is:
			d, n = d.take(again, t.child), n+1
		case kept:
			n++
		default:
			left = append(left, t) // another closure is about it
		}
	}
	d.closed = left
	return n == len(p.again)+len(p.kept), d.sorted()
}

// sum is a change of an account that somebody asked for. Free is one that no
// floor keeps from happening: money that is taken back, a day that a closure
// had cancelled.
type sum struct {
	amount, floor portal.Money
	free          bool
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
				return !below || s.free, m + s.amount
			case a.code == bookings.BalanceFloor, a.code == bookings.OtherFloor, a.code == ledger.BelowLowest:
				return below, m
			}
			return true, m
		},
	}
}

// linear checks that what the desktops were told of contested days and of
// balances can have happened in one order. A command takes from when it was
// done until its end was known, what the town does of its own accord from what
// caused it until a feed told it.
func (h *history) linear() {
	if h.town.copied != nil {
		return // a restored town has answered in two histories
	}
	o, err := h.operations()
	if err != nil {
		h.fail("the books cannot be read: %v", err)
		return
	}
	for _, key := range o.order {
		if porcupine.CheckOperationsTimeout(register, o.days[key], time.Minute) == porcupine.Illegal {
			h.fail("the answers about the places of %s cannot have been given in any order", key)
		}
	}
	for _, d := range h.desktops {
		for _, at := range cashDesks {
			of := account{d.account, at}
			if ops := o.purses[of]; ops != nil && porcupine.CheckOperationsTimeout(purse(h.town.credits(at)), ops, time.Minute) == porcupine.Illegal {
				h.fail("the answers about the balance of %s at %s cannot have been given in any order", d.name, at)
			}
			delete(o.purses, of)
		}
	}
}

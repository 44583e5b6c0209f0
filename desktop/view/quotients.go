package view

import (
	"maps"
	"slices"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
)

// Quotient is a family quotient as it will be.
type Quotient struct {
	quotients.Entry
	Pending bool      // a command that waits makes it so
	Command portal.ID // that command
	// ToSend says that it has not reached the town hall yet: it is taken back by
	// undoing its command, not by another.
	ToSend bool
	// Last is the last day on which an accepted one fixes prices: its own, or the
	// day before the next one begins; "" for ever.
	Last portal.Date
}

// Quotients is the account's own, the newest first.
func (v *View) Quotients() []Quotient {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.quotientsOf(v.own, v.account)
}

// FileQuotients is a family's, as a desk that has its file open sees them, the
// newest first.
func (v *View) FileQuotients(account portal.ID, desk string) []Quotient {
	v.mu.RLock()
	defer v.mu.RUnlock()
	r := v.feeds[wire.FileFeed(desk, account)]
	if r == nil {
		return nil
	}
	return v.quotientsOf(r, account)
}

func (v *View) quotientsOf(r *rows, account portal.ID) []Quotient {
	var out []Quotient
	for id, e := range r.quotients {
		if v.over.unsent[id] {
			continue
		}
		q, pending := v.over.quotients[id]
		if !pending {
			q = Quotient{Entry: e}
		}
		out = append(out, q)
	}
	for id, q := range v.over.quotients {
		if _, there := r.quotients[id]; !there && q.Account == account && q.ToSend {
			out = append(out, q)
		}
	}
	for i := range out {
		out[i].Last = lastDay(out, out[i])
	}
	slices.SortFunc(out, func(a, b Quotient) int {
		return firstOf(compare(b.Made, a.Made), compare(b.From, a.From), compare(b.ID, a.ID))
	})
	return out
}

// lastDay is the last day on which an accepted quotient fixes prices among
// others (see ledger.QuotientOn).
func lastDay(all []Quotient, q Quotient) portal.Date {
	last := q.Until
	for _, o := range all {
		later := o.From > q.From || o.From == q.From && (o.Decided > q.Decided || o.Decided == q.Decided && o.ID > q.ID)
		if o.State == quotients.Accepted && later {
			if before := o.From.Add(-1); last == "" || before < last {
				last = before
			}
		}
	}
	return last
}

// Quotient is one of them: of the account's own, or of a file that is open.
func (v *View) Quotient(id portal.ID) (Quotient, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.quotient(id, v.over)
}

func (v *View) quotient(id portal.ID, over *overlay) (Quotient, bool) {
	if over.unsent[id] {
		return Quotient{}, false
	}
	if q, ok := over.quotients[id]; ok {
		return q, true
	}
	if e, ok := v.own.quotients[id]; ok {
		return Quotient{Entry: e}, true
	}
	for _, feed := range slices.Sorted(maps.Keys(v.feeds)) {
		if e, ok := v.feeds[feed].quotients[id]; ok {
			return Quotient{Entry: e}, true
		}
	}
	return Quotient{}, false
}

// QuotientQueue is the quotients that wait for an agent, the oldest first,
// without those that were decided here.
func (v *View) QuotientQueue() []wire.QueueQuotient {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []wire.QueueQuotient
	for _, r := range v.feeds {
		for id, q := range r.quotientQueue {
			if decided, here := v.over.quotients[id]; here && !decided.State.Open() {
				continue
			}
			out = append(out, q)
		}
	}
	slices.SortFunc(out, func(a, b wire.QueueQuotient) int { return firstOf(compare(a.Since, b.Since), compare(a.ID, b.ID)) })
	return out
}

// Cost is what a day at an activity costs, and why.
type Cost struct {
	Activity bookings.Activity
	Price    ledger.Price
}

// Costs is what a day costs this account at each activity that has a price, by
// the name of the activity; with another quotient where one is given.
func (v *View) Costs(day portal.Date, with *ledger.Quotient) []Cost {
	v.mu.RLock()
	payer := v.payer(v.over)
	v.mu.RUnlock()
	if with != nil {
		payer.Quotients = []ledger.Quotient{*with}
	}
	return v.CostsOf(payer, day)
}

// CostsOf is Costs for whoever pays.
func (v *View) CostsOf(payer ledger.Payer, day portal.Date) []Cost {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []Cost
	for _, a := range v.town.activities {
		if price, priceless := ledger.PriceOf(ledger.TariffOn(v.town.tariffList, a.ID, day), day, payer, "", nil); priceless == nil {
			out = append(out, Cost{a, price})
		}
	}
	slices.SortFunc(out, func(a, b Cost) int {
		return firstOf(compare(slices.Index(bookings.Kinds, a.Activity.Kind), slices.Index(bookings.Kinds, b.Activity.Kind)), compare(a.Activity.Name.In("fr"), b.Activity.Name.In("fr")), compare(a.Activity.ID, b.Activity.ID))
	})
	return out
}

func (p *pass) lookQuotient(q Quotient, what ...string) {
	p.over.look(wire.Quotients, q.ID, what...)
	p.over.look(wire.QuotientQueue, q.ID, what...)
	p.over.look(FileTopic, q.Account, what...)
}

// sendQuotient shows one that was told, or that the fund is to be asked for.
func (p *pass) sendQuotient(c *command, e quotients.Entry) {
	if _, landed := p.v.own.quotients[e.ID]; landed {
		return
	}
	e.Account, e.Made = p.v.account, c.At.UnixMicro()
	q := Quotient{Entry: e, Pending: true, ToSend: true, Command: c.ID}
	p.over.quotients[e.ID] = q
	p.lookQuotient(q, string(c.ID))
}

func (p *pass) withdrawQuotient(c *command, id portal.ID) *portal.Error {
	q, there := p.v.quotient(id, p.over)
	if !there {
		return nil // gone already, by this very command
	}
	if !q.State.Open() {
		return portal.E(quotients.Decided, "quotient", "state", string(q.State))
	}
	p.over.unsent[id] = true
	p.lookQuotient(q, string(c.ID))
	return nil
}

// decideQuotient shows an agent's decision.
func (p *pass) decideQuotient(c *command, id portal.ID, to quotients.State, from portal.Date, reason string) *portal.Error {
	q, there := p.v.quotient(id, p.over)
	if !there {
		return nil // its file has closed meanwhile
	}
	if q.State != quotients.Declared {
		if q.DecidedBy == p.v.account {
			return nil // done already, by this very command
		}
		return portal.E(quotients.Decided, "quotient", "by", q.DecidedByName, "state", string(q.State))
	}
	q.State, q.Reason = to, reason
	if to == quotients.Accepted {
		q.From, q.Until = from, quotients.Until(from, "")
	}
	q.Decided, q.DecidedBy, q.DecidedByName = p.at(c).UnixMicro(), p.v.account, p.v.myName()
	q.Pending, q.Command = true, c.ID
	p.over.quotients[id] = q
	p.lookQuotient(q, string(c.ID), string(to))
	return nil
}

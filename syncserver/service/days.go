package service

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// days judges the days that one command books and cancels, each after what the
// ones before it have done. What decides is read once, a table at a time, and
// what is done is written at the end: a group of a thousand days costs the
// database little more than one of them.
type days struct {
	s      *Service
	tx     *store.Tx
	a      Actor
	f      *townFacts
	period portal.Period // outside of it nothing is asked
	now    time.Time     // by which it is judged

	drawing portal.ID // the opening whose draw places them; "" for what a person sends

	ties     map[[2]portal.ID]boundTo
	enrolled map[portal.ID][]bookings.Enrolment
	live     map[portal.ID]map[dayOf]store.Booking
	waits    map[portal.ID]map[dayOf]store.Wait // those who wait still
	places   map[[2]portal.ID]*placesOf
	pays     map[portal.ID]paysFor
	fixes    map[portal.ID]ledger.Payer
	children map[portal.ID][]store.Child // of a payer
	classes  map[portal.ID]store.Child   // the children themselves
	balances map[string]portal.Money     // before this command
	levels   map[string]chosenLevel
	moved    map[string]portal.Money // by it

	made, gone []store.Booking
	postings   []store.Posting
	joined     []store.Wait
	ended      []endedWait
}

type dayOf struct {
	activity portal.ID
	day      portal.Date
}

// boundTo is what ties the actor to a child's days at an activity.
type boundTo struct {
	tie      accounts.Tie
	barred   *portal.Error // may see them, and not book
	stranger *portal.Error // may not even see them
}

type placesOf struct {
	taken    map[portal.Date]store.Taken
	capacity int
}

// move has the count of a day follow what is done.
func (p *placesOf) move(day portal.Date, live, offered, waiting int) {
	t := p.taken[day]
	p.taken[day] = store.Taken{Live: t.Live + live, Offered: t.Offered + offered, Waiting: t.Waiting + waiting}
}

// priced is a situation with what fixes its price.
type priced struct {
	bookings.Situation
	child  portal.ID
	why    ledger.Price
	shares ledger.Shares // who pays: the payer alone, or as the town hall has written it
	tie    accounts.Tie
}

// told is a refusal as the actor may read it: whom a parent lets book one
// activity is not told of the child's others.
func (q priced) told(refused *portal.Error) *portal.Error {
	if id, about := refused.Args["activity"]; about && !q.tie.RightsAt(portal.ID(id)).See {
		return portal.E(refused.Code, refused.Field)
	}
	return refused
}

func (s *Service) days(tx *store.Tx, a Actor, period portal.Period) (*days, error) {
	f, err := s.facts(tx)
	return &days{
		s: s, tx: tx, a: a, f: f, period: period, now: tx.Now(),
		ties: map[[2]portal.ID]boundTo{}, enrolled: map[portal.ID][]bookings.Enrolment{}, live: map[portal.ID]map[dayOf]store.Booking{}, waits: map[portal.ID]map[dayOf]store.Wait{},
		places: map[[2]portal.ID]*placesOf{}, pays: map[portal.ID]paysFor{}, fixes: map[portal.ID]ledger.Payer{},
		children: map[portal.ID][]store.Child{}, classes: map[portal.ID]store.Child{}, balances: map[string]portal.Money{}, levels: map[string]chosenLevel{}, moved: map[string]portal.Money{},
	}, err
}

// once is what a map keeps, made when it is first asked for.
func once[K comparable, V any](kept map[K]V, key K, make func() (V, error)) (V, error) {
	if v, known := kept[key]; known {
		return v, nil
	}
	v, err := make()
	if err == nil {
		kept[key] = v
	}
	return v, err
}

// boundTo is what ties the actor to a child's days at an activity.
func (d *days) boundTo(child, activity portal.ID) (boundTo, error) {
	return once(d.ties, [2]portal.ID{child, activity}, func() (boundTo, error) {
		t, barred, err := d.a.mayBook(d.tx, child, activity)
		var stranger *portal.Error
		if errors.As(err, &stranger) {
			err = nil
		}
		return boundTo{t, barred, stranger}, err
	})
}

func (d *days) paysFor(child portal.ID) (paysFor, error) {
	return once(d.pays, child, func() (paysFor, error) { return paysForOf(d.tx, child) })
}

// at is all that decides about a child's day at an activity. A delegate books
// on the account of the parent who lets them, a parent on their own or, where
// both have agreed so, on the other one's.
func (d *days) at(child, activityID portal.ID, day portal.Date) (priced, error) {
	var q priced
	if !day.Valid() {
		return q, portal.E(portal.Invalid, "day")
	}
	bound, err := d.boundTo(child, activityID)
	if err != nil || bound.stranger != nil {
		return q, orElse(err, bound.stranger)
	}
	act, ok := d.f.activities[activityID]
	if !ok {
		return q, portal.E(portal.NotFound, "activity")
	}
	q.Situation = bookings.Situation{
		Now: d.now, Day: day, Activity: act, Calendar: d.f.calendar, Closures: d.f.closures, Openings: d.f.openings, Drawing: d.drawing,
		Actor: d.a.Account, Payer: bound.tie.Payer(act.ID), Parent: bound.tie.Parent(), Barred: bound.barred, Town: d.f.activities,
	}
	q.tie, q.child = bound.tie, child
	pays, err := d.paysFor(child)
	if err != nil {
		return q, err
	}
	if q.Parent {
		q.Payer = pays.on(d.a.Account, day)
	}
	q.shares = pays.shares(q.Payer, day)
	if err := d.place(&q, child); err != nil {
		return q, err
	}
	if err := d.beside(&q, child); err != nil {
		return q, err
	}
	if bound.barred != nil {
		return q, nil // what it would cost is nobody's question
	}
	if q.why, err = d.price(q.Payer, child, act.ID, day); err != nil {
		return q, err
	}
	return q, d.charge(&q)
}

// charge is who would be charged what, and what each of them has.
func (d *days) charge(q *priced) (err error) {
	q.Others = nil
	for i, part := range q.shares.Split(q.why.Amount) {
		switch payer := q.shares[i].Payer; {
		case payer == q.Payer:
			q.Price = part
		case d.pays[q.child].billed[payer]:
		default:
			c := bookings.Charge{Price: part}
			if c.Balance, err = d.balance(payer, q.Activity.CashDesk); err != nil {
				return err
			}
			q.Others = append(q.Others, c)
		}
	}
	q.Balance, err = d.balance(q.Payer, q.Activity.CashDesk)
	return err
}

// beside is the booking of the day or the waiting for it, and what else the child
// has that day.
func (d *days) beside(q *priced, child portal.ID) error {
	live, err := d.liveOf(child)
	if err != nil {
		return err
	}
	if booked, found := live[dayOf{q.Activity.ID, q.Day}]; found {
		b := booked.Rule()
		q.Booking = &b
	}
	for _, id := range d.f.ordered {
		if _, booked := live[dayOf{id, q.Day}]; booked && id != q.Activity.ID {
			q.Beside = append(q.Beside, id)
		}
	}
	waits, err := d.waitsOf(child)
	// A place that is kept at the school a child has left is none where it is now.
	if w, found := waits[dayOf{q.Activity.ID, q.Day}]; found && q.Enrolment != nil && w.Site == q.Enrolment.Site {
		q.Wait = &bookings.Wait{ID: w.ID, State: w.State, Until: micro(w.Until)}
	}
	return err
}

// balance is what is free on a payer's account, after all that was done until now.
func (d *days) balance(payer portal.ID, cashDesk string) (portal.Money, error) {
	account := ledger.Prepaid(payer, cashDesk)
	before, err := once(d.balances, account, func() (portal.Money, error) { return d.free(payer, account, cashDesk) })
	return before + d.moved[account], err
}

// chosenBy is below which balance a payer wants to be told.
func (d *days) chosenBy(payer portal.ID, cashDesk string) (store.Level, bool, error) {
	l, err := once(d.levels, ledger.Prepaid(payer, cashDesk), func() (l chosenLevel, err error) {
		l.Level, l.chosen, err = d.tx.Level(payer, cashDesk)
		return l, err
	})
	return l.Level, l.chosen, err
}

type chosenLevel struct {
	store.Level
	chosen bool
}

// free is what is left on an account when all is paid that its payer has booked
// provisionally: what becomes true later must not take it below its floor.
func (d *days) free(payer portal.ID, account, cashDesk string) (portal.Money, error) {
	var balance, committed portal.Money
	err := d.tx.Together(
		func() (err error) { balance, err = d.tx.Balance(account); return err },
		func() (err error) {
			committed, err = d.tx.Committed(payer, func(activity portal.ID) bool { return d.f.activities[activity].CashDesk == cashDesk })
			return err
		},
	)
	return balance - committed, err
}

// place is where the child would be, and how full it is there.
func (d *days) place(q *priced, child portal.ID) error {
	all, err := d.enrolmentsOf(child)
	if err != nil {
		return err
	}
	year := portal.SchoolYearOf(q.Day)
	for i := range all {
		if all[i].Activity == q.Activity.ID && all[i].Year == year {
			q.Enrolment = &all[i]
		}
	}
	if q.Enrolment == nil {
		return nil
	}
	if q.Class, err = d.classAt(child, q.Enrolment.Site); err != nil {
		return err
	}
	p, err := d.placesAt(q.Activity.ID, q.Enrolment.Site)
	if err == nil {
		q.Level = levelOf(p.taken[q.Day], p.capacity)
	}
	return err
}

// levelOf is how full a day is for anybody.
func levelOf(t store.Taken, capacity int) bookings.Level {
	return bookings.LevelOf(bookings.Left(capacity, t.Live, t.Offered, t.Waiting), capacity)
}

// classAt is a child's class at its own school, "" at another site; where no
// class is out nobody asks.
func (d *days) classAt(child, site portal.ID) (string, error) {
	if !slices.ContainsFunc(d.f.closures, func(c bookings.Closure) bool { return c.Class != "" && c.Stands() }) {
		return "", nil
	}
	c, err := once(d.classes, child, func() (store.Child, error) { c, _, err := d.tx.Child(child); return c, err })
	if c.Site != site {
		return "", err
	}
	return c.Class, err
}

func (d *days) enrolmentsOf(child portal.ID) ([]bookings.Enrolment, error) {
	return once(d.enrolled, child, func() ([]bookings.Enrolment, error) { return d.tx.EnrolmentsOf(child) })
}

func (d *days) placesAt(activity, site portal.ID) (*placesOf, error) {
	return once(d.places, [2]portal.ID{activity, site}, func() (*placesOf, error) {
		taken, capacity, err := d.tx.PlacesIn(activity, site, d.period)
		return &placesOf{taken, capacity}, err
	})
}

func (d *days) liveOf(child portal.ID) (map[dayOf]store.Booking, error) {
	return once(d.live, child, func() (map[dayOf]store.Booking, error) {
		all, err := d.tx.LiveBookingsIn(child, d.period)
		byDay := make(map[dayOf]store.Booking, len(all))
		for _, b := range all {
			byDay[dayOf{b.Activity, b.Day}] = b
		}
		return byDay, err
	})
}

func (d *days) waitsOf(child portal.ID) (map[dayOf]store.Wait, error) {
	return once(d.waits, child, func() (map[dayOf]store.Wait, error) {
		all, err := d.tx.LiveWaitsIn(child, d.period)
		byDay := make(map[dayOf]store.Wait, len(all))
		for _, w := range all {
			byDay[dayOf{w.Activity, w.Day}] = w
		}
		return byDay, err
	})
}

// fixesOf is what of a payer fixes prices.
func (d *days) fixesOf(id portal.ID) (ledger.Payer, error) {
	return once(d.fixes, id, func() (ledger.Payer, error) {
		var account store.Account
		var found bool
		var serve []ledger.Quotient
		err := d.tx.Together(
			func() (err error) { account, found, err = d.tx.Account(id); return err },
			func() (err error) { serve, err = d.tx.QuotientsThatServe(id); return err },
		)
		p := payer(account)
		if found {
			p.Quotients = serve
		}
		return p, err
	})
}

// price is what a day costs a payer.
func (d *days) price(payer, child, activity portal.ID, day portal.Date) (ledger.Price, error) {
	fixes, err := d.fixesOf(payer)
	if err != nil {
		return ledger.Price{}, err
	}
	tariff := ledger.TariffOn(d.f.tariffs, activity, day)
	var siblings []ledger.Sibling
	if tariff != nil && tariff.Siblings != nil {
		if siblings, err = d.siblings(payer, activity, day); err != nil {
			return ledger.Price{}, err
		}
	}
	price, refused := ledger.PriceOf(tariff, day, fixes, child, siblings)
	if refused != nil {
		return price, refused
	}
	return price, nil
}

func (d *days) childrenOf(payer portal.ID) ([]store.Child, error) {
	return once(d.children, payer, func() ([]store.Child, error) { return d.tx.ChildrenPaidBy(payer) })
}

// siblings is the children of a payer, as far as they make a rank among those
// who come to an activity on a day.
func (d *days) siblings(payer, activity portal.ID, day portal.Date) ([]ledger.Sibling, error) {
	children, err := d.childrenOf(payer)
	if err != nil {
		return nil, err
	}
	out := make([]ledger.Sibling, len(children))
	for i, c := range children {
		out[i] = ledger.Sibling{Child: c.ID, Born: c.BirthDate}
		enrolled, err := d.enrolmentsOf(c.ID)
		if err != nil {
			return nil, err
		}
		for _, e := range enrolled {
			out[i].Enrolled = out[i].Enrolled || e.Activity == activity && e.Period.Has(day)
		}
		live, err := d.liveOf(c.ID)
		if err != nil {
			return nil, err
		}
		_, out[i].Booked = live[dayOf{activity, day}]
	}
	return out, nil
}

// book books a day that was judged, under an id.
func (d *days) book(q priced, child, id portal.ID) error {
	why, err := json.Marshal(q.why)
	if err != nil {
		return err
	}
	b := store.Booking{
		ID: id, Child: child, Activity: q.Activity.ID, Site: q.Enrolment.Site, Day: q.Day,
		Payer: q.Payer, Price: q.why.Amount, Debit: d.s.o.IDs(), Made: d.now.UnixMicro(), Actor: d.a.Account, Why: string(why),
		Provisional: q.Enrolment.Provisional,
	}
	if b.Shares, err = q.parted(); err != nil {
		return err
	}
	entries := debitOf(b, q.Activity.CashDesk)
	if b.Provisional == "" {
		d.postings = append(d.postings, store.Posting{ID: b.Debit, Kind: store.LedgerDebit, About: b.ID, Actor: d.a.Account, Entries: entries})
	} else {
		b.Debit = "" // it is paid once the request is accepted
	}
	d.move(entries)
	return d.add(b)
}

// parted is who pays, as a booking keeps it: "" where one pays alone.
func (q priced) parted() (string, error) {
	if !q.shares.Parted(q.Payer) {
		return "", nil
	}
	shares, err := json.Marshal(q.shares)
	return string(shares), err
}

// debitOf is what a booking charges, and whom.
func debitOf(b store.Booking, cashDesk string) []ledger.Entry {
	if b.Shares != "" {
		return ledger.DebitParted(ledger.ReadShares(b.Shares), cashDesk, b.Activity, b.Price)
	}
	return ledger.Debit(b.Payer, cashDesk, b.Activity, b.Price)
}

// add has a booking counted among those that are made.
func (d *days) add(b store.Booking) error {
	d.made = append(d.made, b)
	live, err := d.liveOf(b.Child)
	if err != nil {
		return err
	}
	live[dayOf{b.Activity, b.Day}] = b
	p, err := d.placesAt(b.Activity, b.Site)
	if err != nil {
		return err
	}
	p.move(b.Day, 1, 0, 0)
	waits, err := d.waitsOf(b.Child)
	if err != nil {
		return err
	}
	if w, waited := waits[dayOf{b.Activity, b.Day}]; waited {
		return d.endWait(w, bookings.WaitTaken)
	}
	return nil
}

// cancel ends a booking that was judged and credits what was paid, on the legs
// of its debit.
func (d *days) cancel(b store.Booking, debit []ledger.Entry) error {
	entries := ledger.Reverse(debit)
	if b.Debit == "" { // provisional: nothing was paid
		entries = ledger.Reverse(debitOf(b, d.f.activities[b.Activity].CashDesk))
	} else {
		b.Credit = d.s.o.IDs()
		d.postings = append(d.postings, store.Posting{ID: b.Credit, Kind: store.LedgerCredit, About: b.ID, Actor: d.a.Account, Entries: entries})
	}
	d.gone = append(d.gone, b)
	d.move(entries)
	live, err := d.liveOf(b.Child)
	if err != nil {
		return err
	}
	delete(live, dayOf{b.Activity, b.Day})
	p, err := d.placesAt(b.Activity, b.Site)
	if err == nil {
		p.move(b.Day, -1, 0, 0)
	}
	return err
}

// move has the balances follow, those too that nobody has asked for yet.
func (d *days) move(entries []ledger.Entry) {
	for _, e := range entries {
		d.moved[e.Account] += e.Amount
	}
}

// save writes what was done. What was freed is freed first: it may be taken
// again by the same command, where nobody waits for it.
func (d *days) save() error {
	if err := d.tx.CancelBookings(d.gone); err != nil {
		return err
	}
	if err := d.saveEnded(); err != nil {
		return err
	}
	if err := d.tx.InsertBookings(d.made); err != nil {
		return err
	}
	for _, w := range d.joined {
		if err := d.tx.AddWait(w); err != nil {
			return err
		}
	}
	if err := d.s.enterWatching(d.tx, d.postings, d.chosenBy); err != nil {
		return err
	}
	return d.offer()
}

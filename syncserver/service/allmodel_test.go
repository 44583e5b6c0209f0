//go:build !race

package service_test

import (
	"slices"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/syncserver/service"
)

// What the town of these histories offers: a lunch with a waiting list, mornings
// that may be booked while a request is looked at, and a study that needs the lunch.
const (
	lunch portal.ID = "dejeuner-tout"
	dawn  portal.ID = "matin-tout"
	study portal.ID = "etude-tout"
)

const deepest portal.Money = -10_00 // the floor of all three

var offered = map[portal.ID]struct {
	desk   string
	places int
	waits  bool
	needs  portal.ID
}{
	lunch: {service.CashDesk, 2, true, ""},
	dawn:  {leisure, 1, false, ""},
	study: {service.CashDesk, 100, false, lunch},
}

// openDays are the days that are booked, two weeks of which the parents who live
// apart have one each; untilOn is until when.
var openDays = []portal.Date{"2026-11-18", "2026-11-19", "2026-11-20", "2026-11-23", "2026-11-24"}

func untilOn(day portal.Date) time.Time {
	before := day.Add(-1)
	if day.Weekday() == time.Monday {
		before = day.Add(-3)
	}
	return before.At(10, 0)
}

// purse is what a payer has at a cash desk.
type purse struct {
	payer portal.ID
	desk  string
}

type part struct {
	purse
	amount portal.Money
}

// stay is a booking, as the one who keeps a book by hand would write it down.
type stay struct {
	id       portal.ID
	kid      int
	activity portal.ID
	day      portal.Date
	payer    portal.ID // whoever would pay the whole
	by       portal.ID
	price    portal.Money
	parts    []part
	under    portal.ID // the request by which it is provisional
}

type seat struct {
	activity portal.ID
	day      portal.Date
}

// shutting is a closure, with what it has cancelled.
type shutting struct {
	id         portal.ID
	activities []portal.ID
	period     portal.Period
	declared   time.Time
	over       bool
	gone       []stay
}

func (c *shutting) hits(activity portal.ID, day portal.Date) bool {
	return !c.over && slices.Contains(c.activities, activity) && c.period.From <= day && day <= c.period.To
}

// fare is a price from a day on, for those with a quotient of 800 at most and for
// all others.
type fare struct {
	from      portal.Date
	low, high portal.Money
}

type worth struct {
	from  portal.Date
	value int
}

type parting struct {
	from   portal.Date
	shares ledger.Shares
}

// place is a child's right to a morning: for good, or by a request.
type place struct {
	from  portal.Date
	under portal.ID
}

// reckoning is what must be true, by what the server said yes to: a second book,
// kept in another way and as simply as can be, that is never read from the first.
type reckoning struct {
	now    func() time.Time
	kids   []portal.ID
	stays  map[portal.ID]*stay
	purses map[purse]portal.Money
	lines  map[seat]*line
	waits  map[seat]map[int]hope // who has put a child on a list

	closed   []*shutting
	fares    map[portal.ID][]fare
	worth    map[portal.ID][]worth
	parts    map[int][]parting
	mornings map[int]place
	open     map[portal.ID]bool // requests that nobody has decided
	about    map[portal.ID]int  // and the child that each is about
	told     map[portal.ID]bool // bookings of which it was told that the child does not come
	forgiven map[int][]portal.Date
	grace    int // days of a child that are

	// Of the parents who live apart: whose week begins at the anchor, and whether
	// each pays for their own weeks.
	first, second portal.ID
	anchor        portal.Date
	ownWeeks      bool
	// Whether they have custody apart and weeks, and whose tie to the child was ended.
	apart, weekly bool
	untied        map[portal.ID]bool
	billed        portal.ID // is never refused
}

type hope struct{ id, account portal.ID }

func newReckoning(now func() time.Time, kids []portal.ID) *reckoning {
	m := &reckoning{now: now, kids: kids, stays: map[portal.ID]*stay{}, purses: map[purse]portal.Money{}, lines: map[seat]*line{}, waits: map[seat]map[int]hope{},
		fares: map[portal.ID][]fare{}, worth: map[portal.ID][]worth{}, parts: map[int][]parting{}, mornings: map[int]place{}, open: map[portal.ID]bool{}, about: map[portal.ID]int{}, told: map[portal.ID]bool{}, forgiven: map[int][]portal.Date{}, apart: true, weekly: true, untied: map[portal.ID]bool{}}
	for activity, o := range offered {
		for _, day := range openDays {
			m.lines[seat{activity, day}] = &line{places: o.places, end: untilOn(day), live: map[int]portal.ID{}, kept: map[int]time.Time{}}
			m.waits[seat{activity, day}] = map[int]hope{}
		}
	}
	return m
}

func (m *reckoning) today() portal.Date { return portal.DateOf(m.now()) }

// late is why a day cannot be changed any more, "" for nothing.
func (m *reckoning) late(day portal.Date) portal.Code {
	switch {
	case day < m.today():
		return bookings.DayPast
	case day == m.today():
		return bookings.DayToday
	case !m.now().Before(untilOn(day)):
		return bookings.CutoffPassed
	}
	return ""
}

// charged is who pays what of a day that somebody books, and who would pay the
// whole of it.
func (m *reckoning) charged(by portal.ID, kid int, activity portal.ID, day portal.Date) (payer portal.ID, price portal.Money, parts []part) {
	payer = by
	if m.ownWeeks && kid == 0 && (by == m.first || by == m.second) {
		payer = m.second
		if weeks := m.anchor.DaysUntil(day); (weeks+700)/7%2 == 0 {
			payer = m.first
		}
	}
	var is fare
	for _, f := range m.fares[activity] {
		if f.from <= day && f.from >= is.from {
			is = f
		}
	}
	price = is.high
	var q worth
	for _, w := range m.worth[payer] {
		if w.from <= day && w.from >= q.from {
			q = w
		}
	}
	if q.from != "" && q.value <= 800 {
		price = is.low
	}
	var now parting
	for _, p := range m.parts[kid] {
		if p.from <= day && p.from >= now.from {
			now = p
		}
	}
	at := func(payer portal.ID) purse { return purse{payer, offered[activity].desk} }
	if len(now.shares) == 0 {
		return payer, price, []part{{at(payer), price}}
	}
	var percents []int
	for _, s := range now.shares {
		who := s.Payer
		if who == "" {
			who = payer
		}
		i := slices.IndexFunc(parts, func(p part) bool { return p.payer == who })
		if i < 0 {
			i = len(parts)
			parts, percents = append(parts, part{purse: at(who)}), append(percents, 0)
		}
		percents[i] += s.Percent
	}
	rest := price
	for i := range parts[1:] {
		parts[i+1].amount = price * portal.Money(percents[i+1]) / 100
		rest -= parts[i+1].amount
	}
	parts[0].amount = rest
	return payer, price, parts
}

// free is what of a purse nothing provisional speaks for.
func (m *reckoning) free(p purse) portal.Money {
	left := m.purses[p]
	for _, s := range m.stays {
		for _, q := range s.parts {
			if s.under != "" && q.purse == p {
				left -= q.amount
			}
		}
	}
	return left
}

// shut is the closure that keeps a day shut, nil for none.
func (m *reckoning) shut(activity portal.ID, day portal.Date) *shutting {
	for _, c := range m.closed {
		if c.hits(activity, day) {
			return c
		}
	}
	return nil
}

// unfit is all that keeps a child from a day itself, for booking and for waiting.
func (m *reckoning) unfit(kid int, activity portal.ID, day portal.Date) map[portal.Code]bool {
	why := map[portal.Code]bool{}
	if activity == dawn {
		if p, has := m.mornings[kid]; !has || day < p.from {
			why[bookings.NotEnrolled] = true
		}
	}
	if m.shut(activity, day) != nil {
		why[bookings.Closed] = true
	}
	if late := m.late(day); late != "" {
		why[late] = true
	}
	if _, booked := m.lines[seat{activity, day}].live[kid]; booked {
		why[bookings.AlreadyBooked] = true
	}
	return why
}

// against is all that keeps somebody from booking a day.
func (m *reckoning) against(by portal.ID, kid int, activity portal.ID, day portal.Date) map[portal.Code]bool {
	why, l := m.unfit(kid, activity, day), m.lines[seat{activity, day}]
	until, kept := l.kept[kid]
	if left := l.places - len(l.live) - len(l.kept) - len(l.queue); left <= 0 && !(kept && m.now().Before(until)) {
		why[bookings.NoPlace] = true
	}
	if need := offered[activity].needs; need != "" {
		if _, has := m.lines[seat{need, day}].live[kid]; !has {
			why[bookings.NeedsOther] = true
		}
	}
	payer, _, parts := m.charged(by, kid, activity, day)
	for _, p := range parts {
		switch {
		case p.amount == 0 || p.payer == m.billed || m.free(p.purse)-p.amount >= deepest:
		case p.payer == payer && payer == by:
			why[bookings.BalanceFloor] = true
		default:
			why[bookings.OtherFloor] = true
		}
	}
	return why
}

// book writes a booking down, and who pays it.
func (m *reckoning) book(id, by portal.ID, kid int, activity portal.ID, day portal.Date) {
	s := &stay{id: id, kid: kid, activity: activity, day: day, by: by}
	s.payer, s.price, s.parts = m.charged(by, kid, activity, day)
	if activity == dawn {
		s.under = m.mornings[kid].under
	}
	m.stand(s)
	l := m.lines[seat{activity, day}]
	delete(l.kept, kid)
	if at := slices.Index(l.queue, kid); at >= 0 {
		l.queue = slices.Delete(l.queue, at, at+1)
	}
}

// stand has a booking stand, and its payers charged unless it is provisional.
func (m *reckoning) stand(s *stay) {
	m.stays[s.id] = s
	m.lines[seat{s.activity, s.day}].live[s.kid] = s.id
	if s.under == "" {
		m.move(s, -1)
	}
}

func (m *reckoning) move(s *stay, sign portal.Money) {
	for _, p := range s.parts {
		m.purses[p.purse] += sign * p.amount
	}
}

// keeps is all that keeps somebody from cancelling a booking.
func (m *reckoning) keeps(by portal.ID, s *stay) map[portal.Code]bool {
	why := map[portal.Code]bool{}
	if s.payer != by && s.by != by {
		why[bookings.NotYourBooker] = true
	}
	if late := m.late(s.day); late != "" {
		why[late] = true
	}
	if m.needed(s) != "" {
		why[bookings.NeededBy] = true
	}
	return why
}

// needed is what else of the child's day needs a booking.
func (m *reckoning) needed(s *stay) portal.ID {
	for activity, o := range offered {
		if o.needs == s.activity {
			return m.lines[seat{activity, s.day}].live[s.kid]
		}
	}
	return ""
}

// cancel has a booking go; who has paid has it back.
func (m *reckoning) cancel(s *stay) {
	delete(m.stays, s.id)
	delete(m.lines[seat{s.activity, s.day}].live, s.kid)
	if s.under == "" {
		m.move(s, +1)
	}
}

// leave takes a child off a list.
func (m *reckoning) leave(at seat, kid int) {
	l := m.lines[at]
	delete(l.kept, kid)
	if i := slices.Index(l.queue, kid); i >= 0 {
		l.queue = slices.Delete(l.queue, i, i+1)
	}
}

// fill gives what is free to those who wait for it.
func (m *reckoning) fill() {
	for _, l := range m.lines {
		l.fill(m.now())
	}
}

// lapse is what the job does.
func (m *reckoning) lapse() {
	for _, l := range m.lines {
		l.lapse(m.now())
	}
}

// close shuts days: who was booked has their money back whatever the hour, and
// nobody waits any more.
func (m *reckoning) close(c *shutting) {
	m.closed = append(m.closed, c)
	for _, s := range m.sorted() {
		if c.hits(s.activity, s.day) {
			m.cancel(s)
			c.gone = append(c.gone, *s)
		}
	}
	for at, l := range m.lines {
		if c.hits(at.activity, at.day) {
			l.queue, l.kept = nil, map[int]time.Time{}
		}
	}
}

// reopen takes a closure back: what it has cancelled is booked as it was, unless
// the day has gone by meanwhile, another closure stands, or the child has no right
// to it any more.
func (m *reckoning) reopen(c *shutting) {
	c.over = true
	again := map[seat]bool{}
	for _, s := range c.gone {
		if s.day < m.today() && s.day >= portal.DateOf(c.declared) {
			continue
		}
		if other := m.shut(s.activity, s.day); other != nil {
			other.gone = append(other.gone, s)
			continue
		}
		if !m.chargeable(s) {
			continue
		}
		if s.activity == dawn {
			p, has := m.mornings[s.kid]
			if _, open := m.open[s.under]; !open {
				s.under = "" // what is decided leaves the true enrolment to stand by
			}
			if !has || s.day < p.from || s.under == "" && p.under != "" {
				continue
			}
		}
		s.id = bookings.RestoredID(c.id, s.id)
		m.stand(&s)
		again[seat{s.activity, s.day}] = true
	}
	// What needs another activity is only there with it.
	for at := range again {
		for kid, id := range m.lines[at].live {
			if need := offered[at.activity].needs; need != "" && m.lines[seat{need, at.day}].live[kid] == "" {
				m.cancel(m.stays[id])
			}
		}
	}
}

// chargeable is whether all who pay a booking may be charged for its child still.
func (m *reckoning) chargeable(s stay) bool {
	return s.kid != 0 || !m.untied[s.payer] && !slices.ContainsFunc(s.parts, func(p part) bool { return m.untied[p.payer] })
}

// untie ends the tie of one of the parents who live apart: who is left decides
// alone, and whoever books pays where the other one paid a share.
func (m *reckoning) untie(account portal.ID) {
	m.untied[account] = true
	m.apart, m.weekly, m.ownWeeks = false, false, false
	written := slices.SortedFunc(slices.Values(m.parts[0]), func(a, b parting) int { return b.from.DaysUntil(a.from) })
	for i, p := range written {
		over := i+1 < len(written) && written[i+1].from <= m.today()
		if over || !slices.ContainsFunc(p.shares, func(s ledger.Share) bool { return s.Payer == account }) {
			continue
		}
		from := max(p.from, m.today())
		m.parts[0] = append(slices.DeleteFunc(m.parts[0], func(q parting) bool { return q.from == from }), parting{from, nil})
	}
}

// custody has the parents have it together, or apart.
func (m *reckoning) custody(apart bool) {
	if m.apart = apart; !apart || len(m.untied) > 0 {
		m.weekly, m.ownWeeks = false, false
	}
}

// decided has what stands by a request follow what became of it.
func (m *reckoning) decided(kid int, request portal.ID, accepted bool) {
	delete(m.open, request)
	p, has := m.mornings[kid]
	if accepted {
		if !has {
			p.from = m.today()
		}
		p.under = ""
		m.mornings[kid] = p
	} else if has && p.under == request {
		delete(m.mornings, kid)
		if next := m.next(kid); next != "" {
			m.mornings[kid] = place{m.today(), next}
		}
	}
	for _, s := range m.sorted() {
		switch {
		case s.under != request:
		case s.day <= m.today() || m.chargeable(*s) && (accepted || m.enrolled(kid, s.day)):
			s.under = ""
			m.move(s, -1)
		case m.chargeable(*s) && m.under(kid, s.day) != "":
			s.under = m.under(kid, s.day)
		default:
			m.cancel(s)
		}
	}
}

// next is the first of the requests for a child's mornings that are under review.
func (m *reckoning) next(kid int) (first portal.ID) {
	for id := range m.open {
		if m.open[id] && m.about[id] == kid && (first == "" || id < first) {
			first = id
		}
	}
	return first
}

// under is the request under review by which a child may have a morning.
func (m *reckoning) under(kid int, day portal.Date) portal.ID {
	if p, has := m.mornings[kid]; has && day >= p.from {
		return p.under
	}
	return ""
}

// enrolled reports whether a child is so for the mornings of a day, and not only
// under review.
func (m *reckoning) enrolled(kid int, day portal.Date) bool {
	p, has := m.mornings[kid]
	return has && p.under == "" && day >= p.from
}

// sorted is all bookings, by day and id.
func (m *reckoning) sorted() (out []*stay) {
	for _, s := range m.stays {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *stay) int {
		if a.day != b.day {
			return int(a.day.DaysUntil(b.day)) * -1
		}
		if a.id < b.id {
			return -1
		}
		return 1
	})
	return out
}

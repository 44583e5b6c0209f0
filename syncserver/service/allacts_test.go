//go:build !race

package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"parvis/shared/bookings"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// grouped is a group that was done, and how it is undone.
type grouped struct {
	by       *somebody
	opposite wire.GroupBookings
}

// asked is a request for mornings.
type asked struct {
	by    *somebody
	kid   int
	taken bool // by the agent
}

// telling is an absence that was told.
type telling struct {
	id     portal.ID
	judged bool
}

// acts is all that may happen.
func (p *play) acts() map[string]func(*rapid.T) {
	all := map[string]func(*rapid.T){"": func(*rapid.T) { p.check() }}
	for i, a := range []struct {
		name string
		does func()
	}{
		{"book", p.books}, {"group", p.sendsGroup}, {"wait", p.joins}, {"book", p.books}, {"cancel", p.cancels}, {"page", p.onThePage}, {"pay", p.starts},
		{"ask", p.asksForMornings}, {"undo a group", p.undoesGroup}, {"absent", p.absent}, {"judge", p.judges}, {"book", p.books}, {"reopen", p.reopens}, {"close", p.closes}, {"decide", p.decides}, {"time", p.time},
		{"wait", p.joins}, {"look into", p.looksInto}, {"till", p.brings}, {"take back", p.takesBack}, {"correct", p.corrects}, {"shares", p.parted}, {"leave", p.leaves}, {"time", p.time},
		{"own weeks", p.agrees}, {"book", p.books}, {"tariff", p.pricesChange}, {"group", p.sendsGroup}, {"quotient", p.quotient}, {"weeks", p.weeksChange}, {"custody", p.custodyChanges}, {"pull", p.pulls}, {"page", p.onThePage}, {"cancel", p.cancels},
	} {
		// They are drawn in this order: the first more often than the last.
		all[fmt.Sprintf("%02d %s", i, a.name)] = func(rt *rapid.T) { p.rt = rt; a.does() }
	}
	return all
}

// draw is one of some.
func draw[T any](p *play, what string, of []T) T { return rapid.SampledFrom(of).Draw(p.rt, what) }

func (p *play) chance(what string) bool { return rapid.Bool().Draw(p.rt, what) }

func (p *play) cents(what string, least, most int) portal.Money {
	return portal.Money(rapid.IntRange(least, most).Draw(p.rt, what))
}

// day is one of the days, seldom one that is over.
func (p *play) day() portal.Date {
	ahead := slices.DeleteFunc(slices.Clone(openDays), func(d portal.Date) bool { return d < p.today() })
	if len(ahead) == 0 || rapid.IntRange(0, 9).Draw(p.rt, "of the past") == 9 {
		ahead = openDays
	}
	return draw(p, "day", ahead)
}

// one is a parent with a child of theirs.
func (p *play) one() (by *somebody, kid int) {
	kid = rapid.IntRange(0, len(kids)-1).Draw(p.rt, "child")
	return draw(p, "parent", p.parentsOf(kid)), kid
}

// parentsOf is who is tied to a child.
func (p *play) parentsOf(kid int) (out []*somebody) {
	for _, n := range parents[kid] {
		if who := p.people[n]; kid != 0 || !p.untied[who.Account] {
			out = append(out, who)
		}
	}
	return out
}

func (p *play) activity() portal.ID {
	return draw(p, "activity", []portal.ID{lunch, lunch, lunch, study, dawn})
}

func (p *play) books() {
	by, kid := p.one()
	activity, day, id := p.activity(), p.day(), portal.NewID()
	why := p.against(by.Account, kid, activity, day)
	if p.expect(p.send(by, wire.BookingBook, wire.Book{Booking: id, Child: kids[kid], Activity: activity, Day: day}), why) {
		p.book(id, by.Account, kid, activity, day)
	}
}

// standing is a booking of a child that a parent may look at.
func (p *play) standing() (by *somebody, s *stay) {
	all := p.sorted()
	if len(all) == 0 {
		return nil, nil
	}
	s = draw(p, "booking", all)
	return draw(p, "parent", p.parentsOf(s.kid)), s
}

func (p *play) cancels() {
	by, s := p.standing()
	if s == nil {
		return
	}
	why := p.keeps(by.Account, s)
	if p.expect(p.send(by, wire.BookingCancel, wire.CancelBooking{Booking: s.id}), why) {
		p.cancel(s)
	}
}

// sendsGroup books and cancels several days at once.
func (p *play) sendsGroup() {
	by, _ := p.one()
	args := wire.GroupBookings{Group: portal.NewID(), Wait: p.chance("wait"), All: rapid.IntRange(0, 3).Draw(p.rt, "all") == 0}
	seen := map[string]bool{}
	for range rapid.IntRange(1, 5).Draw(p.rt, "days") {
		kid, activity, day := draw(p, "child", p.childrenOf(by)), p.activity(), p.day()
		if k := fmt.Sprint(kid, activity, day); !seen[k] {
			seen[k] = true
			args.Book = bookings.Add(args.Book, kids[kid], activity, day, false)
		}
	}
	for _, s := range p.sorted() {
		if slices.Contains(p.childrenOf(by), s.kid) && rapid.IntRange(0, 3).Draw(p.rt, "cancel") == 0 {
			args.Cancel = append(args.Cancel, s.id)
		}
	}
	p.group(by, args)
}

func (p *play) childrenOf(by *somebody) (out []int) {
	for kid := range parents {
		if slices.Contains(p.parentsOf(kid), by) {
			out = append(out, kid)
		}
	}
	return out
}

func (p *play) undoesGroup() {
	if len(p.groups) == 0 {
		return
	}
	g := draw(p, "group", p.groups)
	args := g.opposite
	args.Group = portal.NewID()
	p.group(g.by, args)
}

// group sends one, and has the book follow what its sender is told of it, a day
// after the other.
func (p *play) group(by *somebody, args wire.GroupBookings) {
	asks := len(args.Cancel)
	for _, l := range args.Book {
		asks += len(l.Days)
	}
	v := p.send(by, wire.BookingGroup, args)
	if !v.Accepted {
		if args.All {
			return // one of them is not possible, which one depends on the others
		}
		for _, o := range bookings.InOrder(args.Book) {
			if len(p.against(by.Account, slices.Index(kids, o.Child), o.Activity, o.Day)) == 0 {
				p.fails("%v refuses %v, which is possible", v.Error, o)
			}
		}
		for _, id := range args.Cancel {
			if s := p.stays[id]; s != nil && len(p.keeps(by.Account, s)) == 0 {
				p.fails("%v refuses to cancel %v, which is possible", v.Error, s)
			}
		}
		return
	}
	var r wire.GroupResult
	p.read(func(tx *store.Tx) error {
		g, _, err := tx.BookingGroup(args.Group)
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(g.Body), &r)
	})
	p.note("which is %+v", r)
	opposite := wire.GroupBookings{Undoes: args.Group}
	had := p.purses[purse{by.Account, service.CashDesk}] + p.purses[purse{by.Account, leisure}]
	gone := bookings.InOrder(r.Cancelled)
	// What needs another goes before it.
	slices.SortStableFunc(gone, func(a, b bookings.Order) int { return len(offered[b.Activity].needs) - len(offered[a.Activity].needs) })
	for _, o := range gone {
		id, booked := p.lines[seat{o.Activity, o.Day}].live[slices.Index(kids, o.Child)]
		if !booked || !slices.Contains(args.Cancel, id) || len(p.keeps(by.Account, p.stays[id])) > 0 {
			p.fails("%v was cancelled", o)
		}
		opposite.Book = bookings.Add(opposite.Book, o.Child, o.Activity, o.Day, false)
		p.cancel(p.stays[id])
	}
	for _, o := range bookings.InOrder(r.Left) {
		p.leave(seat{o.Activity, o.Day}, slices.Index(kids, o.Child))
	}
	came := inTurn(args.Book, r.Booked)
	slices.SortStableFunc(came, func(a, b bookings.Order) int { return len(offered[a.Activity].needs) - len(offered[b.Activity].needs) })
	for _, o := range came {
		kid := slices.Index(kids, o.Child)
		if why := p.against(by.Account, kid, o.Activity, o.Day); len(why) > 0 {
			p.fails("%v was booked, and against it is %v", o, why)
		}
		id := bookings.GroupedID(args.Group, o.Child, o.Activity, o.Day)
		opposite.Cancel = append(opposite.Cancel, id)
		p.book(id, by.Account, kid, o.Activity, o.Day)
	}
	waiting := bookings.InOrder(r.Waiting)
	for _, o := range bookings.InOrder(args.Book) { // who was asked for first is first in the list
		if !slices.ContainsFunc(waiting, func(w bookings.Order) bool {
			return w.Child == o.Child && w.Activity == o.Activity && w.Day == o.Day
		}) {
			continue
		}
		kid, at := slices.Index(kids, o.Child), seat{o.Activity, o.Day}
		if !args.Wait || !offered[o.Activity].waits || len(p.unfit(kid, o.Activity, o.Day)) > 0 || !p.against(by.Account, kid, o.Activity, o.Day)[bookings.NoPlace] {
			p.fails("%v is on the list", o)
		}
		id := bookings.WaitedID(args.Group, o.Child, o.Activity, o.Day)
		p.lines[at].queue = append(p.lines[at].queue, kid)
		p.waits[at][kid] = hope{id, by.Account}
		opposite.Leave = append(opposite.Leave, id)
	}
	refused := 0
	for _, f := range r.Refused {
		refused += len(f.Days)
		for _, day := range f.Days {
			kid := slices.Index(kids, f.Child)
			why := map[portal.Code]bool{}
			if !f.Cancel {
				why = p.against(by.Account, kid, f.Activity, day)
			} else if s := p.stays[p.lines[seat{f.Activity, day}].live[kid]]; s != nil {
				why = p.keeps(by.Account, s)
			}
			if f.Cancel && f.Error.Code == bookings.NotBooked || f.Cancel && why[f.Error.Code] || !f.Cancel && why[f.Error.Code] {
				continue
			}
			p.fails("%v of %v is refused for %v, and against it is %v", f, day, f.Error, why)
		}
	}
	if done := len(r.Refused) == 0; args.All && !done || bookings.Count(r.Cancelled)+bookings.Count(r.Booked)+bookings.Count(r.Waiting)+refused != asks {
		p.fails("of %d days became %+v", asks, r)
	}
	// Each account is told what it cost and gave back it.
	if now := p.purses[purse{by.Account, service.CashDesk}] + p.purses[purse{by.Account, leisure}]; now-had != r.Credited-r.Debited {
		p.fails("it says %s − %s, and the balances moved by %s", r.Credited.Decimal(), r.Debited.Decimal(), (now - had).Decimal())
	}
	if args.Undoes == "" && len(opposite.Book)+len(opposite.Cancel)+len(opposite.Leave) > 0 {
		p.groups = append(p.groups, grouped{by, opposite})
	}
}

// inTurn is what was booked of what a group asks, in the order in which it was
// judged; the result puts a child's days of an activity together.
func inTurn(asks, booked []bookings.Lot) []bookings.Order {
	order := bookings.InOrder(asks)
	turn := func(o bookings.Order) int {
		return slices.IndexFunc(order, func(a bookings.Order) bool { return a.Child == o.Child && a.Activity == o.Activity && a.Day == o.Day })
	}
	out := bookings.InOrder(booked)
	slices.SortStableFunc(out, func(a, b bookings.Order) int { return turn(a) - turn(b) })
	return out
}

func (p *play) joins() {
	by, kid := p.one()
	activity, day, id := draw(p, "activity", []portal.ID{lunch, lunch, lunch, dawn}), p.day(), portal.NewID()
	at := seat{activity, day}
	why := p.unfit(kid, activity, day)
	if !offered[activity].waits {
		why[bookings.NoWaitingList] = true
	}
	if _, kept := p.lines[at].kept[kid]; kept || slices.Contains(p.lines[at].queue, kid) {
		why[bookings.AlreadyWaiting] = true
	}
	if p.expect(p.send(by, wire.WaitingJoin, wire.JoinWaiting{Wait: id, Child: kids[kid], Activity: activity, Day: day}), why) {
		p.lines[at].queue = append(p.lines[at].queue, kid)
		p.waits[at][kid] = hope{id, by.Account}
	}
}

func (p *play) leaves() {
	by, kid := p.one()
	at := seat{lunch, p.day()}
	of, ever := p.waits[at][kid]
	if !ever || kid == 0 && p.everUntied {
		return // it may have passed to the other parent since
	}
	why := map[portal.Code]bool{}
	_, kept := p.lines[at].kept[kid]
	switch {
	case of.account != by.Account:
		why[portal.NotFound] = true
	case !kept && !slices.Contains(p.lines[at].queue, kid):
		// Of what is past nothing is kept.
		why[bookings.NotWaiting], why[portal.NotFound] = true, at.day < p.today()
		if at.day >= p.today() {
			delete(why, portal.NotFound)
		}
	}
	if p.expect(p.send(by, wire.WaitingLeave, wire.LeaveWaiting{Wait: of.id}), why) {
		p.leave(at, kid)
	}
}

func (p *play) closes() {
	from := p.day()
	c := &shutting{id: portal.NewID(), declared: p.now(), period: portal.Period{From: from, To: from.Add(rapid.IntRange(0, 2).Draw(p.rt, "length"))}}
	named := draw(p, "what", [][]portal.ID{{lunch}, {study}, {dawn}, {lunch, dawn}, {lunch, study, dawn}})
	if c.activities = slices.Clone(named); slices.Contains(named, lunch) {
		c.activities = append(c.activities, study)
	}
	p.must(p.agent, wire.ClosureDeclare, wire.DeclareClosure{Closure: c.id, Kind: bookings.Strike, Activities: named, Period: c.period, Reason: "Tirée au sort"})
	p.close(c)
}

func (p *play) reopens() {
	var all []*shutting
	for _, c := range p.closed {
		if !c.over {
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return
	}
	c := draw(p, "closure", all)
	p.must(p.agent, wire.ClosureUndo, wire.UndoClosure{Closure: c.id})
	p.reopen(c)
}

// absent tells that a child does not come on some of its days.
func (p *play) absent() {
	by, kid := p.one()
	args := wire.TellAbsence{Absence: portal.NewID(), Child: kids[kid], Illness: p.chance("illness")}
	var of []*stay
	for _, s := range p.sorted() {
		if s.kid == kid && (s.day >= p.today() || rapid.IntRange(0, 9).Draw(p.rt, "of the past") == 9) && p.chance("told") {
			of = append(of, s)
			args.Bookings = append(args.Bookings, s.id)
		}
	}
	if len(of) == 0 {
		return
	}
	why := map[portal.Code]bool{}
	for _, s := range of {
		if p.reckoning.told[s.id] {
			why[bookings.AlreadyTold] = true
		}
		for code := range p.keeps(by.Account, s) {
			with := code == bookings.NeededBy && slices.Contains(args.Bookings, p.needed(s))
			if code != bookings.CutoffPassed && code != bookings.DayToday && !with {
				why[code] = true
			}
		}
	}
	if !p.expect(p.send(by, wire.AbsenceTell, args), why) {
		return
	}
	p.told = append(p.told, telling{id: args.Absence})
	costs := map[portal.ID]bookings.AbsentCost{}
	p.read(func(tx *store.Tx) error {
		days, err := tx.AbsenceDays(args.Absence)
		for _, d := range days {
			costs[d.Booking] = bookings.AbsentCost(d.Cost)
		}
		return err
	})
	due := false
	for _, s := range of {
		p.reckoning.told[s.id] = true
		cost := costs[s.id]
		if (cost == bookings.InTime) != (p.late(s.day) == "") {
			p.fails("told at %v, %v is %s", p.now(), s, cost)
		}
		if cost == bookings.Forgiven && !slices.Contains(p.forgiven[kid], s.day) {
			p.forgiven[kid] = append(p.forgiven[kid], s.day)
		}
		if due = due || cost == bookings.Due; cost != bookings.Due {
			p.cancel(s)
		}
	}
	// So many days a year are forgiven, the first that need it.
	if n := len(p.forgiven[kid]); n > p.grace || due && n < p.grace {
		p.fails("forgiven of %d are %v, with some due: %v", kid, p.forgiven[kid], due)
	}
}

func (p *play) judges() {
	if len(p.told) == 0 {
		return
	}
	n := len(p.told) - 1 - rapid.IntRange(0, len(p.told)-1).Draw(p.rt, "absence")
	args := wire.JudgeAbsence{Absence: p.told[n].id, Accept: p.chance("accept"), Whole: p.chance("whole"), Reason: "Tirée au sort"}
	var late []portal.Date
	var due []store.AbsenceDay
	p.read(func(tx *store.Tx) error {
		days, err := tx.AbsenceDays(args.Absence)
		for _, d := range days {
			if d.Cost != string(bookings.InTime) && !slices.Contains(late, d.Day) {
				late = append(late, d.Day)
			}
			if d.Cost == string(bookings.Due) {
				due = append(due, d)
			}
		}
		return err
	})
	why := map[portal.Code]bool{}
	if len(due) == 0 || p.told[n].judged {
		why[bookings.AbsenceJudged] = true
	}
	if !p.expect(p.send(p.agent, wire.AbsenceJudge, args), why) {
		return
	}
	p.told[n].judged = true
	for _, d := range due {
		if s := p.stays[d.Booking]; s != nil && args.Accept && (args.Whole || d.Day != slices.Min(late)) {
			p.cancel(s)
		}
	}
}

// asksForMornings has a family ask for them; they are booked while it is looked at.
func (p *play) asksForMornings() {
	by, kid := p.one()
	id := portal.NewID()
	p.must(by, wire.RequestSubmit, wire.SubmitRequest{Request: id, Procedure: "accueil-matin-soir", Version: 3, Child: kids[kid], Terms: true,
		Answers: json.RawMessage(`{"child":"` + string(kids[kid]) + `","school":"jules-ferry","class":"ce2","slots":["morning"],"usualDays":["mon"],"from":"` + string(p.today()) + `"}`)})
	p.asked[id] = asked{by: by, kid: kid}
	p.open[id], p.about[id] = true, kid
	if _, has := p.mornings[kid]; !has {
		p.mornings[kid] = place{p.today(), id}
	}
}

func (p *play) decides() {
	var ids []portal.ID
	for id := range p.open {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return
	}
	slices.Sort(ids)
	id := draw(p, "request", ids)
	how := draw(p, "how", []string{"accept", "accept", "refuse", "withdraw"})
	if how == "withdraw" && !slices.Contains(p.parentsOf(p.asked[id].kid), p.asked[id].by) {
		how = "refuse"
	}
	if how == "withdraw" {
		p.must(p.asked[id].by, wire.RequestWithdraw, wire.WithdrawRequest{Request: id})
	} else {
		if of := p.asked[id]; !of.taken {
			p.must(p.agent, wire.RequestTake, wire.TakeRequest{Request: id})
			of.taken = true
			p.asked[id] = of
		}
		if how == "accept" {
			why := map[portal.Code]bool{}
			if !slices.Contains(p.parentsOf(p.asked[id].kid), p.asked[id].by) {
				why[portal.Forbidden] = true // nothing is granted to who has nothing to do with the child any more
			}
			if !p.expect(p.send(p.agent, wire.RequestAccept, wire.AcceptRequest{Request: id}), why) {
				return
			}
		} else {
			p.must(p.agent, wire.RequestRefuse, wire.RefuseRequest{Request: id, Reason: "Tirée au sort"})
		}
	}
	p.decided(p.asked[id].kid, id, how == "accept")
}

// time goes on, often to about when a day can no longer be changed, and the jobs run
// before anybody else acts or after.
func (p *play) time() {
	by := draw(p, "for", []time.Duration{20 * time.Minute, time.Minute, 4 * time.Hour, 9 * time.Hour, 26 * time.Hour})
	if rapid.IntRange(0, 3).Draw(p.rt, "to a limit") == 3 {
		for _, day := range openDays {
			if until := untilOn(day).Sub(p.now()); until > time.Minute {
				by = until + draw(p, "beside", []time.Duration{time.Hour, 0, -time.Minute, 16 * time.Hour})
				break
			}
		}
	}
	p.clock.Add(by)
	p.note("time goes on")
	if p.chance("jobs") {
		p.tends()
	}
}

func (p *play) tends() {
	p.h.Housekeep(context.Background())
	p.asks()
	p.lapse()
	p.note("the jobs have run")
}

// ends has all become quiet: each payment that was paid is credited.
func (p *play) ends() {
	for _, q := range p.payment {
		p.hears(q)
	}
	p.tends()
	p.check()
	p.pulls()
	for _, q := range p.payment {
		p.ways["payment "+string(p.stateOf(q))]++
		if paid := q.result == payments.PaidByCard || q.result == payments.PaidByDebit; paid && !q.wrong && !q.credited {
			p.fails("%s was paid and never credited", q.id)
		}
	}
	p.sound()
}

package view

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/bookings"
	"parvis/shared/meals"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Opening is an opening that matters to whoever is here, and for which children.
type Opening struct {
	bookings.Opening
	Children []wire.Child
}

// Openings is the town's openings, the next first: as agents see them.
func (v *View) Openings() (out []bookings.Opening) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	out = slices.Clone(v.openings(v.over))
	slices.SortFunc(out, byOpening)
	return out
}

func byOpening(a, b bookings.Opening) int {
	return firstOf(cmp.Compare(a.Opens, b.Opens), compare(a.Period.From, b.Period.From), compare(a.ID, b.ID))
}

// openings is the town's with what waits of an agent's. It is shared: not to be
// changed.
func (v *View) openings(over *overlay) []bookings.Opening {
	if len(over.openings) == 0 {
		return v.town.openingList
	}
	return over.openingList
}

// listOpenings makes the list of openings as they will be.
func (p *pass) listOpenings() {
	p.over.openingList = nil
	for id, o := range p.v.town.openings {
		if _, changed := p.over.openings[id]; !changed {
			p.over.openingList = append(p.over.openingList, o)
		}
	}
	for _, o := range p.over.openings {
		if o != nil {
			p.over.openingList = append(p.over.openingList, *o)
		}
	}
	slices.SortFunc(p.over.openingList, byOpening)
}

// MyOpenings is the openings that are announced, or in which one asks or waits for
// the draw, of what children who are seen here may be booked for; the next first.
func (v *View) MyOpenings() (out []Opening) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	now := v.now()
	for _, o := range v.openings(v.over) {
		if o.Shut(now) == nil {
			continue
		}
		mine := Opening{Opening: o}
		for _, c := range sorted(v.children(v.over), eldestFirst) {
			if v.tie(c.ID, v.over).RightsAt(o.Activity).Book && v.enrolledWithin(c.ID, o.Activity, o.Period) {
				mine.Children = append(mine.Children, c)
			}
		}
		if len(mine.Children) > 0 {
			out = append(out, mine)
		}
	}
	slices.SortFunc(out, func(a, b Opening) int { return byOpening(a.Opening, b.Opening) })
	return out
}

func (v *View) enrolledWithin(child, activity portal.ID, period portal.Period) bool {
	for _, e := range v.own.enrolments {
		if e.Child == child && e.Activity == activity && e.Period.From <= period.To && period.From <= e.Period.To {
			return true
		}
	}
	return false
}

// Opening is one of the town's.
func (v *View) Opening(id portal.ID) (bookings.Opening, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, o := range v.openings(v.over) {
		if o.ID == id {
			return o, true
		}
	}
	return bookings.Opening{}, false
}

// OpeningOf is the opening of a day at an activity; false where it has none.
func (v *View) OpeningOf(activity portal.ID, day portal.Date) (bookings.Opening, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if o := bookings.OpeningOf(v.openings(v.over), activity, day); o != nil {
		return *o, true
	}
	return bookings.Opening{}, false
}

// DrawOf is what a draw gave; false until it is told.
func (v *View) DrawOf(opening portal.ID) (wire.Draw, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	d, told := v.town.draws[opening]
	return d, told
}

// Prepared is days that wait for their opening, as they will be.
type Prepared struct {
	wire.PreparedGroup
	Pending bool      // what was prepared has not arrived
	Sent    portal.ID // the command by which it is being sent
	// Opens is when its last day opens, the zero time where all are open now, and
	// Mode how its places are given.
	Opens time.Time
	Mode  bookings.OpeningMode
	// Late says that asking for some of them has ended: there is nothing to send until
	// it is drawn.
	Late bool
}

// Prepared is what was prepared, in the order in which it opens.
func (v *View) Prepared() (out []Prepared) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for id, g := range v.own.prepared {
		if _, changed := v.over.prepared[id]; !changed {
			out = append(out, v.preparedNow(g, false))
		}
	}
	for _, g := range v.over.prepared {
		if g != nil {
			out = append(out, v.preparedNow(*g, true))
		}
	}
	slices.SortFunc(out, func(a, b Prepared) int { return firstOf(a.Opens.Compare(b.Opens), compare(a.ID, b.ID)) })
	return out
}

// PreparedGroup is one of them.
func (v *View) PreparedGroup(id portal.ID) (Prepared, bool) {
	for _, p := range v.Prepared() {
		if p.ID == id {
			return p, true
		}
	}
	return Prepared{}, false
}

func (v *View) preparedNow(g wire.PreparedGroup, pending bool) Prepared {
	p := Prepared{PreparedGroup: g, Pending: pending, Sent: v.over.sending[g.ID]}
	now := v.now()
	for _, o := range bookings.InOrder(g.Book) {
		of := bookings.OpeningOf(v.openings(v.over), o.Activity, o.Day)
		if of == nil || of.Shut(now) == nil {
			continue
		}
		p.Late = p.Late || of.Shut(now).Code == bookings.BeingDrawn
		if p.Mode = of.Mode; now.Before(of.At()) && of.At().After(p.Opens) {
			p.Opens = of.At()
		}
	}
	return p
}

// PlanAt judges a group as it will be judged at an instant: as things stand now,
// but for the time. Days that are then asked for are judged as if they were given.
func (v *View) PlanAt(g wire.GroupBookings, at time.Time) Plan {
	v.mu.RLock()
	defer v.mu.RUnlock()
	p := pass{v: v, over: v.over.fork(), days: map[[2]portal.ID]*dayRules{}, asks: true}
	// Of what is being sent itself, nothing is to be in its way.
	c := &command{Pending: cache.Pending{ID: g.Group, At: at}, handed: at}
	return p.plan(c, g, v.over.money)
}

// Ask is what is asked for a child in an opening whose places are drawn, as it
// will be.
type Ask struct {
	wire.Ask
	Pending bool // not arrived, or being taken back
	Command portal.ID
}

// Asks is what was asked for, the newest first.
func (v *View) Asks() (out []Ask) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for id, a := range v.own.asks {
		if _, changed := v.over.asks[id]; !changed {
			out = append(out, Ask{Ask: a})
		}
	}
	for _, a := range v.over.asks {
		if a != nil {
			out = append(out, *a)
		}
	}
	slices.SortFunc(out, func(a, b Ask) int { return firstOf(cmp.Compare(b.At, a.At), compare(a.ID, b.ID)) })
	return out
}

// AskFor is what is asked for a child in an opening by whoever is here.
func (v *View) AskFor(opening, child portal.ID) (Ask, bool) {
	id := bookings.AskID(opening, child, v.account)
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.askFor(id, v.over)
}

func (v *View) askFor(id portal.ID, over *overlay) (Ask, bool) {
	if a, changed := over.asks[id]; changed {
		if a == nil {
			return Ask{}, false
		}
		return *a, true
	}
	a, there := v.own.asks[id]
	return Ask{Ask: a}, there
}

// askedFor reports whether a day is asked for, and nothing is decided of it.
func (r *dayRules) askedFor(day portal.Date) bool {
	o := bookings.OpeningOf(r.v.openings(r.over), r.activity.ID, day)
	if o == nil || o.Mode != bookings.Pooled || o.Drawn != 0 {
		return false
	}
	a, there := r.v.askFor(bookings.AskID(o.ID, r.child, r.v.account), r.over)
	return there && a.Turn == 0 && slices.Contains(a.Days(), day)
}

// prepare shows what is prepared as it will be.
func (p *pass) prepare(c *command, a *wire.PrepareGroup) *portal.Error {
	if _, sent := p.v.own.groups[a.Group]; sent {
		return nil
	}
	p.over.prepared[a.Group] = &wire.PreparedGroup{ID: a.Group, Book: a.Book, All: a.All, Auto: a.Auto, At: c.At.UnixMicro()}
	p.over.look(wire.Prepared, a.Group, string(c.ID))
	return nil
}

// dropPrepared hides what is thrown away or was asked for.
func (p *pass) dropPrepared(c *command, id portal.ID) {
	if id != "" {
		p.over.prepared[id] = nil
		p.over.look(wire.Prepared, id, string(c.ID))
	}
}

// ask shows what is asked for, instead of what was before.
func (p *pass) ask(c *command, a *wire.AskPlaces) *portal.Error {
	lots := map[portal.ID]*Ask{}
	for _, o := range bookings.InOrder(a.Book) {
		of := bookings.OpeningOf(p.v.openings(p.over), o.Activity, o.Day)
		if of == nil {
			return portal.E(bookings.NotAskedFor, "day")
		}
		r := p.rules(o.Child, o.Activity)
		s, _, _ := r.at(o.Day, p.at(c))
		if e := s.CheckAsk(); e != nil {
			return e
		}
		id := bookings.AskID(of.ID, o.Child, p.v.account)
		if lots[id] == nil {
			lots[id] = &Ask{Pending: true, Command: c.ID, Ask: wire.Ask{ID: id, Opening: of.ID, Child: o.Child, At: c.At.UnixMicro()}}
		}
		lots[id].Lots = bookings.Add(lots[id].Lots, o.Child, o.Activity, o.Day, o.Other)
	}
	for id, ask := range lots {
		p.over.asks[id] = ask
		p.over.look(wire.Asks, id, string(c.ID))
	}
	p.dropPrepared(c, a.Prepared)
	return nil
}

func (p *pass) withdrawAsk(c *command, a *wire.WithdrawAsk) *portal.Error {
	ask, there := p.v.askFor(a.Ask, p.over)
	if !there {
		return nil
	}
	if o := openingIn(p.v.openings(p.over), ask.Opening); o == nil || !o.Asking(p.at(c)) {
		return portal.E(bookings.BeingDrawn, "ask")
	}
	p.over.asks[a.Ask] = nil
	p.over.look(wire.Asks, a.Ask, "-"+string(c.ID))
	return nil
}

func openingIn(all []bookings.Opening, id portal.ID) *bookings.Opening {
	for i := range all {
		if all[i].ID == id {
			return &all[i]
		}
	}
	return nil
}

// announce shows an opening as an agent announces it; nil takes it back.
func (p *pass) announce(c *command, id portal.ID, o *bookings.Opening) {
	p.over.openings[id] = o
	p.listOpenings()
	p.over.look(wire.Openings, id, string(c.ID))
}

// writeMenus shows menus as an agent writes them.
func (p *pass) writeMenus(c *command, a *wire.WriteMenus) {
	for _, m := range a.Menus {
		key := meals.Key(m.Site, m.Day)
		p.over.menus[key] = m
		p.over.look(wire.Menus, key, string(c.ID))
	}
}

// menu is a menu as it will be; false where none is told.
func (v *View) menu(key portal.ID, over *overlay) (meals.Menu, bool) {
	m, told := over.menus[key]
	if !told {
		m, told = v.town.menus[key]
	}
	return m, told && len(m.Dishes) > 0
}

// menus is the keys of all menus that are told or written here.
func (v *View) menuKeys(over *overlay) map[portal.ID]bool {
	out := map[portal.ID]bool{}
	for key := range v.town.menus {
		out[key] = true
	}
	for key := range maps.Keys(over.menus) {
		out[key] = true
	}
	return out
}

// MenuOf is the menu of one site and day alone, "" being all that have no menu of
// their own, as whoever writes it sees it; pending tells that it has not arrived.
func (v *View) MenuOf(site portal.ID, day portal.Date) (m meals.Menu, told, pending bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	key := meals.Key(site, day)
	_, pending = v.over.menus[key]
	m, told = v.menu(key, v.over)
	return m, told, pending
}

// committed is what would be paid at a cash desk if all became true that is booked
// provisionally: it is spoken for.
func (v *View) committed(cashDesk string, over *overlay) (sum portal.Money) {
	for id := range v.own.provisional {
		b := v.own.bookings[id]
		if _, going := over.cancelled[id]; !going && b.Payer == v.account && v.town.activities[b.Activity].CashDesk == cashDesk {
			sum += b.Price
		}
	}
	return sum + over.committed[cashDesk]
}

// Askable is those of some days that may be asked for now, together with what is
// asked for the same children in the same openings already.
func (v *View) Askable(book []bookings.Lot) []bookings.Lot {
	now := v.Now()
	plan := v.PlanAt(wire.GroupBookings{Group: portal.NewID(), Book: book}, now)
	seen := map[portal.ID]bool{}
	var days []bookings.Order
	add := func(child, activity portal.ID, day portal.Date) {
		if !slices.ContainsFunc(days, func(o bookings.Order) bool { return o.Child == child && o.Activity == activity && o.Day == day }) {
			days = append(days, bookings.Order{Lot: bookings.Lot{Child: child, Activity: activity}, Day: day})
		}
	}
	for _, d := range plan.Days {
		o, has := v.OpeningOf(d.Activity, d.Day)
		if !has || !o.Asking(now) || d.Refused != nil && !forTheDraw[d.Refused.Code] {
			continue
		}
		if ask, asked := v.AskFor(o.ID, d.Child); asked && !seen[ask.ID] {
			seen[ask.ID] = true
			for _, had := range bookings.InOrder(ask.Lots) {
				if day := v.Day(had.Child, had.Activity, had.Day); day.Look.Reason != nil && day.Look.Reason.Code == bookings.AskedFor {
					add(had.Child, had.Activity, had.Day)
				}
			}
		}
		add(d.Child, d.Activity, d.Day)
	}
	return v.Lots(days)
}

// forTheDraw is what keeps nobody from asking: only the draw sees whether it still
// holds.
var forTheDraw = map[portal.Code]bool{
	bookings.NoPlace: true, bookings.BalanceFloor: true, bookings.OtherFloor: true, bookings.NeedsOther: true, bookings.ExcludedBy: true,
}

package view

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// compare and firstOf make the orders of lists read as what they are.
func compare[T cmp.Ordered](a, b T) int { return cmp.Compare(a, b) }

func firstOf(of ...int) int { return cmp.Or(of...) }

// settle makes the lists that the rules read for every day, where they have
// changed.
func (r *rows) settle() {
	if r.closureList == nil && len(r.closures) > 0 {
		r.closureList = sorted(r.closures, func(a, b bookings.Closure) int {
			return firstOf(compare(a.Period.From, b.Period.From), compare(a.ID, b.ID))
		})
	}
	if r.openingList == nil && len(r.openings) > 0 {
		r.openingList = sorted(r.openings, byOpening)
	}
	if r.tariffList == nil && len(r.tariffs) > 0 {
		r.tariffList = sorted(r.tariffs, func(a, b ledger.Tariff) int {
			return firstOf(compare(a.Activity, b.Activity), compare(a.From, b.From), compare(a.ID, b.ID))
		})
	}
}

func sorted[K comparable, T any](m map[K]T, order func(a, b T) int) []T {
	return slices.SortedFunc(maps.Values(m), order)
}

// Town is what the portal says of itself; false before anything was received.
func (v *View) Town() (wire.Town, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.town.town == nil {
		return wire.Town{}, false
	}
	return *v.town.town, true
}

// Calendar is the town's calendar; false before it was received.
func (v *View) Calendar() (bookings.Calendar, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.town.calendar == nil {
		return bookings.Calendar{}, false
	}
	return *v.town.calendar, true
}

// Procedures is all that can be asked of the town hall, in the order of their
// groups and titles. They are shared: not to be changed.
func (v *View) Procedures() []*requests.Procedure {
	v.mu.RLock()
	all := slices.Collect(maps.Values(v.town.procedures))
	v.mu.RUnlock()
	var out []*requests.Procedure
	for _, p := range all {
		if parsed := p.parse(); parsed != nil {
			out = append(out, parsed)
		}
	}
	slices.SortFunc(out, func(a, b *requests.Procedure) int {
		return firstOf(compare(a.Group, b.Group), compare(words.Fold(a.Title.FR), words.Fold(b.Title.FR)), compare(a.ID, b.ID))
	})
	return out
}

// Procedure is one of them.
func (v *View) Procedure(id string) (*requests.Procedure, bool) {
	v.mu.RLock()
	p := v.town.procedures[portal.ID(id)]
	v.mu.RUnlock()
	if p == nil {
		return nil, false
	}
	parsed := p.parse()
	return parsed, parsed != nil
}

// Sites is the schools and centres, by name.
func (v *View) Sites() []bookings.Site {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return sorted(v.town.sites, func(a, b bookings.Site) int { return firstOf(byName(a.Name, b.Name), compare(a.ID, b.ID)) })
}

// byName puts names in the order in which people look for them: É beside E, and
// not after Z.
func byName(a, b string) int { return firstOf(compare(words.Fold(a), words.Fold(b)), compare(a, b)) }

// Activities is what children attend, by French name.
func (v *View) Activities() []bookings.Activity {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return sorted(v.town.activities, func(a, b bookings.Activity) int {
		return firstOf(byName(a.Name.In("fr"), b.Name.In("fr")), compare(a.ID, b.ID))
	})
}

// Closures is when the town keeps something shut, by date.
func (v *View) Closures() []bookings.Closure {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return slices.Clone(v.town.closureList)
}

// Tariffs is what things cost, by activity and date.
func (v *View) Tariffs() []ledger.Tariff {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return slices.Clone(v.town.tariffList)
}

// Children is the linked children, the eldest first; not those that another
// parent only has the account see, which are in Seen.
func (v *View) Children() []wire.Child {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := sorted(v.children(v.over), eldestFirst)
	return slices.DeleteFunc(all, func(c wire.Child) bool { return c.Delegated })
}

func eldestFirst(a, b wire.Child) int {
	return firstOf(compare(a.BirthDate, b.BirthDate), compare(a.FirstName, b.FirstName), compare(a.ID, b.ID))
}

// Child is one of all that are seen.
func (v *View) Child(id portal.ID) (wire.Child, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.child(id, v.over)
}

// Enrolments is a child's, by date.
func (v *View) Enrolments(child portal.ID) []bookings.Enrolment {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := sorted(v.own.enrolments, byStart)
	return slices.DeleteFunc(all, func(e bookings.Enrolment) bool { return e.Child != child })
}

func byStart(a, b bookings.Enrolment) int {
	return firstOf(compare(a.Period.From, b.Period.From), compare(a.ID, b.ID))
}

// Request is a request as it will be.
type Request struct {
	wire.Request
	Pending bool      // its state is what a command that waits will make it
	Command portal.ID // that command
}

func newestFirst(a, b Request) int {
	return firstOf(compare(b.Submitted, a.Submitted), compare(b.ID, a.ID))
}

// Requests is the account's own requests, the newest first; those that have
// not reached the town hall are in the state StatePending, or taken back again.
func (v *View) Requests() []Request {
	v.mu.RLock()
	defer v.mu.RUnlock()
	out := v.requestsOf(v.own)
	for id, r := range v.over.requests {
		if _, there := v.own.requests[id]; !there && r.Account == v.account {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, newestFirst)
	return out
}

func (v *View) requestsOf(r *rows) []Request {
	var out []Request
	for id, row := range r.requests {
		q, pending := v.over.requests[id]
		if !pending {
			q = Request{Request: row}
		}
		out = append(out, q)
	}
	return out
}

// Request is one request: of the account's own, or of a file that is open.
func (v *View) Request(id portal.ID) (Request, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.request(id, v.over)
}

func (v *View) request(id portal.ID, over *overlay) (Request, bool) {
	if r, ok := over.requests[id]; ok {
		return r, true
	}
	if r, ok := v.own.requests[id]; ok {
		return Request{Request: r}, true
	}
	for _, feed := range slices.Sorted(maps.Keys(v.feeds)) {
		if r, ok := v.feeds[feed].requests[id]; ok {
			return Request{Request: r}, true
		}
	}
	return Request{}, false
}

// File is what one desk may see of a family.
type File struct {
	Account    wire.Account
	Children   []wire.Child
	Enrolments []bookings.Enrolment
	Bookings   []wire.Booking // by day
	Requests   []Request      // the newest first
	Balances   []wire.Balance
}

// File is a family's file at a desk; false until it is open and received.
func (v *View) File(account portal.ID, desk string) (File, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	r := v.feeds[wire.FileFeed(desk, account)]
	if r == nil {
		return File{}, false
	}
	f := File{
		Account:    r.accounts[account],
		Children:   sorted(r.children, eldestFirst),
		Enrolments: sorted(r.enrolments, byStart),
		Bookings: sorted(r.bookings, func(a, b wire.Booking) int {
			return firstOf(compare(a.Day, b.Day), compare(a.ID, b.ID))
		}),
		Requests: v.requestsOf(r),
		Balances: sorted(r.balances, func(a, b wire.Balance) int { return compare(a.CashDesk, b.CashDesk) }),
	}
	slices.SortFunc(f.Requests, newestFirst)
	return f, true
}

// Row is a row as it came, of whatever feed holds it: the account's own
// first, then the town's, then the others by name. It is for collections
// that no accessor here knows.
func (v *View) Row(collection string, id portal.ID) (json.RawMessage, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if raw, ok := v.own.raw[collection][id]; ok {
		return raw, true
	}
	if raw, ok := v.town.raw[collection][id]; ok {
		return raw, true
	}
	for _, feed := range slices.Sorted(maps.Keys(v.feeds)) {
		if raw, ok := v.feeds[feed].raw[collection][id]; ok {
			return raw, true
		}
	}
	return nil, false
}

// Rows is all rows of a collection in all feeds, by entity.
func (v *View) Rows(collection string) map[portal.ID]json.RawMessage {
	v.mu.RLock()
	defer v.mu.RUnlock()
	out := map[portal.ID]json.RawMessage{}
	for _, r := range v.feeds {
		maps.Copy(out, r.raw[collection])
	}
	return out
}

package view

import (
	"encoding/json"
	"sync"

	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/meals"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// rows is one feed in memory: each row as it came, and typed and indexed what
// the screens ask for.
type rows struct {
	raw map[string]map[portal.ID]json.RawMessage

	town       *wire.Town
	calendar   *bookings.Calendar
	procedures map[portal.ID]*procedure
	formers    map[portal.ID]*former
	sites      map[portal.ID]bookings.Site
	activities map[portal.ID]bookings.Activity
	closures   map[portal.ID]bookings.Closure
	tariffs    map[portal.ID]ledger.Tariff
	levels     map[portal.ID]wire.DayLevel
	menus      map[portal.ID]meals.Menu
	// Lists of the two above, made once a change: the rules of a day read them
	// for every day of a month.
	closureList []bookings.Closure
	tariffList  []ledger.Tariff
	openings    map[portal.ID]bookings.Opening
	openingList []bookings.Opening // as the two lists above
	draws       map[portal.ID]wire.Draw

	accounts   map[portal.ID]wire.Account
	children   map[portal.ID]wire.Child
	enrolments map[portal.ID]bookings.Enrolment
	bookings   map[portal.ID]wire.Booking
	days       map[dayKey]portal.ID // the live booking of a day
	waits      map[portal.ID]wire.Wait
	waitDays   map[dayKey]portal.ID // what stands of waiting for a day
	requests   map[portal.ID]wire.Request
	// Those that stand by a request under review.
	provisional map[portal.ID]bool
	balances    map[portal.ID]wire.Balance
	movements   map[portal.ID]ledger.Movement
	books       map[string][]ledger.Movement // by cash desk, in order; made once a change
	drafts      map[portal.ID]requests.DraftForm
	gone        map[portal.ID]wire.DroppedDraft
	documents   map[portal.ID]documents.Document
	kinds       documents.Kinds
	queue       map[portal.ID]*queueRow
	counts      map[portal.ID]wire.HeadCount
	messages    map[portal.ID]wire.Message
	files       map[portal.ID]wire.MessageFile   // that go with messages
	threads     map[portal.ID]map[portal.ID]bool // by request: the messages about it
	texts       map[portal.ID]wire.Text
	visits      visitRows
	notices     map[portal.ID]wire.Notice
	choices     map[portal.ID]wire.Choices

	closureDays   map[portal.ID]wire.ClosureDay
	absenceRules  map[portal.ID]bookings.AbsenceRule
	absences      map[portal.ID]wire.Absence
	absenceQueue  map[portal.ID]wire.DeskAbsence
	siteAbsences  map[portal.ID]wire.SiteAbsence
	groups        map[portal.ID]wire.GroupResult
	prepared      map[portal.ID]wire.PreparedGroup
	asks          map[portal.ID]wire.Ask
	calendars     map[portal.ID]wire.CalendarAddress
	quotients     map[portal.ID]quotients.Entry
	quotientQueue map[portal.ID]wire.QueueQuotient
	payments      map[portal.ID]wire.Payment
	cashDesks     map[portal.ID]wire.CashDesk
	delegations   map[portal.ID]wire.Delegation
	takings       map[portal.ID]wire.Taking
	unclear       map[portal.ID]wire.UnclearPayment
	organisations map[portal.ID]wire.Organisation
}

// dayKey names one child's day at one activity.
type dayKey struct {
	child, activity portal.ID
	day             portal.Date
}

// procedure is parsed when it is first asked for: compiling forms takes
// longer than a start should.
type procedure struct {
	parse func() *requests.Procedure
}

// former is a version that is no longer the newest.
type former struct{ procedure }

func lazily(body json.RawMessage) procedure {
	return procedure{sync.OnceValue(func() *requests.Procedure {
		p, err := requests.ParseFeed(body)
		if err != nil {
			return nil
		}
		return p
	})}
}

func newRows() *rows {
	return &rows{
		raw:        map[string]map[portal.ID]json.RawMessage{},
		procedures: map[portal.ID]*procedure{},
		formers:    map[portal.ID]*former{},
		sites:      map[portal.ID]bookings.Site{},
		activities: map[portal.ID]bookings.Activity{},
		closures:   map[portal.ID]bookings.Closure{},
		tariffs:    map[portal.ID]ledger.Tariff{},
		levels:     map[portal.ID]wire.DayLevel{},
		menus:      map[portal.ID]meals.Menu{},
		accounts:   map[portal.ID]wire.Account{},
		children:   map[portal.ID]wire.Child{},
		enrolments: map[portal.ID]bookings.Enrolment{},
		bookings:   map[portal.ID]wire.Booking{},
		days:       map[dayKey]portal.ID{},
		waits:      map[portal.ID]wire.Wait{},
		waitDays:   map[dayKey]portal.ID{},
		requests:   map[portal.ID]wire.Request{},
		balances:   map[portal.ID]wire.Balance{},
		movements:  map[portal.ID]ledger.Movement{},
		drafts:     map[portal.ID]requests.DraftForm{},
		gone:       map[portal.ID]wire.DroppedDraft{},
		documents:  map[portal.ID]documents.Document{},
		kinds:      documents.Kinds{},
		queue:      map[portal.ID]*queueRow{},
		counts:     map[portal.ID]wire.HeadCount{},
		messages:   map[portal.ID]wire.Message{},
		files:      map[portal.ID]wire.MessageFile{},
		threads:    map[portal.ID]map[portal.ID]bool{},
		texts:      map[portal.ID]wire.Text{},
		visits:     newVisitRows(),
		notices:    map[portal.ID]wire.Notice{},
		choices:    map[portal.ID]wire.Choices{},

		closureDays:   map[portal.ID]wire.ClosureDay{},
		absenceRules:  map[portal.ID]bookings.AbsenceRule{},
		absences:      map[portal.ID]wire.Absence{},
		absenceQueue:  map[portal.ID]wire.DeskAbsence{},
		siteAbsences:  map[portal.ID]wire.SiteAbsence{},
		groups:        map[portal.ID]wire.GroupResult{},
		prepared:      map[portal.ID]wire.PreparedGroup{},
		asks:          map[portal.ID]wire.Ask{},
		openings:      map[portal.ID]bookings.Opening{},
		draws:         map[portal.ID]wire.Draw{},
		provisional:   map[portal.ID]bool{},
		calendars:     map[portal.ID]wire.CalendarAddress{},
		quotients:     map[portal.ID]quotients.Entry{},
		quotientQueue: map[portal.ID]wire.QueueQuotient{},
		payments:      map[portal.ID]wire.Payment{},
		cashDesks:     map[portal.ID]wire.CashDesk{},
		delegations:   map[portal.ID]wire.Delegation{},
		takings:       map[portal.ID]wire.Taking{},
		unclear:       map[portal.ID]wire.UnclearPayment{},
		organisations: map[portal.ID]wire.Organisation{},
	}
}

// level is how full a day is at an activity and site.
func (r *rows) level(activity, site portal.ID, day portal.Date) bookings.Level {
	l, told := r.levels[wire.LevelKey(activity, site, day)]
	if !told {
		l = r.levels[wire.LevelKey(activity, site, "")]
	}
	return l.Level
}

// put replaces one row of a feed; what it touches is noted.
func (v *View) put(ch *wire.Change, decoded any, touched topics) {
	r := v.feeds[ch.Feed]
	if r == nil {
		if ch.Deleted {
			return
		}
		r = newRows()
		v.feeds[ch.Feed] = r
	}
	r.remove(ch.Collection, ch.Entity, touched)
	if !ch.Deleted {
		if r.raw[ch.Collection] == nil {
			r.raw[ch.Collection] = map[portal.ID]json.RawMessage{}
		}
		r.raw[ch.Collection][ch.Entity] = ch.Body
		if decoded != nil {
			collections[ch.Collection].keep(r, ch.Entity, decoded)
		}
		r.note(ch.Collection, ch.Entity, touched)
	}
	noteFile(ch.Feed, touched)
}

// drop forgets a feed.
func (v *View) drop(feed string, touched topics) {
	r := v.feeds[feed]
	if r == nil {
		return
	}
	for collection, entities := range r.raw {
		for id := range entities {
			r.note(collection, id, touched)
		}
	}
	noteFile(feed, touched)
	switch r {
	case v.town:
		v.town = newRows()
		v.feeds[feed] = v.town
	case v.own:
		v.own = newRows()
		v.feeds[feed] = v.own
	default:
		delete(v.feeds, feed)
	}
}

func noteFile(feed string, touched topics) {
	if wire.FeedKind(feed) != "file" {
		return
	}
	// file:<desk>:<account>
	for i := len(feed) - 1; i >= 0; i-- {
		if feed[i] == ':' {
			touched.add(FileTopic, portal.ID(feed[i+1:]))
			return
		}
	}
}

// remove takes one row out, if it is there, and notes whose it was.
func (r *rows) remove(collection string, id portal.ID, touched topics) {
	if _, there := r.raw[collection][id]; !there {
		return
	}
	r.note(collection, id, touched)
	delete(r.raw[collection], id)
	if c, known := collections[collection]; known {
		c.forget(r, id)
	}
}

// note notes the topic of a row that is there.
func (r *rows) note(collection string, id portal.ID, touched topics) {
	if touched == nil {
		return
	}
	key := id
	if topic := collections[collection].topic; topic != nil {
		key = topic(r, id)
	}
	touched.add(collection, key)
}

func (r *rows) keepBooking(id portal.ID, b wire.Booking) {
	r.bookings[id] = b
	r.days[dayKey{b.Child, b.Activity, b.Day}] = id
	if b.Provisional {
		r.provisional[id] = true
	}
}

func (r *rows) forgetBooking(id portal.ID) {
	b := r.bookings[id]
	if k := (dayKey{b.Child, b.Activity, b.Day}); r.days[k] == id {
		delete(r.days, k)
	}
	delete(r.bookings, id)
	delete(r.provisional, id)
}

// keepWait keeps a waiting. Of several for one day that one stands which is not
// over, or else the newest.
func (r *rows) keepWait(id portal.ID, w wire.Wait) {
	r.waits[id] = w
	k := dayKey{w.Child, w.Activity, w.Day}
	before, had := r.waits[r.waitDays[k]]
	if !had || w.State.Live() || !before.State.Live() && w.Since > before.Since {
		r.waitDays[k] = id
	}
}

func (r *rows) forgetWait(id portal.ID) {
	w := r.waits[id]
	delete(r.waits, id)
	k := dayKey{w.Child, w.Activity, w.Day}
	if r.waitDays[k] != id {
		return
	}
	delete(r.waitDays, k)
	for other, o := range r.waits {
		if o.Child == w.Child && o.Activity == w.Activity && o.Day == w.Day {
			r.keepWait(other, o)
		}
	}
}

package view

import (
	"encoding/json"
	"sync"

	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/ledger"
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
	// Lists of the two above, made once a change: the rules of a day read them
	// for every day of a month.
	closureList []bookings.Closure
	tariffList  []ledger.Tariff

	accounts   map[portal.ID]wire.Account
	children   map[portal.ID]wire.Child
	enrolments map[portal.ID]bookings.Enrolment
	bookings   map[portal.ID]wire.Booking
	days       map[dayKey]portal.ID // the live booking of a day
	requests   map[portal.ID]wire.Request
	balances   map[portal.ID]wire.Balance
	drafts     map[portal.ID]requests.DraftForm
	gone       map[portal.ID]wire.DroppedDraft
	documents  map[portal.ID]documents.Document
	kinds      documents.Kinds
	queue      map[portal.ID]*queueRow
	counts     map[portal.ID]wire.HeadCount
	messages   map[portal.ID]wire.Message
	files      map[portal.ID]wire.MessageFile   // that go with messages
	threads    map[portal.ID]map[portal.ID]bool // by request: the messages about it
	texts      map[portal.ID]wire.Text
	visits     visitRows
	notices    map[portal.ID]wire.Notice
	choices    map[portal.ID]wire.Choices

	quotients     map[portal.ID]quotients.Entry
	quotientQueue map[portal.ID]wire.QueueQuotient
	delegations   map[portal.ID]wire.Delegation
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
		accounts:   map[portal.ID]wire.Account{},
		children:   map[portal.ID]wire.Child{},
		enrolments: map[portal.ID]bookings.Enrolment{},
		bookings:   map[portal.ID]wire.Booking{},
		days:       map[dayKey]portal.ID{},
		requests:   map[portal.ID]wire.Request{},
		balances:   map[portal.ID]wire.Balance{},
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

		quotients:     map[portal.ID]quotients.Entry{},
		quotientQueue: map[portal.ID]wire.QueueQuotient{},
		delegations:   map[portal.ID]wire.Delegation{},
	}
}

// decodeAll reads the bodies of rows into the types of their collections; nil
// for one that is deleted, unknown or of a shape that a newer server gave it.
func decodeAll(changes []wire.Change) []any {
	out := make([]any, len(changes))
	for i := range changes {
		if !changes[i].Deleted {
			out[i] = decode(changes[i].Collection, changes[i].Body)
		}
	}
	return out
}

func decode(collection string, body json.RawMessage) any {
	switch collection {
	case wire.Towns:
		return read[wire.Town](body)
	case wire.Calendars:
		return read[bookings.Calendar](body)
	case wire.Procedures:
		p := lazily(body)
		return &p
	case wire.FormerProcedures:
		if f, ok := read[requests.Former](body).(requests.Former); ok {
			return &former{lazily(f.Procedure)}
		}
		return nil
	case wire.Drafts:
		d, wrong := requests.DecodeDraft(body)
		if wrong != nil {
			return nil
		}
		return d
	case wire.DroppedDrafts:
		return read[wire.DroppedDraft](body)
	case wire.Sites:
		return read[bookings.Site](body)
	case wire.Activities:
		return read[bookings.Activity](body)
	case wire.Closures:
		return read[bookings.Closure](body)
	case wire.Tariffs:
		return read[ledger.Tariff](body)
	case wire.Levels:
		return read[wire.DayLevel](body)
	case wire.Accounts:
		return read[wire.Account](body)
	case wire.Children:
		return read[wire.Child](body)
	case wire.Enrolments:
		return read[bookings.Enrolment](body)
	case wire.Bookings:
		return read[wire.Booking](body)
	case wire.Requests:
		return read[wire.Request](body)
	case wire.Balances:
		return read[wire.Balance](body)
	case wire.Documents:
		return read[documents.Document](body)
	case wire.DocumentKinds:
		return read[requests.DocumentKind](body)
	case wire.Queue:
		return read[wire.QueueItem](body)
	case wire.HeadCounts:
		return read[wire.HeadCount](body)
	case wire.Messages:
		return read[wire.Message](body)
	case wire.MessageFiles:
		return read[wire.MessageFile](body)
	case wire.Texts:
		return read[wire.Text](body)
	case wire.Notices:
		return read[wire.Notice](body)
	case wire.NoticeChoices:
		return read[wire.Choices](body)
	case wire.Quotients:
		return read[quotients.Entry](body)
	case wire.QuotientQueue:
		return read[wire.QueueQuotient](body)
	case wire.Delegations:
		return read[wire.Delegation](body)
	}
	return decodeVisit(collection, body)
}

func read[T any](body json.RawMessage) any {
	var t T
	if json.Unmarshal(body, &t) != nil {
		return nil
	}
	return t
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
		r.index(ch.Collection, ch.Entity, decoded, touched)
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
	switch collection {
	case wire.Towns:
		r.town = nil
	case wire.Calendars:
		r.calendar = nil
	case wire.Procedures:
		delete(r.procedures, id)
	case wire.FormerProcedures:
		delete(r.formers, id)
	case wire.Drafts:
		delete(r.drafts, id)
	case wire.DroppedDrafts:
		delete(r.gone, id)
	case wire.Sites:
		delete(r.sites, id)
	case wire.Activities:
		delete(r.activities, id)
	case wire.Closures:
		delete(r.closures, id)
		r.closureList = nil
	case wire.Tariffs:
		delete(r.tariffs, id)
		r.tariffList = nil
	case wire.Levels:
		delete(r.levels, id)
	case wire.Accounts:
		delete(r.accounts, id)
	case wire.Children:
		delete(r.children, id)
	case wire.Enrolments:
		delete(r.enrolments, id)
	case wire.Bookings:
		b := r.bookings[id]
		if k := (dayKey{b.Child, b.Activity, b.Day}); r.days[k] == id {
			delete(r.days, k)
		}
		delete(r.bookings, id)
	case wire.Requests:
		delete(r.requests, id)
	case wire.Balances:
		delete(r.balances, id)
	case wire.Documents:
		delete(r.documents, id)
	case wire.DocumentKinds:
		delete(r.kinds, string(id))
	case wire.Queue:
		delete(r.queue, id)
	case wire.HeadCounts:
		delete(r.counts, id)
	case wire.Messages:
		r.forgetMessage(id)
	case wire.MessageFiles:
		delete(r.files, id)
	case wire.Texts:
		delete(r.texts, id)
	case wire.Notices:
		delete(r.notices, id)
	case wire.NoticeChoices:
		delete(r.choices, id)
	case wire.Quotients:
		delete(r.quotients, id)
	case wire.QuotientQueue:
		delete(r.quotientQueue, id)
	case wire.Delegations:
		delete(r.delegations, id)
	default:
		r.visits.remove(collection, id)
	}
}

// index keeps the typed form of a row.
func (r *rows) index(collection string, id portal.ID, decoded any, touched topics) {
	switch d := decoded.(type) {
	case wire.Town:
		r.town = &d
	case bookings.Calendar:
		r.calendar = &d
	case *procedure:
		r.procedures[id] = d
	case *former:
		r.formers[id] = d
	case requests.DraftForm:
		r.drafts[id] = d
	case wire.DroppedDraft:
		r.gone[id] = d
	case bookings.Site:
		r.sites[id] = d
	case bookings.Activity:
		r.activities[id] = d
	case bookings.Closure:
		r.closures[id] = d
		r.closureList = nil
	case ledger.Tariff:
		r.tariffs[id] = d
		r.tariffList = nil
	case wire.DayLevel:
		r.levels[id] = d
	case wire.Account:
		r.accounts[id] = d
	case wire.Child:
		r.children[id] = d
	case bookings.Enrolment:
		r.enrolments[id] = d
	case wire.Booking:
		r.bookings[id] = d
		r.days[dayKey{d.Child, d.Activity, d.Day}] = id
	case wire.Request:
		r.requests[id] = d
	case wire.Balance:
		r.balances[id] = d
	case documents.Document:
		r.documents[id] = d
	case requests.DocumentKind:
		r.kinds[string(id)] = d
	case wire.QueueItem:
		r.queue[id] = &queueRow{QueueItem: d}
	case wire.HeadCount:
		r.counts[id] = d
	case wire.Message:
		r.keepMessage(d)
	case wire.MessageFile:
		r.files[id] = d
	case wire.Text:
		r.texts[id] = d
	case wire.Notice:
		r.notices[id] = d
	case wire.Choices:
		r.choices[id] = d
	case quotients.Entry:
		r.quotients[id] = d
	case wire.QueueQuotient:
		r.quotientQueue[id] = d
	case wire.Delegation:
		r.delegations[id] = d
	default:
		r.visits.index(id, decoded)
	}
	r.note(collection, id, touched)
}

// note notes the topic of a row that is there.
func (r *rows) note(collection string, id portal.ID, touched topics) {
	if touched == nil {
		return
	}
	key := id
	switch collection {
	case wire.Enrolments:
		key = r.enrolments[id].Child
	case wire.Bookings:
		key = r.bookings[id].Child
	case wire.Balances:
		key = portal.ID(r.balances[id].CashDesk)
	case wire.Queue:
		if q := r.queue[id]; q != nil {
			key = portal.ID(q.Desk)
		}
	case wire.HeadCounts:
		key = r.counts[id].Site
	case wire.Levels:
		key = r.levels[id].Activity
	case wire.Messages:
		key = r.messages[id].Request
	default:
		key = r.visits.key(collection, id)
	}
	touched.add(collection, key)
}

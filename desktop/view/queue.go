package view

import (
	"slices"
	"strings"
	"sync"

	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// QueueItem is a request in a desk's queue, with what waits about it.
type QueueItem struct {
	wire.QueueItem
	Pending bool      // its state is what this agent's command will make it
	Command portal.ID // that command
}

// QueueFilter chooses among a queue; what is zero leaves nothing out.
type QueueFilter struct {
	State     string
	Procedure string
	Mine      bool   // taken by this agent
	Wants     Wants  // what there is to do with it
	Text      string // words of the person's name or the reference, accents forgiven
}

// Wants is what a request wants of an agent besides its decision.
type Wants string

// What a request may want.
const (
	WantsReading  Wants = "unread"   // a message of the family
	WantsReview   Wants = "answered" // the family gave what was asked for
	WantsChecking Wants = "papers"   // documents that nobody has judged
)

// Wants tells whether the request wants this now.
func (q QueueItem) Wants(w Wants) bool {
	decided := requests.State(q.State).Decided()
	switch w {
	case WantsReading:
		return q.Unread > 0
	case WantsReview:
		return q.Answered && !decided
	case WantsChecking:
		return !decided && slices.ContainsFunc(q.Documents, func(d wire.QueueDocument) bool { return d.ToCheck > 0 })
	}
	return true
}

// QueueSort is an order of a queue.
type QueueSort string

// The orders.
const (
	ByAge       QueueSort = "" // the oldest first
	ByNewest    QueueSort = "newest"
	ByPerson    QueueSort = "person"
	ByProcedure QueueSort = "procedure"
	ByState     QueueSort = "state"
)

// queueRow is a row of a queue, with its words once they were searched.
type queueRow struct {
	wire.QueueItem
	words []string // under queueMemo.mu
}

type queueKey struct {
	desk   string
	filter QueueFilter
	sort   QueueSort
}

// queueMemo keeps the lists that were asked for until a queue changes: a
// table asks for the same one at each scroll.
type queueMemo struct {
	mu    sync.Mutex
	lists map[queueKey][]QueueItem
}

func (m *queueMemo) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lists = nil
}

// Queue is the queue of a desk, filtered and sorted; of all this agent's desks
// when desk is empty. The list is shared: it is not to be changed.
func (v *View) Queue(desk string, filter QueueFilter, sort QueueSort) []QueueItem {
	v.mu.RLock()
	defer v.mu.RUnlock()
	k := queueKey{desk, filter, sort}
	v.queues.mu.Lock()
	defer v.queues.mu.Unlock()
	if list, known := v.queues.lists[k]; known {
		return list
	}
	list := v.makeQueue(k)
	if v.queues.lists == nil || len(v.queues.lists) > 16 {
		v.queues.lists = map[queueKey][]QueueItem{}
	}
	v.queues.lists[k] = list
	return list
}

// makeQueue is called with the memo's lock held. It sorts pointers: items are
// large, and there may be thousands.
func (v *View) makeQueue(k queueKey) []QueueItem {
	wanted := words.Split(k.filter.Text)
	var chosen []*QueueItem
	for feed, r := range v.feeds {
		if wire.FeedKind(feed) != "desk" || k.desk != "" && feed != wire.DeskFeed(k.desk) {
			continue
		}
		for id, row := range r.queue {
			q, pending := v.over.queue[id]
			if !pending {
				q = QueueItem{QueueItem: row.QueueItem}
			}
			if k.filter.keeps(q, v.account) && row.has(wanted) {
				chosen = append(chosen, &q)
			}
		}
	}
	slices.SortFunc(chosen, k.sort.compare)
	out := make([]QueueItem, len(chosen))
	for i, q := range chosen {
		out[i] = *q
	}
	return out
}

func (f QueueFilter) keeps(q QueueItem, me portal.ID) bool {
	return (f.State == "" || q.State == f.State) && (f.Procedure == "" || q.Procedure == f.Procedure) && (!f.Mine || q.Agent == me) && q.Wants(f.Wants)
}

// has reports whether each word wanted begins one of the row's.
func (r *queueRow) has(wanted []string) bool {
	if len(wanted) == 0 {
		return true
	}
	if r.words == nil {
		r.words = words.Split(r.Person + " " + r.Reference)
	}
	for _, w := range wanted {
		if !slices.ContainsFunc(r.words, func(h string) bool { return strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}

func (s QueueSort) compare(a, b *QueueItem) int {
	age := firstOf(compare(a.Submitted, b.Submitted), compare(a.ID, b.ID))
	switch s {
	case ByNewest:
		return -age
	case ByPerson:
		return firstOf(compare(a.Person, b.Person), age)
	case ByProcedure:
		return firstOf(compare(a.Procedure, b.Procedure), age)
	case ByState:
		return firstOf(compare(a.State, b.State), age)
	}
	return age
}

// QueueWaits counts the requests that wait for an agent: to be taken, or with
// something new from the family.
func (v *View) QueueWaits() (n int) {
	for _, q := range v.Queue("", QueueFilter{}, ByAge) {
		if requests.State(q.State) == requests.Submitted || q.Wants(WantsReading) || q.Wants(WantsReview) {
			n++
		}
	}
	return n
}

// QueueItem is one request of any of this agent's queues.
func (v *View) QueueItem(id portal.ID) (QueueItem, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.queueItem(id, v.over)
}

func (v *View) queueItem(id portal.ID, over *overlay) (QueueItem, bool) {
	if q, ok := over.queue[id]; ok {
		return q, true
	}
	for _, r := range v.feeds {
		if q := r.queue[id]; q != nil {
			return QueueItem{QueueItem: q.QueueItem}, true
		}
	}
	return QueueItem{}, false
}

// HeadCounts is how many are booked at a site on a day, an activity each, in
// the order of the activities' ids.
func (v *View) HeadCounts(site portal.ID, day portal.Date) []wire.HeadCount {
	v.mu.RLock()
	defer v.mu.RUnlock()
	r := v.feeds[wire.SiteFeed(site)]
	if r == nil {
		return nil
	}
	var out []wire.HeadCount
	for _, c := range r.counts {
		if c.Day == day && c.Site == site {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b wire.HeadCount) int { return compare(a.Activity, b.Activity) })
	return out
}

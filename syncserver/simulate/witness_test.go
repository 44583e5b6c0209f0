package simulate

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// witness stands between an engine and its view. It carries what it is told
// over to the view, and holds each state that the person would see against
// what the server's feeds were at the cursor of that moment.
type witness struct {
	d      *desktop
	mirror map[string]rows // by feed, as told
	told   int
	waits  []cache.Pending // the outbox, as last told

	// What the server's feeds were where the cursor stands.
	run    string
	cursor map[string]int64
	seen   map[string]int // how much of the run's line each feed has taken in
	truth  map[string]rows
}

// rows is a feed's rows: body by collection and entity.
type rows map[string]string

func key(c wire.Change) string { return c.Collection + "/" + string(c.Entity) }

// Replace implements syncing.Sink.
func (w *witness) Replace(s cache.Snapshot) {
	w.mirror = map[string]rows{}
	w.put(s.Rows)
	w.d.view.Replace(s)
	w.check(false)
	w.kept(s.Outbox, nil)
	w.shown()
	w.viewed()
}

// Apply implements syncing.Sink.
func (w *witness) Apply(a cache.Applied, outbox []cache.Pending, refused []cache.Refusal) {
	if a.Reset {
		w.mirror = map[string]rows{}
	}
	for _, feed := range a.Dropped {
		delete(w.mirror, feed)
	}
	w.put(a.Changes)
	w.d.view.Apply(a, outbox, refused)
	if a.Reset || len(a.Dropped)+len(a.Changes)+len(a.Accepted)+len(a.Refused) > 0 {
		w.d.h.log("%s is told %d changes, %d accepted, %d refused, reset=%v; %d wait", w.d.name, len(a.Changes), len(a.Accepted), len(a.Refused), a.Reset, len(outbox))
	}
	w.check(a.Reset)
	w.kept(outbox, &a)
	for _, p := range a.Accepted {
		w.settled(p, wire.Verdict{Command: p.ID, Accepted: true})
	}
	for _, f := range a.Refused {
		w.settled(f.Pending, f.Verdict)
	}
	w.shown()
	if w.told++; w.told%8 == 0 {
		w.viewed()
	}
}

// SetClockError implements syncing.Sink.
func (w *witness) SetClockError(d time.Duration) { w.d.view.SetClockError(d) }

// SetPresence implements syncing.Sink.
func (w *witness) SetPresence(request portal.ID, names []string) {
	w.d.view.SetPresence(request, names)
}

func (w *witness) put(changes []wire.Change) {
	for _, c := range changes {
		if w.mirror[c.Feed] == nil {
			w.mirror[c.Feed] = rows{}
		}
		if c.Deleted {
			delete(w.mirror[c.Feed], key(c))
		} else {
			w.mirror[c.Feed][key(c)] = string(c.Body)
		}
	}
}

// check holds the mirror against the truth.
func (w *witness) check(reset bool) {
	cursor, err := w.d.cache.Cursor()
	if err != nil {
		w.d.h.fail("%s: no cursor: %v", w.d.name, err)
		return
	}
	if !w.d.h.town.same(w.run, cursor.Run) || reset {
		w.seen, w.truth, w.cursor = map[string]int{}, map[string]rows{}, nil
	}
	for feed, at := range w.cursor {
		if now, granted := cursor.Feeds[feed]; granted && now < at {
			w.d.h.fail("%s: the cursor of %s went back from %d to %d", w.d.name, feed, at, now)
		}
	}
	w.run, w.cursor = cursor.Run, cursor.Feeds
	changes := w.d.h.town.changes(w.run)
	for feed := range w.truth {
		if _, granted := cursor.Feeds[feed]; !granted {
			delete(w.truth, feed)
			delete(w.seen, feed)
		}
	}
	for feed, at := range cursor.Feeds {
		if w.truth[feed] == nil {
			w.truth[feed] = rows{}
		}
		i := w.seen[feed]
		for ; i < len(changes) && changes[i].Seq <= at; i++ {
			switch c := changes[i]; {
			case c.Feed != feed:
			case c.Deleted:
				delete(w.truth[feed], key(c))
			default:
				w.truth[feed][key(c)] = string(c.Body)
			}
		}
		w.seen[feed] = i
	}
	for _, feed := range slices.Sorted(maps.Keys(w.mirror)) {
		if _, granted := cursor.Feeds[feed]; !granted && len(w.mirror[feed]) > 0 {
			w.d.h.fail("%s shows %s, which its cursor does not know", w.d.name, feed)
		}
	}
	for _, feed := range slices.Sorted(maps.Keys(cursor.Feeds)) {
		if diff := differ(w.mirror[feed], w.truth[feed]); diff != "" {
			w.d.h.fail("%s shows at %d of %s what never was: %s", w.d.name, cursor.Feeds[feed], feed, diff)
		}
	}
}

// differ says where two sets of rows differ first.
func differ(got, want rows) string {
	if maps.Equal(got, want) {
		return ""
	}
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if g, ok := got[k]; !ok {
			return k + " is missing"
		} else if g != want[k] {
			return fmt.Sprintf("%s is %.300s and not %.300s", k, g, want[k])
		}
	}
	for _, k := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[k]; !ok {
			return fmt.Sprintf("%s is %.300s and should not be there", k, got[k])
		}
	}
	return ""
}

// settled notes what the desktop learnt of a command, and that its effect is
// shown together with it.
func (w *witness) settled(p cache.Pending, v wire.Verdict) {
	d := w.d
	d.mu.Lock()
	defer d.mu.Unlock()
	x := d.byID[p.ID]
	if x == nil {
		d.h.fail("%s is told of command %s, which nobody did", d.name, p.ID)
		return
	}
	x.told++
	x.yes, x.verdict, x.settled = v.Accepted, v, time.Since(d.h.began)
	if !d.h.town.gave(p.ID, v.Accepted) {
		d.h.fail("%s is told accepted=%v of %s %s, which the server never said", d.name, v.Accepted, x.kind, p.ID)
	}
	if !v.Accepted {
		return
	}
	own := w.mirror[wire.AccountFeed(d.cache.Account())]
	switch a := x.args.(type) {
	case wire.Book:
		if _, ok := own[wire.Bookings+"/"+string(a.Booking)]; !ok && !d.h.gone(a.Booking) && !d.h.mayGo(a.Booking) && !d.h.town.wasCut(d.account, a.Child) && d.login != grandmother && !d.h.town.mayFall(a.Activity) {
			d.h.fail("%s: booking %s was accepted and is not shown", d.name, a.Booking)
		}
	case wire.CancelBooking:
		if _, ok := own[wire.Bookings+"/"+string(a.Booking)]; ok {
			d.h.fail("%s: booking %s was cancelled and is still shown", d.name, a.Booking)
		}
	case wire.GroupBookings:
		if _, ok := own[wire.Groups+"/"+string(a.Group)]; !ok {
			d.h.fail("%s: group %s was accepted, and what became of it is not shown", d.name, a.Group)
		}
	case wire.SubmitRequest:
		if _, ok := own[wire.Requests+"/"+string(a.Request)]; !ok {
			d.h.fail("%s: request %s was accepted and is not shown", d.name, a.Request)
		}
	case wire.BookAppointment:
		if _, ok := own[wire.Appointments+"/"+string(a.Appointment)]; !ok && d.secret == "" {
			d.h.fail("%s: appointment %s was accepted and is not shown", d.name, a.Appointment)
		}
	case wire.EnterAtDesk:
		if _, ok := w.mirror[wire.DeskFeed(string(accounts.Till(a.CashDesk)))][wire.Takings+"/"+string(a.Entry)]; !ok {
			d.h.fail("%s: money was entered as %s and is not shown", d.name, a.Entry)
		}
	case wire.SendMessage:
		if _, ok := own[wire.Messages+"/"+string(a.Message)]; !ok && d.secret == "" {
			d.h.fail("%s: message %s was accepted and is not shown", d.name, a.Message)
		}
	}
}

// kept sees to it that a command leaves the outbox in one of three ways only:
// with the word that it was accepted, with the word that it was refused, or
// because the person took it back.
func (w *witness) kept(outbox []cache.Pending, a *cache.Applied) {
	ends := map[portal.ID]bool{}
	for _, p := range outbox {
		ends[p.ID] = true
	}
	if a != nil {
		for _, p := range a.Accepted {
			ends[p.ID] = true
		}
		for _, f := range a.Refused {
			ends[f.ID] = true
		}
	}
	w.d.mu.Lock()
	defer w.d.mu.Unlock()
	for _, p := range w.waits {
		if x := w.d.byID[p.ID]; !ends[p.ID] && x != nil && !x.undoing {
			w.d.h.fail("%s: %s %s has left the outbox, and nobody was told how it ended", w.d.name, x.kind, p.ID)
		}
	}
	w.waits = outbox
	for _, p := range outbox {
		if x := w.d.byID[p.ID]; x != nil {
			x.entered = true
		}
	}
}

// shown sees to it that what this person did is on the screen all the time:
// from its doing on as something that waits, and once it was accepted as the
// town hall has it.
func (w *witness) shown() {
	v := w.d.view
	doubted, going := map[portal.ID]bool{}, map[portal.ID]bool{}
	for _, x := range v.Doubts() {
		doubted[x.ID] = true
	}
	w.d.mu.Lock()
	done := make([]deed, len(w.d.done)) // the view asks for this desktop's clock
	for i, x := range w.d.done {
		done[i] = *x
	}
	w.d.mu.Unlock()
	for _, x := range done {
		if x.undone || x.told > 0 && !x.yes {
			continue
		}
		switch a := x.args.(type) {
		case wire.CancelBooking:
			going[a.Booking] = true
		case wire.GroupBookings:
			for _, id := range a.Cancel {
				going[id] = true
			}
		case wire.WithdrawDocument:
			going[a.Document] = true
		}
	}
	for _, x := range done {
		waits := x.entered && x.told == 0 && !x.undoing
		if !waits && !(x.yes && w.d.h.town.accepted(w.run, x.id)) || doubted[x.id] {
			continue
		}
		switch a := x.args.(type) {
		case wire.Book:
			if going[a.Booking] || w.d.h.gone(a.Booking) || w.d.h.mayGo(a.Booking) || w.d.h.town.wasCut(w.d.account, a.Child) || w.d.login == grandmother || w.d.h.town.mayFall(a.Activity) {
				continue
			}
			if day := v.Day(a.Child, a.Activity, a.Day); day.Booking == nil || day.Booking.ID != a.Booking {
				w.d.h.fail("%s: its own booking %s of %s is not on the screen (waits=%v)", w.d.name, a.Booking, a.Day, waits)
			}
		case wire.SubmitDocument:
			if _, there := v.Document(a.Document); !there && !going[a.Document] && !w.d.h.gone(a.Document) {
				w.d.h.fail("%s: its own document %s is not on the screen (waits=%v)", w.d.name, a.Document, waits)
			}
		case wire.BookAppointment:
			if _, there := v.Visit(a.Request); !there || w.d.secret != "" {
				continue // the request itself was refused, or has not come
			}
			if !slices.ContainsFunc(v.AppointmentsOf(a.Request), func(on view.Appointment) bool { return on.ID == a.Appointment }) {
				w.d.h.fail("%s: its own appointment %s is not on the screen (waits=%v)", w.d.name, a.Appointment, waits)
			}
		case wire.SendMessage:
			if !slices.ContainsFunc(v.Messages(a.Request), func(m view.Message) bool { return m.ID == a.Message }) && w.d.secret == "" {
				w.d.h.fail("%s: its own message %s is not on the screen (waits=%v)", w.d.name, a.Message, waits)
			}
		case wire.SubmitRequest:
			if _, there := v.Request(a.Request); !there {
				w.d.h.fail("%s: its own request %s is not on the screen (waits=%v)", w.d.name, a.Request, waits)
			}
		}
	}
}

// viewed holds what the screens read against what the view was told.
func (w *witness) viewed() {
	own := wire.AccountFeed(w.d.cache.Account())
	going := map[portal.ID]bool{}
	for _, p := range w.d.cache.Outbox() {
		if c, args, err := wire.ReadCommand(p.Body); err == nil && c.Type == wire.BookingCancel {
			going[args.(*wire.CancelBooking).Booking] = true
		} else if g, is := args.(*wire.GroupBookings); is && err == nil {
			for _, id := range g.Cancel {
				going[id] = true
			}
		} else if a, is := args.(*wire.TellAbsence); is && err == nil {
			for _, id := range a.Bookings {
				going[id] = true
			}
		}
	}
	for _, feed := range []string{own, wire.TownFeed} {
		for k, body := range w.mirror[feed] {
			collection, id, _ := strings.Cut(k, "/")
			if raw, ok := w.d.view.Row(collection, portal.ID(id)); !ok || string(raw) != body {
				w.d.h.fail("%s: the view has %s as %s, not as %s", w.d.name, k, raw, body)
			}
			if feed != own || collection != wire.Bookings || going[portal.ID(id)] || w.d.login == grandmother {
				continue
			}
			var b wire.Booking
			if json.Unmarshal([]byte(body), &b) != nil {
				continue
			}
			if day := w.d.view.Day(b.Child, b.Activity, b.Day); day.Booking == nil || day.Booking.ID != b.ID {
				w.d.h.fail("%s: the booking %s of %s is not in the agenda", w.d.name, b.ID, b.Day)
			}
		}
	}
	for _, feed := range slices.Sorted(maps.Keys(w.mirror)) {
		collections := map[string]int{}
		for k := range w.mirror[feed] {
			collection, _, _ := strings.Cut(k, "/")
			collections[collection]++
		}
		if feed != own {
			continue
		}
		for _, c := range []string{wire.Bookings, wire.Balances} {
			if n := len(w.d.view.Rows(c)); w.d.secret == "" && n != collections[c] {
				w.d.h.fail("%s: the view has %d rows of %s, not %d", w.d.name, n, c, collections[c])
			}
		}
	}
}

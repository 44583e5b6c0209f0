// Package screentest is a desktop without a network for the tests of screens:
// a real view over rows that a test writes, and a session that keeps what is
// submitted in an outbox which the test hands over, accepts or refuses. Only
// tests import it.
package screentest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/pages"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/pick/picktest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/task"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Call is one thing a screen asked of the session, read again from its bytes.
type Call struct {
	ID    portal.ID
	Kind  string
	Args  any
	Needs []portal.ID
	Note  cache.Note
}

// Desk drives a view as syncing does and stands for the session.
type Desk struct {
	*view.View
	*Proofs
	Me  portal.ID
	Now time.Time

	Calls   []Call
	Undone  []portal.ID
	Read    []portal.ID
	Watched []portal.ID // requests, in the order in which they were opened
	Left    []portal.ID // and in which they were left
	Routes  []screen.Route
	Fail    error // what the next Submit answers
	Away    bool  // nobody is at the window
	Files   *picktest.Files

	queue   []func()
	seq     int64
	outbox  []cache.Pending
	refused []cache.Refusal
	kept    map[string]string

	enclosed map[portal.ID][]session.Enclosed
}

// New makes a desk for an account at an instant, holding rows.
func New(me portal.ID, now time.Time, rows ...wire.Change) *Desk {
	d := &Desk{Me: me, Now: now, kept: map[string]string{}, Files: &picktest.Files{}}
	d.View = view.New(me, func() time.Time { return d.Now }, func(f func()) { d.queue = append(d.queue, f) })
	d.Proofs = NewProofs(d.View, d.Submit, d.Undo)
	d.Replace(cache.Snapshot{Rows: rows})
	d.Drain()
	return d
}

// Row is a row of a feed.
func Row(feed, collection string, id portal.ID, body any) wire.Change {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(fmt.Sprintf("screentest: %v", err))
	}
	return wire.Change{Feed: feed, Collection: collection, Entity: id, Body: raw}
}

// Gone is a row that is deleted.
func Gone(feed, collection string, id portal.ID) wire.Change {
	return wire.Change{Feed: feed, Collection: collection, Entity: id, Deleted: true}
}

// Get applies changes from the town hall and tells the screens.
func (d *Desk) Get(changes ...wire.Change) {
	for i := range changes {
		d.seq++
		changes[i].Seq = d.seq
	}
	d.Apply(cache.Applied{Changes: changes}, d.outbox, d.refused)
	d.Drain()
}

// Drop takes feeds away.
func (d *Desk) Drop(feeds ...string) {
	d.Apply(cache.Applied{Dropped: feeds}, d.outbox, d.refused)
	d.Drain()
}

// Drain delivers the notices that wait.
func (d *Desk) Drain() {
	for len(d.queue) > 0 {
		f := d.queue[0]
		d.queue = d.queue[1:]
		f()
	}
}

// apply shows what the session changed; its notices wait for Drain, as they
// wait for the window's next turn in the program.
func (d *Desk) apply() { d.Apply(cache.Applied{}, slices.Clone(d.outbox), slices.Clone(d.refused)) }

// Submit keeps a command in the outbox.
func (d *Desk) Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error) {
	if err := d.Fail; err != nil {
		d.Fail = nil
		return "", err
	}
	id := portal.NewID()
	body, err := wire.NewCommand(id, kind, args, needs...)
	if err != nil {
		return "", err
	}
	_, read, err := wire.ReadCommand(body)
	if err != nil {
		return "", err
	}
	d.Calls = append(d.Calls, Call{ID: id, Kind: kind, Args: read, Needs: needs, Note: note})
	d.outbox = append(d.outbox, cache.Pending{ID: id, Body: body, Note: note, At: d.Now})
	d.apply()
	return id, nil
}

// Undo takes back what was not handed over.
func (d *Desk) Undo(id portal.ID) error {
	for i, p := range d.outbox {
		if p.ID != id {
			continue
		}
		if p.Number != 0 {
			return portal.E(portal.Conflict, "command")
		}
		d.outbox = slices.Delete(slices.Clone(d.outbox), i, i+1)
		d.Undone = append(d.Undone, id)
		d.apply()
		return nil
	}
	return portal.E(portal.NotFound, "command")
}

// MarkRead takes a refusal off the list.
func (d *Desk) MarkRead(id portal.ID) error {
	d.Read = append(d.Read, id)
	d.refused = slices.DeleteFunc(slices.Clone(d.refused), func(r cache.Refusal) bool { return r.ID == id })
	d.apply()
	return nil
}

// Watch notes who is looked at.
func (d *Desk) Watch(request portal.ID) (stop func()) {
	d.Watched = append(d.Watched, request)
	return func() { d.Left = append(d.Left, request) }
}

// AtWindow reports whether somebody is there.
func (d *Desk) AtWindow(time.Duration) bool { return !d.Away }

// Keep and Kept hold small things.
func (d *Desk) Keep(kind, key string, thing any) error {
	raw, err := json.Marshal(thing)
	d.kept[kind+"/"+key] = string(raw)
	return err
}

// Kept reads one.
func (d *Desk) Kept(kind, key string, thing any) bool {
	raw, ok := d.kept[kind+"/"+key]
	return ok && json.Unmarshal([]byte(raw), thing) == nil
}

// Hand hands all that waits to the network.
func (d *Desk) Hand() {
	d.outbox = slices.Clone(d.outbox)
	for i := range d.outbox {
		d.outbox[i].Number = int64(i) + 1
	}
	d.Get()
}

// Accepted takes all that waits out of the outbox, with what it changed.
func (d *Desk) Accepted(changes ...wire.Change) {
	d.outbox = nil
	d.Get(changes...)
}

// Refused has the town hall refuse the oldest command that waits.
func (d *Desk) Refused(why *portal.Error, changes ...wire.Change) portal.ID {
	p := d.outbox[0]
	d.outbox = slices.Clone(d.outbox[1:])
	d.refused = append(slices.Clone(d.refused), cache.Refusal{Pending: p, Verdict: wire.Verdict{Command: p.ID, Error: why}})
	d.Get(changes...)
	return p.ID
}

// Context is what a screen in a window is given; where it goes is noted.
func (d *Desk) Context(w fyne.Window) *screen.Context {
	runner, _ := task.NewQueued(nil)
	note := func(r screen.Route) { d.Routes = append(d.Routes, r) }
	return &screen.Context{
		View: d.View, Scope: runner.Scope(), Dialogs: kit.NewDialogs(w.Canvas()), Toasts: kit.NewToasts(nil), Window: w,
		Go: note, Replace: note, Back: func() { note(screen.To(screen.Home)) }, Up: note, AfterSignIn: note, Browse: func(string) {},
		Files: d.Files, Documents: pages.New("", nil),
	}
}

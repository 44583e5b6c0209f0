package simulate

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/pquerna/otp/totp"

	"parvis/desktop/cache"
	"parvis/desktop/syncing"
	"parvis/desktop/view"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
)

// desktop is one computer with one person's account on it: the program's
// parts but for its window.
type desktop struct {
	h      *history
	name   string // of whom, and which
	login  string
	secret string // of an agent's second factor
	index  int
	r      *rand.Rand
	path   *path
	ids    portal.IDs
	client *client.Client
	cache  *cache.Cache
	device wire.Device

	mu      sync.Mutex
	token   string
	account portal.ID
	ended   bool // the session, by the server
	off     time.Duration

	view   *view.View
	engine *syncing.Engine
	watch  func()

	unopened wire.StartPayment // that was not answered

	// Of what was done here, in order.
	done    []*deed
	byID    map[portal.ID]*deed
	sent    map[portal.ID]bool // what was prepared and went at the hour
	witness witness
}

// deed is a command that somebody did here, with what became of it.
type deed struct {
	id      portal.ID
	kind    string
	args    any
	called  time.Duration
	settled time.Duration
	told    int // how often its end was told
	yes     bool
	verdict wire.Verdict
	entered bool                 // the outbox, and the view was told
	undoing bool                 // it is being taken back
	files   map[portal.ID][]byte // that it sends, by the document or file they are
	undone  bool
}

func newDesktop(h *history, index int, login string) *desktop {
	d := &desktop{
		h: h, login: login, index: index, name: fmt.Sprintf("%d(%s)", index, login), r: generator(h.seed, index, 100),
		path: &path{net: h.net, index: index, weather: fair, r: generator(h.seed, index, 8)}, ids: maker(index + 1), byID: map[portal.ID]*deed{}, sent: map[portal.ID]bool{},
	}
	d.device = wire.Device{ID: d.ids()}
	d.off = [...]time.Duration{0, 0, 3 * time.Second, -40 * time.Minute, 26 * time.Hour, -9 * time.Hour}[d.r.IntN(6)]
	d.witness.d = d
	var err error
	d.client, err = client.New(client.Options{Address: "http://127.0.0.1:1", Dial: d.path.dial, Token: func() string {
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.token
	}})
	if err != nil {
		panic(err)
	}
	return d
}

// clock is this computer's wall clock: as wrong as it is.
func (d *desktop) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return start.Add(time.Since(d.h.began) + d.off)
}

// signIn signs in, however long it takes, and starts the program.
func (d *desktop) signIn() {
	for d.token == "" {
		in := wire.SignIn{Login: d.login, Password: demo.FamilyPassword, Device: d.device}
		if d.secret != "" {
			code, err := totp.GenerateCode(d.secret, d.h.town.now())
			if err != nil {
				panic(err)
			}
			in.Password, in.OTP = demo.AgentPassword, code
		}
		s, err := d.client.SignIn(context.Background(), in)
		if err != nil {
			d.h.log("%s cannot sign in: %v", d.name, portal.CodeOf(err))
			time.Sleep(between(d.r, 15*time.Second, 50*time.Second))
			continue
		}
		d.mu.Lock()
		d.token, d.account, d.ended = s.Token, s.Account.ID, false
		d.mu.Unlock()
	}
	d.h.log("%s signs in", d.name)
	if d.engine != nil {
		d.engine.SignedIn()
		return
	}
	if d.cache == nil {
		var err error
		if d.cache, err = cache.Memory(d.account, cache.WithIDs(d.ids)); err != nil {
			panic(err)
		}
	}
	d.view = view.New(d.account, d.clock, func(f func()) { f() })
	jitter := generator(d.h.seed, d.index, 101, len(d.done))
	var kept syncing.Cache = d.cache
	if d.h.breaks.cache != nil {
		kept = d.h.breaks.cache(d)
	}
	var err error
	d.engine, err = syncing.New(syncing.Options{
		Cache: disk{kept, generator(d.h.seed, d.index, 102, len(d.done))}, Client: d.client, Sink: &d.witness, Clock: d.clock, Random: jitter.Float64, SignedOut: d.endedByServer,
	})
	if err != nil {
		panic(err)
	}
	d.engine.Start()
}

// endedByServer is told by the engine.
func (d *desktop) endedByServer() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.token, d.ended = "", true
	d.h.log("%s is signed out by the server", d.name)
}

func (d *desktop) signedOut() bool { d.mu.Lock(); defer d.mu.Unlock(); return d.ended }

// signOut ends the program and the session, and keeps the cache.
func (d *desktop) signOut() {
	d.shut()
	if err := d.client.SignOut(context.Background()); err != nil {
		d.h.log("%s signs out, and nobody hears it", d.name)
	}
	d.mu.Lock()
	d.token = ""
	d.mu.Unlock()
}

// shut ends the program.
func (d *desktop) shut() {
	if d.watch != nil {
		d.watch()
		d.watch = nil
	}
	if d.engine != nil {
		d.engine.Close()
		d.engine = nil
	}
}

// live is a person at the computer: so many things are done, with time
// between them.
func (d *desktop) live(actions int) {
	time.Sleep(between(d.r, time.Millisecond, 5*time.Second))
	d.signIn()
	for range actions {
		d.rests(around(d.r, []time.Duration{20 * time.Millisecond, time.Second, 15 * time.Second}[d.r.IntN(3)]))
		switch {
		case d.signedOut():
			d.signIn()
		case d.r.IntN(100) < 4:
			d.signOut()
			time.Sleep(around(d.r, 20*time.Second))
			d.signIn()
		case d.r.IntN(100) < 4:
			d.engine.TryNow()
		case d.login == receiver:
			d.receives()
		case d.login == cashier:
			d.cashes()
		case d.secret != "":
			d.staff()
		case d.login == grandmother:
			d.entrusted()
		default:
			d.family()
		}
	}
}

// breathes lets a moment go by: two things that are done in one instant wake the
// engine in an order that nothing decides.
func (d *desktop) breathes() { time.Sleep(between(d.r, time.Millisecond, 300*time.Millisecond)) }

// submit does a command.
func (d *desktop) submit(kind string, args any, needs ...portal.ID) {
	id := d.ids()
	body, err := wire.NewCommand(id, kind, args, needs...)
	if err != nil {
		panic(err)
	}
	d.begins(id, kind, args, nil)
	if _, err := d.engine.Submit(body, cache.Note{Key: "simulated"}); err != nil {
		d.h.fail("%s cannot do %s: %v", d.name, kind, err)
	}
	d.h.log("%s does %s %+v", d.name, kind, brief(args))
}

// begins notes a command before the engine has it.
func (d *desktop) begins(id portal.ID, kind string, args any, files map[portal.ID][]byte) {
	x := &deed{id: id, kind: kind, args: args, called: time.Since(d.h.began), files: files}
	d.mu.Lock()
	d.done = append(d.done, x)
	d.byID[id] = x
	d.mu.Unlock()
}

func brief(args any) string {
	raw, _ := json.Marshal(args)
	if len(raw) > 200 {
		raw = raw[:200]
	}
	return string(raw)
}

// days are those that are fought for: a week's.
func (d *desktop) day() portal.Date {
	today := portal.DateOf(d.h.town.now())
	for {
		day := today.Add(d.r.IntN(7))
		if w := day.Weekday(); w != time.Saturday && w != time.Sunday && w != time.Wednesday || d.r.IntN(20) == 0 {
			return day
		}
	}
}

func pick[T any](r *rand.Rand, from []T) (one T, ok bool) {
	if len(from) == 0 {
		return one, false
	}
	return from[r.IntN(len(from))], true
}

// family does one thing that a parent does.
func (d *desktop) family() {
	if d.h.receives && d.r.IntN(2) == 0 {
		d.comes()
		return
	}
	if d.r.IntN(6) == 0 {
		d.together()
		return
	}
	if d.r.IntN(8) == 0 {
		d.waits()
		return
	}
	if d.h.closes && d.r.IntN(6) == 0 {
		d.stays()
		return
	}
	if d.h.reviews && d.r.IntN(3) == 0 {
		d.mornings()
		return
	}
	switch {
	case d.h.pays && d.r.IntN(6) == 0:
		d.tops()
		return
	case d.h.parts && d.r.IntN(3) == 0:
		d.agrees()
		return
	case d.h.opens && d.r.IntN(2) == 0:
		d.prepares()
		return
	}
	child, ok := pick(d.r, d.view.Children())
	x := d.r.IntN(100)
	switch {
	case x < 45 && ok:
		activity := []portal.ID{demo.Canteen, demo.Evening, demo.Evening, demo.Study}[d.r.IntN(4)]
		day := d.day()
		// Sometimes without looking, as one does whose screen is old.
		if look := d.view.Day(child.ID, activity, day); look.Look.CanBook || d.r.IntN(4) == 0 {
			d.submit(wire.BookingBook, wire.Book{Booking: d.ids(), Child: child.ID, Activity: activity, Day: day})
		}
	case x < 65:
		today := portal.DateOf(d.h.town.now())
		all := append(d.view.Bookings("", today), d.view.Bookings("", today.FirstOfMonth().Add(35))...)
		if b, ok := pick(d.r, all); ok && (b.Payer == d.account || d.r.IntN(8) == 0) {
			if b.Pending != view.PendingNone && d.r.IntN(2) == 0 {
				d.undo(b.Command)
				return
			}
			var needs []portal.ID
			if b.Pending != view.PendingNone {
				needs = append(needs, b.Command)
			}
			d.submit(wire.BookingCancel, wire.CancelBooking{Booking: b.ID}, needs...)
		}
	case x < 71:
		if p, ok := pick(d.r, d.engine.Unsent()); ok {
			d.undo(p.ID)
		}
	case x < 80 && x >= 75 && d.login == inviter:
		d.entrusts()
	case x < 75:
		if f, ok := pick(d.r, d.cache.Refused()); ok {
			if err := d.engine.MarkRead(f.ID); err != nil {
				d.h.fail("%s cannot read a refusal: %v", d.name, err)
			}
		}
	case x < 93:
		d.papers()
	default:
		id, request := d.ids(), d.ids()
		d.submit(wire.RequestSubmit, wire.SubmitRequest{
			Request: request, Procedure: "fiche-enfant", Version: 1, Child: id, Answers: record(id, len(d.done)), Terms: d.r.IntN(10) > 0,
		})
	}
}

// undo takes back what has not been handed over yet.
func (d *desktop) undo(command portal.ID) {
	x := d.byID[command]
	d.mark(&x.undoing, true)
	err := d.engine.Undo(command)
	switch portal.CodeOf(err) {
	case "":
		d.mark(&x.undone, true)
		d.h.log("%s undoes", d.name)
	case portal.Conflict, portal.NotFound: // too late
		d.mark(&x.undoing, false)
	default:
		d.h.fail("%s cannot undo: %v", d.name, err)
	}
}

// mark notes something that the witness looks at.
func (d *desktop) mark(what *bool, yes bool) { d.mu.Lock(); defer d.mu.Unlock(); *what = yes }

// staff does one thing that an agent does.
func (d *desktop) staff() {
	switch {
	case d.h.opens && d.r.IntN(3) == 0:
		d.announces()
		return
	case d.h.reviews && d.r.IntN(3) == 0 && d.decides():
		return
	case d.h.parts && d.r.IntN(4) > 0:
		d.apportions()
		return
	case d.h.closes && d.r.IntN(2) == 0:
		d.shuts()
		return
	case d.h.closes && d.r.IntN(4) == 0:
		d.judges()
		return
	}
	var open []portal.ID
	for id := range d.view.Rows(wire.Queue) {
		open = append(open, id)
	}
	slices.Sort(open)
	id, ok := pick(d.r, open)
	if !ok {
		return
	}
	switch x := d.r.IntN(100); {
	case x < 20:
		if item, ok := d.view.QueueItem(id); ok {
			d.submit(wire.FileOpen, wire.OpenFile{Account: item.Account, Desk: "enfance"})
		}
	case x < 45:
		if item, ok := d.view.QueueItem(id); ok {
			d.desk(id, item.Account)
		}
	case x < 58:
		d.submit(wire.RequestTake, wire.TakeRequest{Request: id})
	case x < 68:
		d.submit(wire.RequestAccept, wire.AcceptRequest{Request: id})
	case x < 78:
		d.submit(wire.RequestRefuse, wire.RefuseRequest{Request: id, Reason: "Il manque une pièce."})
	default:
		if d.watch != nil {
			d.watch()
		}
		d.watch = d.engine.Watch(id)
	}
}

// record is a child record as a careful parent fills it in.
func record(child portal.ID, n int) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"child":%q,"lastName":"Martel","firstNames":"Enfant %c","birthDate":"2019-04-02","birthPlace":"Reims",
		"school":%q,"class":"ce1","guardians":[{"lastName":"Martel","firstName":"Claire","relation":"mother","phone":"+33639980101","mail":"claire.martel@exemple.fr","livesWithChild":true}],
		"diet":"standard","hasAllergies":false,"hasCarePlan":false,"canteen":true,"emergencyConsent":true,"imageConsent":false}`,
		child, 'A'+n%26, demo.JulesFerry))
}

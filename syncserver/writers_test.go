package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/client"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

const (
	site      = demo.JulesFerry
	wide      = portal.ID("0190a0f0-0000-7000-8000-0000000000b1") // an activity with room for all
	narrow    = portal.ID("0190a0f0-0000-7000-8000-0000000000b2") // and one with too little
	places    = 3
	credit    = portal.Money(100_000_000)
	widePrice = portal.Money(320)
	narrPrice = portal.Money(150)
)

// townOf is a database with a town that runs every day, whatever today is,
// and families that will write.
type townOf struct {
	t        testing.TB
	dsn      string
	password string
	families []townFamily
}

type townFamily struct {
	login          string
	account, child portal.ID
}

// newTownOf seeds a town of n families, each with a child. Their passwords
// are hashed as the real server does.
func newTownOf(t testing.TB, dsn string, n int) *townOf {
	t.Helper()
	town := &townOf{t: t, dsn: dsn, password: demo.FamilyPassword}
	town.open(func(h *host.Host) error { return town.seed(h, n) })
	return town
}

// open gives the town's database to f, as the only process on it.
func (town *townOf) open(f func(h *host.Host) error) {
	town.t.Helper()
	ctx := context.Background()
	h, err := host.Open(ctx, host.Options{DSN: town.dsn, PublicURL: "http://127.0.0.1"})
	if err != nil {
		town.t.Fatal(err)
	}
	if err := errors.Join(f(h), h.Close(ctx)); err != nil {
		town.t.Fatal(err)
	}
}

func (town *townOf) seed(h *host.Host, n int) error {
	ctx := context.Background()
	today := portal.DateOf(time.Now())
	calendar := bookings.Calendar{Zone: "B", Known: portal.Period{From: today.Add(-30), To: today.Add(700)}, Public: map[portal.Date]bookings.Names{}}
	week := []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	if err := h.Store.Write(ctx, func(tx *store.Tx) error {
		id, _, err := tx.Meta(store.MetaTown)
		put := func(collection string, id portal.ID, body any) {
			if err == nil {
				err = tx.PutFact(collection, id, body)
			}
		}
		put(wire.Towns, portal.ID(id), wire.Town{ID: portal.ID(id), Name: demo.Town, Postcode: demo.Postcode})
		put(wire.Calendars, "B", calendar)
		put(wire.Sites, site, bookings.Site{ID: site, Name: "École Jules-Ferry", Kind: "school"})
		for _, a := range []struct {
			id     portal.ID
			kind   string
			price  portal.Money
			places int
		}{{wide, bookings.Canteen, widePrice, 1_000_000}, {narrow, bookings.Evening, narrPrice, places}} {
			put(wire.Activities, a.id, bookings.Activity{
				ID: a.id, Kind: a.kind, Name: bookings.Names{"fr": a.kind}, Desk: string(accounts.Childhood), CashDesk: service.CashDesk,
				Sites: []portal.ID{site}, Weekdays: week, Book: bookings.Cutoff{Days: 1, Hour: 10}, Cancel: bookings.Cutoff{Days: 1, Hour: 10}, Floor: -5000,
			})
			put(wire.Tariffs, a.id+"-t", ledger.Tariff{ID: a.id + "-t", Activity: a.id, From: "2020-01-01", Outside: a.price, Bands: []ledger.Band{{From: 0, Price: a.price}}})
			if err == nil {
				err = tx.SetCapacity(a.id, site, a.places)
			}
		}
		return err
	}); err != nil {
		return err
	}
	phc, err := service.NewArgon2().Hash(ctx, accounts.Family, town.password)
	if err != nil {
		return err
	}
	return h.Store.Write(ctx, func(tx *store.Tx) error {
		town.families = nil
		for i := range n {
			f := townFamily{login: fmt.Sprintf("famille%d", i), child: portal.NewID()}
			a, err := h.Service.SeedFamily(tx, accounts.Profile{FirstName: "Famille", LastName: fmt.Sprint(i), Mail: f.login + "@exemple.fr"}, f.login, phc, ledger.Payer{Resident: true}, credit)
			if err != nil {
				return err
			}
			f.account = a.ID
			if _, err := h.Service.SeedChild(tx, store.Child{ID: f.child, FirstName: "Enfant", LastName: fmt.Sprint(i), BirthDate: "2018-01-01", Site: site, Record: "{}"},
				map[portal.ID]accounts.Custody{a.ID: accounts.FullCustody}, nil); err != nil {
				return err
			}
			// For whatever school year the days to come lie in.
			for _, year := range slices.Compact([]portal.SchoolYear{portal.SchoolYearOf(today), portal.SchoolYearOf(today.Add(200))}) {
				for _, act := range []portal.ID{wide, narrow} {
					if err := h.Service.SeedEnrolment(tx, bookings.Enrolment{ID: portal.NewID(), Child: f.child, Activity: act, Site: site, Year: year, Period: year.Period()}); err != nil {
						return err
					}
				}
			}
			town.families = append(town.families, f)
		}
		return nil
	})
}

// booked is a live booking as its writer knows it.
type booked struct {
	activity portal.ID
	day      portal.Date
}

// writer is a desktop that books and cancels: it keeps what it has not had an
// answer to, and sends it again under the same numbers.
type writer struct {
	t       testing.TB
	family  townFamily
	random  *rand.Rand
	address func() string
	clients map[string]*client.Client
	token   string
	outbox  portal.ID
	number  int64
	limit   atomic.Int64 // of one sending, in nanoseconds

	live    map[portal.ID]booked
	leaving map[portal.ID]booked // cancelled, unanswered
	taken   map[booked]bool
	known   []hosttest.Acknowledged

	failed, repeated, answered *atomic.Int64
}

// writers are those of a town at work.
type writers struct {
	all      []*writer
	done     sync.WaitGroup
	failures atomic.Int64
	repeats  atomic.Int64
	verdicts atomic.Int64
}

func (w *writers) wait() {
	w.done.Wait()
	for _, one := range w.all {
		for _, c := range one.clients {
			c.Close()
		}
	}
}

func (w *writers) acknowledged() (n int) {
	for _, one := range w.all {
		n += len(one.known)
	}
	return n
}

func (w *writers) failed() int64   { return w.failures.Load() }
func (w *writers) repeated() int64 { return w.repeats.Load() }

// answered counts verdicts while the writers are at work.
func (w *writers) answered() int64 { return w.verdicts.Load() }

// write signs every family in and has it write until ctx ends, to the address
// of each moment; then each goes on until all it sent is answered.
func (town *townOf) write(ctx context.Context, seed uint64, address func() string) *writers {
	town.t.Helper()
	ws := &writers{}
	for i, f := range town.families {
		w := &writer{
			t: town.t, family: f, random: rand.New(rand.NewPCG(seed, uint64(i)+2)), address: address, clients: map[string]*client.Client{},
			outbox: portal.NewID(), live: map[portal.ID]booked{}, leaving: map[portal.ID]booked{}, taken: map[booked]bool{}, failed: &ws.failures, repeated: &ws.repeats, answered: &ws.verdicts,
		}
		w.patience(2 * time.Second)
		in, err := w.client().SignIn(ctx, wire.SignIn{Login: f.login, Password: town.password, Device: wire.Device{ID: portal.NewID()}})
		if err != nil {
			town.t.Fatalf("%s: %v", f.login, err)
		}
		w.token = in.Token
		ws.all = append(ws.all, w)
	}
	for _, w := range ws.all {
		ws.done.Go(func() {
			for ctx.Err() == nil && !town.t.Failed() {
				w.step()
			}
		})
	}
	return ws
}

func (w *writer) client() *client.Client {
	at := w.address()
	if w.clients[at] == nil {
		c, err := client.New(client.Options{Address: at, Token: func() string { return w.token }})
		if err != nil {
			w.t.Error(err)
			c, _ = client.New(client.Options{Address: "http://127.0.0.1:1"})
		}
		w.clients[at] = c
	}
	return w.clients[at]
}

// patience is how long the writer waits for one answer.
func (w *writer) patience(d time.Duration) { w.limit.Store(int64(d)) }

// step makes a few commands and sends them until each has its verdict.
func (w *writer) step() {
	var batch []wire.Envelope
	var args []any
	for range 1 + w.random.IntN(4) {
		kind, a := w.next()
		body, err := wire.NewCommand(portal.NewID(), kind, a)
		if err != nil {
			w.t.Error(err)
			return
		}
		w.number++
		batch, args = append(batch, wire.Envelope{Number: w.number, Body: body}), append(args, a)
	}
	verdicts := w.send(batch)
	for i, v := range verdicts {
		w.learn(args[i], v)
		w.known = append(w.known, hosttest.Acknowledged{Account: w.family.account, Outbox: w.outbox, Body: batch[i].Body, Verdict: v})
	}
	// Now and then a line doubles what it carried.
	if len(verdicts) == len(batch) && w.random.IntN(8) == 0 {
		w.repeated.Add(1)
		for i, again := range w.send(batch) {
			if text(again) != text(verdicts[i]) {
				w.t.Errorf("answered %s, and then %s", text(verdicts[i]), text(again))
			}
		}
	}
}

func text(v wire.Verdict) string { raw, _ := json.Marshal(v); return string(raw) }

// next is what the writer does next: it books free days, cancels some of its
// own, and now and then wants one that everybody wants.
func (w *writer) next() (string, any) {
	if len(w.live) > 0 && (w.random.IntN(3) == 0 || len(w.live) > 90) {
		ids := make([]portal.ID, 0, len(w.live))
		for id := range w.live {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		id := ids[w.random.IntN(len(ids))]
		w.leaving[id] = w.live[id]
		delete(w.live, id)
		return wire.BookingCancel, wire.CancelBooking{Booking: id}
	}
	b := booked{}
	for b.day == "" || w.taken[b] {
		b.activity = wide
		n := 180
		if w.random.IntN(4) == 0 {
			b.activity, n = narrow, 12
		}
		b.day = portal.DateOf(time.Now()).Add(3 + w.random.IntN(n))
	}
	w.taken[b] = true
	return wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: w.family.child, Activity: b.activity, Day: b.day}
}

// learn takes a verdict in. Nobody else touches this child, so the only thing
// that may be refused is a day on which all places are taken.
func (w *writer) learn(args any, v wire.Verdict) {
	switch a := args.(type) {
	case wire.Book:
		b := booked{a.Activity, a.Day}
		switch {
		case v.Accepted:
			w.live[a.Booking] = b
		case v.Error.Code == bookings.NoPlace && a.Activity == narrow:
			delete(w.taken, b)
		default:
			w.t.Errorf("%s: a booking is refused: %v", w.family.login, v.Error)
		}
	case wire.CancelBooking:
		if !v.Accepted {
			w.t.Errorf("%s: a cancellation is refused: %v", w.family.login, v.Error)
		}
		delete(w.taken, w.leaving[a.Booking])
		delete(w.leaving, a.Booking)
	}
}

// send sends until every command is answered, whatever happens to the server
// and the line.
func (w *writer) send(batch []wire.Envelope) (verdicts []wire.Verdict) {
	deadline := time.Now().Add(time.Minute)
	for len(verdicts) < len(batch) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(w.limit.Load()))
		out, err := w.client().SendCommands(ctx, w.outbox, batch[len(verdicts):])
		cancel()
		if err == nil {
			verdicts = append(verdicts, out.Verdicts...)
			w.answered.Add(int64(len(out.Verdicts)))
			continue
		}
		w.failed.Add(1)
		code := portal.CodeOf(err)
		if code != portal.NotReachable && code != portal.Unavailable || time.Now().After(deadline) {
			w.t.Errorf("%s: %v", w.family.login, err)
			return verdicts
		}
		time.Sleep(within(w.random, 30*time.Millisecond)) // a desktop's back-off, made short
	}
	return verdicts
}

// check holds the database against all that its writers know: every command
// acknowledged is in the log with that verdict, every booking is there once,
// and the balance is what they add up to.
func (town *townOf) check(ws *writers) {
	town.t.Helper()
	ctx := context.Background()
	town.open(func(h *host.Host) error {
		found, err := h.Service.Contradictions(ctx)
		if err != nil {
			return err
		}
		for _, c := range found {
			town.t.Errorf("invariant: %s", c)
		}
		for _, w := range ws.all {
			forgotten, err := hosttest.Forgotten(ctx, h.Store, w.known)
			if err != nil {
				return err
			}
			// What was booked and then cancelled by a later command of ours is
			// no longer live, and Forgotten knows: it asks for the booking only.
			for _, f := range forgotten {
				town.t.Errorf("%s: %s", w.family.login, f)
			}
			page, err := h.Store.Pull(ctx, wire.Pull{Outbox: w.outbox, Number: max(0, w.number-1)}, w.family.account, func(*store.Tx) ([]string, error) {
				return []string{wire.AccountFeed(w.family.account)}, nil
			})
			if err != nil {
				return err
			}
			if page.Mark != w.number {
				town.t.Errorf("%s: the mark is %d after %d commands", w.family.login, page.Mark, w.number)
			}
			there, want := map[portal.ID]booked{}, credit
			for _, c := range page.Changes {
				switch c.Collection {
				case wire.Bookings:
					var b wire.Booking
					if err := json.Unmarshal(c.Body, &b); err != nil {
						return err
					}
					there[b.ID] = booked{b.Activity, b.Day}
				case wire.Balances:
					var b wire.Balance
					if err := json.Unmarshal(c.Body, &b); err != nil {
						return err
					}
					want -= b.Amount
				}
			}
			for id, b := range w.live {
				if there[id] != b {
					town.t.Errorf("%s: booking %s of %v is not there", w.family.login, id, b)
				}
				if b.activity == wide {
					want -= widePrice
				} else {
					want -= narrPrice
				}
			}
			if len(there) != len(w.live) || want != 0 {
				town.t.Errorf("%s: %d bookings where there are %d, and %s € amiss", w.family.login, len(there), len(w.live), want.Decimal())
			}
		}
		return nil
	})
}

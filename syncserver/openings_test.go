package main

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// The real server is killed again and again while an opening's hour comes: nobody
// is served before it, each family's prepared days are booked once however often
// they were sent, and nothing is oversold. What was asked for in the same minutes
// is drawn afterwards, all of it.
func TestSoakTheServerIsKilledWhileAnOpeningOpens(t *testing.T) {
	for _, engine := range []struct {
		name  string
		kills int
		dsn   func(testing.TB) string
	}{{"sqlite", 6, storetest.SQLite}, {"postgres", 3, storetest.Postgres}} {
		if engine.name == "postgres" && !onPostgres(t) {
			continue
		}
		t.Run(engine.name, func(t *testing.T) {
			hosttest.Soak(t, func(t *testing.T, random *rand.Rand, _ uint64) {
				openAndKill(t, engine.dsn(t), random, engine.kills)
			})
		})
	}
}

// openAndKill has families send their days until each has an answer that is not
// "not yet", and ask for the day after, while the server comes and goes.
func openAndKill(t *testing.T, dsn string, random *rand.Rand, kills int) {
	const families = 8
	town := newTownOf(t, dsn, families)
	p := newProcess(t, dsn)
	p.start()
	p.ready() // built, and up: only now does the time count
	ctx, stop := context.WithTimeout(context.Background(), 3*time.Minute)
	defer stop()
	desks := make([]*opens, families)
	for i, f := range town.families {
		desks[i] = &opens{t: t, family: f, outbox: portal.NewID(), group: portal.NewID()}
		var err error
		if desks[i].client, err = client.New(client.Options{Address: p.url(), Token: func() string { return desks[i].token }}); err != nil {
			t.Fatal(err)
		}
		defer desks[i].client.Close()
		in, err := desks[i].client.SignIn(ctx, wire.SignIn{Login: f.login, Password: town.password, Device: wire.Device{ID: portal.NewID()}})
		if err != nil {
			t.Fatal(err)
		}
		desks[i].token = in.Token
	}
	p.stop()
	today := portal.DateOf(time.Now())
	first, drawn := portal.Period{From: today.Add(20), To: today.Add(21)}, portal.Period{From: today.Add(30), To: today.Add(31)}
	at := time.Now().Add(2 * time.Second)
	pool := bookings.Opening{ID: portal.NewID(), Activity: narrow, Period: drawn, Opens: time.Now().UnixMicro(), Mode: bookings.Pooled, Until: at.Add(10 * time.Minute).UnixMicro()}
	town.open(func(h *host.Host) error {
		return h.Store.Write(ctx, func(tx *store.Tx) error {
			o := bookings.Opening{ID: portal.NewID(), Activity: narrow, Period: first, Opens: at.UnixMicro()}
			if err := tx.PutFact(wire.Openings, o.ID, o); err != nil {
				return err
			}
			if err := tx.SetSeed(pool.ID, "graine"); err != nil {
				return err
			}
			pool.Commitment = bookings.Commitment("graine")
			return tx.PutFact(wire.Openings, pool.ID, pool)
		})
	})
	p.start()
	var all sync.WaitGroup
	for _, d := range desks {
		all.Go(func() { d.open(ctx, at, first, drawn) })
	}
	for n := 0; n < kills; n++ {
		time.Sleep(within(random, 900*time.Millisecond)) // the fault's own moment
		p.kill()
		p.start()
	}
	all.Wait()
	p.ready()
	p.stop()
	p.doctor()

	// Asking has ended since, and the draw is as it would have been.
	town.open(func(h *host.Host) error {
		if err := h.Store.Write(ctx, func(tx *store.Tx) error {
			pool.Opens, pool.Until = at.Add(-time.Hour).UnixMicro(), at.Add(-30*time.Minute).UnixMicro()
			return tx.PutFact(wire.Openings, pool.ID, pool)
		}); err != nil {
			return err
		}
		for due := true; due; {
			if err := h.Store.Write(ctx, func(tx *store.Tx) (err error) {
				if _, err = h.Service.Draw(tx); err == nil {
					due, err = h.Service.DrawsDue(tx)
				}
				return err
			}); err != nil {
				return err
			}
		}
		return h.Store.Read(ctx, func(tx *store.Tx) error {
			for _, of := range []portal.Date{first.From, first.To, drawn.From} {
				if taken, _, err := tx.Places(narrow, site, of); err != nil || taken.Live != places {
					t.Errorf("on %s %+v of %d places are taken: %v", of, taken, places, err)
				}
			}
			asks, err := tx.AsksIn(pool.ID)
			if err != nil || len(asks) != families {
				t.Errorf("%d of %d asks were drawn: %v", len(asks), families, err)
			}
			for i, a := range asks {
				var results []wire.AskResult
				if err := json.Unmarshal([]byte(a.Results), &results); err != nil {
					return err
				}
				if a.Turn != i+1 || a.Number != bookings.Number("graine", bookings.Ticket(pool.ID, a.Child)) || len(results) != 1 || (results[0].Error == nil) != (i < places) {
					t.Errorf("turn %d of the draw is %+v", i+1, a)
				}
			}
			for _, d := range desks {
				left, err := tx.PreparedOf(d.family.account)
				if g, sent, failed := tx.BookingGroup(d.group); err != nil || failed != nil || sent == (len(left) > 0) {
					t.Errorf("of %s is sent %v (%s), and %d groups are prepared: %v", d.family.login, sent, g.Body, len(left), err)
				}
			}
			return nil
		})
	})
	p.doctor()
}

// opens is a family's desktop at an opening.
type opens struct {
	t      *testing.T
	family townFamily
	client *client.Client
	token  string
	outbox portal.ID
	group  portal.ID
	number int64
}

// open prepares days, asks for another, and sends what it has prepared again and
// again, from before the hour on, until it is told something else than to wait.
func (d *opens) open(ctx context.Context, at time.Time, first, drawn portal.Period) {
	book := []bookings.Lot{{Child: d.family.child, Activity: narrow, Days: []portal.Date{first.From, first.To}}}
	if v := d.send(ctx, wire.GroupPrepare, wire.PrepareGroup{Group: d.group, Book: book}); !v.Accepted {
		d.t.Errorf("%s cannot prepare: %v", d.family.login, v.Error)
	}
	if v := d.send(ctx, wire.OpeningAsk, wire.AskPlaces{Book: []bookings.Lot{{Child: d.family.child, Activity: narrow, Days: []portal.Date{drawn.From}}}}); !v.Accepted {
		d.t.Errorf("%s cannot ask: %v", d.family.login, v.Error)
	}
	for {
		v := d.send(ctx, wire.BookingGroup, wire.GroupBookings{Group: d.group, Book: book})
		early := time.UnixMicro(v.Received).Before(at)
		switch {
		case v.Command == "":
			return
		case !v.Accepted && v.Error.Code == bookings.OpensLater:
			if !early {
				d.t.Errorf("received at %d, after the hour, it is told to wait", v.Received)
			}
			time.Sleep(20 * time.Millisecond)
			continue
		case early:
			d.t.Errorf("received at %d, before the hour, it ends as %+v", v.Received, v)
		case !v.Accepted && v.Error.Code != bookings.GroupNone:
			d.t.Errorf("%s is refused: %v", d.family.login, v.Error)
		}
		// Another computer of the same family sends it once more.
		if again := d.send(ctx, wire.BookingGroup, wire.GroupBookings{Group: d.group, Book: book}); again.Accepted {
			d.t.Errorf("%s is booked twice", d.family.login)
		}
		return
	}
}

// send sends a command until it is answered: the same number and bytes each time.
func (d *opens) send(ctx context.Context, kind string, args any) wire.Verdict {
	body, err := wire.NewCommand(portal.NewID(), kind, args)
	if err != nil {
		d.t.Error(err)
		return wire.Verdict{}
	}
	d.number++
	for ctx.Err() == nil {
		out, err := d.client.SendCommands(ctx, d.outbox, []wire.Envelope{{Number: d.number, Body: body}})
		if err == nil && len(out.Verdicts) == 1 {
			return out.Verdicts[0]
		}
		time.Sleep(30 * time.Millisecond) // it is down, or was killed under way
	}
	d.t.Errorf("%s was never answered", d.family.login)
	return wire.Verdict{}
}

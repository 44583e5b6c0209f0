package simulate

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/syncing"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// The rules that are broken here are broken around the program's parts, never
// in them.

// twice is an outbox that keeps a command and, now and then, the same again as
// a new one: what a "send again" does that knows nothing of ids.
type twice struct {
	*cache.Cache
	d *desktop
	n int
}

func (c *twice) Enqueue(id portal.ID, body []byte, note cache.Note, at time.Time) (cache.Pending, error) {
	p, err := c.Cache.Enqueue(id, body, note, at)
	if c.n++; err == nil && c.n%3 == 0 {
		var again wire.Command
		_ = json.Unmarshal(body, &again)
		again.ID = c.d.ids()
		body, _ = json.Marshal(again)
		_, err = c.Cache.Enqueue(again.ID, body, note, at)
	}
	return p, err
}

// forgetful is an outbox that does not survive a reset.
type forgetful struct{ *cache.Cache }

func (c forgetful) ApplyPull(p cache.Pulled) (cache.Applied, error) {
	a, err := c.Cache.ApplyPull(p)
	if err == nil && p.Reset {
		_ = c.Cache.NewOutbox()
		for _, waits := range c.Cache.Outbox() {
			_ = c.Cache.DropUnsent(waits.ID)
		}
	}
	return a, err
}

// deaf passes over every fifth pull's changes, and goes on from where it ends.
type deaf struct {
	*cache.Cache
	n int
}

func (c *deaf) ApplyPull(p cache.Pulled) (cache.Applied, error) {
	if c.n++; c.n%5 == 0 {
		p.Changes = nil
	}
	return c.Cache.ApplyPull(p)
}

// hasty is an outbox that a command leaves when its verdict is there, not when
// the cursor has passed what it changed.
type hasty struct {
	*cache.Cache
	d *desktop
}

func (c hasty) Outbox() []cache.Pending {
	return slices.DeleteFunc(c.Cache.Outbox(), func(p cache.Pending) bool {
		v, judged := c.d.h.town.verdict(p.ID)
		return judged && v.Accepted
	})
}

// anywhere makes every frame of the live sockets begin before all: each desktop
// applies it, whatever lies between.
func anywhere(_ int, up bool, chunk []byte) []byte {
	if up || !wholeFrame(chunk) {
		return chunk
	}
	return beginning.ReplaceAllFunc(chunk, func(from []byte) []byte {
		return append([]byte(`"from":`), append(bytes.Repeat([]byte(" "), len(from)-len(`"from":0`)), '0')...)
	})
}

// givesBack is a job that has appointments leave the lists, and their counters,
// long before anybody has come.
func givesBack(tx *store.Tx) error {
	_, err := tx.UnlistAppointments(tx.Now().AddDate(1, 0, 0).UnixMicro(), 100)
	return err
}

// losesFiles is a job that takes the files of messages away with nobody asking.
func losesFiles(tx *store.Tx) error {
	a, _, err := tx.AccountByLogin("claire.martel")
	if err != nil {
		return err
	}
	lost, err := tx.EnclosedTo(a.ID)
	for _, d := range lost {
		err = errors.Join(err, tx.DeleteDocument(d))
	}
	return err
}

// each calls f with each source of a kind.
func each(tx *store.Tx, kind string, f func(portal.ID) error) error {
	all, err := tx.Sources()
	for _, s := range all {
		if s.Kind == kind {
			err = errors.Join(err, f(s.ID))
		}
	}
	return err
}

// entersTwice is a job that enters money again that was brought once.
func entersTwice(tx *store.Tx) error {
	again := map[portal.ID]bool{}
	if err := each(tx, "transaction", func(id portal.ID) error { again[id.Derived("again")] = true; return nil }); err != nil {
		return err
	}
	return each(tx, "transaction", func(id portal.ID) error {
		t, _, err := tx.Transaction(id)
		if err != nil || t.Kind != store.LedgerDesk || again[id] {
			return err
		}
		_, done, err := tx.Transaction(id.Derived("again"))
		if err != nil || done {
			return err
		}
		legs, err := tx.Entries(id)
		if err != nil {
			return err
		}
		b, _, err := tx.Brought(id)
		b.Tx = id.Derived("again")
		return errors.Join(err, tx.SaveBrought(b), tx.Post(b.Tx, t.Kind, "", t.Actor, legs), tx.GiveReceipt(b.Tx, b.CashDesk))
	})
}

// believes is a job that takes a payment that was begun for one that was paid.
func believes(tx *store.Tx) error {
	return each(tx, "payment", func(id portal.ID) error {
		p, _, err := tx.Payment(id)
		if err != nil || p.State != payments.Pending {
			return err
		}
		p.State, p.Next, p.Settled, p.Credit = payments.Paid, 0, tx.Now().UnixMicro(), id.Derived("credit")
		return errors.Join(tx.SavePayment(p), tx.Post(p.Credit, store.LedgerTopUp, p.ID, p.Account, ledger.TopUp(p.Account, p.CashDesk, p.Amount)), tx.GiveReceipt(p.Credit, p.CashDesk))
	})
}

// opensAnew is a job that ends closures and leaves what they have cancelled.
func opensAnew(tx *store.Tx) error {
	facts, err := tx.Facts(wire.Closures)
	for _, f := range facts {
		var c bookings.Closure
		if err = errors.Join(err, json.Unmarshal([]byte(f.Body), &c)); err == nil && c.Reopened == 0 {
			c.Undone, c.Reopened = tx.Now().UnixMicro(), tx.Now().UnixMicro()
			err = tx.PutFact(wire.Closures, c.ID, c)
		}
	}
	return err
}

// decidesAlone is a job that accepts what families tell of their quotients.
func decidesAlone(tx *store.Tx) error {
	a, _, err := tx.AccountByLogin("claire.martel")
	if err != nil {
		return err
	}
	told, err := tx.QuotientsOf(a.ID)
	for _, q := range told {
		if quotients.State(q.State) == quotients.Declared {
			q.State, q.Agent, q.Decided, q.Until = string(quotients.Accepted), a.ID, tx.Now().UnixMicro(), q.From.Add(30)
			err = errors.Join(err, tx.SaveQuotient(q))
		}
	}
	return err
}

// losesAsks is a job that forgets what is asked for before it is drawn.
func losesAsks(tx *store.Tx) error {
	return each(tx, "opening_ask", func(id portal.ID) error {
		if a, _, err := tx.Ask(id); err != nil || a.Turn > 0 {
			return err
		}
		return tx.DropAsk(id)
	})
}

var beginning = regexp.MustCompile(`"from":[0-9]+`)

// TestSimulateFindsBrokenRules breaks one rule after the other: a simulation
// that finds nothing there would find nothing anywhere.
func TestSimulateFindsBrokenRules(t *testing.T) {
	for _, rule := range []struct {
		name   string
		rare   bool // few histories have what it takes: make simulate looks for it
		in     kind // of what histories
		breaks broken
	}{
		{"a command is sent twice, as two", false, anything, broken{cache: func(d *desktop) syncing.Cache { return &twice{Cache: d.cache, d: d} }}},
		{"a pull's changes are lost and its cursor is kept", false, anything, broken{cache: func(d *desktop) syncing.Cache { return &deaf{Cache: d.cache} }}},
		{"a frame is applied wherever it begins", false, anything, broken{wire: anywhere}},
		{"a command leaves the outbox early", false, anything, broken{cache: func(d *desktop) syncing.Cache { return hasty{d.cache, d} }}},
		{"a time is given back before it is held", false, withPapers, broken{job: givesBack}},
		{"a message's files are lost", false, anything, broken{job: losesFiles}},
		{"money is entered twice", false, withMoney, broken{job: entersTwice}},
		{"a payment is believed before it is paid", false, withMoney, broken{job: believes}},
		{"a closure ends and nothing is booked again", false, withClosures, broken{job: opensAnew}},
		{"a quotient is accepted by nobody", false, withPayers, broken{job: decidesAlone}},
		{"what is asked for is forgotten before the draw", false, withOpenings, broken{job: losesAsks}},
		{"the outbox does not outlive a reset", true, anything, broken{cache: func(d *desktop) syncing.Cache { return forgetful{d.cache} }}},
	} {
		if rule.rare && *seeds == 0 {
			continue
		}
		t.Run(rule.name, func(t *testing.T) {
			began := time.Now()
			for seed := uint64(1); seed <= 300; seed++ {
				if rule.in != anything && !plays(seed, rule.in) {
					continue
				}
				if h := play(t, seed, rule.breaks); len(h.wrong) > 0 {
					t.Logf("found by seed %d after %.1f s: %s", seed, time.Since(began).Seconds(), h.wrong[0])
					return
				}
			}
			t.Error("300 histories did not find it")
		})
	}
}

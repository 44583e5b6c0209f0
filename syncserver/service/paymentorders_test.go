//go:build !race

package service_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// Payments in every order of what may happen to them: started once or again,
// notices early, late, doubled and of nothing, PayFiP silent or wrong, time
// passing, the server started anew. In the end each that PayFiP has for paid is
// credited once, and no other. It is played by one after the other: the race detector
// would see nothing new in it, in minutes.
func TestPaymentsInEveryOrder(t *testing.T) {
	const together = 250 // payments of one history, each with an order of its own
	t.Run("sqlite", func(t *testing.T) {
		// A history loses no power: its file may lie in memory, where there is such
		// a place.
		folder := t.TempDir()
		if in, err := os.MkdirTemp("/dev/shm", "parvis"); err == nil {
			folder = in
			t.Cleanup(func() { _ = os.RemoveAll(in) })
		}
		for seed := range uint64(10_000 / together) {
			playPayments(t, "sqlite:"+filepath.Join(folder, fmt.Sprintf("%d.db", seed)), seed, together)
		}
	})
	if os.Getenv(storetest.Variable) == "" {
		t.Logf("%s is not set: nothing is run on PostgreSQL", storetest.Variable)
		return
	}
	t.Run("postgres", func(t *testing.T) {
		for seed := range uint64(500 / together) {
			playPayments(t, storetest.Postgres(t), 1000+seed, together)
		}
	})
}

// truth is what PayFiP knows of a payment, whatever the server has heard.
type truth struct {
	id     portal.ID
	payer  service.Actor
	amount portal.Money
	wrong  bool // PayFiP says another amount than was asked for
	mute   bool // there is never any news of it but what the server asks for
}

// answered is an answer that is under way.
type answered struct {
	claimed store.Payment
	result  payments.Result
}

// history is a town with payments, of which everything is drawn from one seed.
type history struct {
	t      *testing.T
	dsn    string
	clock  *hosttest.Clock
	random *rand.Rand
	payfip *fakePayFiP
	svc    *service.Service
	st     *store.Store
	opened map[string]time.Time
	pages  map[portal.ID]string // by payment, the operation whose page its payer was given
	// late is what another process has asked and was answered, and has not written
	// down yet.
	late []answered
}

// open starts the server.
func (h *history) open() {
	h.t.Helper()
	ctx := context.Background()
	h.svc = service.New(service.Options{Clock: h.clock.Now, Hasher: hosttest.Plain{}, PayFiP: h.payfip, PublicURL: func() string { return "https://portail.exemple" }})
	var err error
	if h.st, err = store.Open(ctx, store.Options{DSN: h.dsn, Clock: h.clock.Now, Project: h.svc.Project, Projection: service.Projection}); err != nil {
		h.t.Fatal(err)
	}
	if err := h.st.Migrate(ctx); err != nil {
		h.t.Fatal(err)
	}
	if err := h.st.Start(ctx); err != nil {
		h.t.Fatal(err)
	}
	if err := h.svc.Bind(ctx, h.st); err != nil {
		h.t.Fatal(err)
	}
}

func (h *history) close() {
	h.t.Helper()
	if err := h.st.Close(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

// operations is what PayFiP calls those of a payment's pages: more than one where
// an answer was lost.
func (h *history) operations(p truth) (out []string) {
	for name, o := range h.payfip.orders {
		if o.Reference == payments.Reference(p.id) {
			out = append(out, name)
		}
	}
	return out
}

func playPayments(t *testing.T, dsn string, seed uint64, together int) {
	t.Helper()
	h := &history{t: t, dsn: dsn, clock: hosttest.NewClock(), random: rand.New(rand.NewPCG(seed, 7)), payfip: newFakePayFiP(), opened: map[string]time.Time{}, pages: map[portal.ID]string{}}
	h.open()
	payers := h.payers(together/10 + 1)
	all := make([]truth, together)
	for i := range all {
		all[i] = truth{id: portal.NewID(), payer: payers[i%len(payers)], amount: portal.Money(100 + h.random.IntN(49_900)), wrong: h.random.IntN(40) == 0, mute: h.random.IntN(2) == 0}
	}
	for range 16 {
		h.payfip.down = h.random.IntN(6) == 0
		h.payfip.lost = h.random.IntN(8) == 0
		for _, p := range all {
			h.step(p)
		}
		h.arrive(false)
		h.tick(h.random.IntN(3))
		if h.random.IntN(5) == 0 {
			h.close()
			h.open()
		}
		h.clock.Add([]time.Duration{time.Second, 20 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 6 * time.Minute, 21 * time.Minute, 3 * time.Hour}[h.random.IntN(8)])
		h.night()
	}
	// All is quiet: PayFiP answers, no notice comes, and the server asks of its own
	// accord until it no longer does.
	h.payfip.down, h.payfip.lost = false, false
	h.arrive(true)
	for range 200 {
		h.tick(1000)
		h.clock.Add(3 * time.Hour)
		h.night()
	}
	h.judge(all, seed)
	h.close()
}

// payers is a town with a cash desk, and accounts that pay there.
func (h *history) payers(n int) (payers []service.Actor) {
	h.t.Helper()
	ctx := context.Background()
	if err := h.st.Write(ctx, func(tx *store.Tx) error {
		payers = nil
		if err := tx.PutFact(wire.CashDesks, service.CashDesk, map[string]any{"key": service.CashDesk, "name": "Régie", "online": true, "most": 50_000, "payfip": "006382"}); err != nil {
			return err
		}
		for i := range n {
			login := fmt.Sprintf("famille.%d", i)
			a, err := h.svc.SeedFamily(tx, accounts.Profile{
				FirstName: "Ondine", LastName: "Tamarin", BirthDate: "1988-04-12", Mail: login + "@exemple.fr",
				Address: accounts.Address{Line1: "1 rue Haute", Postcode: demo.Postcode, City: demo.Town, Country: "FR"},
			}, login, "x", ledger.Payer{}, 0)
			if err != nil {
				return err
			}
			payers = append(payers, service.Actor{Account: a.ID, Role: accounts.Role{Kind: accounts.Family}})
		}
		return nil
	}); err != nil {
		h.t.Fatal(err)
	}
	return payers
}

// step does something to one payment.
func (h *history) step(p truth) {
	ctx := context.Background()
	operation := h.pages[p.id]
	what := h.random.IntN(9)
	if p.mute && what > 3 {
		return
	}
	switch what {
	case 0, 1:
		told, err := h.svc.StartPayment(ctx, p.payer, wire.StartPayment{Payment: p.id, CashDesk: service.CashDesk, Amount: p.amount})
		if err != nil && portal.CodeOf(err) != payments.Unopened {
			h.t.Fatalf("a start: %v", err)
		}
		if told.URL == "" {
			return
		}
		if got := h.payfip.of(told.URL); operation == "" {
			h.pages[p.id], h.opened[got] = got, h.clock.Now()
		} else if got != operation {
			h.t.Errorf("%s has another page now", p.id)
		}
	case 2, 3: // the payer does something on the page, while it serves
		if operation == "" || h.payfip.result[operation].Answer == payments.PaidByCard || h.payfip.result[operation].Answer == payments.PaidByDebit {
			return
		}
		age := h.clock.Now().Sub(h.opened[operation])
		was, settled := h.payfip.result[operation]
		if settled && (was.Answer != payments.WasAbandoned || age >= payments.Unsure) || age > time.Hour || h.payfip.orders[operation] == (payments.Order{}) {
			return
		}
		more := 0
		if p.wrong {
			more = 1 + h.random.IntN(100)
		}
		// Who abandoned and comes back does pay.
		answers := []payments.Answer{payments.PaidByCard, payments.PaidByCard, payments.PaidByDebit, payments.CardRefused, payments.DebitRefused, payments.WasAbandoned, payments.WasAbandoned}
		h.payfip.settle(operation, answers[h.random.IntN(len(answers))], more)
	case 4, 5: // a notice, once or more, whether there is news or not
		for range 1 + h.random.IntN(3) {
			if err := h.svc.PaymentNews(ctx, operation); err != nil {
				h.t.Fatal(err)
			}
		}
	case 6: // the browser comes back, or somebody makes an address up
		if _, err := h.svc.PaymentReturned(ctx, payments.Reference(p.id), time.Nanosecond); err != nil && portal.CodeOf(err) != portal.NotFound {
			h.t.Fatal(err)
		}
	case 7: // another process asks, and writes it down at once, later, or twice
		claimed, err := h.svc.Claim(ctx, p.id)
		if err != nil || operation == "" {
			return
		}
		r, err := h.payfip.Result(ctx, operation)
		if err != nil {
			r = payments.Result{}
		}
		h.late = append(h.late, answered{claimed, r})
	}
}

// arrive writes down what other processes were answered, in any order.
func (h *history) arrive(all bool) {
	ctx := context.Background()
	h.random.Shuffle(len(h.late), func(i, j int) { h.late[i], h.late[j] = h.late[j], h.late[i] })
	var kept []answered
	for _, a := range h.late {
		if !all && h.random.IntN(3) == 0 {
			kept = append(kept, a)
			if h.random.IntN(2) == 0 {
				continue
			}
		}
		if err := h.svc.Heard(ctx, a.claimed, a.result); err != nil {
			h.t.Fatal(err)
		}
	}
	h.late = kept
}

// tick has the job do some rounds.
func (h *history) tick(rounds int) {
	ctx := context.Background()
	for range rounds {
		did, err := h.svc.AskPayFiP(ctx, 50)
		if err != nil && !strings.Contains(err.Error(), "no answer") {
			h.t.Fatal(err)
		}
		if did == 0 {
			return
		}
	}
}

// night purges what nobody has paid a day ago.
func (h *history) night() {
	now := h.clock.Now()
	for name, at := range h.opened {
		if _, settled := h.payfip.result[name]; !settled && now.Sub(at) > time.Hour && portal.DateOf(now) > portal.DateOf(at) {
			delete(h.payfip.orders, name)
		}
	}
}

// judge holds what the server has written against what PayFiP knows.
func (h *history) judge(all []truth, seed uint64) {
	h.t.Helper()
	ctx := context.Background()
	found, err := h.svc.Contradictions(ctx)
	if err != nil || len(found) > 0 {
		h.t.Errorf("seed %d: %v %v", seed, found, err)
	}
	paid, ends := map[portal.ID]portal.Money{}, map[payments.State]int{}
	if err := h.st.Read(ctx, func(tx *store.Tx) error {
		for _, p := range all {
			stored, started, err := tx.Payment(p.id)
			if err != nil {
				return err
			}
			if !started {
				continue
			}
			ends[stored.State]++
			r, settled := h.payfip.result[stored.Operation]
			is := settled && (r.Answer == payments.PaidByCard || r.Answer == payments.PaidByDebit)
			if is && !p.wrong {
				paid[p.payer.Account] += p.amount
			}
			if (stored.State == payments.Paid) != (is && !p.wrong) {
				h.t.Errorf("seed %d: %s is %s, and PayFiP says %+v", seed, p.id, stored.State, r)
			}
			if is && p.wrong && stored.State != payments.Unclear {
				h.t.Errorf("seed %d: %s is %s with another amount", seed, p.id, stored.State)
			}
			if stored.State.Open() || stored.Next != 0 {
				h.t.Errorf("seed %d: %s is %s in the end, asked again at %d", seed, p.id, stored.State, stored.Next)
			}
			if n := len(h.operations(p)); n == 0 && is {
				h.t.Errorf("seed %d: %s was paid nowhere", seed, p.id)
			}
		}
		for _, p := range all {
			if got, err := tx.Balance("prepaid:" + service.CashDesk + ":" + string(p.payer.Account)); err != nil || got != paid[p.payer.Account] {
				h.t.Errorf("seed %d: %s has %s and paid %s: %v", seed, p.payer.Account, got.Decimal(), paid[p.payer.Account].Decimal(), err)
			}
		}
		return nil
	}); err != nil {
		h.t.Fatal(err)
	}
	for _, s := range []payments.State{payments.Paid, payments.Refused, payments.Abandoned, payments.Expired} {
		if ends[s] == 0 {
			h.t.Errorf("seed %d: none is %s in the end: %v", seed, s, ends)
		}
	}
}

// What PayFiP answered before a payment was made may be written down after it:
// it is true of the moment of the question, and ends nothing.
func TestALateAnswerIsOfTheMomentOfItsQuestion(t *testing.T) {
	ctx := context.Background()
	h := &history{t: t, dsn: storetest.SQLite(t), clock: hosttest.NewClock(), payfip: newFakePayFiP()}
	h.open()
	defer h.close()
	payer := h.payers(1)[0]
	id := portal.NewID()
	p, err := h.svc.StartPayment(ctx, payer, wire.StartPayment{Payment: id, CashDesk: service.CashDesk, Amount: 1000})
	if err != nil {
		t.Fatal(err)
	}
	operation := h.payfip.of(p.URL)
	h.payfip.settle(operation, payments.WasAbandoned, 0)
	h.clock.Add(payments.Unsure - time.Second)
	claimed, err := h.svc.Claim(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	abandoned, err := h.payfip.Result(ctx, operation)
	if err != nil {
		t.Fatal(err)
	}
	h.payfip.settle(operation, payments.PaidByCard, 0)
	h.clock.Add(2 * time.Second)
	if err := h.svc.Heard(ctx, claimed, abandoned); err != nil {
		t.Fatal(err)
	}
	h.tick(10)
	if claimed, err = h.svc.Claim(ctx, id); err != nil || claimed.State != payments.Paid {
		t.Errorf("it is %s: %v", claimed.State, err)
	}
}

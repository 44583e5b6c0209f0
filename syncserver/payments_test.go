package main

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http/httptest"
	"testing"
	"time"

	"parvis/shared/client"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/payfip/simulator"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// The real server is killed around payments: while it asks PayFiP for a page, and
// while it hears that one was paid. Each is paid on one page only, and credited
// once.
func TestSoakTheServerIsKilledAroundPayments(t *testing.T) {
	for _, engine := range []struct {
		name  string
		kills int
		dsn   func(testing.TB) string
	}{{"sqlite", 8, storetest.SQLite}, {"postgres", 3, storetest.Postgres}} {
		if engine.name == "postgres" && !onPostgres(t) {
			continue
		}
		t.Run(engine.name, func(t *testing.T) {
			hosttest.Soak(t, func(t *testing.T, random *rand.Rand, _ uint64) {
				payAndKill(t, engine.dsn(t), random, engine.kills)
			})
		})
	}
}

func payAndKill(t *testing.T, dsn string, random *rand.Rand, kills int) {
	ctx := context.Background()
	town := newTownOf(t, dsn, 1)
	town.open(func(h *host.Host) error {
		return h.Store.Write(ctx, func(tx *store.Tx) error {
			return tx.PutFact(wire.CashDesks, service.CashDesk, map[string]any{"key": service.CashDesk, "name": "Régie", "online": true, "least": 100, "most": 50_000, "payfip": "006382"})
		})
	})
	payfip := simulator.New(simulator.Options{Desks: map[string]string{"006382": "Régie"}})
	defer payfip.Close()
	at := httptest.NewServer(payfip)
	defer at.Close()
	p := newProcess(t, dsn)
	p.more = []string{"PARVIS_PAYFIP_SERVICE=" + at.URL + simulator.Service, "PARVIS_PAYFIP_PAGE=" + at.URL + simulator.Page}
	p.start()
	p.ready()
	token := ""
	c, err := client.New(client.Options{Address: p.url(), Token: func() string { return token }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	in, err := c.SignIn(ctx, wire.SignIn{Login: town.families[0].login, Password: town.password, Device: wire.Device{ID: portal.NewID()}})
	if err != nil {
		t.Fatal(err)
	}
	token = in.Token
	want := credit
	for n := range kills {
		args := wire.StartPayment{Payment: portal.NewID(), CashDesk: service.CashDesk, Amount: portal.Money(100 + random.IntN(1000))}
		payfip.Set(simulator.Faults{Slow: within(random, 30*time.Millisecond), Notices: random.IntN(3)})
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = c.StartPayment(ctx, args) // whatever it is told, or nothing
		}()
		time.Sleep(within(random, 60*time.Millisecond)) // the fault's own moment
		p.kill()
		<-done
		p.start()
		p.ready()
		var begun wire.Payment
		if !eventually(20*time.Second, func() bool { begun, err = c.StartPayment(ctx, args); return err == nil }) || begun.State != payments.Pending {
			t.Fatalf("tried again it is %+v: %v", begun, err)
		}
		if again, err := c.StartPayment(ctx, args); err != nil || again != begun {
			t.Fatalf("and once more %+v: %v", again, err)
		}
		result := payments.PaidByCard
		if n%4 == 3 {
			result = payments.CardRefused
		} else {
			want += args.Amount
		}
		if !payfip.Settle(operationOf(t, payfip, begun), result) {
			t.Fatal("its page cannot be paid on")
		}
		time.Sleep(within(random, 30*time.Millisecond)) // while it hears of it
		p.kill()
		p.start()
	}
	p.ready()
	var balance portal.Money
	var open int
	if !eventually(time.Minute, func() bool { balance, open, err = standing(ctx, c); return err == nil && open == 0 }) || balance != want {
		t.Errorf("in the end there are %s, not %s; %d payments are open: %v", balance.Decimal(), want.Decimal(), open, err)
	}
	p.stop()
	p.doctor()
}

// operationOf is what PayFiP calls the payment whose page somebody has.
func operationOf(t *testing.T, payfip *simulator.Simulator, of wire.Payment) string {
	t.Helper()
	for _, p := range payfip.Payments() {
		if p.Order.Reference == of.Reference && len(of.URL) > 36 && of.URL[len(of.URL)-36:] == p.Operation {
			return p.Operation
		}
	}
	t.Fatalf("%s is no page of PayFiP's", of.URL)
	return ""
}

// standing is what an account has, and how many of its payments are open.
func standing(ctx context.Context, c *client.Client) (balance portal.Money, open int, err error) {
	page, err := c.Pull(ctx, wire.Pull{})
	for _, change := range page.Changes {
		switch change.Collection {
		case wire.Balances:
			var b wire.Balance
			err = errors.Join(err, json.Unmarshal(change.Body, &b))
			balance = b.Amount
		case wire.Payments:
			var p wire.Payment
			err = errors.Join(err, json.Unmarshal(change.Body, &p))
			if p.State.Open() {
				open++
			}
		}
	}
	if err == nil && !page.Complete {
		err = errors.New("a page is not all")
	}
	return balance, open, err
}

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/files"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/payfip"
	"parvis/syncserver/payfip/simulator"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// child is this program in another role, as a process of its own.
type child struct {
	t       *testing.T
	command *exec.Cmd
	stderr  bytes.Buffer
	ended   chan struct{} // all that it said has been read
	first   chan struct{} // it has said something
}

// start starts one; each line that it says is handed to hear.
func start(t *testing.T, role string, hear func(string), environment ...string) *child {
	t.Helper()
	c := &child{t: t, command: exec.Command(os.Args[0]), ended: make(chan struct{}), first: make(chan struct{})}
	c.command.Env = append(append(os.Environ(), roleVariable+"="+role), environment...)
	c.command.Stderr = &c.stderr
	out, err := c.command.StdoutPipe()
	if err == nil {
		err = c.command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	// A test that fails in between leaves nobody behind.
	t.Cleanup(func() { _ = c.command.Process.Kill(); <-c.ended })
	go func() {
		defer close(c.ended)
		said := sync.OnceFunc(func() { close(c.first) })
		for lines := bufio.NewScanner(out); lines.Scan(); {
			hear(lines.Text())
			said()
		}
	}()
	return c
}

// speaks waits until it has said something.
func (c *child) speaks() {
	c.t.Helper()
	select {
	case <-c.first:
	case <-c.ended:
	case <-time.After(30 * time.Second):
		c.t.Error("nothing is heard of a process")
	}
}

// kill ends it as a power cut would, and takes in what it had said.
func (c *child) kill() {
	c.t.Helper()
	if err := c.command.Process.Kill(); err != nil {
		c.t.Errorf("it had ended by itself: %v", err)
	}
	<-c.ended
	_ = c.command.Wait()
	if c.stderr.Len() > 0 {
		c.t.Errorf("it complained: %.2000s", c.stderr.String())
	}
}

// deeds is what a person was heard to do.
type deeds struct {
	mu    sync.Mutex
	begun map[string]map[portal.ID]bool // by book, cancel, give and pay; a document is known by its bytes
	safe  map[string]map[portal.ID]bool
}

func newDeeds() *deeds {
	two := func() map[string]map[portal.ID]bool {
		return map[string]map[portal.ID]bool{"book": {}, "cancel": {}, "give": {}, "pay": {}}
	}
	return &deeds{begun: two(), safe: two()}
}

func (d *deeds) hear(line string) {
	f := strings.Fields(line)
	if len(f) != 3 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	of := d.begun
	if f[0] == "safe" {
		of = d.safe
	}
	of[f[1]][portal.ID(f[2])] = true
}

// booked counts the bookings that were said to be safe.
func (d *deeds) booked() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.safe["book"])
}

// paying counts the payments that were said to be safe.
func (d *deeds) paying() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.safe["pay"])
}

// bank is PayFiP's double: it outlives all processes, and posts its notices to
// whichever server is there.
type bank struct {
	*simulator.Simulator
	clock  *hosttest.Clock
	url    string
	client *payfip.Client
	portal atomic.Value // its address
}

func newBank(t *testing.T, portal string) *bank {
	t.Helper()
	b := &bank{clock: hosttest.NewClock()}
	b.portal.Store(portal)
	b.Simulator = simulator.New(simulator.Options{
		Clock: b.clock.Now, Desks: map[string]string{"006382": "Régie Restauration et accueil"},
		Post: func(ctx context.Context, to string, form url.Values) {
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.portal.Load().(string)+strings.TrimPrefix(to, "http://portail.exemple"), strings.NewReader(form.Encode()))
			if err != nil {
				return
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if answer, err := http.DefaultClient.Do(r); err == nil {
				_ = answer.Body.Close()
			}
		},
	})
	at := httptest.NewServer(b)
	t.Cleanup(at.Close)
	t.Cleanup(b.Close)
	b.url = at.URL
	var err error
	if b.client, err = payfip.New(at.URL+simulator.Service, at.URL+simulator.Page, payfip.ModeTest); err != nil {
		t.Fatal(err)
	}
	return b
}

// paid has everybody pay who has a page to pay on.
func (b *bank) paid(did *deeds) {
	did.mu.Lock()
	defer did.mu.Unlock()
	for _, p := range b.Payments() {
		for id := range did.safe["pay"] {
			if p.Order.Reference == payments.Reference(id) {
				b.Settle(p.Operation, payments.PaidByCard) // once: a page that is paid takes nothing more
			}
		}
	}
}

// The desktop's real process is killed again and again while its outbox is
// full and on its way, now and then the server's with it, and started anew on
// the same folder. What it said to be safe is there in the end, and once.
func TestSoakTheDesktopIsKilledAtRandomMoments(t *testing.T) {
	for _, engine := range []struct {
		name  string
		kills int
		dsn   func(testing.TB) string
	}{{"sqlite", 20, storetest.SQLite}, {"postgres", 6, storetest.Postgres}} {
		if engine.name == "postgres" && os.Getenv(storetest.Variable) == "" {
			t.Logf("%s is not set: nothing is run on PostgreSQL", storetest.Variable)
			continue
		}
		t.Run(engine.name, func(t *testing.T) {
			hosttest.Soak(t, func(t *testing.T, random *rand.Rand, _ uint64) {
				desktopsKilled(t, engine.dsn(t), random, engine.kills)
			})
		})
	}
}

func desktopsKilled(t *testing.T, dsn string, random *rand.Rand, kills int) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	moment := func(limit time.Duration) { time.Sleep(time.Duration(random.Int64N(int64(limit)))) } // the fault's own
	kept := t.TempDir()
	bank := newBank(t, "http://"+address)
	serve := func() *child {
		return start(t, "server", func(string) {}, addressVariable+"="+address, dsnVariable+"="+dsn, filesVariable+"="+kept, payfipVariable+"="+bank.url)
	}
	town, folder, did := serve(), t.TempDir(), newDeeds()
	town.speaks()
	began, servers, killed := time.Now(), 0, 0
	// How much is done between two kills is the machine's affair: it goes on
	// until there is enough to have been lost.
	enough := func() bool { return killed >= kills && did.booked() >= 3*kills && did.paying() > 0 }
	for !enough() && !t.Failed() && time.Since(began) < 2*time.Minute {
		desktop := start(t, "desktop", did.hear, folderVariable+"="+folder, addressVariable+"=http://"+address, seedVariable+"="+fmt.Sprint(random.Uint64()))
		if random.IntN(6) > 0 { // or else while it starts
			desktop.speaks()
		}
		moment(500 * time.Millisecond)
		if random.IntN(4) == 0 {
			servers++
			town.kill()
			moment(200 * time.Millisecond)
			town = serve()
			moment(500 * time.Millisecond)
		}
		desktop.kill()
		killed++
		if random.IntN(2) == 0 {
			bank.paid(did) // else later, when the notice finds another server, or none
		}
	}
	town.kill()
	t.Logf("%d kills of the desktop, %d of the server in %s; %d bookings, %d cancellations, %d documents and %d payments were said to be safe", killed, servers+1, time.Since(began).Round(time.Second), len(did.safe["book"]), len(did.safe["cancel"]), len(did.safe["give"]), len(did.safe["pay"]))
	if !enough() {
		t.Errorf("only %d bookings between %d kills", did.booked(), killed)
	}

	shelf, err := files.OpenFolder(kept)
	if err != nil {
		t.Fatal(err)
	}
	s := hosttest.NewWith(t, dsn, func(o *host.Options) {
		generous(o)
		o.Files, o.PayFiP, o.Clock = shelf, bank.client, bank.clock.Now
	})
	s.Clock = bank.clock
	bank.portal.Store(s.URL)
	c := newComputer(t, s, folder)
	c.signIn("claire.martel")
	waiting := len(c.Unsent())
	c.child("Léa")
	c.sent()
	t.Logf("%d waited after the last kill", waiting)
	for _, f := range c.View().Refusals() {
		t.Errorf("refused: %v", f.Verdict.Error)
	}
	did.payments(t, s, bank, c)
	c.same("claire.martel")
	did.check(t, s)
	did.papers(t, s, shelf)
}

// payments holds what was paid against what is credited: each payment that was safe
// once, as the desktop reads it, and none that nobody had a page of.
func (d *deeds) payments(t *testing.T, s *hosttest.Server, b *bank, c *computer) {
	t.Helper()
	b.paid(d)
	for range 20 {
		s.Clock.Add(time.Minute)
		for did := int64(1); did > 0; {
			var err error
			if did, err = s.AskPayFiP(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	for id := range d.safe["pay"] {
		c.eventually("payment "+string(id)+" is credited", func() bool {
			p, known := c.View().Payment(id)
			_, received := c.View().Received(id)
			return known && p.State == payments.Paid && received
		})
	}
	credited := map[portal.ID]int{}
	for _, m := range c.View().Movements(service.CashDesk) {
		if m.Kind == ledger.KindTopUp {
			credited[m.Payment]++
		}
	}
	for id, n := range credited {
		if n != 1 || !d.safe["pay"][id] {
			t.Errorf("payment %s is credited %d times, safe=%v", id, n, d.safe["pay"][id])
		}
	}
}

// topped is what payments have brought to an account.
func topped(t *testing.T, desk *hosttest.Desk) (sum portal.Money) {
	t.Helper()
	for _, body := range desk.In(wire.Payments) {
		var p wire.Payment
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			t.Fatal(err)
		}
		if p.State == payments.Paid {
			sum += p.Amount
		}
	}
	return sum
}

// papers holds the documents against what was said: each that was safe is there
// once with its bytes, and no other is.
func (d *deeds) papers(t *testing.T, s *hosttest.Server, shelf files.Store) {
	t.Helper()
	there := map[portal.ID]int{}
	if err := s.Store.Read(t.Context(), func(tx *store.Tx) error {
		a, _, err := tx.AccountByLogin("claire.martel")
		if err != nil {
			return err
		}
		all, err := tx.DocumentsOf(a.ID)
		for _, one := range all {
			data, err := files.ReadAll(t.Context(), shelf, one.File, documents.MaxSize)
			if err != nil {
				t.Errorf("a document without its bytes: %v", err)
			}
			there[sumOf(data)]++
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for sum := range d.safe["give"] {
		if there[sum] == 0 {
			t.Errorf("document %.12s was safe and is lost", sum)
		}
	}
	for sum, n := range there {
		if n != 1 || !d.begun["give"][sum] {
			t.Errorf("document %.12s is there %d times, begun=%v", sum, n, d.begun["give"][sum])
		}
	}
}

// check holds the server against what was said: what was safe has its effect,
// nothing has one that nobody began, and the money is that of the bookings.
func (d *deeds) check(t *testing.T, s *hosttest.Server) {
	t.Helper()
	desk := s.SignIn("claire.martel")
	desk.Catch()
	live, want := map[portal.ID]bool{}, demo.StartingCredit+lent
	for id, body := range desk.In(wire.Bookings) {
		var b wire.Booking
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			t.Fatal(err)
		}
		live[portal.ID(id)] = true
		want -= b.Price
		if !d.begun["book"][b.ID] {
			t.Errorf("nobody booked %s", id)
		}
		if d.safe["cancel"][b.ID] {
			t.Errorf("booking %s was cancelled and lives", id)
		}
	}
	for _, body := range desk.In(wire.Balances) {
		var b wire.Balance
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			t.Fatal(err)
		}
		if want := want + topped(t, desk); b.Amount != want {
			t.Errorf("the balance is %s, and %s by the bookings", b.Amount.Decimal(), want.Decimal())
		}
	}
	if err := s.Store.Read(t.Context(), func(tx *store.Tx) error {
		for id := range d.safe["book"] {
			b, found, err := tx.Booking(id)
			if err != nil {
				return err
			}
			if !found {
				t.Errorf("booking %s was safe and is lost", id)
			} else if !live[id] && !d.begun["cancel"][id] {
				t.Errorf("booking %s is %s, and nobody cancelled it", id, b.State)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

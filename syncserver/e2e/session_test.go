package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/session"
	"parvis/desktop/syncing"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

// line is a network cable that can be pulled.
type line struct {
	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
	// left is after how many bytes, sent or received, it breaks by itself; 0 for
	// never.
	left int64
}

// metered is a connection whose line may break by itself.
type metered struct {
	net.Conn
	line *line
}

// takes is how many of n bytes may still pass, and whether the line breaks
// with them.
func (l *line) takes(n int) (int, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.left == 0 {
		return n, false
	}
	if l.left > int64(n) {
		l.left -= int64(n)
		return n, false
	}
	n, l.left = int(l.left), 0
	return n, true
}

func (m *metered) Write(p []byte) (int, error) {
	n, breaks := m.line.takes(len(p))
	n, err := m.Conn.Write(p[:n])
	if breaks {
		m.line.pull()
		return n, errors.New("the cable is pulled")
	}
	return n, err
}

func (m *metered) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	n, breaks := m.line.takes(n)
	if breaks {
		m.line.pull()
		return n, errors.New("the cable is pulled")
	}
	return n, err
}

func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("the cable is pulled")}
	}
	c, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err == nil {
		l.conns[c] = true
		c = &metered{c, l}
	}
	return c, err
}

func (l *line) pull() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	for c := range l.conns {
		c.Close()
	}
	clear(l.conns)
}

func (l *line) plug() { l.mu.Lock(); l.cut = false; l.mu.Unlock() }

// computer is an installation with its folder and its line.
type computer struct {
	*session.Session
	line *line
	dir  string
	t    *testing.T
	s    *hosttest.Server
	ui   chan func() // the window's one goroutine
	shut chan struct{}

	keyring cache.Keyring
	kiosk   bool
	address string // instead of the server's

	clockOff time.Duration
}

func newComputer(t *testing.T, s *hosttest.Server, dir string, with ...func(*computer)) *computer {
	t.Helper()
	c := &computer{line: &line{conns: map[net.Conn]bool{}}, dir: dir, t: t, s: s, ui: make(chan func(), 1000), shut: make(chan struct{}), address: s.URL}
	for _, f := range with {
		f(c)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case f := <-c.ui:
				f()
			case <-c.shut:
				return
			}
		}
	}()
	c.open()
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		close(c.shut)
		<-ended
	})
	return c
}

func (c *computer) open() {
	c.t.Helper()
	var err error
	c.Session, err = session.Open(session.Options{
		Dir: c.dir, Clock: func() time.Time { return c.s.Clock.Now().Add(c.clockOff) }, Address: c.address, Keyring: c.keyring, Kiosk: c.kiosk, Dial: c.line.dial, CacheOptions: []cache.Option{cache.WithKDF(cache.CheapKDF)},
		Dispatch: func(f func()) {
			select {
			case c.ui <- f:
			case <-c.shut:
			}
		},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	if _, chosen := c.Portal(); !chosen {
		info, base, err := c.Probe(context.Background(), c.address)
		if err != nil {
			c.t.Fatal(err)
		}
		if err := c.Choose(info, base); err != nil {
			c.t.Fatal(err)
		}
	}
}

// reopen closes the window and opens it again.
func (c *computer) reopen() {
	c.t.Helper()
	if err := c.Close(); err != nil {
		c.t.Fatal(err)
	}
	c.open()
}

// eventually waits for a fact of another goroutine.
func (c *computer) eventually(what string, fact func() bool) {
	c.t.Helper()
	for end := time.Now().Add(15 * time.Second); !fact(); {
		if time.Now().After(end) {
			c.t.Fatalf("in vain: %s; the line says %+v", what, c.Status())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (c *computer) signIn(login string) {
	c.t.Helper()
	if err := c.SignIn(context.Background(), login, demo.FamilyPassword, "", false); err != nil {
		c.t.Fatal(err)
	}
}

func (c *computer) signInAgent(login string, stay bool) {
	c.t.Helper()
	otp := ""
	for _, a := range c.s.Service.Town().Demo.Accounts {
		if a.Login == login {
			otp = a.OTP
		}
	}
	if err := c.SignIn(context.Background(), login, demo.AgentPassword, otp, stay); err != nil {
		c.t.Fatal(err)
	}
}

func (c *computer) child(first string) portal.ID {
	c.t.Helper()
	var id portal.ID
	c.eventually("child "+first, func() bool {
		for _, child := range c.View().Children() {
			if child.FirstName == first {
				id = child.ID
			}
		}
		return id != ""
	})
	return id
}

func (c *computer) book(child portal.ID, day portal.Date) portal.ID {
	c.t.Helper()
	booking := portal.NewID()
	if _, err := c.Submit(wire.BookingBook, wire.Book{Booking: booking, Child: child, Activity: demo.Canteen, Day: day}, cache.Note{Key: "x"}); err != nil {
		c.t.Fatal(err)
	}
	return booking
}

func (c *computer) sent() {
	c.t.Helper()
	c.eventually("everything is sent", func() bool { return len(c.Unsent()) == 0 && c.Status().State == syncing.UpToDate })
}

// same holds the desktop's rows against the server's, byte for byte.
func (c *computer) same(login string) {
	c.t.Helper()
	d := c.s.SignIn(login)
	d.Catch()
	for _, collection := range []string{wire.Accounts, wire.Children, wire.Enrolments, wire.Bookings, wire.Requests, wire.Balances, wire.Delegations} {
		want := d.In(collection)
		got := c.View().Rows(collection)
		if len(got) != len(want) {
			c.t.Errorf("%s: %d rows here, %d there", collection, len(got), len(want))
		}
		for id, body := range want {
			if string(got[portal.ID(id)]) != body {
				c.t.Errorf("%s %s is %s here and %s there", collection, id, got[portal.ID(id)], body)
			}
		}
	}
}

func TestBookedOffLineAndSentOnce(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		c, other := newComputer(t, s, t.TempDir()), newComputer(t, s, t.TempDir())
		c.signIn("claire.martel")
		other.signIn("hugo.martel")
		lea := c.child("Léa")
		c.sent()
		c.line.pull()
		began := time.Now()
		c.book(lea, "2026-11-19")
		c.book(lea, "2026-11-20")
		if day := c.View().Day(lea, demo.Canteen, "2026-11-19"); day.Pending == "" {
			t.Errorf("what is booked off line does not look pending: %+v", day)
		}
		c.eventually("the truth about the line", func() bool { return c.Status().State == syncing.Offline })
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("the truth took %s", took)
		}
		if n := len(c.Status().Waiting); n != 2 {
			t.Errorf("%d wait", n)
		}
		// The window is closed, the computer started again, still without a line.
		c.reopen()
		if err := c.OpenOffLine("claire.martel", "pas le bon mot de passe"); err == nil {
			t.Fatal("a wrong password opens the cache")
		}
		if err := c.OpenOffLine("claire.martel", demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		if n := len(c.Unsent()); n != 2 {
			t.Fatalf("%d of 2 are left after closing the window", n)
		}
		cancelled := c.book(lea, "2026-11-24")
		if _, err := c.Submit(wire.BookingCancel, wire.CancelBooking{Booking: cancelled}, cache.Note{Key: "x"}); err != nil {
			t.Fatal(err)
		}
		c.line.plug()
		back := time.Now()
		c.signIn("claire.martel")
		c.sent()
		if took := time.Since(back); took > 6*time.Second {
			t.Errorf("sending took %s", took)
		}
		c.same("claire.martel")
		other.eventually("the other parent sees it live", func() bool { return len(other.View().Rows(wire.Bookings)) == 2 })
	})
}

func TestWhatTheServerRefusesIsTakenBackAndTold(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		c := newComputer(t, s, t.TempDir())
		c.signIn("claire.martel")
		lea := c.child("Léa")
		c.sent()
		c.line.pull()
		c.book(lea, "2026-11-17")
		s.Clock.Set(portal.Date("2026-11-16").At(10, 1)) // the cut-off goes by meanwhile
		c.line.plug()
		c.TryNow()
		c.eventually("the refusal", func() bool { return len(c.View().Refusals()) == 1 })
		if got := c.View().Refusals()[0].Verdict.Error; got == nil || got.Code != "cutoff_passed" {
			t.Fatalf("it is refused for %v", got)
		}
		if day := c.View().Day(lea, demo.Canteen, "2026-11-17"); day.Booking != nil || day.Pending != "" {
			t.Errorf("it is still shown: %+v", day)
		}
		c.reopen()
		c.signIn("claire.martel")
		if len(c.View().Refusals()) != 1 {
			t.Fatal("a refusal that nobody read is gone")
		}
		if err := c.MarkRead(c.View().Refusals()[0].Verdict.Command); err != nil {
			t.Fatal(err)
		}
		c.eventually("read", func() bool { return len(c.View().Refusals()) == 0 })
	})
}

func TestSigningOutOffLineEndsTheSessionLater(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		c := newComputer(t, s, t.TempDir())
		c.signIn("claire.martel")
		c.sent()
		live := func() int { return s.Hub.Count() }
		c.eventually("the socket", func() bool { return live() == 1 })
		c.line.pull()
		if err := c.SignOut(ctx); err != nil {
			t.Fatal(err)
		}
		if _, in := c.Person(); in {
			t.Fatal("somebody is still signed in")
		}
		c.reopen() // the secret survives the program
		c.line.plug()
		if err := c.Revocations(ctx); err != nil {
			t.Fatal(err)
		}
		open := -1
		if err := s.Store.Read(ctx, countSessions(&open)); err != nil || open != 0 {
			t.Fatalf("%d sessions are open: %v", open, err)
		}
	})
}

// A cache that was opened by its password has no session: when the line comes
// back it is kept as it is, and says that one must sign in.
func TestACacheOpenedOffLineOutlivesTheLine(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		c := newComputer(t, s, t.TempDir())
		c.signIn("claire.martel")
		c.child("Léa")
		c.sent()
		c.line.pull()
		c.reopen()
		if err := c.OpenOffLine("claire.martel", demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		c.line.plug()
		c.TryNow()
		c.eventually("it says that one must sign in", func() bool { return c.Status().State == syncing.SignedOut })
		if n := len(c.View().Children()); n != 2 {
			t.Fatalf("%d of 2 children are left", n)
		}
		c.signIn("claire.martel")
		c.sent()
		c.same("claire.martel")
		// Somebody else signs in without a sign-out between.
		c.signIn("sofia.benali")
		c.sent()
		c.same("sofia.benali")
	})
}

func TestTwoPeopleOnOneComputerSeeOnlyTheirs(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		c := newComputer(t, s, t.TempDir())
		c.signIn("claire.martel")
		lea := c.child("Léa")
		c.sent()
		c.line.pull()
		c.book(lea, "2026-11-19")
		if err := c.SignOut(ctx); err != nil {
			t.Fatal(err)
		}
		c.line.plug()
		c.signIn("sofia.benali")
		c.child("Inès")
		c.sent()
		if len(c.View().Children()) != 1 || len(c.Unsent()) != 0 {
			t.Fatalf("%d children, %d unsent", len(c.View().Children()), len(c.Unsent()))
		}
		c.same("sofia.benali")
		if known := c.Known(); len(known) != 2 {
			t.Fatalf("%d people are known here", len(known))
		}
		if err := c.SignOut(ctx); err != nil {
			t.Fatal(err)
		}
		c.signIn("claire.martel")
		c.sent()
		c.same("claire.martel")
		if len(c.View().Rows(wire.Bookings)) != 1 {
			t.Fatal("what Claire left unsent was not sent when she came back")
		}
	})
}

func TestARecordIsAcceptedAndSeenWithoutAClick(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		family := newComputer(t, s, t.TempDir())
		family.signIn("amina.diallo")
		family.sent()
		child, request := portal.NewID(), portal.NewID()
		answers := json.RawMessage(fmt.Sprintf(`{"child":%q,"lastName":"Diallo","firstNames":"Ousmane","birthDate":"2019-04-02","birthPlace":"Reims","school":%q,"class":"ce1",
			"guardians":[{"lastName":"Diallo","firstName":"Amina","relation":"mother","phone":"+33639980107","mail":"amina.diallo@exemple.fr","livesWithChild":true}],
			"diet":"standard","hasAllergies":false,"hasCarePlan":false,"canteen":true,"emergencyConsent":true,"imageConsent":false}`, child, demo.JulesFerry))
		if _, err := family.Submit(wire.RequestSubmit, wire.SubmitRequest{Request: request, Procedure: "fiche-enfant", Version: 1, Child: child, Answers: answers, Terms: true}, cache.Note{Key: "x"}); err != nil {
			t.Fatal(err)
		}
		agent := newComputer(t, s, t.TempDir())
		if err := agent.SignIn(context.Background(), "sylvie.roy", demo.AgentPassword, "", false); portal.CodeOf(err) != wire.OTPNeeded {
			t.Fatalf("an agent without a code: %v", err)
		}
		agent.signInAgent("sylvie.roy", false)
		agent.eventually("the queue", func() bool { _, ok := agent.View().QueueItem(request); return ok })
		me, _ := family.Person()
		for _, do := range []struct {
			kind string
			args any
		}{
			{wire.FileOpen, wire.OpenFile{Account: me.Account, Desk: "enfance"}},
			{wire.RequestTake, wire.TakeRequest{Request: request}},
			{wire.RequestAccept, wire.AcceptRequest{Request: request}},
		} {
			if _, err := agent.Submit(do.kind, do.args, cache.Note{Key: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		agent.sent()
		agent.eventually("the file", func() bool { _, ok := agent.View().File(me.Account, "enfance"); return ok })
		family.child("Ousmane")
		family.eventually("the right to book", func() bool { return family.View().Day(child, demo.Canteen, "2026-11-19").Look.CanBook })
		family.book(child, "2026-11-19")
		family.sent()
		family.same("amina.diallo")
	})
}

func countSessions(n *int) func(*store.Tx) error {
	return func(tx *store.Tx) (err error) {
		*n, err = tx.OpenSessions()
		return err
	}
}

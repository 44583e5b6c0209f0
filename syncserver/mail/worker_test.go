package mail

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-smtp"
	"pgregory.net/rapid"

	"parvis/shared/portal"
	"parvis/syncserver/config"
	"parvis/syncserver/mail/sink"
)

// memory is an Outbox in memory. It tells each outcome on a channel, so that
// tests wait for facts.
type memory struct {
	mu     sync.Mutex
	items  []*stored
	events chan event
	broken bool // Done fails once more
}

type stored struct {
	Item
	due, leased time.Time
	gone        bool
}

type event struct {
	what string // done, retry, fail, release
	id   portal.ID
	next time.Time
	text string
}

func newMemory(items ...Item) *memory {
	m := &memory{events: make(chan event, 1000)}
	m.add(items...)
	return m
}

func (m *memory) add(items ...Item) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, it := range items {
		m.items = append(m.items, &stored{Item: it, due: it.Created})
	}
}

func (m *memory) Claim(_ context.Context, now time.Time, limit int) ([]Item, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []Item
	for _, s := range m.items {
		if len(out) < limit && !s.gone && !s.due.After(now) && !s.leased.After(now) {
			s.leased = now.Add(Lease)
			out = append(out, s.Item)
		}
	}
	return out, nil
}

func (m *memory) settle(ctx context.Context, e event, change func(*stored)) error {
	if err := ctx.Err(); err != nil {
		return err // as a database does
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.items {
		if s.ID == e.id {
			s.leased = time.Time{}
			change(s)
		}
	}
	m.events <- e
	return nil
}

func (m *memory) Done(ctx context.Context, id portal.ID) error {
	m.mu.Lock()
	broken := m.broken
	m.broken = false
	m.mu.Unlock()
	if broken {
		m.events <- event{what: "broken", id: id}
		return errors.New("disk full")
	}
	return m.settle(ctx, event{what: "done", id: id}, func(s *stored) { s.gone = true })
}

func (m *memory) Retry(ctx context.Context, id portal.ID, next time.Time, text string) error {
	return m.settle(ctx, event{"retry", id, next, text}, func(s *stored) { s.due = next; s.Attempts++ })
}

func (m *memory) Release(ctx context.Context, id portal.ID) error {
	return m.settle(ctx, event{what: "release", id: id}, func(*stored) {})
}

func (m *memory) Fail(ctx context.Context, id portal.ID, text string) error {
	return m.settle(ctx, event{what: "fail", id: id, text: text}, func(s *stored) { s.gone = true })
}

// clock is a clock that a test sets.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) set(t time.Time) { c.mu.Lock(); defer c.mu.Unlock(); c.now = t }

// bench is a worker at work on a memory.
type bench struct {
	*memory
	clock *clock
	wake  chan struct{}
	log   *bytes.Buffer
	end   context.CancelFunc // tells it to stop
	stop  func()             // and waits until it has stopped
}

func work(t *testing.T, m *memory, transport Transport, start time.Time) *bench {
	t.Helper()
	b := &bench{memory: m, clock: &clock{now: start}, wake: make(chan struct{}, 1), log: &bytes.Buffer{}}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	w := &Worker{Outbox: m, Transport: transport, Renderer: renderer(t), Now: b.clock.Now, Random: func() float64 { return 0.5 },
		Log: slog.New(slog.NewTextHandler(b.log, nil)), Wake: b.wake, Idle: time.Hour}
	go func() { defer close(ended); w.Run(ctx) }()
	b.end = cancel
	b.stop = func() { cancel(); <-ended }
	t.Cleanup(b.stop)
	return b
}

// next is the next outcome.
func (b *bench) next(t *testing.T, what string) event {
	t.Helper()
	select {
	case e := <-b.events:
		if e.what != what {
			t.Fatalf("%+v, expected %s", e, what)
		}
		return e
	case <-time.After(20 * time.Second):
		t.Fatalf("no %s came", what)
	}
	return event{}
}

func reach(t *testing.T, box *sink.Sink) Transport {
	t.Helper()
	s, err := NewSMTP(Settings{Host: box.Host(), Port: box.Port(), Mode: config.ModePlain, From: from, Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fresh(kind Kind, at time.Time) Item {
	it := item(kind, "fr")
	it.Created = at
	return it
}

func TestTemporaryThenSuccess(t *testing.T) {
	var mu sync.Mutex
	asked := 0
	box := startSink(t, sink.Options{Recipient: func(string) error {
		mu.Lock()
		defer mu.Unlock()
		if asked++; asked <= 2 {
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "later, camille.roy@vesle.example"}
		}
		return nil
	}})
	begun := time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC)
	it := fresh(Activation, begun)
	b := work(t, newMemory(it), reach(t, box), begun)
	first := b.next(t, "retry")
	if d := first.next.Sub(begun); d != 45*time.Second { // the middle of the second half of a minute
		t.Errorf("tried again after %s", d)
	}
	b.clock.set(first.next)
	b.wake <- struct{}{}
	second := b.next(t, "retry")
	if d := second.next.Sub(first.next); d != 90*time.Second {
		t.Errorf("and then after %s", d)
	}
	b.clock.set(second.next.Add(-time.Second))
	b.wake <- struct{}{}
	b.clock.set(second.next)
	b.wake <- struct{}{}
	b.next(t, "done")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	got, err := box.Wait(ctx, func(m sink.Mail) bool { return strings.Contains(m.MessageID, string(it.ID)) })
	if err != nil || !strings.Contains(got.Text, "1234 5678") {
		t.Fatalf("%v: %+v", err, got)
	}
	b.stop()
	for _, secret := range []string{"camille", "12345678", "1234 5678", "activer", "Roy"} {
		if strings.Contains(b.log.String(), secret) {
			t.Errorf("the log tells %q:\n%s", secret, b.log)
		}
	}
	if !strings.Contains(b.log.String(), "code=451") || !strings.Contains(b.log.String(), "4.7.1") {
		t.Errorf("the log does not tell the answer:\n%s", b.log)
	}
}

// TestOneRefusalDoesNotStopTheOthers, on one and the same connection.
func TestOneRefusalDoesNotStopTheOthers(t *testing.T) {
	box := startSink(t, sink.Options{Recipient: func(to string) error {
		if strings.HasPrefix(to, "inconnu") {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
		}
		return nil
	}})
	begun := time.Now()
	items := []Item{fresh(Welcome, begun), fresh(Welcome, begun), fresh("gone", begun), fresh(Welcome, begun)}
	items[1].To = "inconnu@vesle.example"
	b := work(t, newMemory(items...), reach(t, box), begun)
	b.next(t, "done")
	if e := b.next(t, "fail"); e.id != items[1].ID || !strings.Contains(e.text, "550") {
		t.Errorf("%+v", e)
	}
	if e := b.next(t, "fail"); e.id != items[2].ID {
		t.Errorf("%+v", e)
	}
	b.next(t, "done")
	if n := len(box.Mails()); n != 2 {
		t.Errorf("%d mails came", n)
	}
}

// TestUnknownOutcomeIsSentAgain with the same Message-ID: after a hang-up
// instead of an answer, and after an outcome that could not be written down.
func TestUnknownOutcomeIsSentAgain(t *testing.T) {
	var mu sync.Mutex
	hang := true
	box := startSink(t, sink.Options{Deliver: func(sink.Mail) error {
		mu.Lock()
		defer mu.Unlock()
		if hang {
			hang = false
			return sink.ErrHangUp
		}
		return nil
	}})
	begun := time.Now()
	m := newMemory(fresh(Welcome, begun))
	m.broken = true
	b := work(t, m, reach(t, box), begun)
	e := b.next(t, "retry")
	b.clock.set(e.next)
	b.wake <- struct{}{}
	b.next(t, "broken")
	// Its lease protects it, and then it comes back by itself.
	b.clock.set(e.next.Add(Lease))
	b.wake <- struct{}{}
	b.next(t, "done")
	got := box.Mails()
	if len(got) != 3 || got[0].MessageID != got[1].MessageID || got[0].MessageID != got[2].MessageID {
		t.Fatalf("%d mails came", len(got))
	}
}

// TestStopFinishesTheMailUnderWay and gives the others back at once.
func TestStopFinishesTheMailUnderWay(t *testing.T) {
	taking, proceed := make(chan struct{}), make(chan struct{})
	box := startSink(t, sink.Options{Deliver: func(sink.Mail) error {
		close(taking)
		<-proceed
		return nil
	}})
	begun := time.Now()
	b := work(t, newMemory(fresh(Welcome, begun), fresh(Welcome, begun), fresh(Welcome, begun)), reach(t, box), begun)
	<-taking
	b.end()
	close(proceed)
	b.next(t, "done")
	b.next(t, "release")
	b.next(t, "release")
	b.stop()
	if n := len(box.Mails()); n != 1 {
		t.Errorf("%d mails came", n)
	}
}

// TestMoreThanABatch is drained without being woken again.
func TestMoreThanABatch(t *testing.T) {
	box := startSink(t, sink.Options{})
	begun := time.Now()
	var items []Item
	for range 3*batch + 1 {
		items = append(items, fresh(RequestReceived, begun))
	}
	b := work(t, newMemory(items...), reach(t, box), begun)
	for range items {
		b.next(t, "done")
	}
	if n := len(box.Mails()); n != len(items) {
		t.Errorf("%d mails came", n)
	}
}

func TestTwoWorkersShareAnOutbox(t *testing.T) {
	box := startSink(t, sink.Options{})
	begun := time.Now()
	m := newMemory()
	for range 100 {
		m.add(fresh(Welcome, begun))
	}
	a := work(t, m, reach(t, box), begun)
	work(t, m, reach(t, box), begun)
	for range 100 {
		a.next(t, "done")
	}
	seen := map[string]bool{}
	for _, got := range box.Mails() {
		seen[got.MessageID] = true
	}
	if len(seen) != 100 || len(box.Mails()) != 100 {
		t.Errorf("%d mails came, %d different ones", len(box.Mails()), len(seen))
	}
}

// deaf is a mail server that is down.
type deaf struct{ opened int }

func (d *deaf) Open(context.Context) (Connection, error) {
	d.opened++
	return nil, classify(errors.New("connection refused"))
}

// TestADayWithoutAMailServer runs a whole day in an instant: a mail is tried
// ever more seldom, and given up at the end of its time.
func TestADayWithoutAMailServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		day, hour := fresh(RequestReceived, begun), fresh(Activation, begun)
		hour.Expires = begun.Add(time.Hour)
		m := newMemory(day, hour)
		d := &deaf{}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		w := &Worker{Outbox: m, Transport: d, Renderer: renderer(t), Now: time.Now, Random: func() float64 { return 0.999 },
			Log: slog.New(slog.DiscardHandler), Wake: make(chan struct{}, 1)}
		go func() { defer close(ended); w.Run(ctx) }()
		tries := map[portal.ID]int{}
		for over := 0; over < 2; {
			e := <-m.events
			switch e.what {
			case "retry":
				tries[e.id]++
			case "fail":
				over++
				want := begun.Add(24 * time.Hour)
				if e.id == hour.ID {
					want = hour.Expires
				}
				if late := time.Since(want); late < 0 || late > time.Minute {
					t.Errorf("given up %s after its end", late)
				}
			default:
				t.Errorf("%+v", e)
			}
		}
		cancel()
		<-ended
		if tries[day.ID] < 10 || tries[day.ID] > 20 || tries[hour.ID] < 5 || tries[hour.ID] > 8 {
			t.Errorf("tried %d times in a day, %d times in an hour", tries[day.ID], tries[hour.ID])
		}
		if d.opened > tries[day.ID]+tries[hour.ID]+2 {
			t.Errorf("the mail server was called %d times", d.opened)
		}
	})
}

// TestWhatWaitedForUs: after two days of our own standstill a notice is still
// sent, an activation whose link has ended is not.
func TestWhatWaitedForUs(t *testing.T) {
	box := startSink(t, sink.Options{})
	begun := time.Now()
	notice, activation := fresh(RequestAccepted, begun), fresh(Activation, begun)
	activation.Expires = begun.Add(24 * time.Hour)
	b := work(t, newMemory(notice, activation), reach(t, box), begun.Add(48*time.Hour))
	if e := b.next(t, "done"); e.id != notice.ID {
		t.Errorf("%+v", e)
	}
	if e := b.next(t, "fail"); e.id != activation.ID {
		t.Errorf("%+v", e)
	}
}

func TestPausesDoubleWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		begun := time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC)
		it := Item{Created: begun, Attempts: rapid.IntRange(0, 1000).Draw(t, "attempts")}
		now := begun.Add(time.Duration(rapid.Int64Range(0, int64(30*time.Hour)).Draw(t, "age")))
		random := rapid.Float64Range(0, 0.999999).Draw(t, "random")
		next, ok := Next(it, now, func() float64 { return random })
		end := begun.Add(24 * time.Hour)
		if ok != now.Before(end) {
			t.Fatalf("at %s: %t", now, ok)
		}
		if !ok {
			return
		}
		full := mostPause
		if it.Attempts < 8 {
			full = min(time.Minute<<it.Attempts, mostPause)
		}
		if !next.After(now) || next.After(end) || next.Sub(now) > full || (next.Before(end) && next.Sub(now) < full/2) {
			t.Fatalf("after %d attempts at %s: %s", it.Attempts, now, next)
		}
	})
}

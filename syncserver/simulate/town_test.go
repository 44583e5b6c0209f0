package simulate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/httpapi"
	"parvis/syncserver/live"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// town is the server with all that a history knows of it: every state that
// its feeds ever had, and every verdict that it ever gave.
type town struct {
	h      *history
	net    *network
	file   string // of the database; "" in memory
	credit portal.Money
	places map[portal.ID]int // by activity, at the children's school
	ids    portal.IDs
	shelf  *shelf
	bank   *bank
	apart  portal.ID                       // the child whose weeks are agreed on from the beginning
	wrap   func(http.Handler) http.Handler // of broken rules only

	mu       sync.Mutex
	offset   time.Duration // the server's clock against the bubble's
	proxy    []*rand.Rand  // of each path
	faulty   bool
	lines    map[string]*line // by run
	line     *line
	judged   map[portal.ID]wire.Verdict
	gone     map[portal.ID]bool         // bookings and documents that were taken back
	mayGo    map[portal.ID]bool         // bookings that a group was to cancel
	reviewed bool                       // a request was decided
	cut      map[[2]portal.ID]bool      // ties between an account and a child that were ever cut
	former   map[portal.ID]wire.Verdict // of the history that an older copy has ended
	copied   *copied
	later    sync.WaitGroup // requests that arrive a second time
	gate     sync.RWMutex   // held while the server comes and goes
	answer   http.Handler   // of the server that runs; nil when none does

	store   *store.Store
	service *service.Service
	hub     *live.Hub
	http    *http.Server
	end     context.CancelFunc
	running sync.WaitGroup
	inside  sync.WaitGroup // requests
}

// line is one course of events: all that changed in the feeds, in order. A
// database copied back begins another one.
type line struct {
	changes []wire.Change
	at      []time.Duration // when each was
	held    held
}

func (l *line) copy() *line {
	return &line{slices.Clone(l.changes), slices.Clone(l.at), maps.Clone(l.held)}
}

// copied is an older copy of the database with what was true of it.
type copied struct {
	line   *line
	judged map[portal.ID]wire.Verdict
	gone   map[portal.ID]bool
}

// maker makes ids that are the same in every replay; kind keeps those of
// different makers apart.
func maker(kind int) portal.IDs {
	var mu sync.Mutex
	n := 0
	return func() portal.ID {
		mu.Lock()
		defer mu.Unlock()
		n++
		return portal.ID(fmt.Sprintf("03bb2cc3-d800-7000-8%03x-%012x", kind, n))
	}
}

func (t *town) now() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Now().Add(t.offset)
}

// jump sets the server's clock on.
func (t *town) jump(d time.Duration) { t.mu.Lock(); t.offset += d; t.mu.Unlock() }

// start opens the database and answers.
func (t *town) start() {
	ctx := context.Background()
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	log := slog.New(slog.DiscardHandler)
	dsn := "sqlite::memory:"
	if t.file != "" {
		dsn = "sqlite:" + t.file
	}
	t.service = service.New(service.Options{
		Clock: t.now, IDs: t.ids, Hasher: hosttest.Plain{}, PublicURL: func() string { return "http://portail.exemple" },
		Files: t.shelf, PayFiP: t.bank, Warn: func(string, error) {},
	})
	st, err := store.Open(ctx, store.Options{DSN: dsn, Clock: t.now, IDs: t.ids, Project: t.service.Project, Projection: service.Projection, Readers: 2, Observe: func(b store.Batch) {
		if b.Err == nil && b.Rows > 0 {
			t.note()
		}
	}})
	must(err)
	t.store = st
	must(st.Migrate(ctx))
	if t.line == nil {
		t.line = &line{held: held{}}
	}
	must(st.Start(ctx))
	var run string
	must(st.Read(ctx, func(tx *store.Tx) error {
		runs, err := tx.Runs(1)
		if err == nil {
			run = runs[0].ID
		}
		return err
	}))
	t.mu.Lock()
	t.lines[run] = t.line
	t.mu.Unlock()
	seeded, err := demo.Seed(ctx, st, t.service, hosttest.Plain{}, false)
	must(err)
	if seeded {
		must(st.Write(ctx, func(tx *store.Tx) error {
			for _, activity := range slices.Sorted(maps.Keys(t.places)) {
				if err := tx.SetCapacity(activity, demo.JulesFerry, t.places[activity]); err != nil {
					return err
				}
			}
			err := errors.Join(narrow(tx), t.lend(tx))
			if t.h.pays {
				err = errors.Join(err, t.addLeisure(tx))
			}
			if t.h.reviews {
				err = errors.Join(err, t.review(tx))
			}
			if t.h.parts {
				err = errors.Join(err, t.setApart(tx))
			}
			if t.h.opens {
				err = errors.Join(err, t.announce(tx))
			}
			return err
		}))
	}
	must(t.service.Bind(ctx, st))
	t.hub = live.New(source{st, &t.running}, t.now, log)
	api, err := httpapi.New(httpapi.Options{Service: t.service, Hub: t.hub, Log: log, Clock: t.now, Ready: st.Ping})
	must(err)
	handler, err := api.Handler()
	must(err)
	must(t.hub.Prime(ctx))
	if t.wrap != nil {
		handler = t.wrap(handler)
	}
	background, end := context.WithCancel(ctx)
	t.end = end
	t.running.Go(func() { _ = t.hub.Run(background) })
	t.running.Go(func() { t.jobs(background, st) })
	if t.h.pays {
		svc := t.service
		t.running.Go(func() { t.asks(background, svc) })
	}
	t.http = &http.Server{
		Handler: t.between(handler), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	t.gate.Lock()
	t.answer = handler
	t.gate.Unlock()
	door := t.net.listen()
	server := t.http
	t.running.Go(func() {
		if err := server.Serve(door); !errors.Is(err, http.ErrServerClosed) {
			t.h.fail("the server ended: %v", err)
		}
	})
	t.h.log("the server runs as %s", run)
}

// lend makes every family begin with the history's credit, not the demo's.
func (t *town) lend(tx *store.Tx) error {
	families, err := tx.AccountsOf(wire.Family)
	for _, f := range families {
		if err == nil {
			d := t.credit - demo.StartingCredit
			err = tx.Post(t.ids(), store.LedgerOpening, f.ID, f.ID, []ledger.Entry{
				{Account: ledger.Prepaid(f.ID, service.CashDesk), Amount: d}, {Account: ledger.Opening(service.CashDesk), Amount: -d},
			})
		}
		if err == nil && t.h.pays {
			d := t.credits(leisure)
			err = tx.Post(t.ids(), store.LedgerOpening, f.ID, f.ID, []ledger.Entry{
				{Account: ledger.Prepaid(f.ID, leisure), Amount: d}, {Account: ledger.Opening(leisure), Amount: -d},
			})
		}
	}
	return err
}

// jobs is the server's housekeeping.
func (t *town) jobs(ctx context.Context, st *store.Store) {
	for pause(ctx, 59_123_456_789) == nil {
		if err := st.Write(ctx, func(tx *store.Tx) error {
			_, err := t.service.LapseDelegations(tx)
			_, closing := t.service.CarryOutClosures(tx)
			_, waiting := t.service.TendWaitingLists(tx)
			_, shutting := t.service.CarryOutDayClosures(tx)
			err = errors.Join(err, closing, waiting, shutting, t.service.CloseFiles(tx))
			if t.h.breaks.job != nil {
				err = errors.Join(err, t.h.breaks.job(tx))
			}
			return err
		}); err != nil && ctx.Err() == nil {
			t.h.fail("housekeeping: %v", err)
		}
		if !t.h.opens {
			continue
		}
		if err := t.draws(ctx, st); err != nil && ctx.Err() == nil {
			t.h.fail("a draw: %v", err)
		}
	}
}

// note adds what a batch has changed to the line. The store calls it before
// anybody is answered.
func (t *town) note() {
	var after int64
	t.mu.Lock()
	at := t.line
	if n := len(at.changes); n > 0 {
		after = at.changes[n-1].Seq
	}
	t.mu.Unlock()
	changes, _, err := t.store.Changes(context.Background(), after, 1<<20)
	if err != nil {
		t.h.fail("the line cannot be kept: %v", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	at.changes = append(at.changes, changes...)
	for range changes {
		at.at = append(at.at, time.Since(t.h.began))
	}
	if wrong := at.held.follow(changes); wrong != "" {
		t.h.fail("%s", wrong)
	}
}

// sofar is what the line of the running server holds.
func (t *town) sofar() []wire.Change {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.line.changes
}

// course is the same with when each was.
func (t *town) course() ([]wire.Change, []time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.line.changes, t.line.at
}

// first is when a row was first as somebody looks for it, by feed and key.
func (t *town) first(is func(wire.Change) bool) map[string]time.Duration {
	out := map[string]time.Duration{}
	all, at := t.course()
	for i, c := range all {
		if _, before := out[c.Feed+" "+key(c)]; !before && is(c) {
			out[c.Feed+" "+key(c)] = at[i]
		}
	}
	return out
}

// changes is what a run's line holds.
func (t *town) changes(run string) []wire.Change {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.lines[run]; l != nil {
		return l.changes
	}
	return nil
}

// stop ends the server; planned, it says goodbye before.
func (t *town) stop(planned bool, wait time.Duration) {
	if planned {
		t.hub.Restart(func() time.Duration { return wait })
		time.Sleep(wait / 7)
	}
	t.net.mu.Lock()
	t.net.server = nil
	t.net.mu.Unlock()
	if !planned {
		for _, d := range t.h.desktops {
			d.path.reset()
		}
	}
	t.gate.Lock()
	t.answer = nil
	t.gate.Unlock()
	// Not Shutdown: it asks again and again, at moments of its own.
	_ = t.http.Close()
	t.end()
	t.inside.Wait()
	t.running.Wait()
	if err := t.store.Close(context.Background()); err != nil {
		t.h.fail("the store does not close: %v", err)
	}
	t.h.log("the server has ended")
}

// keep copies the database of a server that is stopped.
func (t *town) keep() {
	copyFile(t.file, t.file+".copy")
	t.mu.Lock()
	defer t.mu.Unlock()
	t.copied = &copied{t.line.copy(), maps.Clone(t.judged), maps.Clone(t.gone)}
}

// restore puts that copy back.
func (t *town) restore() {
	copyFile(t.file+".copy", t.file)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.former = t.judged
	t.line, t.judged, t.gone = t.copied.line.copy(), maps.Clone(t.copied.judged), maps.Clone(t.copied.gone)
}

func copyFile(from, to string) {
	raw, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, raw, 0o600)
	}
	if err != nil {
		panic(err)
	}
}

// between stands before the server, as a proxy of a bad network would: it
// loses answers, and hands a request over twice, now or when newer ones have
// been answered. It also notes what was decided.
func (t *town) between(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.inside.Add(1)
		defer t.inside.Done()
		who := whose(r.RemoteAddr)
		if r.URL.Path != wire.RouteCommands {
			t.h.log("%d %s %s", who, r.Method, r.URL.Path)
			next.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		// A late request may come when another server answers.
		deliver := func(ctx context.Context, to http.Handler, how string) *httptest.ResponseRecorder {
			again := r.Clone(ctx)
			again.Body = io.NopCloser(bytes.NewReader(body))
			answer := httptest.NewRecorder()
			to.ServeHTTP(answer, again)
			t.decided(who, how, body, answer)
			return answer
		}
		t.mu.Lock()
		x, faulty, wait := t.proxy[who].IntN(100), t.faulty, around(t.proxy[who], 20*time.Second)
		t.mu.Unlock()
		if faulty && x < 12 {
			t.later.Go(func() {
				time.Sleep(wait)
				t.gate.RLock()
				defer t.gate.RUnlock()
				if now := t.answer; now != nil {
					deliver(context.Background(), now, "late again")
				}
			})
		}
		answer := deliver(r.Context(), next, "")
		if faulty && x >= 12 && x < 24 {
			answer = deliver(r.Context(), next, "twice")
		}
		if faulty && x >= 24 && x < 36 {
			t.h.log("%d: the answer is lost", who)
			panic(http.ErrAbortHandler)
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

func whose(remote string) int {
	host, _, _ := net.SplitHostPort(remote)
	var n int
	_, _ = fmt.Sscan(host[strings.LastIndexByte(host, '.')+1:], &n)
	return n - 1
}

// source is the store as the hub sees it: it hears of a commit a moment later,
// when all else that the commit set off in that instant has happened.
type source struct {
	*store.Store
	running *sync.WaitGroup
}

// Wake implements live.Source.
func (s source) Wake() (<-chan struct{}, func()) {
	wake, stop := s.Store.Wake()
	later, end := make(chan struct{}, 1), make(chan struct{})
	s.running.Go(func() {
		for {
			select {
			case <-end:
				return
			case <-wake:
			}
			time.Sleep(137 * time.Microsecond)
			select {
			case later <- struct{}{}:
			default:
			}
		}
	})
	return later, func() { stop(); close(end) }
}

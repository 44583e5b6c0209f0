package simulate

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parvis/desktop/syncing"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

// start is when every history begins: a quiet Monday morning of term.
var start = hosttest.Start

// kind is what a history is about besides all that every one is.
type kind int

const (
	withPapers kind = 1004 + iota
	withClosures
	withMoney
	withPayers
	withOpenings
	withReview
	anything kind = 0
)

// plays reports whether a seed's history is of a kind: one of three is, and of
// those in which much must come together one of two. One may be of several.
func plays(seed uint64, what kind) bool {
	of := 3
	if what == withPayers || what == withOpenings || what == withReview {
		of = 2
	}
	return generator(seed, int(what)).IntN(of) == 0
}

// broken is a rule that is broken on purpose, to see that a seed finds it.
type broken struct {
	cache func(*desktop) syncing.Cache
	wire  func(connection int, up bool, chunk []byte) []byte
	serve func(next http.Handler) http.Handler
	job   func(tx *store.Tx) error // one more of the server's
}

// history is one seed's.
type history struct {
	seed     uint64
	breaks   broken
	began    time.Time
	net      *network
	town     *town
	desktops []*desktop
	receives bool // families come for their papers
	closes   bool // an agent closes days, and families tell of absences
	pays     bool // families top their accounts up, and a cashier takes money
	parts    bool // it changes who pays, and how much
	reviews  bool // some days are booked while a request is under review
	opens    bool // the booking of later days opens
	hour     opening
	lots     opening
	accounts map[string]portal.ID // of families, by login

	mu      sync.Mutex
	came    map[string]bool // what came about that no row tells
	entries []entry
	wrong   []string
}

type entry struct {
	at   time.Duration
	text string
}

// log notes what happens. Lines of one instant have no order among them.
func (h *history) log(format string, args ...any) {
	e := entry{time.Since(h.began), fmt.Sprintf(format, args...)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.entries = append(h.entries, e)
}

// comes notes that something came about.
func (h *history) comes(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.came == nil {
		h.came = map[string]bool{}
	}
	h.came[what] = true
}

// fail notes that a promise is broken.
func (h *history) fail(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	h.log("WRONG: %s", text)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wrong = append(h.wrong, text)
}

// told is the whole history as text.
func (h *history) told() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	slices.SortStableFunc(h.entries, func(a, b entry) int {
		if a.at != b.at {
			return int(a.at - b.at)
		}
		return strings.Compare(a.text, b.text)
	})
	var b strings.Builder
	for _, e := range h.entries {
		fmt.Fprintf(&b, "%14.9f  %s\n", e.at.Seconds(), e.text)
	}
	return b.String()
}

// play plays the history of a seed in a bubble of its own.
func play(t *testing.T, seed uint64, breaks broken) *history {
	h := &history{seed: seed, breaks: breaks}
	// A history loses no power: its files may lie in memory, where there is such
	// a place.
	dir, err := os.MkdirTemp("/dev/shm", "parvis-simulate-")
	if err != nil {
		dir = t.TempDir()
	}
	defer os.RemoveAll(dir)
	synctest.Test(t, func(*testing.T) {
		h.began = time.Now()
		h.play(dir)
	})
	return h
}

func (h *history) play(dir string) {
	r := generator(h.seed, 1000)
	h.net = &network{seed: h.seed}
	h.town = &town{
		h: h, net: h.net, ids: maker(0), offset: start.Sub(h.began), lines: map[string]*line{}, judged: map[portal.ID]wire.Verdict{}, gone: map[portal.ID]bool{}, mayGo: map[portal.ID]bool{}, faulty: true,
		cut: map[[2]portal.ID]bool{}, shelf: &shelf{files: map[string][]byte{}},
		credit: []portal.Money{8000, -3500, -4500}[r.IntN(3)],
		places: map[portal.ID]int{demo.Canteen: 1 + r.IntN(3), demo.Evening: 1, demo.Study: 2, demo.Morning: 2},
	}
	h.receives, h.closes, h.pays = plays(h.seed, withPapers), plays(h.seed, withClosures), plays(h.seed, withMoney)
	h.parts, h.opens = plays(h.seed, withPayers), plays(h.seed, withOpenings)
	h.reviews = plays(h.seed, withReview)
	h.town.bank = newBank(h)
	restarts, restores := 0, false
	switch x := r.IntN(10); {
	case x < 5:
	case x < 8:
		restarts = 1 + r.IntN(2)
	default:
		restarts, restores = 2, true
	}
	if restarts > 0 {
		h.town.file = filepath.Join(dir, "town.db")
	}
	for i := range 8 {
		h.town.proxy = append(h.town.proxy, generator(h.seed, i, 200))
	}
	h.town.wrap = h.breaks.serve
	h.town.start()
	h.findAccounts()
	for i, login := range []string{"claire.martel", "hugo.martel", "claire.martel"} {
		h.desktops = append(h.desktops, newDesktop(h, i, login))
	}
	if r.IntN(3) == 0 {
		h.desktops = append(h.desktops, newDesktop(h, len(h.desktops), grandmother))
	}
	if r.IntN(5) < 2 || h.closes || h.parts || h.opens || h.reviews {
		h.agent("sylvie.roy")
	}
	if h.receives && h.seed%3 > 0 {
		h.agent(receiver)
	}
	if h.pays {
		h.agent(cashier)
	}
	h.log("credit %s, places %v, %d restarts, restored=%v, %d desktops", h.town.credit.Decimal(), len(h.town.places), restarts, restores, len(h.desktops))

	bad, calm := context.WithCancel(context.Background())
	var people, world sync.WaitGroup
	for _, d := range h.desktops {
		d.path.spoil = h.breaks.wire
		actions := 6 + d.r.IntN(14)
		if (h.parts || h.closes || h.opens || h.reviews) && d.login == "sylvie.roy" {
			actions += 10 // what an agent decides about waits for what families do
		}
		people.Go(func() { d.live(actions) })
		world.Go(func() { d.path.storm(bad, h.log) })
	}
	world.Go(func() { h.clocks(bad) })
	if h.parts {
		world.Go(func() { h.tariffs(bad) })
	}
	if h.opens {
		world.Go(func() { h.unplug(bad) })
	}
	world.Go(func() { h.roles(bad) })
	world.Go(func() { h.restarts(bad, restarts, restores) })
	people.Wait()
	time.Sleep(between(r, 1, 3*time.Second))
	calm()
	world.Wait()
	h.town.mu.Lock()
	h.town.faulty = false
	h.town.mu.Unlock()
	h.town.later.Wait()
	h.town.bank.later.Wait()
	h.log("all is calm")
	h.quiet()
	h.verify()
	for _, d := range h.desktops {
		d.shut()
		d.client.Close()
	}
	h.town.stop(false, 0)
	h.net.wires.Wait()
	for _, d := range h.desktops {
		if d.cache != nil {
			_ = d.cache.Close()
		}
	}
}

// findAccounts finds the accounts of families, whose ids are the town's.
func (h *history) findAccounts() {
	h.accounts = map[string]portal.ID{}
	if err := h.town.store.Read(context.Background(), func(tx *store.Tx) error {
		all, err := tx.AccountsOf(wire.Family)
		for _, a := range all {
			h.accounts[a.Login] = a.ID
		}
		return err
	}); err != nil {
		panic(err)
	}
}

// agent has an agent of the town hall there, too.
func (h *history) agent(login string) {
	agent := newDesktop(h, len(h.desktops), login)
	for _, a := range demo.Tell().Accounts {
		if a.Login == agent.login {
			agent.secret = a.OTP
		}
	}
	h.desktops = append(h.desktops, agent)
}

// clocks sets clocks on, across cut-offs and nights: the server's, and with
// it or not those of the desktops.
func (h *history) clocks(ctx context.Context) {
	r := generator(h.seed, 1001)
	for range r.IntN(4) {
		if pause(ctx, around(r, 40*time.Second)) != nil {
			return
		}
		d := between(r, time.Minute, []time.Duration{3 * time.Hour, 26 * time.Hour}[r.IntN(2)])
		h.town.jump(d)
		for _, one := range h.desktops {
			if r.IntN(3) > 0 {
				one.mu.Lock()
				one.off += d
				one.mu.Unlock()
			}
		}
		h.log("the clock is set on by %v", d)
	}
}

// restarts ends the server and starts it again; the second time, perhaps, on
// an older copy of its database.
func (h *history) restarts(ctx context.Context, times int, restored bool) {
	r := generator(h.seed, 1002)
	for i := range times {
		if pause(ctx, around(r, 50*time.Second)) != nil {
			return
		}
		if r.IntN(2) == 0 {
			h.afterAnAnswer(ctx, r)
		}
		h.town.stop(r.IntN(2) == 0, between(r, time.Second, 5*time.Second))
		switch {
		case restored && i == 0:
			h.town.keep()
		case restored && i == 1:
			h.town.restore()
			h.log("an older copy is put back")
		}
		time.Sleep(around(r, 10*time.Second))
		h.town.start()
	}
}

// afterAnAnswer waits until something has just been decided, of which the
// desktop may not have heard yet.
func (h *history) afterAnAnswer(ctx context.Context, r *rand.Rand) {
	judged := func() int { h.town.mu.Lock(); defer h.town.mu.Unlock(); return len(h.town.judged) }
	for was, n := judged(), 0; judged() == was && n < 5000; n++ {
		if pause(ctx, between(r, 3*time.Millisecond, 30*time.Millisecond)) != nil {
			return
		}
	}
}

// quiet waits until every desktop has nothing left to say and shows what the
// server says.
func (h *history) quiet() {
	until := time.Now().Add(25 * time.Minute)
	// A frame that was lost is made up for by a poll, which may be minutes away.
	for wait := time.Duration(987_654_321); ; wait += wait / 4 {
		busy := ""
		for _, d := range h.desktops {
			if d.signedOut() {
				d.signIn()
			}
			if n := len(d.engine.Unsent()); n > 0 {
				busy = fmt.Sprintf("%s: %d commands wait, the status is %+v", d.name, n, d.engine.Status().State)
			} else if d.engine.Status().State != syncing.UpToDate {
				busy = fmt.Sprintf("%s is %s", d.name, d.engine.Status().State)
			} else if diff := h.behind(d); diff != "" {
				busy = d.name + " does not show what the town says: " + diff
			}
		}
		if busy == "" && h.pays {
			busy = h.owed()
		}
		if busy == "" && h.opens {
			busy = h.undrawn()
		}
		if busy == "" {
			h.log("all is quiet")
			return
		}
		if time.Now().After(until) {
			h.fail("not quiet: %s", busy)
			return
		}
		time.Sleep(wait)
	}
}

// behind says what a desktop's cache holds otherwise than the server.
func (h *history) behind(d *desktop) string {
	snapshot, err := d.cache.Load()
	if err != nil {
		return err.Error()
	}
	got := rows{}
	for _, c := range snapshot.Rows {
		got[c.Feed+" "+key(c)] = string(c.Body)
	}
	want := rows{}
	for _, c := range h.town.sofar() {
		if _, granted := snapshot.Cursor.Feeds[c.Feed]; !granted {
			continue
		}
		if c.Deleted {
			delete(want, c.Feed+" "+key(c))
		} else {
			want[c.Feed+" "+key(c)] = string(c.Body)
		}
	}
	return differ(got, want)
}

// same reports whether two runs are of one course of events.
func (t *town) same(a, b string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lines[a] == t.lines[b]
}

// gone reports whether a booking or a document was taken back, and that was
// accepted.
func (h *history) gone(id portal.ID) bool {
	h.town.mu.Lock()
	defer h.town.mu.Unlock()
	return h.town.gone[id]
}

// deeds is all that was done, by command.
func (h *history) deeds() map[portal.ID]*deed {
	all := map[portal.ID]*deed{}
	for _, d := range h.desktops {
		maps.Copy(all, d.byID)
	}
	return all
}

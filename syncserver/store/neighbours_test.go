package store_test

import (
	"reflect"
	"runtime"
	"sync"
	"testing"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// gate holds the writer in a call of Write until it is opened, so that what
// queues meanwhile is one batch.
func gate(t testing.TB, s *store.Store) (open func()) {
	t.Helper()
	entered, opened, done := make(chan struct{}), make(chan struct{}), make(chan error)
	var once sync.Once
	go func() {
		done <- s.Write(ctx, func(*store.Tx) error {
			once.Do(func() { close(entered) })
			<-opened
			return nil
		})
	}()
	<-entered
	return func() {
		close(opened)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
}

// queued waits until so many calls wait for the writer.
func queued(s *store.Store, n int) {
	for s.Waiting() < n {
		runtime.Gosched()
	}
}

// neighbours is one round of calls that share a batch: two outboxes, one of
// them with a refusal and what builds on it, and a plain write between.
type neighbours struct {
	s       *store.Store
	account portal.ID
	outbox  [2]portal.ID
	sent    [2][]wire.Envelope
	ids     [2][]portal.ID
	refused portal.ID
	results [2]wire.CommandResults
	errs    [2]error
	key     string
	written error
	head    int64 // of the feeds before
}

var errFullDay = portal.E(portal.Conflict, "day")

func newNeighbours(t testing.TB, s *store.Store) *neighbours {
	n := &neighbours{s: s, account: portal.NewID(), key: "written/" + string(portal.NewID())}
	var err error
	if _, n.head, err = s.Changes(ctx, 0, 0); err != nil {
		t.Fatal(err)
	}
	for i, size := range []int{2, 3} {
		n.outbox[i] = portal.NewID()
		for k := range size {
			id := portal.NewID()
			var needs []portal.ID
			switch {
			case i == 1 && k == 1:
				n.refused = id
			case i == 1 && k == 2:
				needs = []portal.ID{n.refused}
			}
			n.ids[i] = append(n.ids[i], id)
			n.sent[i] = append(n.sent[i], command(t, int64(k+1), id, needs...))
		}
	}
	return n
}

func (n *neighbours) apply(i int) {
	n.results[i], n.errs[i] = n.s.Apply(ctx, n.account, n.outbox[i], n.sent[i], day, func(tx *store.Tx, c wire.Command, _ any) error {
		if err := count(tx, c); err != nil {
			return err
		}
		if c.ID == n.refused {
			return errFullDay
		}
		return nil
	})
}

func (n *neighbours) write() {
	n.written = n.s.Write(ctx, func(tx *store.Tx) error {
		text, _, err := tx.Meta(n.key)
		if err != nil {
			return err
		}
		return tx.SetMeta(n.key, text+"x")
	})
}

// together queues the calls behind a gate and waits for their answers; armed
// is called when their batch is about to begin.
func (n *neighbours) together(t testing.TB, armed func()) {
	t.Helper()
	open := gate(t, n.s)
	var all sync.WaitGroup
	for i, call := range []func(){func() { n.apply(0) }, n.write, func() { n.apply(1) }} {
		all.Go(call)
		queued(n.s, i+1)
	}
	armed()
	open()
	all.Wait()
}

// check holds what was answered against what is stored, and then offers the
// commands once more without a fault.
func (n *neighbours) check(t testing.TB, unsure bool) {
	t.Helper()
	if x := len(meta(t, n.s, n.key)); n.written == nil && x != 1 || n.written != nil && x != 0 && !unsure {
		t.Fatalf("a write answered with %v was carried out %d times", n.written, x)
	}
	if n.written != nil && portal.CodeOf(n.written) != portal.Unavailable {
		t.Fatalf("the write was answered with %v", n.written)
	}
	answered, errs := n.results, n.errs
	times := map[portal.ID]int{}
	for i := range n.outbox {
		if errs[i] != nil && portal.CodeOf(errs[i]) != portal.Unavailable {
			t.Fatalf("outbox %d was answered with %v", i, errs[i])
		}
		n.apply(i)
		if n.errs[i] != nil || len(n.results[i].Verdicts) != len(n.sent[i]) || n.results[i].Mark != int64(len(n.sent[i])) {
			t.Fatalf("offered again: %+v %v", n.results[i], n.errs[i])
		}
		for k, v := range answered[i].Verdicts {
			if !reflect.DeepEqual(v, n.results[i].Verdicts[k]) {
				t.Fatalf("a verdict was %+v and is %+v", v, n.results[i].Verdicts[k])
			}
		}
		if err := n.s.Read(ctx, func(tx *store.Tx) error {
			for _, id := range n.ids[i] {
				text, _, err := tx.Meta("count/" + string(id))
				if err != nil {
					return err
				}
				times[id] = len(text)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for k, id := range n.ids[i] {
			v, want := n.results[i].Verdicts[k], 1
			code := portal.Code("")
			if i == 1 && k > 0 {
				want, code = 0, []portal.Code{portal.Conflict, portal.BlockedBy}[k-1]
			}
			if got := v.Error; got == nil && code != "" || got != nil && got.Code != code || v.Accepted != (code == "") {
				t.Fatalf("the verdict is %+v, not %q", v, code)
			}
			if times[id] != want {
				t.Fatalf("a command had its effect %d times, not %d", times[id], want)
			}
		}
	}
	n.feeds(t)
}

// feeds checks that the feed holds the accepted commands' rows and no others.
func (n *neighbours) feeds(t testing.TB) {
	t.Helper()
	seen := map[portal.ID]bool{}
	changes, _, err := n.s.Changes(ctx, n.head, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		seen[c.Entity] = true
	}
	for i := range n.ids {
		for k, id := range n.ids[i] {
			if want := i == 0 || k == 0; seen[id] != want {
				t.Fatalf("command %d of outbox %d stands in the feed: %v", k, i, seen[id])
			}
		}
	}
}

func unstarted(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	return s
}

func start(t testing.TB, s *store.Store) {
	t.Helper()
	if err := s.Start(ctx); err != nil {
		t.Fatal(err)
	}
}

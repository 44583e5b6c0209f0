package task

import (
	"context"
	"errors"
	"testing"
	"time"

	"testing/synctest"
)

func TestAnswerComesThroughTheQueue(t *testing.T) {
	r, q := NewQueued(nil)
	s := r.Scope()
	got := 0
	Run(s, "a", func(context.Context) (int, error) { return 42, nil }, func(v int, err error) { got = v })
	if got != 0 {
		t.Fatal("answered before the queue was drained")
	}
	q.Settle(r)
	if got != 42 {
		t.Errorf("got %d", got)
	}
}

func TestALateAnswerNeverOverwritesANewerOne(t *testing.T) {
	r, q := NewQueued(nil)
	s := r.Scope()
	release := make(chan struct{})
	var cancelled error
	got := []string{}
	Run(s, "search", func(ctx context.Context) (string, error) {
		<-release
		cancelled = ctx.Err()
		return "old", nil
	}, func(v string, _ error) { got = append(got, v) })
	Run(s, "search", func(context.Context) (string, error) { return "new", nil }, func(v string, _ error) { got = append(got, v) })
	close(release)
	q.Settle(r)
	if len(got) != 1 || got[0] != "new" {
		t.Errorf("got %v", got)
	}
	if !errors.Is(cancelled, context.Canceled) {
		t.Error("the older run was not cancelled")
	}
}

func TestSlotsDoNotDisturbEachOther(t *testing.T) {
	r, q := NewQueued(nil)
	s := r.Scope()
	n := 0
	s.Go("a", func(context.Context) error { return nil }, func(error) { n++ })
	s.Go("b", func(context.Context) error { return nil }, func(error) { n++ })
	q.Settle(r)
	if n != 2 {
		t.Errorf("%d answers", n)
	}
}

func TestLeavingCancelsAndSilences(t *testing.T) {
	r, q := NewQueued(nil)
	s := r.Scope()
	answered := false
	began := make(chan struct{})
	s.Go("a", func(ctx context.Context) error {
		close(began)
		<-ctx.Done()
		return ctx.Err()
	}, func(error) { answered = true })
	<-began
	s.Leave()
	q.Settle(r)
	if answered {
		t.Error("a screen that was left got an answer")
	}
	s.Go("b", func(context.Context) error { t.Error("ran after the screen was left"); return nil }, nil)
	q.Settle(r)
}

func TestAnAnswerAlreadyQueuedIsDroppedWhenTheScreenIsLeft(t *testing.T) {
	r, q := NewQueued(nil)
	s := r.Scope()
	answered := false
	s.Go("a", func(context.Context) error { return nil }, func(error) { answered = true })
	r.mu.Lock()
	for r.running > 0 {
		r.idle.Wait()
	}
	r.mu.Unlock()
	s.Leave()
	if q.Drain() != 1 || answered {
		t.Error("the queued answer was not dropped")
	}
}

func TestCancelStopsOneSlot(t *testing.T) {
	r, q := NewQueued(nil)
	s := r.Scope()
	n := 0
	s.Go("a", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, func(error) { n++ })
	s.Go("b", func(context.Context) error { return nil }, func(error) { n += 10 })
	s.Cancel("a")
	q.Settle(r)
	if n != 10 {
		t.Errorf("n = %d", n)
	}
}

func TestAPanicIsShownAndNotFatal(t *testing.T) {
	var shown error
	r, q := NewQueued(func(err error) { shown = err })
	s := r.Scope()
	var answer error
	s.Go("a", func(context.Context) error { panic("broken") }, func(err error) { answer = err })
	q.Settle(r)
	var p *Panic
	if !errors.As(shown, &p) || p.Value != "broken" || len(p.Stack) == 0 {
		t.Errorf("shown %v", shown)
	}
	if !errors.As(answer, &p) {
		t.Errorf("answered %v", answer)
	}
}

func TestAPanicInTheAnswerIsShownToo(t *testing.T) {
	shown := 0
	r, q := NewQueued(func(error) { shown++; panic("and again") })
	s := r.Scope()
	s.Go("a", func(context.Context) error { return nil }, func(error) { panic("broken") })
	q.Settle(r)
	if shown != 1 {
		t.Errorf("shown %d times", shown)
	}
}

func TestProgressShowsOnlyTheNewest(t *testing.T) {
	r, q := NewQueued(nil)
	s := r.Scope()
	var seen []float64
	done := false
	Progress(s, "a", func(_ context.Context, report func(float64)) (int, error) {
		for i := 1; i <= 100; i++ {
			report(float64(i) / 100)
		}
		return 1, nil
	}, func(v float64) { seen = append(seen, v) }, func(int, error) { done = true })
	q.Settle(r)
	if !done || len(seen) == 0 || seen[len(seen)-1] != 1 {
		t.Errorf("done %v, seen %v", done, seen)
	}
	if len(seen) > 1 {
		t.Errorf("%d values were shown while nobody drained", len(seen))
	}
}

func TestAfterWaitsAndIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, q := NewQueued(nil)
		s := r.Scope()
		var got []string
		s.After("typing", time.Second, func() { got = append(got, "first") })
		s.After("typing", time.Second, func() { got = append(got, "second") })
		time.Sleep(time.Second)
		synctest.Wait()
		q.Drain()
		if len(got) != 1 || got[0] != "second" {
			t.Errorf("got %v", got)
		}
		s.Leave()
	})
}

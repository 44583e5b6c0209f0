// Package task runs a screen's work off the window's goroutine.
//
// A screen has a Scope. What it starts there is cancelled when the screen is
// left, and of two runs in the same slot only the newer one may answer, so a
// slow search never overwrites a later one. Answers come back through the
// Runner's dispatcher: the toolkit's own in the program, a queue that the test
// drains in tests. A panic in the work is caught, logged and shown.
//
// The package knows neither the toolkit nor the domain.
package task

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

// Runner hands answers to the window's goroutine and reports panics.
type Runner struct {
	do      func(func())
	raw     func(func())
	onPanic func(error)
	log     *slog.Logger

	mu      sync.Mutex
	running int
	idle    *sync.Cond
}

// NewRunner makes a runner: do runs a function on the window's goroutine
// (fyne.Do in the program), onPanic is called there when work panicked, with
// an error to show; it may be nil.
func NewRunner(do func(func()), onPanic func(error), log *slog.Logger) *Runner {
	if log == nil {
		log = slog.Default()
	}
	r := &Runner{onPanic: onPanic, log: log}
	r.idle = sync.NewCond(&r.mu)
	// An answer that panics on the window's goroutine would end the program:
	// it is caught like the work it answers.
	r.do = func(f func()) {
		do(func() {
			defer func() {
				if v := recover(); v != nil {
					r.caught(&Panic{Value: v, Stack: debug.Stack()})
				}
			}()
			f()
		})
	}
	r.raw = do
	return r
}

// Do runs f on the window's goroutine; a panic in it is caught and shown.
func (r *Runner) Do(f func()) { r.do(f) }

// Idle reports that nothing runs: what is shown will not change by itself.
func (r *Runner) Idle() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.running == 0
}

// OnPanic sets who shows a panic, for programs whose window exists only after
// the runner.
func (r *Runner) OnPanic(show func(error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.onPanic = show
}

func (r *Runner) started() {
	r.mu.Lock()
	r.running++
	r.mu.Unlock()
}

func (r *Runner) ended() {
	r.mu.Lock()
	r.running--
	r.idle.Broadcast()
	r.mu.Unlock()
}

// Panic is what a caught panic becomes.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// LogValue tells the kind of the value, never the value, which may quote what
// somebody typed; the runtime's own name only numbers and types.
func (p *Panic) LogValue() slog.Value {
	if err, ok := p.Value.(runtime.Error); ok {
		return slog.StringValue(err.Error())
	}
	if err, ok := p.Value.(error); ok {
		return slog.AnyValue(err) // the program's log knows what may be told of it
	}
	return slog.StringValue(fmt.Sprintf("a %T", p.Value))
}

func (r *Runner) caught(p *Panic) {
	r.log.Error("a task panicked", "panic", p, "stack", string(p.Stack))
	r.mu.Lock()
	show := r.onPanic
	r.mu.Unlock()
	if show != nil {
		// Not through do: showing that panics must not be shown again.
		r.raw(func() {
			defer func() {
				if v := recover(); v != nil {
					r.log.Error("showing a panic panicked", "panic", &Panic{Value: v})
				}
			}()
			show(p)
		})
	}
}

// Scope is the life of one screen. Its methods are called on the window's
// goroutine.
type Scope struct {
	runner *Runner
	ctx    context.Context
	cancel context.CancelFunc

	mu    sync.Mutex
	slots map[string]*slot
	left  bool
}

type slot struct {
	generation uint64
	cancel     context.CancelFunc
}

// Scope opens a scope; Leave ends it.
func (r *Runner) Scope() *Scope {
	ctx, cancel := context.WithCancel(context.Background())
	return &Scope{runner: r, ctx: ctx, cancel: cancel, slots: map[string]*slot{}}
}

// Context ends when the screen is left.
func (s *Scope) Context() context.Context { return s.ctx }

// Leave cancels all that runs; nothing of it answers any more.
func (s *Scope) Leave() {
	s.mu.Lock()
	s.left = true
	s.mu.Unlock()
	s.cancel()
}

// Cancel stops what runs in one slot; it does not answer.
func (s *Scope) Cancel(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sl := s.slots[name]; sl != nil {
		sl.generation++
		if sl.cancel != nil {
			sl.cancel()
			sl.cancel = nil
		}
	}
}

// begin takes the slot for a new run and gives back its generation.
func (s *Scope) begin(name string) (context.Context, uint64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left {
		return nil, 0, false
	}
	sl := s.slots[name]
	if sl == nil {
		sl = &slot{}
		s.slots[name] = sl
	}
	if sl.cancel != nil {
		sl.cancel()
	}
	sl.generation++
	ctx, cancel := context.WithCancel(s.ctx)
	sl.cancel = cancel
	return ctx, sl.generation, true
}

// current tells whether a run may still answer.
func (s *Scope) current(name string, generation uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	sl := s.slots[name]
	return !s.left && sl != nil && sl.generation == generation
}

func (s *Scope) finish(name string, generation uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sl := s.slots[name]; sl != nil && sl.generation == generation && sl.cancel != nil {
		sl.cancel()
		sl.cancel = nil
	}
}

// Run does work on a goroutine of its own and then calls done on the window's,
// unless the screen was left or a newer run took the slot. A panic in work
// reaches done as a *Panic, after it was logged and shown.
func Run[T any](s *Scope, slot string, work func(ctx context.Context) (T, error), done func(T, error)) {
	ctx, generation, ok := s.begin(slot)
	if !ok {
		return
	}
	s.runner.started()
	go func() {
		defer s.runner.ended()
		result, err := protected(s.runner, ctx, work)
		s.runner.do(func() {
			if !s.current(slot, generation) {
				return
			}
			s.finish(slot, generation)
			if done != nil {
				done(result, err)
			}
		})
	}()
}

// Go is Run for work that has no result but an error.
func (s *Scope) Go(slot string, work func(ctx context.Context) error, done func(error)) {
	Run(s, slot, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, work(ctx)
	}, func(_ struct{}, err error) {
		if done != nil {
			done(err)
		}
	})
}

// Progress is Run for long work that tells how far it is. report may be called
// from the work's goroutine as often as it likes; shown is called on the
// window's goroutine with the newest value only.
func Progress[T any](s *Scope, slot string, work func(ctx context.Context, report func(part float64)) (T, error), shown func(float64), done func(T, error)) {
	ctx, generation, ok := s.begin(slot)
	if !ok {
		return
	}
	var mu sync.Mutex
	var newest float64
	waiting := false
	report := func(part float64) {
		mu.Lock()
		newest = part
		queued := waiting
		waiting = true
		mu.Unlock()
		if queued {
			return
		}
		s.runner.do(func() {
			mu.Lock()
			value := newest
			waiting = false
			mu.Unlock()
			if s.current(slot, generation) && shown != nil {
				shown(value)
			}
		})
	}
	s.runner.started()
	go func() {
		defer s.runner.ended()
		result, err := protected(s.runner, ctx, func(ctx context.Context) (T, error) { return work(ctx, report) })
		s.runner.do(func() {
			if !s.current(slot, generation) {
				return
			}
			s.finish(slot, generation)
			if done != nil {
				done(result, err)
			}
		})
	}()
}

// After calls f on the window's goroutine when d has passed, unless the screen
// was left or the slot was taken anew: a delayed search, a word that vanishes.
func (s *Scope) After(slot string, d time.Duration, f func()) {
	ctx, generation, ok := s.begin(slot)
	if !ok {
		return
	}
	// Waiting is not work: a window that waits for a minute to pass is idle.
	go func() {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		s.runner.do(func() {
			if !s.current(slot, generation) {
				return
			}
			s.finish(slot, generation)
			f()
		})
	}()
}

func protected[T any](r *Runner, ctx context.Context, work func(context.Context) (T, error)) (result T, err error) {
	defer func() {
		if v := recover(); v != nil {
			p := &Panic{Value: v, Stack: debug.Stack()}
			r.caught(p)
			err = p
		}
	}()
	return work(ctx)
}

// Queue is the dispatcher of tests: what would go to the window's goroutine
// waits until the test drains it, so nothing happens behind a test's back.
type Queue struct {
	mu      sync.Mutex
	waiting []func()
}

// NewQueued makes a runner whose answers wait in the queue it gives back.
func NewQueued(onPanic func(error)) (*Runner, *Queue) {
	q := &Queue{}
	return NewRunner(q.add, onPanic, slog.New(slog.DiscardHandler)), q
}

func (q *Queue) add(f func()) {
	q.mu.Lock()
	q.waiting = append(q.waiting, f)
	q.mu.Unlock()
}

// Drain runs what waits, and what that adds, and tells how many ran.
func (q *Queue) Drain() int {
	n := 0
	for {
		q.mu.Lock()
		if len(q.waiting) == 0 {
			q.mu.Unlock()
			return n
		}
		f := q.waiting[0]
		q.waiting = q.waiting[1:]
		q.mu.Unlock()
		f()
		n++
	}
}

// Settle waits for all running work to end and drains its answers, until
// nothing is left of either.
func (q *Queue) Settle(r *Runner) {
	for {
		r.mu.Lock()
		for r.running > 0 {
			r.idle.Wait()
		}
		r.mu.Unlock()
		if q.Drain() == 0 {
			r.mu.Lock()
			quiet := r.running == 0
			r.mu.Unlock()
			if quiet {
				return
			}
		}
	}
}

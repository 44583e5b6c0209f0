package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// job is one call of Write or Apply on its way through the writer: a number of
// steps of which each can be refused for itself. All of its functions run in
// the writer, and run again when a batch is thrown away.
type job struct {
	steps int
	// start comes before the steps from one on in a transaction, finish after
	// the last that ran in it.
	start  func(tx *Tx, from int) error
	step   func(tx *Tx, i int) (stop bool, err error)
	finish func(tx *Tx) error
	// at is the instant by which it is judged.
	at func() time.Time
	// logged says that a second run finds what a first one committed.
	logged bool
	halted bool // a step said so, in the last transaction
	// failed tells it that the step i could not be carried out, and why.
	failed func(i int, why error)
	done   chan struct{}
	state  atomic.Int32 // waits, begun or given up
}

const (
	waits int32 = iota
	begun
	givenUp
)

// writer is the one that writes: it takes all the jobs that wait, carries them
// out in one transaction, commits once and then answers all of them.
type writer struct {
	s     *Store
	queue chan *job
	gone  chan struct{} // closed when the loop has ended

	senders sync.RWMutex // guards takes, and the queue against being closed under a sender
	takes   bool         // jobs may queue

	// Of the loop alone.
	run        string // our row in runs, once committed
	timeline   string
	generation int64 // of the connection
	number     int64 // of the last batch
	lost       bool  // the last connection went away by itself
	retired    bool  // we threw the last connection away
}

var (
	errNotRunning = errors.New("store: the writer is not running")
	errLeft       = errors.New("store: the function left its goroutine")
)

// Waiting is how many calls wait for the writer now.
func (s *Store) Waiting() int { return len(s.writer.queue) }

// waiting is how many jobs may wait for the writer before callers wait to
// queue.
const waiting = 4096

func newWriter(s *Store) *writer {
	return &writer{s: s, queue: make(chan *job, waiting), gone: make(chan struct{})}
}

// do queues a job and waits for its answer. A caller that gives up while it
// waits is told so. Nothing of it is done then, unless the job is logged: that one
// keeps the turn it has by when it came, and whoever asks again is told what was
// decided; else a rush would be won by who came late enough not to wait too long.
// One whose turn has come is answered: what the job shares with its caller is
// nobody else's any more when this returns without an error.
func (w *writer) do(ctx context.Context, j *job) error {
	j.done = make(chan struct{})
	if err := w.send(ctx, j); err != nil {
		return err
	}
	select {
	case <-j.done:
		return nil
	case <-ctx.Done():
	}
	if j.logged && j.state.Load() == waits || j.state.CompareAndSwap(waits, givenUp) {
		return ctx.Err()
	}
	<-j.done
	return nil
}

func (w *writer) send(ctx context.Context, j *job) error {
	w.senders.RLock()
	defer w.senders.RUnlock()
	if !w.takes {
		return unavailable(errNotRunning)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case w.queue <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) stop(ctx context.Context) error {
	w.senders.Lock()
	w.takes = false
	close(w.queue)
	w.senders.Unlock()
	select {
	case <-w.gone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) start() {
	w.senders.Lock()
	w.takes = true
	w.senders.Unlock()
	go w.loop()
}

func (w *writer) loop() {
	ended := false
	defer func() {
		if ended {
			close(w.gone)
		} else {
			// A function ended the goroutine (runtime.Goexit): its jobs were
			// answered on the way out, the others must be too.
			go w.loop()
		}
	}()
	for j := range w.queue {
		w.turn(j)
	}
	ended = true
}

// turn carries out a first job and all that wait behind it.
func (w *writer) turn(first *job) {
	var jobs []*job
	answered := 0
	answer := func(j *job) { answered++; close(j.done) }
	defer func() {
		for _, j := range jobs[answered:] {
			j.failed(0, errLeft)
			close(j.done)
		}
	}()
	b, err := w.begin()
	// Only now: while begin waited for its lock others have queued.
	jobs = slices.DeleteFunc(w.gather(first), func(j *job) bool { return !j.state.CompareAndSwap(waits, begun) })
	if err == nil {
		err = w.carryOut(b, jobs, 0, -1)
	} else {
		w.observe(&batch{began: time.Now()}, jobs, 0, err)
	}
	if err == nil {
		for _, j := range jobs {
			answer(j)
		}
		return
	}
	w.s.log.Error("store: a batch was thrown away and runs again one by one", "jobs", len(jobs), "error", err)
	unsure := errors.Is(err, errUnsure)
	reachable := true
	for _, j := range jobs {
		switch {
		case !reachable, unsure && !j.logged:
			j.failed(0, err)
		default:
			reachable = w.alone(j)
		}
		answer(j)
	}
}

// gather takes what waits, up to the batch's size in commands.
func (w *writer) gather(first *job) []*job {
	jobs, commands := []*job{first}, first.steps
	for commands < w.s.o.MaxBatch {
		select {
		case j, ok := <-w.queue:
			if !ok {
				return jobs
			}
			jobs = append(jobs, j)
			commands += j.steps
		default:
			return jobs
		}
	}
	return jobs
}

// alone carries out a job in a transaction of its own and, when that fails,
// each of its steps in one, until one fails again. It reports whether the
// database could be reached at all.
func (w *writer) alone(j *job) (reachable bool) {
	b, err := w.begin()
	if err != nil {
		w.s.log.Error("store: no transaction", "error", err)
		j.failed(0, err)
		return !lost(err)
	}
	if err = w.carryOut(b, []*job{j}, 0, -1); err == nil {
		return true
	}
	w.s.log.Error("store: a job failed", "steps", j.steps, "error", err)
	if j.steps < 2 || errors.Is(err, errUnsure) {
		j.failed(0, err)
		return true
	}
	for i := range j.steps {
		b, err := w.begin()
		if err == nil {
			err = w.carryOut(b, []*job{j}, i, i+1)
		}
		if err != nil {
			w.s.log.Error("store: a command failed", "error", err)
			j.failed(i, err)
			return true
		}
		if j.halted {
			return true
		}
	}
	return true
}

// carryOut runs the steps [from, to) of jobs (to < 0: all) and commits. After
// an error nothing of it has happened, unless it is errUnsure.
func (w *writer) carryOut(b *batch, jobs []*job, from, to int) (err error) {
	var commit time.Duration
	finished := false
	defer func() {
		if !finished {
			err = errLeft
		}
		if err != nil && b.link != nil {
			w.drop(b.link, err)
		}
		w.observe(b, jobs, commit, err)
	}()
	for _, j := range jobs {
		if err = b.work(j, from, to); err != nil {
			finished = true
			return err
		}
	}
	commit, err = b.commit()
	finished = true
	return err
}

func (b *batch) work(j *job, from, to int) error {
	if to < 0 {
		to = j.steps
	}
	tx := b.tx(j.at())
	defer func() { tx.over = true }()
	j.halted = false
	if j.start != nil {
		if err := j.start(tx, from); err != nil {
			return err
		}
	}
	for i := from; i < to; i++ {
		stop, err := j.step(tx, i)
		if err != nil {
			return err
		}
		if j.halted = stop; stop {
			break
		}
	}
	if j.finish != nil {
		return j.finish(tx)
	}
	return nil
}

func (w *writer) observe(b *batch, jobs []*job, commit time.Duration, err error) {
	if w.s.o.Observe == nil {
		return
	}
	seen := Batch{Jobs: len(jobs), Rows: b.rows, Took: time.Since(b.began), Commit: commit, Err: err}
	for _, j := range jobs {
		seen.Commands += j.steps
	}
	w.s.o.Observe(seen)
}

// Write runs f through the one writer. What f wrote is committed when Write
// returns nil. A *portal.Error that f returns takes back what f did and comes
// back as it is. Any other error of f, and every fault of the database, ends
// as portal.Unavailable, which wraps the cause for the log, with nothing of f
// stored (unless the database goes away in the very COMMIT and cannot be asked
// what became of it).
//
// f may run more than once and only its last run counts. Where ctx ends before
// its turn has come, f never runs; once it has, the answer is waited for: when
// Write returns, f does not run any more. f must not call Read or Write.
func (s *Store) Write(ctx context.Context, f func(*Tx) error) error {
	var refusal error
	j := &job{
		steps: 1,
		at:    s.now,
		step: func(tx *Tx, _ int) (bool, error) {
			refused, fault := tx.savepoint(func() error { return f(tx) })
			refusal = nil
			if refused != nil {
				refusal = refused
			}
			return false, fault
		},
		failed: func(_ int, why error) { refusal = unavailable(why) },
	}
	if err := s.writer.do(ctx, j); err != nil {
		return err
	}
	return refusal
}

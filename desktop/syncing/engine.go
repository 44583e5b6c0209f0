package syncing

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/report"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Options are what an engine is made of.
type Options struct {
	Cache  Cache
	Client *client.Client
	Sink   Sink
	// Public is for the signed-out cache: it follows the town's feed by pulls
	// alone, and nothing is sent.
	Public bool
	// Idle is after how long without anybody at the window the server ends the
	// session; it is told of those whom Here notes. Zero tells nothing.
	Idle time.Duration
	// Dispatch runs what observers are told; fyne.Do in the program. Nil runs
	// it at once, on whatever goroutine it happens.
	Dispatch func(func())
	// SignedOut is told, through Dispatch, that the server has ended the
	// session. The engine is then silent until SignedIn.
	SignedOut func()
	// Clock is the wall clock, and Random gives numbers in [0, 1); nil for the
	// system's.
	Clock  portal.Clock
	Random func() float64
}

// Engine keeps a cache and the server in step. Its methods may be called from
// any goroutine.
type Engine struct {
	o      Options
	cache  Cache
	client *client.Client
	sink   Sink
	random func() float64
	board  *board
	mail   *mailbox
	files  sender

	// applying is held over a change of the cache and telling the sink of it.
	applying sync.Mutex

	mu       sync.Mutex
	watched  map[portal.ID]int // requests looked at, and by how many screens
	clockOff time.Duration
	cancel   context.CancelFunc
	running  sync.WaitGroup

	loop // the loop's own; see loop.go
}

// New makes an engine and shows what the cache holds. It does nothing on the
// network before Start.
func New(o Options) (*Engine, error) {
	if o.Dispatch == nil {
		o.Dispatch = func(f func()) { f() }
	}
	if o.SignedOut == nil {
		o.SignedOut = func() {}
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	var one sync.Mutex // a generator of a simulation's is for one goroutine
	e := &Engine{
		o: o, cache: o.Cache, client: o.Client, sink: o.Sink,
		random: func() float64 {
			one.Lock()
			defer one.Unlock()
			return o.Random()
		},
		board:   &board{dispatch: o.Dispatch, subs: map[*observer]struct{}{}},
		mail:    newMailbox(),
		watched: map[portal.ID]int{},
	}
	e.files.ring = make(chan struct{}, 1)
	s, err := e.cache.Load()
	if err != nil {
		return nil, err
	}
	e.begin(s)
	e.board.now = Status{State: Working, LastContact: s.LastContact, Waiting: s.Outbox, Refused: len(s.Refused)}
	e.sink.Replace(s)
	return e, nil
}

// Start begins to speak with the server.
func (e *Engine) Start() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	e.running.Go(func() {
		defer report.Guard()
		e.run(ctx)
	})
	e.startFiles(ctx)
}

// Close ends all that the engine does and waits for it. The cache and the
// client are the caller's to close.
func (e *Engine) Close() {
	e.mu.Lock()
	if e.cancel == nil {
		e.cancel = func() {}
	}
	e.cancel()
	e.mu.Unlock()
	e.running.Wait()
	e.client.DropConnections()
}

// Submit puts a command into the outbox, where it is safe once Submit
// returns, shows what it does, and has it sent. The note is what the person
// reads of it while it waits.
func (e *Engine) Submit(body []byte, note cache.Note) (cache.Pending, error) {
	if e.o.Public {
		return cache.Pending{}, portal.E(portal.Unauthorized, "")
	}
	c, _, err := wire.ReadCommand(body)
	if err != nil {
		return cache.Pending{}, err
	}
	if len(body) > maxBatchBytes-client.EnvelopeOverhead {
		return cache.Pending{}, portal.E(portal.TooLong, "args")
	}
	var p cache.Pending
	err = e.change(func() (cache.Applied, error) {
		var err error
		p, err = e.cache.Enqueue(c.ID, body, note, e.o.Clock())
		return cache.Applied{}, err
	})
	if err == nil {
		e.mail.post(kicked{})
	}
	return p, err
}

// Undo takes a command back that has not been handed to the network, also
// while its file is under way. When it has, the answer is portal.Conflict, and
// undoing it is a new command.
func (e *Engine) Undo(id portal.ID) error {
	err := e.change(func() (cache.Applied, error) { return cache.Applied{}, e.cache.DropUnsent(id) })
	if err == nil {
		e.files.interrupt(id)
		e.tellFiles()
	}
	return err
}

// MarkRead takes a refusal off the list of those unread.
func (e *Engine) MarkRead(id portal.ID) error {
	return e.change(func() (cache.Applied, error) { return cache.Applied{}, e.cache.MarkRead(id) })
}

// change changes the cache and tells the sink what it holds then.
func (e *Engine) change(f func() (cache.Applied, error)) error {
	e.applying.Lock()
	defer e.applying.Unlock()
	applied, err := f()
	if err != nil {
		return err
	}
	outbox, refused := e.cache.Outbox(), e.cache.Refused()
	e.sink.Apply(applied, outbox, refused)
	e.board.set(func(s *Status) { s.Waiting, s.Refused = outbox, len(refused) })
	return nil
}

// Unsent is what signing out would leave behind: what the server has not
// decided. Of what has a Number it may know already.
func (e *Engine) Unsent() []cache.Pending { return e.cache.Outbox() }

// TryNow makes an attempt at once.
func (e *Engine) TryNow() { e.mail.post(tryNow{}) }

// SignedIn goes on after the server had ended the session, with a new token.
func (e *Engine) SignedIn() { e.mail.post(signedIn{}) }

// Status is the truth about the line now.
func (e *Engine) Status() Status { return e.board.status() }

// Observe has f told, through the dispatcher, when the status changes; the
// function it returns ends that.
func (e *Engine) Observe(f func(Status)) (cancel func()) { return e.board.observe(f) }

// probe asks the smallest question on a connection of its own; whatever is
// answered, the line is good.
func (e *Engine) probe(ctx context.Context) error {
	e.client.DropConnections()
	err := e.client.Alone(ctx)
	var ce *client.Error
	if errors.As(err, &ce) && ce.Status != 0 {
		return nil
	}
	return err
}

// Watch tells the others who look at a request that this person does, until
// the function it returns is called.
func (e *Engine) Watch(request portal.ID) (stop func()) {
	e.mu.Lock()
	e.watched[request]++
	e.mu.Unlock()
	e.mail.post(watching{})
	return sync.OnceFunc(func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.watched[request]--; e.watched[request] <= 0 {
			delete(e.watched, request)
		}
	})
}

// Now is the server's time as far as is known.
func (e *Engine) Now() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.o.Clock().Add(e.clockOff)
}

// Package simulator stands for PayFiP in tests and in the demonstration: it
// opens pages of payment, shows them to payers, says what became of them, and
// refuses what PayFiP refuses. No money is moved by it. Faults and delays are
// made on demand.
package simulator

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"parvis/shared/payments"
	"parvis/shared/portal"
)

// Paths, as PayFiP has them; Admin is the simulator's own.
const (
	Service = "/tpa/services/securite"
	Page    = "/tpa/paiementws.web"
	Admin   = "/simulateur"
	style   = "/tpa/style.css"
)

// What PayFiP calls its technical faults, in which it says nothing of what it was
// asked.
const (
	Unavailable = "TechIndisponibiliteErreur"
	Malfunction = "TechDysfonctionnementErreur"
	protocol    = "TechProtocolaireErreur"
)

// Cards is the authority's cards for tests.
var Cards = []string{"5017674000000002", "5017670000001800", "4978860713891312"}

// Faults is what goes wrong on demand. The zero Faults is nothing.
type Faults struct {
	Down      bool          // no question is answered: HTTP 503
	Broken    bool          // each is answered with HTTP 500 and no envelope
	Technical string        // each is answered with this fault: Unavailable or Malfunction
	Slow      time.Duration // each is answered only then
	Refuse    string        // the code with which an opening is refused
	Late      time.Duration // the notice comes only then
	Notices   int           // how often it comes more than once
	Never     bool          // it does not come
	Oddly     bool          // its field is called idOp
}

// Options of a Simulator.
type Options struct {
	Clock portal.Clock
	// Desks are the client numbers known, each with what it is called.
	Desks map[string]string
	// Control opens the page on which faults are made.
	Control bool
	// Post sends a notice; nil posts it.
	Post func(ctx context.Context, to string, form url.Values)
}

// Simulator is an http.Handler.
type Simulator struct {
	o   Options
	mux *http.ServeMux

	mu       sync.Mutex
	faults   Faults
	payments map[string]*Payment
	asked    int

	ctx    context.Context
	stop   context.CancelFunc
	notice sync.WaitGroup
}

// Payment is one that was opened.
type Payment struct {
	Operation string
	Order     payments.Order
	Mode      string
	At        time.Time
	Seen      bool            // its page was opened
	Answer    payments.Answer // the result, once there is one
	Done      time.Time
}

// New makes one. Close ends the notices that it still has to send.
func New(o Options) *Simulator {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Post == nil {
		o.Post = post
	}
	s := &Simulator{o: o, payments: map[string]*Payment{}, mux: http.NewServeMux()}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.mux.HandleFunc("POST "+Service, s.soap)
	s.mux.HandleFunc("GET "+Page, s.show)
	s.mux.HandleFunc("POST "+Page, s.pay)
	s.mux.HandleFunc("GET "+style, s.style)
	if o.Control {
		s.mux.HandleFunc("GET "+Admin, s.control)
		s.mux.HandleFunc("POST "+Admin, s.set)
	}
	return s
}

// Close ends it and waits for what it was sending.
func (s *Simulator) Close() {
	s.stop()
	s.notice.Wait()
}

// ServeHTTP implements http.Handler.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Set has something go wrong from now on.
func (s *Simulator) Set(f Faults) { s.mu.Lock(); defer s.mu.Unlock(); s.faults = f }

// Asked is how many questions have come.
func (s *Simulator) Asked() int { s.mu.Lock(); defer s.mu.Unlock(); return s.asked }

// Payments lists what was opened, the newest first.
func (s *Simulator) Payments() []Payment {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Payment, 0, len(s.payments))
	for _, p := range s.payments {
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b Payment) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return strings.Compare(a.Operation, b.Operation)
	})
	return out
}

// Settle gives a payment a result, as its page does; false where it can have
// none any more.
func (s *Simulator) Settle(operation string, a payments.Answer) bool {
	s.mu.Lock()
	p, known := s.payments[operation]
	now := s.o.Clock()
	ok := known && s.open(p, now) == ""
	if ok {
		p.Seen, p.Answer, p.Done = true, a, now
	}
	f := s.faults
	s.mu.Unlock()
	if ok {
		s.tell(*p, f)
	}
	return ok
}

// open says why a page cannot be paid on: a code, or "".
func (s *Simulator) open(p *Payment, now time.Time) payments.Answer {
	switch age := now.Sub(p.At); {
	case p.Answer == payments.WasAbandoned && age < payments.Unsure:
		return "" // who comes back at once may still pay
	case p.Answer != "":
		return payments.Used
	case !p.Seen && age >= payments.PageOpens:
		return payments.TooOld
	case age >= time.Hour:
		return payments.TooOld // a page that was left open
	}
	return ""
}

// found looks a payment up as a question does: what nobody has paid is purged
// in the night.
func (s *Simulator) found(operation string, now time.Time) (*Payment, bool) {
	p, known := s.payments[operation]
	if known && p.Answer == "" && portal.DateOf(now) > portal.DateOf(p.At) && now.Sub(p.At) > time.Hour {
		delete(s.payments, operation)
		return nil, false
	}
	return p, known
}

// create keeps an order and names it.
func (s *Simulator) create(o payments.Order, mode string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := uuid.NewString()
	s.payments[name] = &Payment{Operation: name, Order: o, Mode: mode, At: s.o.Clock()}
	return name
}

// tell sends the notice that there is news, when and as often as the faults
// have it.
func (s *Simulator) tell(p Payment, f Faults) {
	if f.Never || s.ctx.Err() != nil {
		return
	}
	name := "idop"
	if f.Oddly {
		name = "idOp"
	}
	s.notice.Go(func() {
		timer := time.NewTimer(f.Late)
		defer timer.Stop()
		select {
		case <-s.ctx.Done():
			return
		case <-timer.C:
		}
		for range 1 + f.Notices {
			s.o.Post(s.ctx, p.Order.Notice, url.Values{name: {p.Operation}})
		}
	})
}

func post(ctx context.Context, to string, form url.Values) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		return
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if answer, err := http.DefaultClient.Do(r); err == nil { // a notice that is lost is lost
		_ = answer.Body.Close()
	}
}

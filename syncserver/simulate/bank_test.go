package simulate

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"parvis/shared/ledger"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// bank is PayFiP: it outlives the town's servers, answers late or not at all, and
// says what became of a payment once, twice, late or never.
type bank struct {
	h     *history
	ids   portal.IDs
	later sync.WaitGroup // people on its pages, and its notices

	mu      sync.Mutex
	bills   map[string]*bill // by operation
	asked   map[string]int   // how often it was asked about each thing
	started map[portal.ID]topUp
}

// bill is one page of payment.
type bill struct {
	order  payments.Order
	opened time.Time
	answer payments.Answer
	amount portal.Money
	known  time.Time // when it tells that answer
}

// topUp is a payment as somebody started it.
type topUp struct {
	account  portal.ID
	cashDesk string
	amount   portal.Money
	called   time.Duration
}

func newBank(h *history) *bank {
	return &bank{h: h, ids: maker(0xbaf), bills: map[string]*bill{}, asked: map[string]int{}, started: map[portal.ID]topUp{}}
}

// chance gives the random numbers of the next time that something is asked.
func (b *bank) chance(about string) *rand.Rand {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(about))
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked[about]++
	return generator(b.h.seed, 1010, int(sum.Sum32()), b.asked[about])
}

func (b *bank) faulty() bool { b.h.town.mu.Lock(); defer b.h.town.mu.Unlock(); return b.h.town.faulty }

// silent waits until whoever asks has given up.
func silent(ctx context.Context) error {
	<-ctx.Done()
	return &payments.Fault{Cause: ctx.Err()}
}

// Open implements service.PayFiP.
func (b *bank) Open(ctx context.Context, o payments.Order) (string, error) {
	r := b.chance(o.Reference)
	x, faulty := r.IntN(100), b.faulty()
	if err := pause(ctx, between(r, 20*time.Millisecond, 4*time.Second)); err != nil {
		return "", &payments.Fault{Cause: err}
	}
	switch {
	case faulty && x < 6:
		return "", &payments.Fault{Code: "T2", Cause: errors.New("refused")}
	case faulty && x < 14:
		return "", silent(ctx)
	}
	operation := string(b.ids())
	b.mu.Lock()
	b.bills[operation] = &bill{order: o, opened: time.Now(), amount: o.Amount}
	b.mu.Unlock()
	if faulty && x < 20 {
		return "", silent(ctx) // the page is there, and nobody is told
	}
	return operation, nil
}

// Result implements service.PayFiP.
func (b *bank) Result(ctx context.Context, operation string) (payments.Result, error) {
	r := b.chance(operation)
	if err := pause(ctx, between(r, 20*time.Millisecond, 3*time.Second)); err != nil {
		return payments.Result{}, &payments.Fault{Cause: err}
	}
	if x := r.IntN(100); b.faulty() && x < 12 {
		return payments.Result{}, &payments.Fault{Cause: errors.New("no answer")}
	} else if b.faulty() && x < 15 {
		return payments.Result{}, silent(ctx)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	bill, there := b.bills[operation]
	switch {
	case !there:
		return payments.Result{Answer: payments.Unknown}, nil
	case bill.answer != "" && !time.Now().Before(bill.known):
		return payments.Result{Answer: bill.answer, Client: bill.order.Client, Amount: bill.amount, Reference: bill.order.Reference, Number: "N" + operation[30:]}, nil
	case bill.answer == "" && time.Since(bill.opened) > payments.PageOpens:
		return payments.Result{Answer: payments.TooOld}, nil
	}
	return payments.Result{Answer: payments.NotYet}, nil
}

// Page implements service.PayFiP.
func (b *bank) Page(operation string) string { return "http://payfip.exemple/?idop=" + operation }

// visit is somebody on a page of payment, and all that PayFiP tells of it after.
func (b *bank) visit(operation string, r *rand.Rand) {
	b.later.Go(func() {
		time.Sleep(around(r, 30*time.Second))
		b.mu.Lock()
		bill := b.bills[operation]
		if bill == nil || bill.answer != "" || time.Since(bill.opened) > payments.PageOpens {
			b.mu.Unlock()
			return
		}
		now := time.Now()
		switch x := r.IntN(100); {
		case x < 60:
			bill.answer = payments.PaidByCard
		case x < 68:
			bill.answer = payments.PaidByDebit
		case x < 78:
			bill.answer = payments.CardRefused
		case x < 86:
			bill.answer = payments.WasAbandoned
		case x < 92:
			bill.answer, bill.amount = payments.PaidByCard, bill.order.Amount+100
		default:
			b.mu.Unlock()
			return // the window is closed, and nothing comes of it
		}
		bill.known = now.Add(around(r, []time.Duration{time.Second, time.Minute}[r.IntN(2)]))
		answer, reference, known := bill.answer, bill.order.Reference, bill.known
		b.mu.Unlock()
		b.h.log("payfip: %s is %s", operation, answer)
		if r.IntN(2) == 0 {
			back := around(r, 3*time.Second)
			b.later.Go(func() {
				time.Sleep(back)
				b.h.town.call(httptest.NewRequest(http.MethodGet, wire.PagePaymentReturn+"?p="+reference, nil))
			})
		}
		notices, late := []int{0, 1, 1, 2}[r.IntN(4)], []time.Duration{2 * time.Second, 2 * time.Minute}[r.IntN(2)]
		switch {
		case answer == payments.PaidByCard && notices == 2:
			b.h.comes("payment told twice")
		case answer == payments.PaidByCard && (notices == 0 || late > time.Minute):
			b.h.comes("payment told late or never")
		}
		for range notices {
			notice := time.Until(known) + around(r, late)
			b.later.Go(func() {
				time.Sleep(notice)
				in := httptest.NewRequest(http.MethodPost, wire.PagePaymentNotice, strings.NewReader(url.Values{"idop": {operation}}.Encode()))
				in.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				b.h.town.call(in)
			})
		}
	})
}

// call is a request of somebody who is no desktop; nobody may be there to hear it.
func (t *town) call(in *http.Request) {
	t.gate.RLock()
	to := t.answer
	if to != nil {
		t.inside.Add(1)
	}
	t.gate.RUnlock()
	if to == nil {
		t.h.log("nobody hears %s", in.URL.Path)
		return
	}
	defer t.inside.Done()
	answer := httptest.NewRecorder()
	to.ServeHTTP(answer, in)
	t.h.log("%s %s: %d", in.Method, in.URL.Path, answer.Code)
	if answer.Code >= 500 {
		t.h.fail("%s is answered with %d", in.URL.Path, answer.Code)
	}
}

// asks has PayFiP asked about payments, as the host does.
func (t *town) asks(ctx context.Context, svc *service.Service) {
	for pause(ctx, 5_017_234_567) == nil {
		for {
			due, err := svc.PaymentsDue(ctx)
			if err != nil || !due {
				break
			}
			if did, err := svc.AskPayFiP(ctx, 4); err != nil || did == 0 {
				break // PayFiP did not answer, or the town is being shut: it is asked again
			}
		}
	}
}

// tops tops an account up: a start that was not answered is tried again as the
// same payment.
func (d *desktop) tops() {
	in := d.unopened
	if in.Payment == "" || d.r.IntN(5) == 0 {
		in = wire.StartPayment{Payment: d.ids(), CashDesk: cashDesks[d.r.IntN(len(cashDesks))], Amount: portal.Money(500 + d.r.IntN(40)*100)}
		b := d.h.town.bank
		b.mu.Lock()
		b.started[in.Payment] = topUp{d.account, in.CashDesk, in.Amount, time.Since(d.h.began)}
		b.mu.Unlock()
	}
	d.unopened = in
	p, err := d.client.StartPayment(context.Background(), in)
	d.h.log("%s starts payment %s of %s: %s %v", d.name, in.Payment, in.Amount.Decimal(), p.State, portal.CodeOf(err))
	if err != nil {
		return
	}
	d.unopened = wire.StartPayment{}
	if _, operation, ok := strings.Cut(p.URL, "idop="); ok && p.State == payments.Pending {
		d.h.town.bank.visit(operation, generator(d.h.seed, d.index, 103, len(d.h.town.bank.startedBy(d.account))))
	}
}

// startedBy is the payments that an account has started.
func (b *bank) startedBy(account portal.ID) (out []portal.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, t := range b.started {
		if t.account == account {
			out = append(out, id)
		}
	}
	return out
}

// paid is the operations that were paid as they were asked for, in order.
func (b *bank) paid() (out []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, operation := range slices.Sorted(maps.Keys(b.bills)) {
		if x := b.bills[operation]; (x.answer == payments.PaidByCard || x.answer == payments.PaidByDebit) && x.amount == x.order.Amount {
			out = append(out, operation)
		}
	}
	return out
}

// owed is what was paid and is not credited. A payment about which the town asks
// again only much later has the clock set on until then; one that it has stopped
// asking about is told nothing of here.
func (h *history) owed() (text string) {
	var wait time.Duration
	err := h.town.store.Read(context.Background(), func(tx *store.Tx) error {
		for _, operation := range h.town.bank.paid() {
			p, found, err := tx.PaymentByOperation(operation)
			if err != nil {
				return err
			}
			if !found || p.State == payments.Paid || p.Next == 0 {
				continue
			}
			text = fmt.Sprintf("%s was paid and is %s", p.ID, p.State)
			wait = max(wait, time.UnixMicro(p.Next).Sub(h.town.now()))
		}
		return nil
	})
	if err != nil {
		h.fail("the payments cannot be read: %v", err)
	}
	if wait > 2*time.Minute {
		h.town.jump(wait)
		h.log("the clock is set on by %v, for a payment", wait)
	}
	return text
}

// credited checks that what was paid was credited once, to whom it was for, and
// nothing else was.
func (h *history) credited(tx *store.Tx) error {
	b := h.town.bank
	credits := map[portal.ID][]ledger.Movement{}
	for feed, all := range h.feeds() {
		if wire.FeedKind(feed) != "account" {
			continue
		}
		for k, body := range all {
			if m, is := movement(k, body); is && m.Kind == ledger.KindTopUp {
				credits[m.Payment] = append(credits[m.Payment], m)
				if of := b.started[m.Payment]; wire.AccountFeed(of.account) != feed || of.amount != m.Amount || of.cashDesk != m.CashDesk {
					h.fail("payment %s was credited to %s at %s with %s", m.Payment, feed, m.CashDesk, m.Amount.Decimal())
				}
			}
		}
	}
	vouched := map[portal.ID]bool{}
	for _, x := range h.deeds() {
		if a, is := x.args.(wire.SettlePayment); is && a.Paid && h.town.judged[x.id].Accepted {
			vouched[a.Payment] = true
		}
	}
	paid := b.paid()
	for _, id := range slices.Sorted(maps.Keys(b.started)) {
		p, found, err := tx.Payment(id)
		if err != nil {
			return err
		}
		was := found && slices.Contains(paid, p.Operation)
		switch n := len(credits[id]); {
		case n > 1:
			h.fail("payment %s was credited %d times", id, n)
		case (n == 1) != (found && p.State == payments.Paid):
			h.fail("payment %s is %s and credited %d times", id, p.State, n)
		case n == 1 && !was && !vouched[id]:
			h.fail("payment %s was credited and never paid", id)
		case n == 0 && was && time.Duration(tx.Now().UnixMicro()-p.Opened)*time.Microsecond < payments.Watched:
			h.fail("payment %s was paid, is %s, and nobody asks about it any more", id, p.State)
		}
	}
	return nil
}

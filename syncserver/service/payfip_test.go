package service_test

import (
	"context"
	"errors"
	"sync"

	"github.com/google/uuid"

	"parvis/shared/payments"
	"parvis/shared/portal"
)

// fakePayFiP is PayFiP with neither a line nor a clock: what becomes of a payment
// is said by the test.
type fakePayFiP struct {
	mu     sync.Mutex
	orders map[string]payments.Order // by what it calls them
	result map[string]payments.Result
	opened int
	asked  int
	down   bool   // it answers nothing
	refuse string // the code with which openings are refused
	lost   bool   // a page is opened, and the answer lost
}

func newFakePayFiP() *fakePayFiP {
	return &fakePayFiP{orders: map[string]payments.Order{}, result: map[string]payments.Result{}}
}

// Open implements service.PayFiP.
func (f *fakePayFiP) Open(_ context.Context, o payments.Order) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.opened++
	switch {
	case f.down:
		return "", &payments.Fault{Cause: errors.New("no answer")}
	case f.refuse != "":
		return "", &payments.Fault{Code: f.refuse}
	}
	name := uuid.NewString()
	f.orders[name] = o
	if f.lost {
		return "", &payments.Fault{Cause: errors.New("the line broke")}
	}
	return name, nil
}

// Result implements service.PayFiP.
func (f *fakePayFiP) Result(_ context.Context, operation string) (payments.Result, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	if f.down {
		return payments.Result{}, &payments.Fault{Cause: errors.New("no answer")}
	}
	if _, known := f.orders[operation]; !known {
		return payments.Result{Answer: payments.Unknown}, nil
	}
	if r, settled := f.result[operation]; settled {
		return r, nil
	}
	return payments.Result{Answer: payments.NotYet}, nil
}

// Page implements service.PayFiP.
func (f *fakePayFiP) Page(operation string) string {
	return "https://payfip.exemple/?idop=" + operation
}

// of is what PayFiP calls the payment whose page is at url.
func (f *fakePayFiP) of(url string) string { return url[len("https://payfip.exemple/?idop="):] }

// settle gives a payment a result of its own order, off by more cents.
func (f *fakePayFiP) settle(operation string, a payments.Answer, more int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	o := f.orders[operation]
	f.result[operation] = payments.Result{Answer: a, Client: o.Client, Amount: o.Amount + portal.Money(more), Reference: o.Reference, Number: "A1"}
}

func (f *fakePayFiP) set(change func(*fakePayFiP)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func (f *fakePayFiP) counts() (opened, asked int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.opened, f.asked
}

package service

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// PayFiP opens pages of payment and says what became of them. Its errors are
// *payments.Fault.
type PayFiP interface {
	Open(ctx context.Context, o payments.Order) (operation string, err error)
	Result(ctx context.Context, operation string) (payments.Result, error)
	Page(operation string) string
}

const (
	// paymentLease is how long a claimed payment is one process's to ask about: a
	// little longer than PayFiP is waited for, so that what a process that died had
	// taken on is soon another's.
	paymentLease = payments.AskLimit + 5*time.Second
	// askGap keeps what anybody may send from having PayFiP asked all the time.
	askGap = 2 * time.Second
)

// cashDesk is a cash desk with what PayFiP knows it by, which nobody is told.
type cashDesk struct {
	wire.CashDesk
	Client string `json:"payfip,omitempty"`
}

// Client is a cash desk with its number at PayFiP.
type Client struct{ Key, Number string }

// Clients lists the cash desks that take payments on line, for the tools.
func (s *Service) Clients(tx *store.Tx) (out []Client, err error) {
	err = each(tx, wire.CashDesks, func(_ portal.ID, d cashDesk) {
		if d.Client != "" {
			out = append(out, Client{d.Key, d.Client})
		}
	})
	return out, err
}

// StartPayment starts a payment and has PayFiP open a page for it. It is written
// down before PayFiP is asked: whatever is lost on the way, the same id sent
// again is the same payment, and nobody has a page that is not known here.
func (s *Service) StartPayment(ctx context.Context, a Actor, in wire.StartPayment) (wire.Payment, error) {
	switch {
	case !a.Live():
		return wire.Payment{}, portal.E(portal.Unauthorized, "")
	case a.Role.Agent():
		return wire.Payment{}, portal.E(portal.Forbidden, "account")
	case !in.Payment.Valid():
		return wire.Payment{}, portal.E(portal.Invalid, "payment")
	case s.o.PayFiP == nil:
		return wire.Payment{}, portal.E(payments.NotOnline, "cash_desk")
	}
	// Whoever asked may go away; the page is then told when they ask again.
	ctx = context.WithoutCancel(ctx)
	var p store.Payment
	var order payments.Order
	if err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		p, order, err = s.begin(tx, a, in)
		return err
	}); err != nil {
		return wire.Payment{}, err
	}
	if p.State != payments.Opening {
		return paymentView(p), nil
	}
	asking, cancel := context.WithTimeout(ctx, payments.AskLimit)
	operation, failed := s.o.PayFiP.Open(asking, order)
	cancel()
	var fault *payments.Fault
	refused := errors.As(failed, &fault) && fault.Code != ""
	if failed != nil {
		s.o.Warn("PayFiP opened no page of payment", failed)
		if !refused {
			return wire.Payment{}, portal.E(payments.Unopened, "")
		}
	}
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		var found bool
		var err error
		if p, found, err = tx.Payment(in.Payment); err != nil || !found {
			return orElse(err, portal.E(portal.NotFound, "payment"))
		}
		if p.State != payments.Opening {
			return nil // the same, asked twice at a time: the page that was kept first is the one
		}
		if refused {
			p.Answer = payments.Answer(fault.Code)
			return s.settle(tx, &p, payments.Failed)
		}
		now := tx.Now()
		p.State, p.Operation, p.Page, p.Opened = payments.Pending, operation, s.o.PayFiP.Page(operation), now.UnixMicro()
		next, _ := payments.Life{State: p.State, Since: now}.Next(payments.NotYet, now)
		p.Next = next.UnixMicro()
		return tx.SavePayment(p)
	})
	if err != nil {
		return wire.Payment{}, err
	}
	return paymentView(p), nil
}

// begin writes a new payment down, or finds the one that was.
func (s *Service) begin(tx *store.Tx, a Actor, in wire.StartPayment) (p store.Payment, o payments.Order, err error) {
	account, found, err := tx.Account(a.Account)
	if err != nil || !found {
		return p, o, orElse(err, portal.E(portal.Unauthorized, ""))
	}
	var desk cashDesk
	known, err := tx.Fact(wire.CashDesks, portal.ID(in.CashDesk), &desk)
	if err != nil {
		return p, o, err
	}
	p, found, err = tx.Payment(in.Payment)
	if err != nil {
		return p, o, err
	}
	now := tx.Now()
	switch {
	case found && (p.Account != a.Account || p.CashDesk != in.CashDesk || p.Amount != in.Amount):
		return store.Payment{}, o, portal.E(portal.Conflict, "payment")
	case found && p.State == payments.Opening && now.Sub(time.UnixMicro(p.Started)) >= payments.OpeningFor:
		err = s.settle(tx, &p, payments.Failed)
		return p, o, err
	case found && p.State != payments.Opening:
		return p, o, nil
	case !found && !known:
		return p, o, portal.E(portal.NotFound, "cash_desk")
	case !found && desk.Client == "":
		return p, o, portal.E(payments.NotOnline, "cash_desk")
	}
	if !found {
		if wrong := payments.CheckAmount(in.Amount, desk.Most); wrong != nil {
			return p, o, wrong
		}
		hour, err := tx.CountPayments(a.Account, now.Add(-time.Hour).UnixMicro())
		if err != nil {
			return p, o, err
		}
		if hour >= payments.AnHour {
			return p, o, portal.E(payments.TooOften, "", "max", strconv.Itoa(payments.AnHour))
		}
	}
	var profile accounts.Profile
	if err := json.Unmarshal([]byte(account.Profile), &profile); err != nil {
		return p, o, err
	}
	if len(profile.Mail) > payments.MailMax {
		return p, o, portal.E(payments.MailLong, "mail", "max", strconv.Itoa(payments.MailMax))
	}
	if !found {
		p = store.Payment{
			ID: in.Payment, Account: a.Account, CashDesk: in.CashDesk, Amount: in.Amount, State: payments.Opening, Reference: payments.Reference(in.Payment),
			Client: desk.Client, Started: now.UnixMicro(), Next: now.Add(payments.OpeningFor).UnixMicro(),
		}
		if err := errors.Join(tx.SavePayment(p), tx.Audit(a.Account, "payment.start", string(a.Account))); err != nil {
			return p, o, err
		}
	}
	o = orderOf(p)
	o.Mail, o.Exercise = profile.Mail, payments.Exercise(portal.DateOf(now))
	o.Object = payments.Object("Compte prépayé " + desk.Name)
	o.Notice = s.o.PublicURL() + wire.PagePaymentNotice
	o.Return = s.o.PublicURL() + wire.PagePaymentReturn + "?p=" + p.Reference
	return p, o, nil
}

// orderOf is what of a payment PayFiP's result must be about.
func orderOf(p store.Payment) payments.Order {
	return payments.Order{Client: p.Client, Amount: p.Amount, Reference: p.Reference}
}

// PaymentNews has PayFiP asked about a payment soon, for it is said that there
// is news. Whoever says so is believed nothing else, and told nothing.
func (s *Service) PaymentNews(ctx context.Context, operation string) error {
	if len(operation) != 36 || !plainName(operation) || s.o.PayFiP == nil {
		return nil
	}
	return s.askSoon(ctx, func(tx *store.Tx) (store.Payment, bool, error) { return tx.PaymentByOperation(operation) })
}

// plainName reports whether something may be the name of a payment at all.
func plainName(s string) bool {
	return s != "" && len(s) < 40 && strings.Trim(s, "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

// askSoon has PayFiP asked about a payment, unless it just was.
func (s *Service) askSoon(ctx context.Context, find func(*store.Tx) (store.Payment, bool, error)) error {
	soon := func(tx *store.Tx) (p store.Payment, change bool, err error) {
		p, found, err := find(tx)
		if err != nil || !found || p.Operation == "" || p.State == payments.Paid {
			return p, false, err
		}
		at := max(tx.Now().UnixMicro(), p.Asked+askGap.Microseconds())
		change = p.Next == 0 || p.Next > at
		p.Next = at
		return p, change, nil
	}
	// What changes nothing takes no place in the writer.
	change := false
	if err := s.store.Read(ctx, func(tx *store.Tx) (err error) { _, change, err = soon(tx); return err }); err != nil || !change {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		p, change, err := soon(tx)
		if err != nil || !change {
			return err
		}
		return tx.SavePayment(p)
	})
}

// PaymentsDue reports whether PayFiP is to be asked about a payment.
func (s *Service) PaymentsDue(ctx context.Context) (due bool, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) { due, err = tx.PaymentsDue(); return err })
	return due, err
}

// AskPayFiP asks PayFiP about some of the payments of which news is awaited, all
// of these at once, and says how many.
func (s *Service) AskPayFiP(ctx context.Context, limit int) (did int64, err error) {
	var due []store.Payment
	if err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.DuePayments(limit, tx.Now().Add(paymentLease).UnixMicro())
		return err
	}); err != nil {
		return 0, err
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, p := range due {
		all.Go(func() {
			failed := s.askAbout(ctx, p)
			mu.Lock()
			defer mu.Unlock()
			err = errors.Join(err, failed)
			did++
		})
	}
	all.Wait()
	return did, err
}

// askAbout asks about one payment and writes down what is said.
func (s *Service) askAbout(ctx context.Context, p store.Payment) error {
	var result payments.Result
	var failed error
	if p.Operation != "" {
		asking, cancel := context.WithTimeout(ctx, payments.AskLimit)
		defer cancel()
		result, failed = s.o.PayFiP.Result(asking, p.Operation)
		if ctx.Err() != nil {
			return ctx.Err() // the lease ends by itself
		}
	}
	return errors.Join(failed, s.heard(ctx, p, result))
}

// heard writes down what PayFiP says of a payment, or that it says nothing, and
// credits what it says is paid: here and nowhere else. claimed is the payment as
// it was when it was asked about: what is said is true of that moment, however
// late it comes.
func (s *Service) heard(ctx context.Context, claimed store.Payment, r payments.Result) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		p, found, err := tx.Payment(claimed.ID)
		if err != nil || !found {
			return err
		}
		now := time.UnixMicro(claimed.Asked)
		if p.State == payments.Opening {
			if now.Sub(time.UnixMicro(p.Started)) >= payments.OpeningFor {
				return s.settle(tx, &p, payments.Failed)
			}
			p.Next = p.Started + payments.OpeningFor.Microseconds()
			return tx.SavePayment(p)
		}
		answer := r.Of(orderOf(p))
		life := payments.Life{State: p.State, Since: time.UnixMicro(p.Opened)}
		state := life.After(answer, now)
		if answer != payments.Silent && p.State != payments.Paid {
			p.Answer = answer
		}
		// A notice that came meanwhile has it asked again all the same.
		if p.Next == claimed.Next || state == payments.Paid {
			p.Next = 0
			life.State = state
			if next, again := life.Next(answer, now); again {
				p.Next = next.UnixMicro()
			}
		}
		if state == p.State {
			return tx.SavePayment(p)
		}
		if state == payments.Paid {
			p.Number, p.Credit = r.Number, s.o.IDs()
			if err := s.enter(tx, p.Credit, store.LedgerTopUp, p.ID, p.Account, ledger.TopUp(p.Account, p.CashDesk, p.Amount)); err != nil {
				return err
			}
		}
		return s.settle(tx, &p, state)
	})
}

// settle brings a payment into a state and leaves a line in the trail.
func (s *Service) settle(tx *store.Tx, p *store.Payment, state payments.State) error {
	p.State, p.Settled = state, tx.Now().UnixMicro()
	if state == payments.Failed {
		p.Next = 0
	}
	return errors.Join(tx.SavePayment(*p), tx.Audit("", "payment."+string(state), string(p.Account)))
}

// paymentView is a payment as the one who pays sees it.
func paymentView(p store.Payment) wire.Payment {
	v := wire.Payment{
		ID: p.ID, CashDesk: p.CashDesk, Amount: p.Amount, State: p.State, Started: p.Started, Settled: p.Settled, Reference: p.Reference,
		Debit: p.State == payments.Paid && p.Answer == payments.PaidByDebit,
	}
	if p.State == payments.Pending {
		v.URL, v.Until = p.Page, time.UnixMicro(p.Opened).Add(payments.PageOpens).UnixMicro()
	}
	return v
}

func (s *Service) projectPayment(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	p, found, err := tx.Payment(id)
	if err != nil || !found {
		return nil, err
	}
	unclear, err := toLookInto(tx, p)
	return append(unclear, store.FeedRow{Feed: wire.AccountFeed(p.Account), Collection: wire.Payments, Entity: id, Body: paymentView(p)}), err
}

// foreignPayment says what of a payment its feed's reader may not see.
func foreignPayment(tx *store.Tx, account portal.ID, desk string, id portal.ID, body string) (string, error) {
	p, _, err := tx.Payment(id)
	if err == nil && (p.Account != account || desk != "" || p.State != payments.Pending && strings.Contains(body, `"url"`)) {
		return "another's payment, or a page that no longer serves", nil
	}
	return "", err
}

// PaymentSeen is what the payer's browser is told.
type PaymentSeen struct {
	State  payments.State
	Amount portal.Money
	Desk   string // what the cash desk is called
}

// PaymentReturned is how the payment of a reference stands, for a browser that
// comes back from PayFiP's page. That it comes back proves nothing: PayFiP is
// asked, and waited for no longer than patience.
func (s *Service) PaymentReturned(ctx context.Context, reference string, patience time.Duration) (seen PaymentSeen, err error) {
	if !plainName(reference) {
		return seen, portal.E(portal.NotFound, "payment")
	}
	wake, ended := s.store.Wake()
	defer ended()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	find := func(tx *store.Tx) (store.Payment, bool, error) { return tx.PaymentByReference(reference) }
	for asked := false; ; asked = true {
		if err := s.store.Read(ctx, func(tx *store.Tx) error {
			p, found, err := find(tx)
			if err != nil || !found {
				return orElse(err, portal.E(portal.NotFound, "payment"))
			}
			var desk cashDesk
			if _, err := tx.Fact(wire.CashDesks, portal.ID(p.CashDesk), &desk); err != nil {
				return err
			}
			seen = PaymentSeen{p.State, p.Amount, desk.Name}
			return nil
		}); err != nil || seen.State != payments.Pending || s.o.PayFiP == nil {
			return seen, err
		}
		if !asked {
			if err := s.askSoon(ctx, find); err != nil {
				return seen, err
			}
		}
		select {
		case <-ctx.Done():
			return seen, nil
		case <-limit.C:
			return seen, nil
		case <-wake:
		}
	}
}

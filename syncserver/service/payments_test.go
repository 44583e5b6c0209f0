package service_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/shared/ledger"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// paying is a town that takes payments on line.
func paying(t *testing.T, dsn string) (*world, *fakePayFiP) {
	t.Helper()
	f := newFakePayFiP()
	return newWorld(t, hosttest.NewWith(t, dsn, func(o *host.Options) { o.PayFiP = f })), f
}

func start(t *testing.T, d *hosttest.Desk, id portal.ID, amount portal.Money) wire.Payment {
	t.Helper()
	p, err := d.StartPayment(context.Background(), wire.StartPayment{Payment: id, CashDesk: service.CashDesk, Amount: amount})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// payment is one as its payer reads it now.
func payment(t *testing.T, d *hosttest.Desk, id portal.ID) (p wire.Payment, found bool) {
	t.Helper()
	d.Catch()
	body, found := d.In(wire.Payments)[string(id)]
	if found {
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			t.Fatal(err)
		}
	}
	return p, found
}

// comes waits until a payment of the family's is in a state.
func (w *world) comes(t *testing.T, id portal.ID, state payments.State) wire.Payment {
	t.Helper()
	wake, ended := w.Store.Wake()
	defer ended()
	limit := time.After(20 * time.Second)
	for {
		p, _ := payment(t, w.desks[family], id)
		if p.State == state {
			return p
		}
		select {
		case <-wake:
		case <-limit:
			t.Fatalf("it is %+v and never %s", p, state)
		}
	}
}

// notice is what PayFiP posts; some time has passed since it was last asked.
func (w *world) notice(t *testing.T, field, operation string) {
	t.Helper()
	w.Clock.Add(3 * time.Second)
	answer, err := http.PostForm(w.URL+wire.PagePaymentNotice, url.Values{field: {operation}})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the notice is answered by %d", answer.StatusCode)
	}
}

func (w *world) balance(t *testing.T, who string) (m portal.Money) {
	t.Helper()
	if err := w.Store.Read(context.Background(), func(tx *store.Tx) (err error) {
		m, err = tx.Balance("prepaid:main:" + string(w.account(who)))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return m
}

// askedPayFiP waits until PayFiP was asked once more.
func (w *world) askedPayFiP(t *testing.T, f *fakePayFiP, before int) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); ; {
		if _, n := f.counts(); n > before {
			return
		}
		if time.Now().After(limit) {
			t.Fatal("PayFiP is not asked")
		}
		if _, err := w.AskPayFiP(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAPaymentIsCreditedOnceItIsPaid(t *testing.T) {
	hosttest.EachDSN(t, func(t *testing.T, dsn string) {
		w, f := paying(t, dsn)
		fam, id, before := w.desks[family], portal.NewID(), w.balance(t, family)
		p := start(t, fam, id, 4250)
		if p.State != payments.Pending || p.URL == "" || p.Until != w.Clock.Now().Add(15*time.Minute).UnixMicro() || p.Amount != 4250 || p.Reference != payments.Reference(id) {
			t.Fatalf("it begins as %+v", p)
		}
		if again := start(t, fam, id, 4250); again != p {
			t.Errorf("asked for again it is %+v", again)
		}
		if opened, _ := f.counts(); opened != 1 {
			t.Errorf("%d pages were opened", opened)
		}
		o := f.orders[f.of(p.URL)]
		if o.Client != "006382" || o.Mail != people[family].mail || o.Exercise != "2026" || o.Object != "COMPTE PREPAYE REGIE RESTAURATION ET ACCUEIL" ||
			o.Notice != "http://portail.exemple/paiement/avis" || o.Return != "http://portail.exemple/paiement/retour?p="+p.Reference {
			t.Errorf("PayFiP is asked for %+v", o)
		}
		if told, _ := payment(t, fam, id); told != p {
			t.Errorf("the feed tells %+v", told)
		}
		// A notice before there is a result only makes the server ask.
		_, n := f.counts()
		w.notice(t, "idop", f.of(p.URL))
		w.askedPayFiP(t, f, n)
		if told, _ := payment(t, fam, id); told.State != payments.Pending || w.balance(t, family) != before {
			t.Errorf("after an early notice it is %+v, and there are %s", told, w.balance(t, family).Decimal())
		}
		f.settle(f.of(p.URL), payments.PaidByCard, 0)
		w.notice(t, "idOp", f.of(p.URL))
		paid := w.comes(t, id, payments.Paid)
		if paid.URL != "" || paid.Until != 0 || paid.Settled == 0 || paid.Debit || w.balance(t, family) != before+4250 {
			t.Errorf("paid it is %+v, and there are %s", paid, w.balance(t, family).Decimal())
		}
		// It stands in the statement, with its receipt.
		all := movements(t, fam)
		if m := all[len(all)-1]; m.Kind != ledger.KindTopUp || m.Amount != 4250 || m.Payment != id || m.Receipt != "2026-000001" || m.By != "" {
			t.Errorf("the statement tells %+v", m)
		}
		// Doubled, late, and of nothing.
		for range 3 {
			w.notice(t, "idop", f.of(p.URL))
		}
		w.notice(t, "idop", "00000000-0000-4000-8000-000000000000")
		w.notice(t, "other", "x")
		if again := start(t, fam, id, 4250); again != paid || w.balance(t, family) != before+4250 {
			t.Errorf("asked for again it is %+v, and there are %s", again, w.balance(t, family).Decimal())
		}
		// Nobody else sees it: neither the child's other parent nor a desk.
		agent := w.desks[deskAgent]
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		for _, who := range []string{otherParent, otherFamily, partner, deskAgent, otherAgent} {
			w.desks[who].Catch()
			if got := w.desks[who].In(wire.Payments); len(got) != 0 {
				t.Errorf("%s sees %v", who, got)
			}
		}
		// What is kept of a person tells of it, and never by what PayFiP names it.
		archive, err := w.Service.Data(context.Background(), service.Actor{Account: w.account(family)}, func(service.OwnData, string) ([]byte, error) { return nil, nil })
		if err != nil {
			t.Fatal(err)
		}
		var raw bytes.Buffer
		if err := archive.Write(context.Background(), &raw); err != nil {
			t.Fatal(err)
		}
		kept := unzipped(t, raw.Bytes(), "donnees.json")
		for word, there := range map[string]bool{p.Reference: true, `"amount": "42.50"`: true, `"kind": "topup"`: true, `"action": "payment.paid"`: true, f.of(p.URL): false} {
			if strings.Contains(kept, word) != there {
				t.Errorf("%s is kept: %v", word, !there)
			}
		}
	})
}

func TestEveryEndOfAPaymentIsTold(t *testing.T) {
	w, f := paying(t, storetest.SQLite(t))
	fam, before := w.desks[family], w.balance(t, family)
	for _, c := range []struct {
		answer payments.Answer
		more   int
		want   payments.State
	}{
		{payments.PaidByDebit, 0, payments.Paid}, {payments.CardRefused, 0, payments.Refused}, {payments.DebitRefused, 0, payments.Refused},
		{payments.WasAbandoned, 0, payments.Abandoned}, {payments.PaidByCard, 1, payments.Unclear},
	} {
		id := portal.NewID()
		op := f.of(start(t, fam, id, 1000).URL)
		f.settle(op, c.answer, c.more)
		w.notice(t, "idop", op)
		if p := w.comes(t, id, c.want); p.Debit != (c.answer == payments.PaidByDebit) || p.URL != "" || p.Settled == 0 {
			t.Errorf("%s is told as %+v", c.answer, p)
		}
		// Abandoned a moment ago may still become paid.
		if c.answer == payments.WasAbandoned {
			f.settle(op, payments.PaidByCard, 0)
			w.Clock.Add(time.Minute)
			_, n := f.counts()
			w.askedPayFiP(t, f, n)
			w.comes(t, id, payments.Paid)
		}
	}
	if got := w.balance(t, family); got != before+2000 {
		t.Errorf("in the end there are %s", got.Decimal())
	}
	// Nobody opens the page: it has run out, exactly when the time says so.
	id := portal.NewID()
	start(t, fam, id, 1000)
	w.Clock.Add(payments.Unsure - time.Second)
	_, n := f.counts()
	w.askedPayFiP(t, f, n)
	if p, _ := payment(t, fam, id); p.State != payments.Pending {
		t.Errorf("before its time it is %+v", p)
	}
	w.Clock.Add(time.Minute)
	w.askedPayFiP(t, f, n+1)
	w.comes(t, id, payments.Expired)
}

func TestAPaymentThatCannotBeOpened(t *testing.T) {
	w, f := paying(t, storetest.SQLite(t))
	ctx, fam, id := context.Background(), w.desks[family], portal.NewID()
	in := wire.StartPayment{Payment: id, CashDesk: service.CashDesk, Amount: 2000}
	f.set(func(f *fakePayFiP) { f.down = true })
	if _, err := fam.StartPayment(ctx, in); portal.CodeOf(err) != payments.Unopened {
		t.Fatalf("with PayFiP down: %v", err)
	}
	if p, _ := payment(t, fam, id); p.State != payments.Opening || p.URL != "" {
		t.Errorf("it is told as %+v", p)
	}
	// The page is opened, and its address lost on the way: nobody has it, and the
	// same payment gets another.
	f.set(func(f *fakePayFiP) { f.down, f.lost = false, true })
	if _, err := fam.StartPayment(ctx, in); portal.CodeOf(err) != payments.Unopened {
		t.Fatalf("with the answer lost: %v", err)
	}
	f.set(func(f *fakePayFiP) { f.lost = false })
	if p := start(t, fam, id, 2000); p.State != payments.Pending || p.URL == "" {
		t.Errorf("tried again it is %+v", p)
	}
	// One that nobody tries again is given up, and says so.
	other := wire.StartPayment{Payment: portal.NewID(), CashDesk: service.CashDesk, Amount: 2000}
	f.set(func(f *fakePayFiP) { f.down = true })
	if _, err := fam.StartPayment(ctx, other); portal.CodeOf(err) != payments.Unopened {
		t.Fatal(err)
	}
	f.set(func(f *fakePayFiP) { f.down = false })
	w.Clock.Add(payments.OpeningFor)
	before, _ := f.counts()
	if p := start(t, fam, other.Payment, 2000); p.State != payments.Failed || p.Settled == 0 {
		t.Errorf("tried too late it is %+v", p)
	}
	if opened, _ := f.counts(); opened != before {
		t.Error("PayFiP is asked for a page of what has failed")
	}
	third := wire.StartPayment{Payment: portal.NewID(), CashDesk: service.CashDesk, Amount: 2000}
	f.set(func(f *fakePayFiP) { f.down = true })
	if _, err := fam.StartPayment(ctx, third); portal.CodeOf(err) != payments.Unopened {
		t.Fatal(err)
	}
	w.Clock.Add(payments.OpeningFor)
	if _, err := w.AskPayFiP(ctx); err != nil && !strings.Contains(err.Error(), "no answer") {
		t.Fatal(err)
	}
	w.comes(t, third.Payment, payments.Failed)
	// What PayFiP will not open is no trouble of the line.
	f.set(func(f *fakePayFiP) { f.down, f.refuse = false, "T2" })
	if p := start(t, fam, portal.NewID(), 2000); p.State != payments.Failed {
		t.Errorf("refused it is %+v", p)
	}
}

func TestWhoMayStartAPayment(t *testing.T) {
	hosttest.EachDSN(t, func(t *testing.T, dsn string) {
		w, f := paying(t, dsn)
		taken := portal.NewID()
		start(t, w.desks[family], taken, 1000)
		good := wire.StartPayment{Payment: portal.NewID(), CashDesk: service.CashDesk, Amount: 1000}
		with := func(change func(*wire.StartPayment)) wire.StartPayment {
			in := good
			in.Payment = portal.NewID()
			change(&in)
			return in
		}
		for _, c := range []struct {
			who   string
			in    wire.StartPayment
			code  portal.Code
			field string
		}{
			{signedOut, good, portal.Unauthorized, ""},
			{deskAgent, good, portal.Forbidden, "account"},
			{otherAgent, good, portal.Forbidden, "account"},
			{otherParent, with(func(in *wire.StartPayment) { in.Payment = taken }), portal.Conflict, "payment"},
			{family, with(func(in *wire.StartPayment) { in.Payment, in.Amount = taken, 2000 }), portal.Conflict, "payment"},
			{family, with(func(in *wire.StartPayment) { in.Payment, in.CashDesk = taken, "other" }), portal.Conflict, "payment"},
			{family, with(func(in *wire.StartPayment) { in.Payment = "1" }), portal.Invalid, "payment"},
			{family, with(func(in *wire.StartPayment) { in.Payment = "" }), portal.Invalid, "payment"},
			{family, with(func(in *wire.StartPayment) { in.CashDesk = "crèche" }), portal.NotFound, "cash_desk"},
			{family, with(func(in *wire.StartPayment) { in.CashDesk = "" }), portal.NotFound, "cash_desk"},
			{family, with(func(in *wire.StartPayment) { in.Amount = 99 }), payments.TooLittle, "amount"},
			{family, with(func(in *wire.StartPayment) { in.Amount = 0 }), payments.TooLittle, "amount"},
			{family, with(func(in *wire.StartPayment) { in.Amount = -5000 }), payments.TooLittle, "amount"},
			{family, with(func(in *wire.StartPayment) { in.Amount = 50_001 }), payments.TooMuch, "amount"},
			{family, with(func(in *wire.StartPayment) { in.Amount = 1 << 62 }), payments.TooMuch, "amount"},
		} {
			_, err := w.desks[c.who].StartPayment(context.Background(), c.in)
			var told *portal.Error
			if portal.CodeOf(err) != c.code || errors.As(err, &told) && told.Field != c.field {
				t.Errorf("%s with %+v: %v", c.who, c.in, err)
			}
		}
		if opened, _ := f.counts(); opened != 1 {
			t.Errorf("%d pages were opened", opened)
		}
		// Each family and each delegate pays on their own account, and reads its own
		// payments alone, whatever they are to a child.
		mine := map[string]portal.ID{}
		for _, who := range everybody {
			id := portal.NewID()
			_, err := w.desks[who].StartPayment(context.Background(), wire.StartPayment{Payment: id, CashDesk: service.CashDesk, Amount: 1000})
			switch {
			case who == signedOut && portal.CodeOf(err) == portal.Unauthorized:
			case slices.Contains([]string{deskAgent, secondAgent, otherAgent, cashier}, who) && portal.CodeOf(err) == portal.Forbidden:
			case err == nil:
				mine[who] = id
			default:
				t.Errorf("%s: %v", who, err)
			}
		}
		if len(mine) != len(everybody)-5 {
			t.Errorf("payments are begun by %v", mine)
		}
		w.desks[deskAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		for _, who := range everybody {
			w.desks[who].Catch()
			for id := range w.desks[who].In(wire.Payments) {
				if portal.ID(id) != mine[who] && (who != family || portal.ID(id) != taken) {
					t.Errorf("%s reads the payment %s", who, id)
				}
			}
			if id, has := mine[who]; has && w.desks[who].In(wire.Payments)[string(id)] == "" {
				t.Errorf("%s does not read their own", who)
			}
		}
		// Twenty an hour are enough for anybody.
		for n := 2; n < payments.AnHour; n++ {
			start(t, w.desks[family], portal.NewID(), 1000)
		}
		if _, err := w.desks[family].StartPayment(context.Background(), with(func(*wire.StartPayment) {})); portal.CodeOf(err) != payments.TooOften {
			t.Errorf("one more is %v", err)
		}
		w.Clock.Add(61 * time.Minute)
		start(t, w.desks[family], portal.NewID(), 1000)
	})
}

func TestATownWithoutPayFiP(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	d.Catch()
	if _, err := d.StartPayment(context.Background(), wire.StartPayment{Payment: portal.NewID(), CashDesk: service.CashDesk, Amount: 1000}); portal.CodeOf(err) != payments.NotOnline {
		t.Errorf("a payment there: %v", err)
	}
	desk := d.In(wire.CashDesks)[service.CashDesk]
	if strings.Contains(strings.Join(values(d.In(wire.Towns)), ""), `"pays"`) || !strings.Contains(desk, `"online":true`) || !strings.Contains(desk, `"most":50000`) || strings.Contains(desk, "006382") {
		t.Errorf("the town tells %v and %s", d.In(wire.Towns), desk)
	}
	w, _ := paying(t, storetest.SQLite(t))
	w.desks[family].Catch()
	if !strings.Contains(strings.Join(values(w.desks[family].In(wire.Towns)), ""), `"pays":true`) {
		t.Error("a town with it does not say so")
	}
}

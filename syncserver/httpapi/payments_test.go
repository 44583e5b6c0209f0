package httpapi_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/payfip/simulator"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

func begun(t *testing.T, d *hosttest.Desk, amount portal.Money) wire.Payment {
	t.Helper()
	p, err := d.StartPayment(context.Background(), wire.StartPayment{Payment: portal.NewID(), CashDesk: "main", Amount: amount})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// idop is what PayFiP calls the payment of a page.
func idop(t *testing.T, p wire.Payment) string {
	t.Helper()
	u, err := url.Parse(p.URL)
	if err != nil || u.Query().Get("idop") == "" {
		t.Fatalf("%q is no page: %v", p.URL, err)
	}
	return u.Query().Get("idop")
}

// The page to which the browser comes back says how the payment stands, and is
// believed nothing: not even with what it says changed.
func TestThePageAfterAPaymentSaysTheTruth(t *testing.T) {
	s, sim := hosttest.NewPaying(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	back := func(method string, p wire.Payment, body string) hosttest.Answer {
		t.Helper()
		a := s.Ask(method, wire.PagePaymentReturn+"?p="+p.Reference+"&resultrans=P&montant=999999", body, "Content-Type", "application/x-www-form-urlencoded", "Accept-Language", "fr")
		closed(t, "the page", a)
		return a
	}
	waiting := begun(t, d, 4250)
	if a := back(http.MethodPost, waiting, "resultrans=P"); a.Status != 200 || !strings.Contains(string(a.Body), "Paiement en attente") || !strings.Contains(string(a.Body), "42,50 €") {
		t.Errorf("before anybody paid: %d %s", a.Status, a.Body)
	}
	d.Catch()
	if got := d.In(wire.Balances)["main"]; !strings.Contains(got, `"amount":8000`) {
		t.Errorf("coming back gives %s", got)
	}
	for answer, want := range map[payments.Answer]string{
		payments.PaidByCard: "Paiement reçu", payments.CardRefused: "Paiement refusé", payments.WasAbandoned: "Paiement abandonné", payments.PaidByDebit: "Paiement reçu",
	} {
		// No notice comes: it is the browser that has PayFiP asked.
		sim.Set(simulator.Faults{Never: true})
		p := begun(t, d, 1000)
		s.Clock.Add(3 * time.Second)
		if !sim.Settle(idop(t, p), answer) {
			t.Fatal("it cannot be settled")
		}
		a := back(http.MethodGet, p, "")
		if a.Status != 200 || !strings.Contains(string(a.Body), want) || !strings.Contains(string(a.Body), "10,00 €") || strings.Contains(string(a.Body), "Martel") {
			t.Errorf("%s: %d %s", answer, a.Status, a.Body)
		}
	}
	for _, unknown := range []string{"", "0697", strings.Repeat("A", 26), "%00", strings.Repeat("A", 5000)} {
		a := s.Ask(http.MethodGet, wire.PagePaymentReturn+"?p="+unknown, "", "Accept-Language", "en")
		closed(t, "the page of none", a)
		if a.Status != http.StatusNotFound || !strings.Contains(string(a.Body), "not the address of a payment") {
			t.Errorf("%.30s: %d", unknown, a.Status)
		}
	}
	// Every state has its words, in both languages.
	for _, state := range payments.States {
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
			p, _, err := tx.Payment(waiting.ID)
			if err != nil {
				return err
			}
			p.State = state
			return tx.SavePayment(p)
		}); err != nil {
			t.Fatal(err)
		}
		for lang, amount := range map[string]string{"fr": "42,50 €", "en": "€42.50"} {
			a := s.Ask(http.MethodGet, wire.PagePaymentReturn+"?p="+waiting.Reference, "", "Accept-Language", lang)
			if text := string(a.Body); a.Status != 200 || !strings.Contains(text, amount) || strings.Contains(text, "page.payment") {
				t.Errorf("%s in %s: %d %s", state, lang, a.Status, text)
			}
		}
	}
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		p, _, err := tx.Payment(waiting.ID)
		p.State = payments.Pending
		if err != nil {
			return err
		}
		return tx.SavePayment(p)
	}); err != nil {
		t.Fatal(err)
	}
}

// The whole way over HTTP: PayFiP's own questions, its page, its notice.
func TestAPaymentOverHTTP(t *testing.T) {
	hosttest.EachDSN(t, func(t *testing.T, dsn string) {
		s, sim := hosttest.NewPaying(t, dsn)
		d := s.SignIn("claire.martel")
		for _, f := range []simulator.Faults{{}, {Notices: 3}, {Oddly: true}, {Late: 50 * time.Millisecond}} {
			sim.Set(f)
			p := begun(t, d, 1500)
			s.Clock.Add(3 * time.Second)
			answer, err := http.PostForm(strings.Split(p.URL, "?")[0], url.Values{"idop": {idop(t, p)}, "card": {"5017 6740 0000 0002"}, "do": {"card"}})
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				t.Fatalf("the page answers %d", answer.StatusCode)
			}
			became(t, s, d, p.ID, payments.Paid)
		}
		d.Catch()
		if got := d.In(wire.Balances)["main"]; !strings.Contains(got, `"amount":14000`) {
			t.Errorf("there are %s", got)
		}
		// PayFiP is away or has a fault of its own, and comes back: nothing is known of
		// the payment meanwhile, and it is asked for again.
		for _, away := range []simulator.Faults{{Down: true}, {Technical: simulator.Unavailable}, {Technical: simulator.Malfunction}} {
			away.Never = true
			sim.Set(away)
			args := wire.StartPayment{Payment: portal.NewID(), CashDesk: "main", Amount: 1000}
			if a := s.Post(wire.RoutePayments, d.Session.Token, args); a.Status != http.StatusServiceUnavailable || a.Problem(t).Code != payments.Unopened {
				t.Errorf("with %+v: %d %s", away, a.Status, a.Body)
			}
			sim.Set(simulator.Faults{})
			p, err := d.StartPayment(context.Background(), args)
			if err != nil || p.State != payments.Pending {
				t.Fatalf("tried again after %+v: %+v %v", away, p, err)
			}
			sim.Set(away)
			if !sim.Settle(idop(t, p), payments.PaidByCard) {
				t.Fatal("it cannot be settled")
			}
			notice := func() {
				s.Clock.Add(3 * time.Second)
				answer, err := http.PostForm(s.URL+wire.PagePaymentNotice, url.Values{"idop": {idop(t, p)}})
				if err != nil {
					t.Fatal(err)
				}
				answer.Body.Close()
			}
			asked := sim.Asked()
			notice()
			for limit := time.Now().Add(20 * time.Second); sim.Asked() == asked; {
				if time.Now().After(limit) {
					t.Fatalf("with %+v nobody asks", away)
				}
				time.Sleep(time.Millisecond)
			}
			s.Check()
			d.Catch()
			if body := d.In(wire.Payments)[string(args.Payment)]; !strings.Contains(body, `"state":"pending"`) {
				t.Errorf("with %+v it is %s", away, body)
			}
			sim.Set(simulator.Faults{Never: true})
			s.Clock.Add(time.Minute)
			notice()
			if _, err := s.AskPayFiP(context.Background()); err != nil { // of its own accord it waits after a failure
				t.Fatal(err)
			}
			became(t, s, d, args.Payment, payments.Paid)
		}
		sim.Set(simulator.Faults{Refuse: "T2"})
		if p := begun(t, d, 1000); p.State != payments.Failed || p.URL != "" {
			t.Errorf("refused: %+v", p)
		}
	})
}

// became waits until a payment is in a state.
func became(t *testing.T, s *hosttest.Server, d *hosttest.Desk, id portal.ID, state payments.State) {
	t.Helper()
	wake, ended := s.Store.Wake()
	defer ended()
	limit := time.After(20 * time.Second)
	for {
		d.Catch()
		body := d.In(wire.Payments)[string(id)]
		if strings.Contains(body, `"state":"`+string(state)+`"`) {
			return
		}
		select {
		case <-wake:
		case <-limit:
			t.Fatalf("it is %s and never %s", body, state)
		}
	}
}

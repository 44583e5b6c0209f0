package service_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/particulier"
	"parvis/syncserver/particulier/simulator"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// oneself is whom the family's account is of.
func oneself() quotients.Identity {
	return quotients.Identity{BirthName: "Plantenaissance", FirstNames: []string{"Ondine", "Marie"}, Sex: quotients.Female, Birth: "1988-04-12", Country: quotients.France, Town: "Reims", Department: "51"}
}

// funded is a town that may ask a family fund.
func funded(t *testing.T, dsn string, people ...simulator.Person) (*world, *simulator.Simulator) {
	t.Helper()
	fund := simulator.New(fundToken, people...)
	at := httptest.NewServer(fund)
	t.Cleanup(at.Close)
	c, err := particulier.New(at.URL, fundToken, fundSIRET)
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(t, hosttest.NewWith(t, dsn, func(o *host.Options) { o.Fund = c.Quotient })), fund
}

func (w *world) ask(t *testing.T, who quotients.Identity) portal.ID {
	t.Helper()
	id := portal.NewID()
	w.desks[family].Must(wire.QuotientFetch, wire.FetchQuotient{Quotient: id, Identity: who, Consent: quotients.Consent})
	return id
}

// becomes waits until a quotient of the family's is as it should be.
func (w *world) becomes(t *testing.T, id portal.ID, what string, is func(quotients.Entry) bool) quotients.Entry {
	t.Helper()
	wake, ended := w.Store.Wake()
	defer ended()
	limit := time.After(20 * time.Second)
	for {
		e, found := quotient(t, w.desks[family], id)
		if found && is(e) {
			return e
		}
		select {
		case <-wake:
		case <-limit:
			t.Fatalf("it is %+v and never %s", e, what)
		}
	}
}

func in(state quotients.State) func(quotients.Entry) bool {
	return func(e quotients.Entry) bool { return e.State == state }
}

func TestTheFundIsAskedWithConsent(t *testing.T) {
	hosttest.EachDSN(t, func(t *testing.T, dsn string) {
		w, fund := funded(t, dsn, simulator.Person{Identity: oneself(), Value: 298, Month: "2026-10-01"})
		fam, agent := w.desks[family], w.desks[deskAgent]
		fam.Catch()
		if !strings.Contains(strings.Join(values(fam.In(wire.Towns)), ""), `"fund":true`) {
			t.Error("the town does not say that it can ask")
		}
		// Without consent, about nobody, and about somebody else: refused, and
		// nobody is asked.
		someone, born := oneself(), oneself()
		someone.FirstNames, born.Birth = []string{"Basile"}, "1970-01-01"
		for _, c := range []struct {
			code portal.Code
			args wire.FetchQuotient
		}{
			{quotients.NoConsent, wire.FetchQuotient{Quotient: portal.NewID(), Identity: oneself(), Consent: "2020-01"}},
			{portal.Missing, wire.FetchQuotient{Quotient: portal.NewID(), Consent: quotients.Consent}},
			{quotients.NotYourself, wire.FetchQuotient{Quotient: portal.NewID(), Consent: quotients.Consent, Identity: someone}},
			{quotients.NotYourself, wire.FetchQuotient{Quotient: portal.NewID(), Consent: quotients.Consent, Identity: born}},
		} {
			fam.Refused(c.code, wire.QuotientFetch, c.args)
		}
		if fund.Asked() != 0 {
			t.Fatal("the fund was asked")
		}
		id := w.ask(t, oneself())
		e := w.becomes(t, id, "told", in(quotients.Declared))
		if e.Value != 298 || e.Month != "2026-10-01" || e.Provider != "CNAF" || e.From != "2026-11-16" || e.Source != ledger.FromFund || e.Document != "" {
			t.Errorf("the family sees %+v", e)
		}
		// It fixes nothing before an agent has accepted it.
		if got := w.price(t, "2026-11-19"); got != 480 {
			t.Errorf("a meal costs %v", got)
		}
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		agent.Must(wire.QuotientAccept, wire.AcceptQuotient{Quotient: id, From: "2026-11-20"})
		if got := w.price(t, "2026-11-20"); got != 120 {
			t.Errorf("a meal costs %v then", got)
		}
		// What is kept: the value and its month, the consent with its text; nothing
		// of who was asked about, nor of who else stood in the answer.
		archive, err := w.Service.Data(context.Background(), service.Actor{Account: w.account(family)}, func(service.OwnData, string) ([]byte, error) { return []byte("page"), nil })
		if err != nil {
			t.Fatal(err)
		}
		var raw bytes.Buffer
		if err := archive.Write(context.Background(), &raw); err != nil {
			t.Fatal(err)
		}
		kept := unzipped(t, raw.Bytes(), "donnees.json")
		for word, there := range map[string]bool{`"value": 298`: true, `"consent": "2026-11"`: true, `"action": "quotient.consent"`: true, `"action": "quotient.accept"`: true,
			"Plantenaissance": false, "PLANTENFANT": false, "PLANTEADRESSE": false, "Reims": false} {
			if strings.Contains(kept, word) != there {
				t.Errorf("%s is kept: %v", word, !there)
			}
		}
	})
}

func TestTheFundGivesNoQuotient(t *testing.T) {
	other := oneself()
	other.Town, other.Department = "Lyon", "69"
	w, fund := funded(t, storetest.SQLite(t), simulator.Person{Identity: other, Value: 298, Month: "2026-10-01"})
	fam := w.desks[family]
	id := w.ask(t, oneself())
	if e := w.becomes(t, id, "without an answer", in(quotients.Unanswered)); e.Outcome != quotients.NotIdentified {
		t.Errorf("born elsewhere: %+v", e)
	}
	nobody := oneself()
	nobody.BirthName = "Personne"
	if e := w.becomes(t, w.ask(t, nobody), "without an answer", in(quotients.Unanswered)); e.Outcome != quotients.NoFile {
		t.Errorf("of another name: %+v", e)
	}
	if n := w.quotientNews(t); n != 2 {
		t.Errorf("the family is told %d times", n)
	}
	// An agent has nothing to decide on.
	w.desks[deskAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
	w.desks[deskAgent].Refused(quotients.Unanswerable, wire.QuotientAccept, wire.AcceptQuotient{Quotient: id, From: "2026-11-16"})

	// A fund that does not answer is asked again, when it says, and not before.
	fund.Fail(http.StatusTooManyRequests, "300")
	id = w.ask(t, other)
	e := w.becomes(t, id, "put off", func(e quotients.Entry) bool { return e.Next != 0 })
	if at := time.UnixMicro(e.Next); e.State != quotients.Asked || !at.Equal(hosttest.Start.Add(5*time.Minute)) {
		t.Errorf("it is %+v, asked again at %s", e, at)
	}
	if due, err := w.Service.FundDue(context.Background()); err != nil || due {
		t.Errorf("it is due at once: %v", err)
	}
	// One may change one's mind while it waits.
	fam.Must(wire.QuotientWithdraw, wire.WithdrawQuotient{Quotient: id})
	if _, found := quotient(t, fam, id); found {
		t.Error("it still stands")
	}
	// Three questions a day are enough.
	fam.Refused(quotients.TooOften, wire.QuotientFetch, wire.FetchQuotient{Quotient: portal.NewID(), Identity: other, Consent: quotients.Consent})

	// After a day of silence it is given up, and said so.
	w.Clock.Add(25 * time.Hour)
	w.desks[family] = w.SignIn("motfamille")
	fund.Fail(http.StatusBadGateway, "")
	id = w.ask(t, other)
	w.becomes(t, id, "put off", func(e quotients.Entry) bool { return e.Next != 0 })
	w.Clock.Add(25 * time.Hour)
	fund.Fail(http.StatusBadGateway, "")
	if did, err := w.AskFund(context.Background()); did != 1 || err == nil || strings.Contains(err.Error(), "Plante") {
		t.Errorf("asked about %d: %v", did, err)
	}
	w.desks[family] = w.SignIn("motfamille")
	if e := w.becomes(t, id, "given up", in(quotients.Unanswered)); e.Outcome != quotients.Unavailable {
		t.Errorf("it is %+v", e)
	}
}

// While the fund answers as slowly as it is waited for, no other process asks
// what one has taken on.
func TestASlowFundIsAskedOnce(t *testing.T) {
	var mu sync.Mutex
	var s *hosttest.Server
	asked, ready, ended := map[string]int{}, make(chan struct{}), make(chan struct{})
	fund := func(ctx context.Context, who quotients.Identity) (quotients.Answer, error) {
		<-ready
		s.Clock.Add(15 * time.Second)
		mu.Lock()
		asked[who.BirthName]++
		last := len(asked) == 10 && asked[who.BirthName] == 1
		mu.Unlock()
		if last {
			if _, err := s.Service.AskFund(ctx, 10); err != nil {
				t.Error(err)
			}
			close(ended)
		}
		return quotients.Answer{Value: 500, Month: "2026-10-01"}, nil
	}
	s = hosttest.NewWith(t, storetest.SQLite(t), func(o *host.Options) { o.Fund = fund })
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		now := tx.Now().UnixMicro()
		for i := range 10 {
			if err := tx.SaveQuotient(store.Quotient{ID: portal.NewID(), Account: portal.NewID(), State: string(quotients.Asked), Source: string(ledger.FromFund), Made: now,
				Consent: quotients.Consent, ConsentAt: now, Identity: fmt.Sprintf(`{"birth_name":"P%d"}`, i), Next: now}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	close(ready)
	if _, err := s.Service.AskFund(context.Background(), 10); err != nil { // what the server has not begun to ask by itself
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatalf("not all were asked about")
	}
	mu.Lock()
	defer mu.Unlock()
	for who, n := range asked {
		if n != 1 {
			t.Errorf("the fund is asked %d times about %s", n, who)
		}
	}
}

// A town that may no longer ask tells those who still wait for an answer.
func TestQuestionsThatNobodyAsksAreEnded(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	w := newWorld(t, s)
	id := portal.NewID()
	now := s.Clock.Now().UnixMicro()
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		return tx.SaveQuotient(store.Quotient{ID: id, Account: w.account(family), State: string(quotients.Asked), Source: string(ledger.FromFund), Made: now,
			Consent: quotients.Consent, ConsentAt: now, Identity: `{}`, Next: now})
	}); err != nil {
		t.Fatal(err)
	}
	s.Clock.Add(26 * time.Hour)
	s.Housekeep(context.Background())
	w.desks[family] = s.SignIn("motfamille")
	if e, _ := quotient(t, w.desks[family], id); e.State != quotients.Unanswered || e.Outcome != quotients.Unavailable {
		t.Errorf("it is %+v", e)
	}
}

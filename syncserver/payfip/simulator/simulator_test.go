package simulator_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/syncserver/payfip"
	"parvis/syncserver/payfip/simulator"
)

// posted is the notices that were sent.
type posted struct {
	mu   sync.Mutex
	all  []string
	news chan struct{}
}

func (p *posted) post(_ context.Context, to string, form url.Values) {
	p.mu.Lock()
	p.all = append(p.all, to+"?"+form.Encode())
	p.mu.Unlock()
	p.news <- struct{}{}
}

type bench struct {
	*simulator.Simulator
	url    string
	client *payfip.Client
	posted *posted

	mu  sync.Mutex
	now time.Time
}

func (b *bench) add(d time.Duration) { b.mu.Lock(); b.now = b.now.Add(d); b.mu.Unlock() }

func open(t *testing.T) *bench {
	t.Helper()
	b := &bench{now: portal.Date("2026-11-23").At(9, 0), posted: &posted{news: make(chan struct{}, 100)}}
	b.Simulator = simulator.New(simulator.Options{
		Clock: func() time.Time { b.mu.Lock(); defer b.mu.Unlock(); return b.now }, Desks: map[string]string{"006382": "Régie <b>"}, Control: true, Post: b.posted.post,
	})
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	t.Cleanup(b.Close)
	b.url = server.URL
	var err error
	if b.client, err = payfip.New(server.URL+simulator.Service, server.URL+simulator.Page, payfip.ModeTest); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) begin(t *testing.T) string {
	t.Helper()
	op, err := b.client.Open(context.Background(), payments.Order{
		Client: "006382", Amount: 4250, Reference: "REF0001", Object: "COMPTE", Mail: "claire.martel@exemple.fr", Exercise: "2026",
		Notice: "https://portail.exemple/avis", Return: "https://portail.exemple/retour?p=REF0001",
	})
	if err != nil {
		t.Fatal(err)
	}
	return op
}

// answered reads an answer, whose headers must keep the page to itself.
func answered(t *testing.T, r *http.Response, err error) (int, string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if csp := r.Header.Get("Content-Security-Policy"); r.StatusCode != http.StatusForbidden && (!strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "script")) || strings.Contains(string(raw), "<script") {
		t.Errorf("the page's policy is %q", csp)
	}
	return r.StatusCode, string(raw)
}

func (b *bench) get(t *testing.T, page string) (int, string) {
	t.Helper()
	r, err := http.Get(page)
	return answered(t, r, err)
}

func (b *bench) press(t *testing.T, op, do, card string) (int, string) {
	t.Helper()
	r, err := http.PostForm(b.url+simulator.Page, url.Values{"idop": {op}, "do": {do}, "card": {card}})
	return answered(t, r, err)
}

func TestThePageIsPaidOnOnceAndInTime(t *testing.T) {
	b := open(t)
	op := b.begin(t)
	if status, text := b.get(t, b.client.Page(op)); status != 200 || !strings.Contains(text, "42,50 €") || !strings.Contains(text, "REF0001") || !strings.Contains(text, "Régie &lt;b&gt;") {
		t.Errorf("the page: %d %s", status, text)
	}
	for _, c := range []struct{ do, card, says string }{
		{"card", "", "carte d&#39;essai"}, {"card", "4111111111111111", "carte d&#39;essai"}, {"", "5017674000000002", "Choisissez"}, {"steal", "", "Choisissez"},
	} {
		if status, text := b.press(t, op, c.do, c.card); status != http.StatusUnprocessableEntity || !strings.Contains(text, c.says) {
			t.Errorf("%+v: %d %s", c, status, text)
		}
	}
	if status, text := b.press(t, op, "card", " 5017 6740 0000 0002 "); status != 200 || !strings.Contains(text, "accepté") || !strings.Contains(text, `href="https://portail.exemple/retour?p=REF0001"`) {
		t.Errorf("paid: %d %s", status, text)
	}
	for _, again := range []func() (int, string){func() (int, string) { return b.press(t, op, "abandon", "") }, func() (int, string) { return b.get(t, b.client.Page(op)) }} {
		if status, text := again(); status != http.StatusGone || !strings.Contains(text, "P3") {
			t.Errorf("once more: %d %s", status, text)
		}
	}
	if r, err := b.client.Result(context.Background(), op); err != nil || r.Answer != payments.PaidByCard {
		t.Errorf("it is %+v %v", r, err)
	}
	late := b.begin(t)
	b.add(payments.PageOpens)
	if status, text := b.get(t, b.client.Page(late)); status != http.StatusGone || !strings.Contains(text, "P4") {
		t.Errorf("too late: %d %s", status, text)
	}
	if status, text := b.get(t, b.client.Page("00000000-0000-4000-8000-000000000000")); status != http.StatusNotFound || !strings.Contains(text, "P1") {
		t.Errorf("of nothing: %d %s", status, text)
	}
	// One that was opened in time may be paid a while later.
	slow := b.begin(t)
	b.get(t, b.client.Page(slow))
	b.add(30 * time.Minute)
	if status, _ := b.press(t, slow, "debit", ""); status != 200 {
		t.Errorf("slowly: %d", status)
	}
}

func TestNoticesGoWrongOnDemand(t *testing.T) {
	b := open(t)
	for _, c := range []struct {
		form url.Values
		want []string
	}{
		{url.Values{}, []string{"idop"}},
		{url.Values{"more": {"2"}}, []string{"idop", "idop", "idop"}},
		{url.Values{"oddly": {"on"}}, []string{"idOp"}},
		{url.Values{"never": {"on"}}, nil},
	} {
		r, err := http.PostForm(b.url+simulator.Admin, c.form)
		if status, text := answered(t, r, err); status != 200 || !strings.Contains(text, "Pannes et retards") {
			t.Fatalf("the faults: %d %s", status, text)
		}
		op := b.begin(t)
		b.posted.mu.Lock()
		b.posted.all = nil
		b.posted.mu.Unlock()
		b.press(t, op, "abandon", "")
		for range c.want {
			<-b.posted.news
		}
		var want []string
		for _, name := range c.want {
			want = append(want, "https://portail.exemple/avis?"+name+"="+op)
		}
		b.posted.mu.Lock()
		if got := strings.Join(b.posted.all, " "); got != strings.Join(want, " ") {
			t.Errorf("%v: %s", c.form, got)
		}
		b.posted.mu.Unlock()
	}
	// Another site's page cannot make faults.
	r, err := http.NewRequest(http.MethodPost, b.url+simulator.Admin, strings.NewReader("down=on"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	answer, err := http.DefaultClient.Do(r)
	if status, _ := answered(t, answer, err); status != http.StatusForbidden {
		t.Errorf("another site: %d", status)
	}
	b.begin(t)
}

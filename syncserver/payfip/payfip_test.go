package payfip_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/syncserver/payfip"
	"parvis/syncserver/payfip/simulator"
)

const desk = "006382"

type bench struct {
	sim    *simulator.Simulator
	client *payfip.Client
	now    time.Time
}

func open(t *testing.T) *bench {
	t.Helper()
	b := &bench{now: portal.Date("2026-11-23").At(9, 0)}
	b.sim = simulator.New(simulator.Options{Clock: func() time.Time { return b.now }, Desks: map[string]string{desk: "Régie <de> restauration"}})
	server := httptest.NewServer(b.sim)
	t.Cleanup(server.Close)
	t.Cleanup(b.sim.Close)
	client, err := payfip.New(server.URL+simulator.Service, server.URL+simulator.Page, payfip.ModeTest)
	if err != nil {
		t.Fatal(err)
	}
	b.client = client
	b.sim.Set(simulator.Faults{Never: true})
	return b
}

func order() payments.Order {
	return payments.Order{
		Client: desk, Amount: 4250, Reference: "069VDS0001O010000000000000", Object: "Compte prepaye", Mail: "claire.martel@exemple.fr", Exercise: "2026",
		Notice: "http://127.0.0.1:1/paiement/avis", Return: "http://127.0.0.1:1/paiement/retour?p=069VDS&x=<1>",
	}
}

func code(err error) string {
	var f *payments.Fault
	if !errors.As(err, &f) {
		return "none"
	}
	return f.Code
}

func TestAPaymentFromItsPageToItsResult(t *testing.T) {
	b := open(t)
	ctx := context.Background()
	for _, want := range []payments.Answer{payments.PaidByCard, payments.PaidByDebit, payments.CardRefused, payments.DebitRefused, payments.WasAbandoned} {
		op, err := b.client.Open(ctx, order())
		if err != nil {
			t.Fatal(err)
		}
		if page := b.client.Page(op); !strings.HasSuffix(page, "/tpa/paiementws.web?idop="+op) {
			t.Errorf("its page is %s", page)
		}
		if r, err := b.client.Result(ctx, op); err != nil || r.Answer != payments.NotYet {
			t.Errorf("before anybody paid it is %+v, %v", r, err)
		}
		if !b.sim.Settle(op, want) {
			t.Fatal("it could not be settled")
		}
		r, err := b.client.Result(ctx, op)
		if err != nil || r.Answer != want || r.Of(order()) != want || (r.Number != "") != (want == payments.PaidByCard) {
			t.Errorf("settled as %s it is %+v, %v", want, r, err)
		}
		other := order()
		other.Amount++
		if r.Of(other) != payments.Different {
			t.Error("the result is taken for one of another amount")
		}
	}
	if name, err := b.client.Desk(ctx, desk); err != nil || name != "Régie <de> restauration" {
		t.Errorf("the desk is %q, %v", name, err)
	}
}

func TestPagesEnd(t *testing.T) {
	b := open(t)
	ctx := context.Background()
	op, err := b.client.Open(ctx, order())
	if err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(15 * time.Minute)
	if b.sim.Settle(op, payments.PaidByCard) {
		t.Error("a page that nobody opened in time can be paid on")
	}
	b.now = b.now.Add(24 * time.Hour)
	if r, err := b.client.Result(ctx, op); err != nil || r.Answer != payments.Unknown {
		t.Errorf("the night after it is %+v, %v", r, err)
	}
	if r, err := b.client.Result(ctx, "00000000-0000-4000-8000-000000000000"); err != nil || r.Answer != payments.Unknown {
		t.Errorf("one that never was is %+v, %v", r, err)
	}
	op, err = b.client.Open(ctx, order())
	if err != nil {
		t.Fatal(err)
	}
	if !b.sim.Settle(op, payments.WasAbandoned) || !b.sim.Settle(op, payments.PaidByCard) || b.sim.Settle(op, payments.CardRefused) {
		t.Error("abandoned may still be paid, and paid is paid")
	}
}

func TestWhatPayFiPRefuses(t *testing.T) {
	b := open(t)
	ctx := context.Background()
	for want, change := range map[string]func(o *payments.Order){
		"T1": func(o *payments.Order) { o.Client = "6382" },
		"T2": func(o *payments.Order) { o.Client = "999999" },
		"M1": func(o *payments.Order) { o.Amount = -500 },
		"M3": func(o *payments.Order) { o.Amount = 99 },
		"M5": func(o *payments.Order) { o.Amount = 10_000_000 },
		"A1": func(o *payments.Order) { o.Mail = "claire.martel" },
		"A2": func(o *payments.Order) { o.Mail = strings.Repeat("a", 70) + "@exemple.fr" },
		"N1": func(o *payments.Order) { o.Notice = "paiement/avis" },
		"D1": func(o *payments.Order) { o.Return = "https://portail.exemple/" + strings.Repeat("a", 250) },
		"R3": func(o *payments.Order) { o.Reference = "ab-cd-ef" },
		"":   func(o *payments.Order) { o.Object = "Compte prépayé" },
	} {
		o := order()
		change(&o)
		if _, err := b.client.Open(ctx, o); code(err) != want {
			t.Errorf("refused as %v, not %q", err, want)
		}
	}
	if _, err := b.client.Desk(ctx, "999999"); code(err) != "T2" {
		t.Errorf("an unknown desk: %v", err)
	}
	for want, says := range map[string]string{"S1": "saisie", "P3": "déjà utilisé", "P4": "15 minutes"} {
		b.sim.Set(simulator.Faults{Refuse: want})
		if _, err := b.client.Open(ctx, order()); code(err) != want || !strings.Contains(err.Error(), says) {
			t.Errorf("%s on demand: %v", want, err)
		}
	}
}

// What is no answer is a fault without a code: it says nothing of a payment.
func TestWhatPayFiPDoesNotSay(t *testing.T) {
	b := open(t)
	ctx := context.Background()
	op, err := b.client.Open(ctx, order())
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]simulator.Faults{
		"down": {Down: true}, "broken": {Broken: true}, "slow": {Slow: time.Hour}, simulator.Unavailable: {Technical: simulator.Unavailable}, simulator.Malfunction: {Technical: simulator.Malfunction},
	} {
		b.sim.Set(f)
		ctx, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		r, err := b.client.Result(ctx, op)
		if code(err) != "" || r.Answer != payments.Silent {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
		if _, err := b.client.Open(ctx, order()); code(err) != "" {
			t.Errorf("%s: opening is %v", name, err)
		}
		if _, err := b.client.Desk(ctx, desk); code(err) != "" || f.Technical != "" && !strings.Contains(err.Error(), f.Technical) {
			t.Errorf("%s: asking what the desk is called is %v", name, err)
		}
		if strings.Contains(err.Error(), "127.0.0.1") && name != "slow" {
			t.Errorf("%s tells where it asked: %v", name, err)
		}
		cancel()
	}
}

// Answers as other programs write them: names in other namespaces, faults with
// HTTP 200, and what is none of it.
func TestAnswersOfOtherShapes(t *testing.T) {
	const op = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
	body, status := "", http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, err := io.ReadAll(r.Body)
		if err != nil || !strings.Contains(string(asked), "<arg0><idOp>"+op+"</idOp></arg0>") || r.Header.Get("SOAPAction") != `""` {
			t.Errorf("it asks %s, %v", asked, err)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	defer server.Close()
	client, err := payfip.New(server.URL, server.URL, payfip.ModeProduction)
	if err != nil {
		t.Fatal(err)
	}
	full := func(result string) string {
		return `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><n:x xmlns:n="urn:n"><n:return><n:idOp>` + strings.ToUpper(op) +
			`</n:idOp><n:montant> 4250 </n:montant><n:numcli>006382</n:numcli><n:refdet>R</n:refdet><n:resultrans>` + result + `</n:resultrans></n:return></n:x></S:Body></S:Envelope>`
	}
	fault := func(inside string) string {
		return `<e:Envelope xmlns:e="x"><e:Body><e:Fault>` + inside + `</e:Fault></e:Body></e:Envelope>`
	}
	for _, c := range []struct {
		body   string
		status int
		want   payments.Answer
		code   string
	}{
		{full("P"), 200, payments.PaidByCard, "none"},
		{full("V"), 500, payments.Silent, ""}, // a result with an error is none
		{full("Q"), 200, payments.Silent, ""},
		{strings.Replace(full("P"), "4250", "42,50", 1), 200, payments.Silent, ""},
		{strings.Replace(full("P"), "6BA7", "6BA8", 1), 200, payments.Silent, ""},
		{fault(`<faultstring>x.FonctionnelleErreur</faultstring><detail><a><code>P5</code></a></detail>`), 200, payments.NotYet, "none"},
		{fault(`<faultstring/><detail><z:FonctionnelleErreur xmlns:z="y"><code>P1</code></z:FonctionnelleErreur></detail>`), 500, payments.Unknown, "none"},
		{fault(`<faultstring>TechIndisponibiliteErreur</faultstring><detail><a><code>P1</code></a></detail>`), 500, payments.Silent, ""},
		{fault(`<detail><FonctionnelleErreur><code>T2</code></FonctionnelleErreur></detail>`), 200, payments.Silent, "T2"},
		{`<html><body>P1</body></html>`, 200, payments.Silent, ""},
		{`{"resultrans":"P"}`, 200, payments.Silent, ""},
		{``, 200, payments.Silent, ""},
		{strings.Repeat("<a>", 100), 200, payments.Silent, ""},
		{full("P")[:200], 200, payments.Silent, ""},
	} {
		body, status = c.body, c.status
		r, err := client.Result(context.Background(), op)
		if r.Answer != c.want || err == nil != (c.code == "none") || code(err) != c.code {
			t.Errorf("%.120s with %d is %+v, %v", c.body, c.status, r, err)
		}
	}
}

func TestASmallIdopIsAnotherField(t *testing.T) {
	b := open(t)
	server := httptest.NewServer(b.sim)
	defer server.Close()
	op, err := b.client.Open(context.Background(), order())
	if err != nil {
		t.Fatal(err)
	}
	ask := func(arg string) string {
		answer, err := http.Post(server.URL+simulator.Service, "text/xml", strings.NewReader(`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><p:`+
			payfip.OpDetail+` xmlns:p="`+payfip.Namespace+`">`+arg+`</p:`+payfip.OpDetail+`></e:Body></e:Envelope>`))
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		raw, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	for arg, want := range map[string]string{
		"<arg0><idOp>" + op + "</idOp></arg0>":          "<code>P5</code>",
		"<arg0><idop>" + op + "</idop></arg0>":          "<code>P1</code>",
		"<arg0><p:idOp>" + op + "</p:idOp></arg0>":      "TechProtocolaireErreur",
		"<p:arg0><idOp>" + op + "</idOp></p:arg0>":      "TechProtocolaireErreur",
		"<arg0><idOp>" + op + "</idOp></arg0><arg0/>":   "TechProtocolaireErreur",
		"<arg0><idOp><a>" + op + "</a></idOp></arg0>":   "TechProtocolaireErreur",
		"<arg0 xmlns=\"urn:x\"><idOp>1</idOp></arg0>  ": "TechProtocolaireErreur",
	} {
		if got := ask(arg); !strings.Contains(got, want) {
			t.Errorf("%s is answered by %s", arg, got)
		}
	}
}

func TestSettingsThatCannotBe(t *testing.T) {
	for _, c := range [][3]string{{"", "https://p.example", "T"}, {"https://s.example", "p.example", "T"}, {"ftp://s.example", "https://p.example", "T"}, {"https://s.example", "https://p.example", "t"}} {
		if _, err := payfip.New(c[0], c[1], c[2]); err == nil {
			t.Errorf("%q is taken", c)
		}
	}
	c, err := payfip.New("https://s.example", "https://p.example/pay?lang=fr", "W")
	if err != nil || c.Page("a&b") != "https://p.example/pay?idop=a%26b&lang=fr" {
		t.Errorf("%v %v", c, err)
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add(`<a><return><idOp>x</idOp></return></a>`)
	f.Add(`<Fault><faultstring>FonctionnelleErreur</faultstring><detail><code>P5</code></detail></Fault>`)
	f.Add(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><return>&a;</return>`)
	f.Fuzz(func(t *testing.T, body string) {
		// A fault is none where it has a result, and no result is one of a fault.
		if fields, fault, err := payfip.Read([]byte(body)); err == nil && fault && len(fields) > 0 && !strings.Contains(body, "return") {
			t.Errorf("%q has fields from nowhere", body)
		}
	})
}

package particulier_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parvis/shared/quotients"
	"parvis/syncserver/particulier"
	"parvis/syncserver/particulier/simulator"
)

const (
	token = "un-jeton-assez-long"
	siret = "21510999900015"
)

func claire() quotients.Identity {
	return quotients.Identity{BirthName: "Durand", FirstNames: []string{"Claire", "Marie"}, Sex: quotients.Female, Birth: "1988-04-12", Country: quotients.France, Town: "Reims", Department: "51"}
}

func tunis() quotients.Identity {
	return quotients.Identity{BirthName: "Haddad", FirstNames: []string{"Karim"}, Sex: quotients.Male, Birth: "1987-07-30", Country: "99351"}
}

func fund(t *testing.T) (*simulator.Simulator, *httptest.Server) {
	s := simulator.New(token,
		simulator.Person{Identity: claire(), Value: 640, Month: "2026-10-01"},
		simulator.Person{Identity: tunis(), Value: 0, Month: "2026-09-01", Provider: "MSA"})
	at := httptest.NewServer(s)
	t.Cleanup(at.Close)
	return s, at
}

func TestTheFundAnswers(t *testing.T) {
	_, at := fund(t)
	c, err := particulier.New(at.URL, token, siret)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		who    quotients.Identity
		answer quotients.Answer
	}{
		{claire(), quotients.Answer{Value: 640, Month: "2026-10-01", Provider: "CNAF"}},
		{tunis(), quotients.Answer{Value: 0, Month: "2026-09-01", Provider: "MSA"}},
	} {
		if got, err := c.Quotient(context.Background(), want.who); err != nil || got != want.answer {
			t.Errorf("%s: %+v, %v", want.who.BirthName, got, err)
		}
	}
}

func TestTheFundGivesNoValue(t *testing.T) {
	s, at := fund(t)
	c, err := particulier.New(at.URL, token, siret)
	if err != nil {
		t.Fatal(err)
	}
	unknown, elsewhere, nameless := claire(), claire(), claire()
	unknown.Birth, elsewhere.Town, nameless.FirstNames = "1970-01-01", "Lyon", nil
	for _, k := range []struct {
		about  string
		who    quotients.Identity
		status int
		header string
		want   quotients.Trouble
	}{
		{"nobody of the name", unknown, 0, "", quotients.Trouble{Outcome: quotients.NoFile}},
		{"born elsewhere", elsewhere, 0, "", quotients.Trouble{Outcome: quotients.NotIdentified}},
		{"without a first name", nameless, 0, "", quotients.Trouble{Outcome: quotients.NotIdentified}},
		{"too often", claire(), 429, "120", quotients.Trouble{After: 2 * time.Minute}},
		{"too often, until a date", claire(), 429, time.Now().Add(time.Hour).UTC().Format(http.TimeFormat), quotients.Trouble{After: time.Hour}},
		{"too often, without saying how long", claire(), 429, "soon", quotients.Trouble{}},
		{"down", claire(), 503, "60", quotients.Trouble{After: time.Minute}},
		{"broken", claire(), 502, "", quotients.Trouble{}},
		{"forbidden", claire(), 403, "", quotients.Trouble{}},
		{"elsewhere", claire(), 302, "", quotients.Trouble{}},
	} {
		if k.status != 0 {
			s.Fail(k.status, k.header)
		}
		_, err := c.Quotient(context.Background(), k.who)
		var got *quotients.Trouble
		if !errors.As(err, &got) || got.Outcome != k.want.Outcome || got.After.Round(time.Minute) != k.want.After {
			t.Errorf("%s: %+v", k.about, err)
		}
	}
	other, err := particulier.New(at.URL, "un-autre-jeton", siret)
	if err != nil {
		t.Fatal(err)
	}
	var got *quotients.Trouble
	if _, err := other.Quotient(context.Background(), claire()); !errors.As(err, &got) || got.Outcome != "" || !strings.Contains(err.Error(), "401") {
		t.Errorf("with a wrong token: %v", err)
	}
}

// What goes wrong tells nothing of whom it was about, nor the token.
func TestErrorsTellNothing(t *testing.T) {
	_, at := fund(t)
	answers := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("nomNaissance") {
		case "Durandpage":
			_, _ = w.Write([]byte("<html>Durandpage"))
		case "Durandlong":
			_, _ = w.Write([]byte(`{"data":"` + strings.Repeat("x", 1<<20)))
		case "Durandmois":
			_, _ = w.Write([]byte(`{"data":{"quotient_familial":{"valeur":1,"annee":2026,"mois":13,"fournisseur":"CNAF"}}}`))
		case "Durandvide":
			_, _ = w.Write([]byte(`{"data":{}}`))
		}
	}))
	t.Cleanup(answers.Close)
	at.Close()
	for _, name := range []string{"Durand", "Durandpage", "Durandlong", "Durandmois", "Durandvide"} {
		base := answers.URL
		if name == "Durand" {
			base = at.URL // nobody is there
		}
		c, err := particulier.New(base, token, siret)
		if err != nil {
			t.Fatal(err)
		}
		who := claire()
		who.BirthName = name
		_, err = c.Quotient(context.Background(), who)
		if err == nil || strings.Contains(err.Error(), "Durand") || strings.Contains(err.Error(), token) || strings.Contains(err.Error(), "nomNaissance") {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, err := particulier.New(at.URL, token, siret)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Quotient(ctx, claire()); err == nil || !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

func TestWhatIsNoFund(t *testing.T) {
	for _, k := range [][3]string{{"", token, siret}, {"particulier.api.gouv.fr", token, siret}, {"ftp://x", token, siret}, {"https://x", "", siret}, {"https://x", token, "2151099990001"}, {"https://x", token, "21510999900016"}} {
		if _, err := particulier.New(k[0], k[1], k[2]); err == nil {
			t.Errorf("%v passes", k)
		}
	}
}

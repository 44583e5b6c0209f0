package service_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"parvis/assets/catalogue"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/requests/sample"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// everyDesk seeds an agent who works at all desks of the catalogue.
func everyDesk(t *testing.T, s *hosttest.Server) (signIn func() *hosttest.Desk) {
	t.Helper()
	all, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	const secret = "OBQXE5DPOV2GK43UMF2GS33O"
	agent := service.NewAgent{Login: "agent.partout", FirstName: "Agathe", LastName: "Partout", Mail: "agathe.partout@exemple.fr"}
	for _, p := range all {
		agent.Desks = append(agent.Desks, p.Desk)
	}
	slices.Sort(agent.Desks)
	agent.Desks = slices.Compact(agent.Desks)
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		phc, err := hosttest.Plain{}.Hash(context.Background(), accounts.Staff, demo.AgentPassword)
		if err != nil {
			return err
		}
		return s.Service.SeedAgent(tx, agent, phc, secret, "[]")
	}); err != nil {
		t.Fatal(err)
	}
	return func() *hosttest.Desk {
		t.Helper()
		d := s.Anonymous()
		code, err := totp.GenerateCode(secret, s.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if d.Session, err = d.Client.SignIn(context.Background(), wire.SignIn{Login: agent.Login, Password: demo.AgentPassword, OTP: code, Device: wire.Device{ID: portal.NewID()}}); err != nil {
			t.Fatal(err)
		}
		return d
	}
}

// Every procedure of the catalogue is sent, stands in its desk's queue, and is
// decided: about nobody, about the adult, about a child, about one to come.
func TestEveryProcedureIsSentAndDecided(t *testing.T) {
	all, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		d, agent := w.desks[family], everyDesk(t, s)()
		ctx := requests.Context{Today: portal.DateOf(s.Clock.Now()), People: []portal.ID{familyChild}, Sources: map[string][]requests.Choice{
			"sites": {{ID: string(demo.JulesFerry)}}, "centres": {{ID: string(demo.Clairiere)}},
		}}
		for n, p := range all {
			child := portal.NewID()
			makes := p.OnAccept != nil && p.OnAccept.Child != nil
			with, fresh := ctx, portal.ID("")
			if makes {
				with.People, fresh = []portal.ID{child}, child
			}
			answers, err := sample.Make(p, with, uint64(n), n%2 == 0, fresh)
			if err != nil {
				t.Errorf("%v", err)
				continue
			}
			args := wire.SubmitRequest{Request: portal.NewID(), Procedure: p.ID, Version: p.Version, Child: requests.Subject(p, answers), Answers: answers.Encode(), Terms: true}
			other := args
			other.Request = portal.NewID()
			if other.Child = foreignChild; args.Child == "" {
				d.Refused(portal.Invalid, wire.RequestSubmit, other)
			}
			d.Must(wire.RequestSubmit, args)
			agent.Catch()
			var item wire.QueueItem
			if err := json.Unmarshal([]byte(agent.In(wire.Queue)[string(args.Request)]), &item); err != nil || item.Desk != string(p.Desk) || item.Person == "" {
				t.Errorf("%s stands in the queue as %+v: %v", p.ID, item, err)
			}
			agent.Must(wire.RequestTake, wire.TakeRequest{Request: args.Request})
			if n%3 == 0 && !makes {
				agent.Must(wire.RequestRefuse, wire.RefuseRequest{Request: args.Request, Reason: "Incomplet."})
			} else {
				agent.Must(wire.RequestAccept, wire.AcceptRequest{Request: args.Request, Text: "Bonne journée."})
			}
			d.Catch()
			if body := d.In(wire.Requests)[string(args.Request)]; !strings.Contains(body, `"decided"`) {
				t.Errorf("%s is told as %s", p.ID, body)
			}
		}
	})
}

// Mornings and Wednesdays that were accepted can be booked.
func TestAnAcceptedActivityOpensTheRightToBook(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		d, agent := w.desks[family], w.desks[deskAgent]
		for _, c := range []struct{ procedure, answers, activity, site string }{
			{"accueil-matin-soir", `{"child":"` + string(familyChild) + `","school":"jules-ferry","class":"ce2","slots":["morning"],"usualDays":["mon"],"from":"2026-11-23"}`, string(demo.Morning), "jules-ferry"},
			{"mercredis-et-vacances", `{"child":"` + string(familyChild) + `","birthDate":"2018-03-12","centre":"la-clairiere","periods":["wednesdays"],"length":"day","swimming":false,"outings":true,"imageConsent":false}`, string(demo.Wednesday), "la-clairiere"},
			{"mercredis-et-vacances", `{"child":"` + string(familyChild) + `","birthDate":"2018-03-12","centre":"la-clairiere","periods":["winter","summer"],"length":"day","swimming":false,"outings":true,"imageConsent":false}`, string(demo.Holidays), "la-clairiere"},
		} {
			args := wire.SubmitRequest{Request: portal.NewID(), Procedure: c.procedure, Version: 3, Child: familyChild, Answers: json.RawMessage(c.answers), Terms: true}
			d.Must(wire.RequestSubmit, args)
			agent.Must(wire.RequestTake, wire.TakeRequest{Request: args.Request})
			agent.Must(wire.RequestAccept, wire.AcceptRequest{Request: args.Request})
			d.Catch()
			found := false
			for _, body := range d.In(wire.Enrolments) {
				found = found || strings.Contains(body, `"activity":"`+c.activity+`"`) && strings.Contains(body, `"site":"`+c.site+`"`)
			}
			if !found {
				t.Errorf("%s opens nothing: %v", c.procedure, d.In(wire.Enrolments))
			}
			for _, body := range d.In(wire.Enrolments) {
				if strings.Contains(body, `"activity":"`+string(demo.Evening)+`"`) {
					t.Errorf("%s opens what nobody asked for", c.procedure)
				}
			}
		}
		// The tie to the child was taken away meanwhile.
		args := wire.SubmitRequest{Request: portal.NewID(), Procedure: "restauration-scolaire", Version: 2, Child: familyChild, Terms: true,
			Answers: json.RawMessage(`{"child":"` + string(familyChild) + `","school":"jules-ferry","from":"2026-11-23","diet":"standard","usualDays":["mon"],"carePlan":false}`)}
		d.Must(wire.RequestSubmit, args)
		agent.Must(wire.RequestTake, wire.TakeRequest{Request: args.Request})
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error { return tx.Unlink(familyChild, w.account(family)) }); err != nil {
			t.Fatal(err)
		}
		agent.Refused(portal.Forbidden, wire.RequestAccept, wire.AcceptRequest{Request: args.Request})
	})
}

// revised is a procedure of the catalogue as a later version of the program
// would bring it.
func revised(t *testing.T, id string, change func(p map[string]any)) *requests.Procedure {
	t.Helper()
	all, err := catalogue.Files()
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(all[id], &tree); err != nil {
		t.Fatal(err)
	}
	change(tree)
	raw, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	p, err := requests.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func firstFields(p map[string]any) map[string]any { return p["pages"].([]any)[0].(map[string]any) }

func TestARequestKeepsTheVersionItWasMadeWith(t *testing.T) {
	const lost = `{"side":"lost","kind":"keys","description":"Un trousseau de trois clés avec un ruban vert.","day":"2026-11-13"}`
	two := func(p map[string]any) {
		p["version"], p["graceDays"] = 2, 10
		page := firstFields(p)
		page["fields"] = append(page["fields"].([]any), map[string]any{"key": "colour", "kind": "text", "required": true, "label": map[string]any{"fr": "Couleur", "en": "Colour"}})
	}
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		signIn := everyDesk(t, s)
		d := w.desks[family]
		publish := func(p *requests.Procedure) {
			t.Helper()
			if err := s.Store.Write(context.Background(), func(tx *store.Tx) error { return service.Publish(tx, []*requests.Procedure{p}) }); err != nil {
				t.Fatal(err)
			}
		}
		send := func(version int, answers string) wire.SubmitRequest {
			return wire.SubmitRequest{Request: portal.NewID(), Procedure: "objets-trouves", Version: version, Answers: json.RawMessage(answers), Terms: true}
		}
		before := send(1, lost)
		d.Must(wire.RequestSubmit, before)
		publish(revised(t, "objets-trouves", two))
		during := send(1, lost)
		d.Must(wire.RequestSubmit, during) // within the ten days
		d.Refused(portal.Missing, wire.RequestSubmit, send(2, lost))
		d.Must(wire.RequestSubmit, send(2, strings.Replace(lost, "}", `,"colour":"vert"}`, 1)))
		d.Refused(portal.Conflict, wire.RequestSubmit, send(7, lost))
		d.Refused(requests.UnknownAnswer, wire.RequestSubmit, send(1, strings.Replace(lost, "}", `,"colour":"vert"}`, 1)))

		s.Clock.Add(11 * 24 * time.Hour)
		d = s.SignIn("motfamille")
		agent := signIn()
		v := d.Do(wire.RequestSubmit, send(1, lost))
		if v.Accepted || v.Error.Code != requests.FormChanged || v.Error.Args["until"] != "2026-11-26" || v.Error.Args["fr"] != "Couleur" || v.Error.Args["version"] != "2" {
			t.Fatalf("a form of before is told %+v", v.Error)
		}
		// Old requests are read, corrected and decided by their own version, and a
		// third one takes nothing from the first.
		publish(revised(t, "objets-trouves", func(p map[string]any) { two(p); p["version"] = 3 }))
		d.Catch()
		for _, key := range []portal.ID{wire.FormerKey("objets-trouves", 1), wire.FormerKey("objets-trouves", 2)} {
			if !strings.Contains(d.In(wire.FormerProcedures)[string(key)], `"procedure":{`) {
				t.Errorf("%s is not here to read requests by", key)
			}
		}
		for _, r := range []portal.ID{before.Request, during.Request} {
			agent.Must(wire.RequestTake, wire.TakeRequest{Request: r})
			agent.Must(wire.RequestAsk, wire.AskCorrection{Request: r, Fields: []string{"day"}, Text: "Quel jour ?"})
			d.Must(wire.RequestAnswer, wire.AnswerCorrection{Request: r, Answers: json.RawMessage(`{"day":"2026-11-12"}`)})
			agent.Must(wire.RequestAccept, wire.AcceptRequest{Request: r})
		}
		// Better words of the same version are published; another form under the
		// same number is not.
		words := revised(t, "objets-trouves", func(p map[string]any) {
			two(p)
			p["version"] = 3
			p["title"] = map[string]any{"fr": "Objets perdus", "en": "Lost things"}
		})
		publish(words)
		publish(revised(t, "objets-trouves", func(p map[string]any) { p["version"] = 3 }))
		publish(revised(t, "objets-trouves", func(p map[string]any) { p["version"] = 1 }))
		d.Catch()
		if got := d.In(wire.Procedures)["objets-trouves"]; !strings.Contains(got, "Objets perdus") || !strings.Contains(got, "colour") {
			t.Errorf("what stands is %s", got)
		}
	})
}

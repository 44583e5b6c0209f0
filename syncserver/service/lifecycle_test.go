package service_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// told is a request as it reached a desk, of whatever feed.
func told(t *testing.T, d *hosttest.Desk, id portal.ID) wire.Request {
	t.Helper()
	d.Catch()
	var r wire.Request
	for key, body := range d.Rows {
		if key[1] == wire.Requests && key[2] == string(id) {
			if err := json.Unmarshal([]byte(body), &r); err != nil {
				t.Fatal(err)
			}
		}
	}
	return r
}

func kinds(r wire.Request) string {
	var out []string
	for _, e := range r.Timeline {
		out = append(out, e.Kind)
	}
	return strings.Join(out, " ")
}

func TestACorrectionFromAskingToDecision(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		d, agent := w.desks[family], w.desks[deskAgent]
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		r := w.taken()
		ask := wire.AskCorrection{Request: r, Fields: []string{"birthPlace", "guardians"}, Documents: []string{"vaccinations"}, Text: "Le lieu n'est pas celui de l'acte.", Until: "2026-11-30"}
		for field, wrong := range map[string]wire.AskCorrection{
			"text":         {Request: r, Fields: []string{"birthPlace"}},
			"fields":       {Request: r, Text: "Quoi ?"},
			"fields[0]":    {Request: r, Fields: []string{"wings"}, Text: "Quoi ?"},
			"documents[0]": {Request: r, Documents: []string{"passport"}, Text: "Quoi ?"},
			"until":        {Request: r, Fields: []string{"birthPlace"}, Text: "Quoi ?", Until: "2026-11-15"},
		} {
			if v := agent.Do(wire.RequestAsk, wrong); v.Accepted || v.Error.Field != field {
				t.Errorf("%+v: %v, not at %s", wrong, v.Error, field)
			}
		}
		agent.Must(wire.RequestAsk, ask)
		got := told(t, d, r)
		c := got.Asked()
		if got.State != string(requests.WaitingFamily) || c == nil || c.Text != ask.Text || c.Until != ask.Until || strings.Join(c.Fields, " ") != "birthPlace guardians" {
			t.Fatalf("the family is told %+v", got)
		}
		if letter := mail(t, s, people[family].mail); letter["template"] != "request_asked" || strings.Contains(letter["procedure"]+letter["name"], "Le lieu") {
			t.Fatalf("the mail is %v", letter)
		}
		agent.Refused(requests.WrongState, wire.RequestAccept, wire.AcceptRequest{Request: r})

		for field, answers := range map[string]string{
			"answers.lastName":           `{"birthPlace":"Reims","lastName":"Autre"}`,
			"answers.child":              `{"child":"` + string(familyChild) + `"}`,
			"answers.birthPlace":         `{"birthPlace":null}`,
			"answers.guardians[0].phone": `{"guardians":[{"lastName":"Diallo","firstName":"Amina","relation":"mother","phone":"06","livesWithChild":true}]}`,
			"answers":                    `[1]`,
			"answers.wings":              `{"wings":2}`,
		} {
			if v := d.Do(wire.RequestAnswer, wire.AnswerCorrection{Request: r, Answers: json.RawMessage(answers)}); v.Accepted || v.Error.Field != field {
				t.Errorf("%s: %v, not at %s", answers, v.Error, field)
			}
		}
		s.Clock.Add(5 * time.Minute)
		d.Must(wire.RequestAnswer, wire.AnswerCorrection{Request: r, Answers: json.RawMessage(`{"birthPlace":"Épernay","lastName":"Diallo"}`), Text: "Voici."})
		d.Refused(requests.WrongState, wire.RequestAnswer, wire.AnswerCorrection{Request: r})
		seen := told(t, agent, r)
		last := seen.Corrections[0]
		if seen.State != string(requests.InReview) || last.Answered == 0 || last.Reply != "Voici." || string(last.Before) != `{"birthPlace":"Reims"}` || !strings.Contains(string(seen.Answers), "Épernay") {
			t.Fatalf("the agent sees %+v", seen)
		}
		if q := agent.In(wire.Queue)[string(r)]; !strings.Contains(q, `"answered":true`) {
			t.Errorf("the queue says %s", q)
		}
		agent.Must(wire.RequestAccept, wire.AcceptRequest{Request: r, Text: "  Bienvenue à l'école. "})
		if got := told(t, d, r); got.Decision != "Bienvenue à l'école." || kinds(got) != "submitted taken asked answered accepted" {
			t.Fatalf("%s, %s", got.Decision, kinds(got))
		}
		for id, body := range d.In(wire.Children) {
			if id == string(seen.Child) && !strings.Contains(body, "Ousmane") {
				t.Errorf("the child is %s", body)
			}
		}
	})
}

// A document that the answers did not call for is asked for: the request waits
// for it, and the desk sees it.
func TestADocumentAskedForBesidesReachesTheDesk(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		d, agent, r := w.desks[family], w.desks[deskAgent], portal.NewID()
		d.Must(wire.RequestSubmit, wire.SubmitRequest{Request: r, Procedure: "fiche-enfant", Version: 1, Child: familyChild, Answers: record(familyChild, "Philémon"), Terms: true})
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		agent.Must(wire.RequestTake, wire.TakeRequest{Request: r})
		plan := give(t, d, "care-plan", familyChild)
		if _, seen := document(t, agent, plan); seen {
			t.Fatal("nobody asked for it, and the desk sees it")
		}
		before := len(told(t, d, r).Documents)
		agent.Must(wire.RequestAsk, wire.AskCorrection{Request: r, Documents: []string{"vaccinations", "care-plan"}, Text: "Votre enfant a-t-il un PAI ?"})
		asked := told(t, d, r).Documents
		if len(asked) != before+1 || asked[before] != (documents.Asked{Kind: "care-plan"}) {
			t.Errorf("the request asks for %+v, of which %d before", asked, before)
		}
		if _, seen := document(t, agent, plan); !seen {
			t.Error("the desk does not see what it asked for")
		}
	})
}

func TestWithdrawReleaseCloseReopen(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		d, agent := w.desks[family], w.desks[deskAgent]
		r := w.taken()
		agent.Must(wire.RequestRelease, wire.ReleaseRequest{Request: r})
		if got := told(t, d, r); got.State != string(requests.Submitted) || got.Agent != "" {
			t.Fatalf("released: %+v", got)
		}
		agent.Refused(requests.WrongState, wire.RequestRelease, wire.ReleaseRequest{Request: r})
		agent.Refused(portal.Missing, wire.RequestClose, wire.CloseRequest{Request: r, Reason: " "})
		agent.Refused(portal.TooLong, wire.RequestClose, wire.CloseRequest{Request: r, Reason: strings.Repeat("a", requests.MaxNote+1)})
		agent.Must(wire.RequestClose, wire.CloseRequest{Request: r, Reason: "Déjà traitée."})
		if letter := mail(t, s, people[family].mail); letter["template"] != "request_closed" {
			t.Fatalf("the mail is %v", letter)
		}
		if got := told(t, d, r); got.State != string(requests.Closed) || got.Reason != "Déjà traitée." {
			t.Fatalf("closed: %+v", got)
		}
		d.Refused(service.AlreadyDecided, wire.RequestWithdraw, wire.WithdrawRequest{Request: r})
		agent.Must(wire.RequestReopen, wire.ReopenRequest{Request: r, Text: "Une erreur de notre part."})
		if got := told(t, d, r); got.State != string(requests.InReview) || got.Reason != "" || got.Decided != 0 || got.AgentName != "Sylvie Roy" {
			t.Fatalf("reopened: %+v", got)
		}
		d.Must(wire.RequestWithdraw, wire.WithdrawRequest{Request: r})
		got := told(t, d, r)
		if got.State != string(requests.Withdrawn) || kinds(got) != "submitted taken released closed reopened withdrawn" {
			t.Fatalf("withdrawn: %s", kinds(got))
		}
		agent.Catch()
		if _, still := agent.In(wire.Queue)[string(r)]; still {
			t.Error("what was withdrawn stands in the queue")
		}
		v := agent.Do(wire.RequestAccept, wire.AcceptRequest{Request: r})
		if v.Accepted || v.Error.Code != service.AlreadyDecided || v.Error.Args["by"] != "Ondine Tamarin" || v.Error.Args["state"] != "withdrawn" {
			t.Errorf("deciding what was withdrawn is told %+v", v.Error)
		}
		agent.Refused(service.AlreadyDecided, wire.RequestReopen, wire.ReopenRequest{Request: r})

		accepted := w.taken()
		agent.Must(wire.RequestAccept, wire.AcceptRequest{Request: accepted})
		agent.Refused(service.AlreadyDecided, wire.RequestReopen, wire.ReopenRequest{Request: accepted})
		if err := s.Store.Read(context.Background(), func(tx *store.Tx) error {
			lines, err := tx.VerifyAudit()
			if lines < 7 {
				t.Errorf("the audit trail has %d lines", lines)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// sketch is a draft of the family's, as a computer sends it.
func sketch(id, request portal.ID, answers requests.Answers, at time.Time) wire.SaveDraft {
	d := requests.DraftForm{ID: id, Procedure: "fiche-enfant", Version: 1, Request: request, Fresh: portal.NewID()}.With(answers, at.UnixMicro())
	raw, _ := json.Marshal(d)
	return wire.SaveDraft{Draft: raw}
}

func draftOf(t *testing.T, d *hosttest.Desk, id portal.ID) (requests.Answers, bool) {
	t.Helper()
	d.Catch()
	body, there := d.In(wire.Drafts)[string(id)]
	if !there {
		return nil, false
	}
	form, wrong := requests.DecodeDraft([]byte(body))
	if wrong != nil {
		t.Fatal(wrong)
	}
	return form.Answers(), true
}

func TestADraftIsContinuedOnAnotherComputer(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		home, library := w.desks[family], s.SignIn("motfamille")
		id, request, now := portal.NewID(), portal.NewID(), s.Clock.Now()
		home.Must(wire.DraftSave, sketch(id, request, requests.Answers{"lastName": "Diallo", "firstNames": "Ous"}, now.Add(-time.Hour)))
		if a, _ := draftOf(t, library, id); a.Text("firstNames") != "Ous" {
			t.Fatalf("the library has %v", a)
		}
		library.Must(wire.DraftSave, sketch(id, request, requests.Answers{"lastName": "Diallo", "firstNames": "Ousmane"}, now.Add(-time.Minute)))
		// What was typed at home before comes late, and does not win.
		home.Must(wire.DraftSave, sketch(id, request, requests.Answers{"firstNames": "Ou", "birthPlace": "Reims"}, now.Add(-30*time.Minute)))
		a, _ := draftOf(t, home, id)
		if a.Text("firstNames") != "Ousmane" || a.Text("birthPlace") != "Reims" {
			t.Fatalf("home has %v", a)
		}
		// A clock a year ahead has not the last word for ever.
		library.Must(wire.DraftSave, sketch(id, request, requests.Answers{"birthPlace": "Nantes"}, now.Add(365*24*time.Hour)))
		s.Clock.Add(time.Minute)
		home.Must(wire.DraftSave, sketch(id, request, requests.Answers{"birthPlace": "Tours"}, s.Clock.Now()))
		if a, _ := draftOf(t, library, id); a.Text("birthPlace") != "Tours" {
			t.Fatalf("the library has %v", a)
		}

		// Sent, it is a draft no more, and what comes late does not bring it back.
		child := portal.NewID()
		home.Must(wire.RequestSubmit, wire.SubmitRequest{Request: request, Procedure: "fiche-enfant", Version: 1, Child: child, Answers: record(child, "Ousmane"), Terms: true, Draft: id})
		library.Must(wire.DraftSave, sketch(id, request, requests.Answers{"firstNames": "Autre"}, s.Clock.Now().Add(time.Hour)))
		if _, there := draftOf(t, library, id); there {
			t.Fatal("a request that was sent is a draft")
		}

		// Thrown away, an older state does not bring it back, a later one does.
		id, request = portal.NewID(), portal.NewID()
		home.Must(wire.DraftSave, sketch(id, request, requests.Answers{"lastName": "Roux"}, s.Clock.Now()))
		home.Must(wire.DraftDrop, wire.DropDraft{Draft: id})
		home.Must(wire.DraftDrop, wire.DropDraft{Draft: id})
		library.Must(wire.DraftSave, sketch(id, request, requests.Answers{"lastName": "Rou"}, s.Clock.Now().Add(-time.Minute)))
		if _, there := draftOf(t, home, id); there {
			t.Fatal("an older state brings a draft back")
		}
		s.Clock.Add(time.Minute)
		library.Must(wire.DraftSave, sketch(id, request, requests.Answers{"lastName": "Rouxel"}, s.Clock.Now()))
		if a, _ := draftOf(t, home, id); a.Text("lastName") != "Rouxel" {
			t.Fatalf("what is still being written is gone: %v", a)
		}

		// Limits.
		v := home.Do(wire.DraftSave, sketch(portal.NewID(), portal.NewID(), requests.Answers{"remarks": strings.Repeat("x", requests.MaxDraft)}, now))
		if v.Accepted || v.Error.Code != requests.TooLarge || v.Error.Field != "draft" {
			t.Errorf("a draft too large: %v", v.Error)
		}
		for range requests.MaxDrafts - 1 {
			home.Must(wire.DraftSave, sketch(portal.NewID(), portal.NewID(), requests.Answers{"lastName": "X"}, now))
		}
		home.Refused(requests.TooManyDrafts, wire.DraftSave, sketch(portal.NewID(), portal.NewID(), requests.Answers{"lastName": "X"}, now))
		home.Must(wire.DraftSave, sketch(id, request, requests.Answers{"lastName": "Roux-Diallo"}, s.Clock.Now()))
	})
}

func TestADraftThatNobodyTouchesIsForgotten(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		account, id := store.Account{ID: w.account(family), Kind: wire.Family}, portal.NewID()
		save := sketch(id, portal.NewID(), requests.Answers{"lastName": "Tamarin"}, s.Clock.Now())
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error { return s.Service.Do(tx, account, wire.DraftSave, &save) }); err != nil {
			t.Fatal(err)
		}
		s.Clock.Add(100 * 24 * time.Hour)
		s.Housekeep(context.Background())
		d := s.SignIn("motfamille")
		if _, there := draftOf(t, d, id); !there {
			t.Fatal("a draft is gone after a term")
		}
		s.Clock.Add(100 * 24 * time.Hour)
		s.Housekeep(context.Background())
		d = s.SignIn("motfamille")
		if _, there := draftOf(t, d, id); there {
			t.Error("a draft is kept for ever")
		}
	})
}

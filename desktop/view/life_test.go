package view

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	rules "parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// request is a request of the family's as the town hall tells it.
func (d *desk) request(id portal.ID, state requests.State, more func(*wire.Request)) wire.Change {
	r := wire.Request{ID: id, Account: me, Procedure: "tout", Version: 3, State: string(state), Answers: json.RawMessage(`{"line":"Bonjour"}`)}
	if more != nil {
		more(&r)
	}
	return d.row(mine, wire.Requests, id, r)
}

func (d *desk) wantState(id portal.ID, state string, pending bool) Request {
	d.t.Helper()
	r, _ := d.Request(id)
	if r.State != state || r.Pending != pending {
		d.t.Errorf("%s is %s, pending %v, not %s, %v", id, r.State, r.Pending, state, pending)
	}
	return r
}

func TestACorrectionIsAnsweredOffLine(t *testing.T) {
	d := open(t)
	asked := func(r *wire.Request) {
		r.Corrections = []wire.Correction{{N: 1, Asked: 5, Fields: []string{"line"}, Text: "Lequel ?"}}
	}
	notice := func(read int64) wire.Change {
		return d.row(mine, wire.Notices, "n", wire.Notice{ID: "n", Kind: string(rules.Correction), About: "a", At: 5, Read: read})
	}
	d.get(d.request("a", requests.WaitingFamily, asked), notice(0))
	if d.Untold() != 1 {
		t.Errorf("%d untold", d.Untold())
	}
	if r, _ := d.Request("a"); r.Asked() == nil || r.Asked().Text != "Lequel ?" {
		t.Fatalf("nothing is asked: %+v", r)
	}
	d.do(wire.RequestAnswer, wire.AnswerCorrection{Request: "a", Answers: json.RawMessage(`{"line":"Bonsoir","who":"Nour","story":null}`), Text: "Voici."})
	r := d.wantState("a", string(requests.InReview), true)
	if r.Asked() != nil || r.Corrections[0].Reply != "Voici." || string(r.Answers) != `{"line":"Bonsoir","who":"Nour"}` {
		t.Fatalf("it looks as %+v", r)
	}
	if d.Untold() != 0 {
		t.Error("the bell tells of what was answered")
	}
	if again, _ := d.Request("a"); again.Corrections[0].Answered == 0 {
		t.Error("the answer is not shown")
	}
	// It comes back before its verdict: no doubt, and nothing pending.
	d.get(d.request("a", requests.InReview, func(r *wire.Request) {
		asked(r)
		r.Corrections[0].Answered = 9
	}), notice(9))
	if len(d.Doubts()) != 0 {
		t.Errorf("doubts: %+v", d.Doubts())
	}
	d.wantState("a", string(requests.InReview), false)
}

func TestARequestIsTakenBackBeforeItArrived(t *testing.T) {
	d := open(t)
	id := portal.NewID()
	sent := d.do(wire.RequestSubmit, wire.SubmitRequest{Request: id, Procedure: "tout", Version: 3, Answers: json.RawMessage(`{}`), Terms: true})
	if r, _ := d.Request(id); r.Person != "Anne Roy" {
		t.Errorf("it is about %q", r.Person)
	}
	d.do(wire.RequestWithdraw, wire.WithdrawRequest{Request: id}, sent)
	d.wantState(id, string(requests.Withdrawn), true)
	if all := d.Requests(); len(all) != 1 {
		t.Errorf("%d requests", len(all))
	}
	// The town hall decided meanwhile.
	d.get(d.request("b", requests.InReview, nil))
	d.do(wire.RequestWithdraw, wire.WithdrawRequest{Request: "b"})
	d.wantState("b", string(requests.Withdrawn), true)
	d.get(d.request("b", requests.Accepted, func(r *wire.Request) { r.AgentName = "Sylvie Roy" }))
	d.wantState("b", string(requests.Accepted), false)
	if doubts := d.Doubts(); len(doubts) != 1 || doubts[0].Reason.Args["by"] != "Sylvie Roy" {
		t.Errorf("doubts: %+v", doubts)
	}
}

func TestWhatAnAgentDoesIsSeenAtOnce(t *testing.T) {
	d := agents(t)
	d.do(wire.RequestTake, wire.TakeRequest{Request: "a"})
	d.do(wire.RequestAsk, wire.AskCorrection{Request: "a", Fields: []string{"line"}, Text: "Lequel ?"})
	r := d.wantState("a", string(requests.WaitingFamily), true)
	if q, _ := d.QueueItem("a"); q.State != string(requests.WaitingFamily) || r.Asked() == nil || r.Asked().N != 1 {
		t.Fatalf("%+v, %+v", q, r)
	}
	d.decided()
	d.do(wire.RequestClose, wire.CloseRequest{Request: "a", Reason: "En double."})
	if r := d.wantState("a", string(requests.Closed), true); r.Reason != "En double." {
		t.Errorf("the reason is %q", r.Reason)
	}
	d.do(wire.RequestReopen, wire.ReopenRequest{Request: "a"})
	if r := d.wantState("a", string(requests.InReview), true); r.Reason != "" || r.Agent != me {
		t.Errorf("reopened: %+v", r)
	}
	d.do(wire.RequestRelease, wire.ReleaseRequest{Request: "a"})
	if q, _ := d.QueueItem("a"); q.Agent != "" || q.State != string(requests.Submitted) {
		t.Errorf("released: %+v", q)
	}
	if len(d.Doubts()) != 0 {
		t.Errorf("doubts: %+v", d.Doubts())
	}
}

func TestDraftsOfOtherComputers(t *testing.T) {
	d := open(t)
	form := requests.DraftForm{ID: portal.NewID(), Procedure: "tout", Version: 3, Request: portal.NewID(), Fresh: portal.NewID()}.With(requests.Answers{"line": "x"}, 5)
	other := form
	other.ID, other.Request = portal.NewID(), portal.NewID()
	other = other.With(requests.Answers{"line": "y"}, 9)
	d.get(d.row(mine, wire.Drafts, form.ID, form), d.row(mine, wire.Drafts, other.ID, other))
	if all := d.Drafts(); len(all) != 2 || all[0].ID != other.ID || all[1].Answers().Text("line") != "x" {
		t.Fatalf("drafts: %+v", all)
	}
	d.do(wire.DraftDrop, wire.DropDraft{Draft: form.ID})
	d.do(wire.RequestSubmit, wire.SubmitRequest{Request: other.Request, Procedure: "tout", Version: 3, Answers: json.RawMessage(`{}`), Draft: other.ID})
	if all := d.Drafts(); len(all) != 0 {
		t.Errorf("what is sent or thrown away is still there: %+v", all)
	}
	if !d.Sent(other.Request) || d.Sent(form.Request) || d.DroppedAt(form.ID) < 1e18 {
		t.Error("what is sent and what is thrown away are not told apart")
	}
	d.decided(d.gone(mine, wire.Drafts, form.ID), d.row(mine, wire.DroppedDrafts, form.ID, wire.DroppedDraft{ID: form.ID, At: 7}))
	if d.DroppedAt(form.ID) != 7 || d.DroppedAt(other.ID) != 0 {
		t.Errorf("thrown away at %d", d.DroppedAt(form.ID))
	}
}

func TestARequestIsReadByItsOwnVersion(t *testing.T) {
	d := open(t)
	raw, err := os.ReadFile("../../shared/requests/testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	now := json.RawMessage(strings.Replace(strings.Replace(string(raw), `"version": 3`, `"version": 4`, 1), `"online": true`, `"online": true, "answerWithin": {"workingDays": 3}`, 1))
	d.get(d.row(town, wire.Procedures, "tout", now),
		d.request("a", requests.Submitted, func(r *wire.Request) {
			r.Timeline = []wire.Event{{At: monday.At(9, 0).UnixMicro(), Kind: string(requests.EventSubmitted)}}
		}))
	q, _ := d.Request("a")
	if p, same, known := d.ProcedureOf(q); !known || same || p.Version != 4 {
		t.Errorf("without its own version: %v %v", same, known)
	}
	d.get(d.row(town, wire.FormerProcedures, wire.FormerKey("tout", 3), requests.Former{Procedure: raw, Until: "2026-12-01"}))
	if p, same, known := d.ProcedureOf(q); !known || !same || p.Version != 3 {
		t.Errorf("with its own version: %v %v", same, known)
	}
	if a := d.Awaits(q); a.By != requests.ByAgent || a.Until != "" {
		t.Errorf("its version promised no date: %+v", a)
	}
	q.Version = 4
	if a := d.Awaits(q); a.Until != "2026-11-26" {
		t.Errorf("awaited by %+v", a)
	}
	if _, known := d.ProcedureAt("tout", 2); known {
		t.Error("a version nobody ever had")
	}
}

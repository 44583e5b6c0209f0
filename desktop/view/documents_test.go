package view

import (
	"encoding/json"
	"testing"
	"time"

	"parvis/assets/catalogue"
	"parvis/desktop/cache"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

const paper = portal.ID("paper")

// asked is a request of the account's that waits for some kinds of documents.
func (d *desk) asked(id portal.ID, kinds ...string) wire.Change {
	r := wire.Request{ID: id, Account: me, Child: lea, State: string(requests.Submitted), Submitted: d.now.UnixMicro()}
	for _, k := range kinds {
		r.Documents = append(r.Documents, documents.Asked{Kind: k})
	}
	return d.row(mine, wire.Requests, id, r)
}

func (d *desk) kinds() []wire.Change {
	return []wire.Change{
		d.row(town, wire.DocumentKinds, "quotient", requests.DocumentKind{ID: "quotient", Label: requests.Text{FR: "Quotient"}, SchoolYear: true}),
		d.row(town, wire.DocumentKinds, "insurance", requests.DocumentKind{ID: "insurance", Label: requests.Text{FR: "Assurance"}, Child: true}),
	}
}

func sent(kind string, child portal.ID, change func(*documents.Document)) documents.Document {
	x := documents.Document{ID: paper, Account: me, Kind: kind, Child: child, Name: "a.pdf", Sent: 1, Status: documents.Submitted, Scan: documents.Clean}
	if change != nil {
		change(&x)
	}
	return x
}

func (d *desk) wantDocuments(toGive, toCheck, valid, expired int) DocumentGroups {
	d.t.Helper()
	g := d.Documents()
	if len(g.ToGive) != toGive || len(g.ToCheck) != toCheck || len(g.Valid) != valid || len(g.Expired) != expired {
		d.t.Errorf("%d to give, %d to check, %d valid, %d expired; not %d, %d, %d, %d",
			len(g.ToGive), len(g.ToCheck), len(g.Valid), len(g.Expired), toGive, toCheck, valid, expired)
	}
	return g
}

func TestADocumentIsShownWhileItIsOnItsWay(t *testing.T) {
	d := open(t)
	told := 0
	d.Subscribe(func(Notice) { told++ }, Topic{Collection: wire.Documents})
	d.get(append(d.kinds(), d.asked("r1", "quotient", "insurance"), d.asked("r2", "quotient"))...)
	g := d.wantDocuments(2, 0, 0, 0)
	if i := g.ToGive[0]; len(i.Requests)+len(g.ToGive[1].Requests) != 3 || i.Kind.Label.FR == "" {
		t.Errorf("to give is %+v", g.ToGive)
	}
	id := d.do(wire.DocumentSubmit, wire.SubmitDocument{Document: paper, Upload: "u", Kind: "quotient", Name: "a.pdf"})
	d.drain()
	g = d.wantDocuments(1, 1, 0, 0)
	if x := g.ToCheck[0].Document; told != 1 || !x.ToSend || !x.Pending || x.Command != id || len(g.ToCheck[0].Requests) != 2 {
		t.Errorf("told %d times of %+v", told, x)
	}
	// Landed before its verdict, it is no more to be sent; then it is judged.
	d.get(d.row(mine, wire.Documents, paper, sent("quotient", "", nil)))
	if x, _ := d.Document(paper); x.ToSend || x.Pending {
		t.Errorf("landed it is %+v", x)
	}
	d.decided(d.row(mine, wire.Documents, paper, sent("quotient", "", func(x *documents.Document) { x.Status, x.Until = documents.Valid, monday.Add(4) })))
	d.wantDocuments(1, 0, 1, 0)
	d.now = monday.Add(5).At(9, 0)
	d.wantDocuments(2, 0, 0, 1)
	if items := d.RequestDocuments("r1"); len(items) != 2 || items[0].Status != documents.Expired || items[1].Status != documents.Missing || items[1].Child != lea {
		t.Errorf("the request has %+v", items)
	}
	// Refused, it is as if it had never been.
	d.do(wire.DocumentSubmit, wire.SubmitDocument{Document: "other", Upload: "u", Kind: "quotient", Name: "b.pdf"})
	d.wantDocuments(1, 1, 0, 1)
	d.outbox = nil
	d.get()
	d.wantDocuments(2, 0, 0, 1)
}

func TestADocumentIsTakenBack(t *testing.T) {
	d := open(t)
	d.get(append(d.kinds(), d.asked("r1", "quotient"), d.row(mine, wire.Documents, paper, sent("quotient", "", nil)))...)
	d.wantDocuments(0, 1, 0, 0)
	d.do(wire.DocumentWithdraw, wire.WithdrawDocument{Document: paper})
	d.wantDocuments(1, 0, 0, 0)
	if _, there := d.Document(paper); there {
		t.Error("it is still shown")
	}
	// The town hall was faster: it is judged, and taking it back is doubtful.
	d.get(d.row(mine, wire.Documents, paper, sent("quotient", "", func(x *documents.Document) { x.Status = documents.Valid })))
	d.wantDocuments(0, 0, 1, 0)
	if doubts := d.Doubts(); len(doubts) != 1 || doubts[0].Reason.Code != documents.AlreadyJudged {
		t.Errorf("doubtful are %+v", doubts)
	}
}

// What a request that has not arrived will ask for is known at once.
func TestARequestOnItsWayAsksForItsDocuments(t *testing.T) {
	d := open(t)
	files, err := catalogue.Files()
	if err != nil {
		t.Fatal(err)
	}
	var raw json.RawMessage = files["fiche-enfant"]
	d.get(append(d.kinds(), d.row(town, wire.Procedures, "fiche-enfant", raw))...)
	d.do(wire.RequestSubmit, wire.SubmitRequest{Request: "r", Procedure: "fiche-enfant", Version: 1, Child: lea, Answers: json.RawMessage(`{"hasCarePlan":true}`), Terms: true})
	g := d.Documents()
	found := map[string]bool{}
	for _, i := range g.ToGive {
		found[i.Need.Kind] = len(i.Requests) == 1
	}
	if !found["care-plan"] || !found["family-quotient"] {
		t.Errorf("to give are %v", found)
	}
}

func TestAnAgentsJudgmentIsShownAtOnce(t *testing.T) {
	const agent, family = portal.ID("agent"), portal.ID("family")
	now := monday.At(9, 0)
	d := &desk{t: t, now: now}
	d.View = New(agent, func() time.Time { return d.now }, func(f func()) { d.queue = append(d.queue, f) })
	file := wire.FileFeed("enfance", family)
	of := func(change func(*documents.Document)) wire.Change {
		x := sent("quotient", "", change)
		x.Account = family
		return d.row(file, wire.Documents, paper, x)
	}
	d.Replace(cache.Snapshot{})
	d.get(append(d.kinds(),
		d.row(wire.AccountFeed(agent), wire.Accounts, agent, wire.Account{ID: agent, FirstName: "Sylvie", LastName: "Roy"}),
		d.row(file, wire.Accounts, family, wire.Account{ID: family}),
		d.row(file, wire.Requests, "r1", wire.Request{ID: "r1", Account: family, State: string(requests.InReview), Documents: []documents.Asked{{Kind: "quotient"}}}),
		of(nil))...)
	groups := func() DocumentGroups {
		g, open := d.FileDocuments(family, "enfance")
		if !open {
			t.Fatal("the file is closed")
		}
		return g
	}
	if g := groups(); len(g.ToCheck) != 1 || len(g.ToCheck[0].Requests) != 1 {
		t.Fatalf("the file shows %+v", g)
	}
	d.do(wire.DocumentJudge, wire.JudgeDocument{Document: paper, Valid: true, Until: "2027-08-31"})
	if g := groups(); len(g.Valid) != 1 || g.Valid[0].Document.JudgedByName != "Sylvie Roy" || !g.Valid[0].Document.Pending {
		t.Errorf("judged it shows %+v", g)
	}
	d.do(wire.DocumentUnjudge, wire.UnjudgeDocument{Document: paper})
	if g := groups(); len(g.ToCheck) != 1 || len(d.Doubts()) != 0 {
		t.Errorf("taken back it shows %+v", g)
	}
	d.decided(of(func(x *documents.Document) {
		x.Status, x.Reason, x.JudgedBy, x.JudgedByName = documents.Rejected, documents.Unreadable, "other", "Marc Petit"
		x.Judged = now.UnixMicro()
	}))
	// Too late for the second judgment, and nobody else's to take back.
	d.do(wire.DocumentJudge, wire.JudgeDocument{Document: paper, Valid: true, Until: "2027-08-31"})
	d.do(wire.DocumentUnjudge, wire.UnjudgeDocument{Document: paper})
	if doubts := d.Doubts(); len(doubts) != 2 || doubts[0].Reason.Code != documents.AlreadyJudged || doubts[0].Reason.Args["by"] != "Marc Petit" || doubts[1].Reason.Code != portal.Forbidden {
		t.Errorf("doubtful are %+v", doubts)
	}
	if g := groups(); len(g.ToGive) != 1 || g.ToGive[0].Status != documents.Rejected {
		t.Errorf("it shows %+v", g)
	}
	d.outbox = nil
	d.get(of(func(x *documents.Document) { x.Status, x.JudgedBy, x.Judged = documents.Valid, agent, now.UnixMicro() }))
	d.now = now.Add(documents.UndoFor + time.Second)
	d.do(wire.DocumentUnjudge, wire.UnjudgeDocument{Document: paper})
	if doubts := d.Doubts(); len(doubts) != 1 || doubts[0].Reason.Code != documents.UndoTooLate {
		t.Errorf("a minute later doubtful are %+v", doubts)
	}
}

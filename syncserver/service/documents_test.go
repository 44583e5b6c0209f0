package service_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// paper is a small PDF with words of its own.
func paper(words string) []byte {
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%% %s\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%%%EOF\n", words)
}

// sendPaper uploads a PDF and gives the upload's id.
func sendPaper(t testing.TB, d *hosttest.Desk, words string) portal.ID {
	t.Helper()
	id, data := portal.NewID(), paper(words)
	size := int64(len(data))
	u, err := d.SendPiece(context.Background(), id, documents.PDF, wire.ContentRange{Size: size, Total: size}, data, nil)
	if err != nil || !u.Ready {
		t.Fatalf("the upload ends as %+v, %v", u, err)
	}
	return id
}

// give sends a document of a kind, and gives its id.
func give(t testing.TB, d *hosttest.Desk, kind string, child portal.ID) portal.ID {
	t.Helper()
	id := portal.NewID()
	d.Must(wire.DocumentSubmit, wire.SubmitDocument{Document: id, Upload: sendPaper(t, d, string(id)), Kind: kind, Child: child, Name: "plantefichier.pdf"})
	return id
}

// asking has the family submit a child record, which asks for the quotient and
// the insurance of the child, and the agents of both desks open its file. One
// that nobody has decided yet is enough: each one more is projected with every
// document that comes.
func (w *world) asking(t testing.TB, child portal.ID) {
	t.Helper()
	if !w.waits(t, w.asked[child]) {
		if w.asked == nil {
			w.asked = map[portal.ID]portal.ID{}
		}
		w.asked[child] = portal.NewID()
		w.desks[family].Must(wire.RequestSubmit, wire.SubmitRequest{Request: w.asked[child], Procedure: "fiche-enfant", Version: 1, Child: child, Answers: record(child, "Philémon"), Terms: true})
	}
	w.desks[deskAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
	w.desks[otherAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "etat-civil"})
}

// waits reports whether a request is there and not decided.
func (w *world) waits(t testing.TB, request portal.ID) (yes bool) {
	t.Helper()
	if err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		r, found, err := tx.Request(request)
		yes = found && !requests.State(r.State).Decided()
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return yes
}

// given is a document of the family's that a request at the childhood's desk
// asks for.
func (w *world) given(t testing.TB) portal.ID {
	w.asking(t, familyChild)
	return give(t, w.desks[family], "family-quotient", "")
}

func (w *world) judged(t testing.TB, valid bool) portal.ID {
	t.Helper()
	id := w.given(t)
	w.desks[deskAgent].Must(wire.DocumentJudge, judgment(id, valid))
	return id
}

func judgment(id portal.ID, valid bool) wire.JudgeDocument {
	if valid {
		return wire.JudgeDocument{Document: id, Valid: true, Until: "2027-08-31"}
	}
	return wire.JudgeDocument{Document: id, Reason: documents.Unreadable, Note: "Plantenote."}
}

func document(t testing.TB, d *hosttest.Desk, id portal.ID) (out documents.Document, found bool) {
	t.Helper()
	d.Catch()
	for key, body := range d.Rows {
		if key[1] == wire.Documents && key[2] == string(id) {
			if err := json.Unmarshal([]byte(body), &out); err != nil {
				t.Fatal(err)
			}
			found = true
		}
	}
	return out, found
}

// From the family's sending to the agent's judgment: each sees what is theirs
// to see, the badge in the queue tells it, and the mail says nothing.
func TestADocumentsWay(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		fam, agent := w.desks[family], w.desks[deskAgent]
		id := w.given(t)
		badge := func(kind string) wire.QueueDocument {
			agent.Catch()
			for _, body := range agent.In(wire.Queue) {
				var q wire.QueueItem
				if err := json.Unmarshal([]byte(body), &q); err != nil {
					t.Fatal(err)
				}
				for _, d := range q.Documents {
					if q.Account == w.account(family) && d.Kind == kind {
						return d
					}
				}
			}
			t.Fatalf("no badge for %s", kind)
			return wire.QueueDocument{}
		}
		today := portal.DateOf(s.Clock.Now())
		if got := badge("family-quotient"); got.Status(today) != documents.Submitted {
			t.Errorf("the badge is %+v", got)
		}
		if got := badge("vaccinations"); got.Status(today) != documents.Missing {
			t.Errorf("the badge of what is missing is %+v", got)
		}
		if d, found := document(t, fam, id); !found || d.Status != documents.Submitted || d.Scan != documents.Unscanned || d.Name != "plantefichier.pdf" {
			t.Errorf("the family sees %+v", d)
		}
		if _, found := document(t, w.desks[otherAgent], id); found {
			t.Error("the other desk sees it")
		}
		// Its bytes, whole and in ranges.
		for _, d := range []*hosttest.Desk{fam, agent} {
			got, err := d.Content(context.Background(), id, nil)
			if err != nil || !bytes.Contains(got, []byte("%PDF-1.4")) {
				t.Errorf("%d bytes: %v", len(got), err)
			}
			if again, err := d.Content(context.Background(), id, got[:7]); err != nil || !bytes.Equal(again, got) {
				t.Errorf("behind seven there are %d bytes: %v", len(again), err)
			}
		}
		agent.Refused(documents.UntilLonger, wire.DocumentJudge, wire.JudgeDocument{Document: id, Valid: true, Until: "2027-09-01"})
		agent.Must(wire.DocumentJudge, judgment(id, true))
		if got := badge("family-quotient"); got.Status("2027-08-31") != documents.Valid || got.Status("2027-09-01") != documents.Expired {
			t.Errorf("the badge is %+v", got)
		}
		if d, _ := document(t, fam, id); d.Status != documents.Valid || d.Until != "2027-08-31" || d.JudgedBy != "" {
			t.Errorf("the family sees %+v", d)
		}
		if d, _ := document(t, agent, id); d.JudgedByName != "Sylvie Roy" {
			t.Errorf("the agent sees %+v", d)
		}
		// The second agent is told who was faster, and may not undo it.
		w.desks[secondAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		v := w.desks[secondAgent].Do(wire.DocumentJudge, judgment(id, false))
		if v.Accepted || v.Error.Code != documents.AlreadyJudged || v.Error.Args["by"] != "Sylvie Roy" {
			t.Errorf("the second judgment ends as %+v", v)
		}
		w.desks[secondAgent].Refused(portal.Forbidden, wire.DocumentUnjudge, wire.UnjudgeDocument{Document: id})
		agent.Must(wire.DocumentUnjudge, wire.UnjudgeDocument{Document: id})
		agent.Refused(documents.NotJudged, wire.DocumentUnjudge, wire.UnjudgeDocument{Document: id})

		// Rejected, taken back before the mail leaves, and rejected again.
		agent.Must(wire.DocumentJudge, judgment(id, false))
		agent.Must(wire.DocumentUnjudge, wire.UnjudgeDocument{Document: id})
		s.Clock.Add(5 * time.Minute)
		if n := rejections(t, s); n != 0 {
			t.Errorf("%d mails leave for what was taken back", n)
		}
		agent.Must(wire.DocumentJudge, judgment(id, false))
		s.Clock.Add(documents.UndoFor + time.Second)
		if n := rejections(t, s); n != 0 {
			t.Errorf("%d mails leave while it can be taken back", n)
		}
		agent.Refused(documents.UndoTooLate, wire.DocumentUnjudge, wire.UnjudgeDocument{Document: id})
		s.Clock.Add(10 * time.Second)
		if n := rejections(t, s); n != 1 {
			t.Errorf("%d mails leave", n)
		}
		if d, _ := document(t, fam, id); d.Status != documents.Rejected || d.Reason != documents.Unreadable || d.Note != "Plantenote." {
			t.Errorf("the family sees %+v", d)
		}
		fam.Refused(documents.AlreadyJudged, wire.DocumentWithdraw, wire.WithdrawDocument{Document: id})

		// What is taken back goes everywhere, its bytes too.
		other := give(t, fam, "family-quotient", "")
		fam.Must(wire.DocumentWithdraw, wire.WithdrawDocument{Document: other})
		for who, d := range map[string]*hosttest.Desk{family: fam, deskAgent: agent} {
			if _, found := document(t, d, other); found {
				t.Errorf("%s still has it", who)
			}
			if _, err := d.Content(context.Background(), other, nil); portal.CodeOf(err) != portal.NotFound {
				t.Errorf("%s reads it: %v", who, err)
			}
		}
		s.Clock.Add(2 * time.Minute)
		if did, err := s.Service.DropFiles(context.Background(), 100); err != nil || did == 0 {
			t.Errorf("%d files are dropped: %v", did, err)
		}
		if got, err := fam.Content(context.Background(), id, nil); err != nil || len(got) == 0 {
			t.Errorf("the other one went with it: %v", err)
		}
	})
}

// rejections counts the mails about rejected documents that leave now.
func rejections(t *testing.T, s *hosttest.Server) (n int) {
	t.Helper()
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		n = 0
		due, err := tx.DueMails(1000, tx.Now().UnixMicro())
		for _, m := range due {
			if m.Template != "document_rejected" {
				continue
			}
			if strings.Contains(m.Data, "Plante") || strings.Contains(m.Data, "Philémon") || strings.Contains(m.Data, "quotient") {
				t.Errorf("the mail tells %s", m.Data)
			}
			n++
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// One sent document serves every request of the account that asks for its
// kind; one about a child only those about that child.
func TestOneDocumentServesAllRequests(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		agent := w.desks[deskAgent]
		w.asking(t, familyChild)
		second := portal.NewID()
		w.asking(t, second) // a new child, that only the request knows yet
		quotient := give(t, w.desks[family], "family-quotient", "")
		insurance := give(t, w.desks[family], "liability-insurance", second)
		agent.Must(wire.DocumentJudge, judgment(quotient, true))
		agent.Must(wire.DocumentJudge, judgment(insurance, true))
		agent.Catch()
		count := map[string]int{}
		for _, body := range agent.In(wire.Queue) {
			var q wire.QueueItem
			if err := json.Unmarshal([]byte(body), &q); err != nil {
				t.Fatal(err)
			}
			for _, d := range q.Documents {
				if d.Status("2026-11-16") == documents.Valid {
					count[d.Kind]++
				}
			}
		}
		if count["family-quotient"] != 2 || count["liability-insurance"] != 1 {
			t.Errorf("served are %v", count)
		}
	})
}

func TestMistakesInADocumentNameTheirField(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	w := newWorld(t, s)
	fam, agent := w.desks[family], w.desks[deskAgent]
	id := w.given(t)
	open := portal.NewID() // only begun
	if _, err := fam.SendPiece(context.Background(), open, documents.PDF, wire.ContentRange{Size: 5, Total: 100}, []byte("%PDF-"), nil); err != nil {
		t.Fatal(err)
	}
	good := func() wire.SubmitDocument {
		return wire.SubmitDocument{Document: portal.NewID(), Upload: sendPaper(t, fam, "x"), Kind: "family-quotient", Name: "a.pdf"}
	}
	for what, c := range map[string]struct {
		change func(*wire.SubmitDocument)
		code   portal.Code
		field  string
	}{
		"no id":                  {func(a *wire.SubmitDocument) { a.Document = "x" }, portal.Invalid, "document"},
		"an id that is taken":    {func(a *wire.SubmitDocument) { a.Document = id }, portal.Conflict, "document"},
		"no upload":              {func(a *wire.SubmitDocument) { a.Upload = "../x" }, portal.Invalid, "upload"},
		"an upload of nobody's":  {func(a *wire.SubmitDocument) { a.Upload = portal.NewID() }, portal.NotFound, "upload"},
		"another's upload":       {func(a *wire.SubmitDocument) { a.Upload = sendPaper(t, w.desks[otherFamily], "y") }, portal.NotFound, "upload"},
		"an upload under way":    {func(a *wire.SubmitDocument) { a.Upload = open }, portal.Conflict, "upload"},
		"no name":                {func(a *wire.SubmitDocument) { a.Name = " / " }, portal.Missing, "name"},
		"a kind of nobody's":     {func(a *wire.SubmitDocument) { a.Kind = "x" }, documents.UnknownKind, "kind"},
		"a child not asked for":  {func(a *wire.SubmitDocument) { a.Child = familyChild }, documents.ChildNotNeeded, "child"},
		"another family's child": {func(a *wire.SubmitDocument) { a.Kind, a.Child = "vaccinations", foreignChild }, portal.NotFound, "child"},
		"no child":               {func(a *wire.SubmitDocument) { a.Kind, a.Child = "vaccinations", "x" }, portal.Invalid, "child"},
	} {
		args := good()
		c.change(&args)
		if v := fam.Do(wire.DocumentSubmit, args); v.Accepted || v.Error.Code != c.code || v.Error.Field != c.field {
			t.Errorf("%s ends as %+v %v", what, v, v.Error)
		}
	}
	twice := good()
	fam.Must(wire.DocumentSubmit, twice)
	twice.Document = portal.NewID()
	fam.Refused(portal.Conflict, wire.DocumentSubmit, twice) // the same bytes for two documents
	for what, c := range map[string]struct {
		args  wire.JudgeDocument
		code  portal.Code
		field string
	}{
		"no day":                {wire.JudgeDocument{Valid: true}, documents.UntilLonger, "until"},
		"a day gone by":         {wire.JudgeDocument{Valid: true, Until: "2026-11-15"}, documents.UntilPast, "until"},
		"no such day":           {wire.JudgeDocument{Valid: true, Until: "2026-13-01"}, portal.Invalid, "until"},
		"too far":               {wire.JudgeDocument{Valid: true, Until: "2060-01-01", Longer: true}, documents.UntilFar, "until"},
		"no reason":             {wire.JudgeDocument{}, portal.Missing, "reason"},
		"a reason of no list":   {wire.JudgeDocument{Reason: "laid"}, portal.Invalid, "reason"},
		"other, without word":   {wire.JudgeDocument{Reason: documents.Other, Note: " "}, portal.Missing, "note"},
		"signs nobody can read": {wire.JudgeDocument{Reason: documents.Other, Note: "Page 2 \u202egnp"}, accounts.BadText, "note"},
		"too many words":        {wire.JudgeDocument{Reason: documents.Other, Note: strings.Repeat("é", documents.MaxReason+1)}, portal.TooLong, "note"},
	} {
		c.args.Document = id
		if v := agent.Do(wire.DocumentJudge, c.args); v.Accepted || v.Error.Code != c.code || v.Error.Field != c.field {
			t.Errorf("%s ends as %+v %v", what, v, v.Error)
		}
	}
	// Longer on purpose is done, and noted.
	agent.Must(wire.DocumentJudge, wire.JudgeDocument{Document: id, Valid: true, Until: "2028-08-31", Longer: true})
}

// A scanner's verdict is a state of the document, and unscanned is never clean.
func TestScansOfDocuments(t *testing.T) {
	verdict, failure := make(chan string, 1), make(chan error, 1)
	s := hosttest.NewWith(t, storetest.SQLite(t), func(o *host.Options) {
		o.Scan = func(_ context.Context, data []byte) (string, error) {
			select {
			case err := <-failure:
				return "", err
			case v := <-verdict:
				if !bytes.HasPrefix(data, []byte("%PDF-")) {
					t.Errorf("asked about %.10q", data)
				}
				return v, nil
			}
		}
	})
	w := newWorld(t, s)
	fam, agent := w.desks[family], w.desks[deskAgent]
	w.asking(t, familyChild)
	until := func(id portal.ID, want documents.Scan) {
		t.Helper()
		wake, ended := s.Store.Wake()
		defer ended()
		limit := time.After(10 * time.Second)
		for {
			d, _ := document(t, fam, id)
			if d.Scan == want {
				return
			}
			select {
			case <-wake:
			case <-limit:
				t.Fatalf("it stays %s, not %s", d.Scan, want)
			}
		}
	}
	id := give(t, fam, "family-quotient", "")
	if d, _ := document(t, fam, id); d.Scan != documents.Pending {
		t.Errorf("it begins as %s", d.Scan)
	}
	failure <- fmt.Errorf("no daemon")
	until(id, documents.ScanError)
	// Again once its time has come, not before.
	if due, err := s.Service.ScansDue(context.Background()); err != nil || due {
		t.Errorf("it is due at once: %v", err)
	}
	s.Clock.Add(3 * time.Minute)
	verdict <- ""
	if _, err := s.Scan(context.Background()); err != nil {
		t.Fatal(err)
	}
	until(id, documents.Clean)

	ill := give(t, fam, "family-quotient", "")
	verdict <- "Parvis.Test"
	until(ill, documents.Infected)
	agent.Refused(documents.NotClean, wire.DocumentJudge, judgment(ill, true))
	for who, d := range map[string]*hosttest.Desk{family: fam, deskAgent: agent} {
		if _, err := d.Content(context.Background(), ill, nil); portal.CodeOf(err) != documents.NotClean {
			t.Errorf("%s reads it: %v", who, err)
		}
	}
	agent.Must(wire.DocumentJudge, judgment(ill, false))
}

// A request from before what it asks for was kept is asked for the same.
func TestRequestsOfBefore(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	w := newWorld(t, s)
	id := w.given(t)
	before, _ := document(t, w.desks[deskAgent], id)
	storetest.ForgetAsked(t, s.DSN)
	if after, found := document(t, w.desks[deskAgent], id); !found || after != before {
		t.Errorf("it is %+v, not %+v", after, before)
	}
	w.desks[deskAgent].Must(wire.DocumentJudge, judgment(id, true))
}

func TestWhoMayReadADocumentsBytes(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		id := w.given(t)
		upload := sendPaper(t, w.desks[family], "z")
		before := auditLines(t, s)
		for _, who := range everybody {
			want := map[string]portal.Code{signedOut: portal.Unauthorized, family: "", deskAgent: ""}
			code, listed := want[who]
			if !listed {
				code = portal.NotFound
			}
			if _, err := w.desks[who].Content(context.Background(), id, nil); portal.CodeOf(err) != code {
				t.Errorf("%s reads the document: %v", who, err)
			}
			if who == deskAgent {
				code = portal.NotFound
			}
			_, err := w.desks[who].UploadStatus(context.Background(), upload)
			if portal.CodeOf(err) != code {
				t.Errorf("%s asks about the upload: %v", who, err)
			}
			if who != family {
				if err := w.desks[who].CancelUpload(context.Background(), upload); portal.CodeOf(err) != code {
					t.Errorf("%s cancels the upload: %v", who, err)
				}
				data := paper("z")
				size := int64(len(data))
				if _, err := w.desks[who].SendPiece(context.Background(), upload, documents.PDF, wire.ContentRange{Size: size, Total: size}, data, nil); portal.CodeOf(err) != code {
					t.Errorf("%s sends to the upload: %v", who, err)
				}
			}
		}
		// The audit trail has it, once a reading.
		if n := auditLines(t, s) - before; n != 1 {
			t.Errorf("%d readings are noted", n)
		}
		// Once its file has closed, the agent reads it no more.
		s.Clock.Add(9 * time.Hour)
		agent := s.SignIn("sylvie.roy")
		if _, err := agent.Content(context.Background(), id, nil); portal.CodeOf(err) != portal.NotFound {
			t.Errorf("after the file has closed: %v", err)
		}
	})
}

// audited is the length of the audit trail.
func auditLines(t *testing.T, s *hosttest.Server) (n int64) {
	t.Helper()
	if err := s.Store.Read(context.Background(), func(tx *store.Tx) (err error) { n, err = tx.VerifyAudit(); return err }); err != nil {
		t.Fatal(err)
	}
	return n
}

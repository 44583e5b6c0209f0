package service_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"parvis/shared/accounts"
	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	mailkinds "parvis/syncserver/mail"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// quotient is one as it has reached a computer, in whatever feed.
func quotient(t testing.TB, d *hosttest.Desk, id portal.ID) (out quotients.Entry, found bool) {
	t.Helper()
	d.Catch()
	for key, body := range d.Rows {
		if key[1] == wire.Quotients && key[2] == string(id) {
			if err := json.Unmarshal([]byte(body), &out); err != nil {
				t.Fatal(err)
			}
			found = true
		}
	}
	return out, found
}

// price is what a day at the canteen cost the family.
func (w *world) price(t *testing.T, day portal.Date) portal.Money {
	t.Helper()
	id := portal.NewID()
	d := w.desks[family]
	d.Must(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: day})
	return w.paid(t, id)
}

func (w *world) paid(t *testing.T, id portal.ID) portal.Money {
	t.Helper()
	w.desks[family].Catch()
	var b wire.Booking
	if err := json.Unmarshal([]byte(w.desks[family].In(wire.Bookings)[string(id)]), &b); err != nil {
		t.Fatal(err)
	}
	return b.Price
}

// quotientNews is how many unread notices of a family's quotients there are.
func (w *world) quotientNews(t *testing.T) (n int) {
	t.Helper()
	w.desks[family].Catch()
	for _, body := range w.desks[family].In(wire.Notices) {
		var told wire.Notice
		if err := json.Unmarshal([]byte(body), &told); err != nil {
			t.Fatal(err)
		}
		if told.Kind == string(notices.Quotient) && told.Read == 0 {
			n++
		}
	}
	return n
}

// From the family's word and its proof to the agent's decision and what a meal
// costs from its date on.
func TestAQuotientIsToldProvedAcceptedAndApplied(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		fam, agent := w.desks[family], w.desks[deskAgent]
		if got := w.price(t, "2026-11-19"); got != 480 {
			t.Fatalf("a meal costs %v with the first quotient", got)
		}
		before := portal.NewID()
		fam.Must(wire.BookingBook, wire.Book{Booking: before, Child: familyChild, Activity: demo.Canteen, Day: "2026-12-10"})
		proof, id := give(t, fam, "family-quotient", ""), portal.NewID()
		declared := declaration(id, proof)
		declared.From = "2026-12-01"
		fam.Must(wire.QuotientDeclare, declared)

		// In the queue stands whose it is; the value and the proof are in the file.
		agent.Catch()
		var q wire.QueueQuotient
		if err := json.Unmarshal([]byte(agent.In(wire.QuotientQueue)[string(id)]), &q); err != nil || q.Person != "Ondine Tamarin" || q.Account != w.account(family) || q.Source != string(ledger.FromProof) {
			t.Fatalf("the queue has %+v: %v", q, err)
		}
		if _, found := quotient(t, agent, id); found {
			t.Error("the agent has its value with the file shut")
		}
		agent.Refused(portal.NotFound, wire.QuotientAccept, wire.AcceptQuotient{Quotient: id, From: "2026-12-01"})
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		w.desks[otherAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "etat-civil"})
		if e, found := quotient(t, agent, id); !found || e.Value != 540 || e.Document != proof || e.State != quotients.Declared {
			t.Errorf("the agent sees %+v", e)
		}
		if d, found := document(t, agent, proof); !found || d.Status != documents.Submitted {
			t.Errorf("the agent sees its proof as %+v", d)
		}
		for _, who := range []string{otherParent, otherFamily, noCustody, otherAgent} {
			if _, found := quotient(t, w.desks[who], id); found {
				t.Errorf("%s sees it", who)
			}
			if _, found := document(t, w.desks[who], proof); found {
				t.Errorf("%s sees its proof", who)
			}
		}
		if got := w.price(t, "2026-12-01"); got != 480 {
			t.Errorf("a quotient that nobody has accepted makes %v", got)
		}

		agent.Refused(quotients.BadFrom, wire.QuotientAccept, wire.AcceptQuotient{Quotient: id, From: "2026-09-30"})
		agent.Refused(quotients.BadFrom, wire.QuotientAccept, wire.AcceptQuotient{Quotient: id, From: "2027-09-01"}) // its proof has ended by then
		if e, _ := quotient(t, agent, id); e.State != quotients.Declared {
			t.Errorf("a refused decision leaves %+v", e)
		}
		agent.Must(wire.QuotientAccept, wire.AcceptQuotient{Quotient: id, From: "2026-12-03"})
		if e, _ := quotient(t, fam, id); e.State != quotients.Accepted || e.From != "2026-12-03" || e.Until != "2027-08-31" || e.DecidedBy != "" || e.DecidedByName != "" {
			t.Errorf("the family sees %+v", e)
		}
		if e, _ := quotient(t, agent, id); e.DecidedByName != "Sylvie Roy" {
			t.Errorf("the agent sees %+v", e)
		}
		if d, _ := document(t, fam, proof); d.Status != documents.Valid || d.Until != "2027-08-31" {
			t.Errorf("its proof is %+v", d)
		}
		agent.Refused(quotients.Decided, wire.DocumentUnjudge, wire.UnjudgeDocument{Document: proof}) // the prices stand on it
		if agent.Catch(); agent.In(wire.QuotientQueue)[string(id)] != "" {
			t.Error("it still waits in the queue")
		}
		agent.Refused(quotients.Decided, wire.QuotientRefuse, wire.RefuseQuotient{Quotient: id, Reason: "Non."})
		fam.Refused(quotients.Decided, wire.QuotientWithdraw, wire.WithdrawQuotient{Quotient: id})

		// From its date on, and not what was booked before.
		for day, want := range map[portal.Date]portal.Money{"2026-11-30": 480, "2026-12-03": 320, "2026-12-17": 320} {
			if got := w.price(t, day); got != want {
				t.Errorf("a meal on %s costs %v, not %v", day, got, want)
			}
		}
		if got := w.paid(t, before); got != 480 {
			t.Errorf("what was booked before costs %v now", got)
		}
		if n, mails := w.quotientNews(t), mailsOf(t, s, mailkinds.QuotientNews, "540"); n != 1 || mails != 1 {
			t.Errorf("the family is told %d times, and by %d mails", n, mails)
		}
		// The window that signs in is given the same.
		if a := own(t, s.SignIn("motfamille")); len(a.Payer.Quotients) != 2 || a.Payer.Quotients[1].ID != id {
			t.Errorf("its payer is %+v", a.Payer)
		}
	})
}

func TestAQuotientIsRefused(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		fam, agent := w.desks[family], w.desks[deskAgent]
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		id := w.declared()
		agent.Refused(portal.Missing, wire.QuotientRefuse, wire.RefuseQuotient{Quotient: id, Reason: " "})
		agent.Refused(portal.TooLong, wire.QuotientRefuse, wire.RefuseQuotient{Quotient: id, Reason: strings.Repeat("é", quotients.MaxReason+1)})
		agent.Refused(accounts.BadText, wire.QuotientRefuse, wire.RefuseQuotient{Quotient: id, Reason: "Illisible\x1b[2J"})
		agent.Must(wire.QuotientRefuse, wire.RefuseQuotient{Quotient: id, Reason: "L'attestation est d'une autre personne. Planteraison."})
		if e, _ := quotient(t, fam, id); e.State != quotients.Refused || !strings.Contains(e.Reason, "Planteraison") || e.Until != "" {
			t.Errorf("the family sees %+v", e)
		}
		if n, mails := w.quotientNews(t), mailsOf(t, s, mailkinds.QuotientNews, "Planteraison"); n != 1 || mails != 1 {
			t.Errorf("the family is told %d times, and by %d mails", n, mails)
		}
		if got := w.price(t, "2026-11-19"); got != 480 {
			t.Errorf("a meal costs %v", got)
		}
		// Another may be sent then; the proof of the first is judged by itself.
		id = w.declared()
		e, _ := quotient(t, fam, id)
		agent.Must(wire.DocumentJudge, judgment(e.Document, false))
		agent.Refused(quotients.ProofNeeded, wire.QuotientAccept, wire.AcceptQuotient{Quotient: id, From: "2026-11-16"})
		agent.Must(wire.QuotientRefuse, wire.RefuseQuotient{Quotient: id, Reason: "Illisible."})
	})
}

func TestWhatQuotientsAreTaken(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	w := newWorld(t, s)
	fam := w.desks[family]
	proof := give(t, fam, "family-quotient", "")
	with := func(change func(*wire.DeclareQuotient)) wire.DeclareQuotient {
		d := declaration(portal.NewID(), proof)
		change(&d)
		return d
	}
	for _, c := range []struct {
		code portal.Code
		args wire.DeclareQuotient
	}{
		{portal.Invalid, with(func(d *wire.DeclareQuotient) { d.Quotient = "x" })},
		{quotients.BadValue, with(func(d *wire.DeclareQuotient) { d.Value = -1 })},
		{quotients.BadMonth, with(func(d *wire.DeclareQuotient) { d.Month = "2026-12-01" })},
		{quotients.BadFrom, with(func(d *wire.DeclareQuotient) { d.From = "2026-09-01" })},
		{portal.NotFound, with(func(d *wire.DeclareQuotient) { d.Document = portal.NewID() })},
		{portal.NotFound, with(func(d *wire.DeclareQuotient) { d.Document = give(t, w.desks[otherParent], "family-quotient", "") })},
		{quotients.ProofNeeded, with(func(d *wire.DeclareQuotient) { d.Document = give(t, fam, "identity", "") })},
	} {
		fam.Refused(c.code, wire.QuotientDeclare, c.args)
	}
	first := declaration(portal.NewID(), proof)
	fam.Must(wire.QuotientDeclare, first)
	fam.Refused(portal.Conflict, wire.QuotientDeclare, first)
	fam.Refused(quotients.Waiting, wire.QuotientDeclare, declaration(portal.NewID(), proof))
	// Whoever takes the proof back takes it all back.
	fam.Must(wire.DocumentWithdraw, wire.WithdrawDocument{Document: proof})
	if _, found := quotient(t, fam, first.Quotient); found {
		t.Error("it stands without its proof")
	}
	proof = give(t, fam, "family-quotient", "")
	again := declaration(portal.NewID(), proof)
	fam.Must(wire.QuotientDeclare, again)
	fam.Must(wire.QuotientWithdraw, wire.WithdrawQuotient{Quotient: again.Quotient})
	fam.Refused(portal.NotFound, wire.QuotientWithdraw, wire.WithdrawQuotient{Quotient: again.Quotient})
}

// After its school year a quotient fixes no price any more, and its family was
// told in time, once, and only where none follows.
func TestAQuotientEndsWithItsSchoolYear(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		agent := w.desks[deskAgent]
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		id := w.declared()
		agent.Must(wire.QuotientAccept, wire.AcceptQuotient{Quotient: id, From: "2026-11-16"})
		w.desks[family].Catch()
		tend := func(at portal.Date, hour int) int {
			t.Helper()
			s.Clock.Set(at.At(hour, 0))
			if err := s.Store.Write(context.Background(), func(tx *store.Tx) error { _, err := s.Service.TendQuotients(tx); return err }); err != nil {
				t.Fatal(err)
			}
			n := 0
			if err := s.Store.Read(context.Background(), func(tx *store.Tx) error {
				told, err := tx.UnreadNotices(w.account(family), string(notices.Quotient), w.account(family))
				n = len(told)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := tend("2027-07-31", 9); n != 0 || mailsOf(t, s, mailkinds.QuotientEnds, "540") != 0 {
			t.Errorf("told %d times a month before", n)
		}
		if n := tend("2027-08-01", 0); n != 0 {
			t.Errorf("told %d times in the night", n)
		}
		if n := tend("2027-08-01", 9); n != 1 {
			t.Errorf("told %d times thirty days before", n)
		}
		if n := tend("2027-08-20", 9); n != 1 {
			t.Errorf("told %d times", n)
		}
		if err := s.Store.Read(context.Background(), func(tx *store.Tx) error {
			serve, err := tx.QuotientsThatServe(w.account(family))
			if q := ledger.QuotientOn(serve, "2027-08-31"); q == nil || q.ID != id {
				t.Errorf("on its last day it is %+v", q)
			}
			if q := ledger.QuotientOn(serve, "2027-09-01"); q != nil {
				t.Errorf("the day after it is still %+v", q)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

const (
	fundToken = "un-jeton-pour-les-essais"
	fundSIRET = "21510999900015"
)

// An account that is closed for good leaves nothing of its quotients.
func TestClosingForgetsQuotients(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	w := newWorld(t, s)
	w.declared()
	account := w.account(family)
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		a, _, err := tx.Account(account)
		if err != nil {
			return err
		}
		a.Closing = tx.Now().UnixMicro()
		if err := tx.SaveAccount(a); err != nil {
			return err
		}
		return s.Service.CloseAccounts(tx)
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Store.Read(context.Background(), func(tx *store.Tx) error {
		left, err := tx.QuotientsOf(account)
		if len(left) > 0 {
			t.Errorf("%v are left", left)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func unzipped(t *testing.T, raw []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

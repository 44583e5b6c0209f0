package service_test

import (
	"context"
	"testing"
	"time"

	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
	"parvis/syncserver/files"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	mailkinds "parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// reminders is how many notices of a document's end its owner has, read or
// not, and how many mails were written about one.
func reminders(t *testing.T, w *world, who string) (told, mails int) {
	t.Helper()
	if err := w.Store.Read(context.Background(), func(tx *store.Tx) error {
		ids, err := tx.NoticeIDs(w.account(who), string(notices.Expiry))
		told = len(ids)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return told, mailsOf(t, w.Server, mailkinds.DocumentExpires, "Plante")
}

// untilDay is a judgment of a document valid until a day.
func untilDay(id portal.ID, day portal.Date) wire.JudgeDocument {
	return wire.JudgeDocument{Document: id, Valid: true, Until: day}
}

// Thirty and seven days before a document in use ends its owner is told, once
// each, by nobody else's notice, from nine o'clock on, and not again by another
// process or after a restart.
func TestADocumentInUseRemindsTwice(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		id := w.given(t)
		w.desks[deskAgent].Must(wire.DocumentJudge, untilDay(id, "2027-02-01"))
		at := func(day portal.Date, hour, told, mails int) {
			t.Helper()
			s.Clock.Set(day.At(hour, 0))
			for range 2 {
				s.Housekeep(context.Background())
			}
			if n, m := reminders(t, w, family); n != told || m != mails {
				t.Errorf("on %s at %d: %d notices, %d mails, not %d and %d", day, hour, n, m, told, mails)
			}
		}
		at("2027-01-01", 12, 0, 0)
		at("2027-01-02", 8, 0, 0) // nobody is woken
		at("2027-01-02", 9, 1, 1)
		// Another process, or this one started again.
		o := hosttest.Options(s.DSN, s.Clock)
		folder, err := files.OpenFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		o.Files = folder
		other, err := host.Open(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		other.Housekeep(context.Background())
		if err := other.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
		at("2027-01-02", 10, 1, 1)
		at("2027-01-24", 12, 1, 1)
		at("2027-01-25", 12, 2, 2) // also where the first was not read
		at("2027-02-01", 12, 2, 1) // a letter is forgotten after thirty days
		at("2027-02-02", 12, 2, 1)
		for _, who := range []string{otherFamily, otherParent, noCustody, deskAgent} {
			if n, _ := reminders(t, w, who); n != 0 {
				t.Errorf("%s is told %d times", who, n)
			}
		}
		w.desks[family] = s.SignIn("motfamille")
		if n := w.told(t, family)[string(notices.Expiry)]; n.About != id {
			t.Errorf("the newest is %+v", n)
		}
	})
}

// A server that did not run on the day reminds when it does; of two that are
// due only the nearest is told.
func TestALateReminderIsTheNearest(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		id := w.given(t)
		w.desks[deskAgent].Must(wire.DocumentJudge, untilDay(id, "2027-02-01"))
		s.Clock.Set(portal.Date("2027-01-28").At(12, 0))
		s.Housekeep(context.Background())
		if n, m := reminders(t, w, family); n != 1 || m != 1 {
			t.Errorf("%d notices, %d mails", n, m)
		}
	})
}

func TestWhatIsNotInUseRemindsNobody(t *testing.T) {
	for name, c := range map[string]struct {
		prepare     func(t *testing.T, w *world) portal.Date
		told, mails int
	}{
		"judged when it was nearer": {func(t *testing.T, w *world) portal.Date {
			w.desks[deskAgent].Must(wire.DocumentJudge, untilDay(w.given(t), "2026-12-10"))
			return "2026-11-20"
		}, 0, 0},
		"another one waits": {func(t *testing.T, w *world) portal.Date {
			w.desks[deskAgent].Must(wire.DocumentJudge, untilDay(w.given(t), "2027-02-01"))
			give(t, w.desks[family], "family-quotient", "")
			return "2027-01-05"
		}, 0, 0},
		"another one serves longer": {func(t *testing.T, w *world) portal.Date {
			w.desks[deskAgent].Must(wire.DocumentJudge, untilDay(w.given(t), "2027-02-01"))
			w.desks[deskAgent].Must(wire.DocumentJudge, untilDay(give(t, w.desks[family], "family-quotient", ""), "2027-06-01"))
			return "2027-01-05"
		}, 0, 0},
		"its request was withdrawn": {func(t *testing.T, w *world) portal.Date {
			w.desks[deskAgent].Must(wire.DocumentJudge, untilDay(w.given(t), "2027-02-01"))
			w.desks[family].Catch()
			for id := range w.desks[family].In(wire.Requests) {
				w.desks[family].Must(wire.RequestWithdraw, wire.WithdrawRequest{Request: portal.ID(id)})
			}
			return "2027-01-05"
		}, 0, 0},
		"its child is enrolled beyond it": {relied("2027-02-01"), 1, 1},
		"the enrolment ends before it":    {relied("2027-08-31"), 0, 0},
		"no mail was wanted": {func(t *testing.T, w *world) portal.Date {
			w.desks[family].Must(wire.NoticeChoose, wire.ChooseNotice{Kind: string(notices.Expiry), Mail: string(notices.Never)})
			w.desks[deskAgent].Must(wire.DocumentJudge, untilDay(w.given(t), "2027-02-01"))
			return "2027-01-05"
		}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
				w := newWorld(t, s)
				s.Clock.Set(c.prepare(t, w).At(12, 0))
				if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
					_, err := s.Service.RemindExpiring(tx)
					return err
				}); err != nil {
					t.Fatal(err)
				}
				if n, m := reminders(t, w, family); n != c.told || m != c.mails {
					t.Errorf("%d notices, %d mails, not %d and %d", n, m, c.told, c.mails)
				}
			})
		})
	}
}

// A proof that a quotient stands on ends with it: its family is told once, of the
// quotient.
func TestTheProofOfAQuotientRemindsOnce(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		proof, id := w.given(t), portal.NewID()
		declared := declaration(id, proof)
		w.desks[family].Must(wire.QuotientDeclare, declared)
		w.desks[deskAgent].Must(wire.QuotientAccept, wire.AcceptQuotient{Quotient: id, From: declared.From})
		q, _ := quotient(t, w.desks[family], id)
		for _, ahead := range []int{30, 29, 7, 6, 0} {
			s.Clock.Set(q.Until.Add(-ahead).At(12, 0))
			if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
				_, err := s.Service.RemindExpiring(tx)
				if err == nil {
					_, err = s.Service.TendQuotients(tx)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if n, m := reminders(t, w, family); n != 0 || m != 0 {
			t.Errorf("the proof's end is told by %d notices and %d mails", n, m)
		}
		if n := len(w.mailed(family, string(mailkinds.QuotientEnds))); n != 1 {
			t.Errorf("%d mails tell of the quotient's end", n)
		}
	})
}

// Once another quotient has taken the place of the one that a document proves,
// the document reminds nobody where it was replaced too, or where nobody relies
// on it; where a request still does, it reminds like any other. The quotient in
// force is told of once in each case.
func TestTheProofOfAReplacedQuotientRemindsWhereItIsInUse(t *testing.T) {
	const until = portal.Date("2027-02-01")
	// What the family fund says has no document.
	fund := func(w *world) {
		if err := w.Store.Write(context.Background(), func(tx *store.Tx) error {
			return tx.SaveQuotient(store.Quotient{
				ID: portal.NewID(), Account: w.account(family), State: string(quotients.Accepted), Source: string(ledger.FromFund), Value: 612, Month: "2026-12-01",
				From: "2026-12-01", Until: until, Made: 1, Consent: quotients.Consent, ConsentAt: 1, Agent: w.account(deskAgent), Decided: 1,
			})
		}); err != nil {
			w.t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		replace func(w *world)
		told    int
	}{
		"by another proof": {func(w *world) {
			second, id := give(w.t, w.desks[family], "family-quotient", ""), portal.NewID()
			w.desks[deskAgent].Must(wire.DocumentJudge, untilDay(second, until))
			again := declaration(id, second)
			w.desks[family].Must(wire.QuotientDeclare, again)
			w.desks[deskAgent].Must(wire.QuotientAccept, wire.AcceptQuotient{Quotient: id, From: again.From.Add(10)})
		}, 0},
		"by the fund, and a request relies on it": {fund, 2},
		"by the fund, and nobody relies on it": {func(w *world) {
			fund(w)
			w.desks[family].Must(wire.RequestWithdraw, wire.WithdrawRequest{Request: w.asked[familyChild]})
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
				w := newWorld(t, s)
				w.t = t
				proof, id := w.given(t), portal.NewID()
				w.desks[deskAgent].Must(wire.DocumentJudge, untilDay(proof, until))
				declared := declaration(id, proof)
				w.desks[family].Must(wire.QuotientDeclare, declared)
				w.desks[deskAgent].Must(wire.QuotientAccept, wire.AcceptQuotient{Quotient: id, From: declared.From})
				c.replace(w)
				for _, ahead := range []int{30, 29, 7, 6, 0} {
					s.Clock.Set(until.Add(-ahead).At(12, 0))
					if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
						_, err := s.Service.RemindExpiring(tx)
						if err == nil {
							_, err = s.Service.TendQuotients(tx)
						}
						return err
					}); err != nil {
						t.Fatal(err)
					}
				}
				if n, m := reminders(t, w, family); n != c.told || m != c.told {
					t.Errorf("the document's end is told by %d notices and %d mails, not %d", n, m, c.told)
				}
				if n := len(w.mailed(family, string(mailkinds.QuotientEnds))); n != 1 {
					t.Errorf("%d mails tell of the quotient's end", n)
				}
			})
		})
	}
}

// relied has a request accepted about a child, enrolled for the school year
// thereby, that asked for a document valid until a day.
func relied(until portal.Date) func(t *testing.T, w *world) portal.Date {
	return func(t *testing.T, w *world) portal.Date {
		id := w.given(t)
		w.desks[deskAgent].Must(wire.DocumentJudge, untilDay(id, until))
		w.desks[family].Catch()
		for request := range w.desks[family].In(wire.Requests) {
			w.desks[deskAgent].Must(wire.RequestTake, wire.TakeRequest{Request: portal.ID(request)})
			w.desks[deskAgent].Must(wire.RequestAccept, wire.AcceptRequest{Request: portal.ID(request)})
		}
		return until.Add(-20)
	}
}

// What was sent in its place ends the reminder.
func TestAReminderEndsWithTheNextDocument(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		id := w.given(t)
		w.desks[deskAgent].Must(wire.DocumentJudge, untilDay(id, "2026-12-20"))
		s.Clock.Set(portal.Date("2026-11-20").At(12, 0))
		s.Housekeep(context.Background())
		w.desks[family] = s.SignIn("motfamille")
		if n := w.told(t, family)[string(notices.Expiry)]; n.About != id {
			t.Fatalf("told %+v", n)
		}
		give(t, w.desks[family], "family-quotient", "")
		if n := w.told(t, family); len(n) != 0 {
			t.Errorf("after another was sent there is %v", n)
		}
	})
}

// A rejection is told under the bell and by mail as it was chosen, until it is
// taken back or another document was sent.
func TestARejectionIsTold(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		id := w.given(t)
		told := func(want portal.ID, mails int) {
			t.Helper()
			if n := w.told(t, family)[string(notices.Rejected)]; n.About != want {
				t.Errorf("told of %q, not %q", n.About, want)
			}
			if n := mailsOf(t, s, mailkinds.DocumentRejected, "Plantenote"); n != mails {
				t.Errorf("%d mails, not %d", n, mails)
			}
		}
		reject := func(id portal.ID) {
			t.Helper()
			w.desks[deskAgent].Must(wire.DocumentJudge, judgment(id, false))
			s.Clock.Add(time.Second)
		}
		reject(id)
		told(id, 0) // the mail waits for the minute to be over
		w.desks[deskAgent].Must(wire.DocumentUnjudge, wire.UnjudgeDocument{Document: id})
		s.Clock.Add(2 * time.Minute)
		told("", 0)
		reject(id)
		s.Clock.Add(2 * time.Minute)
		told(id, 1)
		second := give(t, w.desks[family], "family-quotient", "")
		told("", 1)
		w.desks[family].Must(wire.NoticeChoose, wire.ChooseNotice{Kind: string(notices.Rejected), Mail: string(notices.Never)})
		reject(second)
		s.Clock.Add(2 * time.Minute)
		told(second, 1)
	})
}

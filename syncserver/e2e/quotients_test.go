package e2e

import (
	"testing"

	"parvis/desktop/cache"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
)

// A quotient is told off line with its proof, both go when there is a line, an
// agent who looked at the proof accepts it, and the family's own computer then
// has the new price from its date on.
func TestAQuotientToldOffLineIsAccepted(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		home, office := newComputer(t, s, t.TempDir()), newComputer(t, s, t.TempDir())
		home.signIn("claire.martel")
		office.signInAgent("sylvie.roy", false)
		meal := func(day portal.Date) portal.Money {
			for _, c := range home.View().Costs(day, nil) {
				if c.Activity.ID == demo.Canteen {
					return c.Price.Amount
				}
			}
			return 0
		}
		home.eventually("the prices are here", func() bool { return meal("2026-12-01") == 320 })

		home.line.pull()
		document, command, err := home.SendDocument(photo(t), quotients.Proof, "", "attestation.jpg")
		if err != nil {
			t.Fatal(err)
		}
		id := portal.NewID()
		if _, err := home.Submit(wire.QuotientDeclare, wire.DeclareQuotient{Quotient: id, Value: 298, Month: "2026-10-01", From: "2026-12-01", Document: document}, cache.Note{}, command); err != nil {
			t.Fatal(err)
		}
		if q := home.View().Quotients(); len(q) != 2 || q[0].ID != id || !q[0].ToSend {
			t.Errorf("off line there are %+v", q)
		}
		home.reopen()
		if err := home.OpenOffLine("claire.martel", demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		if q, there := home.View().Quotient(id); !there || !q.ToSend || q.Value != 298 {
			t.Errorf("opened again there is %+v", q)
		}
		home.line.plug()
		home.signIn("claire.martel")
		home.eventually("it is at the town hall", func() bool {
			q, there := home.View().Quotient(id)
			return there && !q.Pending && len(home.Unsent()) == 0
		})

		account := claire(home.Session)
		office.eventually("it waits in the queue", func() bool {
			q := office.View().QuotientQueue()
			return len(q) == 1 && q[0].ID == id && q[0].Account == account
		})
		if _, err := office.Submit(wire.FileOpen, wire.OpenFile{Account: account, Desk: "enfance"}, cache.Note{}); err != nil {
			t.Fatal(err)
		}
		office.eventually("the file is open", func() bool {
			_, there := office.View().Document(document)
			return there && len(office.View().FileQuotients(account, "enfance")) == 2
		})
		if _, kind, err := office.OpenDocument(t.Context(), document); err != nil || kind != documents.JPEG {
			t.Errorf("the proof is opened: %v", err)
		}
		if _, err := office.Submit(wire.QuotientAccept, wire.AcceptQuotient{Quotient: id, From: "2026-12-01"}, cache.Note{}); err != nil {
			t.Fatal(err)
		}
		home.eventually("the family has the new price", func() bool {
			q, _ := home.View().Quotient(id)
			return q.State == quotients.Accepted && q.Until == "2027-08-31" && meal("2026-12-01") == 120 && meal("2026-11-30") == 320 && meal("2027-09-02") == 480
		})
		office.eventually("nothing waits any more", func() bool { return len(office.View().QuotientQueue()) == 0 && len(office.Unsent()) == 0 })
		if d, _ := home.View().Document(document); d.Status != documents.Valid {
			t.Errorf("its proof is %+v", d)
		}
	})
}

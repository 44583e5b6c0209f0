package e2e

import (
	"context"
	"testing"
	"time"

	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
)

// A family tops its account up. Off line that cannot begin and is said so; with
// the line cut on the way, the same payment is asked for again; the computer is
// started anew and still knows the page; and once PayFiP has been paid the balance
// changes in the window by itself, and in that of the family's other computer.
func TestAnAccountIsToppedUp(t *testing.T) {
	hosttest.EachDSN(t, func(t *testing.T, dsn string) {
		s, payfip := hosttest.NewPaying(t, dsn)
		ctx := context.Background()
		home, other := newComputer(t, s, t.TempDir()), newComputer(t, s, t.TempDir())
		home.signIn("claire.martel")
		other.signIn("claire.martel")
		home.eventually("the town takes payments", func() bool {
			desks := home.View().CashDesks()
			return len(desks) == 1 && desks[0].Online && desks[0].Key == service.CashDesk && desks[0].Most == 50_000
		})
		balance := func(c *computer) portal.Money {
			b, _ := c.View().Balance(service.CashDesk)
			return b.Confirmed
		}
		before := balance(home)
		id := portal.NewID()
		home.line.pull()
		if _, err := home.StartPayment(ctx, id, service.CashDesk, 4250); portal.CodeOf(err) != portal.NotReachable {
			t.Errorf("off line: %v", err)
		}
		home.line.plug()
		// Wherever the line breaks, on the way there or back, it is the same one.
		lost, told, arrived := 0, 0, false
		for left := int64(200); told < 3; left += 40 {
			home.line.mu.Lock()
			home.line.left = left
			home.line.mu.Unlock()
			if _, err := home.StartPayment(ctx, id, service.CashDesk, 4250); err != nil {
				lost++
				arrived = arrived || told == 0 && len(payfip.Payments()) == 1
			} else {
				told++
			}
			home.line.mu.Lock()
			home.line.left = 0
			home.line.mu.Unlock()
			home.line.plug()
		}
		if lost < 5 || !arrived {
			t.Errorf("%d were lost on the way, and none of them after it had arrived: %v", lost, !arrived)
		}
		p, err := home.StartPayment(ctx, id, service.CashDesk, 4250)
		if err != nil || p.State != payments.Pending || p.URL == "" {
			t.Fatalf("it begins as %+v: %v", p, err)
		}
		if n := len(payfip.Payments()); n != 1 {
			t.Errorf("%d pages were opened", n)
		}
		if _, err := home.StartPayment(ctx, portal.NewID(), service.CashDesk, 99); portal.CodeOf(err) != payments.TooLittle {
			t.Errorf("a little: %v", err)
		}
		home.reopen()
		if err := home.OpenOffLine("claire.martel", demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		if _, err := home.StartPayment(ctx, portal.NewID(), service.CashDesk, 1000); portal.CodeOf(err) != portal.Unauthorized {
			t.Errorf("opened without a session: %v", err)
		}
		home.signIn("claire.martel")
		home.eventually("the payment and its page are here", func() bool {
			known, there := home.View().Payment(id)
			return there && known.URL == p.URL && home.View().PageOpens(known)
		})
		s.Clock.Add(3 * time.Second)
		if !payfip.Settle(payfip.Payments()[0].Operation, payments.PaidByCard) {
			t.Fatal("it cannot be paid")
		}
		for _, c := range []*computer{home, other} {
			c.eventually("the balance has changed", func() bool {
				known, there := c.View().Payment(id)
				return there && known.State == payments.Paid && known.URL == "" && balance(c) == before+4250
			})
		}
	})
}

package e2e

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/session"
	"parvis/shared/ledger"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/files"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/payfip"
	"parvis/syncserver/payfip/simulator"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// Real processes that can be killed are this test's own program, which looks
// at roleVariable for what it is to be.
const (
	roleVariable    = "PARVIS_E2E_ROLE"
	folderVariable  = "PARVIS_E2E_FOLDER"
	addressVariable = "PARVIS_E2E_ADDRESS"
	seedVariable    = "PARVIS_E2E_SEED"
	dsnVariable     = "PARVIS_E2E_DSN"
	filesVariable   = "PARVIS_E2E_FILES"
	payfipVariable  = "PARVIS_E2E_PAYFIP" // where PayFiP's double is
)

func TestMain(m *testing.M) {
	role := map[string]func() error{"desktop": aPerson, "server": aTown, "canary": aCanary, "draw": aDraw}[os.Getenv(roleVariable)]
	if role == nil {
		os.Exit(m.Run())
	}
	if err := role(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// lent is what the family has besides the demonstration's credit: enough never
// to be refused a day for want of money.
const lent portal.Money = 10_000_000

func generous(o *host.Options) {
	o.Exempt = func(string) bool { return true } // everybody here has one address
	o.Prepare = func(ctx context.Context, st *store.Store, svc *service.Service) error {
		if seeded, err := demo.Seed(ctx, st, svc, hosttest.Plain{}, false); err != nil || !seeded {
			return err
		}
		return st.Write(ctx, func(tx *store.Tx) error {
			families, err := tx.AccountsOf(wire.Family)
			for _, f := range families {
				if err == nil && f.Login == "claire.martel" {
					err = tx.Post(portal.NewID(), store.LedgerOpening, f.ID, f.ID, []ledger.Entry{
						{Account: ledger.Prepaid(f.ID, service.CashDesk), Amount: lent}, {Account: ledger.Opening(service.CashDesk), Amount: -lent},
					})
				}
			}
			return err
		})
	}
}

// aTown is the server's process.
func aTown() error {
	ctx := context.Background()
	o := hosttest.Options(os.Getenv(dsnVariable), hosttest.NewClock())
	generous(&o)
	var err error
	if o.Files, err = files.OpenFolder(os.Getenv(filesVariable)); err != nil {
		return err
	}
	if at := os.Getenv(payfipVariable); at != "" {
		if o.PayFiP, err = payfip.New(at+simulator.Service, at+simulator.Page, payfip.ModeTest); err != nil {
			return err
		}
	}
	h, err := host.Open(ctx, o)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", os.Getenv(addressVariable))
	if err != nil {
		return err
	}
	fmt.Println("ready")
	return h.Serve(l)
}

// full is how much waits in the outbox of somebody who works without a line,
// and how much may wait with one.
const full = 60

// aPerson is the desktop's process: somebody who books and cancels without
// end, and says of each thing when it is begun and when it is safe.
func aPerson() error {
	seed, err := strconv.ParseUint(os.Getenv(seedVariable), 10, 64)
	if err != nil {
		return err
	}
	ui, news := make(chan func(), 1000), make(chan struct{}, 1)
	go func() {
		for f := range ui {
			f()
		}
	}()
	p := person{random: rand.New(rand.NewPCG(seed, 3)), news: news, papers: 4, tops: 2}
	p.Session, err = session.Open(session.Options{
		Dir: os.Getenv(folderVariable), Address: os.Getenv(addressVariable), Clock: hosttest.NewClock().Now,
		Dispatch: func(f func()) { ui <- f }, CacheOptions: []cache.Option{cache.WithKDF(cache.CheapKDF)},
	})
	if err != nil {
		return err
	}
	p.OnStatus(func() {
		select {
		case news <- struct{}{}:
		default:
		}
	})
	ctx := context.Background()
	if _, chosen := p.Portal(); !chosen {
		if err := p.patiently(func() error {
			info, base, err := p.Probe(ctx, os.Getenv(addressVariable))
			if err != nil {
				return err
			}
			return p.Choose(info, base)
		}); err != nil {
			return err
		}
	}
	// Half of the times the work begins without the server, so that all of it
	// waits when the line is there.
	if len(p.Known()) > 0 && p.random.IntN(2) == 0 {
		if err := p.OpenOffLine("claire.martel", demo.FamilyPassword); err != nil {
			return err
		}
		for len(p.Unsent()) < full {
			if err := p.act(); err != nil {
				return err
			}
		}
	}
	if err := p.patiently(func() error { return p.SignIn(ctx, "claire.martel", demo.FamilyPassword, "", false) }); err != nil {
		return err
	}
	p.signedIn = true
	for {
		for len(p.View().Children()) == 0 || len(p.Unsent()) >= full {
			<-news
		}
		if err := p.act(); err != nil {
			return err
		}
	}
}

type person struct {
	*session.Session
	random *rand.Rand
	news   chan struct{}
	papers int // how many documents are still to be given: the town takes so many a day
	// tops is how many payments are still to be begun, which takes a session.
	tops     int
	signedIn bool
}

// patiently tries again as long as there is no server.
func (p *person) patiently(f func() error) error {
	for {
		err := f()
		if code := portal.CodeOf(err); code != portal.NotReachable && code != portal.Unavailable {
			return err
		}
		time.Sleep(time.Duration(p.random.IntN(30)) * time.Millisecond) // a person's patience, made short
	}
}

// act books a day that is green, or cancels one that is blue.
func (p *person) act() error {
	if p.papers > 0 && p.random.IntN(10) == 0 {
		p.papers--
		return p.give()
	}
	if p.signedIn && p.tops > 0 && p.random.IntN(20) == 0 {
		p.tops--
		return p.pays()
	}
	month := portal.Date("2026-11-01")
	for range p.random.IntN(8) {
		month = month.Add(31).FirstOfMonth()
	}
	if p.random.IntN(3) == 0 {
		if mine := p.View().Bookings("", month); len(mine) > 0 {
			b := mine[p.random.IntN(len(mine))]
			var needs []portal.ID
			if b.Command != "" {
				needs = append(needs, b.Command)
			}
			return p.say("cancel", b.ID, wire.BookingCancel, wire.CancelBooking{Booking: b.ID}, needs...)
		}
	}
	activity := []portal.ID{demo.Canteen, demo.Morning, demo.Evening}[p.random.IntN(3)]
	children := p.View().Children()
	child := children[p.random.IntN(len(children))].ID
	day := month.Add(p.random.IntN(28))
	for end := day.Add(7); day < end; day = day.Add(1) {
		if p.View().Day(child, activity, day).Look.CanBook {
			id := portal.NewID()
			return p.say("book", id, wire.BookingBook, wire.Book{Booking: id, Child: child, Activity: activity, Day: day})
		}
	}
	return nil
}

// give sends a document that no other is like, large enough to be killed in the
// middle of.
func (p *person) give() error {
	filling := make([]byte, 200_000+p.random.IntN(1_000_000))
	for i := range filling {
		filling[i] = byte('a' + p.random.IntN(26))
	}
	data := fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%% %s\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%%%EOF\n", filling)
	sum := sumOf(data)
	fmt.Println("begun give", sum)
	if _, _, err := p.SendDocument(data, "family-quotient", "", "attestation.pdf"); err != nil {
		return fmt.Errorf("giving a document: %w", err)
	}
	fmt.Println("safe give", sum)
	return nil
}

// pays begins a payment, the same again until there is an answer: only then is there
// a page that can be paid on.
func (p *person) pays() error {
	id, amount := portal.NewID(), portal.Money(500+100*p.random.IntN(40))
	fmt.Println("begun pay", id)
	err := p.patiently(func() error {
		_, err := p.StartPayment(context.Background(), id, service.CashDesk, amount)
		return err
	})
	switch {
	case portal.CodeOf(err) == payments.TooOften:
		return nil // the town takes so many an hour
	case err != nil:
		return fmt.Errorf("paying: %w", err)
	}
	fmt.Println("safe pay", id)
	return nil
}

func sumOf(data []byte) portal.ID { return portal.ID(fmt.Sprintf("%x", sha256.Sum256(data))) }

// say submits a command, and tells before and after.
func (p *person) say(what string, booking portal.ID, kind string, args any, needs ...portal.ID) error {
	fmt.Println("begun", what, booking)
	if _, err := p.Submit(kind, args, cache.Note{Key: "x"}, needs...); err != nil {
		return errors.Join(fmt.Errorf("%s %s", what, booking), err)
	}
	fmt.Println("safe", what, booking)
	return nil
}

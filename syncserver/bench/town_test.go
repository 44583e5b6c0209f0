package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parvis/assets/calendars"
	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/client"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/files"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

const (
	writers  = 32
	children = 24 // of each family
)

// town is a running server on a file with families that have much to book.
type town struct {
	*host.Host
	url, dsn string
	families []*family
	days     []portal.Date
	booked   atomic.Int64
}

// family is one writer: an account with its outbox.
type family struct {
	client   *client.Client
	account  portal.ID
	token    string
	outbox   portal.ID
	number   int64
	children []portal.ID
	next     int
	days     []portal.Date
}

func newTown(b testing.TB, dsn string) *town {
	b.Helper()
	ctx := context.Background()
	t := &town{dsn: dsn}
	o := hosttest.Options(t.dsn, hosttest.NewClock())
	var err error
	if o.Files, err = files.OpenFolder(b.TempDir()); err != nil {
		b.Fatal(err)
	}
	if t.Host, err = host.Open(ctx, o); err != nil {
		b.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	t.url = "http://" + l.Addr().String()
	done := make(chan error, 1)
	go func() { done <- t.Serve(l) }()
	b.Cleanup(func() {
		if err := errors.Join(t.Close(ctx), <-done); err != nil {
			b.Error(err)
		}
	})
	t.days = schoolDays(b)
	for n := range writers {
		t.families = append(t.families, t.family(b, n, children))
	}
	return t
}

// schoolDays are those that can still be booked this school year.
func schoolDays(b testing.TB) (days []portal.Date) {
	calendar, err := calendars.Of("B")
	if err != nil {
		b.Fatal(err)
	}
	week := []time.Weekday{time.Monday, time.Tuesday, time.Thursday, time.Friday}
	site := portal.ID("site")
	q := bookings.Situation{
		Calendar: calendar, Activity: bookings.Activity{Sites: []portal.ID{site}, Weekdays: week},
		Enrolment: &bookings.Enrolment{Site: site, Period: portal.Period{From: "2026-09-01", To: "2027-08-31"}},
	}
	for q.Day = "2026-11-19"; q.Day < "2027-07-01"; q.Day = q.Day.Add(1) {
		if q.Open() == nil {
			days = append(days, q.Day)
		}
	}
	return days
}

func (t *town) family(b testing.TB, n, children int) *family {
	ctx := context.Background()
	f := &family{outbox: portal.NewID(), days: t.days}
	login := fmt.Sprintf("banc.%02d", n)
	phc, err := hosttest.Plain{}.Hash(ctx, accounts.Family, demo.FamilyPassword)
	if err != nil {
		b.Fatal(err)
	}
	if err := t.Store.Write(ctx, func(tx *store.Tx) error {
		a, err := t.Service.SeedFamily(tx, accounts.Profile{
			Title: "mme", FirstName: "Banc", LastName: fmt.Sprint("Essai", n), BirthDate: "1990-01-01", Mail: login + "@exemple.fr",
			Address: accounts.Address{Line1: "1 rue Haute", Postcode: demo.Postcode, City: demo.Town, Country: "FR"},
		}, login, phc, ledger.Payer{Resident: true}, 1_000_000_000)
		if err != nil {
			return err
		}
		f.account, f.children = a.ID, nil
		for i := range children {
			c := store.Child{ID: portal.NewID(), FirstName: fmt.Sprint("Enfant", i), LastName: "Essai", BirthDate: "2018-01-01", Site: demo.JulesFerry, Class: "ce1", Diet: "standard", Record: "{}"}
			f.children = append(f.children, c.ID)
			if _, err := t.Service.SeedChild(tx, c, map[portal.ID]accounts.Custody{a.ID: accounts.FullCustody}, []string{bookings.Canteen, bookings.Morning, bookings.Evening}); err != nil {
				return err
			}
		}
		for _, activity := range activities {
			if err := tx.SetCapacity(activity, demo.JulesFerry, 1_000_000); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	f.client, err = client.New(client.Options{Address: t.url, Token: func() string { return f.token }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(f.client.Close)
	s, err := f.client.SignIn(ctx, wire.SignIn{Login: login, Password: demo.FamilyPassword, Device: wire.Device{ID: portal.NewID()}})
	if err != nil {
		b.Fatal(err)
	}
	f.token = s.Token
	return f
}

var activities = []portal.ID{demo.Canteen, demo.Morning, demo.Evening}

// book makes the next bookings of a family, as one request.
func (f *family) book(b testing.TB, n int) {
	batch := make([]wire.Envelope, n)
	for i := range batch {
		k := f.next
		f.next++
		child, rest := f.children[k%len(f.children)], k/len(f.children)
		activity, day := activities[rest%len(activities)], f.days[rest/len(activities)]
		body, err := wire.NewCommand(portal.NewID(), wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: child, Activity: activity, Day: day})
		if err != nil {
			b.Error(err)
			return
		}
		f.number++
		batch[i] = wire.Envelope{Number: f.number, Body: body}
	}
	out, err := f.client.SendCommands(context.Background(), f.outbox, batch)
	if err != nil || len(out.Verdicts) != n {
		b.Errorf("%d verdicts for %d commands: %v", len(out.Verdicts), n, err)
		return
	}
	for _, v := range out.Verdicts {
		if !v.Accepted {
			b.Errorf("refused: %v", v.Error)
		}
	}
}

// pour books with so many families at once, so many a request, until fewer
// than one more would pass n. It gives bookings a second and the time of each
// request.
func (t *town) pour(b testing.TB, n, families, group int) (rate float64, took []time.Duration) {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(n))
	var mu sync.Mutex
	var all sync.WaitGroup
	began := time.Now()
	for _, f := range t.families[:families] {
		all.Go(func() {
			var own []time.Duration
			for left.Add(int64(-group)) >= 0 && !b.Failed() {
				asked := time.Now()
				f.book(b, group)
				own = append(own, time.Since(asked))
				t.booked.Add(int64(group))
			}
			mu.Lock()
			defer mu.Unlock()
			took = append(took, own...)
		})
	}
	all.Wait()
	rate = float64(len(took)*group) / time.Since(began).Seconds()
	slices.Sort(took)
	return rate, took
}

// percentile of sorted times.
func percentile(of []time.Duration, p float64) time.Duration {
	if len(of) == 0 {
		return 0
	}
	return of[min(len(of)-1, int(p*float64(len(of))))]
}

package host_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "github.com/mattn/go-sqlite3"    // the driver "sqlite3"
	"github.com/prometheus/client_golang/prometheus"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// beneath runs a statement on a server's database beside the server.
func beneath(t *testing.T, dsn, statement string) (changed int64) {
	t.Helper()
	driver, name := "pgx", dsn
	if path, is := strings.CutPrefix(dsn, "sqlite:"); is {
		driver, name = "sqlite3", "file:"+path+"?_busy_timeout=10000"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r, err := db.Exec(statement)
	if err != nil {
		t.Fatal(err)
	}
	if changed, err = r.RowsAffected(); err != nil {
		t.Fatal(err)
	}
	return changed
}

// A desktop that was away for longer than tombstones are kept begins anew, one
// that was not goes on, and what both see is the same.
func TestWhatIsGoneIsForgottenInTheEnd(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.SignIn("claire.martel")
		lea := d.Child("Léa")
		actor := service.Actor{Account: d.Session.Account.ID}
		pull := func(c wire.Cursor) wire.PullPage {
			t.Helper()
			page, err := s.Service.Pull(ctx, actor, wire.Pull{Cursor: c})
			if err != nil || !page.Complete {
				t.Fatal(page.Complete, err)
			}
			return page
		}
		old := pull(wire.Cursor{}).Cursor
		kept := portal.NewID()
		for i, day := range []portal.Date{"2026-11-19", "2026-11-20"} {
			booking := portal.NewID()
			d.Must(wire.BookingBook, wire.Book{Booking: booking, Child: lea, Activity: demo.Canteen, Day: day})
			if i == 0 {
				d.Must(wire.BookingCancel, wire.CancelBooking{Booking: booking})
			}
			kept = booking
		}
		fresh := pull(old).Cursor
		s.Clock.Add(89 * 24 * time.Hour)
		s.Housekeep(ctx)
		if pull(old).Reset {
			t.Fatal("a desktop that was away for 89 days begins anew")
		}
		// The verdicts must still be there when the test ends: they are as old.
		s.Clock.Add(3 * 24 * time.Hour)
		if n, err := s.Store.Prune(ctx, 90*24*time.Hour, 1000); err != nil || n == 0 {
			t.Fatal(n, err)
		}
		if page := pull(fresh); page.Reset || len(page.Changes) > 0 {
			t.Fatalf("a desktop that saw it gone: %+v", page)
		}
		page := pull(old)
		if !page.Reset {
			t.Fatal("a desktop that was away for 92 days goes on")
		}
		bookings := 0
		for _, c := range page.Changes {
			if c.Collection == wire.Bookings {
				if bookings++; c.Entity != kept || c.Deleted {
					t.Errorf("the snapshot holds %+v", c)
				}
			}
		}
		if bookings != 1 || pull(page.Cursor).Reset {
			t.Fatalf("the snapshot holds %d bookings", bookings)
		}
	})
}

// Each round of housekeeping is bounded; rounds go on until all is done, also
// where two processes do them.
func TestHousekeepingIsDoneByRoundsAndByTwo(t *testing.T) {
	hosttest.EachDSN(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		registry := prometheus.NewRegistry()
		first := hosttest.NewWith(t, dsn, func(o *host.Options) { o.Registry = registry })
		hosts := []*hosttest.Server{first}
		if strings.HasPrefix(dsn, "postgres") {
			hosts = append(hosts, hosttest.New(t, dsn))
		}
		const many = 2500
		if err := first.Store.Write(ctx, func(tx *store.Tx) error {
			for range many {
				if err := tx.SaveThrottle(store.Throttle{Subject: "login:" + string(portal.NewID()), Failures: 1, Seen: tx.Now().UnixMicro()}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		left := func() int64 { return beneath(t, dsn, "UPDATE throttles SET failures = 1") }
		for _, h := range hosts {
			h.Clock.Add(25 * time.Hour)
		}
		first.Housekeep(ctx)
		if n := left(); n != many-1000 {
			t.Fatalf("after a round %d are left", n)
		}
		ended := make(chan struct{})
		for _, h := range hosts {
			go func() {
				for range 3 {
					h.Housekeep(ctx)
				}
				ended <- struct{}{}
			}()
		}
		for range hosts {
			<-ended
		}
		if n := left(); n != 0 {
			t.Fatalf("in the end %d are left", n)
		}
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		did, jobs := 0.0, 0
		for _, family := range families {
			for _, m := range family.GetMetric() {
				switch family.GetName() {
				case "parvis_job_rows_total":
					did += m.GetCounter().GetValue()
				case "parvis_job_failures_total":
					if jobs++; m.GetCounter().GetValue() != 0 {
						t.Errorf("a job failed: %v", m)
					}
				}
			}
		}
		if jobs < 7 || did < 1000 {
			t.Errorf("%d jobs are counted, which did %v", jobs, did)
		}
	})
}

// After an upgrade rows of the older projection are made anew, as ordinary
// changes; those that come out the same reach nobody, and doctor takes what
// waits for no contradiction.
func TestAnOlderProjectionIsBroughtUpToDate(t *testing.T) {
	hosttest.EachDSN(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		s := hosttest.New(t, dsn)
		hosts := []*hosttest.Server{s}
		if strings.HasPrefix(dsn, "postgres") {
			hosts = append(hosts, hosttest.New(t, dsn))
		}
		// More than one round takes.
		if err := s.Store.Write(ctx, func(tx *store.Tx) error {
			for i := range 450 {
				id := portal.ID(fmt.Sprintf("closure-%03d", i))
				if err := tx.PutFact(wire.Closures, id, map[string]any{"id": id, "reason": "travaux"}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		d := s.SignIn("claire.martel")
		d.Catch()
		want := d.In(wire.Children)
		// As an older program would have left them.
		all := beneath(t, dsn, "UPDATE feed_rows SET projection = 0")
		if n := beneath(t, dsn, `UPDATE feed_rows SET body = '{"id":"old"}' WHERE collection = 'child'`); n < 5 || all < 500 {
			t.Fatalf("%d of %d rows are old", n, all)
		}
		// And one that it would have told readers who are told no more.
		if n := beneath(t, dsn, `INSERT INTO feed_rows (feed, collection, entity, source, seq, body, deleted, projection, changed_at)
			SELECT feed, 'formerly', entity, source, -seq, '{}', 0, 0, 0 FROM feed_rows WHERE collection = 'calendar'`); n != 1 {
			t.Fatal(n)
		}
		found, err := s.Service.Contradictions(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range found {
			if !strings.Contains(c, "not public") { // the rights hold for old rows too
				t.Errorf("before: %s", c)
			}
		}
		ended := make(chan struct{})
		for _, h := range hosts {
			go func() { h.Renew(ctx); ended <- struct{}{} }()
		}
		for range hosts {
			<-ended
		}
		if older, _, err := s.Store.Outdated(ctx, "", 10); err != nil || len(older) > 0 {
			t.Fatalf("%v are old still, %v", older, err)
		}
		d.Rows[[3]string{wire.AccountFeed(d.Session.Account.ID), wire.Children, "marker"}] = "kept" // no snapshot took it away
		d.Catch()
		got := d.In(wire.Children)
		if got["marker"] != "kept" {
			t.Fatal("the desktop had to begin anew")
		}
		delete(got, "marker")
		for id, body := range want {
			if got[id] != body {
				t.Errorf("%s is %s, not %s", id, got[id], body)
			}
		}
		if n := beneath(t, dsn, "UPDATE feed_rows SET deleted = 1 WHERE collection = 'formerly' AND deleted = 1"); n != 1 {
			t.Errorf("what is told no more stands still")
		}
		if n := beneath(t, dsn, "UPDATE feed_rows SET projection = projection WHERE projection = 0"); n != 0 {
			t.Errorf("%d rows are of the old projection", n)
		}
	})
}

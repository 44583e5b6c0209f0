package store_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// payer is who has moved money before it was told of.
const payer = "0190a0f0-0000-7000-8000-0000000000f1"

// older is what a town may hold that an older program has written, at the schema
// of eleven migrations.
var older = []string{
	`INSERT INTO meta (key, value) VALUES ('epoch', 'e'), ('town', 't')`,
	`INSERT INTO accounts (id, kind, login, password, mail_key, first_name, last_name, profile, payer, created) VALUES
		('a', 'family', 'la', 'x', 'a@exemple.fr', 'Ondine', 'Tamarin', '{}', '{"resident":true,"quotients":[{"value":613,"from":"2025-09-01","source":"avis"},{"value":700,"from":"2026-09-01","source":"avis"}]}', 5),
		('b', 'family', 'lb', 'x', 'b@exemple.fr', 'Basile', 'Corbin', '{}', '{"resident":false}', 6),
		('c', 'staff', 'lc', 'x', 'c@exemple.fr', 'Sylvie', 'Roy', '{}', '', 7)`,
	`INSERT INTO children (id, first_name, last_name, birth_date, site, class, diet, care_plan, allergies, record, health_by, collect_by) VALUES
		('k', 'Philémon', 'Tamarin', '2018-03-12', 's', 'ce2', 'standard', 0, '', '{}', 'a', ''), ('l', 'Bérénice', 'Tamarin', '2019-05-02', 's', 'cp', 'standard', 0, '', '{}', '', 'b')`,
	`INSERT INTO child_links (child, account, custody, since) VALUES ('k', 'a', 'shared', 1), ('k', 'b', 'shared', 1), ('l', 'a', 'full', 1)`,
	`INSERT INTO child_weeks (child, anchor, first, second, set_at, set_by) VALUES ('k', '2026-11-16', 'a', 'b', 1, 'a')`,
	`INSERT INTO delegations (id, inviter, mail, delegate, kind, level, activities, day_until, state, epoch, made, answered) VALUES
		('d', 'a', 'b@exemple.fr', 'b', 'relative', 'book', '[]', '2027-01-01', 'accepted', 'e', 1, 2)`,
	`INSERT INTO delegation_children (delegation, child) VALUES ('d', 'l')`,
	`INSERT INTO notices (id, account, kind, about, at) VALUES ('n', 'a', 'custody', 'k', 3)`,
	`INSERT INTO requests (id, reference, account, procedure_id, version, desk, state, child, person, submitted, answers) VALUES
		('r', '2026-000001', 'a', 'pacs', 1, 'etat-civil', 'submitted', '', 'Ondine Tamarin', 4, '{}')`,
	`INSERT INTO request_events (request, n, at, kind, actor, note) VALUES ('r', 1, 4, 'submitted', 'a', '')`,
	// One that was cancelled, and one whose time is over and that nobody marked.
	`INSERT INTO appointments (id, request, account, service, start_at, end_at, counter, people, state, made, changed, actor) VALUES
		('p1', 'r', 'a', 'v', 600000000, 1200000000, 1, 1, 'cancelled', 1, 2, 'a'),
		('p2', 'r', 'a', 'v', 900000000, 1200000000, 1, 1, 'booked', 3, 3, 'a')`,
	`INSERT INTO appointment_cells (service, counter, cell, day, appointment) VALUES ('v', 1, 3, '1970-01-01', 'p2')`,
	`INSERT INTO bookings (id, child, activity, site, day, payer, price, debit, state, made, actor) VALUES ('o', 'l', 'canteen', 's', '2026-11-20', 'a', 320, 'x', 'live', 3, 'b')`,
	`INSERT INTO day_counts (activity, site, day, live) VALUES ('canteen', 's', '2026-11-20', 1)`,
	`INSERT INTO capacities (activity, site, places) VALUES ('canteen', 's', 10)`,
	`INSERT INTO ledger_transactions (id, at, kind, about, actor) VALUES ('x', 3, 'debit', 'o', 'b')`,
	`INSERT INTO ledger_entries (tx, n, account, amount) VALUES ('x', 0, 'prepaid:main:a', -320), ('x', 1, 'revenue:main:canteen', 320)`,
	`INSERT INTO ledger_transactions (id, at, kind, about, actor) VALUES ('y', 4, 'opening', '` + payer + `', '` + payer + `'), ('z', 5, 'opening', 'b', 'b')`,
	`INSERT INTO ledger_entries (tx, n, account, amount) VALUES ('y', 0, 'prepaid:main:` + payer + `', 500), ('y', 1, 'opening:main', -500), ('z', 0, 'prepaid:main:` + payer + `', 0), ('z', 1, 'opening:main', 0)`,
	`INSERT INTO balances (account, amount) VALUES ('prepaid:main:` + payer + `', 500), ('opening:main', -500)`,
	`INSERT INTO balances (account, amount) VALUES ('prepaid:main:a', -320), ('revenue:main:canteen', 320)`,
}

// A town that an older program has filled is brought to this one's schema with
// all that it holds: nothing is lost, nothing is made up, and the new queries
// read it.
func TestATownIsUpgradedWithWhatItHolds(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		s, err := store.Open(ctx, store.Options{DSN: dsn, Projection: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close(ctx)
		if err := s.MigrateTo(ctx, 11); err != nil {
			t.Fatal(err)
		}
		driver, name := "pgx", dsn
		if file, is := strings.CutPrefix(dsn, "sqlite:"); is {
			driver, name = "sqlite3", "file:"+file+"?_busy_timeout=10000"
		}
		db, err := sql.Open(driver, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range older {
			if _, err := db.Exec(statement); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.Start(ctx); err != nil {
			t.Fatal(err)
		}
		if s.Epoch() != "e" {
			t.Errorf("the epoch is %q", s.Epoch())
		}
		// What moved before payers were told of it is found by the job that tells them.
		if found, _, err := s.Outdated(ctx, "", 100); err != nil || !slices.Contains(found["transaction"], "y") || slices.Contains(found["transaction"], "z") {
			t.Errorf("to be projected are %v: %v", found, err)
		}
		is := func(what string, got, want any) {
			t.Helper()
			if got != want {
				t.Errorf("%s is %v, not %v", what, got, want)
			}
		}
		if err := s.Write(ctx, func(tx *store.Tx) error {
			quotients, err := tx.QuotientsThatServe("a")
			if err != nil {
				return err
			}
			is("the number of quotients", len(quotients), 2)
			a, _, err := tx.Account("a")
			if err != nil {
				return err
			}
			is("what fixes the prices", strings.Join(strings.Fields(a.Payer), ""), `{"resident":true}`)
			children, err := tx.DelegatedChildren("d")
			if err != nil {
				return err
			}
			is("the number of delegated children", len(children), 1)
			if invited, err := tx.Invited("a", "b", "l"); err != nil || !invited {
				t.Errorf("the delegate is unknown: %v", err)
			}
			n, _, err := tx.Notice("n")
			if err != nil {
				return err
			}
			is("what the notice says", n.What+n.Args, "{}")
			if _, agreed, err := tx.PayingOf("k"); err != nil || agreed {
				t.Errorf("who pays is agreed: %v", err)
			}
			if _, has, err := tx.AwaitedAppointment("r"); err != nil || has {
				t.Errorf("one that has gone by is awaited: %v", err)
			}
			at := tx.Now().UnixMicro()/300_000_000*300_000_000 + 86_400_000_000
			next := store.Appointment{ID: "p3", Request: "r", Account: "a", Service: "v", Start: at, End: at + 300_000_000, Counter: 1, People: 1,
				State: string(appointments.Booked), Made: tx.Now().UnixMicro(), Changed: tx.Now().UnixMicro(), Actor: "a", Listed: true}
			if taken, err := tx.SaveAppointment(next); err != nil || taken {
				t.Errorf("another for that request: taken %v, %v", taken, err)
			}
			if got, has, err := tx.AwaitedAppointment("r"); err != nil || !has || got.ID != "p3" {
				t.Errorf("awaited is %+v: %v", got, err)
			}
			if err := tx.SetPaying(store.Paying{Child: "k", Rule: "weeks", At: 9, By: "a"}); err != nil {
				return err
			}
			booked, err := tx.BookingsForOthers("b")
			if err != nil {
				return err
			}
			is("the number of days booked for another", len(booked), 1)
			for _, id := range []portal.ID{"a", "b"} {
				if err := tx.TouchNamed(id); err != nil {
					return err
				}
			}
			// There were no payments; the first is kept as any other.
			if paid, err := tx.PaymentsOf("a"); err != nil || len(paid) != 0 {
				t.Errorf("payments of before: %v %v", paid, err)
			}
			if err := tx.SavePayment(store.Payment{ID: "pay", Account: "a", CashDesk: "main", Amount: 100, State: "opening", Reference: "R", Client: "006382", Started: 9, Next: 10}); err != nil {
				return err
			}
			if found, err := tx.Contradictions(); err != nil || len(found) > 0 {
				t.Errorf("it contradicts itself: %v %v", found, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		// A second start has nothing left to do.
		if err := s.Migrate(ctx); err != nil {
			t.Error(err)
		}
	})
}

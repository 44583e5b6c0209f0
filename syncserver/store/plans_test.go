package store_test

import (
	"database/sql"
	"regexp"
	"strings"
	"testing"

	"parvis/shared/portal"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// What is asked for one person, or each minute for the whole town, is found by
// an index: no such query grows with the town.
func TestNothingReadsAWholeTable(t *testing.T) {
	dsn := storetest.SQLite(t)
	s, err := store.Open(ctx, store.Options{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(ctx)
	asked := map[string]string{}
	name := ""
	s.Around(func(st store.Statement) error {
		if name != "" {
			asked[st.Query] = name
		}
		return st.Do()
	})
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(ctx); err != nil {
		t.Fatal(err)
	}
	const id = portal.ID("01a21d27-419b-787b-97ca-39442c9fa65f")
	if err := s.Write(ctx, func(tx *store.Tx) error {
		for what, ask := range map[string]func() error{
			"those given":        func() error { _, err := tx.DelegationsBy(id); return err },
			"those held":         func() error { _, err := tx.DelegationsOf(id); return err },
			"those for a child":  func() error { _, err := tx.DelegationsFor(id); return err },
			"invitations":        func() error { _, err := tx.InvitationsTo("a@exemple.fr"); return err },
			"once a delegate":    func() error { _, err := tx.WasDelegate(id, id); return err },
			"whom one invited":   func() error { _, err := tx.Invited(id, "other", id); return err },
			"booked for others":  func() error { _, err := tx.BookingsForOthers(id); return err },
			"lapsed":             func() error { _, err := tx.LapsedTo(id, "2026-11-16"); return err },
			"forgotten":          func() error { _, err := tx.ForgetDelegations(1, 1); return err },
			"quotients":          func() error { _, err := tx.QuotientsOf(id); return err },
			"that serve":         func() error { _, err := tx.QuotientsThatServe(id); return err },
			"proved":             func() error { _, err := tx.QuotientsProvedBy(id); return err },
			"to ask":             func() error { _, err := tx.DueQuotients(1, 1); return err },
			"ending":             func() error { _, err := tx.QuotientsEnding("2026-11-16", 1); return err },
			"documents":          func() error { _, err := tx.DocumentsOf(id); return err },
			"enclosed":           func() error { _, err := tx.EnclosedTo(id); return err },
			"about a child":      func() error { _, err := tx.DocumentsAbout(id); return err },
			"expiring":           func() error { _, err := tx.Expiring("2026-11-16", "2026-12-16", 30, 1); return err },
			"appointments":       func() error { _, err := tx.AppointmentsTo(id); return err },
			"of a request":       func() error { _, err := tx.AppointmentsOf(id); return err },
			"within":             func() error { _, err := tx.AppointmentsWithin(id, 1, 2, 1); return err },
			"to remind of":       func() error { _, err := tx.DueReminders(1); return err },
			"to unlist":          func() error { _, err := tx.UnlistAppointments(1, 1); return err },
			"to forget":          func() error { _, err := tx.ForgetAppointments(1, 1); return err },
			"closed accounts":    func() error { _, err := tx.ClosedBefore(1, 1); return err },
			"who is named":       func() error { return tx.TouchNamed(id) },
			"who is listed":      func() error { return tx.TouchTakings(id, "main") },
			"looked through":     func() error { _, err := tx.RequestsBehind(store.Listed{}, 1); return err },
			"asked about":        func() error { _, err := tx.RequestsAbout(id); return err },
			"enclosed about":     func() error { _, err := tx.EnclosedAbout(id); return err },
			"enclosed in all":    func() error { _, err := tx.CountEnclosed(id, false); return err },
			"words":              func() error { return tx.ForgetWords(id) },
			"payments":           func() error { _, err := tx.PaymentsOf(id); return err },
			"payments lately":    func() error { _, err := tx.CountPayments(id, 1); return err },
			"of a reference":     func() error { _, _, err := tx.PaymentByReference("R"); return err },
			"of an operation":    func() error { _, _, err := tx.PaymentByOperation("R"); return err },
			"payments to ask":    func() error { _, err := tx.DuePayments(1, 1); return err },
			"whether to ask":     func() error { _, err := tx.PaymentsDue(); return err },
			"a child's papers":   func() error { return tx.TouchDocumentsFor(id) },
			"a child's absences": func() error { _, err := tx.AbsencesOf(id); return err },
			"days of an absence": func() error { _, err := tx.AbsenceBookings(id); return err },
			"what somebody pays": func() error { _, err := tx.BookingsPaidBy(id); return err },
		} {
			name = what
			if err := ask(); err != nil {
				return err
			}
		}
		name = ""
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", strings.TrimPrefix(dsn, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	whole := regexp.MustCompile(`^SCAN \w+$|^SCAN \w+ USING (COVERING )?INDEX sqlite_autoindex`)
	if len(asked) < 42 {
		t.Errorf("only %d queries were seen", len(asked))
	}
	for query, what := range asked {
		rows, err := db.Query("EXPLAIN QUERY PLAN "+query, make([]any, strings.Count(query, "?"))...)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				t.Fatal(err)
			}
			if whole.MatchString(step) {
				t.Errorf("%s: %s, for %s", what, step, query)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
	}
}

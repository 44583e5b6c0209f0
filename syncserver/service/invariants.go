package service

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// Contradictions lists all that contradicts the invariants of the server: of
// its books, of cut-offs and floors, and of what stands in the feeds, but for
// what still waits to be projected anew after an upgrade. Every test that
// writes ends with it, doctor runs it, and it must be empty.
func (s *Service) Contradictions(ctx context.Context) (out []string, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		if out, err = tx.Contradictions(); err != nil {
			return err
		}
		sources, err := tx.Sources()
		if err != nil {
			return err
		}
		if err := tx.ReadAhead(sources); err != nil {
			return err
		}
		standing, err := tx.Standing()
		if err != nil {
			return err
		}
		older, waiting, err := tx.Older()
		if err != nil {
			return err
		}
		f, err := s.facts(tx)
		if err != nil {
			return err
		}
		for key, body := range standing {
			foreign, err := s.foreign(tx, f, key, body)
			if err != nil {
				return err
			}
			if over, err := lapsed(tx, key); err != nil {
				return err
			} else if over {
				continue
			}
			if foreign != "" {
				out = append(out, fmt.Sprintf("%v holds what is not its readers' to see: %s", key, foreign))
			}
		}
		for _, source := range sources {
			rows, err := s.Project(tx, source.Kind, source.ID)
			if err != nil {
				return err
			}
			for _, r := range rows {
				key := [3]string{r.Feed, r.Collection, string(r.Entity)}
				raw, err := json.Marshal(r.Body)
				if err != nil {
					return err
				}
				if standing[key] != string(raw) && !waiting[source] {
					out = append(out, fmt.Sprintf("%v stands as %s, not as %s", key, standing[key], raw))
				}
				delete(standing, key)
			}
			if source.Kind == "booking" {
				b, _, err := tx.Booking(source.ID)
				if err != nil {
					return err
				}
				late, err := f.late(tx, b)
				if err != nil {
					return err
				}
				out = append(out, late...)
				alone, err := f.unlinked(tx, b)
				if err != nil {
					return err
				}
				out = append(out, alone...)
			}
			if account, ok := strings.CutPrefix(string(source.ID), "prepaid:"); ok && source.Kind == "balance" {
				amount, err := tx.Balance(string(source.ID))
				if err != nil {
					return err
				}
				if amount >= f.lowest() {
					continue
				}
				// What was taken back of what was brought may have been spent.
				back, err := tx.TakenBack(string(source.ID))
				if err != nil {
					return err
				}
				// What was booked again is charged whatever is left.
				payer, _, _ := ledger.PrepaidOf(string(source.ID))
				held, err := tx.RestoredHeld(payer)
				if err != nil {
					return err
				}
				billed, err := isBilled(tx, payer)
				if err != nil {
					return err
				}
				if !billed && amount+back < f.lowest()-held {
					out = append(out, fmt.Sprintf("prepaid account %s is at %s, below the floor", account, amount.Decimal()))
				}
			}
		}
		for key, body := range standing {
			if older[key] {
				continue
			}
			if open, err := fileOpen(tx, key[0]); err != nil {
				return err
			} else if wire.FeedKind(key[0]) == "file" && !open {
				continue // its time has just run out: it stays until the job takes it
			}
			if over, err := lapsed(tx, key); err != nil {
				return err
			} else if over {
				continue // so does what a delegate saw until midnight
			}
			out = append(out, fmt.Sprintf("%v stands as %s and should not", key, body))
		}
		return nil
	})
	return out, err
}

// late is what of a booking was done after its cut-off, other than by the town,
// and whether it was booked within a closure.
func (f *townFacts) late(tx *store.Tx, b store.Booking) (out []string, err error) {
	act := f.activities[b.Activity]
	if until := act.Book.Until(b.Day, f.calendar); b.Made >= until.UnixMicro() {
		_, again, err := tx.RestoredFrom(b.ID)
		if err != nil {
			return nil, err
		}
		// So is what was given back too late, and is taken back.
		back, _, err := tx.BackAs(b.ID)
		if err != nil {
			return nil, err
		}
		if !again && back.Cost != string(bookings.Forgiven) {
			out = append(out, fmt.Sprintf("booking %s was made after its cut-off", b.ID))
		}
	}
	// What is provisional falls when its request does.
	if until := act.Cancel.Until(b.Day, f.calendar); b.Cancelled >= until.UnixMicro() && b.Provisional == "" {
		_, closed, err := tx.ClosedBy(b.ID)
		if err != nil {
			return nil, err
		}
		absent, _, err := tx.AbsenceOf(b.ID)
		if err != nil {
			return nil, err
		}
		back, _, err := tx.CancelledBack(b.ID)
		if err != nil {
			return nil, err
		}
		if !closed && (!absent.Credited || absent.Cost == string(bookings.InTime)) && back.Cost != string(bookings.Forgiven) {
			out = append(out, fmt.Sprintf("booking %s was cancelled after its cut-off", b.ID))
		}
	}
	if b.State != store.BookingLive {
		return out, nil
	}
	for _, c := range f.closures {
		// Of a class: a child may have come into it since.
		if c.Stands() && c.Undone == 0 && c.Class == "" && c.Hits(b.Activity, b.Site, "", b.Day) && b.Made > c.Declared && c.Declared > 0 {
			out = append(out, fmt.Sprintf("booking %s was made within closure %s", b.ID, c.ID))
		}
	}
	return out, nil
}

// unlinked is what contradicts a live booking among the child's others of that
// day: one that it needs and that is not there, one that excludes it. What was
// booked before the town linked them stands.
func (f *townFacts) unlinked(tx *store.Tx, b store.Booking) (out []string, err error) {
	if b.State != store.BookingLive {
		return nil, nil
	}
	act := f.activities[b.Activity]
	beside, err := tx.BookedBeside(b.Child, b.Activity, b.Day)
	if err != nil {
		return nil, err
	}
	for _, id := range act.Requires {
		if b.Made >= act.Linked && !slices.Contains(beside, id) {
			out = append(out, fmt.Sprintf("booking %s stands without %s", b.ID, id))
		}
	}
	for _, id := range beside {
		if other := f.activities[id]; act.Against(other) && b.Made >= max(act.Linked, other.Linked) {
			had, _, err := tx.LiveBooking(b.Child, id, b.Day)
			if err != nil {
				return nil, err
			}
			if had.Made <= b.Made {
				out = append(out, fmt.Sprintf("booking %s stands beside %s, which excludes it", b.ID, id))
			}
		}
	}
	return out, nil
}

// ofDelegates is the collections of what a delegate may see.
var ofDelegates = []string{wire.Children, wire.Enrolments, wire.Bookings, wire.Delegations}

// lapsed reports whether a row may be of what an account has lost by the date,
// or by a restore, and that no round of the job has taken from it yet.
func lapsed(tx *store.Tx, key [3]string) (bool, error) {
	kind, account, _ := strings.Cut(key[0], ":")
	if kind != "account" || !slices.Contains(ofDelegates, key[1]) {
		return false, nil
	}
	return tx.LapsedTo(portal.ID(account), portal.DateOf(tx.Now()))
}

// fileOpen reports whether a feed is a file that some agent may read now.
func fileOpen(tx *store.Tx, feed string) (bool, error) {
	kind, rest, _ := strings.Cut(feed, ":")
	desk, account, _ := strings.Cut(rest, ":")
	if kind != "file" {
		return false, nil
	}
	desks, err := tx.DesksReading(portal.ID(account))
	return slices.Contains(desks, desk), err
}

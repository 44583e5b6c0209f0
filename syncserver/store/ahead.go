package store

import (
	"parvis/shared/ledger"
	"parvis/shared/portal"
)

// ahead is what the projections of many bookings and ledger transactions ask of
// the tables one by one, read for all of them together.
type ahead struct {
	bookings     known[Booking]
	transactions known[Transaction]
	entries      known[[]ledger.Entry]
	closed       known[ClosureBooking]
	restored     known[ClosureBooking]
	absent       known[AbsenceDay]
	back         known[AbsenceBack]
}

// known is what was found of what was asked for.
type known[T any] struct {
	asked map[portal.ID]bool
	found map[portal.ID]T
}

func (k known[T]) of(id portal.ID) (v T, found, known bool) {
	v, found = k.found[id]
	return v, found, k.asked[id]
}

// ReadAhead is told which entities are about to be projected, where nothing is
// written from here on. What of them is asked one by one is read in a few
// statements: a round trip for each costs more than all the rest on a database
// that is another process.
func (tx *Tx) ReadAhead(sources []Source) error {
	var a ahead
	transactions, bookings, credited, debited := idSet{}, idSet{}, idSet{}, idSet{}
	for _, s := range sources {
		switch s.Kind {
		case "transaction":
			transactions.add(s.ID)
		case "booking":
			bookings.add(s.ID)
		}
	}
	var err error
	if a.transactions, err = readKnown(tx, selectTransactions, transactions, func(t Transaction) portal.ID { return t.ID }); err != nil {
		return err
	}
	for _, id := range transactions.list {
		switch t := a.transactions.found[id]; t.Kind {
		case LedgerCredit:
			bookings.add(t.About)
			credited.add(t.About)
		case LedgerDebit:
			bookings.add(t.About)
			debited.add(t.About)
		}
	}
	a.entries.asked = transactions.in
	if a.entries.found, err = tx.EntriesOf(transactions.list); err != nil {
		return err
	}
	if a.bookings, err = readKnown(tx, selectBookings, bookings, func(b Booking) portal.ID { return b.ID }); err != nil {
		return err
	}
	if a.closed, err = readKnown(tx, selectClosedBy, credited, func(k ClosureBooking) portal.ID { return k.Booking }); err != nil {
		return err
	}
	if a.restored, err = readKnown(tx, selectRestoredFrom, debited, func(k ClosureBooking) portal.ID { return k.Restored }); err != nil {
		return err
	}
	if a.absent, err = readKnown(tx, selectAbsenceOf, bookings, func(d AbsenceDay) portal.ID { return d.Booking }); err != nil {
		return err
	}
	if a.back, err = readKnown(tx, selectCancelledBack, credited, func(b AbsenceBack) portal.ID { return b.Booking }); err != nil {
		return err
	}
	tx.kept, tx.making, tx.ahead = map[string]any{}, map[string]bool{}, a
	return nil
}

func readKnown[T any](tx *Tx, statement map[int]string, of idSet, key func(T) portal.ID) (known[T], error) {
	rows, err := selectIn[T](tx, statement, of.list)
	found := make(map[portal.ID]T, len(rows))
	for _, r := range rows {
		found[key(r)] = r
	}
	return known[T]{of.in, found}, err
}

// idSet is a set of ids in the order in which they were added.
type idSet struct {
	in   map[portal.ID]bool
	list []portal.ID
}

func (s *idSet) add(id portal.ID) {
	if s.in == nil {
		s.in = map[portal.ID]bool{}
	}
	if !s.in[id] {
		s.in[id] = true
		s.list = append(s.list, id)
	}
}

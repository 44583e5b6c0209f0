package service

import (
	"encoding/json"
	"slices"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// absenceHolder is an account that an absence is told to as theirs, who may prove it
// and take it back, with the bookings of it that are.
type absenceHolder struct {
	account portal.ID
	theirs  map[portal.ID]bool
	due     bool // one of them was told too late
}

// answered reports whether what the town hall decides of an absence is about this one.
func (h absenceHolder) answered(ab store.Absence) bool { return h.due || h.account == ab.Account }

// holdersOf is those whose an absence is: who told it, of the days that they may see
// still, and the child's parents who pay a part of its days, of those, for what
// somebody else has told. Of the days of others a parent reads only that the child
// does not come.
func holdersOf(tx *store.Tx, ab store.Absence) ([]absenceHolder, error) {
	return store.Once(tx, "holders:"+string(ab.ID), func() (holders []absenceHolder, err error) {
		booked, err := tx.AbsenceBookings(ab.ID)
		if err != nil {
			return nil, err
		}
		days, err := tx.AbsenceDays(ab.ID)
		if err != nil {
			return nil, err
		}
		ties, err := tiesOf(tx, ab.Child)
		for _, t := range ties {
			h := absenceHolder{account: t.Account, theirs: map[portal.ID]bool{}}
			for _, b := range booked {
				told := t.Account == ab.Account && t.RightsAt(b.Activity).See
				if told || t.Parent() && t.Rights().Book && paysOf(b, t.Account) {
					h.theirs[b.ID] = true
				}
			}
			h.due = slices.ContainsFunc(days, func(d store.AbsenceDay) bool { return h.theirs[d.Booking] && d.Cost == string(bookings.Due) })
			if len(h.theirs) > 0 {
				holders = append(holders, h)
			}
		}
		return holders, err
	})
}

// paysOf reports whether a booking is on an account, or parted with it.
func paysOf(b store.Booking, account portal.ID) bool {
	return b.Payer == account || slices.ContainsFunc(ledger.ReadShares(b.Shares), func(s ledger.Share) bool { return s.Payer == account })
}

// holding is the part of an absence that is an account's, false where none is.
func holding(tx *store.Tx, ab store.Absence, account portal.ID) (absenceHolder, bool, error) {
	holders, err := holdersOf(tx, ab)
	for _, h := range holders {
		if h.account == account {
			return h, true, err
		}
	}
	return absenceHolder{}, false, err
}

// tellHolders says what of an absence each of those reads whose it is. proved is
// whether a document has come that may prove it.
func tellHolders(tx *store.Tx, ab store.Absence, days []store.AbsenceDay, booked map[portal.ID]store.Booking, back []bookings.AbsentDay, proved bool) (rows []store.FeedRow, err error) {
	holders, err := holdersOf(tx, ab)
	if err != nil {
		return nil, err
	}
	by, err := nameOf(tx, ab.Account)
	if err != nil {
		return nil, err
	}
	for _, h := range holders {
		body := wire.Absence{ID: ab.ID, Child: ab.Child, Told: ab.Told, Illness: ab.Illness}
		for _, d := range days {
			if b := booked[d.Booking]; h.theirs[d.Booking] {
				rule := d.Rule() // with what it costs this one
				rule.Price, rule.Provisional = b.Part(h.account), b.Provisional != ""
				body.Days = append(body.Days, rule)
			}
		}
		for _, d := range back {
			if h.theirs[d.Booking] {
				body.Back = append(body.Back, d)
			}
		}
		if h.account != ab.Account {
			body.ByName = by
		}
		if h.answered(ab) {
			body.Until, body.State, body.Reason, body.ProofSent = ab.Until, bookings.AbsenceState(ab.State), ab.Reason, proved
		} else {
			body.State = bookings.Without(body.Days) // nothing of it is this one's to be judged
		}
		rows = append(rows, store.FeedRow{Feed: wire.AccountFeed(h.account), Collection: wire.Absences, Entity: ab.ID, Body: body})
	}
	return rows, nil
}

// toldJudged is the accounts that are told how an absence was judged: those whose it
// is, as far as something of it was to be judged for them, and who told it and pays
// for it, though they are no parent any more: what is credited is theirs.
func toldJudged(tx *store.Tx, ab store.Absence) (all []portal.ID, err error) {
	holders, err := holdersOf(tx, ab)
	if err != nil {
		return nil, err
	}
	for _, h := range holders {
		if h.answered(ab) {
			all = append(all, h.account)
		}
	}
	booked, err := tx.AbsenceBookings(ab.ID)
	if !slices.Contains(all, ab.Account) && slices.ContainsFunc(booked, func(b store.Booking) bool { return paysOf(b, ab.Account) }) {
		all = append(all, ab.Account)
	}
	return all, err
}

// passAbsences has what an account has told that closes be those parents' who pay
// for it; what is nobody else's is forgotten.
func passAbsences(tx *store.Tx, account portal.ID) error {
	all, err := tx.AbsencesTold(account)
	if err != nil {
		return err
	}
	for _, ab := range all {
		holders, err := holdersOf(tx, ab)
		if err != nil {
			return err
		}
		heir := slices.IndexFunc(holders, func(h absenceHolder) bool { return h.account != account })
		if heir >= 0 && !ab.Gone {
			err = tx.PassAbsence(ab, holders[heir].account)
		} else {
			err = tx.ForgetAbsence(ab)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// toldBy is who has told that a child does not come on a booked day, "" where nobody
// has.
func toldBy(tx *store.Tx, booking portal.ID) (string, error) {
	d, found, err := tx.AbsenceOf(booking)
	if err != nil || !found {
		return "", err
	}
	ab, err := store.Once(tx, "absence:"+string(d.Absence), func() (store.Absence, error) {
		ab, _, err := tx.Absence(d.Absence)
		return ab, err
	})
	if err != nil || ab.Gone {
		return "", err
	}
	return nameOf(tx, ab.Account)
}

// foreignOwnAbsence is foreign for an absence in an account's feed: each day of it is
// of that absence, and one that the account pays for a child of its own, or has told
// and may see still.
func foreignOwnAbsence(tx *store.Tx, ab store.Absence, account portal.ID, body string) (string, error) {
	const another = "an absence of days that are another's"
	var told wire.Absence
	if err := json.Unmarshal([]byte(body), &told); err != nil {
		return "", err
	}
	for _, d := range slices.Concat(told.Days, told.Back) {
		b, found, err := tx.Booking(d.Booking)
		if err != nil {
			return "", err
		}
		rights, err := linked(tx, ab.Child, b.Activity, account, "")
		if err != nil {
			return "", err
		}
		if !found || b.Child != ab.Child || !rights.See || ab.Account != account && !paysOf(b, account) || d.Price != 0 && d.Price != b.Part(account) {
			return another, nil
		}
	}
	if len(told.Days)+len(told.Back) == 0 || (told.ByName == "") != (ab.Account == account) {
		return another, nil
	}
	return "", nil
}

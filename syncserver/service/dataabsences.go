package service

import (
	"cmp"
	"slices"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// OwnAbsence is what the account has told of a child that did not come, or another
// has told of days that it pays.
type OwnAbsence struct {
	Child   string         `json:"child,omitempty"`
	Told    time.Time      `json:"told"`
	Illness bool           `json:"illness"`
	State   string         `json:"state,omitempty"` // "" once the child is nobody of theirs
	Reason  string         `json:"reason,omitempty"`
	By      string         `json:"by,omitempty"` // who told it, where another did
	Days    []OwnAbsentDay `json:"days"`
}

// OwnAbsentDay is a day of one, and what became of it.
type OwnAbsentDay struct {
	Activity string      `json:"activity"`
	Day      portal.Date `json:"day"`
	Cost     string      `json:"cost"`
	Credited bool        `json:"credited"`
	Back     bool        `json:"taken_back,omitempty"`
}

func ownAbsences(tx *store.Tx, f *townFacts, a Actor, lang string) (out []OwnAbsence, err error) {
	told, err := absencesHeld(tx, a.Account)
	if err != nil {
		return nil, err
	}
	for _, ab := range told {
		if ab.Gone {
			continue
		}
		h, holds, err := holding(tx, ab, a.Account)
		if err != nil {
			return nil, err
		}
		own := OwnAbsence{Told: micro(ab.Told), Illness: ab.Illness}
		switch {
		case holds && h.answered(ab):
			own.State, own.Reason = ab.State, ab.Reason
		case holds:
			own.State = string(bookings.AbsenceSettled)
		}
		if own.Child, err = firstNameFor(tx, a, ab.Child); err != nil {
			return nil, err
		}
		if ab.Account != a.Account {
			if own.By, err = nameOf(tx, ab.Account); err != nil {
				return nil, err
			}
		}
		days, err := tx.AbsenceDays(ab.ID)
		if err != nil {
			return nil, err
		}
		stays := map[portal.ID]bool{}
		for _, d := range days {
			if stays[d.Booking] = true; holds && !h.theirs[d.Booking] {
				continue
			}
			own.Days = append(own.Days, OwnAbsentDay{Activity: f.activities[d.Activity].Name.In(lang), Day: d.Day, Cost: d.Cost, Credited: d.Credited})
		}
		back, err := tx.BackOf(ab.ID)
		if err != nil {
			return nil, err
		}
		for _, b := range back {
			if stays[b.Booking] || holds && !h.theirs[b.Booking] {
				continue
			}
			own.Days = append(own.Days, OwnAbsentDay{Activity: f.activities[b.Activity].Name.In(lang), Day: b.Day, Cost: b.Cost, Back: true})
		}
		out = append(out, own)
	}
	return out, nil
}

// absencesHeld lists those that an account has told and those of its children that
// are its own as their payer, the oldest first.
func absencesHeld(tx *store.Tx, account portal.ID) ([]store.Absence, error) {
	held, err := tx.AbsencesTold(account)
	if err != nil {
		return nil, err
	}
	children, err := tx.LinksTo(account)
	if err != nil {
		return nil, err
	}
	for _, l := range children {
		all, err := tx.AbsencesOf(l.Child)
		if err != nil {
			return nil, err
		}
		for _, ab := range all {
			_, holds, err := holding(tx, ab, account)
			if err != nil {
				return nil, err
			}
			if ab.Account != account && holds {
				held = append(held, ab)
			}
		}
	}
	slices.SortStableFunc(held, func(x, y store.Absence) int { return cmp.Compare(x.Told, y.Told) })
	return held, nil
}

package service

import (
	"cmp"
	"slices"
	"time"

	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// OwnAbsence is what the account has told of a child that did not come, or another
// has told of days that it pays.
type OwnAbsence struct {
	Child   string         `json:"child,omitempty"`
	Told    time.Time      `json:"told"`
	Illness bool           `json:"illness"`
	State   string         `json:"state"`
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
		own := OwnAbsence{Told: micro(ab.Told), Illness: ab.Illness, State: ab.State, Reason: ab.Reason}
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
		for _, d := range days {
			own.Days = append(own.Days, OwnAbsentDay{Activity: f.activities[d.Activity].Name.In(lang), Day: d.Day, Cost: d.Cost, Credited: d.Credited})
		}
		back, err := tx.BackOf(ab.ID)
		if err != nil {
			return nil, err
		}
		for _, b := range back {
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
			holders, err := holdersOf(tx, ab)
			if err != nil {
				return nil, err
			}
			if ab.Account != account && slices.Contains(holders, account) {
				held = append(held, ab)
			}
		}
	}
	slices.SortStableFunc(held, func(x, y store.Absence) int { return cmp.Compare(x.Told, y.Told) })
	return held, nil
}

package service

import (
	"time"

	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// OwnAbsence is what the account has told of a child that did not come.
type OwnAbsence struct {
	Child   string         `json:"child,omitempty"`
	Told    time.Time      `json:"told"`
	Illness bool           `json:"illness"`
	State   string         `json:"state"`
	Reason  string         `json:"reason,omitempty"`
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
	told, err := tx.AbsencesTold(a.Account)
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

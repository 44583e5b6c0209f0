package service

import (
	"encoding/json"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// OwnPrepared is days that wait for their opening.
type OwnPrepared struct {
	Prepared time.Time `json:"prepared"`
	Days     []OwnDay  `json:"days"`
}

// OwnAsk is what was asked for where places are drawn, and what became of it.
type OwnAsk struct {
	Asked    time.Time `json:"asked"`
	Days     []OwnDay  `json:"days"`
	Criteria []string  `json:"criteria,omitempty"`
	Points   int       `json:"points,omitempty"`
	Number   string    `json:"number,omitempty"`
	Turn     int       `json:"turn,omitempty"`
}

// OwnDay is a day of a child at an activity.
type OwnDay struct {
	Child    string      `json:"child"`
	Activity string      `json:"activity"`
	Day      portal.Date `json:"day"`
	Given    string      `json:"given,omitempty"` // yes or no, once it is drawn
}

// ownOpenings is what an account prepares and asks for.
func ownOpenings(tx *store.Tx, f *townFacts, a Actor, lang string) (prepared []OwnPrepared, asked []OwnAsk, err error) {
	days := func(lots []bookings.Lot) (out []OwnDay, err error) {
		for _, o := range bookings.InOrder(lots) {
			name, err := firstNameFor(tx, a, o.Child)
			if err != nil {
				return nil, err
			}
			out = append(out, OwnDay{Child: name, Activity: f.activities[o.Activity].Name.In(lang), Day: o.Day})
		}
		return out, nil
	}
	drafts, err := tx.PreparedOf(a.Account)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range drafts {
		var g wire.PreparedGroup
		if err := json.Unmarshal([]byte(d.Body), &g); err != nil {
			return nil, nil, err
		}
		own := OwnPrepared{Prepared: micro(d.At)}
		if own.Days, err = days(g.Book); err != nil {
			return nil, nil, err
		}
		prepared = append(prepared, own)
	}
	asks, err := tx.AsksOf(a.Account)
	if err != nil {
		return nil, nil, err
	}
	for _, ask := range asks {
		var lots []bookings.Lot
		if err := json.Unmarshal([]byte(ask.Lots), &lots); err != nil {
			return nil, nil, err
		}
		own := OwnAsk{Asked: micro(ask.At)}
		if own.Days, err = days(lots); err != nil {
			return nil, nil, err
		}
		if ask.Turn > 0 {
			var results []wire.AskResult
			if err := json.Unmarshal([]byte(ask.Results), &results); err != nil {
				return nil, nil, err
			}
			for i := range own.Days {
				for _, r := range results {
					if r.Day == own.Days[i].Day {
						own.Days[i].Given = map[bool]string{true: "yes", false: "no"}[r.Error == nil]
					}
				}
			}
			own.Criteria, own.Points, own.Number, own.Turn = store.Strings[string](ask.Met), ask.Points, ask.Number, ask.Turn
		}
		asked = append(asked, own)
	}
	return prepared, asked, nil
}

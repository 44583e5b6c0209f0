package service

import (
	"fmt"
	"slices"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// SetupOpening is from when on days of an activity can be booked. Instants are
// the town's, "2027-03-08 09:00".
type SetupOpening struct {
	Key      portal.ID   `json:"key"`
	Activity portal.ID   `json:"activity"`
	From     portal.Date `json:"from"` // the first and the last day
	To       portal.Date `json:"to"`
	Opens    string      `json:"opens"`
	// Mode is empty where who comes first is served first, "pooled" where days are
	// asked for until an instant and then drawn.
	Mode  bookings.OpeningMode `json:"mode,omitempty"`
	Until string               `json:"until,omitempty"`
	// Criteria give points before the draw decides.
	Criteria []bookings.Criterion `json:"criteria,omitempty"`
}

// instant reads one of the town's clock.
func (c *checker) instant(where, text string) int64 {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, portal.Paris)
	if !c.say(err == nil, where, "%q is not an instant such as \"2027-03-08 09:00\"", text) {
		return 0
	}
	return at.UnixMicro()
}

func (o SetupOpening) read(c *checker, where string, all []activity) bookings.Opening {
	out := bookings.Opening{ID: o.Key, Activity: o.Activity, Period: portal.Period{From: o.From, To: o.To}, Mode: o.Mode, Criteria: o.Criteria}
	c.say(slices.ContainsFunc(all, func(a activity) bool { return a.ID == o.Activity }), where+".activity", "there is no activity %q", o.Activity)
	out.Opens = c.instant(where+".opens", o.Opens)
	if o.Mode == bookings.Pooled || o.Until != "" {
		out.Until = c.instant(where+".until", o.Until)
	}
	if wrong := out.Check(); wrong != nil {
		c.say(false, where+"."+wrong.Field, "is not right: an opening comes before its days; who is asked to wait for a draw has up to 92 days, ending before them too; "+
			"criteria are %s, each once, with 1 to 1000 points", list(bookings.CriterionKeys))
	}
	return out
}

// overlaps checks that no day has two openings.
func overlaps(c *checker, all []bookings.Opening) {
	for i, a := range all {
		for _, b := range all[:i] {
			c.say(a.Activity != b.Activity || a.Period.To < b.Period.From || b.Period.To < a.Period.From, fmt.Sprintf("openings[%d].from", i),
				"%q is about some of the same days", b.ID)
		}
	}
}

package service

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/appointments"
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// SetupVisit is a service that receives by appointment. A procedure names it by
// its key.
type SetupVisit struct {
	Key      portal.ID      `json:"key"`
	Name     bookings.Names `json:"name"`
	Desk     string         `json:"desk"` // whose agents receive
	Place    bookings.Names `json:"place"`
	Hours    []SetupHours   `json:"hours"`
	Slot     int            `json:"slot"`           // minutes a person
	Counters int            `json:"counters"`       // received at the same time
	Most     int            `json:"most,omitempty"` // slots of one appointment, 6 where it is not said
	Weeks    int            `json:"weeks"`          // how far ahead one may book
	Book     SetupCutoff    `json:"book"`
	Change   *SetupCutoff   `json:"change,omitempty"` // as Book where it is not said
}

// SetupHours is the same opening on several days.
type SetupHours struct {
	Days []string `json:"days"`
	From string   `json:"from"` // "09:00"
	To   string   `json:"to"`
}

func (c *checker) minute(where, text string) int {
	t, err := time.Parse("15:04", text)
	c.say(err == nil && t.Minute()%5 == 0, where, "%q is not a time such as 10:00, in steps of five minutes", text)
	return t.Hour()*60 + t.Minute()
}

func (c *checker) names(where string, n bookings.Names) {
	for _, lang := range []string{"fr", "en"} {
		c.say(strings.TrimSpace(n[lang]) != "", where+"."+lang, "is missing")
	}
}

func (v SetupVisit) read(c *checker, where string) appointments.Service {
	out := appointments.Service{ID: v.Key, Name: v.Name, Desk: v.Desk, Place: v.Place, Slot: v.Slot, Counters: v.Counters, Most: v.Most, Weeks: v.Weeks}
	c.names(where+".name", v.Name)
	c.names(where+".place", v.Place)
	c.say(slices.Contains(accounts.Desks, accounts.Desk(v.Desk)), where+".desk", "%q is not a desk; one of %s is", v.Desk, list(accounts.Desks))
	c.say(v.Slot >= 5 && v.Slot <= 240 && v.Slot%5 == 0, where+".slot", "from 5 to 240 minutes, in steps of five; %d is not", v.Slot)
	c.say(v.Counters >= 1 && v.Counters <= 20, where+".counters", "from 1 to 20; %d is not", v.Counters)
	c.say(v.Weeks >= 1 && v.Weeks <= 52, where+".weeks", "from 1 to 52; %d is not", v.Weeks)
	if v.Most == 0 {
		out.Most = 6
	}
	c.say(out.Most >= 1 && out.Most <= 12, where+".most", "from 1 to 12; %d is not", v.Most)
	out.Book = c.cutoff(where+".book", v.Book)
	out.Change = out.Book
	if v.Change != nil {
		out.Change = c.cutoff(where+".change", *v.Change)
	}
	c.say(len(v.Hours) > 0, where+".hours", "without hours nothing can be booked")
	for i, h := range v.Hours {
		at := fmt.Sprintf("%s.hours[%d]", where, i)
		from, to := c.minute(at+".from", h.From), c.minute(at+".to", h.To)
		c.say(from+v.Slot <= to, at, "it closes before one slot is over")
		c.say(len(h.Days) > 0, at+".days", "a day is needed at least")
		for _, name := range h.Days {
			day, known := weekdays[name]
			c.say(known, at+".days", "%q is not a day; one of %s is", name, list(slices.Sorted(maps.Keys(weekdays))))
			for _, other := range out.Hours {
				c.say(!known || other.Weekday != day || to <= other.From || other.To <= from, at, "it meets other hours of %s", name)
			}
			out.Hours = append(out.Hours, appointments.Hours{Weekday: day, From: from, To: to})
		}
	}
	return out
}

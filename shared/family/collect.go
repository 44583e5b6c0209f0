package family

import (
	"slices"
	"strconv"
	"strings"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/words"
)

// MostCollectors is how many persons may be named besides the guardians.
const MostCollectors = 10

const relationMax = 60

// Collector is somebody who may collect a child, besides its guardians.
type Collector struct {
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Relation  string `json:"relation"` // in the family's words: grandmother, neighbour
	Phone     string `json:"phone"`
}

// Normalise is the collector as it is kept.
func (c Collector) Normalise() Collector {
	c.FirstName, c.LastName, c.Relation = words.Tidy(c.FirstName), words.Tidy(c.LastName), words.Tidy(c.Relation)
	c.Phone, _ = accounts.NormalisePhone(c.Phone)
	return c
}

// Check is what is wrong with one, in the order of the form.
func (c Collector) Check() portal.Errors {
	var es portal.Errors
	es.Add(accounts.CheckName("lastName", c.LastName))
	es.Add(accounts.CheckName("firstName", c.FirstName))
	if words.Tidy(c.Relation) == "" {
		es.Add(portal.E(portal.Missing, "relation"))
	}
	es.Add(within("relation", c.Relation, relationMax))
	if strings.TrimSpace(c.Phone) == "" {
		es.Add(portal.E(portal.Missing, "phone"))
	} else if _, ok := accounts.NormalisePhone(c.Phone); !ok {
		es.Add(portal.E(accounts.BadPhone, "phone"))
	}
	return es
}

// NormaliseCollectors is a list as it is kept; never nil.
func NormaliseCollectors(all []Collector) []Collector {
	out := make([]Collector, 0, len(all))
	for _, c := range all {
		out = append(out, c.Normalise())
	}
	return out
}

// CheckCollectors is what is wrong with a list; the field of a mistake begins
// with the place in it.
func CheckCollectors(all []Collector) portal.Errors {
	var es portal.Errors
	if len(all) > MostCollectors {
		es.Add(portal.E(portal.TooLong, "collectors", "max", strconv.Itoa(MostCollectors)))
		return es
	}
	for i, c := range all {
		for _, e := range c.Check() {
			e.Field = "collectors." + strconv.Itoa(i) + "." + e.Field
			es = append(es, e)
		}
	}
	return es
}

// SameCollectors reports whether two lists name the same persons.
func SameCollectors(a, b []Collector) bool {
	return slices.Equal(NormaliseCollectors(a), NormaliseCollectors(b))
}

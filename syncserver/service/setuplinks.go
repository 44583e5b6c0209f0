package service

import (
	"fmt"
	"slices"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// links checks what activities say of each other: none may need what can never
// be booked beside it, nor, by way of others, itself.
func links(c *checker, all []activity) {
	known := map[portal.ID]activity{}
	for _, a := range all {
		known[a.ID] = a
	}
	for i, a := range all {
		where := fmt.Sprintf("activities[%d]", i)
		for _, said := range []struct {
			name string
			ids  []portal.ID
		}{{".requires", a.Requires}, {".excludes", a.Excludes}} {
			for _, id := range said.ids {
				_, there := known[id]
				c.say(there, where+said.name, "there is no activity %q", id)
				c.say(id != a.ID, where+said.name, "%q is the activity itself", id)
			}
		}
		needs := needed(known, a.ID)
		c.say(!slices.Contains(needs, a.ID), where+".requires", "it would need itself, by way of others")
		together := append([]portal.ID{a.ID}, needs...)
		for n, x := range together {
			for _, y := range together[n+1:] {
				if x != y && known[x].Against(known[y]) {
					c.say(false, where+".requires", "%q and %q exclude each other", x, y)
				}
			}
		}
	}
}

// needed is all that an activity requires, directly or by way of others.
func needed(known map[portal.ID]activity, id portal.ID) (out []portal.ID) {
	for rest := slices.Clone(known[id].Requires); len(rest) > 0; rest = rest[1:] {
		if next := rest[0]; !slices.Contains(out, next) {
			out = append(out, next)
			rest = append(rest, known[next].Requires...)
		}
	}
	return out
}

// linkedSince is since when an activity's links are as they are: now, where they
// are other than those that stand.
func linkedSince(tx *store.Tx, a activity) (int64, error) {
	if len(a.Requires)+len(a.Excludes) == 0 {
		return 0, nil
	}
	var had activity
	if _, err := tx.Fact(wire.Activities, a.ID, &had); err != nil {
		return 0, err
	}
	if slices.Equal(had.Requires, a.Requires) && slices.Equal(had.Excludes, a.Excludes) {
		return had.Linked, nil
	}
	return tx.Now().UnixMicro(), nil
}

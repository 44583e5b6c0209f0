package bookings

import (
	"slices"
	"strconv"
	"strings"

	"parvis/shared/portal"
)

// MaxGroup is how many days one command may book, cancel and wait for: four children at
// three activities for a school year, and some more.
const MaxGroup = 3000

// What can be wrong with a group as a whole.
const (
	// GroupNotAll means that not every day was possible, and that all or nothing
	// was asked for. Args: days (how many were not), why (the first's code).
	GroupNotAll portal.Code = "group_not_all"
	// GroupNone means that no day was possible. Args: why (the first's code).
	GroupNone portal.Code = "group_none"
)

// Lot is some days of one child at one activity.
type Lot struct {
	Child    portal.ID     `json:"child"`
	Activity portal.ID     `json:"activity"`
	Days     []portal.Date `json:"days"`
	// Other says of days to be booked that the screen told its reader that the
	// child's other parent pays.
	Other bool `json:"other,omitempty"`
}

// GroupedID is the id of a booking that a group makes.
func GroupedID(group, child, activity portal.ID, day portal.Date) portal.ID {
	return group.Derived(string(child), string(activity), string(day))
}

// Add puts a day into the lot of its child and activity.
func Add(lots []Lot, child, activity portal.ID, day portal.Date, other bool) []Lot {
	for i := len(lots) - 1; i >= 0; i-- {
		if l := &lots[i]; l.Child == child && l.Activity == activity && l.Other == other {
			l.Days = append(l.Days, day)
			return lots
		}
	}
	return append(lots, Lot{Child: child, Activity: activity, Days: []portal.Date{day}, Other: other})
}

// Count is how many days lots hold.
func Count(lots []Lot) (n int) {
	for _, l := range lots {
		n += len(l.Days)
	}
	return n
}

// Order is a day that is asked for.
type Order struct {
	Lot
	Day portal.Date
}

// InOrder is the days of lots in the order in which they are judged: by day,
// and within one as the lots come. Where the money or the places end, the first
// days are the ones that are kept.
func InOrder(lots []Lot) []Order {
	out := make([]Order, 0, Count(lots))
	for _, l := range lots {
		for _, d := range l.Days {
			out = append(out, Order{l, d})
		}
	}
	slices.SortStableFunc(out, func(a, b Order) int { return strings.Compare(string(a.Day), string(b.Day)) })
	return out
}

// InTurn does things one after the other; each is what do says of it. What is
// refused because it waits for another of them is tried again once that has been
// done: in a group the order of a day's activities is of no account.
func InTurn[T any](all []T, waits portal.Code, do func(T) (*portal.Error, error), refused func(T, *portal.Error)) error {
	for {
		var again []T
		var why []*portal.Error
		done := 0
		for _, one := range all {
			e, err := do(one)
			switch {
			case err != nil:
				return err
			case e == nil:
				done++
			case e.Code == waits:
				again, why = append(again, one), append(why, e)
			default:
				refused(one, e)
			}
		}
		if done == 0 || len(again) == 0 {
			for i, one := range again {
				refused(one, why[i])
			}
			return nil
		}
		all = again
	}
}

// ByDay is what InOrder gives, a day at a time.
func ByDay(all []Order) (days [][]Order) {
	for i, o := range all {
		if i == 0 || o.Day != all[i-1].Day {
			days = append(days, nil)
		}
		days[len(days)-1] = append(days[len(days)-1], o)
	}
	return days
}

// Within is the period from the first to the last day of lots and of others.
func Within(lots []Lot, days ...portal.Date) (p portal.Period) {
	for _, l := range lots {
		days = append(days, l.Days...)
	}
	if len(days) == 0 {
		return p
	}
	return portal.Period{From: slices.Min(days), To: slices.Max(days)}
}

// CheckGroup is what is wrong with a group before anything of it is judged.
func CheckGroup(book []Lot, cancel, leave []portal.ID) *portal.Error {
	total := len(cancel) + len(leave)
	type one struct {
		child, activity portal.ID
		day             portal.Date
	}
	seen := map[one]bool{}
	for _, l := range book {
		if len(l.Days) == 0 {
			return portal.E(portal.Missing, "days")
		}
		if total += len(l.Days); total > MaxGroup {
			break
		}
		for _, d := range l.Days {
			k := one{l.Child, l.Activity, d}
			if !d.Valid() || seen[k] {
				return portal.E(portal.Invalid, "days")
			}
			seen[k] = true
		}
	}
	switch {
	case total == 0:
		return portal.E(portal.Missing, "days")
	case total > MaxGroup:
		return portal.E(portal.TooLong, "days", "max", strconv.Itoa(MaxGroup))
	}
	for _, ids := range []struct {
		field string
		all   []portal.ID
	}{{"cancel", cancel}, {"leave", leave}} {
		once := slices.Compact(slices.Sorted(slices.Values(ids.all)))
		if len(once) != len(ids.all) {
			return portal.E(portal.Invalid, ids.field)
		}
	}
	return nil
}

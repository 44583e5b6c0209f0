package home

import (
	"cmp"
	"slices"

	"parvis/desktop/view"
)

// sortDays puts bookings in the order of their days.
func sortDays(list []view.Booking) {
	slices.SortStableFunc(list, func(a, b view.Booking) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Child, b.Child), cmp.Compare(a.Activity, b.Activity))
	})
}

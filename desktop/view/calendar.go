package view

import "parvis/shared/wire"

// CalendarAddress is the private address for calendars as the town hall has it,
// and what waits about it: the newest of *wire.OpenCalendar and
// *wire.CloseCalendar, or nil.
func (v *View) CalendarAddress() (is wire.CalendarAddress, has bool, waits any) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	is, has = v.own.calendars[v.account]
	for _, c := range v.outbox {
		switch a := c.args.(type) {
		case *wire.OpenCalendar, *wire.CloseCalendar:
			waits = a
		}
	}
	return is, has, waits
}

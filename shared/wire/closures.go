package wire

import (
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// Types of commands about closures by the town.
const (
	ClosureDeclare = "closure.declare"
	ClosureUndo    = "closure.undo"
)

// ClosureDays is in a desk's feed and in a site's: how many fewer come for a
// closure. ClosureDay, by ClosureKey.
const ClosureDays = "closure_day"

// RouteClosurePreview tells an agent what a closure would cancel.
const RouteClosurePreview = "/v1/closures/preview"

// DeclareClosure keeps activities shut on some days. What is booked on them is
// cancelled and credited, past every limit, and the families are told.
type DeclareClosure struct {
	Closure    portal.ID            `json:"closure"` // made by the desktop
	Kind       bookings.ClosureKind `json:"kind"`
	Activities []portal.ID          `json:"activities,omitempty"` // none: all
	Sites      []portal.ID          `json:"sites,omitempty"`      // none: all
	Class      string               `json:"class,omitempty"`
	Period     portal.Period        `json:"period"`
	Reason     string               `json:"reason"` // families read it
}

// Fact is the closure that it declares.
func (d DeclareClosure) Fact() bookings.Closure {
	return bookings.Closure{ID: d.Closure, Kind: d.Kind, Activities: d.Activities, Sites: d.Sites, Class: d.Class, Period: d.Period, Reason: d.Reason}
}

// UndoClosure takes one back: the days open again, and what it had cancelled is
// booked again at its former price.
type UndoClosure struct {
	Closure portal.ID `json:"closure"`
}

// ClosureDay is how many of those who were booked at an activity and site on a
// day do not come because the town has closed it.
type ClosureDay struct {
	Closure  portal.ID   `json:"closure"`
	Activity portal.ID   `json:"activity"`
	Site     portal.ID   `json:"site"`
	Day      portal.Date `json:"day"`
	Fewer    int         `json:"fewer"`
}

// ClosureKey is the entity of a ClosureDay.
func ClosureKey(closure, activity, site portal.ID, day portal.Date) portal.ID {
	return closure + "/" + activity + "/" + site + "/" + portal.ID(day)
}

// ClosurePreview is what a closure would cancel, as things stand.
type ClosurePreview struct {
	Bookings int           `json:"bookings"`
	Children int           `json:"children"`
	Families int           `json:"families"` // who pay
	Credit   portal.Money  `json:"credit"`
	Lines    []ClosureLine `json:"lines"`
}

// ClosureLine is a site's part of it.
type ClosureLine struct {
	Activity portal.ID `json:"activity"`
	Site     portal.ID `json:"site"`
	Bookings int       `json:"bookings"`
}

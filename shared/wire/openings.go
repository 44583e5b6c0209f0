package wire

import (
	"slices"

	"parvis/shared/bookings"
	"parvis/shared/meals"
	"parvis/shared/portal"
)

// Types of the commands around openings, and of the one that writes menus.
const (
	GroupPrepare    = "group.prepare"
	GroupDrop       = "group.drop"
	OpeningAsk      = "opening.ask"
	OpeningWithdraw = "opening.withdraw"
	OpeningAnnounce = "opening.announce"
	OpeningCancel   = "opening.cancel"
	ChildPriority   = "child.priority"
	MenuWrite       = "menu.write"
)

// Collections of openings.
const (
	Openings = "opening" // in the town's feed: bookings.Opening
	Draws    = "draw"    // in the town's feed: Draw, by the opening's id

	Prepared = "prepared"    // in an account's feed: PreparedGroup
	Asks     = "opening_ask" // in an account's feed: Ask
)

// MostPrepared is how many groups an account may have prepared at a time.
const MostPrepared = 30

// PrepareGroup keeps days that are to be booked once they open, or keeps them
// otherwise than before. Nothing is booked by it, and no place held.
type PrepareGroup struct {
	// Group is made by the desktop. What is sent at the hour is a group of this
	// id: however many computers send it, it is booked once.
	Group portal.ID      `json:"group"`
	Book  []bookings.Lot `json:"book"`
	All   bool           `json:"all,omitempty"` // as in GroupBookings
	// Auto has a window that is open at the hour send it by itself.
	Auto bool `json:"auto,omitempty"`
}

// DropPrepared throws a prepared group away.
type DropPrepared struct {
	Group portal.ID `json:"group"`
}

// PreparedGroup is days that wait for their opening.
type PreparedGroup struct {
	ID   portal.ID      `json:"id"`
	Book []bookings.Lot `json:"book"`
	All  bool           `json:"all,omitempty"`
	Auto bool           `json:"auto,omitempty"`
	At   int64          `json:"at"` // when it was prepared as it is, microseconds UTC
}

// AskPlaces asks for days whose places are drawn, instead of what was asked for
// the same children in the same openings before.
type AskPlaces struct {
	Book []bookings.Lot `json:"book"`
	// Prepared is the group that these days were prepared as, which is no longer
	// needed then.
	Prepared portal.ID `json:"prepared,omitempty"`
}

// WithdrawAsk takes an ask back, while asking lasts.
type WithdrawAsk struct {
	Ask portal.ID `json:"ask"`
}

// Ask is what an account asks for a child in an opening whose places are
// drawn, and then what became of it.
type Ask struct {
	ID      portal.ID      `json:"id"`
	Opening portal.ID      `json:"opening"`
	Child   portal.ID      `json:"child"`
	Lots    []bookings.Lot `json:"lots"`
	At      int64          `json:"at"` // when it was last changed
	// Turn is which ask it was in the draw, from 1; 0 until its turn has come. The
	// rest is told with it.
	Turn    int         `json:"turn,omitempty"`
	Met     []string    `json:"met,omitempty"` // keys of criteria
	Points  int         `json:"points,omitempty"`
	Ticket  portal.ID   `json:"ticket,omitempty"`
	Number  string      `json:"number,omitempty"`
	Results []AskResult `json:"results,omitempty"`
}

// AskResult is what became of a day that was asked for: booked, or why not.
type AskResult struct {
	Day   portal.Date   `json:"day"`
	Error *portal.Error `json:"error,omitempty"`
	// Waits says that there was no place, and that the child is on the day's list.
	Waits bool `json:"waits,omitempty"`
}

// Days is the days of an ask, in order.
func (a Ask) Days() (days []portal.Date) {
	for _, o := range bookings.InOrder(a.Lots) {
		days = append(days, o.Day)
	}
	return days
}

// Placed is how many of its days it was given.
func (a Ask) Placed() (n int) {
	for _, r := range a.Results {
		if r.Error == nil {
			n++
		}
	}
	return n
}

// Draw is what a draw gave, as everybody may read it.
type Draw struct {
	Opening portal.ID  `json:"opening"`
	Seed    string     `json:"seed"`
	At      int64      `json:"at"`
	Asks    int        `json:"asks"`
	Days    []DrawnDay `json:"days,omitempty"`
}

// DrawnDay is a day of a draw at a site: how many places it had, how many asked
// for it, and the last one that was given a place.
type DrawnDay struct {
	Site   portal.ID   `json:"site"`
	Day    portal.Date `json:"day"`
	Places int         `json:"places"`
	Asked  int         `json:"asked"`
	Placed int         `json:"placed"`
	// Of the last one placed; no turn where nobody was.
	Turn   int    `json:"turn,omitempty"`
	Points int    `json:"points,omitempty"`
	Number string `json:"number,omitempty"`
}

// On is a draw's day at a site.
func (d Draw) On(site portal.ID, day portal.Date) (DrawnDay, bool) {
	i := slices.IndexFunc(d.Days, func(x DrawnDay) bool { return x.Site == site && x.Day == day })
	if i < 0 {
		return DrawnDay{}, false
	}
	return d.Days[i], true
}

// AnnounceOpening announces an opening, or changes one that has not come yet.
// Commitment, Seed and Drawn are the server's to say.
type AnnounceOpening struct {
	Opening bookings.Opening `json:"opening"`
}

// CancelOpening takes an opening back that has not come yet: its days can be
// booked at once.
type CancelOpening struct {
	Opening portal.ID `json:"opening"`
}

// SetPriority lets a child come first in draws, for a reason that only agents
// read, or no longer.
type SetPriority struct {
	Child  portal.ID `json:"child"`
	On     bool      `json:"on"`
	Reason string    `json:"reason,omitempty"`
}

// MostMenus is how many menus one command writes: some weeks of a canteen.
const MostMenus = 31

// WriteMenus writes menus of days, each instead of the one of its site and day;
// one without dishes takes that away.
type WriteMenus struct {
	Menus []meals.Menu `json:"menus"`
}

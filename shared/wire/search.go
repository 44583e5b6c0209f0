package wire

import "parvis/shared/portal"

// RouteTownSearch is an agent's search over all that was ever asked of their
// desks: too much, and too private, for a computer to hold.
const RouteTownSearch = "/v1/search"

// Limits of that search.
const (
	ShortestTownQuery = 3 // characters
	LongestTownQuery  = 200
	MostTownFound     = 50
)

// TownQuery is what an agent looks for: a name, a reference, or the beginnings
// of them.
type TownQuery struct {
	Text string `json:"text"`
	// CashDesk has a cashier of it look for families and other payers instead.
	CashDesk string `json:"cash_desk,omitempty"`
}

// TownFound answers it, the newest first.
type TownFound struct {
	Found  []FoundRequest `json:"found"`
	Payers []FoundPayer   `json:"payers,omitempty"` // by name
	More   bool           `json:"more,omitempty"`   // there are others, which are not told
}

// FoundPayer is an account that pays at a cash desk, as far as a cashier must
// know it to tell it from others.
type FoundPayer struct {
	Account  portal.ID `json:"account"`
	Name     string    `json:"name"`
	Children []string  `json:"children,omitempty"` // whose parent it is, as names
	City     string    `json:"city,omitempty"`
}

// FoundRequest is a request of an agent's desk as far as its queue would tell
// it, whatever became of it.
type FoundRequest struct {
	Request   portal.ID `json:"request"`
	Account   portal.ID `json:"account"`
	Reference string    `json:"reference"`
	Procedure string    `json:"procedure"`
	Desk      string    `json:"desk"`
	State     string    `json:"state"`
	Person    string    `json:"person"`
	Family    string    `json:"family"` // whose account it is
	Submitted int64     `json:"submitted"`
}

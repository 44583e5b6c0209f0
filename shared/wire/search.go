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
}

// TownFound answers it, the newest first.
type TownFound struct {
	Found []FoundRequest `json:"found"`
	More  bool           `json:"more,omitempty"` // there are others, which are not told
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

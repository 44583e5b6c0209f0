package ledger

import "parvis/shared/portal"

// Source is where a quotient comes from.
type Source string

// The sources.
const (
	FromProof Source = "proof" // told by the family, with a document that says so
	FromFund  Source = "fund"  // asked of the family fund with the person's consent
	FromDesk  Source = "desk"  // taken over by the town hall from its own files
)

// Quotient is a family quotient that the town hall has accepted: a value from a
// day on, until the last day its proof serves.
type Quotient struct {
	ID     portal.ID   `json:"id,omitempty"`
	Value  int         `json:"value"`
	From   portal.Date `json:"from"`
	Until  portal.Date `json:"until,omitempty"` // the last day within; "" for ever
	Source Source      `json:"source"`
}

// QuotientOn is the quotient that fixes prices on a day: of those that have
// begun the newest, later in the list first where two begin together. Once that
// one has ended there is none, whatever stood before it.
func QuotientOn(of []Quotient, day portal.Date) *Quotient {
	var best *Quotient
	for i, q := range of {
		if q.From <= day && (best == nil || q.From >= best.From) {
			best = &of[i]
		}
	}
	if best != nil && best.Until != "" && best.Until < day {
		return nil
	}
	return best
}

// ServesUntil is the last day that a quotient from a day on serves: the end of
// its school year; of one that begins in July or August, of the year to come.
func ServesUntil(from portal.Date) portal.Date { return portal.SchoolYearFor(from).Period().To }

// bandOf is the number of a quotient's band, from 1: the top one where there is
// no quotient.
func bandOf(bands []Band, q *Quotient) int {
	if q != nil {
		for i, b := range bands {
			if q.Value >= b.From && (b.To == nil || q.Value <= *b.To) {
				return i + 1
			}
		}
	}
	return len(bands)
}

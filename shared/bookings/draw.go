package bookings

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"parvis/shared/portal"
)

// Criterion is something that gives an ask points in a draw: who has more comes
// first, and among equals the number drawn decides.
type Criterion struct {
	Key    string `json:"key"`
	Points int    `json:"points"`
}

// What a criterion may ask: only what the town hall knows of itself.
const (
	// ByPriority is a child that an agent has marked as first, for a reason that
	// the town hall has seen.
	ByPriority = "priority"
	ByCarePlan = "care_plan" // a child with a PAI
	BySibling  = "sibling"   // another child of whoever pays is enrolled there
	ByResident = "resident"  // who pays lives in the town
)

// CriterionKeys is all of them, in the order in which they are told.
var CriterionKeys = []string{ByPriority, ByCarePlan, BySibling, ByResident}

const mostPoints = 1000

// PointsOf is what criteria give to who meets some of them.
func PointsOf(criteria []Criterion, met []string) (points int) {
	for _, c := range criteria {
		if slices.Contains(met, c.Key) {
			points += c.Points
		}
	}
	return points
}

// Commitment is what is told of a seed before the draw: who knows it later can
// check that no other was taken.
func Commitment(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return hex.EncodeToString(sum[:])
}

// Ticket is what a number is drawn for: a child in an opening, so that two
// parents who ask for the same child have no second chance by it.
func Ticket(opening, child portal.ID) portal.ID { return opening.Derived("ticket", string(child)) }

// AskID is the one ask that an account may have for a child in an opening.
func AskID(opening, child, account portal.ID) portal.ID {
	return opening.Derived("ask", string(child), string(account))
}

// numberLength is how many hexadecimal digits of a hash are a number: twice as
// many as two numbers of a town would need in order to differ.
const numberLength = 16

// Number is what a seed draws for a ticket: the first digits of
//
//	printf '%s' "$seed/$ticket" | sha256sum
//
// The smallest number comes first. It depends on the two alone: neither on when
// anybody asked nor on who else did.
func Number(seed string, ticket portal.ID) string {
	sum := sha256.Sum256([]byte(seed + "/" + string(ticket)))
	return hex.EncodeToString(sum[:])[:numberLength]
}

// Drawn is an ask with what decides its turn.
type Drawn struct {
	Ask    portal.ID
	Points int
	Number string
}

// InTurnOfDraw compares two asks: more points first, then the smaller number, then
// the ask's id, which only two parents of one child can need.
func InTurnOfDraw(a, b Drawn) int {
	if a.Points != b.Points {
		return b.Points - a.Points
	}
	if c := strings.Compare(a.Number, b.Number); c != 0 {
		return c
	}
	return strings.Compare(string(a.Ask), string(b.Ask))
}

package bookings_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

func asks(opening portal.ID, n int) (out []portal.ID) {
	for i := range n {
		out = append(out, bookings.Ticket(opening, opening.Derived(fmt.Sprint("child ", i))))
	}
	return out
}

func turn(seed string, tickets []portal.ID) []portal.ID {
	all := make([]bookings.Drawn, len(tickets))
	for i, ticket := range tickets {
		all[i] = bookings.Drawn{Ask: ticket, Number: bookings.Number(seed, ticket)}
	}
	slices.SortFunc(all, bookings.InTurnOfDraw)
	out := make([]portal.ID, len(all))
	for i, d := range all {
		out[i] = d.Ask
	}
	return out
}

// A hundred thousand draws among ten: each place of the order is each one's as
// often as the others'. The bounds are those that chance leaves once in a million.
func TestADrawIsFair(t *testing.T) {
	const n, draws = 10, 100_000
	tickets := asks(portal.NewID(), n)
	var at [n][n]int // ticket, place in the order
	for i := range draws {
		for place, ticket := range turn(fmt.Sprint("seed ", i), tickets) {
			at[slices.Index(tickets, ticket)][place]++
		}
	}
	const mean = float64(draws) / n
	for place := range n {
		square := 0.0
		for i := range n {
			d := float64(at[i][place]) - mean
			square += d * d / mean
		}
		if square > 46 { // chi-square, 9 degrees of freedom, 6e-7
			t.Errorf("place %d goes to the ten %v times: chi-square %.1f", place, at, square)
		}
	}
}

func TestADrawKnowsNothingOfWhenAnybodyAsked(t *testing.T) {
	tickets := asks(portal.NewID(), 200)
	want := turn("a seed", tickets)
	for range 20 {
		other := slices.Clone(tickets)
		rand.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		if !slices.Equal(turn("a seed", other), want) {
			t.Fatal("the order depends on who asked first")
		}
	}
	// Nor of who else did: those who stay keep their order.
	fewer := slices.DeleteFunc(slices.Clone(tickets), func(id portal.ID) bool { return strings.HasSuffix(string(id), "0") })
	left := slices.DeleteFunc(slices.Clone(want), func(id portal.ID) bool { return !slices.Contains(fewer, id) })
	if !slices.Equal(turn("a seed", fewer), left) {
		t.Error("who stays has another turn because others left")
	}
	if slices.Equal(turn("another seed", tickets), want) {
		t.Error("the seed decides nothing")
	}
}

func TestMorePointsComeBeforeAnyNumber(t *testing.T) {
	a, b := bookings.Drawn{Ask: "a", Points: 10, Number: "ffff"}, bookings.Drawn{Ask: "b", Points: 5, Number: "0000"}
	if bookings.InTurnOfDraw(a, b) >= 0 || bookings.InTurnOfDraw(b, a) <= 0 {
		t.Error("a number comes before points")
	}
	criteria := []bookings.Criterion{{Key: bookings.ByResident, Points: 10}, {Key: bookings.BySibling, Points: 5}}
	for _, c := range []struct {
		met  []string
		want int
	}{{nil, 0}, {[]string{bookings.BySibling}, 5}, {[]string{bookings.BySibling, bookings.ByResident}, 15}, {[]string{bookings.ByCarePlan}, 0}} {
		if got := bookings.PointsOf(criteria, c.met); got != c.want {
			t.Errorf("%v is worth %d, not %d", c.met, got, c.want)
		}
	}
}

// The numbers are those that sha256sum prints: anybody can check them.
func TestANumberIsWhatTheOneLinerPrints(t *testing.T) {
	// printf '%s' 'graine/0190163d-8694-739b-aea5-966c26f8ad91' | sha256sum
	if got := bookings.Number("graine", "0190163d-8694-739b-aea5-966c26f8ad91"); got != "4ecc9306a93a7fb0" {
		t.Errorf("the number is %s", got)
	}
	// printf '%s' graine | sha256sum
	if got := bookings.Commitment("graine"); got != "9712315c8f2f00925b0aa029a4fc764c82a19fa8004721121928868c19fbfeca" {
		t.Errorf("the commitment is %s", got)
	}
}

func TestTwoParentsOfOneChildHaveOneTicketAndAnAskEach(t *testing.T) {
	o, child := portal.NewID(), portal.NewID()
	if bookings.Ticket(o, child) == bookings.Ticket(portal.NewID(), child) {
		t.Error("two openings draw one number")
	}
	if a, b := bookings.AskID(o, child, portal.NewID()), bookings.AskID(o, child, portal.NewID()); a == b || !a.Valid() || !bookings.Ticket(o, child).Valid() {
		t.Errorf("asks of two parents are %s and %s", a, b)
	}
}

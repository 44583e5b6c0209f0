package ledger

import (
	"encoding/json"

	"parvis/shared/portal"
)

// Share is what one payer pays of a day, in per cent. An empty payer is whoever
// would pay the whole day if nothing were shared.
type Share struct {
	Payer   portal.ID `json:"payer,omitempty"`
	Percent int       `json:"percent"`
}

// Shares is how the price of a day is parted. The first of them pays the cents
// that do not divide.
type Shares []Share

// SharesBad means that shares do not make a whole, or name a payer twice.
const SharesBad portal.Code = "shares_bad"

// MostShares is how many may pay for a day.
const MostShares = 3

// Check is what is wrong with shares, nil for nothing: none at all has one pay the
// whole.
func (s Shares) Check() *portal.Error {
	sum, seen := 0, map[portal.ID]bool{}
	for _, p := range s {
		if p.Percent < 1 || seen[p.Payer] {
			return portal.E(SharesBad, "shares")
		}
		sum, seen[p.Payer] = sum+p.Percent, true
	}
	if len(s) > 0 && (sum != 100 || len(s) > MostShares) {
		return portal.E(SharesBad, "shares")
	}
	return nil
}

// For is the shares of a day that one would pay alone: those of nobody in
// particular are theirs. Without shares it is all theirs.
func (s Shares) For(payer portal.ID) Shares {
	if len(s) == 0 {
		return Shares{{payer, 100}}
	}
	var out Shares
	for _, p := range s {
		if p.Payer == "" {
			p.Payer = payer
		}
		if i := out.of(p.Payer); i >= 0 {
			out[i].Percent += p.Percent
			continue
		}
		out = append(out, p)
	}
	return out
}

func (s Shares) of(payer portal.ID) int {
	for i, p := range s {
		if p.Payer == payer {
			return i
		}
	}
	return -1
}

// Parted reports whether anybody else than one payer pays.
func (s Shares) Parted(payer portal.ID) bool { return len(s) != 1 || s[0].Payer != payer }

// Split parts a price, which is never below nothing: each share is rounded down,
// and the first pays what is left.
func (s Shares) Split(price portal.Money) []portal.Money {
	out := make([]portal.Money, len(s))
	rest := price
	for i, p := range s {
		if i > 0 {
			out[i] = price * portal.Money(p.Percent) / 100
			rest -= out[i]
		}
	}
	if len(out) > 0 {
		out[0] = rest
	}
	return out
}

// Part is what a payer pays of a price.
func (s Shares) Part(payer portal.ID, price portal.Money) portal.Money {
	if i := s.of(payer); i >= 0 {
		return s.Split(price)[i]
	}
	return 0
}

// MealPart is what of a payer's part of a price is a meal: in all it is the meal, and
// for nobody more than what they pay.
func (s Shares) MealPart(payer portal.ID, price, meal portal.Money) portal.Money {
	if price <= 0 {
		return 0
	}
	upTo := func(paid portal.Money) portal.Money { return halfUp(int64(min(meal, price))*int64(paid), int64(price)) }
	paid := portal.Money(0)
	for i, part := range s.Split(price) {
		if s[i].Payer == payer {
			return upTo(paid+part) - upTo(paid)
		}
		paid += part
	}
	return 0
}

// DebitParted is the entries of a booking that several pay.
func DebitParted(s Shares, cashDesk string, activity portal.ID, price portal.Money) []Entry {
	var out []Entry
	for i, amount := range s.Split(price) {
		out = append(out, Entry{Prepaid(s[i].Payer, cashDesk), -amount})
	}
	return append(out, Entry{Revenue(activity), price})
}

// ReadShares reads shares as they are kept; "" are none.
func ReadShares(text string) (s Shares) {
	_ = json.Unmarshal([]byte(text), &s) // a text of ours
	return s
}

// Payers is who pays from a day on.
type Payers struct {
	From   portal.Date `json:"from"`
	Shares Shares      `json:"shares"`
}

// PayersOn is the shares of a day: of those that have begun the newest. What was
// booked before it began stays as it was.
func PayersOn(of []Payers, day portal.Date) Shares {
	var best *Payers
	for i, p := range of {
		if p.From <= day && (best == nil || p.From >= best.From) {
			best = &of[i]
		}
	}
	if best == nil {
		return nil
	}
	return best.Shares
}

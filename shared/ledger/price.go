package ledger

import (
	"slices"

	"parvis/shared/portal"
)

// Band is a run of family quotients with one price; To is within, and nil
// means without end.
type Band struct {
	From  int          `json:"from"`
	To    *int         `json:"to,omitempty"`
	Price portal.Money `json:"price"`
}

// Rate is a price that follows the quotient itself ("taux d'effort"), within
// bounds; the upper one is also the price without a quotient.
type Rate struct {
	Part  int          `json:"part"` // of the quotient in euros, in ten-thousandths: 45 is 0.45 %
	Least portal.Money `json:"least"`
	Most  portal.Money `json:"most"`
}

// Counting says which brothers and sisters make a child's rank.
type Counting string

// The ways of counting.
const (
	// CountEnrolled counts those enrolled at the activity on that day; the
	// eldest is the first.
	CountEnrolled Counting = "enrolled"
	// CountPresent counts those already booked for the activity on that day: the
	// first booked is the first. What was booked keeps its price.
	CountPresent Counting = "present"
)

// Siblings is what the children of one payer pay by their rank.
type Siblings struct {
	Count  Counting `json:"count"`
	Shares []int    `json:"shares"` // of the price, in hundredths, from the first child on; the last stands for all after it
}

// Tariff is the price of one activity from a day on, until the next tariff: by
// bands of the quotient or, where there is a rate, by that.
type Tariff struct {
	ID       portal.ID    `json:"id"`
	Activity portal.ID    `json:"activity"`
	From     portal.Date  `json:"from"`
	Bands    []Band       `json:"bands"` // rising; the last one is the top
	Rate     *Rate        `json:"rate,omitempty"`
	Siblings *Siblings    `json:"siblings,omitempty"`
	Outside  portal.Money `json:"outside"` // for families from outside the town, whatever the rank
	Decision string       `json:"decision"`
	// Meal is what of the price is a meal, nil where none is in it.
	Meal *Meal `json:"meal,omitempty"`
}

// Meal is what of a price is a meal: so much, or so many hundredths of it.
type Meal struct {
	Price   portal.Money `json:"price,omitempty"`
	Percent int          `json:"percent,omitempty"`
}

// Of is what of a price is the meal, rounded half up; no more than all of it.
func (m *Meal) Of(price portal.Money) portal.Money {
	switch {
	case m == nil:
		return 0
	case m.Percent > 0:
		return halfUp(int64(price)*int64(m.Percent), 100)
	}
	return min(m.Price, price)
}

// Payer is what of an account fixes its prices.
type Payer struct {
	Resident  bool       `json:"resident"`
	Quotients []Quotient `json:"quotients"`
}

// Sibling is one of a payer's children, as far as it makes a rank.
type Sibling struct {
	Child    portal.ID   `db:"child"`
	Born     portal.Date `db:"born"`
	Enrolled bool        `db:"enrolled"` // at the activity, on the day
	Booked   bool        `db:"booked"`   // for the activity, on the day
}

// Price is what a day costs, with the reasons a line can tell.
type Price struct {
	Amount   portal.Money `json:"amount"`
	Tariff   portal.ID    `json:"tariff"`
	Band     int          `json:"band,omitempty"`     // its number, from 1; 0 from outside and by a rate
	Bands    int          `json:"bands,omitempty"`    // of so many
	Rate     *Rate        `json:"rate,omitempty"`     // by which it was reckoned
	Quotient *Quotient    `json:"quotient,omitempty"` // nil: none that serves, so the top band
	Outside  bool         `json:"outside,omitempty"`
	Full     portal.Money `json:"full,omitempty"`  // of which Share is paid, where the rank makes a difference
	Rank     int          `json:"rank,omitempty"`  // from 1; 0 where it makes no difference to anybody
	Share    int          `json:"share,omitempty"` // of the full price, in hundredths
	Meal     portal.Money `json:"meal,omitempty"`  // what of the amount is a meal
}

// NoTariff means that the town has not fixed a price for that day.
const NoTariff portal.Code = "no_tariff"

// TariffOn is the tariff of an activity on a day, nil where the town has none.
func TariffOn(tariffs []Tariff, activity portal.ID, day portal.Date) *Tariff {
	var best *Tariff
	for i, t := range tariffs {
		if t.Activity == activity && t.From <= day && (best == nil || t.From > best.From) {
			best = &tariffs[i]
		}
	}
	if best == nil || len(best.Bands) == 0 && best.Rate == nil {
		return nil
	}
	return best
}

// PriceOf is the price by a tariff, nil for none, of a child's day for a payer
// with these children, who matter only where the tariff counts them; of no child
// in particular it is that of a first one. A payer without a known quotient pays
// the top, never nothing. It is rounded once, half up.
func PriceOf(t *Tariff, day portal.Date, p Payer, child portal.ID, children []Sibling) (Price, *portal.Error) {
	if t == nil {
		return Price{}, portal.E(NoTariff, "day")
	}
	out := Price{Tariff: t.ID}
	if !p.Resident {
		out.Amount, out.Outside, out.Meal = t.Outside, true, t.Meal.Of(t.Outside)
		return out, nil
	}
	out.Quotient = QuotientOn(p.Quotients, day)
	var exact int64 // in hundredths of a cent
	if t.Rate != nil {
		out.Rate = t.Rate
		exact = t.Rate.of(out.Quotient)
	} else {
		out.Band, out.Bands = bandOf(t.Bands, out.Quotient), len(t.Bands)
		exact = 100 * int64(t.Bands[out.Band-1].Price)
	}
	share := 100
	if s := t.Siblings; s != nil && len(s.Shares) > 0 {
		out.Rank = s.rank(child, children)
		share = s.Shares[min(out.Rank, len(s.Shares))-1]
		out.Share, out.Full = share, halfUp(exact, 100)
	}
	out.Amount = halfUp(exact*int64(share), 100*100)
	out.Meal = t.Meal.Of(out.Amount)
	return out, nil
}

// halfUp is a quotient of what is not negative, rounded half up.
func halfUp(n, by int64) portal.Money { return portal.Money((n + by/2) / by) }

// of is the price by the rate, in hundredths of a cent.
func (r Rate) of(q *Quotient) int64 {
	if q == nil {
		return 100 * int64(r.Most)
	}
	return min(max(int64(q.Value)*int64(r.Part), 100*int64(r.Least)), 100*int64(r.Most))
}

// rank is a child's place among those who count, from 1. Of two born on one day
// the order of their ids decides, so that it is the same everywhere.
func (s Siblings) rank(child portal.ID, of []Sibling) int {
	mine := Sibling{Child: child}
	if i := slices.IndexFunc(of, func(o Sibling) bool { return o.Child == child }); i >= 0 {
		mine = of[i]
	}
	rank := 1
	for _, o := range of {
		switch {
		case o.Child == child:
		case s.Count == CountPresent && o.Booked,
			s.Count == CountEnrolled && o.Enrolled && (o.Born < mine.Born || o.Born == mine.Born && o.Child < child):
			rank++
		}
	}
	return rank
}

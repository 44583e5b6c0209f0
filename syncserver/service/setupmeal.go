package service

import "parvis/shared/ledger"

// SetupMeal is what of a price is a meal: so much, whatever the band, or so many
// per cent of it.
type SetupMeal struct {
	Price   string `json:"price,omitempty"`
	Percent int    `json:"percent,omitempty"`
}

func (m *SetupMeal) read(c *checker, where string) *ledger.Meal {
	if m == nil {
		return nil
	}
	c.say((m.Price == "") != (m.Percent == 0), where, "say its price or its part of the price, one of the two")
	c.say(m.Percent >= 0 && m.Percent < 100, where+".percent", "%d is not a part of the price", m.Percent)
	out := &ledger.Meal{Percent: m.Percent}
	if m.Price != "" {
		out.Price = c.euros(where+".price", m.Price)
		c.say(out.Price > 0, where+".price", "%q is no price of a meal", m.Price)
	}
	return out
}

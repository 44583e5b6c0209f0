package portal

import "strconv"

// Money is an amount in euro cents. It may be negative.
type Money int64

// Decimal writes the amount as "-12.40": for programs, receipts' data and
// tests. What people read is written by the window's own formats.
func (m Money) Decimal() string {
	sign := ""
	n := int64(m)
	if n < 0 {
		sign, n = "-", -n
	}
	cents := strconv.FormatInt(n%100, 10)
	if len(cents) == 1 {
		cents = "0" + cents
	}
	return sign + strconv.FormatInt(n/100, 10) + "." + cents
}

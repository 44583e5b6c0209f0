package examples

import (
	_ "embed" // the table
	"fmt"
	"strconv"
	"time"

	"parvis/shared/family"
	"parvis/shared/portal"
)

//go:embed semaines.md
var weeks string

// Week is a worked example of whose week a day is in, and who pays for it. The
// weeks begin with one of Claire's, the other parent is Julien.
type Week struct {
	Case  string
	Weeks family.Weeks
	Day   portal.Date
	With  string // of the two
	Rule  family.Paying
	By    string // who books
	Pays  string
}

// Weeks reads the examples of semaines.md.
func Weeks() (out []Week) {
	parent := func(s string) string {
		if s != "Claire" && s != "Julien" {
			panic(fmt.Sprintf("semaines.md: %q is neither parent", s))
		}
		return s
	}
	rules := map[string]family.Paying{"aucun": family.BookerPays, "chacun ses semaines": family.EachOwnWeeks}
	for _, r := range tables("semaines.md", weeks)["Exemples : de 2026 à 2027"] {
		rule, known := rules[r.in("Accord")]
		if !known {
			panic(fmt.Sprintf("semaines.md:%d: %q is no agreement", r.line, r.in("Accord")))
		}
		w := Week{
			Case: fmt.Sprintf("semaines.md:%d %s", r.line, r.in("Cas")), Weeks: family.Weeks{Anchor: date(r.in("Une semaine de Claire commence"))}, Day: date(r.in("Jour")),
			With: parent(r.in("Chez")), Rule: rule, By: parent(r.in("Réservé par")), Pays: parent(r.in("Paie")),
		}
		if _, n := must(time.Parse(time.DateOnly, string(w.Day))).ISOWeek(); strconv.Itoa(n) != r.in("Semaine") {
			panic(fmt.Sprintf("%s: the week is %d", w.Case, n))
		}
		out = append(out, w)
	}
	return out
}

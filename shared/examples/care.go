package examples

import (
	_ "embed" // the tables
	"fmt"
	"strconv"

	"parvis/shared/ledger"
	"parvis/shared/portal"
)

//go:embed garde.md
var careText string

// Care is an account whose days were paid now and later, and what is certified of
// it for each year.
type Care struct {
	Children  []ledger.CareChild
	Movements []ledger.Movement
	Counts    func(activity portal.ID) bool
	Want      map[int][]ledger.CareLine
}

// CareExample is the worked example of garde.md.
func CareExample() Care {
	kinds := map[string]ledger.Kind{"paiement": ledger.KindTopUp, "régie": ledger.KindDeskMoney, "journée": ledger.KindDebit, "annulation": ledger.KindCredit, "correction": ledger.KindCorrection}
	all := tables("garde.md", careText)
	out := Care{Want: map[int][]ledger.CareLine{}, Counts: func(a portal.ID) bool { return a != "cantine" }}
	for _, r := range all["Les enfants"] {
		out.Children = append(out.Children, ledger.CareChild{ID: portal.ID(r.in("Enfant")), Born: date(r.in("Né le")), Turning: r.in("Garde") == "alternée"})
	}
	or := func(s string) portal.ID {
		if s == "–" {
			return ""
		}
		return portal.ID(s)
	}
	for n, r := range all["Le compte"] {
		kind, known := kinds[r.in("Mouvement")]
		if !known {
			panic(fmt.Sprintf("garde.md: %q is no movement", r.in("Mouvement")))
		}
		amount := r.in("Montant")
		m := ledger.Movement{ID: portal.ID(fmt.Sprintf("m%02d", n)), CashDesk: "main", At: date(r.in("Date")).At(12, 0).UnixMicro(), Kind: kind,
			Booking: or(r.in("Journée")), Child: or(r.in("Enfant")), Activity: or(r.in("Activité"))}
		if amount[0] == '-' {
			m.Amount = -cents(amount[1:])
		} else {
			m.Amount = cents(amount)
		}
		if meal := r.in("Dont repas"); meal != "–" {
			m.Meal = cents(meal)
		}
		out.Movements = append(out.Movements, m)
	}
	for _, r := range all["Ce qui est attesté"] {
		year := must(strconv.Atoi(r.in("Année")))
		out.Want[year] = append(out.Want[year], ledger.CareLine{Child: portal.ID(r.in("Enfant")), Amount: cents(r.in("Somme payée")), Ceiling: cents(r.in("Plafond"))})
	}
	return out
}

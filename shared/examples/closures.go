package examples

import (
	_ "embed" // the table
	"fmt"
	"strconv"
	"strings"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

//go:embed fermetures.md
var closures string

// The schools of the examples of closures.
var schools = map[string]portal.ID{"Jules-Ferry": "jules-ferry", "Les Tilleuls": "les-tilleuls"}

// Closed is a worked example of a closure and one booking.
type Closed struct {
	Case     string
	Closure  bookings.Closure // before what needs a closed activity
	Declared time.Time
	Activity portal.ID
	Site     portal.ID
	Class    string // the child's
	Day      portal.Date
	Price    portal.Money
	Credited portal.Money
	Undone   time.Time // zero: it stands
	Again    portal.Money
}

// ClosedTown is the activities of the examples of closures; homework needs the
// evening.
func ClosedTown() map[portal.ID]bookings.Activity {
	evening, study, canteen := activityID("Accueil du soir"), activityID("Étude"), activityID("Cantine")
	return map[portal.ID]bookings.Activity{canteen: {ID: canteen}, evening: {ID: evening}, study: {ID: study, Requires: []portal.ID{evening}}}
}

// Closures reads the examples of closures of fermetures.md.
func Closures() (out []Closed) {
	for _, r := range tables("fermetures.md", closures)["Exemples : fermetures"] {
		e := Closed{
			Case: fmt.Sprintf("fermetures.md:%d %s", r.line, r.in("Cas")), Declared: moment(r.in("Déclarée le")), Activity: activityID(r.in("Réservé")), Site: schools[r.in("École")],
			Class: class(r.in("Classe de l'enfant")), Day: date(r.in("Jour")), Price: cents(r.in("Prix")), Credited: cents(r.in("Recrédité")),
			Closure: bookings.Closure{Kind: bookings.Strike, Class: class(r.in("Classe")), Period: portal.Period{From: date(r.in("Du")), To: date(r.in("Au"))}, Reason: "Exemple"},
		}
		if e.Site == "" {
			panic(fmt.Sprintf("%s: no such school", e.Case))
		}
		if e.Closure.Class != "" {
			e.Closure.Kind = bookings.Outing
		}
		if name := r.in("Fermé"); name != "toutes" {
			e.Closure.Activities = activityIDs(name)
		}
		if name := r.in("Où"); name != "toutes" {
			e.Closure.Sites = []portal.ID{schools[name]}
		}
		if s := r.in("Annulée le"); s != "–" {
			e.Undone, e.Again = moment(s), cents(r.in("De nouveau dû"))
		}
		out = append(out, e)
	}
	return out
}

// Absent is a worked example of days of which the town is told that the child
// does not come.
type Absent struct {
	Case     string
	Rule     bookings.AbsenceRule
	Days     []portal.Date
	Forgiven []portal.Date // before
	Told     time.Time
	Judged   bool // with a certificate, or the lack of one
	Accept   bool
	Whole    bool
	Credited portal.Money
	Due      portal.Money
}

// AbsentPrice is what each day of these examples costs, and AbsentCutoff until
// when it may be cancelled.
const AbsentPrice portal.Money = 320

// AbsentCutoff is until when a day of these examples may be cancelled.
var AbsentCutoff = bookings.Cutoff{Days: 1, Hour: 10}

// Absences reads the examples of absences of fermetures.md.
func Absences() (out []Absent) {
	for _, r := range tables("fermetures.md", closures)["Exemples : absences"] {
		rule := bookings.UsualAbsences
		rule.Grace, rule.UnpaidDays = must(strconv.Atoi(r.in("Grâce"))), must(strconv.Atoi(r.in("À payer")))
		e := Absent{
			Case: fmt.Sprintf("fermetures.md:%d %s", r.line, r.in("Cas")), Rule: rule, Days: dates(r.in("Réservé")), Forgiven: dates(r.in("Déjà pardonné")),
			Told: moment(r.in("Signalée le")), Credited: cents(r.in("Recrédité")), Due: cents(r.in("Reste dû")),
		}
		switch s := r.in("Certificat"); s {
		case "–":
		case "oui", "en entier", "refusé":
			e.Judged, e.Accept, e.Whole = true, s != "refusé", s == "en entier"
		default:
			panic(fmt.Sprintf("%s: %q is no certificate", e.Case, s))
		}
		out = append(out, e)
	}
	return out
}

// Back is a worked example of a day of which the absence is told and taken back.
type Back struct {
	Case  string
	Rule  bookings.AbsenceRule
	Day   portal.Date
	Told  time.Time
	Back  time.Time
	Place bool // one is left when it is taken back
	Done  bool
	Paid  portal.Money // in the end
}

// Backs reads the examples of absences that are taken back of fermetures.md.
func Backs() (out []Back) {
	for _, r := range tables("fermetures.md", closures)["Exemples : absences annulées"] {
		rule := bookings.UsualAbsences
		rule.Grace = must(strconv.Atoi(r.in("Grâce")))
		if s := r.in("Jusqu'à"); s != "–" {
			at := must(time.Parse("15:04", s))
			rule.BackHour, rule.BackMinute = at.Hour(), at.Minute()
		}
		out = append(out, Back{Case: fmt.Sprintf("fermetures.md:%d %s", r.line, r.in("Cas")), Rule: rule, Day: date(r.in("Réservé")), Told: moment(r.in("Signalée le")), Back: moment(r.in("Annulée le")),
			Place: yes(r.in("Encore une place")), Done: yes(r.in("Acceptée")), Paid: cents(r.in("Payé à la fin"))})
	}
	return out
}

// yes reads "oui" or "non".
func yes(s string) bool {
	if s != "oui" && s != "non" {
		panic(fmt.Sprintf("%q is neither yes nor no", s))
	}
	return s == "oui"
}

// moment reads "mer. 11/03/2026 à 20:00".
func moment(s string) time.Time {
	day, hour, _ := strings.Cut(s, " à ")
	at := must(time.Parse("15:04", hour))
	return date(day).At(at.Hour(), at.Minute())
}

// dates reads "jeu. 12/03/2026 ; ven. 13/03/2026", or "–" for none.
func dates(s string) (out []portal.Date) {
	if s == "–" {
		return nil
	}
	for part := range strings.SplitSeq(s, " ; ") {
		out = append(out, date(part))
	}
	return out
}

// class reads "CE2", or "–" for none.
func class(s string) string {
	if s == "–" {
		return ""
	}
	return strings.ToLower(s)
}

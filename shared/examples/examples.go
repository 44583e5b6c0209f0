package examples

import (
	_ "embed" // the tables
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
)

//go:embed prix.md
var prices string

//go:embed dates-limites.md
var cutoffs string

// Price is a worked example of what a day costs.
type Price struct {
	Case     string
	Tariff   ledger.Tariff
	Day      portal.Date
	Payer    ledger.Payer
	Child    portal.ID
	Children []ledger.Sibling
	Want     portal.Money
}

// Cutoff is a worked example of until when a day may be booked.
type Cutoff struct {
	Case     string
	Rule     bookings.Cutoff
	Calendar bookings.Calendar
	Day      portal.Date
	Want     time.Time // the first instant at which it is too late
}

// Prices reads the examples of prix.md.
func Prices() []Price {
	all := tables("prix.md", prices)
	tariffs := map[string][]ledger.Tariff{}
	for _, r := range all["Les tarifs"] {
		t := ledger.Tariff{
			ID: portal.ID(fmt.Sprint("line-", r.line)), Activity: portal.ID(r.in("Tarif")), From: date(r.in("Depuis")),
			Outside: cents(r.in("Hors commune")), Decision: r.in("Délibération"), Rate: rate(r.in("Taux")), Siblings: siblings(r.in("Frères et sœurs")),
		}
		if t.Rate == nil {
			t.Bands = bands(r.in("Tranches"))
		}
		tariffs[r.in("Tarif")] = append(tariffs[r.in("Tarif")], t)
	}
	var out []Price
	for title, rows := range all {
		if !strings.HasPrefix(title, "Exemples") {
			continue
		}
		for _, r := range rows {
			day := date(r.in("Jour"))
			p := Price{Case: fmt.Sprintf("prix.md:%d %s", r.line, r.in("Cas")), Day: day, Want: cents(r.in("Prix"))}
			if t := ledger.TariffOn(tariffs[r.in("Tarif")], portal.ID(r.in("Tarif")), day); t != nil {
				p.Tariff = *t
			}
			p.Payer = ledger.Payer{Resident: r.in("Habite") == "ici", Quotients: quotients(r.in("Quotients"))}
			p.Child, p.Children = children(r.in("Enfants"))
			out = append(out, p)
		}
	}
	return out
}

// Cutoffs reads the examples of dates-limites.md.
func Cutoffs() []Cutoff {
	all := tables("dates-limites.md", cutoffs)
	cal := calendarOf(all)
	var out []Cutoff
	for title, rows := range all {
		if !strings.HasPrefix(title, "Exemples") {
			continue
		}
		for _, r := range rows {
			day, hour, _ := strings.Cut(r.in("Trop tard à partir du"), " à ")
			at, err := time.Parse("15:04", hour)
			if err != nil {
				panic(fmt.Sprintf("dates-limites.md:%d: %v", r.line, err))
			}
			out = append(out, Cutoff{
				Case: fmt.Sprintf("dates-limites.md:%d %s", r.line, r.in("Cas")), Rule: rule(r.in("Règle")), Calendar: cal, Day: date(r.in("Jour")),
				Want: date(day).At(at.Hour(), at.Minute()),
			})
		}
	}
	return out
}

// calendarOf reads the holidays of a file.
func calendarOf(all map[string][]row) bookings.Calendar {
	cal := bookings.Calendar{Public: map[portal.Date]bookings.Names{}}
	for _, r := range all["Les vacances"] {
		cal.School = append(cal.School, bookings.Holiday{Period: portal.Period{From: date(r.in("Du")), To: date(r.in("Au"))}})
	}
	for _, r := range all["Les jours fériés"] {
		cal.Public[date(r.in("Jour"))] = bookings.Names{"fr": r.in("Fête")}
	}
	return cal
}

// date reads "19/11/2026", whatever day of the week stands before it.
func date(s string) portal.Date {
	if i := strings.LastIndexByte(s, ' '); i >= 0 {
		word := s[:i]
		s = s[i+1:]
		t := must(time.Parse("02/01/2006", s))
		if !strings.HasPrefix(weekdays[t.Weekday()], strings.TrimSuffix(word, ".")) {
			panic(fmt.Sprintf("%s is a %s, not %q", s, weekdays[t.Weekday()], word))
		}
	}
	t := must(time.Parse("02/01/2006", s))
	return portal.NewDate(t.Year(), t.Month(), t.Day())
}

var weekdays = []string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// cents reads "3,20 €".
func cents(s string) portal.Money {
	whole, part, ok := strings.Cut(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "€")), ",")
	if !ok || len(part) != 2 {
		panic(fmt.Sprintf("%q is no amount such as 3,20 €", s))
	}
	return portal.Money(100*must(strconv.Atoi(whole)) + must(strconv.Atoi(part)))
}

// bands reads "jusqu'à 300 : 1,20 € ; jusqu'à 500 : 2,10 € ; au-delà : 4,80 €".
func bands(s string) (out []ledger.Band) {
	from := 0
	for part := range strings.SplitSeq(s, ";") {
		upTo, price, _ := strings.Cut(part, " : ")
		b := ledger.Band{From: from, Price: cents(price)}
		if n, is := strings.CutPrefix(strings.TrimSpace(upTo), "jusqu'à "); is {
			to := must(strconv.Atoi(n))
			b.To, from = &to, to+1
		}
		out = append(out, b)
	}
	return out
}

var rateText = regexp.MustCompile(`^(\d+,\d\d) % du quotient, de (\S+ €) à (\S+ €)$`)

// rate reads "0,45 % du quotient, de 1,00 € à 4,80 €", or "–" for none.
func rate(s string) *ledger.Rate {
	if s == "–" {
		return nil
	}
	m := rateText.FindStringSubmatch(s)
	return &ledger.Rate{Part: int(cents(m[1] + " €")), Least: cents(m[2]), Most: cents(m[3])}
}

// siblings reads "inscrits : 100, 90, 80 %", or "–" for none.
func siblings(s string) *ledger.Siblings {
	if s == "–" {
		return nil
	}
	counted, shares, _ := strings.Cut(strings.TrimSuffix(s, " %"), " : ")
	out := &ledger.Siblings{Count: map[string]ledger.Counting{"inscrits": ledger.CountEnrolled, "présents": ledger.CountPresent}[counted]}
	for share := range strings.SplitSeq(shares, ", ") {
		out.Shares = append(out.Shares, must(strconv.Atoi(share)))
	}
	return out
}

var quotientText = regexp.MustCompile(`^(\d+) du (\S+)(?: au (\S+))?$`)

// quotients reads "640 du 01/11/2025 au 31/08/2026 ; 700 du 01/09/2026", or "–".
func quotients(s string) (out []ledger.Quotient) {
	if s == "–" {
		return nil
	}
	for part := range strings.SplitSeq(s, " ; ") {
		m := quotientText.FindStringSubmatch(part)
		q := ledger.Quotient{Value: must(strconv.Atoi(m[1])), From: date(m[2])}
		if m[3] != "" {
			q.Until = date(m[3])
		}
		out = append(out, q)
	}
	return out
}

var childText = regexp.MustCompile(`^(\*\*)?(\pL+)(?:\*\*)?, (\d{2}/\d{2}/\d{4})(, inscrite?)?(, réservée?)?$`)

// children reads "Léa, 01/03/2016, inscrite ; **Noé**, 04/05/2019, inscrit,
// réservé": the one in bold is the one who is asked about.
func children(s string) (asked portal.ID, out []ledger.Sibling) {
	if s == "–" {
		return "", nil
	}
	for part := range strings.SplitSeq(s, " ; ") {
		m := childText.FindStringSubmatch(part)
		if m == nil {
			panic(fmt.Sprintf("%q is no child", part))
		}
		if m[1] != "" {
			asked = portal.ID(m[2])
		}
		out = append(out, ledger.Sibling{Child: portal.ID(m[2]), Born: date(m[3]), Enrolled: m[4] != "", Booked: m[5] != ""})
	}
	return asked, out
}

var ruleText = regexp.MustCompile(`^(?:(\d+) jours?( ouvrés?)? avant(, hors vacances)?(?:, sauf le (\pL+))?|le (\pL+) d'avant), (\d\d):(\d\d)$`)

// rule reads "1 jour ouvré avant, 10:00", "2 jours avant, hors vacances, 23:59",
// "1 jour avant, sauf le mercredi, 10:00" and "le jeudi d'avant, 12:00".
func rule(s string) bookings.Cutoff {
	m := ruleText.FindStringSubmatch(s)
	if m == nil {
		panic(fmt.Sprintf("%q is no rule", s))
	}
	c := bookings.Cutoff{Working: m[2] != "", Holidays: m[3] != "", Hour: must(strconv.Atoi(m[6])), Minute: must(strconv.Atoi(m[7]))}
	if m[4] != "" {
		c.Except = []time.Weekday{weekday(m[4])}
	}
	if m[5] != "" {
		day := weekday(m[5])
		c.Weekly = &day
		return c
	}
	c.Days = must(strconv.Atoi(m[1]))
	return c
}

func weekday(name string) time.Weekday {
	i := slices.Index(weekdays, name)
	if i < 0 {
		panic(fmt.Sprintf("%q is no day", name))
	}
	return time.Weekday(i)
}

package find

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"parvis/shared/portal"
	"parvis/shared/words"
)

// Day is a date that a query names, and what else it says.
type Day struct {
	Date portal.Date
	// Month says that a month was named and no day of it.
	Month bool
	Rest  []string
}

// Names of days and months, folded; the first in each row is Sunday, January.
var (
	weekdays = [][]string{
		{"dimanche", "sunday"}, {"lundi", "monday"}, {"mardi", "tuesday"}, {"mercredi", "wednesday"},
		{"jeudi", "thursday"}, {"vendredi", "friday"}, {"samedi", "saturday"},
	}
	months = [][]string{
		{"janvier", "january"}, {"fevrier", "february"}, {"mars", "march"}, {"avril", "april"}, {"mai", "may"}, {"juin", "june"},
		{"juillet", "july"}, {"aout", "august"}, {"septembre", "september"}, {"octobre", "october"}, {"novembre", "november"}, {"decembre", "december"},
	}
	near = map[string]int{"aujourd'hui": 0, "aujourdhui": 0, "today": 0, "demain": 1, "tomorrow": 1, "hier": -1, "yesterday": -1}
)

// DayIn is the date that a query names: *demain*, *jeudi*, *jeudi prochain*,
// *jeudi 12*, *12 mars*, *March 12th*, *12/03/2027*, *mars*; false where it names none. A
// date without a year is the next such day, or one of the last two months.
func DayIn(query string, today portal.Date) (Day, bool) {
	if len(query) > longest {
		return Day{}, false
	}
	parts := strings.FieldsFunc(words.Fold(query), func(r rune) bool { return r == ' ' || r == ',' || r == '\u00a0' })
	var d Day
	var day, year int
	var month time.Month
	weekday, after := -1, false
	for i, p := range parts {
		if offset, is := near[p]; is && d.Date == "" {
			d.Date = today.Add(offset)
			if offset > 0 && i > 0 && (parts[i-1] == "apres" || parts[i-1] == "after") {
				d.Date = d.Date.Add(1)
				d.Rest = slices.DeleteFunc(d.Rest, func(w string) bool { return w == parts[i-1] })
			}
			continue
		}
		switch {
		case p == "apres-demain":
			d.Date = today.Add(2)
		case p == "prochain" || p == "prochaine" || p == "next":
			after = true
		case weekday < 0 && named(weekdays, p) >= 0:
			weekday = named(weekdays, p)
		case month == 0 && named(months, p) >= 0:
			month = time.Month(named(months, p) + 1)
		case written(p, today) != "":
			d.Date = written(p, today)
		default:
			if n, ok := ordinal(p); ok && day == 0 && n >= 1 && n <= 31 {
				day = n
			} else if ok && year == 0 && n >= 2000 && n < 2100 {
				year = n
			} else if !words.Empty(p) {
				d.Rest = append(d.Rest, words.Split(p)...)
			}
		}
	}
	switch {
	case d.Date != "":
	case month != 0:
		d.Month = day == 0
		d.Date = dated(max(day, 1), month, year, today)
	case day != 0 && year == 0 && (weekday >= 0 || len(d.Rest) > 0 || len(parts) > 1):
		d.Date = next(day, weekday, today) // "jeudi 12", or half of "cantine 12 mars"
	case weekday >= 0 && day == 0:
		ahead := (weekday - int(today.Weekday()) + 7) % 7
		if after && ahead == 0 {
			ahead = 7
		}
		d.Date = today.Add(ahead)
	}
	return d, d.Date != ""
}

// next is the next such day of a month, on a weekday where one is named; "" for
// none within a year.
func next(day, weekday int, today portal.Date) portal.Date {
	for d := today; d < today.Add(366); d = d.Add(1) {
		if d.Day() == day && (weekday < 0 || int(d.Weekday()) == weekday) {
			return d
		}
	}
	return ""
}

// named is the row of a name, or of the beginning of one alone from three
// letters on, or of a long one with a slip; -1 for none. A slip is forgiven in
// the first language only: "marché" is not March.
func named(rows [][]string, word string) int {
	found := -1
	for i, row := range rows {
		for n, name := range row {
			if word == name {
				return i
			}
			typed := len(word) >= 3 && strings.HasPrefix(name, strings.TrimSuffix(word, "."))
			if typed || n == 0 && len(name) > 5 && len(word) > 4 && words.Distance(word, name, 1) <= 1 {
				if found >= 0 && found != i {
					return -1 // "jui" is June and July
				}
				found = i
			}
		}
	}
	return found
}

// ordinal is a number, also as *1er*, *1st* or *12th*.
func ordinal(word string) (int, bool) {
	for _, end := range []string{"er", "e", "st", "nd", "rd", "th"} {
		if n := strings.TrimSuffix(word, end); n != word {
			word = n
			break
		}
	}
	n, err := strconv.Atoi(word)
	return n, err == nil
}

// written is a date in figures: 12/03, 12/03/2027, 2027-03-12; "" for none.
func written(word string, today portal.Date) portal.Date {
	if d, err := portal.ParseDate(word); err == nil {
		return d
	}
	parts := strings.FieldsFunc(word, func(r rune) bool { return r == '/' || r == '.' })
	if len(parts) < 2 || len(parts) > 3 || strings.HasSuffix(word, ".") {
		return ""
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil {
			return ""
		}
		n[i] = v
	}
	if n[2] > 0 && n[2] < 100 {
		n[2] += 2000
	}
	if n[1] < 1 || n[1] > 12 {
		return ""
	}
	return dated(n[0], time.Month(n[1]), n[2], today)
}

// dated is a day of a month; without a year the next one, or that of the last
// two months. "" for a day that the month does not have.
func dated(day int, month time.Month, year int, today portal.Date) portal.Date {
	real := func(year int) portal.Date {
		if d := portal.NewDate(year, month, day); d.Month() == month && d.Day() == day {
			return d
		}
		return ""
	}
	if year != 0 {
		if year < 1900 || year > 2100 {
			return ""
		}
		return real(year)
	}
	for y := today.Year() - 1; y < today.Year()+5; y++ {
		if d := real(y); d != "" && today.DaysUntil(d) >= -61 {
			return d
		}
	}
	return ""
}

package i18n

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	nbsp   = "\u00a0" // no-break space: before €, between parts that must not part
	narrow = "\u202f" // narrow no-break space: between thousands in French
	minus  = "\u2212"
)

// Date is a whole date: "12 mars 2019", "12 March 2019".
func Date(t time.Time) string { return dayNumber(t) + nbsp + MonthName(t.Month()) + " " + year(t) }

// DayDate is a day without its year: "jeudi 12 mars", "Thursday 12 March".
func DayDate(t time.Time) string {
	return Weekday(t.Weekday()) + " " + dayNumber(t) + nbsp + MonthName(t.Month())
}

// DayMonthName is "12 mars", "12 March".
func DayMonthName(t time.Time) string { return dayNumber(t) + nbsp + MonthName(t.Month()) }

// DateBefore is a date before another, without what both have in common:
// "1er" before "31 octobre 2025", "1er octobre" before "15 novembre 2025".
func DateBefore(t, next time.Time) string {
	switch {
	case t.Year() != next.Year():
		return Date(t)
	case t.Month() != next.Month() || t.Day() == next.Day():
		return DayMonthName(t)
	}
	return dayNumber(t)
}

// LongDate is both: "jeudi 12 mars 2026".
func LongDate(t time.Time) string { return DayDate(t) + " " + year(t) }

// ShortDate is for narrow columns: "12/03/2026".
func ShortDate(t time.Time) string { return t.Format("02/01/2006") }

// DayMonth is for columns narrower still, of days that are not far: "12/03".
func DayMonth(t time.Time) string { return t.Format("02/01") }

// MonthYear is the head of a month: "mars 2026", "March 2026".
func MonthYear(t time.Time) string { return MonthName(t.Month()) + " " + year(t) }

// Clock is a time of day: "10:00".
func Clock(t time.Time) string { return t.Format("15:04") }

// DateTime is "12 mars 2019 à 10:00", "12 March 2019 at 10:00".
func DateTime(t time.Time) string {
	return T("format.datetime", map[string]any{"Date": Date(t), "Time": Clock(t)})
}

// MonthName is "mars", "March".
func MonthName(m time.Month) string { return T("format.month."+strconv.Itoa(int(m)), nil) }

// Weekday is "jeudi", "Thursday".
func Weekday(d time.Weekday) string { return T("format.weekday."+strconv.Itoa(int(d)), nil) }

// WeekdayShort is "jeu.", "Thu".
func WeekdayShort(d time.Weekday) string { return T("format.weekdayShort."+strconv.Itoa(int(d)), nil) }

func dayNumber(t time.Time) string {
	if t.Day() == 1 && Language() == French {
		return "1er"
	}
	return strconv.Itoa(t.Day())
}

func year(t time.Time) string { return strconv.Itoa(t.Year()) }

// Money writes cents: "3,20 €", "−12,40 €"; "€3.20", "−€12.40".
func Money(cents int64) string {
	sign := ""
	if cents < 0 {
		sign = minus
	}
	// The magnitude is taken as unsigned so that the smallest integer has one.
	abs := uint64(cents)
	if cents < 0 {
		abs = -abs
	}
	whole, part := abs/100, abs%100
	frac := strconv.FormatUint(part, 10)
	if part < 10 {
		frac = "0" + frac
	}
	if Language() == English {
		return sign + "€" + grouped(strconv.FormatUint(whole, 10), ",", 4) + "." + frac
	}
	return sign + grouped(strconv.FormatUint(whole, 10), narrow, 4) + "," + frac + nbsp + "€"
}

// Number writes a whole number: "5 000", "5,000".
func Number(n int64) string { return numberIn(Language(), n) }

func numberIn(lang string, n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = minus, s[1:]
	}
	if Closest(lang) == English {
		return sign + grouped(s, ",", 4)
	}
	return sign + grouped(s, narrow, 4)
}

// Percent writes "40 %", "40%".
func Percent(n int) string {
	if Language() == English {
		return strconv.Itoa(n) + "%"
	}
	return strconv.Itoa(n) + nbsp + "%"
}

// Size writes a number of bytes: "3,2 Mo", "3.2 MB".
func Size(bytes int64) string {
	value, unit := float64(bytes), 0
	for value >= 999.5 && unit < 3 { // what would be rounded to a thousand is one of the next
		value /= 1000
		unit++
	}
	digits := 1
	if unit < 2 || value >= 99.95 { // a tenth of a kilobyte tells nobody anything
		digits = 0
	}
	s := strconv.FormatFloat(value, 'f', digits, 64)
	if Language() == French {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s + nbsp + T("format.size."+strconv.Itoa(unit), nil)
}

func grouped(digits, sep string, from int) string {
	if len(digits) < from {
		return digits
	}
	var b strings.Builder
	for i, r := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Since tells how long something has lasted: "depuis 3 jours".
func Since(d time.Duration) string { return span("format.since.", d) }

// Ago tells how long ago something was: "il y a 3 minutes".
func Ago(d time.Duration) string { return span("format.ago.", d) }

func span(prefix string, d time.Duration) string {
	if d < 0 {
		d = 0
	}
	switch {
	case d < time.Minute:
		return T(prefix+"moment", nil)
	case d < time.Hour:
		return T(prefix+"minutes", map[string]any{"Count": int(d / time.Minute)})
	case d < 24*time.Hour:
		return T(prefix+"hours", map[string]any{"Count": int(d / time.Hour)})
	case d < 60*24*time.Hour:
		return T(prefix+"days", map[string]any{"Count": int(d / (24 * time.Hour))})
	default:
		return T(prefix+"months", map[string]any{"Count": int(d / (30 * 24 * time.Hour))})
	}
}

// List joins names as a sentence does: "Léa, Tom et Inès".
func List(items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " " + T("format.and", nil) + " " + items[last]
}

// Labels is a List of what a label names: but for the first they lose the
// capital that they have alone. "Photo d'identité et livret de famille".
func Labels(items []string) string {
	items = slices.Clone(items)
	for i := 1; i < len(items); i++ {
		items[i] = Small(items[i])
	}
	return List(items)
}

// Small is a label where a sentence goes on with it: without the capital that it
// has alone.
func Small(label string) string {
	first, size := utf8.DecodeRuneInString(label)
	if second, _ := utf8.DecodeRuneInString(label[size:]); size == 0 || unicode.IsUpper(second) { // no PAI becomes pAI
		return label
	}
	return string(unicode.ToLower(first)) + label[size:]
}

// Clauses are one sentence's parts that have commas of their own.
func Clauses(parts []string) string { return strings.Join(parts, T("format.semicolon", nil)) }

// Capital makes the first letter of a sentence a capital: French writes its
// days and months small everywhere else.
func Capital(s string) string {
	for i, r := range s {
		return s[:i] + strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// Joined is the words of a line that are there, each apart from the next.
func Joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

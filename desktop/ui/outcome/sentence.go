// Package outcome says what became of what a person did: the sentence of an
// error with its dates and amounts in their words, and the cards of what was
// refused. It reads the view and the translations and decides nothing.
package outcome

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
)

// Sentence is an error with all its particulars: the name of a holiday, the
// instant of a cut-off, who was faster. Where there is nothing more exact to
// say it is screen.Sentence.
func Sentence(err error) string {
	if s, ok := exact("explain.", err); ok {
		return s
	}
	return screen.Sentence(err)
}

// Past is the sentence about something refused some time ago: there were no
// more places, then.
func Past(err error) string {
	if s, ok := exact("refused.why.", err); ok {
		return s
	}
	return Sentence(err)
}

// exact is the text of an error's code under a prefix, when there is one and
// all that it needs came with the error.
func exact(prefix string, err error) (string, bool) {
	var e *portal.Error
	if !errors.As(err, &e) {
		return "", false
	}
	key := prefix + string(e.Code)
	if !i18n.Has(key) {
		return "", false
	}
	s := i18n.T(key, particulars(e))
	return s, s != "["+key+"]"
}

// particulars are an error's arguments as a person reads them.
func particulars(e *portal.Error) map[string]any {
	args := map[string]any{}
	for k, v := range e.Args {
		switch k {
		case "until":
			if at, err := time.Parse(time.RFC3339, v); err == nil {
				v = Until(at)
			}
		case "at":
			if at, err := time.Parse(time.RFC3339, v); err == nil {
				at = at.In(portal.Paris)
				args["Opens"] = i18n.T("explain.until", map[string]any{"Day": i18n.DayDate(at), "Time": i18n.Clock(at)})
			}
		case "date":
			if d := portal.Date(v); d.Valid() {
				v = i18n.Date(Day(d))
			}
		case "after", "floor":
			if cents, ok := cents(v); ok {
				v = i18n.Money(cents)
			}
		}
		if v != "" {
			args[strings.ToUpper(k[:1])+k[1:]] = v
		}
	}
	if name := e.Args["name_"+i18n.Language()]; name != "" {
		args["Name"] = name
	}
	if state := e.Args["state"]; state != "" && i18n.Has("staff.done."+state) {
		args["Done"] = i18n.T("staff.done."+state, nil)
	}
	return args
}

// cents reads an amount written by portal.Money.Decimal.
func cents(s string) (int64, bool) {
	n, err := strconv.ParseInt(strings.Replace(s, ".", "", 1), 10, 64)
	return n, err == nil && strings.Contains(s, ".")
}

// Until is the instant of a cut-off as a person reads it, "jeudi 12 mars à
// 10:00"; the midnight that ends a day is that day's 23:59.
func Until(at time.Time) string {
	at = at.In(portal.Paris)
	if at.Hour() == 0 && at.Minute() == 0 {
		at = at.Add(-time.Minute)
	}
	return i18n.T("explain.until", map[string]any{"Day": i18n.DayDate(at), "Time": i18n.Clock(at)})
}

// When is a time limit as near as it needs to be told at an instant, with what leads to
// it: "avant le lundi 16 mars à 10:00", within the week "avant jeudi à 10:00", and
// "aujourd'hui avant 10:00". how is before, or to.
func When(now time.Time, how string, at time.Time) string {
	at = at.In(portal.Paris)
	if at.Hour() == 0 && at.Minute() == 0 {
		at = at.Add(-time.Minute)
	}
	near, day := "date", i18n.DayDate(at)
	switch days := portal.DateOf(now).DaysUntil(portal.DateOf(at)); {
	case days == 0:
		near = "today"
	case days == 1:
		near = "tomorrow"
	case days > 1 && days < 7:
		near, day = "week", i18n.Weekday(at.Weekday())
	}
	return i18n.T("agenda.when."+how+"."+near, map[string]any{"Day": day, "Time": i18n.Clock(at)})
}

// Day is a civil date for the formats of i18n.
func Day(d portal.Date) time.Time { return d.At(12, 0) }

// DayName is "Jeudi 12 mars", as a sentence begins with it.
func DayName(d portal.Date) string { return i18n.Capital(i18n.DayDate(Day(d))) }

// The arguments of a note that hold ids and dates rather than words: from
// them the note is written anew in another language.
const (
	ArgDate     = "date"     // YYYY-MM-DD; "day" holds the same in words
	ArgChild    = "child_id" // "child" holds the first name
	ArgActivity = "activity_id"
)

// Note is what a person reads of a command that waits or was refused.
func Note(n cache.Note) string {
	if n.Key == "" {
		return ""
	}
	args := map[string]any{}
	for k, v := range n.Args {
		args[k] = v
	}
	if d := portal.Date(n.Args[ArgDate]); d.Valid() {
		args["day"] = i18n.DayDate(Day(d))
	}
	return i18n.Capital(i18n.T(n.Key, args))
}

package examples

import (
	_ "embed" // the table
	"fmt"
	"strings"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

//go:embed jours.md
var days string

// Day is a worked example of an activity beside others of the same day.
type Day struct {
	Case     string
	Activity portal.ID
	Day      portal.Date
	Beside   []portal.ID // booked that day, in an order in which they can be
	Cancel   bool        // it is booked, and to be cancelled
	Want     portal.Code // "" for nothing against it
	Of       portal.ID   // the other activity that the answer names
}

// DayTown is the activities and the calendar of the examples, without hours or
// places.
func DayTown() (town map[portal.ID]bookings.Activity, cal bookings.Calendar) {
	all := tables("jours.md", days)
	town = map[portal.ID]bookings.Activity{}
	for _, r := range all["Les activités"] {
		a := bookings.Activity{
			ID: activityID(r.in("Nom")), Name: bookings.Names{"fr": r.in("Nom"), "en": r.in("Nom")}, Requires: activityIDs(r.in("Va avec")), Excludes: activityIDs(r.in("Exclut")),
			Runs: map[string]bookings.Runs{"école": bookings.SchoolDays, "vacances": bookings.HolidayDays, "année": bookings.AllDays}[r.in("A lieu")],
		}
		for name := range strings.SplitSeq(r.in("Jours"), ", ") {
			a.Weekdays = append(a.Weekdays, weekday(name))
		}
		town[a.ID] = a
	}
	return town, calendarOf(all)
}

// Days reads the examples of jours.md.
func Days() (out []Day) {
	for title, rows := range tables("jours.md", days) {
		if !strings.HasPrefix(title, "Exemples") {
			continue
		}
		for _, r := range rows {
			d := Day{
				Case: fmt.Sprintf("jours.md:%d %s", r.line, r.in("Cas")), Activity: activityID(r.in("Activité")), Day: date(r.in("Jour")),
				Beside: activityIDs(r.in("Déjà réservé ce jour")), Cancel: strings.HasSuffix(title, "annuler"),
			}
			d.Want, d.Of = answer(r.in("Réponse"))
			out = append(out, d)
		}
	}
	return out
}

// answer reads "réservé", "vacances", "exclu par Mercredi journée".
func answer(s string) (portal.Code, portal.ID) {
	for _, named := range []struct {
		words string
		code  portal.Code
	}{{"il faut d'abord annuler ", bookings.NeededBy}, {"il faut d'abord ", bookings.NeedsOther}, {"exclu par ", bookings.ExcludedBy}} {
		if name, is := strings.CutPrefix(s, named.words); is {
			return named.code, activityID(name)
		}
	}
	code, known := map[string]portal.Code{
		"réservé": "", "annulé": "", "vacances": bookings.SchoolHoliday, "hors vacances": bookings.SchoolDay, "jour férié": bookings.PublicHoliday,
		"pas ce jour de la semaine": bookings.WeekdayOff,
	}[s]
	if !known {
		panic(fmt.Sprintf("%q is no answer", s))
	}
	return code, ""
}

func activityID(name string) portal.ID {
	return portal.ID("jour-" + strings.ReplaceAll(strings.ToLower(name), " ", "-"))
}

func activityIDs(s string) (out []portal.ID) {
	if s == "–" {
		return nil
	}
	for name := range strings.SplitSeq(s, ", ") {
		out = append(out, activityID(name))
	}
	return out
}

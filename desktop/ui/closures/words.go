// Package closures is where the town's agents close activities on some days and
// take that back, and the words in which a closure is told, to them and to
// families. It reads the view, submits commands, and asks what a closure would
// cancel.
package closures

import (
	"slices"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// t is a text of this module.
func t(key string, pairs ...any) string { return i18n.Say("closures."+key, pairs...) }

// Heading is what a closure is and when, as families read it first: "Grève,
// jeudi 12 mars".
func Heading(c bookings.Closure) string {
	return t("heading", "Kind", kindName(c.Kind), "When", span(c.Period))
}

// Where is what is closed and where: "Restauration scolaire, École Jules-Ferry".
func Where(v *view.View, c bookings.Closure) string {
	return i18n.Capital(i18n.Joined(activities(v, c), sites(v, c), class(v, c.Class)))
}

// Icon is the sign of a kind of closure.
func Icon(k bookings.ClosureKind) string {
	return map[bookings.ClosureKind]string{
		bookings.Strike: "megaphone", bookings.Outing: "bus", bookings.TeacherAbsent: "graduation-cap", bookings.Works: "hammer",
	}[kindOr(k)]
}

// kindOr is a kind that has words; a closure of before has none.
func kindOr(k bookings.ClosureKind) bookings.ClosureKind {
	if slices.Contains(bookings.ClosureKinds, k) {
		return k
	}
	return bookings.OtherClosure
}

func kindName(k bookings.ClosureKind) string { return t("kind." + string(kindOr(k))) }

// reasonName is a kind as the answer to why: who is asked has no use for
// "Fermeture" among reasons for one.
func reasonName(k bookings.ClosureKind) string {
	if kindOr(k) == bookings.OtherClosure {
		return t("form.other")
	}
	return kindName(k)
}

// When is on which days a closure is, as a sentence goes on.
func When(c bookings.Closure) string { return span(c.Period) }

// span is "jeudi 12 mars", or from when to when.
func span(p portal.Period) string {
	if p.From == p.To {
		return i18n.DayDate(outcome.Day(p.From))
	}
	return t("span", "From", i18n.DayDate(outcome.Day(p.From)), "To", i18n.DayDate(outcome.Day(p.To)))
}

func activities(v *view.View, c bookings.Closure) string {
	if len(c.Activities) == 0 {
		return t("all.activities")
	}
	var names []string
	for _, a := range v.Activities() {
		if slices.Contains(c.Activities, a.ID) {
			names = append(names, a.Name.In(i18n.Language()))
		}
	}
	return i18n.List(names)
}

func sites(v *view.View, c bookings.Closure) string {
	if len(c.Sites) == 0 {
		return t("all.sites")
	}
	var names []string
	for _, s := range v.Sites() {
		if slices.Contains(c.Sites, s.ID) {
			names = append(names, s.Name)
		}
	}
	return i18n.List(names)
}

// childRecord is the procedure whose form names the classes of schools.
const childRecord = "fiche-enfant"

// classes is those that a child's record knows, with their names.
func classes(v *view.View) (out []option) {
	p, known := v.Procedure(childRecord)
	if !known {
		return nil
	}
	for _, page := range p.Pages {
		for _, f := range page.Fields {
			if f.Key != "class" {
				continue
			}
			for _, o := range f.Choices {
				out = append(out, option{o.ID, o.Label.In(i18n.Language())})
			}
		}
	}
	return out
}

// option is something to choose, with its name.
type option struct{ id, name string }

// class is what a class is called, "" for all.
func class(v *view.View, id string) string {
	if id == "" {
		return ""
	}
	for _, o := range classes(v) {
		if o.id == id {
			return t("class", "Class", o.name)
		}
	}
	return t("class", "Class", id)
}

// meals reports whether what a closure closes is counted in meals alone.
func meals(v *view.View, ids []portal.ID) bool {
	for _, a := range v.Activities() {
		if slices.Contains(ids, a.ID) && a.Kind != bookings.Canteen {
			return false
		}
	}
	return len(ids) > 0
}

// Fewer is how many fewer come for a closure, for who cooks and watches: "84
// repas de moins" where only meals are, "84 présences de moins" otherwise.
func Fewer(v *view.View, n int, of ...portal.ID) string {
	if meals(v, of) {
		return t("fewer.meals", "Count", n)
	}
	return t("fewer.others", "Count", n)
}

// Lines is how many fewer come at a site on the days of a period, a sentence a
// day, activity and closure.
func Lines(v *view.View, site portal.ID, days portal.Period) (lines []string) {
	names := map[portal.ID]string{}
	for _, a := range v.Activities() {
		names[a.ID] = a.Name.In(i18n.Language())
	}
	for _, c := range v.TownClosures() {
		for _, d := range c.Days {
			if d.Site != site || !days.Has(d.Day) {
				continue
			}
			fewer := Fewer(v, d.Fewer, d.Activity)
			if !meals(v, []portal.ID{d.Activity}) {
				fewer = i18n.Joined(names[d.Activity], fewer)
			}
			lines = append(lines, i18n.Capital(t("day", "Day", i18n.DayDate(outcome.Day(d.Day)), "Fewer", fewer, "Why", kindName(c.Kind))))
		}
	}
	return lines
}

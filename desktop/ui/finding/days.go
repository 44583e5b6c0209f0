package finding

import (
	"slices"
	"strconv"
	"strings"

	"parvis/desktop/find"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/words"
)

// activityWords is what an activity is called, in both languages and by
// others.
func activityWords(a bookings.Activity) string {
	out := a.Name.In(i18n.French) + " " + a.Name.In(i18n.English)
	if key := "finding.activity." + a.Kind; i18n.Has(key) {
		out += " " + i18n.In(i18n.French, key, nil) + " " + i18n.In(i18n.English, key, nil)
	}
	return out
}

// dateWords is a day as it is said in a language.
func dateWords(lang string, d portal.Date) string {
	return i18n.In(lang, "format.weekday."+strconv.Itoa(int(d.Weekday())), nil) + " " + strconv.Itoa(d.Day()) + " " +
		i18n.In(lang, "format.month."+strconv.Itoa(int(d.Month())), nil) + " " + strconv.Itoa(d.Year())
}

// days are those that are booked: the next first, then those that were.
func days(r *reader) []find.Entry {
	activities := map[portal.ID]bookings.Activity{}
	named := map[portal.ID]string{}
	for _, a := range r.v.Activities() {
		activities[a.ID], named[a.ID] = a, activityWords(a)
	}
	children := map[portal.ID]string{}
	for _, c := range r.v.Seen() {
		children[c.ID] = words.Called(c.FirstName)
	}
	today := r.v.Today()
	booked := r.all("finding.booked")
	var coming, past []find.Entry
	for _, b := range r.v.AllBookings() {
		a := activities[b.Activity]
		e := find.Entry{
			To: toDay(b.Child, b.Activity, b.Day).String(), Icon: screen.ActivityIcon(a.Kind), Title: i18n.Capital(dateWords(r.lang, b.Day)),
			Detail: children[b.Child] + ", " + a.Name.In(r.lang), Words: []string{dateWords(i18n.French, b.Day), dateWords(i18n.English, b.Day), named[b.Activity], booked},
		}
		if b.Day < today {
			past = append(past, e)
		} else {
			coming = append(coming, e)
		}
	}
	slices.Reverse(past)
	return append(coming, past...)
}

// daysShown is how many children have a line of their own for a day.
const daysShown = 4

// days are the ways to a day that the query names, whether anything is booked
// then or not, and where they lead.
func (f *Finder) days(text string) (groups []kit.FindGroup, told []string) {
	who, in := f.o.Session.Person()
	d, is := find.DayIn(text, f.view.Today())
	if !in || !is {
		return nil, nil
	}
	title := i18n.Capital(i18n.LongDate(d.Date.At(12, 0)))
	if d.Month {
		title = i18n.Capital(i18n.MonthYear(d.Date.At(12, 0)))
	}
	var finds []kit.Find
	way := func(to, icon, detail string) {
		told = append(told, to)
		finds = append(finds, kit.Find{Icon: icon, Title: title, Detail: detail, Do: func() { f.lead(to) }})
	}
	if who.Agent {
		if len(d.Rest) == 0 {
			way(toCounts("", d.Date).String(), "fork-knife", i18n.T("finding.go.counts.title", nil))
		}
	} else {
		for _, c := range f.view.Seen() {
			if len(finds) == daysShown {
				break
			}
			if a, fits := f.activityNamed(c.ID, words.Split(c.FirstName+" "+c.LastName), d); fits {
				detail := words.Called(c.FirstName)
				if a.ID != "" {
					detail = i18n.T("finding.day", map[string]any{"Child": detail, "Activity": a.Name.In(i18n.Language())})
					if word := f.dayWord(c.ID, a.ID, d); word != "" {
						detail = i18n.Joined(detail, word)
					}
				}
				way(toDay(c.ID, a.ID, d.Date).String(), "calendar", detail)
			}
		}
	}
	if len(finds) == 0 {
		return nil, nil
	}
	return []kit.FindGroup{{Icon: "calendar", Label: i18n.T("finding.agenda", nil), Finds: finds}}, told
}

// activityNamed is the activity that the rest of a query names, or the child's
// first; false where the rest is about something else.
func (f *Finder) activityNamed(child portal.ID, name []string, d find.Day) (bookings.Activity, bool) {
	enrolled := map[portal.ID]bool{}
	for _, e := range f.view.Enrolments(child) {
		enrolled[e.Activity] = true
	}
	begins := func(have []string, w string) bool {
		for _, h := range have {
			if strings.HasPrefix(h, w) {
				return true
			}
		}
		return false
	}
	var usual []string
	for _, lang := range i18n.Languages() {
		usual = append(usual, words.Split(i18n.In(lang, "finding.go.book.title", nil)+" "+i18n.In(lang, "finding.go.book.words", nil))...)
	}
	var first bookings.Activity
	for _, a := range f.view.Activities() {
		if !enrolled[a.ID] {
			continue
		}
		if first.ID == "" || a.Kind == bookings.Canteen {
			first = a
		}
	}
	var chosen *bookings.Activity
	for _, w := range d.Rest {
		if begins(name, w) {
			continue
		}
		fits := false
		for _, a := range f.view.Activities() {
			if enrolled[a.ID] && begins(words.Split(activityWords(a)), w) {
				fits = true
				if chosen == nil {
					chosen = &a
				}
			}
		}
		if !fits && !begins(usual, w) {
			return bookings.Activity{}, false
		}
	}
	if chosen != nil {
		return *chosen, true
	}
	return first, true
}

// dayWord is how a day stands, "" of one that is past or of a whole month.
func (f *Finder) dayWord(child, activity portal.ID, d find.Day) string {
	if d.Month || d.Date < f.view.Today() {
		return ""
	}
	switch day := f.view.Day(child, activity, d.Date); {
	case day.Pending != view.PendingNone:
		return i18n.T("kit.day.pending", nil)
	case day.Booking != nil:
		return i18n.T("kit.day.booked", nil)
	case day.Look.CanBook:
		return i18n.T("kit.day.bookable", nil)
	}
	return ""
}

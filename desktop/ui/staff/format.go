package staff

import (
	"strconv"
	"strings"
	"time"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/view"
	"parvis/shared/portal"
)

// formatter writes the answers of a recap in the window's language.
type formatter struct {
	v       *view.View
	request view.Request
	file    view.File
}

func (f *formatter) Lang() string              { return i18n.Language() }
func (f *formatter) Date(d portal.Date) string { return i18n.Date(outcome.Day(d)) }
func (f *formatter) Money(m portal.Money) string {
	return i18n.Money(int64(m))
}

// Month writes "mars 2019" from 2019-03.
func (f *formatter) Month(s string) string {
	d, err := portal.ParseDate(s + "-01")
	if err != nil {
		return s
	}
	return i18n.MonthYear(outcome.Day(d))
}

// Time writes a time of day as it is read on a clock.
func (f *formatter) Time(s string) string {
	at, err := time.Parse("15:04", s)
	if err != nil {
		return s
	}
	return i18n.Clock(at)
}

// Number writes up to the digits that were given.
func (f *formatter) Number(n float64) string {
	whole, fraction, split := strings.Cut(strconv.FormatFloat(n, 'f', -1, 64), ".")
	i, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return whole
	}
	s := i18n.Number(i)
	if !split {
		return s
	}
	if i18n.Language() == i18n.English {
		return s + "." + fraction
	}
	return s + "," + fraction
}

// YesNo writes the answer in a word.
func (f *formatter) YesNo(b bool) string {
	if b {
		return i18n.T("kit.yes", nil)
	}
	return i18n.T("kit.no", nil)
}

// Phone parts a French number in pairs; others stay as they are.
func (f *formatter) Phone(s string) string {
	rest, french := strings.CutPrefix(s, "+33")
	if !french || len(rest) != 9 {
		return s
	}
	out := "0" + rest[:1]
	for i := 1; i < 9; i += 2 {
		out += "\u00a0" + rest[i:i+2]
	}
	return out
}

// Person is the child's name: linked already, or whom the request is about.
func (f *formatter) Person(id string) string {
	for _, c := range f.file.Children {
		if string(c.ID) == id {
			return c.FirstName + " " + c.LastName
		}
	}
	if string(f.request.Child) == id && f.request.Person != "" {
		return i18n.T("staff.newPerson", map[string]any{"Person": f.request.Person})
	}
	return i18n.T("staff.unknownPerson", nil)
}

// Document is told by its place only: documents come with a later part of the
// portal.
func (f *formatter) Document(string) string { return i18n.T("staff.document", nil) }

// Sourced is the label of a choice from the town's data.
func (f *formatter) Sourced(source, id string) string {
	if source == "sites" || source == "centres" {
		for _, s := range f.v.Sites() {
			if string(s.ID) == id {
				return s.Name
			}
		}
	}
	return id
}

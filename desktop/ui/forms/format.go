package forms

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"parvis/desktop/i18n"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
)

// viewRequest is a request as the view shows it.
type viewRequest = view.Request

// Formatter writes answers in the language in force. It knows people and
// places by the view; those it does not show are named by whoever makes it.
type Formatter struct {
	view  *view.View
	named map[portal.ID]string
}

var _ requests.Formatter = (*Formatter)(nil)

// NewFormatter makes one; named gives the names of people whom the view does
// not hold: the child of a request that is not decided yet.
func NewFormatter(v *view.View, named map[portal.ID]string) *Formatter {
	return &Formatter{view: v, named: named}
}

// FormatterOf writes the answers of a request, for its family and for agents.
func FormatterOf(v *view.View, q view.Request) *Formatter {
	return NewFormatter(v, map[portal.ID]string{q.Child: q.Person})
}

// Lang is the language in force.
func (f *Formatter) Lang() string { return i18n.Language() }

// Date is "12 mars 2019".
func (f *Formatter) Date(d portal.Date) string { return i18n.Date(civil(d)) }

// Month is "mars 2019".
func (f *Formatter) Month(m string) string {
	t, err := time.Parse("2006-01", m)
	if err != nil {
		return m
	}
	return i18n.MonthYear(t)
}

// Time is "8 h 30", or "8:30".
func (f *Formatter) Time(s string) string {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return s
	}
	return say("time", "Hour", strconv.Itoa(t.Hour()), "Minute", t.Format("04"))
}

// Money is "12,50 €".
func (f *Formatter) Money(m portal.Money) string { return i18n.Money(int64(m)) }

// Number is "1 250,5".
func (f *Formatter) Number(n float64) string {
	whole, part, _ := strings.Cut(strconv.FormatFloat(n, 'f', -1, 64), ".")
	i, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	s := i18n.Number(i)
	if i == 0 && n < 0 {
		s = "−" + s
	}
	if part != "" {
		s += comma() + part
	}
	return s
}

func comma() string {
	if i18n.Language() == i18n.English {
		return "."
	}
	return ","
}

// YesNo is "Oui" or "Non".
func (f *Formatter) YesNo(yes bool) string {
	if yes {
		return i18n.T("kit.yes", nil)
	}
	return i18n.T("kit.no", nil)
}

var frenchPhone = regexp.MustCompile(`^\+33([1-9])(\d\d)(\d\d)(\d\d)(\d\d)$`)

// Phone is "06 12 34 56 78"; numbers from abroad stay as they are dialled.
func (f *Formatter) Phone(s string) string {
	return frenchPhone.ReplaceAllString(s, "0$1 $2 $3 $4 $5")
}

// Person is a name.
func (f *Formatter) Person(id string) string {
	if c, linked := f.view.Child(portal.ID(id)); linked {
		return c.FirstName + " " + c.LastName
	}
	if name := f.named[portal.ID(id)]; name != "" {
		return name
	}
	return say("person.new")
}

// Document is a document that was sent.
func (f *Formatter) Document(string) string { return say("document.sent") }

// Sourced is the name of a choice from the town's data; one that is gone is
// still told as what it was.
func (f *Formatter) Sourced(source, id string) string {
	if source == "sites" || source == "centres" {
		for _, s := range f.view.Sites() {
			if string(s.ID) == id {
				return s.Name
			}
		}
	}
	return say("source.gone")
}

// civil is a date as a time, for the formats.
func civil(d portal.Date) time.Time {
	t, _ := time.Parse("2006-01-02", string(d))
	return t
}

// computed is the value of a computed field as it is read.
func (f *Formatter) computed(field *requests.Field, v any) string {
	switch x := v.(type) {
	case bool:
		return f.YesNo(x)
	case float64:
		if field.Result == requests.KindMoney {
			return f.Money(portal.Money(x))
		}
		return strings.TrimSpace(f.Number(x) + " " + field.Unit.In(f.Lang()))
	case int:
		return f.computed(field, float64(x))
	case string:
		if field.Result == requests.KindDate && portal.Date(x).Valid() {
			return f.Date(portal.Date(x))
		}
		return x
	}
	return say("computed.none")
}

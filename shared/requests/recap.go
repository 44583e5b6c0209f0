package requests

import (
	"strconv"
	"strings"

	"parvis/shared/accounts"
	"parvis/shared/portal"
)

// Formatter writes answers in a person's language and habits. The window has
// one; the mails and the agents' papers have others.
type Formatter interface {
	Lang() string                     // "fr" or "en"
	Date(portal.Date) string          // 12 mars 2019
	Month(string) string              // mars 2019, from 2019-03
	Time(string) string               // 8 h 30, from 08:30
	Money(portal.Money) string        // 12,50 €
	Number(float64) string            // 1 250,5
	YesNo(bool) string                // Oui, Non
	Phone(string) string              // 06 12 34 56 78, from +33612345678
	Person(id string) string          // the name of a linked person; New has a word of its own
	Document(id string) string        // the name of a document that was sent
	Sourced(source, id string) string // the label of a choice from the town's data
}

// RecapSection is a page of the form as it is read over before sending, and as
// an agent reads it.
type RecapSection struct {
	Page  string // the key, where "change" leads
	Title string
	Lines []RecapLine
}

// RecapLine is a question and its answer. An empty answer is "not given", in
// the words of whoever shows it. A heading begins an entry of a group.
type RecapLine struct {
	Path     string
	Question string
	Answer   string
	Heading  bool
	Health   bool
}

// Recap is the answers as they are read, a section for each page that is
// asked.
func Recap(p *Procedure, a Answers, ctx Context, f Formatter) []RecapSection {
	w := newWalk(p, ctx)
	w.pages(a)
	var sections []RecapSection
	for i := range p.Pages {
		page := &p.Pages[i]
		if !w.shown.Pages[page.Key] {
			continue
		}
		s := RecapSection{Page: page.Key, Title: page.Title.In(f.Lang())}
		for j := range page.Fields {
			field := &page.Fields[j]
			if w.shown.Fields[field.Key] {
				s.Lines = append(s.Lines, w.lines(field, f)...)
			}
		}
		if len(s.Lines) > 0 {
			sections = append(sections, s)
		}
	}
	return sections
}

func (w *walk) lines(field *Field, f Formatter) []RecapLine {
	line := RecapLine{Path: field.Key, Question: field.Label.In(f.Lang()), Health: field.Health}
	switch field.Kind {
	case KindExplanation:
		return nil
	case KindComputed:
		if v, ok := w.computed[field.Key]; ok {
			line.Answer = format(&Field{Kind: field.Result, Unit: field.Unit}, v, f)
		}
		return []RecapLine{line}
	case KindGroup:
		return w.groupLines(field, line, f)
	}
	if v, ok := w.out[field.Key]; ok {
		line.Answer = format(field, v, f)
	}
	return []RecapLine{line}
}

// groupLines is a heading and the answers for each entry, or one line that
// says there is none.
func (w *walk) groupLines(field *Field, line RecapLine, f Formatter) []RecapLine {
	rows := asRows(w.out[field.Key])
	if len(rows) == 0 {
		return []RecapLine{line}
	}
	var lines []RecapLine
	for i, r := range rows {
		n := strconv.Itoa(i + 1)
		path := field.Key + "[" + strconv.Itoa(i) + "]"
		lines = append(lines, RecapLine{Path: path, Question: field.Item.In(f.Lang()) + " " + n, Heading: true, Health: field.Health})
		given, _ := asMap(r)
		for j := range field.Fields {
			sub := &field.Fields[j]
			subPath := path + "." + sub.Key
			if !w.shown.Fields[subPath] {
				continue
			}
			l := RecapLine{Path: subPath, Question: sub.Label.In(f.Lang()), Health: sub.Health || field.Health}
			if v, ok := given[sub.Key]; ok {
				l.Answer = format(sub, v, f)
			}
			lines = append(lines, l)
		}
	}
	return lines
}

// format writes one answer. What is not yet in its form, in a draft, is
// written as it was typed.
func format(field *Field, v any, f Formatter) string {
	switch x := v.(type) {
	case bool:
		return f.YesNo(x)
	case float64:
		if field.Kind == KindMoney {
			return f.Money(portal.Money(x))
		}
		return strings.TrimSpace(f.Number(x) + " " + field.Unit.In(f.Lang()))
	case []any:
		var parts []string
		for _, item := range x {
			id, _ := item.(string)
			if field.Kind == KindFile {
				parts = append(parts, f.Document(id))
			} else {
				parts = append(parts, choiceLabel(field, id, f))
			}
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		return formatAddress(AddressOf(x))
	case string:
		return formatText(field, x, f)
	}
	return ""
}

func formatText(field *Field, s string, f Formatter) string {
	switch field.Kind {
	case KindDate:
		if portal.Date(s).Valid() {
			return f.Date(portal.Date(s))
		}
	case KindMonth:
		if _, e := judgeText(field, s, "", Context{}); e == nil {
			return f.Month(s)
		}
	case KindTime:
		if _, e := judgeText(field, s, "", Context{}); e == nil {
			return f.Time(s)
		}
	case KindChoice:
		return choiceLabel(field, s, f)
	case KindPerson:
		return f.Person(s)
	case KindPhone:
		if n, ok := accounts.NormalisePhone(s); ok {
			return f.Phone(n)
		}
	case KindIBAN:
		return inFours(s)
	}
	return s
}

func choiceLabel(field *Field, id string, f Formatter) string {
	if field.Source != "" {
		return f.Sourced(field.Source, id)
	}
	for _, c := range field.Choices {
		if c.ID == id {
			return c.Label.In(f.Lang())
		}
	}
	return id
}

// formatAddress writes an address in lines, the country only when it is
// abroad.
func formatAddress(a accounts.Address) string {
	country := a.Country
	if country == accounts.France {
		country = ""
	}
	var lines []string
	for _, l := range []string{a.Line1, a.Line2, strings.TrimSpace(a.Postcode + " " + a.City), country} {
		if l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

// inFours parts an IBAN as it is printed.
func inFours(s string) string {
	var b strings.Builder
	for i, r := range []rune(s) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

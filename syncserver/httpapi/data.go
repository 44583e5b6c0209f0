package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"time"

	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/syncserver/service"
)

var dataTemplate = template.Must(template.ParseFS(pageFiles, "pages/data.html"))

// dataPage is what a person reads of all that is kept about them.
type dataPage struct {
	Lang string
	D    service.OwnData
}

// ownPage writes it: a file of its own, which needs nothing from anywhere.
func ownPage(d service.OwnData, language string) ([]byte, error) {
	var b bytes.Buffer
	err := dataTemplate.Execute(&b, dataPage{language, d})
	return b.Bytes(), err
}

// T is a sentence of the page.
func (p dataPage) T(key string) string { return sentence(p.Lang, key) }

// Word is a word for one of our codes; one that has none stands as it is.
func (p dataPage) Word(kind, code string) string {
	if s, ok := sentences[p.Lang]["page.data."+kind+"."+code]; ok {
		return s
	}
	return code
}

// When writes an instant.
func (p dataPage) When(t time.Time) string { return pageTime(t) }

// Micro writes an instant of the books.
func (p dataPage) Micro(at int64) string { return pageTime(time.UnixMicro(at)) }

// Day writes a civil date.
func (p dataPage) Day(d portal.Date) string {
	if !d.Valid() {
		return string(d)
	}
	return fmt.Sprintf("%s/%s/%s", d[8:10], d[5:7], d[:4])
}

// Draft writes the answers of a form that was begun, one a line.
func (p dataPage) Draft(raw json.RawMessage) string {
	form, wrong := requests.DecodeDraft(raw)
	if wrong != nil {
		return string(raw)
	}
	answers := map[string]json.RawMessage{}
	for key, f := range form.Fields {
		answers[key] = f.Value
	}
	return lines(answers)
}

// Answers writes the answers of a request, one a line.
func (p dataPage) Answers(raw json.RawMessage) string {
	var answers map[string]json.RawMessage
	if json.Unmarshal(raw, &answers) != nil {
		return string(raw)
	}
	return lines(answers)
}

func lines(answers map[string]json.RawMessage) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Trim(string(answers[name]), `"`))
	}
	return b.String()
}

package requests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
)

// Bounds of a procedure.
const (
	maxProcedureBytes = 256 << 10
	maxPages          = 20
	maxFields         = 200
	maxChoices        = 300
	maxRows           = 50
	maxText           = 10_000 // characters, of any text answer
)

var (
	slugForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	keyForm  = regexp.MustCompile(`^[a-z][a-zA-Z0-9]{0,40}$`)
	optForm  = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$`)
)

// reserved names have a meaning of their own in expressions.
var reserved = append(append([]string{"today", "value", "in", "not", "and", "or", "true", "false", "nil", "let", "if", "else", "matches", "contains", "startsWith", "endsWith", "env"}, allowed...), ourFunctions...)

// Parse reads a procedure, and refuses one that could not work: unknown
// members, double keys, texts missing in a language, an expression that names
// what it cannot see. The error says where.
func Parse(data []byte) (*Procedure, error) { return parse(data, true) }

// ParseFeed reads a procedure as a desktop does, which may be older than the
// town's server: members that it does not know are passed over. What it does
// know must still work.
func ParseFeed(data []byte) (*Procedure, error) { return parse(data, false) }

func parse(data []byte, strict bool) (*Procedure, error) {
	if len(data) > maxProcedureBytes {
		return nil, fmt.Errorf("requests: a procedure of %d bytes", len(data))
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if strict {
		d.DisallowUnknownFields()
	}
	p := new(Procedure)
	if err := d.Decode(p); err != nil {
		return nil, fmt.Errorf("requests: procedure %s: %w", p.ID, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("requests: procedure %s: something follows it", p.ID)
	}
	if err := p.structure(); err != nil {
		return nil, fmt.Errorf("requests: procedure %s: %w", p.ID, err)
	}
	if err := p.checkEffect(); err != nil {
		return nil, err
	}
	if err := p.checkAbout(); err != nil {
		return nil, err
	}
	if err := p.checkAppointment(); err != nil {
		return nil, err
	}
	if err := p.compile(); err != nil {
		return nil, err
	}
	if err := p.checkLetter(); err != nil {
		return nil, fmt.Errorf("requests: procedure %s: %w", p.ID, err)
	}
	return p, nil
}

// structure checks all but the expressions.
func (p *Procedure) structure() error {
	if !slugForm.MatchString(p.ID) || !slugForm.MatchString(p.Group) || !slugForm.MatchString(string(p.Desk)) {
		return fmt.Errorf("id, group and desk are lower-case words joined by hyphens")
	}
	if p.Version < 1 {
		return fmt.Errorf("versions begin at 1")
	}
	for name, t := range map[string]Text{"title": p.Title, "summary": p.Summary, "explanation": p.Explanation, "duration": p.Duration, "delay": p.Delay, "legal": p.Legal} {
		if err := complete(t, name); err != nil {
			return err
		}
	}
	if !p.Online {
		if err := complete(p.AtTownHall, "atTownHall"); err != nil {
			return err
		}
	}
	for name, t := range map[string]Text{"atTownHall": p.AtTownHall, "inPerson": p.InPerson, "letter": p.Letter} {
		if err := both(t, name); err != nil {
			return err
		}
	}
	if err := p.AnswerWithin.check(); err != nil {
		return err
	}
	if p.GraceDays != nil && (*p.GraceDays < 0 || *p.GraceDays > maxGrace) {
		return fmt.Errorf("graceDays is 0 to %d", maxGrace)
	}
	for _, d := range p.Documents {
		if !slugForm.MatchString(d.Kind) {
			return fmt.Errorf("document %q is no kind", d.Kind)
		}
		if err := both(d.Note, "note of document "+d.Kind); err != nil {
			return err
		}
	}
	if len(p.Pages) == 0 || len(p.Pages) > maxPages {
		return fmt.Errorf("%d pages", len(p.Pages))
	}
	pages, keys, fields := map[string]bool{}, map[string]bool{}, 0
	for i := range p.Pages {
		page := &p.Pages[i]
		if !keyForm.MatchString(page.Key) || pages[page.Key] {
			return fmt.Errorf("page key %q is wrong or twice there", page.Key)
		}
		pages[page.Key] = true
		if err := complete(page.Title, "title of page "+page.Key); err != nil {
			return err
		}
		if err := both(page.Explanation, "explanation of page "+page.Key); err != nil {
			return err
		}
		if len(page.Fields) == 0 {
			return fmt.Errorf("page %s asks nothing", page.Key)
		}
		for j := range page.Fields {
			n, err := page.Fields[j].structure(keys, false)
			if err != nil {
				return err
			}
			fields += n
		}
	}
	if fields > maxFields {
		return fmt.Errorf("%d fields", fields)
	}
	return nil
}

// structure checks one field and gives the number of fields it is.
func (f *Field) structure(keys map[string]bool, inRow bool) (int, error) {
	bad := func(format string, args ...any) (int, error) {
		return 0, fmt.Errorf("field %s: %s", f.Key, fmt.Sprintf(format, args...))
	}
	if !keyForm.MatchString(f.Key) || slices.Contains(reserved, f.Key) {
		return bad("the key is none, or has a meaning of its own")
	}
	if keys[f.Key] {
		return bad("the key is twice there")
	}
	keys[f.Key] = true
	if !slices.Contains(Kinds, f.Kind) {
		return bad("no kind %q", f.Kind)
	}
	if err := complete(f.Label, "label"); err != nil {
		return bad("%v", err)
	}
	for name, t := range map[string]Text{"hint": f.Hint, "unit": f.Unit, "item": f.Item} {
		if err := both(t, name); err != nil {
			return bad("%v", err)
		}
	}
	for _, c := range f.Check {
		if c.Expr == "" {
			return bad("an empty check")
		}
		if err := complete(c.Message, "message of check "+c.Expr); err != nil {
			return bad("%v", err)
		}
	}
	if f.Required && !f.Kind.asks() || len(f.Check) > 0 && !f.Kind.asks() {
		return bad("a text asks nothing")
	}
	if f.MinLen < 0 || f.MaxLen < 0 || f.MaxLen > maxText || f.MaxLen > 0 && f.MinLen > f.MaxLen {
		return bad("lengths %d to %d", f.MinLen, f.MaxLen)
	}
	if f.Min != nil && f.Max != nil && *f.Min > *f.Max || f.Decimals < 0 || f.Decimals > 6 {
		return bad("bounds of the number")
	}
	if f.Range != "" && (f.Range != Past && f.Range != Future || f.Kind != KindDate) {
		return bad("range %q", f.Range)
	}
	if err := f.checkReuse(inRow); err != nil {
		return bad("%v", err)
	}
	if choosing := f.Kind == KindChoice || f.Kind == KindSeveral; choosing != (len(f.Choices) > 0 || f.Source != "") || len(f.Choices) > 0 && f.Source != "" {
		return bad("choices and source")
	}
	if len(f.Choices) > maxChoices {
		return bad("%d choices", len(f.Choices))
	}
	seen := map[string]bool{}
	for _, c := range f.Choices {
		if !optForm.MatchString(c.ID) || seen[c.ID] {
			return bad("choice %q is wrong or twice there", c.ID)
		}
		seen[c.ID] = true
		if err := complete(c.Label, "choice "+c.ID); err != nil {
			return bad("%v", err)
		}
	}
	if (f.Kind == KindComputed) != (f.Compute != "") {
		return bad("compute")
	}
	if computable := []Kind{KindNumber, KindMoney, KindText, KindDate, KindYesNo}; f.Kind == KindComputed && !slices.Contains(computable, f.Result) {
		return bad("no result %q", f.Result)
	}
	if (f.Kind == KindFile) != (f.Document != "") {
		return bad("document")
	}
	if (f.Kind == KindGroup) != (len(f.Fields) > 0) {
		return bad("fields of a group")
	}
	if f.Kind != KindGroup {
		return 1, nil
	}
	if inRow {
		return bad("a group within a group")
	}
	if f.MinRow < 0 || f.MaxRow < 1 || f.MaxRow > maxRows || f.MinRow > f.MaxRow {
		return bad("entries %d to %d", f.MinRow, f.MaxRow)
	}
	if err := complete(f.Item, "item"); err != nil {
		return bad("%v", err)
	}
	n, inside := 1, map[string]bool{}
	for i := range f.Fields {
		if !f.Fields[i].Kind.asks() {
			return bad("only questions stand in a group")
		}
		m, err := f.Fields[i].structure(inside, true)
		if err != nil {
			return bad("%v", err)
		}
		n += m
	}
	return n, nil
}

// complete wants a text in every language, both in every language or none.
func complete(t Text, what string) error {
	if t.FR == "" || t.EN == "" {
		return fmt.Errorf("%s is not there in both languages", what)
	}
	return nil
}

func both(t Text, what string) error {
	if (t.FR == "") != (t.EN == "") {
		return fmt.Errorf("%s is there in one language only", what)
	}
	return nil
}

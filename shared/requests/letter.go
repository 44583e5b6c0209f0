package requests

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Names that a letter may use besides the questions of its procedure. Their
// values are for whoever writes the letter to give.
const (
	LetterReference = "reference" // of the request
	LetterDate      = "date"      // of the decision
	LetterTown      = "town"
	LetterApplicant = "applicant" // who asked
	LetterPerson    = "person"    // whom it is about
	LetterAgent     = "agent"     // who decided
	LetterDecision  = "decision"  // what the agent wrote
)

// LetterNames lists them.
var LetterNames = []string{LetterReference, LetterDate, LetterTown, LetterApplicant, LetterPerson, LetterAgent, LetterDecision}

var (
	mergeField = regexp.MustCompile(`\{\{(\??)([a-zA-Z][a-zA-Z0-9]*)\}\}`)
	mergeLeft  = regexp.MustCompile(`\{\{|\}\}`)
)

// MergeNames is the names of a template's fields, in order; an error for
// braces that hold none.
func MergeNames(template string) ([]string, error) {
	var names []string
	for _, m := range mergeField.FindAllStringSubmatch(template, -1) {
		names = append(names, m[2])
	}
	if rest := mergeField.ReplaceAllString(template, ""); mergeLeft.MatchString(rest) {
		return nil, fmt.Errorf("braces that hold no merge field")
	}
	return names, nil
}

// Merge writes a template with its fields, {{name}}, filled in. A line with
// {{?name}} is left out where that has no value; where the same line has {{name}}
// too, the former is that condition alone and writes nothing. A field without a
// value is empty elsewhere. Values are never read as templates themselves.
func Merge(template string, values map[string]string) string {
	var lines []string
	for line := range strings.SplitSeq(template, "\n") {
		gone := slices.ContainsFunc(mergeField.FindAllStringSubmatch(line, -1), func(m []string) bool {
			return m[1] == "?" && strings.TrimSpace(values[m[2]]) == ""
		})
		if gone {
			continue
		}
		lines = append(lines, mergeField.ReplaceAllStringFunc(line, func(s string) string {
			m := mergeField.FindStringSubmatch(s)
			if m[1] == "?" && strings.Contains(line, "{{"+m[2]+"}}") {
				return ""
			}
			return values[m[2]]
		}))
	}
	return strings.Join(lines, "\n")
}

// Letter is the decision of a procedure written out for answers, "" where it
// has none. given holds what LetterNames tells of.
func Letter(p *Procedure, a Answers, ctx Context, f Formatter, given map[string]string) string {
	if p.Letter.Empty() {
		return ""
	}
	values := map[string]string{}
	for _, s := range Recap(p, a, ctx, f) {
		for _, l := range s.Lines {
			values[l.Path] = l.Answer
		}
	}
	for _, name := range LetterNames {
		values[name] = given[name]
	}
	return Merge(p.Letter.In(f.Lang()), values)
}

// checkLetter refuses a letter with fields that nobody fills in, or about
// somebody's health: a letter is shown to others.
func (p *Procedure) checkLetter() error {
	for _, text := range []string{p.Letter.FR, p.Letter.EN} {
		names, err := MergeNames(text)
		if err != nil {
			return fmt.Errorf("letter: %w", err)
		}
		for _, name := range names {
			_, f := p.FieldAt(name)
			switch {
			case slices.Contains(LetterNames, name):
			case f == nil || f.Kind == KindGroup || f.Kind == KindExplanation || f.Kind == KindFile:
				return fmt.Errorf("letter: no field %q", name)
			case f.Health:
				return fmt.Errorf("letter: %q is about somebody's health", name)
			}
		}
	}
	return nil
}

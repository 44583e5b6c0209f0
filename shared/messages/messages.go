// Package messages holds the rules of what families and the town hall write
// to each other about a request: what a message may be, and how a reusable
// text becomes one. It is pure and knows only the shared basics.
package messages

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"parvis/shared/portal"
	"parvis/shared/words"
)

// Limits, in characters and in messages.
const (
	Longest      = 4000
	LongestTitle = 80
	MostThread   = 1000 // about one request
	MostADay     = 60   // that one family writes in 24 hours
	MostTexts    = 200  // reusable texts of one desk
	MostFiles    = 5    // that go with one message
	MostKept     = 300  // files that one side has sent with all the messages about one account's requests
)

// Codes of what is refused.
const (
	TooMany      portal.Code = "too_many_messages" // Args: max
	TooManyTexts portal.Code = "too_many_texts"    // Args: max
	BadText      portal.Code = "bad_text"
	UnknownField portal.Code = "unknown_field"     // Args: name
	TooManyFiles portal.Code = "too_many_attached" // Args: max
	TooManyKept  portal.Code = "too_many_enclosed" // Args: max
)

// Enclosing says whether files may go with a message, when its side has sent
// kept of them with earlier ones: so many with one, and so many in all. Each
// side has its own count, so that the town hall can always answer a family that
// has sent much.
func Enclosing(files, kept int) *portal.Error {
	switch {
	case files > MostFiles:
		return portal.E(TooManyFiles, "files", "max", strconv.Itoa(MostFiles))
	case files > 0 && kept+files > MostKept:
		return portal.E(TooManyKept, "files", "max", strconv.Itoa(MostKept))
	}
	return nil
}

// Text is a message as it is kept: without the blanks around it. An empty one,
// one that is too long and one that holds signs which nobody can read are
// refused.
func Text(s string) (string, *portal.Error) { return bounded(s, "text", Longest, "\n\t") }

// Title is the name of a reusable text, on one line.
func Title(s string) (string, *portal.Error) { return bounded(s, "title", LongestTitle, "") }

func bounded(s, field string, most int, allowed string) (string, *portal.Error) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	switch {
	case s == "":
		return "", portal.E(portal.Missing, field)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unreadable(r) && !strings.ContainsRune(allowed, r) }):
		return "", portal.E(BadText, field)
	case utf8.RuneCountInString(s) > most:
		return "", portal.E(portal.TooLong, field, "max", strconv.Itoa(most))
	}
	return s, nil
}

// unreadable tells signs that are no text: they would turn the direction of
// what stands behind them, or break a line unseen.
func unreadable(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}

// The fields that a reusable text may name, as agents write them in braces:
// {prénom}, {référence}. Accents and capitals are forgiven.
const (
	FirstName = "prénom"
	Reference = "référence"
	Procedure = "démarche"
	AgentName = "agent"
)

// Fields lists them all.
var Fields = []string{FirstName, Reference, Procedure, AgentName}

// Merge puts values in the place of the fields of a reusable text. A field
// that does not exist is told by its name.
func Merge(text string, values map[string]string) (string, *portal.Error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		at := slices.IndexFunc(Fields, func(f string) bool { return words.Fold(f) == words.Fold(strings.TrimSpace(name)) })
		if !closed || at < 0 {
			return "", portal.E(UnknownField, "text", "name", shortened(name))
		}
		out.WriteString(values[Fields[at]])
		text = after
	}
}

// Template is a reusable text as it is kept: a message whose fields all exist.
func Template(s string) (string, *portal.Error) {
	s, wrong := Text(s)
	if wrong != nil {
		return "", wrong
	}
	_, wrong = Merge(s, nil)
	return s, wrong
}

// shortened keeps what is told of a mistake to a few words.
func shortened(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if r := []rune(s); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return s
}

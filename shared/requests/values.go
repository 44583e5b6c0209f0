package requests

import (
	"encoding/json"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/words"
)

// judge is the answer to one field (not a group) as it is kept, nil for none,
// and what is wrong with it. A text that breaks its rule is kept, so that it
// is there to be corrected; a value that could not be shown is not.
func judge(f *Field, v any, path string, ctx Context) (any, portal.Errors) {
	switch f.Kind {
	case KindYesNo:
		if b, ok := v.(bool); ok {
			return b, nil
		}
		return nil, portal.Errors{portal.E(portal.Invalid, path)}
	case KindNumber, KindMoney:
		return judgeNumber(f, v, path)
	case KindSeveral, KindFile:
		return judgeSeveral(f, v, path, ctx)
	case KindAddress:
		return judgeAddress(v, path)
	}
	s, ok := v.(string)
	if !ok {
		return nil, portal.Errors{portal.E(portal.Invalid, path)}
	}
	if !accounts.Readable(s) && accounts.Readable(strings.ReplaceAll(s, "\r\n", "\n")) {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	if !accounts.Readable(s) {
		return nil, portal.Errors{portal.E(accounts.BadText, path)}
	}
	if utf8.RuneCountInString(s) > maxText {
		return nil, portal.Errors{tooLong(path, maxText)}
	}
	s, e := judgeText(f, s, path, ctx)
	if s == "" {
		return nil, errorsOf(e)
	}
	return s, errorsOf(e)
}

func errorsOf(e *portal.Error) portal.Errors {
	if e == nil {
		return nil
	}
	return portal.Errors{e}
}

func tooLong(path string, max int) *portal.Error {
	return portal.E(portal.TooLong, path, "max", strconv.Itoa(max))
}

// maxLen is the length a text of a kind may have when its field does not say.
func (f *Field) maxLen() int {
	switch {
	case f.MaxLen > 0:
		return f.MaxLen
	case f.Kind == KindLongText:
		return 2000
	case f.Kind == KindName:
		return 60
	}
	return 200
}

// judgeText judges the kinds that are one text. An empty text is no answer.
func judgeText(f *Field, s, path string, ctx Context) (string, *portal.Error) {
	if f.Kind == KindLongText {
		s = strings.TrimSpace(norm.NFC.String(s))
	} else {
		s = words.Tidy(s)
	}
	if s == "" {
		return "", nil
	}
	switch f.Kind {
	case KindText, KindLongText, KindName:
		n := utf8.RuneCountInString(s)
		if n > f.maxLen() {
			return s, tooLong(path, f.maxLen())
		}
		if n < f.MinLen {
			return s, portal.E(TooShort, path, "min", strconv.Itoa(f.MinLen))
		}
		if f.Kind == KindName {
			return s, accounts.CheckName(path, s)
		}
	case KindDate:
		switch d := portal.Date(s); {
		case !d.Valid():
			return s, portal.E(accounts.BadDate, path)
		case f.Range == Past && d > ctx.Today:
			return s, portal.E(accounts.FutureDate, path)
		case f.Range == Future && d < ctx.Today:
			return s, portal.E(PastDate, path)
		}
	case KindMonth:
		if _, err := time.Parse("2006-01", s); err != nil || len(s) != 7 {
			return s, portal.E(BadMonth, path)
		}
	case KindTime:
		if _, err := time.Parse("15:04", s); err != nil || len(s) != 5 {
			return s, portal.E(BadTime, path)
		}
	case KindChoice:
		if !offered(f, s, ctx) {
			return "", portal.E(BadChoice, path)
		}
	case KindPerson:
		if !(f.New && s == New) && !ctx.knows(portal.ID(s)) {
			return "", portal.E(BadPerson, path)
		}
	case KindPhone:
		return orElse(accounts.NormalisePhone, s, path, accounts.BadPhone)
	case KindMail:
		return orElse(accounts.NormaliseMail, s, path, accounts.BadMail)
	case KindIBAN:
		return orElse(normaliseIBAN, s, path, BadIBAN)
	case KindPlate:
		return orElse(normalisePlate, s, path, BadPlate)
	case KindParcel:
		return orElse(normaliseParcel, s, path, BadParcel)
	}
	return s, nil
}

func orElse(normalise func(string) (string, bool), s, path string, code portal.Code) (string, *portal.Error) {
	n, ok := normalise(s)
	if !ok {
		return s, portal.E(code, path)
	}
	return n, nil
}

// offered reports whether a choice is one of the field's. A source whose list
// the caller does not have is not judged, beyond the form of its ids.
func offered(f *Field, id string, ctx Context) bool {
	choices := f.Choices
	if f.Source != "" {
		known, ok := ctx.Sources[f.Source]
		if !ok {
			return optForm.MatchString(id)
		}
		choices = known
	}
	return slices.ContainsFunc(choices, func(c Choice) bool { return c.ID == id })
}

// judgeSeveral judges lists of choices and of documents: each once, choices in
// the order they are offered.
func judgeSeveral(f *Field, v any, path string, ctx Context) (any, portal.Errors) {
	if v != nil && asRows(v) == nil {
		if _, empty := v.([]any); !empty {
			return nil, portal.Errors{portal.E(portal.Invalid, path)}
		}
	}
	most := maxChoices
	if f.Kind == KindFile {
		most = 10
	}
	var ids []string
	var es portal.Errors
	for _, item := range asRows(v) {
		s, ok := item.(string)
		switch {
		case len(ids) >= most:
			return toAny(ids), portal.Errors{portal.E(TooMany, path, "max", strconv.Itoa(most))}
		case !ok:
			es = errorsOf(portal.E(portal.Invalid, path))
		case slices.Contains(ids, s):
		case f.Kind == KindFile && !portal.ID(s).Valid():
			es = errorsOf(portal.E(BadFile, path))
		case f.Kind == KindSeveral && !offered(f, s, ctx):
			es = errorsOf(portal.E(BadChoice, path))
		default:
			ids = append(ids, s)
		}
	}
	if f.Kind == KindSeveral && f.Source == "" {
		place := map[string]int{}
		for i, c := range f.Choices {
			place[c.ID] = i
		}
		slices.SortFunc(ids, func(a, b string) int { return place[a] - place[b] })
	}
	if len(ids) == 0 {
		return nil, es
	}
	return toAny(ids), es
}

func toAny(ids []string) []any {
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = id
	}
	return out
}

// maxNumber is beyond what any form asks, and well within what a float64
// counts exactly.
const maxNumber = 1e12

func judgeNumber(f *Field, v any, path string) (any, portal.Errors) {
	bad := BadNumber
	if f.Kind == KindMoney {
		bad = BadMoney
	}
	var n float64
	switch x := v.(type) {
	case float64:
		n = x
	case int:
		n = float64(x)
	case int64:
		n = float64(x)
	case portal.Money:
		n = float64(x)
	case json.Number:
		parsed, err := x.Float64()
		if err != nil {
			return nil, errorsOf(portal.E(bad, path))
		}
		n = parsed
	case string:
		s := words.Tidy(x)
		if s == "" {
			return nil, nil
		}
		parsed, ok := ParseNumber(s)
		if f.Kind == KindMoney {
			var m portal.Money
			m, ok = ParseMoney(s)
			parsed = float64(m)
		}
		if !ok {
			if !accounts.Readable(s) || len(s) > 100 {
				return nil, errorsOf(portal.E(bad, path))
			}
			return s, errorsOf(portal.E(bad, path))
		}
		n = parsed
	default:
		return nil, errorsOf(portal.E(portal.Invalid, path))
	}
	if math.IsNaN(n) || math.Abs(n) > maxNumber {
		return nil, errorsOf(portal.E(bad, path))
	}
	if n == 0 {
		n = 0 // there is no "-0" in answers
	}
	switch scaled := n * math.Pow10(f.Decimals); {
	case f.Kind == KindMoney && n != math.Trunc(n):
		return nil, errorsOf(portal.E(bad, path))
	case f.Kind == KindNumber && math.Abs(scaled-math.Round(scaled)) > 1e-6:
		return n, errorsOf(portal.E(Decimals, path, "max", strconv.Itoa(f.Decimals)))
	case f.Min != nil && n < *f.Min:
		return n, errorsOf(portal.E(TooSmall, path, "min", f.bound(*f.Min)))
	case f.Max != nil && n > *f.Max:
		return n, errorsOf(portal.E(TooBig, path, "max", f.bound(*f.Max)))
	}
	return n, nil
}

// bound writes a bound for a sentence; amounts in euros.
func (f *Field) bound(n float64) string {
	if f.Kind == KindMoney {
		return portal.Money(n).Decimal()
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

var numberForm = regexp.MustCompile(`^[+-]?[0-9]{1,13}([.,][0-9]{1,6})?$`)

// ParseNumber reads a number as people type it: "1 250,5" or "1250.5".
func ParseNumber(s string) (float64, bool) {
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "−", "-").Replace(s)
	if !numberForm.MatchString(s) {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	return n, err == nil
}

// ParseMoney reads an amount as people type it: "12", "12,5", "1 250,00 €".
func ParseMoney(s string) (portal.Money, bool) {
	s = strings.TrimSuffix(strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "−", "-", ",", ".").Replace(s), "€")
	if !numberForm.MatchString(s) {
		return 0, false
	}
	whole, cents, _ := strings.Cut(s, ".")
	if len(cents) > 2 {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+(cents + "00")[:2], 10, 64)
	return portal.Money(n), err == nil
}

func judgeAddress(v any, path string) (any, portal.Errors) {
	m, ok := asMap(v)
	if a, is := v.(accounts.Address); is {
		ok = true
		m = map[string]any{"line1": a.Line1, "line2": a.Line2, "postcode": a.Postcode, "city": a.City, "country": a.Country}
	}
	if !ok {
		return nil, errorsOf(portal.E(portal.Invalid, path))
	}
	var a accounts.Address
	for key, v := range m {
		s, ok := v.(string)
		part := map[string]*string{"line1": &a.Line1, "line2": &a.Line2, "postcode": &a.Postcode, "city": &a.City, "country": &a.Country}[key]
		if !ok || part == nil || utf8.RuneCountInString(s) > 1000 || !accounts.Readable(s) {
			return nil, errorsOf(portal.E(portal.Invalid, path))
		}
		*part = s
	}
	if a.Empty() {
		return nil, nil
	}
	a = a.Normalise()
	return map[string]any{"line1": a.Line1, "line2": a.Line2, "postcode": a.Postcode, "city": a.City, "country": a.Country}, a.Check(path)
}

// AddressOf reads the answer to an address field.
func AddressOf(v any) accounts.Address {
	m, _ := asMap(v)
	part := func(key string) string { s, _ := m[key].(string); return s }
	return accounts.Address{Line1: part("line1"), Line2: part("line2"), Postcode: part("postcode"), City: part("city"), Country: part("country")}
}

var ibanForm = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$`)

// normaliseIBAN drops the spaces and checks the digits that guard against a
// slip (ISO 7064, modulo 97).
func normaliseIBAN(s string) (string, bool) {
	s = strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(s))
	if !ibanForm.MatchString(s) || strings.HasPrefix(s, "FR") && len(s) != 27 {
		return s, false
	}
	var digits strings.Builder
	for _, r := range s[4:] + s[:4] {
		if r >= 'A' {
			digits.WriteString(strconv.Itoa(int(r-'A') + 10))
		} else {
			digits.WriteRune(r)
		}
	}
	n, ok := new(big.Int).SetString(digits.String(), 10)
	return s, ok && new(big.Int).Mod(n, big.NewInt(97)).Int64() == 1
}

var (
	plateNew = regexp.MustCompile(`^([A-HJ-NP-TV-Z]{2})([0-9]{3})([A-HJ-NP-TV-Z]{2})$`)
	plateOld = regexp.MustCompile(`^([0-9]{1,4})([A-Z]{1,3})(0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|97[1-6])$`)
	plateAny = regexp.MustCompile(`^[A-Z0-9]{4,10}$`)
)

// normalisePlate writes a plate as AB-123-CD, or 123 ABC 25 for those from
// before 2009. Foreign plates have forms of their own and are kept.
func normalisePlate(s string) (string, bool) {
	compact := strings.ToUpper(strings.NewReplacer(" ", "", "-", "", ".", "").Replace(s))
	if m := plateNew.FindStringSubmatch(compact); m != nil {
		return m[1] + "-" + m[2] + "-" + m[3], true
	}
	if m := plateOld.FindStringSubmatch(compact); m != nil {
		return m[1] + " " + m[2] + " " + m[3], true
	}
	if plateAny.MatchString(compact) && strings.ContainsAny(compact, "0123456789") {
		return compact, true
	}
	return s, false
}

var parcelForm = regexp.MustCompile(`^([0-9]{3})?([0-9]?[A-Z]|[A-Z]{2})([0-9]{1,4})$`)

// normaliseParcel writes a parcel as "AB 123": section and number, after the
// three digits of a former commune where there are some.
func normaliseParcel(s string) (string, bool) {
	compact := strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "°", "").Replace(s))
	m := parcelForm.FindStringSubmatch(compact)
	if m == nil {
		return s, false
	}
	number := strings.TrimLeft(m[3], "0")
	section := m[2]
	if len(section) == 2 && section[0] == '0' {
		section = section[1:] // "0A" is section A in the land register's long form
	}
	if number == "" {
		return s, false
	}
	if m[1] != "" && m[1] != "000" {
		return m[1] + " " + section + " " + number, true
	}
	return section + " " + number, true
}

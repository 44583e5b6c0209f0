package accounts

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"parvis/shared/portal"
	"parvis/shared/words"
)

// France is the country an address is in when it names none.
const France = "France"

// Address is a postal address as it is written on an envelope. Country is
// France, or a foreign country by its name.
type Address struct {
	Line1    string `json:"line1"`
	Line2    string `json:"line2,omitempty"`
	Postcode string `json:"postcode"`
	City     string `json:"city"`
	Country  string `json:"country"`
}

// The longest lines of an address.
const (
	lineMax     = 100
	cityMax     = 60
	countryMax  = 60
	postcodeMax = 12
)

// Normalise is the address as it is kept.
func (a Address) Normalise() Address {
	a = Address{words.Tidy(a.Line1), words.Tidy(a.Line2), words.Tidy(a.Postcode), words.Tidy(a.City), words.Tidy(a.Country)}
	if f := words.Fold(a.Country); f == "" || f == "fr" || f == "france" {
		a.Country = France
		a.Postcode = words.Tidy(strings.ReplaceAll(a.Postcode, " ", ""))
	}
	return a
}

// Empty reports whether nothing of an address was given; the country alone,
// which is filled in beforehand, is nothing.
func (a Address) Empty() bool {
	return strings.TrimSpace(a.Line1+a.Line2+a.Postcode+a.City) == ""
}

// In reports whether an address lies in the town of a postcode: what fixes a
// family's prices until an agent has seen a proof.
func (a Address) In(postcode string) bool {
	a = a.Normalise()
	return postcode != "" && a.Country == France && strings.EqualFold(a.Postcode, postcode)
}

// Check is what is wrong with an address; field is its path, "" for none.
func (a Address) Check(field string) portal.Errors {
	a = a.Normalise()
	if field != "" {
		field += "."
	}
	var es portal.Errors
	es.Add(checkLine(field+"line1", a.Line1, lineMax, true))
	es.Add(checkLine(field+"line2", a.Line2, lineMax, false))
	if e := checkLine(field+"postcode", a.Postcode, postcodeMax, a.Country == France); e != nil {
		es.Add(e)
	} else if a.Country == France && !frenchPostcode(a.Postcode) {
		es.Add(portal.E(BadPostcode, field+"postcode"))
	}
	es.Add(checkLine(field+"city", a.City, cityMax, true))
	es.Add(checkLine(field+"country", a.Country, countryMax, true))
	return es
}

// frenchPostcode knows the five digits, overseas and Monaco included; 00, 96
// and 99 begin none.
func frenchPostcode(s string) bool {
	if len(s) != 5 || strings.Trim(s, "0123456789") != "" {
		return false
	}
	dept := s[:2]
	return dept != "00" && dept != "96" && dept != "99"
}

// checkLine is the mistake in one line of free text.
func checkLine(field, s string, max int, required bool) *portal.Error {
	switch {
	case s == "" && required:
		return portal.E(portal.Missing, field)
	case !Readable(s):
		return portal.E(BadText, field)
	case utf8.RuneCountInString(s) > max:
		return portal.E(portal.TooLong, field, "max", strconv.Itoa(max))
	}
	return nil
}

// Readable reports whether s holds only text that can be shown: valid UTF-8
// without control or direction characters. Line breaks and tabs are text.
func Readable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r == '\n' || r == '\t' || r == '\u200d' { // the joiner belongs to some scripts
			continue
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || r == utf8.RuneError {
			return false
		}
	}
	return true
}

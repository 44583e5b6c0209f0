package accounts

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"parvis/shared/portal"
)

// MailMax is the longest mail address that mail itself allows.
const MailMax = 254

// NormaliseMail is a mail address as it is kept and compared, in lower case,
// and whether it has the form of one. Whether it exists is shown by a mail.
func NormaliseMail(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 || len(s) > MailMax {
		return s, false
	}
	local, domain := s[:at], s[at+1:]
	if !dotted(local, func(r rune) bool {
		return lowerOrDigit(r) || strings.ContainsRune("!#$%&'*+/=?^_{|}~-", r)
	}) {
		return s, false
	}
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return s, false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' ||
			strings.ContainsFunc(l, func(r rune) bool { return !lowerOrDigit(r) && r != '-' }) {
			return s, false
		}
	}
	last := labels[len(labels)-1]
	return s, len(last) >= 2 && !strings.ContainsFunc(last[:1], unicode.IsDigit)
}

// dotted reports whether s is runs of allowed characters parted by single dots.
func dotted(s string, allowed func(rune) bool) bool {
	for _, part := range strings.Split(s, ".") {
		if part == "" || strings.ContainsFunc(part, func(r rune) bool { return !allowed(r) }) {
			return false
		}
	}
	return true
}

func lowerOrDigit(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }

// NormalisePhone is a telephone number in the international form +33612345678,
// and whether it can be one. A number that begins with a single 0 is French.
func NormalisePhone(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 40 {
		return s, false
	}
	compact := strings.ReplaceAll(s, "(0)", "")
	var b strings.Builder
	for i, r := range compact {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && i == 0:
			b.WriteRune(r)
		case unicode.IsSpace(r) || strings.ContainsRune(".-/()\u2011", r):
		default:
			return s, false
		}
	}
	n := b.String()
	if rest, ok := strings.CutPrefix(n, "00"); ok {
		n = "+" + rest
	} else if rest, ok := strings.CutPrefix(n, "0"); ok {
		n = "+33" + rest
	}
	digits, ok := strings.CutPrefix(n, "+")
	if !ok || len(digits) < 8 || len(digits) > 15 || digits[0] == '0' {
		return s, false
	}
	if french, ok := strings.CutPrefix(digits, "33"); ok {
		// "+33 06…" is often written; the 0 falls away abroad.
		french = strings.TrimPrefix(french, "0")
		if len(french) != 9 || french[0] == '0' {
			return s, false
		}
		n = "+33" + french
	}
	return n, true
}

// IsMobile reports whether a normalised number may be a mobile: French ones
// begin with 6 or 7, of foreign ones only their owner knows.
func IsMobile(e164 string) bool {
	french, ok := strings.CutPrefix(e164, "+33")
	return !ok || french != "" && (french[0] == '6' || french[0] == '7')
}

// checkMail is the mistake in a mail address, and the address as it is kept.
func checkMail(field, s string) (string, *portal.Error) {
	n, ok := NormaliseMail(s)
	switch {
	case n == "":
		return n, portal.E(portal.Missing, field)
	case utf8.RuneCountInString(n) > MailMax:
		return n, portal.E(portal.TooLong, field, "max", "254")
	case !ok:
		return n, portal.E(BadMail, field)
	}
	return n, nil
}

package accounts

import (
	"strconv"
	"strings"

	"parvis/shared/portal"
	"parvis/shared/words"
)

// The length of a login.
const (
	LoginMin = 3
	LoginMax = 32
)

// NormaliseLogin is a login as it is kept and compared: what differs only by
// capitals or accents is the same login, so that nobody has to remember them.
func NormaliseLogin(s string) string { return words.Fold(strings.TrimSpace(s)) }

// CheckLogin is the login as it is kept, and the mistake in it.
func CheckLogin(s string) (string, *portal.Error) {
	s = NormaliseLogin(s)
	switch {
	case s == "":
		return s, portal.E(portal.Missing, "login")
	case strings.ContainsFunc(s, func(r rune) bool { return !lowerOrDigit(r) && r != '.' && r != '-' }):
		return s, portal.E(BadLogin, "login")
	case len(s) < LoginMin:
		return s, portal.E(ShortLogin, "login", "min", strconv.Itoa(LoginMin))
	case len(s) > LoginMax:
		return s, portal.E(portal.TooLong, "login", "max", strconv.Itoa(LoginMax))
	case !lowerOrDigit(rune(s[0])) || !lowerOrDigit(rune(s[len(s)-1])):
		return s, portal.E(BadLogin, "login")
	}
	return s, nil
}

// ProposeLogin is the n-th login proposed to a person, counted from 1:
// claire.martel, claire.martel2, claire.martel3… It is always a valid one.
func ProposeLogin(p Profile, n int) string {
	base := strings.Trim(loginPart(p.FirstName)+"."+loginPart(p.LastName), ".-")
	suffix := ""
	if n > 1 {
		suffix = strconv.Itoa(n)
	}
	if len(base) < LoginMin {
		// A name in another script leaves nothing to build on.
		base = strings.Trim("compte."+base, ".-")
	}
	if room := LoginMax - len(suffix); len(base) > room {
		base = strings.TrimRight(base[:room], ".-")
	}
	return base + suffix
}

// loginPart keeps the letters and digits of a name; what parts its words
// becomes a hyphen.
func loginPart(name string) string {
	var parts []string
	for _, w := range words.Split(strings.ReplaceAll(name, "'", "")) {
		w = strings.Map(func(r rune) rune {
			if lowerOrDigit(r) {
				return r
			}
			return -1
		}, w)
		if w != "" {
			parts = append(parts, w)
		}
	}
	return strings.Join(parts, "-")
}

package accounts

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/trustelem/zxcvbn"
	"golang.org/x/text/unicode/norm"

	"parvis/assets/passwords"
	"parvis/shared/portal"
	"parvis/shared/words"
)

// The password rule (CNIL 2022-100 and ASVS 5 together): long rather than
// tortuous, and nothing that a guessing program tries first.
const (
	PasswordMin   = 12
	PasswordMax   = 128
	passwordBits  = 50
	passwordScore = 3

	// The estimate takes time that grows fast with the length (12 s were seen
	// on 512 characters); what follows 64 can only make a password stronger.
	estimated = 64
)

// PasswordContext is what a password must not be made of.
type PasswordContext struct {
	Login     string
	FirstName string
	LastName  string
	Mail      string
	BirthDate portal.Date
	Town      string
}

// Strength is what the meter under a password shows.
type Strength struct {
	Score int     // 0 (found at once) to 4 (very strong)
	Bits  float64 // length times the bits of its kinds of characters
}

// NormalisePassword is the text that is hashed: the same keys on two systems
// may give an accented letter in two forms.
func NormalisePassword(pw string) string { return norm.NFC.String(pw) }

// CheckPassword is the strength of a password and the first thing wrong with
// it. The strength is told for a wrong one too, as one sees it while typing.
func CheckPassword(pw string, ctx PasswordContext) (Strength, *portal.Error) {
	const field = "password"
	if !utf8.ValidString(pw) {
		return Strength{}, portal.E(BadText, field)
	}
	if len(pw) > 8*PasswordMax {
		// Not a text somebody typed: no work is spent on it.
		return Strength{}, portal.E(PasswordLong, field, "max", strconv.Itoa(PasswordMax))
	}
	pw = NormalisePassword(pw)
	length := utf8.RuneCountInString(pw)
	if length == 0 {
		return Strength{}, portal.E(portal.Missing, field)
	}
	personal := ctx.parts()
	s := Strength{Bits: bitsOf(pw), Score: scoreOf(pw, personal)}
	var e *portal.Error
	switch {
	case length < PasswordMin:
		e = portal.E(PasswordShort, field, "min", strconv.Itoa(PasswordMin))
	case length > PasswordMax:
		e = portal.E(PasswordLong, field, "max", strconv.Itoa(PasswordMax))
	case common(pw):
		e = portal.E(PasswordCommon, field)
	case madeOf(pw, personal):
		e = portal.E(PasswordPersonal, field)
	case s.Bits < passwordBits:
		e = portal.E(PasswordSimple, field)
	case s.Score < passwordScore:
		e = portal.E(PasswordGuess, field)
	}
	if e != nil {
		// The meter never shows as good what is refused.
		s.Score = min(s.Score, passwordScore-1)
	}
	return s, e
}

// parts is the folded words of the person and the town, long enough to matter.
func (c PasswordContext) parts() []string {
	var parts []string
	local, _, _ := strings.Cut(c.Mail, "@")
	for _, s := range []string{c.Login, c.FirstName, c.LastName, local, c.Town} {
		for _, w := range words.Split(s) {
			if utf8.RuneCountInString(w) >= 3 {
				parts = append(parts, w)
			}
		}
	}
	if c.BirthDate.Valid() {
		y, m, d := string(c.BirthDate[:4]), string(c.BirthDate[5:7]), string(c.BirthDate[8:])
		parts = append(parts, d+m+y, y+m+d, y)
	}
	return parts
}

// bitsOf is L·log2 N, where N counts the kinds of characters that occur.
func bitsOf(pw string) float64 {
	var lower, upper, digit, sign, other bool
	n := 0
	for _, r := range pw {
		n++
		switch {
		case r >= 'a' && r <= 'z':
			lower = true
		case r >= 'A' && r <= 'Z':
			upper = true
		case r >= '0' && r <= '9':
			digit = true
		case r < 0x80:
			sign = true
		default:
			other = true
		}
	}
	alphabet := 0
	for _, kind := range []struct {
		used bool
		size int
	}{{lower, 26}, {upper, 26}, {digit, 10}, {sign, 33}, {other, 32}} {
		if kind.used {
			alphabet += kind.size
		}
	}
	if alphabet == 0 {
		return 0
	}
	return float64(n) * math.Log2(float64(alphabet))
}

// unleet undoes the usual exchanges of signs for letters.
var unleet = strings.NewReplacer("@", "a", "4", "a", "3", "e", "€", "e", "1", "i", "0", "o", "5", "s", "$", "s", "7", "t")

// scoreOf is the estimate of zxcvbn on the first characters.
func scoreOf(pw string, personal []string) int {
	// The person's own words come first, then what the French choose most:
	// a word's place in the list is its rank.
	known := append(append(make([]string, 0, len(personal)+len(passwords.French())), personal...), passwords.French()...)
	return zxcvbn.PasswordStrength(estimable(pw), known).Score
}

// estimable is what the estimator can read: at most 64 characters, all of one
// byte, as it mixes up bytes and characters otherwise. Letters of other
// scripts become Latin ones, so that their repetitions are still seen.
func estimable(pw string) string {
	folded := foldKeepingCase(pw)
	var b strings.Builder
	for _, r := range folded {
		if b.Len() == estimated {
			break
		}
		if r >= 0x80 {
			r = 'a' + r%26
		}
		b.WriteByte(byte(r))
	}
	return b.String()
}

func foldKeepingCase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
}

// common reports whether a password is one that many people choose, perhaps
// dressed with digits and signs at its ends or said twice.
func common(pw string) bool {
	folded := words.Fold(pw)
	for _, s := range []string{folded, unleet.Replace(folded)} {
		core := strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
		joined := strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
			return -1
		}, s)
		for _, c := range []string{s, core, joined} {
			if repeatsListed(c) {
				return true
			}
		}
	}
	return false
}

// repeatsListed reports whether s is an entry of the list, once or several
// times over.
func repeatsListed(s string) bool {
	for n := 1; n <= len(s); n++ {
		if len(s)%n == 0 && passwords.IsFrench(s[:n]) && strings.Repeat(s[:n], len(s)/n) == s {
			return true
		}
	}
	return false
}

// madeOf reports whether, apart from the person's and the town's words, digits
// and signs, next to nothing is left of a password.
func madeOf(pw string, personal []string) bool {
	if len(personal) == 0 {
		return false
	}
	const unlike = 5 // letters that nobody could know
	folded := words.Fold(pw)
	for _, s := range []string{folded, unleet.Replace(folded)} {
		found := false
		for _, w := range personal {
			if strings.Contains(s, w) {
				found = true
				s = strings.ReplaceAll(s, w, " ")
			}
		}
		left := 0
		for _, r := range s {
			if unicode.IsLetter(r) {
				left++
			}
		}
		if found && left < unlike {
			return true
		}
	}
	return false
}

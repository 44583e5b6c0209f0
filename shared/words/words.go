// Package words treats text the way people type it: without caring about
// accents, ligatures, capitals or apostrophes, and with a slip of the finger.
// Search, logins and the password rule stand on it. It is pure: it reads
// nothing but its arguments.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ligatures are letters that Unicode does not take apart by itself.
var ligatures = strings.NewReplacer(
	"œ", "oe", "Œ", "oe", "æ", "ae", "Æ", "ae", "ß", "ss", "ẞ", "ss",
	"ø", "o", "Ø", "o", "ł", "l", "Ł", "l", "đ", "d", "Đ", "d", "ı", "i",
)

// Fold is s in lower case without accents and ligatures: "Œuvre d’Été" is
// "oeuvre d'ete". Other scripts keep their letters.
func Fold(s string) string {
	if isPlain(s) {
		return strings.ReplaceAll(strings.ToLower(s), "`", "'")
	}
	s = norm.NFKD.String(ligatures.Replace(s))
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == '’' || r == 'ʼ' || r == '‘' || r == '`' || r == '´':
			b.WriteByte('\'')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// isPlain reports whether s is of ASCII letters alone, as most words are.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Tidy is s as it is kept: composed letters, one kind of apostrophe, single
// spaces, none at the ends. Line breaks become spaces.
func Tidy(s string) string {
	s = strings.ReplaceAll(norm.NFC.String(s), "’", "'")
	return strings.Join(strings.Fields(s), " ")
}

// Split is the folded words of s: runs of letters and digits. An apostrophe
// parts words, so that "l'école" is found by "école".
func Split(s string) []string {
	return strings.FieldsFunc(Fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// Slips is how many slips of the finger are forgiven in a word: none in short
// ones, where a slip makes another word, one from four letters, two from eight.
func Slips(word string) int {
	switch n := utf8.RuneCountInString(word); {
	case n >= 8:
		return 2
	case n >= 4:
		return 1
	}
	return 0
}

// Distance is the number of slips (a letter missing, added, changed, or two
// neighbours swapped) between a and b, or max+1 when there are more than max.
func Distance(a, b string, max int) int {
	ra, rb := []rune(a), []rune(b)
	if d := len(ra) - len(rb); d > max || -d > max {
		return max + 1
	}
	var room [3][32]int // of words, which a search compares by the thousand
	before, last, this := room[0][:], room[1][:], room[2][:]
	if n := len(rb) + 1; n > len(before) {
		before, last, this = make([]int, n), make([]int, n), make([]int, n)
	}
	for j := range len(rb) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(ra); i++ {
		this[0] = i
		best := i
		for j := 1; j <= len(rb); j++ {
			change := 1
			if ra[i-1] == rb[j-1] {
				change = 0
			}
			d := min(last[j]+1, this[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && ra[i-1] == rb[j-2] && ra[i-2] == rb[j-1] {
				d = min(d, before[j-2]+1)
			}
			this[j] = d
			best = min(best, d)
		}
		if best > max {
			return max + 1
		}
		before, last, this = last, this, before
	}
	return min(last[len(rb)], max+1)
}

// Called is what somebody is called by out of all their first names, which
// stand one after the other: the first of them. "Zoé Marie" is Zoé, and
// "Anne-Lise Marie" is Anne-Lise.
func Called(firstNames string) string {
	first, _, _ := strings.Cut(Tidy(firstNames), " ")
	return first
}

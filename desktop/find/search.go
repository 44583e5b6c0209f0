package find

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"parvis/shared/words"
)

// Hit is an entry that was found.
type Hit struct {
	*Entry
	Kind  string
	Score int
	order int // among all, for those that fit equally
}

const (
	// longest is how much of a query is read, and most how many words of it.
	longest, most = 200, 8
	// enough is how many hits without a slip are enough to forgive none.
	enough = 3
)

// How well a word of the query fits a word of an entry.
const (
	same    = 100
	plural  = 96
	begins  = 60 // and up to as much again as is typed of the word
	oneSlip = 44
	moreOff = 16 // each slip after the first, or a slip in the first letter
	halfOff = 12 // for a slip in a word that is half typed
)

// Query is what is looked for, taken apart.
type Query struct {
	Words  []string
	phrase string
}

// Read takes apart what was typed. Words that are in most texts are passed
// over, unless nothing else was typed.
func Read(text string) Query {
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	all := words.Split(text)
	q := Query{phrase: strings.Join(all, " ")}
	for i, w := range all {
		// The last word may be the beginning of another.
		if words.Empty(w) && (i < len(all)-1 || len(q.Words) > 0) {
			continue
		}
		q.Words = append(q.Words, w)
	}
	if len(q.Words) > most {
		q.Words = q.Words[:most]
	}
	return q
}

// Search is the entries in which every word of the query is found, the best
// first: what fits exactly before what begins so, that before slips; then the
// kind; then what was touched last. An empty query finds nothing.
func Search(q Query, now time.Time, parts ...*Part) []Hit {
	if len(q.Words) == 0 {
		return nil
	}
	hits := search(nil, q, now, noSlips, parts)
	if len(hits) < enough {
		found := map[string]bool{}
		for _, h := range hits {
			found[h.Kind+h.To] = true
		}
		for _, h := range search(nil, q, now, slipsInNames, parts) {
			if !found[h.Kind+h.To] {
				hits = append(hits, h)
			}
		}
	}
	if len(hits) == 0 {
		hits = search(nil, q, now, slipsInText, parts)
	}
	for i := range hits {
		hits[i].order = i
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.At, a.At), cmp.Compare(a.order, b.order))
	})
	return hits
}

// How much a search forgives. In long texts nearly everything is near
// something: there slips are the last resort.
type slips int

const (
	noSlips slips = iota
	slipsInNames
	slipsInText
)

func search(hits []Hit, q Query, now time.Time, forgive slips, parts []*Part) []Hit {
	for _, p := range parts {
		if len(p.entries) == 0 {
			continue
		}
		total, this := make([]int32, len(p.entries)), make([]int32, len(p.entries))
		for n, w := range q.Words {
			clear(this)
			p.mark(this, w, forgive, n == len(q.Words)-1)
			left := false
			for i := range total {
				if n > 0 && total[i] == 0 || this[i] == 0 {
					total[i] = 0
					continue
				}
				total[i] += this[i]
				left = true
			}
			if !left {
				break
			}
		}
		for i, score := range total {
			if score > 0 {
				h := Hit{Entry: &p.entries[i], Kind: p.Kind, Score: int(score)/len(q.Words) + p.Boost + newness(p.entries[i].At, now)}
				switch title := p.titles[i]; {
				case title == q.phrase:
					h.Score += 400
				case strings.HasPrefix(title, q.phrase):
					h.Score += 200
				case len(q.Words) > 1 && strings.Contains(title, q.phrase):
					h.Score += 100
				}
				hits = append(hits, h)
			}
		}
	}
	return hits
}

// newness lifts what was touched lately.
func newness(at int64, now time.Time) int {
	switch age := now.Sub(time.UnixMicro(at)); {
	case at == 0:
		return 0
	case age < 7*24*time.Hour:
		return 60
	case age < 31*24*time.Hour:
		return 40
	case age < 183*24*time.Hour:
		return 20
	}
	return 0
}

// mark notes for each entry how well a word of the query fits it.
func (p *Part) mark(scores []int32, asked string, forgive slips, last bool) {
	note := func(t *term, fit int) {
		for _, post := range t.posts {
			scores[post.entry] = max(scores[post.entry], int32(fit)*post.weight)
		}
	}
	length := utf8.RuneCountInString(asked)
	from := sort.Search(len(p.terms), func(i int) bool { return p.terms[i].word >= asked })
	for i := from; i < len(p.terms) && strings.HasPrefix(p.terms[i].word, asked); i++ {
		t := &p.terms[i]
		switch {
		case t.length == length:
			note(t, same)
		case t.length == length+1 && (strings.HasSuffix(t.word, "s") || strings.HasSuffix(t.word, "x")):
			note(t, plural)
		default:
			note(t, begins+30*length/t.length)
		}
	}
	if single := strings.TrimRight(asked, "sx"); len(single) == len(asked)-1 && length > 3 {
		if i := sort.Search(len(p.terms), func(i int) bool { return p.terms[i].word >= single }); i < len(p.terms) && p.terms[i].word == single {
			note(&p.terms[i], plural)
		}
	}
	if forgive != noSlips {
		p.forgive(func(t *term, fit int) {
			for _, post := range t.posts {
				if post.weight > inText || forgive == slipsInText {
					scores[post.entry] = max(scores[post.entry], int32(fit)*post.weight)
				}
			}
		}, asked, length, last && forgive == slipsInNames, forgive == slipsInNames)
	}
}

// forgive marks the words that are a slip or two away from what was typed, and,
// where that may be half a word, those that begin so.
func (p *Part) forgive(note func(*term, int), asked string, length int, last, named bool) {
	may := allowed(asked, length)
	if may == 0 {
		return
	}
	mask := maskOf(asked)
	first, _ := utf8.DecodeRuneInString(asked)
	for i := range p.terms {
		t := &p.terms[i]
		if t.number || named && !t.named || bits.OnesCount32(mask&^t.mask) > may {
			continue // a letter that is not there takes a slip
		}
		fit := 0
		if begun, _ := utf8.DecodeRuneInString(t.word); begun != first {
			fit -= moreOff
		}
		if d := t.length - length; d <= may && -d <= may && bits.OnesCount32(t.mask&^mask) <= may {
			if d := words.Distance(asked, t.word, may); d > 0 && d <= may {
				note(t, fit+oneSlip-moreOff*(d-1))
				continue
			}
		}
		if last && t.length > length && (fit == 0 || length > 4) && half(asked, t.word, length) {
			note(t, fit+oneSlip-halfOff)
		}
	}
}

// allowed is how many slips are forgiven in a word of the query; none in a
// number, where a slip is another number.
func allowed(word string, length int) int {
	if length < 4 || strings.ContainsAny(word, "0123456789") {
		return 0
	}
	return words.Slips(word)
}

// half reports whether a word begins as what was typed, with one slip.
func half(asked, word string, length int) bool {
	letters := []rune(word)
	for n := length - 1; n <= length+1 && n <= len(letters); n++ {
		if words.Distance(asked, string(letters[:n]), 1) <= 1 {
			return true
		}
	}
	return false
}

// Excerpt is about so many letters of a text around the first word of the
// query in it.
func Excerpt(text string, q Query, letters int) string {
	text = words.Tidy(text)
	all := []rune(text)
	if len(all) <= letters {
		return text
	}
	at := 0
	fields := strings.Fields(text)
search:
	for _, f := range fields {
		for _, w := range words.Split(f) {
			for _, asked := range q.Words {
				if strings.HasPrefix(w, asked) {
					break search
				}
			}
		}
		at += utf8.RuneCountInString(f) + 1
	}
	if at >= len(all) {
		at = 0
	}
	from := max(0, min(at-letters/3, len(all)-letters))
	for from > 0 && from < at && all[from-1] != ' ' {
		from++
	}
	to := min(len(all), from+letters)
	for to < len(all) && to > from && all[to] != ' ' {
		to--
	}
	if to <= from {
		to = min(len(all), from+letters)
	}
	out := strings.TrimSpace(string(all[from:to]))
	if from > 0 {
		out = "… " + out
	}
	if to < len(all) {
		out += " …"
	}
	return out
}

package find

import (
	"slices"
	"strings"
	"unicode/utf8"

	"parvis/shared/words"
)

// Entry is something that can be found.
type Entry struct {
	// To is where it leads, for whoever shows it; it also tells entries apart.
	To string
	// Icon replaces that of its kind, "" for that.
	Icon string
	// Title and Detail are shown. Of says that the title is that of what it
	// belongs to, a message's request: by it, that is found first.
	Title, Detail string
	Of            bool
	// Names is what it is called besides: in the other language, by others.
	Names []string
	// Words is what belongs to it: a person, a number, a state.
	Words []string
	// Text is what was written in it: there slips are forgiven only where nothing
	// else is found at all.
	Text string
	// At is when it was last touched, in microseconds; 0 for things that have no
	// time.
	At int64
}

// Weights of where a word of the query is found.
const (
	inTitle  = 10
	inName   = 9
	inWords  = 6
	inDetail = 5
	inText   = 2
)

// Part is all entries of one kind, made ready.
type Part struct {
	Kind string
	// Boost lifts the kind over others that fit as well.
	Boost   int
	entries []Entry
	titles  []string // folded
	terms   []term   // by word
}

// term is a word with the entries it stands in.
type term struct {
	word   string
	length int    // in letters
	mask   uint32 // which letters it has
	number bool
	named  bool // it stands somewhere besides in long texts
	posts  []post
}

type post struct {
	entry  int32
	weight int32
}

// New makes entries of a kind ready. They are kept, not copied.
func New(kind string, boost int, entries []Entry) *Part {
	p := &Part{Kind: kind, Boost: boost, entries: entries, titles: make([]string, len(entries))}
	at := map[string]int{}
	add := func(entry int, weight int32, text string) {
		if text == "" {
			return
		}
		for _, w := range words.Split(text) {
			n, known := at[w]
			if !known {
				n = len(p.terms)
				at[w] = n
				p.terms = append(p.terms, term{word: w, length: utf8.RuneCountInString(w), mask: maskOf(w), number: strings.ContainsAny(w, "0123456789")})
			}
			t := &p.terms[n]
			t.named = t.named || weight > inText
			if last := len(t.posts) - 1; last >= 0 && t.posts[last].entry == int32(entry) {
				t.posts[last].weight = max(t.posts[last].weight, weight)
				continue
			}
			t.posts = append(t.posts, post{int32(entry), weight})
		}
	}
	for i := range entries {
		e := &entries[i]
		if e.Of {
			add(i, inDetail, e.Title)
		} else {
			p.titles[i] = strings.Join(words.Split(e.Title), " ")
			add(i, inTitle, e.Title)
		}
		for _, n := range e.Names {
			add(i, inName, n)
		}
		for _, w := range e.Words {
			add(i, inWords, w)
		}
		add(i, inDetail, e.Detail)
		add(i, inText, e.Text)
	}
	slices.SortFunc(p.terms, func(a, b term) int { return strings.Compare(a.word, b.word) })
	return p
}

// Len is how many entries there are.
func (p *Part) Len() int { return len(p.entries) }

// Entry is one of them; false where none leads there.
func (p *Part) Entry(to string) (Entry, bool) {
	for i := range p.entries {
		if p.entries[i].To == to {
			return p.entries[i], true
		}
	}
	return Entry{}, false
}

// maskOf has a bit for each letter of a word; letters beyond the alphabet
// share six.
func maskOf(word string) (mask uint32) {
	for _, r := range word {
		if r >= 'a' && r <= 'z' {
			mask |= 1 << (r - 'a')
		} else {
			mask |= 1 << (26 + r%6)
		}
	}
	return mask
}

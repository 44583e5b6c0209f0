package requests

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"parvis/shared/words"
)

// Weights of where a word of the query is found: a title says more than a
// synonym, and that more than a word of the summary.
const (
	inTitle   = 10
	inSynonym = 8
	inSummary = 3
	inLong    = 1
)

// Hit is a procedure that a search found, by its place in the list searched.
type Hit struct {
	Index int
	Score int
}

// Index is procedures made ready for searching: build it once for a list.
type Index struct{ procs []indexed }

type indexed struct {
	words []weighed
	title string
	names []string // its synonyms, whole
}

type weighed struct {
	word   string
	weight int
}

// NewIndex makes procedures searchable in both languages at once: who reads
// English here still says "cantine".
func NewIndex(procs []*Procedure) *Index {
	x := &Index{procs: make([]indexed, len(procs))}
	for i, p := range procs {
		e := &x.procs[i]
		e.title = strings.Join(words.Split(p.Title.FR), " ")
		seen := map[string]int{}
		add := func(weight int, texts ...string) {
			for _, t := range texts {
				for _, w := range words.Split(t) {
					if words.Empty(w) || utf8.RuneCountInString(w) < 2 {
						continue
					}
					seen[w] = max(seen[w], weight)
				}
			}
		}
		add(inTitle, p.Title.FR, p.Title.EN)
		add(inSynonym, p.Synonyms...)
		for _, s := range p.Synonyms {
			e.names = append(e.names, strings.Join(words.Split(s), " "))
		}
		add(inSummary, p.Summary.FR, p.Summary.EN)
		add(inLong, p.Explanation.FR, p.Explanation.EN)
		for w, weight := range seen {
			e.words = append(e.words, weighed{w, weight})
		}
	}
	return x
}

// Search is the procedures in which every word of the query is found, the best
// first, equals in the order of the list. Accents, capitals and apostrophes do
// not matter; the beginning of a word is enough; one slip is forgiven from
// four letters on, two from eight. An empty query finds everything.
func (x *Index) Search(query string) []Hit {
	if len(query) > 200 {
		query = query[:200]
	}
	var asked []string
	for _, w := range words.Split(query) {
		if !words.Empty(w) {
			asked = append(asked, w)
		}
	}
	phrase := strings.Join(words.Split(query), " ")
	hits := []Hit{}
	for i := range x.procs {
		score, all := 0, true
		for n, w := range asked {
			best := x.procs[i].best(w, n == len(asked)-1)
			if best == 0 {
				all = false
				break
			}
			score += best
		}
		if all {
			if phrase != "" && strings.Contains(x.procs[i].title, phrase) {
				score += 50
			} else if slices.Contains(x.procs[i].names, phrase) {
				score += 40 // what it is called, rather than a word of that
			}
			hits = append(hits, Hit{i, score})
		}
	}
	sort.SliceStable(hits, func(a, b int) bool { return hits[a].Score > hits[b].Score })
	return hits
}

// best is how well one word of the query fits a procedure, 0 for not at all.
func (e *indexed) best(asked string, last bool) int {
	best := 0
	for _, w := range e.words {
		best = max(best, fit(asked, w, last)*w.weight)
	}
	return best
}

// fit is how well a word of the query fits one word. The last word of a query
// may be half typed, so the beginning it stands for may carry a slip too.
func fit(asked string, w weighed, last bool) int {
	length := utf8.RuneCountInString(asked)
	switch {
	case w.word == asked || w.word == asked+"s" || asked == w.word+"s":
		return 10
	case length >= 2 && strings.HasPrefix(w.word, asked):
		return 8
	}
	slips := words.Slips(asked)
	if slips == 0 || w.weight <= inLong {
		// A slip is forgiven only where the procedure is named: in long texts
		// nearly everything is near something.
		return 0
	}
	if d := words.Distance(asked, w.word, slips); d <= slips {
		return 6 - 2*d
	}
	if letters := []rune(w.word); last && len(letters) > length && words.Distance(asked, string(letters[:length]), 1) <= 1 {
		return 3
	}
	return 0
}

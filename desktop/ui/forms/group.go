package forms

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
)

// group is a question that is answered several times: guardians, witnesses.
type group struct {
	q       *question
	box     *fyne.Container
	cards   *fyne.Container
	add     *kit.Button
	strip   *kit.Strip
	entries []*entry
}

// entry is one of the answers, with its own questions.
type entry struct {
	of        *group
	at        int
	answers   map[string]any
	questions []*question
	title     *kit.Text
	remove    *kit.Button
	card      fyne.CanvasObject
}

func (e *entry) path(key string) string {
	return e.of.q.path() + "[" + strconv.Itoa(e.at) + "]." + key
}
func (e *entry) values() map[string]any { return e.answers }

func newGroup(q *question) *group {
	g := &group{q: q, cards: kit.Column(look.M), strip: kit.NewStrip()}
	q.own = newMistakeLine()
	q.value = func() any {
		rows := make([]any, len(g.entries))
		for i, e := range g.entries {
			rows[i] = e.answers
		}
		if len(rows) == 0 {
			return nil
		}
		return rows
	}
	g.add = kit.Secondary("", g.append).Icon("plus")
	title := kit.Section(in(q.field.Label))
	if q.form.at.page != nil && in(q.form.at.page.Title) == title.Text() {
		title.Hide() // the page says so already
	}
	g.box = kit.Column(look.S, title, hint(q.hint()), q.mark, q.own.line, g.cards, g.strip, kit.Line(0, g.add))
	q.load = g.load
	return g
}

// least is how many entries are always there.
func (g *group) least() int {
	least := g.q.field.MinRow
	if g.q.field.Required {
		least = max(least, 1)
	}
	return least
}

func (g *group) load(v any) {
	g.entries = nil
	rows, _ := v.([]any)
	for _, r := range rows {
		answers, ok := r.(map[string]any)
		if !ok {
			answers = map[string]any{}
		}
		g.entries = append(g.entries, g.newEntry(answers))
	}
	for len(g.entries) < g.least() {
		g.entries = append(g.entries, g.newEntry(map[string]any{}))
	}
	// What is shown and what is judged are the same entries from here on.
	g.q.store()
	g.arrange()
}

func (g *group) newEntry(answers map[string]any) *entry {
	e := &entry{of: g, at: len(g.entries), answers: answers, title: kit.Strong("")}
	var objects []fyne.CanvasObject
	for i := range g.q.field.Fields {
		sub := newQuestion(g.q.form, &g.q.field.Fields[i], e)
		e.questions = append(e.questions, sub)
		objects = append(objects, sub.box)
	}
	e.remove = kit.Plain(say("group.remove"), func() { g.remove(e) }).Icon("trash")
	head := kit.Line(look.S, kit.Grow(e.title, 160), e.remove)
	e.card = kit.Card(kit.Column(look.M, append([]fyne.CanvasObject{head}, objects...)...))
	return e
}

// arrange shows the entries under their numbers.
func (g *group) arrange() {
	g.cards.Objects = nil
	for i, e := range g.entries {
		e.at = i
		e.title.SetText(in(g.q.field.Item) + " " + strconv.Itoa(i+1))
		if len(g.entries) > g.least() {
			e.remove.Show()
		} else {
			e.remove.Hide()
		}
		g.cards.Objects = append(g.cards.Objects, e.card)
	}
	add := "group.add"
	if len(g.entries) == 0 {
		add = "group.first"
	}
	g.add.SetText(upperFirst(say(add, "Item", lowerFirst(in(g.q.field.Item)))))
	if len(g.entries) >= g.q.field.MaxRow {
		g.add.Hide()
	} else {
		g.add.Show()
	}
}

func (g *group) append() {
	g.strip.Clear()
	e := g.newEntry(map[string]any{})
	g.entries = append(g.entries, e)
	g.arrange()
	g.q.changed()
	g.q.form.layOut()
	g.q.form.focusSoon(e.questions[0].focus)
}

// remove takes an entry out; what was typed in it can be had back until the
// next change.
func (g *group) remove(e *entry) {
	before := append([]*entry{}, g.entries...)
	g.entries = append(append([]*entry{}, g.entries[:e.at]...), g.entries[e.at+1:]...)
	g.arrange()
	g.q.changed()
	if !blank(e.answers) {
		g.strip.Say(look.ToneNeutral, say("group.removed", "Item", e.title.Text()), say("undo"), func() {
			g.entries = before
			g.arrange()
			g.q.changed()
			g.relist()
			g.q.form.layOut()
		})
	}
	g.relist()
	g.q.form.layOut()
	// The button that was pressed is gone: the focus goes to what stays.
	kit.FocusOn(g.add)
}

func (g *group) focus() {
	if len(g.entries) > 0 {
		g.entries[0].questions[0].focus()
		return
	}
	kit.FocusOn(g.add)
}

// lowerFirst makes a name fit into a sentence.
func lowerFirst(s string) string { return first(s, strings.ToLower) }
func upperFirst(s string) string { return first(s, strings.ToUpper) }

func first(s string, change func(string) string) string {
	for i, r := range s {
		return s[:i] + change(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// holds tells whether a question stands in one of the entries.
func (g *group) holds(q *question) bool {
	e, ok := q.in.(*entry)
	return ok && e.of == g
}

// relist has the list of mistakes name and lead to the entries that are there
// now, where there is one.
func (g *group) relist() {
	if f := g.q.form; f.problems.Visible() {
		f.judge()
	}
}

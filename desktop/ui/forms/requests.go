package forms

import (
	"strings"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	textwords "parvis/shared/words"
)

// requestList is what was asked so far: what was refused on arrival, drafts,
// and requests, with a search over the latter two.
type requestList struct {
	room
	search *kit.SearchField
	filter requestFilter
	state  *kit.Field
	person *kit.Field
	tools  fyne.CanvasObject // to search and choose with, where there is something
	strip  *kit.Strip
	list   *kit.Swap
	page   *kit.Page
	shown  int // of the rows, while the screen is open
	said   map[portal.ID]saidWords
	rows   map[portal.ID]saidRow
}

// saidRow is the row of a request as it was shown last: while one types most of
// a list stays what it was, and a row that stays is measured and styled already.
type saidRow struct {
	title, line string
	state       string
	row         *kit.Row
}

// saidWords is the words of a request's texts, split once: a search looks at all
// of them with each letter.
type saidWords struct {
	texts string
	words []string
}

// wordsOf splits what a row says, unless it was split before.
func (l *requestList) wordsOf(id portal.ID, texts ...string) []string {
	all := strings.Join(texts, " ")
	if w, known := l.said[id]; known && w.texts == all {
		return w.words
	}
	if l.said == nil {
		l.said = map[portal.ID]saidWords{}
	}
	w := saidWords{all, textwords.Split(all)}
	l.said[id] = w
	return w.words
}

func (r room) requests(screen.Route) screen.Screen {
	l := &requestList{room: r, strip: kit.NewStrip(), list: kit.NewSwap(nil)}
	l.search = kit.NewSearchField(say("requests.search"), func(string) { l.show() })
	head := kit.Line(look.M, kit.Grow(kit.Title(say("requests.title")), 240),
		kit.Primary(say("requests.new"), func() { r.Go(screen.To(screen.Procedures)) }).Icon("plus"))
	l.state, l.person = l.filters()
	l.tools = kit.Column(look.L, kit.Limit(look.FormWidth, l.search), kit.Line(look.M, l.state, l.person))
	l.page = kit.NewPage(kit.Column(look.L, head, l.tools, l.strip, l.list))
	l.show()
	r.On(l.show, view.Topic{Collection: wire.Requests}, view.Topic{Collection: view.OutboxTopic},
		view.Topic{Collection: view.RefusalTopic}, view.Topic{Collection: wire.Procedures}, view.Topic{Collection: wire.Children},
		view.Topic{Collection: wire.Appointments}, view.Topic{Collection: wire.AppointmentServices})
	return screen.Screen{Content: l.page, Title: say("requests.title"), Rail: screen.Requests}
}

func (l *requestList) show() {
	l.list.Set(l.build())
	l.page.Refresh()
}

func (l *requestList) build() fyne.CanvasObject {
	var parts []fyne.CanvasObject
	for _, f := range l.refusals() {
		parts = append(parts, l.refusalCard(f))
	}
	drafts, all := l.drafts(""), l.View.Requests()
	if len(drafts)+len(all) == 0 {
		l.tools.Hide()
		if _, received := l.View.Me(); !received {
			return kit.Column(look.L, append(parts, kit.EmptyState(kit.NotReceived, "", "", "", nil))...)
		}
		return kit.Column(look.L, append(parts, kit.EmptyState(kit.NothingYet, "", say("requests.none"), "", nil))...) // its button stands above
	}
	l.tools.Show()
	for _, q := range all {
		if q.Asked() != nil {
			parts = append(parts, l.askedCard(q))
		}
	}
	query := l.search.Text()
	var cards []fyne.CanvasObject
	for _, d := range drafts {
		p, known := l.View.Procedure(d.Procedure)
		if known && !l.filter.set() && matches(query, in(p.Title), d.name(l.room, p), words("state.draft")) {
			cards = append(cards, l.draftCard(d, p))
		}
	}
	if len(cards) > 0 {
		parts = append(parts, kit.Column(look.S, append([]fyne.CanvasObject{kit.Section(say("requests.drafts"))}, cards...)...))
	}
	asked := textwords.Split(query)
	var kept []view.Request
	for _, q := range all {
		_, _, state := StateLook(q.State)
		if l.filter.keeps(q) && (query == "" || matchesWords(asked, l.wordsOf(q.ID, l.titleOf(q), q.Reference, q.Person, state))) {
			kept = append(kept, q)
		}
	}
	switch {
	case len(kept) > 0:
		list := kit.LongRows(len(kept), &l.shown, func(i int) fyne.CanvasObject { return l.row(kept[i]) }, l.show)
		if len(cards) > 0 {
			parts = append(parts, kit.Column(look.S, kit.Section(say("requests.sent")), list))
		} else {
			parts = append(parts, list)
		}
	case len(cards) == 0:
		text := say("requests.notFound", "Text", query)
		if query == "" {
			text = say("requests.noneLeft")
		}
		parts = append(parts, kit.EmptyState(kit.NothingFound, "", text, "", func() {
			l.filter = requestFilter{}
			l.Kept = l.filter
			l.state.SetValue("")
			l.person.SetValue("")
			l.search.SetText("")
			l.search.Focus()
			l.show()
		}))
	}
	return kit.Column(look.L, parts...)
}

// titleOf is what a request asks for; a procedure that is gone leaves its
// requests readable.
func (r room) titleOf(q view.Request) string {
	if p, known := r.View.Procedure(q.Procedure); known {
		return in(p.Title)
	}
	return say("request.untitled")
}

func (l *requestList) row(q view.Request) fyne.CanvasObject {
	tone, icon, word := StateLook(q.State)
	s := saidRow{title: l.titleOf(q), line: i18n.Joined(q.Person, referenceLine(q)), state: word}
	switch l.View.VisitNeeded(q) {
	case view.VisitToTake:
		s.line += "\n" + say("requests.visit.toTake")
	case view.VisitTooShort:
		s.line += "\n" + say("requests.visit.tooShort")
	}
	if was := l.rows[q.ID]; was.row != nil && was.title == s.title && was.line == s.line && was.state == s.state {
		return was.row
	}
	s.row = kit.NewRow(s.title, s.line, func() {
		l.Go(screen.To(screen.Request, "id", string(q.ID)))
	}).Status(tone, icon, word)
	if l.rows == nil {
		l.rows = map[portal.ID]saidRow{}
	}
	l.rows[q.ID] = s
	return s.row
}

// referenceLine is the number of a request and when it was made.
func referenceLine(q view.Request) string {
	date := i18n.Date(paris(time.UnixMicro(q.Submitted)))
	if q.Reference == "" {
		return date
	}
	return i18n.Joined(say("request.number", "Number", q.Reference), date)
}

func (l *requestList) draftCard(d *Draft, p *requests.Procedure) fyne.CanvasObject {
	text := kit.Column(0, kit.Strong(in(p.Title)), kit.Muted(l.draftLine(d, p)))
	return kit.Card(kit.Line(look.S, kit.NewIcon("note-pencil", look.Muted, 24), kit.Grow(text, 240),
		kit.Secondary(say("draft.resume"), func() { l.resume(d) }),
		kit.Plain(say("draft.delete"), func() { l.remove(d) }).Icon("trash")))
}

// DraftCards is a card for each form that was begun and not sent, for
// *Accueil*; nil where there is none. Of many the newest are shown, with the
// way to the others.
func DraftCards(c *screen.Context) fyne.CanvasObject { return enter(c).begun() }

// Begun tells whether a form of a procedure was begun and not sent.
func Begun(c *screen.Context, procedure string) bool { return len(enter(c).drafts(procedure)) > 0 }

// draftsAtHome is how many have a card of their own there.
const draftsAtHome = 3

func (r room) begun() fyne.CanvasObject {
	var cards []fyne.CanvasObject
	more := 0
	for _, d := range r.drafts("") {
		p, known := r.View.Procedure(d.Procedure)
		if !known {
			continue
		}
		if len(cards) == draftsAtHome {
			more++
			continue
		}
		what := in(p.Title)
		if name := d.name(r, p); name != "" {
			what = say("draft.of", "What", what, "Name", name)
		}
		text := kit.Column(0, kit.Strong(say("draft.begun", "What", what)), kit.Muted(i18n.Capital(say("draft.saved", "When", dateTime(d.Saved)))))
		cards = append(cards, kit.Card(kit.Line(look.M, kit.NewIcon("note-pencil", look.Link, 24), kit.Grow(text, 240),
			kit.Secondary(say("draft.resume"), func() { r.resume(d) }))))
	}
	if len(cards) == 0 {
		return nil
	}
	if more > 0 {
		cards = append(cards, kit.Line(0, kit.Link(say("draft.more", "Count", more), func() { r.Go(screen.To(screen.Requests)) })))
	}
	return kit.Column(look.S, cards...)
}

// remove deletes a draft; the strip gives it back.
func (l *requestList) remove(d *Draft) {
	bring, err := l.throwAway(d)
	if err != nil {
		l.strip.Say(look.ToneError, trouble(err), "", nil)
		l.show()
		return
	}
	l.strip.Say(look.ToneNeutral, say("draft.deleted"), say("undo"), func() {
		if err := bring(); err != nil {
			l.strip.Say(look.ToneError, trouble(err), "", nil)
		}
		l.show()
	})
	l.show()
}

// matches tells whether every word of a query begins a word of the texts, or
// is one with a slip.
func matches(query string, texts ...string) bool {
	return matchesWords(textwords.Split(query), textwords.Split(strings.Join(texts, " ")))
}

func matchesWords(query, have []string) bool {
	for _, asked := range query {
		found := false
		for _, w := range have {
			if strings.HasPrefix(w, asked) || near(asked, w) {
				found = true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// near compares with the beginning of a word too: a query is often half typed.
func near(asked, w string) bool {
	slips := textwords.Slips(asked)
	if slips == 0 {
		return false
	}
	if n := utf8.RuneCountInString(asked); utf8.RuneCountInString(w) > n {
		w = string([]rune(w)[:n])
	}
	return textwords.Distance(asked, w, slips) <= slips
}

package home

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/forms"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/wire"
)

// stepsKept is the kind and name under which it is kept, sealed, that the
// first steps were put aside.
const (
	stepsKept = "home"
	stepsName = "steps-aside"
)

// step is one of the first steps.
type step struct {
	name  string // of its words
	done  bool
	under bool // way: the town hall has it
	to    screen.Route
	do    string // what its button says, "" for none
}

// steps of a new family: read from what there is, never kept.
func (b *board) firstSteps() []step {
	v := b.c.View
	_, known := v.Me()
	children, record := v.Children(), false
	for _, q := range v.Requests() {
		record = record || q.Procedure == childRecord
	}
	child := step{name: "child", done: len(children) > 0, under: record, to: screen.To(screen.Procedure, "id", childRecord), do: "home.addChild"}
	if forms.Begun(b.c, childRecord) {
		child.do = "" // the way on is the card of what was begun
	}
	if record {
		child.do, child.to = "", screen.To(screen.Requests)
	}
	g := v.Documents()
	papers := step{name: "documents", done: (record || len(children) > 0) && len(g.ToGive) == 0, to: screen.To(screen.Exchanges, "tab", "documents"), do: "home.send"}
	if !record && len(children) == 0 {
		papers.do = ""
	}
	book := step{name: "book", done: v.AnyBooking(), to: screen.To(screen.Agenda), do: "home.book"}
	if len(children) == 0 {
		book.do = ""
	}
	return []step{{name: "account", done: known}, child, papers, book}
}

// stepping tells whether the first steps are shown: some are left, the account
// is known here, and nobody has put them aside.
func (b *board) stepping() bool {
	if _, known := b.c.View.Me(); !known {
		return false
	}
	if b.onlyEntrusted() {
		return false // a grandmother has nothing to register
	}
	aside := false
	if b.c.Session.Kept(stepsKept, stepsName, &aside) && aside {
		return false
	}
	for _, s := range b.firstSteps() {
		if !s.done {
			return true
		}
	}
	// Done once they stay away: in summer nobody has a day booked.
	b.putAside()
	return false
}

// onlyEntrusted tells whether all children here are another's, or are about to
// be, and nothing of one's own was begun.
func (b *board) onlyEntrusted() bool {
	v := b.c.View
	if len(v.Children())+len(v.Requests()) > 0 || forms.Begun(b.c, childRecord) {
		return false
	}
	return len(v.Seen()) > 0 || len(invitations(v)) > 0
}

// putAside keeps that the first steps are not shown any more. Where that cannot
// be kept they are there again the next time.
func (b *board) putAside() { _ = b.c.Session.Keep(stepsKept, stepsName, true) }

// steps is the card of the first steps; it goes when all are done.
func (b *board) steps() fyne.CanvasObject {
	type state struct {
		shown bool
		steps []step
	}
	return live(b, func() state {
		if !b.stepping() {
			return state{}
		}
		return state{true, b.firstSteps()}
	}, func(s state) fyne.CanvasObject {
		if !s.shown {
			return nil
		}
		done, next := 0, -1
		for i, st := range s.steps {
			if st.done {
				done++
			} else if next < 0 && st.do != "" && !st.under {
				next = i
			}
		}
		var rows []fyne.CanvasObject
		var over []string
		for i, st := range s.steps {
			if st.done {
				over = append(over, i18n.T("home.steps."+st.name+".title", nil))
				continue
			}
			rows = append(rows, b.stepRow(i, st, i == next))
		}
		if len(over) > 0 {
			// What is behind takes one line: the week is looked for below.
			past := kit.Line(look.S+4, kit.NewIcon("check-circle", look.Success, 24),
				kit.Grow(kit.Muted(i18n.T("home.steps.over", map[string]any{"What": i18n.Labels(over)})), 160))
			rows = append([]fyne.CanvasObject{kit.PadXY(look.M, look.S+4, past)}, rows...)
		}
		aside := kit.Plain(i18n.T("home.steps.aside", nil), func() {
			b.putAside()
			b.again()
		})
		head := kit.Line(look.S, kit.Grow(kit.Section(i18n.T("home.steps.title", nil)), 160),
			kit.Muted(i18n.T("home.steps.count", map[string]any{"Done": i18n.Number(int64(done)), "All": i18n.Number(int64(len(s.steps)))})))
		return kit.Column(look.S, head, kit.RowsCard(rows...), kit.Line(0, aside))
	}, topics(wire.Accounts, wire.Children, wire.Requests, wire.Drafts, wire.Documents, wire.DocumentKinds, wire.Bookings, wire.Delegations, view.OutboxTopic)...)
}

func (b *board) stepRow(i int, s step, next bool) fyne.CanvasObject {
	key := "home.steps." + s.name
	detail := i18n.T(key+".text", nil)
	switch {
	case s.under:
		detail = i18n.T(key+".under", nil)
	case s.name == "book" && s.do != "":
		detail = i18n.T(key+".now", nil)
	}
	icon := [...]string{"user-circle", "student", "file-text", "calendar"}[i]
	var tapped func()
	if s.under || s.do != "" && !next {
		tapped = func() { b.c.Go(s.to) }
	}
	row := kit.NewRow(i18n.T(key+".title", nil), detail, tapped).Icon(icon)
	switch {
	case s.under:
		row.Status(look.ToneInfo, "hourglass-medium", i18n.T("home.steps.under", nil))
	case next:
		button := kit.Primary
		if len(b.c.View.Seen()) > 0 {
			button = kit.Secondary // booking is the main thing then
		}
		row.Extra(button(i18n.T(s.do, nil), func() { b.c.Go(s.to) }))
	}
	return row
}

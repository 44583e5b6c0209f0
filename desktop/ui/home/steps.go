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
		for i, st := range s.steps {
			rows = append(rows, b.stepRow(i, st, i == next))
		}
		aside := kit.Plain(i18n.T("home.steps.aside", nil), func() {
			b.putAside()
			b.again()
		})
		head := kit.Line(look.S, kit.Grow(kit.Section(i18n.T("home.steps.title", nil)), 160),
			kit.Muted(i18n.T("home.steps.count", map[string]any{"Done": i18n.Number(int64(done)), "All": i18n.Number(int64(len(s.steps)))})))
		return kit.Column(look.S, head, kit.RowsCard(rows...), kit.Line(0, aside))
	}, topics(wire.Accounts, wire.Children, wire.Requests, wire.Drafts, wire.Documents, wire.DocumentKinds, wire.Bookings, view.OutboxTopic)...)
}

func (b *board) stepRow(i int, s step, next bool) fyne.CanvasObject {
	key := "home.steps." + s.name
	detail := i18n.T(key+".text", nil)
	switch {
	case s.done:
		detail = ""
	case s.under:
		detail = i18n.T(key+".under", nil)
	}
	icon := [...]string{"user-circle", "student", "file-text", "calendar"}[i]
	var tapped func()
	if !s.done && s.do != "" && !next {
		tapped = func() { b.c.Go(s.to) }
	}
	if s.under && !s.done {
		tapped = func() { b.c.Go(s.to) }
	}
	row := kit.NewRow(i18n.T(key+".title", nil), detail, tapped).Icon(icon)
	switch {
	case s.done:
		row.Status(look.ToneSuccess, "check-circle", i18n.T("home.steps.done", nil))
	case s.under:
		row.Status(look.ToneInfo, "hourglass-medium", i18n.T("home.steps.under", nil))
	case next:
		row.Extra(kit.Primary(i18n.T(s.do, nil), func() { b.c.Go(s.to) }))
	}
	return row
}

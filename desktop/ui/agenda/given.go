package agenda

import (
	"slices"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
)

// invitedBy says whose invitation shows the chosen child's days, until when and
// for what; "" for one's own child. It is said wherever these days are shown:
// who books here spends another's money.
func (a *agenda) invitedBy() string {
	tie := a.c.View.Tie(a.child)
	if tie.Parent() {
		return ""
	}
	for _, g := range tie.Given {
		d, there := a.c.View.Delegation(g.ID)
		if !there || !g.Covers(a.activity) && len(tie.Given) > 1 {
			continue
		}
		args := map[string]any{"Name": d.FromName, "Child": a.childName()}
		key := "agenda.given.see"
		if g.Rights().Book {
			key = "agenda.given.book"
			if a.asRows() {
				key = "agenda.given.bookList" // there are no colours
			}
		}
		// Beside a month and a week it stands until when.
		if d.Until != "" && a.is != shapeGrid && a.is != shapeBoard {
			args["Until"] = i18n.Date(outcome.Day(d.Until))
			return i18n.T(key+"Until", args)
		}
		return i18n.T(key, args)
	}
	return ""
}

// setGiven says in the balance's place whose invitation this is, and until when.
func (b *balance) setGiven(from, until string) {
	show(b.line, false)
	for _, t := range []*kit.Text{b.title, b.now, b.then, b.after} {
		show(t, false)
	}
	b.from.SetText(i18n.T("agenda.given.from", nil))
	b.name.SetText(from)
	b.until.SetText(until)
	for _, t := range []*kit.Text{b.from, b.name, b.until} {
		show(t, t.Text() != "")
	}
}

// account shows the balance, or in its place whose invitation this is.
func (a *agenda) account() {
	tie := a.c.View.Tie(a.child)
	if tie.Parent() {
		show(a.balance.then, true)
		show(a.balance.after, true)
		desk := a.theActivity().CashDesk
		now, known := a.c.View.Balance(desk)
		a.balance.set(now, known, screen.CashDeskWhere(a.c.View, desk))
		return
	}
	until := ""
	for _, g := range tie.Given {
		if g.Covers(a.activity) && g.Until != "" {
			until = i18n.T("agenda.given.until", map[string]any{"Until": i18n.Date(outcome.Day(g.Until))})
		}
	}
	a.balance.setGiven(a.parent(a.slot()), until)
}

// parent is who lets the account see the child, as a reason that a day cannot
// be booked says it.
func (a *agenda) parent(s slot) string {
	for _, g := range a.c.View.Tie(s.child).Given {
		if d, there := a.c.View.Delegation(g.ID); there && g.Covers(s.activity) {
			return d.FromName
		}
	}
	return ""
}

// reason puts into why a day cannot be booked who could let it be.
func (f *facts) reason(e *portal.Error) *portal.Error {
	if e == nil || f.parent == "" || e.Args["by"] != "" {
		return e
	}
	args := []string{"by", f.parent}
	for k, v := range e.Args {
		args = append(args, k, v)
	}
	return portal.E(e.Code, e.Field, args...)
}

// form is how a sentence is said where another pays than the reader: without a
// price, and "" where it is told.
type form string

const (
	given   form = "given." // the parent who lets one book
	byOther form = "other." // the child's other parent
)

// formOf is the form in which a day is told.
func formOf(d *view.DayView) form {
	switch {
	case d.Delegated:
		return given
	case d.PaidBy != "":
		return byOther
	}
	return ""
}

// key is the key of a sentence in its form.
func (f form) key(prefix, key string) string {
	if f == given && slices.Contains(priced, prefix+key) || f == byOther && (slices.Contains(priced, prefix+key) || slices.Contains(pricedAway, prefix+key)) {
		return prefix + string(f) + key
	}
	return prefix + key
}

// priced is the sentences that tell a price or a balance.
var priced = []string{
	"agenda.day.free", "agenda.day.few", "agenda.day.booked", "agenda.day.waiting", "agenda.day.sent",
	"agenda.day.kept",
	"agenda.did.book.waiting", "agenda.did.book.sent", "agenda.did.book.done", "agenda.did.cancel.done", "agenda.note.book",
}

// pricedAway is those of a day with the other parent, which a delegate is not
// told of.
var pricedAway = []string{"agenda.day.freeAway", "agenda.day.fewAway"}

// Package family is Mes proches: the persons linked to an account, what one may
// do for each, and what parents decide together about a child. It reads the
// view and submits commands.
package family

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// Desk is what these screens do besides reading the view; the session does it
// in the program.
type Desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	MarkRead(id portal.ID) error
}

// childRecord is the procedure that registers a child.
const childRecord = "fiche-enfant"

// t is a text of these screens; pairs are names and values.
func t(key string, pairs ...any) string { return i18n.Say("family."+key, pairs...) }

// topics are those on which all of these screens depend.
var topics = []view.Topic{
	{Collection: wire.Children}, {Collection: wire.Requests}, {Collection: wire.Accounts}, {Collection: wire.Sites}, {Collection: wire.Procedures},
	{Collection: view.OutboxTopic}, {Collection: view.RefusalTopic},
}

// Relations builds the list of the persons linked to the account.
func Relations(c *screen.Context, _ screen.Route) screen.Screen {
	body := kit.NewSwap(nil)
	page := kit.NewPage(kit.Column(look.L,
		kit.Column(look.XS, kit.Title(t("title")), kit.Limit(look.FormWidth, kit.Muted(t("lead")))), body))
	fill := func() {
		body.Set(list(c))
		page.Refresh()
	}
	fill()
	c.On(fill, topics...)
	c.On(fill, delegateTopics...)
	return screen.Screen{Content: page, Title: t("title"), Rail: screen.Relations}
}

func list(c *screen.Context) fyne.CanvasObject {
	children := c.View.Children()
	first, last := shared(c)
	if len(children) == 0 {
		if _, received := c.View.Me(); !received {
			return kit.EmptyState(kit.NotReceived, "", "", "", nil)
		}
		if len(first) > 0 {
			return kit.Column(look.L, append(first, kit.Line(0, kit.Secondary(t("record"), func() { c.Go(toRecord()) }).Icon("plus")))...)
		}
		if q, sent := recordSent(c.View); sent {
			return kit.Limit(look.FormWidth, kit.NewNotice(look.ToneInfo, i18n.T("agenda.review.title", nil), t("underReview", "Person", q.Person),
				kit.Secondary(i18n.T("exchanges.request", nil), func() { c.Go(screen.To(screen.Request, "id", string(q.ID))) })).Icon("hourglass"))
		}
		return kit.EmptyState(kit.NothingYet, "student", t("none"), t("record"), func() { c.Go(toRecord()) })
	}
	var rows []fyne.CanvasObject
	for _, child := range children {
		row := kit.NewRow(child.FirstName+" "+child.LastName, strings.Join(lines(c.View, child), "\n"), func() { c.Go(toChild(child.ID)) }).Icon("student")
		if child.Asked != nil && !child.Asked.Own && !c.View.Waits(child.ID, wire.WeeksAnswer) ||
			child.AskedPaying != nil && !child.AskedPaying.Own && !c.View.Waits(child.ID, wire.PayingAnswer) {
			row.Status(look.ToneWarning, "hand-palm", t("awaited"))
		} else if waits(c.View, child.ID) {
			row.Status(look.TonePending, "", t("waiting"))
		}
		rows = append(rows, row)
	}
	var own fyne.CanvasObject = kit.RowsCard(rows...)
	if len(first) > 0 { // what is others' stands above
		own = kit.Column(look.S, kit.Section(t("own")), own)
	}
	parts := append(first, own,
		kit.Column(look.S, kit.Muted(t("another")), kit.Line(0, kit.Secondary(t("record"), func() { c.Go(toRecord()) }).Icon("plus"))))
	return kit.Column(look.L, append(parts, last...)...)
}

// recordSent is a child record that the town hall has not answered yet.
func recordSent(v *view.View) (view.Request, bool) {
	for _, q := range v.Requests() {
		if q.Procedure == childRecord && !requests.State(q.State).Decided() {
			return q, true
		}
	}
	return view.Request{}, false
}

func toRecord() screen.Route { return screen.To(screen.Procedure, "id", childRecord) }

func toChild(id portal.ID) screen.Route { return screen.To(screen.Relation, "id", string(id)) }

// lines is who a child is, with whom, and what one may do for it.
func lines(v *view.View, child wire.Child) []string {
	out := []string{Who(v, child)}
	if with := parents(child); with != "" {
		out = append(out, with)
	}
	if what := may(child); what != "" {
		out = append(out, t("may", "What", what))
	}
	return out
}

// Who is the birth, the school and the class of a child, as far as they are
// known.
func Who(v *view.View, child wire.Child) string {
	parts := []string{t("born", "Day", i18n.Date(child.BirthDate.At(12, 0)))}
	for _, s := range v.Sites() {
		if s.ID == child.Site {
			parts = append(parts, s.Name)
		}
	}
	if class := Label(v, childClass, child.Class); class != "" {
		parts = append(parts, class)
	}
	return strings.Join(parts, " · ")
}

// parents is the other guardians of a child, and how they share it.
func parents(child wire.Child) string {
	var names []string
	for _, a := range child.Adults {
		names = append(names, a.Name)
	}
	switch {
	case len(names) == 0:
		return ""
	case child.Weeks != nil:
		return t("with.weeks", "Names", i18n.List(names))
	case accounts.Custody(child.Custody) == accounts.SharedCustody:
		return t("with.shared", "Names", i18n.List(names))
	}
	return t("with.full", "Names", i18n.List(names))
}

// may is what one may do for a child, in words.
func may(child wire.Child) string {
	r := accounts.RightsOf(accounts.Custody(child.Custody))
	var can []string
	for _, right := range []struct {
		has bool
		key string
	}{{r.Book, "book"}, {r.Change, "change"}, {r.Health && !r.Change, "health"}, {r.See && !r.Book, "see"}} {
		if right.has {
			can = append(can, t("right."+right.key))
		}
	}
	return strings.Join(can, ", ")
}

// waits reports whether anything about a child is not sent yet.
func waits(v *view.View, child portal.ID) bool {
	for _, kind := range []string{wire.ChildHealth, wire.ChildCollect, wire.WeeksPropose, wire.WeeksAnswer, wire.WeeksEnd, wire.PayingPropose, wire.PayingAnswer, wire.PayingEnd} {
		if v.Waits(child, kind) {
			return true
		}
	}
	return false
}

// The fields of the child record whose choices say what the words of a child
// mean.
func childClass(f *requests.ChildFields) string { return f.Class }

// Label is the words of a choice of the child record, "" where it is unknown.
func Label(v *view.View, field func(*requests.ChildFields) string, id string) string {
	p, known := v.Procedure(childRecord)
	if !known || id == "" || p.OnAccept == nil || p.OnAccept.Child == nil {
		return ""
	}
	_, f := p.FieldAt(field(p.OnAccept.Child))
	if f == nil {
		return ""
	}
	for _, c := range f.Choices {
		if c.ID == id {
			return c.Label.In(i18n.Language())
		}
	}
	return ""
}

func called(child wire.Child) string { return words.Called(child.FirstName) }

// when is an instant of the town hall's as one reads it.
func when(at int64) string { return i18n.DateTime(time.UnixMicro(at).In(portal.Paris)) }

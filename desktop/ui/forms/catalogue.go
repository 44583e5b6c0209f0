package forms

import (
	"sync"

	"fyne.io/fyne/v2"

	"parvis/assets/catalogue"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// common is what procedures share. It is embedded, so reading it cannot fail
// in a program whose tests have run.
var common = sync.OnceValue(func() catalogue.Common {
	c, err := catalogue.LoadCommon()
	if err != nil {
		panic("forms: " + err.Error())
	}
	return c
})

// documentKind is a kind of document by its id; one that the town made itself
// is called by that id.
func documentKind(id string) requests.DocumentKind {
	for _, k := range common().DocumentKinds {
		if k.ID == id {
			return k
		}
	}
	return requests.DocumentKind{ID: id, Label: requests.Text{FR: id, EN: id}}
}

func (r room) procedures(screen.Route) screen.Screen {
	list, lead := newCatalogue(r), say("catalogue.lead")
	if who, _ := r.desk.Person(); who.Agent {
		lead = say("catalogue.leadStaff") // they ask for nothing themselves
	}
	return screen.Screen{
		Content: kit.NewPage(kit.Column(look.L, kit.Column(look.XS, kit.Title(say("catalogue.title")), kit.Muted(lead)), list.content)),
		Title:   say("catalogue.title"), Rail: screen.Procedures, Focus: list.search.Target(),
	}
}

// CatalogueList is the list of all procedures with its search, for the home
// of who is not signed in.
func CatalogueList(c *screen.Context) fyne.CanvasObject { return newCatalogue(enter(c)).content }

// catalogueList is the procedures in their groups, or those that were looked
// for.
type catalogueList struct {
	room
	search  *kit.SearchField
	found   *kit.Swap
	content fyne.CanvasObject
	all     []*requests.Procedure
	index   *requests.Index
}

func newCatalogue(r room) *catalogueList {
	l := &catalogueList{room: r, found: kit.NewSwap(nil)}
	l.search = kit.NewSearchField(say("catalogue.search"), func(string) { l.show() })
	l.search.OnEnter(func(string) { l.first() })
	l.content = kit.Column(look.L, kit.Limit(look.FormWidth, l.search), l.found)
	l.load()
	r.On(l.load, view.Topic{Collection: wire.Procedures}, view.Topic{Collection: wire.Towns})
	return l
}

func (l *catalogueList) load() {
	l.all = l.View.Procedures()
	l.index = requests.NewIndex(l.all)
	l.show()
}

func (l *catalogueList) hits() []*requests.Procedure {
	var out []*requests.Procedure
	for _, h := range l.index.Search(l.search.Text()) {
		out = append(out, l.all[h.Index])
	}
	return out
}

// first opens the best of what was found: Enter does it.
func (l *catalogueList) first() {
	if hits := l.hits(); l.search.Text() != "" && len(hits) > 0 {
		l.open(hits[0])
	}
}

func (l *catalogueList) open(p *requests.Procedure) { l.Go(screen.To(screen.Procedure, "id", p.ID)) }

func (l *catalogueList) show() {
	if len(l.all) == 0 {
		kind, text := kit.NothingYet, say("catalogue.none")
		if _, received := l.View.Town(); !received {
			kind, text = kit.NotReceived, ""
		}
		l.found.Set(kit.EmptyState(kind, "", text, "", nil))
		return
	}
	if l.search.Text() == "" {
		l.found.Set(l.groups())
		return
	}
	hits := l.hits()
	if len(hits) == 0 {
		l.found.Set(kit.EmptyState(kit.NothingFound, "", say("catalogue.notFound", "Text", l.search.Text()), "", func() {
			l.search.SetText("")
			l.search.Focus()
		}))
		return
	}
	l.found.Set(kit.Column(look.S, kit.Muted(say("catalogue.count", "Count", len(hits))), l.rows(hits)))
}

func (l *catalogueList) groups() fyne.CanvasObject {
	by := map[string][]*requests.Procedure{}
	for _, p := range l.all {
		by[p.Group] = append(by[p.Group], p)
	}
	var cards []fyne.CanvasObject
	group := func(icon, label string, of []*requests.Procedure) {
		if len(of) > 0 {
			cards = append(cards, kit.Column(look.S, kit.Line(look.S, kit.NewIcon(icon, look.Link, 24), kit.Section(label)), l.rows(of)))
		}
	}
	for _, g := range common().Groups {
		group(g.Icon, in(g.Label), by[g.ID])
		delete(by, g.ID)
	}
	// A town may have made groups of its own: what is in none of ours is not
	// lost.
	var rest []*requests.Procedure
	for _, p := range l.all {
		if len(by[p.Group]) > 0 {
			rest = append(rest, p)
		}
	}
	group("files", say("catalogue.others"), rest)
	return kit.Columns(340, look.L, 2, cards...)
}

func (l *catalogueList) rows(of []*requests.Procedure) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, p := range of {
		row := kit.NewRow(in(p.Title), in(p.Summary), func() { l.open(p) })
		if p.Online {
			row.Status(look.ToneSuccess, "desktop", say("catalogue.online"))
		}
		rows = append(rows, row)
	}
	return kit.RowsCard(rows...)
}

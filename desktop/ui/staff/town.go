package staff

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// Town builds an agent's search over all that was ever asked at their desks; its
// route may hold what is looked for. Of all screens it is the one that asks the
// town hall: so much is on no computer.
func Town(c *screen.Context, r screen.Route) screen.Screen { return openTown(c, c.Session, r).screen() }

// archive is what it asks of the session.
type archive interface {
	SearchTown(ctx context.Context, text string) (wire.TownFound, error)
	HasLine() bool
}

// townKept is what it finds again when it is built anew.
type townKept struct {
	text  string
	asked bool
	found wire.TownFound
}

type townSearch struct {
	c *screen.Context
	s archive
	k townKept

	search *kit.SearchField
	said   *kit.Notice
	list   *kit.Swap
	page   *kit.Page
	shown  int
}

func openTown(c *screen.Context, s archive, r screen.Route) *townSearch {
	t := &townSearch{c: c, s: s, list: kit.NewSwap(nil), said: kit.NewNotice(look.ToneWarning, "", "")}
	t.search = kit.NewSearchField(i18n.T("staff.town.hint", nil), func(string) {})
	t.search.OnEnter(func(string) { t.ask() })
	t.said.Hide()
	t.page = kit.NewPage(kit.Column(look.L,
		kit.Column(look.XS, kit.Back(i18n.T("staff.town.back", nil), c.Back), kit.Title(i18n.T("staff.town.title", nil)), kit.Muted(i18n.T("staff.town.lead", nil))),
		kit.Line(look.S, kit.Grow(t.search, 200), kit.Primary(i18n.T("staff.town.do", nil), t.ask)),
		t.said, t.list))
	before, again := c.Kept.(townKept)
	switch {
	case again:
		t.k = before
		t.search.SetText(before.text)
		t.lay()
	case r.Arg("text") != "":
		t.search.SetText(r.Arg("text"))
		t.ask()
	}
	return t
}

func (t *townSearch) screen() screen.Screen {
	return screen.Screen{Content: t.page, Title: i18n.T("staff.town.title", nil), Rail: screen.Queue, Focus: t.search.Target()}
}

// ask looks for what stands in the field.
func (t *townSearch) ask() {
	text := strings.TrimSpace(t.search.Text())
	switch {
	case utf8.RuneCountInString(text) < wire.ShortestTownQuery || len(words.Split(text)) == 0:
		t.tell(i18n.T("staff.town.short", nil))
		return
	case !t.s.HasLine():
		t.tell(i18n.T("staff.town.offline", nil))
		return
	}
	t.said.Hide()
	busy := kit.NewProgress("", nil)
	busy.Set(i18n.T("staff.town.busy", nil), -1)
	t.list.Set(busy)
	t.page.Refresh()
	screen.Run(t.c, "town", func(ctx context.Context) (wire.TownFound, error) { return t.s.SearchTown(ctx, text) }, func(found wire.TownFound, err error) {
		if err != nil {
			t.list.Set(nil)
			t.tell(outcome.Sentence(err))
			return
		}
		t.shown = 0
		t.k = townKept{text: text, asked: true, found: found}
		t.c.Kept = t.k
		t.lay()
	})
}

// tell says why nothing was looked for.
func (t *townSearch) tell(sentence string) {
	t.said.Set(look.ToneWarning, "", sentence)
	t.said.Show()
	t.page.Refresh()
}

// lay shows what was found.
func (t *townSearch) lay() {
	all := t.k.found.Found
	switch {
	case !t.k.asked:
		t.list.Set(nil)
	case len(all) == 0:
		t.list.Set(kit.EmptyState(kit.NothingFound, "", i18n.T("staff.town.none", map[string]any{"Text": t.k.text}), "", nil))
	default:
		head := i18n.T("staff.town.found", map[string]any{"Count": len(all)})
		if t.k.found.More {
			head = i18n.T("staff.town.more", map[string]any{"Count": len(all), "Number": i18n.Number(int64(len(all)))})
		}
		t.list.Set(kit.Column(look.S, kit.Strong(head), kit.LongRows(len(all), &t.shown, func(i int) fyne.CanvasObject { return t.row(all[i]) }, t.lay)))
	}
	t.page.Refresh()
}

func (t *townSearch) row(f wire.FoundRequest) fyne.CanvasObject {
	procedure := f.Procedure
	if p, ok := t.c.View.Procedure(f.Procedure); ok {
		procedure = p.Title.In(i18n.Language())
	}
	line := i18n.Joined(procedure, f.Reference, i18n.ShortDate(time.UnixMicro(f.Submitted).In(portal.Paris)))
	row := kit.NewRow(f.Person, line+"\n"+i18n.T("staff.town.account", map[string]any{"Name": f.Family}), func() {
		t.c.Go(screen.To(screen.Queue, "request", string(f.Request), "account", string(f.Account), "desk", f.Desk, "person", f.Person,
			"procedure", f.Procedure, "reference", f.Reference, "stands", f.State))
	})
	tone, icon, word := stateChip(f.State)
	row.Status(tone, icon, word)
	return row
}

package staff

import (
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/messages"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Texts builds the list of the texts that the agent's desks write again and
// again, where they are written, changed and deleted.
func Texts(c *screen.Context, _ screen.Route) screen.Screen { return openTexts(c, c.Session).screen() }

type textList struct {
	c     *screen.Context
	s     desk
	strip *kit.Strip
	list  *kit.Swap
	page  *kit.Page
}

func openTexts(c *screen.Context, s desk) *textList {
	l := &textList{c: c, s: s, strip: kit.NewStrip(), list: kit.NewSwap(nil)}
	head := kit.Line(look.M, kit.Grow(kit.Title(i18n.T("staff.texts.title", nil)), 240),
		kit.Primary(i18n.T("staff.texts.new", nil), func() { l.edit(wire.Text{ID: portal.NewID(), Desk: l.desk()}, true) }).Icon("plus"))
	l.page = kit.NewPage(kit.Column(look.L, kit.Column(look.XS, head, kit.Muted(i18n.T("staff.texts.lead", nil))), outcome.Cards(c, s), l.strip, l.list))
	l.refresh()
	c.On(l.refresh, view.Topic{Collection: wire.Texts}, view.Topic{Collection: wire.Accounts})
	return l
}

func (l *textList) screen() screen.Screen {
	return screen.Screen{Content: l.page, Title: i18n.T("staff.texts.title", nil), Rail: screen.Texts}
}

// desk is the one a new text is of, unless another is chosen.
func (l *textList) desk() string {
	me, _ := l.c.View.Me()
	if len(me.Desks) == 0 {
		return ""
	}
	return me.Desks[0]
}

func (l *textList) refresh() {
	texts := l.c.View.Texts("")
	var rows []fyne.CanvasObject
	for _, t := range texts {
		line := strings.Join(strings.Fields(t.Body), " ")
		if r := []rune(line); len(r) > 120 {
			line = string(r[:120]) + "…"
		}
		rows = append(rows, kit.NewRow(t.Title, line, func() { l.edit(t, false) }).Icon("note"))
	}
	switch _, received := l.c.View.Me(); {
	case len(rows) > 0:
		l.list.Set(kit.RowsCard(rows...))
	case !received:
		l.list.Set(kit.EmptyState(kit.NotReceived, "", "", "", nil))
	default:
		l.list.Set(kit.EmptyState(kit.NothingYet, "note", i18n.T("staff.texts.none", nil), "", nil))
	}
	l.page.Refresh()
}

// textDraft is the kind of thing under which a text half written is kept,
// sealed: a dialog closed by a slip loses nothing.
const textDraft = "text"

// edit opens a text in a dialog.
func (l *textList) edit(t wire.Text, fresh bool) {
	key := string(t.ID)
	if fresh {
		key = "new"
	}
	l.s.Kept(textDraft, key, &t)
	title := kit.TextField(i18n.T("staff.texts.name", nil)).Named("title").Needed(i18n.T("staff.texts.nameMissing", nil)).Most(messages.LongestTitle)
	body := kit.LongField(i18n.T("staff.texts.body", nil), 6).Named("body").Hint(i18n.T("staff.texts.fields", nil)).
		Needed(i18n.T("staff.texts.bodyMissing", nil)).Most(messages.Longest).Rule(func(v string) string {
		if _, wrong := messages.Template(v); wrong != nil {
			return outcome.Sentence(wrong)
		}
		return ""
	})
	keep := func() {
		t.Title, t.Body = title.Value(), body.Value()
		_ = l.s.Keep(textDraft, key, t) // where there is no room, the dialog still holds it
	}
	title.SetValue(t.Title)
	body.SetValue(t.Body)
	title.OnChanged(func(string) { keep() })
	body.OnChanged(func(string) { keep() })
	fields := []fyne.CanvasObject{title, body}
	if me, _ := l.c.View.Me(); fresh && len(me.Desks) > 1 {
		var options []kit.Option
		for _, d := range me.Desks {
			options = append(options, kit.Option{Value: d, Label: deskName(d)})
		}
		of := kit.SelectField(i18n.T("staff.texts.desk", nil), options...)
		of.SetValue(t.Desk)
		of.OnChanged(func(v string) { t.Desk = v; keep() })
		fields = append([]fyne.CanvasObject{of}, fields...)
	}
	heading := "staff.texts.change"
	if fresh {
		heading = "staff.texts.new"
	}
	l.c.Dialogs.Custom(i18n.T(heading, nil), kit.Column(look.M, fields...), func(shut func()) []fyne.CanvasObject {
		save := kit.Primary(i18n.T("staff.texts.save", nil), func() {
			for _, f := range []*kit.Field{title, body} {
				if f.Check() != "" {
					f.Focus()
					return
				}
			}
			keep()
			// Shut first: the list that is made anew keeps the keyboard's place. What
			// could not be kept is still the draft.
			shut()
			if l.submit(wire.TextSave, "save", wire.SaveText{Text: t.ID, Desk: t.Desk, Title: t.Title, Body: t.Body}, t.Title) {
				_ = l.s.Keep(textDraft, key, nil)
			}
		})
		buttons := []fyne.CanvasObject{save, kit.Secondary(i18n.T("kit.cancel", nil), shut)}
		if !fresh {
			buttons = append(buttons, kit.Plain(i18n.T("staff.texts.remove", nil), func() {
				shut()
				l.remove(t)
			}).Icon("trash"))
		}
		return buttons
	}, nil)
}

// remove deletes a text; the strip gives it back.
func (l *textList) remove(t wire.Text) {
	if !l.submit(wire.TextRemove, "remove", wire.RemoveText{Text: t.ID}, t.Title) {
		return
	}
	l.strip.Say(look.ToneNeutral, i18n.T("staff.texts.removed", map[string]any{"Title": t.Title}), i18n.T("staff.undo", nil), func() {
		l.submit(wire.TextSave, "save", wire.SaveText{Text: t.ID, Desk: t.Desk, Title: t.Title, Body: t.Body}, t.Title)
	})
}

func (l *textList) submit(kind, key string, args any, title string) bool {
	_, err := l.s.Submit(kind, args, cache.Note{Key: "staff.note.text." + key, Args: map[string]string{"title": title}})
	if err != nil {
		l.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return false
	}
	l.refresh()
	return true
}

// deskName is a desk as agents call it.
func deskName(d string) string {
	if key := "staff.desk." + d; i18n.Has(key) {
		return i18n.T(key, nil)
	}
	return d
}

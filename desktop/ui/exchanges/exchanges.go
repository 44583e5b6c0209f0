// Package exchanges is what families and the town hall send each other: the
// threads of messages about requests, and the conversation that both sides
// read. It reads the view and submits commands; what is written waits, sealed,
// until there is a line.
package exchanges

import (
	"slices"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/proofs"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/wire"
)

// tab is one part of Échanges: its name in addresses and translations, what
// waits there, and its screen.
type tab struct {
	name, icon string
	count      func(*view.View) int
	build      screen.Build
}

// tabs are the parts there are, in the order in which they are shown.
func tabs() []tab {
	return []tab{
		{"messages", "chats", (*view.View).UnreadMessages, messages},
		{proofs.Tab, "files", proofs.Waiting, proofs.List},
	}
}

// Waiting is what waits in all of them, for the rail.
func Waiting(v *view.View) (n int) {
	for _, t := range tabs() {
		n += t.count(v)
	}
	return n
}

// Topics are those on which Waiting depends.
var Topics = append([]view.Topic{{Collection: wire.Messages}}, proofs.Topics...)

// opening is the tab that a route leads to: the one it names or, where it names
// nothing, one in which something waits, as the count that led there says.
func opening(all []tab, v *view.View, r screen.Route) int {
	if r.Arg("tab") == "" && r.Arg("request") == "" {
		return max(0, slices.IndexFunc(all, func(t tab) bool { return t.count(v) > 0 }))
	}
	return max(0, slices.IndexFunc(all, func(t tab) bool { return t.name == r.Arg("tab") }))
}

// Exchanges builds the screen; its route may name the tab, and what that shows.
func Exchanges(c *screen.Context, r screen.Route) screen.Screen {
	all := tabs()
	chosen := opening(all, c.View, r)
	labels := make([]kit.Tab, len(all))
	for i, t := range all {
		labels[i] = kit.Tab{Icon: t.icon, Label: t.label(c.View)}
	}
	strip := kit.NewTabs(labels, func(n int) { c.Replace(screen.To(screen.Exchanges, "tab", all[n].name)) })
	strip.Select(chosen)
	c.On(func() {
		for i, t := range all {
			strip.SetLabel(i, t.label(c.View))
		}
	}, Topics...)
	shown := all[chosen].build(c, r)
	head := kit.PadXY(look.L, look.S, strip)
	shown.Content = arrange.Headed(head, shown.Content)
	shown.Rail = screen.Exchanges
	return shown
}

func (t tab) label(v *view.View) string {
	if n := t.count(v); n > 0 {
		return i18n.T("exchanges.tab.counted", map[string]any{"Name": i18n.T("exchanges.tab."+t.name, nil), "Number": i18n.Number(int64(n))})
	}
	return i18n.T("exchanges.tab."+t.name, nil)
}

func set(o fyne.CanvasObject, on bool) {
	if on != o.Visible() {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
}

package home

import (
	"reflect"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
)

// board is the page whose parts follow the view.
type board struct {
	c     *screen.Context
	page  *kit.Page
	parts []*kit.Swap
	fill  []func()
}

// live is a part of the page: what it tells is read anew when a topic changes,
// and drawn anew only where that is different, so that nothing flickers. A
// part that is drawn as nil takes no room.
func live[T any](b *board, read func() T, draw func(T) fyne.CanvasObject, topics ...view.Topic) fyne.CanvasObject {
	swap := kit.NewSwap(nil)
	var shown T
	drawn := false
	fill := func() {
		now := read()
		if drawn && reflect.DeepEqual(now, shown) {
			return
		}
		shown, drawn = now, true
		o := draw(now)
		swap.Set(o)
		if o == nil {
			swap.Hide()
		} else {
			swap.Show()
		}
		if b.page != nil {
			b.page.Refresh()
		}
	}
	fill()
	b.c.On(fill, topics...)
	b.parts, b.fill = append(b.parts, swap), append(b.fill, fill)
	return swap
}

// again reads all parts anew, after something that is no topic has changed.
func (b *board) again() {
	for _, fill := range b.fill {
		fill()
	}
}

func topics(collections ...string) []view.Topic {
	out := make([]view.Topic, len(collections))
	for i, c := range collections {
		out[i] = view.Topic{Collection: c}
	}
	return out
}

// headed is a part under its name.
func headed(title string, parts ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.Column(look.S, append([]fyne.CanvasObject{kit.Section(title)}, parts...)...)
}

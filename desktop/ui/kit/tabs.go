package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// Tabs is a strip of views of one thing. The strip is one stop of the focus;
// the arrows walk along it, and on to a second line where there is no room.
type Tabs struct {
	press
	items    []*tabItem
	chosen   int
	onSelect func(int)
	under    *canvas.Rectangle
	bar      *canvas.Rectangle
}

type tabItem struct {
	widget.BaseWidget
	tabs    *Tabs
	at      int
	label   *Text
	icon    string
	img     *canvas.Image
	fill    *canvas.Rectangle
	hovered bool
}

// Tab is one of a strip.
type Tab struct {
	Icon, Label string
}

// NewTabs makes a strip; onSelect is told which tab was chosen.
func NewTabs(tabs []Tab, onSelect func(int)) *Tabs {
	t := &Tabs{onSelect: onSelect}
	t.init(t, look.ControlRadius, false)
	t.under, t.bar = canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	for n, tab := range tabs {
		i := &tabItem{tabs: t, at: n, label: Strong(tab.Label), icon: tab.Icon, img: newIcon(), fill: canvas.NewRectangle(nil)}
		i.ExtendBaseWidget(i)
		t.items = append(t.items, i)
	}
	t.keys = func(e *fyne.KeyEvent) bool {
		switch e.Name {
		case fyne.KeyRight, fyne.KeyDown:
			t.choose((t.chosen + 1) % len(t.items))
		case fyne.KeyLeft, fyne.KeyUp:
			t.choose((t.chosen + len(t.items) - 1) % len(t.items))
		case fyne.KeyHome:
			t.choose(0)
		case fyne.KeyEnd:
			t.choose(len(t.items) - 1)
		default:
			return false
		}
		return true
	}
	return t
}

// Select chooses a tab without telling it on.
func (t *Tabs) Select(n int) {
	if n < 0 || n >= len(t.items) {
		return
	}
	t.chosen = n
	for _, i := range t.items {
		i.Refresh()
	}
	t.Refresh()
}

// Selected is the tab chosen.
func (t *Tabs) Selected() int { return t.chosen }

// SetLabel changes a tab's words, as when its count changes.
func (t *Tabs) SetLabel(n int, s string) {
	t.items[n].label.text = s
	t.Refresh()
}

func (t *Tabs) choose(n int) {
	if n == t.chosen {
		return
	}
	t.Select(n)
	if t.onSelect != nil {
		t.onSelect(n)
	}
}

// Tapped between the tabs does nothing.
func (t *Tabs) Tapped(*fyne.PointEvent) { stir() }

// Cursor is that of the room between the tabs.
func (t *Tabs) Cursor() desktop.Cursor { return desktop.DefaultCursor }

// AccessibilityLabel reads the tab chosen.
func (t *Tabs) AccessibilityLabel() string {
	if len(t.items) == 0 {
		return ""
	}
	return t.items[t.chosen].label.text
}

func (t *Tabs) walk(width float32, place func(i *tabItem, x, y, w, h float32)) float32 {
	var x, y float32
	h := px(look.ControlHeight)
	for n, i := range t.items {
		w := fyne.Min(i.NaturalWidth(), width)
		if n > 0 && x+w > width+0.1 {
			x, y = 0, y+h
		}
		if place != nil {
			place(i, x, y, w, h)
		}
		x += w
	}
	return y + h + 1
}

// HeightFor grows by a line where the tabs do not fit on one.
func (t *Tabs) HeightFor(width float32) float32 { return t.walk(width, nil) }

// NaturalWidth has all tabs on one line.
func (t *Tabs) NaturalWidth() float32 {
	var w float32
	for _, i := range t.items {
		w += i.NaturalWidth()
	}
	return w
}

// CreateRenderer draws the tabs over a hairline, with a bar under the chosen.
func (t *Tabs) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{t.under}
	for _, i := range t.items {
		objects = append(objects, i)
	}
	objects = append(objects, t.bar, t.ring)
	return newDrawn(t, func() {
		t.under.FillColor = look.Color(look.Hairline)
		paint(t.bar, look.RailSelected, 2)
		t.styleRing()
	}, func(size fyne.Size) {
		put(t.under, 0, size.Height-1, size.Width, 1)
		t.walk(size.Width, func(i *tabItem, x, y, w, h float32) {
			put(i, x, y, w, h)
			i.Refresh()
			if i.at == t.chosen {
				put(t.bar, x+px(8), y+h-px(3), w-px(16), px(4))
				placeRing(t.ring, x, y, w, h, false)
			}
		})
	}, func() fyne.Size {
		return fyne.NewSize(px(120), t.HeightFor(fyne.Max(t.Size().Width, px(240))))
	}, objects...)
}

func (i *tabItem) Tapped(*fyne.PointEvent) {
	stir()
	FocusOn(i.tabs)
	i.tabs.byMouse = true
	i.tabs.choose(i.at)
	i.tabs.Refresh()
}
func (i *tabItem) MouseIn(*desktop.MouseEvent)    { stir(); i.hovered = true; i.Refresh() }
func (i *tabItem) MouseMoved(*desktop.MouseEvent) { stir() }
func (i *tabItem) MouseOut()                      { i.hovered = false; i.Refresh() }
func (i *tabItem) Cursor() desktop.Cursor         { return desktop.PointerCursor }

func (i *tabItem) iconRoom() float32 {
	if i.icon == "" {
		return 0
	}
	return px(look.IconSize) + px(look.S)
}

func (i *tabItem) NaturalWidth() float32 { return i.label.NaturalWidth() + i.iconRoom() + 2*px(look.M) }

func (i *tabItem) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(i, func() {
		role := look.Muted
		if i.tabs.chosen == i.at {
			role = look.Link
		}
		if i.hovered {
			paint(i.fill, look.Hover, look.ControlRadius)
		} else {
			paint(i.fill, "", look.ControlRadius)
		}
		i.label.role = role
		setIcon(i.img, i.icon, role)
	}, func(size fyne.Size) {
		put(i.fill, 0, 0, size.Width, size.Height-2)
		side := px(look.IconSize)
		put(i.img, px(look.M), (size.Height-side)/2, side, side)
		w := size.Width - 2*px(look.M) - i.iconRoom()
		h := i.label.HeightFor(w)
		put(i.label, px(look.M)+i.iconRoom(), (size.Height-h)/2, w, h)
		i.label.Refresh()
	}, func() fyne.Size { return fyne.NewSize(i.NaturalWidth(), px(look.ControlHeight)) }, i.fill, i.img, i.label)
}

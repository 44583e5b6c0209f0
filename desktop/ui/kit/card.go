package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// CardBox is a surface with a hairline around it.
type CardBox struct {
	widget.BaseWidget
	content fyne.CanvasObject
	padded  *fyne.Container
	ground  *surface
	role    fyne.ThemeColorName
	edge    fyne.ThemeColorName
}

// Card puts content on a card, with room around it.
func Card(content fyne.CanvasObject) *CardBox { return newCard(content, look.M) }

// FullCard puts content on a card up to its edges: a list of rows.
func FullCard(content fyne.CanvasObject) *CardBox { return newCard(content, 0) }

func newCard(content fyne.CanvasObject, pad float32) *CardBox {
	c := &CardBox{content: content, role: look.Card, edge: look.Hairline}
	c.padded = Pad(pad, content)
	c.ground = newSurface()
	c.ExtendBaseWidget(c)
	return c
}

// RowsCard is a card of rows with a hairline between each two.
func RowsCard(rows ...fyne.CanvasObject) *CardBox {
	var all []fyne.CanvasObject
	for i, r := range rows {
		if i > 0 {
			all = append(all, Rule())
		}
		all = append(all, r)
	}
	return FullCard(PadXY(0, 1, Column(0, all...)))
}

// How many rows of a long list are shown at once, and how many more at each
// press: a list that begins is read, one of hundreds is searched.
const (
	firstRows = 15
	moreRows  = 50
)

// LongRows is a card of the first of many rows with the way to more of them.
// shown is how many are wanted, kept by whoever shows the list and 0 at first;
// again shows the list anew with more.
func LongRows(n int, shown *int, row func(i int) fyne.CanvasObject, again func()) fyne.CanvasObject {
	*shown = max(*shown, firstRows)
	rows := make([]fyne.CanvasObject, 0, min(n, *shown))
	for i := range cap(rows) {
		rows = append(rows, row(i))
	}
	if n <= *shown {
		return RowsCard(rows...)
	}
	return Column(look.S, RowsCard(rows...), Line(0, Plain(i18n.T("kit.rows.more", map[string]any{"Count": n - *shown}), func() {
		*shown += moreRows
		again()
	}).Icon("caret-down")))
}

// HeightFor is the content's with its padding.
func (c *CardBox) HeightFor(width float32) float32 { return HeightFor(c.padded, width) }

// NaturalWidth is the content's with its padding.
func (c *CardBox) NaturalWidth() float32 { return NaturalWidth(c.padded) }

// CreateRenderer draws the surface under the content.
func (c *CardBox) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(c, func() {
		c.ground.style(c.role, c.edge, look.HairlineWidth)
	}, func(size fyne.Size) {
		c.ground.placed(size)
		put(c.padded, 0, 0, size.Width, size.Height)
	}, func() fyne.Size {
		m := c.padded.MinSize()
		if w := c.Size().Width; w > 0 {
			m.Height = c.HeightFor(w)
		}
		return m
	}, append(c.ground.objects(), c.padded)...)
}

// Notice is a card in a tone: what a person should know before going on, with
// what they can do about it.
type Notice struct {
	widget.BaseWidget
	tone    look.Tone
	icon    string
	title   *Text
	text    *Text
	actions *fyne.Container
	body    *fyne.Container
	img     *IconView
	ground  *surface
}

// NewNotice makes one; title or text may be empty. actions are buttons or links.
func NewNotice(tone look.Tone, title, text string, actions ...fyne.CanvasObject) *Notice {
	n := &Notice{tone: tone, title: Strong(title), text: Body(text)}
	n.img = NewIcon(tone.Icon(), tone.Text(), 24)
	n.actions = LineFlush(look.S, actions...)
	words := Column(look.S, Column(look.XS, n.title, n.text), n.actions)
	n.body = Pad(look.M, LineTop(look.S+4, n.img, Grow(words, 160)))
	n.ground = newSurface()
	n.ExtendBaseWidget(n)
	n.settle()
	return n
}

// Icon replaces the tone's sign by a more exact one.
func (n *Notice) Icon(name string) *Notice {
	n.icon = name
	n.Refresh()
	return n
}

// Set changes what it says.
func (n *Notice) Set(tone look.Tone, title, text string) {
	n.tone = tone
	n.title.text, n.text.text = title, text
	n.settle()
	n.Refresh()
}

// SetActions replaces its buttons or links.
func (n *Notice) SetActions(actions ...fyne.CanvasObject) {
	n.actions.Objects = actions
	n.settle()
	n.Refresh()
}

func (n *Notice) settle() {
	show(n.title, n.title.text != "")
	show(n.text, n.text.text != "")
	show(n.actions, len(n.actions.Objects) > 0)
}

func show(o fyne.CanvasObject, visible bool) {
	if visible != o.Visible() {
		if visible {
			o.Show()
		} else {
			o.Hide()
		}
	}
}

// HeightFor is that of its words and actions.
func (n *Notice) HeightFor(width float32) float32 { return HeightFor(n.body, width) }

// NaturalWidth is that of its words.
func (n *Notice) NaturalWidth() float32 { return NaturalWidth(n.body) }

// AccessibilityLabel is what it says.
func (n *Notice) AccessibilityLabel() string { return n.title.text + " " + n.text.text }

// AccessibilityRole is that of text.
func (n *Notice) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer draws it.
func (n *Notice) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(n, func() {
		edge := look.HairlineWidth
		if look.Current().Contrast() {
			// Here the fill is the page's own: the edge alone makes the card.
			edge = 2
		}
		n.ground.style(n.tone.Fill(), n.tone.Text(), edge)
		icon := n.icon
		if icon == "" {
			icon = n.tone.Icon()
		}
		n.img.name, n.img.role = icon, n.tone.Text()
		n.title.role = look.Ink
	}, func(size fyne.Size) {
		n.ground.placed(size)
		put(n.body, 0, 0, size.Width, size.Height)
		n.body.Layout.Layout(n.body.Objects, size)
		n.img.Refresh()
		n.title.Refresh()
		n.text.Refresh()
	}, func() fyne.Size {
		w := n.Size().Width
		if w <= 0 {
			w = n.NaturalWidth()
		}
		return fyne.NewSize(px(120), n.HeightFor(w))
	}, append(n.ground.objects(), n.body)...)
}

// Swap is a container whose one object is exchanged: a pane, a step, a page.
type Swap struct {
	widget.BaseWidget
	now  fyne.CanvasObject
	hold *fyne.Container
}

// NewSwap begins with an object, or with none.
func NewSwap(o fyne.CanvasObject) *Swap {
	s := &Swap{hold: container.NewStack()}
	s.ExtendBaseWidget(s)
	s.Set(o)
	return s
}

// Set exchanges the object. Where the focus was in the one before, it goes to
// the same place in the new one: a button that was pressed away would take it
// along, and the keyboard would begin again at the top of the window.
func (s *Swap) Set(o fyne.CanvasObject) {
	if at, c := focusedBelow(s.now); at >= 0 && o != nil && o != s.now {
		defer focusBelow(o, at, c)
	}
	s.now = o
	s.hold.Objects = nil
	if o != nil {
		s.hold.Objects = []fyne.CanvasObject{o}
	}
	s.hold.Resize(s.Size())
	s.hold.Layout.Layout(s.hold.Objects, s.Size())
	s.Refresh()
}

// Object is what is shown now.
func (s *Swap) Object() fyne.CanvasObject { return s.now }

// HeightFor is that of the object shown.
func (s *Swap) HeightFor(width float32) float32 { return HeightFor(s.now, width) }

// NaturalWidth is that of the object shown.
func (s *Swap) NaturalWidth() float32 { return NaturalWidth(s.now) }

// CreateRenderer shows the object over the whole room.
func (s *Swap) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(s, nil, func(size fyne.Size) { put(s.hold, 0, 0, size.Width, size.Height) },
		func() fyne.Size {
			if s.now == nil {
				return fyne.Size{}
			}
			m := s.now.MinSize()
			if w := s.Size().Width; w > 0 {
				m.Height = HeightFor(s.now, w)
			}
			if _, isPage := s.now.(*Page); isPage {
				m = s.now.MinSize()
			}
			return m
		}, s.hold)
}

package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// Fold hides what not everybody needs behind a line that opens it.
type Fold struct {
	widget.BaseWidget
	head    *foldHead
	content fyne.CanvasObject
	open    bool
	body    *fyne.Container
	onOpen  func(open bool)
}

// NewFold makes a closed fold.
func NewFold(title string, content fyne.CanvasObject) *Fold {
	f := &Fold{content: content}
	f.head = &foldHead{fold: f, label: Strong(title), fill: canvas.NewRectangle(nil), caret: newIcon()}
	f.head.init(f.head, look.ControlRadius, false)
	f.head.onTap = func() { f.SetOpen(!f.open) }
	f.body = Column(look.S, f.head, PadXY(look.S, look.XS, content))
	f.body.Objects[1].Hide()
	f.ExtendBaseWidget(f)
	return f
}

// OnOpen is called when it opens or closes.
func (f *Fold) OnOpen(do func(open bool)) *Fold {
	f.onOpen = do
	return f
}

// SetOpen opens or closes it.
func (f *Fold) SetOpen(open bool) {
	if f.open == open {
		return
	}
	f.open = open
	show(f.body.Objects[1], open)
	f.head.Refresh()
	f.Refresh()
	if f.onOpen != nil {
		f.onOpen(open)
	}
}

// Open tells whether its content is shown.
func (f *Fold) Open() bool { return f.open }

// SetTitle changes the line.
func (f *Fold) SetTitle(s string) {
	f.head.label.text = s
	f.head.Refresh()
}

// HeightFor is that of the line, and of the content when open.
func (f *Fold) HeightFor(width float32) float32 { return HeightFor(f.body, width) }

// NaturalWidth is that of the wider of both.
func (f *Fold) NaturalWidth() float32 { return NaturalWidth(f.body) }

// CreateRenderer draws it.
func (f *Fold) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(f, nil, func(size fyne.Size) {
		put(f.body, 0, 0, size.Width, size.Height)
		f.body.Layout.Layout(f.body.Objects, size)
	}, func() fyne.Size {
		w := f.Size().Width
		if w <= 0 {
			w = NaturalWidth(f.body)
		}
		return fyne.NewSize(px(120), f.HeightFor(w))
	}, f.body)
}

type foldHead struct {
	press
	fold  *Fold
	label *Text
	fill  *canvas.Rectangle
	caret *canvas.Image
}

func (h *foldHead) AccessibilityLabel() string { return h.label.text }

func (h *foldHead) left() float32 { return px(look.S) + px(look.IconSize) + px(look.S) }

func (h *foldHead) HeightFor(width float32) float32 {
	return fyne.Max(px(look.ControlHeight), h.label.HeightFor(width-h.left()-px(look.S))+2*px(10))
}

func (h *foldHead) NaturalWidth() float32 { return h.left() + h.label.NaturalWidth() + px(look.S) }

func (h *foldHead) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(h, func() {
		if h.hovered {
			paint(h.fill, look.Hover, look.ControlRadius)
		} else {
			paint(h.fill, "", look.ControlRadius)
		}
		name := "caret-right"
		if h.fold.open {
			name = "caret-down"
		}
		setIcon(h.caret, name, look.Link)
		h.label.role = look.Link
		h.styleRing()
	}, func(size fyne.Size) {
		put(h.fill, 0, 0, size.Width, size.Height)
		side := px(look.IconSize)
		put(h.caret, px(look.S), (size.Height-side)/2, side, side)
		w := size.Width - h.left() - px(look.S)
		lh := h.label.HeightFor(w)
		put(h.label, h.left(), (size.Height-lh)/2, w, lh)
		h.label.Refresh()
		h.placeRing(size)
	}, func() fyne.Size {
		return fyne.NewSize(px(120), h.HeightFor(fyne.Max(h.Size().Width, px(120))))
	}, h.fill, h.caret, h.label, h.ring)
}

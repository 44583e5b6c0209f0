package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"parvis/desktop/ui/look"
)

// Row is one line of a list: a bold line, a muted line, a status, and a
// chevron where it leads somewhere.
type Row struct {
	press
	icon         string
	title, muted *Text
	chip         *Chip
	extra        fyne.CanvasObject
	fill         *canvas.Rectangle
	img, chevron *canvas.Image
	noChevron    bool
	selected     bool
	dense        bool // less room above and below
}

// NewRow makes a row; tapped may be nil for a row that only tells.
func NewRow(title, muted string, tapped func()) *Row {
	r := &Row{title: Strong(title), muted: Muted(muted)}
	r.init(r, look.CardRadius, false)
	r.onTap, r.inert = tapped, tapped == nil
	r.fill, r.img, r.chevron = canvas.NewRectangle(nil), newIcon(), newIcon()
	return r
}

// Icon puts an icon before the lines.
func (r *Row) Icon(name string) *Row {
	r.icon = name
	return r
}

// Status puts a chip at the right, or below the lines where there is no room.
func (r *Row) Status(tone look.Tone, icon, word string) *Row {
	if r.chip == nil {
		r.chip = NewChip(tone, icon, word)
	} else {
		r.chip.Set(tone, icon, word)
	}
	r.Refresh()
	return r
}

// Extra puts something else at the right: a price, a small button.
func (r *Row) Extra(o fyne.CanvasObject) *Row {
	r.extra = o
	return r
}

// NoChevron is for rows whose press does something here rather than leading on.
func (r *Row) NoChevron() *Row {
	r.noChevron = true
	return r
}

// Set changes the two lines.
func (r *Row) Set(title, muted string) {
	r.title.text, r.muted.text = title, muted
	r.Refresh()
}

// Selected shows the row as the chosen one of its list.
func (r *Row) Selected(on bool) {
	r.selected = on
	r.Refresh()
}

// AccessibilityLabel reads the whole row.
func (r *Row) AccessibilityLabel() string {
	s := r.title.text
	if r.muted.text != "" {
		s += ", " + r.muted.text
	}
	if r.chip != nil {
		s += ", " + r.chip.Word()
	}
	return s
}

type rowPlan struct {
	left, textWidth, right float32
	below                  bool
	height                 float32
}

func (r *Row) plan(width float32) rowPlan {
	p := rowPlan{left: px(look.M), right: px(look.M)}
	if r.icon != "" {
		p.left += px(look.RailIcon) + px(look.S+4)
	}
	if r.onTap != nil && !r.noChevron {
		p.right += px(look.IconSize) + px(look.S)
	}
	aside, least := r.asideWidth(), px(200)
	if look.Large() {
		least = px(240) // its words are what the larger text is for
	}
	p.textWidth = width - p.left - p.right
	if aside > 0 {
		if p.textWidth-aside-px(look.M) >= fyne.Max(least, aside) {
			p.textWidth -= aside + px(look.M)
		} else {
			p.below = true
		}
	}
	h := r.title.HeightFor(p.textWidth)
	if r.muted.text != "" {
		h += r.muted.HeightFor(p.textWidth)
	}
	if p.below && r.chip != nil {
		h += r.chip.MinSize().Height + px(6)
	}
	if p.below && r.extra != nil {
		h += HeightFor(r.extra, p.textWidth) + px(6)
	}
	p.height = fyne.Max(px(look.RowHeight), h+2*px(10))
	if r.dense {
		p.height = fyne.Max(px(look.ControlHeight), h+2*px(6))
	}
	return p
}

func (r *Row) asideWidth() float32 {
	var w float32
	if r.chip != nil {
		w = r.chip.NaturalWidth()
	}
	if r.extra != nil {
		if w > 0 {
			w += px(look.S)
		}
		w += NaturalWidth(r.extra)
	}
	return w
}

// HeightFor is at least 64.
func (r *Row) HeightFor(width float32) float32 { return r.plan(width).height }

// NaturalWidth has both lines unwrapped.
func (r *Row) NaturalWidth() float32 {
	p := r.plan(10000)
	return p.left + fyne.Max(r.title.NaturalWidth(), r.muted.NaturalWidth()) + r.asideWidth() + px(look.M) + p.right
}

// CreateRenderer draws the row.
func (r *Row) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{r.fill, r.img, r.title, r.muted}
	if r.chip != nil {
		objects = append(objects, r.chip)
	}
	if r.extra != nil {
		objects = append(objects, r.extra)
	}
	objects = append(objects, r.chevron, r.ring)
	d := newDrawn(r, r.style, r.place, func() fyne.Size {
		w := r.Size().Width
		if w <= 0 {
			w = r.NaturalWidth()
		}
		return fyne.NewSize(px(120), r.HeightFor(w))
	}, objects...)
	return d
}

func (r *Row) style() {
	switch {
	case r.selected:
		paint(r.fill, look.RailSelectedFill, 0)
	case r.hovered && r.onTap != nil:
		paint(r.fill, look.Hover, 0)
	default:
		paint(r.fill, "", 0)
	}
	icon := look.Muted
	setIcon(r.img, r.icon, icon)
	if r.onTap != nil && !r.noChevron {
		setIcon(r.chevron, "caret-right", look.Muted)
	} else {
		r.chevron.Hide()
	}
	show(r.muted, r.muted.text != "")
	r.styleRing()
	if r.dense {
		edge := fyne.ThemeColorName("")
		if r.selected {
			edge = look.RailSelected // the keyboard is elsewhere: this is no focus
		}
		r.fill.CornerRadius = px(look.ControlRadius)
		stroke(r.fill, edge, 2)
	}
}

func (r *Row) place(size fyne.Size) {
	p := r.plan(size.Width)
	// The fill keeps off the card's own edge.
	put(r.fill, 1, 0, fyne.Max(0, size.Width-2), size.Height)
	side := px(look.RailIcon)
	put(r.img, px(look.M), (size.Height-side)/2, side, side)
	th, mh := r.title.HeightFor(p.textWidth), float32(0)
	if r.muted.text != "" {
		mh = r.muted.HeightFor(p.textWidth)
	}
	total := th + mh
	var ch, eh float32
	if p.below && r.chip != nil {
		ch = r.chip.MinSize().Height
		total += ch + px(6)
	}
	if p.below && r.extra != nil {
		eh = HeightFor(r.extra, p.textWidth)
		total += eh + px(6)
	}
	y := (size.Height - total) / 2
	put(r.title, p.left, y, p.textWidth, th)
	put(r.muted, p.left, y+th, p.textWidth, mh)
	r.title.Refresh()
	r.muted.Refresh()
	y += th + mh
	if p.below {
		if r.chip != nil {
			put(r.chip, p.left, y+px(6), fyne.Min(r.chip.NaturalWidth(), p.textWidth), ch)
			y += ch + px(6)
		}
		if r.extra != nil {
			put(r.extra, p.left, y+px(6), fyne.Min(NaturalWidth(r.extra), p.textWidth), eh)
		}
	} else {
		x := size.Width - p.right
		if r.chip != nil {
			w, h := r.chip.NaturalWidth(), r.chip.MinSize().Height
			x -= w
			put(r.chip, x, (size.Height-h)/2, w, h)
			x -= px(look.S)
		}
		if r.extra != nil {
			w := NaturalWidth(r.extra)
			h := HeightFor(r.extra, w)
			put(r.extra, x-w, (size.Height-h)/2, w, h)
		}
	}
	cs := px(look.IconSize)
	put(r.chevron, size.Width-px(look.M)-cs, (size.Height-cs)/2, cs, cs)
	r.placeRing(size)
}

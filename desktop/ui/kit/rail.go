package kit

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/look"
)

// RailItem is a part of the portal one can go to.
type RailItem struct {
	ID    string
	Icon  string
	Label string
	Count int // what waits there; 0 shows nothing
	// Head is the word over the first part of a group, "" elsewhere.
	Head string
}

// Rail is the way between the parts: a column at the left.
type Rail struct {
	widget.BaseWidget
	items    []RailItem
	entries  []*railEntry
	heads    []*Text // one an entry, nil without a word
	rules    []*canvas.Rectangle
	chosen   string
	onSelect func(id string)
	onParts  func() // other parts than before
	head     fyne.CanvasObject
	fill     *plain
	edge     *canvas.Rectangle
}

// NewRail makes a rail; head stands above the items (the town's name) and may
// be nil.
func NewRail(head fyne.CanvasObject, onSelect func(id string)) *Rail {
	r := &Rail{onSelect: onSelect, head: head, fill: newPlain(), edge: canvas.NewRectangle(nil)}
	r.ExtendBaseWidget(r)
	return r
}

// SetItems replaces the parts: after a sign-in, or when a count changes.
func (r *Rail) SetItems(items ...RailItem) {
	// The same parts in the same order keep their widgets, and the focus.
	same := len(items) == len(r.entries)
	for i := 0; same && i < len(items); i++ {
		same = items[i].ID == r.items[i].ID && (items[i].Head == "") == (r.items[i].Head == "")
	}
	r.items = items
	if same {
		for i, e := range r.entries {
			e.set(items[i])
			if h := r.heads[i]; h != nil {
				h.SetText(items[i].Head)
			}
		}
		return
	}
	r.entries, r.heads, r.rules = nil, nil, nil
	for _, it := range items {
		e := &railEntry{rail: r, label: Body(""), badge: NewBadge(""), fill: canvas.NewRectangle(nil), bar: canvas.NewRectangle(nil), img: newIcon()}
		e.init(e, look.ControlRadius, false)
		e.set(it)
		e.onTap = func() { r.open(e.item.ID) }
		e.keys = func(k *fyne.KeyEvent) bool { return r.key(e, k) }
		r.entries = append(r.entries, e)
		var head *Text
		var rule *canvas.Rectangle
		if it.Head != "" {
			head, rule = newText(it.Head, look.Caption, look.Muted, true), canvas.NewRectangle(nil)
		}
		r.heads, r.rules = append(r.heads, head), append(r.rules, rule)
	}
	if d := tree[r]; d != nil {
		d.objects = r.objects()
	}
	r.Refresh()
	if r.onParts != nil {
		r.onParts()
	}
}

// Items are the parts shown.
func (r *Rail) Items() []RailItem { return r.items }

// Select marks a part as the one shown, without going there.
func (r *Rail) Select(id string) {
	r.chosen = id
	for _, e := range r.entries {
		e.Refresh()
	}
}

// Selected is the part shown.
func (r *Rail) Selected() string { return r.chosen }

func (r *Rail) open(id string) {
	if r.onSelect != nil {
		r.onSelect(id)
	}
}

func (r *Rail) key(e *railEntry, k *fyne.KeyEvent) bool {
	at := 0
	for i, o := range r.entries {
		if o == e {
			at = i
		}
	}
	switch k.Name {
	case fyne.KeyDown:
		at = min(at+1, len(r.entries)-1)
	case fyne.KeyUp:
		at = max(at-1, 0)
	case fyne.KeyHome:
		at = 0
	case fyne.KeyEnd:
		at = len(r.entries) - 1
	default:
		return false
	}
	FocusOn(r.entries[at])
	return true
}

func (r *Rail) objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.fill.area, r.edge}
	if r.head != nil {
		objects = append(objects, r.head)
	}
	for i, e := range r.entries {
		if r.heads[i] != nil {
			objects = append(objects, r.heads[i], r.rules[i])
		}
		objects = append(objects, e)
	}
	return objects
}

// density is how much room a rail takes.
type density struct {
	gap, group float32 // under an entry, and over a group
	low, words bool    // entries of the least height; groups with their words
}

// densities are those a rail may have, the calmest first: the words over its
// groups go last, for which a line then stands.
var densities = []density{
	{gap: look.XS, group: look.S, words: true},
	{gap: look.XS / 2, group: look.XS, low: true, words: true},
	{group: look.XS, low: true, words: true},
	{group: look.S, low: true},
}

// fitting is the calmest density in which all entries fit a height, false for
// a height in which none does.
func (r *Rail) fitting(size fyne.Size) (density, bool) {
	for _, d := range densities {
		if r.arrange(size.Width, d, false) <= size.Height {
			return d, true
		}
	}
	return densities[len(densities)-1], false
}

// Fits reports whether all of it is seen in a room of this height.
func (r *Rail) Fits(height float32) bool {
	_, fits := r.fitting(fyne.NewSize(px(look.RailWidth), height))
	return fits
}

// arrange tells the height of all entries, and places them.
func (r *Rail) arrange(width float32, d density, place bool) float32 {
	y, w := px(look.M), width-2*px(look.S)
	if d.low {
		y = px(look.S)
	}
	if r.head != nil {
		h := HeightFor(r.head, w)
		if place {
			put(r.head, px(look.S), y, w, h)
		}
		y += h + px(look.M)
	}
	for i, e := range r.entries {
		if head := r.heads[i]; head != nil {
			y += px(d.group)
			h, in := float32(0), px(look.RailBar)+px(look.S)
			if d.words {
				h = head.HeightFor(w - in)
			}
			if place {
				show(head, d.words)
				show(r.rules[i], !d.words)
				put(head, px(look.S)+in, y, w-in, h)
				put(r.rules[i], px(look.S)+in, y-px(d.group)/2, w-2*in, 1)
			}
			y += h
		}
		h := e.HeightFor(w)
		if d.low {
			h = fyne.Max(px(look.ControlHeight), e.label.HeightFor(e.textWidth(w)))
		}
		if place {
			put(e, px(look.S), y, w, h)
		}
		y += h + px(d.gap)
	}
	return y
}

// CreateRenderer draws the column.
func (r *Rail) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(r, func() {
		r.fill.paint(look.Card)
		paint(r.edge, look.Hairline, 0)
		for _, rule := range r.rules {
			if rule != nil {
				paint(rule, look.Hairline, 0)
			}
		}
	}, func(size fyne.Size) {
		put(r.fill.area, 0, 0, size.Width, size.Height)
		put(r.edge, size.Width-1, 0, 1, size.Height)
		d, _ := r.fitting(size)
		r.arrange(size.Width, d, true)
	}, func() fyne.Size { return fyne.NewSize(px(look.RailWidth), px(120)) }, r.objects()...)
}

type railEntry struct {
	press
	rail  *Rail
	item  RailItem
	label *Text
	badge *Badge
	fill  *canvas.Rectangle
	bar   *canvas.Rectangle
	img   *canvas.Image
}

func (e *railEntry) set(it RailItem) {
	e.item = it
	e.label.text = it.Label
	count := ""
	if it.Count > 0 {
		count = strconv.Itoa(it.Count)
	}
	if it.Count > 99 {
		count = "99+"
	}
	e.badge.Set(count)
	e.Refresh()
}

func (e *railEntry) AccessibilityLabel() string { return e.item.Label }

func (e *railEntry) left() float32 {
	return px(look.RailBar) + px(look.S) + px(look.RailIcon) + px(look.S+4)
}

func (e *railEntry) textWidth(width float32) float32 {
	return width - e.left() - px(look.S) - e.badge.NaturalWidth()
}

func (e *railEntry) HeightFor(width float32) float32 {
	return fyne.Max(px(48), e.label.HeightFor(e.textWidth(width))+2*px(look.S))
}

func (e *railEntry) NaturalWidth() float32 {
	return e.left() + e.label.NaturalWidth() + px(look.S) + e.badge.NaturalWidth() + px(look.S)
}

func (e *railEntry) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(e, func() {
		chosen := e.rail.chosen == e.item.ID
		role := look.Ink
		switch {
		case chosen:
			role = look.RailSelected
			paint(e.fill, look.RailSelectedFill, look.ControlRadius)
		case e.hovered:
			paint(e.fill, look.Hover, look.ControlRadius)
		default:
			paint(e.fill, "", look.ControlRadius)
		}
		paint(e.bar, look.RailSelected, 2)
		if chosen {
			e.bar.Show()
		} else {
			e.bar.Hide()
		}
		e.label.role, e.label.bold = role, chosen
		setIcon(e.img, e.item.Icon, role)
		e.styleRing()
	}, func(size fyne.Size) {
		put(e.fill, 0, 0, size.Width, size.Height)
		put(e.bar, 0, px(look.S), px(look.RailBar), size.Height-2*px(look.S))
		side := px(look.RailIcon)
		put(e.img, px(look.RailBar)+px(look.S), (size.Height-side)/2, side, side)
		w := e.textWidth(size.Width)
		h := e.label.HeightFor(w)
		put(e.label, e.left(), (size.Height-h)/2, w, h)
		e.label.Refresh()
		bw := e.badge.NaturalWidth()
		put(e.badge, size.Width-px(look.S)-bw, 0, bw, size.Height)
		e.placeRing(size)
	}, func() fyne.Size { return fyne.NewSize(px(120), px(48)) }, e.fill, e.bar, e.img, e.label, e.badge, e.ring)
}

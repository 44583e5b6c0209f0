package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// Find is something that a palette has found.
type Find struct {
	Icon, Title, Detail string
	Do                  func()
}

// FindGroup is what was found of one kind.
type FindGroup struct {
	Icon, Label string
	Finds       []Find
}

// Found is all that a palette shows for what was typed.
type Found struct {
	// Note stands over it: how much was found, or what to try.
	Note string
	// Lost says that nothing was found: the note is all there is to tell, and
	// the groups are what to do instead.
	Lost   bool
	Groups []FindGroup
}

// Palette looks for anything from anywhere: a field over the window, and under
// it what was found while one types. The keyboard stays in the field; the
// arrows choose, Enter opens, Escape puts it away.
type Palette struct {
	widget.BaseWidget
	queue  *Dialogs
	own    *dialog
	ask    func(text string) Found
	search *SearchField
	note   *Text
	list   *fyne.Container
	page   *Page
	rule   *Hairline
	foot   *Text
	rows   []*Row            // those drawn, in their order: the first of what was found
	whole  bool              // all of what was found is drawn
	pool   map[string][]*Row // all that were ever needed, by their icons: drawing another icon costs more than all the rest of a row
	drawn  map[*Row]paletteRow
	heads  []*paletteHead
	found  Found
	finds  []Find
	chosen int
}

// paletteRow is what a row shows.
type paletteRow struct {
	title, detail string
	chosen        bool
}

// paletteHead names a group.
type paletteHead struct {
	icon *IconView
	text *Text
	line *fyne.Container
}

// paletteLeast is the height from which the card may stand below the top bar.
const paletteLeast float32 = 400

// paletteStep is how far a page key goes.
const paletteStep = 5

// paletteSight is how many rows are drawn while one types: more than have room.
// A frame paints every row of a scroller, in sight or not, so the others are
// drawn when somebody goes to them.
const paletteSight = 8

// Palette opens one over the window; nil where a dialog waits for an answer.
// ask is called for what is typed, "" at first.
func (d *Dialogs) Palette(title, hint string, ask func(text string) Found) *Palette {
	if d.open != nil {
		return nil
	}
	p := &Palette{queue: d, ask: ask, note: Muted(""), list: Column(0), rule: Rule(), foot: Caption(i18n.T("kit.palette.keys", nil))}
	p.search = NewSearchField(hint, func(string) { p.look() })
	p.search.box.entry.special = p.key
	p.search.OnEnter(func(string) { p.press(p.chosen) })
	// The scroller's bar stands beside the rows, not over them.
	p.page = NewBarePage(container.New(&padLayout{left: look.S, right: dialogBar, bottom: look.S}, p.list))
	p.page.scroll.OnScrolled = func(at fyne.Position) {
		stir()
		if at.Y > 0 {
			p.unfold()
		}
	}
	p.ExtendBaseWidget(p)
	p.own = &dialog{queue: d, title: title, over: p, first: p.search.box.entry, escape: p.Close}
	p.own.fill(Gap(0))
	p.look()
	d.add(p.own)
	return p
}

// Close puts it away.
func (p *Palette) Close() { p.queue.close(p.own) }

// Shown tells whether it is open.
func (p *Palette) Shown() bool { return p.queue.open == p.own }

// Search is its field.
func (p *Palette) Search() *SearchField { return p.search }

// Chosen is what Enter opens; false where there is nothing.
func (p *Palette) Chosen() (Find, bool) {
	if p.chosen < 0 || p.chosen >= len(p.finds) {
		return Find{}, false
	}
	return p.finds[p.chosen], true
}

// look asks anew for what is typed; the first of what is found is chosen.
func (p *Palette) look() {
	p.chosen, p.whole = 0, false
	p.show()
	p.page.Top()
}

// Again asks anew, after something has changed; what was chosen stays, by its
// place.
func (p *Palette) Again() { p.show() }

// unfold draws all of what was found.
func (p *Palette) unfold() {
	if !p.whole && len(p.rows) < len(p.finds) {
		p.whole = true
		p.lay(p.found.Groups)
	}
}

func (p *Palette) show() {
	p.found = p.ask(p.search.Text())
	found := p.found
	p.note.role, p.note.bold = look.Muted, false
	if found.Lost {
		p.note.role, p.note.bold = look.Ink, true
	}
	p.note.text = found.Note
	show(p.note, found.Note != "")
	p.note.Refresh()
	p.finds = p.finds[:0]
	for _, g := range found.Groups {
		p.finds = append(p.finds, g.Finds...)
	}
	p.chosen = max(0, min(p.chosen, len(p.finds)-1))
	p.lay(found.Groups)
}

// lay puts the rows under the names of their groups.
func (p *Palette) lay(groups []FindGroup) {
	room := len(p.finds)
	if !p.whole && p.chosen < paletteSight {
		room = min(room, paletteSight)
	}
	p.rows = p.rows[:0]
	objects, used := []fyne.CanvasObject{}, map[string]int{}
	for i, g := range groups {
		if len(p.rows) == room {
			break
		}
		objects = append(objects, p.head(i, g))
		for _, f := range g.Finds[:min(len(g.Finds), room-len(p.rows))] {
			r := p.row(used[f.Icon], f)
			used[f.Icon]++
			objects = append(objects, r)
			p.rows = append(p.rows, r)
		}
	}
	p.list.Objects = objects
	for i := range p.rows {
		p.mark(i)
	}
	p.Refresh()
	p.page.Refresh()
	if room := p.page.Size(); room.Height > 0 && HeightFor(p.list, room.Width) <= room.Height {
		p.unfold() // there is nothing to scroll, and so no other way to the rest
	}
}

func (p *Palette) head(i int, g FindGroup) fyne.CanvasObject {
	if i == len(p.heads) {
		h := &paletteHead{icon: NewIcon(g.Icon, look.Muted, 16), text: Caption(g.Label).Bold(true)}
		h.line = container.New(&padLayout{left: look.S, right: look.S, top: look.S, bottom: 2}, Line(look.S, h.icon, h.text))
		p.heads = append(p.heads, h)
	}
	h := p.heads[i]
	h.icon.name = g.Icon
	h.icon.Refresh()
	h.text.SetText(g.Label)
	return h.line
}

// row is the i-th row with the icon of a find.
func (p *Palette) row(i int, f Find) *Row {
	if i == len(p.pool[f.Icon]) {
		r := NewRow("", "", nil).Icon(f.Icon).NoChevron()
		r.onTap, r.inert = func() { p.press(slices.Index(p.rows, r)) }, false
		r.dense, r.aside = true, true
		if p.pool == nil {
			p.pool = map[string][]*Row{}
		}
		p.pool[f.Icon] = append(p.pool[f.Icon], r)
	}
	r := p.pool[f.Icon][i]
	r.title.text, r.muted.text = f.Title, f.Detail
	return r
}

// mark shows whether a row is the chosen one, by its colour and by its edge.
func (p *Palette) mark(i int) {
	r := p.rows[i]
	if now := (paletteRow{r.title.text, r.muted.text, i == p.chosen}); p.drawn[r] != now {
		if p.drawn == nil {
			p.drawn = map[*Row]paletteRow{}
		}
		p.drawn[r] = now
		r.Selected(now.chosen)
	}
}

func (p *Palette) press(i int) {
	if i < 0 || i >= len(p.finds) {
		return
	}
	do := p.finds[i].Do
	p.Close()
	if do != nil {
		do()
	}
}

// key walks over what was found.
func (p *Palette) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown:
		p.choose(p.chosen + 1)
	case fyne.KeyUp:
		p.choose(p.chosen - 1)
	case fyne.KeyPageDown:
		p.choose(min(p.chosen+paletteStep, len(p.finds)-1))
	case fyne.KeyPageUp:
		p.choose(max(p.chosen-paletteStep, 0))
	case fyne.KeyReturn, fyne.KeyEnter:
		p.press(p.chosen)
	case fyne.KeyEscape:
		p.Close()
	default:
		return false
	}
	return true
}

// choose goes to a row; past the last it begins again at the first.
func (p *Palette) choose(i int) {
	n := len(p.finds)
	if n == 0 {
		return
	}
	before := p.chosen
	if p.chosen = (i + n) % n; p.chosen >= len(p.rows) {
		p.unfold()
	}
	p.mark(before)
	p.mark(p.chosen)
	if p.chosen == 0 {
		p.page.Top() // with the name of its group
		return
	}
	p.page.settle()
	p.page.Reveal(p.rows[p.chosen])
}

// AccessibilityLabel is what it is for, how much was found and what is chosen.
func (p *Palette) AccessibilityLabel() string {
	s := p.own.title
	if p.note.text != "" {
		s += ", " + p.note.text
	}
	if _, any := p.Chosen(); any {
		s += ", " + p.rows[p.chosen].AccessibilityLabel()
	}
	return s
}

// AccessibilityRole is that of a container.
func (p *Palette) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// CreateRenderer puts the field at the top, what was found under it, and the
// keys at the foot.
func (p *Palette) CreateRenderer() fyne.WidgetRenderer {
	ground := newSurface()
	return newDrawn(p, func() { ground.style(look.Card, look.InputBorder, look.HairlineWidth) }, func(size fyne.Size) {
		ground.placed(size)
		pad := px(look.M)
		inner := size.Width - 2*pad
		sh := p.search.MinSize().Height
		put(p.search, pad, pad, inner, sh)
		y := pad + sh + px(look.S)
		if p.note.Visible() {
			h := p.note.HeightFor(inner)
			put(p.note, pad, y, inner, h)
			p.note.Refresh()
			y += h + px(look.XS)
		}
		fh := p.foot.HeightFor(inner)
		bottom := size.Height - fh - 2*px(look.S)
		put(p.rule, 0, bottom, size.Width, 1)
		put(p.foot, pad, bottom+px(look.S), inner, fh)
		p.foot.Refresh()
		put(p.page, 0, y, size.Width-1, fyne.Max(0, bottom-y))
	}, nil, append(ground.objects(), p.search, p.note, p.page, p.rule, p.foot)...)
}

// placeOver lays the palette's card where the page began or, where that leaves
// little, over all of the window, and of the same height whatever was found: it
// does not jump while one types.
func (dl *dialog) placeOver(size fyne.Size) {
	put(dl.scrim, 0, 0, size.Width, size.Height)
	w := fyne.Min(px(680), size.Width-2*px(look.M))
	top := whole(fyne.Min(px(72), size.Height/12))
	if dl.queue.behind != nil {
		top = whole(dl.queue.behind.PageTop() + px(look.M))
	}
	h := fyne.Min(px(560), size.Height-top-px(look.M))
	if h < fyne.Min(px(paletteLeast), size.Height-2*px(look.XS)) {
		top, w = px(look.XS), size.Width-2*px(look.XS)
		h = size.Height - 2*top
	}
	x := whole((size.Width - w) / 2)
	put(dl.card, x, top, w, h)
	put(dl.over, x, top, w, h)
}

// shared are, by canvas, the shortcuts that work in a field too, which keeps
// all others for itself.
var shared = map[fyne.Canvas]map[string]keyWork{}

type keyWork struct {
	do   func()
	page bool // not from a dialog's field
}

// Everywhere has a shortcut work wherever the keyboard is, in a field as well.
func Everywhere(c fyne.Canvas, s fyne.Shortcut, do func()) { share(c, s, keyWork{do: do}) }

// OnPage has a shortcut work in the fields of the page as well, but not behind
// a dialog in one of whose fields the keyboard is. What a field itself does
// stays the field's: give it no shortcut for the text.
func OnPage(c fyne.Canvas, s fyne.Shortcut, do func()) { share(c, s, keyWork{do, true}) }

func share(c fyne.Canvas, s fyne.Shortcut, w keyWork) {
	if shared[c] == nil {
		shared[c] = map[string]keyWork{}
	}
	shared[c][s.ShortcutName()] = w
	c.AddShortcut(s, func(fyne.Shortcut) { w.do() })
}

// Nowhere ends what one of these two began.
func Nowhere(c fyne.Canvas, s fyne.Shortcut) {
	delete(shared[c], s.ShortcutName())
	c.RemoveShortcut(s)
}

func everywhere(c fyne.Canvas, s fyne.Shortcut) bool {
	w, there := shared[c][s.ShortcutName()]
	if !there || w.page && c.Overlays().Top() != nil {
		return false
	}
	w.do()
	return true
}

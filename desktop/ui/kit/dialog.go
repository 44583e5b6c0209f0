package kit

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// Dialogs shows one dialog at a time over a window; those asked for meanwhile
// wait their turn. Escape is the way back, Enter the focused button, and the
// focus returns to where it was.
type Dialogs struct {
	canvas  fyne.Canvas
	waiting []*dialog
	open    *dialog
	before  fyne.Focusable
	onKey   func(*fyne.KeyEvent)
	unused  func(*fyne.KeyEvent) bool
	behind  Behind
}

// Behind is what a palette stands over: it takes its page aside meanwhile, and
// tells where the page begins.
type Behind interface {
	PageAway(away bool)
	PageTop() float32
}

// NewDialogs makes the queue of a window.
func NewDialogs(c fyne.Canvas) *Dialogs { return &Dialogs{canvas: c} }

// StandsOver tells what palettes stand over.
func (d *Dialogs) StandsOver(b Behind) { d.behind = b }

// Confirmation is a question before something is done.
type Confirmation struct {
	Title string
	Text  string
	// Yes and No are what the buttons say; a verb, never just Oui. Empty No is
	// Annuler.
	Yes, No string
	// Danger gives the button the colour of what cannot be undone, and the
	// focus to the way back.
	Danger bool
}

// Confirm asks; answer is told the choice, false also after Escape.
func (d *Dialogs) Confirm(c Confirmation, answer func(yes bool)) {
	if c.No == "" {
		c.No = i18n.T("kit.cancel", nil)
	}
	if c.Yes == "" {
		c.Yes = i18n.T("kit.confirm", nil)
	}
	dl := &dialog{queue: d, title: c.Title}
	yes := Primary(c.Yes, nil)
	if c.Danger {
		yes = Danger(c.Yes, nil)
	}
	no := Secondary(c.No, nil)
	done := func(v bool) func() {
		return func() {
			d.close(dl)
			if answer != nil {
				answer(v)
			}
		}
	}
	yes.onTap, no.onTap = done(true), done(false)
	dl.escape = done(false)
	dl.first = yes
	if c.Danger {
		dl.first = no
	}
	dl.fill(Body(c.Text), yes, no)
	d.add(dl)
}

// Info tells something that is pressed away.
func (d *Dialogs) Info(title, text string, closed func()) {
	dl := &dialog{queue: d, title: title}
	ok := Primary(i18n.T("kit.ok", nil), nil)
	ok.onTap = func() {
		d.close(dl)
		if closed != nil {
			closed()
		}
	}
	dl.escape, dl.first = ok.onTap, ok
	dl.fill(Body(text), ok)
	d.add(dl)
}

// Custom shows content of a screen's own. buttons are made by the screen, which
// calls the function it is given to close; escaped is called after Escape and
// may be nil.
func (d *Dialogs) Custom(title string, content fyne.CanvasObject, buttons func(close func()) []fyne.CanvasObject, escaped func()) (close func()) {
	dl := &dialog{queue: d, title: title}
	close = func() { d.close(dl) }
	dl.escape = func() {
		d.close(dl)
		if escaped != nil {
			escaped()
		}
	}
	var row []fyne.CanvasObject
	if buttons != nil {
		row = buttons(close)
	}
	for _, b := range row {
		if dl.first == nil {
			dl.first = b
		}
	}
	if first := firstIn(content); first != nil {
		dl.first = first
	}
	dl.fill(content, row...)
	d.add(dl)
	return close
}

// Open tells the title of the dialog shown, or "".
func (d *Dialogs) Open() string {
	if d.open == nil {
		return ""
	}
	return d.open.title
}

// Waiting is how many wait behind it.
func (d *Dialogs) Waiting() int { return len(d.waiting) }

// CloseAll takes all dialogs away without an answer: at a sign-out.
func (d *Dialogs) CloseAll() {
	d.waiting = nil
	if d.open != nil {
		d.close(d.open)
	}
}

func (d *Dialogs) add(dl *dialog) {
	d.waiting = append(d.waiting, dl)
	if d.open == nil {
		d.next()
	}
}

func (d *Dialogs) next() {
	if len(d.waiting) == 0 {
		return
	}
	dl := d.waiting[0]
	d.waiting = d.waiting[1:]
	d.before = d.canvas.Focused()
	d.open = dl
	d.onKey, d.unused = d.canvas.OnTypedKey(), unhandled[d.canvas]
	// A press beside the card leaves nothing focused: Escape must still work.
	d.canvas.SetOnTypedKey(func(e *fyne.KeyEvent) { dl.key(e) })
	unhandled[d.canvas] = dl.key
	if dl.over != nil && d.behind != nil {
		d.behind.PageAway(true)
	}
	d.canvas.Overlays().Add(dl)
	dl.Resize(d.canvas.Size())
	if f, ok := dl.first.(fyne.Focusable); ok {
		d.canvas.Focus(f)
	}
}

func (d *Dialogs) close(dl *dialog) {
	if d.open != dl {
		for i, w := range d.waiting {
			if w == dl {
				d.waiting = append(d.waiting[:i:i], d.waiting[i+1:]...)
			}
		}
		return
	}
	d.canvas.Overlays().Remove(dl)
	d.open = nil
	if dl.over != nil && d.behind != nil {
		d.behind.PageAway(false)
	}
	d.canvas.SetOnTypedKey(d.onKey)
	if d.unused == nil {
		delete(unhandled, d.canvas)
	} else {
		unhandled[d.canvas] = d.unused
	}
	if d.before != nil {
		give(d.canvas, d.before)
	}
	d.next()
}

// dialog is one of the queue: a scrim over the window and a card on it.
type dialog struct {
	widget.BaseWidget
	queue  *Dialogs
	title  string
	escape func()
	first  fyne.CanvasObject
	scrim  *canvas.Rectangle
	card   *canvas.Rectangle
	head   *Text
	page   *Page
	foot   *fyne.Container
	over   *Palette // stands in the place of the card's content
}

// dialogBar is the room for a scroller's bar, within the card's edge.
const dialogBar = look.M

func (dl *dialog) fill(content fyne.CanvasObject, buttons ...fyne.CanvasObject) {
	dl.scrim, dl.card = canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	dl.head = Section(dl.title)
	dl.page = NewBarePage(content)
	// The scroller's bar stands beside what is written, not over it.
	dl.page.body.Layout.(*padLayout).right = dialogBar
	dl.page.tall = true
	dl.foot = Line(look.S+4, buttons...)
	dl.ExtendBaseWidget(dl)
}

func (dl *dialog) key(e *fyne.KeyEvent) bool {
	if e.Name == fyne.KeyEscape {
		dl.escape()
		return true
	}
	if dl.over != nil {
		return dl.over.key(e)
	}
	// Long words of a dialog are scrolled from its buttons.
	return dl.page.key(e)
}

// Tapped on the scrim does nothing: a dialog is answered, not lost. A palette
// asks nothing, and is put away.
func (dl *dialog) Tapped(e *fyne.PointEvent) {
	stir()
	if at, size := dl.card.Position(), dl.card.Size(); dl.over != nil && (e.Position.X < at.X || e.Position.Y < at.Y || e.Position.X > at.X+size.Width || e.Position.Y > at.Y+size.Height) {
		dl.escape()
	}
}

// AccessibilityLabel is the title.
func (dl *dialog) AccessibilityLabel() string { return dl.title }

// AccessibilityRole is that of a container.
func (dl *dialog) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

func (dl *dialog) style() {
	if dl.over != nil {
		// A palette asks nothing, so nothing behind it is put out of reach, and it
		// has a ground of its own: a scrim and a shadow would double each frame's
		// painting while one types into it. They keep their places for presses.
		dl.scrim.Hide()
		dl.card.Hide()
		return
	}
	paint(dl.scrim, look.Scrim, 0)
	paint(dl.card, look.Card, look.CardRadius)
	stroke(dl.card, look.Hairline, look.HairlineWidth)
	dl.card.Shadow = canvas.Shadow{Color: look.Color(look.Scrim), BlurRadius: px(16), Offset: fyne.NewPos(0, px(4))}
}

func (dl *dialog) CreateRenderer() fyne.WidgetRenderer {
	if dl.over != nil {
		return newDrawn(dl, dl.style, dl.placeOver, nil, dl.scrim, dl.card, dl.over)
	}
	return newDrawn(dl, dl.style, func(size fyne.Size) {
		put(dl.scrim, 0, 0, size.Width, size.Height)
		pad, margin := px(look.L), px(look.M)
		if size.Height < px(360) {
			// In large text the room is the content's.
			pad, margin = px(look.M), px(look.S)
		}
		w := fyne.Min(px(560), size.Width-2*px(look.M))
		inner := w - 2*pad
		hh := whole(dl.head.HeightFor(inner))
		fh := HeightFor(dl.foot, inner)
		rest := size.Height - 2*margin - 2*pad - hh - fh - 2*margin
		pw := inner + px(dialogBar)
		// The scroller cuts at whole units: what stands between two loses an edge.
		ph := fyne.Min(whole(dl.page.HeightFor(pw))+1, fyne.Max(rest, px(60)))
		h := 2*pad + hh + margin + ph + margin + fh
		x, y := (size.Width-w)/2, whole(fyne.Max(0, (size.Height-h)/2))
		put(dl.card, x, y, w, h)
		put(dl.head, x+pad, y+pad, inner, hh)
		put(dl.page, x+pad, y+pad+hh+margin, pw, ph)
		put(dl.foot, x+pad, y+h-pad-fh, inner, fh)
	}, nil, dl.scrim, dl.card, dl.head, dl.page, dl.foot)
}

// whole rounds up to whole units.
func whole(v float32) float32 { return float32(math.Ceil(float64(v))) }

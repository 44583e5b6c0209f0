package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// Shell is the frame of the window: a strip at the top in demonstration mode,
// the top bar, the rail, the page, the line at the foot, and the toasts over
// it. Where the window is narrow, too low for all parts, or the text large, the rail
// becomes a *Menu* button at the left of the top bar.
type Shell struct {
	widget.BaseWidget
	Top    *TopBar
	Rail   *Rail
	Foot   *FootLine
	Toasts *Toasts

	strip     *Text
	stripFill *plain
	stripIcon *canvas.Image
	page      *Swap
	away      bool // the page is aside
	sheet     *Swap
	menu      *MenuButton
	left      []fyne.CanvasObject
	showRail  bool
	collapsed bool // the Menu button stands for the rail
}

// NewShell puts the parts together.
func NewShell(top *TopBar, rail *Rail, foot *FootLine, toasts *Toasts) *Shell {
	s := &Shell{Top: top, Rail: rail, Foot: foot, Toasts: toasts, page: NewSwap(nil), sheet: NewSwap(nil)}
	s.sheet.Hide()
	rail.onParts = s.Refresh // more of them may need more room
	s.strip = newText("", look.Caption, look.Strip, true)
	s.stripFill, s.stripIcon = newPlain(), newIcon()
	s.menu = NewMenuButton("list", i18n.T("kit.menu", nil), func() []MenuItem {
		var items []MenuItem
		for _, it := range s.Rail.Items() {
			label := it.Label
			if it.Count > 0 {
				label += " (" + i18n.Number(int64(it.Count)) + ")"
			}
			if it.Head != "" {
				items = append(items, MenuItem{Rule: true})
			}
			items = append(items, MenuItem{Icon: it.Icon, Label: label, Do: func() { s.Rail.open(it.ID) }})
		}
		return items
	}).Folds()
	s.ExtendBaseWidget(s)
	return s
}

// SetPage shows a screen.
func (s *Shell) SetPage(o fyne.CanvasObject) {
	s.page.Set(o)
	s.Refresh()
}

// SetSheet shows something beside the screen, or with nil takes it away. It
// stands at the right; where the window has no room for both, over the screen.
func (s *Shell) SetSheet(o fyne.CanvasObject) {
	s.sheet.Set(o)
	show(s.sheet, o != nil)
	s.Refresh()
}

// Sheet is what is shown beside the screen; nil for nothing.
func (s *Shell) Sheet() fyne.CanvasObject { return s.sheet.Object() }

// PageAway takes the page and what stands beside it aside while a palette stands
// in their place: the words of the one do not show around those of the other, and
// a frame while one types has half as much to paint. They stand beside the window
// rather than hidden: what is hidden for a while the toolkit forgets, and the
// focus in it.
func (s *Shell) PageAway(away bool) {
	s.away = away
	s.Refresh()
}

// PageTop is where the page begins.
func (s *Shell) PageTop() float32 { return s.page.Position().Y }

// besideWidth is the width of the sheet in a room that it shares with the
// screen: all of it in a window narrower than the design's smallest, or where the
// text is too large for both.
func (s *Shell) besideWidth(window, room float32) (sheet, page float32) {
	if s.sheet.Object() == nil {
		return 0, room
	}
	if window < look.NarrowWindow {
		return room, room
	}
	share := float32(0.4)
	if look.Large() {
		share = 0.3 // the words of the screen need the room more
	}
	sheet = fyne.Min(px(sheetWidth), room*share)
	if sheet < px(sheetLeast) {
		return room, room // a few letters a line are not to be read
	}
	return sheet, room - sheet
}

// The sheet's usual width, and the least beside a screen, at 100 %.
const (
	sheetWidth float32 = 320
	sheetLeast float32 = 200
)

// Page is the screen shown.
func (s *Shell) Page() fyne.CanvasObject { return s.page.Object() }

// SetLeft puts objects at the left of the top bar, after the Menu button.
func (s *Shell) SetLeft(objects ...fyne.CanvasObject) {
	s.left = objects
	s.Refresh()
}

// ShowRail shows the rail, or takes it away for a signed-out window.
func (s *Shell) ShowRail(on bool) {
	s.showRail = on
	s.Refresh()
}

// SetStrip shows a strip over the whole window (*Démonstration*); "" hides it.
func (s *Shell) SetStrip(text string) {
	s.strip.text = text
	s.Refresh()
}

// Collapsed tells whether the Menu button stands for the rail.
func (s *Shell) Collapsed() bool { return s.showRail && s.collapsed }

// MouseIn and MouseMoved notice somebody whose mouse is over nothing in
// particular.
func (s *Shell) MouseIn(*desktop.MouseEvent) { stir() }

// MouseMoved is MouseIn, further on.
func (s *Shell) MouseMoved(*desktop.MouseEvent) { stir() }

// MouseOut has nothing to end.
func (s *Shell) MouseOut() {}

// MenuButton is the button that stands for the rail.
func (s *Shell) MenuButton() *MenuButton { return s.menu }

// SetUnhandledKeys is told the keys that nothing on the canvas has used; those
// it does not use either scroll the screen.
func (s *Shell) SetUnhandledKeys(c fyne.Canvas, f func(*fyne.KeyEvent) bool) {
	unhandled[c] = func(e *fyne.KeyEvent) bool {
		if f(e) {
			return true
		}
		o, _ := c.Focused().(fyne.CanvasObject)
		return pageOf(o) == nil && s.scroll(e)
	}
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if !f(e) {
			s.scroll(e)
		}
	})
}

func (s *Shell) scroll(e *fyne.KeyEvent) bool {
	p := mainPage(s.page)
	return p != nil && p.key(e)
}

// narrow tells whether a window has no room for the rail: beside a page, or for
// all its parts one under the other.
func (s *Shell) narrow(size fyne.Size) bool {
	if look.Large() || size.Width < look.NarrowWindow {
		return true
	}
	return !s.Rail.Fits(size.Height - s.stripHeight(size.Width) - s.Top.HeightFor(size.Width) - s.Foot.HeightFor(size.Width))
}

func (s *Shell) stripHeight(width float32) float32 {
	if s.strip.text == "" {
		return 0
	}
	return s.strip.HeightFor(s.stripWidth(width)) + 2*px(look.XS)
}

// stripWidth is what the strip's sign leaves to its words.
func (s *Shell) stripWidth(width float32) float32 {
	return width - 2*px(look.M) - px(stripSign) - px(look.S)
}

// stripSign is the side of the strip's sign.
const stripSign float32 = 16

func (s *Shell) arrange(size fyne.Size) {
	width := size.Width
	s.Top.lefts = s.left
	narrow := s.narrow(size)
	s.collapsed = narrow
	left := s.left
	if s.showRail && narrow {
		left = append([]fyne.CanvasObject{s.menu}, s.left...)
	}
	s.Top.lefts = left
	if _, _, below := s.Top.split(width); below && s.showRail && narrow && width > 0 {
		// The way to the other parts and the person's name stay; the mark of
		// the town gives its room to them.
		s.Top.lefts = left[:1]
	}
	show(s.Rail, s.showRail && !narrow)
}

// CreateRenderer lays the parts out.
func (s *Shell) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(s, func() {
		s.stripFill.paint(look.StripFill)
		s.strip.role = look.Strip
		s.menu.label.text = i18n.T("kit.menu", nil)
		on := s.strip.text != ""
		show(s.strip, on)
		if on {
			setIcon(s.stripIcon, "info", look.Strip)
			s.stripFill.area.Show()
		} else {
			s.stripIcon.Hide()
			s.stripFill.area.Hide()
		}
	}, func(size fyne.Size) {
		if size.Width <= 0 {
			return
		}
		s.arrange(size)
		y := s.stripHeight(size.Width)
		if y > 0 {
			side, w := px(stripSign), s.stripWidth(size.Width)
			h := s.strip.HeightFor(w)
			put(s.stripFill.area, 0, 0, size.Width, y)
			put(s.stripIcon, px(look.M), px(look.XS)+(s.strip.lineHeight()-side)/2, side, side)
			put(s.strip, px(look.M)+side+px(look.S), px(look.XS), w, h)
			s.strip.Refresh()
		}
		th := s.Top.HeightFor(size.Width)
		put(s.Top, 0, y, size.Width, th)
		s.Top.Refresh()
		y += th
		fh := s.Foot.HeightFor(size.Width)
		put(s.Foot, 0, size.Height-fh, size.Width, fh)
		x := float32(0)
		if s.showRail && !s.collapsed {
			x = px(look.RailWidth)
			put(s.Rail, 0, y, x, size.Height-fh-y)
		}
		sheet, page := s.besideWidth(size.Width, size.Width-x)
		aside := float32(0)
		if s.away {
			aside = 2 * size.Width
		}
		put(s.page, aside+x, y, page, size.Height-fh-y)
		put(s.sheet, aside+size.Width-sheet, y, sheet, size.Height-fh-y)
		put(s.Toasts, x, y, page, size.Height-fh-y)
	}, func() fyne.Size { return fyne.NewSize(480, 360) },
		s.stripFill.area, s.stripIcon, s.strip, s.Top, s.Rail, s.page, s.Foot, s.Toasts, s.sheet)
}

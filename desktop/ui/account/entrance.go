package account

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/screen"
)

// entrance stands before a field and hands the focus on to it. What was never
// drawn cannot be given the focus by itself; the toolkit's own way to the next
// field works from the first moment.
type entrance struct {
	widget.BaseWidget
	c      *screen.Context
	f      *frame
	within bool // the field behind stands within the page, not at its beginning
	shut   bool
}

var (
	_ fyne.Focusable   = (*entrance)(nil)
	_ fyne.Disableable = (*entrance)(nil)
)

func newEntrance(c *screen.Context, f *frame) *entrance {
	e := &entrance{c: c, f: f}
	e.ExtendBaseWidget(e)
	return e
}

// enter gives the focus to the field behind.
func (e *entrance) enter() {
	e.shut = false
	e.c.Window.Canvas().Focus(e)
}

// FocusGained hands the focus on, and shuts the entrance for Tab.
func (e *entrance) FocusGained() {
	e.c.Window.Canvas().FocusNext()
	e.shut = true
	// A page that was never laid out cannot bring anything into sight yet.
	screen.Run(e.c, "reveal", func(context.Context) (struct{}, error) { return struct{}{}, nil }, func(struct{}, error) {
		if o, ok := e.c.Window.Canvas().Focused().(fyne.CanvasObject); ok && e.f.page != nil {
			if e.within {
				e.f.page.Reveal(o)
			} else {
				e.f.page.Open(o)
			}
		}
	})
}

// FocusLost has nothing to end.
func (e *entrance) FocusLost() {}

// TypedRune is never called: the focus does not stay.
func (e *entrance) TypedRune(rune) {}

// TypedKey is never called either.
func (e *entrance) TypedKey(*fyne.KeyEvent) {}

// Enable lets the focus in.
func (e *entrance) Enable() { e.shut = false }

// Disable takes it out of the chain of the focus.
func (e *entrance) Disable() { e.shut = true }

// Disabled tells whether it is out of the chain.
func (e *entrance) Disabled() bool { return e.shut }

// CreateRenderer draws nothing.
func (e *entrance) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout())
}

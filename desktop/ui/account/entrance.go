package account

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/ui/kit"
)

// entrance is where the focus arrives when a screen opens: it hands it on to
// the screen's first field at once, and then takes no further part.
type entrance struct {
	widget.BaseWidget
	first func()
	used  bool
}

var (
	_ fyne.Focusable   = (*entrance)(nil)
	_ fyne.Disableable = (*entrance)(nil)
)

func newEntrance(first *kit.Field) *entrance {
	e := &entrance{first: first.Focus}
	e.ExtendBaseWidget(e)
	return e
}

// FocusGained hands the focus on.
func (e *entrance) FocusGained() {
	e.used = true
	e.first()
}

// FocusLost has nothing to end.
func (e *entrance) FocusLost() {}

// TypedRune is never called: the focus does not stay.
func (e *entrance) TypedRune(rune) {}

// TypedKey is never called either.
func (e *entrance) TypedKey(*fyne.KeyEvent) {}

// Enable, Disable and Disabled keep Tab from stopping here later.
func (e *entrance) Enable() { e.used = false }

// Disable takes it out of the chain of the focus.
func (e *entrance) Disable() { e.used = true }

// Disabled tells whether the focus has passed.
func (e *entrance) Disabled() bool { return e.used }

// CreateRenderer draws nothing.
func (e *entrance) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout())
}

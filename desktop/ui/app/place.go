package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/driver/desktop"

	"parvis/desktop/cache"
)

// place is where the window's content begins on the screen, in the system's
// own units; false where the system does not tell (Wayland never does, on macOS
// the toolkit has no way to ask).
func (a *App) place() (x, y int, ok bool) {
	native, is := a.window.(driver.NativeWindow)
	if !is {
		return 0, 0, false
	}
	native.RunNative(func(handle any) { x, y, ok = placeOf(handle) })
	return x, y, ok
}

// putBack puts the window where it was, if enough of it can be seen there: a
// screen may be gone since.
func (a *App) putBack(w cache.Window) {
	d, is := a.window.(desktop.Window)
	if !is || !w.Placed || !onScreen(w.X, w.Y) {
		return
	}
	d.RequestPosition(w.X, w.Y)
}

// remember notes size and place for the next start.
func (a *App) remember(size fyne.Size) error {
	x, y, placed := a.place()
	return a.o.Session.ChangeSettings(func(s *cache.Settings) {
		s.Window.Width, s.Window.Height = int(size.Width), int(size.Height)
		if placed {
			s.Window.X, s.Window.Y, s.Window.Placed = x, y, true
		}
	})
}

// grip is how much of a window's top left corner must be on the screen for it
// to be found and moved.
const grip = 80

package main

import (
	"errors"
	"fmt"
	"log/slog"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"

	"parvis/desktop/i18n"
	"parvis/desktop/report"
)

// errNoWindow is told in words: the toolkit needs OpenGL 2.1, which old
// computers, some remote desktops and some virtual machines have not.
var errNoWindow = errors.New("no window could be opened")

// opened runs what shows the window and reports whether there is one then. The
// toolkit logs a failure and goes on without a window, or panics.
func opened(w fyne.Window, show func(), log *slog.Logger) (ok bool) {
	defer func() {
		if r := recover(); r != nil {
			log.Error("the window could not be shown", "panic", report.Plain(r))
			ok = false
		}
	}()
	show()
	native, is := w.(driver.NativeWindow)
	if !is {
		return true
	}
	native.RunNative(func(handle any) {
		switch h := handle.(type) {
		case driver.X11WindowContext:
			ok = h.WindowHandle != 0
		case driver.WaylandWindowContext:
			ok = h.WaylandSurface != 0
		case driver.WindowsWindowContext:
			ok = h.HWND != 0
		case driver.MacWindowContext:
			ok = h.NSWindow != 0
		default:
			ok = true
		}
	})
	return ok
}

// tellNoWindow says why nothing is to be seen, by whatever the system has for
// that without the toolkit.
func tellNoWindow() error {
	title, text := i18n.T("app.noWindow.title", nil), i18n.T("app.noWindow.text", nil)
	tellBare(title, text)
	return fmt.Errorf("%w: %s", errNoWindow, text)
}

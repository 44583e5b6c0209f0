package main

import (
	"log/slog"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/test"
)

// native is a window as the toolkit leaves it: with a handle, or without one
// when it could not be made.
type native struct {
	fyne.Window
	handle any
}

func (w native) RunNative(f func(any)) { f(w.handle) }

func TestAWindowThatIsNotThereIsNoticed(t *testing.T) {
	w := test.NewTempWindow(t, nil)
	shown := 0
	quiet := slog.New(slog.DiscardHandler)
	show := func() { shown++ }
	for name, c := range map[string]struct {
		handle any
		want   bool
	}{
		"X":                  {driver.X11WindowContext{WindowHandle: 7}, true},
		"X without GLX":      {driver.X11WindowContext{}, false},
		"Wayland":            {driver.WaylandWindowContext{WaylandSurface: 7}, true},
		"Wayland, none":      {driver.WaylandWindowContext{}, false},
		"Windows":            {driver.WindowsWindowContext{HWND: 7}, true},
		"Windows, none":      {driver.WindowsWindowContext{}, false},
		"macOS, none":        {driver.MacWindowContext{}, false},
		"an unknown toolkit": {nil, true},
	} {
		if got := opened(native{w, c.handle}, show, quiet); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if shown != 8 {
		t.Errorf("shown %d times", shown)
	}
	if opened(w, func() { panic("no display") }, quiet) {
		t.Error("a toolkit that panics has a window")
	}
}

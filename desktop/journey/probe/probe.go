// Package probe lets a journey see the real window from outside: its route,
// whether it rests, and where on the screen each text and each field stands.
//
// Only a binary built with the tag "probe" listens, and only when the
// environment names a socket. Without the tag Start does nothing, so that the
// program may call it always and what is shipped carries none of it.
package probe

import "fyne.io/fyne/v2"

// Program is what the probe needs to know of the program it sits in. All of
// it is called on Fyne's own goroutine.
type Program struct {
	Window fyne.Window
	// Route names the screen that is open.
	Route func() string
	// Go opens the screen of an address; it may be nil.
	Go func(route string)
	// Idle reports that no task runs whose end would change the screen.
	Idle func() bool
	// Facts are whatever else a journey may wait for: how much is unsent,
	// which theme, which account. It may be nil.
	Facts func() map[string]string
}

// Parts is implemented by a widget that draws itself, such as a month grid,
// to name its parts. Positions are relative to the widget. (It is matched by
// its form: a screen need not import this package.)
type Parts interface {
	ProbeParts(yield func(name string, at fyne.Position, size fyne.Size))
}

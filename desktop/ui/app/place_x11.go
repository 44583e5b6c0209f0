//go:build linux || freebsd || openbsd || netbsd

package app

import (
	"io"

	"fyne.io/fyne/v2/driver"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// withX asks the X server something on a connection of its own.
func withX(ask func(c *xgb.Conn, root xproto.Window, screen *xproto.ScreenInfo) bool) bool {
	xgb.Logger.SetOutput(io.Discard) // it tells what its answers tell anyway
	c, err := xgb.NewConn()
	if err != nil {
		return false
	}
	defer c.Close()
	screen := xproto.Setup(c).DefaultScreen(c)
	return ask(c, screen.Root, screen)
}

func placeOf(handle any) (x, y int, ok bool) {
	window, is := handle.(driver.X11WindowContext)
	if !is || window.WindowHandle == 0 {
		return 0, 0, false
	}
	ok = withX(func(c *xgb.Conn, root xproto.Window, _ *xproto.ScreenInfo) bool {
		at, err := xproto.TranslateCoordinates(c, xproto.Window(window.WindowHandle), root, 0, 0).Reply()
		if err != nil {
			return false
		}
		x, y = int(at.DstX), int(at.DstY)
		return true
	})
	return x, y, ok
}

func onScreen(x, y int) bool {
	return withX(func(_ *xgb.Conn, _ xproto.Window, s *xproto.ScreenInfo) bool {
		return x >= 0 && y >= 0 && x+grip <= int(s.WidthInPixels) && y+grip <= int(s.HeightInPixels)
	})
}

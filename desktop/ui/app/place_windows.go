package app

import (
	"unsafe"

	"fyne.io/fyne/v2/driver"
	"golang.org/x/sys/windows"
)

var (
	user32         = windows.NewLazySystemDLL("user32.dll")
	clientToScreen = user32.NewProc("ClientToScreen")
	isIconic       = user32.NewProc("IsIconic")
	metrics        = user32.NewProc("GetSystemMetrics")
)

// The metrics of all screens together.
const (
	virtualLeft, virtualTop     = 76, 77
	virtualWidth, virtualHeight = 78, 79
)

func placeOf(handle any) (x, y int, ok bool) {
	window, is := handle.(driver.WindowsWindowContext)
	if !is || window.HWND == 0 {
		return 0, 0, false
	}
	if small, _, _ := isIconic.Call(window.HWND); small != 0 {
		return 0, 0, false // an icon's place is nowhere
	}
	var at struct{ x, y int32 }
	done, _, _ := clientToScreen.Call(window.HWND, uintptr(unsafe.Pointer(&at)))
	return int(at.x), int(at.y), done != 0
}

func onScreen(x, y int) bool {
	metric := func(which uintptr) int { v, _, _ := metrics.Call(which); return int(int32(v)) }
	left, top := metric(virtualLeft), metric(virtualTop)
	return x >= left && y >= top && x+grip <= left+metric(virtualWidth) && y+grip <= top+metric(virtualHeight)
}

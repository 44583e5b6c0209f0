package pick

import (
	"context"
	"runtime"
	"time"
	"unsafe"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"golang.org/x/sys/windows"
)

var (
	comdlg        = windows.NewLazySystemDLL("comdlg32.dll")
	openDialog    = comdlg.NewProc("GetOpenFileNameW")
	dialogError   = comdlg.NewProc("CommDlgExtendedError")
	user32        = windows.NewLazySystemDLL("user32.dll")
	threadWindows = user32.NewProc("EnumThreadWindows")
	post          = user32.NewProc("PostMessageW")
)

// openFileName is OPENFILENAMEW of commdlg.h.
type openFileName struct {
	size            uint32
	owner, instance uintptr
	filter          *uint16
	customFilter    *uint16
	maxCustomFilter uint32
	filterIndex     uint32
	file            *uint16
	maxFile         uint32
	fileTitle       *uint16
	maxFileTitle    uint32
	initialDir      *uint16
	title           *uint16
	flags           uint32
	fileOffset      uint16
	fileExtension   uint16
	defaultExt      *uint16
	data, hook      uintptr
	template        *uint16
	reserved        uintptr
	reserved2       uint32
	flagsEx         uint32
}

const (
	hideReadOnly = 0x4
	noChangeDir  = 0x8
	severalFiles = 0x200
	pathExists   = 0x800
	fileExists   = 0x1000
	explorer     = 0x80000

	wmClose = 0x10
	// room is for the paths that are chosen, in units of UTF-16: many more than
	// are read at once.
	room = 1 << 16
)

// closeWindow ends a dialog whose screen is left. A callback is never freed,
// so there is one.
var closeWindow = windows.NewCallback(func(window, _ uintptr) uintptr {
	_, _, _ = post.Call(window, wmClose, 0, 0)
	return 1 // the next one
})

// systemDialog shows the dialog of Windows and waits for the person, off the
// window's goroutine.
func systemDialog(ctx context.Context, parent fyne.Window, w Want) (paths []string, ok bool) {
	title, err := windows.UTF16PtrFromString(w.Title)
	if err != nil {
		return nil, false
	}
	owner := parentWindow(parent)
	// The dialog and its messages belong to one thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if windows.CoInitializeEx(0, windows.COINIT_APARTMENTTHREADED) == nil {
		defer windows.CoUninitialize()
	}
	answered := make(chan struct{})
	defer close(answered)
	go closeWhenLeft(ctx, uintptr(windows.GetCurrentThreadId()), answered)

	filter, buffer := windowsFilter(w), make([]uint16, room)
	ask := openFileName{owner: owner, filter: &filter[0], file: &buffer[0], maxFile: room, title: title,
		flags: explorer | fileExists | pathExists | hideReadOnly | noChangeDir}
	if w.Several {
		ask.flags |= severalFiles
	}
	ask.size = uint32(unsafe.Sizeof(ask))
	if ctx.Err() != nil {
		return nil, true
	}
	if chosen, _, _ := openDialog.Call(uintptr(unsafe.Pointer(&ask))); chosen == 0 {
		why, _, _ := dialogError.Call()
		return nil, why == 0 || ctx.Err() != nil // left; or it cannot be shown
	}
	return windowsPaths(buffer), true
}

// closeWhenLeft closes the windows of a thread when the screen is left. The
// dialog may be about to open just then, so it is tried until it has ended.
func closeWhenLeft(ctx context.Context, thread uintptr, answered <-chan struct{}) {
	select {
	case <-answered:
		return
	case <-ctx.Done():
	}
	for {
		_, _, _ = threadWindows.Call(thread, closeWindow, 0)
		select {
		case <-answered:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// parentWindow is what the dialog belongs to.
func parentWindow(w fyne.Window) (handle uintptr) {
	if native, is := w.(driver.NativeWindow); is {
		fyne.DoAndWait(func() {
			native.RunNative(func(context any) {
				if c, is := context.(driver.WindowsWindowContext); is {
					handle = c.HWND
				}
			})
		})
	}
	return handle
}

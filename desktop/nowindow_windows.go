package main

import "golang.org/x/sys/windows"

func tellBare(title, text string) {
	t, errT := windows.UTF16PtrFromString(text)
	c, errC := windows.UTF16PtrFromString(title)
	if errT == nil && errC == nil {
		_, _ = windows.MessageBox(0, t, c, windows.MB_OK|windows.MB_ICONWARNING)
	}
}

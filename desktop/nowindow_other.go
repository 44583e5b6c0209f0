//go:build !windows

package main

import "os/exec"

// tellBare uses the first of the system's small dialog programs that there is;
// where there is none, what is printed has to do.
func tellBare(title, text string) {
	for _, c := range [][]string{
		{"zenity", "--warning", "--title=" + title, "--text=" + text},
		{"kdialog", "--title", title, "--sorry", text},
		{"osascript", "-e", "on run argv", "-e", "display alert (item 1 of argv) message (item 2 of argv)", "-e", "end run", title, text},
		{"xmessage", "-center", title + "\n\n" + text},
	} {
		if path, err := exec.LookPath(c[0]); err == nil && exec.Command(path, c[1:]...).Run() == nil {
			return
		}
	}
}

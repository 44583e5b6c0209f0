package pick

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"unicode/utf16"

	"parvis/desktop/i18n"
)

// What the dialogs of Windows and macOS are asked and answer. It is here for
// all systems so that it is tested on any.

// kinds names what is wanted, as a dialog's list of kinds has it.
func kinds(w Want) string {
	if w.Pictures {
		return i18n.T("pick.pictures", nil)
	}
	return i18n.T("pick.documents", nil)
}

// windowsFilter is the list of kinds as Windows reads it: each name and its
// patterns ended by a zero, and one zero more.
func windowsFilter(w Want) []uint16 {
	var patterns []string
	for _, e := range extensions(w) {
		if e == strings.ToLower(e) { // it does not tell them apart
			patterns = append(patterns, "*"+e)
		}
	}
	return append(utf16.Encode([]rune(kinds(w)+"\x00"+strings.Join(patterns, ";")+"\x00")), 0)
}

// windowsPaths reads the buffer that Windows fills: one path, or a folder and
// the names of several files in it, each ended by a zero, and one zero more.
func windowsPaths(buffer []uint16) []string {
	var parts []string
	for len(buffer) > 0 {
		end := 0
		for end < len(buffer) && buffer[end] != 0 {
			end++
		}
		if end == 0 {
			break
		}
		parts = append(parts, string(utf16.Decode(buffer[:end])))
		buffer = buffer[min(end+1, len(buffer)):]
	}
	if len(parts) < 2 {
		return parts
	}
	folder := strings.TrimSuffix(parts[0], `\`)
	for i, name := range parts[1:] {
		parts[i+1] = folder + `\` + name
	}
	return parts[1:]
}

// macOS shows its dialog to who asks it in AppleScript; that of a program's own
// needs its main loop, which is the toolkit's.
const (
	scripts = "osascript"
	// leftCode is in what it says when the person leaves the dialog.
	leftCode = "-128"
)

// macScript asks for files and gives their paths, one in a line.
func macScript(w Want) []string {
	types := `"public.jpeg", "public.png", "public.heic", "public.heif"`
	if !w.Pictures {
		types += `, "com.adobe.pdf"`
	}
	several := ""
	if w.Several {
		several = " with multiple selections allowed"
	}
	script := `on run argv
	activate
	set chosen to choose file with prompt (item 1 of argv) of type {` + types + `}` + several + `
	if class of chosen is not list then set chosen to {chosen}
	set paths to ""
	repeat with one in chosen
		set paths to paths & POSIX path of one & linefeed
	end repeat
	return paths
end run`
	return []string{"-e", script, w.Title}
}

// macDialog shows it and waits for the person; ok is false where there is no
// such dialog.
func macDialog(ctx context.Context, w Want) (paths []string, ok bool) {
	out, err := exec.CommandContext(ctx, scripts, macScript(w)...).Output()
	if ctx.Err() != nil {
		return nil, true // left: no other dialog must open
	}
	if err != nil {
		var said *exec.ExitError
		return nil, errors.As(err, &said) && strings.Contains(string(said.Stderr), leftCode)
	}
	for _, path := range strings.Split(string(out), "\n") {
		if path != "" {
			paths = append(paths, path)
		}
	}
	return paths, true
}

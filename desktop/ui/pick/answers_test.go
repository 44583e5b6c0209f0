package pick

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit/kittest"
)

func TestTheBufferOfWindowsIsRead(t *testing.T) {
	for said, want := range map[string][]string{
		"":                                    nil,
		"C:\\Photos\\été.jpg\x00\x00rest":     {`C:\Photos\été.jpg`},
		"C:\\Photos\x00a.jpg\x00b+1.png\x00":  {`C:\Photos\a.jpg`, `C:\Photos\b+1.png`},
		"C:\\\x00a.jpg\x00b.png\x00\x00":      {`C:\a.jpg`, `C:\b.png`},
		"\\\\srv\\part\x00a.jpg\x00b.png\x00": {`\\srv\part\a.jpg`, `\\srv\part\b.png`},
		"C:\\😀.pdf":                           {`C:\😀.pdf`},
	} {
		if got := windowsPaths(utf16.Encode([]rune(said))); !slices.Equal(got, want) {
			t.Errorf("%q is read as %q", said, got)
		}
	}
	kittest.Light(t)
	filter := string(utf16.Decode(windowsFilter(Want{})))
	parts := strings.Split(filter, "\x00")
	if len(parts) != 4 || parts[0] != i18n.T("pick.documents", nil) || parts[1] != "*.jpg;*.jpeg;*.png;*.heic;*.heif;*.pdf" || parts[2] != "" || parts[3] != "" {
		t.Errorf("the kinds are %q", parts)
	}
	if pictures := string(utf16.Decode(windowsFilter(Want{Pictures: true}))); strings.Contains(pictures, "pdf") {
		t.Errorf("the kinds of pictures are %q", pictures)
	}
}

// macOS itself cannot be had here: a program of the same name answers as it
// does.
func TestTheDialogOfMacOSIsAskedAndRead(t *testing.T) {
	kittest.Light(t)
	folder := t.TempDir()
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	answers := func(script string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, scripts), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(ctx context.Context, w Want, wantOK bool, want ...string) {
		t.Helper()
		paths, ok := macDialog(ctx, w)
		if ok != wantOK || !slices.Equal(paths, want) {
			t.Errorf("it gave %q, %v", paths, ok)
		}
	}
	answers(`for last; do :; done; printf '%s\n' "/Users/claire/$last.pdf" "/Users/claire/deux mots.jpg" ""`)
	ask(t.Context(), Want{Title: "Choisir", Several: true}, true, "/Users/claire/Choisir.pdf", "/Users/claire/deux mots.jpg")
	answers("echo 'execution error: User canceled. (-128)' >&2; exit 1")
	ask(t.Context(), Want{}, true)
	answers("echo 'no user interaction allowed. (-1713)' >&2; exit 1")
	ask(t.Context(), Want{}, false)
	// A screen that is left takes the dialog with it, and opens no other.
	left, leave := context.WithCancel(t.Context())
	answers("exec sleep 60")
	leave()
	ask(left, Want{}, true)
	if err := os.Remove(filepath.Join(folder, scripts)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder)
	ask(t.Context(), Want{}, false)

	for _, w := range []Want{{}, {Several: true}, {Pictures: true}} {
		script := macScript(w)[1]
		if strings.Contains(script, "multiple selections") != w.Several || strings.Contains(script, "com.adobe.pdf") == w.Pictures {
			t.Errorf("for %+v it is asked %s", w, script)
		}
	}
}

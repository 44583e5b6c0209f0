package print

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestASystemWithoutAViewerSaysSo(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	t.Setenv("FLATPAK_ID", "")
	before := opening
	t.Cleanup(func() { opening = before })
	opening = 50 * time.Millisecond
	open := Opener(func(*url.URL) error { t.Error("the toolkit was asked"); return nil })
	for script, fails := range map[string]bool{"exit 3": true, "exit 0": false, "exec sleep 1": false} {
		if script != "exec sleep 1" {
			opening = time.Minute
		} else {
			opening = 50 * time.Millisecond
		}
		if err := os.WriteFile(filepath.Join(folder, "xdg-open"), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := open(&url.URL{Scheme: "file", Path: "/a.pdf"}); (err != nil) != fails {
			t.Errorf("%s: %v", script, err)
		}
	}
	t.Setenv("PATH", filepath.Join(folder, "none"))
	if open(&url.URL{Scheme: "file", Path: "/a.pdf"}) == nil {
		t.Error("a system that opens nothing is no error")
	}
}

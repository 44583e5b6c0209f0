//go:build !race

package pages_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parvis/desktop/pages"
)

// It compiles PDFium twice, in a process of its own and in this one: under the
// race detector that takes more than a minute and shows nothing.
func TestTheChildFillsAFolderAndADamagedOneIsMadeAnew(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "pages-of-an-older-version"), 0o700); err != nil {
		t.Fatal(err)
	}
	asked := 0
	fill := func(ctx context.Context, dir string) error {
		asked++
		return pages.Child(ctx, dir)
	}
	show := func() {
		t.Helper()
		o := pages.New(dir, fill)
		defer o.Close()
		d, err := o.Open(background, sample(t, 1, false))
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if img, err := d.Render(background, 0, 100, 0); err != nil || !red(img, 5, 5) {
			t.Fatal(err)
		}
	}
	show()
	show() // nothing to fill
	if asked != 1 {
		t.Errorf("the folder was filled %d times", asked)
	}
	kept, err := filepath.Glob(filepath.Join(dir, "pages-*"))
	if err != nil || len(kept) != 1 || strings.HasSuffix(kept[0], "older-version") {
		t.Fatalf("kept: %v %v", kept, err)
	}
	compiled, err := filepath.Glob(filepath.Join(kept[0], "wazero-*", "*"))
	if err != nil || len(compiled) != 1 {
		t.Fatalf("compiled: %v %v", compiled, err)
	}
	data, err := os.ReadFile(compiled[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes are kept", len(data))
	data[len(data)/2] ^= 0xff
	if err := os.WriteFile(compiled[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
	show() // compiled in this process
	if left, err := filepath.Glob(filepath.Join(dir, "pages-*")); err != nil || len(left) != 0 {
		t.Errorf("what is damaged is kept: %v %v", left, err)
	}
}

// However wide it is asked for, a page is no larger than memory has room for.
func TestALargeWidthIsHeldBack(t *testing.T) {
	d := open(t, sample(t, 1, false))
	img, err := d.Render(background, 0, 100_000, 0)
	if err != nil {
		t.Fatal(err)
	}
	if n := img.Rect.Dx() * img.Rect.Dy(); n < 5_000_000 || n > 6_010_000 {
		t.Errorf("an image of %v", img.Rect)
	}
}

package pick

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWhatIsSavedReplacesNothing(t *testing.T) {
	dir := t.TempDir()
	for _, want := range []string{"a.ics", "a-2.ics", "a-3.ics"} {
		path, err := save(dir, "a.ics", []byte(want))
		if err != nil || path != filepath.Join(dir, want) {
			t.Fatalf("it lies at %s, not %s: %v", path, want, err)
		}
	}
	if got, err := os.ReadFile(filepath.Join(dir, "a.ics")); err != nil || string(got) != "a.ics" {
		t.Errorf("the first is %q now: %v", got, err)
	}
	if _, err := save(filepath.Join(dir, "nowhere"), "a.ics", nil); err == nil {
		t.Error("a folder that is not there takes a file")
	}
}

package pick

import (
	"context"
	"os"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
)

// A screen that is left takes the dialog with it. PARVIS_TEST_CHOOSE has a
// person choose, and tells what was chosen.
func TestTheDialogOfWindowsIsClosedWithItsScreen(t *testing.T) {
	w := test.NewTempWindow(t, nil)
	left, leave := context.WithCancel(t.Context())
	if os.Getenv("PARVIS_TEST_CHOOSE") == "" {
		time.AfterFunc(2*time.Second, leave)
	}
	paths, ok := systemDialog(left, w, Want{Title: "Choisir un justificatif", Several: true})
	leave()
	if !ok {
		t.Error("no dialog could be shown")
	}
	t.Logf("chosen: %q", paths)
}

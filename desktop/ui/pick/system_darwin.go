package pick

import (
	"context"

	"fyne.io/fyne/v2"
)

// systemDialog shows the dialog of macOS.
func systemDialog(ctx context.Context, _ fyne.Window, w Want) (paths []string, ok bool) {
	return macDialog(ctx, w)
}

//go:build !linux && !windows && !darwin

package pick

import (
	"context"

	"fyne.io/fyne/v2"
)

// systemDialog is not there on these systems: the toolkit's dialog is used.
func systemDialog(context.Context, fyne.Window, Want) (paths []string, ok bool) { return nil, false }

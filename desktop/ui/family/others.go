package family

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/ui/screen"
	"parvis/shared/wire"
)

// others is who besides the guardians may do something for a child.
func others(*screen.Context, Desk, wire.Child) []fyne.CanvasObject { return nil }

package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Back is the way to where a screen belongs, above its title: the icon stands
// where the title begins, the room around it outside.
func Back(label string, tapped func()) *fyne.Container {
	b := Plain(label, tapped).Icon("arrow-left")
	return container.New(&padLayout{left: -plainPad}, Line(0, b))
}

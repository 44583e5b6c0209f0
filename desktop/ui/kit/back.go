package kit

import "fyne.io/fyne/v2"

// Back is the way to where a screen belongs, above its title: the icon stands
// where the title begins, the room around it outside.
func Back(label string, tapped func()) *fyne.Container {
	b := Plain(label, tapped).Icon("arrow-left")
	return Indent(-plainPad, Line(0, b))
}

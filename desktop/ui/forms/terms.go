package forms

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
)

// termsBox is the box by which one accepts the terms, with the way to read
// them.
type termsBox struct {
	field *kit.Field
	box   *fyne.Container
}

func newTermsBox(r room) *termsBox {
	t := &termsBox{field: kit.CheckField(say("terms.box")).Needed(say("terms.needed"))}
	read := kit.Link(say("terms.read"), func() {
		r.Dialogs.Info(in(common().Terms.Title), in(common().Terms.Text), nil)
	})
	t.box = kit.Column(look.XS, t.field, kit.PadXY(look.S, 0, kit.Line(0, read)))
	return t
}

// accepted tells whether the box is ticked; where it is not, it says beside
// the box what to do, and goes there.
func (t *termsBox) accepted() bool {
	if t.field.Check() == "" {
		return true
	}
	t.field.Focus()
	return false
}

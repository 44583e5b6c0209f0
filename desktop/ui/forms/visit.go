package forms

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/ui/appointments"
	"parvis/desktop/view"
)

// visit is the card of the appointment that a request needs, none where nobody
// need come.
func (r room) visit(q view.Request) []fyne.CanvasObject {
	if card := appointments.Card(r.Context, r.desk, q); card != nil {
		return []fyne.CanvasObject{card}
	}
	return nil
}

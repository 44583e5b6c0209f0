package staff

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/ui/appointments"
	"parvis/desktop/view"
)

// visit is the card of the appointment that a request needs, none where nobody
// need come.
func (d *detail) visit(r view.Request) []fyne.CanvasObject {
	if card := appointments.Card(d.q.c, d.q.s, r); card != nil {
		return []fyne.CanvasObject{card}
	}
	return nil
}

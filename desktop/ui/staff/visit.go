package staff

import (
	"encoding/json"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/appointments"
	"parvis/desktop/view"
)

// visitState is what the card shows, as text.
func (d *detail) visitState() string {
	a, _ := d.q.c.View.AppointmentOf(d.id)
	raw, _ := json.Marshal(a)
	return string(raw)
}

// visit is the card of the appointment that a request needs, none where nobody
// need come.
func (d *detail) visit(r view.Request) []fyne.CanvasObject {
	if card := appointments.Card(d.q.c, d.q.s, r); card != nil {
		return []fyne.CanvasObject{card}
	}
	return nil
}

package exchanges

import (
	"time"

	"fyne.io/fyne/v2"

	"parvis/shared/portal"
)

// foundFor is how long a message that was looked for stays marked.
const foundFor = 10 * time.Second

// found is a message at which a thread was opened, as long as it is marked.
type found struct {
	id   portal.ID
	card fyne.CanvasObject // nil where the thread has no such message
	led  bool              // the page has been scrolled to it
	at   float32           // how far
}

// Lead shows the thread at a message that was looked for, and marks it for a
// moment; "" and one that is not there leave it at its end.
func (v *Conversation) Lead(message portal.ID) {
	if message == "" {
		return
	}
	v.found = found{id: message}
	v.Refresh()
	v.toFound()
	v.c.Scope.After(v.foundSlot(), foundFor, v.unmark)
}

// unmark takes the mark away; what is read stays where it is.
func (v *Conversation) unmark() {
	v.found = found{}
	at := v.page.Offset()
	v.Refresh()
	v.page.SetOffset(at)
}

func (v *Conversation) foundSlot() string { return "found " + string(v.request) }

// toFound scrolls to the message that was looked for, and says that there is
// one. It is done again when the thread is laid out anew, for lines break
// elsewhere then, until somebody has scrolled.
func (v *Conversation) toFound() bool {
	f := &v.found
	if f.card == nil {
		return false
	}
	if v.page.Size().Height > 0 && (!f.led || v.page.Offset() == f.at) {
		v.page.To(f.card)
		f.led, f.at = true, v.page.Offset()
	}
	return true
}

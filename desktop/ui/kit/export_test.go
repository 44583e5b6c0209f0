package kit

import "fyne.io/fyne/v2"

// Hand is what the mouse and its wheel move the pages by.
func (v *Viewer) Hand() interface {
	fyne.Scrollable
	fyne.Draggable
} {
	return v.stage.sheets.hand
}

// HoldControl presses or releases Ctrl.
func (v *Viewer) HoldControl(down bool) {
	v.stage.modifiers = func() fyne.KeyModifier {
		if down {
			return fyne.KeyModifierControl
		}
		return 0
	}
}

// Offset is how far the pages are moved.
func (v *Viewer) Offset() fyne.Position { return v.stage.scroll.Offset }

// Sheets is how large the pages are together, and the room they lie in.
func (v *Viewer) Sheets() (all, room fyne.Size) { return v.stage.sheets.MinSize(), v.stage.room }

// Under is the point of its page, in parts of it, that lies at a place of the
// room.
func (v *Viewer) Under(at fyne.Position) fyne.Position {
	s := v.stage
	x, y, w, h := s.rect(s.at(s.scroll.Offset.Y + at.Y))
	return fyne.NewPos((s.scroll.Offset.X+at.X-x)/w, (s.scroll.Offset.Y+at.Y-y)/h)
}

// Spans is where each entry begins and ends.
func (r *Rail) Spans() (out [][2]float32) {
	for _, e := range r.entries {
		out = append(out, [2]float32{e.Position().Y, e.Position().Y + e.Size().Height})
	}
	return out
}

package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"parvis/desktop/ui/look"
)

// crowdSign draws one sign of a day.
type crowdSign struct {
	text *canvas.Text
	icon *canvas.Image
}

func newCrowd() []crowdSign {
	all := make([]crowdSign, crowdMost)
	for i := range all {
		all[i] = crowdSign{canvas.NewText("", color.Transparent), newIcon()}
		all[i].text.TextStyle.Bold = true
		all[i].text.Hide()
		all[i].icon.Hide()
	}
	return all
}

// crowdMore stands for the signs that have no room.
const crowdMore = "…"

// placeCrowd lays the signs of a day out in lines, as many as there is room for.
func placeCrowd(all []crowdSign, d Day, role fyne.ThemeColorName, at fyne.Position, room fyne.Size) {
	size := look.Text(look.Caption)
	style := fyne.TextStyle{Bold: true}
	line := fyne.MeasureText("Ag", size, style).Height
	side, gap := px(15), px(3)
	width := func(s DaySign) float32 {
		if s.Icon != "" {
			return side
		}
		return fyne.MeasureText(s.Text, size, style).Width
	}
	// Where one line holds all of them only when they stand close, they do.
	apart := float32(0) // before a text that follows an icon
	if 2*line > room.Height {
		all := float32(0)
		for _, s := range d.Crowd {
			if s != (DaySign{}) {
				all += width(s) + gap
			}
		}
		if all-gap > room.Width {
			side, gap, apart = px(13), px(1), px(2)
		}
	}
	x, y := float32(0), float32(0)
	full := false
	for i, c := range all {
		s := d.Crowd[i]
		c.text.Hide()
		c.icon.Hide()
		if full || s == (DaySign{}) {
			continue
		}
		last := i == crowdMost-1 || d.Crowd[i+1] == (DaySign{})
		w := width(s)
		if s.Text != "" && x > 0 {
			x += apart
		}
		need := w
		if !last { // what follows may have to be told of by three dots
			need += gap + width(DaySign{Text: crowdMore})
		}
		if x > 0 && x+need > room.Width && y+2*line <= room.Height {
			x, y = 0, y+line
		}
		if y+line > room.Height {
			full = true
			continue
		}
		if x+need > room.Width {
			s, full = DaySign{Text: crowdMore}, true
			if w = width(s); x+w > room.Width {
				continue
			}
		}
		if s.Icon != "" {
			setIcon(c.icon, s.Icon, role)
			put(c.icon, at.X+x, at.Y+y+(line-side)/2, side, side)
		} else {
			c.text.Text, c.text.TextSize, c.text.Color = s.Text, size, look.Color(role)
			put(c.text, at.X+x, at.Y+y, w, line)
			c.text.Show()
		}
		x += w + gap
	}
}

package kit

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// WeekHeads is the days of a board over its columns. They are a widget of their
// own, so that they stay while the board scrolls under them.
type WeekHeads struct {
	widget.BaseWidget
	board *WeekBoard
	days  []*canvas.Text
}

// Heads are the days over the board's columns, to be placed as wide as it is.
func (b *WeekBoard) Heads() *WeekHeads { return b.heads }

func newWeekHeads(b *WeekBoard) *WeekHeads {
	h := &WeekHeads{board: b}
	for range b.columns {
		t := canvas.NewText("", color.Transparent)
		t.Alignment = fyne.TextAlignCenter
		h.days = append(h.days, t)
	}
	h.ExtendBaseWidget(h)
	return h
}

// HeightFor is a line.
func (h *WeekHeads) HeightFor(float32) float32 {
	return fyne.MeasureText("Ag", look.Text(look.Caption), fyne.TextStyle{Bold: true}).Height + px(2)
}

// CreateRenderer draws the days.
func (h *WeekHeads) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	for _, t := range h.days {
		objects = append(objects, t)
	}
	return newDrawn(h, nil, func(size fyne.Size) {
		if size.Width <= 0 || len(h.board.rows) == 0 {
			return
		}
		names, width, gap := h.board.widths(size.Width)
		for i, t := range h.days {
			d := h.board.cell(0, i)
			t.Text = i18n.WeekdayShort(d.Date.Weekday()) + " " + strconv.Itoa(d.Date.Day())
			t.TextSize, t.TextStyle, t.Color = look.Text(look.Caption), fyne.TextStyle{Bold: true}, look.Color(look.Muted)
			if d.Kind == DayToday {
				t.Color = look.Color(look.Ink)
			}
			put(t, names+gap+float32(i)*(width+gap), 0, width, size.Height)
		}
	}, func() fyne.Size { return fyne.NewSize(px(80)+float32(h.board.columns)*px(40), h.HeightFor(0)) }, objects...)
}

package kit

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// DateExample is the date that a mistake gives as its example, where a child's
// date of birth would not do.
func (f *Field) DateExample(s string) *Field {
	f.dateExample = s
	return f
}

// DateField asks for a date in three boxes, day, month and year, as people
// write one. Its value is "2019-03-12", or "" while it is not a date; what was
// typed of one is "12/3/".
func DateField(label string) *Field {
	boxes := newDateBoxes()
	f := newField(label, boxes)
	f.target = boxes.day.entry
	f.dateExample = "12 / 03 / 2019"
	f.get, f.typed = boxes.value, boxes.typed
	f.set = boxes.set
	f.mark = boxes.setWrong
	f.own = func(string) string {
		if boxes.partial() {
			return i18n.T("kit.mistake.date", map[string]any{"example": f.dateExample})
		}
		return ""
	}
	boxes.changed = f.changed
	boxes.judge(f.left)
	return f
}

type dateBoxes struct {
	widget.BaseWidget
	day, month, year    *inputBox
	dayT, monthT, yearT *Text
	line                *fyne.Container
	changed             func()
}

func newDateBoxes() *dateBoxes {
	d := &dateBoxes{day: newInputBox(), month: newInputBox(), year: newInputBox()}
	digits := func(r rune) bool { return r >= '0' && r <= '9' }
	boxes := []*inputBox{d.day, d.month, d.year}
	for i, b := range boxes {
		b.width = []float32{68, 68, 96}[i]
		b.entry.group = d
		b.entry.most = []int{2, 2, 4}[i]
		b.entry.filter = digits
		if i+1 < len(boxes) {
			b.entry.spill = func(r rune) {
				if digits(r) || strings.ContainsRune("/.- ", r) {
					carryOn(boxes[i+1].entry, r, digits(r))
				}
			}
		}
		b.entry.OnChanged = func(string) {
			if d.changed != nil {
				d.changed()
			}
		}
	}
	d.dayT, d.monthT, d.yearT = Caption(i18n.T("kit.date.day", nil)), Caption(i18n.T("kit.date.month", nil)), Caption(i18n.T("kit.date.year", nil))
	d.line = Line(look.S+4, Column(2, d.dayT, d.day), Column(2, d.monthT, d.month), Column(2, d.yearT, d.year))
	d.ExtendBaseWidget(d)
	return d
}

// carryOn goes to the next box with what was typed beyond the end of one: a
// date can be typed in one go, with or without its strokes.
func carryOn(to *entry, r rune, digit bool) {
	FocusOn(to)
	to.Entry.TypedShortcut(&fyne.ShortcutSelectAll{})
	if digit {
		to.TypedRune(r)
	}
}

func (d *dateBoxes) judge(f func()) {
	for _, b := range []*inputBox{d.day, d.month, d.year} {
		b.entry.judge = f
	}
}

func (d *dateBoxes) setWrong(w bool) {
	for _, b := range []*inputBox{d.day, d.month, d.year} {
		b.setWrong(w)
	}
}

func (d *dateBoxes) texts() (day, month, year string) {
	return strings.TrimSpace(d.day.entry.Text), strings.TrimSpace(d.month.entry.Text), strings.TrimSpace(d.year.entry.Text)
}

// partial tells whether something was typed that is not a date.
func (d *dateBoxes) partial() bool {
	day, month, year := d.texts()
	return day+month+year != "" && d.value() == ""
}

func (d *dateBoxes) value() string {
	day, month, year := d.texts()
	if len(year) != 4 || day == "" || month == "" {
		return ""
	}
	pad := func(s string) string {
		if len(s) == 1 {
			return "0" + s
		}
		return s
	}
	iso := year + "-" + pad(month) + "-" + pad(day)
	// The parser also refuses the 30th of February.
	if _, err := time.Parse("2006-01-02", iso); err != nil {
		return ""
	}
	return iso
}

// typed is the date, or while it is none what stands in the three boxes.
func (d *dateBoxes) typed() string {
	if v := d.value(); v != "" {
		return v
	}
	day, month, year := d.texts()
	if day+month+year == "" {
		return ""
	}
	return day + dateParts + month + dateParts + year
}

// dateParts stands between the parts of a date that is none yet.
const dateParts = "/"

func (d *dateBoxes) set(v string) {
	day, rest, _ := strings.Cut(v, dateParts)
	month, year, _ := strings.Cut(rest, dateParts)
	if t, err := time.Parse("2006-01-02", v); err == nil {
		day, month, year = t.Format("02"), t.Format("01"), t.Format("2006")
	} else if !strings.Contains(v, dateParts) {
		day = ""
	}
	d.day.entry.SetText(day)
	d.month.entry.SetText(month)
	d.year.entry.SetText(year)
}

func (d *dateBoxes) HeightFor(width float32) float32 { return HeightFor(d.line, width) }
func (d *dateBoxes) NaturalWidth() float32           { return NaturalWidth(d.line) }

func (d *dateBoxes) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(d, func() {
		d.dayT.text, d.monthT.text, d.yearT.text = i18n.T("kit.date.day", nil), i18n.T("kit.date.month", nil), i18n.T("kit.date.year", nil)
	}, func(size fyne.Size) {
		put(d.line, 0, 0, size.Width, size.Height)
		d.line.Layout.Layout(d.line.Objects, size)
	}, func() fyne.Size {
		return fyne.NewSize(px(120), d.HeightFor(fyne.Max(d.Size().Width, NaturalWidth(d.line))))
	}, d.line)
}

package kit

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// MonthBar names the month and turns its page.
type MonthBar struct {
	widget.BaseWidget
	of         paged
	title      *Text
	back, next *IconButton
	today      *Button
	line       *fyne.Container
}

// paged is what a bar turns the pages of: months, or weeks.
type paged interface {
	Previous()
	Next()
	words() (title, previous, next string)
}

func (g *MonthGrid) words() (title, previous, next string) {
	if !g.first.IsZero() {
		title = i18n.Capital(i18n.MonthYear(g.first))
	}
	return title, i18n.T("kit.month.previous", nil), i18n.T("kit.month.next", nil)
}

func weekTitle(monday time.Time) string {
	return i18n.T("kit.week.of", map[string]any{"Day": i18n.DayMonthName(monday)})
}

// NewWeekBar makes the bar of a week; title names its Monday, turn goes some weeks
// on, today goes back to the current one.
func NewWeekBar(monday func() time.Time, turn func(by int), today func()) *MonthBar {
	return barOf(weekPages{monday, turn}, today)
}

type weekPages struct {
	monday func() time.Time
	turn   func(by int)
}

func (w weekPages) Previous() { w.turn(-1) }
func (w weekPages) Next()     { w.turn(1) }
func (w weekPages) words() (title, previous, next string) {
	return weekTitle(w.monday()), i18n.T("kit.week.previous", nil), i18n.T("kit.week.next", nil)
}

// NewMonthBar makes the bar of a grid; today goes back to the current month.
// besides stand at the right end: a choice of activity, grid or list.
func NewMonthBar(grid *MonthGrid, today func(), besides ...fyne.CanvasObject) *MonthBar {
	return barOf(grid, today, besides...)
}

func barOf(of paged, today func(), besides ...fyne.CanvasObject) *MonthBar {
	b := &MonthBar{of: of, title: Section("")}
	b.back = NewIconButton("caret-left", "", of.Previous)
	b.next = NewIconButton("caret-right", "", of.Next)
	b.today = Plain("", today)
	objects := []fyne.CanvasObject{b.back, b.next, Grow(b.title, 150), b.today}
	b.line = Line(look.XS, append(objects, besides...)...)
	b.ExtendBaseWidget(b)
	return b
}

// HeightFor is that of its line.
func (b *MonthBar) HeightFor(width float32) float32 { b.words(); return HeightFor(b.line, width) }

func (b *MonthBar) words() {
	title := ""
	if title, b.back.label, b.next.label = b.of.words(); title != "" {
		b.title.text = title
	}
	b.today.words = i18n.T("kit.month.today", nil)
}

// Title is the month named.
func (b *MonthBar) Title() string { b.words(); return b.title.text }

// CreateRenderer draws it.
func (b *MonthBar) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(b, b.words, func(size fyne.Size) {
		put(b.line, 0, 0, size.Width, size.Height)
		b.line.Layout.Layout(b.line.Objects, size)
		b.title.Refresh()
	}, func() fyne.Size {
		return fyne.NewSize(px(120), b.HeightFor(fyne.Max(b.Size().Width, px(400))))
	}, b.line)
}

// Legend tells what the colours and signs of the days mean, always in sight.
type Legend struct {
	widget.BaseWidget
	kinds []fyne.CanvasObject
	marks []Day
	tight bool
	line  *fyne.Container
}

// NewLegend makes the legend of the month grid, or of these kinds of day.
func NewLegend(kinds ...Day) *Legend {
	l := &Legend{line: Line(legendGap)}
	if len(kinds) == 0 {
		kinds = []Day{{Kind: DayBookable}, {Kind: DayBooked}, {Kind: DayBooked, Pending: true}, {Kind: DayToday}, {Kind: DayNot}}
	}
	for _, d := range kinds {
		l.kinds = append(l.kinds, newLegendItem(d))
	}
	l.line.Objects = l.kinds
	l.ExtendBaseWidget(l)
	return l
}

func newLegendItem(d Day) *legendItem {
	i := &legendItem{day: d, label: newText("", look.Caption, look.Ink, false), fill: canvas.NewRectangle(nil), hatch: canvas.NewRaster(drawHatch), sign: newIcon()}
	i.ExtendBaseWidget(i)
	return i
}

// Tight has it take less room where it stands beside the month.
func (l *Legend) Tight() { l.tight = true }

// SetMarks tells what signs mean that some of the days shown bear beside their
// kind's.
func (l *Legend) SetMarks(marks ...Day) {
	if slices.Equal(l.marks, marks) {
		return
	}
	l.marks = marks
	l.line.Objects = slices.Clip(l.kinds)
	for _, d := range marks {
		l.line.Objects = append(l.line.Objects, newLegendItem(d))
	}
	l.Refresh()
}

// HeightFor grows by a line where the items do not fit on one.
func (l *Legend) HeightFor(width float32) float32 {
	l.arrange(width)
	return HeightFor(l.line, width)
}

// arrange puts the signs under each other where the legend stands beside the
// month, however many would go into a line there.
func (l *Legend) arrange(width float32) {
	if width < px(legendBeside) {
		gap := legendGap
		if l.tight || len(l.marks) > 0 { // more have to stand there
			gap = legendTight
		}
		l.line.Layout = &columnLayout{gap: gap}
	} else {
		l.line.Layout = &lineLayout{gap: legendGap}
	}
}

const (
	legendGap    float32 = 11
	legendTight  float32 = 5
	legendBeside float32 = 240
)

// CreateRenderer draws it.
func (l *Legend) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(l, nil, func(size fyne.Size) {
		l.arrange(size.Width)
		put(l.line, 0, 0, size.Width, size.Height)
		l.line.Layout.Layout(l.line.Objects, size)
	}, func() fyne.Size {
		return fyne.NewSize(px(120), l.HeightFor(fyne.Max(l.Size().Width, px(400))))
	}, l.line)
}

type legendItem struct {
	widget.BaseWidget
	day   Day
	label *Text
	fill  *canvas.Rectangle
	hatch *canvas.Raster
	sign  *canvas.Image
}

func (i *legendItem) NaturalWidth() float32 {
	i.label.text = i.day.word()
	return px(22) + px(6) + i.label.NaturalWidth()
}

// HeightFor is two lines where the word does not fit into one.
func (i *legendItem) HeightFor(width float32) float32 {
	i.label.text = i.day.word()
	return fyne.Max(px(22), i.label.HeightFor(width-px(28)))
}

func (i *legendItem) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(i, func() {
		text, fill, edge := i.day.roles()
		paint(i.fill, fill, 5)
		stroke(i.fill, edge, 2)
		if edge == "" {
			stroke(i.fill, look.InputBorder, 1)
		}
		setIcon(i.sign, i.day.sign(), text)
		i.label.text = i.day.word()
	}, func(size fyne.Size) {
		side := px(22)
		y := (size.Height - side) / 2
		put(i.fill, 0, y, side, side)
		put(i.hatch, 2, y+2, side-4, side-4)
		show(i.hatch, i.day.Pending)
		put(i.sign, px(4), y+px(4), px(14), px(14))
		h := i.label.HeightFor(size.Width - side - px(6))
		put(i.label, side+px(6), (size.Height-h)/2, size.Width-side-px(6), h)
		i.label.Refresh()
	}, func() fyne.Size {
		return fyne.NewSize(i.NaturalWidth(), fyne.Max(px(22), i.label.lineHeight()))
	}, i.fill, i.hatch, i.sign, i.label)
}

// DayLine is the fixed line under the grid with the sentence about one day. It
// keeps its room while it is empty, so that nothing jumps.
type DayLine struct {
	widget.BaseWidget
	text *Text
	hint func() string
	room *Text // what there is always room for; never drawn
}

// NewDayLine makes one; hint is what it says while no day is shown.
func NewDayLine(hint func() string) *DayLine {
	l := &DayLine{text: Body(""), hint: hint}
	l.ExtendBaseWidget(l)
	l.Tell(Day{}, false)
	return l
}

// Steady keeps the room of the hint: what stands below does not move, away from
// under the pointer, when a day is told in fewer lines.
func (l *DayLine) Steady() *DayLine {
	l.room = Body(l.hint())
	return l
}

// Say says something else than of a day.
func (l *DayLine) Say(s string) {
	if s != l.text.text {
		l.text.text = s
		l.Refresh()
	}
}

// Tell tells about a day; it is the grid's OnShow.
func (l *DayLine) Tell(d Day, ok bool) {
	s := ""
	if ok {
		about := d.Label
		if about == "" {
			about = d.word()
		}
		s = i18n.T("kit.day.line", map[string]any{"Date": i18n.Capital(i18n.DayDate(d.Date)), "Text": about})
	} else if l.hint != nil {
		s = l.hint()
	}
	l.Say(s)
}

// Text is what it says.
func (l *DayLine) Text() string { return l.text.text }

// HeightFor is a line, or more where the sentence needs them.
func (l *DayLine) HeightFor(width float32) float32 {
	height := fyne.Max(l.text.HeightFor(width), l.text.lineHeight())
	if l.room != nil {
		height = fyne.Max(height, l.room.HeightFor(width))
	}
	return height
}

// CreateRenderer draws it.
func (l *DayLine) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(l, nil, func(size fyne.Size) {
		put(l.text, 0, 0, size.Width, l.text.HeightFor(size.Width))
		l.text.Refresh()
	}, func() fyne.Size {
		return fyne.NewSize(px(120), l.HeightFor(fyne.Max(l.Size().Width, px(400))))
	}, l.text)
}

// DayList is the plain list of the same days, for those who would rather read,
// and for large text. Each day is a row that is pressed like a cell.
type DayList struct {
	widget.BaseWidget
	OnSelect func(Day)
	Now      func() time.Time

	days      []Day
	rows      []*Row
	card      *Swap
	lastDay   string
	lastPress time.Time
	pressed   int
}

// NewDayList makes an empty list.
func NewDayList() *DayList {
	l := &DayList{Now: time.Now, card: NewSwap(nil)}
	l.ExtendBaseWidget(l)
	return l
}

// First is the row of the first day, nil where there is none.
func (l *DayList) First() fyne.CanvasObject {
	if len(l.rows) == 0 {
		return nil
	}
	return l.rows[0]
}

// SetDays shows days. The same dates keep their rows, and the focus.
func (l *DayList) SetDays(days []Day) {
	same := len(days) == len(l.days)
	for i := 0; same && i < len(days); i++ {
		same = civil(days[i].Date).Equal(civil(l.days[i].Date)) && days[i].Of == l.days[i].Of
	}
	l.days = days
	if !same {
		l.rows = nil
		var objects []fyne.CanvasObject
		for i := range days {
			r := NewRow("", "", func() { l.press(i) }).NoChevron()
			r.Status(look.ToneNeutral, "", "")
			l.rows = append(l.rows, r)
			objects = append(objects, r)
		}
		l.fill()
		l.card.Set(RowsCard(objects...))
		return
	}
	l.fill()
	l.Refresh()
}

func (l *DayList) fill() {
	for i, d := range l.days {
		tone := look.ToneNeutral
		switch {
		case d.Pending:
			tone = look.TonePending
		case d.Kind == DayToday:
			tone = look.ToneWarning
		case d.Kind == DayBooked:
			tone = look.ToneInfo
		case d.Kind == DayBookable:
			tone = look.ToneSuccess
		}
		l.rows[i].title.text, l.rows[i].muted.text = d.Of, d.Label
		if d.Of == "" {
			l.rows[i].title.text = i18n.Capital(i18n.DayDate(d.Date))
		}
		_, says := told(d)
		if says == "" {
			says = d.word()
		}
		l.rows[i].chip.Set(tone, d.sign(), says)
		l.rows[i].Refresh()
	}
}

func (l *DayList) press(i int) {
	now, key := l.Now(), dayKey(l.days[i].Date)+l.days[i].Of
	if key == l.lastDay && now.Sub(l.lastPress) < DoublePress && now.Sub(l.lastPress) >= 0 {
		return
	}
	l.lastDay, l.lastPress, l.pressed = key, now, i
	if l.OnSelect != nil {
		l.OnSelect(l.days[i])
	}
}

// Reveal brings the row pressed last into sight.
func (l *DayList) Reveal() {
	if p := pageOf(l); p != nil && l.pressed < len(l.rows) {
		p.settle()
		p.Reveal(l.rows[l.pressed])
	}
}

// HeightFor is that of its rows.
func (l *DayList) HeightFor(width float32) float32 { return l.card.HeightFor(width) }

// CreateRenderer draws the card of rows.
func (l *DayList) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(l, func() { l.fill() }, func(size fyne.Size) { put(l.card, 0, 0, size.Width, size.Height) },
		func() fyne.Size {
			return fyne.NewSize(px(120), l.HeightFor(fyne.Max(l.Size().Width, px(320))))
		}, l.card)
}

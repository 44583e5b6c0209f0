package kit

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// EmptyKind is why a list shows nothing.
type EmptyKind int

// Nothing yet, nothing found, or not yet received because the line is cut.
const (
	NothingYet EmptyKind = iota
	NothingFound
	NotReceived
)

// EmptyState stands where a list would: a sign, a sentence, what can be done.
// An empty icon is the kind's own; action may be nil.
func EmptyState(kind EmptyKind, icon, sentence, action string, do func()) *CardBox {
	if icon == "" {
		icon = [...]string{"tray", "magnifying-glass", "cloud-slash"}[kind]
	}
	if sentence == "" {
		sentence = i18n.T([...]string{"kit.empty.nothing", "kit.empty.notFound", "kit.empty.notReceived"}[kind], nil)
	}
	if action == "" && kind == NothingFound && do != nil {
		action = i18n.T("kit.search.clear", nil)
	}
	objects := []fyne.CanvasObject{
		NewIcon(icon, look.Muted, 48),
		Body(sentence).Align(fyne.TextAlignCenter),
	}
	if action != "" && do != nil {
		objects = append(objects, LineCentre(0, Secondary(action, do)))
	}
	return Card(PadXY(look.M, look.L, Column(look.M, objects...)))
}

// Progress is long work: what it does, how far it is, and a way to stop it.
type Progress struct {
	widget.BaseWidget
	label  *Text
	bar    *bar
	cancel *Button
	body   *fyne.Container
}

// NewProgress makes one; cancel may be nil for work that cannot be stopped.
func NewProgress(label string, cancel func()) *Progress {
	p := &Progress{label: Body(label), bar: newBar(8)}
	line := []fyne.CanvasObject{Grow(Column(look.XS, p.label, p.bar), 200)}
	if cancel != nil {
		p.cancel = Secondary(i18n.T("kit.cancel", nil), cancel)
		line = append(line, p.cancel)
	}
	p.body = Line(look.M, line...)
	p.ExtendBaseWidget(p)
	return p
}

// Set tells how far it is, 0 to 1; a negative part is unknown.
func (p *Progress) Set(label string, part float64) {
	p.label.text = label
	p.bar.set(part)
	p.Refresh()
}

// HeightFor is that of its parts.
func (p *Progress) HeightFor(width float32) float32 { return HeightFor(p.body, width) }

// AccessibilityLabel reads the label and the percentage.
func (p *Progress) AccessibilityLabel() string {
	return p.label.text + " " + i18n.Percent(int(p.bar.part*100))
}

// AccessibilityRole is that of text.
func (p *Progress) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer draws it.
func (p *Progress) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(p, nil, func(size fyne.Size) {
		put(p.body, 0, 0, size.Width, size.Height)
		p.body.Layout.Layout(p.body.Objects, size)
		p.label.Refresh()
	}, func() fyne.Size {
		return fyne.NewSize(px(120), p.HeightFor(fyne.Max(p.Size().Width, px(320))))
	}, p.body)
}

// bar is a drawn measure of how far something is.
type bar struct {
	widget.BaseWidget
	part       float64
	height     float32
	back, done *canvas.Rectangle
}

func newBar(height float32) *bar {
	b := &bar{height: height, back: canvas.NewRectangle(nil), done: canvas.NewRectangle(nil)}
	b.ExtendBaseWidget(b)
	return b
}

func (b *bar) set(part float64) {
	b.part = part
	b.Refresh()
}

func (b *bar) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(b, func() {
		paint(b.back, look.NeutralFill, b.height/2)
		stroke(b.back, look.InputBorder, look.HairlineWidth)
		paint(b.done, look.Primary, b.height/2)
	}, func(size fyne.Size) {
		h := px(b.height)
		y := (size.Height - h) / 2
		put(b.back, 0, y, size.Width, h)
		switch {
		case b.part < 0:
			put(b.done, size.Width/3, y, size.Width/3, h)
		default:
			put(b.done, 0, y, size.Width*float32(min(b.part, 1)), h)
		}
	}, func() fyne.Size { return fyne.NewSize(px(60), px(b.height)) }, b.back, b.done)
}

// Step is one event of a timeline.
type Step struct {
	When  string
	Title string
	Text  string
	Icon  string // "" is a plain dot
	Tone  look.Tone
	// Ahead is for what has not happened yet.
	Ahead bool
}

// Timeline shows what happened, in order, with its dates.
func Timeline(steps ...Step) *fyne.Container {
	var rows []fyne.CanvasObject
	for i, s := range steps {
		row := &timelineRow{step: s, last: i == len(steps)-1, dot: canvas.NewRectangle(nil), thread: canvas.NewRectangle(nil), img: newIcon(), number: canvas.NewText("", nil)}
		if s.Ahead && s.Icon == "" {
			row.number.Text = strconv.Itoa(i + 1)
		}
		row.title, row.when, row.text = Strong(s.Title), Caption(s.When), Body(s.Text)
		if s.Ahead {
			row.title.role = look.Muted
		}
		show(row.text, s.Text != "")
		show(row.when, s.When != "")
		row.body = Column(0, row.title, row.when, row.text)
		row.ExtendBaseWidget(row)
		rows = append(rows, row)
	}
	return Column(0, rows...)
}

type timelineRow struct {
	widget.BaseWidget
	step              Step
	last              bool
	title, when, text *Text
	body              *fyne.Container
	dot, thread       *canvas.Rectangle
	img               *canvas.Image
	number            *canvas.Text // of a step to come, which has no sign of its own
}

func (r *timelineRow) left() float32 { return px(28) + px(look.S+4) }

func (r *timelineRow) HeightFor(width float32) float32 {
	h := HeightFor(r.body, width-r.left()) + px(4)
	if !r.last {
		h += px(look.M)
	}
	return fyne.Max(h, px(28))
}

func (r *timelineRow) NaturalWidth() float32 { return r.left() + NaturalWidth(r.body) }

func (r *timelineRow) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(r, func() {
		r.thread.FillColor = look.Color(look.Hairline)
		paint(r.dot, r.step.Tone.Fill(), 14)
		stroke(r.dot, r.step.Tone.Text(), px(1.5))
		icon := r.step.Icon
		if icon == "" && r.number.Text == "" {
			icon = "check"
		}
		setIcon(r.img, icon, r.step.Tone.Text())
		r.number.Color, r.number.TextSize = look.Color(r.step.Tone.Text()), look.Text(look.Caption)
		r.number.TextStyle, r.number.Alignment = fyne.TextStyle{Bold: true}, fyne.TextAlignCenter
	}, func(size fyne.Size) {
		side := px(28)
		put(r.dot, 0, 0, side, side)
		put(r.img, px(6), px(6), px(16), px(16))
		h := r.number.MinSize().Height
		put(r.number, 0, (side-h)/2, side, h)
		if r.last {
			r.thread.Hide()
		} else {
			r.thread.Show()
			put(r.thread, side/2-px(1), side+px(2), px(2), fyne.Max(0, size.Height-side-px(4)))
		}
		put(r.body, r.left(), px(2), size.Width-r.left(), size.Height)
		r.body.Layout.Layout(r.body.Objects, fyne.NewSize(size.Width-r.left(), size.Height))
	}, func() fyne.Size {
		return fyne.NewSize(px(120), r.HeightFor(fyne.Max(r.Size().Width, px(240))))
	}, r.thread, r.dot, r.img, r.number, r.body)
}

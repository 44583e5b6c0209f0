package kit

import (
	"context"
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/task"
)

// Paged is a document that a Viewer shows. Render is called off the window's
// goroutine, one call at a time; a page is counted from 0.
type Paged interface {
	Pages() int
	// Size is the width and height of a page, in any unit.
	Size(page int) (w, h float32)
	// Render draws a page turned by quarters clockwise, then so many pixels
	// wide. It may be less, where that would be too much.
	Render(ctx context.Context, page, width, quarters int) (*image.RGBA, error)
}

// Viewer shows a document: its pages under each other, and above them which
// page it is, zoom and turn. It keeps the pages in sight and two around them
// as images, drawn anew for each zoom, and none of the others.
type Viewer struct {
	widget.BaseWidget

	// Sentence tells in the person's words why a page cannot be drawn.
	Sentence func(error) string

	scope *task.Scope
	doc   Paged

	bar         *fyne.Container
	said, short []fyne.CanvasObject // the same acts, in words and as signs
	where, part *Text
	stage       *stage
	word        fyne.CanvasObject // what stands in the place of pages
	fill        *canvas.Rectangle
}

// NewViewer makes a viewer that says that it is opening its document; Open,
// Fail or Empty follows. scope is the life of its screen.
func NewViewer(scope *task.Scope) *Viewer {
	v := &Viewer{scope: scope, where: Strong(""), part: Caption(""), fill: canvas.NewRectangle(nil)}
	v.stage = newStage(v)
	tools := []fyne.CanvasObject{Grow(v.where, 110),
		NewIconButton("magnifying-glass-minus", i18n.T("viewer.smaller", nil), func() { v.stage.step(-1) }),
		v.part,
		NewIconButton("magnifying-glass-plus", i18n.T("viewer.larger", nil), func() { v.stage.step(1) })}
	for _, act := range []struct {
		key, icon string
		do        func()
	}{{"viewer.fitWidth", "arrows-horizontal", v.FitWidth}, {"viewer.fitPage", "corners-out", v.FitPage}, {"viewer.turn", "arrow-clockwise", v.Turn}} {
		said, short := Plain(i18n.T(act.key, nil), act.do).Icon(act.icon), NewIconButton(act.icon, i18n.T(act.key, nil), act.do)
		v.said, v.short = append(v.said, said), append(v.short, short)
		tools = append(tools, said, short)
	}
	v.bar = PadXY(look.S, look.XS, Line(look.XS, tools...))
	v.ExtendBaseWidget(v)
	v.Loading()
	return v
}

// Loading says that the document is being opened.
func (v *Viewer) Loading() {
	p := NewProgress(i18n.T("viewer.loading", nil), nil)
	p.bar.part = -1
	v.say(Card(p))
}

// Empty says that there is nothing to show.
func (v *Viewer) Empty(sentence string) { v.say(EmptyState(NothingYet, "file", sentence, "", nil)) }

// Fail says in words why the document is not shown; actions are what can be
// done about it.
func (v *Viewer) Fail(sentence string, actions ...fyne.CanvasObject) {
	v.say(NewNotice(look.ToneError, i18n.T("viewer.failed", nil), sentence, actions...))
}

func (v *Viewer) say(o fyne.CanvasObject) {
	v.stage.clear()
	v.doc = nil
	v.word = NewBarePage(Pad(look.L, Column(0, Limit(look.FormWidth, o)))) // as tall as its words, scrolled where text is large
	v.swap()
}

// Open shows a document from its first page, as wide as there is room.
func (v *Viewer) Open(doc Paged) {
	if doc.Pages() == 0 {
		v.Empty(i18n.T("viewer.empty", nil))
		return
	}
	v.stage.clear()
	v.doc, v.word = doc, nil
	v.swap()
	v.stage.begin()
	// While the document was being opened there was nothing that the keyboard
	// could be given.
	if c := canvasOf(v); c != nil && c.Focused() == nil && c.Overlays().Top() == nil && v.Visible() {
		c.Focus(v.stage)
	}
}

// swap puts what stands in the place of pages, or the pages, into the widget.
func (v *Viewer) swap() {
	if d := tree[v]; d != nil {
		d.objects = v.objects()
	}
	v.Refresh()
}

func (v *Viewer) objects() []fyne.CanvasObject {
	if v.word != nil {
		return []fyne.CanvasObject{v.fill, v.word}
	}
	return []fyne.CanvasObject{v.fill, v.bar, v.stage}
}

// Stage is what has the keyboard: a screen gives it the focus.
func (v *Viewer) Stage() fyne.Focusable { return v.stage }

// Page is the page one is at, counted from 1; 0 where there is none.
func (v *Viewer) Page() int {
	if v.doc == nil {
		return 0
	}
	return v.stage.page + 1
}

// GoTo shows a page from its top, counted from 1.
func (v *Viewer) GoTo(page int) { v.stage.goTo(page - 1) }

// FitWidth makes the widest page as wide as there is room.
func (v *Viewer) FitWidth() { v.stage.fit(fitWidth) }

// FitPage makes the page one is at wholly seen.
func (v *Viewer) FitPage() { v.stage.fit(fitPage) }

// Turn turns all pages by a quarter clockwise.
func (v *Viewer) Turn() { v.stage.turnOn() }

// tell writes which page it is and how large it is shown.
func (v *Viewer) tell() {
	if v.doc == nil {
		return
	}
	v.where.SetText(i18n.T("viewer.page", map[string]any{"Page": i18n.Number(int64(v.stage.page + 1)), "Pages": i18n.Number(int64(v.doc.Pages()))}))
	v.part.SetText(i18n.Percent(int(v.stage.zoom*100 + 0.5)))
}

// barHeight gives up the words, and then how large the page is, before the bar
// takes a second line: the room is the document's.
func (v *Viewer) barHeight(width float32) float32 {
	h := float32(0)
	for level := range 3 {
		signs := level > 0
		for i := range v.said {
			show(v.said[i], !signs)
			show(v.short[i], signs)
		}
		show(v.part, level < 2)
		if h = HeightFor(v.bar, width); h <= px(look.ControlHeight)+2*px(look.XS)+1 {
			break
		}
	}
	return h
}

// HeightFor is a window's worth: a viewer scrolls within itself.
func (v *Viewer) HeightFor(width float32) float32 {
	if v.word != nil {
		return HeightFor(v.word, width)
	}
	return v.barHeight(width) + px(320)
}

// CreateRenderer draws the bar over the pages, or what is said instead.
func (v *Viewer) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(v, func() {
		paint(v.fill, look.Background, look.CardRadius)
		stroke(v.fill, look.Hairline, look.HairlineWidth)
	}, func(size fyne.Size) {
		put(v.fill, 0, 0, size.Width, size.Height)
		if v.word != nil {
			put(v.word, 0, 0, size.Width, size.Height)
			return
		}
		h := v.barHeight(size.Width)
		put(v.bar, 0, 0, size.Width, h)
		put(v.stage, 1, h, fyne.Max(0, size.Width-2), fyne.Max(0, size.Height-h-1))
		v.stage.Refresh()
		v.tell()
	}, func() fyne.Size { return fyne.NewSize(px(240), px(160)) }, v.objects()...)
}

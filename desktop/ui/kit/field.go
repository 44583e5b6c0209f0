package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// Field is a question with its answer: the label above, the rule told before
// the mistake, the control, and the mistake beside it in words. It is judged
// when it is left, never while one types.
type Field struct {
	widget.BaseWidget

	// Key names the answer in a form, for drafts and for what the other side
	// says about it.
	Key string

	label, hint *Text
	hinted      fyne.CanvasObject // the hint where it stands
	mistake     *Text
	sign        *IconView
	wrongLine   *fyne.Container
	control     fyne.CanvasObject
	body        *fyne.Container
	optional    bool
	missing     string
	rule        func(string) string
	whenEmpty   func() string
	own         func(string) string
	onChanged   func(string)
	onLeft      func(string)
	get         func() string
	typed       func() string // as it stands in the boxes, answer or not
	set         func(string)
	mark        func(wrong bool)
	target      fyne.CanvasObject
	narrow      bool
	silent      bool
	told        int // how often its mistake was set
	dateExample string
}

func newField(label string, control fyne.CanvasObject) *Field {
	f := &Field{label: Strong(label), hint: Caption(""), control: control, target: control}
	f.mistake = newText("", look.Body, look.Error, false)
	f.sign = NewIcon("warning-circle", look.Error, look.IconSize)
	f.wrongLine = LineTop(look.S, f.sign, Grow(f.mistake, 120))
	f.wrongLine.Hide()
	f.hinted = f.hint
	f.hint.Hide()
	f.body = Column(look.XS, f.label, f.hint, control, f.wrongLine)
	f.ExtendBaseWidget(f)
	return f
}

// Named gives the field its key.
func (f *Field) Named(key string) *Field {
	f.Key = key
	return f
}

// Hint tells the rule before the answer.
func (f *Field) Hint(s string) *Field {
	f.hint.text = s
	show(f.hint, s != "")
	show(f.hinted, s != "")
	f.Refresh()
	return f
}

// Optional lets the field stay empty, and says so beside the label.
func (f *Field) Optional() *Field {
	f.optional = true
	if f.label.text != "" {
		f.label.text += " " + i18n.T("kit.optional", nil)
	}
	f.Refresh()
	return f
}

// MayBeEmpty lets the field stay empty without saying so.
func (f *Field) MayBeEmpty() *Field {
	f.optional = true
	return f
}

// Needed is what is said when nothing was answered; without it the sentence is
// general. It also makes a box one that must be ticked.
func (f *Field) Needed(sentence string) *Field {
	f.optional, f.missing = false, sentence
	return f
}

// Rule judges an answer: "" is right, anything else says what to do.
func (f *Field) Rule(judge func(value string) string) *Field {
	f.rule = judge
	return f
}

// WhenEmpty judges a field that is left empty, once it was told wrong: what was
// said to be missing is missing still.
func (f *Field) WhenEmpty(judge func() string) *Field {
	f.whenEmpty = judge
	return f
}

// OnChanged is called at every change, for drafts and strength meters.
func (f *Field) OnChanged(do func(value string)) *Field {
	f.onChanged = do
	return f
}

// OnLeft is called when the field is left, with an answer that is right, for
// what has to be asked elsewhere (is this login free?).
func (f *Field) OnLeft(do func(value string)) *Field {
	f.onLeft = do
	return f
}

// Example shows what an answer looks like, in the empty field; it says that it
// is one, for it is as legible as what one types.
func (f *Field) Example(s string) *Field {
	if b, ok := f.control.(*inputBox); ok {
		b.entry.SetPlaceHolder(i18n.T("kit.example", map[string]any{"What": s}))
	}
	return f
}

// Most limits what can be typed.
func (f *Field) Most(runes int) *Field {
	if b, ok := f.control.(*inputBox); ok {
		b.entry.most = runes
	}
	return f
}

// Width makes the field's box narrower than the form: a postal code.
func (f *Field) Width(units float32) *Field {
	if b, ok := f.control.(*inputBox); ok {
		b.width = units
		f.narrow = true
	}
	return f
}

// OnEnter is called when Enter is pressed in a field of one line, or in a box
// of a date.
func (f *Field) OnEnter(do func()) *Field {
	for _, e := range f.lines() {
		e.OnSubmitted = func(string) { do() }
	}
	return f
}

// lines are the entries that a field is typed into.
func (f *Field) lines() []*entry {
	switch b := f.control.(type) {
	case *inputBox:
		return []*entry{b.entry}
	case *dateBoxes:
		return []*entry{b.day.entry, b.month.entry, b.year.entry}
	}
	return nil
}

// OnSend is called when Ctrl and Enter are pressed in a field of several lines,
// where Enter alone begins a new one.
func (f *Field) OnSend(do func()) *Field {
	if b, ok := f.control.(*inputBox); ok {
		b.entry.send = do
	}
	return f
}

// --- its answer ---

// Label is the question.
func (f *Field) Label() string { return f.label.text }

// Value is the answer, without the spaces around it.
func (f *Field) Value() string { return f.get() }

// Typed is what stands in the field, also where it is no answer yet: the day
// and month of a date whose year is missing. It is what a draft keeps, and
// what SetValue takes back.
func (f *Field) Typed() string {
	if f.typed != nil {
		return f.typed()
	}
	return f.get()
}

// SetValue puts an answer in, without judging it and without OnChanged.
func (f *Field) SetValue(v string) {
	f.silent = true
	f.set(v)
	f.silent = false
}

// Mistake is what is said to be wrong, or "".
func (f *Field) Mistake() string { return f.mistake.text }

// SetMistake says what is wrong, or with "" that nothing is.
func (f *Field) SetMistake(s string) {
	f.told++
	f.mistake.text = s
	show(f.wrongLine, s != "")
	if f.mark != nil {
		f.mark(s != "")
	}
	f.Refresh()
}

// Check judges the field now, shows and returns its mistake.
func (f *Field) Check() string {
	m := f.verdict(true)
	f.SetMistake(m)
	return m
}

// CheckAnswered judges a field whose rule depends on another's answer, when that
// one has changed; not while it is empty or typed in.
func (f *Field) CheckAnswered() {
	if f.get() != "" && !f.writing() {
		f.Check()
	}
}

// writing tells whether the cursor is in the field.
func (f *Field) writing() bool {
	b, ok := f.control.(*inputBox)
	return ok && b.entry.focused
}

func (f *Field) verdict(emptyToo bool) string {
	v := f.get()
	if v == "" {
		if f.own != nil {
			if _, isDate := f.control.(*dateBoxes); isDate {
				if m := f.own(v); m != "" {
					return m
				}
			}
		}
		if emptyToo && f.whenEmpty != nil {
			return f.whenEmpty()
		}
		if !emptyToo || f.optional {
			return ""
		}
		return f.absent()
	}
	if f.own != nil {
		if m := f.own(v); m != "" {
			return m
		}
	}
	if f.rule != nil {
		return f.rule(v)
	}
	return ""
}

// absent is what is said of no answer.
func (f *Field) absent() string {
	if f.missing != "" {
		return f.missing
	}
	switch f.control.(type) {
	case *radioList, *selectBox:
		return i18n.T("kit.mistake.choose", nil)
	}
	return i18n.T("kit.mistake.missing", nil)
}

// left judges what was answered. An empty field that is merely passed by is
// not scolded; the form's button does that, and what it said then stays.
func (f *Field) left() {
	told := f.told
	afterRelease(func() {
		if f.writing() {
			return // one has come back to it
		}
		// A press of the form's button may have judged it since.
		if f.told == told {
			if m := f.verdict(f.mistake.text != ""); m != f.mistake.text {
				f.SetMistake(m)
				f.followed()
			}
		}
		if f.mistake.text == "" && f.onLeft != nil && f.get() != "" {
			f.onLeft(f.get())
		}
	})
}

// followed keeps what has the focus now in sight: a mistake that appears above
// moves it.
func (f *Field) followed() {
	c := canvasOf(f)
	if c == nil {
		return
	}
	if o, ok := c.Focused().(fyne.CanvasObject); ok && pageOf(f) == pageOf(o) {
		reveal(o)
	}
}

// afterRelease runs what moves the page once the mouse button that took the
// focus away is up again: a line that appears between press and release would
// move the field that was aimed at from under the pointer.
var afterRelease = func(f func()) { f() }

// JudgeAfterRelease is called once by the program; later runs a function on
// the window's goroutine after the time that a click takes. Without it fields
// are judged at once, as tests want them.
func JudgeAfterRelease(later func(f func())) { afterRelease = later }

func (f *Field) changed() {
	if f.silent {
		return
	}
	if f.mistake.text != "" && f.mistake.text == f.absent() && f.get() != "" {
		f.SetMistake("") // it is there now; whether it is right is seen when it is left
	}
	if f.onChanged != nil {
		f.onChanged(f.get())
	}
}

// answered is a change that is an answer at once: a choice has nothing to be
// finished, so its mistake may go away immediately.
func (f *Field) answered() {
	if f.mistake.text != "" {
		f.SetMistake(f.verdict(true))
	}
	f.changed()
}

// Focus puts the cursor into the field.
func (f *Field) Focus() { FocusOn(f.target) }

// --- drawing ---

// AccessibilityLabel reads the question, its rule and its mistake.
func (f *Field) AccessibilityLabel() string {
	return sentences(f.label.text, f.hint.text, f.mistake.text)
}

// sentences joins what is to be read out one after the other.
func sentences(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p = strings.TrimRight(strings.TrimSpace(p), "."); p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, ". ")
}

// AccessibilityRole is that of a container.
func (f *Field) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

func (f *Field) shape() *fyne.Container {
	if f.narrow {
		// The control keeps its own width; the words above may be wider.
		if len(f.body.Objects) == 4 && f.body.Objects[2] == f.control {
			f.body.Objects[2] = Line(0, f.control)
		}
	}
	return f.body
}

// HeightFor is that of the question, its rule, the control and the mistake.
func (f *Field) HeightFor(width float32) float32 { return HeightFor(f.shape(), width) }

// NaturalWidth is that of the control.
func (f *Field) NaturalWidth() float32 { return fyne.Max(NaturalWidth(f.control), px(240)) }

// CreateRenderer puts them under each other.
func (f *Field) CreateRenderer() fyne.WidgetRenderer {
	f.shape()
	return newDrawn(f, nil, func(size fyne.Size) {
		put(f.body, 0, 0, size.Width, size.Height)
		f.body.Layout.Layout(f.body.Objects, size)
		f.label.Refresh()
		f.hint.Refresh()
		f.mistake.Refresh()
	}, func() fyne.Size {
		w := f.Size().Width
		if w <= 0 {
			w = px(240)
		}
		return fyne.NewSize(px(120), f.HeightFor(w))
	}, f.body)
}

package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// Form is a page of questions with one main button that is never disabled:
// pressed, it judges everything, lists at the top what is missing, with a way
// to each, and goes to the first, where that can be seen together with the list.
type Form struct {
	widget.BaseWidget
	fields   []*Field
	problems *problemList
	parts    *fyne.Container
	buttons  *fyne.Container
	body     *fyne.Container
	main     *Button
	submit   func()
}

// NewForm makes a form; label is the main button's, submit is called when all
// is answered rightly. besides are buttons after it (Annuler, Retour).
func NewForm(label string, submit func(), besides ...fyne.CanvasObject) *Form {
	f := &Form{submit: submit}
	f.problems = newProblemList()
	f.problems.Hide()
	f.parts = Column(look.L)
	f.main = Primary(label, f.Submit)
	f.buttons = Line(look.S+4, append([]fyne.CanvasObject{f.main}, besides...)...)
	f.body = Column(look.L, f.problems, f.parts, f.buttons)
	f.ExtendBaseWidget(f)
	return f
}

// Add puts questions, or anything else, into the form. Fields are found also
// within columns, cards and folds.
func (f *Form) Add(objects ...fyne.CanvasObject) *Form {
	f.parts.Objects = append(f.parts.Objects, objects...)
	for _, o := range objects {
		f.fields = append(f.fields, fieldsIn(o)...)
		f.enterSubmits(o)
	}
	f.Refresh()
	return f
}

// AddSection puts a heading and its questions into the form.
func (f *Form) AddSection(title string, objects ...fyne.CanvasObject) *Form {
	return f.Add(Column(look.M, append([]fyne.CanvasObject{Section(title)}, objects...)...))
}

func (f *Form) enterSubmits(o fyne.CanvasObject) {
	for _, field := range fieldsIn(o) {
		for _, e := range field.lines() {
			if !e.MultiLine && e.OnSubmitted == nil {
				e.OnSubmitted = func(string) { f.Submit() }
			}
		}
	}
}

// fieldsIn finds the fields of a tree, in reading order.
func fieldsIn(o fyne.CanvasObject) []*Field {
	var all []*Field
	switch v := o.(type) {
	case *Field:
		return []*Field{v}
	case *fyne.Container:
		for _, k := range v.Objects {
			all = append(all, fieldsIn(k)...)
		}
	case *CardBox:
		return fieldsIn(v.content)
	case *Fold:
		return fieldsIn(v.content)
	case *Swap:
		return fieldsIn(v.now)
	}
	return all
}

// firstIn is where one begins to answer: at a field, or at the line of a fold,
// whose fields may be out of sight.
func firstIn(o fyne.CanvasObject) fyne.CanvasObject {
	switch v := o.(type) {
	case *Field:
		return v.target
	case *Fold:
		if len(fieldsIn(v.content)) > 0 {
			return v.head
		}
	case *fyne.Container:
		for _, k := range v.Objects {
			if first := firstIn(k); first != nil {
				return first
			}
		}
	case *CardBox:
		return firstIn(v.content)
	case *Swap:
		return firstIn(v.now)
	}
	return nil
}

// BackToTop scrolls the page that an object lies in to its beginning, and puts
// the keyboard on the first thing to answer.
func BackToTop(o fyne.CanvasObject) {
	FocusOn(firstIn(o))
	if p := pageOf(o); p != nil {
		p.settle()
		p.Top()
	}
}

// Fields are those of the form in reading order; what lies in a Swap is looked
// up anew, since it changes.
func (f *Form) Fields() []*Field {
	var all []*Field
	for _, o := range f.parts.Objects {
		all = append(all, fieldsIn(o)...)
	}
	f.fields = all
	return all
}

// Field is the field of a key, or nil.
func (f *Form) Field(key string) *Field {
	for _, field := range f.Fields() {
		if field.Key == key {
			return field
		}
	}
	return nil
}

// Values are the answers by key.
func (f *Form) Values() map[string]string {
	all := map[string]string{}
	for _, field := range f.Fields() {
		if field.Key != "" {
			all[field.Key] = field.Value()
		}
	}
	return all
}

// SetValues puts answers in, as from a draft.
func (f *Form) SetValues(values map[string]string) {
	for _, field := range f.Fields() {
		if v, ok := values[field.Key]; ok {
			field.SetValue(v)
		}
	}
}

// MainButton is the one button, to show that it is busy.
func (f *Form) MainButton() *Button { return f.main }

// Submit judges all fields in sight and then either goes on or tells what is
// missing. It is what the main button and Enter do.
func (f *Form) Submit() {
	if f.Check() && f.submit != nil {
		f.submit()
	}
}

// Check judges all fields in sight, shows what is wrong, and tells whether
// nothing is.
func (f *Form) Check() bool {
	var wrong []*Field
	for _, field := range f.Fields() {
		if !field.Visible() {
			continue
		}
		if field.Check() != "" {
			wrong = append(wrong, field)
		}
	}
	f.tell(wrong, nil)
	return len(wrong) == 0
}

// Fail shows mistakes found elsewhere, by key, and those that belong to no
// field; it shows them like the form's own.
func (f *Form) Fail(byKey map[string]string, general ...string) {
	var wrong []*Field
	for _, field := range f.Fields() {
		if m := byKey[field.Key]; m != "" && field.Key != "" {
			field.SetMistake(m)
			wrong = append(wrong, field)
		}
	}
	f.tell(wrong, general)
}

// Clear takes the list of mistakes away.
func (f *Form) Clear() { f.tell(nil, nil) }

func (f *Form) tell(wrong []*Field, general []string) {
	f.problems.set(wrong, general)
	show(f.problems, len(wrong)+len(general) > 0)
	f.Refresh()
	p := pageOf(f)
	switch {
	case p == nil && len(wrong) > 0:
		wrong[0].Focus()
	case p == nil:
	case len(wrong) > 0:
		p.LeadTo(f.problems, wrong[0].Focus)
	case len(general) > 0:
		p.settle()
		p.Reveal(f.problems)
	}
}

// HeightFor is that of the questions and the buttons.
func (f *Form) HeightFor(width float32) float32 {
	return HeightFor(f.body, fyne.Min(width, px(look.FormWidth)))
}

// CreateRenderer keeps the form within 680 units.
func (f *Form) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(f, nil, func(size fyne.Size) {
		w := fyne.Min(size.Width, px(look.FormWidth))
		put(f.body, 0, 0, w, size.Height)
		f.body.Layout.Layout(f.body.Objects, fyne.NewSize(w, size.Height))
		f.parts.Layout.Layout(f.parts.Objects, f.parts.Size())
	}, func() fyne.Size {
		w := f.Size().Width
		if w <= 0 {
			w = px(look.FormWidth)
		}
		return fyne.NewSize(px(120), f.HeightFor(w))
	}, f.body)
}

// problemList is the summary of what is missing.
type problemList struct {
	widget.BaseWidget
	notice *Notice
}

func newProblemList() *problemList {
	p := &problemList{notice: NewNotice(look.ToneError, "", "")}
	p.ExtendBaseWidget(p)
	return p
}

func (p *problemList) set(wrong []*Field, general []string) {
	n := len(wrong) + len(general)
	if n == 0 {
		p.notice.SetActions()
		return
	}
	var lines []fyne.CanvasObject
	for _, g := range general {
		lines = append(lines, Body(g))
	}
	for _, field := range wrong {
		label := field.Label()
		if label == "" {
			if box, ok := field.control.(*checkBox); ok {
				label = box.label.text
			}
		}
		// The colon of a question that its answers complete ends nothing here.
		link := Link(strings.TrimRight(label, ": \u00a0\u202f"), field.Focus)
		line := Line(look.S, link, newText(field.Mistake(), look.Body, look.Ink, false))
		line.Layout.(*lineLayout).tight = true // a sentence that goes below belongs to its link
		lines = append(lines, line)
	}
	p.notice.Set(look.ToneError, i18n.T("kit.form.problems", map[string]any{"Count": n}), "")
	// Where a sentence has to go under its question, it stands nearer to that one
	// than to the next.
	p.notice.SetActions(Column(look.S+4, lines...))
}

func (p *problemList) HeightFor(width float32) float32 { return HeightFor(p.notice, width) }

func (p *problemList) CreateRenderer() fyne.WidgetRenderer {
	return newDrawn(p, nil, func(size fyne.Size) { put(p.notice, 0, 0, size.Width, size.Height) },
		func() fyne.Size { return p.notice.MinSize() }, p.notice)
}

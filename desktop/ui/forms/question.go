package forms

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/shared/portal"
	"parvis/shared/requests"
)

// radioMost is how many answers are all shown at once; more open in a list.
const radioMost = 6

// place is where an answer is kept: in the form's answers or in an entry of a
// group. It is asked for anew each time, since entries move up when one before
// them is taken out.
type place interface {
	path(key string) string
	values() map[string]any
}

// top is the place of the questions that stand in no group.
type top struct{ f *filling }

func (t top) path(key string) string { return key }
func (t top) values() map[string]any { return t.f.draft.Answers }

// question is a field of the form on the screen.
type question struct {
	form  *filling
	field *requests.Field
	in    place
	box   *fyne.Container // all of it: what is hidden and shown
	parts []part
	own   *mistakeLine // of a question of several parts, or nil
	rows  *group       // of a group
	mark  *fyne.Container
	value func() any // what is answered, nil for nothing
	load  func(v any)
	told  *kit.Text // of a computed field
	entry func()    // puts the focus on a question of several boxes
}

// part is one box of a question, judged by itself: of an address, one line.
type part struct {
	*kit.Field
	sub string // what its path has after the question's
}

func (q *question) path() string { return q.in.path(q.field.Key) }

// label is what the question is called in the list of mistakes.
func (q *question) label() string { return in(q.field.Label) }

// asked is the question with, where it may be left out, the word that says so.
func asked(f *requests.Field) string {
	s := in(f.Label)
	if unit := in(f.Unit); unit != "" {
		s += " (" + unit + ")"
	}
	if !f.Required && f.Kind != requests.KindGroup {
		s += " " + i18n.T("kit.optional", nil)
	}
	return s
}

// newQuestion makes the widgets of a field and shows what is answered.
func newQuestion(form *filling, f *requests.Field, where place) *question {
	q := &question{form: form, field: f, in: where}
	q.mark = kit.LineTop(look.XS, kit.NewIcon("clock-counter-clockwise", look.Muted, 16), kit.Grow(kit.Caption(""), 80))
	q.mark.Hide()
	content := q.build()
	q.box = kit.Column(look.XS, content, q.mark)
	if q.rows != nil {
		// Of a group it stands above the entries, where one begins to read.
		q.box = kit.Column(look.XS, content)
	}
	if q.load != nil {
		q.load(where.values()[f.Key])
	}
	if m, marked := form.draft.Marks[f.Key]; marked && where == place(top{form}) {
		growText(q.mark, m.text())
		q.mark.Show()
	}
	return q
}

// growText sets the words of a line that is an icon and a text.
func growText(line *fyne.Container, s string) {
	line.Objects[1].(*fyne.Container).Objects[0].(*kit.Text).SetText(s)
}

func (q *question) build() fyne.CanvasObject {
	f := q.field
	switch f.Kind {
	case requests.KindExplanation:
		return kit.NewNotice(look.ToneInfo, "", in(f.Label))
	case requests.KindComputed:
		q.told = kit.Strong("")
		return kit.Card(kit.Pair(kit.Muted(in(f.Label)), q.told))
	case requests.KindFile:
		return kit.Column(look.XS, kit.Strong(in(f.Label)), hint(q.hint()),
			fact("paperclip", in(documentKind(f.Document).Label), say("file.later")))
	case requests.KindGroup:
		q.rows = newGroup(q)
		return q.rows.box
	case requests.KindSeveral:
		return q.several()
	case requests.KindAddress:
		return q.address()
	case requests.KindMonth:
		return q.month()
	case requests.KindYesNo:
		if mustBeYes(f) {
			return q.tick()
		}
		return q.yesNo()
	case requests.KindChoice, requests.KindPerson:
		return q.choice()
	case requests.KindDate:
		return q.texts(kit.DateField(asked(f)), func(v any) string { s, _ := v.(string); return s }, func(s string) any { return s })
	case requests.KindLongText:
		return q.texts(kit.LongField(asked(f), 4), typed, func(s string) any { return s })
	case requests.KindMoney:
		return q.texts(kit.TextField(asked(f)).Width(180), typedMoney, func(s string) any { return s })
	case requests.KindNumber:
		return q.texts(kit.TextField(asked(f)).Width(180), typedNumber, func(s string) any { return s })
	case requests.KindTime:
		return q.texts(kit.TextField(asked(f)).Width(120).Example("08:30"), typed, func(s string) any { return clock(s) })
	case requests.KindPhone:
		return q.texts(kit.TextField(asked(f)).Width(260), typedPhone, func(s string) any { return s })
	case requests.KindPlate, requests.KindParcel:
		return q.texts(kit.TextField(asked(f)).Width(220), typed, func(s string) any { return s })
	}
	return q.texts(kit.TextField(asked(f)), typed, func(s string) any { return s })
}

// hint is the rule told before the answer; that a question may be left out
// stands beside its label already.
func (q *question) hint() string {
	s := in(q.field.Hint)
	if !q.field.Required && strings.EqualFold(strings.Trim(s, "()."), strings.Trim(i18n.T("kit.optional", nil), "().")) {
		return ""
	}
	return s
}

func hint(s string) fyne.CanvasObject {
	t := kit.Caption(s)
	if s == "" {
		t.Hide()
	}
	return t
}

// texts is a question of one box; show and read carry its answer to and from
// what stands in it.
func (q *question) texts(f *kit.Field, show func(any) string, read func(string) any) fyne.CanvasObject {
	f.Hint(q.hint())
	if q.field.Kind != requests.KindLongText {
		f.OnEnter(q.form.next)
	}
	q.value = func() any {
		// A date half typed is kept as it is: the rules say that it is none.
		if v := f.Typed(); v != "" {
			return read(v)
		}
		return nil
	}
	q.load = func(v any) { f.SetValue(show(v)) }
	q.judged(f, "")
	return f
}

// judged lets a box be judged by the form's rules when it is left, and tells
// the form of each change.
func (q *question) judged(f *kit.Field, sub string) {
	f.MayBeEmpty()
	f.Rule(func(string) string {
		q.store()
		return q.form.mistake(q, sub)
	})
	f.WhenEmpty(func() string {
		q.store()
		return q.form.mistake(q, sub)
	})
	f.OnChanged(func(string) { q.changed() })
	q.parts = append(q.parts, part{f, sub})
}

func (q *question) store() {
	if v := q.value(); v != nil {
		q.in.values()[q.field.Key] = v
	} else {
		delete(q.in.values(), q.field.Key)
	}
}

// changed takes an answer in: it is the person's own from now on.
func (q *question) changed() {
	q.store()
	q.form.changed(q)
}

// mustBeYes tells whether a form goes on only with yes: such a question is a
// box to tick, for there is nothing to choose.
func mustBeYes(f *requests.Field) bool {
	return f.Kind == requests.KindYesNo && f.Required && slices.ContainsFunc(f.Check, func(r requests.Rule) bool { return r.Expr == "value" })
}

func (q *question) tick() fyne.CanvasObject {
	f := kit.CheckField(in(q.field.Label)).Hint(q.hint())
	q.value = func() any { return f.Value() == "yes" }
	q.load = func(v any) {
		f.SetValue(map[bool]string{true: "yes"}[v == true])
		// A box that is not ticked is answered with no: what is said then is
		// the form's own sentence about it.
		q.store()
	}
	q.judged(f, "")
	return f
}

func (q *question) yesNo() fyne.CanvasObject {
	f := kit.YesNoField(asked(q.field)).Hint(q.hint())
	q.value = func() any {
		switch f.Value() {
		case "yes":
			return true
		case "no":
			return false
		}
		return nil
	}
	q.load = func(v any) {
		switch v {
		case true:
			f.SetValue("yes")
		case false:
			f.SetValue("no")
		default:
			f.SetValue("")
		}
	}
	q.judged(f, "")
	return f
}

// options are the answers offered, with one for none where that is allowed.
func (q *question) options() []kit.Option {
	var all []kit.Option
	switch {
	case q.field.Kind == requests.KindPerson:
		for _, c := range q.form.View.Children() {
			all = append(all, kit.Option{Value: string(c.ID), Label: c.FirstName + " " + c.LastName})
		}
		if q.field.New {
			all = append(all, kit.Option{Value: q.form.newPerson(q.field), Label: say("person.another")})
		}
	case q.field.Source != "":
		for _, c := range q.form.ctx.Sources[q.field.Source] {
			all = append(all, kit.Option{Value: c.ID, Label: in(c.Label)})
		}
	default:
		for _, c := range q.field.Choices {
			all = append(all, kit.Option{Value: c.ID, Label: in(c.Label)})
		}
	}
	if !q.field.Required {
		all = append(all, kit.Option{Value: "", Label: say("choice.none")})
	}
	return all
}

func (q *question) choice() fyne.CanvasObject {
	options := q.options()
	var f *kit.Field
	if len(options) <= radioMost+1 && (len(options) <= radioMost || !q.field.Required) {
		f = kit.RadioField(asked(q.field), options...)
	} else {
		f = kit.SelectField(asked(q.field), options...)
	}
	return q.texts(f, func(v any) string { s, _ := v.(string); return s }, func(s string) any { return s })
}

// --- what stands in a box ---

// typed is an answer as it was typed.
func typed(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case float64:
		return typedNumber(x)
	}
	return ""
}

func typedNumber(v any) string {
	if n, ok := v.(float64); ok {
		return strings.Replace(strconv.FormatFloat(n, 'f', -1, 64), ".", comma(), 1)
	}
	s, _ := v.(string)
	return s
}

func typedMoney(v any) string {
	if n, ok := v.(float64); ok {
		return strings.Replace(portal.Money(n).Decimal(), ".", comma(), 1)
	}
	s, _ := v.(string)
	return s
}

func typedPhone(v any) string {
	s, _ := v.(string)
	return (*Formatter)(nil).Phone(s)
}

// clock reads a time as people write one: 8h30, 8 h, 08.30.
func clock(s string) string {
	t := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "h", ":", "H", ":", ".", ":").Replace(s)
	hour, minute, _ := strings.Cut(t, ":")
	if minute == "" {
		minute = "00"
	}
	h, e1 := strconv.Atoi(hour)
	m, e2 := strconv.Atoi(minute)
	if e1 != nil || e2 != nil || h > 23 || h < 0 || m > 59 || m < 0 || len(minute) != 2 {
		return s
	}
	return fmtTwo(h) + ":" + fmtTwo(m)
}

func fmtTwo(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

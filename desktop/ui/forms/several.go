package forms

import (
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/shared/accounts"
	"parvis/shared/requests"
)

// several is a box to tick for each answer.
func (q *question) several() fyne.CanvasObject {
	q.own = newMistakeLine()
	choices := q.field.Choices
	if q.field.Source != "" {
		choices = q.form.ctx.Sources[q.field.Source]
	}
	boxes := make([]*kit.Field, len(choices))
	objects := make([]fyne.CanvasObject, len(choices))
	for i, c := range choices {
		boxes[i] = kit.CheckField(in(c.Label)).OnChanged(func(string) { q.changed() })
		objects[i] = boxes[i]
	}
	q.value = func() any {
		var ids []any
		for i, b := range boxes {
			if b.Value() == "yes" {
				ids = append(ids, choices[i].ID)
			}
		}
		if len(ids) == 0 {
			return nil
		}
		return ids
	}
	q.load = func(v any) {
		on := map[any]bool{}
		if ids, ok := v.([]any); ok {
			for _, id := range ids {
				on[id] = true
			}
		}
		for i, b := range boxes {
			b.SetValue(map[bool]string{true: "yes"}[on[choices[i].ID]])
		}
	}
	if len(boxes) > 0 {
		q.entry = boxes[0].Focus
	}
	// Many short answers stand in two columns: a list of a dozen foods is then
	// seen at once.
	list := kit.Column(0, objects...)
	if len(objects) > radioMost {
		list = kit.Columns(240, 0, 2, objects...)
	}
	return kit.Column(look.XS, kit.Strong(asked(q.field)), hint(q.hint()), list, q.own.line)
}

// address is the lines of an envelope, each judged by itself.
func (q *question) address() fyne.CanvasObject {
	names := []string{"line1", "line2", "postcode", "city", "country"}
	fields := map[string]*kit.Field{}
	objects := []fyne.CanvasObject{kit.Strong(asked(q.field)), hint(q.hint())}
	for _, name := range names {
		label := say("address." + name)
		if name == "line2" {
			label += " " + i18n.T("kit.optional", nil)
		}
		f := kit.TextField(label).OnEnter(q.form.next)
		if name == "postcode" {
			f.Width(140)
		}
		fields[name] = f
		q.judged(f, "."+name)
	}
	town := kit.LineTop(look.M, fields["postcode"], kit.Grow(fields["city"], 240))
	objects = append(objects, kit.PadXY(0, look.XS, kit.Column(look.M, fields["line1"], fields["line2"], town, fields["country"])))
	q.value = func() any {
		a := map[string]any{}
		for name, f := range fields {
			a[name] = f.Value()
		}
		// The country is filled in beforehand: alone it is no answer.
		if requests.AddressOf(a).Empty() {
			return nil
		}
		return a
	}
	q.load = func(v any) {
		a := requests.AddressOf(v)
		if a.Country == "" {
			a.Country = accounts.France
		}
		for name, s := range map[string]string{"line1": a.Line1, "line2": a.Line2, "postcode": a.Postcode, "city": a.City, "country": a.Country} {
			fields[name].SetValue(s)
		}
	}
	return kit.Card(kit.Column(look.S, objects...))
}

// month is a month chosen and a year typed.
func (q *question) month() fyne.CanvasObject {
	q.own = newMistakeLine()
	options := []kit.Option{}
	for m := time.January; m <= time.December; m++ {
		options = append(options, kit.Option{Value: fmtTwo(int(m)), Label: i18n.Capital(i18n.MonthName(m))})
	}
	month := kit.SelectField(i18n.T("kit.date.month", nil), options...).OnChanged(func(string) { q.changed() }).MayBeEmpty()
	year := kit.TextField(i18n.T("kit.date.year", nil)).Width(110).Most(4).OnChanged(func(string) { q.changed() }).MayBeEmpty().OnEnter(q.form.next)
	year.Rule(func(string) string {
		q.store()
		q.own.set(q.form.mistake(q, ""))
		return ""
	})
	q.value = func() any {
		if month.Value()+year.Value() == "" {
			return nil
		}
		return year.Value() + "-" + month.Value()
	}
	q.load = func(v any) {
		s, _ := v.(string)
		for i := len(s) - 1; i >= 0; i-- {
			if s[i] == '-' {
				year.SetValue(s[:i])
				month.SetValue(s[i+1:])
				return
			}
		}
	}
	q.entry = month.Focus
	return kit.Column(look.XS, kit.Strong(asked(q.field)), hint(q.hint()), kit.LineTop(look.M, month, year), q.own.line)
}

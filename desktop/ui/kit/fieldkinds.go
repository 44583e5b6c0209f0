package kit

import (
	"net/mail"
	"slices"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// TextField asks for one line.
func TextField(label string) *Field {
	box := newInputBox()
	return boxField(label, box)
}

func boxField(label string, box *inputBox) *Field {
	f := newField(label, box)
	f.target = box.entry
	f.get = func() string { return strings.TrimSpace(box.entry.Text) }
	f.set = box.entry.SetText
	f.mark = box.setWrong
	box.entry.judge = f.left
	box.entry.OnChanged = func(string) { f.changed() }
	return f
}

// LongField asks for several lines.
func LongField(label string, rows int) *Field {
	box := newInputBox()
	box.entry.MultiLine = true
	box.entry.Wrapping = fyne.TextWrapWord
	box.entry.Scroll = fyne.ScrollVerticalOnly
	box.entry.SetMinRowsVisible(rows)
	return boxField(label, box)
}

// Rows has a field of several lines show so many; the layout it lies in has to
// be refreshed.
func (f *Field) Rows(n int) {
	if e, is := f.target.(*entry); is {
		e.SetMinRowsVisible(n)
	}
}

// MailField asks for an address and says how one looks.
func MailField(label string) *Field {
	f := TextField(label)
	f.own = func(v string) string {
		if !looksLikeMail(v) {
			return i18n.T("kit.mistake.mail", nil)
		}
		return ""
	}
	return f
}

// looksLikeMail catches what is surely wrong; that the address is somebody's
// is only known when the mail arrives.
func looksLikeMail(v string) bool {
	a, err := mail.ParseAddress(v)
	if err != nil || a.Address != v {
		return false
	}
	_, domain, _ := strings.Cut(v, "@")
	return strings.Contains(domain, ".") && !strings.HasSuffix(domain, ".") && !strings.HasPrefix(domain, ".")
}

// PhoneField asks for a telephone number, with or without spaces.
func PhoneField(label string) *Field {
	f := TextField(label)
	f.own = func(v string) string {
		digits := 0
		for i, r := range v {
			switch {
			case unicode.IsDigit(r):
				digits++
			case r == '+' && i == 0, strings.ContainsRune(" .-()\u00a0", r):
			default:
				return i18n.T("kit.mistake.phone", nil)
			}
		}
		if digits < 10 || digits > 15 {
			return i18n.T("kit.mistake.phone", nil)
		}
		return ""
	}
	return f
}

// PasswordField asks for a secret, with an eye to show it, which Ctrl+E presses
// too: Tab passes it by, since Enter on it would show the secret to whom meant
// to go on. Its value is taken as typed, spaces and all.
func PasswordField(label string) *Field {
	box := newInputBox()
	box.entry.Password = true
	eye := NewIconButton("eye", i18n.T("kit.password.show", nil), nil)
	eye.onTap = func() {
		box.entry.Password = !box.entry.Password
		if box.entry.Password {
			eye.Set("eye", i18n.T("kit.password.show", nil))
		} else {
			eye.Set("eye-slash", i18n.T("kit.password.hide", nil))
		}
		box.entry.Refresh()
		FocusOn(box.entry)
	}
	eye.aside = true
	box.entry.ActionItem, box.entry.eye = eye, eye.onTap
	f := boxField(label, box)
	f.get = func() string { return box.entry.Text }
	return f
}

// RadioField is a choice with all its answers in sight.
func RadioField(label string, options ...Option) *Field { return radioField(label, false, options) }

// YesNoField asks a question to be answered with yes or no; its values are
// "yes" and "no", and neither is chosen before.
func YesNoField(label string) *Field {
	return radioField(label, true, []Option{
		{Value: "yes", Label: i18n.T("kit.yes", nil)}, {Value: "no", Label: i18n.T("kit.no", nil)},
	})
}

func radioField(label string, inline bool, options []Option) *Field {
	list := newRadioList(options, inline)
	f := newField(label, list)
	f.get, f.set = list.value, list.set
	list.changed = f.answered
	list.judge = f.left
	return f
}

// SelectField is a choice of many answers, opened by a press.
func SelectField(label string, options ...Option) *Field {
	box := newSelectBox(options, i18n.T("kit.choose", nil))
	f := newField(label, box)
	f.get, f.set = box.value, box.set
	f.mark = func(w bool) { box.wrong = w; box.Refresh() }
	box.changed = f.answered
	box.judge = f.left
	f.narrow = true
	return f
}

// manyTicks is from how many boxes on they stand side by side, where they are
// short: days of the week, allergens.
const manyTicks = 4

// TicksField is a box to tick for each answer, of which one may tick several;
// its value is theirs, with spaces between.
func TicksField(label string, options ...Option) *Field {
	boxes := make([]*checkBox, len(options))
	objects := make([]fyne.CanvasObject, len(options))
	for i, o := range options {
		boxes[i] = newCheckBox(o.Label)
		objects[i] = boxes[i]
	}
	list := Column(0, objects...)
	if len(options) >= manyTicks {
		list = evenColumns(4, objects...)
	}
	f := newField(label, list)
	f.get = func() string {
		var ticked []string
		for i, b := range boxes {
			if b.on {
				ticked = append(ticked, options[i].Value)
			}
		}
		return strings.Join(ticked, " ")
	}
	f.set = func(v string) {
		ticked := strings.Fields(v)
		for i, b := range boxes {
			b.on = slices.Contains(ticked, options[i].Value)
			b.Refresh()
		}
	}
	f.mark = func(w bool) {
		for _, b := range boxes {
			b.wrong = w
			b.Refresh()
		}
	}
	for _, b := range boxes {
		b.changed = f.answered
	}
	if len(boxes) > 0 {
		f.target = boxes[0]
	}
	return f
}

// CheckField is a box to tick, with its own words; its values are "yes" and "".
func CheckField(words string) *Field {
	box := newCheckBox(words)
	f := newField("", box)
	f.label.Hide()
	// What it means stands below its words, as with a choice of several.
	f.hinted = Indent(24+look.S+look.S, f.hint)
	f.hinted.Hide()
	f.body.Objects = []fyne.CanvasObject{f.label, box, f.hinted, f.wrongLine}
	f.get = func() string {
		if box.on {
			return "yes"
		}
		return ""
	}
	f.set = func(v string) { box.on = v == "yes"; box.Refresh() }
	f.mark = func(w bool) { box.wrong = w; box.Refresh() }
	f.optional = true
	box.changed = f.answered
	return f
}

// --- how a field is set up ---

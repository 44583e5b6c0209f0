package account

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
)

// The widths of the column beside a form, and the least the form keeps, at
// 100 %: where there is less, the column goes below.
const (
	asideWidth = 288
	mainLeast  = 460
)

// frame is what these screens have in common: a page with a heading, a card
// that says what went wrong, and the room for a column beside.
type frame struct {
	page   *kit.Page
	notice *kit.Notice
	back   fyne.CanvasObject // above the heading; nil for none
}

func newFrame() *frame {
	f := &frame{notice: kit.NewNotice(look.ToneError, "", "")}
	f.notice.Hide()
	return f
}

// build lays the page out: the heading, then the card and the content with
// the column beside them. enter leads the focus to the first field; it and
// aside may be nil.
func (f *frame) build(title, lead string, enter *entrance, content []fyne.CanvasObject, aside fyne.CanvasObject) *kit.Page {
	head := []fyne.CanvasObject{kit.Title(title)}
	if f.back != nil {
		head = append([]fyne.CanvasObject{f.back}, head...)
	}
	if lead != "" {
		head = append(head, kit.Limit(look.FormWidth, kit.Muted(lead)))
	}
	if enter != nil {
		head = append(head, enter)
	}
	main := kit.Limit(look.FormWidth, kit.Column(look.L, append([]fyne.CanvasObject{f.notice}, content...)...))
	rows := []fyne.CanvasObject{kit.Column(look.XS, head...)}
	if aside == nil {
		rows = append(rows, main)
	} else {
		rows = append(rows, kit.Limit(look.FormWidth+look.XL+asideWidth, kit.Beside(main, aside, asideWidth, mainLeast, look.XL)))
	}
	f.page = kit.NewPage(kit.Column(look.L, rows...))
	return f.page
}

// tell shows the card and brings it into sight.
func (f *frame) tell(tone look.Tone, what trouble, actions ...fyne.CanvasObject) {
	f.notice.Set(tone, what.title, what.text)
	f.notice.SetActions(actions...)
	f.notice.Show()
	f.page.Refresh()
	f.page.Reveal(f.notice)
}

// hush takes the card away: the person has acted since.
func (f *frame) hush() {
	if f.notice.Visible() {
		f.notice.Hide()
		f.page.Refresh()
	}
}

// retype puts the cursor into a field with all of it selected: what was wrong
// can still be read, and typing replaces it.
func retype(c *screen.Context, field *kit.Field) {
	field.Focus()
	if e, ok := c.Window.Canvas().Focused().(fyne.Shortcutable); ok {
		e.TypedShortcut(&fyne.ShortcutSelectAll{})
	}
}

// put writes into a field and leaves the cursor at its end. Whatever was
// selected there is not any more: the toolkit would go on from the old place.
func put(c *screen.Context, field *kit.Field, value string) {
	field.Focus()
	end := func() {
		if e := c.Window.Canvas().Focused(); e != nil {
			e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
		}
	}
	end()
	field.SetValue(value)
	end()
}

// steps is the way to an account, with how far one is: 0 is the form.
func steps(c *screen.Context, at int) fyne.CanvasObject {
	var all []kit.Step
	for i, key := range []string{"form", "recap", "mail", "password"} {
		s := kit.Step{Title: t("steps." + key)}
		switch {
		case i < at:
			s.Tone = look.ToneSuccess
		case i == at:
			s.Tone, s.Icon, s.Text = look.ToneInfo, "arrow-right", t("steps."+key+"Text")
			if key == "form" && c.Session.Kiosk() {
				s.Text = t("steps.formKiosk")
			}
		default:
			s.Ahead = true
		}
		all = append(all, s)
	}
	return kit.Card(kit.Column(look.M, kit.Strong(t("steps.title")), kit.Timeline(all...)))
}

package account

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// sent says where the mail went and asks for the code in it.
func sent(c *screen.Context) screen.Screen {
	r, _ := c.Session.Registration()
	if c.Session.Handle() == "" {
		return noRequest(c)
	}
	m := newMailed(c)
	lead := t("sent.lead", "Mail", strings.TrimSpace(r.Profile.Mail))
	content := []fyne.CanvasObject{m.form, demoMail(c, m.frame), m.help()}
	page := m.build(t("sent.title"), lead, m.enter, content, steps(c, 2))
	return screen.Screen{Content: page, Title: t("sent.title"), Focus: m.enter}
}

// noRequest stands where a code is asked for in a window that asked for no
// account: no code could work there.
func noRequest(c *screen.Context) screen.Screen {
	f := newFrame()
	in := kit.Primary(t("none.signIn"), func() { c.Replace(screen.To(screen.SignIn)) }).Icon("sign-in")
	anew := kit.Secondary(t("none.register"), func() { c.Replace(screen.To(screen.Register)) }).Icon("user-plus")
	card := kit.Card(kit.Column(look.M, kit.Section(t("none.title")), kit.Body(t("none.text")), kit.Line(look.S+4, in, anew)))
	page := f.build(t("window.title"), "", nil, []fyne.CanvasObject{card, kit.Back(t("back"), c.Back)}, nil)
	return screen.Screen{Content: page, Title: t("window.title"), Focus: in}
}

// mailed is the question for the mailed code and what helps when none came.
type mailed struct {
	*frame
	c      *screen.Context
	code   *kit.Field
	form   *kit.Form
	again  *kit.Button
	enter  *entrance
	opened func()
}

func newMailed(c *screen.Context) *mailed {
	m := &mailed{frame: newFrame(), c: c}
	m.opened = func() { c.Replace(screen.To(screen.Activate)) }
	m.code = codeField(c, t("code.mailed"), t("code.mailedHint"))
	m.form = kit.NewForm(t("code.next"), m.submit)
	m.form.Add(m.code)
	m.enter = newEntrance(c, m.frame)
	return m
}

// help is what to do when no mail came, or when the browser has done it.
func (m *mailed) help() fyne.CanvasObject {
	m.again = kit.Secondary(t("sent.again"), m.resend).Icon("envelope-simple")
	parts := []fyne.CanvasObject{
		kit.Strong(t("sent.helpTitle")), kit.Body(t("sent.helpText")),
		kit.Line(look.S, m.again, kit.Plain(t("sent.correct"), func() {
			m.c.Go(screen.To(screen.Register, "step", stepRecap))
		}).Icon("pencil-simple"),
			kit.Plain(t("sent.anew"), m.anew).Icon("trash")),
	}
	browser := kit.Card(kit.Column(look.S, kit.Strong(t("sent.browserTitle")), kit.Body(t("sent.browserText")),
		kit.Line(look.S, kit.Secondary(t("sent.browser"), func() { m.c.Go(screen.To(screen.WindowCode)) }).Icon("key"))))
	return kit.Column(look.M, kit.Card(kit.Column(look.S, parts...)), browser)
}

// anew drops what was asked for, after a question, and begins again.
func (m *mailed) anew() {
	m.c.Dialogs.Confirm(kit.Confirmation{
		Title: t("sent.anewTitle"), Text: t("sent.anewText"), Yes: t("sent.anew"), No: t("erase.no"), Danger: true,
	}, func(yes bool) {
		if !yes {
			return
		}
		keep := &keeper{c: m.c}
		keep.forget(func(err error) {
			if err != nil {
				m.tell(look.ToneError, troubleOf(err))
				return
			}
			m.c.Replace(screen.To(screen.Register))
		})
	})
}

func (m *mailed) submit() {
	code := digits(m.code.Value())
	m.hush()
	m.form.MainButton().Busy(t("code.busy"))
	screen.Run(m.c, "code", func(ctx context.Context) (wire.Activation, error) {
		return m.c.Session.OpenActivation(ctx, code)
	}, func(_ wire.Activation, err error) {
		m.form.MainButton().Ready()
		if err == nil {
			m.opened()
			return
		}
		codeFailed(m.c, m.frame, m.code, err, "code", kit.Secondary(t("sent.again"), m.resend).Icon("envelope-simple"))
	})
}

// codeFailed says beside the field that the code was not the right one and
// how often one may still try, or above it that this code serves no more.
// The texts of the mailed code and of the browser's stand under kind.
func codeFailed(c *screen.Context, f *frame, field *kit.Field, err error, kind string, instead fyne.CanvasObject) {
	switch portal.CodeOf(err) {
	case wire.CodeWrong:
		if left := leftOf(err); left > 0 {
			field.SetMistake(t("code.wrong", "Count", left))
			f.page.Refresh()
			retype(c, field)
			return
		}
		f.tell(look.ToneError, about(kind+".spent"), instead)
	case wire.CodeExpired:
		f.tell(look.ToneError, about(kind+".expired"), instead)
	default:
		f.tell(look.ToneError, troubleOf(err))
	}
	retype(c, field)
}

// resend asks for a new mail.
func (m *mailed) resend() {
	m.again.Busy(t("sent.againBusy"))
	screen.Run(m.c, "resend", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, m.c.Session.Resend(ctx)
	}, func(_ struct{}, err error) {
		m.again.Ready()
		switch portal.CodeOf(err) {
		case "":
			put(m.c, m.code, "")
			m.code.SetMistake("")
			m.tell(look.ToneSuccess, about("sent.done"))
		case wire.CodeExpired:
			// The account was made, or asked for too long ago.
			m.tell(look.ToneError, about("sent.over"),
				kit.Secondary(t("none.signIn"), func() { m.c.Go(screen.To(screen.SignIn)) }).Icon("sign-in"),
				kit.Plain(t("none.register"), func() { m.c.Go(screen.To(screen.Register, "step", stepRecap)) }))
		default:
			m.tell(look.ToneError, troubleOf(err))
		}
	})
}

package account

import (
	"context"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Activate asks for the mailed code and, once it was right, for login and
// password; with them the account exists and the window is signed in.
func Activate(c *screen.Context, _ screen.Route) screen.Screen {
	if live, open := c.Session.Activation(); open {
		return chooseLogin(c, live)
	}
	return sent(c)
}

// choosing is the choice of login and password within a live activation.
type choosing struct {
	*frame
	c      *screen.Context
	live   wire.Activation
	login  *kit.Field
	pass   *newPassword
	free   *kit.Text
	form   *kit.Form
	person accounts.PasswordContext
	taken  map[string]bool // what was asked, by login
}

func chooseLogin(c *screen.Context, live wire.Activation) screen.Screen {
	a := &choosing{frame: newFrame(), c: c, live: live, taken: map[string]bool{live.Login: false}}
	town, _ := c.Session.Portal()
	r, _ := c.Session.Registration()
	a.person = accounts.PasswordContext{FirstName: live.FirstName, LastName: live.LastName, Mail: live.Mail, BirthDate: r.Profile.BirthDate, Town: town.Name}

	a.login = kit.TextField(t("activate.login")).Named("login").Hint(i18n.T("rule.login", nil)).
		Needed(sentence(portal.E(portal.Missing, "login"))).Rule(a.judgeLogin).OnLeft(a.askFree)
	a.login.OnChanged(func(string) { a.say("") })
	a.free = kit.Body("").Role(look.Success)
	a.free.Hide()
	a.pass = chooseNewPassword(c, t("activate.password"), a.about)
	a.form = kit.NewForm(t("activate.do"), a.submit)
	a.form.Add(append([]fyne.CanvasObject{kit.Column(look.XS, a.login, a.free)}, a.pass.fields()...)...)
	a.login.SetValue(live.Login)
	a.say(t("activate.proposed"))
	enter := newEntrance(c, a.frame)
	page := a.build(t("activate.title"), t("activate.lead", "Name", live.FirstName), enter, []fyne.CanvasObject{a.form}, steps(c, 3))
	return screen.Screen{Content: page, Title: t("activate.title"), Focus: enter, Again: a.retold}
}

// retold measures and judges anew what was typed before the language changed.
func (a *choosing) retold() {
	if login := accounts.NormaliseLogin(a.login.Value()); login != a.live.Login {
		a.say("")
		if a.judgeLogin(login) == "" {
			a.askFree(login)
		}
	}
	a.pass.measure(a.pass.value())
}

// say shows what is known of the login, under its field.
func (a *choosing) say(text string) {
	a.free.SetText(text)
	if show := text != ""; show != a.free.Visible() {
		if show {
			a.free.Show()
		} else {
			a.free.Hide()
		}
		if a.page != nil {
			a.page.Refresh()
		}
	}
}

func (a *choosing) judgeLogin(v string) string {
	login, wrong := accounts.CheckLogin(v)
	if wrong != nil {
		return sentence(wrong)
	}
	if a.taken[login] {
		return sentence(portal.E(wire.LoginTaken, "login"))
	}
	return ""
}

// askFree asks once about each login whether somebody has it already: the
// portal answers only so often.
func (a *choosing) askFree(v string) {
	login := accounts.NormaliseLogin(v)
	if taken, asked := a.taken[login]; asked {
		if !taken {
			a.say(t("activate.free"))
		}
		return
	}
	screen.Run(a.c, "login", func(ctx context.Context) (bool, error) {
		return a.c.Session.LoginFree(ctx, a.live.Activation, login)
	}, func(free bool, err error) {
		if portal.CodeOf(err) == wire.CodeExpired {
			a.over()
			return
		}
		if err != nil {
			return // it is told when the account is activated
		}
		a.taken[login] = !free
		if accounts.NormaliseLogin(a.login.Value()) != login {
			return
		}
		if free {
			a.say(t("activate.free"))
			return
		}
		a.say("")
		a.login.SetMistake(sentence(portal.E(wire.LoginTaken, "login")))
		a.page.Refresh()
	})
}

func (a *choosing) about() accounts.PasswordContext {
	p := a.person
	p.Login = accounts.NormaliseLogin(a.login.Value())
	return p
}

func (a *choosing) submit() {
	login, password := accounts.NormaliseLogin(a.login.Value()), a.pass.value()
	a.hush()
	a.form.MainButton().Busy(t("activate.busy"))
	screen.Run(a.c, "activate", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, a.c.Session.Activate(ctx, a.live.Activation, login, password)
	}, func(_ struct{}, err error) {
		a.form.MainButton().Ready()
		switch code := portal.CodeOf(err); {
		case err == nil:
			a.c.Toasts.Say(look.ToneSuccess, t("activate.done", "Name", a.live.FirstName))
			a.c.Replace(screen.To(screen.Home))
		case code == wire.LoginTaken:
			a.taken[login] = true
			a.say("")
			a.form.Fail(map[string]string{"login": sentence(err)})
		case code == wire.CodeExpired:
			a.over()
		case fieldOf(err) == "login" || fieldOf(err) == "password":
			a.form.Fail(map[string]string{fieldOf(err): sentence(err)})
		default:
			a.tell(look.ToneError, troubleOf(err))
		}
	})
}

// over is the end of a live activation: a new code has to be asked for.
func (a *choosing) over() {
	a.tell(look.ToneError, about("activate.over"),
		kit.Secondary(t("activate.anew"), func() { a.c.Replace(screen.To(screen.Activate)) }).Icon("envelope-simple"))
}

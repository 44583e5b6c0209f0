package account

import (
	"context"
	"unicode/utf8"

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
	pass   *kit.Field
	again  *kit.Field
	free   *kit.Text
	more   *kit.Text
	meter  *kit.StrengthMeter
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
	a.pass = kit.PasswordField(t("activate.password")).Named("password").Hint(i18n.T("rule.password", nil)).
		Needed(sentence(portal.E(portal.Missing, "password"))).Rule(a.judgePassword).OnChanged(a.measure)
	a.meter, a.more = kit.NewStrengthMeter(), kit.Caption("")
	a.again = kit.PasswordField(t("activate.again")).Named("again").Needed(t("activate.againMissing")).Rule(func(v string) string {
		if v != a.pass.Value() {
			return t("activate.differ")
		}
		return ""
	})
	a.pass.OnLeft(func(string) { a.again.CheckAnswered() })
	a.form = kit.NewForm(t("activate.do"), a.submit)
	a.form.Add(
		kit.Column(look.XS, a.login, a.free),
		kit.Column(look.S, a.pass, kit.Column(look.XS, a.meter, a.more)),
		a.again)
	a.login.SetValue(live.Login)
	a.say(t("activate.proposed"))
	a.measure("")
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
	a.measure(a.pass.Value())
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

func (a *choosing) judgePassword(v string) string {
	if _, wrong := accounts.CheckPassword(v, a.about()); wrong != nil {
		return sentence(wrong)
	}
	return ""
}

// measure keeps the meter true while one types. The estimate takes a moment,
// so it is made beside the window.
func (a *choosing) measure(v string) {
	missing := accounts.PasswordMin - utf8.RuneCountInString(accounts.NormalisePassword(v))
	if v != "" && missing > 0 {
		a.more.SetText(t("activate.more", "Count", missing))
	} else {
		a.more.SetText("")
	}
	if v == "" {
		a.c.Scope.Cancel("strength")
		a.meter.SetScore(-1)
		return
	}
	about := a.about()
	type judged struct {
		score int
		wrong *portal.Error
	}
	screen.Run(a.c, "strength", func(context.Context) (judged, error) {
		s, wrong := accounts.CheckPassword(v, about)
		return judged{s.Score, wrong}, nil
	}, func(j judged, err error) {
		if err != nil {
			return
		}
		a.meter.SetScore(j.score)
		// What was said of an earlier password must not stand above the praise
		// of this one.
		if j.wrong == nil && a.pass.Mistake() != "" {
			a.pass.SetMistake("")
			a.page.Refresh()
		}
	})
}

func (a *choosing) submit() {
	login, password := accounts.NormaliseLogin(a.login.Value()), a.pass.Value()
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

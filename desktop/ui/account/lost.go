package account

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// The steps of Lost, as they stand in addresses; without one it asks what was
// lost.
const (
	lostLogin    = "login"
	lostPassword = "password"
	lostCode     = "code"
)

// Lost helps who has forgotten the login or the password. What it says is the
// same whether or not there is such an account.
func Lost(c *screen.Context, r screen.Route) screen.Screen {
	open, opened := c.Session.Reset()
	switch what := r.Arg("what"); {
	case what == lostCode && opened:
		return chooseAnother(c, open)
	case what == lostCode && c.Session.Recovering() != "":
		return mailedReset(c)
	case what == lostLogin:
		return askLogin(c)
	case what == lostPassword, what == lostCode:
		return askPassword(c)
	}
	return askWhat(c)
}

func toLost(what string) screen.Route { return screen.To(screen.Lost, "what", what) }

// askWhat asks what was lost.
func askWhat(c *screen.Context) screen.Screen {
	f := newFrame()
	rows := kit.RowsCard(
		kit.NewRow(t("lost.password"), t("lost.passwordText"), func() { c.Go(toLost(lostPassword)) }).Icon("key"),
		kit.NewRow(t("lost.login"), t("lost.loginText"), func() { c.Go(toLost(lostLogin)) }).Icon("user-circle"))
	f.back = kit.Back(t("back"), c.Back)
	page := f.build(t("lost.title"), t("lost.lead"), nil, []fyne.CanvasObject{rows, kit.Muted(t("lost.both"))}, lostAside())
	return screen.Screen{Content: page, Title: t("lost.title")}
}

// lostAside says to whom no mail is sent.
func lostAside() fyne.CanvasObject {
	return kit.Card(kit.Column(look.M,
		kit.Column(look.XS, kit.Strong(t("lost.agentTitle")), kit.Muted(t("lost.agentText"))),
		kit.Column(look.XS, kit.Strong(t("lost.noMailTitle")), kit.Muted(t("lost.noMailText")))))
}

// asking is the one question of a step.
type asking struct {
	*frame
	c     *screen.Context
	field *kit.Field
	form  *kit.Form
}

// askOne builds a step with one question.
func askOne(c *screen.Context, key string, field *kit.Field, send func(ctx context.Context, typed string) error, sent func(a *asking, typed string)) screen.Screen {
	a := &asking{frame: newFrame(), c: c, field: field}
	a.form = kit.NewForm(t("lost.send"), func() {
		typed := strings.TrimSpace(field.Value())
		a.hush()
		a.form.MainButton().Busy(t("lost.busy"))
		screen.Run(c, "lost", func(ctx context.Context) (struct{}, error) {
			return struct{}{}, send(ctx, typed)
		}, func(_ struct{}, err error) {
			a.form.MainButton().Ready()
			switch {
			case err == nil:
				sent(a, typed)
			case fieldOf(err) == field.Key:
				a.form.Fail(map[string]string{field.Key: sentence(err)})
			default:
				a.tell(look.ToneError, troubleOf(err))
			}
		})
	}, kit.Plain(t("back"), c.Back))
	a.form.Add(field)
	field.OnChanged(func(string) { a.hush() })
	enter := newEntrance(c, a.frame)
	page := a.build(t("lost."+key+".title"), t("lost."+key+".lead"), enter, []fyne.CanvasObject{a.form, demoMail(c, a.frame)}, lostAside())
	return screen.Screen{Content: page, Title: t("lost." + key + ".title"), Focus: enter}
}

// askLogin has a login sent to its mail address.
func askLogin(c *screen.Context) screen.Screen {
	field := kit.TextField(t("lost.mail")).Named("mail").Hint(t("lost.mailHint")).Needed(sentence(portal.E(portal.Missing, "mail"))).
		Rule(func(v string) string {
			if _, ok := accounts.NormaliseMail(v); !ok {
				return sentence(portal.E(accounts.BadMail, "mail"))
			}
			return ""
		})
	return askOne(c, "askLogin", field, c.Session.RecoverLogin, func(a *asking, typed string) {
		in := kit.Secondary(t("lost.code.signIn"), func() { c.Go(screen.To(screen.SignIn)) }).Icon("sign-in")
		a.tell(look.ToneSuccess, about("lost.loginSent", "Mail", typed), in)
	})
}

// askPassword asks for whom another password is to be chosen.
func askPassword(c *screen.Context) screen.Screen {
	field := kit.TextField(t("lost.who")).Named("who").Hint(t("lost.whoHint")).Needed(t("lost.whoMissing"))
	return askOne(c, "askPassword", field, c.Session.RecoverPassword, func(*asking, string) { c.Replace(toLost(lostCode)) })
}

// mailedReset asks for the mailed code, and says that its link does as well.
func mailedReset(c *screen.Context) screen.Screen {
	f, who := newFrame(), c.Session.Recovering()
	field := codeField(c, t("code.mailed"), t("code.mailedHint"))
	var again *kit.Button
	resend := func() {
		again.Busy(t("lost.busy"))
		screen.Run(c, "resend", func(ctx context.Context) (struct{}, error) {
			return struct{}{}, c.Session.RecoverPassword(ctx, who)
		}, func(_ struct{}, err error) {
			again.Ready()
			if err != nil {
				f.tell(look.ToneError, troubleOf(err))
				return
			}
			put(c, field, "")
			field.SetMistake("")
			f.tell(look.ToneSuccess, about("lost.code.done"))
		})
	}
	again = kit.Secondary(t("lost.code.again"), resend).Icon("envelope-simple")
	var form *kit.Form
	form = kit.NewForm(t("code.next"), func() {
		code := digits(field.Value())
		f.hush()
		form.MainButton().Busy(t("code.busy"))
		screen.Run(c, "code", func(ctx context.Context) (wire.Reset, error) {
			return c.Session.OpenRecovery(ctx, code)
		}, func(_ wire.Reset, err error) {
			form.MainButton().Ready()
			if err == nil {
				c.Replace(toLost(lostCode))
				return
			}
			codeFailed(c, f, field, err, "lost", kit.Secondary(t("lost.code.again"), resend).Icon("envelope-simple"))
		})
	}, kit.Plain(t("lost.code.other"), func() {
		c.Session.ForgetRecovery()
		c.Replace(toLost(lostPassword))
	}))
	form.Add(field)
	help := kit.Column(look.M,
		kit.Card(kit.Column(look.S, kit.Strong(t("lost.code.helpTitle")), kit.Body(t("lost.code.helpText")), kit.Line(look.S, again))),
		kit.Card(kit.Column(look.S, kit.Strong(t("lost.code.browserTitle")), kit.Body(t("lost.code.browserText")),
			kit.Line(look.S, kit.Secondary(t("lost.code.signIn"), func() { c.Go(screen.To(screen.SignIn)) }).Icon("sign-in")))))
	enter := newEntrance(c, f)
	page := f.build(t("sent.title"), t("lost.code.lead", "Who", who), enter, []fyne.CanvasObject{form, demoMail(c, f), help}, lostAside())
	return screen.Screen{Content: page, Title: t("sent.title"), Focus: enter}
}

// chooseAnother asks for the new password; with it the window is signed in.
func chooseAnother(c *screen.Context, open wire.Reset) screen.Screen {
	f := newFrame()
	town, _ := c.Session.Portal()
	pass := chooseNewPassword(c, t("lost.new.password"), func() accounts.PasswordContext {
		return accounts.PasswordContext{Login: open.Login, FirstName: open.FirstName, LastName: open.LastName, Mail: open.Mail, Town: town.Name}
	})
	var end *kit.Field
	var form *kit.Form
	form = kit.NewForm(t("lost.new.do"), func() {
		password, endPending := pass.value(), end != nil && end.Value() != ""
		f.hush()
		form.MainButton().Busy(t("lost.new.busy"))
		screen.Run(c, "reset", func(ctx context.Context) (struct{}, error) {
			return struct{}{}, c.Session.ResetPassword(ctx, password, endPending)
		}, func(_ struct{}, err error) {
			form.MainButton().Ready()
			switch {
			case err == nil:
				c.Replace(screen.To(screen.Home))
			case portal.CodeOf(err) == wire.CodeExpired:
				c.Session.ForgetRecovery()
				f.tell(look.ToneError, about("lost.new.over"),
					kit.Secondary(t("activate.anew"), func() { c.Replace(toLost(lostPassword)) }).Icon("envelope-simple"))
			case fieldOf(err) == "password":
				form.Fail(map[string]string{"password": sentence(err)})
			default:
				f.tell(look.ToneError, troubleOf(err))
			}
		})
	})
	form.Add(pass.fields()...)
	if open.Pending {
		end = kit.CheckField(t("lost.new.end")).Named("end").Hint(t("lost.new.endHint"))
		end.SetValue("yes")
		form.Add(end)
	}
	form.Add(kit.Muted(t("lost.new.ends")))
	enter := newEntrance(c, f)
	page := f.build(t("lost.new.title"), t("lost.new.lead", "Name", open.FirstName, "Login", open.Login), enter, []fyne.CanvasObject{form}, nil)
	return screen.Screen{Content: page, Title: t("lost.new.title"), Focus: enter, Again: func() { pass.measure(pass.value()) }}
}

package account

import (
	"context"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// ownPassword asks for the password that shows who is there.
func ownPassword(name string) *kit.Field {
	return kit.PasswordField(t("profile.ownPassword")).Named(name).Hint(t("profile.ownPasswordHint")).Needed(t("signin.passwordMissing"))
}

// anotherPassword asks for the old password and the new one.
func anotherPassword(c *screen.Context, me wire.Account) screen.Screen {
	f := newFrame()
	town, _ := c.Session.Portal()
	old := kit.PasswordField(t("profile.oldPassword")).Named("old").Needed(t("signin.passwordMissing"))
	pass := chooseNewPassword(c, t("lost.new.password"), func() accounts.PasswordContext {
		return accounts.PasswordContext{Login: me.Login, FirstName: me.FirstName, LastName: me.LastName, Mail: me.Mail, BirthDate: me.Birth, Town: town.Name}
	})
	pass.pass.Named("new")
	var form *kit.Form
	form = kit.NewForm(t("lost.new.do"), func() {
		was, fresh := old.Value(), pass.value()
		f.hush()
		form.MainButton().Busy(t("lost.new.busy"))
		screen.Run(c, "password", func(ctx context.Context) (struct{}, error) {
			return struct{}{}, c.Session.ChangePassword(ctx, was, fresh)
		}, func(_ struct{}, err error) {
			form.MainButton().Ready()
			if err != nil {
				f.failed(form, err)
				return
			}
			c.Toasts.Say(look.ToneSuccess, t("profile.passwordDone"))
			c.Back()
		})
	}, kit.Plain(t("register.cancel"), c.Back))
	form.Add(append([]fyne.CanvasObject{old}, pass.fields()...)...)
	form.Add(kit.Muted(t("profile.passwordEnds")), needsLine())
	enter := newEntrance(c, f)
	page := f.build(t("profile.password"), "", enter, []fyne.CanvasObject{form}, nil)
	return screen.Screen{Content: page, Title: t("profile.password"), Focus: enter, Again: func() { pass.measure(pass.value()) }}
}

// anotherMail asks for another mail address.
func anotherMail(c *screen.Context, me wire.Account) screen.Screen {
	f := newFrame()
	field := kit.TextField(t("mailChange.new")).Named("mail").Hint(t("mailChange.newHint")).Needed(sentence(portal.E(portal.Missing, "mail"))).
		Rule(func(v string) string {
			key, ok := accounts.NormaliseMail(v)
			switch {
			case !ok:
				return sentence(portal.E(accounts.BadMail, "mail"))
			case key == me.Mail:
				return sentence(portal.E(wire.SameMail, "mail"))
			}
			return ""
		})
	password := ownPassword("password")
	var form *kit.Form
	form = kit.NewForm(t("mailChange.send"), func() {
		to, pw := field.Value(), password.Value()
		f.hush()
		form.MainButton().Busy(t("lost.busy"))
		screen.Run(c, "mail", func(ctx context.Context) (struct{}, error) {
			return struct{}{}, c.Session.AskMail(ctx, to, pw)
		}, func(_ struct{}, err error) {
			form.MainButton().Ready()
			if err != nil {
				f.failed(form, err)
				return
			}
			c.Replace(screen.To(screen.Change, "part", changeCode, "to", to))
		})
	}, kit.Plain(t("register.cancel"), c.Back))
	form.Add(field, password, kit.Muted(t("mailChange.what")), needsLine())
	enter := newEntrance(c, f)
	parts := []fyne.CanvasObject{}
	if waits := mailWaits(c, me); waits != nil {
		parts = append(parts, waits)
	}
	page := f.build(t("mailChange.title"), t("mailChange.lead", "Mail", me.Mail), enter, append(parts, form), nil)
	return screen.Screen{Content: page, Title: t("mailChange.title"), Focus: enter}
}

// confirmMail asks for the code that was mailed to the new address, and says
// that the link there does as well; in another window the link alone does.
func confirmMail(c *screen.Context, to string) screen.Screen {
	f := newFrame()
	anew := kit.Secondary(t("mailChange.again"), func() { c.Replace(toChange(changeMail)) }).Icon("envelope-simple")
	var stop *kit.Button
	var parts []fyne.CanvasObject
	var enter *entrance
	lead, link := t("mailChange.codeLead", "Mail", to), t("lost.code.browserTitle")
	if c.Session.AskedMail() {
		field := codeField(c, t("code.mailed"), t("code.mailedHint"))
		var form *kit.Form
		form = kit.NewForm(t("mailChange.do"), func() {
			code := digits(field.Value())
			f.hush()
			form.MainButton().Busy(t("code.busy"))
			screen.Run(c, "code", func(ctx context.Context) (struct{}, error) {
				return struct{}{}, c.Session.ConfirmMail(ctx, code)
			}, func(_ struct{}, err error) {
				form.MainButton().Ready()
				switch portal.CodeOf(err) {
				case "":
					c.Toasts.Say(look.ToneSuccess, t("mailChange.done", "Mail", to))
					c.Replace(screen.To(screen.Details))
				case portal.Unauthorized:
					f.failed(form, err)
				default:
					codeFailed(c, f, field, err, "mailChange", kit.Secondary(t("mailChange.again"), func() { c.Replace(toChange(changeMail)) }).Icon("envelope-simple"))
				}
			})
		}, kit.Plain(t("back"), c.Back))
		form.Add(field)
		enter = newEntrance(c, f)
		parts = append(parts, form)
	} else {
		f.back = kit.Back(t("back"), c.Back)
		lead, link = t("mailChange.linkLead", "Mail", to), t("mailChange.link")
		parts = append(parts, kit.NewNotice(look.ToneInfo, "", t("mailChange.elsewhere")))
	}
	stop = kit.Plain(t("mailChange.stop"), func() {
		stop.Busy(t("lost.busy"))
		screen.Run(c, "stop", func(ctx context.Context) (struct{}, error) {
			return struct{}{}, c.Session.StopMail(ctx)
		}, func(_ struct{}, err error) {
			stop.Ready()
			switch portal.CodeOf(err) {
			case "":
				c.Replace(screen.To(screen.Details))
			case portal.Unauthorized:
				f.tell(look.ToneWarning, about("profile.signedOut"))
			default:
				f.tell(look.ToneError, troubleOf(err))
			}
		})
	}).Icon("x-circle")
	parts = append(parts, demoMail(c, f), kit.Card(kit.Column(look.S,
		kit.Strong(link), kit.Body(t("mailChange.browser")), kit.Line(look.S, anew, stop))))
	page := f.build(t("sent.title"), lead, enter, parts, nil)
	s := screen.Screen{Content: page, Title: t("sent.title")}
	if enter != nil {
		s.Focus = enter
	}
	return s
}

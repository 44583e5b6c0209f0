package account

import (
	"context"

	"fyne.io/fyne/v2"

	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// WindowCode takes any code: the one that the browser showed after the account
// was activated there, which signs in, or the one of the mail, which opens the
// choice of login and password.
func WindowCode(c *screen.Context, _ screen.Route) screen.Screen {
	if c.Session.Handle() == "" {
		return noRequest(c)
	}
	f := newFrame()
	field := codeField(c, t("window.shown"), t("window.shownHint"))
	signIn := func() { c.Go(screen.To(screen.SignIn)) }
	mail := func() { c.Go(screen.To(screen.Activate)) }
	var form *kit.Form
	form = kit.NewForm(t("code.next"), func() {
		code := digits(field.Value())
		f.hush()
		form.MainButton().Busy(t("code.busy"))
		screen.Run(c, "code", func(ctx context.Context) (bool, error) {
			return takeCode(ctx, c.Session, code)
		}, func(mailed bool, err error) {
			form.MainButton().Ready()
			switch {
			case err != nil && mailed:
				codeFailed(c, f, field, err, "code", kit.Secondary(t("window.byMailAgain"), mail).Icon("envelope-simple"))
			case err != nil:
				codeFailed(c, f, field, err, "window", kit.Line(look.S,
					kit.Secondary(t("window.password"), signIn).Icon("sign-in"), kit.Secondary(t("window.byMailAgain"), mail).Icon("envelope-simple")))
			case mailed:
				c.Replace(screen.To(screen.Activate))
			default:
				c.Replace(screen.To(screen.Home))
			}
		})
	}, kit.Plain(t("back"), c.Back))
	form.Add(field)
	enter := newEntrance(c, f)
	other := kit.Card(kit.Column(look.S,
		kit.Strong(t("window.byMail")), kit.Body(t("window.byMailText")),
		kit.Line(look.S, kit.Secondary(t("window.byMailDo"), mail).Icon("envelope-simple"))))
	page := f.build(t("window.title"), t("window.lead"), enter, []fyne.CanvasObject{form}, other)
	return screen.Screen{Content: page, Title: t("window.title"), Focus: enter}
}

// takeCode tries a code as the browser's and, where none of those is awaited,
// as the mail's; it tells whether the mail's is what was answered about.
func takeCode(ctx context.Context, s *session.Session, code string) (mailed bool, err error) {
	if err = s.SignInWindow(ctx, code); portal.CodeOf(err) != wire.CodeExpired {
		return false, err
	}
	_, opened := s.OpenActivation(ctx, code)
	if portal.CodeOf(opened) == wire.CodeExpired {
		return false, err // of neither kind
	}
	return true, opened
}

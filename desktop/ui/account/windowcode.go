package account

import (
	"context"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
)

// WindowCode signs in by the code that the browser showed after the account
// was activated there.
func WindowCode(c *screen.Context, _ screen.Route) screen.Screen {
	if c.Session.Handle() == "" {
		return noRequest(c)
	}
	f := newFrame()
	field := codeField(c, t("window.shown"), t("window.shownHint"))
	signIn := func() { c.Go(screen.To(screen.SignIn)) }
	var form *kit.Form
	form = kit.NewForm(t("signin.do"), func() {
		code := digits(field.Value())
		f.hush()
		form.MainButton().Busy(t("signin.busy"))
		screen.Run(c, "code", func(ctx context.Context) (struct{}, error) {
			return struct{}{}, c.Session.SignInWindow(ctx, code)
		}, func(_ struct{}, err error) {
			form.MainButton().Ready()
			if err == nil {
				c.Replace(screen.To(screen.Home))
				return
			}
			codeFailed(c, f, field, err, "window", kit.Secondary(t("window.password"), signIn).Icon("sign-in"))
		})
	}, kit.Plain(t("back"), c.Back))
	form.Add(field)
	enter := newEntrance(c, f)
	other := kit.Card(kit.Column(look.S,
		kit.Strong(t("window.byMail")), kit.Body(t("window.byMailText")),
		kit.Line(look.S, kit.Secondary(t("window.byMailDo"), func() { c.Go(screen.To(screen.Activate)) }).Icon("envelope-open"))))
	page := f.build(t("window.title"), t("window.lead"), enter, []fyne.CanvasObject{form}, other)
	return screen.Screen{Content: page, Title: t("window.title"), Focus: enter}
}

package account

import (
	"context"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
)

// CloseAccount says what closing an account means, and does it after the
// password: what goes, what the law has the town hall keep, and how long one
// may change one's mind. Once it is done the route says until when that is.
func CloseAccount(c *screen.Context, r screen.Route) screen.Screen {
	f := newFrame()
	if until, err := strconv.ParseInt(r.Arg("until"), 10, 64); err == nil {
		return closed(c, f, time.UnixMicro(until))
	}
	password := ownPassword("password")
	var form *kit.Form
	form = kit.NewForm(t("closing.do"), func() {
		pw := password.Value()
		c.Dialogs.Confirm(kit.Confirmation{Title: t("closing.ask"), Text: t("closing.askText"), Yes: t("closing.do"), No: t("closing.keep"), Danger: true}, func(yes bool) {
			if !yes {
				return
			}
			f.hush()
			form.MainButton().Busy(t("closing.busy"))
			screen.Run(c, "close", func(ctx context.Context) (time.Time, error) {
				return c.Session.CloseAccount(ctx, pw)
			}, func(at time.Time, err error) {
				form.MainButton().Ready()
				if err != nil {
					f.failed(form, err)
					return
				}
				c.Replace(screen.To(screen.CloseAccount, "until", strconv.FormatInt(at.UnixMicro(), 10)))
			})
		})
	}, kit.Plain(t("closing.keep"), c.Back))
	form.Add(password, needsLine())
	parts := append(meant(c), form)
	// The focus stays at the top: this is to be read before anything is typed.
	page := f.build(t("closing.title"), "", nil, parts, nil)
	return screen.Screen{Content: page, Title: t("closing.title")}
}

// owed says what stands on the prepaid accounts; nil where nothing does.
func owed(c *screen.Context) fyne.CanvasObject {
	var sum portal.Money
	for _, b := range c.View.Balances() {
		sum += b.Expected
	}
	switch {
	case sum > 0:
		return kit.NewNotice(look.ToneInfo, t("closing.left.title", "Amount", i18n.Money(int64(sum))), t("closing.left.text"))
	case sum < 0:
		return kit.NewNotice(look.ToneWarning, t("closing.owed.title", "Amount", i18n.Money(int64(-sum))), t("closing.owed.text"))
	}
	return nil
}

// meant is what closing an account means.
func meant(c *screen.Context) (parts []fyne.CanvasObject) {
	if notice := owed(c); notice != nil {
		parts = append(parts, notice)
	}
	list := func(key string, n ...string) fyne.CanvasObject {
		rows := []fyne.CanvasObject{kit.Section(t("closing." + key + ".title"))}
		for _, line := range n {
			rows = append(rows, kit.Body(t("closing."+key+"."+line)))
		}
		return kit.Card(kit.Column(look.S, rows...))
	}
	return append(parts,
		list("mind", "text"),
		list("goes", "access", "contact", "documents", "requests"),
		list("stays", "money", "children", "decided", "days"))
}

// closed is the screen once it is done: the session has ended, and only its
// person's leaving is left.
func closed(c *screen.Context, f *frame, until time.Time) screen.Screen {
	f.notice.Set(look.ToneSuccess, t("closing.done.title"), t("closing.done.text", "Until", i18n.DateTime(until.In(portal.Paris))))
	f.notice.SetActions(kit.Primary(t("closing.leave"), func() {
		screen.Run(c, "leave", func(ctx context.Context) (struct{}, error) { return struct{}{}, c.Session.LeaveForGood(ctx) }, func(struct{}, error) {})
	}).Icon("sign-out"))
	f.notice.Show()
	page := f.build(t("closing.title"), "", nil, meant(c), nil)
	return screen.Screen{Content: page, Title: t("closing.title")}
}

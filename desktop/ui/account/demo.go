package account

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/wire"
)

// demoEvery is how often the agents' codes are asked for while they are seen.
const demoEvery = 5 * time.Second

// later calls f on the window's goroutine after a while; a variable, so that
// tests need not wait.
var later = func(c *screen.Context, slot string, d time.Duration, f func()) { c.Scope.After(slot, d, f) }

// demoFold lists the invented accounts of a demonstration in a fold that is
// closed. Outside a demonstration its box stays hidden and empty.
type demoFold struct {
	c     *screen.Context
	box   *kit.Swap
	page  *kit.Page
	fold  *kit.Fold
	codes map[string]*kit.Text // of the agents, by login
	fill  func(login, password string)
}

func newDemoFold(c *screen.Context, fill func(login, password string)) *demoFold {
	d := &demoFold{c: c, box: kit.NewSwap(nil), fill: fill}
	d.box.Hide()
	d.show()
	// Whether this is a demonstration is known for sure only from the portal.
	d.ask("demo")
	return d
}

func (d *demoFold) ask(slot string) {
	screen.Run(d.c, slot, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, d.c.Session.Refresh(ctx)
	}, func(_ struct{}, err error) {
		if err == nil {
			d.show()
		}
		if d.fold != nil && d.fold.Open() {
			d.tick()
		}
	})
}

// tick keeps the codes of the moment true while they are seen.
func (d *demoFold) tick() {
	later(d.c, "demo-wait", demoEvery, func() {
		if d.fold != nil && d.fold.Open() {
			d.ask("demo")
		}
	})
}

// show puts the accounts into the fold, or only the new codes when it is
// there already.
func (d *demoFold) show() {
	demo := d.c.Session.Demo()
	if demo == nil {
		d.box.Hide()
		d.fold = nil
		return
	}
	if d.fold != nil {
		for _, a := range demo.Accounts {
			if text := d.codes[a.Login]; text != nil {
				text.SetText(codeOf(a))
			}
		}
		return
	}
	d.codes = map[string]*kit.Text{}
	var families, agents []fyne.CanvasObject
	for _, a := range demo.Accounts {
		if a.OTP == "" {
			families = append(families, d.row(a))
		} else {
			agents = append(agents, d.row(a))
		}
	}
	parts := []fyne.CanvasObject{kit.Body(t("demo.text"))}
	if demo.Mail != "" {
		parts = append(parts, kit.Column(0, kit.Body(t("demo.mailText")), mailLink(d.c)))
	}
	if len(families) > 0 {
		parts = append(parts, kit.Column(look.S, kit.Strong(t("demo.families")), kit.RowsCard(families...)))
	}
	if len(agents) > 0 {
		parts = append(parts, kit.Column(look.S, kit.Strong(t("demo.agents")), kit.RowsCard(agents...)))
	}
	d.fold = kit.NewFold(t("demo.title"), kit.Column(look.M, parts...)).OnOpen(func(open bool) {
		if open {
			d.ask("demo")
		} else {
			d.c.Scope.Cancel("demo-wait")
		}
		if d.page != nil {
			d.page.Refresh()
		}
	})
	d.box.Set(d.fold)
	d.box.Show()
	if d.page != nil {
		d.page.Refresh()
	}
}

func (d *demoFold) row(a wire.DemoAccount) fyne.CanvasObject {
	lines := []fyne.CanvasObject{
		kit.Strong(a.Name), kit.Muted(i18n.Capital(a.About)),
		kit.Body(t("demo.login", "Login", a.Login, "Password", a.Password)),
	}
	if a.OTP != "" {
		text := kit.Body(codeOf(a))
		d.codes[a.Login] = text
		lines = append(lines, text)
	}
	use := kit.Secondary(t("demo.fill"), func() { d.fill(a.Login, a.Password) })
	return kit.PadXY(look.M, look.S+4, kit.Line(look.M, kit.Grow(kit.Column(0, lines...), 280), use))
}

func codeOf(a wire.DemoAccount) string {
	if len(a.OTP) != 6 {
		return t("demo.code", "Code", a.OTP)
	}
	return t("demo.code", "Code", a.OTP[:3]+" "+a.OTP[3:])
}

// code gives the second factor of a demonstration's agent as it is at this
// moment, to spare a look into the fold; for everybody else it does nothing.
func (d *demoFold) code(login string, give func(code string)) {
	if d.c.Session.Demo() == nil {
		return
	}
	login = accounts.NormaliseLogin(login)
	screen.Run(d.c, "demo-code", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, d.c.Session.Refresh(ctx)
	}, func(_ struct{}, err error) {
		demo := d.c.Session.Demo()
		if err != nil || demo == nil {
			return
		}
		for _, a := range demo.Accounts {
			if a.Login == login && a.OTP != "" {
				give(a.OTP)
			}
		}
	})
}

// mailLink leads to the mails of a demonstration.
func mailLink(c *screen.Context) *kit.LinkButton {
	return kit.Link(t("demo.mail"), func() { c.Go(screen.To(screen.DemoMails)) })
}

// demoMail is that link where a mail is waited for; in earnest it stays
// hidden.
func demoMail(c *screen.Context, f *frame) fyne.CanvasObject {
	box := kit.NewSwap(nil)
	box.Hide()
	show := func() {
		if demo := c.Session.Demo(); demo != nil && demo.Mail != "" && box.Object() == nil {
			box.Set(mailLink(c))
			box.Show()
			if f.page != nil {
				f.page.Refresh()
			}
		}
	}
	show()
	screen.Run(c, "demo", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, c.Session.Refresh(ctx)
	}, func(struct{}, error) { show() })
	return box
}

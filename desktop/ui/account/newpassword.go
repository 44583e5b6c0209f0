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
)

// newPassword is the two fields in which a password is chosen, with what it
// lacks told while one types.
type newPassword struct {
	c     *screen.Context
	about func() accounts.PasswordContext
	pass  *kit.Field
	again *kit.Field
	more  *kit.Text
	meter *kit.StrengthMeter
}

// chooseNewPassword makes them; about is what the password must not be made of.
func chooseNewPassword(c *screen.Context, label string, about func() accounts.PasswordContext) *newPassword {
	p := &newPassword{c: c, about: about, meter: kit.NewStrengthMeter(), more: kit.Caption("")}
	p.pass = kit.PasswordField(label).Named("password").Hint(i18n.T("rule.password", nil)).
		Needed(sentence(portal.E(portal.Missing, "password"))).Rule(p.judge).OnChanged(p.measure)
	p.again = kit.PasswordField(t("activate.again")).Named("again").Needed(t("activate.againMissing")).Rule(func(v string) string {
		if v != p.pass.Value() {
			return t("activate.differ")
		}
		return ""
	})
	p.pass.OnLeft(func(string) { p.again.CheckAnswered() })
	p.measure("")
	return p
}

// fields are what stands in the form.
func (p *newPassword) fields() []fyne.CanvasObject {
	return []fyne.CanvasObject{kit.Column(look.S, p.pass, kit.Column(look.XS, p.meter, p.more)), p.again}
}

func (p *newPassword) value() string { return p.pass.Value() }

func (p *newPassword) judge(v string) string {
	if _, wrong := accounts.CheckPassword(v, p.about()); wrong != nil {
		return sentence(wrong)
	}
	return ""
}

// measure keeps the meter true while one types. The estimate takes a moment,
// so it is made beside the window.
func (p *newPassword) measure(v string) {
	missing := accounts.PasswordMin - utf8.RuneCountInString(accounts.NormalisePassword(v))
	if v != "" && missing > 0 {
		p.more.SetText(t("activate.more", "Count", missing))
	} else {
		p.more.SetText("")
	}
	if v == "" {
		p.c.Scope.Cancel("strength")
		p.meter.SetScore(-1)
		return
	}
	about := p.about()
	type judged struct {
		score int
		wrong *portal.Error
	}
	screen.Run(p.c, "strength", func(context.Context) (judged, error) {
		s, wrong := accounts.CheckPassword(v, about)
		return judged{s.Score, wrong}, nil
	}, func(j judged, err error) {
		if err != nil {
			return
		}
		p.meter.SetScore(j.score)
		// What was said of an earlier password must not stand above the praise
		// of this one.
		if j.wrong == nil && p.pass.Mistake() != "" {
			p.pass.SetMistake("")
			kit.SettlePage(p.pass)
		}
	})
}

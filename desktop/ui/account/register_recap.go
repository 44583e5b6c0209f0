package account

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/portal"
)

// recap shows what was answered before anything is sent.
func recap(c *screen.Context) screen.Screen {
	p := &recapped{c: c, frame: newFrame()}
	p.what, _ = c.Session.Registration()
	p.send = kit.Primary(t("recap.send"), p.submit).Icon("check")
	back := kit.Plain(t("recap.back"), c.Back)
	edit := func(part string) func() {
		return func() { c.Go(screen.To(screen.Register, "part", part)) }
	}
	answers := kit.Recap(sections(p.what, edit)...)
	card := kit.Card(kit.Column(look.M,
		kit.Strong(t("recap.askTitle")),
		kit.Body(t("recap.askText", "Mail", strings.TrimSpace(p.what.Profile.Mail))),
		kit.Line(look.S, p.send, back)))
	notYet := kit.NewNotice(look.ToneInfo, t("recap.notYet"), t("recap.notYetText"))
	page := p.build(t("recap.title"), "", nil, []fyne.CanvasObject{notYet, answers}, kit.Column(look.M, card, steps(c, 1)))
	// The focus is on the page: a second press of Enter must not send what
	// nobody has read.
	return screen.Screen{Content: page, Title: t("register.title")}
}

type recapped struct {
	*frame
	c    *screen.Context
	what session.Registration
	send *kit.Button
}

// sections are the answers as the town hall will have them.
func sections(r session.Registration, edit func(part string) func()) []kit.RecapSection {
	p := r.Profile.Normalise()
	title := ""
	if p.Title != accounts.NoTitle {
		title = t("title." + string(p.Title))
	}
	birth := ""
	if d, err := time.Parse(time.DateOnly, string(p.BirthDate)); err == nil {
		birth = i18n.Date(d)
	}
	return []kit.RecapSection{
		{Title: t("register.identity"), Edit: edit(partIdentity), Answers: []kit.Answer{
			{Question: t("field.title"), Answer: title},
			{Question: t("field.firstName"), Answer: p.FirstName},
			{Question: t("field.lastName"), Answer: p.LastName},
			{Question: t("field.birthDate"), Answer: birth},
		}},
		{Title: t("register.address"), Edit: edit(partAddress), Answers: []kit.Answer{
			{Question: t("recap.address"), Answer: envelope(p.Address)},
		}},
		{Title: t("register.contact"), Edit: edit(partContact), Answers: []kit.Answer{
			{Question: t("field.mail"), Answer: p.Mail},
			{Question: t("field.mobile"), Answer: phone(p.Mobile)},
		}},
	}
}

// envelope writes an address as it stands on one.
func envelope(a accounts.Address) string {
	if a.Empty() {
		return ""
	}
	var lines []string
	for _, line := range []string{a.Line1, a.Line2, strings.TrimSpace(a.Postcode + " " + a.City)} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	if a.Country != accounts.France {
		lines = append(lines, a.Country)
	}
	return strings.Join(lines, "\n")
}

// phone writes a French number in pairs, as people read it.
func phone(e164 string) string {
	national, french := strings.CutPrefix(e164, "+33")
	if !french || len(national) != 9 {
		return e164
	}
	national = "0" + national
	var pairs []string
	for i := 0; i < len(national); i += 2 {
		pairs = append(pairs, national[i:i+2])
	}
	return strings.Join(pairs, "\u00a0")
}

func (p *recapped) submit() {
	wrong := accounts.CheckProfile(p.what.Profile, p.what.MailAgain, p.c.View.Today())
	if len(wrong) > 0 {
		p.wrong(wrong.First())
		return
	}
	p.hush()
	p.send.Busy(t("recap.busy"))
	screen.Run(p.c, "register", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, p.c.Session.Register(ctx, p.what, i18n.Language())
	}, func(_ struct{}, err error) {
		p.send.Ready()
		switch {
		case err == nil:
			p.c.Replace(screen.To(screen.Register, "step", stepSent))
		case unreachable(err), fieldOf(err) == "", portal.CodeOf(err) == portal.Throttled:
			p.tell(look.ToneError, troubleOf(err))
		default:
			p.wrong(err)
		}
	})
}

// wrong says which answer is not right, with the way to it.
func (p *recapped) wrong(err error) {
	mend := kit.Secondary(t("recap.mend"), func() {
		p.c.Go(screen.To(screen.Register, "part", partOf(fieldOf(err))))
	}).Icon("pencil-simple")
	p.tell(look.ToneError, trouble{t("recap.wrong"), sentence(err)}, mend)
}

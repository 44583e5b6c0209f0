package payments

import (
	"context"
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"github.com/boombuler/barcode/qr"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	rules "parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// lastKind and lastKey name the payment that was started last, as the town hall
// answered: it is shown until its row arrives.
const lastKind, lastKey = "payments", "last"

// Payment is one payment on line from its start to its end, as the town hall
// tells it; its route names it.
func Payment(c *screen.Context, r screen.Route) screen.Screen {
	return openPayment(c, c.Session, r).screen()
}

type paying struct {
	c     *screen.Context
	s     Desk
	id    portal.ID
	strip *kit.Strip
	body  *kit.Swap
	page  *kit.Page
}

func openPayment(c *screen.Context, s Desk, r screen.Route) *paying {
	p := &paying{c: c, s: s, id: portal.ID(r.Arg("id")), strip: kit.NewStrip(), body: kit.NewSwap(nil)}
	p.page = kit.NewFormPage(kit.Column(look.L, kit.Column(look.XS, kit.Back(t("title"), func() { c.Up(screen.To(screen.Payments)) }), kit.Title(t("payment"))), p.strip, p.body))
	p.refresh()
	c.On(p.refresh, moneyTopics()...)
	return p
}

func (p *paying) screen() screen.Screen {
	return screen.Screen{Content: p.page, Title: t("payment"), Rail: screen.Payments}
}

// payment is it as it stands: as its row tells or, until that arrives, as the
// town hall answered.
func (p *paying) payment() (wire.Payment, bool) {
	if now, known := p.c.View.Payment(p.id); known {
		return now, true
	}
	var last wire.Payment
	known := p.s.Kept(lastKind, lastKey, &last) && last.ID == p.id
	return last, known
}

func (p *paying) refresh() {
	now, known := p.payment()
	if !known {
		p.body.Set(kit.EmptyState(kit.NotReceived, "", t("unknown"), t("title"), func() { p.c.Up(screen.To(screen.Payments)) }))
	} else {
		p.body.Set(kit.Column(look.L, p.tell(now)...))
	}
	p.page.Refresh()
}

// tell is where a payment stands, and what to do about it.
func (p *paying) tell(now wire.Payment) []fyne.CanvasObject {
	again := kit.Primary(t("again"), func() {
		p.c.Replace(screen.To(screen.TopUp, "desk", now.CashDesk, "amount", cents(now.Amount)))
	})
	say := func(tone look.Tone, key string, actions ...fyne.CanvasObject) *kit.Notice {
		return kit.NewNotice(tone, t("state."+key+".title", "Amount", money(now.Amount)), t("state."+key+".text", "Amount", money(now.Amount), "Reference", now.Reference), actions...)
	}
	foot := kit.Caption(t("reference", "Reference", now.Reference, "When", i18n.DateTime(instant(now.Started))))
	switch now.State {
	case rules.Opening:
		return []fyne.CanvasObject{say(look.ToneInfo, "opening", kit.Secondary(t("retry"), func() { p.ask(now) })), foot}
	case rules.Pending:
		if !p.c.View.PageOpens(now) {
			return []fyne.CanvasObject{say(look.TonePending, "waiting").Icon("hourglass"), foot}
		}
		return append(p.open(now), foot)
	case rules.Paid:
		return []fyne.CanvasObject{p.thanks(now), foot}
	case rules.Refused, rules.Failed:
		return []fyne.CanvasObject{say(look.ToneError, string(now.State), again), foot}
	case rules.Abandoned:
		// Within this time it may still turn out to be paid.
		if p.c.View.Now().Sub(instant(now.Started)) < rules.Unsure {
			return []fyne.CanvasObject{say(look.ToneNeutral, "left"), foot}
		}
		return []fyne.CanvasObject{say(look.ToneNeutral, "abandoned", again), foot}
	case rules.Expired:
		return []fyne.CanvasObject{say(look.ToneNeutral, "expired", again), foot}
	}
	return []fyne.CanvasObject{say(look.ToneWarning, "unclear"), foot}
}

// open is a payment whose page can be opened: in the browser or, on a public
// computer, by one's own telephone.
func (p *paying) open(now wire.Payment) []fyne.CanvasObject {
	until := i18n.Clock(instant(now.Until))
	if !p.s.Kiosk() {
		return []fyne.CanvasObject{kit.NewNotice(look.ToneInfo, t("state.pending.title"), t("state.pending.text", "Amount", money(now.Amount), "Until", until),
			kit.Primary(t("reopen"), func() { p.c.Browse(now.URL) }).Icon("arrow-square-out")).Icon("globe")}
	}
	code, err := qrOf(now.URL)
	if err != nil {
		return []fyne.CanvasObject{kit.NewNotice(look.ToneWarning, t("state.phone.title"), t("state.phone.none"))}
	}
	return []fyne.CanvasObject{kit.NewNotice(look.ToneInfo, t("state.phone.title"), t("state.phone.text", "Amount", money(now.Amount), "Until", until)).Icon("device-mobile"),
		kit.Line(0, kit.NewPicture(code, t("state.phone.code"), qrSide))}
}

// thanks is a payment that was made, with what the account has now.
func (p *paying) thanks(now wire.Payment) fyne.CanvasObject {
	lines := []fyne.CanvasObject{kit.NewNotice(look.ToneSuccess, t("state.paid.title", "Amount", money(now.Amount)), t("state.paid.text"))}
	if b, known := p.c.View.Balance(now.CashDesk); known {
		lines = append(lines, kit.Card(kit.Column(look.XS, kit.Muted(t("balance")), kit.BalanceText(money(b.Confirmed)))))
	}
	ways := []fyne.CanvasObject{kit.Primary(t("back"), func() { p.c.Up(screen.To(screen.Payments)) }),
		kit.Secondary(t("statement"), func() { p.c.Go(statementOf(now.CashDesk)) }).Icon("list-bullets")}
	if m, credited := p.c.View.Received(now.ID); credited && m.Receipt != "" && !p.s.Kiosk() {
		ways = append(ways, kit.Secondary(t("receipt.save"), func() { p.receipt(now, m) }).Icon("receipt"))
	}
	return kit.Column(look.M, append(lines, kit.Line(look.S+4, ways...))...)
}

// ask asks once more for the page of a payment that has none: the same one.
func (p *paying) ask(now wire.Payment) {
	screen.Run(p.c, "payment", func(ctx context.Context) (wire.Payment, error) {
		return p.s.StartPayment(ctx, now.ID, now.CashDesk, now.Amount)
	}, func(got wire.Payment, err error) {
		if err != nil {
			p.strip.Say(look.ToneWarning, outcome.Sentence(err), "", nil)
			return
		}
		p.strip.Clear()
		_ = p.s.Keep(lastKind, lastKey, got)
		if got.URL != "" && !p.s.Kiosk() {
			p.c.Browse(got.URL)
		}
		p.refresh()
	})
}

// qrSide is large enough for a telephone held before the screen, and seen whole in
// the smallest window, in units; a dot
// of the code is qrDot pixels of its image, and the white around it, which its
// readers need, four dots.
const (
	qrSide  = 232
	qrDot   = 8
	qrQuiet = 4
)

// qrOf is an address as a code that telephones read.
func qrOf(address string) (image.Image, error) {
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return nil, err
	}
	n := code.Bounds().Dx()
	side := (n + 2*qrQuiet) * qrDot
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			dark := false
			if cx, cy := x/qrDot-qrQuiet, y/qrDot-qrQuiet; cx >= 0 && cy >= 0 && cx < n && cy < n {
				r, _, _, _ := code.At(cx, cy).RGBA()
				dark = r < 0x8000
			}
			if !dark {
				img.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	return img, nil
}

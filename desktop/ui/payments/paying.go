package payments

import (
	"context"
	"image"
	"image/color"
	"strings"
	"time"

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
	code  *kit.Swap // what a telephone scans, on a public computer
	page  *kit.Page
}

func openPayment(c *screen.Context, s Desk, r screen.Route) *paying {
	p := &paying{c: c, s: s, id: portal.ID(r.Arg("id")), strip: kit.NewStrip(), body: kit.NewSwap(nil), code: kit.NewSwap(nil)}
	main := kit.Column(look.L, kit.Column(look.XS, kit.Back(t("title"), func() { c.Up(screen.To(screen.Payments)) }), kit.Title(t("payment"))), p.strip, p.body)
	// Beside all of it: under the words it would be out of sight in large text.
	p.page = kit.NewFormPage(kit.Beside(main, p.code, codeSide(), 200, look.M))
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
	p.code.Hide()
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
	again := func(button func(string, func()) *kit.Button) fyne.CanvasObject {
		return button(t("again"), func() {
			p.c.Replace(screen.To(screen.TopUp, "desk", now.CashDesk, "amount", cents(now.Amount)))
		})
	}
	// Within this time it may still turn out to be paid.
	unsure := instant(now.Started).Add(rules.Unsure)
	say := func(tone look.Tone, key string, actions ...fyne.CanvasObject) *kit.Notice {
		return kit.NewNotice(tone, t("state."+key+".title", "Amount", money(now.Amount)), t("state."+key+".text", "Amount", money(now.Amount), "From", i18n.Clock(minuteAfter(unsure))), actions...)
	}
	started := i18n.DateTime(instant(now.Started))
	foot := kit.Caption(t("reference", "Reference", inFours(now.Reference), "When", started))
	switch now.State {
	case rules.Opening:
		return []fyne.CanvasObject{say(look.ToneInfo, "opening", kit.Primary(t("retry"), func() { p.ask(now) })), foot}
	case rules.Pending:
		if !p.c.View.PageOpens(now) {
			return []fyne.CanvasObject{say(look.TonePending, "waiting").Icon("hourglass"), foot}
		}
		return append(p.open(now), foot)
	case rules.Paid:
		return []fyne.CanvasObject{p.thanks(now), foot}
	case rules.Refused, rules.Failed:
		return []fyne.CanvasObject{say(look.ToneError, string(now.State), again(kit.Primary)), foot}
	case rules.Abandoned:
		if p.c.View.Now().Before(unsure) {
			return []fyne.CanvasObject{say(look.ToneNeutral, "left"), foot}
		}
		return []fyne.CanvasObject{say(look.ToneNeutral, "abandoned", again(kit.Primary)), foot}
	case rules.Expired:
		return []fyne.CanvasObject{say(look.ToneNeutral, "expired", again(kit.Secondary)), foot}
	}
	return []fyne.CanvasObject{kit.NewNotice(look.ToneWarning, t("state.unclear.title"), p.unclear(now)), kit.Caption(t("started", "When", started))}
}

// unclear is who checks a payment, and how to ask for the answer.
func (p *paying) unclear(now wire.Payment) string {
	key := "state.unclear.text"
	town, _ := p.c.View.Town()
	if town.Phone != "" {
		key = "state.unclear.call"
	}
	return t(key, "Amount", money(now.Amount), "Phone", strings.ReplaceAll(town.Phone, " ", "\u00a0"), "Reference", inFours(now.Reference))
}

// inFours is a reference as it is read out: four signs at a time.
func inFours(reference string) string {
	var b strings.Builder
	for i, r := range []rune(reference) {
		if i > 0 && i%4 == 0 {
			b.WriteRune('\u00a0')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// minuteAfter is a time in whole minutes, none too early.
func minuteAfter(at time.Time) time.Time { return at.Add(time.Minute - 1).Truncate(time.Minute) }

// open is a payment whose page can be opened: in the browser or, on a public
// computer, by one's own telephone.
func (p *paying) open(now wire.Payment) []fyne.CanvasObject {
	until := i18n.Clock(instant(now.Until))
	if !p.s.Kiosk() {
		return []fyne.CanvasObject{kit.NewNotice(look.ToneInfo, t("state.pending.title"), t("state.pending.text", "Amount", money(now.Amount), "Until", until),
			kit.Primary(t("reopen"), func() { p.c.Browse(now.URL) }).Icon("arrow-square-out"),
			kit.Secondary(t("copy"), func() {
				fyne.CurrentApp().Clipboard().SetContent(now.URL)
				p.c.Toasts.Say(look.ToneSuccess, t("copied"))
			}).Icon("copy")).Icon("globe")}
	}
	code, err := qrOf(now.URL)
	if err != nil {
		return []fyne.CanvasObject{kit.NewNotice(look.ToneWarning, t("state.phone.title"), t("state.phone.none"))}
	}
	p.code.Set(kit.Line(0, kit.NewPicture(code, t("state.phone.code"), codeSide())))
	p.code.Show()
	return []fyne.CanvasObject{kit.NewNotice(look.ToneInfo, t("state.phone.title"), t("state.phone.text", "Amount", money(now.Amount), "Until", until)).Icon("device-mobile")}
}

// thanks is a payment that was made, with what the account has now.
func (p *paying) thanks(now wire.Payment) fyne.CanvasObject {
	lines := []fyne.CanvasObject{kit.NewNotice(look.ToneSuccess, t("state.paid.title", "Amount", money(now.Amount)), t("state.paid.text"))}
	if b, known := p.c.View.Balance(now.CashDesk); known {
		lines = append(lines, kit.Card(kit.Column(look.XS, kit.Muted(t("balance")), kit.BalanceText(money(b.Confirmed)))))
	}
	var ways []fyne.CanvasObject
	statement := kit.Primary
	if m, credited := p.c.View.Received(now.ID); credited && m.Receipt != "" && !p.s.Kiosk() {
		ways = append(ways, kit.Primary(t("receipt.save"), func() { p.receipt(now, m) }).Icon("receipt"))
		statement = kit.Secondary
	}
	ways = append(ways, statement(t("statement"), func() { p.c.Go(statementOf(now.CashDesk)) }).Icon("list-bullets"))
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
// the smallest window. A dot of the code is qrDot pixels of its image, and the white
// around it, which its readers need, four dots.
const (
	qrSide  = 232
	qrDot   = 8
	qrQuiet = 4
)

// codeSide is the side of the code in units that grow with the text: it does not.
func codeSide() float32 { return qrSide / look.Px(1) }

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

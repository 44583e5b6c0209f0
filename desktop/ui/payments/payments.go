// Package payments is the family's own screens about its money: what is left at
// each cash desk and until when it suffices, and the statement of every
// movement. It reads the view and submits commands, and needs no line.
package payments

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Desk is what these screens do besides reading the view; the session does it
// in the program.
type Desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	MarkRead(id portal.ID) error
	Kiosk() bool
	Keep(kind, key string, thing any) error
	Kept(kind, key string, thing any) bool
	StartPayment(ctx context.Context, payment portal.ID, cashDesk string, amount portal.Money) (wire.Payment, error)
	OffLine() bool
	OnStatus(f func()) (cancel func())
}

// t is a text of these screens; pairs are names and values.
func t(key string, pairs ...any) string { return i18n.Say("payments."+key, pairs...) }

func money(m portal.Money) string { return i18n.Money(int64(m)) }

func date(d portal.Date) string { return i18n.Date(outcome.Day(d)) }

func dayDate(d portal.Date) string { return i18n.DayDate(outcome.Day(d)) }

func instant(micro int64) time.Time { return time.UnixMicro(micro).In(portal.Paris) }

// Payments is Paiements: the balance first.
func Payments(c *screen.Context, _ screen.Route) screen.Screen { return open(c, c.Session).screen() }

type page struct {
	c     *screen.Context
	s     Desk
	strip *kit.Strip
	body  *kit.Swap
	page  *kit.Page
}

// moneyTopics is what these screens follow.
func moneyTopics() []view.Topic {
	out := []view.Topic{{Collection: view.OutboxTopic}, {Collection: view.ClockTopic}}
	for _, c := range []string{wire.Balances, wire.Movements, wire.Bookings, wire.Children, wire.Enrolments, wire.Activities, wire.Calendars, wire.Closures, wire.Tariffs, wire.Accounts, wire.Payments, wire.CashDesks, wire.Towns} {
		out = append(out, view.Topic{Collection: c})
	}
	return out
}

func open(c *screen.Context, s Desk) *page {
	p := &page{c: c, s: s, strip: kit.NewStrip(), body: kit.NewSwap(nil)}
	p.page = kit.NewPage(kit.Column(look.L, kit.Title(t("title")), outcome.Cards(c, s), p.strip, p.body))
	p.refresh()
	c.On(p.refresh, moneyTopics()...)
	return p
}

func (p *page) screen() screen.Screen {
	return screen.Screen{Content: p.page, Title: t("title"), Rail: screen.Payments}
}

func (p *page) refresh() {
	all := p.c.View.Balances()
	_, known := p.c.View.Me()
	switch {
	case !known:
		p.body.Set(kit.EmptyState(kit.NotReceived, "", t("notYet"), "", nil))
	case len(all) == 0:
		p.body.Set(kit.EmptyState(kit.NothingYet, "wallet", t("none"), "", nil))
	default:
		parts := p.underway()
		first := p.neediest(all)
		for _, b := range all {
			parts = append(parts, p.account(b, len(all) > 1, b.CashDesk == first))
		}
		if care := p.care(); care != nil {
			parts = append(parts, care)
		}
		p.body.Set(kit.Column(look.L, parts...))
	}
	p.page.Refresh()
}

// neediest is the cash desk with the least left of those that are topped up on
// line: the one main action of the screen is there.
func (p *page) neediest(all []view.Balance) (cashDesk string) {
	least := portal.Money(0)
	for _, b := range all {
		if online(p.c.View, b.CashDesk) != nil && (cashDesk == "" || b.Expected < least) {
			cashDesk, least = b.CashDesk, b.Expected
		}
	}
	return cashDesk
}

// account is what is left at a cash desk with all that follows from it, the
// last movements and the level at which one is told; it has a name where there
// are several.
func (p *page) account(b view.Balance, several, first bool) fyne.CanvasObject {
	main := []fyne.CanvasObject{p.left(b, several, first), p.last(b.CashDesk)}
	aside := kit.Column(look.L, p.level(b.CashDesk))
	if paid := p.paid(b.CashDesk); paid != nil {
		aside.Objects = append(aside.Objects, paid)
	}
	return kit.Beside(kit.Column(look.L, main...), aside, 320, 440, look.L)
}

// left is the balance, what of it is for days to come, and until when the rest
// suffices.
func (p *page) left(b view.Balance, several, first bool) fyne.CanvasObject {
	name := t("balance")
	if several {
		name = t("balanceAt", "Desk", screen.CashDeskName(p.c.View, b.CashDesk))
	}
	figure := kit.BalanceText(money(b.Confirmed))
	if b.Confirmed < 0 {
		figure.Role(look.Error)
	}
	top := []fyne.CanvasObject{kit.Muted(name), figure}
	if b.Expected != b.Confirmed {
		top = append(top, kit.Muted(t("after", "Amount", money(b.Expected))))
	}
	lines := []fyne.CanvasObject{kit.Column(look.XS, top...)}
	if b.Expected < 0 {
		lines = append(lines, kit.NewNotice(look.ToneWarning, t("below.title"), t("below.text", "Amount", money(-b.Expected))))
	}
	lines = append(lines, p.outlook(b.CashDesk)...)
	ways := []fyne.CanvasObject{}
	if d := online(p.c.View, b.CashDesk); d != nil {
		button := kit.Secondary
		if first {
			button = kit.Primary
		}
		ways = append(ways, button(t("topUp"), func() { p.c.Go(screen.To(screen.TopUp, "desk", b.CashDesk)) }).Icon("credit-card"))
	}
	lines = append(lines, kit.Line(look.S+4, append(ways, kit.Secondary(t("statement"), func() { p.c.Go(statementOf(b.CashDesk)) }).Icon("list-bullets"))...))
	return kit.Card(kit.Column(look.M, lines...))
}

func statementOf(cashDesk string) screen.Route {
	return screen.To(screen.Statement, "desk", cashDesk)
}

// lastShown is how many movements stand under the balance.
const lastShown = 5

// last is the newest movements, what waits first.
func (p *page) last(cashDesk string) fyne.CanvasObject {
	v := p.c.View
	st := ledger.StatementOf(v.Movements(cashDesk), portal.Period{})
	coming := v.Coming(cashDesk)
	if len(st.Lines)+len(coming) == 0 {
		return kit.Column(look.S, kit.Section(t("last")), kit.EmptyState(kit.NothingYet, "wallet", t("noMovement"), "", nil))
	}
	w := words{v}
	var rows []fyne.CanvasObject
	for _, c := range slices.Backward(coming) {
		rows = append(rows, w.row(c.Movement, "").Status(look.TonePending, "clock-countdown", t("waits")))
	}
	for _, l := range slices.Backward(st.Lines) {
		if len(rows) >= lastShown {
			break
		}
		rows = append(rows, w.row(l.Movement, ""))
	}
	parts := []fyne.CanvasObject{kit.Section(t("last")), kit.RowsCard(rows[:min(len(rows), max(lastShown, len(coming)))]...)}
	if len(st.Lines) > lastShown {
		parts = append(parts, kit.Line(0, kit.Link(t("all", "Number", i18n.Number(int64(len(st.Lines)))), func() { p.c.Go(statementOf(cashDesk)) })))
	}
	return kit.Column(look.S, parts...)
}

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
// last movements and the level at which one is told. Where there are several, its
// name heads all of that.
func (p *page) account(b view.Balance, several, first bool) fyne.CanvasObject {
	heading := kit.Section
	if several {
		heading = kit.Strong // under the name
	}
	main := []fyne.CanvasObject{p.left(b, first), p.last(b.CashDesk, heading)}
	aside := kit.Column(look.L, p.level(b.CashDesk, heading))
	if paid := p.paid(b.CashDesk, heading); paid != nil {
		aside.Objects = append(aside.Objects, paid)
	}
	all := kit.Beside(kit.Column(look.L, main...), aside, 320, 440, look.L)
	if !several {
		return all
	}
	return kit.Column(look.S, kit.Section(screen.CashDeskName(p.c.View, b.CashDesk)), all)
}

// left is the balance, what of it is for days to come, and until when the rest
// suffices.
func (p *page) left(b view.Balance, first bool) fyne.CanvasObject {
	figure := kit.BalanceText(money(b.Confirmed))
	if b.Confirmed < 0 {
		figure.Role(look.Error)
	}
	top := []fyne.CanvasObject{kit.Muted(t("balance")), figure}
	if after := afterwards(b); after != "" {
		top = append(top, kit.Muted(after))
	}
	lines := []fyne.CanvasObject{kit.Column(look.XS, top...)}
	if below := p.below(b); below != nil {
		lines = append(lines, below)
	}
	lines = append(lines, p.outlook(b)...)
	ways := []fyne.CanvasObject{}
	if d := online(p.c.View, b.CashDesk); d != nil {
		button := kit.Secondary
		// While one is under way the screen asks not to pay again.
		if first && len(underway(p.c, b.CashDesk)) == 0 {
			button = kit.Primary
		}
		ways = append(ways, button(t("topUp"), func() { p.c.Go(screen.To(screen.TopUp, "desk", b.CashDesk)) }).Icon("credit-card"))
	}
	lines = append(lines, kit.Line(look.S+4, append(ways, kit.Secondary(t("statement"), func() { p.c.Go(statementOf(b.CashDesk)) }).Icon("list-bullets"))...))
	return kit.Card(kit.Column(look.M, lines...))
}

// afterwards is the balance once what waits has arrived, "" where nothing will
// change it.
func afterwards(b view.Balance) string {
	if b.Expected == b.Confirmed {
		return ""
	}
	return t("after", "Amount", money(b.Expected))
}

// below says what an account is short of, now and once what waits has arrived, and
// what to do about it; nil where it is short of nothing.
func (p *page) below(b view.Balance) fyne.CanvasObject {
	title, missing := "below.title", ""
	switch {
	case b.Confirmed >= 0 && b.Expected >= 0:
		return nil
	case b.Confirmed >= 0:
		title, missing = "below.will", t("below.then", "Amount", money(-b.Expected))
	case b.Expected == b.Confirmed:
		missing = t("below.now", "Amount", money(-b.Confirmed))
	case b.Expected >= 0:
		missing = t("below.cleared", "Amount", money(-b.Confirmed))
	default:
		missing = t("below.both", "Amount", money(-b.Confirmed), "After", money(-b.Expected))
	}
	what := "below.desk"
	if online(p.c.View, b.CashDesk) != nil {
		what = "below.online"
	}
	return kit.NewNotice(look.ToneWarning, t(title), missing+" "+t(what))
}

func statementOf(cashDesk string, args ...string) screen.Route {
	return screen.To(screen.Statement, append([]string{"desk", cashDesk}, args...)...)
}

// lastShown is how many movements stand under the balance.
const lastShown = 5

// last is the newest movements, what waits first.
func (p *page) last(cashDesk string, heading func(string) *kit.Text) fyne.CanvasObject {
	v := p.c.View
	st := ledger.StatementOf(v.Movements(cashDesk), portal.Period{})
	coming := v.Coming(cashDesk)
	if len(st.Lines)+len(coming) == 0 {
		return kit.Column(look.S, heading(t("last")), kit.EmptyState(kit.NothingYet, "wallet", t("noMovement"), "", nil))
	}
	w := words{v: v}
	var rows []fyne.CanvasObject
	for _, c := range slices.Backward(coming) {
		rows = append(rows, w.coming(c.Movement))
	}
	for _, l := range slices.Backward(st.Lines) {
		if len(rows) >= lastShown {
			break
		}
		rows = append(rows, w.row(l.Movement, ""))
	}
	parts := []fyne.CanvasObject{heading(t("last")), kit.RowsCard(rows[:min(len(rows), max(lastShown, len(coming)))]...)}
	if len(st.Lines) > lastShown {
		parts = append(parts, kit.Line(0, kit.Link(t("all", "Number", i18n.Number(int64(len(st.Lines)))), func() { p.c.Go(statementOf(cashDesk, "period", always)) })))
	}
	return kit.Column(look.S, parts...)
}

// Package home is the first screen: signed out, the procedures of the town
// hall; signed in, what matters now to the person.
package home

import (
	"context"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/agenda"
	"parvis/desktop/ui/forms"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// childRecord is the procedure that registers a child.
const childRecord = "fiche-enfant"

// Home builds the first screen.
func Home(c *screen.Context, r screen.Route) screen.Screen {
	if _, in := c.Session.Person(); in {
		return person(c)
	}
	return visitor(c, r)
}

// visitor shows what can be asked of the town hall to whom has not signed in;
// on a public computer it says first that whoever was signed in is not any more.
func visitor(c *screen.Context, r screen.Route) screen.Screen {
	town, _ := c.Session.Portal()
	head := kit.Column(look.S,
		kit.Title(i18n.T("home.welcome", map[string]any{"town": town.Name})),
		kit.Muted(i18n.T("home.lead", nil)),
	)
	contact := kit.NewSwap(nil)
	tell := func() { contact.Set(contactCard(c)) }
	tell()
	c.On(tell, view.Topic{Collection: wire.Towns})
	parts := []fyne.CanvasObject{head}
	if r.Arg("ended") != "" {
		parts = append(parts, kit.NewNotice(look.ToneSuccess, i18n.T("home.ended.title", nil), i18n.T("home.ended.text", nil)))
	}
	if begun := resume(c); begun != nil {
		parts = append(parts, begun)
	}
	page := kit.NewPage(kit.Column(look.L, append(parts, forms.CatalogueList(c), contact)...))
	return screen.Screen{Content: page, Title: i18n.T("home.title", nil), Rail: screen.Home}
}

// resume offers to go on with an account that was begun on this computer; nil
// where none was.
func resume(c *screen.Context) fyne.CanvasObject {
	r, found := c.Session.Registration()
	if !found {
		return nil
	}
	route, text := screen.To(screen.Register), i18n.T("home.begun", nil)
	if r.Handle != "" {
		route, text = screen.To(screen.Register, "step", "sent"), i18n.T("home.sent", nil)
	}
	if r.Handle == "" && len(accounts.CheckProfile(r.Profile, r.MailAgain, c.View.Today())) == 0 {
		route = screen.To(screen.Register, "step", "recap") // nothing is left to fill in
	}
	return kit.NewNotice(look.ToneInfo, text, "", kit.Secondary(i18n.T("home.resume", nil), func() {
		// Taken up here, it is not asked about once more.
		screen.Run(c, "resume", func(context.Context) (struct{}, error) {
			return struct{}{}, c.Session.KeepRegistration(r)
		}, func(_ struct{}, err error) {
			if err != nil {
				c.Toasts.Say(look.ToneError, screen.Sentence(err))
				return
			}
			c.Go(route)
		})
	}))
}

// contactCard is how to reach the town hall without this program.
func contactCard(c *screen.Context) fyne.CanvasObject {
	town, ok := c.View.Town()
	if !ok || town.Phone == "" {
		return kit.Gap(0)
	}
	line := func(icon, text string) fyne.CanvasObject {
		return kit.LineTop(look.S, kit.NewIcon(icon, look.Muted, 20), kit.Grow(kit.Body(text), 160))
	}
	return kit.Card(kit.Column(look.S, kit.Section(i18n.T("home.contact", nil)),
		line("phone", town.Phone), line("map-pin", town.Address), line("clock", town.Hours)))
}

// person shows what matters now: what was refused or decided, requests under
// way, the next days booked, the balance.
func person(c *screen.Context) screen.Screen {
	body := kit.NewSwap(nil)
	build := func() { body.Set(cards(c)) }
	build()
	c.On(build, view.Topic{Collection: wire.Requests}, view.Topic{Collection: wire.Children}, view.Topic{Collection: wire.Bookings},
		view.Topic{Collection: wire.Balances}, view.Topic{Collection: wire.Accounts}, view.Topic{Collection: view.OutboxTopic})
	page := kit.NewPage(kit.Column(look.L, agenda.RefusalCards(c), forms.DecisionCards(c), body))
	return screen.Screen{Content: page, Title: i18n.T("home.title", nil), Rail: screen.Home}
}

func cards(c *screen.Context) fyne.CanvasObject {
	who, _ := c.Session.Person()
	me, known := c.View.Me()
	name := who.Name
	if known {
		name = me.FirstName
	}
	parts := []fyne.CanvasObject{kit.Title(i18n.T("home.hello", map[string]any{"name": name}))}
	begun := forms.DraftCards(c)
	if begun != nil {
		parts = append(parts, begun)
	}
	children := c.View.Seen()
	mine := c.View.Requests()
	if len(children) == 0 && len(mine) == 0 {
		if !known {
			return kit.Column(look.L, append(parts, kit.EmptyState(kit.NotReceived, "", i18n.T("home.notYet", nil), "", nil))...)
		}
		if forms.Begun(c, childRecord) {
			// The way on is the card above: a button to fill one in would mislead.
			return kit.Column(look.L, append(parts, kit.Line(look.S, toProcedures(c)))...)
		}
		parts = append(parts, kit.EmptyState(kit.NothingYet, "student", i18n.T("home.noChild", nil), i18n.T("home.addChild", nil), func() {
			c.Go(screen.To(screen.Procedure, "id", childRecord))
		}))
		return kit.Column(look.L, parts...)
	}
	var side []fyne.CanvasObject
	for _, b := range c.View.Balances() {
		amount := kit.BalanceText(i18n.Money(int64(b.Confirmed)))
		box := []fyne.CanvasObject{kit.Muted(i18n.T("home.balance", nil)), amount}
		if b.Expected != b.Confirmed {
			box = append(box, kit.Muted(i18n.T("home.balanceAfter", map[string]any{"amount": i18n.Money(int64(b.Expected))})))
		}
		side = append(side, kit.Column(0, kit.Card(kit.Column(look.XS, box...)))) // as tall as its words, whatever stands beside it
	}
	parts = append(parts, kit.Columns(320, look.M, 2, append([]fyne.CanvasObject{nextDays(c, children)}, side...)...))
	if open := openRequests(c); open != nil {
		parts = append(parts, open)
	}
	parts = append(parts, kit.Line(look.S,
		kit.Primary(i18n.T("home.toAgenda", nil), func() { c.Go(screen.To(screen.Agenda)) }).Icon("calendar"),
		toProcedures(c)))
	return kit.Column(look.L, parts...)
}

func toProcedures(c *screen.Context) fyne.CanvasObject {
	return kit.Secondary(i18n.T("home.toProcedures", nil), func() { c.Go(screen.To(screen.Procedures)) }).Icon("files")
}

// nextDays lists the next days booked, soonest first.
func nextDays(c *screen.Context, children []wire.Child) fyne.CanvasObject {
	names := map[portal.ID]string{}
	activities := map[portal.ID]bookings.Activity{}
	for _, a := range c.View.Activities() {
		activities[a.ID] = a
	}
	today := c.View.Today()
	var soon []view.Booking
	for _, child := range children {
		names[child.ID] = words.Called(child.FirstName)
		for _, month := range []portal.Date{today.FirstOfMonth(), today.FirstOfMonth().Add(31).FirstOfMonth()} {
			for _, b := range c.View.Bookings(child.ID, month) {
				if b.Day >= today {
					soon = append(soon, b)
				}
			}
		}
	}
	sortDays(soon)
	rows := []fyne.CanvasObject{}
	for i, b := range soon {
		if i == 5 {
			break
		}
		what := names[b.Child] + ", " + activities[b.Activity].Name.In(i18n.Language())
		if b.Payer == "" { // the other parent pays, and can cancel
			what += "\n" + i18n.T("home.by", map[string]any{"Name": b.ByName})
		}
		row := kit.NewRow(i18n.Capital(i18n.DayDate(b.Day.At(12, 0))), what, func() {
			c.Go(screen.To(screen.Agenda, "child", string(b.Child), "activity", string(b.Activity), "month", string(b.Day.FirstOfMonth())))
		})
		if b.Pending != "" {
			row.Status(look.TonePending, "clock-countdown", i18n.T("home.pending", nil))
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return kit.Card(kit.Column(look.S, kit.Section(i18n.T("home.next", nil)), kit.Muted(i18n.T("home.nextNone", nil))))
	}
	return kit.Column(look.S, kit.Section(i18n.T("home.next", nil)), kit.RowsCard(rows...))
}

// openRequests lists requests that somebody is waited for.
func openRequests(c *screen.Context) fyne.CanvasObject {
	rows := []fyne.CanvasObject{}
	for _, r := range c.View.Requests() {
		if requests.State(r.State).Decided() {
			continue
		}
		rows = append(rows, requestRow(c, r))
	}
	if len(rows) == 0 {
		return nil
	}
	return kit.Column(look.S, kit.Section(i18n.T("home.requests", nil)), kit.RowsCard(rows...))
}

func requestRow(c *screen.Context, r view.Request) fyne.CanvasObject {
	title := r.Procedure
	if p, ok := c.View.Procedure(r.Procedure); ok {
		title = p.Title.In(i18n.Language())
	}
	row := kit.NewRow(title, r.Person, func() { c.Go(screen.To(screen.Request, "id", string(r.ID))) })
	if r.Pending {
		return row.Status(look.TonePending, "clock-countdown", i18n.T("home.pending", nil))
	}
	return row.Status(look.ToneInfo, "hourglass", i18n.T("state."+r.State, nil))
}

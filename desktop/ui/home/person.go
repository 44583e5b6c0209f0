package home

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/agenda"
	"parvis/desktop/ui/forms"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/waiting"
	"parvis/desktop/view"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// The board of a family: what is told beside the rest stands to its right
// where there is room.
const (
	asideWidth float32 = 340
	mainLeast  float32 = 480
)

// person is the home of a family: what was refused or decided, what awaits
// them, the first steps, the week; beside it messages, requests under way and
// the balance. Where all stands under each other, that is the order.
func person(c *screen.Context) screen.Screen {
	b := &board{c: c}
	waits, shortcuts := b.waits(), b.shortcuts()
	main := kit.Column(look.L, waits, b.steps(), b.empty(), b.weeks())
	if look.Large() {
		// The shortcuts take several lines there: what awaits one comes before.
		main.Objects = append([]fyne.CanvasObject{waits, shortcuts}, main.Objects[1:]...)
		shortcuts = kit.Gap(0)
		shortcuts.Hide()
	}
	aside := kit.Column(look.L, b.messages(), b.requests(), b.balances(), b.contact())
	all := kit.Column(look.L, b.hello(), agenda.RefusalCards(c), waiting.Cards(c), b.closures(), forms.DecisionCards(c), b.begun(), shortcuts, kit.Beside(main, aside, asideWidth, mainLeast, look.L))
	b.page = kit.NewPage(all)
	return screen.Screen{Content: b.page, Title: i18n.T("home.title", nil), Rail: screen.Home}
}

func (b *board) hello() fyne.CanvasObject {
	return live(b, func() string {
		who, _ := b.c.Session.Person()
		if me, known := b.c.View.Me(); known {
			return me.FirstName
		}
		return who.Name
	}, func(name string) fyne.CanvasObject {
		return kit.Title(i18n.T("home.hello", map[string]any{"name": name}))
	}, topics(wire.Accounts)...)
}

// begun is the forms that were begun.
func (b *board) begun() fyne.CanvasObject {
	return live(b, func() []requests.DraftForm { return b.c.View.Drafts() }, func([]requests.DraftForm) fyne.CanvasObject { return forms.DraftCards(b.c) },
		topics(wire.Drafts, wire.DroppedDrafts, wire.Procedures)...)
}

// settled tells whether the person is known here and has a child, a request or
// an invitation: before that the first steps are all there is to tell.
func (b *board) settled() bool {
	return len(b.c.View.Seen())+len(b.c.View.Requests())+len(invitations(b.c.View)) > 0
}

// empty says what to do where nothing else does: before anything arrived, and
// where the first steps were put aside.
func (b *board) empty() fyne.CanvasObject {
	type state struct{ known, settled, steps, begun bool }
	return live(b, func() state {
		_, known := b.c.View.Me()
		return state{known, b.settled(), b.stepping(), forms.Begun(b.c, childRecord)}
	}, func(s state) fyne.CanvasObject {
		switch {
		case s.settled:
			return nil
		case !s.known:
			return kit.EmptyState(kit.NotReceived, "", i18n.T("home.notYet", nil), "", nil)
		case s.steps || s.begun:
			return nil // the way on stands there already
		}
		return kit.EmptyState(kit.NothingYet, "student", i18n.T("home.noChild", nil), i18n.T("home.addChild", nil), b.toRecord)
	}, topics(wire.Accounts, wire.Children, wire.Requests, wire.Drafts, wire.Delegations, view.OutboxTopic)...)
}

func (b *board) toRecord() { b.c.Go(screen.To(screen.Procedure, "id", childRecord)) }

// shortcuts are what is done most. Booking is there once there is a child.
func (b *board) shortcuts() fyne.CanvasObject {
	type has struct{ children, own, requests bool }
	return live(b, func() has {
		return has{len(b.c.View.Seen()) > 0, len(b.c.View.Children()) > 0, len(b.c.View.Requests()) > 0}
	}, func(h has) fyne.CanvasObject {
		to := func(r screen.Route) func() { return func() { b.c.Go(r) } }
		var line []fyne.CanvasObject
		if h.children {
			line = append(line, kit.Primary(i18n.T("home.book", nil), to(screen.To(screen.Agenda))).Icon("calendar"))
			line = append(line, kit.Secondary(i18n.T("absence.title", nil), to(screen.To(screen.Absent))).Icon("first-aid"))
		}
		line = append(line, kit.Secondary(i18n.T("home.ask", nil), to(screen.To(screen.Procedures))).Icon("files"))
		if h.own || h.requests {
			line = append(line, kit.Secondary(i18n.T("home.send", nil), to(screen.To(screen.Exchanges, "tab", "documents"))).Icon("upload-simple"))
		}
		if h.requests {
			line = append(line, kit.Secondary(i18n.T("home.write", nil), to(screen.To(screen.Exchanges, "tab", "messages"))).Icon("chats"))
		}
		return kit.LineEven(look.S, line...)
	}, topics(wire.Children, wire.Requests, view.OutboxTopic)...)
}

// balances is what is left on the prepaid accounts.
func (b *board) balances() fyne.CanvasObject {
	return live(b, func() []view.Balance {
		if len(b.c.View.Children()) == 0 {
			return nil
		}
		return b.c.View.Balances()
	}, func(all []view.Balance) fyne.CanvasObject {
		var cards []fyne.CanvasObject
		for _, a := range all {
			figure := kit.BalanceText(i18n.Money(int64(a.Confirmed)))
			if a.Confirmed < 0 {
				figure.Role(look.Error) // as Paiements does
			}
			box := []fyne.CanvasObject{kit.Muted(i18n.Joined(i18n.T("home.balance", nil), screen.CashDeskWhere(b.c.View, a.CashDesk))), figure}
			if a.Expected != a.Confirmed {
				box = append(box, kit.Muted(i18n.T("home.balanceAfter", map[string]any{"amount": i18n.Money(int64(a.Expected))})))
			}
			box = append(box, kit.Line(0, kit.Link(i18n.T("home.toPayments", nil), func() { b.c.Go(screen.To(screen.Payments)) })))
			cards = append(cards, kit.Card(kit.Column(look.XS, box...)))
		}
		if len(cards) == 0 {
			return nil
		}
		return kit.Column(look.S, cards...)
	}, topics(wire.Balances, wire.Children, wire.Bookings, view.OutboxTopic)...)
}

// contact is how to reach the town hall without this program.
func (b *board) contact() fyne.CanvasObject {
	return live(b, func() wire.Town {
		t, _ := b.c.View.Town()
		return t
	}, func(t wire.Town) fyne.CanvasObject {
		if t.Phone == "" {
			return nil
		}
		return contactCard(b.c)
	}, topics(wire.Towns)...)
}

// requestsShown and messagesShown are how many have a line of their own.
const (
	requestsShown = 4
	messagesShown = 3
)

// requests lists those that are not decided.
func (b *board) requests() fyne.CanvasObject {
	return live(b, func() []view.Request {
		return slices.DeleteFunc(b.c.View.Requests(), func(q view.Request) bool { return requests.State(q.State).Decided() })
	}, func(all []view.Request) fyne.CanvasObject {
		if len(all) == 0 {
			return nil
		}
		var rows []fyne.CanvasObject
		for i, q := range all {
			if i == requestsShown {
				break
			}
			tone, icon, word := forms.StateLook(q.State)
			if q.Pending {
				tone, icon, word = look.TonePending, "clock-countdown", i18n.T("home.pending", nil)
			}
			rows = append(rows, kit.NewRow(titleOf(b.c.View, q), q.Person, func() { b.c.Go(screen.To(screen.Request, "id", string(q.ID))) }).Status(tone, icon, word))
		}
		parts := []fyne.CanvasObject{kit.RowsCard(rows...)}
		if len(all) > requestsShown {
			parts = append(parts, kit.Line(0, kit.Link(i18n.T("home.allRequests", map[string]any{"Number": i18n.Number(int64(len(all)))}), func() { b.c.Go(screen.To(screen.Requests)) })))
		}
		return headed(i18n.T("home.requests", nil), parts...)
	}, topics(wire.Requests, wire.Procedures, view.OutboxTopic)...)
}

// titleOf is what a request asks for; one whose procedure is gone keeps its
// line.
func titleOf(v *view.View, q view.Request) string {
	if p, known := v.Procedure(q.Procedure); known {
		return p.Title.In(i18n.Language())
	}
	return i18n.T("exchanges.untitled", nil)
}

func about(v *view.View, q view.Request) string {
	if q.Person == "" {
		return titleOf(v, q)
	}
	return i18n.T("home.about", map[string]any{"What": titleOf(v, q), "Person": q.Person})
}

// messages are the threads last written in.
func (b *board) messages() fyne.CanvasObject {
	type state struct {
		threads []view.Thread
		settled bool
	}
	return live(b, func() state {
		all := b.c.View.Threads()
		return state{all[:min(len(all), messagesShown)], len(b.c.View.Requests()) > 0}
	}, func(s state) fyne.CanvasObject {
		if !s.settled && len(s.threads) == 0 {
			return nil
		}
		if len(s.threads) == 0 {
			return headed(i18n.T("home.messages", nil), kit.Card(kit.Muted(i18n.T("home.noMessages", nil))))
		}
		var rows []fyne.CanvasObject
		for _, t := range s.threads {
			last := t.Last()
			text := short(words.Tidy(last.Text))
			if last.Mine {
				text = i18n.T("exchanges.yours", map[string]any{"Text": text})
			}
			row := kit.NewRow(about(b.c.View, t.Request), text, func() { b.c.Go(screen.To(screen.Exchanges, "request", string(t.Request.ID))) })
			switch {
			case t.Unread > 0:
				row.Status(look.ToneInfo, "envelope-simple", i18n.T("exchanges.unread", map[string]any{"Count": t.Unread}))
			case last.Pending:
				row.Status(look.TonePending, "clock-countdown", i18n.T("home.pending", nil))
			}
			rows = append(rows, row)
		}
		return headed(i18n.T("home.messages", nil), kit.RowsCard(rows...))
	}, topics(wire.Messages, wire.Requests, wire.Procedures, view.OutboxTopic)...)
}

// messageLetters is how much of a message is read here.
const messageLetters = 90

func short(text string) string {
	letters := []rune(text)
	if len(letters) <= messageLetters {
		return text
	}
	text = string(letters[:messageLetters])
	if i := strings.LastIndexByte(text, ' '); i > messageLetters/2 {
		text = text[:i]
	}
	return text + "…"
}

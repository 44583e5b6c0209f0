package family

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// access is the page of one access: what it lets be done, and the ways to
// answer or to end it.
type access struct{ *sheet }

// Access builds the page of one access that was given or received; its route
// names it.
func Access(c *screen.Context, r screen.Route) screen.Screen {
	return openAccess(c, c.Session, r).screen()
}

func openAccess(c *screen.Context, s Desk, r screen.Route) *access {
	a := &access{newSheet(c, s, r, notices.Invitation, notices.Access)}
	a.follow(a.fill, delegateTopics)
	return a
}

func (a *access) screen() screen.Screen {
	return screen.Screen{Content: a.page, Title: d("access.title"), Rail: screen.Relations}
}

func (a *access) fill() {
	one, known := a.c.View.Delegation(a.id)
	if known && (one.Given || one.Live()) {
		a.body.Set(kit.Limit(look.FormWidth, kit.Column(look.L, a.parts(one)...)))
	} else {
		a.body.Set(a.missing("users", d("gone")))
	}
	a.page.Refresh()
}

func (a *access) parts(one view.Delegation) []fyne.CanvasObject {
	tone, icon, word := stateOf(one)
	title, at := d("access.of", "Name", other(one)), d("access.sent", "When", when(one.Invited))
	if !one.Given {
		title, at = d("access.from", "Name", other(one)), d("access.received", "When", when(one.Invited))
	}
	// A long address has the line to itself; how it stands goes below it then.
	head := kit.Line(look.M, kit.Title(title), kit.NewChip(tone, icon, word))
	parts := []fyne.CanvasObject{kit.Column(look.XS, head, kit.Muted(at))}
	if s := a.sentence(one); s != "" {
		parts = append(parts, kit.Body(s))
	}
	if !one.Given || one.Live() {
		parts = append(parts, rights(a.c.View, one.Rule(), childrenOf(one), !one.Given))
	}
	lines := []fyne.CanvasObject{}
	add := func(question, answer string) {
		if answer != "" {
			if len(lines) > 0 {
				lines = append(lines, kit.Rule())
			}
			lines = append(lines, kit.Pair(kit.Muted(question), kit.Body(answer)))
		}
	}
	if one.Given {
		add(d("who.kind"), d("kind."+one.Kind))
	} else {
		add(d("who.you"), d("kindYou."+one.Kind))
	}
	add(d("what.children"), childrenOf(one))
	if one.Kind != string(accounts.Partner) || one.Until != "" {
		add(d("until.label"), date(one.Until))
	}
	if one.Given {
		add(d("who.mail"), one.Mail)
	}
	parts = append(parts, kit.Card(kit.Column(look.S, lines...)))
	if buttons := a.buttons(one); len(buttons) > 0 {
		parts = append(parts, kit.Line(look.S, buttons...))
	}
	return parts
}

func date(d portal.Date) string {
	if d == "" {
		return ""
	}
	return i18n.Date(d.At(12, 0))
}

// sentence is where it stands, and what one can do about it.
func (a *access) sentence(one view.Delegation) string {
	state := accounts.DelegationState(one.State)
	switch {
	case state == accounts.Invited && one.Given:
		return d("tell.invited", "Until", i18n.Date(day(one.Expires)))
	case state == accounts.Invited:
		return d("tell.offered", "Name", one.FromName, "Until", i18n.Date(day(one.Expires)))
	case state == accounts.Accepted:
		return ""
	case state == accounts.Ended && one.Answered == 0 && !one.Pending:
		return d("tell.withdrawn")
	case state == accounts.Ended && one.Why != "":
		return d("tell.ended." + one.Why)
	case state == accounts.Ended:
		return d("tell.ended.other") // it has not left yet
	}
	return d("tell." + one.State)
}

func (a *access) buttons(one view.Delegation) []fyne.CanvasObject {
	state := accounts.DelegationState(one.State)
	switch {
	case state == accounts.Invited && !one.Given:
		return []fyne.CanvasObject{
			kit.Primary(d("accept"), func() { a.submit(wire.DelegationAccept, wire.AcceptDelegation{Delegation: one.ID}, "accept", one) }).Icon("check"),
			kit.Secondary(d("decline"), func() { a.ask("decline", one, wire.DelegationDecline, wire.DeclineDelegation{Delegation: one.ID}) }),
		}
	case state == accounts.Invited:
		return []fyne.CanvasObject{kit.Secondary(d("withdraw"), func() { a.ask("withdraw", one, wire.DelegationEnd, wire.EndDelegation{Delegation: one.ID}) }).Icon("x-circle")}
	case state == accounts.Accepted && one.Given:
		var buttons []fyne.CanvasObject
		if !one.Pending {
			buttons = append(buttons, kit.Secondary(d("modify"), func() { a.c.Go(screen.To(screen.Invite, "change", string(one.ID))) }).Icon("pencil-simple"))
		}
		return append(buttons, kit.Secondary(d("end"), func() { a.ask("end", one, wire.DelegationEnd, wire.EndDelegation{Delegation: one.ID}) }).Icon("x-circle"))
	case state == accounts.Accepted:
		buttons := []fyne.CanvasObject{}
		if !one.Pending {
			buttons = append(buttons, kit.Primary(d("agenda"), func() { a.c.Go(screen.To(screen.Agenda, "child", string(one.Children[0].ID))) }).Icon("calendar"))
		}
		if one.Kind == string(accounts.Partner) && !one.Pending {
			for _, child := range one.Children {
				buttons = append(buttons, kit.Secondary(d("record", "Child", child.FirstName), func() { a.c.Go(toChild(child.ID)) }).Icon("student"))
			}
		}
		return append(buttons, kit.Secondary(d("leave"), func() { a.ask("leave", one, wire.DelegationEnd, wire.EndDelegation{Delegation: one.ID}) }).Icon("x-circle"))
	}
	return nil
}

// ask has one confirm what cannot be undone.
func (a *access) ask(key string, one view.Delegation, kind string, args any) {
	a.c.Dialogs.Confirm(kit.Confirmation{
		Title: d("ask."+key+".title", "Name", other(one)), Text: d("ask."+key+".text", "Name", other(one), "Children", childrenOf(one)),
		Yes: d(key), No: d("ask." + key + ".no"), Danger: true,
	}, func(yes bool) {
		if yes {
			a.submit(kind, args, key, one)
		}
	})
}

func (a *access) submit(kind string, args any, key string, one view.Delegation) {
	if _, err := a.s.Submit(kind, args, cache.Note{Key: "delegates.note." + key, Args: map[string]string{"Name": other(one)}}); err != nil {
		a.fail(err)
		return
	}
	a.strip.Say(look.ToneSuccess, d("did."+key, "Name", other(one)), "", nil)
	if key == "decline" || key == "leave" || key == "withdraw" {
		a.c.Toasts.Say(look.ToneSuccess, d("did."+key, "Name", other(one)))
		a.c.Replace(screen.To(screen.Relations))
	}
}

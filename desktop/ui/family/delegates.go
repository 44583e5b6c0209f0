package family

import (
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// d is a text of the screens about what parents let others do; pairs are names
// and values.
func d(key string, pairs ...any) string { return i18n.Say("delegates."+key, pairs...) }

// delegateTopics are those on which these screens depend.
var delegateTopics = []view.Topic{
	{Collection: wire.Delegations}, {Collection: wire.Children}, {Collection: wire.Activities}, {Collection: view.OutboxTopic}, {Collection: view.ClockTopic},
}

func toInvite(child portal.ID) screen.Route { return screen.To(screen.Invite, "child", string(child)) }

func toAccess(id portal.ID) screen.Route { return screen.To(screen.Access, "id", string(id)) }

// others is who besides the guardians may do something for a child: those whom
// one has let do so oneself.
func others(c *screen.Context, _ Desk, child wire.Child) []fyne.CanvasObject {
	if !c.View.Tie(child.ID).Parent() {
		return nil
	}
	lines := []fyne.CanvasObject{kit.Section(d("others.title"))}
	var rows []fyne.CanvasObject
	for _, one := range c.View.Delegations() {
		if one.Given && one.Live() && one.Names(child.ID) {
			rows = append(rows, accessRow(c, one))
		}
	}
	if len(rows) == 0 {
		lines = append(lines, kit.Muted(d("others.nobody")))
	} else {
		lines = append(lines, kit.RowsCard(rows...))
	}
	lines = append(lines, kit.Line(0, kit.Secondary(d("invite"), func() { c.Go(toInvite(child.ID)) }).Icon("user-plus")))
	return []fyne.CanvasObject{kit.Column(look.S, lines...)}
}

// shared is the sections of Mes proches about what was given and received.
func shared(c *screen.Context) (first, last []fyne.CanvasObject) {
	var offered, held, given, over []fyne.CanvasObject
	for _, one := range c.View.Delegations() {
		switch {
		case one.Given && one.Live():
			given = append(given, accessRow(c, one))
		case one.Given:
			over = append(over, accessRow(c, one))
		case one.State == string(accounts.Invited):
			offered = append(offered, offer(c, one))
		case one.State == string(accounts.Accepted):
			held = append(held, accessRow(c, one))
		}
	}
	first = append(first, offered...)
	if len(held) > 0 {
		first = append(first, kit.Column(look.S, kit.Section(d("held.title")), kit.RowsCard(held...)))
	}
	if len(c.View.Children()) == 0 {
		return first, nil
	}
	lines := []fyne.CanvasObject{kit.Section(d("given.title")), kit.Muted(d("given.lead"))}
	if len(given) > 0 {
		lines = append(lines, kit.RowsCard(given...))
	}
	lines = append(lines, kit.Line(0, kit.Secondary(d("invite"), func() { c.Go(toInvite("")) }).Icon("user-plus")))
	if len(over) > 0 {
		lines = append(lines, kit.NewFold(d("over.title"), kit.RowsCard(over...)))
	}
	return first, []fyne.CanvasObject{kit.Column(look.S, lines...)}
}

// offer is an invitation that one has received.
func offer(c *screen.Context, one view.Delegation) fyne.CanvasObject {
	return kit.NewNotice(look.ToneInfo, d("offer.title", "Name", one.FromName, "Children", childrenOf(one)), d("offer.until", "Until", i18n.Date(day(one.Expires))),
		kit.Primary(d("offer.see"), func() { c.Go(toAccess(one.ID)) })).Icon("handshake")
}

// accessRow is one access in a list.
func accessRow(c *screen.Context, one view.Delegation) fyne.CanvasObject {
	title := other(one)
	row := kit.NewRow(title, brief(c.View, one), func() { c.Go(toAccess(one.ID)) }).Icon("users")
	tone, icon, word := stateOf(one)
	return row.Status(tone, icon, word)
}

// stateOf is how one stands, as a sign and a word.
func stateOf(one view.Delegation) (look.Tone, string, string) {
	if one.Pending {
		return look.TonePending, "clock-countdown", t("waiting")
	}
	word := d("state." + one.State)
	switch accounts.DelegationState(one.State) {
	case accounts.Invited:
		if !one.Given {
			return look.ToneWarning, "hand-palm", t("awaited")
		}
		return look.ToneInfo, "hourglass", word
	case accounts.Accepted:
		return look.ToneSuccess, "check-circle", word
	case accounts.Declined:
		return look.ToneNeutral, "x-circle", word
	}
	return look.ToneNeutral, "clock-counter-clockwise", word
}

// other is the other adult: who gave it, who was invited, or the address alone
// while nobody has answered.
func other(one view.Delegation) string {
	switch {
	case !one.Given:
		return one.FromName
	case one.ToName != "":
		return one.ToName
	}
	return one.Mail
}

// brief is one in a line or two of a list.
func brief(v *view.View, one view.Delegation) string {
	key := one.Level
	if one.Kind == string(accounts.Partner) {
		key = "partner"
	}
	if !one.Given {
		key = "held." + key // told to who may do it
	}
	key = "brief." + key
	s := d(key, "Children", childrenOf(one))
	if one.Until != "" {
		s += " · " + d("until.short", "Until", i18n.Date(one.Until.At(12, 0)))
	}
	if names := activitiesOf(v, one.Activities); names != "" {
		s += "\n" + names
	}
	return s
}

// childrenOf is the children it is for, by their first names.
func childrenOf(one view.Delegation) string {
	var names []string
	for _, c := range one.Children {
		names = append(names, words.Called(c.FirstName))
	}
	if len(names) == 0 {
		return d("children.none")
	}
	return i18n.List(names)
}

// activitiesOf is the activities it is bound to, "" for all.
func activitiesOf(v *view.View, ids []portal.ID) string {
	var names []string
	for _, a := range v.Activities() {
		for _, id := range ids {
			if a.ID == id {
				names = append(names, a.Name.In(i18n.Language()))
			}
		}
	}
	return i18n.List(names)
}

func day(at int64) time.Time { return time.UnixMicro(at).In(portal.Paris) }

// gives is what a right lets its holder see and do, a sentence each, as the
// parent reads it or, where mine is set, as the holder does.
func gives(v *view.View, rule accounts.Delegation, children string, mine bool) []string {
	side := "give."
	if mine {
		side = "have."
	}
	what := activitiesOf(v, rule.Activities)
	if what == "" {
		what = d("activities.all")
	}
	var out []string
	say := func(key string) { out = append(out, d(side+key, "Children", children, "Activities", what)) }
	say("see")
	if rule.Level == accounts.LevelBook {
		say("book")
	}
	if rule.Kind == accounts.Partner {
		say("health")
	}
	return out
}

// never is what nobody is ever shown by it.
func never(rule accounts.Delegation, mine bool) string {
	key := "give.never"
	if mine {
		key = "have.never"
	}
	if rule.Kind == accounts.Partner {
		return d(key + "Partner")
	}
	return d(key)
}

// rights is those sentences as a card.
func rights(v *view.View, rule accounts.Delegation, children string, mine bool) fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for _, s := range gives(v, rule, children, mine) {
		lines = append(lines, kit.LineTop(look.S, kit.NewIcon("check", look.Muted, 20), kit.Grow(kit.Body(s), 160)))
	}
	lines = append(lines, kit.Rule(), kit.LineTop(look.S, kit.NewIcon("eye-slash", look.Muted, 20), kit.Grow(kit.Body(never(rule, mine)), 160)))
	return kit.Card(kit.Column(look.S, lines...))
}

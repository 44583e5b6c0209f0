package family

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// The steps of an invitation.
const (
	stepWho = iota
	stepWhat
	stepBounds // a partner has none
	stepRecap
)

// invitation is an invitation as it is written, kept while the screen is built
// anew.
type invitation struct {
	id                       portal.ID
	step                     int
	mail, kind, level, bound string
	children, activities     []portal.ID
	until                    portal.Date
	only                     bool      // the activities that are chosen, not all
	edits                    bool      // a part of the recap is gone back to
	again                    portal.ID // the refusal whose answers these were
	change                   portal.ID // the access that is changed, "" for a new one
}

// inviting is the screen on which one invites somebody, a step after another.
type inviting struct {
	c     *screen.Context
	s     Desk
	is    invitation
	body  *kit.Swap
	title *kit.Text
	count *kit.Text
	strip *kit.Strip
	page  *kit.Page
	again func() // follows what was brought back into the fields
}

// How long it is to last, as the third step asks.
const (
	untilYear = "year" // the end of the school year
	untilDate = "date" // another day
)

// Invite builds the screen on which one invites another adult; its route may
// name the child.
func Invite(c *screen.Context, r screen.Route) screen.Screen { return invite(c, c.Session, r) }

func invite(c *screen.Context, s Desk, r screen.Route) screen.Screen {
	if len(c.View.Children()) == 0 {
		page := kit.NewPage(kit.Column(look.L, kit.Title(d("invite")), kit.EmptyState(kit.NothingYet, "student", d("noChild"), t("title"), func() { c.Replace(screen.To(screen.Relations)) })))
		return screen.Screen{Content: page, Title: d("invite"), Rail: screen.Relations}
	}
	f := &inviting{c: c, s: s, body: kit.NewSwap(nil), title: kit.Title(""), count: kit.Muted(""), strip: kit.NewStrip()}
	if kept, again := c.Kept.(invitation); again {
		f.is = kept
	} else {
		f.is = invitation{id: portal.NewID(), level: string(accounts.LevelSee), bound: untilYear}
		f.refused(portal.ID(r.Arg("refused")))
		if one, known := c.View.Delegation(portal.ID(r.Arg("change"))); known && one.Given && one.State == string(accounts.Accepted) {
			f.changing(one)
		} else if child, known := c.View.Child(portal.ID(r.Arg("child"))); known {
			f.is.children = []portal.ID{child.ID}
		} else if mine := c.View.Children(); len(mine) == 1 && f.is.children == nil {
			f.is.children = []portal.ID{mine[0].ID}
		}
	}
	f.page = kit.NewFormPage(kit.Column(look.L, kit.Column(look.XS, f.title, f.count), f.strip, f.body))
	f.show(f.is.step)
	return screen.Screen{Content: f.page, Title: f.name(), Rail: screen.Relations, Again: func() { f.again() }}
}

// refused takes up what was typed into an invitation that the town hall has
// refused.
func (f *inviting) refused(id portal.ID) {
	for _, r := range f.c.View.Refusals() {
		if r.ID != id {
			continue
		}
		_, args, err := wire.ReadCommand(r.Body)
		if was, ok := args.(*wire.InviteDelegate); ok && err == nil {
			f.is.mail, f.is.kind, f.is.level, f.is.children = was.Mail, was.Kind, was.Level, was.Children
			f.is.activities, f.is.only = was.Activities, len(was.Activities) > 0
			f.is.until, f.is.bound = was.Until, untilDate
			f.is.again = id
		}
	}
}

// steps is those that this invitation has.
func (f *inviting) steps() []int {
	all := []int{stepWho, stepWhat, stepBounds, stepRecap}
	return slices.DeleteFunc(all, func(step int) bool {
		return step == stepWho && f.is.change != "" || step == stepBounds && f.is.kind == string(accounts.Partner)
	})
}

// show shows a step.
func (f *inviting) show(step int) {
	f.is.step = step
	f.is.edits = f.is.edits && step != stepRecap
	f.keep()
	all := f.steps()
	n := slices.Index(all, step)
	title := d("step." + []string{"who", "what", "bounds", "recap"}[step])
	if f.is.change != "" && step == stepRecap {
		title = d("change.recap")
	}
	f.title.SetText(title)
	count := d("step.count", "N", n+1, "Of", len(all))
	if f.is.change != "" {
		count = i18n.Joined(f.name(), count) // whose, as no step asks
	}
	f.count.SetText(count)
	f.strip.Clear()
	f.again = func() {}
	switch step {
	case stepWho:
		f.who()
	case stepWhat:
		f.what()
	case stepBounds:
		f.bounds()
	default:
		f.recap()
	}
	f.page.Top()
	f.page.Refresh()
}

func (f *inviting) keep() { f.c.Kept = f.is }

// move goes a step on, or back; before the first is where one came from.
func (f *inviting) move(by int) {
	all := f.steps()
	n := slices.Index(all, f.is.step) + by
	if n < 0 {
		f.c.Back()
		return
	}
	f.goTo(all[n])
}

// goTo shows a step that somebody goes to: it is read from its title on,
// wherever the button was.
func (f *inviting) goTo(step int) {
	f.show(step)
	if canvas := fyne.CurrentApp().Driver().CanvasForObject(f.page); canvas != nil {
		kit.Enter(canvas, f.page.Reader(nil))
	}
}

// form shows a step's questions. save takes what they say, on the way on and on
// the way back. Whoever came from the recap goes straight back to it, on the way
// back with what stood there.
func (f *inviting) form(save func(), fields ...fyne.CanvasObject) {
	label := d("next")
	if f.is.edits {
		label = i18n.T("forms.fill.toRecap", nil)
	}
	before := f.is
	form := kit.NewForm(label, func() {
		save()
		f.keep()
		if f.is.edits {
			f.goTo(stepRecap)
			return
		}
		f.move(1)
	}, kit.Plain(d("back"), func() {
		if f.is.edits {
			f.is = before
			f.goTo(stepRecap)
			return
		}
		save()
		f.move(-1)
	}))
	form.Add(fields...)
	f.body.Set(form)
}

// who asks for the address, and what the person is to the child.
func (f *inviting) who() {
	mail := kit.MailField(d("who.mail")).Named("mail").Hint(d("who.mailHint")).Needed(d("who.mailMissing"))
	var kinds []kit.Option
	for _, k := range accounts.DelegateKinds {
		o := kit.Option{Value: string(k), Label: d("kind." + string(k))}
		if k == accounts.Partner {
			o.Hint = d("kindHint.partner")
		}
		kinds = append(kinds, o)
	}
	kind := kit.RadioField(d("who.kind"), kinds...).Named("kind").Needed(d("who.kindMissing"))
	mail.SetValue(f.is.mail)
	kind.SetValue(f.is.kind)
	mail.Rule(func(v string) string {
		me, _ := f.c.View.Me()
		if address, form := accounts.NormaliseMail(v); form && address == me.Mail {
			return outcome.Sentence(portal.E(accounts.InvitesSelf, "mail"))
		}
		return ""
	})
	f.form(func() { f.is.mail, f.is.kind = strings.TrimSpace(mail.Value()), kind.Value() }, mail, kind)
}

// what asks how far it goes, and for which children.
func (f *inviting) what() {
	var fields []fyne.CanvasObject
	partner := f.is.kind == string(accounts.Partner)
	var level *kit.Field
	if partner {
		fields = append(fields, kit.NewNotice(look.ToneInfo, d("what.partner"), ""))
	} else {
		level = kit.RadioField(d("what.level"),
			kit.Option{Value: string(accounts.LevelSee), Label: d("level.see"), Hint: d("levelHint.see")},
			kit.Option{Value: string(accounts.LevelBook), Label: d("level.book"), Hint: d("levelHint.book")}).Named("level")
		level.SetValue(f.is.level)
		fields = append(fields, level)
	}
	var options []kit.Option
	for _, child := range f.c.View.Children() {
		options = append(options, kit.Option{Value: string(child.ID), Label: child.FirstName + " " + child.LastName})
	}
	children := kit.TicksField(d("what.children"), options...).Named("children").Needed(d("what.childrenMissing")).Rule(func(v string) string {
		if f.keepsNone(ticked(v)) {
			return screen.Sentence(portal.E(accounts.KeepsNoChild, "children"))
		}
		return ""
	})
	tick(children, f.is.children)
	save := func() {
		f.is.children = ticked(children.Value())
		if level != nil {
			f.is.level = level.Value()
		}
	}
	// A child that is not there is not linked to this account: that is done
	// elsewhere, and what was chosen here is there when one comes back.
	other := kit.Link(d("what.notListed"), func() {
		save()
		f.keep()
		f.c.Go(screen.To(screen.Relations))
	})
	f.form(save, append(fields, kit.Column(look.XS, children, kit.Line(0, other)))...)
}

// ticked is the ids of the boxes that are ticked, and tick ticks them.
func ticked(value string) (ids []portal.ID) {
	for _, id := range strings.Fields(value) {
		ids = append(ids, portal.ID(id))
	}
	return ids
}

func tick(field *kit.Field, ids []portal.ID) {
	var all []string
	for _, id := range ids {
		all = append(all, string(id))
	}
	field.SetValue(strings.Join(all, " "))
}

// activities is those that the chosen children are enrolled in, the others of
// the town behind them.
func (f *inviting) activities() []bookings.Activity {
	enrolled := map[portal.ID]bool{}
	for _, child := range f.is.children {
		for _, e := range f.c.View.Enrolments(child) {
			enrolled[e.Activity] = true
		}
	}
	all := f.c.View.Activities()
	slices.SortStableFunc(all, func(a, b bookings.Activity) int {
		switch {
		case enrolled[a.ID] == enrolled[b.ID]:
			return 0
		case enrolled[a.ID]:
			return -1
		}
		return 1
	})
	return all
}

// yearEnds is the last day of the school year that today is in; in July and
// August, of the one to come.
func (f *inviting) yearEnds() portal.Date {
	return portal.SchoolYearOf(f.c.View.Today().Add(62)).Period().To
}

// bounds asks for which activities, and until when.
func (f *inviting) bounds() {
	scope := kit.RadioField(d("bounds.activities"), kit.Option{Value: "all", Label: d("bounds.all")}, kit.Option{Value: "only", Label: d("bounds.only")}).Named("scope")
	var options []kit.Option
	for _, a := range f.activities() {
		options = append(options, kit.Option{Value: string(a.ID), Label: a.Name.In(i18n.Language())})
	}
	which := kit.TicksField(d("bounds.which"), options...).Named("activities").Needed(d("bounds.missing"))
	tick(which, f.is.activities)
	bound := kit.RadioField(d("until.label"), kit.Option{Value: untilYear, Label: d("until.year", "Until", date(f.yearEnds()))}, kit.Option{Value: untilDate, Label: d("until.other")}).Named("bound")
	until := kit.DateField(d("until.day")).Named("until").Needed(d("until.missing")).Rule(func(v string) string {
		if wrong := (accounts.Delegation{Kind: accounts.DelegateKind(f.is.kind), Until: portal.Date(v)}).CheckUntil(f.c.View.Today()); wrong != nil {
			return outcome.Sentence(wrong)
		}
		return ""
	})
	until.SetValue(string(f.is.until))
	follow := func(string) {
		visible(which, scope.Value() == "only")
		visible(until, bound.Value() == untilDate)
		f.page.Refresh()
	}
	scope.SetValue(map[bool]string{true: "only", false: "all"}[f.is.only])
	bound.SetValue(f.is.bound)
	scope.OnChanged(follow)
	bound.OnChanged(follow)
	f.form(func() {
		f.is.only, f.is.bound, f.is.activities, f.is.until = scope.Value() == "only", bound.Value(), ticked(which.Value()), portal.Date(until.Value())
	}, scope, which, bound, until)
	f.again = func() { follow("") }
	f.again()
}

func visible(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// args is the invitation as it is sent.
func (f *inviting) args() wire.InviteDelegate {
	out := wire.InviteDelegate{Delegation: f.is.id, Mail: f.is.mail, Kind: f.is.kind, Level: f.is.level, Children: f.is.children}
	if f.is.kind == string(accounts.Partner) {
		out.Level, out.Until = string(accounts.LevelBook), f.is.until
		return out
	}
	if f.is.only {
		out.Activities = f.is.activities
	}
	if out.Until = f.yearEnds(); f.is.bound == untilDate {
		out.Until = f.is.until
	}
	return out
}

// recap says what the person will see and do, and what never, before anything
// is sent.
func (f *inviting) recap() {
	args := f.args()
	rule := accounts.Delegation{Kind: accounts.DelegateKind(args.Kind), Level: accounts.DelegateLevel(args.Level), Children: args.Children, Activities: args.Activities, Until: args.Until}
	var names []string
	for _, id := range args.Children {
		child, _ := f.c.View.Child(id)
		names = append(names, words.Called(child.FirstName))
	}
	children := i18n.List(names)
	edit := func(step int) func() {
		return func() {
			f.is.edits = true
			f.goTo(step)
		}
	}
	who := kit.RecapSection{Title: d("step.who"), Answers: []kit.Answer{{Question: d("who.mail"), Answer: args.Mail}, {Question: d("who.kind"), Answer: d("kind." + args.Kind)}}}
	if f.is.change == "" {
		who.Edit = edit(stepWho)
	} else {
		who.Title = d("change.who") // who was invited long ago
	}
	answers := []kit.RecapSection{
		who,
		{Title: d("step.what"), Edit: edit(stepWhat), Answers: []kit.Answer{{Question: d("what.children"), Answer: children}}},
	}
	if rule.Kind != accounts.Partner {
		what := activitiesOf(f.c.View, args.Activities)
		if what == "" {
			what = d("bounds.all")
		}
		answers[1].Answers = append([]kit.Answer{{Question: d("what.level"), Answer: d("level." + args.Level)}}, answers[1].Answers...)
		answers = append(answers, kit.RecapSection{Title: d("step.bounds"), Edit: edit(stepBounds), Answers: []kit.Answer{
			{Question: d("bounds.activities"), Answer: what}, {Question: d("until.label"), Answer: date(args.Until)},
		}})
	}
	send := kit.Primary(d("send"), func() { f.send(args) }).Icon("check")
	notice := kit.NewNotice(look.ToneInfo, d("recap.notYet"), d("recap.lead"))
	if f.is.change != "" {
		send = kit.Primary(t("save"), func() { f.save(args) }).Icon("check")
		notice = f.foretold(args)
	}
	f.body.Set(kit.Column(look.M,
		notice,
		kit.Strong(d("recap.will")), rights(f.c.View, rule, children, false),
		kit.Recap(answers...),
		kit.Line(look.S, send, kit.Plain(d("back"), func() { f.move(-1) }))))
}

func (f *inviting) send(args wire.InviteDelegate) {
	if _, err := f.s.Submit(wire.DelegationInvite, args, cache.Note{Key: "delegates.note.invite", Args: map[string]string{"Name": args.Mail}}); err != nil {
		f.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		f.page.Reveal(f.strip)
		return
	}
	if f.is.again != "" {
		_ = f.s.MarkRead(f.is.again) // one that is gone was read elsewhere
	}
	f.c.Kept = nil
	f.c.Replace(toAccess(args.Delegation))
}

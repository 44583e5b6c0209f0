package staff

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/family"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	rules "parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// children is the children of a family's file: what the parents wrote of each,
// who they are, and the ways to tie another one to it.
type children struct {
	c       *screen.Context
	s       family.Desk
	account portal.ID
	desk    string
	request string // to go back to
	strip   *kit.Strip
	body    *kit.Swap
	page    *kit.Page
}

// ts is a text of these screens; pairs are names and values.
func ts(key string, pairs ...any) string { return i18n.Say("family.staff."+key, pairs...) }

// Children builds the children of the file that its route names, or the form of
// what is done for one of them.
func Children(c *screen.Context, r screen.Route) screen.Screen { return openChildren(c, c.Session, r) }

func openChildren(c *screen.Context, s family.Desk, r screen.Route) screen.Screen {
	k := &children{c: c, s: s, account: portal.ID(r.Arg("account")), desk: r.Arg("desk"), request: r.Arg("request"), strip: kit.NewStrip(), body: kit.NewSwap(nil)}
	for _, child := range k.all() {
		if string(child.ID) != r.Arg("child") {
			continue
		}
		switch r.Arg("do") {
		case wire.CustodyLink:
			return k.link(child)
		case wire.CustodySet:
			return k.set(child)
		case wire.CustodyEnd:
			return k.end(child)
		case wire.WeeksSet:
			return k.weeks(child)
		case wire.ChildPriority:
			return k.givePriority(child)
		case wire.PayersSet:
			return k.payers(child)
		}
	}
	back := kit.Back(ts("back"), func() { c.Go(screen.To(screen.Queue, "request", k.request)) })
	k.page = kit.NewPage(kit.Column(look.L, kit.Column(look.XS, back, kit.Title(ts("title")), kit.Limit(look.FormWidth, kit.Muted(ts("lead")))), k.strip, k.body))
	k.fill()
	c.On(k.fill, view.Topic{Collection: view.FileTopic, Key: k.account}, view.Topic{Collection: wire.Children}, view.Topic{Collection: view.OutboxTopic}, view.Topic{Collection: view.RefusalTopic})
	return screen.Screen{Content: k.page, Title: ts("title"), Rail: screen.Queue}
}

func (k *children) all() []wire.Child {
	f, _ := k.c.View.File(k.account, k.desk)
	return f.Children
}

func (k *children) fill() {
	f, open := k.c.View.File(k.account, k.desk)
	switch {
	case !open:
		k.body.Set(kit.EmptyState(kit.NotReceived, "", ts("closed"), "", nil))
	case len(f.Children) == 0:
		k.body.Set(kit.EmptyState(kit.NothingYet, "student", ts("none"), "", nil))
	default:
		cards := k.refused("")
		for _, child := range f.Children {
			cards = append(cards, k.child(child)...)
		}
		k.body.Set(kit.Limit(look.FormWidth, kit.Column(look.M, cards...)))
	}
	k.page.Refresh()
}

// child is one child: its health, who may collect it, its parents.
func (k *children) child(child wire.Child) []fyne.CanvasObject {
	heading := func(title string, waiting bool) fyne.CanvasObject {
		parts := []fyne.CanvasObject{kit.Grow(kit.Section(title), 160)}
		if waiting {
			parts = append(parts, kit.NewChip(look.TonePending, "", i18n.T("family.waiting", nil)))
		}
		return kit.Line(look.S, parts...)
	}
	health := append([]fyne.CanvasObject{heading(i18n.T("family.health.title", nil), false)}, family.HealthLines(child.Health())...)
	health = append(health, changed(child.HealthAt, child.HealthBy)...)
	collect := append([]fyne.CanvasObject{heading(i18n.T("family.collect.title", nil), false)}, family.CollectorLines(child.Collectors)...)
	collect = append(collect, changed(child.CollectAt, child.CollectBy)...)
	waiting := false
	for _, kind := range []string{wire.CustodyLink, wire.CustodySet, wire.CustodyEnd, wire.WeeksSet, wire.PayersSet} {
		waiting = waiting || k.c.View.Waits(child.ID, kind)
	}
	parents := append([]fyne.CanvasObject{heading(ts("parents"), waiting)}, k.refused(child.ID)...)
	for _, a := range child.Adults {
		seen := ts("unseen")
		if a.Evidence != "" {
			seen = ts("seen", "Evidence", i18n.T("family.evidence."+a.Evidence, nil), "Day", i18n.Date(outcome.Day(a.Day)))
		}
		parents = append(parents, kit.Rule(), kit.Pair(kit.Body(a.Name), kit.Column(0, kit.Body(held(child, a)), kit.Muted(seen))))
	}
	if child.Weeks != nil {
		parents = append(parents, kit.Rule(), kit.Pair(kit.Muted(i18n.T("family.weeks.title", nil)), kit.Body(k.nextWeeks(child))))
	}
	if child.Paying != nil {
		parents = append(parents, kit.Rule(), kit.Pair(kit.Muted(i18n.T("family.paying.title", nil)), kit.Body(ts("paying"))))
	}
	if lines := family.PayersLines(child, k.c.View.Today(), true); len(lines) > 0 {
		parents = append(parents, kit.Rule(), kit.Pair(kit.Muted(i18n.T("family.payers.title", nil)), kit.Column(look.XS, lines...)))
	}
	if !waiting {
		parents = append(parents, kit.Line(look.S, k.actions(child)...))
	}
	out := []fyne.CanvasObject{
		kit.Column(look.XS, kit.Section(child.FirstName+" "+child.LastName), kit.Muted(family.Who(k.c.View, child))),
		kit.Card(kit.Column(look.S, health...)), kit.Card(kit.Column(look.S, collect...)), kit.Card(kit.Column(look.S, parents...)),
	}
	if child.Priority || k.prioritised() {
		out = append(out, kit.Card(kit.Column(look.S, k.priority(child, heading)...)))
	}
	return out
}

// held is how a parent has custody, in words; of one who is alone nobody need be
// told with whom they live.
func held(child wire.Child, a wire.Adult) string {
	if len(child.Adults) == 1 {
		return i18n.T("family.custody.alone", nil)
	}
	return i18n.T("family.custody."+a.Custody, nil)
}

// refused is what the town hall's own rules did not take of what was done here
// for a child: it stands where it was done, for there one looks. With "" it is
// that of children who are no longer in the file.
func (k *children) refused(child portal.ID) []fyne.CanvasObject {
	var cards []fyne.CanvasObject
	for _, r := range k.c.View.Refusals() {
		if r.Note.Args["account"] != string(k.account) || r.Note.Args["desk"] != k.desk {
			continue
		}
		if k.about(r) != child {
			continue
		}
		text := ""
		if r.Verdict.Error != nil {
			text = outcome.Past(r.Verdict.Error)
		}
		cards = append(cards, kit.NewNotice(look.ToneError, i18n.T("family.refused", map[string]any{"What": outcome.Note(r.Note)}), text,
			kit.Plain(i18n.T("family.read", nil), func() { _ = k.s.MarkRead(r.ID) }))) // one that is gone was read elsewhere
	}
	return cards
}

// about is the child of this file that a refused command was about, "" for none.
func (k *children) about(r cache.Refusal) portal.ID {
	id := portal.ID("")
	if _, args, err := wire.ReadCommand(r.Body); err == nil {
		switch a := args.(type) {
		case *wire.LinkParent:
			id = a.Child
		case *wire.SetCustody:
			id = a.Child
		case *wire.EndCustody:
			id = a.Child
		case *wire.SetWeeks:
			id = a.Child
		case *wire.SetPriority:
			id = a.Child
		case *wire.SetPayers:
			id = a.Child
		}
	}
	if slices.ContainsFunc(k.all(), func(c wire.Child) bool { return c.ID == id }) {
		return id
	}
	return ""
}

func changed(at int64, by string) []fyne.CanvasObject {
	if at == 0 || by == "" {
		return nil
	}
	return []fyne.CanvasObject{kit.Rule(), kit.Caption(family.Changed(at, by))}
}

// nextWeeks is with which parent the child is this week and the next.
func (k *children) nextWeeks(child wire.Child) string {
	w, today := *child.Weeks, k.c.View.Today()
	mine := "" // the parent whose file this is
	for _, a := range child.Adults {
		if a.Account == k.account {
			mine = a.Name
		}
	}
	out := ""
	for i := range 2 {
		first := w.Start(today).Add(7 * i)
		name := w.With
		if w.Own(first) {
			name = mine
		}
		if i > 0 {
			out += "\n"
		}
		out += i18n.T("family.weeks.with", map[string]any{"Span": family.Span(first), "Name": name})
	}
	return out
}

func (k *children) actions(child wire.Child) []fyne.CanvasObject {
	to := func(do string) func() {
		return func() {
			k.c.Go(screen.To(screen.StaffChildren, "account", string(k.account), "desk", k.desk, "request", k.request, "child", string(child.ID), "do", do))
		}
	}
	buttons := []fyne.CanvasObject{}
	if len(child.Adults) < rules.MostParents {
		buttons = append(buttons, kit.Secondary(ts("link"), to(wire.CustodyLink)).Icon("user-plus"))
	}
	buttons = append(buttons, kit.Plain(ts("set"), to(wire.CustodySet)).Icon("scales"))
	if len(child.Adults) > 1 {
		buttons = append(buttons, kit.Plain(ts("end"), to(wire.CustodyEnd)).Icon("x-circle"))
	}
	if child.Custody == string(accounts.SharedCustody) && len(child.Adults) == 2 {
		buttons = append(buttons, kit.Plain(ts("weeks"), to(wire.WeeksSet)).Icon("calendar"))
		if child.Weeks != nil {
			buttons = append(buttons, kit.Plain(ts("weeksOff"), func() { k.weeksOff(child) }).Icon("x"))
		}
	}
	return append(buttons, kit.Plain(i18n.Say("family.payers.change"), to(wire.PayersSet)).Icon("coins"))
}

// weeksOff ends the weeks, once it was asked: both parents are told at once.
func (k *children) weeksOff(child wire.Child) {
	k.c.Dialogs.Confirm(kit.Confirmation{Title: ts("weeksOffTitle"), Text: ts("weeksOffText"), Yes: ts("weeksOff")}, func(yes bool) {
		if yes {
			k.submit(wire.WeeksSet, wire.SetWeeks{Child: child.ID}, "weeksSet", child)
		}
	})
}

// submit keeps a command; false where it could not be.
func (k *children) submit(kind string, args any, key string, child wire.Child) bool {
	_, err := k.s.Submit(kind, args, cache.Note{Key: "family.note." + key, Args: map[string]string{
		"child": words.Called(child.FirstName), "account": string(k.account), "desk": k.desk, "request": k.request,
	}})
	if err != nil {
		k.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
	}
	return err == nil
}

// form builds the form of what is done for a child; back to the children once
// it is kept.
func (k *children) form(title, label string, child wire.Child, send func() bool, fields ...fyne.CanvasObject) screen.Screen {
	form := kit.NewForm(label, func() {
		if send() {
			k.c.Back()
		}
	}, kit.Plain(i18n.T("kit.cancel", nil), k.c.Back))
	form.Add(fields...)
	k.page = kit.NewFormPage(kit.Column(look.L, kit.Column(look.XS, kit.Back(ts("title"), k.c.Back), kit.Title(strings.TrimSuffix(title, "…")), kit.Muted(child.FirstName+" "+child.LastName)), k.strip, form))
	return screen.Screen{Content: k.page, Title: title, Rail: screen.Queue}
}

// evidence asks what the agent has seen.
func (k *children) evidence() (kind, day *kit.Field) {
	var options []kit.Option
	for _, e := range rules.Evidence {
		options = append(options, kit.Option{Value: e, Label: i18n.T("family.evidence."+e, nil)})
	}
	kind = kit.RadioField(ts("evidence"), options...).Named("evidence").Needed(ts("evidenceMissing"))
	day = kit.DateField(ts("day")).Named("day").Needed(ts("dayMissing")).Rule(func(v string) string {
		if e := rules.CheckEvidence(rules.Evidence[0], portal.Date(v), k.c.View.Today()); e != nil {
			return screen.Sentence(e)
		}
		return ""
	})
	return kind, day
}

func custody() *kit.Field {
	return kit.RadioField(ts("custody"), kit.Option{Value: string(accounts.SharedCustody), Label: ts("shared")},
		kit.Option{Value: string(accounts.FullCustody), Label: ts("full")}).Named("custody").Needed(ts("custodyMissing"))
}

func (k *children) link(child wire.Child) screen.Screen {
	who := kit.TextField(ts("who")).Named("who").Hint(ts("whoHint")).Needed(ts("whoMissing"))
	how := custody()
	how.SetValue(string(accounts.SharedCustody))
	kind, day := k.evidence()
	return k.form(ts("link"), ts("link"), child, func() bool {
		return k.submit(wire.CustodyLink, wire.LinkParent{Child: child.ID, Who: who.Value(), Custody: how.Value(), Evidence: kind.Value(), Day: portal.Date(day.Value())}, "link", child)
	}, who, how, kind, day)
}

func (k *children) set(child wire.Child) screen.Screen {
	how := custody()
	how.SetValue(child.Custody)
	kind, day := k.evidence()
	return k.form(ts("set"), i18n.T("family.save", nil), child, func() bool {
		return k.submit(wire.CustodySet, wire.SetCustody{Child: child.ID, Custody: how.Value(), Evidence: kind.Value(), Day: portal.Date(day.Value())}, "custody", child)
	}, how, kind, day)
}

// parents is a choice among the parents of a child.
func parents(label, missing string, child wire.Child) *kit.Field {
	var options []kit.Option
	for _, a := range child.Adults {
		options = append(options, kit.Option{Value: string(a.Account), Label: a.Name})
	}
	return kit.RadioField(label, options...).Named("parent").Needed(missing)
}

func (k *children) end(child wire.Child) screen.Screen {
	parent := parents(ts("parent"), ts("parentMissing"), child)
	kind, day := k.evidence()
	return k.form(ts("end"), ts("end"), child, func() bool {
		args := wire.EndCustody{Child: child.ID, Parent: portal.ID(parent.Value()), Evidence: kind.Value(), Day: portal.Date(day.Value())}
		k.c.Dialogs.Confirm(kit.Confirmation{Title: ts("confirmEnd"), Text: ts("endText"), Yes: ts("end"), No: i18n.T("kit.cancel", nil), Danger: true}, func(yes bool) {
			if yes && k.submit(wire.CustodyEnd, args, "end", child) {
				k.c.Back()
			}
		})
		return false
	}, parent, kind, day, kit.Muted(ts("endText")))
}

func (k *children) weeks(child wire.Child) screen.Screen {
	today := k.c.View.Today()
	begin := kit.RadioField(i18n.T("family.weeks.when", map[string]any{"Child": words.Called(child.FirstName)}),
		kit.Option{Value: family.FromMonday, Label: i18n.T("family.weeks.monday", nil)}, kit.Option{Value: family.FromFriday, Label: i18n.T("family.weeks.friday", nil)}).Named("kind")
	begin.SetValue(family.FromMonday)
	swap := kit.NewSwap(nil)
	var first *kit.Field
	n := 0
	ask := func() {
		chosen := ""
		if first != nil {
			chosen = first.Value()
		}
		n++
		first = parents(ts("first", "Span", family.Span(family.Begins(begin.Value(), today))), ts("firstMissing"), child).Named("first " + strconv.Itoa(n))
		first.SetValue(chosen)
		swap.Set(first)
		if k.page != nil {
			k.page.Refresh()
		}
	}
	ask()
	begin.OnChanged(func(string) { ask() })
	return k.form(ts("weeks"), i18n.T("family.save", nil), child, func() bool {
		return k.submit(wire.WeeksSet, wire.SetWeeks{Child: child.ID, First: portal.ID(first.Value()), Weeks: rules.Weeks{Anchor: family.Begins(begin.Value(), today)}}, "weeksSet", child)
	}, begin, swap)
}

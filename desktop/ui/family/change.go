package family

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// form is the form of one part of a child.
type form struct {
	c      *screen.Context
	s      Desk
	id     portal.ID
	notice *kit.Notice
	page   *kit.Page
}

// Change builds the form of one part of a child; its route names both.
func Change(c *screen.Context, r screen.Route) screen.Screen { return change(c, c.Session, r) }

func change(c *screen.Context, s Desk, r screen.Route) screen.Screen {
	f := &form{c: c, s: s, id: portal.ID(r.Arg("id")), notice: kit.NewNotice(look.ToneWarning, "", "")}
	f.notice.Hide()
	child, known := c.View.Child(f.id)
	if !known || !accounts.RightsOf(accounts.Custody(child.Custody)).Change {
		return openChild(c, s, r).screen()
	}
	refused := portal.ID(r.Arg("refused"))
	switch r.Arg("part") {
	case partHealth:
		return f.changeHealth(child, refused)
	case partCollect:
		return f.changeCollectors(child, refused)
	case partWeeks:
		return f.proposeWeeks(child)
	}
	return f.back(child)
}

func (f *form) back(child wire.Child) screen.Screen {
	return openChild(f.c, f.s, toChild(child.ID)).screen()
}

func (f *form) build(title, lead string, questions *kit.Form) screen.Screen {
	child, _ := f.c.View.Child(f.id)
	f.page = kit.NewFormPage(kit.Column(look.L,
		kit.Column(look.XS, kit.Title(title), kit.Muted(child.FirstName+" "+child.LastName), kit.Muted(lead)), f.notice, questions))
	return screen.Screen{Content: f.page, Title: title, Rail: screen.Relations}
}

func (f *form) refresh() {
	if f.page != nil {
		f.page.Refresh()
	}
}

// tell says something above the form and brings it into sight.
func (f *form) tell(tone look.Tone, title, text string) {
	f.notice.Set(tone, title, text)
	f.notice.Show()
	if f.page != nil {
		f.page.Refresh()
		f.page.Reveal(f.notice)
	}
}

// submit keeps a change, and goes back to the child: it is sent as soon as
// there is a line.
func (f *form) submit(kind string, args any, n cache.Note) {
	if _, err := f.s.Submit(kind, args, n); err != nil {
		f.tell(look.ToneError, outcome.Sentence(err), "")
		return
	}
	f.c.Back()
}

// taken ends a refusal whose answers were taken up again and are sent anew.
func (f *form) taken(refused portal.ID) {
	if refused != "" {
		_ = f.s.MarkRead(refused) // one that is gone was read elsewhere
	}
}

// meanwhile says, while somebody types, that the other parent has changed the
// same: who, and what stands now. What is typed stays.
func (f *form) meanwhile(by, now string) {
	f.tell(look.ToneWarning, t("meanwhile.title", "Name", by), t("meanwhile.text", "Now", now))
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// changeHealth asks what those who look after the child must know.
func (f *form) changeHealth(child wire.Child, refused portal.ID) screen.Screen {
	was := child.Health()
	start := was
	if again := typed[wire.ChangeHealth](f.c.View, refused); again != nil {
		start = again.Health
		defer f.meanwhile(child.HealthBy, inWords(was))
	}
	var diets []kit.Option
	for _, d := range family.Diets {
		diets = append(diets, kit.Option{Value: d, Label: t("diet." + d)})
	}
	diet := kit.RadioField(t("health.diet"), diets...).Named("diet").Needed(t("health.dietMissing"))
	allergies := kit.LongField(t("health.allergies"), 2).Named("allergies").Hint(t("health.allergiesHint")).Most(family.AllergiesMax).MayBeEmpty()
	plan := kit.YesNoField(t("health.plan")).Named("care_plan").Hint(t("health.planHint")).Needed(t("health.planMissing"))
	actions := kit.LongField(t("health.actions"), 4).Named("care_actions").Hint(t("health.actionsHint")).Most(family.CareActionsMax).Needed(t("health.actionsMissing"))
	meal := kit.YesNoField(t("health.mealAsk")).Named("meal_from_home").Needed(t("health.mealMissing"))
	follow := func(v string) {
		for _, asked := range []*kit.Field{actions, meal} { // a field that is hidden is not judged
			if v == "yes" {
				asked.Show()
			} else {
				asked.Hide()
			}
		}
		f.refresh()
	}
	diet.SetValue(start.Diet)
	allergies.SetValue(start.Allergies)
	actions.SetValue(start.CareActions)
	if start.Diet != "" || start.CarePlan {
		plan.SetValue(yesNo(start.CarePlan))
	}
	if start.CarePlan {
		meal.SetValue(yesNo(start.MealFromHome))
	}
	follow(plan.Value())
	plan.OnChanged(follow)
	questions := kit.NewForm(t("save"), func() {
		to := family.Health{Diet: diet.Value(), Allergies: allergies.Value(), CarePlan: plan.Value() == "yes", CareActions: actions.Value(), MealFromHome: meal.Value() == "yes"}.Normalise()
		f.taken(refused)
		if to == was {
			f.c.Back()
			return
		}
		f.submit(wire.ChildHealth, wire.ChangeHealth{Child: f.id, Was: was, Health: to}, note("health", child))
	}, kit.Plain(i18n.T("kit.cancel", nil), f.c.Back))
	questions.Add(diet, allergies, plan, actions, meal, kit.Muted(t("told")))
	f.c.On(func() {
		if now, there := f.c.View.Child(f.id); there && now.Health() != was {
			was = now.Health()
			f.meanwhile(now.HealthBy, inWords(was))
		}
	}, view.Topic{Collection: wire.Children})
	s := f.build(t("health.title"), t("health.lead"), questions)
	s.Again = func() { follow(plan.Value()) }
	return s
}

// inWords is a child's health in one line.
func inWords(h family.Health) string {
	parts := []string{}
	if h.Diet != "" {
		parts = append(parts, t("diet."+h.Diet))
	}
	if h.Allergies != "" {
		parts = append(parts, t("health.allergies")+i18n.T("family.colon", nil)+h.Allergies)
	}
	if h.CarePlan {
		parts = append(parts, t("health.hasPlan")+i18n.T("family.colon", nil)+h.CareActions)
	}
	return strings.Join(parts, " · ")
}

// collector is one person of the list, with its questions.
type collector struct {
	last, first, relation, phone *kit.Field
}

func (e *collector) value() family.Collector {
	return family.Collector{FirstName: e.first.Value(), LastName: e.last.Value(), Relation: e.relation.Value(), Phone: e.phone.Value()}
}

// collectors is the list as it is written.
type collectors struct {
	f       *form
	entries []*collector
	cards   *kit.Swap
	add     *kit.Button
	strip   *kit.Strip
}

// changeCollectors asks who may collect the child.
func (f *form) changeCollectors(child wire.Child, refused portal.ID) screen.Screen {
	was := child.Collectors
	start := was
	if again := typed[wire.ChangeCollectors](f.c.View, refused); again != nil {
		start = again.Collectors
		defer f.meanwhile(child.CollectBy, names(was))
	}
	l := &collectors{f: f, cards: kit.NewSwap(nil), strip: kit.NewStrip()}
	l.add = kit.Secondary(t("collect.add"), func() {
		l.entries = append(l.entries, l.entry(family.Collector{}))
		l.arrange()
		l.entries[len(l.entries)-1].last.Focus()
	}).Icon("plus")
	for _, c := range start {
		l.entries = append(l.entries, l.entry(c))
	}
	l.arrange()
	questions := kit.NewForm(t("save"), func() {
		to := l.values()
		f.taken(refused)
		if family.SameCollectors(to, was) {
			f.c.Back()
			return
		}
		f.submit(wire.ChildCollect, wire.ChangeCollectors{Child: f.id, Was: family.NormaliseCollectors(was), Collectors: to}, note("collect", child))
	}, kit.Plain(i18n.T("kit.cancel", nil), f.c.Back))
	questions.Add(l.cards, l.strip, kit.Line(0, l.add), kit.Muted(t("told")))
	f.c.On(func() {
		if now, there := f.c.View.Child(f.id); there && !family.SameCollectors(now.Collectors, was) {
			was = now.Collectors
			f.meanwhile(now.CollectBy, names(was))
		}
	}, view.Topic{Collection: wire.Children})
	return f.build(t("collect.title"), t("collect.formLead"), questions)
}

func names(all []family.Collector) string {
	var out []string
	for _, c := range all {
		out = append(out, c.FirstName+" "+c.LastName)
	}
	if len(out) == 0 {
		return t("collect.nobody")
	}
	return i18n.List(out)
}

func (l *collectors) values() []family.Collector {
	out := make([]family.Collector, 0, len(l.entries))
	for _, e := range l.entries {
		out = append(out, e.value())
	}
	return family.NormaliseCollectors(out)
}

func (l *collectors) entry(c family.Collector) *collector {
	e := &collector{}
	ask := func(key string, field *kit.Field, value string) *kit.Field {
		field.Named(key).Needed(screen.Sentence(portal.E(portal.Missing, key))).Rule(func(string) string {
			if wrong := e.value().Check().Of(key); wrong != nil {
				return screen.Sentence(wrong)
			}
			return ""
		})
		field.SetValue(value)
		return field
	}
	e.last, e.first = kit.TextField(t("collect.last")), kit.TextField(t("collect.first"))
	e.relation, e.phone = kit.TextField(t("collect.relation")).Hint(t("collect.relationHint")), kit.PhoneField(t("collect.phone")).Width(240)
	ask("lastName", e.last, c.LastName)
	ask("firstName", e.first, c.FirstName)
	ask("relation", e.relation, c.Relation)
	ask("phone", e.phone, phone(c.Phone)) // as one reads it elsewhere
	return e
}

// arrange shows the persons under their numbers.
func (l *collectors) arrange() {
	var cards []fyne.CanvasObject
	for i, e := range l.entries {
		for key, field := range map[string]*kit.Field{"lastName": e.last, "firstName": e.first, "relation": e.relation, "phone": e.phone} {
			field.Named(key + " " + strconv.Itoa(i+1))
		}
		head := kit.Line(look.S, kit.Grow(kit.Strong(t("collect.number", "Number", i+1)), 160), kit.Plain(t("collect.remove"), func() { l.remove(i) }).Icon("trash"))
		cards = append(cards, kit.Card(kit.Column(look.M, head, e.last, e.first, e.relation, e.phone)))
	}
	if len(cards) == 0 {
		cards = append(cards, kit.Muted(t("collect.nobody")))
	}
	l.cards.Set(kit.Column(look.M, cards...))
	if len(l.entries) < family.MostCollectors {
		l.add.Show()
	} else {
		l.add.Hide()
	}
	l.f.refresh()
}

// remove takes a person off; they can be had back until the next change.
func (l *collectors) remove(i int) {
	before := l.entries
	gone := l.entries[i].value()
	l.entries = append(append([]*collector{}, before[:i]...), before[i+1:]...)
	l.strip.Clear()
	if name := strings.TrimSpace(gone.FirstName + " " + gone.LastName); name != "" {
		l.strip.Say(look.ToneNeutral, t("collect.removed", "Name", name), t("collect.undo"), func() {
			l.entries = before
			l.arrange()
		})
	}
	l.arrange()
}

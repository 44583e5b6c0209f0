package closures

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// previewer tells what a closure would cancel: no computer of an agent holds
// what families have booked.
type previewer interface {
	PreviewClosure(ctx context.Context, d wire.DeclareClosure) (wire.ClosurePreview, error)
	HasLine() bool
}

// Declare asks what is closed, when and why, and says before it is sent what
// that cancels and what families read.
func Declare(c *screen.Context, _ screen.Route) screen.Screen {
	return openDeclare(c, c.Session).screen()
}

// every is the choice of all activities, sites or classes.
const every = "all"

type declaring struct {
	c *screen.Context
	s desk

	form                                *kit.Form
	kind, from, to, sites, acts, reason *kit.Field
	class                               *kit.Field
	ofClass                             *kit.Swap
	was                                 map[*kit.Field]string // what was ticked before
	body                                *kit.Swap
	page                                *kit.Page
	told                                *kit.Notice
	args                                wire.DeclareClosure
	recap                               bool
	cost                                *kit.Swap
	nobody                              bool // is booked, as the town hall has counted
	send                                *kit.Button
}

// declareKept is what the screen finds again when it is built anew.
type declareKept struct {
	recap bool
	args  wire.DeclareClosure
}

func openDeclare(c *screen.Context, s desk) *declaring {
	d := &declaring{c: c, s: s, was: map[*kit.Field]string{}, body: kit.NewSwap(nil), told: kit.NewNotice(look.ToneError, "", ""), cost: kit.NewSwap(nil)}
	d.told.Hide()
	d.fields()
	d.page = kit.NewFormPage(d.body)
	if before, again := c.Kept.(declareKept); again {
		d.args = before.args
		d.fill()
		if before.recap {
			d.review()
			return d
		}
	}
	d.ask()
	return d
}

func (d *declaring) screen() screen.Screen {
	return screen.Screen{Content: d.page, Title: t("form.title"), Rail: screen.Closures, Again: d.narrow}
}

func (d *declaring) fields() {
	var kinds, acts, sites []kit.Option
	for _, k := range bookings.ClosureKinds {
		kinds = append(kinds, kit.Option{Value: string(k), Label: reasonName(k)})
	}
	sites = append(sites, kit.Option{Value: every, Label: t("form.everySite")})
	for _, s := range d.c.View.Sites() {
		sites = append(sites, kit.Option{Value: string(s.ID), Label: s.Name})
	}
	acts = append(acts, kit.Option{Value: every, Label: t("form.everyActivity")})
	me, _ := d.c.View.Me()
	for _, a := range d.c.View.Activities() {
		if slices.Contains(me.Desks, a.Desk) {
			acts = append(acts, kit.Option{Value: string(a.ID), Label: a.Name.In(i18n.Language())})
		}
	}
	d.kind = kit.RadioField(t("form.kind"), kinds...).Named("kind").Needed(t("form.kindMissing"))
	d.from = kit.DateField(t("form.from")).Named("from").Needed(t("form.fromMissing")).Rule(func(v string) string {
		if least := d.c.View.Today().Add(-bookings.ClosureBack); portal.Date(v) < least {
			return t("form.fromPast", "Min", i18n.Date(outcome.Day(least)))
		}
		return ""
	})
	d.to = kit.DateField(t("form.to")).Named("to").Optional().Rule(func(v string) string {
		from := portal.Date(d.from.Value())
		switch to := portal.Date(v); {
		case v == "" || from == "":
			return ""
		case to < from:
			return t("form.toBefore")
		case to > from.Add(bookings.MostClosureDays-1):
			return t("form.toLong")
		}
		return ""
	})
	d.sites = kit.TicksField(t("form.sites"), sites...).Named("sites").Needed(t("form.sitesMissing"))
	d.sites.OnChanged(func(string) {
		d.apart(d.sites)
		d.narrow()
	})
	d.acts = kit.TicksField(t("form.activities"), acts...).Named("activities").Needed(t("form.activitiesMissing")).Hint(t("form.activitiesHint"))
	d.acts.OnChanged(func(string) { d.apart(d.acts) })
	d.kind.OnChanged(func(string) { d.narrow() })
	groups := []kit.Option{{Value: every, Label: t("form.everyClass")}}
	for _, o := range classes(d.c.View) {
		groups = append(groups, kit.Option{Value: o.id, Label: o.name})
	}
	d.class = kit.SelectField(t("form.class"), groups...).Named("class").Hint(t("form.classHint"))
	d.class.SetValue(every)
	d.ofClass = kit.NewSwap(d.class)
	d.reason = kit.LongField(t("form.reason"), 3).Named("reason").Hint(t("form.reasonHint")).Needed(t("form.reasonMissing")).Most(requests.MaxNote)
	d.form = kit.NewForm(t("form.next"), d.review, kit.Plain(i18n.T("kit.cancel", nil), d.c.Back))
	d.form.Add(d.kind, kit.Columns(240, look.M, 2, d.from, d.to), d.sites, d.ofClass, d.acts, d.reason)
	d.narrow()
}

// apart unticks the single ones where all is ticked, and all where a single one is.
func (d *declaring) apart(f *kit.Field) {
	ticked := strings.Fields(f.Value())
	if i := slices.Index(ticked, every); i >= 0 && len(ticked) > 1 {
		if slices.Contains(strings.Fields(d.was[f]), every) {
			f.SetValue(strings.Join(slices.Delete(ticked, i, i+1), " "))
		} else {
			f.SetValue(every)
		}
	}
	d.was[f] = f.Value()
}

// narrow shows the classes where one of one school may go out.
func (d *declaring) narrow() {
	one := len(chosen(d.sites)) == 1
	show := bookings.ClosureKind(d.kind.Value()).OfClass() && one && d.school(portal.ID(d.sites.Value()))
	if show == d.class.Visible() && show == d.ofClass.Visible() {
		return
	}
	if show {
		d.class.Show()
		d.ofClass.Show()
	} else {
		d.class.Hide()
		d.ofClass.Hide()
	}
	if d.page != nil {
		d.page.Refresh()
	}
}

func (d *declaring) school(id portal.ID) bool {
	for _, s := range d.c.View.Sites() {
		if s.ID == id {
			return s.Kind == "school"
		}
	}
	return false
}

// chosen is what is ticked; none is everything.
func chosen(f *kit.Field) (ids []portal.ID) {
	for _, v := range strings.Fields(f.Value()) {
		if v == every {
			return nil
		}
		ids = append(ids, portal.ID(v))
	}
	return ids
}

// fill puts what was answered back into the fields.
func (d *declaring) fill() {
	join := func(ids []portal.ID) string {
		if len(ids) == 0 {
			return every
		}
		var all []string
		for _, id := range ids {
			all = append(all, string(id))
		}
		return strings.Join(all, " ")
	}
	if d.args.Closure == "" {
		return
	}
	d.kind.SetValue(string(d.args.Kind))
	d.from.SetValue(string(d.args.Period.From))
	if d.args.Period.To != d.args.Period.From {
		d.to.SetValue(string(d.args.Period.To))
	}
	d.sites.SetValue(join(d.args.Sites))
	d.acts.SetValue(join(d.args.Activities))
	d.was[d.sites], d.was[d.acts] = d.sites.Value(), d.acts.Value()
	if d.args.Class != "" {
		d.class.SetValue(d.args.Class)
	}
	d.reason.SetValue(d.args.Reason)
	d.narrow()
}

// read is what the fields say.
func (d *declaring) read() wire.DeclareClosure {
	args := wire.DeclareClosure{
		Closure: d.args.Closure, Kind: bookings.ClosureKind(d.kind.Value()), Activities: chosen(d.acts), Sites: chosen(d.sites), Reason: strings.TrimSpace(d.reason.Value()),
		Period: portal.Period{From: portal.Date(d.from.Value()), To: portal.Date(d.to.Value())},
	}
	if args.Period.To == "" {
		args.Period.To = args.Period.From
	}
	if d.class.Visible() && d.class.Value() != every {
		args.Class = d.class.Value()
	}
	if args.Closure == "" {
		args.Closure = portal.NewID()
	}
	return args
}

func (d *declaring) ask() {
	d.recap = false
	d.c.Kept = declareKept{args: d.args}
	d.body.Set(kit.Column(look.L, kit.Column(look.XS, kit.Back(t("title"), func() { d.c.Up(screen.To(screen.Closures)) }), kit.Title(t("form.title")), kit.Muted(t("form.lead"))), d.form))
	d.page.Refresh()
}

// review says what exactly will happen, once the town hall has counted it.
func (d *declaring) review() {
	if !d.recap && d.form.Values()["kind"] != "" {
		d.args = d.read()
	}
	d.recap = true
	d.c.Kept = declareKept{true, d.args}
	fact := d.args.Fact()
	all := map[portal.ID]bookings.Activity{}
	for _, a := range d.c.View.Activities() {
		all[a.ID] = a
	}
	fact.Activities = bookings.Needing(fact.Activities, all)
	edit := func() { d.ask() }
	answers := []kit.Answer{{Question: t("form.kind"), Answer: reasonName(fact.Kind)}, {Question: t("recap.when"), Answer: i18n.Capital(span(fact.Period))},
		{Question: t("form.sites"), Answer: i18n.Capital(sites(d.c.View, fact))}}
	if fact.Class != "" {
		answers = append(answers, kit.Answer{Question: t("form.class"), Answer: i18n.Capital(class(d.c.View, fact.Class))})
	}
	answers = append(answers, kit.Answer{Question: t("form.activities"), Answer: i18n.Capital(activities(d.c.View, fact))})
	parts := []fyne.CanvasObject{kit.Recap(kit.RecapSection{Title: t("recap.what"), Answers: answers, Edit: edit})}
	if len(fact.Activities) > len(d.args.Activities) {
		parts = append(parts, kit.Muted(t("recap.with")))
	}
	parts = append(parts, d.cost, kit.Card(kit.Column(look.S, kit.Section(t("reads")), kit.Strong(i18n.Capital(Heading(fact))), kit.Muted(Where(d.c.View, fact)), kit.Body(fact.Reason))))
	d.send = kit.Primary(t("recap.do"), d.submit).Icon("lock")
	d.body.Set(kit.Column(look.L, kit.Column(look.XS, kit.Back(t("form.title"), edit), kit.Title(t("recap.title")), kit.Muted(t("recap.lead"))), d.told, kit.Column(look.M, parts...),
		kit.Line(0, d.send)))
	kit.BackToTop(d.body)
	d.page.Refresh()
	d.count()
}

// count asks how much it cancels.
func (d *declaring) count() {
	d.nobody = false
	if !d.s.HasLine() {
		d.cost.Set(kit.NewNotice(look.ToneWarning, t("cost.offline"), t("cost.offlineText")).Icon("wifi-slash"))
		d.page.Refresh()
		return
	}
	busy := kit.NewProgress("", nil)
	busy.Set(t("cost.busy"), -1)
	d.cost.Set(busy)
	d.page.Refresh()
	args := d.args
	screen.Run(d.c, "preview", func(ctx context.Context) (wire.ClosurePreview, error) { return d.s.PreviewClosure(ctx, args) }, func(p wire.ClosurePreview, err error) {
		if !d.recap {
			return
		}
		if err != nil {
			d.cost.Set(kit.NewNotice(look.ToneWarning, t("cost.unknown"), outcome.Sentence(err), kit.Secondary(t("cost.again"), d.count)))
		} else {
			d.cost.Set(d.costs(p))
			d.nobody = p.Bookings == 0
			d.send.SetText(t("recap.doFor", "Count", p.Families))
		}
		d.page.Refresh()
	})
}

// costs is what will be cancelled, in sentences, and by site.
func (d *declaring) costs(p wire.ClosurePreview) fyne.CanvasObject {
	if p.Bookings == 0 {
		return kit.NewNotice(look.ToneInfo, t("cost.none"), t("cost.noneText"))
	}
	text := t("cost.text", "Count", p.Bookings, "Children", t("cost.children", "Count", p.Children), "Families", t("cost.families", "Count", p.Families), "Credit", i18n.Money(int64(p.Credit)))
	notice := kit.NewNotice(look.ToneWarning, t("cost.bookings", "Count", p.Bookings), text).Icon("calendar-x")
	names := map[portal.ID]string{}
	for _, s := range d.c.View.Sites() {
		names[s.ID] = s.Name
	}
	kinds := map[portal.ID]bookings.Activity{}
	for _, a := range d.c.View.Activities() {
		kinds[a.ID] = a
	}
	var rows []fyne.CanvasObject
	for _, l := range p.Lines {
		a := kinds[l.Activity]
		rows = append(rows, kit.NewRow(names[l.Site], i18n.Joined(a.Name.In(i18n.Language()), Fewer(d.c.View, l.Bookings, l.Activity)), nil).Icon(screen.ActivityIcon(a.Kind)))
	}
	return kit.Column(look.M, notice, kit.RowsCard(rows...))
}

func (d *declaring) submit() {
	d.told.Hide()
	if wrong := bookings.CheckClosure(d.args.Fact(), d.c.View.Today()); wrong != nil {
		d.told.Set(look.ToneError, "", outcome.Sentence(wrong))
		d.told.Show()
		d.page.Refresh()
		return
	}
	_, err := d.s.Submit(wire.ClosureDeclare, d.args, cache.Note{Key: "closures.note.declare", Args: map[string]string{"What": Heading(d.args.Fact())}})
	if err != nil {
		d.told.Set(look.ToneError, "", outcome.Sentence(err))
		d.told.Show()
		d.page.Refresh()
		return
	}
	d.c.Kept = nil
	to := screen.To(screen.Closures, "done", string(d.args.Closure))
	if d.nobody {
		to.Args["quiet"] = "1"
	}
	d.c.Replace(to)
}

package staff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/openings"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Openings builds the list of the town's openings, where they are announced,
// changed and taken back; its route may name one that is edited, or
// "new", one that is looked at (id), or say that one was just sent (done).
func Openings(c *screen.Context, r screen.Route) screen.Screen {
	return openOpenings(c, c.Session, r).screen()
}

type openingList struct {
	c     *screen.Context
	s     desk
	edit  string
	strip *kit.Strip
	body  *kit.Swap
	page  *kit.Page
	form  *kit.Form
	again func()
	done  bool // one was just announced or changed
}

// openingKept is what the form finds again when it is built anew.
type openingKept struct {
	o     bookings.Opening
	recap bool
}

// announced is under what kind is kept what the last command changed, so that it can
// be taken back from the list.
const announced = "opening"

// wasOpening is an opening as it was before it was sent; without a key there was none.
type wasOpening struct {
	ID  portal.ID
	Was *bookings.Opening
	Is  bookings.Opening // as it was sent
}

// stands reports whether an opening stands as it was sent: what the town hall refused
// does not.
func (w wasOpening) stands(o bookings.Opening) bool {
	return o.Opens == w.Is.Opens && o.Until == w.Is.Until && o.Period == w.Is.Period && o.Mode == w.Is.Mode
}

func so(key string, pairs ...any) string { return i18n.Say("staff.openings."+key, pairs...) }

func openOpenings(c *screen.Context, s desk, r screen.Route) *openingList {
	l := &openingList{c: c, s: s, edit: r.Arg("edit"), strip: kit.NewStrip(), body: kit.NewSwap(nil), again: func() {}}
	if l.edit != "" {
		back := kit.Back(so("title"), func() { c.Up(screen.To(screen.StaffOpenings)) })
		l.page = kit.NewFormPage(kit.Column(look.L, kit.Column(look.XS, back, kit.Title(so(map[bool]string{true: "new", false: "change"}[l.edit == "new"]))), l.strip, l.body))
		l.write()
		return l
	}
	if id := portal.ID(r.Arg("id")); id != "" {
		l.page = kit.NewPage(kit.Limit(look.PageWidth, kit.Column(look.XS, kit.Back(so("title"), func() { c.Up(screen.To(screen.StaffOpenings)) }), l.body)))
		l.look(id)
		c.On(func() { l.look(id) }, view.Topic{Collection: wire.Openings}, view.Topic{Collection: wire.Draws}, view.Topic{Collection: wire.Activities}, view.Topic{Collection: view.ClockTopic})
		return l
	}
	head := kit.Column(look.M, kit.Column(look.XS, kit.Title(so("title")), kit.Muted(so("lead"))),
		kit.Line(0, kit.Primary(so("new"), func() { c.Go(screen.To(screen.StaffOpenings, "edit", "new")) }).Icon("plus")))
	l.page = kit.NewPage(kit.Column(look.L, head, outcome.Cards(c, s), l.strip, l.body))
	l.done = r.Arg("done") != ""
	l.refresh()
	c.On(l.refresh, view.Topic{Collection: wire.Openings}, view.Topic{Collection: wire.Draws}, view.Topic{Collection: wire.Activities}, view.Topic{Collection: view.ClockTopic}, view.Topic{Collection: view.OutboxTopic})
	return l
}

func (l *openingList) screen() screen.Screen {
	return screen.Screen{Content: l.page, Title: so("title"), Rail: screen.StaffOpenings, Again: func() { l.again() }}
}

// activities is what the agent's desks run.
func (l *openingList) activities() []bookings.Activity {
	me, _ := l.c.View.Me()
	return slices.DeleteFunc(l.c.View.Activities(), func(a bookings.Activity) bool { return !slices.Contains(me.Desks, a.Desk) })
}

func (l *openingList) refresh() {
	now := l.c.View.Now()
	names := map[portal.ID]bookings.Activity{}
	for _, a := range l.activities() {
		names[a.ID] = a
	}
	waits := l.waiting()
	var rows []fyne.CanvasObject
	for _, o := range l.c.View.Openings() {
		a, mine := names[o.Activity]
		if !mine {
			continue
		}
		tone, icon, word := look.ToneNeutral, "check", so("state.open")
		tapped := func() { l.c.Go(screen.To(screen.StaffOpenings, "id", string(o.ID))) }
		switch e := o.Shut(now); {
		case e == nil && o.Drawn != 0:
			icon, word = "scales", so("state.drawn")
		case e == nil:
		case e.Code == bookings.OpensLater:
			tone, icon, word = look.ToneInfo, "clock-countdown", so("state.later")
			tapped = func() { l.c.Go(screen.To(screen.StaffOpenings, "edit", string(o.ID))) }
		case e.Code == bookings.AskedFor:
			tone, icon, word = look.ToneSuccess, "list-checks", so("state.asked")
		default:
			tone, icon, word = look.TonePending, "scales", so("state.drawing")
		}
		if waits[o.ID] {
			tone, icon, word = look.TonePending, "clock-countdown", so("state.pending")
		}
		line := so("row.first", "Period", openings.Period(o.Period), "At", openings.Instant(o.At()))
		if o.Mode == bookings.Pooled {
			line = so("row.pooled", "Period", openings.Period(o.Period), "At", openings.Instant(o.At()), "Until", openings.Instant(o.Ends()))
		}
		if d, told := l.c.View.DrawOf(o.ID); told {
			line += "\n" + so("row.drawn", "Count", d.Asks)
		}
		rows = append(rows, kit.NewRow(a.Name.In(i18n.Language()), i18n.Capital(line), tapped).Icon(screen.ActivityIcon(a.Kind)).Status(tone, icon, word))
	}
	switch _, received := l.c.View.Me(); {
	case len(rows) > 0:
		l.body.Set(kit.RowsCard(rows...))
	case !received:
		l.body.Set(kit.EmptyState(kit.NotReceived, "", "", "", nil))
	default:
		l.body.Set(kit.EmptyState(kit.NothingYet, "clock-countdown", so("none"), "", nil))
	}
	if l.done {
		l.offerUndo()
	}
	l.page.Refresh()
}

// waiting is the openings that the town hall has not received yet as they stand
// here.
func (l *openingList) waiting() map[portal.ID]bool {
	waits := map[portal.ID]bool{}
	for _, p := range l.c.View.Waiting() {
		if _, args, err := wire.ReadCommand(p.Body); err == nil {
			if a, is := args.(*wire.AnnounceOpening); is {
				waits[a.Opening.ID] = true
			}
		}
	}
	return waits
}

// hour is a time of day as one writes it: "9:00", "9h", "09 h 30".
func hour(text string) (h, m int, ok bool) {
	text = strings.NewReplacer(" ", "", "\u00a0", "", "h", ":", "H", ":", ".", ":").Replace(text)
	hours, minutes, _ := strings.Cut(text, ":")
	if minutes == "" {
		minutes = "00"
	}
	h, err := strconv.Atoi(hours)
	m, wrong := strconv.Atoi(minutes)
	return h, m, err == nil && wrong == nil && h >= 0 && h < 24 && m >= 0 && m < 60 && len(minutes) == 2
}

// write builds the form.
func (l *openingList) write() {
	known, exists := l.c.View.Opening(portal.ID(l.edit))
	if l.edit != "new" && (!exists || known.Shut(l.c.View.Now()) == nil) {
		l.body.Set(kit.EmptyState(kit.NothingYet, "clock-countdown", so("gone"), so("title"), func() { l.c.Up(screen.To(screen.StaffOpenings)) }))
		return
	}
	var options []kit.Option
	for _, a := range l.activities() {
		options = append(options, kit.Option{Value: string(a.ID), Label: a.Name.In(i18n.Language())})
	}
	activity := kit.SelectField(so("activity"), options...).Named("activity").Needed(so("activityMissing"))
	dateMissing := so("dateMissing")
	from := kit.DateField(so("from")).Named("from").Needed(dateMissing)
	to := kit.DateField(so("to")).Named("to").Needed(dateMissing).Rule(func(v string) string {
		if first := portal.Date(from.Value()); first.Valid() && portal.Date(v) < first {
			return so("backwards")
		}
		return ""
	})
	clock := func(v string) string {
		if _, _, ok := hour(v); !ok {
			return so("hourWrong")
		}
		return ""
	}
	mode := kit.RadioField(so("mode"), kit.Option{Value: "first", Label: so("mode.first"), Hint: so("mode.firstHint")},
		kit.Option{Value: string(bookings.Pooled), Label: so("mode.pooled"), Hint: so("mode.pooledHint")}).Named("mode")
	mode.SetValue("first")
	opens := kit.DateField(so("opens")).Named("opens").Needed(dateMissing)
	opensAt := kit.TextField(so("opensAt")).Named("opensAt").Width(120).Example("09:00").Hint(so("hourHint")).Needed(so("hourWrong")).Rule(clock)
	until := kit.DateField(so("until")).Named("until").Needed(dateMissing)
	untilAt := kit.TextField(so("untilAt")).Named("untilAt").Width(120).Example("18:00").Hint(so("hourHint")).Needed(so("hourWrong")).Rule(clock)
	points := map[string]*kit.Field{}
	var criteria []fyne.CanvasObject
	for _, key := range bookings.CriterionKeys {
		points[key] = kit.TextField(i18n.T("openings.criterion."+key, nil)).Named("points-" + key).Width(120).MayBeEmpty().Rule(func(v string) string {
			if n, err := strconv.Atoi(v); v != "" && (err != nil || n < 1 || n > 1000) {
				return so("pointsWrong")
			}
			return ""
		})
		criteria = append(criteria, points[key])
	}
	beside := func(a, b *kit.Field) fyne.CanvasObject { return kit.Columns(240, look.M, 2, a, b) }
	pool := kit.Column(look.M, beside(until, untilAt), kit.Column(look.S, kit.Strong(so("criteria")), kit.Muted(so("criteriaHint"))), kit.Columns(240, look.M, 2, criteria...))
	shown, filled := known, exists
	kept, again := l.c.Kept.(openingKept)
	if again {
		shown, filled = kept.o, true
	}
	if filled {
		known := shown
		activity.SetValue(string(known.Activity))
		from.SetValue(string(known.Period.From))
		to.SetValue(string(known.Period.To))
		set := func(day, at *kit.Field, t time.Time) {
			t = t.In(portal.Paris)
			day.SetValue(string(portal.DateOf(t)))
			at.SetValue(i18n.Clock(t))
		}
		set(opens, opensAt, known.At())
		if known.Mode == bookings.Pooled {
			mode.SetValue(string(bookings.Pooled))
			set(until, untilAt, known.Ends())
		}
		for _, c := range known.Criteria {
			points[c.Key].SetValue(fmt.Sprint(c.Points))
		}
	}
	follow := func(string) {
		for _, f := range append([]fyne.CanvasObject{until, untilAt, pool}, criteria...) {
			if mode.Value() == string(bookings.Pooled) {
				f.Show()
			} else {
				f.Hide()
			}
		}
		l.page.Refresh()
	}
	mode.OnChanged(follow)
	besides := []fyne.CanvasObject{kit.Plain(i18n.T("kit.cancel", nil), func() { l.c.Up(screen.To(screen.StaffOpenings)) })}
	if exists {
		besides = append(besides, kit.Plain(so("cancel"), func() { l.cancel(known) }).Icon("trash"))
	}
	l.form = kit.NewForm(so("check"), func() {
		o := bookings.Opening{ID: portal.NewID(), Activity: portal.ID(activity.Value()), Period: portal.Period{From: portal.Date(from.Value()), To: portal.Date(to.Value())}}
		if exists {
			o.ID = known.ID
		}
		at := func(day, text *kit.Field) int64 {
			h, m, _ := hour(text.Value())
			return portal.Date(day.Value()).At(h, m).UnixMicro()
		}
		o.Opens = at(opens, opensAt)
		if mode.Value() == string(bookings.Pooled) {
			o.Mode, o.Until = bookings.Pooled, at(until, untilAt)
			for _, key := range bookings.CriterionKeys {
				if n, err := strconv.Atoi(points[key].Value()); err == nil {
					o.Criteria = append(o.Criteria, bookings.Criterion{Key: key, Points: n})
				}
			}
		}
		if mistakes := l.judge(o); len(mistakes) > 0 {
			l.form.Fail(mistakes)
			return
		}
		l.check(o, known, exists)
	}, besides...)
	l.form.Add(activity, beside(from, to), mode, beside(opens, opensAt), pool)
	l.body.Set(l.form)
	follow("")
	l.again = func() { follow("") }
	if kept.recap {
		l.check(kept.o, known, exists)
	}
}

// check says what is about to be announced, and what families will read of it,
// before it is sent.
func (l *openingList) check(o, was bookings.Opening, exists bool) {
	l.c.Kept = openingKept{o, true}
	edit := func() {
		l.c.Kept = openingKept{o: o}
		l.body.Set(l.form)
		l.page.Refresh()
	}
	action := so("announce")
	if exists {
		action = so("save")
	}
	do := kit.Primary(action, func() {
		left := wasOpening{ID: o.ID, Is: o}
		if exists {
			before := was
			before.Commitment, before.Seed, before.Drawn = "", "", 0 // the town hall's to write
			left.Was = &before
		}
		if l.submit(wire.OpeningAnnounce, wire.AnnounceOpening{Opening: o}, "openings.note.announce") {
			_ = l.s.Keep(announced, "was", left) // without room there is no way back, and nothing else lost
			l.c.Kept = nil
			l.c.Up(screen.To(screen.StaffOpenings, "done", "1"))
		}
	}).Icon("check")
	l.body.Set(kit.Column(look.L, kit.Column(look.XS, kit.Section(so("checkTitle")), kit.Muted(so("checkLead"))), kit.Recap(kit.RecapSection{Title: so("what"), Answers: l.answers(o), Edit: edit}), l.reads(o), kit.Line(0, do)))
	kit.BackToTop(l.body)
	l.page.Refresh()
}

// answers is what an opening is, question by question.
func (l *openingList) answers(o bookings.Opening) []kit.Answer {
	mode := so("mode.first")
	if o.Mode == bookings.Pooled {
		mode = so("mode.pooled")
	}
	out := []kit.Answer{{Question: so("activity"), Answer: l.nameOf(o)}, {Question: so("days"), Answer: i18n.Capital(openings.Period(o.Period))}, {Question: so("mode"), Answer: mode},
		{Question: so("starts"), Answer: i18n.Capital(openings.Instant(o.At()))}}
	if o.Mode != bookings.Pooled {
		return out
	}
	out = append(out, kit.Answer{Question: so("ends"), Answer: i18n.Capital(openings.Instant(o.Ends()))})
	for _, c := range o.Criteria {
		out = append(out, kit.Answer{Question: i18n.T("openings.criterion."+c.Key, nil), Answer: i18n.Say("openings.points", "Count", c.Points)})
	}
	if len(o.Criteria) == 0 {
		out = append(out, kit.Answer{Question: so("criteria"), Answer: so("noCriteria")})
	}
	return out
}

// reads is what families read of an opening that is announced.
func (l *openingList) reads(o bookings.Opening) fyne.CanvasObject {
	head, text := "openings.announced.opens", i18n.Say("openings.announced.first")
	if o.Mode == bookings.Pooled {
		head, text = "openings.announced.asks", i18n.Say("openings.announced.pooled", "Until", openings.Instant(o.Ends()))
	}
	head = i18n.Say(head, "At", openings.Instant(o.At()), "In", openings.In(l.c.View.Now(), o.At()))
	return kit.Card(kit.Column(look.S, kit.Section(so("reads")), kit.Strong(l.nameOf(o)), kit.Muted(i18n.Capital(openings.Period(o.Period))), kit.Strong(head), kit.Body(text)))
}

func (l *openingList) nameOf(o bookings.Opening) string {
	for _, a := range l.c.View.Activities() {
		if a.ID == o.Activity {
			return a.Name.In(i18n.Language())
		}
	}
	return ""
}

// look shows an opening whose hour has come: by what its places are given, and how
// many have asked, once that is told.
func (l *openingList) look(id portal.ID) {
	o, known := l.c.View.Opening(id)
	if !known {
		l.body.Set(kit.EmptyState(kit.NothingYet, "clock-countdown", so("gone"), "", nil))
		l.page.Refresh()
		return
	}
	answers := l.answers(o)
	if o.Mode == bookings.Pooled {
		asks := so("countLater")
		if d, told := l.c.View.DrawOf(id); told {
			asks = so("row.drawn", "Count", d.Asks)
		}
		answers = append(answers, kit.Answer{Question: so("asks"), Answer: asks})
	}
	l.body.Set(kit.Column(look.M, kit.Title(l.nameOf(o)), kit.Muted(so("running")), kit.Recap(kit.RecapSection{Title: so("what"), Answers: answers})))
	l.page.Refresh()
}

// offerUndo says what was just announced or changed, and takes it back with one press.
func (l *openingList) offerUndo() {
	var left wasOpening
	if !l.s.Kept(announced, "was", &left) {
		return
	}
	o, known := l.c.View.Opening(left.ID)
	if !known || o.Shut(l.c.View.Now()) == nil || !left.stands(o) {
		l.strip.Clear()
		return
	}
	key, tone := "done", look.ToneSuccess
	if left.Was != nil {
		key = "changed"
	}
	if l.waiting()[left.ID] {
		key, tone = key+"Waits", look.TonePending
	}
	l.strip.Say(tone, so(key, "What", l.nameOf(o)), so("undo"), func() {
		l.strip.Clear()
		l.done = false
		_ = l.s.Keep(announced, "was", nil)
		if left.Was != nil {
			l.submit(wire.OpeningAnnounce, wire.AnnounceOpening{Opening: *left.Was}, "openings.note.announce")
		} else {
			l.submit(wire.OpeningCancel, wire.CancelOpening{Opening: left.ID}, "openings.note.cancel")
		}
		l.refresh()
	})
}

// judge is what is wrong with an opening by the shared rule, by field.
func (l *openingList) judge(o bookings.Opening) map[string]string {
	if o.Opens <= l.c.View.Now().UnixMicro() {
		return map[string]string{"opens": so("past")}
	}
	for _, other := range l.c.View.Openings() {
		if other.ID != o.ID && other.Activity == o.Activity && other.Period.From <= o.Period.To && o.Period.From <= other.Period.To {
			return map[string]string{"from": i18n.T("error.opening_overlaps", nil)}
		}
	}
	wrong := o.Check()
	if wrong == nil {
		return nil
	}
	switch wrong.Field {
	case "opens":
		return map[string]string{"opens": so("tooLate")}
	case "until":
		return map[string]string{"until": so("untilWrong")}
	}
	return map[string]string{"to": so("backwards")}
}

func (l *openingList) cancel(o bookings.Opening) {
	l.c.Dialogs.Confirm(kit.Confirmation{Title: so("cancelTitle"), Text: so("cancelText"), Yes: so("cancel"), Danger: true}, func(yes bool) {
		if yes {
			if l.submit(wire.OpeningCancel, wire.CancelOpening{Opening: o.ID}, "openings.note.cancel") {
				l.c.Up(screen.To(screen.StaffOpenings))
			}
		}
	})
}

func (l *openingList) submit(kind string, args any, note string) bool {
	if _, err := l.s.Submit(kind, args, cache.Note{Key: note}); err != nil {
		l.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		l.page.Reveal(l.strip)
		return false
	}
	return true
}

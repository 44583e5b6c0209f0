package home

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// tally is a line of what waits at an agent's desks.
type tally struct {
	name, icon string
	count      int
	detail     string
	to         screen.Route
}

// staff is the home of an agent: what waits at the desks, and who is expected
// today.
func staff(c *screen.Context) screen.Screen {
	b := &board{c: c}
	main := kit.Column(look.L, b.tills(), b.tallies())
	aside := kit.Column(look.L, b.expected())
	b.page = kit.NewPage(kit.Column(look.L, b.hello(), kit.Beside(main, aside, asideWidth, mainLeast, look.L)))
	return screen.Screen{Content: b.page, Title: i18n.T("home.title", nil), Rail: screen.Home}
}

// tallies counts the queue by what there is to do in it.
func (b *board) tallies() fyne.CanvasObject {
	type state struct {
		known bool
		lines []tally
	}
	return live(b, func() state {
		me, known := b.c.View.Me()
		return state{known, tallied(b.c.View, me.ID)}
	}, func(s state) fyne.CanvasObject {
		title := i18n.T("home.staff.title", nil)
		switch {
		case s.known && !b.c.View.Handles():
			return nil // the cash desk is all there is
		case !s.known:
			return kit.EmptyState(kit.NotReceived, "", i18n.T("home.notYet", nil), "", nil)
		case len(s.lines) == 0:
			return headed(title, kit.EmptyState(kit.NothingYet, "check-circle", i18n.T("home.staff.none", nil), "", nil))
		}
		var rows []fyne.CanvasObject
		for _, t := range s.lines {
			rows = append(rows, kit.NewRow(i18n.T("home.staff."+t.name, map[string]any{"Count": t.count}), t.detail, func() { b.c.Go(t.to) }).Icon(t.icon))
		}
		return kit.Column(look.M, headed(title, kit.RowsCard(rows...)),
			kit.Line(0, kit.Primary(i18n.T("home.staff.queue", nil), func() { b.c.Go(screen.To(screen.Queue)) }).Icon("list-checks")))
	}, append(topics(wire.Queue, wire.Accounts, wire.Procedures, wire.QuotientQueue, wire.AbsenceQueue, wire.AppointmentServices, wire.DeskAppointments, view.OutboxTopic), view.Topic{Collection: view.ClockTopic})...)
}

// tills is what the cash desks of a cashier took today, and the payments that
// families wait to have settled.
func (b *board) tills() fyne.CanvasObject {
	type till struct {
		desk    wire.CashDesk
		today   ledger.FormSum
		unclear int
	}
	return live(b, func() (out []till) {
		v := b.c.View
		for _, d := range v.Tills() {
			var counted []ledger.Taking
			for _, taken := range v.Takings(d.Key, v.Today()) {
				counted = append(counted, taken.Counted())
			}
			_, today := ledger.SumsOf(counted)
			out = append(out, till{d, today, len(v.Unclear(d.Key))})
		}
		return out
	}, func(all []till) fyne.CanvasObject {
		if len(all) == 0 {
			return nil
		}
		var rows []fyne.CanvasObject
		for _, t := range all {
			says := i18n.T("home.staff.tillNone", nil)
			if t.today.Count > 0 {
				says = i18n.T("home.staff.till", map[string]any{"Count": t.today.Count, "Amount": i18n.Money(int64(t.today.Amount))})
			}
			row := kit.NewRow(t.desk.Name, says, func() { b.c.Go(screen.To(screen.Till, "desk", t.desk.Key)) }).Icon("wallet")
			if t.unclear > 0 {
				row.Status(look.ToneWarning, "warning", i18n.T("home.staff.unclear", map[string]any{"Count": t.unclear}))
			}
			rows = append(rows, row)
		}
		return headed(i18n.T("app.rail.till", nil), kit.RowsCard(rows...))
	}, append(topics(wire.Takings, wire.UnclearPayments, wire.CashDesks, wire.Accounts, view.OutboxTopic), view.Topic{Collection: view.ClockTopic})...)
}

// tallied is the lines of what there is to do, those that wait for anybody
// first.
func tallied(v *view.View, me portal.ID) []tally {
	var fresh, mine, back, talk, papers, waiting int
	oldest := v.Now()
	for _, q := range v.Queue("", view.QueueFilter{}, view.ByAge) {
		state := requests.State(q.State)
		for wants, n := range map[view.Wants]*int{view.WantsReading: &talk, view.WantsReview: &back, view.WantsChecking: &papers} {
			if q.Wants(wants) {
				*n++
			}
		}
		if state.Decided() {
			continue
		}
		switch state {
		case requests.Submitted:
			fresh++
			if at := time.UnixMicro(q.Submitted); at.Before(oldest) {
				oldest = at
			}
		case requests.WaitingFamily:
			waiting++
		}
		if q.Agent == me && state == requests.InReview {
			mine++
		}
	}
	quotes, absent := 0, 0
	if me, _ := v.Me(); slices.Contains(me.Desks, string(accounts.Childhood)) {
		quotes, absent = len(v.QuotientQueue()), len(v.AbsenceQueue())
	}
	lines := []tally{
		{"fresh", "tray", fresh, i18n.T("home.staff.oldest", map[string]any{"Since": i18n.Since(v.Now().Sub(oldest))}), screen.To(screen.Queue, "state", string(requests.Submitted))},
		{"mine", "user", mine, i18n.T("home.staff.mineText", nil), screen.To(screen.Queue, "mine", "1")},
		{"back", "arrow-u-up-left", back, i18n.T("home.staff.backText", nil), screen.To(screen.Queue, "wants", string(view.WantsReview))},
		{"talk", "chats", talk, i18n.T("home.staff.talkText", nil), screen.To(screen.Queue, "wants", string(view.WantsReading))},
		{"papers", "file", papers, i18n.T("home.staff.papersText", nil), screen.To(screen.Queue, "wants", string(view.WantsChecking))},
		{"waiting", "hand-palm", waiting, i18n.T("home.staff.waitingText", nil), screen.To(screen.Queue, "state", string(requests.WaitingFamily))},
		{"absences", "first-aid", absent, i18n.T("home.staff.absencesText", nil), screen.To(screen.Absences)},
		{"quotes", "coins", quotes, i18n.T("home.staff.quotesText", nil), screen.To(screen.StaffQuotes)},
	}
	for _, s := range v.Services() {
		lines = append(lines, tally{"visits", "calendar-check", len(v.DayList(s.ID, v.Today())), s.Name.In(i18n.Language()), screen.To(screen.DeskDays, "service", string(s.ID))})
	}
	return slices.DeleteFunc(lines, func(t tally) bool { return t.count == 0 })
}

// expected is how many are expected at each of the agent's sites today.
func (b *board) expected() fyne.CanvasObject {
	type site struct {
		id           portal.ID
		name, counts string
	}
	return live(b, func() (out []site) {
		me, _ := b.c.View.Me()
		names := map[portal.ID]string{}
		for _, s := range b.c.View.Sites() {
			names[s.ID] = s.Name
		}
		activities := b.c.View.Activities()
		for _, id := range me.Sites {
			var counts []string
			for _, a := range activities {
				for _, n := range b.c.View.HeadCounts(id, b.c.View.Today()) {
					if n.Activity == a.ID && n.Count > 0 {
						counts = append(counts, i18n.T("home.staff.count", map[string]any{"Activity": a.Name.In(i18n.Language()), "Number": i18n.Number(int64(n.Count))}))
					}
				}
			}
			if len(counts) == 0 {
				counts = []string{i18n.T("home.staff.nobody", nil)}
			}
			out = append(out, site{id, names[id], strings.Join(counts, ", ")})
		}
		return out
	}, func(all []site) fyne.CanvasObject {
		if len(all) == 0 {
			return nil
		}
		var rows []fyne.CanvasObject
		for _, s := range all {
			rows = append(rows, kit.NewRow(s.name, s.counts, func() { b.c.Go(screen.To(screen.StaffDay, "site", string(s.id))) }).Icon("buildings"))
		}
		return headed(i18n.T("home.staff.expected", nil), kit.RowsCard(rows...))
	}, append(topics(wire.HeadCounts, wire.Sites, wire.Activities, wire.Accounts), view.Topic{Collection: view.ClockTopic})...)
}

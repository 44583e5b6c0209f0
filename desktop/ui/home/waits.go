package home

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/openings"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// wait is one line of what awaits a family.
type wait struct {
	icon, title, detail string
	// until is by when, "" for no day.
	until portal.Date
	// urgent marks what holds a request up.
	urgent bool
	to     screen.Route
}

// waitSource is where such lines come from. Whatever a module has that waits
// for the family is a line of waitSources.
type waitSource struct {
	topics []view.Topic
	read   func(*view.View) []wait
}

// waitSources, the most urgent first.
var waitSources = []waitSource{
	{topics(wire.Requests, wire.Procedures, view.OutboxTopic), corrections},
	{topics(wire.Appointments, wire.AppointmentServices, wire.AppointmentDays, wire.Requests, wire.Procedures, view.OutboxTopic, view.ClockTopic), visitsToTake},
	{topics(wire.Delegations, wire.Children, view.OutboxTopic, view.ClockTopic), invitations},
	{topics(wire.Children, view.OutboxTopic), weeksProposed},
	{topics(wire.Balances, wire.CashDesks, wire.Payments, wire.Towns), below},
	{topics(wire.Bookings, wire.Activities, wire.Calendars, wire.Closures, wire.Children, wire.Absences, wire.AbsenceRules, view.OutboxTopic, view.ClockTopic), toCancel},
	{topics(wire.Documents, wire.DocumentKinds, wire.Requests, view.OutboxTopic), documentsToGive},
	{topics(wire.Openings, wire.Prepared, wire.Asks, wire.Activities, wire.Enrolments, view.OutboxTopic, view.ClockTopic), opens},
	{topics(wire.Messages, wire.Requests, view.OutboxTopic), unread},
}

// waits is the card of all that awaits the family. Where nothing does it says
// so, but not to whom has only begun.
func (b *board) waits() fyne.CanvasObject {
	type state struct {
		lines []wait
		calm  bool
	}
	follow := append(topics(wire.Children, wire.Bookings), view.Topic{Collection: view.ClockTopic})
	for _, s := range waitSources {
		follow = append(follow, s.topics...)
	}
	return live(b, func() state {
		var s state
		for _, from := range waitSources {
			s.lines = append(s.lines, from.read(b.c.View)...)
		}
		s.calm = b.settled() && !b.stepping()
		return s
	}, func(s state) fyne.CanvasObject {
		if len(s.lines) == 0 {
			if !s.calm {
				return nil
			}
			return kit.Card(kit.Line(look.S+4, kit.NewIcon("check-circle", look.Success, 24), kit.Grow(kit.Body(i18n.T("home.waits.none", nil)), 160)))
		}
		var rows []fyne.CanvasObject
		for _, w := range s.lines {
			row := kit.NewRow(w.title, w.detail, func() { b.c.Go(w.to) }).Icon(w.icon)
			switch {
			case w.until != "":
				row.Status(look.ToneWarning, "clock", i18n.T("home.waits.until", map[string]any{"Day": i18n.DayDate(w.until.At(12, 0))}))
			case w.urgent:
				row.Status(look.ToneWarning, "", i18n.T("home.waits.todo", nil))
			}
			rows = append(rows, row)
		}
		return headed(i18n.T("home.waits.title", map[string]any{"Count": len(s.lines)}), kit.RowsCard(rows...))
	}, follow...)
}

// corrections are those that the town hall asks for.
func corrections(v *view.View) (out []wait) {
	for _, q := range v.Requests() {
		if asked := q.Asked(); asked != nil {
			out = append(out, wait{
				icon: "hand-palm", title: i18n.T("home.waits.correct", map[string]any{"What": about(v, q)}), detail: short(asked.Text),
				until: asked.Until, urgent: true, to: screen.To(screen.Correct, "id", string(q.ID)),
			})
		}
	}
	return out
}

// visitsToTake are the appointments that requests need and that nobody has
// taken, or that were cancelled or missed, and those that are too short for the
// people who come now. Of one that has gone by nobody knows yet.
func visitsToTake(v *view.View) (out []wait) {
	for _, q := range v.Requests() {
		key, detail := "home.waits.visit", ""
		switch v.VisitNeeded(q) {
		case view.NoVisitNeeded:
			continue
		case view.VisitTooShort:
			key = "home.waits.visitShort"
		default:
			if a, has := v.AppointmentOf(q.ID); has && !a.Stands() && a.Staff && a.Reason != "" {
				detail = i18n.T("home.waits.visitByTown", map[string]any{"Why": short(a.Reason)})
			}
		}
		out = append(out, wait{icon: "calendar-blank", title: i18n.T(key, map[string]any{"What": about(v, q)}), detail: detail, urgent: true,
			to: screen.To(screen.Appointment, "request", string(q.ID))})
	}
	return out
}

// invitations are those that nobody has answered yet.
func invitations(v *view.View) (out []wait) {
	for _, d := range v.Delegations() {
		if d.Given || d.State != string(accounts.Invited) {
			continue
		}
		var names []string
		for _, c := range d.Children {
			names = append(names, words.Called(c.FirstName))
		}
		out = append(out, wait{
			icon: "handshake", title: i18n.T("delegates.offer.title", map[string]any{"Name": d.FromName, "Children": i18n.List(names)}),
			detail: i18n.T("delegates.offer.until", map[string]any{"Until": i18n.Date(time.UnixMicro(d.Expires).In(portal.Paris))}), urgent: true, to: screen.To(screen.Access, "id", string(d.ID)),
		})
	}
	return out
}

// weeksProposed is what the other parent proposes: weeks, or who pays.
func weeksProposed(v *view.View) (out []wait) {
	for _, c := range v.Children() {
		asks := func(key, name string) {
			out = append(out, wait{
				icon: "hand-palm", title: i18n.T(key, map[string]any{"Name": name}),
				detail: i18n.T("home.waits.for", map[string]any{"What": c.FirstName}), urgent: true, to: screen.To(screen.Relation, "id", string(c.ID)),
			})
		}
		if c.Asked != nil && !c.Asked.Own && !v.Waits(c.ID, wire.WeeksAnswer) {
			asks("family.weeks.offer", c.Asked.With)
		}
		if c.AskedPaying != nil && !c.AskedPaying.Own && c.Weeks != nil && !v.Waits(c.ID, wire.PayingAnswer) {
			asks("family.paying.offer", c.Weeks.With)
		}
	}
	return out
}

// below is each account that is short: what is booked next may be refused. While a
// payment is under way nobody is led to pay once more.
func below(v *view.View) (out []wait) {
	for _, b := range v.Balances() {
		if b.Confirmed >= 0 {
			continue
		}
		w := wait{icon: "wallet", title: i18n.T("home.waits.below", map[string]any{"Amount": i18n.Money(int64(b.Confirmed))}), detail: screen.CashDeskWhere(v, b.CashDesk), urgent: true, to: screen.To(screen.Payments)}
		paying := slices.ContainsFunc(v.Payments(), func(p wire.Payment) bool {
			return p.CashDesk == b.CashDesk && (p.State.Open() || p.State == payments.Unclear)
		})
		if !paying && slices.ContainsFunc(v.CashDesks(), func(d wire.CashDesk) bool { return d.Key == b.CashDesk && d.Online }) {
			w.detail = i18n.Joined(w.detail, i18n.T("home.waits.topUp", nil))
			w.to = screen.To(screen.TopUp, "desk", b.CashDesk)
		}
		out = append(out, w)
	}
	return out
}

// documentsToGive are a line for each one that was rejected or has run out
// while a request waits for it, and one for all that were never given.
func documentsToGive(v *view.View) (out []wait) {
	tab := screen.To(screen.Exchanges, "tab", "documents")
	lang := i18n.Language()
	name := func(d view.DocumentItem) string {
		label := d.Kind.Label.In(lang)
		if child, linked := v.Child(d.Child); linked {
			label = i18n.T("home.about", map[string]any{"What": label, "Person": child.FirstName})
		}
		return label
	}
	for_ := func(d view.DocumentItem) string {
		if len(d.Requests) == 0 {
			return ""
		}
		return i18n.T("home.waits.for", map[string]any{"What": about(v, d.Requests[0])})
	}
	var missing []view.DocumentItem
	for _, d := range v.Documents().ToGive {
		key := ""
		switch d.Status {
		case documents.Rejected:
			key = "home.waits.rejected"
		case documents.Expired:
			key = "home.waits.expired"
		default:
			missing = append(missing, d)
			continue
		}
		detail := for_(d)
		if d.Document != nil {
			if why := reason(*d.Document); why != "" {
				detail = strings.TrimSpace(why + "\n" + detail)
			}
		}
		out = append(out, wait{icon: "file-text", title: i18n.T(key, map[string]any{"What": name(d)}), detail: detail, urgent: true, to: tab})
	}
	switch len(missing) {
	case 0:
	case 1:
		d := missing[0]
		out = append(out, wait{icon: "file-text", title: i18n.T("home.waits.missingOne", map[string]any{"What": name(d)}), detail: for_(d), urgent: d.Indispensable, to: tab})
	default:
		var names []string
		urgent := false
		for _, d := range missing {
			names, urgent = append(names, name(d)), urgent || d.Indispensable
		}
		if more := len(names) - namesShown; more > 1 {
			names = append(names[:namesShown], i18n.T("home.waits.others", map[string]any{"Count": more}))
		}
		out = append(out, wait{icon: "files", title: i18n.T("home.waits.missing", map[string]any{"Count": len(missing)}), detail: i18n.Labels(names), urgent: urgent, to: tab})
	}
	return out
}

// namesShown is how many documents are named.
const namesShown = 3

// reason is why a document was rejected, as a sentence.
func reason(d view.Document) string {
	why := d.Note
	if key := "documents.reason." + string(d.Reason); why == "" && i18n.Has(key) {
		why = i18n.T(key, nil)
	}
	if why = short(why); why != "" && !strings.HasSuffix(why, ".") && !strings.HasSuffix(why, "…") {
		why += "."
	}
	return why
}

// opens is what opens at an hour, or can be asked for until one, and what was
// prepared and can be sent now.
func opens(v *view.View) (out []wait) {
	to := screen.To(screen.Openings)
	now := v.Now()
	names := map[portal.ID]string{}
	for _, a := range v.Activities() {
		names[a.ID] = a.Name.In(i18n.Language())
	}
	ready := 0
	waiting := map[portal.ID]int{} // for each opening, what is prepared
	auto := map[portal.ID]bool{}
	for _, p := range v.Prepared() {
		switch {
		case p.Sent != "" || p.Late:
		case p.Opens.IsZero():
			ready += bookings.Count(p.Book)
		default:
			for _, b := range bookings.InOrder(p.Book) {
				if o, has := v.OpeningOf(b.Activity, b.Day); has {
					waiting[o.ID]++
					auto[o.ID] = p.Auto && (auto[o.ID] || waiting[o.ID] == 1)
				}
			}
		}
	}
	if ready > 0 {
		out = append(out, wait{icon: "calendar-check", title: i18n.T("home.waits.ready", map[string]any{"Count": ready}), urgent: true, to: to})
	}
	for _, o := range v.MyOpenings() {
		key, at := "home.waits.opens", o.At()
		switch {
		case o.Asking(now):
			key, at = "home.waits.asking", o.Ends()
		case !now.Before(o.At()):
			continue // it is being drawn: nothing to be done
		case o.Mode == bookings.Pooled:
			key = "home.waits.asks"
		}
		out = append(out, wait{icon: "clock-countdown", title: i18n.T(key, map[string]any{"What": names[o.Activity], "At": openings.Instant(at)}),
			detail: i18n.Joined(i18n.Capital(openings.Period(o.Period)), prepared(waiting[o.ID], auto[o.ID])), to: to})
	}
	return out
}

// prepared says how much waits for an opening, and whether somebody has to send it.
func prepared(n int, auto bool) string {
	switch {
	case n == 0:
		return ""
	case auto:
		return i18n.T("home.waits.preparedAuto", map[string]any{"Count": n})
	}
	return i18n.T("home.waits.prepared", map[string]any{"Count": n})
}

// unread is one line for all messages that were not read.
func unread(v *view.View) []wait {
	n := v.UnreadMessages()
	if n == 0 {
		return nil
	}
	to := screen.To(screen.Exchanges, "tab", "messages")
	var in []string
	for _, t := range v.Threads() {
		if t.Unread == 0 {
			continue
		}
		if len(in) == 0 {
			to = screen.To(screen.Exchanges, "request", string(t.Request.ID))
		} else {
			to = screen.To(screen.Exchanges, "tab", "messages")
		}
		in = append(in, about(v, t.Request))
	}
	if more := len(in) - namesShown; more > 1 {
		in = append(in[:namesShown], i18n.T("home.waits.others", map[string]any{"Count": more}))
	}
	return []wait{{icon: "envelope-simple", title: i18n.T("home.waits.unread", map[string]any{"Count": n}), detail: i18n.List(in), to: to}}
}

// Package waiting is what families see of waiting lists beside the agenda: the
// places that are kept for a child, to be taken or left, and all that it waits
// for. It reads the view, submits commands and decides nothing.
package waiting

import (
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// desk is what it asks of the session.
type desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
}

func say(key string, pairs ...any) string { return i18n.Say("waiting."+key, pairs...) }

// Place is a place in a list in words, "3e sur la liste".
func Place(w wire.Wait) string {
	switch {
	case w.Place == 1:
		return say("place.first")
	case w.Place > 1:
		return say("place.nth", "Place", w.Place)
	case w.Since == 0 || w.State != bookings.WaitQueued:
		return ""
	}
	return say("place.beyond", "Place", bookings.MostPlaceTold)
}

// AskLeave asks before a child is taken off a list, or its place given up, and
// does it.
func AskLeave(c *screen.Context, w view.Waiting, leave func()) {
	title, text := say("leave.title"), say("leave.text")
	if w.Kept(c.View.Now()) {
		title, text = say("leave.keptTitle"), say("leave.keptText")
	}
	c.Dialogs.Confirm(kit.Confirmation{Title: title, Text: text, Yes: say("leave.yes"), No: say("leave.no"), Danger: true}, func(yes bool) {
		if yes {
			leave()
		}
	})
}

// topics are those on which all of it depends.
var topics = []view.Topic{
	{Collection: wire.Waits}, {Collection: wire.Bookings}, {Collection: wire.Balances}, {Collection: wire.Children}, {Collection: wire.Activities}, {Collection: wire.Levels},
	{Collection: wire.Tariffs}, {Collection: view.OutboxTopic}, {Collection: view.ClockTopic},
}

// list is a part of a page that follows what children wait for.
type list struct {
	c *screen.Context
	s desk
}

// Cards is a card for each place that is kept, and a line that leads to all that
// children wait for; hidden while there is nothing. It is for *Accueil*.
func Cards(c *screen.Context) fyne.CanvasObject {
	l := &list{c, c.Session}
	return l.follow(l.cards)
}

func (l *list) cards(all []view.Waiting) (out []fyne.CanvasObject) {
	queued := 0
	for _, w := range all {
		switch {
		case w.Kept(l.c.View.Now()):
			out = append(out, l.kept(w))
		case w.State == bookings.WaitQueued:
			queued++
		}
	}
	if queued > 0 {
		out = append(out, kit.Line(look.S, kit.NewIcon("hourglass", look.Muted, 20), kit.Body(say("some", "Count", queued)),
			kit.Link(say("see"), func() { l.c.Go(screen.To(screen.Waiting)) })))
	}
	return out
}

// follow is a column that is drawn anew when what children wait for changes.
func (l *list) follow(draw func([]view.Waiting) []fyne.CanvasObject) fyne.CanvasObject {
	swap := kit.NewSwap(nil)
	fill := func() {
		parts := draw(l.c.View.Waitings())
		if len(parts) == 0 {
			swap.Set(nil)
			swap.Hide()
			return
		}
		swap.Set(kit.Column(look.M, parts...))
		swap.Show()
	}
	fill()
	l.c.On(fill, topics...)
	return swap
}

// Lists builds the screen of all that children wait for.
func Lists(c *screen.Context, _ screen.Route) screen.Screen { return open(c, c.Session) }

func open(c *screen.Context, s desk) screen.Screen {
	l := &list{c, s}
	body := l.follow(l.all)
	return screen.Screen{Content: kit.NewPage(kit.Limit(look.TextWidth, kit.Column(look.L, kit.Title(say("title")), body))), Title: say("title"), Rail: screen.Agenda}
}

// all is the places that are kept, what is waited for, and what came to nothing.
func (l *list) all(waits []view.Waiting) (out []fyne.CanvasObject) {
	if len(waits) == 0 {
		return []fyne.CanvasObject{kit.EmptyState(kit.NothingYet, "hourglass", say("none"), say("toAgenda"), func() { l.c.Go(screen.To(screen.Agenda)) })}
	}
	var queued, over []fyne.CanvasObject
	for _, w := range waits {
		switch {
		case w.Kept(l.c.View.Now()):
			out = append(out, l.kept(w))
		case w.State == bookings.WaitQueued:
			queued = append(queued, l.row(w))
		default:
			over = append(over, l.row(w))
		}
	}
	if len(queued) > 0 {
		out = append(out, kit.Column(look.S, kit.Section(say("queued")), kit.Muted(say("how")), kit.RowsCard(queued...)))
	}
	if len(over) > 0 {
		out = append(out, kit.Column(look.S, kit.Section(say("over")), kit.RowsCard(over...)))
	}
	return out
}

// child is what a waiting's child is called.
func (l *list) child(w view.Waiting) string {
	c, _ := l.c.View.Child(w.Child)
	return words.Called(c.FirstName)
}

func (l *list) of(w view.Waiting) bookings.Activity {
	for _, a := range l.c.View.Activities() {
		if a.ID == w.Activity {
			return a
		}
	}
	return bookings.Activity{}
}

func (l *list) activity(w view.Waiting) string { return l.of(w).Name.In(i18n.Language()) }

// sign is that of what is waited for.
func (l *list) sign(w view.Waiting) string { return screen.ActivityIcon(l.of(w).Kind) }

func (l *list) toDay(w view.Waiting) func() {
	return func() {
		l.c.Go(screen.To(screen.Agenda, "child", string(w.Child), "activity", string(w.Activity), "day", string(w.Day)))
	}
}

// row is a day that is waited for, or was; it leads to that day.
func (l *list) row(w view.Waiting) fyne.CanvasObject {
	detail := l.activity(w)
	if !w.Mine {
		detail = i18n.Joined(detail, say("by", "Name", w.ByName))
	}
	row := kit.NewRow(say("day", "Child", l.child(w), "Day", i18n.DayDate(outcome.Day(w.Day))), detail, l.toDay(w)).Icon(l.sign(w))
	switch {
	case w.Pending == view.PendingWait:
		return row.Status(look.TonePending, "", say("joining"))
	case w.Pending == view.PendingLeave:
		return row.Status(look.TonePending, "", say("leaving"))
	case w.State == bookings.WaitQueued:
		return row.Status(look.ToneInfo, "hourglass", i18n.Capital(Place(w.Wait)))
	case w.State == bookings.WaitTooLate:
		return row.Status(look.ToneWarning, "x-circle", say("noneFreed"))
	}
	return row.Status(look.ToneWarning, "x-circle", say("lapsed"))
}

// kept is a place that is kept for a child: taken with one press, or left to
// somebody else.
func (l *list) kept(w view.Waiting) fyne.CanvasObject {
	v := l.c.View
	until := time.UnixMicro(w.Until)
	title := say("kept", "Child", l.child(w), "Day", i18n.DayDate(outcome.Day(w.Day)))
	text := i18n.Joined(l.activity(w), say("until", "Until", outcome.Until(until)))
	switch w.Pending {
	case view.PendingBook:
		return kit.NewNotice(look.TonePending, title, i18n.Joined(l.activity(w), say("taking", "Until", outcome.Until(until))))
	case view.PendingLeave:
		return kit.NewNotice(look.TonePending, title, i18n.Joined(l.activity(w), say("leaving")))
	}
	day := v.Day(w.Child, w.Activity, w.Day)
	var actions []fyne.CanvasObject
	switch reason := day.Look.Reason; {
	case day.Look.CanBook:
		take := say("take", "Price", i18n.Money(int64(day.Own)))
		if day.Delegated || day.PaidBy != "" {
			take = say("takeFree")
		}
		actions = append(actions, kit.Primary(take, func() { l.take(w, day) }).Icon("check"))
	case reason != nil && reason.Code == bookings.BalanceFloor:
		text += "\n" + outcome.Sentence(reason)
		actions = append(actions, kit.Primary(i18n.T("payments.topUp", nil), func() { l.c.Go(screen.To(screen.Payments)) }).Icon("wallet"))
	case reason != nil:
		text += "\n" + outcome.Sentence(reason)
		actions = append(actions, kit.Secondary(say("toDay"), l.toDay(w)))
	}
	if w.Mine {
		actions = append(actions, kit.Plain(say("giveUp"), func() {
			AskLeave(l.c, w, func() { l.submit(wire.WaitingLeave, wire.LeaveWaiting{Wait: w.ID}, l.note("waiting.note.leave", w)) })
		}))
	}
	return kit.NewNotice(look.ToneSuccess, title, text, actions...).Icon("hourglass")
}

// take books the day for which a place is kept.
func (l *list) take(w view.Waiting, day view.DayView) {
	l.submit(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: w.Child, Activity: w.Activity, Day: w.Day, Other: day.PaidBy != ""}, l.note("waiting.note.take", w))
}

func (l *list) submit(kind string, args any, note cache.Note) {
	if _, err := l.s.Submit(kind, args, note); err != nil {
		l.c.Toasts.Say(look.ToneError, outcome.Sentence(err))
	}
}

func (l *list) note(key string, w view.Waiting) cache.Note {
	return cache.Note{Key: key, Args: map[string]string{
		"child": l.child(w), "day": i18n.DayDate(outcome.Day(w.Day)), "activity": l.activity(w),
		outcome.ArgChild: string(w.Child), outcome.ArgActivity: string(w.Activity), outcome.ArgDate: string(w.Day),
	}}
}

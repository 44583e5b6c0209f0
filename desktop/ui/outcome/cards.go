package outcome

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// Reader is told that a refusal was read; the session.
type Reader interface {
	MarkRead(id portal.ID) error
}

// Cards is the refusals not read yet, a card each, newest first; it is hidden
// while there are none and follows the view.
func Cards(c *screen.Context, session Reader) fyne.CanvasObject {
	swap := kit.NewSwap(nil)
	fill := func() {
		cards := build(c, session)
		if len(cards) == 0 {
			swap.Set(nil)
			swap.Hide()
			return
		}
		swap.Set(kit.Column(look.M, cards...))
		swap.Show()
	}
	fill()
	c.On(fill, view.Topic{Collection: view.RefusalTopic})
	return swap
}

func build(c *screen.Context, session Reader) []fyne.CanvasObject {
	refused := c.View.Refusals()
	there := map[portal.ID]bool{}
	for _, r := range refused {
		there[r.ID] = true
	}
	follow := map[portal.ID][]portal.ID{} // what was refused only because of another
	var first []told
	for _, r := range refused {
		t := tell(c.View, r)
		if t.because != "" && there[t.because] {
			follow[t.because] = append(follow[t.because], r.ID)
			continue
		}
		first = append(first, t)
	}
	var cards []fyne.CanvasObject
	for i := len(first) - 1; i >= 0; i-- {
		t := first[i]
		ids := append([]portal.ID{t.id}, follow[t.id]...)
		if t.silent {
			read(session, ids)
			continue
		}
		var actions []fyne.CanvasObject
		if t.action != "" {
			actions = append(actions, kit.Secondary(i18n.T(t.action, nil), func() { c.Go(t.to) }))
		}
		actions = append(actions, kit.Plain(i18n.T("refused.read", nil), func() { read(session, ids) }))
		cards = append(cards, kit.NewNotice(look.ToneError, t.title, t.text, actions...).Icon(t.icon))
	}
	return cards
}

// read takes refusals off the list. One that is no longer there was read
// elsewhere, and what else may fail is tried again with the next press.
func read(session Reader, ids []portal.ID) {
	for _, id := range ids {
		_ = session.MarkRead(id)
	}
}

// told is what a card says of one refusal.
type told struct {
	id          portal.ID
	title, text string
	icon        string
	action      string // a translation's key; "" for none
	to          screen.Route
	because     portal.ID // the refused command that this one named
	silent      bool      // of no concern to the person
}

// Refused is a refusal as a list tells it: what, and where that is seen to.
// Silent ones are of no concern to the person.
func Refused(v *view.View, r cache.Refusal) (title string, to screen.Route, silent bool) {
	t := tell(v, r)
	if t.to.Name == "" {
		t.to = screen.To(screen.Home)
	}
	return t.title, t.to, t.silent || t.because != ""
}

func tell(v *view.View, r cache.Refusal) told {
	t := told{id: r.ID, icon: "x-circle"}
	if e := r.Verdict.Error; e != nil {
		t.text = Past(e)
		if on := portal.Date(e.Args["on"]); on.Valid() {
			t.text = i18n.Joined(DayName(on), t.text)
		}
		if e.Code == portal.BlockedBy {
			t.because = portal.ID(e.Args["command"])
		}
	}
	_, args, err := wire.ReadCommand(r.Body)
	if err != nil {
		args = nil // of a newer program: its note is all there is to tell
	}
	switch a := args.(type) {
	case *wire.Book:
		t.icon, t.action = "calendar-x", "refused.another"
		t.title = i18n.T("refused.book", map[string]any{"Day": DayName(a.Day), "Child": childName(v, a.Child, r.Note)})
		t.to = screen.To(screen.Agenda, "child", string(a.Child), "activity", string(a.Activity), "month", string(a.Day)[:7])
	case *wire.CancelBooking:
		t.icon, t.action = "calendar-x", "refused.agenda"
		day, child := portal.Date(r.Note.Args[ArgDate]), portal.ID(r.Note.Args[ArgChild])
		t.to = screen.To(screen.Agenda, "child", string(child), "activity", r.Note.Args[ArgActivity])
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
		if day.Valid() {
			t.title = i18n.T("refused.cancel", map[string]any{"Day": DayName(day), "Child": childName(v, child, r.Note)})
			t.to.Args["month"] = string(day)[:7]
		}
	case *wire.JoinWaiting:
		t.icon, t.action = "hourglass", "refused.another"
		t.title = i18n.T("refused.wait", map[string]any{"Day": DayName(a.Day), "Child": childName(v, a.Child, r.Note)})
		t.to = screen.To(screen.Agenda, "child", string(a.Child), "activity", string(a.Activity), "month", string(a.Day)[:7])
	case *wire.LeaveWaiting:
		// It is over already, which is what was wanted.
		t.silent = true
	case *wire.SettlePayment:
		t.icon, t.action, t.to = "wallet", "refused.till", screen.To(screen.Till)
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.GroupBookings:
		t.icon, t.action, t.to = "calendar-x", "refused.agenda", screen.To(screen.Agenda)
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
		if len(a.Book) > 0 && a.Undoes == "" {
			t.action, t.to = "refused.days", screen.To(screen.Grouped, "refused", string(r.ID))
		}
	case *wire.OpenCalendar, *wire.CloseCalendar:
		t.icon, t.action, t.to = "calendar", "refused.agenda", screen.To(screen.TakeOut)
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.SubmitRequest:
		t.icon, t.action, t.to = "files", "refused.requests", screen.To(screen.Requests)
		t.title = i18n.T("refused.submit", map[string]any{"What": Note(r.Note)})
	case *wire.TakeRequest:
		t.decision(v, r, a.Request, "refused.take")
	case *wire.AcceptRequest:
		t.decision(v, r, a.Request, "refused.accept")
	case *wire.RefuseRequest:
		t.decision(v, r, a.Request, "refused.refuse")
	case *wire.ReleaseRequest:
		t.decision(v, r, a.Request, "refused.release")
	case *wire.AskCorrection:
		t.decision(v, r, a.Request, "refused.ask")
	case *wire.CloseRequest:
		t.decision(v, r, a.Request, "refused.close")
	case *wire.ReopenRequest:
		t.decision(v, r, a.Request, "refused.reopen")
	case *wire.WithdrawRequest:
		t.family(a.Request, "refused.withdraw", r)
	case *wire.AnswerCorrection:
		t.family(a.Request, "refused.answer", r)
	case *wire.SendMessage:
		t.icon, t.action, t.title = "chats", "refused.thread", i18n.T("refused.message", nil)
		t.to = screen.To(screen.Exchanges, "request", string(a.Request))
		if me, _ := v.Me(); me.Kind == wire.Agent {
			t.to = screen.To(screen.Queue, "request", string(a.Request), "tab", "messages")
		}
	case *wire.SubmitDocument:
		t.icon, t.action, t.to = "file-text", "refused.documentAgain", screen.To(screen.SendProof, "kind", a.Kind, "child", string(a.Child))
		t.title = i18n.T("refused.document", map[string]any{"Name": a.Name})
	case *wire.WithdrawDocument:
		t.icon, t.action, t.to = "file-text", "refused.documents", screen.To(screen.Exchanges, "tab", "documents")
		t.title = i18n.T("refused.documentBack", map[string]any{"Name": r.Note.Args["name"]})
	case *wire.ChangeAddress, *wire.ChangePhones, *wire.ChangeLanguage:
		t.icon, t.action, t.to = "user-circle", "refused.profile", screen.To(screen.Details)
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.ChangeHealth:
		t.kin(a.Child, r)
	case *wire.ChangeCollectors:
		t.kin(a.Child, r)
	case *wire.ProposeWeeks:
		t.kin(a.Child, r)
	case *wire.AnswerWeeks:
		t.kin(a.Child, r)
	case *wire.EndWeeks:
		t.kin(a.Child, r)
	case *wire.ProposePaying:
		t.kin(a.Child, r)
	case *wire.AnswerPaying:
		t.kin(a.Child, r)
	case *wire.EndPaying:
		t.kin(a.Child, r)
	case *wire.PrepareGroup, *wire.DropPrepared, *wire.AskPlaces, *wire.WithdrawAsk:
		t.icon, t.action, t.to = "clock-countdown", "refused.openings", screen.To(screen.Openings)
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.AnnounceOpening, *wire.CancelOpening:
		t.icon, t.action, t.to = "clock-countdown", "refused.openings", screen.To(screen.StaffOpenings)
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.WriteMenus:
		t.icon, t.action, t.to = "cooking-pot", "refused.menus", screen.To(screen.Menus, "day", r.Note.Args[ArgDate])
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.LinkParent, *wire.SetCustody, *wire.EndCustody, *wire.SetWeeks, *wire.SetPriority, *wire.SetPayers:
		n := r.Note.Args
		t.icon, t.action = "users", "refused.children"
		t.to = screen.To(screen.StaffChildren, "account", n["account"], "desk", n["desk"], "request", n["request"])
	case *wire.DeclareQuotient, *wire.FetchQuotient, *wire.WithdrawQuotient:
		t.icon, t.action, t.to = "coins", "refused.quotient", screen.To(screen.Quotient)
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.ChooseLevel:
		t.icon, t.action, t.to = "wallet", "refused.payments", screen.To(screen.Payments)
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.EnterAtDesk, *wire.UndoAtDesk, *wire.CorrectBalance:
		n := r.Note.Args
		t.icon, t.action, t.to = "wallet", "refused.till", screen.To(screen.TillAccount, "account", n["account"], "desk", n["desk"], "person", n["person"])
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.AcceptQuotient, *wire.RefuseQuotient:
		t.icon, t.action, t.to = "coins", "refused.quotes", screen.To(screen.StaffQuotes)
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.InviteDelegate:
		t.access("", r)
		t.action, t.to = "refused.invitation", screen.To(screen.Invite, "refused", string(r.ID))
	case *wire.AcceptDelegation:
		t.access(a.Delegation, r)
	case *wire.DeclineDelegation:
		t.access(a.Delegation, r)
	case *wire.EndDelegation:
		t.access(a.Delegation, r)
	case *wire.ChangeDelegation:
		t.access(a.Delegation, r)
	case *wire.TellAbsence:
		t.icon, t.action, t.to = "first-aid", "refused.absence", screen.To(screen.Absent, "child", string(a.Child))
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.WithdrawAbsence:
		t.icon, t.action, t.to = "first-aid", "refused.absenceTold", screen.To(screen.Absent, "id", string(a.Absence))
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.JudgeAbsence:
		t.icon, t.action, t.to = "first-aid", "refused.absences", screen.To(screen.Absences, "id", string(a.Absence))
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.DeclareClosure, *wire.UndoClosure:
		t.icon, t.action, t.to = "lock", "refused.closures", screen.To(screen.Closures)
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.BookAppointment:
		t.visit(v, r, a.Request, "refused.visit.book", a.Start)
	case *wire.MoveAppointment:
		t.visit(v, r, v.RequestOfAppointment(a.Appointment), "refused.visit.move", a.Start)
	case *wire.CancelAppointment:
		t.visit(v, r, v.RequestOfAppointment(a.Appointment), "refused.visit.cancel", 0)
	case *wire.MarkAppointment, *wire.CloseAppointments, *wire.ReopenAppointments:
		t.icon, t.action, t.to = "calendar-x", "refused.visit.days", screen.To(screen.DeskDays, "day", r.Note.Args[ArgDate])
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	case *wire.OpenFile:
		t.title = i18n.T("refused.open", map[string]any{"Person": r.Note.Args["person"]})
	case *wire.SeenFile, *wire.ReadMessages, *wire.ReadNotices:
		// A line in the audit trail, a mark of reading: nobody asked for anything.
		t.silent = true
	default:
		t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
	}
	return t
}

func (t *told) decision(v *view.View, r cache.Refusal, request portal.ID, key string) {
	person := r.Note.Args["person"]
	if q, ok := v.QueueItem(request); ok {
		person = q.Person
		t.action, t.to = "refused.request", screen.To(screen.Queue, "request", string(request))
	}
	t.title = i18n.T(key, map[string]any{"Person": person})
}

// family tells of what a family did to a request of its own.
func (t *told) family(request portal.ID, key string, r cache.Refusal) {
	t.icon, t.action, t.to = "files", "refused.request", screen.To(screen.Request, "id", string(request))
	t.title = i18n.T(key, map[string]any{"What": r.Note.Args["Procedure"]})
}

// kin tells of what a parent did for a child.
func (t *told) kin(child portal.ID, r cache.Refusal) {
	t.icon, t.action, t.to = "student", "refused.family", screen.To(screen.Relation, "id", string(child))
	t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
}

// access tells of what was done about an access.
func (t *told) access(id portal.ID, r cache.Refusal) {
	t.icon, t.action, t.to = "users", "refused.access", screen.To(screen.Access, "id", string(id))
	t.title = i18n.T("refused.other", map[string]any{"What": Note(r.Note)})
}

// childName is the child's name now, or as it was noted.
func childName(v *view.View, id portal.ID, n cache.Note) string {
	if c, ok := v.Child(id); ok {
		return words.Called(c.FirstName)
	}
	return n.Args["child"]
}

package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// accepted is the expectation of a cell in which a command goes through.
const accepted portal.Code = ""

// row of the matrix: what is tried, on a new object of the family's each
// time, and what each of everybody is told.
type row struct {
	about string
	args  func(w *world, try int) any
	cells map[string]portal.Code
}

// cells is a row of which nothing is said of cashiers: they are told what an agent
// of another desk is.
func cells(of func(who string) portal.Code) map[string]portal.Code {
	m := map[string]portal.Code{}
	for _, who := range everybody {
		m[who] = of(who)
	}
	m[signedOut], m[cashier] = portal.Unauthorized, of(otherAgent)
	return m
}

// families is a row in which agents are refused for what they are.
func families(own, otherOne, parent portal.Code) map[string]portal.Code {
	return cells(func(who string) portal.Code {
		switch who {
		case family:
			return own
		case otherParent:
			return parent
		case deskAgent, secondAgent, otherAgent:
			return portal.Forbidden
		}
		return otherOne
	})
}

// delegates puts what those are told whom the family has invited into a row.
func delegates(row map[string]portal.Code, codes ...portal.Code) map[string]portal.Code {
	for i, code := range codes {
		row[invited[i]] = code
	}
	return row
}

// agents is a row in which families are refused for what they are.
func agents(desk, second, otherOne portal.Code) map[string]portal.Code {
	return cells(func(who string) portal.Code {
		c, ok := map[string]portal.Code{deskAgent: desk, secondAgent: second, otherAgent: otherOne}[who]
		if !ok {
			return portal.Forbidden
		}
		return c
	})
}

// matrix is who may do what, for each command in each of its versions.
var matrix = map[string][]row{
	"request.submit@1": {
		{"about a linked child", func(*world, int) any {
			return wire.SubmitRequest{Request: portal.NewID(), Procedure: "fiche-enfant", Version: 1, Child: familyChild, Answers: record(familyChild, "Philémon"), Terms: true}
		}, delegates(families(accepted, portal.NotFound, accepted), portal.Forbidden, portal.Forbidden, portal.Forbidden)},
		{"about a new child", func(*world, int) any {
			child := portal.NewID()
			return wire.SubmitRequest{Request: portal.NewID(), Procedure: "fiche-enfant", Version: 1, Child: child, Answers: record(child, "Ousmane"), Terms: true}
		}, families(accepted, accepted, accepted)},
	},
	"request.take@1": {
		{"of the family", func(w *world, _ int) any { return wire.TakeRequest{Request: w.submitted()} }, agents(accepted, accepted, portal.NotFound)},
		{"of nobody", func(*world, int) any { return wire.TakeRequest{Request: portal.NewID()} }, agents(portal.NotFound, portal.NotFound, portal.NotFound)},
	},
	"request.accept@1": {
		{"of the family", func(w *world, _ int) any { return wire.AcceptRequest{Request: w.taken()} }, agents(accepted, accepted, portal.NotFound)},
		{"decided", func(w *world, _ int) any { return wire.AcceptRequest{Request: w.decided()} },
			agents(service.AlreadyDecided, service.AlreadyDecided, portal.NotFound)},
	},
	"request.refuse@1": {
		{"of the family", func(w *world, _ int) any { return wire.RefuseRequest{Request: w.taken(), Reason: "Incomplet."} }, agents(accepted, accepted, portal.NotFound)},
		{"decided", func(w *world, _ int) any { return wire.RefuseRequest{Request: w.decided(), Reason: "Incomplet."} },
			agents(service.AlreadyDecided, service.AlreadyDecided, portal.NotFound)},
	},
	"request.withdraw@1": {
		{"of the family", func(w *world, _ int) any { return wire.WithdrawRequest{Request: w.submitted()} }, families(accepted, portal.NotFound, portal.NotFound)},
		{"decided", func(w *world, _ int) any { return wire.WithdrawRequest{Request: w.decided()} }, families(service.AlreadyDecided, portal.NotFound, portal.NotFound)},
	},
	"request.ask@1": {
		{"of the family", func(w *world, _ int) any {
			return wire.AskCorrection{Request: w.taken(), Fields: []string{"birthPlace"}, Text: "Où ?"}
		}, agents(accepted, accepted, portal.NotFound)},
	},
	"request.answer@1": {
		{"of the family", func(w *world, _ int) any {
			r := w.taken()
			w.desks[deskAgent].Must(wire.RequestAsk, wire.AskCorrection{Request: r, Fields: []string{"birthPlace"}, Text: "Où ?"})
			return wire.AnswerCorrection{Request: r, Answers: json.RawMessage(`{"birthPlace":"Tours"}`)}
		}, families(accepted, portal.NotFound, portal.NotFound)},
		{"that nobody asked", func(w *world, _ int) any { return wire.AnswerCorrection{Request: w.taken()} },
			families(requests.WrongState, portal.NotFound, portal.NotFound)},
	},
	"request.release@1": {
		{"of the family", func(w *world, _ int) any { return wire.ReleaseRequest{Request: w.taken()} }, agents(accepted, accepted, portal.NotFound)},
	},
	"request.close@1": {
		{"of the family", func(w *world, _ int) any { return wire.CloseRequest{Request: w.submitted(), Reason: "En double."} }, agents(accepted, accepted, portal.NotFound)},
	},
	"request.reopen@1": {
		{"refused", func(w *world, _ int) any { return wire.ReopenRequest{Request: w.decided()} }, agents(accepted, accepted, portal.NotFound)},
	},
	"draft.save@1": {
		{"of the family", func(w *world, _ int) any {
			id, request := portal.NewID(), portal.NewID()
			w.desks[family].Must(wire.DraftSave, sketch(id, request, requests.Answers{"lastName": "Tamarin"}, w.Clock.Now()))
			return sketch(id, request, requests.Answers{"lastName": "Autre"}, w.Clock.Now())
		}, families(accepted, portal.NotFound, portal.NotFound)},
		{"new", func(w *world, _ int) any {
			return sketch(portal.NewID(), portal.NewID(), requests.Answers{"lastName": "Tamarin"}, w.Clock.Now())
		}, families(accepted, accepted, accepted)},
	},
	"draft.drop@1": {
		{"of the family", func(w *world, _ int) any {
			id := portal.NewID()
			w.desks[family].Must(wire.DraftSave, sketch(id, portal.NewID(), requests.Answers{"lastName": "Tamarin"}, w.Clock.Now()))
			return wire.DropDraft{Draft: id}
		}, families(accepted, portal.NotFound, portal.NotFound)},
	},
	"booking.book@1": {
		{"for a linked child", func(_ *world, try int) any {
			return wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[try]}
		}, delegates(families(accepted, portal.NotFound, accepted), accepted, accounts.OnlySees, accepted, accounts.DelegationEnded)},
		{"at what was not given", func(*world, int) any {
			return wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Morning, Day: schoolDays[0]}
		}, delegates(families(bookings.NotEnrolled, portal.NotFound, bookings.NotEnrolled),
			bookings.NotEnrolled, accounts.NotDelegated, accounts.NotDelegated, accounts.DelegationEnded)},
		{"where the other parent was said to pay, and does not", func(w *world, try int) any {
			w.separated()
			return wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[try], Other: true}
		}, delegates(families(bookings.PayerChanged, portal.NotFound, bookings.PayerChanged), accepted, accounts.OnlySees, accepted, accounts.DelegationEnded)},
		{"for nobody", func(*world, int) any {
			return wire.Book{Booking: portal.NewID(), Child: portal.NewID(), Activity: demo.Canteen, Day: schoolDays[0]}
		}, families(portal.NotFound, portal.NotFound, portal.NotFound)},
	},
	"booking.cancel@1": {
		{"of the family", func(w *world, try int) any {
			id := portal.NewID()
			w.desks[family].Must(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: schoolDays[try]})
			return wire.CancelBooking{Booking: id}
		}, delegates(families(accepted, portal.NotFound, bookings.NotYourBooker),
			bookings.NotYourBooker, bookings.NotYourBooker, bookings.NotYourBooker, accounts.DelegationEnded)},
		{"of the delegate, whom the family pays", func(w *world, try int) any {
			id := portal.NewID()
			w.desks[booker].Must(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: schoolDays[try]})
			return wire.CancelBooking{Booking: id}
		}, delegates(families(accepted, portal.NotFound, bookings.NotYourBooker),
			bookings.NotYourBooker, bookings.NotYourBooker, accepted, accounts.DelegationEnded)},
		{"of nobody", func(*world, int) any { return wire.CancelBooking{Booking: portal.NewID()} },
			families(portal.NotFound, portal.NotFound, portal.NotFound)},
	},
	"booking.group@1": {
		{"for a linked child", func(_ *world, try int) any {
			return wire.GroupBookings{Group: portal.NewID(), Book: []bookings.Lot{{Child: familyChild, Activity: demo.Canteen, Days: []portal.Date{schoolDays[try]}}}}
		}, delegates(families(accepted, portal.NotFound, accepted), accepted, accounts.OnlySees, accepted, accounts.DelegationEnded)},
		{"of the family, to be cancelled", func(w *world, try int) any {
			id := portal.NewID()
			w.desks[family].Must(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: schoolDays[try]})
			return wire.GroupBookings{Group: portal.NewID(), Cancel: []portal.ID{id}}
		}, delegates(families(accepted, portal.NotFound, bookings.NotYourBooker),
			bookings.NotYourBooker, bookings.NotYourBooker, bookings.NotYourBooker, accounts.DelegationEnded)},
		{"of all days or none, one of them a stranger's", func(_ *world, try int) any {
			return wire.GroupBookings{Group: portal.NewID(), All: true, Book: []bookings.Lot{
				{Child: familyChild, Activity: demo.Canteen, Days: []portal.Date{schoolDays[try]}}, {Child: portal.NewID(), Activity: demo.Canteen, Days: []portal.Date{schoolDays[try]}}}}
		}, delegates(families(bookings.GroupNotAll, bookings.GroupNone, bookings.GroupNotAll),
			bookings.GroupNotAll, bookings.GroupNone, bookings.GroupNotAll, bookings.GroupNone)},
	},
	"waiting.join@1": {
		{"for a linked child", func(w *world, try int) any {
			w.alter(func(tx *store.Tx) error { return nobodyWaits(tx, &bookings.Waiting{Hours: 24}) })
			return wire.JoinWaiting{Wait: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[try]}
		}, delegates(families(accepted, portal.NotFound, accepted), accepted, accounts.OnlySees, accepted, accounts.DelegationEnded)},
		{"where the town keeps no list", func(w *world, try int) any {
			w.alter(func(tx *store.Tx) error { return nobodyWaits(tx, nil) })
			return wire.JoinWaiting{Wait: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[try]}
		}, delegates(families(bookings.NoWaitingList, portal.NotFound, bookings.NoWaitingList),
			bookings.NoWaitingList, accounts.OnlySees, bookings.NoWaitingList, accounts.DelegationEnded)},
		{"for nobody", func(*world, int) any {
			return wire.JoinWaiting{Wait: portal.NewID(), Child: portal.NewID(), Activity: demo.Canteen, Day: schoolDays[0]}
		}, families(portal.NotFound, portal.NotFound, portal.NotFound)},
	},
	"waiting.leave@1": {
		{"of the family", func(w *world, try int) any {
			id := portal.NewID()
			w.alter(func(tx *store.Tx) error { return nobodyWaits(tx, &bookings.Waiting{Hours: 24}) })
			w.desks[family].Must(wire.WaitingJoin, wire.JoinWaiting{Wait: id, Child: familyChild, Activity: demo.Canteen, Day: schoolDays[try]})
			return wire.LeaveWaiting{Wait: id}
		}, families(accepted, portal.NotFound, portal.NotFound)},
		{"of nobody", func(*world, int) any { return wire.LeaveWaiting{Wait: portal.NewID()} }, families(portal.NotFound, portal.NotFound, portal.NotFound)},
	},
	"calendar.open@1": {
		{"of one's own", func(*world, int) any { return wire.OpenCalendar{Secret: wire.NewCalendarSecret()} }, families(accepted, accepted, accepted)},
		{"with what is no secret", func(*world, int) any { return wire.OpenCalendar{Secret: "agenda"} }, families(portal.Invalid, portal.Invalid, portal.Invalid)},
	},
	"calendar.close@1": {
		{"of one's own", func(*world, int) any { return wire.CloseCalendar{} }, families(accepted, accepted, accepted)},
	},
	"file.open@1": {
		{"at the desk", func(w *world, _ int) any { return wire.OpenFile{Account: w.account(family), Desk: "enfance"} }, agents(accepted, accepted, portal.Forbidden)},
		{"at the other desk", func(w *world, _ int) any { return wire.OpenFile{Account: w.account(family), Desk: "etat-civil"} },
			withCashier(agents(portal.Forbidden, portal.Forbidden, accepted), portal.Forbidden)},
		{"at a cash desk", func(w *world, _ int) any {
			return wire.OpenFile{Account: w.account(family), Desk: string(accounts.Till(service.CashDesk))}
		}, tills(accepted)},
		{"of an agent", func(w *world, _ int) any { return wire.OpenFile{Account: w.account(otherAgent), Desk: "enfance"} },
			agents(portal.NotFound, portal.NotFound, portal.Forbidden)},
	},
	"file.seen@1": {
		{"opened by the first agent", func(w *world, _ int) any {
			open := wire.OpenFile{Account: w.account(otherParent), Desk: "enfance"}
			w.desks[deskAgent].Must(wire.FileOpen, open)
			return wire.SeenFile(open)
		}, agents(accepted, portal.NotFound, portal.Forbidden)},
	},
	"document.submit@1": {
		{"with the family's bytes", func(w *world, try int) any {
			return wire.SubmitDocument{Document: portal.NewID(), Upload: w.bytes(try), Kind: "family-quotient", Name: "a.pdf"}
		}, families(accepted, portal.NotFound, portal.NotFound)},
		{"for the family's child", func(w *world, try int) any {
			return wire.SubmitDocument{Document: portal.NewID(), Upload: w.bytes(try), Kind: "vaccinations", Child: familyChild, Name: "a.pdf"}
		}, delegates(families(accepted, portal.NotFound, portal.NotFound), portal.Forbidden, portal.Forbidden, portal.Forbidden)},
	},
	"document.withdraw@1": {
		{"of the family", func(w *world, _ int) any { return wire.WithdrawDocument{Document: w.given(w.t)} }, families(accepted, portal.NotFound, portal.NotFound)},
		{"that was judged", func(w *world, _ int) any { return wire.WithdrawDocument{Document: w.judged(w.t, true)} },
			families(documents.AlreadyJudged, portal.NotFound, portal.NotFound)},
	},
	// Both agents of the desk have the file open.
	"document.judge@1": {
		{"of the family", func(w *world, _ int) any { return judgment(w.given(w.t), true) }, agents(accepted, accepted, portal.NotFound)},
		{"that was judged", func(w *world, _ int) any { return judgment(w.judged(w.t, false), true) },
			agents(documents.AlreadyJudged, documents.AlreadyJudged, portal.NotFound)},
		{"that no request asks for", func(w *world, _ int) any { return judgment(give(w.t, w.desks[family], "statutes", ""), true) },
			agents(portal.NotFound, portal.NotFound, portal.NotFound)},
	},
	"document.unjudge@1": {
		{"judged by the first agent", func(w *world, _ int) any { return wire.UnjudgeDocument{Document: w.judged(w.t, true)} },
			agents(accepted, portal.Forbidden, portal.NotFound)},
	},
}

// declared is a quotient of the family's that waits for an agent.
func (w *world) declared() portal.ID {
	w.untie()
	id := portal.NewID()
	w.desks[family].Must(wire.QuotientDeclare, declaration(id, give(w.t, w.desks[family], "family-quotient", "")))
	return id
}

// untie takes back what waits of the family's, for there is room for one.
func (w *world) untie() {
	d := w.desks[family]
	d.Catch()
	for id, body := range d.In(wire.Quotients) {
		if strings.Contains(body, `"state":"declared"`) || strings.Contains(body, `"state":"asked"`) {
			d.Must(wire.QuotientWithdraw, wire.WithdrawQuotient{Quotient: portal.ID(id)})
		}
	}
}

func declaration(id, document portal.ID) wire.DeclareQuotient {
	return wire.DeclareQuotient{Quotient: id, Value: 540, Month: "2026-10-01", From: "2026-11-16", Document: document}
}

func init() {
	matrix["quotient.declare@1"] = []row{{"with the family's proof", func(w *world, _ int) any {
		w.untie()
		return declaration(portal.NewID(), give(w.t, w.desks[family], "family-quotient", ""))
	}, families(accepted, portal.NotFound, portal.NotFound)}}
	// The town of these tests has no fund to ask.
	matrix["quotient.fetch@1"] = []row{{"of oneself", func(*world, int) any {
		return wire.FetchQuotient{Quotient: portal.NewID(), Consent: quotients.Consent}
	}, families(quotients.NotAsked, quotients.NotAsked, quotients.NotAsked)}}
	matrix["quotient.withdraw@1"] = []row{{"of the family", func(w *world, _ int) any { return wire.WithdrawQuotient{Quotient: w.declared()} },
		families(accepted, portal.NotFound, portal.NotFound)}}
	matrix["quotient.accept@1"] = []row{{"of the family", func(w *world, _ int) any { return wire.AcceptQuotient{Quotient: w.declared(), From: "2026-11-16"} },
		agents(accepted, accepted, portal.NotFound)},
		{"decided", func(w *world, _ int) any {
			id := w.declared()
			w.desks[deskAgent].Must(wire.QuotientRefuse, wire.RefuseQuotient{Quotient: id, Reason: "Illisible."})
			return wire.AcceptQuotient{Quotient: id, From: "2026-11-16"}
		}, agents(quotients.Decided, quotients.Decided, portal.NotFound)}}
	matrix["quotient.refuse@1"] = []row{{"of the family", func(w *world, _ int) any { return wire.RefuseQuotient{Quotient: w.declared(), Reason: "Illisible."} },
		agents(accepted, accepted, portal.NotFound)}}
}

func init() {
	own, other := families(accepted, portal.NotFound, accepted), families(portal.NotFound, portal.NotFound, portal.NotFound)
	matrix["delegation.invite@1"] = []row{{"for the family's child", func(w *world, try int) any {
		d := w.invitation(invitee, familyChild)
		d.Mail = fmt.Sprintf("invitee.%d@exemple.fr", try)
		return d
	}, delegates(own, portal.Forbidden, portal.Forbidden, portal.Forbidden)}}
	// The invitations are another family's, that what comes of them is not in the
	// way of the next.
	with := func(row map[string]portal.Code, who string, code portal.Code) map[string]portal.Code {
		row = maps.Clone(row)
		row[who] = code
		return row
	}
	matrix["delegation.accept@1"] = []row{
		{"sent to the former delegate", func(w *world, _ int) any {
			return wire.AcceptDelegation{Delegation: w.offered(former, accounts.Invited)}
		}, with(other, former, accepted)},
		{"that was answered", func(w *world, _ int) any {
			return wire.AcceptDelegation{Delegation: w.offered(former, accounts.Declined)}
		}, with(other, former, accounts.InvitationOver)},
	}
	matrix["delegation.decline@1"] = []row{
		{"sent to the invitee", func(w *world, _ int) any {
			return wire.DeclineDelegation{Delegation: w.offered(invitee, accounts.Invited)}
		}, with(other, invitee, accepted)},
		{"that was accepted", func(w *world, _ int) any {
			return wire.DeclineDelegation{Delegation: w.offered(seer, accounts.Accepted)}
		}, with(other, seer, accounts.InvitationOver)},
	}
	matrix["delegation.end@1"] = []row{
		{"that nobody has answered", func(w *world, _ int) any {
			return wire.EndDelegation{Delegation: w.offered(invitee, accounts.Invited)}
		}, with(other, otherFamily, accepted)},
		{"that stands", func(w *world, _ int) any {
			return wire.EndDelegation{Delegation: w.offered(booker, accounts.Accepted)}
		}, with(with(other, otherFamily, accepted), booker, accepted)},
		{"that has ended", func(w *world, _ int) any {
			return wire.EndDelegation{Delegation: w.offered(booker, accounts.Ended)}
		}, with(with(other, otherFamily, accounts.InvitationOver), booker, accounts.InvitationOver)},
	}
	change := func(id portal.ID) any {
		return wire.ChangeDelegation{Delegation: id, Level: "see", Children: []portal.ID{foreignChild}, Until: "2026-12-20"}
	}
	matrix["delegation.change@1"] = []row{
		{"that stands", func(w *world, _ int) any { return change(w.offered(seer, accounts.Accepted)) }, with(other, otherFamily, accepted)},
		{"that nobody has answered", func(w *world, _ int) any { return change(w.offered(invitee, accounts.Invited)) },
			with(other, otherFamily, accounts.NotAccepted)},
		{"that has ended", func(w *world, _ int) any { return change(w.offered(booker, accounts.Ended)) },
			with(other, otherFamily, accounts.DelegationEnded)},
		{"to a child of others", func(w *world, _ int) any {
			c := change(w.offered(seer, accounts.Accepted)).(wire.ChangeDelegation)
			c.Children, c.Invitation = []portal.ID{foreignChild, familyChild}, portal.NewID()
			return c
		}, other},
	}
}

func init() {
	// What people change of their own account names nobody else's.
	own := func(args any) []row {
		return []row{{"of one's own", func(*world, int) any { return args }, cells(func(who string) portal.Code {
			if who == deskAgent || who == secondAgent || who == otherAgent {
				return portal.Forbidden
			}
			return accepted
		})}}
	}
	matrix["account.address@1"] = own(wire.ChangeAddress{Line1: "9 rue du Puits", Postcode: demo.Postcode, City: demo.Town, Country: "France"})
	matrix["account.phones@1"] = own(wire.ChangePhones{Mobile: "06 39 98 01 40"})
	level := portal.Money(20_00)
	matrix["balance.level@1"] = own(wire.ChooseLevel{CashDesk: service.CashDesk, Level: &level})
	matrix["account.language@1"] = own(wire.ChangeLanguage{Language: "en"})
}

// bytes is an upload of the family's that nobody has used: one is enough for
// all who may not, and more at once than an account may leave lying about.
func (w *world) bytes(try int) portal.ID {
	if try <= slices.Index(everybody, family)+1 {
		w.upload = sendPaper(w.t, w.desks[family], "x")
	}
	return w.upload
}

func (w *world) decided() portal.ID {
	request := w.taken()
	w.desks[deskAgent].Must(wire.RequestRefuse, wire.RefuseRequest{Request: request, Reason: "Incomplet."})
	return request
}

// tryAll has everybody try a command.
func (w *world) tryAll(t *testing.T, command string) {
	t.Helper()
	for _, r := range matrix[command] {
		try := 0
		for _, who := range everybody {
			want, ok := r.cells[who]
			if !ok {
				t.Fatalf("%s %s has no cell for %s", command, r.about, who)
			}
			args := r.args(w, try)
			try++
			if got := w.try(t, who, command, args); got != want {
				t.Errorf("%s %s by %s: %q, not %q", command, r.about, who, got, want)
			}
		}
		w.free(t)
	}
}

// try sends a command, as "type@version" or in its newest, and gives the code it
// ends with.
func (w *world) try(t *testing.T, who, command string, args any) portal.Code {
	t.Helper()
	d := w.desks[who]
	kind, version, older := strings.Cut(command, "@")
	_, e := d.Envelope(kind, args)
	var c wire.Command
	err := json.Unmarshal(e.Body, &c)
	if newest := fmt.Sprint(c.Version); err == nil && older && newest != version {
		if c.Version, err = strconv.Atoi(version); err == nil {
			e.Body, err = json.Marshal(c)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := d.SendCommands(context.Background(), d.Outbox, []wire.Envelope{e})
	switch {
	case err != nil:
		return portal.CodeOf(err)
	case out.Verdicts[0].Accepted:
		return accepted
	}
	return out.Verdicts[0].Error.Code
}

// free cancels what the last row left booked, so that the next has its days.
func (w *world) free(t *testing.T) {
	t.Helper()
	for _, who := range []string{family, otherParent} {
		d := w.desks[who]
		d.Catch()
		for id, body := range d.In(wire.Bookings) {
			if strings.Contains(body, `"payer"`) {
				d.Must(wire.BookingCancel, wire.CancelBooking{Booking: portal.ID(id)})
			}
		}
	}
}

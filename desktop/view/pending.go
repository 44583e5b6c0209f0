package view

import (
	"strings"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/accounts"
	"parvis/shared/appointments"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/meals"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// StatePending is the state of a request that has not reached the town hall.
const StatePending = "pending"

// command is a command of the outbox, read once.
type command struct {
	cache.Pending
	needs []portal.ID
	args  any // nil: of a newer program; it has no effect here
	// handed is when it was first seen to have been handed to the network. It
	// is judged by that instant, not by a later one: what is under way may
	// have arrived in time.
	handed time.Time
}

// overlay is what the commands that wait do to the state under them.
type overlay struct {
	booked    map[dayKey]Booking       // pending bookings
	bookedBy  map[portal.ID]dayKey     // by the booking's id
	cancelled map[portal.ID]portal.ID  // a confirmed booking that is being cancelled → the command
	freed     map[dayKey]portal.ID     // its day → the command
	queued    map[dayKey]Waiting       // pending waiting
	left      map[portal.ID]portal.ID  // a waiting that is being given up → the command
	money     map[string]portal.Money  // what balances change by, a cash desk
	levels    map[string]*portal.Money // below which one wants to be told, a cash desk
	committed map[string]portal.Money  // by pending provisional bookings, a cash desk

	// Of openings: nil for what is being taken back.
	openings    map[portal.ID]*bookings.Opening
	openingList []bookings.Opening
	prepared    map[portal.ID]*wire.PreparedGroup
	sending     map[portal.ID]portal.ID // a prepared group → the command that sends it
	asks        map[portal.ID]*Ask
	menus       map[portal.ID]meals.Menu // without dishes: taken away

	account  *wire.Account // as it will be; nil where nothing of it waits
	changing map[string]bool

	requests map[portal.ID]Request
	queue    map[portal.ID]QueueItem
	dropped  map[portal.ID]bool      // drafts that are being thrown away, or sent
	messages map[portal.ID][]Message // by request: those that have not arrived
	read     map[portal.ID]int64     // by request: up to where its thread was opened
	texts    map[portal.ID]wire.Text // as they will be; without a title: removed

	told map[portal.ID]bool // notices that were read
	mail map[string]string  // how notices come by mail, by kind

	documents map[portal.ID]Document  // pending ones, and those judged here
	withdrawn map[portal.ID]portal.ID // documents taken back → the command

	children    map[portal.ID]wire.Child
	waits       map[portal.ID]map[string]bool // by child: the types of the commands about it
	delegations map[portal.ID]Delegation      // as they will be

	quotients map[portal.ID]Quotient // pending ones, and those decided here
	unsent    map[portal.ID]bool     // quotients taken back

	visits map[portal.ID]Appointment // as they will be
	shut   map[portal.ID]appointments.Closure
	unsure map[portal.ID]portal.ID // by request: the doubtful command about its appointment

	closures map[portal.ID]Closure   // the town's, as they will be
	absences map[portal.ID]Absence   // told here
	judged   map[portal.ID]bool      // absences of others, by an agent here
	takings  []wire.Taking           // that a cashier has entered
	settled  map[portal.ID]portal.ID // unclear payments that a cashier has settled → the command

	doubts    map[portal.ID]*portal.Error // by command
	doubtDays map[dayKey]dayDoubt

	// looks says for each topic what is different for the commands that wait,
	// so that a change is told only where it shows.
	looks map[Topic]uint64
}

// dayDoubt is why what waits about a day is likely to be refused.
type dayDoubt struct {
	command portal.ID
	why     *portal.Error
}

func emptyOverlay() *overlay {
	return &overlay{
		booked: map[dayKey]Booking{}, bookedBy: map[portal.ID]dayKey{}, cancelled: map[portal.ID]portal.ID{}, freed: map[dayKey]portal.ID{}, queued: map[dayKey]Waiting{}, left: map[portal.ID]portal.ID{}, money: map[string]portal.Money{}, levels: map[string]*portal.Money{},
		changing: map[string]bool{}, committed: map[string]portal.Money{},
		openings: map[portal.ID]*bookings.Opening{}, prepared: map[portal.ID]*wire.PreparedGroup{}, sending: map[portal.ID]portal.ID{},
		asks: map[portal.ID]*Ask{}, menus: map[portal.ID]meals.Menu{},
		requests: map[portal.ID]Request{}, queue: map[portal.ID]QueueItem{}, dropped: map[portal.ID]bool{},
		messages: map[portal.ID][]Message{}, read: map[portal.ID]int64{}, texts: map[portal.ID]wire.Text{},
		told: map[portal.ID]bool{}, mail: map[string]string{},
		documents: map[portal.ID]Document{}, withdrawn: map[portal.ID]portal.ID{},
		children: map[portal.ID]wire.Child{}, waits: map[portal.ID]map[string]bool{}, delegations: map[portal.ID]Delegation{},
		quotients: map[portal.ID]Quotient{}, unsent: map[portal.ID]bool{},
		visits: map[portal.ID]Appointment{}, shut: map[portal.ID]appointments.Closure{}, unsure: map[portal.ID]portal.ID{},
		closures: map[portal.ID]Closure{}, absences: map[portal.ID]Absence{}, judged: map[portal.ID]bool{},
		doubts: map[portal.ID]*portal.Error{}, doubtDays: map[dayKey]dayDoubt{},
		settled: map[portal.ID]portal.ID{},
		looks:   map[Topic]uint64{},
	}
}

// look folds what is different into the hash of a topic (FNV-1a).
func (o *overlay) look(collection string, key portal.ID, what ...string) {
	t := Topic{collection, key}
	h := o.looks[t] ^ 14695981039346656037
	for _, w := range what {
		for i := range len(w) {
			h = (h ^ uint64(w[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	o.looks[t] = h
}

// differs notes the topics that look different than under another overlay.
func (o *overlay) differs(old *overlay, touched topics) {
	for t, s := range o.looks {
		if old.looks[t] != s {
			touched[t] = struct{}{}
		}
	}
	for t := range old.looks {
		if _, still := o.looks[t]; !still {
			touched[t] = struct{}{}
		}
	}
}

// setOutbox takes the outbox as it is now and reports whether it changed.
func (v *View) setOutbox(now []cache.Pending) bool {
	known := make(map[portal.ID]*command, len(v.outbox))
	for _, c := range v.outbox {
		known[c.ID] = c
	}
	changed := len(now) != len(v.outbox)
	out := make([]*command, len(now))
	for i, p := range now {
		c := known[p.ID]
		if c == nil {
			c = &command{Pending: p}
			read, args, err := wire.ReadCommand(p.Body)
			if c.needs = read.Needs; err == nil {
				c.args = args
			}
		}
		changed = changed || i >= len(v.outbox) || v.outbox[i].ID != p.ID || v.outbox[i].Number != p.Number
		if c.Number = p.Number; c.Number != 0 && c.handed.IsZero() {
			c.handed = v.now()
		}
		out[i] = c
	}
	v.outbox = out
	return changed
}

// applyPending applies what waits to the state, in the order it was done.
func (v *View) applyPending() *overlay {
	v.town.settle()
	v.own.keepBooks()
	if len(v.outbox) == 0 {
		return emptyOverlay()
	}
	p := pass{v: v, over: emptyOverlay(), days: map[[2]portal.ID]*dayRules{}}
	for _, c := range v.outbox {
		if e := p.apply(c); e != nil {
			p.over.doubts[c.ID] = e
			p.over.look(OutboxTopic, "", string(c.ID), e.Error())
		}
	}
	for desk, by := range p.over.money {
		p.over.look(wire.Balances, portal.ID(desk), by.Decimal())
	}
	return p.over
}

// pass is one application of the outbox.
type pass struct {
	v    *View
	over *overlay
	days map[[2]portal.ID]*dayRules
	asks bool // days that open later are judged as if they were given
}

// apply applies one command; its error is why the rules would refuse it now.
// What the state already contains has no effect any more.
func (p *pass) apply(c *command) *portal.Error {
	for _, id := range c.needs {
		if p.over.doubts[id] != nil {
			return portal.E(portal.BlockedBy, "needs", "command", string(id))
		}
	}
	switch a := c.args.(type) {
	case *wire.Book:
		return p.book(c, a)
	case *wire.CancelBooking:
		return p.cancel(c, a)
	case *wire.GroupBookings:
		return p.group(c, a)
	case *wire.JoinWaiting:
		return p.join(c, a)
	case *wire.LeaveWaiting:
		p.leave(c, a.Wait)
	case *wire.PrepareGroup:
		return p.prepare(c, a)
	case *wire.DropPrepared:
		p.dropPrepared(c, a.Group)
	case *wire.AskPlaces:
		return p.ask(c, a)
	case *wire.WithdrawAsk:
		return p.withdrawAsk(c, a)
	case *wire.AnnounceOpening:
		p.announce(c, a.Opening.ID, &a.Opening)
	case *wire.CancelOpening:
		p.announce(c, a.Opening, nil)
	case *wire.WriteMenus:
		p.writeMenus(c, a)
	case *wire.SettlePayment:
		p.settlePayment(c, a.Payment)
	case *wire.SubmitRequest:
		p.submit(c, a)
	case *wire.SendMessage:
		p.send(c, a)
	case *wire.ReadMessages:
		p.read(a)
	case *wire.ReadNotices:
		p.readNotices(a.Notices)
	case *wire.ChooseNotice:
		p.over.mail[a.Kind] = a.Mail
		p.over.look(wire.NoticeChoices, p.v.account, a.Kind, a.Mail)
	case *wire.ChooseLevel:
		p.level(c, a)
	case *wire.EnterAtDesk:
		p.takes(c, wire.Taking{CashDesk: a.CashDesk, Kind: ledger.KindDeskMoney, Account: a.Account, Brought: a.Brought}, a.Entry)
	case *wire.UndoAtDesk:
		p.takes(c, wire.Taking{CashDesk: a.CashDesk, Kind: ledger.KindCorrection, Undoes: a.Entry, Reason: a.Reason}, a.Correction)
	case *wire.CorrectBalance:
		p.takes(c, wire.Taking{CashDesk: a.CashDesk, Kind: ledger.KindCorrection, Account: a.Account, Brought: ledger.Brought{Amount: a.Amount}, Reason: a.Reason}, a.Correction)
	case *wire.SaveText:
		p.text(wire.Text{ID: a.Text, Desk: a.Desk, Title: a.Title, Body: a.Body})
	case *wire.RemoveText:
		p.text(wire.Text{ID: a.Text})
	case *wire.DropDraft:
		p.drop(c, a.Draft)
	case *wire.ChangeAddress, *wire.ChangePhones, *wire.ChangeLanguage:
		return p.account(c, a)
	case *wire.SubmitDocument:
		p.sendDocument(c, a)
	case *wire.WithdrawDocument:
		return p.withdrawDocument(c, a.Document)
	case *wire.JudgeDocument:
		return p.judgeDocument(c, a)
	case *wire.UnjudgeDocument:
		return p.unjudgeDocument(c, a.Document)
	case *wire.ChangeHealth, *wire.ChangeCollectors, *wire.ProposeWeeks, *wire.AnswerWeeks, *wire.EndWeeks,
		*wire.ProposePaying, *wire.AnswerPaying, *wire.EndPaying,
		*wire.SetPriority, *wire.SetWeeks, *wire.SetPayers, *wire.LinkParent, *wire.SetCustody, *wire.EndCustody:
		return p.kin(c)
	case *wire.InviteDelegate:
		return p.invite(c, a)
	case *wire.ChangeDelegation:
		return p.changeDelegation(c, a)
	case *wire.AcceptDelegation:
		return p.answerDelegation(c, a.Delegation, []accounts.DelegationState{accounts.Invited}, accounts.Accepted)
	case *wire.DeclineDelegation:
		return p.answerDelegation(c, a.Delegation, []accounts.DelegationState{accounts.Invited}, accounts.Declined)
	case *wire.EndDelegation:
		return p.answerDelegation(c, a.Delegation, []accounts.DelegationState{accounts.Invited, accounts.Accepted}, accounts.Ended)
	case *wire.DeclareQuotient:
		p.sendQuotient(c, quotients.Entry{ID: a.Quotient, State: quotients.Declared, Source: ledger.FromProof, Value: a.Value, Month: a.Month, From: a.From, Document: a.Document})
	case *wire.FetchQuotient:
		p.sendQuotient(c, quotients.Entry{ID: a.Quotient, State: quotients.Asked, Source: ledger.FromFund})
	case *wire.WithdrawQuotient:
		return p.withdrawQuotient(c, a.Quotient)
	case *wire.AcceptQuotient:
		return p.decideQuotient(c, a.Quotient, quotients.Accepted, a.From, "")
	case *wire.RefuseQuotient:
		return p.decideQuotient(c, a.Quotient, quotients.Refused, "", a.Reason)
	case *wire.DeclareClosure:
		p.declareClosure(c, a)
	case *wire.UndoClosure:
		p.undoClosure(c, a)
	case *wire.TellAbsence:
		return p.tellAbsence(c, a)
	case *wire.WithdrawAbsence:
		return p.withdrawAbsence(c, a)
	case *wire.JudgeAbsence:
		p.judgeAbsence(c, a)
	case *wire.BookAppointment, *wire.MoveAppointment, *wire.CancelAppointment, *wire.MarkAppointment, *wire.CloseAppointments, *wire.ReopenAppointments:
		return p.visit(c)
	default:
		if id, s, ok := p.stepOf(c); ok {
			wrong := p.step(c, id, s)
			if wrong == nil && (s.action == requests.Answer || s.action == requests.Withdraw) {
				p.nothingAsked(id)
			}
			return wrong
		}
	}
	return nil
}

// at is the instant by which a command is judged.
func (p *pass) at(c *command) time.Time {
	if !c.handed.IsZero() {
		return c.handed
	}
	return p.v.now()
}

func (p *pass) rules(child, activity portal.ID) *dayRules {
	k := [2]portal.ID{child, activity}
	if p.days[k] == nil {
		p.days[k] = p.v.rulesFor(child, activity, p.over)
	}
	return p.days[k]
}

func (p *pass) submit(c *command, a *wire.SubmitRequest) {
	if _, landed := p.v.own.requests[a.Request]; landed {
		return
	}
	r := Request{Pending: true, Command: c.ID, Request: wire.Request{
		ID: a.Request, Account: p.v.account, Procedure: a.Procedure, Version: a.Version, State: StatePending,
		Child: a.Child, Submitted: c.At.UnixMicro(), Answers: a.Answers,
	}}
	r.Person = p.personOf(a)
	p.over.requests[a.Request] = r
	p.over.look(wire.Requests, a.Request, string(c.ID))
	p.drop(c, a.Draft)
}

// personOf is whom a request is about, as the town hall will say it.
func (p *pass) personOf(a *wire.SubmitRequest) string {
	if answers, e := requests.Decode(a.Answers); e == nil {
		if form := p.v.town.procedures[portal.ID(a.Procedure)]; form != nil {
			if parsed := form.parse(); parsed != nil {
				if name := requests.Named(parsed, answers); name != "" {
					return name
				}
			}
		}
	}
	if child, known := p.v.own.children[a.Child]; known {
		return child.FirstName + " " + child.LastName
	}
	return strings.TrimSpace(p.v.myName())
}

// drop hides a draft that is sent or thrown away.
func (p *pass) drop(c *command, draft portal.ID) {
	if draft != "" {
		p.over.dropped[draft] = true
		p.over.look(wire.Drafts, draft, string(c.ID))
	}
}

// step shows what was done to a request, in the queue and in the file or the
// family's own list as far as each is here.
func (p *pass) step(c *command, id portal.ID, s step) *portal.Error {
	v := p.v
	agents := requests.May(requests.ByAgent, s.action)
	var doubt *portal.Error
	next := func(state string, agent portal.ID, by string) (string, bool) {
		from := requests.State(state)
		if state == StatePending {
			from = requests.Submitted // as it will stand when this arrives
		}
		to, e := requests.Next(from, s.action)
		if e == nil {
			return string(to), true
		}
		if !p.landed(s.action, state, agent) && doubt == nil {
			doubt = e
			if by != "" {
				doubt.Args["by"] = by
			}
		}
		return "", false
	}
	if r, there := v.request(id, p.over); there {
		if to, ok := next(r.State, r.Agent, r.AgentName); ok {
			r.State, r.Pending, r.Command = to, true, c.ID
			if agents {
				r.Agent, r.AgentName = v.account, v.myName()
			}
			if s.also != nil {
				s.also(&r.Request)
			}
			p.over.requests[id] = r
			p.over.look(wire.Requests, id, string(c.ID))
		}
	}
	if q, there := v.queueItem(id, p.over); there && agents {
		if to, ok := next(q.State, q.Agent, q.AgentName); ok {
			q.State, q.Agent, q.AgentName, q.Pending, q.Command = to, v.account, v.myName(), true, c.ID
			if s.queued != nil {
				s.queued(&q.QueueItem)
			}
			p.over.queue[id] = q
			p.over.look(wire.Queue, portal.ID(q.Desk), string(c.ID))
		}
	}
	if doubt != nil {
		p.over.look(wire.Requests, id, string(c.ID), doubt.Error())
	}
	return doubt
}

// Doubt is a command that waits although the rules would refuse it as things
// stand.
type Doubt struct {
	cache.Pending
	Reason *portal.Error
}

// Doubts is the doubtful commands, in the order in which they were done.
func (v *View) Doubts() []Doubt {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []Doubt
	for _, c := range v.outbox {
		if e := v.over.doubts[c.ID]; e != nil {
			out = append(out, Doubt{c.Pending, e})
		}
	}
	return out
}

// Waiting is what has not been decided, in the order in which it was done.
func (v *View) Waiting() []cache.Pending {
	v.mu.RLock()
	defer v.mu.RUnlock()
	out := make([]cache.Pending, len(v.outbox))
	for i, c := range v.outbox {
		out[i] = c.Pending
	}
	return out
}

// Refusals is what was refused and not read yet.
func (v *View) Refusals() []cache.Refusal {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.refused
}

// payer is what fixes this account's prices, with what waits.
func (v *View) payer(over *overlay) ledger.Payer {
	if a, ok := v.me(over); ok && a.Payer != nil {
		return *a.Payer
	}
	return ledger.Payer{}
}

func (v *View) myName() string {
	a := v.own.accounts[v.account]
	return a.FirstName + " " + a.LastName
}

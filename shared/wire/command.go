package wire

import (
	"bytes"
	"encoding/json"
	"io"

	"parvis/shared/portal"
)

// Types of commands, as "type@version" in Commands.
const (
	RequestSubmit = "request.submit"
	RequestTake   = "request.take"
	RequestAccept = "request.accept"
	RequestRefuse = "request.refuse"
	BookingBook   = "booking.book"
	BookingCancel = "booking.cancel"
	FileOpen      = "file.open"
	FileSeen      = "file.seen"
)

// Spec is one type of command in one version.
type Spec struct {
	Type    string
	Version int
	new     func() any
}

// Args is a new, empty value of the arguments, as a pointer.
func (s Spec) Args() any { return s.new() }

// Commands is every command ever shipped, in the order they were. The server
// reads each version; what may be done by whom stands in its table of rights,
// which a test holds against this one.
var Commands = []Spec{
	{RequestSubmit, 1, func() any { return new(SubmitRequest) }},
	{RequestTake, 1, func() any { return new(TakeRequest) }},
	{RequestAccept, 1, func() any { return new(AcceptRequest) }},
	{RequestRefuse, 1, func() any { return new(RefuseRequest) }},
	{BookingBook, 1, func() any { return new(Book) }},
	{BookingCancel, 1, func() any { return new(CancelBooking) }},
	{FileOpen, 1, func() any { return new(OpenFile) }},
	{FileSeen, 1, func() any { return new(SeenFile) }},
	{RequestWithdraw, 1, func() any { return new(WithdrawRequest) }},
	{RequestAsk, 1, func() any { return new(AskCorrection) }},
	{RequestAnswer, 1, func() any { return new(AnswerCorrection) }},
	{RequestRelease, 1, func() any { return new(ReleaseRequest) }},
	{RequestClose, 1, func() any { return new(CloseRequest) }},
	{RequestReopen, 1, func() any { return new(ReopenRequest) }},
	{DraftSave, 1, func() any { return new(SaveDraft) }},
	{DraftDrop, 1, func() any { return new(DropDraft) }},
	{MessageSend, 1, func() any { return new(SendMessage1) }},
	{MessageRead, 1, func() any { return new(ReadMessages) }},
	{TextSave, 1, func() any { return new(SaveText) }},
	{TextRemove, 1, func() any { return new(RemoveText) }},
	{NoticeRead, 1, func() any { return new(ReadNotices) }},
	{NoticeChoose, 1, func() any { return new(ChooseNotice) }},
	{AccountAddress, 1, func() any { return new(ChangeAddress) }},
	{AccountPhones, 1, func() any { return new(ChangePhones) }},
	{AccountLanguage, 1, func() any { return new(ChangeLanguage) }},
	{DocumentSubmit, 1, func() any { return new(SubmitDocument) }},
	{DocumentWithdraw, 1, func() any { return new(WithdrawDocument) }},
	{DocumentJudge, 1, func() any { return new(JudgeDocument) }},
	{DocumentUnjudge, 1, func() any { return new(UnjudgeDocument) }},
	{MessageSend, 2, func() any { return new(SendMessage) }},
	{DelegationInvite, 1, func() any { return new(InviteDelegate) }},
	{DelegationAccept, 1, func() any { return new(AcceptDelegation) }},
	{DelegationDecline, 1, func() any { return new(DeclineDelegation) }},
	{DelegationEnd, 1, func() any { return new(EndDelegation) }},
	{ChildHealth, 1, func() any { return new(ChangeHealth) }},
	{ChildCollect, 1, func() any { return new(ChangeCollectors) }},
	{CustodyLink, 1, func() any { return new(LinkParent) }},
	{CustodySet, 1, func() any { return new(SetCustody) }},
	{CustodyEnd, 1, func() any { return new(EndCustody) }},
	{WeeksPropose, 1, func() any { return new(ProposeWeeks) }},
	{WeeksAnswer, 1, func() any { return new(AnswerWeeks) }},
	{WeeksEnd, 1, func() any { return new(EndWeeks) }},
	{WeeksSet, 1, func() any { return new(SetWeeks) }},
	{QuotientDeclare, 1, func() any { return new(DeclareQuotient) }},
	{QuotientFetch, 1, func() any { return new(FetchQuotient) }},
	{QuotientWithdraw, 1, func() any { return new(WithdrawQuotient) }},
	{QuotientAccept, 1, func() any { return new(AcceptQuotient) }},
	{QuotientRefuse, 1, func() any { return new(RefuseQuotient) }},
	{AppointmentBook, 1, func() any { return new(BookAppointment) }},
	{AppointmentMove, 1, func() any { return new(MoveAppointment) }},
	{AppointmentCancel, 1, func() any { return new(CancelAppointment) }},
	{AppointmentMark, 1, func() any { return new(MarkAppointment) }},
	{AppointmentClose, 1, func() any { return new(CloseAppointments) }},
	{AppointmentReopen, 1, func() any { return new(ReopenAppointments) }},
	{PayingPropose, 1, func() any { return new(ProposePaying) }},
	{PayingAnswer, 1, func() any { return new(AnswerPaying) }},
	{PayingEnd, 1, func() any { return new(EndPaying) }},
	{DelegationChange, 1, func() any { return new(ChangeDelegation) }},
	{BalanceLevel, 1, func() any { return new(ChooseLevel) }},
	{BookingGroup, 1, func() any { return new(GroupBookings) }},
	{CalendarOpen, 1, func() any { return new(OpenCalendar) }},
	{CalendarClose, 1, func() any { return new(CloseCalendar) }},
	{WaitingJoin, 1, func() any { return new(JoinWaiting) }},
	{WaitingLeave, 1, func() any { return new(LeaveWaiting) }},
	{ClosureDeclare, 1, func() any { return new(DeclareClosure) }},
	{ClosureUndo, 1, func() any { return new(UndoClosure) }},
	{AbsenceTell, 1, func() any { return new(TellAbsence) }},
	{AbsenceJudge, 1, func() any { return new(JudgeAbsence) }},
	{GroupPrepare, 1, func() any { return new(PrepareGroup) }},
	{GroupDrop, 1, func() any { return new(DropPrepared) }},
	{OpeningAsk, 1, func() any { return new(AskPlaces) }},
	{OpeningWithdraw, 1, func() any { return new(WithdrawAsk) }},
	{OpeningAnnounce, 1, func() any { return new(AnnounceOpening) }},
	{OpeningCancel, 1, func() any { return new(CancelOpening) }},
	{ChildPriority, 1, func() any { return new(SetPriority) }},
	{MenuWrite, 1, func() any { return new(WriteMenus) }},
	{DeskEnter, 1, func() any { return new(EnterAtDesk) }},
	{DeskUndo, 1, func() any { return new(UndoAtDesk) }},
	{BalanceCorrect, 1, func() any { return new(CorrectBalance) }},
	{PayersSet, 1, func() any { return new(SetPayers) }},
	{OrganisationSave, 1, func() any { return new(SaveOrganisation) }},
	{PaymentSettle, 1, func() any { return new(SettlePayment) }},
	{AbsenceWithdraw, 1, func() any { return new(WithdrawAbsence) }},
}

// Looked reports whether a type of command only notes that somebody has looked
// at something. It is sent like any other, but nobody counts it as their work.
func Looked(kind string) bool {
	return kind == MessageRead || kind == NoticeRead || kind == FileSeen
}

// SubmitRequest sends a procedure's answers.
type SubmitRequest struct {
	Request   portal.ID `json:"request"` // made by the desktop
	Procedure string    `json:"procedure"`
	Version   int       `json:"version"`
	// Child is the person it is about: a linked child's id, or a new id that
	// the child will bear once the request is accepted; empty where the
	// procedure is about nobody.
	Child   portal.ID       `json:"child,omitempty"`
	Answers json.RawMessage `json:"answers"`
	Terms   bool            `json:"terms"`
	// Draft is the form it was written in, which is no longer one then.
	Draft portal.ID `json:"draft,omitempty"`
}

// TakeRequest puts a request into the agent's hands.
type TakeRequest struct {
	Request portal.ID `json:"request"`
}

// AcceptRequest decides for a request; the family reads the text where there
// is one.
type AcceptRequest struct {
	Request portal.ID `json:"request"`
	Text    string    `json:"text,omitempty"`
}

// RefuseRequest decides against a request; the family reads the reason as it
// stands.
type RefuseRequest struct {
	Request portal.ID `json:"request"`
	Reason  string    `json:"reason"`
}

// Book books a day for a child.
type Book struct {
	Booking  portal.ID   `json:"booking"` // made by the desktop
	Child    portal.ID   `json:"child"`
	Activity portal.ID   `json:"activity"`
	Day      portal.Date `json:"day"`
	// Other says that the screen told its reader that the child's other parent
	// pays. Where that is so no longer, nothing is booked at the reader's cost.
	Other bool `json:"other,omitempty"`
}

// CancelBooking cancels a booking.
type CancelBooking struct {
	Booking portal.ID `json:"booking"`
}

// OpenFile grants an agent the feed of a family's file, as one desk sees it.
type OpenFile struct {
	Account portal.ID `json:"account"`
	Desk    string    `json:"desk"`
}

// SeenFile tells the audit trail that an agent looked at a file again.
type SeenFile struct {
	Account portal.ID `json:"account"`
	Desk    string    `json:"desk"`
}

// Command is what a person did, as the outbox keeps it: encoded once, sent
// and hashed as those bytes.
type Command struct {
	ID      portal.ID       `json:"id"`
	Type    string          `json:"type"`
	Version int             `json:"version"`
	Needs   []portal.ID     `json:"needs,omitempty"` // earlier commands it builds on
	Args    json.RawMessage `json:"args"`
}

// NewCommand encodes a command of a type in its newest version.
func NewCommand(id portal.ID, kind string, args any, needs ...portal.ID) ([]byte, error) {
	raw, err := json.Marshal(args)
	if err != nil {
		return nil, err
	}
	version := 0
	for _, s := range Commands {
		if s.Type == kind {
			version = max(version, s.Version)
		}
	}
	if version == 0 {
		return nil, portal.E(portal.Invalid, "type")
	}
	return json.Marshal(Command{ID: id, Type: kind, Version: version, Needs: needs, Args: raw})
}

// ReadCommand decodes a command and its arguments (a pointer to one of the
// types above): those of an older version become the newest's. An unknown
// type, version or field is TooNew: the sender is a newer desktop, and its
// command is kept, not refused. Anything else amiss is Invalid.
func ReadCommand(body []byte) (Command, any, error) {
	var c Command
	if err := StrictJSON(body, &c); err != nil {
		return c, nil, err
	}
	if !c.ID.Valid() {
		return c, nil, portal.E(portal.Invalid, "id")
	}
	if len(c.Needs) > MaxBatch {
		return c, nil, portal.E(portal.Invalid, "needs")
	}
	for _, s := range Commands {
		if s.Type == c.Type && s.Version == c.Version {
			args := s.new()
			err := StrictJSON(c.Args, args)
			if older, is := args.(interface{ Newest() any }); is && err == nil {
				args = older.Newest()
			}
			return c, args, err
		}
	}
	return c, nil, portal.E(portal.TooNew, "type")
}

// StrictJSON decodes one JSON value and nothing behind it; an unknown field
// is TooNew, any other mistake Invalid with the field where it is known.
func StrictJSON(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return jsonError(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return portal.E(portal.Invalid, "")
	}
	return nil
}

func jsonError(err error) error {
	const unknown = `json: unknown field "`
	if s := err.Error(); len(s) > len(unknown) && s[:len(unknown)] == unknown {
		return portal.E(portal.TooNew, s[len(unknown):len(s)-1])
	}
	if t, ok := err.(*json.UnmarshalTypeError); ok {
		return portal.E(portal.Invalid, t.Field)
	}
	return portal.E(portal.Invalid, "")
}

// Envelope is a command on its way: its number in its outbox and its exact
// bytes.
type Envelope struct {
	Number int64           `json:"number"`
	Body   json.RawMessage `json:"body"`
}

// SendCommands is the body of POST /v1/commands: commands of one outbox in
// the order of their numbers, without gaps.
type SendCommands struct {
	Outbox   portal.ID  `json:"outbox"`
	Commands []Envelope `json:"commands"`
}

// Verdict is what the server decided of a command, for ever.
type Verdict struct {
	Command  portal.ID     `json:"command"`
	Number   int64         `json:"number"`
	Accepted bool          `json:"accepted"`
	Error    *portal.Error `json:"error,omitempty"` // why it was refused
	// Received is when the last byte arrived, in microseconds UTC: the
	// instant by which it was judged.
	Received int64 `json:"received"`
}

// CommandResults answers POST /v1/commands. A command that the server is too
// old for ends the batch before it; so Verdicts may be shorter than what was
// sent.
type CommandResults struct {
	Mark     int64     `json:"mark"` // the outbox's highest number decided
	Verdicts []Verdict `json:"verdicts"`
}

package requests

import (
	"slices"

	"parvis/shared/portal"
)

// State is where a request stands.
type State string

// The states of a request.
const (
	Draft         State = "draft"          // being written; the town hall does not see it
	Submitted     State = "submitted"      // sent; nobody has taken it yet
	InReview      State = "in_review"      // an agent works on it
	WaitingFamily State = "waiting_family" // the agent asked for something
	Accepted      State = "accepted"
	Refused       State = "refused"
	Withdrawn     State = "withdrawn" // the family took it back
	Closed        State = "closed"    // ended by the town hall without a decision
)

// States is every state, in the order of a request's life.
var States = []State{Draft, Submitted, InReview, WaitingFamily, Accepted, Refused, Withdrawn, Closed}

// Decided reports whether nothing more is awaited from anybody.
func (s State) Decided() bool {
	return s == Accepted || s == Refused || s == Withdrawn || s == Closed
}

// Action is what somebody does to a request.
type Action string

// The actions.
const (
	Submit   Action = "submit"   // the family sends it
	Take     Action = "take"     // an agent begins to work on it
	Release  Action = "release"  // and puts it back for a colleague
	Ask      Action = "ask"      // the agent asks for a correction or a document
	Answer   Action = "answer"   // the family gives it
	Accept   Action = "accept"   // decisions of an agent
	Refuse   Action = "refuse"   // with a reason that the family reads
	Close    Action = "close"    // ended without a decision, with a reason
	Reopen   Action = "reopen"   // a decision taken back
	Withdraw Action = "withdraw" // the family takes it back
)

// Actor is who may do an action.
type Actor string

// The actors: the family that asks, and an agent of the procedure's desk.
const (
	ByFamily Actor = "family"
	ByAgent  Actor = "agent"
)

// Transition is one row of a request's life.
type Transition struct {
	From   State
	Action Action
	By     Actor
	To     State
}

// Transitions is the whole life of a request. What is not here cannot be done.
var Transitions = []Transition{
	{Draft, Submit, ByFamily, Submitted},
	{Submitted, Take, ByAgent, InReview},
	{Submitted, Close, ByAgent, Closed},
	{Submitted, Withdraw, ByFamily, Withdrawn},
	{InReview, Release, ByAgent, Submitted},
	{InReview, Ask, ByAgent, WaitingFamily},
	{InReview, Accept, ByAgent, Accepted},
	{InReview, Refuse, ByAgent, Refused},
	{InReview, Close, ByAgent, Closed},
	{InReview, Withdraw, ByFamily, Withdrawn},
	{WaitingFamily, Answer, ByFamily, InReview},
	{WaitingFamily, Take, ByAgent, InReview}, // what was asked for is no longer needed
	{WaitingFamily, Refuse, ByAgent, Refused},
	{WaitingFamily, Close, ByAgent, Closed},
	{WaitingFamily, Withdraw, ByFamily, Withdrawn},
	{Refused, Reopen, ByAgent, InReview},
	{Closed, Reopen, ByAgent, InReview},
}

// Next is the state after an action, or WrongState where the state does not
// have it: somebody else was faster, or the line was cut meanwhile.
func Next(s State, a Action) (State, *portal.Error) {
	for _, t := range Transitions {
		if t.From == s && t.Action == a {
			return t.To, nil
		}
	}
	return s, portal.E(WrongState, "", "state", string(s), "action", string(a))
}

// May reports whether an actor is one who does an action.
func May(by Actor, a Action) bool {
	return slices.ContainsFunc(Transitions, func(t Transition) bool { return t.Action == a && t.By == by })
}

// Actions is what an actor may do in a state, in the order of the table.
func Actions(s State, by Actor) []Action {
	var out []Action
	for _, t := range Transitions {
		if t.From == s && t.By == by {
			out = append(out, t.Action)
		}
	}
	return out
}

// EventKind is what happened to a request, for its time line. Every action is
// an event of its own name's past; the rest are what happens besides.
type EventKind string

// The kinds of events on a time line.
const (
	EventCreated          EventKind = "created"
	EventSubmitted        EventKind = "submitted"
	EventTaken            EventKind = "taken"
	EventReleased         EventKind = "released"
	EventAsked            EventKind = "asked"
	EventAnswered         EventKind = "answered"
	EventAccepted         EventKind = "accepted"
	EventRefused          EventKind = "refused"
	EventClosed           EventKind = "closed"
	EventReopened         EventKind = "reopened"
	EventWithdrawn        EventKind = "withdrawn"
	EventMessage          EventKind = "message"
	EventDocumentSent     EventKind = "document_sent"
	EventDocumentValid    EventKind = "document_valid"
	EventDocumentRejected EventKind = "document_rejected"
)

// EventOf is the event that an action leaves on the time line, "" for none.
func EventOf(a Action) EventKind {
	return map[Action]EventKind{
		Submit: EventSubmitted, Take: EventTaken, Release: EventReleased, Ask: EventAsked, Answer: EventAnswered,
		Accept: EventAccepted, Refuse: EventRefused, Close: EventClosed, Reopen: EventReopened, Withdraw: EventWithdrawn,
	}[a]
}

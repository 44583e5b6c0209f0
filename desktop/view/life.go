package view

import (
	"encoding/json"
	"math"
	"slices"
	"time"

	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// ProcedureAt is a procedure in the version that a request was made with;
// false when it is not here. What it is today is for Procedure.
func (v *View) ProcedureAt(id string, version int) (*requests.Procedure, bool) {
	if p, known := v.Procedure(id); known && p.Version == version {
		return p, true
	}
	v.mu.RLock()
	f := v.town.formers[wire.FormerKey(id, version)]
	v.mu.RUnlock()
	if f == nil {
		return nil, false
	}
	p := f.parse()
	return p, p != nil
}

// ProcedureOf is the form by which a request is read: its own version, or, as
// long as that is not here, the one of today; same tells which.
func (v *View) ProcedureOf(q Request) (p *requests.Procedure, same, known bool) {
	if p, known := v.ProcedureAt(q.Procedure, q.Version); known {
		return p, true, true
	}
	p, known = v.Procedure(q.Procedure)
	return p, false, known
}

// Awaits is what a request waits for, of whom and by when.
func (v *View) Awaits(q Request) requests.Await {
	p, _, known := v.ProcedureOf(q)
	if !known {
		p = &requests.Procedure{}
	}
	cal, _ := v.Calendar() // without one, weekends alone are no working days
	var until portal.Date
	if c := q.Asked(); c != nil {
		until = c.Until
	}
	steps := make([]requests.Happened, len(q.Timeline))
	for i, e := range q.Timeline {
		steps[i] = requests.Happened{On: portal.DateOf(time.UnixMicro(e.At)), Kind: requests.EventKind(e.Kind)}
	}
	return requests.Awaits(requests.State(q.State), p.AnswerWithin, steps, until, cal.Working)
}

// PromisedUntil is by when a request of a queue was to be answered, "" where no
// date was promised or what a queue says is not enough to tell.
func (v *View) PromisedUntil(it QueueItem) portal.Date {
	p, known := v.Procedure(it.Procedure)
	if !known || it.Answered {
		return "" // the time runs from the answer, which only the file dates
	}
	cal, _ := v.Calendar()
	sent := requests.Happened{On: portal.DateOf(time.UnixMicro(it.Submitted)), Kind: requests.EventSubmitted}
	a := requests.Awaits(requests.State(it.State), p.AnswerWithin, []requests.Happened{sent}, "", cal.Working)
	if a.By != requests.ByAgent {
		return ""
	}
	return a.Until
}

// Drafts is the forms that were begun on any of the person's computers, as
// they reached the town hall: those thrown away, or sent, here are left out
// even while that waits.
func (v *View) Drafts() []requests.DraftForm {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []requests.DraftForm
	for id, d := range v.own.drafts {
		if !v.over.dropped[id] && !v.sent(d.Request) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b requests.DraftForm) int {
		return firstOf(compare(b.Latest(), a.Latest()), compare(a.ID, b.ID))
	})
	return out
}

// DroppedAt is when a draft was sent or thrown away on whatever computer, 0
// for never.
func (v *View) DroppedAt(draft portal.ID) int64 {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.over.dropped[draft] {
		return math.MaxInt64
	}
	return v.own.gone[draft].At
}

// Sent reports whether a request of an id was made, on whatever computer.
func (v *View) Sent(request portal.ID) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.sent(request)
}

func (v *View) sent(request portal.ID) bool {
	_, there := v.own.requests[request]
	_, waits := v.over.requests[request]
	return there || waits
}

// step is what a command does to a request besides moving it on.
type step struct {
	action requests.Action
	also   func(r *wire.Request)   // to the request
	queued func(q *wire.QueueItem) // to its line in the queue
}

// stepOf is what a command does to a request; false for one that does nothing
// of the kind.
func (p *pass) stepOf(c *command) (id portal.ID, s step, ok bool) {
	switch a := c.args.(type) {
	case *wire.TakeRequest:
		return a.Request, step{action: requests.Take}, true
	case *wire.AcceptRequest:
		return a.Request, step{action: requests.Accept, also: func(r *wire.Request) { r.Decision = a.Text }}, true
	case *wire.RefuseRequest:
		return a.Request, step{action: requests.Refuse, also: func(r *wire.Request) { r.Reason = a.Reason }}, true
	case *wire.CloseRequest:
		return a.Request, step{action: requests.Close, also: func(r *wire.Request) { r.Reason = a.Reason }}, true
	case *wire.ReopenRequest:
		return a.Request, step{action: requests.Reopen, also: func(r *wire.Request) { r.Reason = "" }}, true
	case *wire.ReleaseRequest:
		return a.Request, step{action: requests.Release, also: func(r *wire.Request) { r.Agent, r.AgentName = "", "" },
			queued: func(q *wire.QueueItem) { q.Agent, q.AgentName = "", "" }}, true
	case *wire.WithdrawRequest:
		return a.Request, step{action: requests.Withdraw}, true
	case *wire.AskCorrection:
		return a.Request, step{action: requests.Ask, also: func(r *wire.Request) {
			r.Corrections = append(slices.Clone(r.Corrections), wire.Correction{
				N: len(r.Corrections) + 1, Asked: c.At.UnixMicro(), Fields: a.Fields, Documents: a.Documents, Text: a.Text, Until: a.Until})
		}, queued: func(q *wire.QueueItem) { q.Answered = false }}, true
	case *wire.AnswerCorrection:
		return a.Request, step{action: requests.Answer, also: func(r *wire.Request) { answer(r, a, c.At) }}, true
	}
	return "", step{}, false
}

// answer shows a request as the family's answer will make it.
func answer(r *wire.Request, a *wire.AnswerCorrection, at time.Time) {
	if n := len(r.Corrections); n > 0 {
		r.Corrections = slices.Clone(r.Corrections)
		r.Corrections[n-1].Answered, r.Corrections[n-1].Reply = at.UnixMicro(), a.Text
	}
	answers, e1 := requests.Decode(r.Answers)
	change, e2 := requests.Decode(a.Answers)
	if e1 != nil || e2 != nil {
		return
	}
	for key, v := range change {
		if v == nil {
			delete(answers, key)
		} else {
			answers[key] = v
		}
	}
	r.Answers = json.RawMessage(answers.Encode())
}

// landed reports whether what a command does to a request is there already:
// it has come back before its verdict.
func (p *pass) landed(a requests.Action, state string, agent portal.ID) bool {
	if !slices.ContainsFunc(requests.Transitions, func(t requests.Transition) bool { return t.Action == a && string(t.To) == state }) {
		// Who has decided had taken the request, too.
		return a == requests.Take && agent == p.v.account && requests.State(state).Decided()
	}
	switch {
	case a == requests.Release:
		return agent == ""
	case requests.May(requests.ByAgent, a):
		return agent == p.v.account
	}
	return true
}

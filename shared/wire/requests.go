package wire

import (
	"encoding/json"

	"parvis/shared/portal"
)

// Types of commands in a request's life besides its sending and decision.
const (
	RequestWithdraw = "request.withdraw"
	RequestAsk      = "request.ask"
	RequestAnswer   = "request.answer"
	RequestRelease  = "request.release"
	RequestClose    = "request.close"
	RequestReopen   = "request.reopen"
	DraftSave       = "draft.save"
	DraftDrop       = "draft.drop"
)

// Collections of procedures and drafts.
const (
	FormerProcedures = "former"        // in the town's feed: requests.Former, by FormerKey
	Drafts           = "draft"         // in an account's feed: requests.DraftForm
	DroppedDrafts    = "dropped_draft" // in an account's feed: DroppedDraft
)

// FormerKey is the entity of a version of a procedure that is no longer the
// newest.
func FormerKey(procedure string, version int) portal.ID {
	raw, _ := json.Marshal(version) // a number always encodes
	return portal.ID(procedure + "@" + string(raw))
}

// WithdrawRequest takes a request back before it is decided.
type WithdrawRequest struct {
	Request portal.ID `json:"request"`
}

// AskCorrection asks the family to correct fields, or to send documents, of a
// request. The text says what is wrong; until is by when an answer is hoped
// for.
type AskCorrection struct {
	Request   portal.ID   `json:"request"`
	Fields    []string    `json:"fields,omitempty"`
	Documents []string    `json:"documents,omitempty"` // kinds
	Text      string      `json:"text"`
	Until     portal.Date `json:"until,omitempty"`
}

// AnswerCorrection gives what was asked for: the corrected answers alone, null
// for one that is taken out, and a few words where the family has some.
type AnswerCorrection struct {
	Request portal.ID       `json:"request"`
	Answers json.RawMessage `json:"answers,omitempty"`
	Text    string          `json:"text,omitempty"`
}

// ReleaseRequest puts a request back for a colleague.
type ReleaseRequest struct {
	Request portal.ID `json:"request"`
}

// CloseRequest ends a request without a decision; the family reads the reason.
type CloseRequest struct {
	Request portal.ID `json:"request"`
	Reason  string    `json:"reason"`
}

// ReopenRequest takes a refusal or a closing back.
type ReopenRequest struct {
	Request portal.ID `json:"request"`
	Text    string    `json:"text,omitempty"`
}

// SaveDraft keeps a form that is being filled in for the person's other
// computers: the whole of it, each answer with its instant, so that in whatever
// order drafts arrive the last word stands.
type SaveDraft struct {
	Draft json.RawMessage `json:"draft"` // requests.DraftForm
}

// DropDraft throws a form that was begun away.
type DropDraft struct {
	Draft portal.ID `json:"draft"`
}

// DroppedDraft tells the person's computers that a draft was sent or thrown
// away: that it is merely not there tells neither, after a restore.
type DroppedDraft struct {
	ID portal.ID `json:"id"`
	At int64     `json:"at"` // microseconds UTC; what was typed later still stands
}

// Correction is what a town hall asked of a family about a request, and what
// came of it.
type Correction struct {
	N         int         `json:"n"` // 1, 2, 3 within the request
	Asked     int64       `json:"asked"`
	Fields    []string    `json:"fields,omitempty"`
	Documents []string    `json:"documents,omitempty"`
	Text      string      `json:"text"`
	Until     portal.Date `json:"until,omitempty"`
	// Answered is when the family answered, 0 until then; Before is what the
	// answers it changed were, null for those that were none.
	Answered int64           `json:"answered,omitempty"`
	Reply    string          `json:"reply,omitempty"`
	Before   json.RawMessage `json:"before,omitempty"`
}

// Asked is what the family is asked for now, nil for nothing.
func (r Request) Asked() *Correction {
	// The state's name is requests.WaitingFamily; this package knows no rules.
	if r.State != "waiting_family" || len(r.Corrections) == 0 {
		return nil
	}
	return &r.Corrections[len(r.Corrections)-1]
}

// Package documents holds the rules of supporting documents: what a file must
// be to be taken, how long a document serves, what an account is to give and
// which requests wait for it.
//
// The package is pure: no I/O and no clock. What kinds of documents there are
// stands in the catalogue.
package documents

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parvis/shared/portal"
	"parvis/shared/requests"
)

// Limits of what a family may send.
const (
	MaxSize     = 10 << 20 // bytes of one file
	MaxPixels   = 40e6     // of an image
	MaxName     = 120      // characters of a file's name
	MaxReason   = 1000     // characters of a reason written out
	MaxKept     = 300      // documents of one account
	MaxUploads  = 20       // files of one account that no document has claimed yet
	MaxUploaded = 200      // files of one account in a day
)

// UndoFor is how long an agent may take a judgment back.
const UndoFor = time.Minute

// Codes of what can be wrong with a document; those of files stand in
// inspect.go.
const (
	TooManyFiles   portal.Code = "too_many_files"   // Args["max"]
	UntilNeeded    portal.Code = "until_needed"     // the kind serves until a date that stands on it
	UntilLonger    portal.Code = "until_longer"     // later than Args["max"], and nobody said so on purpose
	UntilPast      portal.Code = "until_past"       // a day gone by
	UntilFar       portal.Code = "until_far"        // after Args["max"]
	AlreadyJudged  portal.Code = "already_judged"   // Args["by"], Args["status"]
	NotJudged      portal.Code = "not_judged"       // there is no judgment to take back
	UndoTooLate    portal.Code = "undo_too_late"    // the minute is over
	NotClean       portal.Code = "infected"         // a virus was found in it
	UnknownKind    portal.Code = "unknown_kind"     // the town has no such kind of document
	ChildNotNeeded portal.Code = "child_not_needed" // the kind is about the adult
)

// Status is where a document stands, as people are told.
type Status string

// The statuses.
const (
	Missing   Status = "missing"   // asked for and not given
	Submitted Status = "submitted" // sent; nobody has judged it yet
	Valid     Status = "valid"
	Rejected  Status = "rejected"
	Expired   Status = "expired" // was valid
)

// Statuses is all of them.
var Statuses = []Status{Missing, Submitted, Valid, Rejected, Expired}

// Scan is what is known of viruses in a document.
type Scan string

// The states of a scan. Only Clean is clean.
const (
	Unscanned Scan = "unscanned" // the town has no scanner
	Pending   Scan = "pending"
	Clean     Scan = "clean"
	Infected  Scan = "infected"
	ScanError Scan = "error" // tried again
)

// Scans is all of them.
var Scans = []Scan{Unscanned, Pending, Clean, Infected, ScanError}

// Reason is why a document is rejected, where the usual ones will do.
type Reason string

// The usual reasons. Other goes with words of the agent's own, which may also
// stand beside the rest.
const (
	Unreadable Reason = "unreadable"
	Incomplete Reason = "incomplete"
	WrongKind  Reason = "wrong_kind"
	TooOld     Reason = "too_old"
	OtherName  Reason = "other_name" // in somebody else's name
	Other      Reason = "other"
)

// Reasons is the list an agent chooses from, in its order.
var Reasons = []Reason{Unreadable, Incomplete, WrongKind, TooOld, OtherName, Other}

// Document is one that was sent, as whoever may read it sees it. Status is the
// stored one: Submitted, Valid or Rejected; what day it is decides the rest
// (see On).
type Document struct {
	ID      portal.ID   `json:"id"`
	Account portal.ID   `json:"account"`
	Kind    string      `json:"kind"`
	Child   portal.ID   `json:"child,omitempty"`
	Name    string      `json:"name"` // the file's, as it was sent
	Type    string      `json:"type"` // one of Types
	Size    int64       `json:"size"`
	Sent    int64       `json:"sent"` // microseconds UTC
	Status  Status      `json:"status"`
	Until   portal.Date `json:"until,omitempty"` // the last day a valid one serves; "" for ever
	Reason  Reason      `json:"reason,omitempty"`
	Note    string      `json:"note,omitempty"` // the reason in the agent's words
	Judged  int64       `json:"judged,omitempty"`
	Scan    Scan        `json:"scan"`
	// JudgedBy is the agent, where the reader may know: agents do.
	JudgedBy     portal.ID `json:"judged_by,omitempty"`
	JudgedByName string    `json:"judged_by_name,omitempty"`
}

// On is a document's status on a day.
func (d Document) On(today portal.Date) Status {
	if d.Status == Valid && d.Until != "" && d.Until < today {
		return Expired
	}
	return d.Status
}

// Need is what the document is of.
func (d Document) Need() Need { return Need{d.Kind, d.Child} }

// Need is a document that somebody may be asked for: its kind, and the child
// it is about where the kind is about one.
type Need struct {
	Kind  string
	Child portal.ID
}

// NeedOf is what a request about a child, or about nobody (""), needs when it
// asks for a kind.
func NeedOf(kind requests.DocumentKind, child portal.ID) Need {
	if !kind.Child {
		child = ""
	}
	return Need{kind.ID, child}
}

// CleanName is a file's name as it is kept: without folders, signs that do not
// show and what is beyond MaxName; "" when nothing is left.
func CleanName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.ToValidUTF8(name, "")
	name = strings.Map(func(r rune) rune {
		// Format signs could turn the direction of reading and hide an ending.
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	if utf8.RuneCountInString(name) > MaxName {
		r := []rune(name)
		// The end is kept, for it has the type.
		name = strings.TrimSpace(string(r[:MaxName-9])) + "…" + string(r[len(r)-8:])
	}
	return name
}

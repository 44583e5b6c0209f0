package wire

import (
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// Types of commands about absences.
const (
	AbsenceTell     = "absence.tell"
	AbsenceJudge    = "absence.judge"
	AbsenceWithdraw = "absence.withdraw"
)

// Collections about absences.
const (
	AbsenceRules = "absence_rule"  // in the town's feed: bookings.AbsenceRule, under AbsenceRuleKey
	Absences     = "absence"       // in the feeds of the account that told it and of the parents who pay: Absence
	AbsenceQueue = "absence_queue" // in a desk's feed: DeskAbsence, those to be judged
	SiteAbsences = "site_absence"  // in a site's feed: SiteAbsence, by booking
)

// AbsenceRuleKey is the one entity of AbsenceRules.
const AbsenceRuleKey portal.ID = "town"

// TellAbsence says that a child will not come. What can still be cancelled is;
// of the rest the town is told, and it stays due until a proof is accepted,
// unless the town forgives it.
type TellAbsence struct {
	Absence  portal.ID   `json:"absence"` // made by the desktop
	Child    portal.ID   `json:"child"`
	Bookings []portal.ID `json:"bookings"`
	Illness  bool        `json:"illness,omitempty"` // which can be proved
}

// WithdrawAbsence takes back what was told of some bookings of an absence: all of
// them, or none where one cannot be.
type WithdrawAbsence struct {
	Absence  portal.ID   `json:"absence"`
	Bookings []portal.ID `json:"bookings"`
}

// JudgeAbsence accepts an absence as proved, or refuses it with a reason.
type JudgeAbsence struct {
	Absence portal.ID `json:"absence"`
	Accept  bool      `json:"accept"`
	Whole   bool      `json:"whole,omitempty"` // the first days are credited too
	// Proof is the document that the agent has read, which is accepted with it
	// where nobody has judged it; "" where it was brought on paper.
	Proof  portal.ID `json:"proof,omitempty"`
	Reason string    `json:"reason,omitempty"`
}

// Absence is one as a reader sees it whose it is, with what became of each booking.
type Absence struct {
	ID      portal.ID             `json:"id"`
	Child   portal.ID             `json:"child"`
	Illness bool                  `json:"illness,omitempty"`
	Told    int64                 `json:"told"`            // microseconds UTC
	Until   portal.Date           `json:"until,omitempty"` // by when the proof is to come
	State   bookings.AbsenceState `json:"state"`
	Days    []bookings.AbsentDay  `json:"days"`
	Back    []bookings.AbsentDay  `json:"back,omitempty"` // those that were taken back
	Reason  string                `json:"reason,omitempty"`
	ByName  string                `json:"by_name,omitempty"` // who told it, where that is not the reader
	// ProofSent says that a document has come that may prove it and that nobody has
	// rejected; while it is to be judged.
	ProofSent bool `json:"proof_sent,omitempty"`
}

// DeskAbsence is one that an agent is to judge: enough to choose by.
type DeskAbsence struct {
	ID      portal.ID            `json:"id"`
	Desk    string               `json:"desk"`
	Account portal.ID            `json:"account"` // in whose file the proof is, or is to come
	Child   portal.ID            `json:"child"`
	Person  string               `json:"person"` // the child's name
	Illness bool                 `json:"illness,omitempty"`
	Told    int64                `json:"told"`
	Until   portal.Date          `json:"until,omitempty"`
	Days    []bookings.AbsentDay `json:"days"`
	Proof   portal.ID            `json:"proof,omitempty"` // the newest that was sent, nobody having rejected it
}

// SiteAbsence is a child that is booked and does not come, for who cooks and
// watches: never why.
type SiteAbsence struct {
	Booking  portal.ID   `json:"booking"`
	Person   string      `json:"person"`
	Class    string      `json:"class,omitempty"`
	Activity portal.ID   `json:"activity"`
	Site     portal.ID   `json:"site"`
	Day      portal.Date `json:"day"`
}

package wire

import (
	"strconv"
	"strings"

	"parvis/shared/documents"
	"parvis/shared/portal"
)

// Types of commands about supporting documents.
const (
	DocumentSubmit   = "document.submit"
	DocumentWithdraw = "document.withdraw"
	DocumentJudge    = "document.judge"
	DocumentUnjudge  = "document.unjudge"
)

// Collections of supporting documents.
const (
	DocumentKinds = "document_kind" // requests.DocumentKind, in the town's feed
	Documents     = "document"      // documents.Document, in an account's feed and in a desk's file of it
)

// Routes of bytes. What is sent goes up piece by piece: PUT with a
// Content-Range, from the offset that GET (or HEAD) tells.
const (
	RouteUpload          = "/v1/uploads/:id"
	RouteDocumentContent = "/v1/documents/:id/content" // GET, with ranges
)

// UploadPath is the route of one upload.
func UploadPath(id portal.ID) string { return strings.Replace(RouteUpload, ":id", string(id), 1) }

// ContentPath is the route of one document's bytes.
func ContentPath(id portal.ID) string {
	return strings.Replace(RouteDocumentContent, ":id", string(id), 1)
}

// Headers that answer HEAD of an upload, for who needs no body.
const (
	UploadOffset = "Upload-Offset"
	UploadLength = "Upload-Length"
)

// Upload is how far a file has come. It is good for a document once Ready.
type Upload struct {
	ID     portal.ID `json:"id"`
	Size   int64     `json:"size"`
	Offset int64     `json:"offset"` // bytes received
	Ready  bool      `json:"ready"`  // all of it is here, and it was found good
	Used   bool      `json:"used,omitempty"`
}

// SubmitDocument gives a document that was uploaded to the town hall.
type SubmitDocument struct {
	Document portal.ID `json:"document"` // made by the desktop
	Upload   portal.ID `json:"upload"`
	Kind     string    `json:"kind"`
	// Child is whom it is about, where the kind is about a child and the
	// request that asks for it as well.
	Child portal.ID `json:"child,omitempty"`
	Name  string    `json:"name"` // the file's
}

// WithdrawDocument takes a document back that nobody has judged.
type WithdrawDocument struct {
	Document portal.ID `json:"document"`
}

// JudgeDocument is an agent's judgment: valid until a day, or rejected for a
// reason that the family reads.
type JudgeDocument struct {
	Document portal.ID   `json:"document"`
	Valid    bool        `json:"valid"`
	Until    portal.Date `json:"until,omitempty"`
	// Longer says that the day is meant to be later than the kind's rule has it.
	Longer bool             `json:"longer,omitempty"`
	Reason documents.Reason `json:"reason,omitempty"`
	Note   string           `json:"note,omitempty"`
}

// UnjudgeDocument takes a judgment back, within a minute.
type UnjudgeDocument struct {
	Document portal.ID `json:"document"`
}

// QueueDocument is how a document that a request in a queue asks for stands:
// the badge is made of these. They are facts; what day it is decides (see
// Status).
type QueueDocument struct {
	Kind     string      `json:"kind"`
	Valid    bool        `json:"valid,omitempty"`
	Until    portal.Date `json:"until,omitempty"`    // of the valid one that serves longest; "" for ever
	ToCheck  int         `json:"to_check,omitempty"` // how many wait to be judged
	Rejected bool        `json:"rejected,omitempty"`
}

// Status is how it stands on a day.
func (q QueueDocument) Status(today portal.Date) documents.Status {
	switch {
	case q.Valid && (q.Until == "" || q.Until >= today):
		return documents.Valid
	case q.ToCheck > 0:
		return documents.Submitted
	case q.Rejected:
		return documents.Rejected
	case q.Valid:
		return documents.Expired
	}
	return documents.Missing
}

// ContentRange is what of a file a piece is.
type ContentRange struct{ From, Size, Total int64 }

// ParseContentRange reads "bytes 0-99/1000" (RFC 9110), and "bytes */1000" as
// an empty piece at the end, which asks for the rest to be done.
func ParseContentRange(s string) (ContentRange, *portal.Error) {
	wrong := portal.E(portal.Invalid, "content-range")
	if s == "" {
		return ContentRange{}, portal.E(portal.Missing, "content-range")
	}
	rest, ok := strings.CutPrefix(s, "bytes ")
	span, total, slash := strings.Cut(rest, "/")
	n, e := number(total)
	if !ok || !slash || !e {
		return ContentRange{}, wrong
	}
	if span == "*" {
		return ContentRange{n, 0, n}, nil
	}
	first, last, dash := strings.Cut(span, "-")
	a, okA := number(first)
	b, okB := number(last)
	if !dash || !okA || !okB || b < a || b >= n {
		return ContentRange{}, wrong
	}
	return ContentRange{a, b - a + 1, n}, nil
}

// number reads digits alone, no more than a file could need.
func number(s string) (int64, bool) {
	n, err := strconv.ParseUint(s, 10, 40)
	return int64(n), err == nil
}

// String writes the header.
func (r ContentRange) String() string {
	total := strconv.FormatInt(r.Total, 10)
	if r.Size == 0 {
		return "bytes */" + total
	}
	return "bytes " + strconv.FormatInt(r.From, 10) + "-" + strconv.FormatInt(r.From+r.Size-1, 10) + "/" + total
}

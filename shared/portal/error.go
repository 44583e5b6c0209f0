package portal

import (
	"errors"
	"sort"
	"strings"
)

// Code is the stable name of an error. It crosses the wire and is the key of
// the sentence a person reads ("error.<code>" in the translations): codes are
// only ever added.
type Code string

// Codes that any part may use. Those of one field of the business stand with
// its rules.
const (
	Invalid      Code = "invalid"       // an input has not the form it must have
	Missing      Code = "missing"       // something required was left empty
	TooLong      Code = "too_long"      // longer than Args["max"] characters
	NotFound     Code = "not_found"     // there is no such thing, or it is not yours to see
	Forbidden    Code = "forbidden"     // this account may not do that
	Unauthorized Code = "unauthorized"  // no session, or one that has ended
	Conflict     Code = "conflict"      // the state has moved on meanwhile
	Throttled    Code = "throttled"     // too many tries; wait Args["seconds"]
	Unavailable  Code = "unavailable"   // the service cannot answer now; try again
	Internal     Code = "internal"      // an error of ours, told by a request id
	TooNew       Code = "too_new"       // the peer speaks a newer version
	Gap          Code = "gap"           // a command's number is not the next one
	OtherOutbox  Code = "other_outbox"  // this number was given to another command
	BlockedBy    Code = "blocked_by"    // a command this one names was refused
	NotReachable Code = "not_reachable" // the desktop has no line to the server
)

// Error is an error that a program can act on and a person can read: a stable
// code, the field it is about (a path such as "address.postcode"), and what
// its sentence needs.
type Error struct {
	Code  Code              `json:"code"`
	Field string            `json:"field,omitempty"`
	Args  map[string]string `json:"args,omitempty"`
}

// E makes an Error; args are pairs of name and value.
func E(code Code, field string, args ...string) *Error {
	e := &Error{Code: code, Field: field}
	for i := 0; i+1 < len(args); i += 2 {
		if e.Args == nil {
			e.Args = map[string]string{}
		}
		e.Args[args[i]] = args[i+1]
	}
	return e
}

// Error writes the code and its particulars for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Code))
	if e.Field != "" {
		b.WriteString(" at " + e.Field)
	}
	names := make([]string, 0, len(e.Args))
	for n := range e.Args {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		b.WriteString(" " + n + "=" + e.Args[n])
	}
	return b.String()
}

// Is makes errors.Is(err, portal.E(code, "")) compare codes alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && (t.Field == "" || t.Field == e.Field)
}

// CodeOf is the code of a portal error anywhere in err's chain, "" for nil,
// and Internal for anything else.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// Errors is what a check found, in the order of the fields on the screen.
type Errors []*Error

// Add appends an error, if there is one.
func (es *Errors) Add(e *Error) {
	if e != nil {
		*es = append(*es, e)
	}
}

// Of is the first error about a field, or nil.
func (es Errors) Of(field string) *Error {
	for _, e := range es {
		if e.Field == field {
			return e
		}
	}
	return nil
}

// First is the first error as an error, or nil when all is well.
func (es Errors) First() error {
	if len(es) == 0 {
		return nil
	}
	return es[0]
}

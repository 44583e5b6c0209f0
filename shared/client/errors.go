package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Cause tells apart why a server could not be reached, for the sentences of
// the first-start screen; also the "cause" argument of the portal error.
type Cause string

// The causes.
const (
	NoLine       Cause = "no_line"
	NoAnswer     Cause = "no_answer" // a line, and nothing on it within the time
	NameNotFound Cause = "name_not_found"
	NotParvis    Cause = "not_parvis" // something answers, but not a Parvis portal
	UnsafeCert   Cause = "certificate"
)

// Error is what went wrong with a call: the portal error that people are
// told, and what only a program wants to know.
type Error struct {
	Told *portal.Error
	// Status of the HTTP answer, 0 when there was none.
	Status int
	// RetryAfter is the server's wish; 0 when it had none.
	RetryAfter time.Duration
	// Mark of the outbox, with Gap and OtherOutbox.
	Mark int64
	// Request is the id under which the server logged the error.
	Request string
	// Cause, with NotReachable.
	Cause Cause
	// Dialled is whether a connection stood before the call failed.
	Dialled bool
	Err     error
}

// Error is for logs; it holds nothing that was sent.
func (e *Error) Error() string {
	s := e.Told.Error()
	if e.Status != 0 {
		s += " (HTTP " + strconv.Itoa(e.Status) + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the portal error, and the cause below it where there is one.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Told}
	}
	return []error{e.Told, e.Err}
}

func unreachable(cause Cause, err error) *Error {
	return &Error{Told: portal.E(portal.NotReachable, "", "cause", string(cause)), Cause: cause, Err: err}
}

// lineError tells why a request had no answer; dialled says whether a
// connection stood.
func lineError(ctx context.Context, err error, dialled bool) *Error {
	cause := NoLine
	var name *net.DNSError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &name):
		// Without any network some systems say that the name does not exist.
		if name.IsNotFound && haveNetwork() {
			cause = NameNotFound
		}
	case unsafeCertificate(err):
		cause = UnsafeCert
	case errors.As(err, &record), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"),
		strings.Contains(err.Error(), "malformed HTTP"):
		cause = NotParvis
	case dialled && (errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil):
		cause = NoAnswer
	}
	e := unreachable(cause, err)
	e.Dialled = dialled
	return e
}

func unsafeCertificate(err error) bool {
	var (
		verify  *tls.CertificateVerificationError
		unknown x509.UnknownAuthorityError
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
	)
	return errors.As(err, &verify) || errors.As(err, &unknown) || errors.As(err, &host) || errors.As(err, &invalid)
}

// haveNetwork reports whether any interface besides the loopback is up with
// an address of its own.
func haveNetwork() bool {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return true
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
			return true
		}
	}
	return false
}

// problem reads an answer that is not a success. One without the server's own
// problem document comes from something on the way: a proxy that is up while
// the server is not, or another site altogether.
func problem(status int, header http.Header, body []byte) *Error {
	e := &Error{Status: status, RetryAfter: retryAfter(header), Request: header.Get(wire.RequestHeader)}
	var p wire.Problem
	if strings.HasPrefix(header.Get("Content-Type"), "application/problem+json") &&
		json.Unmarshal(body, &p) == nil && p.Code != "" {
		e.Told = &portal.Error{Code: p.Code, Field: p.Field, Args: p.Args}
		e.Mark = p.Mark
		if p.Request != "" {
			e.Request = p.Request
		}
		return e
	}
	switch {
	case status == http.StatusUnauthorized:
		e.Told = portal.E(portal.Unauthorized, "")
	case status == http.StatusUpgradeRequired:
		e.Told = portal.E(portal.TooNew, "")
	case status == http.StatusTooManyRequests:
		e.Told = portal.E(portal.Throttled, "", "seconds", strconv.Itoa(int(e.RetryAfter.Seconds())))
	case status >= 500:
		e.Told = portal.E(portal.Unavailable, "")
	default:
		e.Cause = NotParvis
		e.Told = portal.E(portal.NotReachable, "", "cause", string(NotParvis))
	}
	return e
}

// retryAfter reads the seconds of a Retry-After; its other form, a date, would
// need a clock that agrees with the server's.
func retryAfter(h http.Header) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(h.Get("Retry-After")))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, 24*3600)) * time.Second
}

package httpapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"parvis/shared/documents"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// statuses of the codes that are not simply an input mistake (422).
var statuses = map[portal.Code]int{
	portal.Unauthorized: http.StatusUnauthorized,
	wire.BadCredentials: http.StatusUnauthorized,
	wire.OTPNeeded:      http.StatusUnauthorized,
	portal.Forbidden:    http.StatusForbidden,
	portal.NotFound:     http.StatusNotFound,
	portal.Conflict:     http.StatusConflict,
	portal.Gap:          http.StatusConflict,
	documents.NotClean:  http.StatusForbidden,
	portal.OtherOutbox:  http.StatusConflict,
	wire.CodeExpired:    http.StatusGone,
	portal.TooNew:       http.StatusUpgradeRequired,
	portal.Throttled:    http.StatusTooManyRequests,
	portal.Unavailable:  http.StatusServiceUnavailable,
	payments.Unopened:   http.StatusServiceUnavailable,
	portal.Internal:     http.StatusInternalServerError,
	tooLarge:            http.StatusRequestEntityTooLarge,
	wrongType:           http.StatusUnsupportedMediaType,
	wrongMethod:         http.StatusMethodNotAllowed,
}

// Codes of mistakes in HTTP itself.
const (
	tooLarge    portal.Code = "too_large"
	wrongType   portal.Code = "wrong_content_type"
	wrongMethod portal.Code = "wrong_method"
)

// longestField bounds what of an unknown field's name is told back.
const longestField = 100

func statusOf(code portal.Code) int {
	if status, ok := statuses[code]; ok {
		return status
	}
	return http.StatusUnprocessableEntity
}

// problem writes an error as RFC 9457 has it. What is not a portal error is
// logged whole and told by the request's id alone.
func (s *Server) problem(c *gin.Context, err error) {
	var e *portal.Error
	if !errors.As(err, &e) || e.Code == portal.Internal {
		s.o.Log.Error("request failed", "request", requestID(c), "route", route(c), "error", err)
		e = portal.E(portal.Internal, "")
	}
	status := statusOf(e.Code)
	p := wire.Problem{
		Type: "urn:parvis:error:" + string(e.Code), Title: string(e.Code), Status: status,
		Code: e.Code, Field: strings.ToValidUTF8(e.Field[:min(len(e.Field), longestField)], ""), Args: e.Args,
	}
	if status == http.StatusInternalServerError {
		p.Request = requestID(c)
	}
	if mark, err := strconv.ParseInt(e.Args["mark"], 10, 64); err == nil {
		p.Mark = mark
	}
	if wait := retryAfter(e); wait != "" {
		c.Header("Retry-After", wait)
	}
	raw, err := json.Marshal(p)
	if err != nil {
		raw = []byte(`{}`)
	}
	c.Data(status, "application/problem+json", raw)
	c.Abort()
}

// retryAfter is when to come back, for all that says to do so.
func retryAfter(e *portal.Error) string {
	if seconds := e.Args["seconds"]; seconds != "" {
		return seconds
	}
	if status := statusOf(e.Code); status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		return "5"
	}
	return ""
}

package hosttest

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"parvis/shared/wire"
)

// Answer is what came back of a request made by hand.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Problem reads an answer as the problem it must be.
func (a Answer) Problem(t testing.TB) wire.Problem {
	t.Helper()
	var p wire.Problem
	if kind := a.Header.Get("Content-Type"); kind != "application/problem+json" {
		t.Fatalf("%d with %q is no problem: %.200s", a.Status, kind, a.Body)
	}
	if err := json.Unmarshal(a.Body, &p); err != nil {
		t.Fatalf("%v: %.200s", err, a.Body)
	}
	if p.Status != a.Status || p.Type != "urn:parvis:error:"+string(p.Code) || p.Title == "" {
		t.Fatalf("a problem of %d is %s", a.Status, a.Body)
	}
	return p
}

// Ask makes one request by hand, as no client of ours would; headers are pairs
// of name and value.
func (s *Server) Ask(method, route, body string, headers ...string) Answer {
	s.t.Helper()
	r, err := http.NewRequest(method, s.URL+route, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := s.http.Do(r)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, route, err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, route, err)
	}
	return Answer{answer.StatusCode, answer.Header, raw}
}

// Post sends JSON by hand.
func (s *Server) Post(route, token string, body any) Answer {
	s.t.Helper()
	raw, ok := body.(string)
	if !ok {
		b, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		raw = string(b)
	}
	headers := []string{"Content-Type", "application/json"}
	if token != "" {
		headers = append(headers, "Authorization", "Bearer "+token)
	}
	return s.Ask(http.MethodPost, route, raw, headers...)
}

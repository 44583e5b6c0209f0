package syncing

import (
	"bytes"
	"io"
	"net/http"
)

// keepBody reads a request's body and gives it again as often as asked.
func keepBody(r *http.Request) func() io.ReadCloser {
	raw, _ := io.ReadAll(r.Body)
	again := func() io.ReadCloser { return io.NopCloser(bytes.NewReader(raw)) }
	r.Body = again()
	return again
}

func contains(body []byte, what string) bool { return bytes.Contains(body, []byte(what)) }

// discard is an answer that nobody reads.
type discard struct{ h http.Header }

func (d discard) Header() http.Header         { return d.h }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

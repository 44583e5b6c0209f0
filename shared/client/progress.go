package client

import (
	"context"
	"io"
	"net/http"
)

type progressKey struct{}

// WithProgress makes the calls of a context tell each time bytes of an answer
// arrive: a caller then knows a slow line from a dead one. The function is
// called from the call's own goroutines and must not wait.
func WithProgress(ctx context.Context, f func(bytes int)) context.Context {
	return context.WithValue(ctx, progressKey{}, f)
}

// watched is a transport that tells the progress of answers.
type watched struct{ next http.RoundTripper }

func (w watched) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := w.next.RoundTrip(r)
	f, ok := r.Context().Value(progressKey{}).(func(int))
	if err == nil && ok {
		f(0) // the header is an answer too
		answer.Body = &watchedBody{answer.Body, f}
	}
	return answer, err
}

func (w watched) CloseIdleConnections() {
	if c, ok := w.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

type watchedBody struct {
	io.ReadCloser
	tell func(int)
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.tell(n)
	}
	return n, err
}

package client

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// UploadStatus asks how far an upload has come; portal.NotFound is one that
// has not begun, or whose time is over.
func (c *Client) UploadStatus(ctx context.Context, id portal.ID) (wire.Upload, error) {
	return call[wire.Upload](ctx, c, askLimit, http.MethodGet, wire.UploadPath(id), nil)
}

// CancelUpload forgets an upload.
func (c *Client) CancelUpload(ctx context.Context, id portal.ID) error {
	_, err := call[nothing](ctx, c, askLimit, http.MethodDelete, wire.UploadPath(id), nil)
	return err
}

// SendPiece sends a piece of a file of a type and says how far it has come.
// sent is told of the bytes that are on their way, from the call's own
// goroutines; it must not wait. After an error UploadStatus says what arrived.
func (c *Client) SendPiece(ctx context.Context, id portal.ID, kind string, span wire.ContentRange, piece []byte, sent func(bytes int)) (wire.Upload, error) {
	var out wire.Upload
	header := http.Header{"Content-Type": {kind}, "Content-Range": {span.String()}, "Accept": {"application/json"}}
	err := c.raw(ctx, http.MethodPut, wire.UploadPath(id), header, &telling{bytes.NewReader(piece), sent}, int64(len(piece)), func(answer *http.Response, body []byte) error {
		if json.Unmarshal(body, &out) != nil {
			return unreachable(NotParvis, nil)
		}
		return nil
	})
	return out, err
}

// telling is a body that tells of what was read of it.
type telling struct {
	from *bytes.Reader
	tell func(int)
}

func (t *telling) Read(p []byte) (int, error) {
	n, err := t.from.Read(p)
	if n > 0 && t.tell != nil {
		t.tell(n)
	}
	return n, err
}

// Content reads a document's bytes behind those that are here already, and
// gives all there are; with an error as far as they came.
func (c *Client) Content(ctx context.Context, id portal.ID, here []byte) ([]byte, error) {
	header := http.Header{"Accept": {"*/*"}}
	if len(here) > 0 {
		header.Set("Range", "bytes="+strconv.Itoa(len(here))+"-")
	}
	err := c.raw(ctx, http.MethodGet, wire.ContentPath(id), header, nil, 0, func(answer *http.Response, body []byte) error {
		if answer.StatusCode != http.StatusPartialContent {
			here = nil
		}
		here = append(here, body...)
		return nil
	})
	return here, err
}

// raw makes a request that is no JSON. take is given what has come of a good
// answer, also when it broke off.
func (c *Client) raw(ctx context.Context, method, route string, header http.Header, body io.Reader, size int64, take func(*http.Response, []byte) error) error {
	ctx, cancel := context.WithTimeout(ctx, transferLimit)
	defer cancel()
	return c.stream(ctx, method, route, header, body, size, func(answer *http.Response) (error, error) {
		got, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
		return take(answer, got), err
	})
}

// stream is raw with the answer read by take, which says what is wrong with it
// and how its reading ended.
func (c *Client) stream(ctx context.Context, method, route string, header http.Header, body io.Reader, size int64, take func(*http.Response) (wrong, broken error)) error {
	if err := c.confirm(ctx); err != nil {
		return err
	}
	var dialled atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { dialled.Store(true) }}
	r, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), method, c.base+route, body)
	if err != nil {
		return portal.E(portal.Invalid, "")
	}
	r.ContentLength = size
	r.Header = header
	r.Header.Set(wire.VersionHeader, strconv.Itoa(wire.Version))
	if token := c.options.Token(); token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return lineError(ctx, err, dialled.Load())
	}
	defer answer.Body.Close()
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		got, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer)) // what has come of it says enough
		return problem(answer.StatusCode, answer.Header, got)
	}
	wrong, broken := take(answer)
	if broken != nil {
		return lineError(ctx, broken, true)
	}
	return wrong
}

// Transfer is a guard over one piece on its way: it ends the context when
// nothing has moved for some time.
type Transfer struct {
	timer *time.Timer
	after time.Duration
}

// WatchTransfer gives a context that ends once Moved was not called for as
// long as after.
func WatchTransfer(ctx context.Context, after time.Duration) (context.Context, *Transfer, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	t := &Transfer{time.AfterFunc(after, cancel), after}
	return ctx, t, func() { t.timer.Stop(); cancel() }
}

// Moved says that bytes have moved.
func (t *Transfer) Moved(int) { t.timer.Reset(t.after) }

package syncing

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/report"
	"parvis/shared/client"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// How files are sent: one at a time, in pieces that fit the line, beside the
// loop and never in its way.
const (
	pieceFirst = 256 << 10
	pieceLeast = 32 << 10
	pieceMost  = 4 << 20
	pieceQuick = time.Second     // a piece that took less: larger ones
	pieceSlow  = 5 * time.Second // that took more: smaller ones
	// stuckAfter is when a piece on which nothing moves is given up. What has
	// arrived of it stays with the server.
	stuckAfter = 45 * time.Second
	fileBound  = time.Minute // most between two tries
)

// errUndone is the cause of the end of a file whose command was taken back.
var errUndone = errors.New("syncing: taken back")

// Uploading is a file on its way.
type Uploading struct {
	Command, Document portal.ID
	Size, Sent        int64
	// Done says that it is there, and its command on its way.
	Done bool
}

// Percent is how much of it has been sent. Until the server has said that it
// is good it is not all.
func (u Uploading) Percent() int {
	switch {
	case u.Done:
		return 100
	case u.Size <= 0:
		return 0
	}
	return int(min(99, 100*u.Sent/u.Size))
}

// sender is the state of sending files.
type sender struct {
	ring chan struct{}

	mu      sync.Mutex
	anew    bool      // what failed before does not count any more
	current portal.ID // the command whose file is under way
	sent    int64
	stop    context.CancelCauseFunc
}

// SubmitFile is Submit for a command that waits for a file: both are safe once
// it returns, the file goes as soon as there is a line, and the command behind
// it.
func (e *Engine) SubmitFile(body []byte, note cache.Note, u cache.Upload, data []byte) (cache.Pending, error) {
	return e.submitFiles(body, func(id portal.ID) (cache.Pending, error) {
		return e.cache.EnqueueFile(id, body, note, e.o.Clock(), u, data)
	})
}

// SubmitHeld is SubmitFile for a command that waits for files which are held
// here already.
func (e *Engine) SubmitHeld(body []byte, note cache.Note, uploads []cache.Upload) (cache.Pending, error) {
	return e.submitFiles(body, func(id portal.ID) (cache.Pending, error) {
		return e.cache.EnqueueHeld(id, body, note, e.o.Clock(), uploads)
	})
}

func (e *Engine) submitFiles(body []byte, enqueue func(id portal.ID) (cache.Pending, error)) (cache.Pending, error) {
	if e.o.Public {
		return cache.Pending{}, portal.E(portal.Unauthorized, "")
	}
	c, _, err := wire.ReadCommand(body)
	if err != nil {
		return cache.Pending{}, err
	}
	var p cache.Pending
	err = e.change(func() (cache.Applied, error) {
		var err error
		p, err = enqueue(c.ID)
		return cache.Applied{}, err
	})
	if err == nil {
		e.tellFiles()
		e.files.wake(true)
		e.mail.post(kicked{}) // whoever is off line finds the line the sooner
	}
	return p, err
}

// wake has files sent that wait; anew also where that has failed just now.
func (s *sender) wake(anew bool) {
	s.mu.Lock()
	s.anew = s.anew || anew
	s.mu.Unlock()
	select {
	case s.ring <- struct{}{}:
	default:
	}
}

// interrupt ends the sending of a command's file, when it is under way.
func (s *sender) interrupt(command portal.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == command && s.stop != nil {
		s.stop(errUndone)
	}
}

// tellFiles brings the status up to date about files.
func (e *Engine) tellFiles() {
	var now []Uploading
	e.files.mu.Lock()
	current, sent := e.files.current, e.files.sent
	e.files.mu.Unlock()
	for _, u := range e.cache.Uploads() {
		one := Uploading{Command: u.Command, Document: u.Document, Size: u.Size, Done: u.Done}
		if u.Command == current {
			one.Sent = sent
		}
		now = append(now, one)
	}
	same := func(a, b Uploading) bool {
		return a.Command == b.Command && a.Done == b.Done && a.Percent() == b.Percent()
	}
	if !slices.EqualFunc(e.board.status().Uploads, now, same) {
		e.told(func(s *Status) { s.Uploads = now })
	}
}

// waitingFiles is the files that are to be sent.
func (e *Engine) waitingFiles() []cache.Upload {
	return slices.DeleteFunc(e.cache.Uploads(), func(u cache.Upload) bool { return u.Done })
}

// sendFiles sends files until ctx ends: when something is new, after each round
// of the loop that went well, and by itself where only files fail.
func (e *Engine) sendFiles(ctx context.Context) {
	again := backoff{random: e.random}
	var hold time.Time // not before, unless something is new
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.files.ring:
		case <-timer.C:
			if s := e.board.status().State; s == Offline || s == Silent || s == SignedOut {
				timer.Reset(time.Hour) // the next round that goes well wakes us
				continue
			}
		}
		e.files.mu.Lock()
		anew := e.files.anew
		e.files.anew = false
		e.files.mu.Unlock()
		if anew {
			again.reset()
		} else if left := time.Until(hold); left > 0 {
			timer.Reset(left)
			continue
		}
		timer.Reset(time.Hour)
		if err := e.sendWaiting(ctx); err != nil && ctx.Err() == nil {
			wait := again.next(fileBound)
			hold = time.Now().Add(wait)
			timer.Reset(max(wait, time.Millisecond))
			e.mail.post(kicked{}) // the loop finds out what is the matter
			continue
		}
		again.reset()
	}
}

// sendWaiting sends all that waits, one after the other; its error is why not.
func (e *Engine) sendWaiting(ctx context.Context) error {
	for {
		files := e.waitingFiles()
		if len(files) == 0 || ctx.Err() != nil {
			return nil
		}
		u := files[0]
		err := e.sendOne(ctx, u)
		if err == nil {
			continue
		}
		if errors.Is(err, errUndone) {
			_ = e.client.CancelUpload(ctx, u.ID) // else it goes when its time is over
			continue
		}
		why := refusalOf(err)
		if why == nil {
			return err
		}
		if err := e.change(func() (cache.Applied, error) { return cache.Applied{}, e.cache.RefuseUpload(u.Command, why) }); err != nil && portal.CodeOf(err) != portal.NotFound {
			return err
		}
		e.tellFiles()
	}
}

// refusalOf is why a file will never be taken, nil where it may yet be.
func refusalOf(err error) *portal.Error {
	var told *portal.Error
	var ce *client.Error
	if !errors.As(err, &told) {
		return nil
	}
	if told.Code == cache.FileLost {
		return told
	}
	if !errors.As(err, &ce) || told.Code == documents.TooManyFiles {
		return nil // too many: until the others have been taken
	}
	switch ce.Status {
	case http.StatusUnauthorized, http.StatusNotFound, http.StatusRequestTimeout, http.StatusConflict, http.StatusUpgradeRequired, http.StatusTooManyRequests:
		return nil
	}
	if ce.Status < 400 || ce.Status > 499 {
		return nil
	}
	return told
}

// sendOne sends one file from where the server has it to.
func (e *Engine) sendOne(ctx context.Context, u cache.Upload) (err error) {
	if u.Document == "" {
		return portal.E(cache.FileLost, "file")
	}
	data, _, err := e.cache.File(u.Document)
	switch portal.CodeOf(err) {
	case "":
	case portal.NotFound, cache.Damaged:
		return portal.E(cache.FileLost, "file")
	default:
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	e.files.mu.Lock()
	e.files.current, e.files.sent, e.files.stop = u.Command, 0, stop
	e.files.mu.Unlock()
	defer func() {
		stop(nil)
		e.files.mu.Lock()
		e.files.current, e.files.stop = "", nil
		e.files.mu.Unlock()
		e.tellFiles()
	}()
	if !slices.ContainsFunc(e.waitingFiles(), func(w cache.Upload) bool { return w.ID == u.ID }) {
		return nil // taken back before anybody could have interrupted it
	}
	err = e.sendPieces(ctx, u, data)
	if errors.Is(context.Cause(ctx), errUndone) {
		return errUndone
	}
	if err != nil {
		return err
	}
	if err = e.change(func() (cache.Applied, error) { return cache.Applied{}, e.cache.UploadDone(u.ID) }); portal.CodeOf(err) == portal.NotFound {
		return errUndone
	}
	if err == nil {
		e.mail.post(kicked{})
	}
	return err
}

// sendPieces sends what the server lacks of a file until it says that it is
// good.
func (e *Engine) sendPieces(ctx context.Context, u cache.Upload, data []byte) error {
	piece := pieceFirst
	for missed := 0; ; {
		status, err := e.client.UploadStatus(ctx, u.ID)
		if portal.CodeOf(err) == portal.NotFound {
			status, err = wire.Upload{ID: u.ID, Size: u.Size}, nil
		}
		for err == nil && !status.Ready && status.Offset >= 0 && status.Offset <= u.Size {
			n := min(int64(piece), u.Size-status.Offset)
			begun := time.Now()
			status, err = e.sendPiece(ctx, u, status.Offset, data[status.Offset:status.Offset+n])
			switch took := time.Since(begun); {
			case err != nil || took > pieceSlow:
				piece = max(pieceLeast, piece/2)
			case took < pieceQuick:
				piece = min(pieceMost, 2*piece)
			}
		}
		if err == nil {
			return nil
		}
		// Somebody else had a piece of it in hand, such as an earlier request of
		// ours that the server has not seen the end of.
		if missed++; portal.CodeOf(err) != portal.Conflict || missed > 3 {
			return err
		}
	}
}

func (e *Engine) sendPiece(ctx context.Context, u cache.Upload, from int64, piece []byte) (wire.Upload, error) {
	ctx, moves, end := client.WatchTransfer(ctx, stuckAfter)
	defer end()
	at := from
	e.progress(from)
	span := wire.ContentRange{From: from, Size: int64(len(piece)), Total: u.Size}
	return e.client.SendPiece(ctx, u.ID, u.Type, span, piece, func(n int) {
		moves.Moved(n)
		at += int64(n)
		e.progress(at)
	})
}

// progress tells how far the file under way has come.
func (e *Engine) progress(sent int64) {
	e.files.mu.Lock()
	e.files.sent = sent
	e.files.mu.Unlock()
	e.tellFiles()
}

// startFiles begins to send files.
func (e *Engine) startFiles(ctx context.Context) {
	if e.o.Public {
		return
	}
	e.running.Go(func() {
		defer report.Guard()
		e.tellFiles()
		e.sendFiles(ctx)
	})
}

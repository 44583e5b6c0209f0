package service

import (
	"context"
	"errors"
	"strings"
	"time"

	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/syncserver/files"
	"parvis/syncserver/store"
)

// scanAgain is when a scanner that failed is asked again: a minute, doubling to
// an hour.
func scanAgain(runs int) time.Duration { return min(time.Minute<<min(runs, 6), time.Hour) }

// scanLease is how long a claimed document is one process's to ask about.
const scanLease = 5 * time.Minute

// ScansDue reports whether documents wait for a scanner.
func (s *Service) ScansDue(ctx context.Context) (due bool, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) { due, err = tx.ScansDue(toScan); return err })
	return due, err
}

// toScan is the states in which a scanner is asked: also of documents from
// before there was one.
var toScan = []documents.Scan{documents.Pending, documents.Unscanned, documents.ScanError}

// ScanSome asks a scanner about some documents that wait for one, and says how
// many. The verdict is a state of the document, whatever it is; found names
// what was found.
func (s *Service) ScanSome(ctx context.Context, limit int, scan func(context.Context, []byte) (found string, err error)) (did int64, err error) {
	var due []store.Document
	if err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.DueScans(toScan, limit, tx.Now().Add(scanLease).UnixMicro())
		return err
	}); err != nil {
		return 0, err
	}
	for _, d := range due {
		data, failed := files.ReadAll(ctx, s.o.Files, d.File, d.Size)
		found := ""
		if failed == nil {
			found, failed = scan(ctx, data)
		}
		if ctx.Err() != nil {
			return did, ctx.Err() // the lease ends by itself
		}
		if settled := s.scanned(ctx, d.ID, found, failed); settled != nil {
			return did, settled
		}
		if failed != nil {
			err = errors.Join(err, failed)
		}
		did++
	}
	return did, err
}

// scanned writes a scanner's verdict down.
func (s *Service) scanned(ctx context.Context, id portal.ID, found string, failed error) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		d, there, err := tx.Document(id)
		if err != nil || !there {
			return err // taken back meanwhile
		}
		d.ScanRuns++
		switch {
		case failed != nil:
			d.Scan, d.ScanAt = string(documents.ScanError), tx.Now().Add(scanAgain(d.ScanRuns)).UnixMicro()
		case found != "":
			d.Scan = string(documents.Infected)
			if err := tx.Audit("", "document.infected", string(d.ID)+" "+strings.ToValidUTF8(found, "?")); err != nil {
				return err
			}
		default:
			d.Scan = string(documents.Clean)
		}
		return tx.SaveScan(d)
	})
}

// DropFiles removes files that nothing speaks of any more, some at a time, and
// says how many. What was given up just now may still be read by somebody.
func (s *Service) DropFiles(ctx context.Context, limit int) (did int64, err error) {
	if s.o.Files == nil {
		return 0, nil
	}
	var names []string
	if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		names, err = tx.FilesToDrop(tx.Now().Add(-time.Minute).UnixMicro(), limit)
		return err
	}); err != nil || len(names) == 0 {
		return 0, err
	}
	for _, name := range names {
		if strings.Contains(name, "/") {
			err = s.o.Files.Delete(ctx, name)
		} else {
			err = files.Drop(ctx, s.o.Files, name)
		}
		if err != nil {
			break
		}
		did++
	}
	return did, errors.Join(err, s.store.Write(ctx, func(tx *store.Tx) error {
		for _, name := range names[:did] {
			if err := tx.FileDropped(name); err != nil {
				return err
			}
		}
		return nil
	}))
}

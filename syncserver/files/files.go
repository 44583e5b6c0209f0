// Package files keeps the bytes of uploaded files, in a folder or in an S3
// bucket. It knows neither whose they are nor what: names are random, and what
// is in them was looked at before.
package files

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"regexp"
)

// ErrNotFound is the error of opening what is not there.
var ErrNotFound = errors.New("files: there is no such file")

// Store is where bytes lie. Its methods may be called from any goroutine, also
// of several processes of one town.
type Store interface {
	// Put writes a file of a new name; when it returns without error the bytes
	// survive a power cut. A file that was not written to its end is not there.
	Put(ctx context.Context, name string, data []byte) error
	// Open reads a file from an offset on; ErrNotFound where there is none.
	Open(ctx context.Context, name string, from int64) (io.ReadCloser, error)
	// List names the files whose names begin with folder and a slash.
	List(ctx context.Context, folder string) ([]string, error)
	// Delete removes a file; there need not be one.
	Delete(ctx context.Context, name string) error
	// Check says whether files can be kept here now.
	Check(ctx context.Context) error
}

// NewFolder is a new random name under which files may be put.
func NewFolder() string { return random(16) }

func random(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails, since Go 1.24
	return hex.EncodeToString(b)
}

// PartName is a new name for a piece of a file.
func PartName(folder string) string { return folder + "/part-" + random(6) }

// WholeName is a new name for a finished file.
func WholeName(folder string) string { return folder + "/whole-" + random(6) }

// ours is the form of all names: whatever else comes from a database that
// somebody changed is no path of ours.
var ours = regexp.MustCompile(`^[0-9a-f]{32}(/(part|whole)-[0-9a-f]{12})?$`)

var errName = errors.New("files: not a name of a file here")

// ReadAll reads a file of at most limit bytes.
func ReadAll(ctx context.Context, s Store, name string, limit int64) ([]byte, error) {
	r, err := s.Open(ctx, name, 0)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, errors.New("files: a file is longer than it may be")
	}
	return data, nil
}

// Drop removes all files of a folder.
func Drop(ctx context.Context, s Store, folder string) error {
	names, err := s.List(ctx, folder)
	if err != nil {
		return err
	}
	for _, n := range names {
		if err := s.Delete(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// Reader reads a file from wherever one likes, asking for bytes only once some
// are wanted.
type Reader struct {
	ctx   context.Context
	store Store
	name  string
	size  int64
	at    int64
	open  io.ReadCloser
}

// NewReader makes a Reader of a file whose size is known.
func NewReader(ctx context.Context, s Store, name string, size int64) *Reader {
	return &Reader{ctx: ctx, store: s, name: name, size: size}
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	if r.open == nil {
		var err error
		if r.open, err = r.store.Open(r.ctx, r.name, r.at); err != nil {
			return 0, err
		}
	}
	n, err := r.open.Read(p[:min(int64(len(p)), r.size-r.at)])
	r.at += int64(n)
	return n, err
}

// Seek implements io.Seeker.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, errors.New("files: an offset before the beginning")
	}
	if offset != r.at && r.open != nil {
		_ = r.open.Close()
		r.open = nil
	}
	r.at = offset
	return offset, nil
}

// Close ends the reading.
func (r *Reader) Close() error {
	if r.open == nil {
		return nil
	}
	return r.open.Close()
}

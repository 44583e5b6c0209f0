package service

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"time"

	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/files"
	"parvis/syncserver/store"
)

const (
	// partSize is how much of a file lies in memory before it is kept: what a
	// killed server loses at most of an upload.
	partSize = 1 << 20
	// maxParts bounds the pieces of one upload. A line that needs more is none.
	maxParts = 400
	// settleTime bounds the keeping of what has arrived although nobody waits
	// any more.
	settleTime = 30 * time.Second
	// inspectAtOnce is how many files are looked at at the same time: an image of
	// 40 megapixels takes some 300 MB meanwhile.
	inspectAtOnce = 2
)

// UploadStatus is how far an upload of the actor's own has come.
func (s *Service) UploadStatus(ctx context.Context, a Actor, id portal.ID) (out wire.Upload, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		u, err := ownUpload(tx, a, id)
		if err == nil && u.State == store.UploadRefused {
			err = problemOf(u)
		}
		out = uploadView(u)
		return err
	})
	return out, err
}

// Upload takes a piece of a file, whose type the sender tells, and says how far
// it has come. A piece that breaks off is kept as far as it came. With the last
// byte the file is looked at: it is Ready, or refused for what it is.
func (s *Service) Upload(ctx context.Context, a Actor, id portal.ID, kind string, span wire.ContentRange, body io.Reader) (wire.Upload, error) {
	u, parts, err := s.beginUpload(ctx, a, id, kind, span)
	if err != nil || u.State != store.UploadOpen {
		return uploadView(u), err
	}
	if span.From != u.Received {
		return wire.Upload{}, portal.E(portal.Conflict, "content-range", "offset", strconv.FormatInt(u.Received, 10))
	}
	for left := span.Size; left > 0; {
		if parts++; parts > maxParts {
			return wire.Upload{}, errors.Join(s.CancelUpload(ctx, a, id), portal.E(portal.NotFound, "upload"))
		}
		n, broken, err := s.takePart(ctx, &u, body, min(left, partSize))
		if err != nil {
			return wire.Upload{}, err
		}
		if left -= n; broken != nil {
			return wire.Upload{}, portal.E(portal.Invalid, "content-length")
		}
	}
	if u.Received < u.Size {
		return uploadView(u), nil
	}
	return s.finishUpload(ctx, u)
}

// beginUpload finds an upload, or makes it; parts is how many pieces it has.
func (s *Service) beginUpload(ctx context.Context, a Actor, id portal.ID, kind string, span wire.ContentRange) (u store.Upload, parts int, err error) {
	switch {
	case s.o.Files == nil:
		return u, 0, portal.E(portal.Unavailable, "files")
	case !id.Valid():
		return u, 0, portal.E(portal.Invalid, "upload")
	}
	if e := documents.CheckSize(span.Total); e != nil {
		return u, 0, e
	}
	switch {
	case kind == "image/heic" || kind == "image/heif" || kind == "image/avif":
		return u, 0, portal.E(documents.HEIC, "file")
	case !slices.Contains(documents.Types, kind):
		return u, 0, portal.E(documents.BadType, "file")
	}
	load := func(tx *store.Tx) (found bool, err error) {
		if u, found, err = tx.Upload(id); err != nil || !found {
			return found, err
		}
		switch {
		case u.Account != a.Account, u.State == store.UploadCancelled:
			return true, portal.E(portal.NotFound, "upload")
		case u.State == store.UploadRefused:
			return true, problemOf(u)
		case u.Size != span.Total || u.State == store.UploadOpen && u.Type != kind:
			return true, portal.E(portal.Conflict, "upload")
		}
		names, err := tx.Parts(id)
		parts = len(names)
		return true, err
	}
	found := false
	if err = s.store.Read(ctx, func(tx *store.Tx) (err error) { found, err = load(tx); return err }); err != nil || found {
		return u, parts, err
	}
	var refusal error
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		refusal = nil
		if found, err := load(tx); err != nil || found {
			return err
		}
		now := tx.Now()
		unclaimed, begun, err := tx.CountUploads(a.Account, now.Add(-24*time.Hour).UnixMicro())
		if err != nil {
			return err
		}
		if most := documents.MaxUploads; unclaimed >= most || begun >= documents.MaxUploaded {
			if begun >= documents.MaxUploaded {
				most = documents.MaxUploaded
			}
			refusal = portal.E(documents.TooManyFiles, "upload", "max", strconv.Itoa(most))
			return nil
		}
		u = store.Upload{
			ID: id, Account: a.Account, Folder: files.NewFolder(), Type: kind, Size: span.Total, State: store.UploadOpen,
			Created: now.UnixMicro(), Touched: now.UnixMicro(),
		}
		return tx.InsertUpload(u)
	})
	return u, parts, errors.Join(err, refusal)
}

// takePart keeps up to size bytes of a body as the upload's next piece; broken
// is why it was less.
func (s *Service) takePart(ctx context.Context, u *store.Upload, body io.Reader, size int64) (n int64, broken, err error) {
	var b bytes.Buffer
	n, broken = io.CopyN(&b, body, size)
	if n == 0 {
		return 0, broken, nil
	}
	// Whoever sent it may be gone by now; what has come is kept all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	name := files.PartName(u.Folder)
	if err := s.o.Files.Put(ctx, name, b.Bytes()); err != nil {
		return 0, nil, unkept(err)
	}
	added := false
	if err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		added, err = tx.AddPart(u.ID, u.Received, n, name)
		return err
	}); err != nil {
		return 0, nil, err
	}
	if !added {
		// The same piece came twice, or the upload was cancelled.
		_ = s.o.Files.Delete(ctx, name)
		return 0, nil, portal.E(portal.Conflict, "content-range")
	}
	u.Received += n
	return n, broken, nil
}

// unkept is the error of files as others are told it: to come again later.
func unkept(err error) error {
	return errors.Join(portal.E(portal.Unavailable, "files", "seconds", "10"), err)
}

// finishUpload looks at a file that is all here.
func (s *Service) finishUpload(ctx context.Context, u store.Upload) (wire.Upload, error) {
	var parts []string
	if err := s.store.Read(ctx, func(tx *store.Tx) (err error) { parts, err = tx.Parts(u.ID); return err }); err != nil {
		return wire.Upload{}, err
	}
	data := make([]byte, 0, u.Size)
	for _, name := range parts {
		part, err := files.ReadAll(ctx, s.o.Files, name, u.Size)
		if errors.Is(err, files.ErrNotFound) {
			// Another process has finished it meanwhile.
			return s.UploadStatus(ctx, Actor{Account: u.Account}, u.ID)
		}
		if err != nil {
			return wire.Upload{}, unkept(err)
		}
		data = append(data, part...)
	}
	good, wrong, err := s.inspect(ctx, u.Type, data)
	if err != nil {
		return wire.Upload{}, err
	}
	file := ""
	if wrong != nil {
		raw, err := json.Marshal(wrong)
		if err != nil {
			return wire.Upload{}, err
		}
		u.State, u.Problem = store.UploadRefused, string(raw)
	} else {
		u.State, u.Type, u.Stored = store.UploadReady, good.Type, int64(len(good.Data))
		file = files.WholeName(u.Folder)
		if err := s.o.Files.Put(ctx, file, good.Data); err != nil {
			return wire.Upload{}, unkept(err)
		}
	}
	ended := false
	if err := s.store.Write(ctx, func(tx *store.Tx) (err error) { ended, err = tx.EndUpload(u, file); return err }); err != nil {
		return wire.Upload{}, err
	}
	switch {
	case !ended && file != "":
		_ = s.o.Files.Delete(ctx, file)
		return s.UploadStatus(ctx, Actor{Account: u.Account}, u.ID)
	case wrong != nil:
		return wire.Upload{}, wrong
	}
	return uploadView(u), nil
}

// inspect looks at a file, some at a time only.
func (s *Service) inspect(ctx context.Context, kind string, data []byte) (documents.File, *portal.Error, error) {
	select {
	case s.inspecting <- struct{}{}:
		defer func() { <-s.inspecting }()
	case <-ctx.Done():
		return documents.File{}, nil, portal.E(portal.Unavailable, "files", "seconds", "5")
	}
	good, wrong := documents.Inspect(kind, data)
	return good, wrong, nil
}

// CancelUpload forgets an upload that no document has claimed.
func (s *Service) CancelUpload(ctx context.Context, a Actor, id portal.ID) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		u, err := ownUpload(tx, a, id)
		switch {
		case err != nil:
			return err
		case u.State == store.UploadUsed:
			return portal.E(portal.Conflict, "upload")
		}
		return tx.CancelUpload(u)
	})
}

// ownUpload is an upload of the actor's; another's is told as one that does
// not exist.
func ownUpload(tx *store.Tx, a Actor, id portal.ID) (store.Upload, error) {
	u, found, err := tx.Upload(id)
	if err == nil && (!found || u.Account != a.Account || u.State == store.UploadCancelled) {
		return store.Upload{}, portal.E(portal.NotFound, "upload")
	}
	return u, err
}

// problemOf is why an upload was refused.
func problemOf(u store.Upload) error {
	var e portal.Error
	if err := json.Unmarshal([]byte(u.Problem), &e); err != nil {
		return err
	}
	return &e
}

func uploadView(u store.Upload) wire.Upload {
	return wire.Upload{ID: u.ID, Size: u.Size, Offset: u.Received, Ready: u.State == store.UploadReady || u.State == store.UploadUsed, Used: u.State == store.UploadUsed}
}

// Content is a document's bytes, to be read by whoever may.
type Content struct {
	Name, Type string
	Size       int64
	*files.Reader
}

// OpenContent opens a document's bytes: for the family whose it is, and for an
// agent who has it before them, which the audit trail is told.
func (s *Service) OpenContent(ctx context.Context, a Actor, id portal.ID) (*Content, error) {
	if s.o.Files == nil {
		return nil, portal.E(portal.Unavailable, "files")
	}
	var d store.Document
	find := func(tx *store.Tx) (err error) {
		if a.Role.Agent() {
			d, err = s.paperAt(tx, a, id)
		} else {
			var found bool
			if d, found, err = tx.Document(id); err == nil && (!found || d.Account != a.Account) {
				err = portal.E(portal.NotFound, "document")
			}
		}
		if err == nil && d.Scan == string(documents.Infected) {
			err = portal.E(documents.NotClean, "document")
		}
		return err
	}
	var err error
	if a.Role.Agent() {
		var refusal *portal.Error
		err = s.store.Write(ctx, func(tx *store.Tx) error {
			if err := find(tx); err != nil {
				if errors.As(err, &refusal) {
					return nil
				}
				return err
			}
			refusal = nil
			return tx.Audit(a.Account, "document.read", string(id))
		})
		if err == nil && refusal != nil {
			err = refusal
		}
	} else {
		err = s.store.Read(ctx, find)
	}
	if err != nil {
		return nil, err
	}
	return &Content{d.Name, d.Type, d.Size, files.NewReader(ctx, s.o.Files, d.File, d.Size)}, nil
}

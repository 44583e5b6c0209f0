package cache

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Files are what is too large for a row: documents to be sent, and those kept
// to be opened off line. Each lies beside the cache, sealed in pieces under the
// cache's key, bound to its place; that it is there stands in the cache.

// FileLost tells that a document which waited to be sent can no longer be read
// from this computer.
const FileLost portal.Code = "file_lost"

const (
	fileEnding = ".file-"
	// pieceSize fills a bucket of the seal exactly.
	pieceSize = 1<<16 - 4
	// keptLimit is how many bytes of documents are kept to be opened off line.
	keptLimit = 200 << 20
)

// fileKind is the kind of thing under which kept files are noted.
const fileKind = "\x00file"

// kept is a file that lies beside the cache.
type kept struct {
	Document portal.ID `json:"document"`
	Type     string    `json:"type"`
	Size     int64     `json:"size"`
	At       int64     `json:"at"` // when it was kept, microseconds
	// Held is of something not sent yet: it stays until it is sent or dropped.
	Held bool `json:"held,omitempty"`
}

// fileName is the name of a document's file, which says nothing.
func (c *Cache) fileName(document portal.ID) string {
	h := hmac.New(sha256.New, derive(c.key, "names of files"))
	h.Write([]byte(document))
	return strings.TrimSuffix(c.path, cacheEnding) + fileEnding + hex.EncodeToString(h.Sum(nil)[:16])
}

// fileAAD binds a piece to its document and its place in a file of a size.
func (c *Cache) fileAAD(document portal.ID, size int64, piece int) []byte {
	b := append([]byte("file\x00"+string(c.account)+"\x00"+string(document)), 0)
	b = binary.BigEndian.AppendUint64(b, uint64(size))
	return binary.BigEndian.AppendUint32(b, uint32(piece))
}

// writeSealed writes a file, whole or not at all.
func (c *Cache) writeSealed(document portal.ID, data []byte) error {
	if c.path == "" {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.memory == nil {
			c.memory = map[portal.ID][]byte{}
		}
		c.memory[document] = slices.Clone(data)
		return nil
	}
	b := newBox(derive(c.key, "files"))
	var out []byte
	for i, rest := 0, data; i == 0 || len(rest) > 0; i++ {
		n := min(pieceSize, len(rest))
		sealed := b.seal(nil, c.fileAAD(document, int64(len(data)), i), rest[:n])
		out = binary.BigEndian.AppendUint32(out, uint32(len(sealed)))
		out = append(out, sealed...)
		rest = rest[n:]
	}
	return writeFile(c.fileName(document), out)
}

// readSealed reads a file of a size: NotFound when there is none, Damaged when
// it is not as it was written.
func (c *Cache) readSealed(document portal.ID, size int64) ([]byte, error) {
	if c.path == "" {
		c.mu.Lock()
		defer c.mu.Unlock()
		if data, there := c.memory[document]; there {
			return data, nil
		}
		return nil, portal.E(portal.NotFound, "file")
	}
	raw, err := os.ReadFile(c.fileName(document))
	if os.IsNotExist(err) {
		return nil, portal.E(portal.NotFound, "file")
	}
	if err != nil {
		return nil, typed(err)
	}
	b := newBox(derive(c.key, "files"))
	data := make([]byte, 0, min(size, int64(len(raw))))
	for i := 0; len(raw) > 0; i++ {
		if len(raw) < 4 {
			return nil, portal.E(Damaged, "file")
		}
		n := int(binary.BigEndian.Uint32(raw))
		if raw = raw[4:]; n > len(raw) {
			return nil, portal.E(Damaged, "file")
		}
		plain, err := b.open(raw[:n], c.fileAAD(document, size, i))
		if err != nil {
			return nil, portal.E(Damaged, "file")
		}
		data = append(data, plain...)
		raw = raw[n:]
	}
	if int64(len(data)) != size {
		return nil, portal.E(Damaged, "file")
	}
	return data, nil
}

// removeSealed removes files, as far as they are there.
func (c *Cache) removeSealed(documents []portal.ID) {
	for _, id := range documents {
		if c.path == "" {
			c.mu.Lock()
			delete(c.memory, id)
			c.mu.Unlock()
			continue
		}
		_ = removeFiles(c.fileName(id)) // else at the next start
	}
}

// KeepFile keeps a document's bytes, to be opened off line. The oldest go when
// there are too many.
func (c *Cache) KeepFile(document portal.ID, kind string, data []byte, at time.Time) error {
	if int64(len(data)) > keptLimit/4 {
		return nil
	}
	if err := c.writeSealed(document, data); err != nil {
		return err
	}
	var gone []portal.ID
	err := c.write(func(t *tx) error {
		if err := t.noteFile(kept{Document: document, Type: kind, Size: int64(len(data)), At: at.UnixMicro()}); err != nil {
			return err
		}
		gone = nil
		for _, id := range t.tooMuch() {
			gone = append(gone, id)
			if err := t.forgetFile(id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.removeSealed([]portal.ID{document})
		return err
	}
	c.removeSealed(gone)
	return nil
}

// tooMuch is the oldest of the kept files that are beyond the limit. What
// waits to be sent is somebody's work, and stays.
func (t *tx) tooMuch() (gone []portal.ID) {
	var total int64
	list := slices.Clone(t.files)
	for _, k := range list {
		total += k.Size
	}
	slices.SortStableFunc(list, func(a, b kept) int { return int(min(1, max(-1, a.At-b.At))) })
	for _, k := range list {
		if total <= t.c.fileLimit() {
			break
		}
		if k.Held || slices.ContainsFunc(t.uploads, func(u Upload) bool { return u.Document == k.Document }) {
			continue
		}
		total -= k.Size
		gone = append(gone, k.Document)
	}
	return gone
}

func (c *Cache) fileLimit() int64 {
	if c.limit > 0 {
		return c.limit
	}
	return keptLimit
}

func (t *tx) noteFile(k kept) error {
	raw, err := json.Marshal(k)
	if err != nil {
		return err
	}
	t.files = append(slices.DeleteFunc(slices.Clone(t.files), func(o kept) bool { return o.Document == k.Document }), k)
	return t.putThing(thingKey{fileKind, string(k.Document)}, raw)
}

func (t *tx) forgetFile(document portal.ID) error {
	t.files = slices.DeleteFunc(slices.Clone(t.files), func(o kept) bool { return o.Document == document })
	return t.takeThing(thingKey{fileKind, string(document)})
}

// File is a document's bytes and their type, as far as they lie here:
// portal.NotFound otherwise.
func (c *Cache) File(document portal.ID) (data []byte, kind string, err error) {
	c.mu.Lock()
	err = c.ready()
	i := slices.IndexFunc(c.state.files, func(k kept) bool { return k.Document == document })
	var k kept
	if err == nil && i >= 0 {
		k = c.state.files[i]
	}
	c.mu.Unlock()
	if err != nil {
		return nil, "", err
	}
	if i < 0 {
		return nil, "", portal.E(portal.NotFound, "file")
	}
	data, err = c.readSealed(document, k.Size)
	return data, k.Type, err
}

// HasFile reports whether a document's bytes lie here.
func (c *Cache) HasFile(document portal.ID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ready() // what cannot be read is not here
	return slices.ContainsFunc(c.state.files, func(k kept) bool { return k.Document == document })
}

// SweepFiles removes the files of documents that are in no feed any more, and
// what a power cut left. It is called after each change that took something
// away.
func (c *Cache) SweepFiles() error {
	var gone []portal.ID
	err := c.write(func(t *tx) error {
		gone = nil
		for _, k := range slices.Clone(t.files) {
			if k.Held || t.inFeed(k.Document) || slices.ContainsFunc(t.uploads, func(u Upload) bool { return u.Document == k.Document }) {
				continue
			}
			gone = append(gone, k.Document)
			if err := t.forgetFile(k.Document); err != nil {
				return err
			}
		}
		for _, u := range slices.Clone(t.uploads) {
			if t.find(u.Command) < 0 { // its command was lost with a damaged file
				gone = append(gone, u.Document)
				if err := errors.Join(t.forgetUpload(u.ID), t.forgetFile(u.Document)); err != nil {
					return err
				}
			}
		}
		if gone == nil {
			return errNothing
		}
		return nil
	})
	if err != nil && err != errNothing {
		return err
	}
	c.removeSealed(gone)
	return nil
}

// sweepOrphans removes files that the cache does not know of, at the start.
func (c *Cache) sweepOrphans() {
	if c.path == "" {
		return
	}
	known := map[string]bool{}
	for _, k := range c.state.files {
		known[filepath.Base(c.fileName(k.Document))] = true
	}
	base := filepath.Base(strings.TrimSuffix(c.path, cacheEnding)) + fileEnding
	for _, f := range filesIn(filepath.Dir(c.path), base, "") {
		if !known[filepath.Base(f)] {
			_ = removeFiles(f) // else at the next start
		}
	}
}

// filed reports whether the rows of a collection have files of their own.
func filed(collection string) bool {
	return collection == wire.Documents || collection == wire.MessageFiles
}

// inFeed reports whether any feed here has a document.
func (t *tx) inFeed(document portal.ID) bool {
	for i, p := range t.Parts {
		if !filed(p.Collection) {
			continue
		}
		if _, there := t.c.index[rowKey{int32(i), document}]; there {
			return true
		}
	}
	return false
}

// tookDocuments reports whether a change may have taken documents away.
func (a Applied) tookDocuments() bool {
	return a.Reset || len(a.Dropped) > 0 || slices.ContainsFunc(a.Changes, func(ch wire.Change) bool { return ch.Deleted && filed(ch.Collection) })
}

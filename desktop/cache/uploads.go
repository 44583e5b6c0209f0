package cache

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Upload is a file on its way to the server, and the command that waits for
// it.
type Upload struct {
	ID       portal.ID `json:"id"`
	Command  portal.ID `json:"command"`
	Document portal.ID `json:"document"`
	Type     string    `json:"type"`
	Size     int64     `json:"size"`
	Done     bool      `json:"done,omitempty"` // the server has all of it
}

// uploadKind is the kind of thing under which uploads are kept.
const uploadKind = "\x00upload"

// EnqueueFile puts a command into the outbox that waits, unnumbered, for a
// file to be sent; the file lies sealed here until the command is decided, and
// then as long as any kept one.
func (c *Cache) EnqueueFile(id portal.ID, body []byte, note Note, at time.Time, u Upload, data []byte) (Pending, error) {
	u.Command, u.Size, u.Done = id, int64(len(data)), false
	if err := c.writeSealed(u.Document, data); err != nil {
		return Pending{}, err
	}
	p := Pending{ID: id, Body: slices.Clone(body), Note: note, At: at.UTC().Truncate(time.Microsecond), Upload: u.ID}
	err := c.write(func(t *tx) error {
		if t.find(id) >= 0 || slices.ContainsFunc(t.uploads, func(o Upload) bool { return o.ID == u.ID || o.Document == u.Document }) {
			return portal.E(portal.Conflict, "id")
		}
		if err := t.noteUpload(u); err != nil {
			return err
		}
		if err := t.noteFile(kept{Document: u.Document, Type: u.Type, Size: u.Size, At: at.UnixMicro()}); err != nil {
			return err
		}
		t.outbox = append(t.outbox, command{Pending: p, at: stored{id: t.nextID(outboxTable)}})
		return t.putCommand(len(t.outbox) - 1)
	})
	if err != nil {
		if portal.CodeOf(err) != portal.Conflict {
			c.removeSealed([]portal.ID{u.Document})
		}
		return Pending{}, err
	}
	return p, nil
}

// HoldFile keeps, sealed, the bytes of something that is still being written,
// until EnqueueHeld sends them or DropHeld forgets them.
func (c *Cache) HoldFile(id portal.ID, kind string, data []byte, at time.Time) error {
	if err := c.writeSealed(id, data); err != nil {
		return err
	}
	err := c.write(func(t *tx) error {
		return t.noteFile(kept{Document: id, Type: kind, Size: int64(len(data)), At: at.UnixMicro(), Held: true})
	})
	if err != nil {
		c.removeSealed([]portal.ID{id})
	}
	return err
}

// Held lists the files that are held.
func (c *Cache) Held() (ids []portal.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ready() // what cannot be read is not here
	for _, k := range c.state.files {
		if k.Held {
			ids = append(ids, k.Document)
		}
	}
	return ids
}

// DropHeld forgets a file that was held; one that is held no more stays.
func (c *Cache) DropHeld(id portal.ID) error {
	err := c.write(func(t *tx) error {
		if !slices.ContainsFunc(t.files, func(k kept) bool { return k.Document == id && k.Held }) {
			return portal.E(portal.NotFound, "file")
		}
		return t.forgetFile(id)
	})
	if err == nil {
		c.removeSealed([]portal.ID{id})
	}
	return err
}

// EnqueueHeld puts a command into the outbox that waits, unnumbered, for files
// to be sent that are held here, one after the other.
func (c *Cache) EnqueueHeld(id portal.ID, body []byte, note Note, at time.Time, uploads []Upload) (Pending, error) {
	p := Pending{ID: id, Body: slices.Clone(body), Note: note, At: at.UTC().Truncate(time.Microsecond)}
	if len(uploads) > 0 {
		p.Upload = uploads[0].ID
	}
	err := c.write(func(t *tx) error {
		if t.find(id) >= 0 {
			return portal.E(portal.Conflict, "id")
		}
		for _, u := range uploads {
			i := slices.IndexFunc(t.files, func(k kept) bool { return k.Document == u.Document && k.Held })
			if i < 0 {
				return portal.E(FileLost, "file")
			}
			k := t.files[i]
			k.Held = false
			u.Command, u.Type, u.Size, u.Done = id, k.Type, k.Size, false
			if err := errors.Join(t.noteFile(k), t.noteUpload(u)); err != nil {
				return err
			}
		}
		t.outbox = append(t.outbox, command{Pending: p, at: stored{id: t.nextID(outboxTable)}})
		return t.putCommand(len(t.outbox) - 1)
	})
	if err != nil {
		return Pending{}, err
	}
	return p, nil
}

func (t *tx) noteUpload(u Upload) error {
	raw, err := json.Marshal(u)
	if err != nil {
		return err
	}
	t.uploads = slices.Clone(t.uploads)
	if i := slices.IndexFunc(t.uploads, func(o Upload) bool { return o.ID == u.ID }); i >= 0 {
		t.uploads[i] = u
	} else {
		t.uploads = append(t.uploads, u)
	}
	return t.putThing(thingKey{uploadKind, string(u.ID)}, raw)
}

func (t *tx) forgetUpload(id portal.ID) error {
	t.uploads = slices.DeleteFunc(slices.Clone(t.uploads), func(o Upload) bool { return o.ID == id })
	return t.takeThing(thingKey{uploadKind, string(id)})
}

// Uploads is the files that commands wait for, or waited for until they are
// decided, in the order of the commands. One whose note was lost has no
// document.
func (c *Cache) Uploads() []Upload {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ready() // an unreadable file is told by whatever needs an answer
	var out []Upload
	for _, p := range c.state.outbox {
		lost := p.Upload != ""
		for _, u := range c.state.uploads {
			if u.Command == p.ID {
				out = append(out, u)
				lost = lost && u.ID != p.Upload
			}
		}
		if lost {
			out = append(out, Upload{ID: p.Upload, Command: p.ID})
		}
	}
	return out
}

// UploadDone lets the command go that waited for a file, once it waits for no
// other.
func (c *Cache) UploadDone(id portal.ID) error {
	return c.write(func(t *tx) error {
		i := slices.IndexFunc(t.uploads, func(u Upload) bool { return u.ID == id })
		if i < 0 {
			return portal.E(portal.NotFound, "upload")
		}
		u := t.uploads[i]
		u.Done = true
		if err := t.noteUpload(u); err != nil {
			return err
		}
		at := t.find(u.Command)
		if at < 0 {
			return portal.E(portal.NotFound, "command")
		}
		t.outbox[at].Upload = ""
		for _, other := range t.uploads {
			if other.Command == u.Command && !other.Done {
				t.outbox[at].Upload = other.ID
				break
			}
		}
		return t.putCommand(at)
	})
}

// doubtUploads has every command wait again for a file that had arrived: a
// server that goes on from an older copy may never have seen it, and would
// refuse the command for good. One that still has it says so when asked.
func (t *tx) doubtUploads(a *Applied) error {
	for i := range t.outbox {
		at := slices.IndexFunc(t.uploads, func(u Upload) bool { return u.Command == t.outbox[i].ID && u.Done })
		if at < 0 {
			continue
		}
		u := t.uploads[at]
		u.Done = false
		if err := t.noteUpload(u); err != nil {
			return err
		}
		t.outbox[i].Upload = u.ID
		if err := t.putCommand(i); err != nil {
			return err
		}
		a.OtherOutbox = a.OtherOutbox || t.outbox[i].Number != 0
	}
	return nil
}

// RefuseUpload takes a command out of the outbox whose file will never arrive,
// and keeps why until the person has read it.
func (c *Cache) RefuseUpload(command portal.ID, why *portal.Error) error {
	var gone []portal.ID
	err := c.write(func(t *tx) error {
		i := t.find(command)
		if i < 0 || t.outbox[i].Upload == "" {
			return portal.E(portal.NotFound, "command")
		}
		f := Refusal{t.outbox[i].Pending, wire.Verdict{Command: command, Error: why}}
		if err := t.takeCommand(i); err != nil {
			return err
		}
		raw, err := json.Marshal(f)
		if err != nil {
			return err
		}
		if err := t.putThing(thingKey{refusalKind, string(command)}, raw); err != nil {
			return err
		}
		t.refused = append(t.refused, f)
		gone, err = t.endUpload(command, true)
		return err
	})
	if err != nil {
		return err
	}
	c.removeSealed(gone)
	return nil
}

// endUpload forgets the uploads of a command that has left the outbox, and
// where drop says so their files, which are then to be removed.
func (t *tx) endUpload(command portal.ID, drop bool) (gone []portal.ID, err error) {
	for _, u := range slices.Clone(t.uploads) {
		if u.Command != command {
			continue
		}
		if err := t.forgetUpload(u.ID); err != nil {
			return nil, err
		}
		if !drop {
			continue
		}
		if err := t.forgetFile(u.Document); err != nil {
			return nil, err
		}
		gone = append(gone, u.Document)
	}
	return gone, nil
}

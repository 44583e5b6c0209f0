package cache

import (
	"encoding/json"
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
		if err := t.noteFile(kept{u.Document, u.Type, u.Size, at.UnixMicro()}); err != nil {
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
		i := slices.IndexFunc(c.state.uploads, func(u Upload) bool { return u.Command == p.ID })
		switch {
		case i >= 0:
			out = append(out, c.state.uploads[i])
		case p.Upload != "":
			out = append(out, Upload{ID: p.Upload, Command: p.ID})
		}
	}
	return out
}

// UploadDone lets the command go that waited for a file.
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

// endUpload forgets the upload of a command that has left the outbox, and
// where drop says so its file, which is then to be removed.
func (t *tx) endUpload(command portal.ID, drop bool) (gone []portal.ID, err error) {
	i := slices.IndexFunc(t.uploads, func(u Upload) bool { return u.Command == command })
	if i < 0 {
		return nil, nil
	}
	u := t.uploads[i]
	if err := t.forgetUpload(u.ID); err != nil || !drop {
		return nil, err
	}
	return []portal.ID{u.Document}, t.forgetFile(u.Document)
}

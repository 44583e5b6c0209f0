package cache

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// errNothing ends a transaction that has nothing to change.
var errNothing = errors.New("cache: nothing to change")

// Note is what the person reads of a command while it waits, and of its
// refusal: a key of the translations and what its sentence needs.
type Note struct {
	Key  string            `json:"key"`
	Args map[string]string `json:"args,omitempty"`
}

// Pending is a command in the outbox.
type Pending struct {
	ID     portal.ID `json:"id"`
	Number int64     `json:"number,omitempty"` // 0 until it is first sent
	Body   []byte    `json:"body"`             // exactly as it is sent
	Note   Note      `json:"note"`
	At     time.Time `json:"at"` // when the person did it
	// Upload is the file that it waits for; it has no number before.
	Upload portal.ID `json:"upload,omitempty"`
}

// Work is what somebody did, of what waits: without the notes that they have
// looked at something, which leave like the rest and which nobody would miss.
func Work(waiting []Pending) []Pending {
	var out []Pending
	for _, p := range waiting {
		var c struct {
			Type string `json:"type"`
		}
		// What cannot be read is of a newer desktop: somebody did it.
		if json.Unmarshal(p.Body, &c) != nil || !wire.Looked(c.Type) {
			out = append(out, p)
		}
	}
	return out
}

// Refusal is a command that the server refused, until the person has read so.
type Refusal struct {
	Pending
	Verdict wire.Verdict `json:"verdict"`
}

// refusalKind is the kind of thing under which refusals are kept; no kind of
// the callers begins with a zero.
const refusalKind = "\x00refused"

// Enqueue puts a command at the end of the outbox. The same command twice is
// the same once.
func (c *Cache) Enqueue(id portal.ID, body []byte, note Note, at time.Time) (Pending, error) {
	p := Pending{ID: id, Body: bytes.Clone(body), Note: note, At: at.UTC().Truncate(time.Microsecond)}
	err := c.write(func(t *tx) error {
		if i := t.find(id); i >= 0 {
			if p = t.outbox[i].Pending; !bytes.Equal(p.Body, body) {
				return portal.E(portal.Conflict, "id")
			}
			return errNothing
		}
		t.outbox = append(t.outbox, command{Pending: p, at: stored{id: t.nextID(outboxTable)}})
		return t.putCommand(len(t.outbox) - 1)
	})
	if err != nil && err != errNothing {
		return Pending{}, err
	}
	return p, nil
}

func (t *tx) find(id portal.ID) int {
	return slices.IndexFunc(t.outbox, func(p command) bool { return p.ID == id })
}

// putCommand seals the command at a place of the outbox anew.
func (t *tx) putCommand(i int) error {
	p := &t.outbox[i]
	raw, err := json.Marshal(p.Pending)
	if err != nil {
		return err
	}
	if p.at.mark != (mark{}) {
		t.OutboxTally.remove(p.at.mark)
	}
	p.at, err = t.putRecord(outboxTable, p.at.id, raw)
	t.OutboxTally.add(p.at.mark)
	return err
}

func (t *tx) rewriteOutbox() error {
	for i := range t.outbox {
		if err := t.putCommand(i); err != nil {
			return err
		}
	}
	return nil
}

// takeCommand removes the command at a place of the outbox.
func (t *tx) takeCommand(i int) error {
	p := t.outbox[i]
	t.OutboxTally.remove(p.at.mark)
	t.outbox = slices.Delete(t.outbox, i, i+1)
	return t.dropRecord(outboxTable, p.at.id)
}

// Number gives commands their numbers when they are first sent: in the order
// of ids, without gaps. One that has a number keeps it.
func (c *Cache) Number(ids []portal.ID) ([]Pending, error) {
	var out []Pending
	err := c.write(func(t *tx) error {
		changed := false
		for _, id := range ids {
			i := t.find(id)
			if i < 0 {
				return portal.E(portal.NotFound, "command")
			}
			if t.outbox[i].Upload != "" {
				return portal.E(portal.Conflict, "command")
			}
			if t.outbox[i].Number == 0 {
				t.Numbered++
				t.outbox[i].Number = t.Numbered
				changed = true
				if err := t.putCommand(i); err != nil {
					return err
				}
			}
			out = append(out, t.outbox[i].Pending)
		}
		if !changed {
			return errNothing
		}
		return nil
	})
	if err != nil && err != errNothing {
		return nil, err
	}
	return out, nil
}

// Outbox is what has not been decided, in the order in which it was done. It
// is what the last successful reading or writing left.
func (c *Cache) Outbox() []Pending {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ready() // an unreadable file is told by whatever needs an answer
	return c.pending()
}

func (c *Cache) pending() []Pending {
	out := make([]Pending, len(c.state.outbox))
	for i, p := range c.state.outbox {
		out[i] = p.Pending
	}
	return out
}

// OutboxID is the outbox's name on the server.
func (c *Cache) OutboxID() portal.ID {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ready()
	return c.state.Outbox
}

// Decided is the highest number that has left the outbox: verdicts are asked
// for after it.
func (c *Cache) Decided() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ready()
	return c.state.Decided
}

// DropUnsent takes back what was not yet handed to the network, with its file.
func (c *Cache) DropUnsent(id portal.ID) error {
	var gone []portal.ID
	err := c.write(func(t *tx) error {
		i := t.find(id)
		if i < 0 {
			return portal.E(portal.NotFound, "command")
		}
		if t.outbox[i].Number != 0 {
			return portal.E(portal.Conflict, "command")
		}
		if err := t.takeCommand(i); err != nil {
			return err
		}
		var err error
		gone, err = t.endUpload(id, true)
		return err
	})
	if err == nil {
		c.removeSealed(gone)
	}
	return err
}

// NewOutbox begins a new outbox with all that waits, to be numbered anew.
func (c *Cache) NewOutbox() error {
	return c.write(func(t *tx) error {
		t.renumber(c.ids(), t.outbox)
		return t.rewriteOutbox()
	})
}

// settle takes out of the outbox what the server has decided.
func (t *tx) settle(p Pulled, a *Applied) error {
	if p.Outbox != t.Outbox {
		return nil
	}
	byID, byNumber := map[portal.ID]wire.Verdict{}, map[int64]wire.Verdict{}
	for _, v := range p.Verdicts {
		byID[v.Command], byNumber[v.Number] = v, v
	}
	for i := 0; i < len(t.outbox); {
		q := t.outbox[i].Pending
		if q.Number == 0 || q.Number > p.Mark {
			i++
			continue
		}
		v, known := byID[q.ID]
		if !known {
			if _, others := byNumber[q.Number]; others {
				a.OtherOutbox = true
				i++
				continue
			}
			v = wire.Verdict{Command: q.ID, Number: q.Number, Error: portal.E(OutcomeUnknown, "")}
		}
		if err := t.takeCommand(i); err != nil {
			return err
		}
		gone, err := t.endUpload(q.ID, !v.Accepted)
		if err != nil {
			return err
		}
		a.files = append(a.files, gone...)
		if v.Accepted {
			a.Accepted = append(a.Accepted, q)
			continue
		}
		f := Refusal{q, v}
		raw, err := json.Marshal(f)
		if err != nil {
			return err
		}
		if err := t.putThing(thingKey{refusalKind, string(q.ID)}, raw); err != nil {
			return err
		}
		t.refused = append(t.refused, f)
		a.Refused = append(a.Refused, f)
	}
	// A mark above all our numbers: this file was rolled back since.
	a.OtherOutbox = a.OtherOutbox || p.Mark > t.Numbered
	if !a.OtherOutbox {
		t.Decided = max(t.Decided, p.Mark)
	}
	return nil
}

// Refused is what the server refused and the person has not read yet.
func (c *Cache) Refused() []Refusal {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ready()
	return slices.Clone(c.state.refused)
}

// MarkRead takes a refusal off the list.
func (c *Cache) MarkRead(id portal.ID) error {
	err := c.write(func(t *tx) error {
		i := slices.IndexFunc(t.refused, func(f Refusal) bool { return f.ID == id })
		if i < 0 {
			return errNothing
		}
		t.refused = slices.Delete(t.refused, i, i+1)
		return t.takeThing(thingKey{refusalKind, string(id)})
	})
	if err == errNothing {
		return nil
	}
	return err
}

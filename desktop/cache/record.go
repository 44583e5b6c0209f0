package cache

import (
	"bytes"
	"encoding/binary"
	"encoding/json"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// aad binds a sealed record to its account, its table, its place and its
// revision. Feed, collection and entity stand in the sealed content, under
// the same seal: a row can neither be moved to another place nor be read as
// another row.
func (c *Cache) aad(table byte, id, revision int64) []byte {
	b := append(c.bound[:c.boundLen], table)
	b = binary.BigEndian.AppendUint64(b, uint64(id))
	b = binary.BigEndian.AppendUint64(b, uint64(revision))
	c.bound = b
	return b
}

// A row of a feed is nonce and sealed content alone. A record of the other
// tables has a header before it, by which it can be found in the bytes of a
// file that SQLite cannot read any more: a random-looking word of this cache,
// the table, the number, the revision and the length of what follows.
const (
	wordSize   = 8
	headerSize = wordSize + 1 + 8 + 8 + 4
)

// sealRow appends the sealed form of a row to dst.
func (c *Cache) sealRow(dst []byte, id int64, ch *wire.Change) []byte {
	p := c.scratch[:0]
	for _, s := range [3]string{ch.Feed, ch.Collection, string(ch.Entity)} {
		p = binary.AppendUvarint(p, uint64(len(s)))
		p = append(p, s...)
	}
	p = binary.AppendUvarint(p, uint64(ch.Seq))
	p = append(p, ch.Body...)
	c.scratch = p
	return c.box.seal(dst, c.aad(rowsTable, id, 0), p)
}

// openRow opens a row; its body lies within sealed.
func (c *Cache) openRow(id int64, sealed []byte) (wire.Change, error) {
	p, err := c.box.open(sealed, c.aad(rowsTable, id, 0))
	if err != nil {
		return wire.Change{}, err
	}
	var names [3]string
	for i := range names {
		n, w := binary.Uvarint(p)
		if w <= 0 || n > uint64(len(p)-w) {
			return wire.Change{}, errSealed
		}
		raw := p[w : w+int(n)]
		p = p[w+int(n):]
		if i == 2 {
			names[i] = string(raw)
			continue
		}
		name, known := c.names[string(raw)]
		if !known {
			name = string(raw)
			c.names[name] = name
		}
		names[i] = name
	}
	seq, w := binary.Uvarint(p)
	if w <= 0 {
		return wire.Change{}, errSealed
	}
	ch := wire.Change{Feed: names[0], Collection: names[1], Entity: portal.ID(names[2]), Seq: int64(seq)}
	if body := p[w:]; len(body) > 0 {
		ch.Body = body
	}
	return ch, nil
}

// sealRecord makes a record with a header.
func (c *Cache) sealRecord(table byte, id, revision int64, content []byte) []byte {
	out := make([]byte, headerSize, headerSize+nonceSize+bucket(4+len(content))+tagSize)
	copy(out, c.word[:])
	out[wordSize] = table
	binary.BigEndian.PutUint64(out[wordSize+1:], uint64(id))
	binary.BigEndian.PutUint64(out[wordSize+9:], uint64(revision))
	out = c.box.seal(out, c.aad(table, id, revision), content)
	binary.BigEndian.PutUint32(out[wordSize+17:], uint32(len(out)-headerSize))
	return out
}

// record is one with a header, opened.
type record struct {
	table    byte
	id       int64
	revision int64
	mark     mark
	content  []byte
}

// openRecord opens a record at the start of raw and says how long it was.
func (c *Cache) openRecord(raw []byte) (r record, size int, err error) {
	if len(raw) < headerSize || !bytes.Equal(raw[:wordSize], c.word[:]) {
		return r, 0, errSealed
	}
	r.table = raw[wordSize]
	r.id = int64(binary.BigEndian.Uint64(raw[wordSize+1:]))
	r.revision = int64(binary.BigEndian.Uint64(raw[wordSize+9:]))
	n := int(binary.BigEndian.Uint32(raw[wordSize+17:]))
	if n < nonceSize+tagSize || n > len(raw)-headerSize {
		return r, 0, errSealed
	}
	sealed := bytes.Clone(raw[headerSize : headerSize+n])
	r.mark = c.box.mark(r.table, r.id, sealed)
	r.content, err = c.box.open(sealed, c.aad(r.table, r.id, r.revision))
	return r, headerSize + n, err
}

// command is a Pending with the place of its record.
type command struct {
	Pending
	at stored
}

// thing is a local thing as it is sealed.
type thing struct {
	Kind  string `json:"kind"`
	Key   string `json:"key"`
	Value []byte `json:"value"`
}

// readCommand reads a command out of an outbox record.
func readCommand(r record) (command, error) {
	var p Pending
	if err := json.Unmarshal(r.content, &p); err != nil || p.ID == "" {
		return command{}, errSealed
	}
	return command{p, stored{r.id, r.mark}}, nil
}

// readThing reads a local thing out of its record.
func readThing(r record) (thing, error) {
	var t thing
	if err := json.Unmarshal(r.content, &t); err != nil {
		return t, errSealed
	}
	return t, nil
}

package cache

import (
	"encoding/json"
	"os"
	"slices"
	"sync"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Cache is one account's sealed copy of what the server has told it, and its
// outbox. It is safe for concurrent use.
type Cache struct {
	mu      sync.Mutex
	path    string // empty: in memory only
	key     []byte
	account portal.ID
	ids     portal.IDs
	closed  bool
	release func() // tells the vault that the file is free again
	aside   bool
	memory  map[portal.ID][]byte // files of a cache that is in memory only
	limit   int64                // of kept files, 0 for the usual one

	// For sealing; all are reused from row to row.
	box      *box
	word     [wordSize]byte
	bound    []byte // what aad writes into, beginning with the account
	boundLen int
	scratch  []byte
	sealed   []byte
	names    map[string]string // each feed's and collection's name once

	db    *db
	state state
	// index and things mirror which records the file holds. They are changed
	// while a transaction runs; when it fails, loaded falls and they are read
	// anew.
	index   map[rowKey]stored
	partOf  map[[2]string]int32
	things  map[thingKey]stored
	lastID  map[byte]int64 // the highest number used in each table
	loaded  bool
	damaged int
	rebuilt bool     // out of a broken file, since it was opened
	mending *mending // what reading found to be put right in the file
}

// Snapshot is all a cache holds of the server's state and of the person's
// unfinished business.
type Snapshot struct {
	Rows        []wire.Change // none is deleted
	Cursor      wire.Cursor
	Outbox      []Pending
	Refused     []Refusal
	LastContact time.Time // zero: never
	// Damaged is how many places did not match since the cache was opened:
	// what was lost there is pulled anew.
	Damaged int
	// SetAside says that an earlier cache of this account could not be
	// unsealed and was set aside, with what had not been sent.
	SetAside bool
}

// Option changes what a Vault or a Cache stands on, for tests and
// simulations.
type Option func(*options)

type options struct {
	kdf KDF
	ids portal.IDs
}

// WithKDF replaces argon2id.
func WithKDF(k KDF) Option { return func(o *options) { o.kdf = k } }

// WithIDs replaces the source of new ids.
func WithIDs(ids portal.IDs) Option { return func(o *options) { o.ids = ids } }

func choose(opts []Option) options {
	o := options{kdf: Argon2id, ids: portal.NewID}
	for _, f := range opts {
		f(&o)
	}
	return o
}

// Memory is a cache that leaves nothing behind: for a kiosk.
func Memory(account portal.ID, opts ...Option) (*Cache, error) {
	return openCache("", account, newKey(), choose(opts).ids)
}

// openCache opens or creates the file at a path under a key.
func openCache(path string, account portal.ID, key []byte, ids portal.IDs) (*Cache, error) {
	c := &Cache{path: path, key: key, account: account, ids: ids, box: newBox(key), names: map[string]string{}}
	copy(c.word[:], derive(key, "finding records"))
	c.bound = append([]byte(account), 0)
	c.boundLen = len(c.bound)
	if err := prepare(path); err != nil {
		return nil, typed(err)
	}
	d, err := openDB(path)
	if broken(err) && path != "" {
		d, err = nil, nil // reading will set it aside and rebuild it
	}
	if err != nil {
		return nil, typed(err)
	}
	c.db = d
	return c, nil
}

// prepare makes the file, so that it is its owner's alone from the start, or
// ends a mending that was cut short.
func prepare(path string) error {
	if path == "" {
		return nil
	}
	if _, err := os.Stat(path); err == nil || !os.IsNotExist(err) {
		return err
	}
	if _, err := os.Stat(path + mendingSuffix); err == nil {
		return finishSalvage(path)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// Load reads, checks and where needed mends the whole cache.
func (c *Cache) Load() (Snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	rows, err := c.read(true)
	if err != nil {
		return Snapshot{}, err
	}
	c.sweepOrphans()
	return Snapshot{
		Rows:        rows,
		Cursor:      c.state.clone().Cursor,
		Outbox:      c.pending(),
		Refused:     slices.Clone(c.state.refused),
		LastContact: fromMicros(c.state.Contact),
		Damaged:     c.damaged,
		SetAside:    c.aside,
	}, nil
}

// Account is whose cache it is; empty for the signed-out one.
func (c *Cache) Account() portal.ID { return c.account }

// SetAside reports whether an earlier cache of this account could not be
// unsealed and was set aside.
func (c *Cache) SetAside() bool { return c.aside }

// Cursor is how far the cache has come.
func (c *Cache) Cursor() (wire.Cursor, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.ready(); err != nil {
		return wire.Cursor{}, err
	}
	return c.state.clone().Cursor, nil
}

// SetLastContact keeps when the server was last heard of.
func (c *Cache) SetLastContact(t time.Time) error {
	return c.write(func(t2 *tx) error {
		t2.Contact = t.UnixMicro()
		return nil
	})
}

// Close lets go of the file. Closing twice does nothing.
func (c *Cache) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	var err error
	if c.db != nil {
		err = c.db.close()
	}
	c.box, c.index, c.things, c.state = nil, nil, nil, state{}
	clear(c.scratch[:cap(c.scratch)])
	if c.release != nil {
		c.release()
	}
	return typed(err)
}

// ready sees to it that the mirrors in memory are those of the file.
func (c *Cache) ready() error {
	if c.closed {
		return portal.E(portal.Unavailable, "cache")
	}
	if c.loaded {
		return nil
	}
	_, err := c.read(false)
	return err
}

// tx is a transaction: a copy of the small state, to be changed at will, and
// the file's records through put and drop.
type tx struct {
	c *Cache
	state
	touched bool
}

// write runs f in one transaction and commits it with a new manifest. When f
// or the commit fails, nothing has changed.
func (c *Cache) write(f func(*tx) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.ready(); err != nil {
		return err
	}
	return c.writeLocked(f)
}

func (c *Cache) writeLocked(f func(*tx) error) error {
	t := &tx{c: c, state: c.state.clone()}
	t.Revision++
	if err := c.db.exec("BEGIN IMMEDIATE"); err != nil {
		return typed(err)
	}
	err := t.mend()
	if err == nil {
		err = f(t)
	}
	if err == nil {
		err = t.finish()
	}
	if err == nil {
		err = c.db.exec("COMMIT")
	}
	if err != nil {
		c.db.rollback()
		c.loaded = c.loaded && !t.touched // a commit of unknown outcome is read back, too
		if err == errNothing {
			return err
		}
		if err = typed(err); portal.CodeOf(err) == DiskFull {
			c.db.makeRoom()
		}
		return err
	}
	c.state, c.mending = t.state, nil
	return nil
}

// finish writes the manifest.
func (t *tx) finish() error {
	t.touched = true
	t.Format = format
	t.OutboxRows, t.ThingsRows = nil, nil
	for _, p := range t.outbox {
		t.OutboxRows = append(t.OutboxRows, p.at.id)
	}
	for _, s := range t.c.things {
		t.ThingsRows = append(t.ThingsRows, s.id)
	}
	slices.Sort(t.ThingsRows)
	raw, err := json.Marshal(t.manifest)
	if err != nil {
		return err
	}
	return t.c.db.put(manifestTable, 1, t.c.sealRecord(manifestTable, 1, t.Revision, raw))
}

// nextID gives the next number of a table.
func (t *tx) nextID(table byte) int64 {
	t.touched = true
	t.c.lastID[table]++
	return t.c.lastID[table]
}

// putRecord seals and writes a record of the outbox or of the things.
func (t *tx) putRecord(table byte, id int64, content []byte) (stored, error) {
	t.touched = true
	raw := t.c.sealRecord(table, id, t.Revision, content)
	m := t.c.box.mark(table, id, raw[headerSize:])
	return stored{id, m}, t.c.db.put(table, id, raw)
}

// dropRecord removes a record.
func (t *tx) dropRecord(table byte, id int64) error {
	t.touched = true
	return t.c.db.drop(table, id)
}

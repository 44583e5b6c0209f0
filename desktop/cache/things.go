package cache

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"parvis/shared/portal"
)

// Put keeps a local thing of the person's: a draft, a small state of a
// screen. It is sealed like everything else and never sent.
func (c *Cache) Put(kind, key string, value []byte) error {
	if kind == "" || strings.HasPrefix(kind, "\x00") || !utf8.ValidString(kind) {
		return portal.E(portal.Invalid, "kind")
	}
	if !utf8.ValidString(key) {
		return portal.E(portal.Invalid, "key")
	}
	return c.write(func(t *tx) error { return t.putThing(thingKey{kind, key}, value) })
}

func (t *tx) putThing(k thingKey, value []byte) error {
	raw, err := json.Marshal(thing{k.kind, k.key, value})
	if err != nil {
		return err
	}
	s, there := t.c.things[k]
	if there {
		t.ThingsTally.remove(s.mark)
	} else {
		s.id = t.nextID(thingsTable)
	}
	if s, err = t.putRecord(thingsTable, s.id, raw); err != nil {
		return err
	}
	t.ThingsTally.add(s.mark)
	t.c.things[k] = s
	return nil
}

func (t *tx) takeThing(k thingKey) error {
	s, there := t.c.things[k]
	if !there {
		return nil
	}
	t.touched = true
	t.ThingsTally.remove(s.mark)
	delete(t.c.things, k)
	return t.dropRecord(thingsTable, s.id)
}

// Get reads a local thing; portal.NotFound when there is none.
func (c *Cache) Get(kind, key string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.ready(); err != nil {
		return nil, err
	}
	s, there := c.things[thingKey{kind, key}]
	if !there {
		return nil, portal.E(portal.NotFound, "thing")
	}
	raw, err := c.db.record(thingsTable, s.id)
	if err != nil {
		return nil, typed(err)
	}
	r, _, err := c.openRecord(raw)
	if err != nil || r.mark != s.mark {
		c.loaded = false // the next reading mends it
		return nil, portal.E(Damaged, "thing")
	}
	t, err := readThing(r)
	return t.Value, err
}

// Delete forgets a local thing; there need not be one.
func (c *Cache) Delete(kind, key string) error {
	err := c.write(func(t *tx) error {
		if _, there := c.things[thingKey{kind, key}]; !there {
			return errNothing
		}
		return t.takeThing(thingKey{kind, key})
	})
	if err == errNothing {
		return nil
	}
	return err
}

// Keys names the local things of a kind, sorted.
func (c *Cache) Keys(kind string) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.ready(); err != nil {
		return nil, err
	}
	var keys []string
	for k := range c.things {
		if k.kind == kind {
			keys = append(keys, k.key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

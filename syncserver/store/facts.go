package store

import (
	"encoding/json"

	"parvis/shared/portal"
)

// Fact is one thing the town says of itself: a site, an activity, a tariff, a
// procedure; its body is what the town's feed carries.
type Fact struct {
	Collection string          `db:"collection"`
	ID         portal.ID       `db:"id"`
	Body       json.RawMessage `db:"body"`
}

// PutFact writes a fact and tells everybody.
func (tx *Tx) PutFact(collection string, id portal.ID, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO facts (collection, id, body) VALUES (?, ?, ?)
		ON CONFLICT (collection, id) DO UPDATE SET body = excluded.body`, collection, id, string(raw))
	if err != nil {
		return err
	}
	tx.Touch("fact", portal.ID(collection)+"/"+id)
	// A new name rather than a count: a count taken back with its savepoint
	// could be reached again with other facts behind it.
	return tx.SetMeta("facts", string(portal.NewID()))
}

// DropFact takes a fact away, if it is there, and tells everybody.
func (tx *Tx) DropFact(collection string, id portal.ID) error {
	n, err := tx.exec(`DELETE FROM facts WHERE collection = ? AND id = ?`, collection, id)
	if err != nil || n == 0 {
		return err
	}
	tx.Touch("fact", portal.ID(collection)+"/"+id)
	return tx.SetMeta("facts", string(portal.NewID()))
}

// DropFactsBefore takes away facts whose ids come before one, some at most, and
// tells everybody; it says how many.
func (tx *Tx) DropFactsBefore(collection string, before portal.ID, limit int) (int64, error) {
	var ids []portal.ID
	if err := tx.all(&ids, `SELECT id FROM facts WHERE collection = ? AND id < ? ORDER BY id LIMIT ?`, collection, before, limit); err != nil || len(ids) == 0 {
		return 0, err
	}
	for _, id := range ids {
		if _, err := tx.exec(`DELETE FROM facts WHERE collection = ? AND id = ?`, collection, id); err != nil {
			return 0, err
		}
		tx.Touch("fact", portal.ID(collection)+"/"+id)
	}
	return int64(len(ids)), tx.SetMeta("facts", string(portal.NewID()))
}

// Fact reads one fact into body and reports whether there is one.
func (tx *Tx) Fact(collection string, id portal.ID, body any) (bool, error) {
	var raw string
	found, err := tx.get(&raw, `SELECT body FROM facts WHERE collection = ? AND id = ?`, collection, id)
	if err != nil || !found {
		return false, err
	}
	return true, json.Unmarshal([]byte(raw), body)
}

// Facts lists all facts of a collection by id.
func (tx *Tx) Facts(collection string) ([]Fact, error) {
	var rows []struct {
		ID   portal.ID `db:"id"`
		Body string    `db:"body"`
	}
	err := tx.all(&rows, `SELECT id, body FROM facts WHERE collection = ? ORDER BY id`, collection)
	out := make([]Fact, len(rows))
	for i, r := range rows {
		out[i] = Fact{collection, r.ID, json.RawMessage(r.Body)}
	}
	return out, err
}

// Next counts: 1, 2, 3 under each name, without gaps among what commits.
func (tx *Tx) Next(name string) (int64, error) {
	if _, err := tx.exec(`INSERT INTO counters (name, value) VALUES (?, 1)
		ON CONFLICT (name) DO UPDATE SET value = counters.value + 1`, name); err != nil {
		return 0, err
	}
	var n int64
	_, err := tx.get(&n, `SELECT value FROM counters WHERE name = ?`, name)
	return n, err
}

// FactsVersion names the state of all facts: it changes whenever one does,
// and never comes back.
func (tx *Tx) FactsVersion() (string, error) {
	v, _, err := tx.Meta("facts")
	return v, err
}

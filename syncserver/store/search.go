package store

import (
	"math"

	"parvis/shared/portal"
)

// Listed is a request with whose it is, as a search goes over it.
type Listed struct {
	ID        portal.ID `db:"id"`
	Reference string    `db:"reference"`
	Account   portal.ID `db:"account"`
	Procedure string    `db:"procedure_id"`
	Desk      string    `db:"desk"`
	State     string    `db:"state"`
	Person    string    `db:"person"`
	Submitted int64     `db:"submitted"`
	FirstName string    `db:"first_name"`
	LastName  string    `db:"last_name"`
}

// RequestsBehind lists at most so many requests, the newest first, from behind
// one of a list before, or from the newest for the zero value; without those of
// which the words were forgotten.
func (tx *Tx) RequestsBehind(last Listed, most int) (out []Listed, err error) {
	if last.ID == "" {
		last.Submitted = math.MaxInt64
	}
	err = tx.all(&out, `SELECT r.id, r.reference, r.account, r.procedure_id, r.desk, r.state, r.person, r.submitted, a.first_name, a.last_name
		FROM requests r JOIN accounts a ON a.id = r.account
		WHERE r.person <> '' AND (r.submitted, r.id) < (?, ?) ORDER BY r.submitted DESC, r.id DESC LIMIT ?`, last.Submitted, last.ID, most)
	return
}

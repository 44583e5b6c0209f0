package store

import "parvis/shared/portal"

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

// EveryRequest lists all requests, the newest first, without those of which the
// words were forgotten.
func (tx *Tx) EveryRequest() (out []Listed, err error) {
	err = tx.all(&out, `SELECT r.id, r.reference, r.account, r.procedure_id, r.desk, r.state, r.person, r.submitted, a.first_name, a.last_name
		FROM requests r JOIN accounts a ON a.id = r.account WHERE r.person <> '' ORDER BY r.submitted DESC, r.id DESC`)
	return
}

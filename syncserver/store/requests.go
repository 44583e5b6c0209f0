package store

import "parvis/shared/portal"

// Correction is what a town hall asked of a family about a request.
type Correction struct {
	Request   portal.ID   `db:"request"`
	N         int         `db:"n"`
	Asked     int64       `db:"asked"`
	Agent     portal.ID   `db:"agent"`
	Fields    string      `db:"fields"`    // a JSON list of keys
	Documents string      `db:"documents"` // a JSON list of kinds
	Note      string      `db:"note"`
	Until     portal.Date `db:"until_day"`
	Answered  int64       `db:"answered"`
	Reply     string      `db:"reply"`
	Before    string      `db:"before"` // the answers that it changed, as JSON
}

// AskCorrection writes what a family is asked for, as the request's next
// correction.
func (tx *Tx) AskCorrection(c Correction) error {
	_, err := tx.exec(`INSERT INTO request_corrections (request, n, asked, agent, fields, documents, note, until_day)
		SELECT ?, COALESCE(MAX(n), 0) + 1, CAST(? AS BIGINT), ?, ?, ?, ?, ? FROM request_corrections WHERE request = ?`,
		c.Request, tx.Now().UnixMicro(), c.Agent, c.Fields, c.Documents, c.Note, c.Until, c.Request)
	tx.Touch("request", c.Request)
	return err
}

// AnswerCorrection writes what the family answered.
func (tx *Tx) AnswerCorrection(c Correction) error {
	_, err := tx.exec(`UPDATE request_corrections SET answered = ?, reply = ?, before = ? WHERE request = ? AND n = ?`,
		tx.Now().UnixMicro(), c.Reply, c.Before, c.Request, c.N)
	tx.Touch("request", c.Request)
	return err
}

// Corrections lists what was asked about a request, in order.
func (tx *Tx) Corrections(request portal.ID) (out []Correction, err error) {
	err = tx.all(&out, `SELECT request, n, asked, agent, fields, documents, note, until_day, answered, reply, before
		FROM request_corrections WHERE request = ? ORDER BY n`, request)
	return
}

// Draft is a form that is being filled in, as its newest state.
type Draft struct {
	ID      portal.ID `db:"id"`
	Account portal.ID `db:"account"`
	Body    string    `db:"body"`    // requests.DraftForm; empty once it is dropped
	Saved   int64     `db:"saved"`   // when it was last written
	Dropped int64     `db:"dropped"` // when it was sent or thrown away, 0 while it stands
}

// SaveDraft writes a draft, new or changed.
func (tx *Tx) SaveDraft(d Draft) error {
	_, err := tx.exec(`INSERT INTO drafts (id, account, body, saved, dropped) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, saved = excluded.saved, dropped = excluded.dropped`,
		d.ID, d.Account, d.Body, tx.Now().UnixMicro(), d.Dropped)
	tx.Touch("draft", d.ID)
	return err
}

// Draft finds a draft, one that was dropped not long ago too.
func (tx *Tx) Draft(id portal.ID) (d Draft, found bool, err error) {
	found, err = tx.get(&d, `SELECT id, account, body, saved, dropped FROM drafts WHERE id = ?`, id)
	return
}

// DraftsOf lists an account's drafts that stand, by id.
func (tx *Tx) DraftsOf(account portal.ID) (out []Draft, err error) {
	err = tx.all(&out, `SELECT id, account, body, saved, dropped FROM drafts WHERE account = ? AND dropped = 0 ORDER BY id`, account)
	return
}

// CountDrafts counts an account's drafts that stand.
func (tx *Tx) CountDrafts(account portal.ID) (n int, err error) {
	_, err = tx.get(&n, `SELECT COUNT(*) FROM drafts WHERE account = ? AND dropped = 0`, account)
	return
}

// ForgetDrafts takes away drafts that nobody has touched since an instant, and
// what is left of those dropped before it, at most limit.
func (tx *Tx) ForgetDrafts(before int64, limit int) (int64, error) {
	var ids []portal.ID
	if err := tx.all(&ids, `SELECT id FROM drafts WHERE saved < ? ORDER BY saved, id LIMIT ?`, before, limit); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if _, err := tx.exec(`DELETE FROM drafts WHERE id = ?`, id); err != nil {
			return 0, err
		}
		tx.Touch("draft", id)
	}
	return int64(len(ids)), nil
}

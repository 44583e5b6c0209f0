package store

import "parvis/shared/portal"

// Paying is who pays for a child whose parents have weeks, as it was agreed or
// is proposed.
type Paying struct {
	Child portal.ID `db:"child"`
	ID    portal.ID `db:"id"` // of a proposal
	Rule  string    `db:"rule"`
	At    int64     `db:"at"`
	By    portal.ID `db:"made_by"`
}

// SetPaying writes who pays for a child from now on.
func (tx *Tx) SetPaying(p Paying) error {
	_, err := tx.exec(`INSERT INTO child_paying (child, rule, set_at, set_by) VALUES (?, ?, ?, ?)
		ON CONFLICT (child) DO UPDATE SET rule = excluded.rule, set_at = excluded.set_at, set_by = excluded.set_by`, p.Child, p.Rule, p.At, p.By)
	tx.Touch("child", p.Child)
	return err
}

// ProposePaying keeps what a parent proposes, instead of what was proposed
// before.
func (tx *Tx) ProposePaying(p Paying) error {
	_, err := tx.exec(`INSERT INTO child_paying_proposals (child, id, rule, made_at, made_by) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (child) DO UPDATE SET id = excluded.id, rule = excluded.rule, made_at = excluded.made_at, made_by = excluded.made_by`,
		p.Child, p.ID, p.Rule, p.At, p.By)
	tx.Touch("child", p.Child)
	return err
}

// PayingOf is who pays for a child, where it was agreed.
func (tx *Tx) PayingOf(child portal.ID) (p Paying, found bool, err error) {
	found, err = tx.get(&p, `SELECT child, '' AS id, rule, set_at AS at, set_by AS made_by FROM child_paying WHERE child = ?`, child)
	return
}

// ProposedPaying is what one parent proposes for a child.
func (tx *Tx) ProposedPaying(child portal.ID) (p Paying, found bool, err error) {
	found, err = tx.get(&p, `SELECT child, id, rule, made_at AS at, made_by FROM child_paying_proposals WHERE child = ?`, child)
	return
}

// DropPaying has whoever books pay for a child again.
func (tx *Tx) DropPaying(child portal.ID) error {
	if _, err := tx.exec(`DELETE FROM child_paying WHERE child = ?`, child); err != nil {
		return err
	}
	return tx.DropProposedPaying(child)
}

// DropProposedPaying takes what was proposed away.
func (tx *Tx) DropProposedPaying(child portal.ID) error {
	_, err := tx.exec(`DELETE FROM child_paying_proposals WHERE child = ?`, child)
	tx.Touch("child", child)
	return err
}

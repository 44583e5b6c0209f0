package store

import "parvis/shared/portal"

// Weeks is the alternate weeks of a child, as they were set or are proposed.
type Weeks struct {
	Child  portal.ID   `db:"child"`
	ID     portal.ID   `db:"id"` // of a proposal
	Anchor portal.Date `db:"anchor"`
	First  portal.ID   `db:"first"`
	Second portal.ID   `db:"second"`
	At     int64       `db:"at"`
	By     portal.ID   `db:"made_by"`
}

// SetWeeks writes a child's alternate weeks.
func (tx *Tx) SetWeeks(w Weeks) error {
	_, err := tx.exec(`INSERT INTO child_weeks (child, anchor, first, second, set_at, set_by) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (child) DO UPDATE SET anchor = excluded.anchor, first = excluded.first, second = excluded.second, set_at = excluded.set_at, set_by = excluded.set_by`,
		w.Child, w.Anchor, w.First, w.Second, w.At, w.By)
	tx.Touch("child", w.Child)
	return err
}

// ProposeWeeks keeps what a parent proposes, instead of what was proposed
// before.
func (tx *Tx) ProposeWeeks(w Weeks) error {
	_, err := tx.exec(`INSERT INTO child_weeks_proposals (child, id, anchor, first, second, made_at, made_by) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (child) DO UPDATE SET id = excluded.id, anchor = excluded.anchor, first = excluded.first, second = excluded.second, made_at = excluded.made_at, made_by = excluded.made_by`,
		w.Child, w.ID, w.Anchor, w.First, w.Second, w.At, w.By)
	tx.Touch("child", w.Child)
	return err
}

// WeeksOf is a child's alternate weeks.
func (tx *Tx) WeeksOf(child portal.ID) (w Weeks, found bool, err error) {
	found, err = tx.get(&w, `SELECT child, '' AS id, anchor, first, second, set_at AS at, set_by AS made_by FROM child_weeks WHERE child = ?`, child)
	return
}

// ProposedWeeks is what one parent proposes for a child.
func (tx *Tx) ProposedWeeks(child portal.ID) (w Weeks, found bool, err error) {
	found, err = tx.get(&w, `SELECT child, id, anchor, first, second, made_at AS at, made_by FROM child_weeks_proposals WHERE child = ?`, child)
	return
}

// DropWeeks ends a child's alternate weeks, and with them who pays by them.
func (tx *Tx) DropWeeks(child portal.ID) error {
	if err := tx.DropPaying(child); err != nil {
		return err
	}
	_, err := tx.exec(`DELETE FROM child_weeks WHERE child = ?`, child)
	return err
}

// DropProposedWeeks takes what was proposed away.
func (tx *Tx) DropProposedWeeks(child portal.ID) error {
	_, err := tx.exec(`DELETE FROM child_weeks_proposals WHERE child = ?`, child)
	tx.Touch("child", child)
	return err
}

// dropWeeksWith ends what was set or proposed between an account and another.
func (tx *Tx) dropWeeksWith(child, account portal.ID) error {
	for _, table := range []string{"child_paying", "child_paying_proposals"} {
		if _, err := tx.exec(`DELETE FROM `+table+` WHERE child = ? AND child IN (SELECT child FROM child_weeks WHERE first = ? OR second = ?)`, child, account, account); err != nil {
			return err
		}
	}
	for _, table := range []string{"child_weeks", "child_weeks_proposals"} {
		if _, err := tx.exec(`DELETE FROM `+table+` WHERE child = ? AND (first = ? OR second = ?)`, child, account, account); err != nil {
			return err
		}
	}
	return nil
}

// weeksContradictions is what weeks may never be: between others than two
// parents who share custody.
var weeksContradictions = []struct{ what, query string }{
	{"the weeks of child %s are not between its parents", weeksBetweenStrangers("child_weeks")},
	{"the weeks proposed for child %s are not between its parents", weeksBetweenStrangers("child_weeks_proposals")},
	{"who pays for child %s is set without weeks", `SELECT child FROM child_paying WHERE child NOT IN (SELECT child FROM child_weeks)`},
	{"who is to pay for child %s is proposed without weeks", `SELECT child FROM child_paying_proposals WHERE child NOT IN (SELECT child FROM child_weeks)`},
}

func weeksBetweenStrangers(table string) string {
	return `SELECT w.child FROM ` + table + ` w WHERE w.first = w.second OR 2 <> (SELECT COUNT(*) FROM child_links l
		WHERE l.child = w.child AND l.account IN (w.first, w.second) AND l.custody = 'shared')`
}

package store

import "parvis/shared/portal"

// Delegation is what a parent gives another adult, as it is stored.
type Delegation struct {
	ID         portal.ID   `db:"id"`
	Inviter    portal.ID   `db:"inviter"`
	Mail       string      `db:"mail"`     // that was invited
	Delegate   portal.ID   `db:"delegate"` // the account that accepted
	Kind       string      `db:"kind"`
	Level      string      `db:"level"`
	Activities string      `db:"activities"` // as JSON; none: all
	Until      portal.Date `db:"day_until"`
	State      string      `db:"state"`
	Epoch      string      `db:"epoch"`
	Made       int64       `db:"made"`
	Answered   int64       `db:"answered"`
	Ended      int64       `db:"ended"`
	Why        string      `db:"why"` // it ended
}

const (
	delegationColumns = `id, inviter, mail, delegate, kind, level, activities, day_until, state, epoch, made, answered, ended, why`
	thisEpoch         = `(SELECT value FROM meta WHERE key = '` + MetaEpoch + `')`
)

// InsertDelegation writes an invitation for some children, under the epoch of
// now.
func (tx *Tx) InsertDelegation(d Delegation, children []portal.ID) error {
	if _, err := tx.exec(`INSERT INTO delegations (`+delegationColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, `+thisEpoch+`, ?, ?, ?, ?)`,
		d.ID, d.Inviter, d.Mail, d.Delegate, d.Kind, d.Level, d.Activities, d.Until, d.State, d.Made, d.Answered, d.Ended, d.Why); err != nil {
		return err
	}
	for _, c := range children {
		if _, err := tx.exec(`INSERT INTO delegation_children (delegation, child) VALUES (?, ?)`, d.ID, c); err != nil {
			return err
		}
	}
	tx.Touch("delegation", d.ID)
	return nil
}

// MoveDelegation writes a delegation's new state. Its children, with all that
// hangs on them, are projected anew, for the delegate now reads them or no
// longer does.
func (tx *Tx) MoveDelegation(d Delegation) error {
	if _, err := tx.exec(`UPDATE delegations SET delegate = ?, state = ?, answered = ?, ended = ?, why = ? WHERE id = ?`,
		d.Delegate, d.State, d.Answered, d.Ended, d.Why, d.ID); err != nil {
		return err
	}
	tx.Touch("delegation", d.ID)
	children, err := tx.DelegatedChildren(d.ID)
	if err != nil {
		return err
	}
	for _, c := range children {
		if err := tx.touchChild(c); err != nil {
			return err
		}
	}
	return nil
}

// ChangeDelegation writes what a delegation gives from now on, and for which of
// its children it is no longer. All of them are projected anew.
func (tx *Tx) ChangeDelegation(d Delegation, removed []portal.ID) error {
	before, err := tx.DelegatedChildren(d.ID)
	if err != nil {
		return err
	}
	if _, err := tx.exec(`UPDATE delegations SET level = ?, activities = ?, day_until = ? WHERE id = ?`, d.Level, d.Activities, d.Until, d.ID); err != nil {
		return err
	}
	for _, c := range removed {
		if _, err := tx.exec(`UPDATE delegation_children SET removed = ? WHERE delegation = ? AND child = ?`, tx.Now().UnixMicro(), d.ID, c); err != nil {
			return err
		}
	}
	tx.Touch("delegation", d.ID)
	for _, c := range before {
		if err := tx.touchChild(c); err != nil {
			return err
		}
	}
	return nil
}

// Delegation finds one, whatever its state.
func (tx *Tx) Delegation(id portal.ID) (d Delegation, found bool, err error) {
	found, err = tx.get(&d, `SELECT `+delegationColumns+` FROM delegations WHERE id = ?`, id)
	return
}

// DelegatedChildren lists the children it names.
func (tx *Tx) DelegatedChildren(delegation portal.ID) (out []portal.ID, err error) {
	err = tx.all(&out, `SELECT child FROM delegation_children WHERE delegation = ? AND removed = 0 ORDER BY child`, delegation)
	return
}

// DelegationsFor lists those for a child that were accepted and have not ended,
// the oldest first.
func (tx *Tx) DelegationsFor(child portal.ID) (out []Delegation, err error) {
	err = tx.all(&out, `SELECT `+delegationColumns+` FROM delegations WHERE id IN (SELECT delegation FROM delegation_children WHERE child = ? AND removed = 0)
		AND state = 'accepted' AND epoch = `+thisEpoch+` ORDER BY answered, id`, child)
	return
}

// DelegationsBy lists those that an account has given, the oldest first.
func (tx *Tx) DelegationsBy(inviter portal.ID) (out []Delegation, err error) {
	err = tx.all(&out, `SELECT `+delegationColumns+` FROM delegations WHERE inviter = ? ORDER BY made, id`, inviter)
	return
}

// DelegationsOf lists those that an account has accepted, ended ones too.
func (tx *Tx) DelegationsOf(delegate portal.ID) (out []Delegation, err error) {
	err = tx.all(&out, `SELECT `+delegationColumns+` FROM delegations WHERE delegate = ? AND delegate <> '' ORDER BY made, id`, delegate)
	return
}

// InvitationsTo lists those that wait for whoever has a mail address.
func (tx *Tx) InvitationsTo(mail string) (out []Delegation, err error) {
	err = tx.all(&out, `SELECT `+delegationColumns+` FROM delegations WHERE mail = ? AND state = 'invited' ORDER BY made, id`, mail)
	return
}

// WasDelegate reports whether an account once had a right for a child that a
// parent had given it.
func (tx *Tx) WasDelegate(account, child portal.ID) (bool, error) {
	var n int
	return tx.get(&n, `SELECT 1 FROM delegations WHERE delegate = ? AND delegate <> '' AND answered > 0 AND state <> 'declined' AND id IN (SELECT delegation FROM delegation_children WHERE child = ?) LIMIT 1`, account, child)
}

// Invited reports whether an account has accepted what another gave it for a
// child, ended or not, so that the two know each other's account.
func (tx *Tx) Invited(inviter, delegate, child portal.ID) (bool, error) {
	if inviter == delegate {
		return false, nil
	}
	var n int
	return tx.get(&n, `SELECT 1 FROM delegations WHERE inviter = ? AND delegate = ? AND delegate <> '' AND answered > 0 AND state <> 'declined' AND id IN (SELECT delegation FROM delegation_children WHERE child = ?) LIMIT 1`,
		inviter, delegate, child)
}

// Lapsed lists those that should have ended by themselves: accepted ones whose
// last day is before today, invitations made before an instant, those of
// another epoch, and those for whose children the inviter has none of the
// custodies any more; at most limit.
func (tx *Tx) Lapsed(today portal.Date, madeBefore int64, custodies [2]string, limit int) (out []Delegation, err error) {
	err = tx.all(&out, `SELECT `+delegationColumns+` FROM delegations d WHERE ended = 0 AND (
		day_until <> '' AND day_until < ? OR state = 'invited' AND made <= ? OR epoch <> `+thisEpoch+`
		OR NOT EXISTS (SELECT 1 FROM delegation_children c JOIN child_links l ON l.child = c.child AND l.account = d.inviter
			WHERE c.delegation = d.id AND c.removed = 0 AND l.custody IN (?, ?))) ORDER BY made, id LIMIT ?`, today, madeBefore, custodies[0], custodies[1], limit)
	return
}

// LapsedTo reports whether an account holds one whose last day is before today,
// or of another epoch, that no round of the job has ended yet.
func (tx *Tx) LapsedTo(delegate portal.ID, today portal.Date) (bool, error) {
	var n int
	return tx.get(&n, `SELECT 1 FROM delegations WHERE delegate = ? AND delegate <> '' AND state = 'accepted' AND (day_until <> '' AND day_until < ? OR epoch <> `+thisEpoch+`) LIMIT 1`,
		delegate, today)
}

// ForgetDelegations forgets those that ended before an instant, at most limit.
// What their delegates booked tells no longer whose account that was.
func (tx *Tx) ForgetDelegations(before int64, limit int) (int64, error) {
	var ended []Delegation
	if err := tx.all(&ended, `SELECT `+delegationColumns+` FROM delegations WHERE ended > 0 AND ended < ? ORDER BY ended, id LIMIT ?`, before, limit); err != nil {
		return 0, err
	}
	for _, d := range ended {
		for _, query := range []string{`DELETE FROM delegations WHERE id = ?`, `DELETE FROM delegation_children WHERE delegation = ?`} {
			if _, err := tx.exec(query, d.ID); err != nil {
				return 0, err
			}
		}
		tx.Touch("delegation", d.ID)
		var booked []portal.ID
		if err := tx.all(&booked, `SELECT id FROM bookings WHERE actor = ? AND actor <> payer AND payer = ? AND state = 'live' ORDER BY id`, d.Delegate, d.Inviter); err != nil {
			return 0, err
		}
		for _, id := range booked {
			tx.Touch("booking", id)
		}
	}
	return int64(len(ended)), nil
}

// delegationContradictions are those of Contradictions about delegations.
var delegationContradictions = []struct{ what, query string }{
	{"delegation %s has no child", `SELECT id FROM delegations WHERE id NOT IN (SELECT delegation FROM delegation_children WHERE removed = 0)`},
	{"delegation %s was accepted by nobody, or answered by its inviter",
		`SELECT id FROM delegations WHERE state = 'accepted' AND (delegate = '' OR answered = 0) OR delegate = inviter`},
	{"delegation %s has ended at no time, or has and is live",
		`SELECT id FROM delegations WHERE (state IN ('invited', 'accepted')) <> (ended = 0)`},
}

package store

import "parvis/shared/portal"

// SaveAccount writes what may change of an account; the password and the
// second factor have ways of their own.
func (tx *Tx) SaveAccount(a Account) error {
	_, err := tx.exec(`UPDATE accounts SET login = ?, mail_key = ?, first_name = ?, last_name = ?, language = ?, profile = ?, payer = ?, closing = ?, closed = ? WHERE id = ?`,
		a.Login, a.MailKey, a.FirstName, a.LastName, a.Language, a.Profile, a.Payer, a.Closing, a.Closed, a.ID)
	tx.Touch("account", a.ID)
	return err
}

// EndOtherSessions ends all sessions of an account but one.
func (tx *Tx) EndOtherSessions(account, but portal.ID, at int64) error {
	_, err := tx.exec(`UPDATE sessions SET ended = ? WHERE account = ? AND id <> ? AND ended = 0`, at, account, but)
	return err
}

// DeviceSession is an open session with its device's name.
type DeviceSession struct {
	Session
	Name string `db:"name"`
}

// SessionsOf lists an account's sessions that nobody has ended, the one last
// used first.
func (tx *Tx) SessionsOf(account portal.ID) (out []DeviceSession, err error) {
	err = tx.all(&out, `SELECT s.id, s.account, s.device, s.kind, s.token, s.revoker, s.created, s.seen, s.ended, COALESCE(d.name, '') AS name
		FROM sessions s LEFT JOIN devices d ON d.account = s.account AND d.device = s.device
		WHERE s.account = ? AND s.ended = 0 ORDER BY s.seen DESC, s.id`, account)
	return
}

// DropDevice forgets a device of an account, and with it the share that opens
// what it holds.
func (tx *Tx) DropDevice(account, device portal.ID) error {
	_, err := tx.exec(`DELETE FROM devices WHERE account = ? AND device = ?`, account, device)
	return err
}

// States of a change of mail address.
const (
	MailAsked  = "asked"
	MailMade   = "made"
	MailUndone = "undone"
)

// MailChange is a change of mail address, from the wish to the end of the time
// in which it can be undone. Secrets are kept as hashes only.
type MailChange struct {
	ID        portal.ID `db:"id"`
	Account   portal.ID `db:"account"`
	Old       string    `db:"old_key"`
	New       string    `db:"new_key"`
	Taken     bool      `db:"taken"` // another account has the address: nothing here will ever open
	Handle    string    `db:"handle"`
	Link      string    `db:"link"`
	LinkUntil int64     `db:"link_until"`
	Code      string    `db:"code"`
	CodeUntil int64     `db:"code_until"`
	CodeTries int       `db:"code_tries"`
	Undo      string    `db:"undo"`
	UndoUntil int64     `db:"undo_until"`
	State     string    `db:"state"`
	Created   int64     `db:"created"`
}

const mailChangeColumns = `id, account, old_key, new_key, taken, handle, link, link_until, code, code_until, code_tries, undo, undo_until, state, created`

// SaveMailChange writes one, new or changed.
func (tx *Tx) SaveMailChange(c MailChange) error {
	taken := 0
	if c.Taken {
		taken = 1
	}
	_, err := tx.exec(`INSERT INTO mail_changes (`+mailChangeColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET code = excluded.code, code_tries = excluded.code_tries, undo = excluded.undo, undo_until = excluded.undo_until, state = excluded.state`,
		c.ID, c.Account, c.Old, c.New, taken, c.Handle, c.Link, c.LinkUntil, c.Code, c.CodeUntil, c.CodeTries, c.Undo, c.UndoUntil, c.State, c.Created)
	tx.Touch("account", c.Account)
	return err
}

// ByUndo is the secret by which a change that was made is found, besides its
// link and its handle.
const ByUndo = "undo"

// MailChangeBy finds a change by the hash of one of its secrets.
func (tx *Tx) MailChangeBy(secret, hash string) (c MailChange, found bool, err error) {
	if hash == "" {
		return c, false, nil
	}
	column := map[string]string{ByHandle: "handle", ByLink: "link", ByUndo: "undo"}[secret]
	found, err = tx.get(&c, `SELECT `+mailChangeColumns+` FROM mail_changes WHERE `+column+` = ?`, hash)
	return
}

// MailChangeOf is the change of an account that waits to be confirmed, in time
// or not.
func (tx *Tx) MailChangeOf(account portal.ID) (c MailChange, found bool, err error) {
	found, err = tx.get(&c, `SELECT `+mailChangeColumns+` FROM mail_changes WHERE account = ? AND state = 'asked' ORDER BY created DESC, id DESC LIMIT 1`, account)
	return
}

// DropMailChanges forgets those of an account that wait, or all of them.
func (tx *Tx) DropMailChanges(account portal.ID, all bool) error {
	query := `DELETE FROM mail_changes WHERE account = ?`
	if !all {
		query += ` AND state = 'asked'`
	}
	_, err := tx.exec(query, account)
	tx.Touch("account", account)
	return err
}

// ForgetMailChanges forgets those made before an instant, at most limit.
func (tx *Tx) ForgetMailChanges(before int64, limit int) (int64, error) {
	return tx.exec(`DELETE FROM mail_changes WHERE id IN (SELECT id FROM mail_changes WHERE created < ? LIMIT ?)`, before, limit)
}

// AccountsToClose lists accounts whose time to be closed has come.
func (tx *Tx) AccountsToClose(limit int) (out []Account, err error) {
	err = tx.all(&out, `SELECT `+accountColumns+` FROM accounts WHERE closing > 0 AND closing <= ? ORDER BY closing, id LIMIT ?`, tx.Now().UnixMicro(), limit)
	return
}

// ForgetAccess takes away all that an account was entered by: its password and
// second factor, its sessions, devices and recoveries.
func (tx *Tx) ForgetAccess(account portal.ID) error {
	for _, query := range []string{
		`UPDATE accounts SET password = '', totp = '', totp_step = 0, recovery = '[]' WHERE id = ?`,
		`DELETE FROM sessions WHERE account = ?`,
		`DELETE FROM devices WHERE account = ?`,
		`DELETE FROM recoveries WHERE account = ?`,
	} {
		if _, err := tx.exec(query, account); err != nil {
			return err
		}
	}
	return nil
}

// BookingsForOthers lists what an account has booked that another pays,
// cancelled ones too, oldest first.
func (tx *Tx) BookingsForOthers(account portal.ID) (out []Booking, err error) {
	err = tx.all(&out, `SELECT `+bookingColumns+` FROM bookings WHERE actor = ? AND actor <> payer ORDER BY made, id`, account)
	return
}

// BookingsPaidBy lists all that an account pays, whoever booked it, cancelled
// ones too, oldest first.
func (tx *Tx) BookingsPaidBy(account portal.ID) (out []Booking, err error) {
	err = tx.all(&out, `SELECT `+bookingColumns+` FROM bookings WHERE payer = ? ORDER BY made, id`, account)
	return
}

// Movement is an entry of a ledger account with what it was for.
type Movement struct {
	At     int64        `db:"at"`
	Kind   string       `db:"kind"`
	Amount portal.Money `db:"amount"`
	Reason string       `db:"reason"`
}

// MovementsOf lists the entries of a ledger account, oldest first.
func (tx *Tx) MovementsOf(account string) (out []Movement, err error) {
	err = tx.all(&out, `SELECT t.at, t.kind, e.amount, t.reason FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.tx WHERE e.account = ? ORDER BY t.at, t.id`, account)
	return
}

// AuditOfSelf is a line of the audit trail as the person it is about may read
// it: what was done, and whether they did it themselves.
type AuditOfSelf struct {
	At     int64  `db:"at" json:"at"`
	Action string `db:"action" json:"action"`
	Self   bool   `db:"self" json:"self"`
}

// AuditAbout lists what the audit trail says about an account, oldest first:
// what its person did, when a desk opened its file, and when a search found it,
// alone or among others.
func (tx *Tx) AuditAbout(account portal.ID) (out []AuditOfSelf, err error) {
	err = tx.all(&out, `SELECT at, action, CASE WHEN actor = ? THEN 1 ELSE 0 END AS self FROM audit
		WHERE subject = ? OR subject LIKE ? OR subject LIKE ? ORDER BY n`, account, account, "% "+string(account), "% "+string(account)+" %")
	return
}

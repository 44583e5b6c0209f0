package store

import "parvis/shared/portal"

// Session is a signed-in device of an account; its secrets are kept as
// hashes only.
type Session struct {
	ID      portal.ID `db:"id"`
	Account portal.ID `db:"account"`
	Device  portal.ID `db:"device"`
	Kind    string    `db:"kind"`
	Token   string    `db:"token"`
	Revoker string    `db:"revoker"`
	Created int64     `db:"created"`
	Seen    int64     `db:"seen"`
	Ended   int64     `db:"ended"`
}

const sessionColumns = `id, account, device, kind, token, revoker, created, seen, ended`

// InsertSession writes a new session.
func (tx *Tx) InsertSession(s Session) error {
	_, err := tx.exec(`INSERT INTO sessions (`+sessionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.ID, s.Account, s.Device, s.Kind, s.Token, s.Revoker, s.Created, s.Seen, s.Ended)
	return err
}

// SessionByToken finds a session by the hash of its token.
func (tx *Tx) SessionByToken(hash string) (s Session, found bool, err error) {
	found, err = tx.get(&s, `SELECT `+sessionColumns+` FROM sessions WHERE token = ?`, hash)
	return
}

// SessionByRevoker finds a session by the hash of its revocation secret.
func (tx *Tx) SessionByRevoker(hash string) (s Session, found bool, err error) {
	found, err = tx.get(&s, `SELECT `+sessionColumns+` FROM sessions WHERE revoker = ?`, hash)
	return
}

// SeenSession notes when a session was last used.
func (tx *Tx) SeenSession(id portal.ID, at int64) error {
	_, err := tx.exec(`UPDATE sessions SET seen = ? WHERE id = ? AND seen < ?`, at, id, at)
	return err
}

// EndSession ends one session; false when it had ended before.
func (tx *Tx) EndSession(id portal.ID, at int64) (bool, error) {
	n, err := tx.exec(`UPDATE sessions SET ended = ? WHERE id = ? AND ended = 0`, at, id)
	return n == 1, err
}

// EndSessions ends all sessions of an account.
func (tx *Tx) EndSessions(account portal.ID, at int64) error {
	_, err := tx.exec(`UPDATE sessions SET ended = ? WHERE account = ? AND ended = 0`, at, account)
	return err
}

// DropSessions forgets sessions last used before an instant, at most limit.
func (tx *Tx) DropSessions(before int64, limit int) (int64, error) {
	return tx.exec(`DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE seen < ? LIMIT ?)`, before, limit)
}

// Device is an installation on which an account has signed in, with the
// server's share of that cache's key.
type Device struct {
	Account portal.ID `db:"account"`
	Device  portal.ID `db:"device"`
	Name    string    `db:"name"`
	Share   string    `db:"share"`
	Created int64     `db:"created"`
}

// DeviceOf finds a device of an account.
func (tx *Tx) DeviceOf(account, device portal.ID) (d Device, found bool, err error) {
	found, err = tx.get(&d, `SELECT account, device, name, share, created FROM devices WHERE account = ? AND device = ?`, account, device)
	return
}

// InsertDevice writes a device.
func (tx *Tx) InsertDevice(d Device) error {
	_, err := tx.exec(`INSERT INTO devices (account, device, name, share, created) VALUES (?, ?, ?, ?, ?)`, d.Account, d.Device, d.Name, d.Share, d.Created)
	return err
}

// Throttle is how often somebody failed at something and until when they
// must wait.
type Throttle struct {
	Subject  string `db:"subject"`
	Failures int    `db:"failures"`
	Until    int64  `db:"until"`
	Seen     int64  `db:"seen"`
}

// ThrottleOf reads a throttle; one that was never written is zero.
func (tx *Tx) ThrottleOf(subject string) (t Throttle, err error) {
	_, err = tx.get(&t, `SELECT subject, failures, until, seen FROM throttles WHERE subject = ?`, subject)
	t.Subject = subject
	return
}

// SaveThrottle writes a throttle.
func (tx *Tx) SaveThrottle(t Throttle) error {
	_, err := tx.exec(`INSERT INTO throttles (subject, failures, until, seen) VALUES (?, ?, ?, ?)
		ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, until = excluded.until, seen = excluded.seen`,
		t.Subject, t.Failures, t.Until, t.Seen)
	return err
}

// ClearThrottle forgets a throttle.
func (tx *Tx) ClearThrottle(subject string) error {
	_, err := tx.exec(`DELETE FROM throttles WHERE subject = ?`, subject)
	return err
}

// DropThrottles forgets those not touched since an instant, at most limit.
func (tx *Tx) DropThrottles(before int64, limit int) (int64, error) {
	return tx.exec(`DELETE FROM throttles WHERE subject IN (SELECT subject FROM throttles WHERE seen < ? AND until < ? LIMIT ?)`, before, before, limit)
}

// OpenSessions counts the sessions that nobody has ended.
func (tx *Tx) OpenSessions() (n int, err error) {
	_, err = tx.get(&n, `SELECT COUNT(*) FROM sessions WHERE ended = 0`)
	return
}

package store

import "parvis/shared/portal"

// Recovery is somebody's wish for a new password. Secrets are kept as hashes
// only.
type Recovery struct {
	ID          portal.ID `db:"id"`
	Account     portal.ID `db:"account"` // "" where nobody has the name that was typed: nothing here will ever open
	Handle      string    `db:"handle"`
	Link        string    `db:"link"`
	LinkUntil   int64     `db:"link_until"`
	Code        string    `db:"code"`
	CodeUntil   int64     `db:"code_until"`
	CodeTries   int       `db:"code_tries"`
	Opened      string    `db:"opened"` // what the code has opened
	OpenedUntil int64     `db:"opened_until"`
	Created     int64     `db:"created"`
}

const recoveryColumns = `id, account, handle, link, link_until, code, code_until, code_tries, opened, opened_until, created`

// SaveRecovery writes a recovery, new or changed.
func (tx *Tx) SaveRecovery(r Recovery) error {
	_, err := tx.exec(`INSERT INTO recoveries (`+recoveryColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET code = excluded.code, code_tries = excluded.code_tries, opened = excluded.opened, opened_until = excluded.opened_until`,
		r.ID, r.Account, r.Handle, r.Link, r.LinkUntil, r.Code, r.CodeUntil, r.CodeTries, r.Opened, r.OpenedUntil, r.Created)
	return err
}

// RecoveryBy finds a recovery by the hash of its handle, its link or what its
// code has opened (ByActivation).
func (tx *Tx) RecoveryBy(secret, hash string) (r Recovery, found bool, err error) {
	if hash == "" {
		return r, false, nil
	}
	column := map[string]string{ByHandle: "handle", ByLink: "link", ByActivation: "opened"}[secret]
	found, err = tx.get(&r, `SELECT `+recoveryColumns+` FROM recoveries WHERE `+column+` = ?`, hash)
	return
}

// EndRecoveries forgets all of an account's: one was used.
func (tx *Tx) EndRecoveries(account portal.ID) error {
	_, err := tx.exec(`DELETE FROM recoveries WHERE account = ?`, account)
	return err
}

// DropRecoveries forgets those made before an instant, at most limit.
func (tx *Tx) DropRecoveries(before int64, limit int) (int64, error) {
	return tx.exec(`DELETE FROM recoveries WHERE id IN (SELECT id FROM recoveries WHERE created < ? LIMIT ?)`, before, limit)
}

// ClearThrottles forgets a throttle and those of the same subject's devices,
// which follow it behind a colon.
func (tx *Tx) ClearThrottles(subject string) error {
	_, err := tx.exec(`DELETE FROM throttles WHERE subject = ? OR subject > ? AND subject < ?`, subject, subject+":", subject+";")
	return err
}

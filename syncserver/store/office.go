package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"parvis/shared/portal"
)

// Mail is one message of the durable outbox of mails.
type Mail struct {
	ID       portal.ID `db:"id"`
	Address  string    `db:"address"`
	Template string    `db:"template"`
	Language string    `db:"language"`
	Data     string    `db:"data"` // the template's fields, as JSON
	Tries    int       `db:"tries"`
	NextAt   int64     `db:"next_at"`
	Created  int64     `db:"created"`
}

// Enqueue puts a mail into the outbox, to leave once this transaction stands.
func (tx *Tx) Enqueue(m Mail) error {
	now := tx.Now().UnixMicro()
	_, err := tx.exec(`INSERT INTO mails (id, address, template, language, data, state, next_at, created) VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?)`,
		m.ID, m.Address, m.Template, m.Language, m.Data, now, now)
	return err
}

// MailsDue reports whether a mail's time has come.
func (tx *Tx) MailsDue() (bool, error) {
	var n int
	return tx.get(&n, `SELECT 1 FROM mails WHERE state = 'waiting' AND next_at <= ? LIMIT 1`, tx.Now().UnixMicro())
}

// DueMails lists mails whose time has come and keeps other processes from
// them until lease.
func (tx *Tx) DueMails(limit int, lease int64) (out []Mail, err error) {
	if err = tx.all(&out, `SELECT id, address, template, language, data, tries, next_at, created FROM mails
		WHERE state = 'waiting' AND next_at <= ? ORDER BY next_at, id LIMIT ?`, tx.Now().UnixMicro(), limit); err != nil {
		return
	}
	for _, m := range out {
		if _, err = tx.exec(`UPDATE mails SET next_at = ? WHERE id = ?`, lease, m.ID); err != nil {
			return
		}
	}
	return
}

// MailSent forgets what a mail said and remembers that it left.
func (tx *Tx) MailSent(id portal.ID) error {
	_, err := tx.exec(`UPDATE mails SET state = 'sent', data = '{}', tries = tries + 1, error = '' WHERE id = ?`, id)
	return err
}

// MailRetry puts a mail off.
func (tx *Tx) MailRetry(id portal.ID, next int64, why string) error {
	_, err := tx.exec(`UPDATE mails SET next_at = ?, tries = tries + 1, error = ? WHERE id = ?`, next, why, id)
	return err
}

// MailRelease makes a mail due that was claimed and not tried.
func (tx *Tx) MailRelease(id portal.ID) error {
	_, err := tx.exec(`UPDATE mails SET next_at = ? WHERE id = ?`, tx.Now().UnixMicro(), id)
	return err
}

// MailFailed gives a mail up.
func (tx *Tx) MailFailed(id portal.ID, why string) error {
	_, err := tx.exec(`UPDATE mails SET state = 'failed', data = '{}', tries = tries + 1, error = ? WHERE id = ?`, why, id)
	return err
}

// DropMails forgets those written before an instant, at most limit: what has
// found no way out for so long tells nobody anything any more.
func (tx *Tx) DropMails(before int64, limit int) (int64, error) {
	return tx.exec(`DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE created < ? LIMIT ?)`, before, limit)
}

// Audit appends to the audit trail: who did what about whom. Each line
// carries a hash over itself and the line before, so that none can be changed
// or taken out unseen.
func (tx *Tx) Audit(actor portal.ID, action, subject string) error {
	var last auditLine
	if _, err := tx.get(&last, `SELECT n, at, actor, action, subject, hash FROM audit ORDER BY n DESC LIMIT 1`); err != nil {
		return err
	}
	line := auditLine{N: last.N + 1, At: tx.Now().UnixMicro(), Actor: actor, Action: action, Subject: subject}
	line.Hash = line.chained(last.Hash)
	_, err := tx.exec(`INSERT INTO audit (n, at, actor, action, subject, hash) VALUES (?, ?, ?, ?, ?, ?)`,
		line.N, line.At, line.Actor, line.Action, line.Subject, line.Hash)
	return err
}

type auditLine struct {
	N       int64     `db:"n"`
	At      int64     `db:"at"`
	Actor   portal.ID `db:"actor"`
	Action  string    `db:"action"`
	Subject string    `db:"subject"`
	Hash    string    `db:"hash"`
}

func (l auditLine) chained(previous string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%d\n%q\n%q\n%q", previous, l.N, l.At, l.Actor, l.Action, l.Subject))
	return hex.EncodeToString(sum[:])
}

// VerifyAudit reads the whole trail and returns the number of its lines, or
// an error that names the first line that does not follow from the one before.
func (tx *Tx) VerifyAudit() (int64, error) {
	var previous string
	var n int64
	for {
		var page []auditLine
		if err := tx.all(&page, `SELECT n, at, actor, action, subject, hash FROM audit WHERE n > ? ORDER BY n LIMIT 1000`, n); err != nil {
			return n, err
		}
		if len(page) == 0 {
			return n, nil
		}
		for _, l := range page {
			if l.N != n+1 || l.Hash != l.chained(previous) {
				return n, fmt.Errorf("store: the audit trail is broken at line %d", n+1)
			}
			n, previous = l.N, l.Hash
		}
	}
}

package store

import "parvis/shared/portal"

// Notice is something that an account is told of.
type Notice struct {
	ID       portal.ID `db:"id"`
	Account  portal.ID `db:"account"`
	Kind     string    `db:"kind"`
	About    portal.ID `db:"about"`
	At       int64     `db:"at"`
	ReadAt   int64     `db:"read_at"`
	DigestAt int64     `db:"digest_at"` // when the mail of the day tells it; 0: never, or already
	What     string    `db:"what"`
	Args     string    `db:"args"` // as JSON
}

const noticeColumns = `id, account, kind, about, at, read_at, digest_at, what, args`

// AddNotice writes a notice.
func (tx *Tx) AddNotice(n Notice) error {
	_, err := tx.exec(`INSERT INTO notices (`+noticeColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		n.ID, n.Account, n.Kind, n.About, n.At, n.ReadAt, n.DigestAt, n.What, n.Args)
	tx.Touch("notice", n.ID)
	return err
}

// RenewNotice writes one that was not read yet anew: the same has happened
// again since.
func (tx *Tx) RenewNotice(id portal.ID, args string) error {
	_, err := tx.exec(`UPDATE notices SET at = ?, args = ? WHERE id = ?`, tx.Now().UnixMicro(), args, id)
	tx.Touch("notice", id)
	return err
}

// Notice finds a notice.
func (tx *Tx) Notice(id portal.ID) (n Notice, found bool, err error) {
	found, err = tx.get(&n, `SELECT `+noticeColumns+` FROM notices WHERE id = ?`, id)
	return
}

// UnreadNotices lists those of a kind about one thing that an account has not
// read.
func (tx *Tx) UnreadNotices(account portal.ID, kind string, about portal.ID) (ids []portal.ID, err error) {
	err = tx.all(&ids, `SELECT id FROM notices WHERE account = ? AND kind = ? AND about = ? AND read_at = 0 ORDER BY id`, account, kind, about)
	return
}

// NoticeIDs lists all of a kind that an account was told, the oldest first.
func (tx *Tx) NoticeIDs(account portal.ID, kind string) (ids []portal.ID, err error) {
	err = tx.all(&ids, `SELECT id FROM notices WHERE account = ? AND kind = ? ORDER BY at, id`, account, kind)
	return
}

// ReadNotice notes that a notice was read: no mail tells it any more.
func (tx *Tx) ReadNotice(id portal.ID) error {
	_, err := tx.exec(`UPDATE notices SET read_at = ?, digest_at = 0 WHERE id = ? AND read_at = 0`, tx.Now().UnixMicro(), id)
	tx.Touch("notice", id)
	return err
}

// DropNotices forgets those of before an instant, at most limit.
func (tx *Tx) DropNotices(before int64, limit int) (int64, error) {
	var ids []portal.ID
	if err := tx.all(&ids, `SELECT id FROM notices WHERE at < ? ORDER BY at LIMIT ?`, before, limit); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if _, err := tx.exec(`DELETE FROM notices WHERE id = ?`, id); err != nil {
			return 0, err
		}
		tx.Touch("notice", id)
	}
	return int64(len(ids)), nil
}

// NoticesDue counts, for at most limit accounts, what the mail of the day has
// to tell, and takes it as told.
func (tx *Tx) NoticesDue(limit int) (map[portal.ID]int, error) {
	var due []struct {
		Account portal.ID `db:"account"`
		N       int       `db:"n"`
	}
	now := tx.Now().UnixMicro()
	if err := tx.all(&due, `SELECT account, COUNT(*) AS n FROM notices WHERE digest_at > 0 AND digest_at <= ? GROUP BY account ORDER BY account LIMIT ?`, now, limit); err != nil {
		return nil, err
	}
	out := map[portal.ID]int{}
	for _, d := range due {
		out[d.Account] = d.N
		if _, err := tx.exec(`UPDATE notices SET digest_at = 0 WHERE account = ? AND digest_at > 0 AND digest_at <= ?`, d.Account, now); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ChooseMail keeps how a kind of notice comes to an account by mail; "never"
// also ends what the mail of the day would have told of it.
func (tx *Tx) ChooseMail(account portal.ID, kind, mail string) error {
	if _, err := tx.exec(`INSERT INTO notice_choices (account, kind, mail) VALUES (?, ?, ?)
		ON CONFLICT (account, kind) DO UPDATE SET mail = excluded.mail`, account, kind, mail); err != nil {
		return err
	}
	tx.Touch("choices", account)
	_, err := tx.exec(`UPDATE notices SET digest_at = 0 WHERE account = ? AND kind = ? AND digest_at > 0`, account, kind)
	return err
}

// MailChoices is what an account has chosen, by kind.
func (tx *Tx) MailChoices(account portal.ID) (map[string]string, error) {
	var rows []struct {
		Kind string `db:"kind"`
		Mail string `db:"mail"`
	}
	err := tx.all(&rows, `SELECT kind, mail FROM notice_choices WHERE account = ? ORDER BY kind`, account)
	out := map[string]string{}
	for _, r := range rows {
		out[r.Kind] = r.Mail
	}
	return out, err
}

package store

import "parvis/shared/portal"

// Message is what was written about a request.
type Message struct {
	ID      portal.ID `db:"id"`
	Request portal.ID `db:"request"`
	N       int64     `db:"n"` // its place in the thread
	At      int64     `db:"at"`
	Sender  portal.ID `db:"sender"`
	Staff   bool      `db:"staff"` // written by the town hall
	Body    string    `db:"body"`
	ReadAt  int64     `db:"read_at"` // when the other side opened it; 0: not yet
	Reader  portal.ID `db:"reader"`
}

const messageColumns = `id, request, n, at, sender, staff, body, read_at, reader`

// AddMessage appends a message to the thread of its request.
func (tx *Tx) AddMessage(m Message) error {
	_, err := tx.exec(`INSERT INTO messages (id, request, n, at, sender, staff, body)
		SELECT ?, ?, COALESCE(MAX(n), 0) + 1, CAST(? AS BIGINT), ?, CAST(? AS BIGINT), ? FROM messages WHERE request = ?`,
		m.ID, m.Request, tx.Now().UnixMicro(), m.Sender, oneIf(m.Staff), m.Body, m.Request)
	tx.Touch("message", m.ID)
	tx.Touch("request", m.Request) // its row in the queue tells what is unread
	return err
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Message finds a message.
func (tx *Tx) Message(id portal.ID) (m Message, found bool, err error) {
	found, err = tx.get(&m, `SELECT `+messageColumns+` FROM messages WHERE id = ?`, id)
	return
}

// ThreadIDs lists the messages about a request in their order.
func (tx *Tx) ThreadIDs(request portal.ID) (ids []portal.ID, err error) {
	err = tx.all(&ids, `SELECT id FROM messages WHERE request = ? ORDER BY n`, request)
	return
}

// Thread counts the messages about a request, and those of one side that the
// other has not opened.
func (tx *Tx) Thread(request portal.ID, staff bool) (all, unread int, err error) {
	var n struct {
		All    int `db:"total"`
		Unread int `db:"unread"`
	}
	_, err = tx.get(&n, `SELECT COUNT(*) AS total, COALESCE(SUM(CASE WHEN staff = ? AND read_at = 0 THEN 1 ELSE 0 END), 0) AS unread
		FROM messages WHERE request = ?`, oneIf(staff), request)
	return n.All, n.Unread, err
}

// WrittenSince counts what an account has written since an instant.
func (tx *Tx) WrittenSince(sender portal.ID, since int64) (n int, err error) {
	_, err = tx.get(&n, `SELECT COUNT(*) FROM messages WHERE sender = ? AND at >= ?`, sender, since)
	return
}

// ReadThread notes that what one side wrote about a request was opened by the
// other, up to a place in the thread, and says how many were new to it.
func (tx *Tx) ReadThread(request portal.ID, staff bool, upto int64, reader portal.ID) (int, error) {
	var ids []portal.ID
	if err := tx.all(&ids, `SELECT id FROM messages WHERE request = ? AND staff = ? AND n <= ? AND read_at = 0 ORDER BY n`,
		request, oneIf(staff), upto); err != nil || len(ids) == 0 {
		return 0, err
	}
	for _, id := range ids {
		if _, err := tx.exec(`UPDATE messages SET read_at = ?, reader = ? WHERE id = ?`, tx.Now().UnixMicro(), reader, id); err != nil {
			return 0, err
		}
		tx.Touch("message", id)
	}
	tx.Touch("request", request)
	return len(ids), nil
}

// ReplyText is a text that a desk uses again.
type ReplyText struct {
	ID    portal.ID `db:"id"`
	Desk  string    `db:"desk"`
	Title string    `db:"title"`
	Body  string    `db:"body"`
}

// SaveReplyText writes a text, new or changed.
func (tx *Tx) SaveReplyText(t ReplyText) error {
	_, err := tx.exec(`INSERT INTO reply_texts (id, desk, title, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET title = excluded.title, body = excluded.body`, t.ID, t.Desk, t.Title, t.Body)
	tx.Touch("text", t.ID)
	return err
}

// ReplyText finds a text.
func (tx *Tx) ReplyText(id portal.ID) (t ReplyText, found bool, err error) {
	found, err = tx.get(&t, `SELECT id, desk, title, body FROM reply_texts WHERE id = ?`, id)
	return
}

// ReplyTexts counts a desk's texts.
func (tx *Tx) ReplyTexts(desk string) (n int, err error) {
	_, err = tx.get(&n, `SELECT COUNT(*) FROM reply_texts WHERE desk = ?`, desk)
	return
}

// DropReplyText forgets a text.
func (tx *Tx) DropReplyText(id portal.ID) error {
	_, err := tx.exec(`DELETE FROM reply_texts WHERE id = ?`, id)
	tx.Touch("text", id)
	return err
}

package store

import "parvis/shared/portal"

// Expiring lists valid documents whose last day lies within two days, and of
// which the reminder so many days ahead was not decided on, the first to end
// first.
func (tx *Tx) Expiring(from, to portal.Date, days, limit int) (out []Document, err error) {
	err = tx.all(&out, `SELECT `+documentColumns+` FROM documents WHERE status = 'valid' AND day_until <> '' AND day_until BETWEEN ? AND ? AND message = ''
		AND NOT EXISTS (SELECT 1 FROM document_reminders r WHERE r.document = documents.id AND r.days = ?) ORDER BY day_until, id LIMIT ?`, from, to, days, limit)
	return
}

// Reminded notes that a reminder was decided on; first is false where it had
// been already.
func (tx *Tx) Reminded(document portal.ID, days int) (first bool, err error) {
	rows, err := tx.exec(`INSERT INTO document_reminders (document, days, at) VALUES (?, ?, ?) ON CONFLICT (document, days) DO NOTHING`,
		document, days, tx.Now().UnixMicro())
	return rows == 1, err
}

// forgetReminders begins anew with a document: it is gone, or may be given
// another last day.
func (tx *Tx) forgetReminders(document portal.ID) error {
	_, err := tx.exec(`DELETE FROM document_reminders WHERE document = ?`, document)
	return err
}

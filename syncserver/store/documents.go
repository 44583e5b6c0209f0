package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"parvis/shared/documents"
	"parvis/shared/portal"
)

// Document is a supporting document as it is stored. What a family took back
// is not there any more.
type Document struct {
	ID      portal.ID `db:"id"`
	Account portal.ID `db:"account"`
	Kind    string    `db:"kind"`
	Child   portal.ID `db:"child"`
	Name    string    `db:"name"`
	Type    string    `db:"type"`
	Size    int64     `db:"size"`
	File    string    `db:"file"` // where its bytes lie: the name of a file in a folder of its own
	Sent    int64     `db:"sent"`

	Status string      `db:"status"`
	Until  portal.Date `db:"day_until"`
	Reason string      `db:"reason"`
	Note   string      `db:"note"`
	Agent  portal.ID   `db:"agent"`
	Judged int64       `db:"judged"`
	Mail   portal.ID   `db:"mail"` // what tells the family, while it waits

	Scan     string `db:"scan"`
	ScanAt   int64  `db:"scan_at"` // when a scanner may ask next
	ScanRuns int    `db:"scan_runs"`

	Message portal.ID `db:"message"` // that it goes with; "" for one that is asked for
}

const documentColumns = `id, account, kind, child, name, type, size, file, sent, status, day_until, reason, note, agent, judged, mail, scan, scan_at, scan_runs, message`

// Document finds a document.
func (tx *Tx) Document(id portal.ID) (d Document, found bool, err error) {
	found, err = tx.get(&d, `SELECT `+documentColumns+` FROM documents WHERE id = ?`, id)
	return
}

// DocumentsOf lists an account's documents, the oldest first, without those
// that go with messages.
func (tx *Tx) DocumentsOf(account portal.ID) (out []Document, err error) {
	err = tx.all(&out, `SELECT `+documentColumns+` FROM documents WHERE account = ? AND message = '' ORDER BY sent, id`, account)
	return
}

// EnclosedTo lists the files that go with messages about an account's requests,
// whoever sent them, the oldest first.
func (tx *Tx) EnclosedTo(account portal.ID) (out []Document, err error) {
	err = tx.all(&out, `SELECT `+documentColumns+` FROM documents WHERE account = ? AND message <> '' ORDER BY sent, id`, account)
	return
}

// CountEnclosed counts the files that one side has sent with messages about an
// account's requests.
func (tx *Tx) CountEnclosed(account portal.ID, staff bool) (n int, err error) {
	_, err = tx.get(&n, `SELECT COUNT(*) FROM documents d JOIN messages m ON m.id = d.message WHERE d.account = ? AND d.message <> '' AND m.staff = ?`, account, oneIf(staff))
	return
}

// EnclosedAbout lists the files that go with the messages about a request.
func (tx *Tx) EnclosedAbout(request portal.ID) (out []Document, err error) {
	err = tx.all(&out, `SELECT `+documentColumns+` FROM documents WHERE message <> '' AND message IN (SELECT id FROM messages WHERE request = ?) ORDER BY sent, id`, request)
	return
}

// DocumentsAbout lists the documents about a child, whoever gave them.
func (tx *Tx) DocumentsAbout(child portal.ID) (out []Document, err error) {
	err = tx.all(&out, `SELECT `+documentColumns+` FROM documents WHERE child = ? AND child <> '' ORDER BY sent, id`, child)
	return
}

// InsertDocument writes a new document.
func (tx *Tx) InsertDocument(d Document) error {
	if _, err := tx.exec(`INSERT INTO documents (`+documentColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		d.ID, d.Account, d.Kind, d.Child, d.Name, d.Type, d.Size, d.File, d.Sent, d.Status, d.Until, d.Reason, d.Note, d.Agent, d.Judged, d.Mail,
		d.Scan, d.ScanAt, d.ScanRuns, d.Message); err != nil {
		return err
	}
	return tx.touchDocument(d)
}

// SaveJudgment writes what an agent decided of a document, or that nobody has.
func (tx *Tx) SaveJudgment(d Document) error {
	if _, err := tx.exec(`UPDATE documents SET status = ?, day_until = ?, reason = ?, note = ?, agent = ?, judged = ?, mail = ? WHERE id = ?`,
		d.Status, d.Until, d.Reason, d.Note, d.Agent, d.Judged, d.Mail, d.ID); err != nil {
		return err
	}
	if err := tx.forgetReminders(d.ID); err != nil {
		return err
	}
	return tx.touchDocument(d)
}

// SaveScan writes what a scanner found, or when it is asked again.
func (tx *Tx) SaveScan(d Document) error {
	_, err := tx.exec(`UPDATE documents SET scan = ?, scan_at = ?, scan_runs = ? WHERE id = ?`, d.Scan, d.ScanAt, d.ScanRuns, d.ID)
	tx.Touch("document", d.ID)
	return err
}

// DeleteDocument forgets a document; its bytes go by a job.
func (tx *Tx) DeleteDocument(d Document) error {
	if _, err := tx.exec(`DELETE FROM documents WHERE id = ?`, d.ID); err != nil {
		return err
	}
	if err := tx.forgetReminders(d.ID); err != nil {
		return err
	}
	folder, _, _ := strings.Cut(d.File, "/")
	if err := tx.DropFile(folder); err != nil {
		return err
	}
	return tx.touchDocument(d)
}

// touchDocument projects a document anew, and the requests that may ask for
// it: the badge of each in its queue tells how it stands.
func (tx *Tx) touchDocument(d Document) error {
	if err := tx.touchProved(d); err != nil {
		return err
	}
	tx.Touch("document", d.ID)
	if d.Message != "" {
		return nil // nobody asks for it
	}
	var ids []portal.ID
	// Of a request from before that was kept nobody knows what it asks for.
	if err := tx.all(&ids, `SELECT r.id FROM requests r LEFT JOIN request_documents a ON a.request = r.id WHERE r.account = ?
		AND r.state NOT IN ('accepted', 'refused', 'withdrawn', 'closed') AND (a.asked IS NULL OR a.asked LIKE ?) ORDER BY r.id`,
		d.Account, `%"`+d.Kind+`"%`); err != nil {
		return err
	}
	for _, id := range ids {
		tx.Touch("request", id)
	}
	return nil
}

// TouchDocuments projects an account's documents anew: which desks may see
// them depends on its requests and on whose file is open.
func (tx *Tx) TouchDocuments(account portal.ID) error {
	var ids []portal.ID
	err := tx.all(&ids, `SELECT id FROM documents WHERE account = ? ORDER BY id`, account)
	for _, id := range ids {
		tx.Touch("document", id)
	}
	return err
}

// TouchDocumentsFor projects those that are about a child anew: which desks may
// see them depends on its absences.
func (tx *Tx) TouchDocumentsFor(child portal.ID) error {
	var ids []portal.ID
	err := tx.all(&ids, `SELECT id FROM documents WHERE child = ? AND child <> '' ORDER BY id`, child)
	for _, id := range ids {
		tx.Touch("document", id)
	}
	return err
}

// SetAsked fixes what a request asks for.
func (tx *Tx) SetAsked(request portal.ID, asked []documents.Asked) error {
	raw, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO request_documents (request, asked) VALUES (?, ?) ON CONFLICT (request) DO UPDATE SET asked = excluded.asked`, request, string(raw))
	tx.Touch("request", request)
	return err
}

// Asked is what a request asks for; fixed is false for one from before that
// was kept.
func (tx *Tx) Asked(request portal.ID) (asked []documents.Asked, fixed bool, err error) {
	var raw string
	fixed, err = tx.get(&raw, `SELECT asked FROM request_documents WHERE request = ?`, request)
	if err == nil && fixed {
		err = tx.fail(json.Unmarshal([]byte(raw), &asked))
	}
	return asked, fixed, err
}

// ScansDue reports whether a scanner has something to ask about.
func (tx *Tx) ScansDue(states []documents.Scan) (bool, error) {
	var n int
	in, args := among(states)
	return tx.get(&n, `SELECT 1 FROM documents WHERE scan IN (`+in+`) AND scan_at <= ? LIMIT 1`, append(args, tx.Now().UnixMicro())...)
}

func among(states []documents.Scan) (marks string, args []any) {
	for _, s := range states {
		args = append(args, string(s))
	}
	return strings.TrimSuffix(strings.Repeat("?, ", len(states)), ", "), args
}

// DueScans lists documents of some states that a scanner may ask about now,
// and keeps other processes from them until lease.
func (tx *Tx) DueScans(states []documents.Scan, limit int, lease int64) (out []Document, err error) {
	in, args := among(states)
	if err = tx.all(&out, `SELECT `+documentColumns+` FROM documents WHERE scan IN (`+in+`) AND scan_at <= ? ORDER BY scan_at, id LIMIT ?`,
		append(args, tx.Now().UnixMicro(), limit)...); err != nil {
		return
	}
	for _, d := range out {
		if _, err = tx.exec(`UPDATE documents SET scan_at = ? WHERE id = ?`, lease, d.ID); err != nil {
			return
		}
	}
	return
}

// Upload is a file on its way up.
type Upload struct {
	ID       portal.ID `db:"id"`
	Account  portal.ID `db:"account"`
	Folder   string    `db:"folder"`
	Type     string    `db:"type"`
	Size     int64     `db:"size"`
	Received int64     `db:"received"`
	State    string    `db:"state"`
	Problem  string    `db:"problem"` // of a refused one: the error, as JSON
	Stored   int64     `db:"stored"`  // bytes of the finished file
	Created  int64     `db:"created"`
	Touched  int64     `db:"touched"`
}

// States of an upload.
const (
	UploadOpen      = "open"
	UploadReady     = "ready"     // found good; no document has claimed it
	UploadRefused   = "refused"   // no file that is taken
	UploadUsed      = "used"      // a document's
	UploadCancelled = "cancelled" // given up; it counts for its day
)

const uploadColumns = `id, account, folder, type, size, received, state, problem, stored, created, touched`

// Upload finds an upload.
func (tx *Tx) Upload(id portal.ID) (u Upload, found bool, err error) {
	found, err = tx.get(&u, `SELECT `+uploadColumns+` FROM uploads WHERE id = ?`, id)
	return
}

// InsertUpload begins an upload.
func (tx *Tx) InsertUpload(u Upload) error {
	_, err := tx.exec(`INSERT INTO uploads (`+uploadColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		u.ID, u.Account, u.Folder, u.Type, u.Size, u.Received, u.State, u.Problem, u.Stored, u.Created, u.Touched)
	return err
}

// CountUploads is how many uploads of an account no document has claimed yet,
// and how many were begun since an instant.
func (tx *Tx) CountUploads(account portal.ID, since int64) (unclaimed, begun int, err error) {
	var row struct {
		Unclaimed int `db:"unclaimed"`
		Begun     int `db:"begun"`
	}
	_, err = tx.get(&row, `SELECT COALESCE(SUM(CASE WHEN state IN ('open', 'ready') THEN 1 ELSE 0 END), 0) AS unclaimed,
		COALESCE(SUM(CASE WHEN created > ? THEN 1 ELSE 0 END), 0) AS begun FROM uploads WHERE account = ?`, since, account)
	return row.Unclaimed, row.Begun, err
}

// AddPart notes a piece that lies with files, when it begins where the upload
// has come to; added is false where another was faster.
func (tx *Tx) AddPart(upload portal.ID, from, size int64, name string) (added bool, err error) {
	rows, err := tx.exec(`UPDATE uploads SET received = received + ?, touched = ? WHERE id = ? AND received = ? AND received + ? <= size AND state = 'open'`,
		size, tx.Now().UnixMicro(), upload, from, size)
	if err != nil || rows == 0 {
		return false, err
	}
	_, err = tx.exec(`INSERT INTO upload_parts (upload, received, size, name) VALUES (?, ?, ?, ?)`, upload, from, size, name)
	return err == nil, err
}

// Parts names an upload's pieces in their order.
func (tx *Tx) Parts(upload portal.ID) (names []string, err error) {
	err = tx.all(&names, `SELECT name FROM upload_parts WHERE upload = ? ORDER BY received`, upload)
	return
}

// EndUpload writes how an open upload ended; ended is false where it had
// already. The finished file, "" for none, is its only piece from then on, and
// the others go by a job.
func (tx *Tx) EndUpload(u Upload, file string) (ended bool, err error) {
	rows, err := tx.exec(`UPDATE uploads SET state = ?, problem = ?, type = ?, stored = ?, touched = ? WHERE id = ? AND state = 'open'`,
		u.State, u.Problem, u.Type, u.Stored, tx.Now().UnixMicro(), u.ID)
	if err != nil || rows == 0 {
		return false, err
	}
	parts, err := tx.Parts(u.ID)
	if err != nil {
		return false, err
	}
	for _, name := range parts {
		if err := tx.DropFile(name); err != nil {
			return false, err
		}
	}
	if _, err := tx.exec(`DELETE FROM upload_parts WHERE upload = ?`, u.ID); err != nil || file == "" {
		return err == nil, err
	}
	_, err = tx.exec(`INSERT INTO upload_parts (upload, received, size, name) VALUES (?, 0, ?, ?)`, u.ID, u.Stored, file)
	return err == nil, err
}

// UseUpload says that a document has a ready upload's bytes now, and names
// their file.
func (tx *Tx) UseUpload(u Upload) (file string, err error) {
	parts, err := tx.Parts(u.ID)
	if err == nil && len(parts) != 1 {
		err = tx.fail(fmt.Errorf("store: upload %s has %d files", u.ID, len(parts)))
	}
	if err != nil {
		return "", err
	}
	_, err = tx.exec(`UPDATE uploads SET state = ?, touched = ? WHERE id = ?`, UploadUsed, tx.Now().UnixMicro(), u.ID)
	return parts[0], err
}

// DeleteUpload forgets an upload. Its bytes go by a job, unless a document has
// them.
func (tx *Tx) DeleteUpload(u Upload) error {
	for _, query := range []string{`DELETE FROM uploads WHERE id = ?`, `DELETE FROM upload_parts WHERE upload = ?`} {
		if _, err := tx.exec(query, u.ID); err != nil {
			return err
		}
	}
	if u.State == UploadUsed || u.State == UploadCancelled {
		return nil
	}
	return tx.DropFile(u.Folder)
}

// CancelUpload gives an upload up that no document has. Its bytes go by a job;
// that it was begun is remembered for its day, or the limit of a day would be
// none.
func (tx *Tx) CancelUpload(u Upload) error {
	if _, err := tx.exec(`UPDATE uploads SET state = ?, touched = ? WHERE id = ?`, UploadCancelled, tx.Now().UnixMicro(), u.ID); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM upload_parts WHERE upload = ?`, u.ID); err != nil {
		return err
	}
	return tx.DropFile(u.Folder)
}

// DropUploads forgets uploads that nothing happened to since an instant, at
// most limit, and says how many.
func (tx *Tx) DropUploads(before int64, limit int) (int64, error) {
	var old []Upload
	if err := tx.all(&old, `SELECT `+uploadColumns+` FROM uploads WHERE touched < ? ORDER BY touched LIMIT ?`, before, limit); err != nil {
		return 0, err
	}
	for _, u := range old {
		if err := tx.DeleteUpload(u); err != nil {
			return 0, err
		}
	}
	return int64(len(old)), nil
}

// DropFile has a job remove a file, or all of a folder.
func (tx *Tx) DropFile(name string) error {
	_, err := tx.exec(`INSERT INTO file_drops (name, since) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`, name, tx.Now().UnixMicro())
	return err
}

// FilesToDrop lists files and folders that were given up before an instant,
// the oldest first.
func (tx *Tx) FilesToDrop(before int64, limit int) (names []string, err error) {
	err = tx.all(&names, `SELECT name FROM file_drops WHERE since <= ? ORDER BY since, name LIMIT ?`, before, limit)
	return
}

// FileDropped takes one that was removed off the list.
func (tx *Tx) FileDropped(name string) error {
	_, err := tx.exec(`DELETE FROM file_drops WHERE name = ?`, name)
	return err
}

// EnqueueAt is Enqueue for a mail that leaves at an instant, and not when it
// is taken back before.
func (tx *Tx) EnqueueAt(m Mail, at time.Time) error {
	if err := tx.Enqueue(m); err != nil {
		return err
	}
	_, err := tx.exec(`UPDATE mails SET next_at = ? WHERE id = ?`, at, m.ID)
	return err
}

// TakeMailBack takes a mail out of the outbox, where it still waits.
func (tx *Tx) TakeMailBack(id portal.ID) error {
	_, err := tx.exec(`DELETE FROM mails WHERE id = ? AND state = 'waiting'`, id)
	return err
}

// documentContradictions is what Contradictions asks of documents.
var documentContradictions = []struct{ what, query string }{
	{"document %s is judged by nobody", `SELECT id FROM documents WHERE status IN ('valid', 'rejected') AND (agent = '' OR judged = 0)`},
	{"document %s is rejected without a reason", `SELECT id FROM documents WHERE status = 'rejected' AND reason = ''`},
	{"the bytes of document %s are to be dropped", `SELECT id FROM documents WHERE file IN (SELECT name FROM file_drops) OR substr(file, 1, 32) IN (SELECT name FROM file_drops)`},
	{"document %s goes with a message that is not there", `SELECT id FROM documents WHERE message <> '' AND message NOT IN (SELECT id FROM messages)`},
	{"document %s goes with a message, and was judged", `SELECT id FROM documents WHERE message <> '' AND status <> 'submitted'`},
	{"document %s is gone, and its reminders are not", `SELECT document FROM document_reminders WHERE document NOT IN (SELECT id FROM documents)`},
	{"two documents have the bytes of %s", `SELECT file FROM documents GROUP BY file HAVING COUNT(*) > 1`},
	{"upload %s has not the pieces it tells", `SELECT u.id FROM uploads u WHERE u.state = 'open' AND
		u.received <> (SELECT COALESCE(SUM(p.size), 0) FROM upload_parts p WHERE p.upload = u.id)`},
}

package store

import (
	"parvis/shared/accounts"
	"parvis/shared/portal"
)

// Child is a child that at least one account is linked to.
type Child struct {
	ID        portal.ID   `db:"id"`
	FirstName string      `db:"first_name"`
	LastName  string      `db:"last_name"`
	BirthDate portal.Date `db:"birth_date"`
	Site      portal.ID   `db:"site"`
	Class     string      `db:"class"`
	Diet      string      `db:"diet"`
	CarePlan  bool        `db:"care_plan"`
	Allergies string      `db:"allergies"`
	Record    string      `db:"record"` // the answers of the newest accepted child record

	CareActions  string    `db:"care_actions"`
	MealFromHome bool      `db:"meal_from_home"`
	HealthAt     int64     `db:"health_at"` // when its health was last written, and by whom
	HealthBy     portal.ID `db:"health_by"`
	Collectors   string    `db:"collectors"` // family.Collector, as a JSON list
	CollectAt    int64     `db:"collect_at"`
	CollectBy    portal.ID `db:"collect_by"`
}

const childColumns = `id, first_name, last_name, birth_date, site, class, diet, care_plan, allergies, record, care_actions, meal_from_home, health_at, health_by, collectors, collect_at, collect_by`

// SaveChild writes a child, new or changed.
func (tx *Tx) SaveChild(c Child) error {
	if c.Collectors == "" {
		c.Collectors = "[]"
	}
	_, err := tx.exec(`INSERT INTO children (`+childColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET first_name = excluded.first_name, last_name = excluded.last_name, birth_date = excluded.birth_date,
		site = excluded.site, class = excluded.class, diet = excluded.diet, care_plan = excluded.care_plan, allergies = excluded.allergies, record = excluded.record,
		care_actions = excluded.care_actions, meal_from_home = excluded.meal_from_home, health_at = excluded.health_at, health_by = excluded.health_by,
		collectors = excluded.collectors, collect_at = excluded.collect_at, collect_by = excluded.collect_by`,
		c.ID, c.FirstName, c.LastName, c.BirthDate, c.Site, c.Class, c.Diet, asInt(c.CarePlan), c.Allergies, c.Record,
		c.CareActions, asInt(c.MealFromHome), c.HealthAt, c.HealthBy, c.Collectors, c.CollectAt, c.CollectBy)
	tx.Touch("child", c.ID)
	return err
}

func asInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Child finds a child.
func (tx *Tx) Child(id portal.ID) (c Child, found bool, err error) {
	found, err = tx.get(&c, `SELECT `+childColumns+` FROM children WHERE id = ?`, id)
	return
}

// ChildrenPaidBy lists the children that an account is a parent of, in the order
// of their ids.
func (tx *Tx) ChildrenPaidBy(account portal.ID) (out []Child, err error) {
	err = tx.all(&out, `SELECT `+childColumns+` FROM children WHERE id IN (SELECT child FROM child_links WHERE account = ? AND custody IN (?, ?)) ORDER BY id`,
		account, accounts.FullCustody, accounts.SharedCustody)
	return
}

// Link is an account's tie to a child.
type Link struct {
	Child   portal.ID `db:"child"`
	Account portal.ID `db:"account"`
	Custody string    `db:"custody"`
	Since   int64     `db:"since"`
	// Evidence is what proves it, of the day EvidenceDay; '' for a tie that a
	// record made.
	Evidence    string      `db:"evidence"`
	EvidenceDay portal.Date `db:"evidence_day"`
}

const linkColumns = `child, account, custody, since, evidence, evidence_day`

// SaveLink ties an account to a child. All that concerns the child is
// projected anew, for the account now reads it.
func (tx *Tx) SaveLink(l Link) error {
	if _, err := tx.exec(`INSERT INTO child_links (`+linkColumns+`) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (child, account) DO UPDATE SET custody = excluded.custody, evidence = excluded.evidence, evidence_day = excluded.evidence_day`,
		l.Child, l.Account, l.Custody, l.Since, l.Evidence, l.EvidenceDay); err != nil {
		return err
	}
	return tx.touchChild(l.Child)
}

// Unlink takes an account's tie to a child away, and with it the weeks that
// were between its parents.
func (tx *Tx) Unlink(child, account portal.ID) error {
	if err := tx.dropWeeksWith(child, account); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM child_links WHERE child = ? AND account = ?`, child, account); err != nil {
		return err
	}
	return tx.touchChild(child)
}

func (tx *Tx) touchChild(child portal.ID) error {
	tx.Touch("child", child)
	for _, of := range []struct{ kind, query string }{
		{"booking", `SELECT id FROM bookings WHERE child = ? AND state = 'live' ORDER BY id`},
		{"wait", `SELECT id FROM waits WHERE child = ? ORDER BY id`},
		{"enrolment", `SELECT id FROM enrolments WHERE child = ? ORDER BY id`},
		{"absence", `SELECT id FROM absences WHERE child = ? AND gone = 0 ORDER BY id`},
		{"document", `SELECT id FROM documents WHERE child = ? AND child <> '' ORDER BY id`},
		{"delegation", `SELECT delegation FROM delegation_children WHERE child = ? ORDER BY delegation`},
	} {
		var ids []portal.ID
		if err := tx.all(&ids, of.query, child); err != nil {
			return err
		}
		for _, id := range ids {
			tx.Touch(of.kind, id)
		}
	}
	return nil
}

// LinksOf lists who is tied to a child, by account.
func (tx *Tx) LinksOf(child portal.ID) (out []Link, err error) {
	err = tx.all(&out, `SELECT `+linkColumns+` FROM child_links WHERE child = ? ORDER BY account`, child)
	return
}

// LinksTo lists the children an account is tied to.
func (tx *Tx) LinksTo(account portal.ID) (out []Link, err error) {
	err = tx.all(&out, `SELECT `+linkColumns+` FROM child_links WHERE account = ? ORDER BY child`, account)
	return
}

// Linked reports whether an account is tied to a child.
func (tx *Tx) Linked(child, account portal.ID) (bool, error) {
	var n int
	return tx.get(&n, `SELECT 1 FROM child_links WHERE child = ? AND account = ?`, child, account)
}

// Request is a family's request as it is stored.
type Request struct {
	ID        portal.ID `db:"id"`
	Reference string    `db:"reference"`
	Account   portal.ID `db:"account"`
	Procedure string    `db:"procedure_id"`
	Version   int       `db:"version"`
	Desk      string    `db:"desk"`
	State     string    `db:"state"`
	Child     portal.ID `db:"child"`
	Person    string    `db:"person"`
	Submitted int64     `db:"submitted"`
	Answers   string    `db:"answers"`
	Agent     portal.ID `db:"agent"`
	Decided   int64     `db:"decided"`
	Reason    string    `db:"reason"`   // of a refusal, or of closing
	Decision  string    `db:"decision"` // what was written with an acceptance
}

const requestColumns = `id, reference, account, procedure_id, version, desk, state, child, person, submitted, answers, agent, decided, reason, decision`

// InsertRequest writes a new request.
func (tx *Tx) InsertRequest(r Request) error {
	_, err := tx.exec(`INSERT INTO requests (`+requestColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.ID, r.Reference, r.Account, r.Procedure, r.Version, r.Desk, r.State, r.Child, r.Person, r.Submitted, r.Answers, r.Agent, r.Decided, r.Reason, r.Decision)
	tx.Touch("request", r.ID)
	if err != nil {
		return err
	}
	return tx.TouchDocuments(r.Account)
}

// Request finds a request.
func (tx *Tx) Request(id portal.ID) (r Request, found bool, err error) {
	found, err = tx.get(&r, `SELECT `+requestColumns+` FROM requests WHERE id = ?`, id)
	return
}

// RequestsOf lists an account's requests, oldest first.
func (tx *Tx) RequestsOf(account portal.ID) (out []Request, err error) {
	err = tx.all(&out, `SELECT `+requestColumns+` FROM requests WHERE account = ? ORDER BY submitted, id`, account)
	return
}

// MoveRequest writes a request's new state, and its answers where they were
// corrected.
func (tx *Tx) MoveRequest(r Request) error {
	_, err := tx.exec(`UPDATE requests SET state = ?, agent = ?, decided = ?, reason = ?, decision = ?, child = ?, person = ?, answers = ? WHERE id = ?`,
		r.State, r.Agent, r.Decided, r.Reason, r.Decision, r.Child, r.Person, r.Answers, r.ID)
	tx.Touch("request", r.ID)
	if err != nil {
		return err
	}
	return tx.TouchDocuments(r.Account)
}

// RequestEvent is a step of a request's time line.
type RequestEvent struct {
	Request portal.ID `db:"request"`
	N       int       `db:"n"`
	At      int64     `db:"at"`
	Kind    string    `db:"kind"`
	Actor   portal.ID `db:"actor"`
	Note    string    `db:"note"`
}

// AddRequestEvent appends a step.
func (tx *Tx) AddRequestEvent(request portal.ID, kind string, actor portal.ID, note string) error {
	_, err := tx.exec(`INSERT INTO request_events (request, n, at, kind, actor, note)
		SELECT ?, COALESCE(MAX(n), 0) + 1, CAST(? AS BIGINT), ?, ?, ? FROM request_events WHERE request = ?`,
		request, tx.Now().UnixMicro(), kind, actor, note, request)
	tx.Touch("request", request)
	return err
}

// RequestEvents lists a request's steps in order.
func (tx *Tx) RequestEvents(request portal.ID) (out []RequestEvent, err error) {
	err = tx.all(&out, `SELECT request, n, at, kind, actor, note FROM request_events WHERE request = ? ORDER BY n`, request)
	return
}

// Backdate makes a request, and its time line so far, older: the
// demonstration's queue has requests of several ages.
func (tx *Tx) Backdate(request portal.ID, at int64) error {
	if _, err := tx.exec(`UPDATE request_events SET at = ? WHERE request = ?`, at, request); err != nil {
		return err
	}
	_, err := tx.exec(`UPDATE requests SET submitted = ? WHERE id = ?`, at, request)
	tx.Touch("request", request)
	return err
}

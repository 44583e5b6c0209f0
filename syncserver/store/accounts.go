package store

import (
	"encoding/json"

	"parvis/shared/portal"
)

// Account is a person's access as it is stored. Its JSON columns stay text
// here; service gives them their types.
type Account struct {
	ID        portal.ID `db:"id"`
	Kind      string    `db:"kind"`
	Login     string    `db:"login"`
	Password  string    `db:"password"` // a PHC string
	TOTP      string    `db:"totp"`
	TOTPStep  int64     `db:"totp_step"` // the newest time step used: a code works once
	Recovery  string    `db:"recovery"`  // hashes of the recovery codes left, as JSON
	MailKey   string    `db:"mail_key"`
	FirstName string    `db:"first_name"`
	LastName  string    `db:"last_name"`
	Language  string    `db:"language"`
	Profile   string    `db:"profile"`
	Payer     string    `db:"payer"`
	Desks     string    `db:"desks"`
	Sites     string    `db:"sites"`
	Created   int64     `db:"created"`
	Closing   int64     `db:"closing"` // when it is closed for good; 0 while it stands
	Closed    int64     `db:"closed"`  // when it was
}

const accountColumns = `id, kind, login, password, totp, totp_step, recovery, mail_key, first_name, last_name, language, profile, payer, desks, sites, created, closing, closed`

// InsertAccount writes a new account.
func (tx *Tx) InsertAccount(a Account) error {
	_, err := tx.exec(`INSERT INTO accounts (`+accountColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, a.Kind, a.Login, a.Password, a.TOTP, a.TOTPStep, a.Recovery, a.MailKey, a.FirstName, a.LastName, a.Language, a.Profile, a.Payer, a.Desks, a.Sites, a.Created, a.Closing, a.Closed)
	tx.Touch("account", a.ID)
	return err
}

// Account finds an account by id.
func (tx *Tx) Account(id portal.ID) (a Account, found bool, err error) {
	found, err = tx.get(&a, `SELECT `+accountColumns+` FROM accounts WHERE id = ?`, id)
	return
}

// AccountByLogin finds an account by its login.
func (tx *Tx) AccountByLogin(login string) (a Account, found bool, err error) {
	found, err = tx.get(&a, `SELECT `+accountColumns+` FROM accounts WHERE login = ?`, login)
	return
}

// AccountByMail finds an account of a kind by its normalised mail address.
func (tx *Tx) AccountByMail(kind, key string) (a Account, found bool, err error) {
	found, err = tx.get(&a, `SELECT `+accountColumns+` FROM accounts WHERE kind = ? AND mail_key = ?`, kind, key)
	return
}

// AccountsOf lists all accounts of a kind by login.
func (tx *Tx) AccountsOf(kind string) (out []Account, err error) {
	err = tx.all(&out, `SELECT `+accountColumns+` FROM accounts WHERE kind = ? ORDER BY login`, kind)
	return
}

// SetPassword replaces an account's password.
func (tx *Tx) SetPassword(account portal.ID, phc string) error {
	_, err := tx.exec(`UPDATE accounts SET password = ? WHERE id = ?`, phc, account)
	return err
}

// SetSecondFactor replaces an account's second factor and recovery codes.
func (tx *Tx) SetSecondFactor(account portal.ID, secret, recovery string) error {
	_, err := tx.exec(`UPDATE accounts SET totp = ?, totp_step = 0, recovery = ? WHERE id = ?`, secret, recovery, account)
	return err
}

// UseTOTPStep notes a time step as used; false when it, or a later one, was.
func (tx *Tx) UseTOTPStep(account portal.ID, step int64) (bool, error) {
	n, err := tx.exec(`UPDATE accounts SET totp_step = ? WHERE id = ? AND totp_step < ?`, step, account, step)
	return n == 1, err
}

// SetPlaces says anew at which desks an agent works and whose day lists they
// see, as JSON lists: what they read from the next moment on follows it.
func (tx *Tx) SetPlaces(account portal.ID, desks, sites string) error {
	_, err := tx.exec(`UPDATE accounts SET desks = ?, sites = ? WHERE id = ?`, desks, sites, account)
	tx.Touch("account", account)
	return err
}

// Registration is somebody's wish for an account, until it is activated.
// Secrets are kept as hashes only.
type Registration struct {
	ID              portal.ID `db:"id"`
	MailKey         string    `db:"mail_key"`
	Known           bool      `db:"known"` // the address has an account: nothing here will ever open
	Profile         string    `db:"profile"`
	Language        string    `db:"language"`
	Handle          string    `db:"handle"`
	Link            string    `db:"link"`
	LinkUntil       int64     `db:"link_until"`
	Code            string    `db:"code"`
	CodeUntil       int64     `db:"code_until"`
	CodeTries       int       `db:"code_tries"`
	Mails           int       `db:"mails"`
	Activation      string    `db:"activation"`
	ActivationUntil int64     `db:"activation_until"`
	LoginTries      int       `db:"login_tries"`
	WindowCode      string    `db:"window_code"`
	WindowUntil     int64     `db:"window_until"`
	WindowTries     int       `db:"window_tries"`
	Account         portal.ID `db:"account"`
	Created         int64     `db:"created"`
}

const registrationColumns = `id, mail_key, known, profile, language, handle, link, link_until, code, code_until, code_tries, mails, activation, activation_until, login_tries, window_code, window_until, window_tries, account, created`

// SaveRegistration writes a registration, new or changed.
func (tx *Tx) SaveRegistration(r Registration) error {
	known := 0
	if r.Known {
		known = 1
	}
	_, err := tx.exec(`INSERT INTO registrations (`+registrationColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET link = excluded.link, link_until = excluded.link_until, code = excluded.code, code_until = excluded.code_until,
		code_tries = excluded.code_tries, mails = excluded.mails, activation = excluded.activation, activation_until = excluded.activation_until,
		login_tries = excluded.login_tries, window_code = excluded.window_code, window_until = excluded.window_until,
		window_tries = excluded.window_tries, account = excluded.account`,
		r.ID, r.MailKey, known, r.Profile, r.Language, r.Handle, r.Link, r.LinkUntil, r.Code, r.CodeUntil, r.CodeTries, r.Mails,
		r.Activation, r.ActivationUntil, r.LoginTries, r.WindowCode, r.WindowUntil, r.WindowTries, r.Account, r.Created)
	return err
}

// The three secrets by which a registration is found.
const (
	ByHandle     = "handle"
	ByLink       = "link"
	ByActivation = "activation"
)

// RegistrationBy finds a registration by the hash of one of its secrets.
func (tx *Tx) RegistrationBy(secret, hash string) (r Registration, found bool, err error) {
	if hash == "" {
		return r, false, nil
	}
	column := map[string]string{ByHandle: "handle", ByLink: "link", ByActivation: "activation"}[secret]
	found, err = tx.get(&r, `SELECT `+registrationColumns+` FROM registrations WHERE `+column+` = ?`, hash)
	return
}

// RegistrationMails counts the mails sent for an address since an instant.
func (tx *Tx) RegistrationMails(mailKey string, since int64) (n int, err error) {
	_, err = tx.get(&n, `SELECT COALESCE(SUM(mails), 0) FROM registrations WHERE mail_key = ? AND created >= ?`, mailKey, since)
	return
}

// DropRegistrations forgets those made before an instant whose link, of the
// newest mail, has ended too; at most limit.
func (tx *Tx) DropRegistrations(before int64, limit int) (int64, error) {
	return tx.exec(`DELETE FROM registrations WHERE id IN (SELECT id FROM registrations WHERE created < ? AND link_until < ? LIMIT ?)`,
		before, tx.now, limit)
}

// Grant gives an agent the file of an account as a desk sees it, for a while.
func (tx *Tx) Grant(agent portal.ID, desk string, account portal.ID, until int64) error {
	_, err := tx.exec(`INSERT INTO file_grants (agent, desk, account, until) VALUES (?, ?, ?, ?)
		ON CONFLICT (agent, desk, account) DO UPDATE SET until = excluded.until`, agent, desk, account, until)
	return err
}

// FileGrant is an agent's access to one family's file.
type FileGrant struct {
	Agent   portal.ID `db:"agent"`
	Desk    string    `db:"desk"`
	Account portal.ID `db:"account"`
	Until   int64     `db:"until"`
}

// GrantsOf lists an agent's file grants that have not ended.
func (tx *Tx) GrantsOf(agent portal.ID) (out []FileGrant, err error) {
	err = tx.all(&out, `SELECT agent, desk, account, until FROM file_grants WHERE agent = ? AND until > ? ORDER BY desk, account`, agent, tx.Now().UnixMicro())
	return
}

// DesksReading lists the desks at which an account's file is open.
func (tx *Tx) DesksReading(account portal.ID) (desks []string, err error) {
	err = tx.all(&desks, `SELECT DISTINCT desk FROM file_grants WHERE account = ? AND until > ? ORDER BY desk`, account, tx.Now().UnixMicro())
	return
}

// EndedGrants takes away grants that have run out, at most limit, and returns
// them.
func (tx *Tx) EndedGrants(limit int) (out []FileGrant, err error) {
	if err = tx.all(&out, `SELECT agent, desk, account, until FROM file_grants WHERE until <= ? ORDER BY agent, desk, account LIMIT ?`, tx.Now().UnixMicro(), limit); err != nil {
		return
	}
	for _, g := range out {
		if _, err = tx.exec(`DELETE FROM file_grants WHERE agent = ? AND desk = ? AND account = ?`, g.Agent, g.Desk, g.Account); err != nil {
			return
		}
	}
	return
}

// Strings decodes a JSON list column; what is not a list is empty.
func Strings[T ~string](column string) []T {
	var out []T
	_ = json.Unmarshal([]byte(column), &out)
	return out
}

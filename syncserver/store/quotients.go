package store

import (
	"parvis/shared/ledger"
	"parvis/shared/portal"
)

// Quotient is a family quotient as it is stored. What a family took back is
// not there any more.
type Quotient struct {
	ID        portal.ID   `db:"id"`
	Account   portal.ID   `db:"account"`
	State     string      `db:"state"`
	Source    string      `db:"source"`
	Value     int         `db:"amount"`
	Month     portal.Date `db:"month"`
	Provider  string      `db:"provider"`
	From      portal.Date `db:"day_from"`
	Until     portal.Date `db:"day_until"`
	Document  portal.ID   `db:"document"`
	Made      int64       `db:"made"`
	Consent   string      `db:"consent"`
	ConsentAt int64       `db:"consent_at"`
	Identity  string      `db:"identity"`
	Tries     int         `db:"tries"`
	Next      int64       `db:"next_at"`
	Outcome   string      `db:"outcome"`
	Reason    string      `db:"reason"`
	Agent     portal.ID   `db:"agent"`
	Decided   int64       `db:"decided"`
	Reminded  int64       `db:"reminded"`
}

const quotientColumns = `id, account, state, source, amount, month, provider, day_from, day_until, document, made, consent, consent_at, identity, tries, next_at, outcome, reason, agent, decided, reminded`

// SaveQuotient writes a quotient, new or changed. Who owes what from it follows:
// the account is told anew with it, and the document that it names.
func (tx *Tx) SaveQuotient(q Quotient) error {
	_, err := tx.exec(`INSERT INTO quotients (`+quotientColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, amount = excluded.amount, month = excluded.month, provider = excluded.provider,
		day_from = excluded.day_from, day_until = excluded.day_until, identity = excluded.identity, tries = excluded.tries, next_at = excluded.next_at,
		outcome = excluded.outcome, reason = excluded.reason, agent = excluded.agent, decided = excluded.decided, reminded = excluded.reminded`,
		q.ID, q.Account, q.State, q.Source, q.Value, q.Month, q.Provider, q.From, q.Until, q.Document, q.Made, q.Consent, q.ConsentAt, q.Identity,
		q.Tries, q.Next, q.Outcome, q.Reason, q.Agent, q.Decided, q.Reminded)
	tx.touchQuotient(q)
	return err
}

func (tx *Tx) touchQuotient(q Quotient) {
	tx.Touch("account", q.Account) // whose rows its own stand with
	if q.Document != "" {
		tx.Touch("document", q.Document)
	}
}

// DeleteQuotient forgets one.
func (tx *Tx) DeleteQuotient(q Quotient) error {
	_, err := tx.exec(`DELETE FROM quotients WHERE id = ?`, q.ID)
	tx.touchQuotient(q)
	return err
}

// Quotient finds a quotient.
func (tx *Tx) Quotient(id portal.ID) (q Quotient, found bool, err error) {
	found, err = tx.get(&q, `SELECT `+quotientColumns+` FROM quotients WHERE id = ?`, id)
	return
}

// QuotientsOf lists an account's quotients, the oldest first.
func (tx *Tx) QuotientsOf(account portal.ID) (out []Quotient, err error) {
	err = tx.all(&out, `SELECT `+quotientColumns+` FROM quotients WHERE account = ? ORDER BY made, id`, account)
	return
}

// QuotientsThatServe lists those of an account that fix prices, by the day they
// begin and, where two begin together, in the order in which they were decided.
func (tx *Tx) QuotientsThatServe(account portal.ID) ([]ledger.Quotient, error) {
	var rows []Quotient
	err := tx.all(&rows, `SELECT `+quotientColumns+` FROM quotients WHERE account = ? AND state = 'accepted' ORDER BY day_from, decided, id`, account)
	var out []ledger.Quotient
	for _, q := range rows {
		out = append(out, ledger.Quotient{ID: q.ID, Value: q.Value, From: q.From, Until: q.Until, Source: ledger.Source(q.Source)})
	}
	return out, err
}

// QuotientsProvedBy lists those that name a document as their proof.
func (tx *Tx) QuotientsProvedBy(document portal.ID) (out []Quotient, err error) {
	err = tx.all(&out, `SELECT `+quotientColumns+` FROM quotients WHERE document = ? AND document <> '' ORDER BY made, id`, document)
	return
}

// QuotientsDue reports whether the family fund is to be asked about somebody
// now.
func (tx *Tx) QuotientsDue() (bool, error) {
	var n int
	return tx.get(&n, `SELECT 1 FROM quotients WHERE state = 'asked' AND next_at <= ? LIMIT 1`, tx.Now().UnixMicro())
}

// DueQuotients lists those about which the fund is to be asked now, and keeps
// other processes from them until lease.
func (tx *Tx) DueQuotients(limit int, lease int64) (out []Quotient, err error) {
	if err = tx.all(&out, `SELECT `+quotientColumns+` FROM quotients WHERE state = 'asked' AND next_at <= ? ORDER BY next_at, id LIMIT ?`,
		tx.Now().UnixMicro(), limit); err != nil {
		return
	}
	for _, q := range out {
		if _, err = tx.exec(`UPDATE quotients SET next_at = ? WHERE id = ?`, lease, q.ID); err != nil {
			return
		}
	}
	return
}

// QuotientsEnding lists accepted ones that end by a day and of which nobody was
// told, the first to end first.
func (tx *Tx) QuotientsEnding(by portal.Date, limit int) (out []Quotient, err error) {
	err = tx.all(&out, `SELECT `+quotientColumns+` FROM quotients WHERE state = 'accepted' AND reminded = 0 AND day_until <> '' AND day_until <= ?
		ORDER BY day_until, id LIMIT ?`, by, limit)
	return
}

// DropQuotients forgets all that is known of an account's quotients.
func (tx *Tx) DropQuotients(account portal.ID) error {
	all, err := tx.QuotientsOf(account)
	if err != nil {
		return err
	}
	for _, q := range all {
		if err := tx.DeleteQuotient(q); err != nil {
			return err
		}
	}
	return nil
}

// quotientContradictions is what Contradictions asks of quotients.
var quotientContradictions = []struct{ what, query string }{
	{"quotient %s is decided by nobody", `SELECT id FROM quotients WHERE state IN ('accepted', 'refused') AND source <> 'desk' AND (agent = '' OR decided = 0)`},
	{"quotient %s is refused without a reason", `SELECT id FROM quotients WHERE state = 'refused' AND reason = ''`},
	{"quotient %s applies from no day", `SELECT id FROM quotients WHERE state = 'accepted' AND day_from = ''`},
	{"the fund was asked for quotient %s without consent", `SELECT id FROM quotients WHERE source = 'fund' AND (consent = '' OR consent_at = 0)`},
	{"quotient %s keeps by whom the fund was asked, or has lost it too soon", `SELECT id FROM quotients WHERE (identity <> '') <> (state = 'asked')`},
	{"quotient %s has no proof", `SELECT id FROM quotients WHERE source = 'proof' AND (document = '' OR state = 'declared' AND document NOT IN (SELECT id FROM documents))`},
	{"account %s waits for two quotients", `SELECT account FROM quotients WHERE state IN ('asked', 'declared') GROUP BY account HAVING COUNT(*) > 1`},
}

// QuotientsAskedBefore lists those the fund was asked for before an instant and
// has not answered.
func (tx *Tx) QuotientsAskedBefore(before int64, limit int) (out []Quotient, err error) {
	err = tx.all(&out, `SELECT `+quotientColumns+` FROM quotients WHERE state = 'asked' AND made < ? ORDER BY made, id LIMIT ?`, before, limit)
	return
}

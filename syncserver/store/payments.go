package store

import (
	"parvis/shared/payments"
	"parvis/shared/portal"
)

// Payment is a payment as it is stored.
type Payment struct {
	ID        portal.ID       `db:"id"`
	Account   portal.ID       `db:"account"`
	CashDesk  string          `db:"cash_desk"`
	Amount    portal.Money    `db:"amount"`
	State     payments.State  `db:"state"`
	Reference string          `db:"reference"`
	Client    string          `db:"client"`    // the cash desk's number when it was started
	Operation string          `db:"operation"` // PayFiP's name of it
	Page      string          `db:"page"`
	Started   int64           `db:"started"`
	Opened    int64           `db:"opened"` // when PayFiP gave its page
	Settled   int64           `db:"settled"`
	Answer    payments.Answer `db:"answer"` // the last result, or what was said in its place
	Number    string          `db:"number"` // of the authorisation
	Asked     int64           `db:"asked"`  // when PayFiP was last asked
	Next      int64           `db:"next_at"`
	Credit    portal.ID       `db:"credit"`
}

const paymentColumns = `id, account, cash_desk, amount, state, reference, client, operation, page, started, opened, settled, answer, number, asked, next_at, credit`

// SavePayment writes a payment, new or changed; who pays what to whom does not
// change.
func (tx *Tx) SavePayment(p Payment) error {
	_, err := tx.exec(`INSERT INTO payments (`+paymentColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, operation = excluded.operation, page = excluded.page, opened = excluded.opened,
		settled = excluded.settled, answer = excluded.answer, number = excluded.number, asked = excluded.asked, next_at = excluded.next_at, credit = excluded.credit`,
		p.ID, p.Account, p.CashDesk, p.Amount, string(p.State), p.Reference, p.Client, p.Operation, p.Page, p.Started, p.Opened, p.Settled, string(p.Answer),
		p.Number, p.Asked, p.Next, p.Credit)
	tx.Touch("payment", p.ID)
	return err
}

// Payment finds a payment.
func (tx *Tx) Payment(id portal.ID) (p Payment, found bool, err error) {
	found, err = tx.get(&p, `SELECT `+paymentColumns+` FROM payments WHERE id = ?`, id)
	return
}

// PaymentByReference finds the payment that a reference names.
func (tx *Tx) PaymentByReference(reference string) (p Payment, found bool, err error) {
	found, err = tx.get(&p, `SELECT `+paymentColumns+` FROM payments WHERE reference = ?`, reference)
	return
}

// PaymentByOperation finds the payment that PayFiP names so.
func (tx *Tx) PaymentByOperation(operation string) (p Payment, found bool, err error) {
	found, err = tx.get(&p, `SELECT `+paymentColumns+` FROM payments WHERE operation = ? AND operation <> ''`, operation)
	return
}

// PaymentsOf lists an account's payments, the oldest first.
func (tx *Tx) PaymentsOf(account portal.ID) (out []Payment, err error) {
	err = tx.all(&out, `SELECT `+paymentColumns+` FROM payments WHERE account = ? ORDER BY started, id`, account)
	return
}

// CountPayments is how many an account has started since an instant.
func (tx *Tx) CountPayments(account portal.ID, since int64) (n int, err error) {
	_, err = tx.get(&n, `SELECT COUNT(*) FROM payments WHERE account = ? AND started > ?`, account, since)
	return
}

// PaymentsDue reports whether PayFiP is to be asked about a payment now.
func (tx *Tx) PaymentsDue() (bool, error) {
	var n int
	return tx.get(&n, `SELECT 1 FROM payments WHERE next_at > 0 AND next_at <= ? LIMIT 1`, tx.Now().UnixMicro())
}

// DuePayments lists those about which PayFiP is to be asked now, and keeps other
// processes from them until lease.
func (tx *Tx) DuePayments(limit int, lease int64) (out []Payment, err error) {
	if err = tx.all(&out, `SELECT `+paymentColumns+` FROM payments WHERE next_at > 0 AND next_at <= ? ORDER BY next_at, id LIMIT ?`,
		tx.Now().UnixMicro(), limit); err != nil {
		return
	}
	for i := range out {
		out[i].Next, out[i].Asked = lease, tx.Now().UnixMicro()
		if _, err = tx.exec(`UPDATE payments SET next_at = ?, asked = ? WHERE id = ?`, lease, out[i].Asked, out[i].ID); err != nil {
			return
		}
	}
	return
}

// UnclearPayments lists those that the town hall has to look into.
func (tx *Tx) UnclearPayments() (out []Payment, err error) {
	err = tx.all(&out, `SELECT `+paymentColumns+` FROM payments WHERE state = ? ORDER BY started, id`, string(payments.Unclear))
	return
}

// paymentContradictions is what of payments may not be.
var paymentContradictions = []struct{ what, query string }{
	{"paid payment %s is not credited once, whole and to its payer",
		`SELECT p.id FROM payments p WHERE p.state = 'paid' AND (1 <> (SELECT COUNT(*) FROM ledger_transactions t WHERE t.kind = 'topup' AND t.about = p.id)
			OR 1 <> (SELECT COUNT(*) FROM ledger_transactions t JOIN ledger_entries e ON e.tx = t.id WHERE t.id = p.credit AND t.kind = 'topup' AND t.about = p.id
				AND e.amount = p.amount AND e.account = 'prepaid:' || p.cash_desk || ':' || p.account))`},
	{"top-up %s has not its paid payment",
		`SELECT t.id FROM ledger_transactions t WHERE t.kind = 'topup' AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.id = t.about AND p.state = 'paid' AND p.credit = t.id)`},
	{"payment %s is paid without a result that says so, or has one and is not",
		`SELECT id FROM payments WHERE (state = 'paid') <> (answer IN ('P', 'V', 'régie')) OR state <> 'paid' AND credit <> '' OR state = 'paid' AND operation = ''`},
	{"open payment %s is asked about by nobody",
		`SELECT id FROM payments WHERE state IN ('opening', 'pending') AND next_at = 0`},
	{"payment %s is settled and has no time, or is open and has one",
		`SELECT id FROM payments WHERE (state IN ('opening', 'pending')) <> (settled = 0) OR (state IN ('opening', 'failed')) <> (opened = 0)`},
}

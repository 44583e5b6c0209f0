package wire

import (
	"parvis/shared/payments"
	"parvis/shared/portal"
)

// Collections of payments.
const (
	Payments  = "payment"   // Payment, in an account's own feed
	CashDesks = "cash_desk" // CashDesk, in the town's feed
	// UnclearPayments is those that a cash desk's cashiers have to look into, in its
	// feed.
	UnclearPayments = "unclear_payment" // UnclearPayment
)

// PaymentSettle is the type of the command by which a cashier says what became of
// a payment of which PayFiP gives no sure answer.
const PaymentSettle = "payment.settle"

// SettlePayment says it. What is paid is credited, once; what is not may still
// become so, should PayFiP say it.
type SettlePayment struct {
	Payment portal.ID `json:"payment"`
	Paid    bool      `json:"paid,omitempty"`
}

// UnclearPayment is a payment as a cashier has to look it up.
type UnclearPayment struct {
	ID        portal.ID    `json:"id"`
	CashDesk  string       `json:"cash_desk"`
	Account   portal.ID    `json:"account"`
	Name      string       `json:"name"`
	Amount    portal.Money `json:"amount"`
	Reference string       `json:"reference"`
	Started   int64        `json:"started"` // microseconds UTC
}

// Routes and pages of payments. The start of one needs a line: a page of PayFiP
// is asked for. The other two are for PayFiP and for the payer's browser.
const (
	RoutePayments = "/v1/payments" // POST starts one, or tells the same again

	PagePaymentNotice = "/paiement/avis"   // PayFiP posts "idop" here; it only makes the server ask
	PagePaymentReturn = "/paiement/retour" // ?p=<reference>: where the payer's browser comes back to; credits nothing
)

// StartPayment is the body of POST /v1/payments. Whatever becomes of the line or
// of either program, the same id is the same payment: sent again it is answered
// with how that one stands.
type StartPayment struct {
	Payment  portal.ID    `json:"payment"` // made by the desktop
	CashDesk string       `json:"cash_desk"`
	Amount   portal.Money `json:"amount"` // cents
}

// Payment is a payment as the one who pays sees it; times in microseconds UTC.
type Payment struct {
	ID       portal.ID      `json:"id"`
	CashDesk string         `json:"cash_desk"`
	Amount   portal.Money   `json:"amount"`
	State    payments.State `json:"state"`
	Started  int64          `json:"started"`
	// URL is the page on which it is paid, and Until the moment until which that
	// can be opened; only while it is pending.
	URL   string `json:"url,omitempty"`
	Until int64  `json:"until,omitempty"`
	// Settled is when it came into a state that is no longer open.
	Settled int64 `json:"settled,omitempty"`
	// Reference is its name at PayFiP and on the bank's statement.
	Reference string `json:"reference"`
	// Debit says that it was paid by a debit of the bank account, not by card.
	Debit bool `json:"debit,omitempty"`
}

// CashDesk is where accounts are topped up. It takes payments on line where it
// says so and Town.Pays does too.
type CashDesk struct {
	Key    string       `json:"key"`
	Name   string       `json:"name"`
	Online bool         `json:"online,omitempty"`
	Least  portal.Money `json:"least"`
	Most   portal.Money `json:"most"`
}

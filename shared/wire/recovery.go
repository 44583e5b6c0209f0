package wire

// Routes and the page by which somebody who has lost a login or a password
// comes in again.
const (
	RouteRecoveryLogin    = "/v1/recovery/login"    // POST has the login sent by mail
	RouteRecoveryPassword = "/v1/recovery/password" // POST asks for a new password
	RouteRecoveryCode     = "/v1/recovery/code"     // POST opens a reset by its mailed code
	RouteRecoveryReset    = "/v1/recovery/reset"    // POST sets the password, and signs in

	PageReset = "/mot-de-passe" // ?r=<link token>: the web page that does the same
)

// RecoverLogin has a forgotten login sent to its mail address. The answer is
// the same for every address.
type RecoverLogin struct {
	Mail string `json:"mail"`
}

// RecoverPassword asks for a new password for whoever has a mail address or
// login.
type RecoverPassword struct {
	Who string `json:"who"`
}

// Recovery answers it, the same for everybody: the handle that the mailed code
// works with, in this window only.
type Recovery struct {
	Handle string `json:"handle"`
}

// RecoveryCode opens a reset.
type RecoveryCode struct {
	Handle string `json:"handle"`
	Code   string `json:"code"` // 8 digits; spaces are ignored
}

// Reset is an open reset: whose mailbox it is has been shown.
type Reset struct {
	Reset     string `json:"reset"` // a secret of 30 minutes
	Login     string `json:"login"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Mail      string `json:"mail"`
	// Pending says that a change of the mail address waits, which the reset may
	// end: whoever asked for it may have been somebody else.
	Pending bool `json:"pending,omitempty"`
}

// ResetPassword sets a new password and signs the window in. All sessions of
// before end.
type ResetPassword struct {
	Reset      string `json:"reset"`
	Password   string `json:"password"`
	EndPending bool   `json:"end_pending,omitempty"`
	Device     Device `json:"device"`
}

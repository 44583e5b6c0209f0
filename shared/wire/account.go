package wire

import "parvis/shared/portal"

// Commands about one's own account.
const (
	AccountAddress  = "account.address"
	AccountPhones   = "account.phones"
	AccountLanguage = "account.language"
)

// ChangeAddress sets the postal address (accounts.Address).
type ChangeAddress struct {
	Line1    string `json:"line1"`
	Line2    string `json:"line2,omitempty"`
	Postcode string `json:"postcode"`
	City     string `json:"city"`
	Country  string `json:"country"`
}

// ChangePhones sets the telephone numbers; an empty one is taken away.
type ChangePhones struct {
	Mobile string `json:"mobile"`
	Phone  string `json:"phone"`
}

// ChangeLanguage sets the language of mails.
type ChangeLanguage struct {
	Language string `json:"language"` // "fr", "en"
}

// Routes and pages of what of an account needs the password, a mail, or more
// than a command may carry: with a line only.
const (
	RouteAccountPassword = "/v1/account/password"     // POST sets another password
	RouteAccountMail     = "/v1/account/mail"         // POST asks for another mail address
	RouteAccountMailCode = "/v1/account/mail/code"    // POST confirms it by the mailed code
	RouteAccountMailStop = "/v1/account/mail/stop"    // POST gives it up
	RouteAccountSessions = "/v1/account/sessions"     // GET lists the signed-in devices
	RouteAccountEnd      = "/v1/account/sessions/end" // POST ends the session of one of them
	RouteAccountData     = "/v1/account/data"         // GET is all that is kept of the account, as a ZIP
	RouteAccountClose    = "/v1/account/close"        // POST closes the account
	RouteAddresses       = "/v1/addresses"            // POST suggests postal addresses

	PageMailConfirm = "/adresse"         // ?c=<link token>: confirms a new mail address
	PageMailUndo    = "/adresse/annuler" // ?u=<link token>: takes the old one back
)

// Codes of what people do with their own account.
const (
	WrongPassword portal.Code = "wrong_password" // the one that confirms who is there
	SameMail      portal.Code = "same_mail"      // it is the account's own already
)

// ChangePassword asks for the old one and ends all other sessions.
type ChangePassword struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// PasswordChanged answers it.
type PasswordChanged struct {
	Share string `json:"share"` // the server's share of the cache key, base64
}

// ChangeMail asks for another mail address, which is then to be confirmed by
// the mail that is sent there.
type ChangeMail struct {
	Mail     string `json:"mail"`
	Password string `json:"password"`
}

// MailChange answers it, the same for every address: the handle that the
// mailed code works with.
type MailChange struct {
	Handle string `json:"handle"`
}

// MailCode confirms a new mail address.
type MailCode struct {
	Handle string `json:"handle"`
	Code   string `json:"code"` // 8 digits; spaces are ignored
}

// StopMailChange is the body of POST /v1/account/mail/stop: nothing.
type StopMailChange struct{}

// OpenSessions answers GET /v1/account/sessions, the one last used first.
type OpenSessions struct {
	Sessions []OpenSession `json:"sessions"`
}

// OpenSession is a device on which the account is signed in.
type OpenSession struct {
	ID     portal.ID `json:"id"`
	Device string    `json:"device,omitempty"` // its name
	Kind   string    `json:"kind"`             // home, agent, kiosk
	Since  int64     `json:"since"`            // microseconds UTC
	Seen   int64     `json:"seen"`             // when somebody was last there
	This   bool      `json:"this,omitempty"`   // the one that asks
}

// EndSession ends the session of another device of the account.
type EndSession struct {
	Session portal.ID `json:"session"`
}

// CloseAccount closes the account after some days; signing in undoes it.
type CloseAccount struct {
	Password string `json:"password"`
}

// AccountClosing answers it.
type AccountClosing struct {
	At int64 `json:"at"` // when it is closed for good, microseconds UTC
}

// AddressQuery is the beginning of a postal address.
type AddressQuery struct {
	Text string `json:"text"`
}

// AddressesFound answers it.
type AddressesFound struct {
	// Off says that this town has no such service: one need not ask again.
	Off   bool            `json:"off,omitempty"`
	Found []ChangeAddress `json:"found"`
}

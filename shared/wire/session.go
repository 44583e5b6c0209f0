package wire

import (
	"encoding/json"

	"parvis/shared/portal"
)

// TownInfo answers GET /v1/town: what a desktop must know before anybody has
// signed in.
type TownInfo struct {
	Portal   string    `json:"portal"` // always "parvis": so that a typed address can be told from another site
	ID       portal.ID `json:"id"`
	Name     string    `json:"name"`
	Protocol int       `json:"protocol"`
	Demo     *Demo     `json:"demo,omitempty"`
}

// Demo is what only a demonstration tells.
type Demo struct {
	Accounts []DemoAccount `json:"accounts"`
	Mail     string        `json:"mail"` // the path of the page that shows the demo's mail
}

// DemoAccount is one invented person to sign in as.
type DemoAccount struct {
	Name     string `json:"name"`
	Login    string `json:"login"`
	Password string `json:"password"`
	About    string `json:"about"`
	OTP      string `json:"otp,omitempty"` // the code of this half minute, for agents
}

// DemoMails answers GET /v1/demo/mails, the newest first.
type DemoMails struct {
	Mails []DemoMail `json:"mails"`
}

// DemoMail is a mail that a demonstration sent to one of its invented people.
type DemoMail struct {
	ID      string `json:"id"`
	From    string `json:"from"`
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	At      int64  `json:"at"` // microseconds UTC
}

// Device is the installation that signs in.
type Device struct {
	ID    portal.ID `json:"id"`
	Name  string    `json:"name"`
	Kiosk bool      `json:"kiosk,omitempty"`
}

// SignIn is the body of POST /v1/sessions.
type SignIn struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	OTP      string `json:"otp,omitempty"` // agents: six digits, or a recovery code
	Device   Device `json:"device"`
}

// WhyIdle is the argument "why" of Unauthorized for a session that ended only
// because nobody was at the window, or nobody could be told of.
const WhyIdle = "idle"

// Codes of sign-in and activation.
const (
	BadCredentials portal.Code = "bad_credentials" // login or password, never told which
	OTPNeeded      portal.Code = "otp_needed"      // password right, second factor missing or wrong
	CodeWrong      portal.Code = "code_wrong"      // Args: left
	CodeExpired    portal.Code = "code_expired"    // too old, used, or tried too often
	LoginTaken     portal.Code = "login_taken"
)

// Session is what a sign-in gives a desktop.
type Session struct {
	Token   string    `json:"token"`  // opaque; for the Authorization header
	Revoke  string    `json:"revoke"` // can only end this session
	Lasts   int64     `json:"lasts"`  // seconds; a span, for the desktop's clock may be wrong
	Idle    int64     `json:"idle"`   // seconds after which it ends sooner, when nobody was at the window (Here)
	Account Account   `json:"account"`
	Town    portal.ID `json:"town"`
	Share   string    `json:"share"` // the server's share of the cache key, base64
	// Reopened says that signing in has undone the closing of the account.
	Reopened bool `json:"reopened,omitempty"`
}

// Here says that somebody was at the window, so many seconds ago. Nothing else
// keeps a session alive: what a desktop asks by itself does not.
type Here struct {
	Seconds int64 `json:"seconds"`
}

// Revocation is the body of POST /v1/sessions/revoke.
type Revocation struct {
	Secret string `json:"secret"`
}

// Registration is the body of POST /v1/registrations.
type Registration struct {
	Profile  json.RawMessage `json:"profile"` // accounts.Profile
	Language string          `json:"language"`
}

// Registered answers it, the same for every mail address: the handle that the
// mailed code works with, in this window only.
type Registered struct {
	Handle string `json:"handle"`
}

// Resend asks for a new mail.
type Resend struct {
	Handle string `json:"handle"`
}

// ActivationCode opens a live activation.
type ActivationCode struct {
	Handle string `json:"handle"`
	Code   string `json:"code"` // 8 digits; spaces are ignored
}

// Activation is a live activation.
type Activation struct {
	Activation string `json:"activation"` // a secret of 30 minutes
	Login      string `json:"login"`      // proposed, free at that moment
	FirstName  string `json:"first_name"`
	LastName   string `json:"last_name"`
	Mail       string `json:"mail"`
}

// ActivationLogin asks whether a login is free, within a live activation.
type ActivationLogin struct {
	Activation string `json:"activation"`
	Login      string `json:"login"`
}

// LoginFree answers it.
type LoginFree struct {
	Free bool `json:"free"`
}

// Activate sets login and password and signs the window in.
type Activate struct {
	Activation string `json:"activation"`
	Login      string `json:"login"`
	Password   string `json:"password"`
	Device     Device `json:"device"`
}

// WindowCode signs a window in by the code that a browser showed after an
// activation by link.
type WindowCode struct {
	Handle string `json:"handle"`
	Code   string `json:"code"`
	Device Device `json:"device"`
}

// Problem is an error on the wire (RFC 9457, application/problem+json).
type Problem struct {
	Type   string            `json:"type"`
	Title  string            `json:"title"`
	Status int               `json:"status"`
	Code   portal.Code       `json:"code"`
	Field  string            `json:"field,omitempty"`
	Args   map[string]string `json:"args,omitempty"`
	// Request is the id under which the server logged an internal error.
	Request string `json:"request,omitempty"`
	// Mark is the outbox's mark, with Gap and OtherOutbox.
	Mark int64 `json:"mark,omitempty"`
}

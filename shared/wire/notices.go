package wire

import "parvis/shared/portal"

// Types of commands about notices.
const (
	NoticeRead   = "notice.read"
	NoticeChoose = "notice.choose"
)

// Collections of notices, in an account's feed.
const (
	Notices       = "notice"        // Notice
	NoticeChoices = "notice_choice" // Choices; the account's id is its entity
)

// PageNotices is the web page at which mails about notices are ended: ?j=<link
// token>.
const PageNotices = "/avis"

// MostNotices is how many are read with one command.
const MostNotices = 200

// ReadNotices says that notices were read. One that is gone, or another's, is
// passed over.
type ReadNotices struct {
	Notices []portal.ID `json:"notices"`
}

// ChooseNotice says how a kind of notice comes by mail.
type ChooseNotice struct {
	Kind string `json:"kind"` // notices.Kind
	Mail string `json:"mail"` // notices.Mail
}

// Notice is something that happened: its kind, and what it is about. What it
// says is made of that by the desktop.
type Notice struct {
	ID    portal.ID `json:"id"`
	Kind  string    `json:"kind"`
	About portal.ID `json:"about"` // a request, a child, a delegation …
	At    int64     `json:"at"`
	Read  int64     `json:"read,omitempty"`
	// What has happened, where its kind is about more than one thing, and the
	// words that say it (notices.What).
	What string            `json:"what,omitempty"`
	Args map[string]string `json:"args,omitempty"`
}

// Choices is what a person has chosen, by kind; what is not there is as it is
// for everybody.
type Choices struct {
	Mail map[string]string `json:"mail"`
}

package wire

import "parvis/shared/portal"

// Types of commands about messages.
const (
	MessageSend = "message.send"
	MessageRead = "message.read"
	TextSave    = "text.save"
	TextRemove  = "text.remove"
)

// Collections of messages.
const (
	Messages = "message" // Message; in an account's feed and a desk's file of it
	Texts    = "text"    // Text; in a desk's feed
)

// SendMessage writes about a request: a family to the town hall, or an agent
// of the request's desk to the family.
type SendMessage struct {
	Message portal.ID `json:"message"` // made by the desktop
	Request portal.ID `json:"request"`
	Text    string    `json:"text"`
}

// ReadMessages says that all the other side wrote about a request was read, up
// to a message.
type ReadMessages struct {
	Request portal.ID `json:"request"`
	Message portal.ID `json:"message"`
}

// SaveText keeps a reusable text of a desk, new or changed.
type SaveText struct {
	Text  portal.ID `json:"text"` // made by the desktop
	Desk  string    `json:"desk"`
	Title string    `json:"title"`
	Body  string    `json:"body"`
}

// RemoveText forgets a reusable text.
type RemoveText struct {
	Text portal.ID `json:"text"`
}

// Message is what was written about a request. It belongs to the account that
// made the request and to the desk that handles it, to nobody else.
type Message struct {
	ID      portal.ID `json:"id"`
	Request portal.ID `json:"request"`
	N       int64     `json:"n"`  // its place in the thread
	At      int64     `json:"at"` // when it arrived, microseconds UTC
	Staff   bool      `json:"staff,omitempty"`
	By      string    `json:"by"`
	Text    string    `json:"text"`
	// Read is when the other side opened it, 0 while it has not.
	Read int64 `json:"read,omitempty"`
}

// Text is a reusable text of a desk.
type Text struct {
	ID    portal.ID `json:"id"`
	Desk  string    `json:"desk"`
	Title string    `json:"title"`
	Body  string    `json:"body"`
}

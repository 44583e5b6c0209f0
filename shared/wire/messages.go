package wire

import (
	"parvis/shared/documents"
	"parvis/shared/portal"
)

// Types of commands about messages.
const (
	MessageSend = "message.send"
	MessageRead = "message.read"
	TextSave    = "text.save"
	TextRemove  = "text.remove"
)

// Collections of messages.
const (
	Messages     = "message"      // Message; in an account's feed and a desk's file of it
	MessageFiles = "message_file" // MessageFile; beside the message it goes with
	Texts        = "text"         // Text; in a desk's feed
)

// SendMessage writes about a request: a family to the town hall, or an agent
// of the request's desk to the family.
type SendMessage struct {
	Message portal.ID `json:"message"` // made by the desktop
	Request portal.ID `json:"request"`
	Text    string    `json:"text"`
	// Files go with it, each uploaded before.
	Files []SendFile `json:"files,omitempty"`
}

// SendFile is a file that goes with a message.
type SendFile struct {
	File   portal.ID `json:"file"` // made by the desktop
	Upload portal.ID `json:"upload"`
	Name   string    `json:"name"`
}

// SendMessage1 is SendMessage as it was before files went with messages.
type SendMessage1 struct {
	Message portal.ID `json:"message"`
	Request portal.ID `json:"request"`
	Text    string    `json:"text"`
}

// Newest is the same in the newest version.
func (m *SendMessage1) Newest() any {
	return &SendMessage{Message: m.Message, Request: m.Request, Text: m.Text}
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

// MessageFile is a file that goes with a message, for whoever may read that.
type MessageFile struct {
	ID      portal.ID      `json:"id"`
	Message portal.ID      `json:"message"`
	Request portal.ID      `json:"request"`
	Name    string         `json:"name"`
	Type    string         `json:"type"` // one of documents.Types
	Size    int64          `json:"size"`
	Scan    documents.Scan `json:"scan"`
}

// Text is a reusable text of a desk.
type Text struct {
	ID    portal.ID `json:"id"`
	Desk  string    `json:"desk"`
	Title string    `json:"title"`
	Body  string    `json:"body"`
}

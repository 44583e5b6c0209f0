package screentest

import (
	"context"
	"slices"

	"parvis/desktop/cache"
	"parvis/desktop/session"
	"parvis/desktop/view"
	"parvis/shared/client"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Proofs stands for what the session does with documents: what is sent becomes
// a command that waits, what is opened is what a test put there.
type Proofs struct {
	// NoLine says that there is none; Hear tells the screens.
	NoLine bool
	// Moving is the files on their way.
	Moving []session.Uploading
	// Kept is the documents that can be opened off line, AtTownHall those that
	// a line is needed for.
	Kept, AtTownHall map[portal.ID][]byte
	// SentFiles is the files sent, in order.
	SentFiles []SentFile

	view   *view.View
	submit func(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	undo   func(id portal.ID) error
	heard  []*func()
}

// SentFile is one that a screen sent.
type SentFile struct {
	wire.SubmitDocument
	Data []byte
}

// NewProofs makes one over a view and what keeps and undoes commands.
func NewProofs(v *view.View, submit func(string, any, cache.Note, ...portal.ID) (portal.ID, error), undo func(portal.ID) error) *Proofs {
	return &Proofs{view: v, submit: submit, undo: undo, Kept: map[portal.ID][]byte{}, AtTownHall: map[portal.ID][]byte{}}
}

// SendDocument keeps a document that is to be sent.
func (p *Proofs) SendDocument(data []byte, kind string, child portal.ID, name string) (document, command portal.ID, err error) {
	file, wrong := documents.Inspect("", data)
	if wrong != nil {
		return "", "", wrong
	}
	a := wire.SubmitDocument{Document: portal.NewID(), Upload: portal.NewID(), Kind: kind, Child: child, Name: name}
	p.SentFiles = append(p.SentFiles, SentFile{a, data})
	p.Kept[a.Document] = file.Data
	command, err = p.submit(wire.DocumentSubmit, a, cache.Note{Key: "documents.note.submit", Args: map[string]string{"name": name}})
	return a.Document, command, err
}

// TakeDocumentBack undoes what waits, and asks for the rest.
func (p *Proofs) TakeDocumentBack(id portal.ID) error {
	d, there := p.view.Document(id)
	switch {
	case !there:
		return portal.E(portal.NotFound, "document")
	case d.ToSend:
		return p.undo(d.Command)
	}
	_, err := p.submit(wire.DocumentWithdraw, wire.WithdrawDocument{Document: id}, cache.Note{Key: "documents.note.withdraw", Args: map[string]string{"name": d.Name}})
	return err
}

// OpenDocument opens what is kept, or with a line what the town hall has.
func (p *Proofs) OpenDocument(_ context.Context, id portal.ID) (data []byte, kind string, err error) {
	doc, there := p.view.Document(id)
	f, enclosed := p.view.MessageFile(id)
	data, kept := p.Kept[id]
	switch {
	case there && doc.Scan == documents.Infected || enclosed && f.Scan == documents.Infected:
		return nil, "", portal.E(documents.NotClean, "document")
	case kept:
	case p.NoLine:
		return nil, "", &client.Error{Told: portal.E(portal.NotReachable, "", "cause", string(client.NoLine)), Cause: client.NoLine}
	default:
		if data, kept = p.AtTownHall[id]; !kept {
			return nil, "", portal.E(portal.NotFound, "document")
		}
		p.Kept[id] = data
	}
	kind, wrong := documents.TypeOf(data)
	if wrong != nil {
		return nil, "", wrong
	}
	return data, kind, nil
}

// HasDocument reports whether one is kept.
func (p *Proofs) HasDocument(id portal.ID) bool { return p.Kept[id] != nil }

// Uploads is the files on their way.
func (p *Proofs) Uploads() []session.Uploading { return p.Moving }

// HasLine reports whether there is a line.
func (p *Proofs) HasLine() bool { return !p.NoLine }

// OnStatus has f called by Hear.
func (p *Proofs) OnStatus(f func()) (cancel func()) {
	own := &f
	p.heard = append(p.heard, own)
	return func() { p.heard = slices.DeleteFunc(p.heard, func(o *func()) bool { return o == own }) }
}

// Hear tells the screens that something of the line has changed.
func (p *Proofs) Hear() {
	for _, f := range slices.Clone(p.heard) {
		(*f)()
	}
}

package session

import (
	"context"
	"errors"

	"parvis/desktop/cache"
	"parvis/desktop/syncing"
	"parvis/shared/client"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// SendDocument looks at a file and sends it as a document of a kind, about a
// child where the kind is: at once on line, later off it, and whatever happens
// meanwhile from where it stopped. A file that is not taken is refused here,
// off line too. Looking at a large photo takes a moment: it is called from a
// task.
func (s *Session) SendDocument(data []byte, kind string, child portal.ID, name string) (document, command portal.ID, err error) {
	s.mu.Lock()
	p := s.person
	s.mu.Unlock()
	if p == nil {
		return "", "", portal.E(portal.Unauthorized, "")
	}
	file, name, wrong := looked(data, name)
	if wrong != nil {
		return "", "", wrong
	}
	u := cache.Upload{ID: portal.NewID(), Document: portal.NewID(), Type: file.Type}
	command = portal.NewID()
	body, err := wire.NewCommand(command, wire.DocumentSubmit, wire.SubmitDocument{Document: u.Document, Upload: u.ID, Kind: kind, Child: child, Name: name})
	if err != nil {
		return "", "", err
	}
	_, err = p.engine.SubmitFile(body, cache.Note{Key: "documents.note.submit", Args: map[string]string{"name": name}}, u, file.Data)
	return u.Document, command, err
}

// TakeDocumentBack takes a document back that nobody has judged: one that is
// still on its way, with its file, at once; one that has arrived by a command.
func (s *Session) TakeDocumentBack(id portal.ID) error {
	d, there := s.View().Document(id)
	if !there {
		return portal.E(portal.NotFound, "document")
	}
	var needs []portal.ID
	if d.ToSend {
		if err := s.Undo(d.Command); portal.CodeOf(err) != portal.Conflict {
			return err
		}
		needs = append(needs, d.Command) // just handed over
	}
	_, err := s.Submit(wire.DocumentWithdraw, wire.WithdrawDocument{Document: id},
		cache.Note{Key: "documents.note.withdraw", Args: map[string]string{"name": d.Name}}, needs...)
	return err
}

// Uploading is a file on its way.
type Uploading = syncing.Uploading

// Uploads is the files on their way, in order.
func (s *Session) Uploads() []Uploading { return s.Status().Uploads }

// readTries is how often reading a document goes on where it broke off.
const readTries = 3

// OpenDocument is the bytes of a document, or of a file that goes with a
// message, and their type: those kept on this
// computer or else the town hall's, which are then kept here, sealed, as long
// as the document is this person's to see. It may wait for the network.
func (s *Session) OpenDocument(ctx context.Context, id portal.ID) (data []byte, kind string, err error) {
	s.mu.Lock()
	p := s.person
	s.mu.Unlock()
	if p == nil {
		return nil, "", portal.E(portal.Unauthorized, "")
	}
	d, there := p.view.Document(id)
	if !there {
		// Or it goes with a message.
		f, enclosed := p.view.MessageFile(id)
		if !enclosed {
			return nil, "", portal.E(portal.NotFound, "document")
		}
		d.Type, d.Scan = f.Type, f.Scan
	}
	if d.Scan == documents.Infected {
		return nil, "", portal.E(documents.NotClean, "document")
	}
	if data, kind, err := p.cache.File(id); err == nil {
		return data, kind, nil
	}
	for try := 1; ; try++ {
		data, err = p.client.Content(ctx, id, data)
		var ce *client.Error
		if err == nil || try == readTries || len(data) == 0 || !errors.As(err, &ce) || ce.Cause != client.NoLine {
			break
		}
	}
	if err != nil {
		return nil, "", err
	}
	if err := p.cache.KeepFile(id, d.Type, data, s.o.Clock()); err != nil {
		s.o.Log.Warn("a document could not be kept to be opened off line", "error", err)
	}
	return data, d.Type, nil
}

// HasDocument reports whether a document can be opened off line.
func (s *Session) HasDocument(id portal.ID) bool {
	c := s.sealed()
	return c != nil && c.HasFile(id)
}

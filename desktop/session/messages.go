package session

import (
	"parvis/desktop/cache"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Enclosed is a file chosen for a message that is not sent yet: it is held,
// sealed, on this computer.
type Enclosed struct {
	ID   portal.ID `json:"id"`
	Name string    `json:"name"`
	Size int64     `json:"size"`
}

// HoldFile looks at a file and holds it for a message. A file that is not taken
// is refused here, off line too. Looking at a large photo takes a moment: it is
// called from a task.
func (s *Session) HoldFile(data []byte, name string) (Enclosed, error) {
	c := s.sealed()
	if c == nil {
		return Enclosed{}, portal.E(portal.Unauthorized, "")
	}
	file, name, wrong := looked(data, name)
	if wrong != nil {
		return Enclosed{}, wrong
	}
	e := Enclosed{ID: portal.NewID(), Name: name, Size: int64(len(file.Data))}
	return e, c.HoldFile(e.ID, file.Type, file.Data, s.o.Clock())
}

// DropFile forgets a file that was held for a message; one that is held no
// more is none of this one's concern.
func (s *Session) DropFile(id portal.ID) error {
	c := s.sealed()
	if c == nil {
		return portal.E(portal.Unauthorized, "")
	}
	if err := c.DropHeld(id); portal.CodeOf(err) != portal.NotFound {
		return err
	}
	return nil
}

// SendMessage sends a message with files that are held: all at once, on line or
// later.
func (s *Session) SendMessage(m wire.SendMessage, files []Enclosed, note cache.Note, needs ...portal.ID) (portal.ID, error) {
	if len(files) == 0 {
		return s.Submit(wire.MessageSend, m, note, needs...)
	}
	s.mu.Lock()
	p := s.person
	s.mu.Unlock()
	if p == nil {
		return "", portal.E(portal.Unauthorized, "")
	}
	var uploads []cache.Upload
	for _, f := range files {
		u := cache.Upload{ID: portal.NewID(), Document: f.ID}
		uploads = append(uploads, u)
		m.Files = append(m.Files, wire.SendFile{File: f.ID, Upload: u.ID, Name: f.Name})
	}
	id := portal.NewID()
	body, err := wire.NewCommand(id, wire.MessageSend, m, needs...)
	if err != nil {
		return "", err
	}
	_, err = p.engine.SubmitHeld(body, note, uploads)
	return id, err
}

// looked is a file as it is sent, and its name, when it is one that is taken.
func looked(data []byte, name string) (documents.File, string, *portal.Error) {
	file, wrong := documents.Inspect("", data)
	if wrong != nil {
		return file, "", wrong
	}
	if wrong := documents.CheckSize(int64(len(file.Data))); wrong != nil {
		// Encoded anew it has grown beyond what is taken; the server does the same
		// to what it is sent, so the bytes as they were will do.
		file.Data = data
	}
	if name = documents.CleanName(name); name == "" {
		name = "document" + map[string]string{documents.PDF: ".pdf", documents.JPEG: ".jpg", documents.PNG: ".png"}[file.Type]
	}
	return file, name, nil
}

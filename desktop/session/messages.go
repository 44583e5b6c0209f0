package session

import (
	"encoding/json"
	"errors"
	"slices"

	"parvis/desktop/cache"
	"parvis/shared/documents"
	"parvis/shared/messages"
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

// enclosedKind is the kind of thing that holds which files go with the message
// about a request.
const enclosedKind = "message-files"

// Enclosed is the files chosen for the next message about a request.
func (s *Session) Enclosed(request portal.ID) (files []Enclosed) {
	c := s.sealed()
	if c == nil || !s.Kept(enclosedKind, string(request), &files) {
		return nil
	}
	held := c.Held() // without those that were sent, where the note of it was lost
	return slices.DeleteFunc(files, func(e Enclosed) bool { return !slices.Contains(held, e.ID) })
}

// Enclose looks at a file and holds it for the next message about a request. A
// file that is not taken is refused here, off line too. Looking at a large
// photo takes a moment: it is called from a task.
func (s *Session) Enclose(request portal.ID, data []byte, name string) error {
	c := s.sealed()
	if c == nil {
		return portal.E(portal.Unauthorized, "")
	}
	file, name, wrong := looked(data, name)
	if wrong != nil {
		return wrong
	}
	s.enclosing.Lock()
	defer s.enclosing.Unlock()
	files := s.Enclosed(request)
	kept := 0
	if who, _ := s.Person(); !who.Agent { // what the town hall has sent in all, an agent's computer does not hold
		kept = s.View().FilesSent()
	}
	if wrong := messages.Enclosing(len(files)+1, kept); wrong != nil {
		return wrong
	}
	e := Enclosed{ID: portal.NewID(), Name: name, Size: int64(len(file.Data))}
	if err := c.HoldFile(e.ID, file.Type, file.Data, s.o.Clock()); err != nil {
		return err
	}
	if err := s.Keep(enclosedKind, string(request), append(files, e)); err != nil {
		return errors.Join(err, c.DropHeld(e.ID))
	}
	return nil
}

// TakeOut forgets a file that was chosen for a message.
func (s *Session) TakeOut(request, id portal.ID) error {
	c := s.sealed()
	if c == nil {
		return portal.E(portal.Unauthorized, "")
	}
	s.enclosing.Lock()
	defer s.enclosing.Unlock()
	files := slices.DeleteFunc(s.Enclosed(request), func(e Enclosed) bool { return e.ID == id })
	if err := s.keepEnclosed(request, files); err != nil {
		return err
	}
	if err := c.DropHeld(id); portal.CodeOf(err) != portal.NotFound {
		return err
	}
	return nil
}

func (s *Session) keepEnclosed(request portal.ID, files []Enclosed) error {
	if len(files) == 0 {
		return s.Keep(enclosedKind, string(request), nil)
	}
	return s.Keep(enclosedKind, string(request), files)
}

// SendMessage sends a message with the files that were chosen for it: all at
// once, on line or later.
func (s *Session) SendMessage(m wire.SendMessage, note cache.Note, needs ...portal.ID) (portal.ID, error) {
	s.enclosing.Lock()
	defer s.enclosing.Unlock()
	files := s.Enclosed(m.Request)
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
	if _, err := p.engine.SubmitHeld(body, note, uploads); err != nil {
		return "", err
	}
	// Its files are held no more: what stands of them in the draft is passed over.
	if err := s.keepEnclosed(m.Request, nil); err != nil {
		s.o.Log.Warn("a draft's files could not be taken off it", "error", err)
	}
	return id, nil
}

// sweepHeld forgets files that were held for a message of which nothing is
// left: the program ended in between.
func (s *Session) sweepHeld(c *cache.Cache) {
	known := map[portal.ID]bool{}
	keys, err := c.Keys(enclosedKind)
	for _, key := range keys {
		var files []Enclosed
		raw, readErr := c.Get(enclosedKind, key)
		if err = errors.Join(err, readErr); err == nil {
			err = json.Unmarshal(raw, &files)
		}
		for _, f := range files {
			known[f.ID] = true
		}
	}
	if err != nil {
		return // what cannot be read now may name them
	}
	for _, id := range c.Held() {
		if !known[id] {
			_ = c.DropHeld(id) // else at the next start
		}
	}
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

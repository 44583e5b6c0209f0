package screentest

import (
	"slices"

	"parvis/desktop/cache"
	"parvis/desktop/session"
	"parvis/shared/documents"
	"parvis/shared/messages"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Enclosed is what was chosen for the message about a request.
func (d *Desk) Enclosed(request portal.ID) []session.Enclosed { return d.enclosed[request] }

// Enclose holds a file for it, as the session does.
func (d *Desk) Enclose(request portal.ID, data []byte, name string) error {
	file, wrong := documents.Inspect("", data)
	if wrong != nil {
		return wrong
	}
	if wrong := messages.Enclosing(len(d.enclosed[request])+1, d.View.FilesSent()); wrong != nil {
		return wrong
	}
	if d.enclosed == nil {
		d.enclosed = map[portal.ID][]session.Enclosed{}
	}
	e := session.Enclosed{ID: portal.NewID(), Name: name, Size: int64(len(file.Data))}
	d.enclosed[request] = append(d.enclosed[request], e)
	d.Proofs.Kept[e.ID] = file.Data
	return nil
}

// TakeOut takes one out.
func (d *Desk) TakeOut(request, file portal.ID) error {
	d.enclosed[request] = slices.DeleteFunc(d.enclosed[request], func(e session.Enclosed) bool { return e.ID == file })
	return nil
}

// SendMessage submits it with its files.
func (d *Desk) SendMessage(m wire.SendMessage, note cache.Note, needs ...portal.ID) (portal.ID, error) {
	for _, e := range d.enclosed[m.Request] {
		m.Files = append(m.Files, wire.SendFile{File: e.ID, Upload: portal.NewID(), Name: e.Name})
	}
	id, err := d.Submit(wire.MessageSend, m, note, needs...)
	if err == nil {
		delete(d.enclosed, m.Request)
	}
	return id, err
}

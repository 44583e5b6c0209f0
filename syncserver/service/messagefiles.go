package service

import (
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// attach makes uploads of the actor's the files of a message. They belong to
// the account whose request it is about, whoever sent them: they are read by
// those who read the message.
func (s *Service) attach(tx *store.Tx, a Actor, r store.Request, args *wire.SendMessage) error {
	for _, f := range args.Files {
		switch {
		case !f.File.Valid():
			return portal.E(portal.Invalid, "files.file")
		case !f.Upload.Valid():
			return portal.E(portal.Invalid, "files.upload")
		}
		if _, taken, err := tx.Document(f.File); err != nil || taken {
			return orElse(err, portal.E(portal.Conflict, "files.file"))
		}
		name := documents.CleanName(f.Name)
		if name == "" {
			return portal.E(portal.Missing, "files.name")
		}
		d, err := s.claim(tx, a, f.Upload)
		if err != nil {
			return err
		}
		d.ID, d.Account, d.Name, d.Message = f.File, r.Account, name, args.Message
		if err := tx.InsertDocument(d); err != nil {
			return err
		}
	}
	return nil
}

// requestOfMessage is the request that a message is about.
func requestOfMessage(tx *store.Tx, message portal.ID) (store.Request, error) {
	m, found, err := tx.Message(message)
	if err != nil || !found {
		return store.Request{}, err
	}
	r, _, err := tx.Request(m.Request)
	return r, err
}

// projectMessageFile shows a file to those who read the message it goes with.
func projectMessageFile(tx *store.Tx, d store.Document) ([]store.FeedRow, error) {
	r, err := requestOfMessage(tx, d.Message)
	if err != nil || r.ID == "" {
		return nil, err
	}
	body := wire.MessageFile{ID: d.ID, Message: d.Message, Request: r.ID, Name: d.Name, Type: d.Type, Size: d.Size, Scan: documents.Scan(d.Scan)}
	rows := []store.FeedRow{{Feed: wire.AccountFeed(r.Account), Collection: wire.MessageFiles, Entity: d.ID, Body: body}}
	desks, err := tx.DesksReading(r.Account)
	for _, desk := range desks {
		if desk == r.Desk {
			rows = append(rows, store.FeedRow{Feed: wire.FileFeed(desk, r.Account), Collection: wire.MessageFiles, Entity: d.ID, Body: body})
		}
	}
	return rows, err
}

// foreignMessageFile is foreignTo for a file that goes with a message.
func foreignMessageFile(tx *store.Tx, account portal.ID, desk string, id portal.ID) (string, error) {
	d, found, err := tx.Document(id)
	if err != nil {
		return "", err
	}
	if !found || d.Message == "" || d.Account != account {
		return "a file that goes with no message of theirs", nil
	}
	return foreignMessage(tx, account, desk, d.Message)
}

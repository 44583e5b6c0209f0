package service

import (
	"strconv"
	"time"

	"parvis/shared/messages"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// party loads a request that the actor may write about: their own, or one of a
// desk they work at. Any other is told as one that does not exist.
func (a Actor) party(tx *store.Tx, id portal.ID) (store.Request, error) {
	r, found, err := tx.Request(id)
	if err != nil {
		return r, err
	}
	if !found || a.Role.Agent() && a.mustReach(r.Desk) != nil || !a.Role.Agent() && r.Account != a.Account {
		return r, portal.E(portal.NotFound, "request")
	}
	return r, nil
}

// sendMessage puts a message into the thread of a request. The first one that
// a family has not read is told by a mail, which quotes nothing; the next ones
// wait with it.
func (s *Service) sendMessage(tx *store.Tx, a Actor, args *wire.SendMessage) error {
	if !args.Message.Valid() {
		return portal.E(portal.Invalid, "message")
	}
	text, wrong := messages.Text(args.Text)
	if wrong != nil {
		return wrong
	}
	if wrong := messages.Enclosing(len(args.Files), 0); wrong != nil {
		return wrong // before anything is read for it
	}
	r, err := a.party(tx, args.Request)
	if err != nil {
		return err
	}
	if _, taken, err := tx.Message(args.Message); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, "message"))
	}
	staff := a.Role.Agent()
	all, _, err := tx.Thread(r.ID, staff)
	if err != nil {
		return err
	}
	if all >= messages.MostThread {
		return portal.E(messages.TooMany, "request", "max", strconv.Itoa(messages.MostThread))
	}
	if !staff {
		today, err := tx.WrittenSince(a.Account, tx.Now().Add(-24*time.Hour).UnixMicro())
		if err != nil {
			return err
		}
		if today >= messages.MostADay {
			return portal.E(messages.TooMany, "message", "max", strconv.Itoa(messages.MostADay))
		}
	}
	if len(args.Files) > 0 {
		kept, err := tx.CountEnclosed(r.Account, staff)
		if err != nil {
			return err
		}
		if wrong := messages.Enclosing(len(args.Files), kept); wrong != nil {
			return wrong
		}
	}
	if err := tx.AddMessage(store.Message{ID: args.Message, Request: r.ID, Sender: a.Account, Staff: staff, Body: text}); err != nil {
		return err
	}
	if err := s.attach(tx, a, r, args); err != nil {
		return err
	}
	if !staff {
		return s.notifyAgent(tx, r)
	}
	if err := tx.Audit(a.Account, "message.send", string(args.Message)); err != nil {
		return err
	}
	return s.tell(tx, r.ID, mail.MessageReceived)
}

// readMessages notes that somebody has opened what the other side wrote.
func (s *Service) readMessages(tx *store.Tx, a Actor, args *wire.ReadMessages) error {
	r, err := a.party(tx, args.Request)
	if err != nil {
		return err
	}
	m, found, err := tx.Message(args.Message)
	if err != nil || !found || m.Request != r.ID {
		return orElse(err, portal.E(portal.NotFound, "message"))
	}
	if err := noticesRead(tx, a.Account, notices.Message, r.ID); err != nil {
		return err
	}
	n, err := tx.ReadThread(r.ID, !a.Role.Agent(), m.N, a.Account)
	if err != nil || n == 0 || !a.Role.Agent() {
		return err
	}
	return tx.Audit(a.Account, "message.read", string(args.Message))
}

// saveText keeps a reusable text of a desk.
func (s *Service) saveText(tx *store.Tx, a Actor, args *wire.SaveText) error {
	if !args.Text.Valid() {
		return portal.E(portal.Invalid, "text")
	}
	if err := a.mustReach(args.Desk); err != nil {
		return err
	}
	t := store.ReplyText{ID: args.Text, Desk: args.Desk}
	var wrong *portal.Error
	if t.Title, wrong = messages.Title(args.Title); wrong != nil {
		return wrong
	}
	if t.Body, wrong = messages.Template(args.Body); wrong != nil {
		wrong.Field = "body"
		return wrong
	}
	before, exists, err := tx.ReplyText(args.Text)
	switch {
	case err != nil:
		return err
	case exists && before.Desk != args.Desk:
		return portal.E(portal.NotFound, "text")
	case !exists:
		n, err := tx.ReplyTexts(args.Desk)
		if err != nil {
			return err
		}
		if n >= messages.MostTexts {
			return portal.E(messages.TooManyTexts, "desk", "max", strconv.Itoa(messages.MostTexts))
		}
	}
	if err := tx.SaveReplyText(t); err != nil {
		return err
	}
	return tx.Audit(a.Account, "text.save", string(t.ID))
}

// removeText forgets a reusable text; what was written with it stays.
func (s *Service) removeText(tx *store.Tx, a Actor, args *wire.RemoveText) error {
	t, found, err := tx.ReplyText(args.Text)
	if err != nil || !found || a.mustReach(t.Desk) != nil {
		return orElse(err, portal.E(portal.NotFound, "text"))
	}
	if err := tx.DropReplyText(t.ID); err != nil {
		return err
	}
	return tx.Audit(a.Account, "text.remove", string(t.ID))
}

// projectMessage shows a message to the account that made the request, and to
// its desk where it has the file open; to no other parent.
func (s *Service) projectMessage(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	m, found, err := tx.Message(id)
	if err != nil || !found {
		return nil, err
	}
	r, found, err := tx.Request(m.Request)
	if err != nil || !found {
		return nil, err
	}
	body := wire.Message{ID: m.ID, Request: m.Request, N: m.N, At: m.At, Staff: m.Staff, Text: m.Body, Read: m.ReadAt}
	if body.By, err = nameOf(tx, m.Sender); err != nil {
		return nil, err
	}
	rows := []store.FeedRow{{Feed: wire.AccountFeed(r.Account), Collection: wire.Messages, Entity: id, Body: body}}
	desks, err := tx.DesksReading(r.Account)
	for _, desk := range desks {
		if desk == r.Desk {
			rows = append(rows, store.FeedRow{Feed: wire.FileFeed(desk, r.Account), Collection: wire.Messages, Entity: id, Body: body})
		}
	}
	return rows, err
}

// projectText shows a reusable text to its desk.
func (s *Service) projectText(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	t, found, err := tx.ReplyText(id)
	if err != nil || !found {
		return nil, err
	}
	return []store.FeedRow{{Feed: wire.DeskFeed(t.Desk), Collection: wire.Texts, Entity: id, Body: wire.Text(t)}}, nil
}

// queued reports whether a request stands in its desk's queue: while somebody
// is awaited, and after that for as long as the family has written something
// that nobody has opened.
func queued(state string, unread int) bool {
	return !requests.State(state).Decided() || unread > 0
}

// foreignMessage is foreignTo for a message.
func foreignMessage(tx *store.Tx, account portal.ID, desk string, id portal.ID) (string, error) {
	m, _, err := tx.Message(id)
	if err != nil {
		return "", err
	}
	r, _, err := tx.Request(m.Request)
	if err == nil && (r.Account != account || desk != "" && r.Desk != desk) {
		return "another's message", nil
	}
	return "", err
}

// foreignText says whether a text of a desk's feed is another desk's.
func foreignText(tx *store.Tx, desk string, id portal.ID) (string, error) {
	t, _, err := tx.ReplyText(id)
	if err == nil && t.Desk != desk {
		return "it is not a text of this desk", nil
	}
	return "", err
}

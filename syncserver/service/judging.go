package service

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/documents"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// judgeDocument decides that a document serves until a day, or that another is
// needed.
func (s *Service) judgeDocument(tx *store.Tx, a Actor, args *wire.JudgeDocument) error {
	d, err := s.documentAt(tx, a, args.Document)
	if err != nil {
		return err
	}
	if d.Status != string(documents.Submitted) {
		by, err := nameOf(tx, d.Agent)
		return orElse(err, portal.E(documents.AlreadyJudged, "document", "by", by, "status", d.Status))
	}
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	d.Agent, d.Judged = a.Account, tx.Now().UnixMicro()
	if args.Valid {
		return s.acceptDocument(tx, a, d, f.kinds.Of(d.Kind), args)
	}
	return s.rejectDocument(tx, a, d, args)
}

func (s *Service) acceptDocument(tx *store.Tx, a Actor, d store.Document, kind requests.DocumentKind, args *wire.JudgeDocument) error {
	if d.Scan == string(documents.Infected) {
		return portal.E(documents.NotClean, "document")
	}
	today := portal.DateOf(tx.Now())
	if e := documents.CheckUntil(kind, today, args.Until, args.Longer); e != nil {
		return e
	}
	d.Status, d.Until = string(documents.Valid), args.Until
	if documents.Longer(kind, today, args.Until) {
		if err := tx.Audit(a.Account, "document.longer", string(d.ID)+" "+string(args.Until)); err != nil {
			return err
		}
	}
	if err := tx.Audit(a.Account, "document.valid", string(d.ID)); err != nil {
		return err
	}
	if err := tx.SaveJudgment(d); err != nil {
		return err
	}
	return s.noteOnRequests(tx, d, requests.EventDocumentValid, a.Account)
}

func (s *Service) rejectDocument(tx *store.Tx, a Actor, d store.Document, args *wire.JudgeDocument) error {
	note := strings.TrimSpace(strings.ReplaceAll(args.Note, "\r\n", "\n"))
	switch {
	case args.Reason == "":
		return portal.E(portal.Missing, "reason")
	case !slices.Contains(documents.Reasons, args.Reason):
		return portal.E(portal.Invalid, "reason")
	case args.Reason == documents.Other && note == "":
		return portal.E(portal.Missing, "note")
	case len([]rune(note)) > documents.MaxReason:
		return portal.E(portal.TooLong, "note", "max", fmt.Sprint(documents.MaxReason))
	case !accounts.Readable(note):
		return portal.E(accounts.BadText, "note")
	}
	d.Status, d.Reason, d.Note = string(documents.Rejected), string(args.Reason), note
	if err := tx.Audit(a.Account, "document.rejected", string(d.ID)); err != nil {
		return err
	}
	account, found, err := tx.Account(d.Account)
	if err != nil || !found {
		return orElse(err, portal.E(portal.NotFound, "account"))
	}
	now, err := s.notify(tx, account, notices.Rejected, d.ID)
	if err != nil {
		return err
	}
	if now {
		if d.Mail, err = s.postRejection(tx, account); err != nil {
			return err
		}
	}
	if err := tx.SaveJudgment(d); err != nil {
		return err
	}
	return s.noteOnRequests(tx, d, requests.EventDocumentRejected, a.Account)
}

// postRejection posts the mail about a rejection, to leave once that can no
// longer be taken back.
func (s *Service) postRejection(tx *store.Tx, account store.Account) (portal.ID, error) {
	stop, err := s.stopLink(tx, account.ID)
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(mail.Data{Town: s.town.Name, Name: account.FirstName, Link: s.o.PublicURL(), Stop: stop})
	if err != nil {
		return "", err
	}
	m := store.Mail{ID: s.o.IDs(), Address: account.MailKey, Template: string(mail.DocumentRejected), Language: language(account.Language), Data: string(raw)}
	return m.ID, tx.EnqueueAt(m, tx.Now().Add(tellAfter))
}

// unjudgeDocument takes an agent's own judgment back, within a minute.
func (s *Service) unjudgeDocument(tx *store.Tx, a Actor, args *wire.UnjudgeDocument) error {
	d, err := s.documentAt(tx, a, args.Document)
	switch {
	case err != nil:
		return err
	case d.Status == string(documents.Submitted):
		return portal.E(documents.NotJudged, "document")
	case d.Agent != a.Account:
		return portal.E(portal.Forbidden, "document")
	case tx.Now().Sub(time.UnixMicro(d.Judged)) > documents.UndoFor:
		return portal.E(documents.UndoTooLate, "document")
	}
	if stands, err := provesQuotient(tx, d.ID); err != nil || stands {
		// Prices follow from it, and no other proof.
		return orElse(err, portal.E(quotients.Decided, "document", "by", a.Name, "state", string(quotients.Accepted)))
	}
	if d.Mail != "" {
		if err := tx.TakeMailBack(d.Mail); err != nil {
			return err
		}
	}
	if err := noticesRead(tx, d.Account, notices.Rejected, d.ID); err != nil {
		return err
	}
	d.Status, d.Until, d.Reason, d.Note, d.Agent, d.Judged, d.Mail = string(documents.Submitted), "", "", "", "", 0, ""
	if err := tx.Audit(a.Account, "document.unjudged", string(d.ID)); err != nil {
		return err
	}
	return tx.SaveJudgment(d)
}

// documentAt is a document that an agent may judge: one before them that does
// not go with a message.
func (s *Service) documentAt(tx *store.Tx, a Actor, id portal.ID) (store.Document, error) {
	d, err := s.paperAt(tx, a, id)
	if err == nil && d.Message != "" {
		err = portal.E(portal.NotFound, "document")
	}
	return d, err
}

// paperAt is a document that an agent has before them: one that a request at a
// desk of theirs asks for, or that goes with a message about one, in a file
// that they have open there. Any other is told as one that does not exist.
func (s *Service) paperAt(tx *store.Tx, a Actor, id portal.ID) (store.Document, error) {
	missing := portal.E(portal.NotFound, "document")
	d, found, err := tx.Document(id)
	if err != nil || !found {
		return d, orElse(err, missing)
	}
	desks, err := s.desksOf(tx, d)
	if err != nil {
		return d, err
	}
	grants, err := tx.GrantsOf(a.Account)
	if err != nil {
		return d, err
	}
	for _, g := range grants {
		if g.Account == d.Account && slices.Contains(desks, g.Desk) && a.mustReach(g.Desk) == nil {
			return d, nil
		}
	}
	return d, missing
}

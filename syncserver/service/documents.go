package service

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/documents"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// tellAfter is when a family is told of a rejection: once the agent can no
// longer take it back.
const tellAfter = documents.UndoFor + 10*time.Second

// PublishKinds tells everybody the kinds of documents, where they are new or
// have changed.
func PublishKinds(tx *store.Tx, kinds []requests.DocumentKind) error {
	for _, k := range kinds {
		raw, err := json.Marshal(k)
		if err != nil {
			return err
		}
		var have json.RawMessage
		if _, err := tx.Fact(wire.DocumentKinds, portal.ID(k.ID), &have); err != nil {
			return err
		}
		if bytes.Equal(have, raw) {
			continue
		}
		if err := tx.PutFact(wire.DocumentKinds, portal.ID(k.ID), k); err != nil {
			return err
		}
	}
	return nil
}

// submitDocument takes a document in whose bytes were uploaded.
func (s *Service) submitDocument(tx *store.Tx, a Actor, args *wire.SubmitDocument) error {
	switch {
	case !args.Document.Valid():
		return portal.E(portal.Invalid, "document")
	case !args.Upload.Valid():
		return portal.E(portal.Invalid, "upload")
	}
	if _, taken, err := tx.Document(args.Document); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, "document"))
	}
	name := documents.CleanName(args.Name)
	if name == "" {
		return portal.E(portal.Missing, "name")
	}
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	kind, known := f.kinds[args.Kind]
	if !known {
		return portal.E(documents.UnknownKind, "kind")
	}
	if err := s.mayGiveFor(tx, a, kind, args.Child); err != nil {
		return err
	}
	given, err := tx.DocumentsOf(a.Account)
	if err != nil {
		return err
	}
	if len(given) >= documents.MaxKept {
		return portal.E(documents.TooManyFiles, "document", "max", fmt.Sprint(documents.MaxKept))
	}
	d, err := s.claim(tx, a, args.Upload)
	if err != nil {
		return err
	}
	d.ID, d.Account, d.Kind, d.Child, d.Name = args.Document, a.Account, kind.ID, args.Child, name
	if err := tx.InsertDocument(d); err != nil {
		return err
	}
	for _, before := range given {
		if before.Kind == d.Kind && before.Child == d.Child {
			// Whoever was told that it ends, or that it will not do, has done what
			// that was for.
			for _, kind := range []notices.Kind{notices.Expiry, notices.Rejected} {
				if err := noticesRead(tx, d.Account, kind, before.ID); err != nil {
					return err
				}
			}
		}
	}
	return s.noteOnRequests(tx, d, requests.EventDocumentSent, a.Account)
}

// claim takes the bytes of an upload of the actor's for a new document.
func (s *Service) claim(tx *store.Tx, a Actor, upload portal.ID) (store.Document, error) {
	u, err := ownUpload(tx, a, upload)
	if err != nil {
		return store.Document{}, err
	}
	switch u.State {
	case store.UploadOpen:
		// The desktop says that it is all here; who is to know better?
		return store.Document{}, portal.E(portal.Conflict, "upload")
	case store.UploadUsed:
		return store.Document{}, portal.E(portal.Conflict, "upload")
	case store.UploadRefused:
		return store.Document{}, problemOf(u)
	}
	file, err := tx.UseUpload(u)
	d := store.Document{
		Type: u.Type, Size: u.Stored, File: file,
		Sent: tx.Now().UnixMicro(), Status: string(documents.Submitted), Scan: string(documents.Unscanned), ScanAt: tx.Now().UnixMicro(),
	}
	if s.o.Scanning {
		d.Scan = string(documents.Pending)
	}
	return d, err
}

// mayGiveFor is nil when the actor may give a document of a kind for a child,
// or for themselves (""): a child linked to them, or one that a request of
// theirs is about.
func (s *Service) mayGiveFor(tx *store.Tx, a Actor, kind requests.DocumentKind, child portal.ID) error {
	switch {
	case child == "":
		return nil
	case !child.Valid():
		return portal.E(portal.Invalid, "child")
	case !kind.Child:
		return portal.E(documents.ChildNotNeeded, "child")
	}
	err := a.mayFor(tx, child, func(r accounts.LinkRights) bool { return r.Change })
	if portal.CodeOf(err) != portal.NotFound {
		return err
	}
	own, listed := tx.RequestsOf(a.Account)
	if listed != nil {
		return listed
	}
	if slices.ContainsFunc(own, func(r store.Request) bool { return r.Child == child && !requests.State(r.State).Decided() }) {
		return nil
	}
	return err
}

// withdrawDocument takes a document back that nobody has judged.
func (s *Service) withdrawDocument(tx *store.Tx, a Actor, args *wire.WithdrawDocument) error {
	d, found, err := tx.Document(args.Document)
	switch {
	case err != nil:
		return err
	case !found || d.Account != a.Account || d.Message != "":
		return portal.E(portal.NotFound, "document")
	case d.Status != string(documents.Submitted):
		return portal.E(documents.AlreadyJudged, "document", "status", d.Status)
	}
	if err := proofGone(tx, d.ID); err != nil {
		return err
	}
	return tx.DeleteDocument(d)
}

// desksOf is the desks that a document concerns: those at which a request of
// its account asks for one like it, or that of the message it goes with, and
// that of the quotients where it proves one.
func (s *Service) desksOf(tx *store.Tx, d store.Document) (desks []string, err error) {
	if d.Message != "" {
		r, err := requestOfMessage(tx, d.Message)
		return []string{r.Desk}, err
	}
	f, err := s.facts(tx)
	if err != nil {
		return nil, err
	}
	all, err := tx.RequestsOf(d.Account)
	if err != nil {
		return nil, err
	}
	proved, err := tx.QuotientsProvedBy(d.ID)
	if err != nil {
		return nil, err
	}
	if len(proved) > 0 {
		desks = append(desks, quotientDesk)
	}
	absent, err := f.absencesProved(tx, d)
	if err != nil {
		return nil, err
	}
	for _, desk := range absent {
		if !slices.Contains(desks, desk) {
			desks = append(desks, desk)
		}
	}
	for _, r := range all {
		if r.State == string(requests.Withdrawn) || slices.Contains(desks, r.Desk) {
			continue
		}
		asked, err := s.asked(tx, r)
		if err != nil {
			return nil, err
		}
		if asks(f.kinds, asked, r.Child, d) {
			desks = append(desks, r.Desk)
		}
	}
	return desks, nil
}

// asks reports whether a document is one of those asked for.
func asks(kinds documents.Kinds, asked []documents.Asked, child portal.ID, d store.Document) bool {
	return slices.ContainsFunc(asked, func(a documents.Asked) bool {
		return kinds.Need(a.Kind, child) == documents.Need{Kind: d.Kind, Child: d.Child}
	})
}

// asked is what a request asks for. Of one from before that was kept, it is
// what its procedure asks for now.
func (s *Service) asked(tx *store.Tx, r store.Request) ([]documents.Asked, error) {
	asked, fixed, err := tx.Asked(r.ID)
	if err != nil || fixed {
		return asked, err
	}
	f, err := s.facts(tx)
	if err != nil {
		return nil, err
	}
	p, known := f.procedures[r.Procedure]
	answers, wrong := requests.Decode([]byte(r.Answers))
	if !known || wrong != nil {
		return nil, nil
	}
	return documents.AskedBy(p, answers, portal.DateOf(time.UnixMicro(r.Submitted))), nil
}

// noteOnRequests puts a step on the time lines of the requests that wait for a
// document.
func (s *Service) noteOnRequests(tx *store.Tx, d store.Document, event requests.EventKind, actor portal.ID) error {
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	all, err := tx.RequestsOf(d.Account)
	if err != nil {
		return err
	}
	for _, r := range all {
		if requests.State(r.State).Decided() {
			continue
		}
		asked, err := s.asked(tx, r)
		if err != nil {
			return err
		}
		if asks(f.kinds, asked, r.Child, d) {
			if err := tx.AddRequestEvent(r.ID, string(event), actor, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// standing is how the documents stand that a request in a queue asks for. One
// that is decided, and stands there for an unread message, waits for none.
func (s *Service) standing(tx *store.Tx, r store.Request, asked []documents.Asked) ([]wire.QueueDocument, error) {
	if len(asked) == 0 || requests.State(r.State).Decided() {
		return nil, nil
	}
	f, err := s.facts(tx)
	if err != nil {
		return nil, err
	}
	given, err := tx.DocumentsOf(r.Account)
	if err != nil {
		return nil, err
	}
	out := make([]wire.QueueDocument, len(asked))
	for i, a := range asked {
		q := wire.QueueDocument{Kind: a.Kind}
		for _, d := range given {
			if !asks(f.kinds, asked[i:i+1], r.Child, d) {
				continue
			}
			switch documents.Status(d.Status) {
			case documents.Submitted:
				q.ToCheck++
			case documents.Rejected:
				q.Rejected = true
			case documents.Valid:
				if !q.Valid || q.Until != "" && (d.Until == "" || d.Until > q.Until) {
					q.Until = d.Until
				}
				q.Valid = true
			}
		}
		out[i] = q
	}
	return out, nil
}

func (s *Service) projectDocument(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	d, found, err := tx.Document(id)
	if err != nil || !found {
		return nil, err
	}
	if d.Message != "" {
		return projectMessageFile(tx, d)
	}
	body := documents.Document{
		ID: d.ID, Account: d.Account, Kind: d.Kind, Child: d.Child, Name: d.Name, Type: d.Type, Size: d.Size, Sent: d.Sent,
		Status: documents.Status(d.Status), Until: d.Until, Reason: documents.Reason(d.Reason), Note: d.Note, Judged: d.Judged, Scan: documents.Scan(d.Scan),
	}
	rows := []store.FeedRow{{Feed: wire.AccountFeed(d.Account), Collection: wire.Documents, Entity: id, Body: body}}
	reading, err := tx.DesksReading(d.Account)
	if err != nil || len(reading) == 0 {
		return rows, err
	}
	desks, err := s.desksOf(tx, d)
	if err != nil {
		return nil, err
	}
	if d.Agent != "" {
		body.JudgedBy = d.Agent
		if body.JudgedByName, err = nameOf(tx, d.Agent); err != nil {
			return nil, err
		}
	}
	for _, desk := range reading {
		if slices.Contains(desks, desk) {
			rows = append(rows, store.FeedRow{Feed: wire.FileFeed(desk, d.Account), Collection: wire.Documents, Entity: id, Body: body})
		}
	}
	return rows, nil
}

// foreignDocument is foreignTo for a document: the account's own, and of a
// desk's only those that a request there asks for.
func (s *Service) foreignDocument(tx *store.Tx, f *townFacts, account portal.ID, desk string, id portal.ID, body string) (string, error) {
	var told documents.Document
	if err := json.Unmarshal([]byte(body), &told); err != nil {
		return "", err
	}
	d, _, err := tx.Document(id)
	if err != nil {
		return "", err
	}
	if d.Account != account || desk == "" && told.JudgedBy != "" {
		return "another's document, or who judged it", nil
	}
	if desk == "" {
		return "", nil
	}
	if proved, err := tx.QuotientsProvedBy(id); err != nil || desk == quotientDesk && len(proved) > 0 {
		return "", err
	}
	if absent, err := f.absencesProved(tx, d); err != nil || slices.Contains(absent, desk) {
		return "", err
	}
	all, err := tx.RequestsOf(account)
	if err != nil {
		return "", err
	}
	for _, r := range all {
		asked, err := s.asked(tx, r)
		if err != nil {
			return "", err
		}
		if r.Desk == desk && r.State != string(requests.Withdrawn) && asks(f.kinds, asked, r.Child, d) {
			return "", nil
		}
	}
	return "a document that nobody at this desk asks for", nil
}

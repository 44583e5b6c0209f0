package service

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/files"
	"parvis/syncserver/store"
)

// OwnData is all that the town hall keeps of an account, for its person. What
// concerns another adult is not in it.
type OwnData struct {
	Town         string             `json:"town"`
	At           time.Time          `json:"at"`
	Account      OwnAccount         `json:"account"`
	Children     []wire.Child       `json:"children"`
	Enrolment    []any              `json:"enrolments"`
	Bookings     []OwnBooking       `json:"bookings"`
	Waiting      []OwnWait          `json:"waiting"`
	Movements    []OwnMovement      `json:"movements"`
	Balances     []OwnBalance       `json:"balances"`
	Payments     []OwnPayment       `json:"payments"`
	Requests     []OwnRequest       `json:"requests"`
	Quotients    []OwnQuotient      `json:"quotients"`
	Drafts       []json.RawMessage  `json:"drafts"`
	Documents    []OwnDocument      `json:"documents"`
	Prepared     []OwnPrepared      `json:"prepared"`
	Asked        []OwnAsk           `json:"asked"`
	Accesses     []OwnAccess        `json:"accesses"`
	Appointments []OwnAppointment   `json:"appointments"`
	Absences     []OwnAbsence       `json:"absences"`
	Sessions     []wire.OpenSession `json:"sessions"`
	// Calendar is since when there is a private address for calendars.
	Calendar *time.Time          `json:"calendar_address,omitempty"`
	Audit    []store.AuditOfSelf `json:"audit"`
}

// OwnAccount is the account itself.
type OwnAccount struct {
	ID       portal.ID        `json:"id"`
	Login    string           `json:"login"`
	Created  time.Time        `json:"created"`
	Language string           `json:"language"`
	Profile  accounts.Profile `json:"profile"`
	Payer    *ledger.Payer    `json:"payer,omitempty"`
}

// OwnRequest is a request with its answers and what happened to it.
type OwnRequest struct {
	Reference string          `json:"reference"`
	Procedure string          `json:"procedure"`
	Person    string          `json:"person"`
	State     string          `json:"state"`
	Submitted time.Time       `json:"submitted"`
	Reason    string          `json:"reason,omitempty"`
	Answers   json.RawMessage `json:"answers"`
	Timeline  []wire.Event    `json:"timeline"`
	Messages  []OwnMessage    `json:"messages,omitempty"`
}

// OwnMessage is what was written about a request, by the person or to them.
type OwnMessage struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
	// Files are the names in the archive of what goes with it.
	Files []string `json:"files,omitempty"`

	id portal.ID
}

// OwnDocument is a supporting document; File is its name in the archive, ""
// where it is not given.
type OwnDocument struct {
	Kind   string      `json:"kind"`
	Child  string      `json:"child,omitempty"`
	Name   string      `json:"name"`
	Sent   time.Time   `json:"sent"`
	Status string      `json:"status"`
	Until  portal.Date `json:"until,omitempty"`
	Reason string      `json:"reason,omitempty"`
	Note   string      `json:"note,omitempty"`
	File   string      `json:"file,omitempty"`
}

// Page writes OwnData as a page that anybody can read; the layer that knows
// texts gives it.
type Page func(d OwnData, language string) ([]byte, error)

// Archive is all that is kept of an account, ready to be written.
type Archive struct {
	at          time.Time
	page, facts []byte
	papers      []paper
	files       files.Store
}

// paper is a file of the account's with its name in the archive.
type paper struct {
	name, file string
	size       int64
	sent       time.Time
}

// Data is all that is kept of the actor's account: the facts as JSON, the same
// as a page to read, and the documents.
func (s *Service) Data(ctx context.Context, a Actor, page Page) (*Archive, error) {
	if a.Role.Agent() {
		return nil, portal.E(portal.Forbidden, "account")
	}
	if err := s.store.Write(ctx, func(tx *store.Tx) error {
		// It reads much, and nobody needs it often.
		if wait, err := tooMany(tx, "data:"+string(a.Account)); err != nil || wait > 0 {
			return orElse(err, throttledFor(wait, "account"))
		}
		return tx.Audit(a.Account, "account.data", string(a.Account))
	}); err != nil {
		return nil, err
	}
	out := &Archive{files: s.o.Files}
	var d OwnData
	if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if d, err = s.ownData(tx, a); err == nil {
			out.papers, err = s.ownPapers(tx, a, &d)
		}
		return err
	}); err != nil {
		return nil, err
	}
	var err error
	if out.facts, err = json.MarshalIndent(d, "", "  "); err != nil {
		return nil, err
	}
	out.at = d.At
	out.page, err = page(d, d.Account.Language)
	return out, err
}

// ownPapers lists the account's documents, and notes them in d. One in which a
// virus was found is told of and not given.
func (s *Service) ownPapers(tx *store.Tx, a Actor, d *OwnData) (out []paper, err error) {
	f, err := s.facts(tx)
	if err != nil {
		return nil, err
	}
	given, err := tx.DocumentsOf(a.Account)
	for i, g := range given {
		own := OwnDocument{
			Kind: f.kinds.Of(g.Kind).Label.In(d.Account.Language), Name: g.Name, Sent: micro(g.Sent), Status: g.Status, Until: g.Until, Reason: g.Reason, Note: g.Note,
		}
		if c, known, err := tx.Child(g.Child); err != nil {
			return nil, err
		} else if known {
			own.Child = c.FirstName
		}
		if s.o.Files != nil && g.Scan != string(documents.Infected) {
			own.File = fmt.Sprintf("justificatifs/%03d %s", i+1, g.Name)
			out = append(out, paper{own.File, g.File, g.Size, own.Sent})
		}
		d.Documents = append(d.Documents, own)
	}
	if err != nil {
		return nil, err
	}
	enclosed, err := tx.EnclosedTo(a.Account)
	if s.o.Files == nil {
		return out, err
	}
	for i, g := range enclosed {
		if g.Scan == string(documents.Infected) {
			continue
		}
		name := fmt.Sprintf("messages/%03d %s", i+1, g.Name)
		out = append(out, paper{name, g.File, g.Size, micro(g.Sent)})
		for _, r := range d.Requests {
			for j := range r.Messages {
				if m := &r.Messages[j]; m.id == g.Message {
					m.Files = append(m.Files, name)
				}
			}
		}
	}
	return out, err
}

// Write writes the archive as a ZIP, reading one document after the other.
func (a *Archive) Write(ctx context.Context, w io.Writer) error {
	z := zip.NewWriter(w)
	for _, f := range []struct {
		name string
		body []byte
	}{{"donnees.html", a.page}, {"donnees.json", a.facts}} {
		to, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: a.at})
		if err != nil {
			return err
		}
		if _, err := to.Write(f.body); err != nil {
			return err
		}
	}
	for _, p := range a.papers {
		from, err := a.files.Open(ctx, p.file, 0)
		if errors.Is(err, files.ErrNotFound) {
			continue // taken back since
		}
		if err != nil {
			return err
		}
		// Photographs and PDF are as small as they get.
		to, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Store, Modified: p.sent})
		if err == nil {
			_, err = io.Copy(to, io.LimitReader(from, p.size))
		}
		if err = errors.Join(err, from.Close()); err != nil {
			return err
		}
	}
	return z.Close() // it writes the list of what is in it
}

func (s *Service) ownData(tx *store.Tx, a Actor) (d OwnData, err error) {
	account, found, err := tx.Account(a.Account)
	if err != nil || !found {
		return d, orElse(err, portal.E(portal.Unauthorized, ""))
	}
	f, err := s.facts(tx)
	if err != nil {
		return d, err
	}
	lang := language(account.Language)
	fixes, err := payerOf(tx, account)
	if err != nil {
		return d, err
	}
	d = OwnData{Town: s.town.Name, At: tx.Now().In(portal.Paris), Account: OwnAccount{
		ID: account.ID, Login: account.Login, Created: micro(account.Created), Language: lang, Payer: &fixes,
	}}
	if err := json.Unmarshal([]byte(account.Profile), &d.Account.Profile); err != nil {
		return d, err
	}
	if at, has, err := tx.CalendarAddressOf(a.Account); err != nil {
		return d, err
	} else if has {
		made := micro(at.Made)
		d.Calendar = &made
	}
	links, err := tx.LinksTo(a.Account)
	if err != nil {
		return d, err
	}
	for _, l := range links {
		rights := accounts.RightsOf(accounts.Custody(l.Custody))
		if !rights.See {
			continue
		}
		c, _, err := tx.Child(l.Child)
		if err != nil {
			return d, err
		}
		child := wire.Child{ID: c.ID, FirstName: c.FirstName, LastName: c.LastName, BirthDate: c.BirthDate, Site: c.Site, Class: c.Class, Custody: l.Custody}
		if rights.Health {
			if err := tellHealth(tx, c, &child); err != nil {
				return d, err
			}
		}
		if rights.Change {
			if _, child.Priority, err = tx.PriorityOf(c.ID); err != nil {
				return d, err
			}
			adults, err := relationsOf(tx, c.ID)
			if err != nil {
				return d, err
			}
			adults.tell(&child, a.Account, false)
		}
		d.Children = append(d.Children, child)
		enrolments, err := tx.EnrolmentsOf(c.ID)
		if err != nil {
			return d, err
		}
		for _, e := range enrolments {
			d.Enrolment = append(d.Enrolment, e)
		}
	}
	if d.Waiting, err = ownWaits(tx, f, a, lang); err != nil {
		return d, err
	}
	if d.Bookings, err = ownBookings(tx, f, a, lang); err != nil {
		return d, err
	}
	if d.Prepared, d.Asked, err = ownOpenings(tx, f, a, lang); err != nil {
		return d, err
	}
	if d.Balances, d.Movements, err = ownMoney(tx, f, a.Account); err != nil {
		return d, err
	}
	if d.Payments, err = ownPayments(tx, a.Account); err != nil {
		return d, err
	}
	sent, err := tx.RequestsOf(a.Account)
	if err != nil {
		return d, err
	}
	for _, r := range sent {
		title := r.Procedure
		if p, ok := f.procedures[r.Procedure]; ok {
			title = p.Title.In(lang)
		}
		events, err := tx.RequestEvents(r.ID)
		if err != nil {
			return d, err
		}
		own := OwnRequest{Reference: r.Reference, Procedure: title, Person: r.Person, State: r.State, Submitted: micro(r.Submitted), Reason: r.Reason, Answers: json.RawMessage(r.Answers)}
		for _, e := range events {
			own.Timeline = append(own.Timeline, wire.Event{At: e.At, Kind: e.Kind, Text: e.Note})
		}
		if own.Messages, err = ownMessages(tx, r.ID); err != nil {
			return d, err
		}
		d.Requests = append(d.Requests, own)
	}
	if d.Quotients, err = ownQuotients(tx, a.Account); err != nil {
		return d, err
	}
	drafts, err := tx.DraftsOf(a.Account)
	if err != nil {
		return d, err
	}
	for _, draft := range drafts {
		d.Drafts = append(d.Drafts, json.RawMessage(draft.Body))
	}
	if d.Accesses, err = s.ownAccesses(tx, f, a.Account, lang); err != nil {
		return d, err
	}
	if d.Appointments, err = ownAppointments(tx, f, a.Account, lang); err != nil {
		return d, err
	}
	if d.Absences, err = ownAbsences(tx, f, a, lang); err != nil {
		return d, err
	}
	open, err := tx.SessionsOf(a.Account)
	if err != nil {
		return d, err
	}
	for _, o := range open {
		d.Sessions = append(d.Sessions, wire.OpenSession{ID: o.ID, Device: o.Name, Kind: o.Kind, Since: o.Created, Seen: o.Seen, This: o.ID == a.Session})
	}
	d.Audit, err = tx.AuditAbout(a.Account)
	return d, err
}

func ownMessages(tx *store.Tx, request portal.ID) (out []OwnMessage, err error) {
	ids, err := tx.ThreadIDs(request)
	for _, id := range ids {
		m, _, err := tx.Message(id)
		if err != nil {
			return nil, err
		}
		by, err := nameOf(tx, m.Sender)
		if err != nil {
			return nil, err
		}
		out = append(out, OwnMessage{At: micro(m.At), By: by, Text: m.Body, id: m.ID})
	}
	return out, err
}

func micro(at int64) time.Time { return time.UnixMicro(at).In(portal.Paris) }

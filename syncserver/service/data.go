package service

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// OwnData is all that the town hall keeps of an account, for its person. What
// concerns another adult is not in it.
type OwnData struct {
	Town         string              `json:"town"`
	At           time.Time           `json:"at"`
	Account      OwnAccount          `json:"account"`
	Children     []wire.Child        `json:"children"`
	Enrolment    []any               `json:"enrolments"`
	Bookings     []OwnBooking        `json:"bookings"`
	Movements    []OwnMovement       `json:"movements"`
	Balance      string              `json:"balance"`
	Requests     []OwnRequest        `json:"requests"`
	Appointments []OwnAppointment    `json:"appointments"`
	Sessions     []wire.OpenSession  `json:"sessions"`
	Audit        []store.AuditOfSelf `json:"audit"`
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

// OwnBooking is a day that the account has booked.
type OwnBooking struct {
	Child    string      `json:"child"`
	Activity string      `json:"activity"`
	Day      portal.Date `json:"day"`
	Price    string      `json:"price"`
	State    string      `json:"state"`
	Made     time.Time   `json:"made"`
}

// OwnMovement is money that came or went.
type OwnMovement struct {
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	Amount string    `json:"amount"`
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
}

// OwnAppointment is an appointment at the town hall.
type OwnAppointment struct {
	Service string    `json:"service"`
	At      time.Time `json:"at"`
	People  int       `json:"people"`
	State   string    `json:"state"`
	Reason  string    `json:"reason,omitempty"`
}

// Page writes OwnData as a page that anybody can read; the layer that knows
// texts gives it.
type Page func(d OwnData, language string) ([]byte, error)

// Data is all that is kept of the actor's account as a ZIP: the facts as JSON,
// and the same as a page to read.
func (s *Service) Data(ctx context.Context, a Actor, page Page) ([]byte, error) {
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
	var d OwnData
	if err := s.store.Read(ctx, func(tx *store.Tx) (err error) { d, err = s.ownData(tx, a); return err }); err != nil {
		return nil, err
	}
	facts, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, err
	}
	html, err := page(d, d.Account.Language)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range []struct {
		name string
		body []byte
	}{{"donnees.html", html}, {"donnees.json", facts}} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: d.At})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.body); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil { // it writes the list of what is in it
		return nil, err
	}
	return b.Bytes(), nil
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
	fixes := payer(account)
	d = OwnData{Town: s.town.Name, At: tx.Now().In(portal.Paris), Account: OwnAccount{
		ID: account.ID, Login: account.Login, Created: micro(account.Created), Language: lang, Payer: &fixes,
	}}
	if err := json.Unmarshal([]byte(account.Profile), &d.Account.Profile); err != nil {
		return d, err
	}
	names := map[portal.ID]string{}
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
		names[c.ID] = c.FirstName
		child := wire.Child{ID: c.ID, FirstName: c.FirstName, LastName: c.LastName, BirthDate: c.BirthDate, Site: c.Site, Class: c.Class, Custody: l.Custody}
		if rights.Health {
			child.Diet, child.CarePlan, child.Allergies = c.Diet, c.CarePlan, c.Allergies
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
	booked, err := tx.BookingsPaidBy(a.Account)
	if err != nil {
		return d, err
	}
	for _, b := range booked {
		name, known := names[b.Child]
		if !known {
			name = "" // no longer theirs to see
		}
		d.Bookings = append(d.Bookings, OwnBooking{Child: name, Activity: f.activities[b.Activity].Name.In(lang), Day: b.Day, Price: b.Price.Decimal(), State: b.State, Made: micro(b.Made)})
	}
	prepaid := ledger.Prepaid(a.Account, CashDesk)
	moved, err := tx.MovementsOf(prepaid)
	if err != nil {
		return d, err
	}
	for _, m := range moved {
		d.Movements = append(d.Movements, OwnMovement{At: micro(m.At), Kind: m.Kind, Amount: m.Amount.Decimal()})
	}
	balance, err := tx.Balance(prepaid)
	if err != nil {
		return d, err
	}
	d.Balance = balance.Decimal()
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
		d.Requests = append(d.Requests, own)
	}
	visits, err := tx.AppointmentsTo(a.Account)
	if err != nil {
		return d, err
	}
	for _, v := range visits {
		d.Appointments = append(d.Appointments, OwnAppointment{Service: f.visits[v.Service].Name.In(lang), At: micro(v.Start), People: v.People, State: v.State, Reason: v.Reason})
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

func micro(at int64) time.Time { return time.UnixMicro(at).In(portal.Paris) }

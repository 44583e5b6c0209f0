package service

import (
	"crypto/sha256"
	"encoding/json"
	"sync"

	"parvis/shared/appointments"
	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

type activity = bookings.Activity

// rules is what of the town's facts decides about days and prices.
type rules struct {
	calendar bookings.Calendar
	closures []bookings.Closure
	tariffs  []ledger.Tariff
	absences bookings.AbsenceRule
	openings []bookings.Opening
}

// facts is the town's facts as of tx, decoded anew only when one has changed.
func (s *Service) facts(tx *store.Tx) (*townFacts, error) {
	version, err := store.Once(tx, "facts", tx.FactsVersion)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	known := s.known
	s.mu.Unlock()
	if known != nil && known.version == version {
		return known, nil
	}
	f := &townFacts{version: version, activities: map[portal.ID]activity{}, procedures: map[string]*requests.Procedure{}}
	if err := each(tx, wire.Activities, func(_ portal.ID, a activity) {
		f.activities[a.ID] = a
		f.ordered = append(f.ordered, a.ID)
	}); err != nil {
		return nil, err
	}
	procedures, err := tx.Facts(wire.Procedures)
	if err != nil {
		return nil, err
	}
	for _, fact := range procedures {
		if f.procedures[string(fact.ID)], err = procedureOf(fact.Body); err != nil {
			return nil, err
		}
	}
	f.kinds = documents.Kinds{}
	if err := each(tx, wire.DocumentKinds, func(id portal.ID, k requests.DocumentKind) { f.kinds[string(id)] = k }); err != nil {
		return nil, err
	}
	if f.formers, err = formers(tx); err != nil {
		return nil, err
	}
	if err := each(tx, wire.Calendars, func(_ portal.ID, c bookings.Calendar) { f.calendar = c }); err != nil {
		return nil, err
	}
	if err := each(tx, wire.Closures, func(_ portal.ID, c bookings.Closure) { f.closures = append(f.closures, c) }); err != nil {
		return nil, err
	}
	if err := each(tx, wire.Tariffs, func(_ portal.ID, t ledger.Tariff) { f.tariffs = append(f.tariffs, t) }); err != nil {
		return nil, err
	}
	f.absences = bookings.UsualAbsences
	if err := each(tx, wire.AbsenceRules, func(_ portal.ID, r bookings.AbsenceRule) { f.absences = r }); err != nil {
		return nil, err
	}
	if err := each(tx, wire.Openings, func(_ portal.ID, o bookings.Opening) { f.openings = append(f.openings, o) }); err != nil {
		return nil, err
	}
	f.visits = map[portal.ID]appointments.Service{}
	if err := each(tx, wire.AppointmentServices, func(id portal.ID, v appointments.Service) { f.visits[id] = v }); err != nil {
		return nil, err
	}
	if err := each(tx, wire.AppointmentClosures, func(_ portal.ID, c appointments.Closure) { f.visitsClosed = append(f.visitsClosed, c) }); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.known = f
	s.mu.Unlock()
	return f, nil
}

// forms is the procedures read so far, by their text. Reading one costs far more
// than all else that facts are decoded from, and forms seldom change: not with a
// closure or a price. So few texts ever stand here that none is thrown away.
var forms sync.Map

func procedureOf(text []byte) (*requests.Procedure, error) {
	key := sha256.Sum256(text)
	if p, ok := forms.Load(key); ok {
		return p.(*requests.Procedure), nil
	}
	p, err := requests.Parse(text)
	if err == nil {
		forms.Store(key, p)
	}
	return p, err
}

func each[T any](tx *store.Tx, collection string, f func(id portal.ID, body T)) error {
	facts, err := tx.Facts(collection)
	if err != nil {
		return err
	}
	for _, fact := range facts {
		var body T
		if err := json.Unmarshal(fact.Body, &body); err != nil {
			return err
		}
		f(fact.ID, body)
	}
	return nil
}

// payer is what of an account itself fixes its prices.
func payer(a store.Account) ledger.Payer {
	var p ledger.Payer
	_ = json.Unmarshal([]byte(a.Payer), &p) // a text of ours; empty is somebody from outside
	return p
}

// payerOf is all that fixes an account's prices, its quotients with it.
func payerOf(tx *store.Tx, a store.Account) (ledger.Payer, error) {
	p := payer(a)
	var err error
	p.Quotients, err = tx.QuotientsThatServe(a.ID)
	return p, err
}

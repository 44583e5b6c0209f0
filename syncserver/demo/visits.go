package demo

import (
	"encoding/json"
	"errors"
	"fmt"

	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// Papers is the service of the town's file that makes identity papers.
const Papers portal.ID = "titres"

// comers are families who come for their papers: who, in how many working days,
// and the how-manieth time that is still free there; 0 for not chosen yet.
var comers = []struct {
	login  string
	people []string
	days   int
	nth    int
}{
	{"hugo.martel", []string{"Hugo Martel"}, 3, 1},
	{"sofia.benali", []string{"Sofia Benali", "Inès Haddad-Benali"}, 3, 1},
	{"karim.haddad", []string{"Karim Haddad"}, 3, 4},
	{"julien.lefort", []string{"Julien Lefort", "Timéo Lefort", "Zoé Lefort"}, 3, 7},
	{"nadia.costa", []string{"Nadia Costa"}, 4, 2},
	{"claire.martel", []string{"Léa Martel", "Noé Martel"}, 0, 0},
}

// bornOn is the birthday of one of the demonstration's people.
func bornOn(name string) portal.Date {
	for _, c := range children {
		if c.first+" "+c.last == name {
			return c.birth
		}
	}
	for _, f := range families {
		if f.first+" "+f.last == name {
			return f.birth
		}
	}
	return "2022-05-18" // Zoé, whose record the town hall is still reading
}

// visits has families ask for identity papers, and most of them choose a time.
func visits(tx *store.Tx, svc *service.Service) error {
	for _, c := range comers {
		account, found, err := tx.AccountByLogin(c.login)
		if err != nil || !found {
			return errors.Join(err, fmt.Errorf("no account %s", c.login))
		}
		var people []map[string]any
		for _, name := range c.people {
			people = append(people, map[string]any{"name": name, "birthDate": bornOn(name), "titles": []string{"card"}, "reason": "renewal"})
		}
		answers, err := json.Marshal(map[string]any{"people": people})
		if err != nil {
			return err
		}
		request := portal.NewID()
		if err := svc.Do(tx, account, wire.RequestSubmit, &wire.SubmitRequest{Request: request, Procedure: "papiers-d-identite", Version: 2, Answers: answers, Terms: true}); err != nil {
			return fmt.Errorf("the papers of %s: %w", c.login, err)
		}
		if c.days == 0 {
			continue
		}
		if err := comes(tx, svc, account, request, c.days, c.nth); err != nil {
			return err
		}
	}
	return nil
}

// comes takes the nth time that is free on the first day, some days from now, on
// which there are as many.
func comes(tx *store.Tx, svc *service.Service, account store.Account, request portal.ID, days, nth int) error {
	var s appointments.Service
	if found, err := tx.Fact(wire.AppointmentServices, Papers, &s); err != nil || !found {
		return errors.Join(err, errors.New("nobody makes identity papers"))
	}
	for day := portal.DateOf(tx.Now()).Add(days); day.DaysUntil(portal.DateOf(tx.Now()).Add(40)) > 0; day = day.Add(1) {
		slots := s.Slots(day, 1)
		for i := nth - 1; i < len(slots); i++ {
			err := svc.Do(tx, account, wire.AppointmentBook, &wire.BookAppointment{Appointment: portal.NewID(), Request: request, Start: slots[i].Start})
			if err == nil {
				return nil
			}
			if portal.CodeOf(err) == portal.Internal {
				return err
			}
		}
	}
	return fmt.Errorf("no time for %s", account.Login)
}

package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// waiting is a child record that waits in the queue.
type waiting struct {
	login, first, last, relation string
	birth                        portal.Date
	site                         portal.ID
	class, diet                  string
	allergens                    []string
	age                          time.Duration
}

var queue = []waiting{
	{"nadia.costa", "Hugo", "Costa", "mother", "2020-02-11", Tilleuls, "cp", "standard", nil, 74 * time.Hour},
	{"julien.lefort", "Zoé", "Lefort", "father", "2022-05-18", LouiseMichel, "ps", "vegetarian", []string{"milk"}, 29 * time.Hour},
	{"amina.diallo", "Ousmane", "Diallo", "mother", "2019-04-02", JulesFerry, "ce1", "without-pork", []string{"peanuts"}, 3 * time.Hour},
}

// live gives the town what a week of use leaves: requests in the queue and
// days booked, made by the very commands that families send.
func live(tx *store.Tx, svc *service.Service, kids map[string]portal.ID) error {
	for _, w := range queue {
		account, found, err := tx.AccountByLogin(w.login)
		if err != nil || !found {
			return errors.Join(err, fmt.Errorf("no account %s", w.login))
		}
		child, request := portal.NewID(), portal.NewID()
		answers, err := json.Marshal(map[string]any{
			"child": child, "lastName": w.last, "firstNames": w.first, "birthDate": w.birth, "birthPlace": "Reims", "school": w.site, "class": w.class,
			"guardians": []map[string]any{{
				"lastName": account.LastName, "firstName": account.FirstName, "relation": w.relation, "phone": "+33639980109", "mail": account.MailKey, "livesWithChild": true,
			}},
			"diet": w.diet, "hasAllergies": len(w.allergens) > 0, "allergens": w.allergens, "hasCarePlan": false, "canteen": true, "emergencyConsent": true, "imageConsent": false,
		})
		if err != nil {
			return err
		}
		if len(w.allergens) == 0 {
			var m map[string]any
			if err := json.Unmarshal(answers, &m); err != nil {
				return err
			}
			delete(m, "allergens")
			if answers, err = json.Marshal(m); err != nil {
				return err
			}
		}
		if err := svc.Do(tx, account, wire.RequestSubmit, &wire.SubmitRequest{Request: request, Procedure: "fiche-enfant", Version: 1, Child: child, Answers: answers, Terms: true}); err != nil {
			return fmt.Errorf("the record of %s: %w", w.first, err)
		}
		if err := tx.Backdate(request, tx.Now().Add(-w.age).UnixMicro()); err != nil {
			return err
		}
		if w.first == "Hugo" {
			if err := letters(tx, svc, w.login, request); err != nil {
				return err
			}
		}
	}
	if err := relatives(tx, svc, kids); err != nil {
		return err
	}
	if err := visits(tx, svc); err != nil {
		return err
	}
	// Mondays and Thursdays at the canteen, for three weeks: what cannot be
	// booked (a holiday, a cut-off) is left out as it would be for a family.
	today := portal.DateOf(tx.Now())
	weeks, _, err := tx.WeeksOf(kids["Inès"])
	if err != nil {
		return err
	}
	for _, b := range []struct{ login, child string }{{"claire.martel", "Léa"}, {"claire.martel", "Noé"}, {"sofia.benali", "Inès"}, {"karim.haddad", "Inès"}, {"julien.lefort", "Timéo"}} {
		account, found, err := tx.AccountByLogin(b.login)
		if err != nil || !found {
			return errors.Join(err, fmt.Errorf("no account %s", b.login))
		}
		for day := today.Add(1); day < today.Add(22); day = day.Add(1) {
			if wd := day.Weekday(); wd != time.Monday && wd != time.Thursday {
				continue
			}
			if b.child == "Inès" && (family.Weeks{Anchor: weeks.Anchor}).Has(day) != (account.ID == weeks.First) {
				continue // each of her parents books the weeks that are theirs
			}
			err := svc.Do(tx, account, wire.BookingBook, &wire.Book{Booking: portal.NewID(), Child: kids[b.child], Activity: Canteen, Day: day})
			if portal.CodeOf(err) == portal.Internal && err != nil {
				return err
			}
		}
	}
	return fullMorning(tx, svc, kids)
}

// fullMorning has both places of the workshop booked on a Wednesday to come, so
// that the demonstration has a full day that one may wait for.
func fullMorning(tx *store.Tx, svc *service.Service, kids map[string]portal.ID) error {
	account, found, err := tx.AccountByLogin("claire.martel")
	if err != nil || !found {
		return errors.Join(err, errors.New("no account claire.martel"))
	}
	day := portal.DateOf(tx.Now()).Add(8)
	for day.Weekday() != time.Wednesday {
		day = day.Add(1)
	}
	// In the holidays it does not run.
	for range 10 {
		group := &wire.GroupBookings{Group: portal.NewID(), All: true, Book: []bookings.Lot{
			{Child: kids["Léa"], Activity: HalfDay, Days: []portal.Date{day}}, {Child: kids["Noé"], Activity: HalfDay, Days: []portal.Date{day}}}}
		err := svc.Do(tx, account, wire.BookingGroup, group)
		if err == nil || portal.CodeOf(err) == portal.Internal {
			return err
		}
		day = day.Add(7)
	}
	return nil
}

// relatives has parents invite others: Léa's grandmother, who books for her, and
// whom a neighbour has invited too; and somebody who has no account yet.
func relatives(tx *store.Tx, svc *service.Service, kids map[string]portal.ID) error {
	today := portal.DateOf(tx.Now())
	until := portal.SchoolYearOf(today).Period().To
	leas := portal.NewID()
	for _, step := range []struct {
		login, kind string
		args        any
	}{
		{"claire.martel", wire.DelegationInvite, &wire.InviteDelegate{Delegation: leas, Mail: "jeanne.martel@exemple.fr", Kind: string(accounts.Grandparent),
			Level: string(accounts.LevelBook), Children: []portal.ID{kids["Léa"]}, Activities: []portal.ID{Canteen, Evening}, Until: until}},
		{"jeanne.martel", wire.DelegationAccept, &wire.AcceptDelegation{Delegation: leas}},
		{"julien.lefort", wire.DelegationInvite, &wire.InviteDelegate{Delegation: portal.NewID(), Mail: "jeanne.martel@exemple.fr", Kind: string(accounts.Sitter),
			Level: string(accounts.LevelSee), Children: []portal.ID{kids["Timéo"]}, Until: until}},
		{"claire.martel", wire.DelegationInvite, &wire.InviteDelegate{Delegation: portal.NewID(), Mail: "lucie.fabre@exemple.fr", Kind: string(accounts.Sitter),
			Level: string(accounts.LevelSee), Children: []portal.ID{kids["Léa"], kids["Noé"]}, Until: until}},
	} {
		account, found, err := tx.AccountByLogin(step.login)
		if err != nil || !found {
			return errors.Join(err, fmt.Errorf("no account %s", step.login))
		}
		if err := svc.Do(tx, account, step.kind, step.args); err != nil {
			return fmt.Errorf("%s of %s: %w", step.kind, step.login, err)
		}
	}
	return nil
}

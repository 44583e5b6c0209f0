package service_test

import (
	"context"
	"encoding/json"
	"testing"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

// Who may try a thing: the columns of the matrix.
const (
	signedOut    = "signed out"
	family       = "the family"
	otherFamily  = "another family"
	otherParent  = "the other parent"
	noCustody    = "a relative without custody"
	partner      = "a partner with the whole child"
	seer         = "a delegate who sees"
	booker       = "a delegate who books"
	former       = "a delegate whose right has ended"
	invitee      = "an adult who is invited"
	deskAgent    = "agent of the desk"
	otherAgent   = "agent of another desk"
	secondAgent  = "second agent of the desk"
	cashier      = "a cashier"
	familyChild  = portal.ID("0190a0f0-0000-7000-8000-0000000000a1")
	foreignChild = portal.ID("0190a0f0-0000-7000-8000-0000000000a2")
)

var everybody = []string{signedOut, family, otherFamily, otherParent, noCustody, partner, seer, booker, former, invitee, deskAgent, secondAgent, otherAgent, cashier}

// invited is whom the family has invited for its child.
var invited = []string{partner, seer, booker, former, invitee}

// invented is a family member whose every datum is a word of its own, so that
// it can be searched for in what others read.
type invented struct {
	first, last, street, mobile, mail, login string
	quotient                                 int
	credit                                   portal.Money
}

var people = map[string]invented{
	family:      {"Ondine", "Tamarin", "rue Plantefamille", "+33639980121", "plante.famille@exemple.fr", "motfamille", 613579, 7654321},
	otherFamily: {"Sidonie", "Vergne", "rue Planteautre", "+33639980122", "plante.autre@exemple.fr", "motautre", 424241, 5353531},
	otherParent: {"Basile", "Corbin", "rue Planteparent", "+33639980123", "plante.parent@exemple.fr", "motparent", 717173, 6262621},
	noCustody:   {"Eudoxie", "Maillard", "rue Planteaieule", "+33639980124", "plante.aieule@exemple.fr", "motaieule", 818187, 4141411},
	partner:     {"Gaspard", "Lorient", "rue Planteconjoint", "+33639980125", "plante.conjoint@exemple.fr", "motconjoint", 818283, 4242421},
	seer:        {"Honorine", "Tamarin", "rue Plantegrandmere", "+33639980126", "plante.grandmere@exemple.fr", "motgrandmere", 828384, 4343431},
	booker:      {"Capucine", "Berthier", "rue Plantenounou", "+33639980127", "plante.nounou@exemple.fr", "motnounou", 838485, 4444441},
	former:      {"Anselme", "Duvivier", "rue Planteancien", "+33639980128", "plante.ancien@exemple.fr", "motancien", 848586, 4545451},
	invitee:     {"Mahaut", "Sorel", "rue Planteinvitee", "+33639980129", "plante.invitee@exemple.fr", "motinvitee", 858687, 4646461},
}

// world is a town with those people, all signed in, and who they are.
type world struct {
	asked map[portal.ID]portal.ID // by child: the request of asking
	*hosttest.Server
	t     *testing.T
	desks map[string]*hosttest.Desk

	upload portal.ID // see bytes
}

// newWorld seeds the people and a child, linked to the family, the other
// parent and a relative without custody; and a child of the other family.
func newWorld(t *testing.T, s *hosttest.Server) *world {
	t.Helper()
	w := &world{Server: s, t: t, desks: map[string]*hosttest.Desk{signedOut: s.Anonymous()}}
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		ids := map[string]portal.ID{}
		for _, who := range append([]string{family, otherFamily, otherParent, noCustody}, invited...) {
			p := people[who]
			profile := accounts.Profile{
				Title: "mme", FirstName: p.first, LastName: p.last, BirthDate: "1988-04-12",
				Address: accounts.Address{Line1: "4 " + p.street, Postcode: demo.Postcode, City: demo.Town, Country: "FR"}, Mail: p.mail, Mobile: p.mobile,
			}
			payer := ledger.Payer{Resident: true, Quotients: []ledger.Quotient{{Value: p.quotient, From: "2025-09-01", Source: "avis"}}}
			phc, _ := hosttest.Plain{}.Hash(context.Background(), accounts.Family, demo.FamilyPassword)
			a, err := s.Service.SeedFamily(tx, profile, p.login, phc, payer, p.credit)
			if err != nil {
				return err
			}
			ids[who] = a.ID
		}
		if _, err := s.Service.SeedChild(tx, store.Child{
			ID: familyChild, FirstName: "Philémon", LastName: "Tamarin", BirthDate: "2018-03-12", Site: demo.JulesFerry, Class: "ce2",
			Diet: "standard", Allergies: "Plantallergie", CarePlan: true, CareActions: "Plantegeste", Record: `{"note":"Plantedossier"}`,
			Collectors: `[{"first_name":"Odile","last_name":"Plantecollecte","relation":"voisine","phone":"+33639980150"}]`,
		}, map[portal.ID]accounts.Custody{ids[family]: accounts.SharedCustody, ids[otherParent]: accounts.SharedCustody, ids[noCustody]: accounts.NoCustody},
			[]string{"canteen"}); err != nil {
			return err
		}
		_, err := s.Service.SeedChild(tx, store.Child{
			ID: foreignChild, FirstName: "Zélie", LastName: "Vergne", BirthDate: "2018-03-12", Site: demo.JulesFerry, Class: "ce2", Diet: "standard", Record: `{}`,
		}, map[portal.ID]accounts.Custody{ids[otherFamily]: accounts.FullCustody}, []string{"canteen"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for who, login := range map[string]string{
		family: "motfamille", otherFamily: "motautre", otherParent: "motparent", noCustody: "motaieule",
		partner: "motconjoint", seer: "motgrandmere", booker: "motnounou", former: "motancien", invitee: "motinvitee",
		deskAgent: "sylvie.roy", secondAgent: "marc.petit", otherAgent: "helene.garnier", cashier: "odile.vasseur",
	} {
		w.desks[who] = s.SignIn(login)
	}
	for _, who := range invited {
		state := map[string]accounts.DelegationState{former: accounts.Ended, invitee: accounts.Invited}[who]
		if state == "" {
			state = accounts.Accepted
		}
		w.put(family, who, w.invitation(who, familyChild), state)
	}
	return w
}

// invitation is what a parent offers somebody: a partner the whole child, the
// others its canteen until Christmas, to book there or, the seer, to see it.
func (w *world) invitation(to string, child portal.ID) wire.InviteDelegate {
	d := wire.InviteDelegate{Delegation: portal.NewID(), Mail: people[to].mail, Kind: "grandparent", Level: "book", Children: []portal.ID{child},
		Activities: []portal.ID{demo.Canteen}, Until: "2026-12-24"}
	switch to {
	case partner:
		d.Kind, d.Activities, d.Until = "partner", nil, ""
	case seer:
		d.Level = "see"
	}
	return d
}

func (w *world) invite(by, to string, child portal.ID) portal.ID {
	w.t.Helper()
	d := w.invitation(to, child)
	w.desks[by].Must(wire.DelegationInvite, d)
	return d.Delegation
}

// put writes what no command has made: a world begins without notices, and a
// test may have more invitations than one sends in a day.
func (w *world) put(by, to string, in wire.InviteDelegate, state accounts.DelegationState) portal.ID {
	w.t.Helper()
	if err := w.Store.Write(context.Background(), func(tx *store.Tx) error {
		only, err := json.Marshal(append([]portal.ID{}, in.Activities...))
		if err != nil {
			return err
		}
		now := tx.Now().UnixMicro()
		d := store.Delegation{ID: in.Delegation, Inviter: w.account(by), Mail: in.Mail, Kind: in.Kind, Level: in.Level, Activities: string(only),
			Until: in.Until, State: string(accounts.Invited), Made: now}
		if err := tx.InsertDelegation(d, in.Children); err != nil || state == accounts.Invited {
			return err
		}
		d.Delegate, d.State, d.Answered = w.account(to), string(state), now
		if !state.Live() {
			d.Ended = now
		}
		return tx.MoveDelegation(d)
	}); err != nil {
		w.t.Fatal(err)
	}
	return in.Delegation
}

// offered is an invitation of the other family, to see its child.
func (w *world) offered(to string, state accounts.DelegationState) portal.ID {
	w.t.Helper()
	return w.put(otherFamily, to, wire.InviteDelegate{Delegation: portal.NewID(), Mail: people[to].mail, Kind: "sitter", Level: "see", Children: []portal.ID{foreignChild}, Until: "2026-12-24"}, state)
}

func (w *world) account(who string) portal.ID { return w.desks[who].Session.Account.ID }

// submitted is a new request of the family, about a new child.
func (w *world) submitted() portal.ID {
	request, child := portal.NewID(), portal.NewID()
	w.desks[family].Must(wire.RequestSubmit, wire.SubmitRequest{Request: request, Procedure: "fiche-enfant", Version: 1, Child: child, Answers: record(child, "Ousmane"), Terms: true})
	return request
}

func (w *world) taken() portal.ID {
	request := w.submitted()
	w.desks[deskAgent].Must(wire.RequestTake, wire.TakeRequest{Request: request})
	return request
}

// schoolDays are days of the demo's calendar on which the canteen runs and
// which can still be booked when the tests begin.
var schoolDays = []portal.Date{
	"2026-11-19", "2026-11-20", "2026-11-23", "2026-11-24", "2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01", "2026-12-03", "2026-12-04",
	"2026-12-07", "2026-12-08", "2026-12-10", "2026-12-11", "2026-12-14", "2026-12-15", "2026-12-17", "2026-12-18",
}

package service_test

import (
	"context"
	"encoding/json"
	"fmt"

	"parvis/shared/accounts"
	rules "parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// alter changes the town behind everybody's back.
func (w *world) alter(f func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.Store.Write(context.Background(), f); err != nil {
		w.t.Fatal(err)
	}
}

// kept is the family's child as it is stored.
func (w *world) kept() (c store.Child, weeks, asked store.Weeks) {
	w.t.Helper()
	if err := w.Store.Read(context.Background(), func(tx *store.Tx) (err error) {
		if c, _, err = tx.Child(familyChild); err != nil {
			return err
		}
		if weeks, _, err = tx.WeeksOf(familyChild); err != nil {
			return err
		}
		asked, _, err = tx.ProposedWeeks(familyChild)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return c, weeks, asked
}

// collectors is who may collect the family's child.
func (w *world) collectors() (all []rules.Collector) {
	w.t.Helper()
	c, _, _ := w.kept()
	if err := json.Unmarshal([]byte(c.Collectors), &all); err != nil {
		w.t.Fatal(err)
	}
	return all
}

// separated makes the family and the other parent the two parents of the child
// again, who live apart and have agreed on nothing.
func (w *world) separated() {
	w.t.Helper()
	w.alter(func(tx *store.Tx) error {
		for _, who := range []string{otherFamily, otherParent, family} {
			if err := tx.Unlink(familyChild, w.account(who)); err != nil {
				return err
			}
		}
		for _, who := range []string{family, otherParent} {
			if err := tx.SaveLink(store.Link{Child: familyChild, Account: w.account(who), Custody: string(accounts.SharedCustody), Since: 1}); err != nil {
				return err
			}
		}
		return nil
	})
}

var (
	thisWeek = rules.Weeks{Anchor: "2026-11-16"}
	seen     = struct {
		kind string
		day  portal.Date
	}{"judgment", "2025-03-12"}
)

// proposed has the family propose weeks and gives the proposal.
func (w *world) proposed() portal.ID {
	w.separated()
	id := portal.NewID()
	w.desks[family].Must(wire.WeeksPropose, wire.ProposeWeeks{Proposal: id, Child: familyChild, Weeks: thisWeek, Mine: true})
	return id
}

// withWeeks has both parents agree on weeks: this one is the family's.
func (w *world) withWeeks() {
	w.desks[otherParent].Must(wire.WeeksAnswer, wire.AnswerWeeks{Child: familyChild, Proposal: w.proposed(), Accept: true})
}

// payingAsked has the family propose that each pays for their own weeks.
func (w *world) payingAsked() portal.ID {
	w.withWeeks()
	id := portal.NewID()
	w.desks[family].Must(wire.PayingPropose, wire.ProposePaying{Proposal: id, Child: familyChild, Paying: rules.EachOwnWeeks})
	return id
}

// payingByWeeks has both agree on it.
func (w *world) payingByWeeks() {
	w.desks[otherParent].Must(wire.PayingAnswer, wire.AnswerPaying{Child: familyChild, Proposal: w.payingAsked(), Accept: true})
}

func init() {
	matrix["child.health@1"] = []row{{"of a linked child", func(w *world, try int) any {
		c, _, _ := w.kept()
		was := rules.Health{Diet: c.Diet, Allergies: c.Allergies, CarePlan: c.CarePlan, CareActions: c.CareActions}
		return wire.ChangeHealth{Child: familyChild, Was: was, Health: rules.Health{Diet: "vegetarian", Allergies: fmt.Sprintf("Essai %d", try)}}
	}, families(accepted, portal.NotFound, accepted)}}
	matrix["child.collect@1"] = []row{{"of a linked child", func(w *world, try int) any {
		return wire.ChangeCollectors{Child: familyChild, Was: w.collectors(), Collectors: []rules.Collector{
			{FirstName: "Odile", LastName: "Brune", Relation: fmt.Sprintf("voisine %d", try), Phone: "06 39 98 01 51"},
		}}
	}, families(accepted, portal.NotFound, accepted)}}
	matrix["custody.link@1"] = []row{
		{"of the family", func(w *world, _ int) any {
			w.separated()
			return wire.LinkParent{Child: familyChild, Who: "motautre", Custody: "shared", Evidence: seen.kind, Day: seen.day}
		}, agents(accepted, accepted, portal.NotFound)},
		{"of a file that is not open", func(w *world, _ int) any {
			return wire.LinkParent{Child: foreignChild, Who: "motfamille", Custody: "shared", Evidence: seen.kind, Day: seen.day}
		}, agents(portal.NotFound, portal.NotFound, portal.NotFound)},
	}
	matrix["custody.set@1"] = []row{
		{"of the family", func(w *world, _ int) any {
			w.separated()
			return wire.SetCustody{Child: familyChild, Custody: "full", Evidence: seen.kind, Day: seen.day}
		}, agents(accepted, accepted, portal.NotFound)},
		{"of a file that is not open", func(*world, int) any {
			return wire.SetCustody{Child: foreignChild, Custody: "full", Evidence: seen.kind, Day: seen.day}
		}, agents(portal.NotFound, portal.NotFound, portal.NotFound)},
	}
	matrix["custody.end@1"] = []row{
		{"of the other parent", func(w *world, _ int) any {
			w.separated()
			return wire.EndCustody{Child: familyChild, Parent: w.account(otherParent), Evidence: seen.kind, Day: seen.day}
		}, agents(accepted, accepted, portal.NotFound)},
		{"of the last parent", func(w *world, _ int) any {
			w.separated()
			w.alter(func(tx *store.Tx) error { return tx.Unlink(familyChild, w.account(otherParent)) })
			return wire.EndCustody{Child: familyChild, Parent: w.account(family), Evidence: seen.kind, Day: seen.day}
		}, agents(rules.LastParent, rules.LastParent, portal.NotFound)},
	}
	matrix["weeks.propose@1"] = []row{
		{"to the other parent", func(w *world, _ int) any {
			w.separated()
			return wire.ProposeWeeks{Proposal: portal.NewID(), Child: familyChild, Weeks: thisWeek}
		}, families(accepted, portal.NotFound, accepted)},
		{"while the family's waits", func(w *world, _ int) any {
			w.proposed()
			return wire.ProposeWeeks{Proposal: portal.NewID(), Child: familyChild, Weeks: thisWeek}
		}, families(accepted, portal.NotFound, portal.Conflict)},
	}
	matrix["weeks.answer@1"] = []row{
		{"yes to the family's", func(w *world, _ int) any {
			return wire.AnswerWeeks{Child: familyChild, Proposal: w.proposed(), Accept: true}
		}, families(portal.Forbidden, portal.NotFound, accepted)},
		{"no to the family's", func(w *world, _ int) any {
			return wire.AnswerWeeks{Child: familyChild, Proposal: w.proposed()}
		}, families(accepted, portal.NotFound, accepted)},
	}
	matrix["weeks.end@1"] = []row{{"of both", func(w *world, _ int) any {
		w.desks[otherParent].Must(wire.WeeksAnswer, wire.AnswerWeeks{Child: familyChild, Proposal: w.proposed(), Accept: true})
		return wire.EndWeeks{Child: familyChild}
	}, families(accepted, portal.NotFound, accepted)}}
	matrix["weeks.set@1"] = []row{
		{"of the family", func(w *world, _ int) any {
			w.separated()
			return wire.SetWeeks{Child: familyChild, First: w.account(otherParent), Weeks: thisWeek}
		}, agents(accepted, accepted, portal.NotFound)},
		{"for a stranger", func(w *world, _ int) any {
			w.separated()
			return wire.SetWeeks{Child: familyChild, First: w.account(otherFamily), Weeks: thisWeek}
		}, agents(portal.NotFound, portal.NotFound, portal.NotFound)},
	}
	matrix["paying.propose@1"] = []row{
		{"to the other parent", func(w *world, _ int) any {
			w.withWeeks()
			return wire.ProposePaying{Proposal: portal.NewID(), Child: familyChild, Paying: rules.EachOwnWeeks}
		}, families(accepted, portal.NotFound, accepted)},
		{"without weeks", func(w *world, _ int) any {
			w.separated()
			return wire.ProposePaying{Proposal: portal.NewID(), Child: familyChild, Paying: rules.EachOwnWeeks}
		}, families(rules.NoWeeks, portal.NotFound, rules.NoWeeks)},
		{"while the family's waits", func(w *world, _ int) any {
			w.payingAsked()
			return wire.ProposePaying{Proposal: portal.NewID(), Child: familyChild, Paying: rules.EachOwnWeeks}
		}, families(accepted, portal.NotFound, portal.Conflict)},
	}
	matrix["paying.answer@1"] = []row{
		{"yes to the family's", func(w *world, _ int) any {
			return wire.AnswerPaying{Child: familyChild, Proposal: w.payingAsked(), Accept: true}
		}, families(portal.Forbidden, portal.NotFound, accepted)},
		{"no to the family's", func(w *world, _ int) any {
			return wire.AnswerPaying{Child: familyChild, Proposal: w.payingAsked()}
		}, families(accepted, portal.NotFound, accepted)},
	}
	matrix["paying.end@1"] = []row{{"of both", func(w *world, _ int) any {
		w.payingByWeeks()
		return wire.EndPaying{Child: familyChild}
	}, families(accepted, portal.NotFound, accepted)}}
	// Whom a parent lets see the child knows of it, and changes nothing.
	for _, command := range []string{"child.health@1", "child.collect@1", "weeks.propose@1", "weeks.answer@1", "weeks.end@1",
		"paying.propose@1", "paying.answer@1", "paying.end@1"} {
		for _, r := range matrix[command] {
			delegates(r.cells, portal.Forbidden, portal.Forbidden, portal.Forbidden)
		}
	}
}

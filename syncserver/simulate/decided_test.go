package simulate

import (
	"slices"

	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// decided checks that what fixes prices and who pays stands as somebody decided:
// each quotient, weeks, payers and rule by a command that was accepted.
func (h *history) decided(tx *store.Tx) error {
	done, refused := map[portal.ID]bool{}, map[portal.ID]bool{} // quotients
	said := agreedTo{weeks: map[portal.ID]bool{h.town.apart: true}, paying: map[portal.ID]bool{h.town.apart: true}}
	for _, x := range h.deeds() {
		if !h.town.judged[x.id].Accepted {
			continue
		}
		switch a := x.args.(type) {
		case wire.AcceptQuotient:
			done[a.Quotient] = true
		case wire.RefuseQuotient:
			refused[a.Quotient] = true
		case wire.AnswerWeeks:
			said.weeks[a.Child] = said.weeks[a.Child] || a.Accept
		case wire.SetWeeks:
			said.weeks[a.Child] = said.weeks[a.Child] || a.First != ""
		case wire.AnswerPaying:
			said.paying[a.Child] = said.paying[a.Child] || a.Accept
		case wire.SetPayers:
			said.payers = append(said.payers, a)
		}
	}
	for _, login := range parents {
		account := h.accounts[login]
		all, err := tx.QuotientsOf(account)
		if err != nil {
			return err
		}
		for _, q := range all {
			state := quotients.State(q.State)
			if q.Source == string(ledger.FromProof) && (done[q.ID] != (state == quotients.Accepted) || refused[q.ID] != (state == quotients.Refused)) {
				h.fail("quotient %s of %s is %s: accepted=%v, refused=%v", q.ID, login, q.State, done[q.ID], refused[q.ID])
			}
		}
		links, err := tx.LinksTo(account)
		if err != nil {
			return err
		}
		for _, l := range links {
			if err := h.agreedOn(tx, l.Child, said); err != nil {
				return err
			}
		}
	}
	return nil
}

// agreedTo is of which children weeks were set and who pays by them was agreed,
// and what was written of who pays.
type agreedTo struct {
	weeks, paying map[portal.ID]bool
	payers        []wire.SetPayers
}

// agreedOn checks what is set of one child.
func (h *history) agreedOn(tx *store.Tx, child portal.ID, said agreedTo) error {
	if _, set, err := tx.WeeksOf(child); err != nil {
		return err
	} else if set && !said.weeks[child] {
		h.fail("%s has weeks that nobody agreed to", child)
	}
	if _, set, err := tx.PayingOf(child); err != nil {
		return err
	} else if set && !said.paying[child] {
		h.fail("nobody agreed that each parent pays for their weeks of %s", child)
	}
	written, err := tx.PayersOf(child)
	if err != nil {
		return err
	}
	from := map[portal.Date]bool{}
	for _, p := range written {
		from[p.From] = true
		ended := len(p.Rule().Shares) == 0 // with a tie, perhaps
		if !ended && !slices.ContainsFunc(said.payers, func(a wire.SetPayers) bool {
			return a.Child == child && a.From == p.From && slices.Equal(a.Shares, p.Rule().Shares)
		}) {
			h.fail("nobody wrote that %s is paid from %s on as %s", child, p.From, p.Shares)
		}
	}
	for _, a := range said.payers {
		if a.Child == child && !from[a.From] {
			h.fail("that %s is paid otherwise from %s on was accepted and is not there", child, a.From)
		}
	}
	return nil
}

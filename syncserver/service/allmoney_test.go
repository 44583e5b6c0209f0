//go:build !race

package service_test

import (
	"context"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"parvis/shared/accounts"
	custody "parvis/shared/family"
	"parvis/shared/ledger"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// entered is money that was brought to a till.
type entered struct {
	id     portal.ID
	purse  purse
	amount portal.Money
	undone bool
}

func (p *play) pricesChange() {
	activity, f := p.activity(), fare{from: p.day(), low: p.cents("low", 0, 400), high: p.cents("high", 0, 900)}
	if err := p.h.Service.Facts(context.Background(), func(tx *store.Tx) error { return priced(tx, activity, f) }); err != nil {
		p.fails("%v", err)
	}
	p.note("the tariff of %s is %+v", activity, f)
	p.fares[activity] = append(p.fares[activity], f)
}

// quotient has a family tell one, and the town hall decide on it at once.
func (p *play) quotient() {
	by, from, value := draw(p, "who", p.people), p.day(), draw(p, "value", []int{300, 800, 801, 2000})
	id := portal.NewID()
	p.must(by, wire.QuotientDeclare, wire.DeclareQuotient{Quotient: id, Value: value, Month: "2026-11-01", From: from, Document: proofOf(by.login)})
	p.must(p.agent, wire.FileOpen, wire.OpenFile{Account: by.Account, Desk: "enfance"})
	if rapid.IntRange(0, 3).Draw(p.rt, "accept") == 0 {
		p.must(p.agent, wire.QuotientRefuse, wire.RefuseQuotient{Quotient: id, Reason: "Tiré au sort"})
		return
	}
	p.must(p.agent, wire.QuotientAccept, wire.AcceptQuotient{Quotient: id, From: from})
	p.worth[by.Account] = slices.DeleteFunc(p.worth[by.Account], func(w worth) bool { return w.from == from })
	p.worth[by.Account] = append(p.worth[by.Account], worth{from, value})
}

// brings has money entered at a till.
func (p *play) brings() {
	e := entered{id: portal.NewID(), purse: p.purse(), amount: p.cents("amount", 1, 6_00)}
	args := wire.EnterAtDesk{Entry: e.id, Account: e.purse.payer, CashDesk: e.purse.desk, Brought: ledger.Brought{Form: draw(p, "form", ledger.Forms), Amount: e.amount, Reference: "0012", Received: p.today()}}
	p.must(p.agent, wire.DeskEnter, args)
	p.purses[e.purse] += e.amount
	p.entries = append(p.entries, e)
}

func (p *play) purse() purse {
	return purse{draw(p, "who", p.people).Account, draw(p, "desk", []string{service.CashDesk, leisure})}
}

func (p *play) takesBack() {
	if len(p.entries) == 0 {
		return
	}
	e := &p.entries[rapid.IntRange(0, len(p.entries)-1).Draw(p.rt, "entry")]
	why := map[portal.Code]bool{}
	if e.undone {
		why[ledger.AlreadyUndone] = true
	}
	if p.expect(p.send(p.agent, wire.DeskUndo, wire.UndoAtDesk{Correction: portal.NewID(), Entry: e.id, CashDesk: e.purse.desk, Reason: "Tiré au sort"}), why) {
		e.undone = true
		p.purses[e.purse] -= e.amount
	}
}

func (p *play) corrects() {
	at, amount := p.purse(), p.cents("amount", -8_00, 4_00)
	why := map[portal.Code]bool{}
	if amount == 0 {
		why[ledger.AmountBad] = true
	}
	if amount < 0 && p.purses[at]+amount < deepest {
		why[ledger.BelowLowest] = true
	}
	if p.expect(p.send(p.agent, wire.BalanceCorrect, wire.CorrectBalance{Correction: portal.NewID(), Account: at.payer, CashDesk: at.desk, Amount: amount, Reason: "Tirée au sort"}), why) {
		p.purses[at] += amount
	}
}

// weeksChange has the town hall write other weeks down.
func (p *play) weeksChange() {
	first, anchor := rapid.IntRange(0, 1).Draw(p.rt, "first"), portal.Date("2026-11-16").Add(rapid.IntRange(0, 13).Draw(p.rt, "anchor"))
	p.opensFile()
	why := map[portal.Code]bool{}
	if !p.apart || len(p.untied) > 0 {
		why[custody.NotTwoParents] = true
	}
	if !p.expect(p.send(p.agent, wire.WeeksSet, wire.SetWeeks{Child: kids[0], First: p.people[first].Account, Weeks: custody.Weeks{Anchor: anchor}}), why) {
		return
	}
	p.weekly = true
	p.first, p.second, p.anchor = p.people[first].Account, p.people[1-first].Account, anchor
}

// opensFile has the agent read the file in which the child of both is.
func (p *play) opensFile() {
	p.must(p.agent, wire.FileOpen, wire.OpenFile{Account: p.parentsOf(0)[0].Account, Desk: "enfance"})
}

// custodyChanges has the town hall end a parent's tie to the child of both, make it
// again, or write anew how they have custody.
func (p *play) custodyChanges() {
	who, is := p.people[rapid.IntRange(0, 1).Draw(p.rt, "parent")], draw(p, "custody", []accounts.Custody{accounts.SharedCustody, accounts.SharedCustody, accounts.FullCustody})
	apart := is == accounts.SharedCustody
	p.opensFile()
	why := map[portal.Code]bool{}
	switch what := rapid.IntRange(0, 3).Draw(p.rt, "what"); {
	case what == 0 && !p.untied[who.Account]:
		if len(p.untied) > 0 {
			why[custody.LastParent] = true
		}
		if !p.expect(p.send(p.agent, wire.CustodyEnd, wire.EndCustody{Child: kids[0], Parent: who.Account, Evidence: "judgment", Day: p.today()}), why) {
			return
		}
		p.untie(who.Account)
		p.everUntied = true
		// What they have done in groups was done as two.
		p.groups = slices.DeleteFunc(p.groups, func(g grouped) bool { return g.by == p.people[0] || g.by == p.people[1] })
	case what == 1 || what == 0 || len(p.untied) > 0 && what == 2:
		if !p.untied[who.Account] {
			why[custody.AlreadyLinked] = true
		}
		if p.expect(p.send(p.agent, wire.CustodyLink, wire.LinkParent{Child: kids[0], Who: who.login, Custody: string(is), Evidence: "judgment", Day: p.today()}), why) {
			delete(p.untied, who.Account)
			p.custody(apart)
		}
	default:
		p.must(p.agent, wire.CustodySet, wire.SetCustody{Child: kids[0], Custody: string(is), Evidence: "judgment", Day: p.today()})
		p.custody(apart)
	}
}

// pulls has somebody's computer catch up: it holds what stands in the feeds that are
// granted to it, and nothing else.
func (p *play) pulls() {
	for _, who := range append(slices.Clone(p.people), p.agent) {
		for {
			page, err := p.h.Service.Pull(context.Background(), who.Actor, wire.Pull{Cursor: who.cursor})
			if err != nil {
				p.fails("%s cannot pull: %v", who.login, err)
			}
			if page.Reset || who.rows == nil {
				who.rows = map[[3]string]string{}
			}
			for _, c := range page.Changes {
				if key := [3]string{c.Feed, c.Collection, string(c.Entity)}; c.Deleted {
					delete(who.rows, key)
				} else {
					who.rows[key] = string(c.Body)
				}
			}
			if who.cursor = page.Cursor; page.Complete {
				break
			}
		}
		granted := func(feed string) bool { _, is := who.cursor.Feeds[feed]; return is }
		maps.DeleteFunc(who.rows, func(key [3]string, _ string) bool { return !granted(key[0]) })
		p.read(func(tx *store.Tx) error {
			standing, err := tx.Standing()
			for key, body := range standing {
				if got, here := who.rows[key]; granted(key[0]) && (!here || got != body) {
					p.fails("%s reads %v as %q and not as %q", who.login, key, got, body)
				}
			}
			for key, body := range who.rows {
				if _, stands := standing[key]; !stands {
					p.fails("%s still reads %v: %q", who.login, key, body)
				}
			}
			return err
		})
	}
}

// agrees has the parents who live apart agree that each pays for their own weeks,
// or one of them end it.
func (p *play) agrees() {
	if !p.weekly {
		return
	}
	n := rapid.IntRange(0, 1).Draw(p.rt, "parent")
	one, other := p.people[n], p.people[1-n]
	if p.ownWeeks {
		p.must(one, wire.PayingEnd, wire.EndPaying{Child: kids[0]})
		p.ownWeeks = false
		return
	}
	id := portal.NewID()
	p.must(one, wire.PayingPropose, wire.ProposePaying{Proposal: id, Child: kids[0], Paying: custody.EachOwnWeeks})
	p.ownWeeks = p.chance("accept")
	p.must(other, wire.PayingAnswer, wire.AnswerPaying{Child: kids[0], Proposal: id, Accept: p.ownWeeks})
}

// parted has the town hall write who pays a part of a child's days.
func (p *play) parted() {
	by, kid := p.one()
	all := []ledger.Shares{nil, {{Percent: 70}, {Payer: payingAgency, Percent: 30}}, {{Payer: payingAgency, Percent: 100}}}
	if kid == 0 && len(p.untied) == 0 {
		all = append(all, ledger.Shares{{Percent: 50}, {Payer: p.people[1].Account, Percent: 50}}, ledger.Shares{{Payer: p.people[1].Account, Percent: 33}, {Payer: p.people[0].Account, Percent: 34}, {Payer: payingAgency, Percent: 33}})
	}
	from, shares := max(p.today(), p.day()), draw(p, "shares", all)
	p.must(p.agent, wire.FileOpen, wire.OpenFile{Account: by.Account, Desk: "enfance"})
	p.must(p.agent, wire.PayersSet, wire.SetPayers{Child: kids[kid], From: from, Shares: shares, Reason: "Tiré au sort"})
	p.parts[kid] = append(slices.DeleteFunc(p.parts[kid], func(q parting) bool { return q.from == from }), parting{from, shares})
}

// starts has somebody begin to pay, now and then twice.
func (p *play) starts() {
	q := &started{id: portal.NewID(), payer: draw(p, "who", p.people), at: draw(p, "desk", []string{service.CashDesk, leisure}), amount: p.cents("amount", 1_00, 8_00), wrong: rapid.IntRange(0, 5).Draw(p.rt, "wrong") == 0}
	if len(p.payment) > 0 && p.chance("again") {
		q = draw(p, "payment", p.payment)
	}
	for range 2 {
		told, err := p.pay.StartPayment(context.Background(), q.payer.Actor, wire.StartPayment{Payment: q.id, CashDesk: q.at, Amount: q.amount})
		if portal.CodeOf(err) == payments.TooOften {
			return
		}
		if err != nil {
			p.fails("a payment: %v", err)
		}
		if told.URL == "" {
			return
		}
		if got := p.payfip.of(told.URL); q.operation == "" {
			q.operation, q.opened = got, p.now()
			p.payment = append(p.payment, q)
			p.note("%s pays %s at %s as %s", q.payer.login, q.amount.Decimal(), q.at, q.id)
			if o := p.payfip.orders[got]; o.Client != numbers[q.at] || o.Amount != q.amount {
				p.fails("%s is asked for as %+v", q.id, o)
			}
		} else if got != q.operation {
			p.fails("%s has another page now", q.id)
		}
	}
}

// onThePage is what payers do there, and how often the town hall hears of it.
func (p *play) onThePage() {
	if len(p.payment) == 0 {
		return
	}
	q := p.payment[len(p.payment)-1-rapid.IntRange(0, len(p.payment)-1).Draw(p.rt, "payment")]
	if (q.result == "" || q.result == payments.WasAbandoned) && p.now().Sub(q.opened) < payments.PageOpens {
		q.result = draw(p, "result", []payments.Answer{payments.PaidByCard, payments.PaidByCard, payments.PaidByDebit, payments.CardRefused, payments.WasAbandoned})
		more := 0
		if q.wrong {
			more = 7
		}
		p.payfip.settle(q.operation, q.result, more)
		p.note("PayFiP has %s for %s, %d cents off", q.result, q.id, more)
	}
	for range rapid.IntRange(0, 3).Draw(p.rt, "notices") {
		p.hears(q)
	}
}

// hears has the town hall told of a payment, and ask.
func (p *play) hears(q *started) {
	if err := p.pay.PaymentNews(context.Background(), q.operation); err != nil {
		p.fails("news of a payment: %v", err)
	}
	p.clock.Add(3 * time.Second)
	p.asks()
}

func (p *play) asks() {
	for did := int64(1); did > 0; {
		var err error
		if did, err = p.pay.AskPayFiP(context.Background(), 50); err != nil {
			p.fails("PayFiP is asked: %v", err)
		}
	}
}

// looksInto has a cashier settle a payment, of which PayFiP gives no sure answer or
// of which there is nothing to be settled.
func (p *play) looksInto() {
	if len(p.payment) == 0 {
		return
	}
	q := draw(p, "payment", p.payment)
	for _, other := range p.payment { // one that wants it, where there is one
		if p.stateOf(other) == payments.Unclear {
			q = other
		}
	}
	why := map[portal.Code]bool{}
	if p.stateOf(q) != payments.Unclear {
		why[payments.NotAsked] = true
	}
	paid := p.chance("paid")
	if p.expect(p.send(p.agent, wire.PaymentSettle, wire.SettlePayment{Payment: q.id, Paid: paid}), why) {
		q.vouched = paid
	}
}

func (p *play) stateOf(q *started) (state payments.State) {
	p.read(func(tx *store.Tx) error {
		s, _, err := tx.Payment(q.id)
		state = s.State
		return err
	})
	return state
}

// paidFor has the book follow what payers are told: each payment that was paid is
// credited once, and no other.
func (p *play) paidFor() {
	for _, q := range p.payment {
		truly := q.vouched || !q.wrong && (q.result == payments.PaidByCard || q.result == payments.PaidByDebit)
		switch paid := p.stateOf(q) == payments.Paid; {
		case paid && !truly:
			p.fails("%s is paid, and PayFiP says %s", q.id, q.result)
		case q.credited && !paid:
			p.fails("%s was paid, and is no longer", q.id)
		case paid && !q.credited:
			q.credited = true
			p.purses[purse{q.payer.Account, q.at}] += q.amount
		}
	}
}

package view

import (
	"slices"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Taken is what a cash desk took or corrected, with what waits about it.
type Taken struct {
	wire.Taking
	Pending bool
}

// Tills is the cash desks whose cashier this agent is, by name.
func (v *View) Tills() (out []wire.CashDesk) {
	me, _ := v.Me()
	named := v.CashDesks()
	for _, d := range me.Desks {
		key, is := accounts.Desk(d).CashDesk()
		if !is {
			continue
		}
		desk := wire.CashDesk{Key: key, Name: key}
		if i := slices.IndexFunc(named, func(c wire.CashDesk) bool { return c.Key == key }); i >= 0 {
			desk = named[i]
		}
		out = append(out, desk)
	}
	slices.SortFunc(out, func(a, b wire.CashDesk) int { return firstOf(byName(a.Name, b.Name), compare(a.Key, b.Key)) })
	return out
}

// Handles reports whether requests come to this agent's desks: to one who works at
// cash desks alone none do.
func (v *View) Handles() bool {
	me, _ := v.Me()
	return len(me.Desks) == 0 || slices.ContainsFunc(me.Desks, func(d string) bool { _, till := accounts.Desk(d).CashDesk(); return !till })
}

// Takings is what a cash desk took and corrected on a day, what waits last.
func (v *View) Takings(cashDesk string, day portal.Date) []Taken {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.taken(cashDesk, func(t wire.Taking) bool { return (ledger.Movement{At: t.At}).On() == day })
}

// TakingsOf is the same of one account, whenever it was.
func (v *View) TakingsOf(cashDesk string, account portal.ID) []Taken {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.taken(cashDesk, func(t wire.Taking) bool { return t.Account == account })
}

func (v *View) taken(cashDesk string, of func(wire.Taking) bool) (out []Taken) {
	undone := map[portal.ID]bool{}
	for _, t := range v.over.takings {
		undone[t.Undoes] = true
	}
	if r := v.feeds[wire.DeskFeed(string(accounts.Till(cashDesk)))]; r != nil {
		for _, t := range r.takings {
			if t.Undone = t.Undone || undone[t.ID]; t.CashDesk == cashDesk && of(t) {
				out = append(out, Taken{Taking: t})
			}
		}
	}
	for _, t := range v.over.takings {
		if t.CashDesk == cashDesk && of(t) {
			out = append(out, Taken{t, true})
		}
	}
	slices.SortFunc(out, func(a, b Taken) int { return firstOf(compare(a.At, b.At), compare(a.ID, b.ID)) })
	return out
}

// Organisations is the payers that are no families, by name, as the agents read
// them who tie them to children.
func (v *View) Organisations() []wire.Organisation {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := map[portal.ID]wire.Organisation{}
	for _, r := range v.feeds {
		for id, o := range r.organisations {
			all[id] = o
		}
	}
	return sorted(all, func(a, b wire.Organisation) int { return firstOf(byName(a.Name, b.Name), compare(a.ID, b.ID)) })
}

// TillAccount is a payer's account at a cash desk, as its cashiers read it.
type TillAccount struct {
	Account wire.Account
	Balance Balance
	// Movements is all that moved there, the oldest first.
	Movements []ledger.Movement
	// Children is what the payer's are called, as far as the cashier is told.
	Children map[portal.ID]string
}

// TillAccount is a payer's account; false until the town hall has opened it.
func (v *View) TillAccount(account portal.ID, cashDesk string) (TillAccount, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	r := v.feeds[wire.FileFeed(string(accounts.Till(cashDesk)), account)]
	if r == nil {
		return TillAccount{}, false
	}
	a := TillAccount{Account: r.accounts[account], Balance: Balance{CashDesk: cashDesk, Confirmed: r.balances[portal.ID(cashDesk)].Amount}}
	a.Balance.Expected = a.Balance.Confirmed
	for _, t := range v.over.takings {
		if t.Account == account && t.CashDesk == cashDesk {
			a.Balance.Expected += t.Amount
		}
	}
	for _, m := range r.movements {
		a.Movements = append(a.Movements, m)
	}
	slices.SortFunc(a.Movements, ledger.InOrder)
	a.Children = map[portal.ID]string{}
	for id, c := range r.children {
		a.Children[id] = c.FirstName
	}
	return a, true
}

// takes shows what a cashier has entered until the town hall has it.
func (p *pass) takes(c *command, t wire.Taking, landed portal.ID) {
	r := p.v.feeds[wire.DeskFeed(string(accounts.Till(t.CashDesk)))]
	if r != nil {
		if _, there := r.takings[landed]; there {
			return
		}
		if of, there := r.takings[t.Undoes]; there && t.Undoes != "" {
			t.Account, t.Name, t.Amount = of.Account, of.Name, -of.Amount
		}
	}
	if t.Name == "" {
		t.Name = c.Note.Args["person"]
	}
	t.ID, t.At, t.By = landed, c.At.UnixMicro(), p.v.myName()
	p.over.takings = append(p.over.takings, t)
	p.over.look(wire.Takings, portal.ID(t.CashDesk), string(landed))
}

// Unclear is a payment that cashiers have to look into, with what waits about it.
type Unclear struct {
	wire.UnclearPayment
	Pending bool
}

// Unclear is those of a cash desk, the oldest first.
func (v *View) Unclear(cashDesk string) (out []Unclear) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if r := v.feeds[wire.DeskFeed(string(accounts.Till(cashDesk)))]; r != nil {
		for _, p := range r.unclear {
			_, pending := v.over.settled[p.ID]
			out = append(out, Unclear{p, pending})
		}
	}
	slices.SortFunc(out, func(a, b Unclear) int { return firstOf(compare(a.Started, b.Started), compare(a.ID, b.ID)) })
	return out
}

// settlePayment notes that what a cashier has found out is under way.
func (p *pass) settlePayment(c *command, payment portal.ID) {
	p.over.settled[payment] = c.ID
	for feed, r := range p.v.feeds {
		if u, there := r.unclear[payment]; there && wire.FeedKind(feed) == "desk" {
			p.over.look(wire.UnclearPayments, portal.ID(u.CashDesk), string(c.ID))
		}
	}
}

package view

import (
	"encoding/json"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Me is the account of the view with what waits; false until it has been
// received.
func (v *View) Me() (wire.Account, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.me(v.over)
}

func (v *View) me(over *overlay) (wire.Account, bool) {
	if over.account != nil {
		return *over.account, true
	}
	a, ok := v.own.accounts[v.account]
	return a, ok
}

// Changing reports whether a change of one's own account, by the type of its
// command, waits.
func (v *View) Changing(kind string) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.over.changing[kind]
}

// account shows what a person changed of their own account. A move changes the
// price of what is booked after it, as the town hall will judge it.
func (p *pass) account(c *command, args any) *portal.Error {
	a, there := p.v.me(p.over)
	if !there {
		return nil
	}
	kind := ""
	switch args := args.(type) {
	case *wire.ChangeAddress:
		address := accounts.Address(*args).Normalise()
		if wrong := address.Check(""); len(wrong) > 0 {
			return wrong[0]
		}
		var was accounts.Address
		_ = json.Unmarshal(a.Address, &was) // one that cannot be read lies nowhere
		if town := p.v.town.town; town != nil && a.Payer != nil && was.In(town.Postcode) != address.In(town.Postcode) {
			fixes := *a.Payer
			fixes.Resident = address.In(town.Postcode)
			a.Payer = &fixes
			clear(p.days) // they hold the payer of before
			for child := range p.v.own.children {
				p.over.look(wire.Bookings, child, string(c.ID)) // its days cost something else
			}
		}
		a.Address, _ = json.Marshal(address)
		kind = wire.AccountAddress
	case *wire.ChangePhones:
		if wrong := accounts.CheckPhones(args.Mobile, args.Phone); len(wrong) > 0 {
			return wrong[0]
		}
		a.Mobile, _ = accounts.NormalisePhone(args.Mobile)
		a.Phone, _ = accounts.NormalisePhone(args.Phone)
		kind = wire.AccountPhones
	case *wire.ChangeLanguage:
		a.Language = args.Language
		kind = wire.AccountLanguage
	}
	p.over.account, p.over.changing[kind] = &a, true
	p.over.look(wire.Accounts, p.v.account, string(c.ID))
	return nil
}

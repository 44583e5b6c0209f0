package view

import (
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Payments is what the account has paid, or begun to, the newest first.
func (v *View) Payments() []wire.Payment {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return sorted(v.own.payments, func(a, b wire.Payment) int {
		return firstOf(compare(b.Started, a.Started), compare(b.ID, a.ID))
	})
}

// Payment is one of them.
func (v *View) Payment(id portal.ID) (wire.Payment, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	p, known := v.own.payments[id]
	return p, known
}

// PageOpens reports whether the page of a payment can still be opened, by the
// town hall's clock.
func (v *View) PageOpens(p wire.Payment) bool {
	return p.State == payments.Pending && p.URL != "" && v.Now().UnixMicro() < p.Until
}

// CashDesks is where accounts are topped up, by name; none is on line where the
// town takes no payments so.
func (v *View) CashDesks() []wire.CashDesk {
	v.mu.RLock()
	defer v.mu.RUnlock()
	out := sorted(v.town.cashDesks, func(a, b wire.CashDesk) int {
		return firstOf(byName(a.Name, b.Name), compare(a.Key, b.Key))
	})
	for i := range out {
		out[i].Online = out[i].Online && v.town.town != nil && v.town.town.Pays
	}
	return out
}

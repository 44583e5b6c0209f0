package wire

import (
	"parvis/shared/ledger"
	"parvis/shared/portal"
)

// Types of commands about who pays besides the parent who books.
const (
	PayersSet        = "payers.set"
	OrganisationSave = "organisation.save"
)

// Organisations is the collection of the payers that are no families, for the
// agents who tie them to children and the cashiers who see what they owe.
const Organisations = "organisation" // Organisation

// Organisation is a payer that is no family: a department, an employer, a charity.
// It has an account at each cash desk that only the cashiers there read, is never
// refused for money, and is billed.
type Organisation struct {
	ID   portal.ID `json:"id"`
	Name string    `json:"name"`
}

// MostOrganisationName is how long its name may be.
const MostOrganisationName = 120

// SaveOrganisation writes an organisation down, or a new name of it.
type SaveOrganisation struct {
	Organisation portal.ID `json:"organisation"` // made by the desktop
	Name         string    `json:"name"`
	CashDesk     string    `json:"cash_desk"` // whose cashier does it
}

// SetPayers says who pays for what is booked of a child from a day on, today at the
// earliest; without shares it is again whoever books. What is booked already stays
// as it is.
type SetPayers struct {
	Child  portal.ID     `json:"child"`
	From   portal.Date   `json:"from"`
	Shares ledger.Shares `json:"shares,omitempty"`
	Reason string        `json:"reason"` // what it was done on; the town hall alone reads it
}

// ChildPayers is who pays for what is booked of a child from a day on.
type ChildPayers struct {
	From portal.Date `json:"from"`
	// Parts is in the order in which prices are parted; none where whoever books
	// pays.
	Parts []PayerPart `json:"parts,omitempty"`
	// Reason, and who wrote it, are told to the town hall alone.
	Reason string `json:"reason,omitempty"`
	By     string `json:"by,omitempty"`
}

// PayerPart is one payer's part. Who reads it is told their own as such, and of the
// others the name.
type PayerPart struct {
	Percent int    `json:"percent"`
	Name    string `json:"name,omitempty"`
	Own     bool   `json:"own,omitempty"` // the reader's, where they book
	// Booker says that it is the part of whoever books; Account, whose it is, is
	// told to the town hall alone.
	Booker  bool      `json:"booker,omitempty"`
	Account portal.ID `json:"account,omitempty"`
}

// PayersOn is who pays for a day that the reader books; nil where they pay alone,
// as far as shares go.
func (c Child) PayersOn(day portal.Date) *ChildPayers {
	var best *ChildPayers
	for i := range c.Payers {
		if p := &c.Payers[i]; p.From <= day && (best == nil || p.From >= best.From) {
			best = p
		}
	}
	if best == nil || len(best.Parts) == 0 {
		return nil
	}
	return best
}

// Own is what the reader pays of a price, and in per cent.
func (p ChildPayers) Own(price portal.Money) (part portal.Money, percent int) {
	shares := make(ledger.Shares, len(p.Parts))
	for i, of := range p.Parts {
		shares[i].Percent = of.Percent
	}
	for i, amount := range shares.Split(price) {
		if p.Parts[i].Own {
			part, percent = part+amount, percent+p.Parts[i].Percent
		}
	}
	return part, percent
}

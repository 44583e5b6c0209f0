package simulate

import (
	"slices"

	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/store"
)

// The grandmother of the demonstration, and who invites her.
const (
	grandmother = "jeanne.martel"
	inviter     = "claire.martel"
)

// entrusts invites the grandmother, or ends what was given.
func (d *desktop) entrusts() {
	given := slices.DeleteFunc(d.view.Delegations(), func(g view.Delegation) bool { return g.From != d.account || g.Ended != 0 })
	if one, ok := pick(d.r, given); ok && d.r.IntN(3) > 0 {
		if state := accounts.DelegationState(one.State); state == accounts.Invited || state == accounts.Accepted {
			d.submit(wire.DelegationEnd, wire.EndDelegation{Delegation: one.ID})
		}
		return
	}
	child, ok := pick(d.r, d.view.Children())
	if !ok {
		return
	}
	in := wire.InviteDelegate{
		Delegation: d.ids(), Mail: grandmother + "@exemple.fr", Kind: string(accounts.Grandparent), Level: string(accounts.LevelBook),
		Children: []portal.ID{child.ID}, Until: d.view.Today().Add(d.r.IntN(4)),
	}
	if d.r.IntN(4) == 0 {
		in.Level = string(accounts.LevelSee)
	}
	if d.r.IntN(3) == 0 {
		in.Activities = []portal.ID{demo.Canteen}
	}
	d.submit(wire.DelegationInvite, in)
}

// entrusted does one thing that somebody invited does: answer, book, leave.
func (d *desktop) entrusted() {
	for _, g := range d.view.Delegations() {
		if g.To != "" && g.To != d.account || accounts.DelegationState(g.State) != accounts.Invited {
			continue
		}
		if d.r.IntN(6) == 0 {
			d.submit(wire.DelegationDecline, wire.DeclineDelegation{Delegation: g.ID})
		} else {
			d.submit(wire.DelegationAccept, wire.AcceptDelegation{Delegation: g.ID})
		}
		return
	}
	if g, ok := pick(d.r, d.view.Delegations()); ok && accounts.DelegationState(g.State) == accounts.Accepted && d.r.IntN(12) == 0 {
		d.submit(wire.DelegationEnd, wire.EndDelegation{Delegation: g.ID})
		return
	}
	child, ok := pick(d.r, d.view.Seen())
	if !ok {
		return
	}
	activity, day := []portal.ID{demo.Canteen, demo.Evening}[d.r.IntN(2)], d.day()
	now := d.view.Day(child.ID, activity, day)
	if b := now.Booking; b != nil && d.r.IntN(2) == 0 {
		var needs []portal.ID
		if now.Pending != view.PendingNone {
			needs = append(needs, now.Command)
		}
		d.submit(wire.BookingCancel, wire.CancelBooking{Booking: b.ID}, needs...)
		return
	}
	if now.Look.CanBook || d.r.IntN(4) == 0 {
		d.submit(wire.BookingBook, wire.Book{Booking: d.ids(), Child: child.ID, Activity: activity, Day: day})
	}
}

// entrustedTo are the children that anybody ever let an account see, true for
// those that still stand; linked is who may decide for a child.
func entrustedTo(tx *store.Tx, account portal.ID, linked map[portal.ID]map[portal.ID]bool) (map[portal.ID]bool, error) {
	out := map[portal.ID]bool{}
	given, err := tx.DelegationsOf(account)
	for _, g := range given {
		children, err := tx.DelegatedChildren(g.ID)
		if err != nil {
			return nil, err
		}
		stands := accounts.DelegationState(g.State) == accounts.Accepted && (g.Until == "" || g.Until >= portal.DateOf(tx.Now()))
		for _, c := range children {
			out[c] = out[c] || stands && linked[g.Inviter][c]
		}
	}
	return out, err
}

// payer is whose money a person's bookings are: a delegate's are the inviter's.
func (h *history) payer(d *desktop) *desktop {
	if d.login != grandmother {
		return d
	}
	return h.desktops[0]
}

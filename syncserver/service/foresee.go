package service

import (
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// foreseeing is what will be asked to judge some days, to be asked together:
// where the database is another process, one question after another is most of
// what a group costs. It only fills what days keeps; what it does not foresee is
// asked when it is needed, and what is refused is told then.
func (d *days) foreseeing(book []bookings.Lot, going []store.Booking) (ask []func() error) {
	ahead := func(f func() error) {
		ask = append(ask, func() error {
			_, err := refusal(f())
			return err
		})
	}
	type pair [2]portal.ID
	wanted, known := map[pair]bool{}, map[portal.ID]bool{} // children at activities; children
	desks := map[string]bool{}
	places := map[pair]bool{}
	payer := d.a.Account
	ofChild := func(child portal.ID) {
		known[child] = true
		ahead(func() error { _, err := d.paysFor(child); return err })
		ahead(func() error { _, err := d.liveOf(child); return err })
		ahead(func() error { _, err := d.waitsOf(child); return err })
		ahead(func() error {
			enrolled, err := d.enrolmentsOf(child)
			if err != nil {
				return err
			}
			var at []func() error
			for _, e := range enrolled {
				if p := (pair{e.Activity, e.Site}); wanted[pair{child, e.Activity}] && !places[p] {
					places[p] = true
					at = append(at, func() error { _, err := d.placesAt(e.Activity, e.Site); return err })
				}
			}
			return d.tx.Together(at...)
		})
	}
	siblings := false
	add := func(child, activity portal.ID) {
		act, there := d.f.activities[activity]
		if !there || wanted[pair{child, activity}] {
			return
		}
		wanted[pair{child, activity}] = true
		ahead(func() error { _, err := d.boundTo(child, activity); return err })
		if !known[child] {
			ofChild(child)
		}
		if !desks[act.CashDesk] {
			desks[act.CashDesk] = true
			ahead(func() error { _, err := d.balance(payer, act.CashDesk); return err })
			ahead(func() error { _, _, err := d.chosenBy(payer, act.CashDesk); return err })
		}
		for _, t := range d.f.tariffs {
			siblings = siblings || t.Activity == activity && t.Siblings != nil
		}
	}
	for _, l := range book {
		add(l.Child, l.Activity)
	}
	for _, b := range going {
		add(b.Child, b.Activity)
	}
	ahead(func() error { _, err := d.fixesOf(payer); return err })
	if siblings {
		ahead(func() error {
			all, err := d.childrenOf(payer)
			if err != nil {
				return err
			}
			var beside []func() error
			for _, c := range all {
				if !known[c.ID] {
					beside = append(beside,
						func() error { _, err := d.liveOf(c.ID); return err },
						func() error { _, err := d.enrolmentsOf(c.ID); return err })
				}
			}
			return d.tx.Together(beside...)
		})
	}
	return ask
}

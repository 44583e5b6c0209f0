package service_test

import (
	"strings"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/meals"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// nowAsked has an opening of the canteen's days in which one asks now, and in which
// nobody has.
func (w *world) nowAsked() bookings.Opening {
	o := december(bookings.Pooled)
	o.Opens = w.Clock.Now().Add(-time.Minute).UnixMicro()
	w.alter(func(tx *store.Tx) error {
		had, err := tx.Facts(wire.Openings)
		for _, f := range had {
			if err == nil {
				err = tx.DropFact(wire.Openings, f.ID)
			}
		}
		if err != nil {
			return err
		}
		return tx.PutFact(wire.Openings, o.ID, o)
	})
	return o
}

// toCome is an opening that is announced and has not come.
func (w *world) toCome() portal.ID {
	o := december(bookings.FirstCome)
	w.alter(func(tx *store.Tx) error {
		had, err := tx.Facts(wire.Openings)
		for _, f := range had {
			if err == nil {
				err = tx.DropFact(wire.Openings, f.ID)
			}
		}
		if err != nil {
			return err
		}
		return tx.PutFact(wire.Openings, o.ID, o)
	})
	return o.ID
}

func init() {
	days := func() []bookings.Lot { return []bookings.Lot{lot(familyChild, demo.Canteen, "2026-12-07")} }
	matrix["group.prepare@1"] = []row{
		{"for a linked child", func(*world, int) any { return wire.PrepareGroup{Group: portal.NewID(), Book: days()} },
			delegates(families(accepted, portal.NotFound, accepted), accepted, accepted, accepted, accounts.DelegationEnded)},
		{"that the family has prepared", func(w *world, _ int) any {
			id := portal.NewID()
			w.desks[family].Must(wire.GroupPrepare, wire.PrepareGroup{Group: id, Book: days()})
			return wire.PrepareGroup{Group: id, Book: days()}
		}, delegates(families(accepted, portal.NotFound, portal.NotFound), portal.NotFound, portal.NotFound, portal.NotFound, accounts.DelegationEnded)},
	}
	matrix["group.drop@1"] = []row{
		{"that the family has prepared", func(w *world, _ int) any {
			id := portal.NewID()
			w.desks[family].Must(wire.GroupPrepare, wire.PrepareGroup{Group: id, Book: days()})
			return wire.DropPrepared{Group: id}
		}, families(accepted, portal.NotFound, portal.NotFound)},
	}
	matrix["opening.ask@1"] = []row{
		{"for a linked child", func(w *world, _ int) any {
			w.nowAsked()
			return wire.AskPlaces{Book: days()}
		}, delegates(families(accepted, portal.NotFound, accepted), accepted, accounts.OnlySees, accepted, accounts.DelegationEnded)},
		{"of what is not drawn", func(*world, int) any {
			return wire.AskPlaces{Book: []bookings.Lot{lot(familyChild, demo.Canteen, "2026-12-04")}}
		},
			delegates(families(bookings.NotAskedFor, portal.NotFound, bookings.NotAskedFor), bookings.NotAskedFor, bookings.NotAskedFor, bookings.NotAskedFor, accounts.DelegationEnded)},
	}
	matrix["opening.withdraw@1"] = []row{{"of the family", func(w *world, _ int) any {
		o := w.nowAsked()
		w.desks[family].Must(wire.OpeningAsk, wire.AskPlaces{Book: days()})
		return wire.WithdrawAsk{Ask: bookings.AskID(o.ID, familyChild, w.account(family))}
	}, families(accepted, portal.NotFound, portal.NotFound)}}
	matrix["opening.announce@1"] = []row{
		{"of the canteen", func(w *world, _ int) any {
			id := w.toCome()
			o := december(bookings.Pooled)
			o.ID = id
			return wire.AnnounceOpening{Opening: o}
		}, agents(accepted, accepted, portal.NotFound)},
		{"whose hour has come", func(w *world, _ int) any { return wire.AnnounceOpening{Opening: w.nowAsked()} },
			agents(service.OpeningBegun, service.OpeningBegun, portal.NotFound)},
	}
	matrix["opening.cancel@1"] = []row{
		{"that is to come", func(w *world, _ int) any { return wire.CancelOpening{Opening: w.toCome()} }, agents(accepted, accepted, portal.NotFound)},
		{"that has begun", func(w *world, _ int) any { return wire.CancelOpening{Opening: w.nowAsked().ID} },
			agents(service.OpeningBegun, service.OpeningBegun, portal.NotFound)},
	}
	// Both agents of the desk have the file open.
	matrix["child.priority@1"] = []row{
		{"of the family's child", func(*world, int) any { return wire.SetPriority{Child: familyChild, On: true, Reason: "Suivi social"} }, agents(accepted, accepted, portal.NotFound)},
		{"without a reason", func(*world, int) any { return wire.SetPriority{Child: familyChild, On: true} }, agents(portal.Missing, portal.Missing, portal.Missing)},
		{"of nobody", func(*world, int) any {
			return wire.SetPriority{Child: portal.NewID(), On: true, Reason: "Suivi social"}
		}, agents(portal.NotFound, portal.NotFound, portal.NotFound)},
	}
	menu := meals.Menu{Day: "2026-11-30", Dishes: []meals.Dish{{Course: "main", Name: bookings.Names{"fr": "Lasagnes"}, Allergens: []meals.Allergen{"gluten"}}}}
	long := menu
	long.Dishes = []meals.Dish{{Course: "main", Name: bookings.Names{"fr": strings.Repeat("a", 200)}}}
	matrix["menu.write@1"] = []row{
		{"of a day", func(*world, int) any { return wire.WriteMenus{Menus: []meals.Menu{menu}} }, agents(accepted, accepted, portal.Forbidden)},
		{"of a day, taken away", func(*world, int) any { return wire.WriteMenus{Menus: []meals.Menu{{Day: menu.Day}}} }, agents(accepted, accepted, portal.Forbidden)},
		{"with a dish too long", func(*world, int) any { return wire.WriteMenus{Menus: []meals.Menu{long}} }, agents(portal.TooLong, portal.TooLong, portal.Forbidden)},
	}
}

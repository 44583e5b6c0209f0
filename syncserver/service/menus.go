package service

import (
	"fmt"
	"strconv"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/meals"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// menusMost is how many menus a file may bring: a school year of three canteens,
// and no more than one short transaction writes.
const menusMost = 600

// menusOf checks the menus of a town's file.
func menusOf(c *checker, all []meals.Menu, sites map[portal.ID]bool) []meals.Menu {
	c.say(len(all) <= menusMost, "menus", "at most %d at a time; there are %d", menusMost, len(all))
	seen := map[portal.ID]bool{}
	for i, m := range all {
		where := fmt.Sprintf("menus[%d]", i)
		for _, wrong := range m.Check() {
			c.say(false, where+"."+wrong.Field, "%s", menuRule(wrong))
		}
		c.say(m.Site == "" || sites[m.Site], where+".site", "there is no site %q", m.Site)
		key := meals.Key(m.Site, m.Day)
		c.say(!seen[key], where, "%s has a menu already", key)
		seen[key] = true
	}
	return all
}

// menuRule is what would be right.
func menuRule(e *portal.Error) string {
	switch e.Code {
	case portal.Missing:
		return "is missing"
	case portal.TooLong:
		return "at most " + e.Args["max"]
	}
	return fmt.Sprintf("is not known; courses are %s, allergens %s, diets %s, marks %s; a day is written 2026-09-01, a name in fr and en",
		list(meals.Courses), list(meals.Allergens), list(meals.Diets), list(meals.Marks))
}

// keepMenus is for how many days a menu is told after its day.
const keepMenus = 31

// ForgetMenus takes away the menus of weeks ago, some at a time; a job calls it.
func (s *Service) ForgetMenus(tx *store.Tx) (int64, error) {
	const aRound = 200
	return tx.DropFactsBefore(wire.Menus, portal.ID(portal.DateOf(tx.Now()).Add(-keepMenus)), aRound)
}

// writeMenus writes menus for an agent of the desk that runs the canteens; one
// without dishes takes what was told away.
func (s *Service) writeMenus(tx *store.Tx, a Actor, args *wire.WriteMenus) error {
	switch {
	case a.mustReach(string(accounts.Childhood)) != nil:
		return portal.E(portal.Forbidden, "desk")
	case len(args.Menus) == 0:
		return portal.E(portal.Missing, "menus")
	case len(args.Menus) > wire.MostMenus:
		return portal.E(portal.TooLong, "menus", "max", strconv.Itoa(wire.MostMenus))
	}
	today := portal.DateOf(tx.Now())
	seen := map[portal.ID]bool{}
	for i, m := range args.Menus {
		at := fmt.Sprintf("menus.%d", i)
		key := meals.Key(m.Site, m.Day)
		if wrong := m.Check(); len(m.Dishes) > 0 && len(wrong) > 0 {
			return within(at, wrong[0])
		}
		// What is no longer kept must not be told anew, nor what nobody can plan.
		if !m.Day.Valid() || m.Day < today.Add(-keepMenus) || m.Day > today.Add(longestMenu) || seen[key] {
			return portal.E(portal.Invalid, at+".day")
		}
		seen[key] = true
		if m.Site != "" {
			var site bookings.Site
			if known, err := tx.Fact(wire.Sites, m.Site, &site); err != nil || !known {
				return orElse(err, portal.E(portal.NotFound, at+".site"))
			}
		}
		var err error
		if len(m.Dishes) == 0 {
			err = tx.DropFact(wire.Menus, key)
		} else {
			err = tx.PutFact(wire.Menus, key, m)
		}
		if err != nil {
			return err
		}
		if err := tx.Audit(a.Account, "menu.written", string(key)); err != nil {
			return err
		}
	}
	return nil
}

// longestMenu is for how many days ahead a menu may be told.
const longestMenu = 400

package service_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"parvis/assets/town"
	"parvis/shared/bookings"
	"parvis/shared/meals"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// The menus of a town's file reach everybody, one a day and site, and are told
// for a month after their day.
func TestMenusAreToldToEverybodyAndForgotten(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		apply := func(menus ...meals.Menu) {
			t.Helper()
			raw, err := json.Marshal(menus)
			if err != nil {
				t.Fatal(err)
			}
			setup, err := service.ReadSetup(strings.NewReader(strings.Replace(string(town.SaintAubin), `"appointments": [`, `"menus": `+string(raw)+`, "appointments": [`, 1)))
			if err == nil {
				err = s.Store.Write(ctx, func(tx *store.Tx) error { return s.Service.SetUp(tx, setup) })
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		menu := func(day portal.Date, site portal.ID, name string) meals.Menu {
			return meals.Menu{Day: day, Site: site, Dishes: []meals.Dish{{Course: "main", Name: map[string]string{"fr": name}, Allergens: []meals.Allergen{"milk"}}}}
		}
		apply(menu("2026-11-17", "", "Gratin"), menu("2026-11-17", "les-tilleuls", "Quiche"), menu("2026-12-01", "", "Lasagnes"))
		apply(menu("2026-11-17", "", "Soupe")) // of the others nothing is said: they stay
		visitor := s.Anonymous()
		visitor.Catch()
		got := visitor.In(wire.Menus)
		if len(got) != 3 || !strings.Contains(got["2026-11-17"], "Soupe") || !strings.Contains(got["2026-11-17/les-tilleuls"], "Quiche") || !strings.Contains(got["2026-12-01"], `"milk"`) {
			t.Fatalf("told: %v", got)
		}
		s.Clock.Set(portal.Date("2026-12-18").At(9, 0))
		s.Host.Housekeep(ctx)
		if visitor.Catch(); len(visitor.In(wire.Menus)) != 3 {
			t.Errorf("a month after: %v", visitor.In(wire.Menus))
		}
		s.Clock.Set(portal.Date("2026-12-19").At(9, 0))
		s.Host.Housekeep(ctx)
		if visitor.Catch(); len(visitor.In(wire.Menus)) != 1 {
			t.Errorf("later: %v", visitor.In(wire.Menus))
		}
	})
}

// What an agent writes is told at once, instead of what the town's file said, and
// can be taken back by writing what was told before.
func TestAnAgentWritesTheMenus(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		agent, d := w.desks[deskAgent], w.desks[family]
		menu := func(site portal.ID, name string) meals.Menu {
			return meals.Menu{Day: "2026-11-30", Site: site, Dishes: []meals.Dish{{Course: "main", Name: bookings.Names{"fr": name}, Allergens: []meals.Allergen{"gluten", "milk"}}}}
		}
		told := func() string {
			d.Catch()
			return d.In(wire.Menus)[string(meals.Key(demo.JulesFerry, "2026-11-30"))] + d.In(wire.Menus)["2026-11-30"]
		}
		agent.Must(wire.MenuWrite, wire.WriteMenus{Menus: []meals.Menu{menu("", "Lasagnes"), menu(demo.JulesFerry, "Quiche")}})
		if got := told(); !strings.Contains(got, "Lasagnes") || !strings.Contains(got, "Quiche") {
			t.Errorf("told is %s", got)
		}
		agent.Must(wire.MenuWrite, wire.WriteMenus{Menus: []meals.Menu{menu("", "Hachis"), {Day: "2026-11-30", Site: demo.JulesFerry}}})
		if got := told(); !strings.Contains(got, "Hachis") || strings.Contains(got, "Quiche") || strings.Contains(got, "Lasagnes") {
			t.Errorf("then told is %s", got)
		}
		agent.Must(wire.MenuWrite, wire.WriteMenus{Menus: []meals.Menu{{Day: "2026-12-24"}}}) // where nothing was told
		for code, bad := range map[portal.Code]wire.WriteMenus{
			portal.Missing:  {},
			portal.Invalid:  {Menus: []meals.Menu{menu("", "Riz"), menu("", "Pâtes")}}, // one day twice
			portal.NotFound: {Menus: []meals.Menu{menu("ecole-perdue", "Riz")}},
			portal.TooLong:  {Menus: make([]meals.Menu, wire.MostMenus+1)},
		} {
			agent.Refused(code, wire.MenuWrite, bad)
		}
		far := menu("", "Riz")
		far.Day = "2028-11-30"
		agent.Refused(portal.Invalid, wire.MenuWrite, wire.WriteMenus{Menus: []meals.Menu{far}})
	})
}

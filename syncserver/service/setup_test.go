package service_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"parvis/assets/town"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

func TestEveryMistakeInATownsFileIsNamedAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		change []string // what stands in the example, and what instead
		want   []string // of what is said, in its order
	}{
		"the example itself": {nil, nil},
		"a typing mistake in a name": {
			[]string{`"postcode"`, `"postalcode"`}, []string{`postalcode`},
		},
		"no JSON at all": {[]string{`"sites": [`, `"sites": [,`}, []string{"line 6"}},
		"several": {
			[]string{
				`"51999",`, `"5199",`, `"louise-michel", "name"`, `"les-tilleuls", "name"`, `"kind": "centre"`, `"kind": "center"`,
				`"monday", "tuesday"`, `"monday", "mardi"`, `"at": "10:00"`, `"at": "10h"`, `"floor": "-50.00"`, `"floor": "-50,00"`,
				`"price": "1.20"`, `"price": "1.2"`, `"to": 500`, `"to": 200`, `"from": "2025-09-01"`, `"from": "1.9.2025"`,
				`"fr": "Restauration scolaire"`, `"fr": ""`, `"la-clairiere": 48`, `"la-clairiere": -1`,
			},
			[]string{
				"postcode", `"5199"`, "sites[2].key", "les-tilleuls", "sites[3].kind", `"center"`, "activities[0].name.fr", "activities[0].places", "louise-michel",
				"activities[0].weekdays", `"mardi"`, "activities[0].book.at", `"10h"`, "activities[0].floor", `"-50,00"`,
				"activities[0].tariffs[0].from", "activities[0].tariffs[0].bands[0].price", "activities[0].tariffs[0].bands[1].to", "activities[3].places.la-clairiere",
			},
		},
		"what is left out of a limit": {
			[]string{
				`"book": { "days": 1, "working": true, "at": "10:00" }`, `"book": { "days": 1, "except": ["monday", "tuesday", "mercredi", "friday"], "at": "10:00" }`,
				`"book": { "days": 1, "working": true, "at": "10:00" }`, `"book": { "weekly": "thursday", "holidays": true, "at": "10:00" }`,
			},
			[]string{"activities[0].book.except", `"mercredi"`, "must be left to count", "activities[1].book", "weekly stands alone"},
		},
		"activities that say something of each other": {
			[]string{
				`"key": "cantine",`, `"key": "cantine", "requires": ["accueil-soir", "souper"],`, `"key": "accueil-matin",`, `"key": "accueil-matin", "excludes": ["accueil-matin"], "runs": "sundays",`,
				`"key": "accueil-soir",`, `"key": "accueil-soir", "requires": ["cantine"], "excludes": ["etude"],`,
			},
			[]string{
				"activities[1].runs", `"sundays"`, "activities[0].requires", `"souper"`, "activities[0].requires", "need itself", "activities[1].excludes", "the activity itself",
				"activities[2].requires", "need itself", "activities[4].requires", `"accueil-soir" exclude each other`,
			},
		},
		"menus": {
			[]string{`"appointments": [`, `"menus": [
    { "day": "2026-11-19", "site": "les-tilleuls", "dishes": [{ "course": "main", "name": { "fr": "Lasagnes" }, "allergens": ["milk", "gluten"] }] },
    { "day": "2026-11-19", "site": "les-peupliers", "dishes": [{ "course": "apéritif", "name": { "en": "Soup" }, "allergens": ["lait"], "for": "halal", "marks": ["bon"] }] },
    { "day": "2026-11-31", "dishes": [] },
    { "day": "2026-11-19", "site": "les-tilleuls", "dishes": [{ "course": "main", "name": { "fr": "Soupe" } }] }
  ],
  "appointments": [`},
			[]string{
				"menus[1].dishes[0].course", "menus[1].dishes[0].name: is missing", "menus[1].dishes[0].allergens", "molluscs", "menus[1].dishes[0].for", "menus[1].dishes[0].marks",
				"menus[1].site", `"les-peupliers"`, "menus[2].day", "menus[2].dishes", "menus[3]", "has a menu already",
			},
		},
		"what brothers and sisters pay, and a rate": {
			[]string{
				`"count": "present", "shares": [100, 90, 80]`, `"count": "here", "shares": [100, 110]`,
				`"bands": [
            { "to": 300, "price": "0.72" }`, `"rate": { "percent": "0", "least": "2.00", "most": "1.00" }, "bands": [
            { "to": 300, "price": "0.72" }`,
			},
			[]string{
				"activities[1].tariffs[0].siblings.count", `"here"`, "siblings.shares[1]", "activities[2].tariffs[0].rate", "not by both", "rate.percent", "rate.most",
			},
		},
		"meals within a price": {
			[]string{`"meal": { "percent": 30 },
          "outside": "14.00"`, `"meal": { "percent": 100, "price": "3.50" },
          "outside": "14.00"`},
			[]string{"tariffs[0].meal", "one of the two", "tariffs[0].meal.percent", "100 is not a part"},
		},
		"absences": {
			[]string{`"grace": 1, "unpaid_days": 1, "proof_days": 8, "back": "08:30"`, `"grace": -1, "unpaid_days": 99, "proof_days": 0, "back": "8h30"`},
			[]string{"absences.grace", "-1", "absences.unpaid_days", "99", "absences.proof_days", "absences.back", "8h30"},
		},
		"cash desks": {
			[]string{`"key": "main", "name": "Régie Restauration et accueil", "payfip": "006382", "most": "500.00"`, `"key": "cantine", "name": " ", "payfip": "6382", "most": "0.50"`},
			[]string{"cash_desks[0].key", "cantine", "cash_desks[0].name", "cash_desks[0].payfip", `"6382"`, "cash_desks[0].most", "cash_desks", `"main"`},
		},
		"appointments": {
			[]string{
				`"desk": "citoyennete"`, `"desk": "mairie"`, `"from": "09:00", "to": "12:00"`, `"from": "09:02", "to": "12:00"`,
				`["thursday"], "from": "13:30", "to": "19:00"`, `["thursday"], "from": "11:00", "to": "19:00"`, `"slot": 15`, `"slot": 7`, `"counters": 1`, `"counters": 0`,
			},
			[]string{"appointments[0].desk", `"mairie"`, "appointments[0].slot", "appointments[0].hours[0].from", `"09:02"`, "appointments[0].hours[2]", "meets other hours of thursday", "appointments[1].counters"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			text := string(town.SaintAubin)
			for i := 0; i+1 < len(c.change); i += 2 {
				if !strings.Contains(text, c.change[i]) {
					t.Fatalf("the example has no %s", c.change[i])
				}
				text = strings.Replace(text, c.change[i], c.change[i+1], 1)
			}
			setup, err := service.ReadSetup(strings.NewReader(text))
			if err == nil {
				err = setup.Check()
			}
			if (err != nil) != (c.want != nil) {
				t.Fatalf("%v", err)
			}
			if err == nil {
				return
			}
			rest := err.Error()
			for _, part := range c.want {
				_, after, found := strings.Cut(rest, part)
				if !found {
					t.Fatalf("%s is not said, or not in its place:\n%v", part, err)
				}
				rest = after
			}
		})
	}
}

// A changed file is obeyed at once: by the rules, and in what families see.
func TestATownsFileIsObeyedAtOnce(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		family := s.SignIn("claire.martel")
		family.Catch()
		text := string(town.SaintAubin)
		for _, change := range [][2]string{
			{`"price": "3.20"`, `"price": "3.35"`}, {`"jules-ferry": 90`, `"jules-ferry": 0`}, {"École Jules-Ferry", "École Jules-Ferry et Buisson"},
		} {
			text = strings.Replace(text, change[0], change[1], 1)
		}
		setup, err := service.ReadSetup(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		if err := s.Store.Write(ctx, func(tx *store.Tx) error { return s.Service.SetUp(tx, setup) }); err != nil {
			t.Fatal(err)
		}
		family.Catch()
		if site := family.In(wire.Sites)[string(demo.JulesFerry)]; !strings.Contains(site, "Buisson") {
			t.Errorf("the school is %s", site)
		}
		if tariff := family.In(wire.Tariffs)[string(demo.Canteen)+"-2025-09-01"]; !strings.Contains(tariff, "335") {
			t.Errorf("the prices are %s", tariff)
		}
		lea := family.Child("Léa")
		family.Refused(bookings.NoPlace, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: lea, Activity: demo.Canteen, Day: "2026-11-19"})
		// What is wrong changes nothing.
		setup.Sites = nil
		if err := s.Store.Write(ctx, func(tx *store.Tx) error { return s.Service.SetUp(tx, setup) }); err == nil {
			t.Error("a file without a school stands")
		}
		before := family.In(wire.Sites)
		family.Catch()
		if len(family.In(wire.Sites)) != len(before) {
			t.Error("a refused file changed something")
		}
		// Written again it says nothing new.
		first, err := service.ReadSetup(bytes.NewReader(town.SaintAubin))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.Store.Write(ctx, func(tx *store.Tx) error { return s.Service.SetUp(tx, first) }); err != nil {
				t.Fatal(err)
			}
		}
		family.Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: lea, Activity: demo.Canteen, Day: "2026-11-19"})
	})
}

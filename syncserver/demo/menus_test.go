package demo

import (
	"slices"
	"strings"
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/meals"
)

// What the invented kitchen serves is what a town could write.
func TestTheLunchesAreMenus(t *testing.T) {
	if len(lunches) != 20 {
		t.Errorf("there are %d", len(lunches))
	}
	for _, lunch := range lunches {
		m := meals.Menu{Day: "2026-11-19"}
		vegetarian := false
		for _, d := range lunch {
			dish := meals.Dish{Course: meals.Course(d.course), Name: bookings.Names{"fr": d.fr, "en": d.en}, For: d.diet, Marks: strings.Fields(d.marks)}
			for _, a := range strings.Fields(d.allergens) {
				dish.Allergens = append(dish.Allergens, meals.Allergen(a))
			}
			m.Dishes = append(m.Dishes, dish)
			vegetarian = vegetarian || d.course == "main" && (d.diet == "vegetarian" || slices.Contains(dish.Marks, "vegetarian"))
		}
		if wrong := m.Check(); len(wrong) > 0 || !vegetarian {
			t.Errorf("%s: %v, vegetarian: %v", lunch[0].fr, wrong, vegetarian)
		}
	}
}

package meals

import (
	"slices"
	"strings"
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

func lunch() Menu {
	return Menu{Day: "2026-11-19", Dishes: []Dish{
		{Course: "starter", Name: bookings.Names{"fr": "Carottes râpées"}, Allergens: []Allergen{"mustard"}, Marks: []string{"local"}},
		{Course: "main", Name: bookings.Names{"fr": "Lasagnes"}, Allergens: []Allergen{"milk", "gluten"}},
		{Course: "main", Name: bookings.Names{"fr": "Lasagnes aux légumes"}, Allergens: []Allergen{"gluten"}, For: "vegetarian"},
	}}
}

func TestWhatIsDeclaredIsToldOnceInTheOrderOfTheRegulation(t *testing.T) {
	if got := lunch().Declared(); !slices.Equal(got, []Allergen{"gluten", "milk", "mustard"}) {
		t.Errorf("declared: %v", got)
	}
	if len(Allergens) != 14 {
		t.Errorf("the regulation names fourteen, not %d", len(Allergens))
	}
}

func TestEveryMistakeOfAMenuIsNamed(t *testing.T) {
	if wrong := lunch().Check(); len(wrong) != 0 {
		t.Fatalf("a good menu: %v", wrong)
	}
	for field, spoil := range map[string]func(*Menu){
		"day":                 func(m *Menu) { m.Day = "2026-11-31" },
		"dishes":              func(m *Menu) { m.Dishes = nil },
		"dishes[0].course":    func(m *Menu) { m.Dishes[0].Course = "apéritif" },
		"dishes[0].name":      func(m *Menu) { m.Dishes[0].Name = bookings.Names{"en": "Carrots"} },
		"dishes[1].name":      func(m *Menu) { m.Dishes[1].Name = bookings.Names{"fr": strings.Repeat("é", 121)} },
		"dishes[2].name":      func(m *Menu) { m.Dishes[2].Name = bookings.Names{"fr": "a\nb"} },
		"dishes[1].allergens": func(m *Menu) { m.Dishes[1].Allergens = []Allergen{"milk", "milk"} },
		"dishes[0].allergens": func(m *Menu) { m.Dishes[0].Allergens = []Allergen{"lait"} },
		"dishes[2].for":       func(m *Menu) { m.Dishes[2].For = "halal" },
		"dishes[0].marks":     func(m *Menu) { m.Dishes[0].Marks = []string{"tasty"} },
	} {
		m := lunch()
		m.Dishes = slices.Clone(m.Dishes)
		spoil(&m)
		if wrong := m.Check(); len(wrong) != 1 || wrong[0].Field != field {
			t.Errorf("%s: %v", field, wrong)
		}
	}
	m := lunch()
	m.Dishes = slices.Repeat(m.Dishes, 7)
	if wrong := m.Check(); len(wrong) != 1 || wrong[0].Code != portal.TooLong {
		t.Errorf("too many: %v", wrong)
	}
}

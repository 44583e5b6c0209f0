// Package meals is the menu of a day at the canteen: its dishes, and what the
// kitchen declares in them. It says what was declared and judges nothing: that
// a menu is safe for a child is for people to say, never for a program.
package meals

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// Allergen is one of the fourteen of annex II of regulation (EU) 1169/2011.
type Allergen string

// Allergens is all of them, in the order of the regulation.
var Allergens = []Allergen{"gluten", "crustaceans", "eggs", "fish", "peanuts", "soya", "milk", "nuts", "celery", "mustard", "sesame", "sulphites", "lupin", "molluscs"}

// Course is the part of the meal that a dish is of.
type Course string

// Courses is all of them, in the order of the meal.
var Courses = []Course{"starter", "main", "side", "cheese", "dessert", "snack"}

// Diets is those for which a dish may be served instead of another; their words
// are those of a child's record.
var Diets = []string{"vegetarian", "without-pork"}

// Marks is what a dish may bear besides.
var Marks = []string{"vegetarian", "organic", "local"}

// Dish is something that is served.
type Dish struct {
	Course    Course         `json:"course"`
	Name      bookings.Names `json:"name"`
	Allergens []Allergen     `json:"allergens,omitempty"`
	// For is the diet for which it is served, instead of the course's other dish;
	// "" for everybody.
	For   string   `json:"for,omitempty"`
	Marks []string `json:"marks,omitempty"`
}

// Menu is what is served on a day, at one site or, when Site is empty, at all
// that have no menu of their own.
type Menu struct {
	Day    portal.Date `json:"day"`
	Site   portal.ID   `json:"site,omitempty"`
	Dishes []Dish      `json:"dishes"`
}

// Key is a menu's id: one a day and site.
func Key(site portal.ID, day portal.Date) portal.ID {
	if site == "" {
		return portal.ID(day)
	}
	return portal.ID(day) + "/" + site
}

// Declared is the allergens of all dishes, in the order of the regulation.
func (m Menu) Declared() (out []Allergen) {
	for _, a := range Allergens {
		if slices.ContainsFunc(m.Dishes, func(d Dish) bool { return slices.Contains(d.Allergens, a) }) {
			out = append(out, a)
		}
	}
	return out
}

const (
	dishesMost = 20
	nameMost   = 120
)

// Check tells what is wrong with a menu; a field is named by its path. Whether
// the site exists is for who knows them to say.
func (m Menu) Check() portal.Errors {
	var wrong portal.Errors
	bad := func(code portal.Code, field string, args ...string) { wrong.Add(portal.E(code, field, args...)) }
	if !m.Day.Valid() {
		bad(portal.Invalid, "day")
	}
	switch {
	case len(m.Dishes) == 0:
		bad(portal.Missing, "dishes")
	case len(m.Dishes) > dishesMost:
		bad(portal.TooLong, "dishes", "max", fmt.Sprint(dishesMost))
	}
	for i, d := range m.Dishes {
		at := fmt.Sprintf("dishes[%d].", i)
		if !slices.Contains(Courses, d.Course) {
			bad(portal.Invalid, at+"course")
		}
		if strings.TrimSpace(d.Name["fr"]) == "" {
			bad(portal.Missing, at+"name")
		}
		for _, lang := range []string{"fr", "en"} {
			switch name := d.Name[lang]; {
			case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
				bad(portal.Invalid, at+"name")
			case utf8.RuneCountInString(name) > nameMost:
				bad(portal.TooLong, at+"name", "max", fmt.Sprint(nameMost))
			}
		}
		for lang := range d.Name {
			if lang != "fr" && lang != "en" {
				bad(portal.Invalid, at+"name")
			}
		}
		if !each(d.Allergens, Allergens) {
			bad(portal.Invalid, at+"allergens")
		}
		if d.For != "" && !slices.Contains(Diets, d.For) {
			bad(portal.Invalid, at+"for")
		}
		if !each(d.Marks, Marks) {
			bad(portal.Invalid, at+"marks")
		}
	}
	return wrong
}

// each reports whether all are known, each once.
func each[T comparable](all, known []T) bool {
	for i, x := range all {
		if !slices.Contains(known, x) || slices.Contains(all[:i], x) {
			return false
		}
	}
	return true
}

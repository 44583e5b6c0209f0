package family

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/words"
)

// Diets in the order they are offered: what is eaten, never why.
var Diets = []string{"standard", "without-pork", "vegetarian"}

// The longest texts about a child's health.
const (
	AllergiesMax   = 300
	CareActionsMax = 1000
)

// Health is what those who look after a child must know to feed it and to act:
// what to avoid and what to do, never a diagnosis.
type Health struct {
	Diet      string `json:"diet"`
	Allergies string `json:"allergies,omitempty"`
	// CarePlan says that the school has a care plan (PAI) for the child,
	// CareActions what it has one do.
	CarePlan     bool   `json:"care_plan,omitempty"`
	CareActions  string `json:"care_actions,omitempty"`
	MealFromHome bool   `json:"meal_from_home,omitempty"`
}

// Normalise is the health as it is kept: tidy text, and nothing of a care plan
// where there is none.
func (h Health) Normalise() Health {
	h.Diet, h.Allergies = strings.TrimSpace(h.Diet), words.Tidy(h.Allergies)
	h.CareActions = strings.TrimSpace(strings.ReplaceAll(h.CareActions, "\r\n", "\n"))
	if !h.CarePlan {
		h.CareActions, h.MealFromHome = "", false
	}
	return h
}

// Check is what is wrong with it, in the order of the form.
func (h Health) Check() portal.Errors {
	var es portal.Errors
	h = h.Normalise()
	switch {
	case h.Diet == "":
		es.Add(portal.E(portal.Missing, "diet"))
	case !slices.Contains(Diets, h.Diet):
		es.Add(portal.E(portal.Invalid, "diet"))
	}
	es.Add(within("allergies", h.Allergies, AllergiesMax))
	if h.CarePlan && h.CareActions == "" {
		es.Add(portal.E(portal.Missing, "care_actions"))
	}
	es.Add(within("care_actions", h.CareActions, CareActionsMax))
	return es
}

func within(field, s string, most int) *portal.Error {
	if !accounts.Readable(s) {
		return portal.E(accounts.BadText, field)
	}
	if utf8.RuneCountInString(s) > most {
		return portal.E(portal.TooLong, field, "max", strconv.Itoa(most))
	}
	return nil
}

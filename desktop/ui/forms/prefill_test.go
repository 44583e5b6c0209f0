package forms

import (
	"testing"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// What a parent has changed since the last record was sent is not brought back
// by a new one that begins with it.
func TestARecordBeginsWithWhatIsKnownNow(t *testing.T) {
	kittest.Light(t)
	answers := good(lea)
	answers["hasAllergies"], answers["allergens"] = true, []any{"peanuts"}
	answers["hasCarePlan"], answers["carePlanActions"], answers["mealFromHome"] = true, "Appeler le 15.", true
	answers["collectors"] = []any{map[string]any{"lastName": "Morel", "firstName": "Jeanne", "relation": "grand-mère", "phone": "+33639980132"}}
	start := func(child wire.Child) *Draft {
		t.Helper()
		child.ID, child.FirstName, child.LastName, child.BirthDate, child.Site, child.Class = lea, "Léa", "Roy", "2018-03-12", ferry, "ce2"
		s := open(t, true, mine(request(portal.NewID(), requests.Accepted, answers)))
		s.desk.apply(change(wire.AccountFeed(me), wire.Children, lea, child))
		d := newDraft(portal.NewID(), s.fiche())
		s.show(screen.To(screen.Home))
		room{s.ctx, s.desk}.about(d, s.fiche(), lea)
		return d
	}
	jeanne := family.Collector{LastName: "Morel", FirstName: "Jeanne", Relation: "grand-mère", Phone: "+33639980132"}
	same := wire.Child{Diet: answers["diet"].(string), Allergies: "Arachides", CarePlan: true, CareActions: "Appeler le 15.", MealFromHome: true, Collectors: []family.Collector{jeanne}}
	if d := start(same); d.Answers["allergens"] == nil || d.Answers.Text("carePlanActions") != "Appeler le 15." || !d.Answers.Yes("mealFromHome") || len(d.Answers.Rows("collectors")) != 1 {
		t.Errorf("nothing has changed: %v", d.Answers)
	}
	changed := wire.Child{Diet: "vegetarian", Allergies: "Kiwi", CarePlan: true, CareActions: "Stylo, trousse rouge.", Collectors: []family.Collector{jeanne, {LastName: "Morel", FirstName: "Paul", Relation: "grand-père", Phone: "+33639980133"}}}
	if d := start(changed); d.Answers["allergens"] != nil || d.Answers.Text("carePlanActions") != "Stylo, trousse rouge." || d.Answers.Yes("mealFromHome") || len(d.Answers.Rows("collectors")) != 2 {
		t.Errorf("all has changed: %v", d.Answers)
	}
	if d := start(wire.Child{Diet: "standard"}); d.Answers["hasCarePlan"] != nil || d.Answers["carePlanActions"] != nil || d.Answers["collectors"] != nil {
		t.Errorf("nothing is left: %v", d.Answers)
	}
}

package catalogue

import (
	"testing"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/requests"
)

// lea is a complete child record.
const lea = `{
	"child":"new","lastName":"Martel","firstNames":"Léa Jeanne","birthDate":"2019-03-12","birthPlace":"Besançon",
	"school":"jules-ferry","class":"ce1",
	"guardians":[{"lastName":"Martel","firstName":"Claire","relation":"mother","phone":"06 12 34 56 78","mail":"claire@exemple.fr","livesWithChild":true},
		{"lastName":"Diallo","firstName":"Moussa","relation":"father","phone":"07 12 34 56 78","livesWithChild":false}],
	"collectors":[{"lastName":"Martel","firstName":"Odile","relation":"grand-mère","phone":"03 81 22 33 44"}],"leavesAlone":false,
	"diet":"without-pork","hasAllergies":true,"allergens":["peanuts","other"],"otherAllergen":"kiwi",
	"hasCarePlan":true,"carePlanActions":"Donner le sirop rangé dans l'armoire de la direction, puis appeler le 15.","mealFromHome":true,
	"doctorName":"Dr Roussel","doctorPhone":"03 81 22 33 45",
	"canteen":true,"emergencyConsent":true,"imageConsent":false}`

func record(t *testing.T) requests.Answers {
	t.Helper()
	a, e := requests.Decode([]byte(lea))
	if e != nil {
		t.Fatal(e)
	}
	return a
}

func TestACompleteChildRecordPasses(t *testing.T) {
	p, a := find(t, "fiche-enfant"), record(t)
	if es := requests.Check(p, a, day, ""); len(es) > 0 {
		t.Fatalf("refused: %v", es)
	}
	clean := requests.Clean(p, a, day)
	if got := clean.Rows("guardians")[0].Text("phone"); got != "+33612345678" {
		t.Errorf("the first guardian's telephone is %s", got)
	}
	if len(clean) != len(a) {
		t.Errorf("%d of %d answers are kept", len(clean), len(a))
	}
	if docs := requests.DocumentsFor(p, a, day); len(docs) != 4 {
		t.Errorf("%d documents are asked for", len(docs))
	}
	a["child"] = string(day.People[0])
	if es := requests.Check(p, a, day, ""); len(es) > 0 {
		t.Errorf("a child linked already is refused: %v", es)
	}
}

func TestTheSmallestChildRecordPasses(t *testing.T) {
	p, a := find(t, "fiche-enfant"), record(t)
	for _, key := range []string{"sex", "collectors", "leavesAlone", "allergens", "otherAllergen", "carePlanActions", "mealFromHome", "doctorName", "doctorPhone", "remarks"} {
		delete(a, key)
	}
	a["hasAllergies"], a["hasCarePlan"] = false, false
	if es := requests.Check(p, a, day, ""); len(es) > 0 {
		t.Fatalf("refused: %v", es)
	}
}

func TestMistakesInAChildRecord(t *testing.T) {
	p := find(t, "fiche-enfant")
	for name, c := range map[string]struct {
		change func(requests.Answers)
		path   string
		code   portal.Code
	}{
		"no guardian":            {func(a requests.Answers) { delete(a, "guardians") }, "guardians", requests.TooFew},
		"nobody lives with them": {func(a requests.Answers) { a.Rows("guardians")[0]["livesWithChild"] = false }, "guardians", requests.CheckFailed},
		"a guardian's telephone": {func(a requests.Answers) { a.Rows("guardians")[1]["phone"] = "06 12" }, "guardians[1].phone", accounts.BadPhone},
		"meals not ticked":       {func(a requests.Answers) { a["canteen"] = false }, "canteen", requests.CheckFailed},
		"meals not answered":     {func(a requests.Answers) { delete(a, "canteen") }, "canteen", portal.Missing},
		"an adult":               {func(a requests.Answers) { a["birthDate"] = "2000-03-12" }, "birthDate", requests.CheckFailed},
		"not born yet":           {func(a requests.Answers) { a["birthDate"] = "2027-03-12" }, "birthDate", accounts.FutureDate},
		"another school":         {func(a requests.Answers) { a["school"] = "louise-michel" }, "school", requests.BadChoice},
		"PAI without what to do": {func(a requests.Answers) { delete(a, "carePlanActions") }, "carePlanActions", portal.Missing},
		"allergy without which":  {func(a requests.Answers) { delete(a, "allergens") }, "allergens", portal.Missing},
		"a diet of faith":        {func(a requests.Answers) { a["diet"] = "halal" }, "diet", requests.BadChoice},
		"a social number":        {func(a requests.Answers) { a["socialSecurity"] = "2 88" }, "socialSecurity", requests.UnknownAnswer},
		"no emergency answer":    {func(a requests.Answers) { delete(a, "emergencyConsent") }, "emergencyConsent", portal.Missing},
	} {
		a := record(t)
		c.change(a)
		es := requests.Check(p, a, day, "")
		if e := es.Of(c.path); e == nil || e.Code != c.code || len(es) != 1 {
			t.Errorf("%s: %s has %v, not %s; all: %v", name, c.path, e, c.code, es)
		}
	}
}

func TestHealthIsMarkedAndNothingElse(t *testing.T) {
	p := find(t, "fiche-enfant")
	health := map[string]bool{"diet": true, "hasAllergies": true, "allergens": true, "otherAllergen": true, "hasCarePlan": true, "carePlanActions": true, "mealFromHome": true}
	for _, page := range p.Pages {
		for _, f := range page.Fields {
			if f.Health != health[f.Key] {
				t.Errorf("%s: health is %v", f.Key, f.Health)
			}
		}
	}
}

func TestWithoutAnAllergyNothingIsKeptAboutOne(t *testing.T) {
	p, a := find(t, "fiche-enfant"), record(t)
	a["hasAllergies"], a["hasCarePlan"] = false, false
	clean := requests.Clean(p, a, day)
	for _, key := range []string{"allergens", "otherAllergen", "carePlanActions", "mealFromHome"} {
		if _, ok := clean[key]; ok {
			t.Errorf("%s is kept", key)
		}
	}
}

func TestMealsOnlyOpenTheRightToBook(t *testing.T) {
	p := find(t, "fiche-enfant")
	_, f := p.FieldAt("sessionsNote")
	if f == nil || f.Kind != requests.KindExplanation {
		t.Fatal("nothing explains what ticking does")
	}
	if page, _ := p.FieldAt("canteen"); page.Key != "sessions" {
		t.Fatal("meals are not on the page of sessions")
	}
}

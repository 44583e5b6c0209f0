package forms

import (
	"encoding/json"
	"testing"

	"parvis/assets/catalogue"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// Whom the town hall knows is not asked for again, whatever is asked for them;
// and is taken out again where another child is chosen.
func TestAKnownChildIsFilledInWithoutAnEffect(t *testing.T) {
	files, err := catalogue.Files()
	if err != nil {
		t.Fatal(err)
	}
	var p requests.Procedure
	if err := json.Unmarshal(files["inscription-scolaire"], &p); err != nil {
		t.Fatal(err)
	}
	d := &Draft{Answers: requests.Answers{"lastName": "Royer"}, Marks: map[string]Mark{}}
	fromChild(d, &p, wire.Child{FirstName: "Léa Jeanne", LastName: "Roy", BirthDate: "2018-03-12"})
	if d.Answers.Text("firstNames") != "Léa Jeanne" || d.Answers.Text("birthDate") != "2018-03-12" || d.Marks["firstNames"].Args["Name"] != "Léa" {
		t.Errorf("it holds %v, marked %v", d.Answers, d.Marks)
	}
	if d.Answers.Text("lastName") != "Royer" {
		t.Error("what was typed is gone")
	}
}

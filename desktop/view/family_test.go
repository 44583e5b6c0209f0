package view

import (
	"testing"

	"parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// What a parent changes shows at once, is doubted once the other has changed the
// same, and a second change builds on the first.
func TestAChangeOfAChildsHealthThatWaits(t *testing.T) {
	d := open(t)
	child := func(h family.Health, by string) wire.Change {
		c := wire.Child{ID: lea, FirstName: "Léa", LastName: "Roy", BirthDate: "2018-03-12", HealthBy: by}
		c.SetHealth(h)
		return d.row(mine, wire.Children, lea, c)
	}
	standard, vegetarian, both := family.Health{Diet: "standard"}, family.Health{Diet: "vegetarian"}, family.Health{Diet: "vegetarian", Allergies: "Kiwi"}
	d.get(child(standard, ""))
	told := 0
	d.Subscribe(func(Notice) { told++ }, Topic{wire.Children, lea})
	d.do(wire.ChildHealth, wire.ChangeHealth{Child: lea, Was: standard, Health: vegetarian})
	d.do(wire.ChildHealth, wire.ChangeHealth{Child: lea, Was: vegetarian, Health: both})
	d.drain()
	now, _ := d.Child(lea)
	if now.Health() != both || now.HealthBy != "Anne Roy" || !d.Waits(lea, wire.ChildHealth) || d.Waits(lea, wire.ChildCollect) || told == 0 || len(d.Doubts()) != 0 {
		t.Errorf("%+v, told %d, doubts %v", now, told, d.Doubts())
	}
	if all := d.Children(); len(all) != 1 || all[0].Health() != both {
		t.Errorf("the list has %+v", all)
	}
	// Both have landed, and the answer is still under way: no doubt.
	d.hand()
	d.get(child(both, "Anne Roy"))
	if now, _ := d.Child(lea); len(d.Doubts()) != 0 || now.Health() != both {
		t.Errorf("%+v with the doubts %v", now, d.Doubts())
	}
	d.decided(child(both, "Anne Roy"))
	d.do(wire.ChildHealth, wire.ChangeHealth{Child: lea, Was: standard, Health: vegetarian})
	doubts := d.Doubts()
	if now, _ := d.Child(lea); len(doubts) != 1 || doubts[0].Reason.Args["by"] != "Anne Roy" || now.Health() != both {
		t.Errorf("%+v with the doubts %v", now, doubts)
	}
}

func TestAListOfCollectorsThatWaits(t *testing.T) {
	d := open(t)
	one := family.Collector{FirstName: "Jeanne", LastName: "Morel", Relation: "grand-mère", Phone: "+33639980132"}
	d.do(wire.ChildCollect, wire.ChangeCollectors{Child: lea, Collectors: []family.Collector{one}})
	if now, _ := d.Child(lea); len(now.Collectors) != 1 || !d.Waits(lea, wire.ChildCollect) {
		t.Errorf("%+v", now)
	}
	d.do(wire.WeeksEnd, wire.EndWeeks{Child: lea})
	if !d.Waits(lea, wire.WeeksEnd) || d.Waits(portal.ID("other"), wire.WeeksEnd) {
		t.Error("what waits is not told")
	}
}

package forms

import (
	"encoding/json"
	"testing"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
)

// An older writing that comes late never overwrites a newer one, and none
// brings back a draft that was sent.
func TestLateWritingsAreTooLate(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	s.show(screen.To(screen.Home))
	r := room{s.ctx, s.desk}
	d := newDraft(portal.NewID(), s.fiche())
	k := newKeeper(r, d, func(error) {})
	old, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	k.at++
	d.Answers["lastName"] = "Roy"
	if err := k.now(); err != nil {
		t.Fatal(err)
	}
	if err := k.write(1, string(d.ID), old); err != nil {
		t.Fatal(err)
	}
	if got := s.draft().Answers.Text("lastName"); got != "Roy" {
		t.Errorf("the draft says %q", got)
	}
	k.changed()
	if err := k.drop(); err != nil {
		t.Fatal(err)
	}
	s.settle()
	s.ctx.Leave()
	s.settle()
	if keys := s.desk.KeptKeys(draftKind); len(keys) != 0 {
		t.Errorf("it is back: %v", keys)
	}
}

// A date that is half typed is there again, whatever was done in between, and
// is told to be none where it matters.
func TestADateHalfTypedIsKept(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	a := good(lea)
	delete(a, "birthDate")
	d := s.fill(s.fiche(), a, "identity")
	route := screen.To(screen.Fill, "id", "fiche-enfant", "draft", string(d.ID), "page", "identity")
	s.show(route)
	s.date("Date de naissance", "12", "3", "")
	holds := func(when, want string) {
		t.Helper()
		if got := s.field("Date de naissance").Typed(); got != want {
			t.Errorf("%s the boxes hold %q, not %q", when, got, want)
		}
	}
	s.show(screen.To(screen.Requests))
	s.show(route)
	holds("after the page was left", "12/3/")

	// The program starts anew: all that is left is what was written.
	again := open(t, true)
	again.desk.things = s.desk.things
	s = again
	s.show(route)
	holds("after a new start", "12/3/")

	// It stops nobody from leaving, and is no answer.
	s.press("Suivant")
	s.shows("Indiquez une date qui existe")
	s.show(screen.To(screen.Fill, "id", "fiche-enfant", "draft", string(d.ID), "page", stepRecap))
	s.press("Enregistrer")
	if len(s.desk.sent) != 0 {
		t.Fatalf("sent with half a date: %s", s.desk.sent[0].Answers)
	}
	s.show(route)
	s.field("Date de naissance").SetValue("")
	s.date("Date de naissance", "12", "3", "2018")
	s.show(route)
	holds("once it is whole", "2018-03-12")
}

// A procedure that was not here when its screen opened is shown when it comes.
func TestAProcedureThatComesLaterIsShown(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	rows := townRows()
	s.desk.view.Replace(cache.Snapshot{})
	s.settle()
	s.show(screen.To(screen.Procedure, "id", "fiche-enfant"))
	s.shows("pas encore arrivées")
	s.desk.view.Apply(cache.Applied{Changes: rows}, nil, nil)
	s.settle()
	s.shows("Fiche enfant", "Justificatifs à préparer")
}

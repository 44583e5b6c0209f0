package forms

import (
	"encoding/json"
	"testing"

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

package requests

import (
	"slices"
	"testing"
)

func TestLife(t *testing.T) {
	s := Draft
	for _, a := range []Action{Submit, Take, Ask, Answer, Refuse, Reopen, Accept} {
		next, e := Next(s, a)
		if e != nil {
			t.Fatal(e)
		}
		s = next
	}
	if s != Accepted {
		t.Fatalf("ended %s", s)
	}
	for _, c := range []struct {
		s State
		a Action
	}{{Draft, Accept}, {Draft, Take}, {Submitted, Accept}, {Accepted, Refuse}, {Accepted, Withdraw}, {Withdrawn, Submit}, {Withdrawn, Take}, {InReview, Answer}, {Submitted, Submit}, {"", Submit}, {InReview, ""}} {
		if next, e := Next(c.s, c.a); e == nil || e.Code != WrongState || next != c.s || e.Args["state"] != string(c.s) {
			t.Errorf("%s by %s leads to %s, %v", c.s, c.a, next, e)
		}
	}
}

func TestTransitionsAreSound(t *testing.T) {
	type key struct {
		s State
		a Action
	}
	seen, by, reached := map[key]bool{}, map[Action]Actor{}, map[State]bool{Draft: true}
	for _, tr := range Transitions {
		k := key{tr.From, tr.Action}
		if seen[k] {
			t.Errorf("%s by %s leads to two states", tr.From, tr.Action)
		}
		seen[k] = true
		if was, ok := by[tr.Action]; ok && was != tr.By {
			t.Errorf("%s is done by both", tr.Action)
		}
		by[tr.Action] = tr.By
		reached[tr.To] = true
		if !slices.Contains(States, tr.From) || !slices.Contains(States, tr.To) {
			t.Errorf("%+v names a state that is none", tr)
		}
		if EventOf(tr.Action) == "" {
			t.Errorf("%s leaves no event", tr.Action)
		}
	}
	for _, s := range States {
		if !reached[s] {
			t.Errorf("nothing leads to %s", s)
		}
		for _, a := range Actions(s, ByFamily) {
			if s.Decided() {
				t.Errorf("the family may %s what is %s", a, s)
			}
			if May(ByAgent, a) {
				t.Errorf("an agent may %s in a family's name", a)
			}
		}
	}
	if May(ByFamily, Accept) || !May(ByAgent, Accept) || !May(ByFamily, Submit) {
		t.Error("who may do what is turned around")
	}
}

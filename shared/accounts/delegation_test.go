package accounts

import (
	"testing"

	"parvis/shared/portal"
)

func TestWhatADelegationMustBe(t *testing.T) {
	const today portal.Date = "2026-11-16"
	good := Delegation{Kind: Grandparent, Level: LevelSee, Children: []portal.ID{"lea"}, Until: "2027-08-31"}
	if wrong := good.Check(today); wrong != nil {
		t.Fatalf("a good one: %v", wrong)
	}
	for what, c := range map[string]struct {
		change func(*Delegation)
		code   portal.Code
		field  string
	}{
		"of no kind":       {func(d *Delegation) { d.Kind = "" }, portal.Invalid, "kind"},
		"of no level":      {func(d *Delegation) { d.Level = "change" }, portal.Invalid, "level"},
		"for no child":     {func(d *Delegation) { d.Children = nil }, portal.Missing, "children"},
		"for many":         {func(d *Delegation) { d.Children = make([]portal.ID, MostDelegated+1) }, portal.Invalid, "children"},
		"of many things":   {func(d *Delegation) { d.Activities = make([]portal.ID, MostDelegated+1) }, portal.Invalid, "activities"},
		"for ever":         {func(d *Delegation) { d.Until = "" }, portal.Missing, "until"},
		"to no day":        {func(d *Delegation) { d.Until = "2027-02-30" }, BadDate, "until"},
		"to yesterday":     {func(d *Delegation) { d.Until = "2026-11-15" }, PastDate, "until"},
		"to after too far": {func(d *Delegation) { d.Until = "2028-11-17" }, UntilTooFar, "until"},
	} {
		d := good
		c.change(&d)
		if wrong := d.Check(today); wrong == nil || wrong.Code != c.code || wrong.Field != c.field {
			t.Errorf("one %s: %v", what, wrong)
		}
	}
	last := good
	last.Until = "2028-11-16"
	if wrong := last.Check(today); wrong != nil {
		t.Errorf("the last day there may be: %v", wrong)
	}
	today1 := good
	today1.Until = today
	if wrong := today1.Check(today); wrong != nil || !today1.On(today) || today1.On("2026-11-17") {
		t.Errorf("a day only: %v", wrong)
	}
	p := Delegation{Kind: Partner, Level: LevelSee, Children: []portal.ID{"noe", "lea", "noe"}, Activities: []portal.ID{"canteen"}}.Normalise()
	if wrong := p.Check(today); wrong != nil || p.Level != LevelBook || p.Activities != nil || len(p.Children) != 2 || !p.On("2090-01-01") {
		t.Errorf("a partner's is %+v: %v", p, wrong)
	}
}

func TestWhatTiesGive(t *testing.T) {
	see := func(from portal.ID, activities ...portal.ID) Given {
		return Given{From: from, Delegation: Delegation{Kind: Sitter, Level: LevelSee, Activities: activities}}
	}
	book := func(from portal.ID, activities ...portal.ID) Given {
		return Given{From: from, Delegation: Delegation{Kind: Grandparent, Level: LevelBook, Activities: activities}}
	}
	partner := Given{From: "mother", Delegation: Delegation{Kind: Partner, Level: LevelBook}}
	whole := LinkRights{See: true, Book: true, Health: true, Change: true}
	for what, c := range map[string]struct {
		tie   Tie
		at    portal.ID
		want  LinkRights
		payer portal.ID
	}{
		"a parent":                            {Tie{Account: "me", Custody: SharedCustody}, "canteen", whole, "me"},
		"a parent whom the other one invited": {Tie{Account: "me", Custody: FullCustody, Given: []Given{see("mother")}}, "canteen", whole, "me"},
		"a relative":                          {Tie{Account: "me", Custody: NoCustody}, "canteen", LinkRights{}, ""},
		"who sees":                            {Tie{Account: "me", Custody: NoCustody, Given: []Given{see("mother")}}, "canteen", LinkRights{See: true}, ""},
		"who books":                           {Tie{Account: "me", Given: []Given{book("mother", "canteen")}}, "canteen", LinkRights{See: true, Book: true}, "mother"},
		"who books elsewhere":                 {Tie{Account: "me", Given: []Given{book("mother", "canteen")}}, "evening", LinkRights{}, ""},
		"who sees for one and books for the other": {Tie{Account: "me", Given: []Given{see("mother"), book("father", "canteen")}}, "canteen", LinkRights{See: true, Book: true}, "father"},
		"a partner": {Tie{Account: "me", Given: []Given{partner}}, "evening", LinkRights{See: true, Book: true, Health: true}, "mother"},
	} {
		if got := c.tie.RightsAt(c.at); got != c.want {
			t.Errorf("%s may %+v, not %+v", what, got, c.want)
		}
		if got := c.tie.Payer(c.at); got != c.payer {
			t.Errorf("%s books on the account of %q, not %q", what, got, c.payer)
		}
	}
	if got := (Tie{Given: []Given{book("mother", "canteen")}}).Rights(); !got.Book || got.Change {
		t.Errorf("for the child as a whole: %+v", got)
	}
}

func TestWhosePurse(t *testing.T) {
	d := func(level DelegateLevel, child portal.ID, activities ...portal.ID) Delegation {
		return Delegation{Kind: Sitter, Level: level, Children: []portal.ID{child}, Activities: activities}
	}
	for what, c := range map[string]struct {
		a, b Delegation
		want bool
	}{
		"the same":         {d(LevelBook, "lea", "canteen"), d(LevelBook, "lea", "canteen"), true},
		"all and one":      {d(LevelBook, "lea"), d(LevelBook, "lea", "canteen"), true},
		"two things":       {d(LevelBook, "lea", "evening"), d(LevelBook, "lea", "canteen"), false},
		"two children":     {d(LevelBook, "noe"), d(LevelBook, "lea"), false},
		"who only sees":    {d(LevelSee, "lea"), d(LevelBook, "lea"), false},
		"whom others show": {d(LevelBook, "lea"), d(LevelSee, "lea"), false},
	} {
		if got := c.a.SamePurse(c.b); got != c.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}

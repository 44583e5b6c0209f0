package quotients

import (
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/words"
)

func TestWhatMayBeDeclared(t *testing.T) {
	const today = portal.Date("2026-11-16")
	for v, want := range map[int]portal.Code{0: "", 612: "", Most: "", -1: BadValue, Most + 1: BadValue} {
		if got := codeOf(CheckValue(v)); got != want {
			t.Errorf("%d: %q, not %q", v, got, want)
		}
	}
	for month, want := range map[portal.Date]portal.Code{
		"2026-11-01": "", "2024-11-01": "", "2026-12-01": BadMonth, "2024-10-01": BadMonth, "2026-11-02": portal.Invalid, "": portal.Invalid, "2026-13-01": portal.Invalid,
	} {
		if got := codeOf(CheckMonth(month, today)); got != want {
			t.Errorf("%s: %q, not %q", month, got, want)
		}
	}
	for from, want := range map[portal.Date]portal.Code{
		"2026-10-01": "", "2026-11-16": "", "2027-11-17": "", "2026-09-30": BadFrom, "2027-11-18": BadFrom, "x": portal.Invalid,
	} {
		if got := codeOf(CheckFrom(from, "2026-10-01", today)); got != want {
			t.Errorf("from %s: %q, not %q", from, got, want)
		}
	}
	if e := CheckFrom("2025-10-01", "2025-01-01", today); codeOf(e) != BadFrom {
		t.Errorf("a year and more ago: %v", e)
	}
}

func TestAQuotientServesNoLongerThanItsProof(t *testing.T) {
	for _, c := range []struct{ from, proof, want portal.Date }{
		{"2026-11-16", "", "2027-08-31"}, {"2026-11-16", "2027-03-01", "2027-03-01"}, {"2026-11-16", "2030-01-01", "2027-08-31"}, {"2027-07-02", "", "2028-08-31"},
	} {
		if got := Until(c.from, c.proof); got != c.want {
			t.Errorf("from %s with a proof until %q: %s, not %s", c.from, c.proof, got, c.want)
		}
	}
}

func somebody() Identity {
	return Identity{BirthName: "Durand", FirstNames: []string{"Claire", "Marie"}, Sex: Female, Birth: "1988-04-12", Country: France, Town: "Reims", Department: "51"}
}

func TestWhoIsAsked(t *testing.T) {
	if es := somebody().Check(); len(es) > 0 {
		t.Fatal(es)
	}
	for field, change := range map[string]func(*Identity){
		"birth_name":  func(i *Identity) { i.BirthName = " " },
		"first_names": func(i *Identity) { i.FirstNames = []string{" , "} },
		"sex":         func(i *Identity) { i.Sex = "x" },
		"birth":       func(i *Identity) { i.Birth = "1988" },
		"country":     func(i *Identity) { i.Country = "99é00" },
		"town":        func(i *Identity) { i.Town = "" },
		"department":  func(i *Identity) { i.Department = "96" },
	} {
		i := somebody()
		change(&i)
		if es := i.Check(); len(es) != 1 || es[0].Field != field {
			t.Errorf("%s: %v", field, es)
		}
	}
	for d, want := range map[string]bool{"1": true, "01": true, "2a": true, "2B": true, "974": true, "00": false, "20A": false, "970": false, "990": false, "5 1": false, "+1": false, "": false} {
		i := somebody()
		i.Department = d
		if got := len(i.Check()) == 0; got != want {
			t.Errorf("department %q: %v", d, got)
		}
	}
	abroad := Identity{BirthName: "Haddad", FirstNames: []string{"Karim"}, Sex: Male, Birth: "1987-07-30", Country: "99351", Town: "Tunis", Department: "x"}
	if es := abroad.Check(); len(es) > 0 || abroad.Normalise().Town != "" {
		t.Errorf("born abroad: %v, %+v", es, abroad.Normalise())
	}
	if got := (Identity{FirstNames: []string{"Anne Marie, Lou"}}).Normalise().FirstNames; len(got) != 3 || got[2] != "Lou" {
		t.Errorf("first names are %v", got)
	}
}

func TestOnlyOneself(t *testing.T) {
	for _, c := range []struct {
		first string
		birth portal.Date
		want  string
	}{
		{"Claire", "1988-04-12", ""}, {"CLAIRE-Élise", "1988-04-12", ""}, {"marie", "", ""}, {"Hugo", "1988-04-12", "first_names"}, {"Claire", "1986-11-03", "birth"}, {"", "", "first_names"},
	} {
		got := ""
		if e := somebody().Oneself(c.first, c.birth); e != nil {
			got = e.Field
			if e.Code != NotYourself {
				t.Errorf("%v", e)
			}
		}
		if got != c.want {
			t.Errorf("%s, %s: %q, not %q", c.first, c.birth, got, c.want)
		}
	}
}

func TestWhenTheFundIsAskedAgain(t *testing.T) {
	for _, c := range []struct {
		tries      int
		said, want time.Duration
	}{{0, 0, time.Minute}, {3, 0, 8 * time.Minute}, {40, 0, time.Hour}, {0, 5 * time.Minute, 5 * time.Minute}, {2, 99 * time.Hour, GiveUp}, {6, -time.Hour, time.Hour}} {
		if got := RetryAfter(c.tries, c.said); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func codeOf(e *portal.Error) portal.Code {
	if e == nil {
		return ""
	}
	return e.Code
}

func TestCountriesAreOfferedOnce(t *testing.T) {
	seen := map[string]bool{}
	for i, c := range Countries {
		if seen[c.Code] || seen[c.FR] || len(c.Code) != 5 || c.EN == "" || i > 1 && words.Fold(Countries[i-1].FR) > words.Fold(c.FR) {
			t.Errorf("%+v", c)
		}
		seen[c.Code], seen[c.FR] = true, true
	}
	if Countries[0].Code != France {
		t.Error("France does not stand first")
	}
}

package documents

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"parvis/assets/catalogue"
	"parvis/shared/portal"
	"parvis/shared/requests"
)

func kinds(t *testing.T) Kinds {
	t.Helper()
	common, err := catalogue.LoadCommon()
	if err != nil {
		t.Fatal(err)
	}
	k := Kinds{}
	for _, kind := range common.DocumentKinds {
		k[kind.ID] = kind
	}
	return k
}

func TestEachKindProposesItsOwnEnd(t *testing.T) {
	k := kinds(t)
	for _, c := range []struct {
		kind   string
		judged portal.Date
		until  portal.Date
		known  bool
	}{
		{"address-proof", "2026-11-16", "2027-02-16", true},
		{"address-proof", "2026-11-30", "2027-02-28", true}, // no 30 February
		{"address-proof", "2027-11-30", "2028-02-29", true},
		{"theft-report", "2026-02-28", "2027-02-28", true},
		{"liability-insurance", "2026-11-16", "2027-08-31", true},
		{"liability-insurance", "2027-06-30", "2027-08-31", true},
		{"liability-insurance", "2027-07-01", "2028-08-31", true}, // given in summer, it is for the year to come
		{"liability-insurance", "2027-09-01", "2028-08-31", true},
		{"family-book", "2026-11-16", "", true}, // for ever
		{"identity", "2026-11-16", "", false},
		{"no such kind", "2026-11-16", "", true},
	} {
		if until, known := Proposed(k.Of(c.kind), c.judged); until != c.until || known != c.known {
			t.Errorf("%s judged on %s: %q %v, not %q %v", c.kind, c.judged, until, known, c.until, c.known)
		}
	}
}

func TestAnAgentShortensAndLengthensOnlyOnPurpose(t *testing.T) {
	k := kinds(t)
	for _, c := range []struct {
		kind   string
		until  portal.Date
		longer bool
		want   portal.Code
	}{
		{"address-proof", "2027-02-16", false, ""},
		{"address-proof", "2026-12-01", false, ""},
		{"address-proof", "2026-11-16", false, ""}, // today still
		{"address-proof", "2026-11-15", false, UntilPast},
		{"address-proof", "2027-02-17", false, UntilLonger},
		{"address-proof", "2027-02-17", true, ""},
		{"address-proof", "", false, UntilLonger}, // for ever is longer than three months
		{"address-proof", "2027-02-30", false, portal.Invalid},
		{"address-proof", "demain", true, portal.Invalid},
		{"address-proof", "2046-11-17", true, UntilFar},
		{"identity", "", false, UntilNeeded},
		{"identity", "", true, UntilNeeded},
		{"identity", "2036-05-01", false, ""}, // its own date
		{"identity", "2026-11-15", false, UntilPast},
		{"family-book", "", false, ""},
		{"family-book", "2027-01-01", false, ""},
	} {
		e := CheckUntil(k.Of(c.kind), "2026-11-16", c.until, c.longer)
		if got := portal.CodeOf(orNil(e)); got != c.want || e != nil && e.Field != "until" {
			t.Errorf("%s until %q, longer %v: %v, not %q", c.kind, c.until, c.longer, e, c.want)
		}
	}
}

func orNil(e *portal.Error) error {
	if e == nil {
		return nil
	}
	return e
}

func TestNamesOfFiles(t *testing.T) {
	for in, want := range map[string]string{
		"quittance.pdf": "quittance.pdf",
		`C:\Users\Moi\Mes documents\carte é.jpeg`: "carte é.jpeg",
		"../../etc/passwd":                        "passwd",
		"a\x00b\n c\t.pdf":                        "ab c.pdf",
		"facture\u202efdp.exe":                    "facturefdp.exe",
		" .. ":                                    "",
		"\xff\xfe.png":                            "png",
		strings.Repeat("é", 300) + ".pdf":         strings.Repeat("é", 111) + "…éééé.pdf",
	} {
		got := CleanName(in)
		if got != want || utf8.RuneCountInString(got) > MaxName || CleanName(got) != got {
			t.Errorf("%q is kept as %q (%d), not %q", in, got, utf8.RuneCountInString(got), want)
		}
	}
}

// scene is an account's documents and requests, drawn at random but among few
// kinds and children, so that they meet.
type scene struct {
	kinds   Kinds
	given   []Document
	waiting []Waiting
	today   portal.Date
}

func draw(t *rapid.T) scene {
	s := scene{kinds: Kinds{"own": {ID: "own"}, "childs": {ID: "childs", Child: true}}, today: "2026-11-16"}
	kind := rapid.SampledFrom([]string{"own", "childs", "gone"})
	child := rapid.SampledFrom([]portal.ID{"", "lea", "noe"})
	for i := range rapid.IntRange(0, 7).Draw(t, "given") {
		n := s.kinds.Need(kind.Draw(t, "kind"), child.Draw(t, "child"))
		s.given = append(s.given, Document{
			ID: portal.ID(fmt.Sprint("d", i)), Kind: n.Kind, Child: n.Child, Sent: int64(rapid.IntRange(0, 5).Draw(t, "sent")),
			Status: rapid.SampledFrom([]Status{Submitted, Valid, Rejected}).Draw(t, "status"),
			Until:  rapid.SampledFrom([]portal.Date{"", "2026-11-15", "2026-11-16", "2027-08-31"}).Draw(t, "until"),
		})
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "waiting") {
		w := Waiting{Request: portal.ID(fmt.Sprint("r", i)), Child: child.Draw(t, "child")}
		for _, k := range rapid.SliceOfNDistinct(kind, 0, 3, rapid.ID[string]).Draw(t, "asked") {
			w.Asked = append(w.Asked, Asked{Kind: k, Indispensable: rapid.Bool().Draw(t, "indispensable")})
		}
		s.waiting = append(s.waiting, w)
	}
	return s
}

// A valid document is found again by every request that asks for its kind,
// until the day it expires; whatever else is asked for is to give or waits to
// be looked at, and nothing stands twice.
func TestWhatIsToGive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		g := Group(s.kinds, s.given, s.waiting, s.today)
		has := func(n Need, status Status) bool {
			return slices.ContainsFunc(s.given, func(d Document) bool { return d.Need() == n && d.On(s.today) == status })
		}
		in := func(items []Item, n Need) []Item {
			return slices.DeleteFunc(slices.Clone(items), func(i Item) bool { return i.Need != n })
		}
		for _, w := range s.waiting {
			for n, item := range For(s.kinds, s.given, w, s.today) {
				need := s.kinds.Need(w.Asked[n].Kind, w.Child)
				if item.Need != need || (item.Status == Valid) != has(need, Valid) {
					t.Fatalf("%s of %s stands as %s", need, w.Request, item.Status)
				}
				waits := in(g.ToGive, need)
				answered := has(need, Valid) || has(need, Submitted)
				asks := slices.ContainsFunc(waits, func(i Item) bool { return slices.Contains(i.Requests, w.Request) })
				if asks == answered {
					t.Fatalf("%v of %s: answered %v and asked for %v", need, w.Request, answered, asks)
				}
				if !has(need, Valid) && has(need, Submitted) && !slices.Contains(in(g.ToCheck, need)[0].Requests, w.Request) {
					t.Fatalf("%v is looked at and %s does not wait for it", need, w.Request)
				}
				if asks && w.Asked[n].Indispensable && !waits[0].Indispensable {
					t.Fatalf("%v is not told to be indispensable", need)
				}
			}
		}
		seen := map[portal.ID]bool{}
		for _, i := range g.All() {
			if i.Document == nil {
				if i.Status != Missing || len(i.Requests) == 0 {
					t.Fatalf("nobody waits for %+v", i)
				}
				continue
			}
			if i.Document.On(s.today) != i.Status || i.Document.Need() != i.Need || seen[i.Document.ID] {
				t.Fatalf("%+v stands as %s, or twice", *i.Document, i.Status)
			}
			seen[i.Document.ID] = true
		}
		for _, d := range s.given {
			status := d.On(s.today)
			switch {
			case status == Submitted && !seen[d.ID]:
				t.Fatalf("%+v is nowhere", d)
			case status == Valid && len(in(g.Valid, d.Need())) != 1:
				t.Fatalf("%v has %d valid lines", d.Need(), len(in(g.Valid, d.Need())))
			case status == Expired && len(in(g.Expired, d.Need())) == 0 != has(d.Need(), Valid):
				t.Fatalf("%v: expired beside a valid one, or not told", d.Need())
			}
		}
		// The order in which they are given decides nothing.
		slices.Reverse(s.given)
		if other := Group(s.kinds, s.given, s.waiting, s.today); len(other.All()) != len(g.All()) || len(other.ToGive) != len(g.ToGive) {
			t.Fatalf("%+v in another order is %+v", g, other)
		}
	})
}

// One document of the adult serves all their requests; one of a child's no
// other child's.
func TestOneDocumentServesAllThatAskForIt(t *testing.T) {
	k := kinds(t)
	given := []Document{
		{ID: "q", Kind: "family-quotient", Status: Valid, Until: "2027-08-31"},
		{ID: "i", Kind: "liability-insurance", Child: "lea", Status: Valid, Until: "2027-08-31"},
	}
	asked := []Asked{{Kind: "family-quotient"}, {Kind: "liability-insurance"}}
	waiting := []Waiting{{"r1", "lea", asked}, {"r2", "noe", asked}}
	g := Group(k, given, waiting, "2027-08-31")
	if len(g.ToGive) != 1 || g.ToGive[0].Need != (Need{"liability-insurance", "noe"}) || !slices.Equal(g.ToGive[0].Requests, []portal.ID{"r2"}) || len(g.Valid) != 2 {
		t.Errorf("on its last day: %+v", g)
	}
	g = Group(k, given, waiting, "2027-09-01")
	if len(g.ToGive) != 3 || len(g.Valid) != 0 || len(g.Expired) != 2 || !slices.Equal(g.ToGive[0].Requests, []portal.ID{"r1", "r2"}) {
		t.Errorf("the day after: %+v", g)
	}
}

// Who has sent something and has to send it again finds that first.
func TestWhatWasRejectedComesFirst(t *testing.T) {
	given := []Document{{ID: "i", Kind: "liability-insurance", Child: "lea", Status: Rejected, Reason: Unreadable}}
	g := Group(kinds(t), given, []Waiting{{"r1", "lea", []Asked{{Kind: "family-quotient"}, {Kind: "vaccinations"}, {Kind: "liability-insurance"}}}}, "2026-11-16")
	var order []string
	for _, i := range g.ToGive {
		order = append(order, i.Kind)
	}
	if want := []string{"liability-insurance", "family-quotient", "vaccinations"}; !slices.Equal(order, want) {
		t.Errorf("to give are %v, not %v", order, want)
	}
}

func TestWhatIsAskedDependsOnTheAnswers(t *testing.T) {
	all, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	k := kinds(t)
	i := slices.IndexFunc(all, func(p *requests.Procedure) bool { return p.ID == "fiche-enfant" })
	without := AskedBy(all[i], requests.Answers{}, "2026-11-16")
	with := AskedBy(all[i], requests.Answers{"hasCarePlan": true}, "2026-11-16")
	if len(with) != len(without)+1 || with[len(with)-1].Kind != "care-plan" {
		t.Errorf("%v without a care plan, %v with one", without, with)
	}
	for _, p := range all {
		for _, d := range p.Documents {
			if _, known := k[d.Kind]; !known {
				t.Errorf("%s asks for %s, of which nothing is known", p.ID, d.Kind)
			}
		}
	}
}

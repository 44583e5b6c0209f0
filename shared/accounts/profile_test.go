package accounts

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"parvis/shared/portal"
)

const today portal.Date = "2026-09-15"

func claire() Profile {
	return Profile{
		Title: Madam, FirstName: "Claire", LastName: "Martel", BirthDate: "1988-03-12",
		Address: Address{Line1: "4 rue des Tilleuls", Postcode: "25320", City: "Saint-Aubin-sur-Vesle"},
		Mail:    "claire.martel@exemple.fr", Mobile: "06 12 34 56 78",
	}
}

func TestProfile(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Profile)
		again  string
		code   portal.Code
		field  string
	}{
		"as it should be":       {func(p *Profile) {}, "Claire.Martel@exemple.fr ", "", ""},
		"no title, no mobile":   {func(p *Profile) { p.Title, p.Mobile = "", "" }, "", "", ""},
		"unknown title":         {func(p *Profile) { p.Title = "dr" }, "", BadTitle, "title"},
		"no first name":         {func(p *Profile) { p.FirstName = "  " }, "", portal.Missing, "firstName"},
		"digits in a name":      {func(p *Profile) { p.LastName = "Martel2" }, "", BadName, "lastName"},
		"hyphens alone":         {func(p *Profile) { p.LastName = "--" }, "", BadName, "lastName"},
		"a long name":           {func(p *Profile) { p.LastName = strings.Repeat("é", 61) }, "", portal.TooLong, "lastName"},
		"a name of 60":          {func(p *Profile) { p.LastName = strings.Repeat("é", 60) }, "", "", ""},
		"an apostrophe":         {func(p *Profile) { p.LastName = "L’Hôpital-N'Diaye" }, "", "", ""},
		"another script":        {func(p *Profile) { p.LastName = "Ковальчук" }, "", "", ""},
		"no birth date":         {func(p *Profile) { p.BirthDate = "" }, "", portal.Missing, "birthDate"},
		"a day that is not":     {func(p *Profile) { p.BirthDate = "1990-02-30" }, "", BadDate, "birthDate"},
		"tomorrow":              {func(p *Profile) { p.BirthDate = today.Add(1) }, "", FutureDate, "birthDate"},
		"18 tomorrow":           {func(p *Profile) { p.BirthDate = "2008-09-16" }, "", TooYoung, "birthDate"},
		"18 today":              {func(p *Profile) { p.BirthDate = "2008-09-15" }, "", "", ""},
		"a slip in the century": {func(p *Profile) { p.BirthDate = "1888-03-12" }, "", TooOld, "birthDate"},
		"no street":             {func(p *Profile) { p.Address.Line1 = "" }, "", portal.Missing, "address.line1"},
		"four digits":           {func(p *Profile) { p.Address.Postcode = "2532" }, "", BadPostcode, "address.postcode"},
		"a spaced postcode":     {func(p *Profile) { p.Address.Postcode = "25 320" }, "", "", ""},
		"department 00":         {func(p *Profile) { p.Address.Postcode = "00100" }, "", BadPostcode, "address.postcode"},
		"Belgium":               {func(p *Profile) { p.Address.Postcode, p.Address.Country = "B-1000", "Belgique" }, "", "", ""},
		"Belgium, no postcode":  {func(p *Profile) { p.Address.Postcode, p.Address.Country = "", "Belgique" }, "", "", ""},
		"no town":               {func(p *Profile) { p.Address.City = "" }, "", portal.Missing, "address.city"},
		"a control character":   {func(p *Profile) { p.Address.Line2 = "bât.\x00B" }, "", BadText, "address.line2"},
		"turned text":           {func(p *Profile) { p.Address.Line2 = "\u202eB" }, "", BadText, "address.line2"},
		"no mail":               {func(p *Profile) { p.Mail = "" }, "", portal.Missing, "mail"},
		"no at sign":            {func(p *Profile) { p.Mail = "claire.martel" }, "", BadMail, "mail"},
		"another mail":          {func(p *Profile) {}, "claire.martel@exemple.org", MailMismatch, "mailAgain"},
		"mail once":             {func(p *Profile) {}, " ", portal.Missing, "mailAgain"},
		"a landline":            {func(p *Profile) { p.Mobile = "03 81 22 33 44" }, "", BadMobile, "mobile"},
		"a Swiss number":        {func(p *Profile) { p.Mobile = "+41 79 123 45 67" }, "", "", ""},
		"words for a number":    {func(p *Profile) { p.Mobile = "le soir" }, "", BadPhone, "mobile"},
	} {
		p := claire()
		c.change(&p)
		if c.again == "" {
			c.again = p.Mail
		}
		es := CheckProfile(p, c.again, today)
		if c.code == "" {
			if len(es) != 0 {
				t.Errorf("%s: refused with %v", name, es)
			}
			continue
		}
		if e := es.Of(c.field); e == nil || e.Code != c.code {
			t.Errorf("%s: %s has %v, not %s (all: %v)", name, c.field, e, c.code, es)
		}
	}
}

func TestMistakesStandInTheOrderOfTheScreen(t *testing.T) {
	place := map[string]int{}
	for i, f := range ProfileFields {
		place[f] = i
	}
	last := -1
	for _, e := range CheckProfile(Profile{Mobile: "x", Title: "x"}, "", today) {
		at, known := place[e.Field]
		if !known || at < last {
			t.Fatalf("%s stands out of order or is no field", e.Field)
		}
		last = at
	}
}

func TestMail(t *testing.T) {
	for _, good := range []string{"a@b.fr", "prenom.nom+ecole@sous.domaine.example", "o'neil@exemple.fr", "x_y-z@a-b.co"} {
		if n, ok := NormaliseMail("  " + strings.ToUpper(good) + " "); !ok || n != good {
			t.Errorf("%q became %q, %v", good, n, ok)
		}
	}
	for _, bad := range []string{"", "@", "a@b", "a@.fr", "a@b..fr", ".a@b.fr", "a.@b.fr", "a..b@c.fr", "a b@c.fr", "a@-b.fr",
		"a@b.f", "a@b.1r", "a@b@c.fr,", "a,b@c.fr", "a@b.fr\nbcc: c@d.fr", "é@b.fr", strings.Repeat("a", 65) + "@b.fr", "a@" + strings.Repeat("a.", 130) + "fr"} {
		if n, ok := NormaliseMail(bad); ok {
			t.Errorf("%q passes as %q", bad, n)
		}
	}
}

func TestPhone(t *testing.T) {
	for in, want := range map[string]string{
		"06 12 34 56 78": "+33612345678", "06.12.34.56.78": "+33612345678", "06-12-34-56-78": "+33612345678",
		"+33 (0)6 12 34 56 78": "+33612345678", "+33 06 12 34 56 78": "+33612345678", "0033 7 12 34 56 78": "+33712345678",
		"03 81 22 33 44": "+33381223344", "+32 2 123 45 67": "+3221234567",
	} {
		if got, ok := NormalisePhone(in); !ok || got != want {
			t.Errorf("%q became %q, %v", in, got, ok)
		}
	}
	for _, bad := range []string{"", "0", "06 12 34 56", "06 12 34 56 78 9", "612345678", "+0612345678", "06 12 34 56 7O", "+", "+33", "00", "(0)", "++33612345678", "+33 0 06 12 34 56 78", "+12345678901234567"} {
		if got, ok := NormalisePhone(bad); ok {
			t.Errorf("%q passes as %q", bad, got)
		}
	}
}

func TestNormalisingTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String()
		p := Profile{FirstName: s.Draw(t, "first"), LastName: s.Draw(t, "last"), Mail: s.Draw(t, "mail"),
			Mobile:  rapid.StringMatching(`[+0-9 .()]{0,18}`).Draw(t, "mobile"),
			Address: Address{s.Draw(t, "l1"), s.Draw(t, "l2"), s.Draw(t, "pc"), s.Draw(t, "city"), rapid.SampledFrom([]string{"", "FR", "france", "Suisse"}).Draw(t, "country")}}
		once := p.Normalise()
		if twice := once.Normalise(); twice != once {
			t.Fatalf("%+v\nbecame\n%+v", once, twice)
		}
		before, after := CheckProfile(p, p.Mail, today), CheckProfile(once, once.Mail, today)
		if len(before) != len(after) {
			t.Fatalf("judged %v as typed, %v as kept", before, after)
		}
	})
}

func TestAge(t *testing.T) {
	for _, c := range []struct {
		birth, on portal.Date
		want      int
	}{{"2020-03-12", "2026-03-11", 5}, {"2020-03-12", "2026-03-12", 6}, {"2020-02-29", "2026-02-28", 5}, {"2020-02-29", "2026-03-01", 6}, {"2026-03-12", "2026-03-11", -1}, {"x", "2026-03-11", 0}} {
		if got := Age(c.birth, c.on); got != c.want {
			t.Errorf("born %s one is %d on %s, not %d", c.birth, got, c.on, c.want)
		}
	}
}

func TestLogin(t *testing.T) {
	for in, want := range map[string]string{" Claire.Martel ": "claire.martel", "Hélène-2": "helene-2", "abc": "abc"} {
		if got, e := CheckLogin(in); e != nil || got != want {
			t.Errorf("%q became %q, %v", in, got, e)
		}
	}
	for in, want := range map[string]portal.Code{"": portal.Missing, "ab": ShortLogin, "a b c": BadLogin, ".abc": BadLogin, "abc-": BadLogin,
		"claire@martel": BadLogin, "иван": BadLogin, strings.Repeat("a", 33): portal.TooLong} {
		if got, e := CheckLogin(in); e == nil || e.Code != want {
			t.Errorf("%q became %q, %v", in, got, e)
		}
	}
}

func TestProposedLogins(t *testing.T) {
	p := claire()
	for n, want := range map[int]string{1: "claire.martel", 2: "claire.martel2", 11: "claire.martel11"} {
		if got := ProposeLogin(p, n); got != want {
			t.Errorf("the %d. proposal is %q", n, got)
		}
	}
	p.FirstName, p.LastName = "Anne-Sophie", "L'Hôpital de la Tour"
	if got := ProposeLogin(p, 1); got != "anne-sophie.lhopital-de-la-tour" {
		t.Errorf("proposed %q", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := Profile{FirstName: rapid.String().Draw(t, "first"), LastName: rapid.String().Draw(t, "last")}
		n := rapid.IntRange(1, 99999).Draw(t, "n")
		got := ProposeLogin(p, n)
		if kept, e := CheckLogin(got); e != nil || kept != got {
			t.Fatalf("proposed %q: %v", got, e)
		}
		if got == ProposeLogin(p, n+1) {
			t.Fatalf("proposed %q twice", got)
		}
	})
}

func TestRoles(t *testing.T) {
	agent := Role{Kind: Staff, Desks: []Desk{Childhood}, Sites: []string{"jules-ferry"}}
	for _, c := range []struct {
		role       Role
		desk, site bool
	}{{Role{}, false, false}, {Role{Kind: Family, Desks: []Desk{Childhood}, Sites: []string{"jules-ferry"}, Admin: true}, false, false},
		{agent, true, true}, {Role{Kind: Staff}, false, false}, {Role{Kind: Staff, Admin: true}, true, true}} {
		if c.role.AtDesk(Childhood) != c.desk || c.role.AtSite("jules-ferry") != c.site {
			t.Errorf("%+v: desk %v, site %v", c.role, c.role.AtDesk(Childhood), c.role.AtSite("jules-ferry"))
		}
	}
	if agent.AtDesk(Planning) || agent.AtSite("les-tilleuls") {
		t.Error("an agent works where they do not")
	}
	if (RightsOf(NoCustody) != LinkRights{}) || (RightsOf("other") != LinkRights{}) || !RightsOf(SharedCustody).Change {
		t.Error("custody gives other rights than it should")
	}
	if Custody("").Valid() || !SharedCustody.Valid() {
		t.Error("a custody that is none passes, or one does not")
	}
}

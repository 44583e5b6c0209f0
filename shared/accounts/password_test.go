package accounts

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"parvis/assets/passwords"
	"parvis/shared/portal"
)

var claireContext = PasswordContext{Login: "claire.martel", FirstName: "Claire", LastName: "Martel",
	Mail: "claire.martel@exemple.fr", BirthDate: "1988-03-12", Town: "Saint-Aubin-sur-Vesle"}

func TestPassword(t *testing.T) {
	for pw, want := range map[string]portal.Code{
		"parapluie violon cactus":         "",
		"trombone-givre-echelle-9":        "",
		"kQ7!vm2Zr#9xLp":                  "",
		"le vélo de ma grand-mère grince": "",
		strings.Repeat("vif zèbre ", 12):  "",
		"":                                portal.Missing,
		"kQ7!vm2Zr#9":                     PasswordShort,
		strings.Repeat("kQ7!vm2Zr#", 13):  PasswordLong,
		strings.Repeat("a", 5000):         PasswordLong,
		"motdepasse123":                   PasswordCommon,
		"MotDePasse1234":                  PasswordCommon,
		"M0tD3P4ss3!!":                    PasswordCommon,
		"azertyuiop12":                    PasswordCommon,
		"parissaintgermain":               PasswordCommon,
		"Marseille!2031!":                 PasswordCommon,
		"soleilsoleil":                    PasswordCommon,
		"soleil.soleil.soleil":            PasswordCommon,
		"123456789012":                    PasswordCommon,
		"Claire.Martel88":                 PasswordPersonal,
		"martelclaire12031988":            PasswordPersonal,
		"saint-aubin-sur-vesle":           PasswordPersonal,
		"Cl4ir3M4rt3l!!":                  PasswordPersonal,
		"482915073861":                    PasswordSimple,
		"qwertyqwertyu":                   PasswordGuess,
		"aaaaaaaaaaaaaaaaaaaa":            PasswordGuess,
		"abcdefghijklmnop":                PasswordGuess,
		"abc\xffdefghijklm":               BadText,
	} {
		s, e := CheckPassword(pw, claireContext)
		var got portal.Code
		if e != nil {
			got = e.Code
		}
		if got != want {
			t.Errorf("%q: %q, not %q (%+v)", pw, got, want, s)
		}
		if e != nil && s.Score >= passwordScore {
			t.Errorf("%q is refused with a good score %d", pw, s.Score)
		}
	}
}

func TestBits(t *testing.T) {
	for pw, want := range map[string]float64{"": 0, "aaaaaaaaaaaa": 56.4, "111111111111": 39.9, "aA1!": 26.3} {
		if got := bitsOf(pw); got < want-0.1 || got > want+0.1 {
			t.Errorf("%q has %.1f bits, not %.1f", pw, got, want)
		}
	}
}

func TestPasswordFormsAreOne(t *testing.T) {
	if NormalisePassword("ve\u0301lo") != NormalisePassword("vélo") {
		t.Fatal("two ways to type é are two passwords")
	}
}

func TestNoPasswordOfTheListPasses(t *testing.T) {
	for i, pw := range passwords.French() {
		if utf8.RuneCountInString(pw) < PasswordMin && i%9 != 0 {
			continue // short ones fail for their length; a sample is enough
		}
		dresses := []string{pw, strings.ToUpper(pw), pw + "!!", pw + pw}
		if strings.Trim(pw, "abcdefghijklmnopqrstuvwxyz") == "" {
			dresses = append(dresses, "2031"+pw+"2031")
		}
		for _, dressed := range dresses {
			if !common(dressed) {
				t.Errorf("%q is not known", dressed)
			}
		}
		if _, e := CheckPassword(pw, PasswordContext{}); e == nil {
			t.Errorf("%q passes", pw)
		}
	}
	if n := len(passwords.French()); n < 1000 {
		t.Fatalf("the list has %d entries", n)
	}
}

func TestAcceptedPasswordsKeepTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pw := rapid.OneOf(
			rapid.String(),
			rapid.StringMatching(`[a-zA-Z0-9 !#é]{8,24}`),
			rapid.StringMatching(`(soleil|martel|claire|azerty|[0-9]){2,8}`),
		).Draw(t, "pw")
		s, e := CheckPassword(pw, claireContext)
		again, e2 := CheckPassword(pw, claireContext)
		if s != again || (e == nil) != (e2 == nil) {
			t.Fatalf("%q is judged in two ways", pw)
		}
		if s.Score < 0 || s.Score > 4 {
			t.Fatalf("score %d", s.Score)
		}
		if n := utf8.RuneCountInString(NormalisePassword(pw)); e == nil && (n < PasswordMin || n > PasswordMax || s.Bits < 50 || s.Score < 3) {
			t.Fatalf("%q passes with %+v", pw, s)
		}
	})
}

func FuzzCheckPassword(f *testing.F) {
	for _, s := range []string{"", "parapluie violon cactus", "p@$$w0rd!|7|1", "\xff", "иванивановичиван", strings.Repeat("4@", 200), "é€😀👩‍👩‍👧"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, pw string) {
		if s, e := CheckPassword(pw, claireContext); e == nil && (s.Score < 3 || s.Bits < 50) {
			t.Fatalf("%q passes with %+v", pw, s)
		}
	})
}

func BenchmarkCheckPassword(b *testing.B) {
	for name, pw := range map[string]string{"typical": "trombone-givre-echelle-9", "longest": strings.Repeat("a4@|7!1$", 16)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				CheckPassword(pw, claireContext)
			}
		})
	}
}

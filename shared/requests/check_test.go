package requests

import (
	"encoding/json"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"parvis/shared/accounts"
	"parvis/shared/portal"
)

const (
	someone = "0197c2a0-0000-7000-8000-000000000001"
	another = "0197c2a0-0000-7000-8000-000000000002"
)

func everything(t testing.TB) *Procedure {
	data, err := os.ReadFile("testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func context() Context {
	return Context{Today: "2026-09-15", People: []portal.ID{someone},
		Sources: map[string][]Choice{"sites": {{ID: "jules-ferry", Label: Text{"Jules-Ferry", "Jules-Ferry"}}}}}
}

// good answers every question, in canonical form.
const good = `{
	"line":"Bonjour","story":"Une\nhistoire","who":"N'Diaye","amount":12.5,"price":1250,"born":"2019-03-12","leaves":"2026-09-15",
	"month":"2026-03","hour":"08:30","wants":true,"pick":"b","many":["x","z"],"site":"jules-ferry",
	"home":{"line1":"4 rue des Tilleuls","line2":"","postcode":"25320","city":"Saint-Aubin-sur-Vesle","country":"France"},
	"child":"` + someone + `","call":"+33612345678","mail":"claire@exemple.fr","account":"FR7630006000011234567890189",
	"plate":"AB-123-CD","land":"AB 123","paper":["` + another + `"],"detail":"more","deeper":"still",
	"rows":[{"name":"Léa","flag":true,"line":"oui"},{"name":"Tom"}],"must":true}`

func answers(t interface{ Fatal(...any) }, data string) Answers {
	a, e := Decode([]byte(data))
	if e != nil {
		t.Fatal(e)
	}
	return a
}

func TestGoodAnswersPassAndStayAsTheyAre(t *testing.T) {
	p, a := everything(t), answers(t, good)
	if es := Check(p, a, context(), ""); len(es) > 0 {
		t.Fatalf("refused: %v", es)
	}
	if clean := Clean(p, a, context()); !reflect.DeepEqual(clean, a) {
		t.Fatalf("became\n%s\nfrom\n%s", clean.Encode(), a.Encode())
	}
	if v := Computed(p, a, context())["total"]; v != 25.0 {
		t.Fatalf("the total is %v", v)
	}
}

func TestMistakes(t *testing.T) {
	p := everything(t)
	for name, c := range map[string]struct {
		key   string
		value any
		path  string
		code  portal.Code
	}{
		"nothing":                {"line", nil, "line", portal.Missing},
		"blanks":                 {"line", " \t ", "line", portal.Missing},
		"too short":              {"line", "x", "line", TooShort},
		"too long":               {"line", strings.Repeat("é", 11), "line", portal.TooLong},
		"a number for a text":    {"line", 5.0, "line", portal.Invalid},
		"an object for a text":   {"line", map[string]any{}, "line", portal.Invalid},
		"unreadable":             {"line", "a\x00b", "line", accounts.BadText},
		"long text too long":     {"story", strings.Repeat("a", 2001), "story", portal.TooLong},
		"enormous text":          {"story", strings.Repeat("a", 20000), "story", portal.TooLong},
		"a name of digits":       {"who", "R2D2", "who", accounts.BadName},
		"below":                  {"amount", 0.5, "amount", TooSmall},
		"above":                  {"amount", 100.1, "amount", TooBig},
		"too fine":               {"amount", 1.25, "amount", Decimals},
		"words for a number":     {"amount", "douze", "amount", BadNumber},
		"not a number":           {"amount", math.NaN(), "amount", BadNumber},
		"endless":                {"amount", math.Inf(1), "amount", BadNumber},
		"half a cent":            {"price", 100.5, "price", BadMoney},
		"three decimals":         {"price", "1,234", "price", BadMoney},
		"too cheap":              {"price", "0,99", "price", TooSmall},
		"a day that is not":      {"born", "2019-02-29", "born", accounts.BadDate},
		"born tomorrow":          {"born", "2026-09-16", "born", accounts.FutureDate},
		"left yesterday":         {"leaves", "2026-09-14", "leaves", PastDate},
		"month 13":               {"month", "2026-13", "month", BadMonth},
		"a month of one digit":   {"month", "2026-3", "month", BadMonth},
		"24:00":                  {"hour", "24:00", "hour", BadTime},
		"an hour of one digit":   {"hour", "8:30", "hour", BadTime},
		"yes as a word":          {"wants", "oui", "wants", portal.Invalid},
		"no answer to yes or no": {"wants", nil, "wants", portal.Missing},
		"another choice":         {"pick", "c", "pick", BadChoice},
		"another of several":     {"many", []any{"x", "q"}, "many", BadChoice},
		"one for several":        {"many", "x", "many", portal.Invalid},
		"another site":           {"site", "les-tilleuls", "site", BadChoice},
		"no home":                {"home", nil, "home", portal.Missing},
		"half a home":            {"home", map[string]any{"line1": "4 rue"}, "home.postcode", portal.Missing},
		"a home of more":         {"home", map[string]any{"line1": "4 rue", "planet": "Mars"}, "home", portal.Invalid},
		"somebody else's child":  {"child", another, "child", BadPerson},
		"no child's id":          {"child", "lea", "child", BadPerson},
		"half a number":          {"call", "06 12", "call", accounts.BadPhone},
		"half a mail":            {"mail", "claire@", "mail", accounts.BadMail},
		"a slip in the iban":     {"account", "FR7630006000011234567890188", "account", BadIBAN},
		"a short iban":           {"account", "FR76", "account", BadIBAN},
		"a plate of signs":       {"plate", "??", "plate", BadPlate},
		"half a parcel":          {"land", "AB", "land", BadParcel},
		"parcel zero":            {"land", "AB 0000", "land", BadParcel},
		"no document":            {"paper", []any{"scan.pdf"}, "paper", BadFile},
		"no rows":                {"rows", nil, "rows", TooFew},
		"four rows":              {"rows", []any{map[string]any{"name": "A", "flag": true, "line": "z"}, map[string]any{"name": "B"}, map[string]any{"name": "C"}, map[string]any{"name": "D"}}, "rows", TooMany},
		"a row without a name":   {"rows", []any{map[string]any{"name": "Léa"}, map[string]any{}}, "rows[1].name", portal.Missing},
		"a row that is none":     {"rows", []any{"x"}, "rows", portal.Invalid},
		"a row's own condition":  {"rows", []any{map[string]any{"name": "Léa", "flag": true}}, "rows[0].line", portal.Missing},
		"a row's own rule":       {"rows", []any{map[string]any{"name": "Léa", "flag": true, "line": "Léa"}}, "rows[0].line", CheckFailed},
		"the rows' rule":         {"rows", []any{map[string]any{"name": "A"}, map[string]any{"name": "B"}, map[string]any{"name": "C"}}, "rows", CheckFailed},
		"a row's other question": {"rows", []any{map[string]any{"name": "A", "secret": 1}}, "rows[0].secret", UnknownAnswer},
		"a question nobody asks": {"socialSecurity", "1 85", "socialSecurity", UnknownAnswer},
		"a computed answer":      {"total", 5.0, "total", UnknownAnswer},
		"an answer to a text":    {"told", "x", "told", UnknownAnswer},
		"not ticked":             {"must", false, "must", CheckFailed},
		"a rule over two":        {"born", "2026-09-10", "leaves", CheckFailed},
	} {
		a := answers(t, good)
		if c.value == nil {
			delete(a, c.key)
		} else {
			a[c.key] = c.value
		}
		es := Check(p, a, context(), "")
		if e := es.Of(c.path); e == nil || e.Code != c.code {
			t.Errorf("%s: %s has %v, not %s; all: %v", name, c.path, e, c.code, es)
		}
	}
}

func TestWhatIsTypedBecomesWhatIsKept(t *testing.T) {
	p := everything(t)
	for _, c := range []struct {
		key  string
		in   any
		want any
	}{
		{"line", "  Bon  jour ", "Bon jour"},
		{"line", "e\u0301te\u0301", "été"},
		{"story", " a\r\nb ", "a\nb"},
		{"amount", "12,5", 12.5},
		{"amount", json.Number("12.5"), 12.5},
		{"amount", 12, 12.0},
		{"amount", "douze", "douze"}, // kept to be corrected
		{"price", "12,50 €", 1250.0},
		{"price", "1 2", 1200.0},
		{"price", portal.Money(320), 320.0},
		{"price", "-0", 0.0},
		{"many", []string{"z", "x", "z"}, []any{"x", "z"}},
		{"many", []any{}, nil},
		{"pick", "q", nil},
		{"born", "2019-02-30", "2019-02-30"},
		{"call", "06.12.34.56.78", "+33612345678"},
		{"mail", " Claire@Exemple.FR ", "claire@exemple.fr"},
		{"account", "fr76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"},
		{"plate", "ab123cd", "AB-123-CD"},
		{"plate", "123 abc 25", "123 ABC 25"},
		{"plate", "1-abc-234", "1ABC234"},
		{"land", "ab0123", "AB 123"},
		{"land", "000 0A 7", "A 7"},
		{"child", "new", "new"},
		{"home", accounts.Address{Line1: "4 rue", Postcode: "25 320", City: "Saint-Aubin"}, map[string]any{"line1": "4 rue", "line2": "", "postcode": "25320", "city": "Saint-Aubin", "country": "France"}},
		{"home", map[string]any{"country": "France"}, nil},
		{"rows", []Answers{{"name": " Léa "}}, []any{map[string]any{"name": "Léa"}}},
		{"rows", []map[string]any{{}}, []any{map[string]any{}}},
		{"total", 7.0, nil},
	} {
		a := answers(t, good)
		a[c.key] = c.in
		if got := Clean(p, a, context())[c.key]; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %#v became %#v, not %#v", c.key, c.in, got, c.want)
		}
	}
}

func TestHiddenAnswersAreDroppedDownTheChain(t *testing.T) {
	p, a := everything(t), answers(t, good)
	a["amount"] = 5.0 // hides detail, and so what depends on detail
	clean := Clean(p, a, context())
	if _, ok := clean["detail"]; ok || clean["deeper"] != nil {
		t.Fatalf("kept %s", clean.Encode())
	}
	if es := Check(p, a, context(), ""); len(es) > 0 {
		t.Fatalf("hidden answers are mistakes: %v", es)
	}
	a["wants"] = false // hides a whole page
	clean = Clean(p, a, context())
	for _, key := range []string{"home", "rows", "mail"} {
		if _, ok := clean[key]; ok {
			t.Errorf("%s of a hidden page is kept", key)
		}
	}
	if es := Check(p, a, context(), ""); len(es) > 0 {
		t.Fatalf("a hidden page has mistakes: %v", es)
	}
	shown := Shown(p, a, context())
	if shown.Pages["two"] || !shown.Pages["three"] || shown.Fields["home"] || !shown.Fields["line"] {
		t.Fatalf("shown: %+v", shown)
	}
}

func TestComputedFieldsOpenOthers(t *testing.T) {
	p, a := everything(t), answers(t, good)
	a["many"], a["amount"] = []any{"x", "y", "z"}, 20.0
	if e := Check(p, a, context(), "").Of("last"); e == nil || e.Code != portal.Missing {
		t.Fatalf("a total of 60 asks no more: %v", e)
	}
}

func TestOnePageIsJudgedAlone(t *testing.T) {
	p := everything(t)
	es := Check(p, Answers{"wants": true, "stranger": 1}, context(), "two")
	if es.Of("home") == nil || es.Of("rows") == nil {
		t.Fatalf("page two has %v", es)
	}
	for _, e := range es {
		if page, f := p.FieldAt(e.Field); f == nil || page.Key != "two" {
			t.Errorf("%s is not on page two", e.Field)
		}
	}
	if all := Check(p, Answers{"wants": true, "stranger": 1}, context(), ""); all.Of("stranger") == nil || all.Of("line") == nil || all[0].Field != "line" {
		t.Fatalf("all pages have %v", all)
	}
}

func TestWhatTheCallerDoesNotHaveIsNotJudged(t *testing.T) {
	p, a := everything(t), answers(t, good)
	a["site"], a["child"] = "elsewhere", another
	if es := Check(p, a, Context{Today: "2026-09-15"}, ""); len(es) > 0 {
		t.Fatalf("judged without lists: %v", es)
	}
	if es := Check(p, a, Context{Today: "2026-09-15", People: []portal.ID{}, Sources: map[string][]Choice{"sites": nil}}, ""); es.Of("site") == nil || es.Of("child") == nil {
		t.Fatalf("empty lists know everybody: %v", es)
	}
}

func TestDocuments(t *testing.T) {
	p := everything(t)
	if d := DocumentsFor(p, answers(t, good), context()); len(d) != 2 || !d[0].Indispensable {
		t.Fatalf("asked for %+v", d)
	}
	if d := DocumentsFor(p, Answers{}, context()); len(d) != 1 || d[0].Kind != "always" {
		t.Fatalf("asked for %+v", d)
	}
}

func TestCheckSentencesComeAlong(t *testing.T) {
	a := answers(t, good)
	a["must"] = false
	e := Check(everything(t), a, context(), "").Of("must")
	if e == nil || e.Args["fr"] != "Cochez" || e.Args["en"] != "Tick" {
		t.Fatalf("said %v", e)
	}
}

func TestDecodeRefusesWhatIsNoForm(t *testing.T) {
	for _, data := range []string{`[]`, `"x"`, `{`, `{}{}`, `5`} {
		if a, e := Decode([]byte(data)); e == nil {
			t.Errorf("%s became %v", data, a)
		}
	}
	if _, e := Decode([]byte(`{"a":"` + strings.Repeat("x", MaxAnswers) + `"}`)); e == nil || e.Code != TooLarge {
		t.Errorf("too large: %v", e)
	}
	for _, data := range []string{``, ` `, `null`, `{}`} {
		if a, e := Decode([]byte(data)); e != nil || a == nil || string(a.Encode()) != "{}" {
			t.Errorf("%q: %v, %v", data, a, e)
		}
	}
}

func TestManyUnknownAnswersAreToldBriefly(t *testing.T) {
	a := answers(t, good)
	for i := range 1000 {
		a["x"+strings.Repeat("y", i)] = 1
	}
	if es := Check(everything(t), a, context(), ""); len(es) != 10 {
		t.Fatalf("%d mistakes told", len(es))
	}
}

func TestMistakenAnswersAreNotSeenByOthers(t *testing.T) {
	p, a := everything(t), answers(t, good)
	a["amount"] = "douze" // stays to be corrected, and counts as not answered
	if Shown(p, a, context()).Fields["detail"] {
		t.Fatal("a question is asked because of a number that is none")
	}
	a["amount"] = 99.99 // one digit too many
	if Shown(p, a, context()).Fields["detail"] {
		t.Fatal("a question is asked because of a mistake")
	}
}

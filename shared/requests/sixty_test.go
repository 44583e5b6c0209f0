package requests

import (
	"encoding/json"
	"fmt"
	"testing"
)

// sixty is a form of sixty questions on six pages, as long as the longest of a
// town hall's: a third shown under a condition, a third checked by a rule.
func sixty(t testing.TB) (*Procedure, Answers) {
	t.Helper()
	both := func(s string) map[string]string { return map[string]string{"fr": s, "en": s} }
	given := map[string]any{}
	var pages []map[string]any
	for p := range 6 {
		var fields []map[string]any
		for i := range 10 {
			key := fmt.Sprintf("q%02d", 10*p+i)
			f := map[string]any{"key": key, "label": both("Question " + key), "required": true}
			switch i % 5 {
			case 0:
				f["kind"], given[key] = "yesno", true
			case 1:
				f["kind"], given[key] = "text", "Bonjour à tous"
				f["when"] = fmt.Sprintf("q%02d", 10*p+i-1)
			case 2:
				f["kind"], given[key] = "number", 12.0
				f["check"] = []map[string]any{{"expr": "value > 0 and value < 100", "message": both("Entre 1 et 99")}}
			case 3:
				f["kind"], given[key] = "date", "2019-03-12"
				f["when"] = fmt.Sprintf("q%02d > 5 and len(q%02d) > 2", 10*p+i-1, 10*p+i-2)
			case 4:
				f["kind"], given[key] = "mail", "claire.martel@exemple.fr"
			}
			fields = append(fields, f)
		}
		pages = append(pages, map[string]any{"key": fmt.Sprint("page", p), "title": both("Une page"), "fields": fields})
	}
	form := map[string]any{
		"id": "soixante", "version": 1, "group": "essais", "desk": "accueil", "title": both("Soixante"), "summary": both("Soixante questions"),
		"explanation": both("Pour mesurer"), "duration": both("Une heure"), "delay": both("Aussitôt"), "legal": both("Aucun"), "online": true, "pages": pages,
	}
	raw, err := json.Marshal(form)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	if raw, err = json.Marshal(given); err != nil {
		t.Fatal(err)
	}
	return p, answers(t, string(raw))
}

// BenchmarkCheckSixty judges a form of sixty questions, as at each field that
// is left and once more on the server.
func BenchmarkCheckSixty(b *testing.B) {
	p, a := sixty(b)
	if wrong := Check(p, a, context(), ""); len(wrong) > 0 {
		b.Fatal(wrong)
	}
	for b.Loop() {
		Check(p, a, context(), "")
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/60, "µs/question")
}

// Half the answers taken out, what is asked then is found missing, and no more.
func TestSixtyQuestionsAreEachJudged(t *testing.T) {
	p, a := sixty(t)
	for i := 4; i < 60; i += 5 {
		delete(a, fmt.Sprintf("q%02d", i))
	}
	if wrong := Check(p, a, context(), ""); len(wrong) != 12 {
		t.Errorf("12 mail addresses are missing, and %d mistakes are found: %v", len(wrong), wrong)
	}
}

package requests

import (
	"testing"
)

func TestWhatIsTakenFromAnEarlierRequest(t *testing.T) {
	p := altered(t,
		`"key": "line",`, `"key": "line", "reuse": "self",`,
		`"key": "who",`, `"key": "who", "reuse": "never",`,
		`"key": "hour",`, `"key": "hour", "health": true,`)
	a, ctx := answers(t, good), context()
	for _, same := range []bool{true, false} {
		got := Reusable(p, a, ctx, same)
		for key, want := range map[string]bool{
			"story": true, "amount": true, "home": true, "rows": true, "site": true,
			"line": same, "hour": same, // one's own, and health, are nobody else's
			"who": false, "child": false, "paper": false, "must": false, "leaves": false,
		} {
			if _, taken := got[key]; taken != want {
				t.Errorf("same person %v: %s is taken: %v", same, key, taken)
			}
		}
	}
	// What no longer fits the rules of today is not offered.
	ctx.Sources = map[string][]Choice{"sites": {}}
	a["mail"] = "claire"
	got := Reusable(p, a, ctx, true)
	for _, key := range []string{"site", "mail"} {
		if _, taken := got[key]; taken {
			t.Errorf("%s is taken", key)
		}
	}
}

package catalogue

import (
	"testing"

	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/requests/sample"
)

// Every form can be filled in, with as little and with as much as one likes:
// what a person could never send would not be noticed otherwise.
func TestEveryFormCanBeFilledIn(t *testing.T) {
	seeds := uint64(25)
	if testing.Short() {
		seeds = 3
	}
	fresh := portal.ID("0197c2a0-0000-7000-8000-000000000002")
	for _, p := range load(t) {
		ctx := day
		ctx.People = append([]portal.ID{fresh}, ctx.People...)
		asked := map[string]bool{}
		for seed := range seeds {
			for _, full := range []bool{false, true} {
				a, err := sample.Make(p, ctx, seed, full, fresh)
				if err != nil {
					t.Errorf("%s, seed %d, full %v: %v", p.ID, seed, full, err)
					continue
				}
				for key := range a {
					asked[key] = true
				}
				if len(requests.Check(p, a, ctx, "")) > 0 {
					t.Errorf("%s: answers are no longer right once cleaned", p.ID)
				}
			}
		}
		// What no seed ever asks is asked of nobody.
		for _, page := range p.Pages {
			for _, f := range page.Fields {
				switch f.Kind {
				case requests.KindComputed, requests.KindExplanation, requests.KindFile:
				default:
					if !asked[f.Key] && !testing.Short() {
						t.Errorf("%s: nothing ever brings up %s", p.ID, f.Key)
					}
				}
			}
		}
	}
}

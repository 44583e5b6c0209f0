package service_test

import (
	"context"
	"encoding/json"
	"math"
	"math/rand"
	"reflect"
	"strings"
	"testing"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
)

// garbage fills arguments with what no window of ours sends: days and children
// that are not, numbers beyond counting, signs that no database holds, texts
// without end, and among them what there is.
type garbage struct {
	*rand.Rand
	ids    []portal.ID
	within int // so many lists: what is in one is short, or there would be no end of it
}

func (g garbage) pick(of ...string) string { return of[g.Intn(len(of))] }

func (g garbage) text() string {
	return g.pick("", " ", "a", "é", "a\x00b", "\u202e", "\x1b[2J", "<script>", "' OR 1=1 --", "{{.}}", "%s", strings.Repeat("é", 5000), "x@exemple.fr", "card", "full", "shared", "judgment",
		"partner", "book", "see", "etat-civil", "enfance", "booked", "missed", "never", "2026-11", "06 39 98 00 11")
}

func (g garbage) id() portal.ID {
	if g.Intn(2) == 0 {
		return g.ids[g.Intn(len(g.ids))]
	}
	return portal.ID(g.pick("", "x", "a\x00b", string(portal.NewID()), strings.Repeat("a", 5000), "*", "/", string(demo.Canteen), "titres", "etat-civil"))
}

func (g garbage) fill(v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[portal.ID]():
		v.SetString(string(g.id()))
	case v.Type() == reflect.TypeFor[portal.Date]():
		v.SetString(g.pick("", "2026-02-29", "2028-02-29", "2026-11-16", "2026-12-01", "2027-01-01", "0000-00-00", "9999-12-31", "+2026-1-1", "2026-11-16T00:00", "16/11/2026", "a\x00b", "2026-W53-1"))
	case v.Type() == reflect.TypeFor[json.RawMessage]():
		v.SetBytes([]byte(g.pick(`{}`, `[]`, `null`, `"x"`, `1e400`, `{"a":{"a":{"a":[[[[]]]]}}}`, `{"people":[{}]}`, `"\u0000"`)))
	default:
		switch v.Kind() {
		case reflect.String:
			v.SetString(g.text())
		case reflect.Bool:
			v.SetBool(g.Intn(2) == 0)
		case reflect.Int, reflect.Int64:
			v.SetInt([]int64{0, 1, -1, 540, math.MaxInt64, math.MinInt64, math.MaxInt32, portal.Date("2026-11-23").At(9, 45).UnixMicro()}[g.Intn(8)])
		case reflect.Pointer:
			if g.Intn(2) == 0 {
				v.Set(reflect.New(v.Type().Elem()))
				g.fill(v.Elem())
			}
		case reflect.Slice:
			n := []int{0, 1, 3, 200}[g.Intn(4)]
			if g.within > 0 {
				n = min(n, 3)
			}
			g.within++
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				g.fill(v.Index(i))
			}
		case reflect.Map:
			v.Set(reflect.MakeMap(v.Type()))
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			g.fill(key)
			g.fill(value)
			v.SetMapIndex(key, value)
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					g.fill(v.Field(i))
				}
			}
		}
	}
}

// Whatever stands in a command, it is decided: never a fault, which would be
// sent again for ever, and what is refused has a code that says why.
func TestAnyCommandIsDecided(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		g := garbage{Rand: rand.New(rand.NewSource(4)), ids: []portal.ID{familyChild, foreignChild, w.account(family), w.account(otherParent), w.pacs(family), w.given(t), w.delegated(booker)}}
		decided := map[string]int{}
		for _, spec := range wire.Commands {
			var all []json.RawMessage
			for range 25 {
				args := reflect.New(reflect.TypeOf(spec.Args()).Elem())
				g.fill(args.Elem())
				raw, err := json.Marshal(args.Interface())
				if err != nil {
					continue // no JSON: it never leaves a window
				}
				if len(raw) > 60_000 {
					continue
				}
				all = append(all, raw)
			}
			for _, who := range []string{family, otherParent, booker, deskAgent, otherAgent} {
				for i, v := range together(t, w.desks[who], spec.Type, all) {
					decided[spec.Type]++
					if !v.Accepted && (v.Error == nil || v.Error.Code == "" || v.Error.Code == portal.Internal) {
						t.Errorf("%s of %s ends as %v: %.300s", spec.Type, who, v.Error, all[i])
					}
				}
			}
		}
		for _, spec := range wire.Commands {
			if decided[spec.Type] == 0 {
				t.Errorf("%s was never sent", spec.Type)
			}
		}
	})
}

// together sends commands as a desktop does that comes back to its line: as many
// at once as one request holds. Each has to be decided.
func together(t *testing.T, d *hosttest.Desk, kind string, all []json.RawMessage) (out []wire.Verdict) {
	t.Helper()
	for at := 0; at < len(all); {
		var batch []wire.Envelope
		for size := 0; at < len(all) && len(batch) < wire.MaxBatch && (size == 0 || size+len(all[at]) < wire.MaxBody/2); at++ {
			_, e := d.Envelope(kind, all[at])
			size, batch = size+len(all[at]), append(batch, e)
		}
		got, err := d.SendCommands(context.Background(), d.Outbox, batch)
		if err != nil || len(got.Verdicts) != len(batch) {
			t.Fatalf("%s: of %d commands %d are decided: %v", kind, len(batch), len(got.Verdicts), err)
		}
		out = append(out, got.Verdicts...)
	}
	return out
}

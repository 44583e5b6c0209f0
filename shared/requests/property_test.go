package requests

import (
	"bytes"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"parvis/shared/portal"
)

// keepsThePromises checks what holds of any answers whatever.
func keepsThePromises(t interface{ Fatalf(string, ...any) }, p *Procedure, a Answers, ctx Context) {
	es := Check(p, a, ctx, "")
	clean := Clean(p, a, ctx)
	if again := Clean(p, clean, ctx); !reflect.DeepEqual(again, clean) {
		t.Fatalf("cleaned twice\n%s\nbecame\n%s", clean.Encode(), again.Encode())
	}
	back, e := Decode(clean.Encode())
	if e == nil && !reflect.DeepEqual(back, clean) {
		t.Fatalf("%s came back as %s", clean.Encode(), back.Encode())
	}
	after := Check(p, clean, ctx, "")
	if len(es) == 0 && len(after) > 0 {
		t.Fatalf("good answers became bad ones: %v", after)
	}
	var pages portal.Errors
	for i := range p.Pages {
		pages = append(pages, Check(p, a, ctx, p.Pages[i].Key)...)
	}
	for _, e := range after {
		if e.Code == UnknownAnswer {
			t.Fatalf("unknown after cleaning: %v", e)
		}
		if _, f := p.FieldAt(e.Field); f == nil {
			t.Fatalf("%v leads nowhere", e)
		}
	}
	known := 0
	for _, e := range es {
		if e.Code != UnknownAnswer {
			known++
		}
	}
	if known != len(pages) {
		t.Fatalf("%d mistakes over all, %d page by page", known, len(pages))
	}
	DocumentsFor(p, a, ctx)
	for _, s := range Recap(p, a, ctx, plain{}) {
		for _, l := range s.Lines {
			if _, f := p.FieldAt(l.Path); f == nil || l.Question == "" {
				t.Fatalf("the recap line %+v is about nothing", l)
			}
		}
	}
}

// anyValue draws what may stand where an answer is expected: the right thing,
// nearly the right thing, or something else altogether.
func anyValue(depth int) *rapid.Generator[any] {
	kinds := []*rapid.Generator[any]{
		rapid.Bool().AsAny(), rapid.Float64().AsAny(), rapid.String().AsAny(), rapid.IntRange(-5, 200).AsAny(),
		rapid.SampledFrom([]any{nil, "", "x", "z", "a", "more", "new", someone, "jules-ferry", "2019-03-12", "2026-03", "08:30", "12,5", "06 12 34 56 78", "a@b.fr", "ab123cd", "AB 12", []any{}, []any{"x", "z"}, map[string]any{"line1": "4 rue", "postcode": "25320", "city": "X"}}),
	}
	if depth > 0 {
		inner := anyValue(depth - 1)
		kinds = append(kinds, rapid.SliceOfN(inner, 0, 5).AsAny(), rapid.MapOfN(anyKey, inner, 0, 5).AsAny(),
			rapid.SliceOfN(rapid.MapOfN(anyKey, inner, 0, 4).AsAny(), 1, 5).AsAny())
	}
	return rapid.OneOf(kinds...)
}

var anyKey = rapid.OneOf(rapid.SampledFrom([]string{
	"line", "story", "who", "amount", "price", "born", "leaves", "month", "hour", "wants", "pick", "many", "site", "told", "home", "child", "call",
	"mail", "account", "plate", "land", "paper", "detail", "deeper", "total", "rows", "last", "must", "name", "flag", "line1", "postcode",
}), rapid.String())

func TestAnyAnswersKeepThePromises(t *testing.T) {
	p := everything(t)
	rapid.Check(t, func(t *rapid.T) {
		a := Answers(rapid.MapOfN(anyKey, anyValue(2), 0, 25).Draw(t, "answers"))
		if rapid.Bool().Draw(t, "from good") {
			for k, v := range answers(t, good) {
				if _, changed := a[k]; !changed {
					a[k] = v
				}
			}
		}
		ctx := context()
		if rapid.Bool().Draw(t, "no lists") {
			ctx.People, ctx.Sources = nil, nil
		}
		keepsThePromises(t, p, a, ctx)
	})
}

func FuzzCheck(f *testing.F) {
	p := everything(f)
	for _, s := range []string{good, `{}`, `{"rows":[{"name":5},null,"x"]}`, `{"amount":1e400}`, `{"amount":-0.0,"price":"-0"}`, `{"story":"a\r\n\u202eb"}`,
		`{"home":{"line1":null}}`, `{"many":[[],{}]}`, `{"line":"\ud800"}`, `{"wants":true,"rows":[{},{},{},{},{}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, e := Decode(data)
		if e != nil {
			return
		}
		if !bytes.Equal(a.Encode(), a.Encode()) {
			t.Fatal("written in two ways")
		}
		keepsThePromises(t, p, a, context())
	})
}

// BenchmarkCheck judges a form of some thirty questions.
func BenchmarkCheck(b *testing.B) {
	p, a, ctx := everything(b), answers(b, good), context()
	for b.Loop() {
		Check(p, a, ctx, "")
	}
}

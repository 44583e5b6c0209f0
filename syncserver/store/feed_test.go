package store_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// reader is a desktop's cache as far as feeds go: it stages pages, shows them
// once complete, and checks that nothing goes back in time.
type reader struct {
	cursor wire.Cursor
	rows   map[string]wire.Change // shown
	staged map[string]wire.Change
	resets int
}

func key(c wire.Change) string { return c.Feed + " " + c.Collection + " " + string(c.Entity) }

// page pulls one page and says whether all is shown.
func (r *reader) page(t interface{ Fatalf(string, ...any) }, s *store.Store, feeds ...string) bool {
	page, err := s.Pull(ctx, wire.Pull{Cursor: r.cursor}, "a", granted(feeds...))
	if err != nil {
		t.Fatalf("a pull: %v", err)
	}
	if len(page.Changes) > wire.PullRows {
		t.Fatalf("a page of %d rows", len(page.Changes))
	}
	if page.Reset {
		r.resets++
		r.rows, r.staged = nil, nil
	}
	if r.staged == nil {
		r.staged = maps.Clone(r.rows)
		if r.staged == nil {
			r.staged = map[string]wire.Change{}
		}
	}
	for _, c := range page.Changes {
		if !slices.Contains(feeds, c.Feed) {
			t.Fatalf("a row of %s is told to a reader of %v", c.Feed, feeds)
		}
		if was, ok := r.staged[key(c)]; ok && was.Seq >= c.Seq {
			t.Fatalf("%s goes back from %d to %d", key(c), was.Seq, c.Seq)
		}
		if c.Deleted != (c.Body == nil) {
			t.Fatalf("a body and its absence: %+v", c)
		}
		r.staged[key(c)] = c
		if c.Deleted {
			delete(r.staged, key(c))
		}
	}
	for feed, at := range r.cursor.Feeds {
		if now, ok := page.Cursor.Feeds[feed]; ok && now < at && !page.Reset && feed != "~floor" {
			t.Fatalf("the cursor of %s goes back from %d to %d", feed, at, now)
		}
	}
	r.cursor = page.Cursor
	// A feed that is not granted now begins at 0 when it is again: nothing
	// staged of it may be left until then.
	maps.DeleteFunc(r.staged, func(_ string, c wire.Change) bool {
		_, granted := page.Cursor.Feeds[c.Feed]
		return !granted
	})
	if !page.Complete {
		return false
	}
	if got := slices.Sorted(maps.Keys(page.Cursor.Feeds)); !slices.Equal(got, slices.Sorted(slices.Values(feeds))) {
		t.Fatalf("the cursor of a whole answer holds %v, granted are %v", got, feeds)
	}
	r.rows, r.staged = r.staged, nil
	return true
}

// shown is what is to be seen, by row.
func (r *reader) shown() map[string]string {
	shown := map[string]string{}
	for k, c := range r.rows {
		shown[k] = string(c.Body)
	}
	return shown
}

// A town's notes as they should stand: a model of what feeds must hold.
type model map[portal.ID]noteState

type noteState struct {
	body  string
	feeds []string
}

func (m model) shown(feeds ...string) map[string]string {
	shown := map[string]string{}
	for id, n := range m {
		body, _ := json.Marshal(map[string]string{"text": n.body})
		for _, f := range n.feeds {
			if slices.Contains(feeds, f) {
				shown[f+" notes "+string(id)] = string(body)
			}
		}
	}
	return shown
}

// Readers that pull now and then, some of them page by page with writes
// between, while notes come, change, move from feed to feed and go, while
// feeds are granted and taken away and tombstones forgotten, end with exactly
// what the town's state says.
func TestReadersEndWithWhatIsProjected(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		now := day
		s := open(notes(store.Options{Clock: func() time.Time { return now }}))
		s.SetPage(3)
		all := []string{"desk:school", "town", "account:1"}
		m := model{}
		rapid.Check(t, func(rt *rapid.T) {
			readers := []*reader{{}, {}, {}}
			may := make([][]string, len(readers))
			for i := range may {
				may[i] = all
			}
			write := func(rt *rapid.T) {
				if err := s.Write(ctx, func(tx *store.Tx) error {
					for range rapid.IntRange(1, 4).Draw(rt, "notes") {
						id := portal.ID(fmt.Sprint("n", rapid.IntRange(0, 12).Draw(rt, "id")))
						n := noteState{fmt.Sprint(rapid.IntRange(0, 3).Draw(rt, "body")), nil}
						for _, f := range all {
							if rapid.Bool().Draw(rt, f) {
								n.feeds = append(n.feeds, f)
							}
						}
						if err := note(tx, id, n.body, n.feeds...); err != nil {
							return err
						}
						m[id] = n
					}
					return nil
				}); err != nil {
					rt.Fatal(err)
				}
			}
			rt.Repeat(map[string]func(*rapid.T){
				"write":  write,
				"write ": write,
				"page": func(rt *rapid.T) {
					i := rapid.IntRange(0, len(readers)-1).Draw(rt, "reader")
					if readers[i].page(rt, s, may[i]...) {
						if got, want := readers[i].shown(), m.shown(may[i]...); !maps.Equal(got, want) {
							rt.Fatalf("a reader sees %v instead of %v", got, want)
						}
					}
				},
				"grant": func(rt *rapid.T) {
					i := rapid.IntRange(0, len(readers)-1).Draw(rt, "reader")
					may[i] = rapid.SliceOfDistinct(rapid.SampledFrom(all), rapid.ID[string]).Draw(rt, "feeds")
				},
				"prune": func(rt *rapid.T) {
					now = now.Add(time.Hour)
					if _, err := s.Prune(ctx, 30*time.Minute, 3); err != nil {
						rt.Fatal(err)
					}
				},
				"": func(rt *rapid.T) {},
			})
			for i, r := range readers {
				for pages := 0; !r.page(rt, s, may[i]...); pages++ {
					if pages > 100 {
						rt.Fatalf("a reader never comes to an end")
					}
				}
				if got, want := r.shown(), m.shown(may[i]...); !maps.Equal(got, want) {
					rt.Fatalf("in the end a reader sees %v instead of %v", got, want)
				}
			}
		})
	})
}

// A row that comes out as it was keeps its number, so that nobody is told.
func TestOnlyWhatChangesGetsANumber(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		var batches []store.Batch
		s := storetest.Open(t, notes(store.Options{DSN: dsn, Observe: func(b store.Batch) { batches = append(batches, b) }}))
		write := func(body string, feeds ...string) int {
			t.Helper()
			if err := s.Write(ctx, func(tx *store.Tx) error { return note(tx, "n", body, feeds...) }); err != nil {
				t.Fatal(err)
			}
			return batches[len(batches)-1].Rows
		}
		for i, step := range []struct {
			body  string
			feeds []string
			rows  int
		}{{"a", []string{"town"}, 1}, {"a", []string{"town"}, 0}, {"a", []string{"town", "desk:x"}, 1}, {"b", []string{"town", "desk:x"}, 2},
			{"b", []string{"desk:x"}, 1}, {"b", nil, 1}, {"b", nil, 0}, {"b", []string{"town"}, 1}} {
			if rows := write(step.body, step.feeds...); rows != step.rows {
				t.Fatalf("step %d changed %d rows, not %d", i, rows, step.rows)
			}
		}
		if err := s.Reproject(ctx, noteKind, []portal.ID{"n", "nobody"}); err != nil {
			t.Fatal(err)
		}
		if rows := batches[len(batches)-1].Rows; rows != 0 {
			t.Fatalf("projecting anew changed %d rows", rows)
		}
		_, head, err := s.Changes(ctx, 0, 1)
		if err != nil || head != 7 {
			t.Fatalf("the head is %d, %v", head, err)
		}
	})
}

// A newer program finds the rows of an older projection, and those that it
// writes as they were reach nobody.
func TestOlderProjectionsAreFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{Projection: 1}))
		want := []portal.ID{"a", "b", "c:d"}
		if err := s.Write(ctx, func(tx *store.Tx) error {
			for _, id := range want {
				if err := note(tx, id, "x", "town"); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		newer := open(notes(store.Options{Projection: 2}))
		for range 2 {
			var seen []portal.ID
			for next := "-"; next != ""; {
				var found map[string][]portal.ID
				var err error
				if found, next, err = newer.Outdated(ctx, strings.Trim(next, "-"), 2); err != nil {
					t.Fatal(err)
				}
				for kind, ids := range found {
					seen = append(seen, ids...)
					if err := newer.Reproject(ctx, kind, ids); err != nil {
						t.Fatal(err)
					}
				}
			}
			if slices.Sort(seen); !slices.Equal(seen, want) {
				t.Fatalf("%v are found outdated, not %v", seen, want)
			}
			want = nil
		}
		if _, head, err := newer.Changes(ctx, 0, 1); err != nil || head != 3 {
			t.Fatalf("the head is %d, %v", head, err)
		}
	})
}

// A row may pass from one entity to another; two that claim it are a mistake.
func TestARowHasOneSource(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		// Every box shows what it holds under the thing's own id.
		s := storetest.Open(t, store.Options{DSN: dsn, Project: func(tx *store.Tx, kind string, id portal.ID) ([]store.FeedRow, error) {
			thing, _, err := tx.Meta("box/" + string(id))
			if err != nil || thing == "" {
				return nil, err
			}
			return []store.FeedRow{{Feed: "town", Collection: "thing", Entity: portal.ID(thing), Body: id}}, nil
		}})
		put := func(boxes ...string) error {
			return s.Write(ctx, func(tx *store.Tx) error {
				for i := 0; i < len(boxes); i += 2 {
					tx.Touch("box", portal.ID(boxes[i]))
					if err := tx.SetMeta("box/"+boxes[i], boxes[i+1]); err != nil {
						return err
					}
				}
				return nil
			})
		}
		var r reader
		for _, step := range []struct {
			boxes []string
			code  portal.Code
			want  string
		}{
			{[]string{"a", "ring"}, "", `"a"`},
			{[]string{"a", "", "b", "ring"}, "", `"b"`},
			{[]string{"a", "ring", "b", ""}, "", `"a"`},
			{[]string{"c", "ring", "a", "ring"}, portal.Unavailable, `"a"`},
			{[]string{"a", ""}, "", ""},
		} {
			if err := put(step.boxes...); portal.CodeOf(err) != step.code {
				t.Fatalf("%v: %v", step.boxes, err)
			}
			r.page(t, s, "town")
			if got := r.shown()["town thing ring"]; got != step.want {
				t.Fatalf("%v: the ring lies in %s, not %s", step.boxes, got, step.want)
			}
		}
	})
}

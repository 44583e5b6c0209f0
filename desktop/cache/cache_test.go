package cache

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

var (
	town  = portal.ID("0199a000-0000-7000-8000-000000000001")
	anne  = portal.ID("0199a000-0000-7000-8000-00000000000a")
	bruno = portal.ID("0199a000-0000-7000-8000-00000000000b")
	share = []byte("a share that the server gives   ")
	noon  = time.Date(2026, 9, 1, 10, 0, 0, 0, time.UTC)
)

const password = "quatre mots pour ouvrir"

// ringOf is a keyring in memory.
type ringOf map[string]string

func (r ringOf) Get(name string) (string, error) {
	if s, ok := r[name]; ok {
		return s, nil
	}
	return "", ErrNoSecret
}
func (r ringOf) Set(name, secret string) error { r[name] = secret; return nil }
func (r ringOf) Delete(name string) error      { delete(r, name); return nil }

func vaultIn(t testing.TB, dir string, ring Keyring) *Vault {
	t.Helper()
	v, err := OpenVault(dir, ring, WithKDF(CheapKDF))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func online(t testing.TB, v *Vault, account portal.ID, login string) *Cache {
	t.Helper()
	c, err := v.OpenOnline(town, account, login, "Anne Martin", password, share, wire.Family)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func load(t testing.TB, c *Cache) Snapshot {
	t.Helper()
	s, err := c.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func row(feed, collection string, entity portal.ID, seq int64, body string) wire.Change {
	raw, _ := json.Marshal(map[string]string{"text": body})
	return wire.Change{Feed: feed, Collection: collection, Entity: entity, Seq: seq, Body: raw}
}

func gone(feed, collection string, entity portal.ID, seq int64) wire.Change {
	return wire.Change{Feed: feed, Collection: collection, Entity: entity, Seq: seq, Deleted: true}
}

func cursor(feeds map[string]int64) wire.Cursor {
	return wire.Cursor{Epoch: "e1", Run: "r1", Feeds: feeds}
}

// shown is what a snapshot shows, as text to compare.
func shown(s Snapshot) string {
	var lines []string
	for _, r := range s.Rows {
		lines = append(lines, fmt.Sprintf("%s %s %s %d %s", r.Feed, r.Collection, r.Entity, r.Seq, r.Body))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func pull(t testing.TB, c *Cache, p Pulled) Applied {
	t.Helper()
	a, err := c.ApplyPull(p)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func enqueue(t testing.TB, c *Cache, n int) []portal.ID {
	t.Helper()
	var ids []portal.ID
	for i := range n {
		id := portal.NewID()
		if _, err := c.Enqueue(id, []byte(`{"id":"`+string(id)+`"}`), Note{Key: "note.book", Args: map[string]string{"day": fmt.Sprint(i)}}, noon); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

func TestAPullIsThereAfterReopening(t *testing.T) {
	dir, ring := t.TempDir(), ringOf{}
	c := online(t, vaultIn(t, dir, ring), anne, "anne")
	if s := load(t, c); len(s.Rows) != 0 || s.Damaged != 0 || !s.LastContact.IsZero() {
		t.Fatalf("a new cache holds %+v", s)
	}
	a := pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 10, "account:a": 12}), At: noon, Changes: []wire.Change{
		row("town", "site", "s1", 3, "École"), row("town", "site", "s2", 4, "Crèche"),
		row("account:a", "child", "c1", 11, "Léo"), row("account:a", "child", "c2", 12, "Zoé"),
	}})
	if len(a.Changes) != 4 || a.Reset || a.Dropped != nil {
		t.Fatalf("applied %+v", a)
	}
	pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 20, "account:a": 12}), Changes: []wire.Change{
		row("town", "site", "s1", 15, "École du Parc"), gone("town", "site", "s2", 16), gone("town", "site", "never", 17),
	}})
	want := shown(load(t, c))
	if strings.Count(want, "\n") != 2 || !strings.Contains(want, "École du Parc") {
		t.Fatalf("shown: %s", want)
	}
	ids := enqueue(t, c, 3)
	if err := c.Put("draft", "enfant", []byte("brouillon")); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, who, err := vaultIn(t, dir, ring).OpenOffline(town, " Anne ", password, noon)
	if err != nil || who.Account != anne || who.Name != "Anne Martin" {
		t.Fatalf("off line: %+v %v", who, err)
	}
	defer c.Close()
	s := load(t, c)
	if got := shown(s); got != want || s.Damaged != 0 || !s.LastContact.Equal(noon) || s.Cursor.Feeds["town"] != 20 {
		t.Fatalf("after reopening %+v\n%s\nnot\n%s", s, got, want)
	}
	for i, p := range s.Outbox {
		if p.ID != ids[i] || p.Number != 0 || !p.At.Equal(noon) || p.Note.Args["day"] != fmt.Sprint(i) {
			t.Fatalf("outbox %+v", p)
		}
	}
	if v, err := c.Get("draft", "enfant"); err != nil || string(v) != "brouillon" {
		t.Fatalf("draft %q: %v", v, err)
	}
}

func TestResetDropsRowsAndKeepsTheOutbox(t *testing.T) {
	c, err := Memory(anne)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 10, "desk:x": 10}), Changes: []wire.Change{row("town", "site", "s1", 3, "a"), row("desk:x", "queue", "q1", 4, "b")}})
	enqueue(t, c, 2)
	if _, err := c.ApplyPull(Pulled{Cursor: wire.Cursor{Epoch: "e2", Feeds: map[string]int64{"town": 3}}}); portal.CodeOf(err) != portal.Conflict {
		t.Fatalf("another epoch without a reset: %v", err)
	}
	a := pull(t, c, Pulled{Reset: true, Cursor: wire.Cursor{Epoch: "e2", Run: "r9", Feeds: map[string]int64{"town": 2}}, Changes: []wire.Change{row("town", "site", "s9", 1, "z")}})
	s := load(t, c)
	if !a.Reset || len(s.Rows) != 1 || s.Rows[0].Entity != "s9" || len(s.Outbox) != 2 || s.Cursor.Epoch != "e2" ||
		!reflect.DeepEqual(s.Cursor.Feeds, map[string]int64{"town": 2}) || s.Damaged != 0 {
		t.Fatalf("after a reset %+v %+v", a, s)
	}
}

func TestFeedsNoLongerGrantedGoAndNewOnesReplace(t *testing.T) {
	c, _ := Memory(anne)
	defer c.Close()
	pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 10, "file:x": 9}), Changes: []wire.Change{row("town", "site", "s1", 3, "a"), row("file:x", "child", "c1", 4, "b")}})
	a := pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 10})})
	if !reflect.DeepEqual(a.Dropped, []string{"file:x"}) {
		t.Fatalf("dropped %v", a.Dropped)
	}
	s := load(t, c)
	if len(s.Rows) != 1 || len(s.Cursor.Feeds) != 1 || s.Damaged != 0 {
		t.Fatalf("%+v", s)
	}
	pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 10, "file:x": 20}), Changes: []wire.Change{row("file:x", "child", "c2", 14, "d")}})
	if s := load(t, c); len(s.Rows) != 2 || s.Damaged != 0 {
		t.Fatalf("granted again: %+v", s)
	}
}

func TestACacheNeverGoesBackInTime(t *testing.T) {
	c, _ := Memory(anne)
	defer c.Close()
	pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 10}), Changes: []wire.Change{row("town", "site", "s1", 3, "a"), row("town", "site", "s2", 5, "b")}})
	frame := wire.Frame{Type: wire.FrameFeed, Feed: "town", From: 10, To: 12, Changes: []wire.Change{row("town", "site", "s1", 11, "new"), gone("town", "site", "s2", 12)}}
	if ok, err := c.ApplyFrame(frame); !ok || err != nil {
		t.Fatal(ok, err)
	}
	want := shown(load(t, c))
	// An older pull that was on its way, the frame again, and one beyond.
	pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 11}), Changes: []wire.Change{row("town", "site", "s1", 10, "old"), row("town", "site", "s2", 9, "b2")}})
	for _, f := range []wire.Frame{frame, {Type: wire.FrameFeed, Feed: "town", From: 20, To: 21}, {Type: wire.FrameFeed, Feed: "desk:x", From: 0, To: 1}, {Type: wire.FrameHello}} {
		if ok, err := c.ApplyFrame(f); ok || err != nil {
			t.Fatal(f, ok, err)
		}
	}
	s := load(t, c)
	if shown(s) != want || s.Cursor.Feeds["town"] != 12 || s.Damaged != 0 {
		t.Fatalf("went back: %+v", s)
	}
}

func TestNumbersAndVerdicts(t *testing.T) {
	dir, ring := t.TempDir(), ringOf{}
	c := online(t, vaultIn(t, dir, ring), anne, "anne")
	ids := enqueue(t, c, 5)
	// The third waits for its upload: it has no number yet.
	got, err := c.Number([]portal.ID{ids[0], ids[1], ids[3]})
	if err != nil || got[0].Number != 1 || got[1].Number != 2 || got[2].Number != 3 {
		t.Fatalf("%+v %v", got, err)
	}
	again, err := c.Number([]portal.ID{ids[1], ids[4], ids[0]})
	if err != nil || again[0].Number != 2 || again[1].Number != 4 || again[2].Number != 1 {
		t.Fatalf("%+v %v", again, err)
	}
	if err := c.DropUnsent(ids[0]); portal.CodeOf(err) != portal.Conflict {
		t.Fatalf("a sent command was dropped: %v", err)
	}
	if _, err := c.Number([]portal.ID{"nobody"}); portal.CodeOf(err) != portal.NotFound {
		t.Fatal(err)
	}
	refusal := portal.E("cut_off_passed", "day")
	p := Pulled{Cursor: cursor(map[string]int64{"town": 1}), Outbox: c.OutboxID(), Mark: 2, Verdicts: []wire.Verdict{
		{Command: ids[0], Number: 1, Accepted: true}, {Command: ids[1], Number: 2, Error: refusal, Received: 99}}}
	other := p
	other.Outbox = "another"
	pull(t, c, other)
	if len(c.Outbox()) != 5 {
		t.Fatal("verdicts of another outbox were taken")
	}
	a := pull(t, c, p)
	if len(a.Accepted) != 1 || len(a.Refused) != 1 || a.OtherOutbox || c.Decided() != 2 {
		t.Fatalf("%+v", a)
	}
	pull(t, c, p) // the same again changes nothing
	_ = c.Close()
	c = online(t, vaultIn(t, dir, ring), anne, "anne")
	s := load(t, c)
	if len(s.Outbox) != 3 || len(s.Refused) != 1 || s.Refused[0].ID != ids[1] || s.Damaged != 0 ||
		!errors.Is(s.Refused[0].Verdict.Error, refusal) || s.Refused[0].Note.Args["day"] != "1" {
		t.Fatalf("%+v", s)
	}
	for range 2 {
		if err := c.MarkRead(ids[1]); err != nil || len(c.Refused()) != 0 {
			t.Fatal(err)
		}
	}
	if err := c.DropUnsent(ids[2]); err != nil {
		t.Fatal(err)
	}
	// A verdict on our number for another command: ours stays.
	a = pull(t, c, Pulled{Cursor: p.Cursor, Outbox: c.OutboxID(), Mark: 3, Verdicts: []wire.Verdict{{Command: "x", Number: 3, Accepted: true}}})
	if !a.OtherOutbox || len(c.Outbox()) != 2 {
		t.Fatalf("%+v", a)
	}
	before := c.OutboxID()
	if err := c.NewOutbox(); err != nil || c.OutboxID() == before {
		t.Fatal(err)
	}
	for _, q := range c.Outbox() {
		if q.Number != 0 {
			t.Fatalf("%+v kept its number", q)
		}
	}
	if got, err = c.Number([]portal.ID{ids[4], ids[3]}); err != nil || got[0].Number != 1 || got[1].Number != 2 {
		t.Fatalf("%+v %v", got, err)
	}
	// Decided so long ago that nobody knows how: told, not dropped.
	a = pull(t, c, Pulled{Cursor: p.Cursor, Outbox: c.OutboxID(), Mark: 1})
	if len(a.Refused) != 1 || portal.CodeOf(a.Refused[0].Verdict.Error) != OutcomeUnknown {
		t.Fatalf("%+v", a)
	}
	if s := load(t, c); s.Damaged != 0 || len(s.Outbox) != 1 {
		t.Fatalf("%+v", s)
	}
	// A mark above our numbers: the file is older than what the server saw.
	if a = pull(t, c, Pulled{Cursor: p.Cursor, Outbox: c.OutboxID(), Mark: 9, Verdicts: []wire.Verdict{{Command: ids[3], Number: 2, Accepted: true}}}); !a.OtherOutbox || len(c.Outbox()) != 0 {
		t.Fatalf("%+v", a)
	}
}

func TestACommandKeepsItsBytes(t *testing.T) {
	c, _ := Memory(anne)
	defer c.Close()
	body := []byte(`{"b": 1,"a":  "< é > &"}`)
	id := portal.NewID()
	for range 2 {
		p, err := c.Enqueue(id, body, Note{Key: "n"}, noon)
		if err != nil || string(p.Body) != string(body) {
			t.Fatal(p, err)
		}
	}
	if _, err := c.Enqueue(id, []byte("other"), Note{}, noon); portal.CodeOf(err) != portal.Conflict {
		t.Fatal(err)
	}
	if s := load(t, c); len(s.Outbox) != 1 || string(s.Outbox[0].Body) != string(body) {
		t.Fatalf("%+v", s)
	}
}

func TestThings(t *testing.T) {
	c, _ := Memory(anne)
	defer c.Close()
	for _, k := range []string{"b", "a"} {
		if err := c.Put("draft", k, []byte(k+"1")); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Put("draft", "a", []byte("a2")); err != nil {
		t.Fatal(err)
	}
	load(t, c)
	if keys, err := c.Keys("draft"); err != nil || !slices.Equal(keys, []string{"a", "b"}) {
		t.Fatal(keys, err)
	}
	for range 2 {
		if err := c.Delete("draft", "b"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Get("draft", "b"); portal.CodeOf(err) != portal.NotFound {
		t.Fatal(err)
	}
	if v, err := c.Get("draft", "a"); err != nil || string(v) != "a2" {
		t.Fatal(v, err)
	}
	for _, bad := range [][2]string{{"", "a"}, {refusalKind, "a"}, {"draft", "\xff"}} {
		if err := c.Put(bad[0], bad[1], nil); portal.CodeOf(err) != portal.Invalid {
			t.Fatal(err)
		}
	}
	if s := load(t, c); s.Damaged != 0 {
		t.Fatal(s.Damaged)
	}
}

func TestAfterClosing(t *testing.T) {
	c, _ := Memory(anne)
	_ = c.Close()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Load(); portal.CodeOf(err) != portal.Unavailable {
		t.Fatal(err)
	}
	if err := c.Put("a", "b", nil); portal.CodeOf(err) != portal.Unavailable || c.Outbox() == nil || len(c.Outbox()) != 0 {
		t.Fatal(err)
	}
}

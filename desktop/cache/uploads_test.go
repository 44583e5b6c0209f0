package cache

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// document is a file of some pieces with words of its own.
func document() []byte {
	return bytes.Repeat([]byte("quittance de loyer de Wilhelmine Quarantotti "), 8000)
}

func submission(t testing.TB, u Upload) (portal.ID, []byte) {
	t.Helper()
	id := portal.NewID()
	body, err := wire.NewCommand(id, wire.DocumentSubmit, wire.SubmitDocument{Document: u.Document, Upload: u.ID, Kind: "address-proof", Name: "quittance.pdf"})
	if err != nil {
		t.Fatal(err)
	}
	return id, body
}

func enqueueFile(t testing.TB, c *Cache) (portal.ID, Upload) {
	t.Helper()
	u := Upload{ID: portal.NewID(), Document: portal.NewID(), Type: "application/pdf"}
	id, body := submission(t, u)
	p, err := c.EnqueueFile(id, body, Note{Key: "n"}, noon, u, document())
	if err != nil || p.Upload != u.ID || p.Number != 0 {
		t.Fatalf("%+v %v", p, err)
	}
	return id, u
}

func countFiles(t testing.TB, c *Cache) (n int) {
	t.Helper()
	if c.path == "" {
		return len(c.memory)
	}
	return len(filesIn(filepath.Dir(c.path), strings.TrimSuffix(filepath.Base(c.path), cacheEnding)+fileEnding, ""))
}

// Both kinds of cache: of a home and of a public computer.
func eachCache(t *testing.T, test func(t *testing.T, c *Cache, again func() *Cache)) {
	t.Run("file", func(t *testing.T) {
		dir, ring := t.TempDir(), ringOf{}
		v := vaultIn(t, dir, ring)
		c := online(t, v, anne, "anne")
		load(t, c)
		test(t, c, func() *Cache {
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			c = online(t, v, anne, "anne")
			load(t, c)
			return c
		})
		searchFor(t, dir, append(planted, "quittance", "document.submit"))
	})
	t.Run("memory", func(t *testing.T) {
		c, err := Memory(anne)
		if err != nil {
			t.Fatal(err)
		}
		load(t, c)
		test(t, c, func() *Cache { return c })
	})
}

func TestACommandWaitsForItsFile(t *testing.T) {
	eachCache(t, func(t *testing.T, c *Cache, again func() *Cache) {
		id, u := enqueueFile(t, c)
		c = again()
		if _, err := c.Number([]portal.ID{id}); portal.CodeOf(err) != portal.Conflict {
			t.Errorf("it is numbered before its file: %v", err)
		}
		if ups := c.Uploads(); len(ups) != 1 || ups[0].ID != u.ID || ups[0].Command != id || ups[0].Size != int64(len(document())) || ups[0].Done {
			t.Errorf("on their way are %+v", ups)
		}
		if data, kind, err := c.File(u.Document); err != nil || kind != "application/pdf" || !bytes.Equal(data, document()) {
			t.Errorf("%d bytes of %q: %v", len(data), kind, err)
		}
		if err := c.UploadDone(u.ID); err != nil {
			t.Fatal(err)
		}
		c = again()
		if p := c.Outbox(); len(p) != 1 || p[0].Upload != "" || !c.Uploads()[0].Done {
			t.Errorf("its file is there, and it waits: %+v", p)
		}
		if _, err := c.Number([]portal.ID{id}); err != nil {
			t.Error(err)
		}
		feed := wire.AccountFeed(anne)
		pull(t, c, Pulled{Cursor: cursor(map[string]int64{feed: 5}), Changes: []wire.Change{row(feed, wire.Documents, u.Document, 5, `{}`)},
			Outbox: c.OutboxID(), Mark: 1, Verdicts: []wire.Verdict{{Command: id, Number: 1, Accepted: true}}})
		c = again()
		// Accepted, it stays to be opened off line, as long as it is the person's.
		if data, _, err := c.File(u.Document); err != nil || len(c.Uploads()) != 0 || len(data) != len(document()) {
			t.Errorf("after the verdict: %v", err)
		}
		pull(t, c, Pulled{Cursor: cursor(map[string]int64{feed: 6}), Changes: []wire.Change{gone(feed, wire.Documents, u.Document, 6)}})
		if _, _, err := c.File(u.Document); portal.CodeOf(err) != portal.NotFound || countFiles(t, c) != 0 {
			t.Errorf("taken back, it is still here: %v", err)
		}
	})
}

// A town that goes on from an older copy may not have the file any more: its
// command waits until it has been asked.
func TestAResetDoubtsWhatHasArrived(t *testing.T) {
	eachCache(t, func(t *testing.T, c *Cache, again func() *Cache) {
		id, u := enqueueFile(t, c)
		_, under := enqueueFile(t, c)
		if err := c.UploadDone(u.ID); err != nil {
			t.Fatal(err)
		}
		reset := Pulled{Reset: true, Cursor: wire.Cursor{Epoch: "e2", Run: "r9", Feeds: map[string]int64{wire.TownFeed: 2}}}
		if a := pull(t, c, reset); a.OtherOutbox {
			t.Error("nothing has a number, and a new outbox is called for")
		}
		if err := c.UploadDone(u.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Number([]portal.ID{id}); err != nil {
			t.Fatal(err)
		}
		reset.Cursor.Run = "r10"
		if a := pull(t, c, reset); !a.OtherOutbox {
			t.Error("a number without a file asks for no new outbox")
		}
		c = again()
		if err := c.NewOutbox(); err != nil {
			t.Fatal(err)
		}
		c = again()
		for i, p := range c.Outbox() {
			if w := []Upload{u, under}[i]; p.Upload != w.ID || p.Number != 0 || c.Uploads()[i].Done {
				t.Errorf("command %d has number %d and waits for %q", i, p.Number, p.Upload)
			}
		}
		if data, _, err := c.File(u.Document); err != nil || !bytes.Equal(data, document()) {
			t.Errorf("the file to be sent again: %v", err)
		}
	})
}

func TestAFileGoesWithItsCommand(t *testing.T) {
	for what, end := range map[string]func(t *testing.T, c *Cache, id portal.ID, u Upload){
		"undone": func(t *testing.T, c *Cache, id portal.ID, _ Upload) {
			if err := c.DropUnsent(id); err != nil {
				t.Fatal(err)
			}
		},
		"undone when its file is there": func(t *testing.T, c *Cache, id portal.ID, u Upload) {
			if err := c.UploadDone(u.ID); err != nil {
				t.Fatal(err)
			}
			if err := c.DropUnsent(id); err != nil {
				t.Fatal(err)
			}
		},
		"its file refused": func(t *testing.T, c *Cache, id portal.ID, u Upload) {
			if err := c.RefuseUpload(id, portal.E("bad_file_type", "file")); err != nil {
				t.Fatal(err)
			}
			if r := c.Refused(); len(r) != 1 || r[0].ID != id || r[0].Verdict.Error.Code != "bad_file_type" {
				t.Errorf("refused are %+v", r)
			}
			if err := c.RefuseUpload(id, portal.E("bad_file_type", "file")); portal.CodeOf(err) != portal.NotFound {
				t.Errorf("twice: %v", err)
			}
		},
		"refused": func(t *testing.T, c *Cache, id portal.ID, u Upload) {
			if err := c.UploadDone(u.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Number([]portal.ID{id}); err != nil {
				t.Fatal(err)
			}
			pull(t, c, Pulled{Cursor: cursor(nil), Outbox: c.OutboxID(), Mark: 1, Verdicts: []wire.Verdict{{Command: id, Number: 1, Error: portal.E(portal.Conflict, "upload")}}})
		},
	} {
		t.Run(what, func(t *testing.T) {
			eachCache(t, func(t *testing.T, c *Cache, again func() *Cache) {
				id, u := enqueueFile(t, c)
				end(t, c, id, u)
				c = again()
				if _, _, err := c.File(u.Document); portal.CodeOf(err) != portal.NotFound || len(c.Outbox()) != 0 || len(c.Uploads()) != 0 || countFiles(t, c) != 0 {
					t.Errorf("it is still here: %v, %d waiting, %d files", err, len(c.Outbox()), countFiles(t, c))
				}
			})
		})
	}
}

func TestKeptFilesHaveALimit(t *testing.T) {
	eachCache(t, func(t *testing.T, c *Cache, again func() *Cache) {
		_, waiting := enqueueFile(t, c)
		feed := wire.AccountFeed(anne)
		var ids []portal.ID
		var changes []wire.Change
		for i := range 5 {
			ids = append(ids, portal.NewID())
			changes = append(changes, row(feed, wire.Documents, ids[i], int64(i+1), `{}`))
		}
		pull(t, c, Pulled{Cursor: cursor(map[string]int64{feed: 5}), Changes: changes})
		c.limit = int64(3*1000 + len(document()))
		for i, id := range ids {
			if err := c.KeepFile(id, "image/png", bytes.Repeat([]byte{byte(i)}, 1000), noon.Add(time.Duration(i)*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		c = again()
		for i, id := range ids {
			if _, _, err := c.File(id); (err == nil) != (i >= 2) {
				t.Errorf("the file of hour %d: %v", i, err)
			}
		}
		if _, _, err := c.File(waiting.Document); err != nil {
			t.Errorf("what waits to be sent: %v", err)
		}
	})
}

// A byte that was altered is noticed, and so is a file in another's place.
func TestADamagedFileIsNotTaken(t *testing.T) {
	dir := t.TempDir()
	c := online(t, vaultIn(t, dir, ringOf{}), anne, "anne")
	load(t, c)
	_, u := enqueueFile(t, c)
	_, other := enqueueFile(t, c)
	path := c.fileName(u.Document)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	broken := func(what string, data []byte) {
		t.Helper()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.File(u.Document); portal.CodeOf(err) != Damaged {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := 0; i < len(raw); i += 997 {
		altered := bytes.Clone(raw)
		altered[i] ^= 1
		broken("a byte", altered)
	}
	for _, n := range []int{0, 3, 4, len(raw) / 2, len(raw) - 1} {
		broken("cut short", raw[:n])
	}
	whole := 4 + nonceSize + 1<<16 + tagSize // a piece that is full
	broken("two pieces changed about", slices.Concat(raw[whole:2*whole], raw[:whole], raw[2*whole:]))
	broken("a piece twice", slices.Concat(raw[:whole], raw[:whole], raw[2*whole:]))
	broken("longer", append(bytes.Clone(raw), raw...))
	foreign, err := os.ReadFile(c.fileName(other.Document))
	if err != nil {
		t.Fatal(err)
	}
	broken("another's", foreign)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.File(u.Document); portal.CodeOf(err) != portal.NotFound {
		t.Errorf("removed: %v", err)
	}
	if _, _, err := c.File(other.Document); err != nil {
		t.Errorf("the other one: %v", err)
	}
}

// What a power cut left beside the cache goes at the next start; a command that
// an older program wrote reads as it did.
func TestWhatIsLeftGoes(t *testing.T) {
	dir := t.TempDir()
	v := vaultIn(t, dir, ringOf{})
	c := online(t, v, anne, "anne")
	load(t, c)
	_, u := enqueueFile(t, c)
	if err := c.writeSealed(portal.NewID(), []byte("never noted")); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = online(t, v, anne, "anne")
	load(t, c)
	if n := countFiles(t, c); n != 1 {
		t.Errorf("%d files are there", n)
	}
	if _, _, err := c.File(u.Document); err != nil {
		t.Error(err)
	}
	raw, err := json.Marshal(Pending{ID: "x"})
	if err != nil || bytes.Contains(raw, []byte("upload")) {
		t.Errorf("a command without a file is %s", raw)
	}
	// Forgotten with all the rest.
	if err := v.Forget(town, anne); err != nil {
		t.Fatal(err)
	}
	if left := filesIn(dir, "", ""); len(left) > 2 {
		t.Errorf("%v are left", left)
	}
}

package cache

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// writerVariable tells the test's own program to be the writer that is
// killed, on the file it names.
const writerVariable = "PARVIS_TEST_CACHE_WRITER"

func TestMain(m *testing.M) {
	if path := os.Getenv(writerVariable); path != "" {
		write(path)
		return
	}
	os.Exit(m.Run())
}

var writersKey = make([]byte, keySize)

// write does what a busy desktop does, and says each thing once it is done.
func write(path string) {
	must := func(err error) {
		if err != nil {
			fmt.Println("failed", err)
			os.Exit(1)
		}
	}
	c, err := openCache(path, anne, writersKey, portal.NewID)
	must(err)
	s, err := c.Load()
	must(err)
	if s.Damaged != 0 {
		must(fmt.Errorf("%d damaged", s.Damaged))
	}
	seq := s.Cursor.Feeds["town"]
	for {
		p := Pulled{Cursor: cursor(map[string]int64{"town": seq + 40})}
		for i := range 40 {
			p.Changes = append(p.Changes, row("town", "level", portal.ID(fmt.Sprint("l", i*7%100)), seq+int64(i)+1, fmt.Sprint(seq)))
		}
		_, err := c.ApplyPull(p)
		must(err)
		seq += 40
		id := portal.NewID()
		_, err = c.Enqueue(id, []byte("{}"), Note{}, noon)
		must(err)
		fmt.Println("done", id, seq)
	}
}

// A desktop that is killed loses nothing that it had confirmed.
func TestKilledWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.cache")
	confirmed := map[portal.ID]bool{}
	var last int64
	for round := range 8 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), writerVariable+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			var id portal.ID
			if _, err := fmt.Sscanf(lines.Text(), "done %s %d", &id, &last); err != nil {
				t.Error(lines.Text())
				break
			}
			confirmed[id] = true
			if n == 3+round*5 { // what it says while it dies still counts
				_ = cmd.Process.Kill()
			}
		}
		_ = cmd.Wait()
	}
	c, err := openCache(path, anne, writersKey, portal.NewID)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := load(t, c)
	if s.Damaged != 0 || s.Cursor.Feeds["town"] < last || len(s.Rows) == 0 {
		t.Fatalf("%d damaged, cursor %d after %d", s.Damaged, s.Cursor.Feeds["town"], last)
	}
	for _, p := range s.Outbox {
		delete(confirmed, p.ID)
	}
	if len(confirmed) != 0 || len(s.Outbox) < 8*4 {
		t.Fatalf("%d confirmed commands are lost, %d kept", len(confirmed), len(s.Outbox))
	}
}

// A kiosk's cache lives in a bubble of simulated time: nothing in it waits
// for anything outside.
func TestInMemoryInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		c, err := Memory(anne, WithIDs(func() portal.ID { n++; return portal.ID(fmt.Sprint("id", n)) }))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if c.OutboxID() != "id1" {
			t.Fatal(c.OutboxID())
		}
		go func() {
			for i := range 50 {
				time.Sleep(time.Minute)
				pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": int64(i + 1)}), At: time.Now(), Changes: []wire.Change{row("town", "level", "l", int64(i+1), "x")}})
			}
		}()
		time.Sleep(51 * time.Minute)
		synctest.Wait()
		if s := load(t, c); s.Cursor.Feeds["town"] != 50 || time.Since(s.LastContact) != time.Minute {
			t.Fatalf("%+v", s)
		}
	})
}

// Screens write drafts and commands while the network writes pulls and
// frames.
func TestManyAtOnce(t *testing.T) {
	c := online(t, vaultIn(t, memoryDir(t), ringOf{}), anne, "anne")
	pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 1})})
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 25 {
				id := enqueue(t, c, 1)[0]
				if w%2 == 0 {
					if err := c.DropUnsent(id); err != nil {
						t.Error(err)
					}
				}
				if err := c.Put("draft", fmt.Sprint(w), []byte(fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
				_, _, _ = c.Outbox(), c.Refused(), c.OutboxID()
			}
		})
	}
	wg.Go(func() {
		for i := range int64(25) {
			ok, err := c.ApplyFrame(wire.Frame{Type: wire.FrameFeed, Feed: "town", From: i + 1, To: i + 2, Changes: []wire.Change{row("town", "level", "l", i+2, "x")}})
			if !ok || err != nil {
				t.Error(ok, err)
			}
			if err := c.SetLastContact(noon.Add(time.Duration(i))); err != nil {
				t.Error(err)
			}
			if _, err := c.Load(); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	if s := load(t, c); s.Damaged != 0 || len(s.Outbox) != 50 || s.Cursor.Feeds["town"] != 26 {
		t.Fatalf("%d damaged, %d in the outbox", s.Damaged, len(s.Outbox))
	}
}

package cache

import (
	"bytes"
	"slices"
	"testing"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// What is held for something still being written outlives the program and
// every sweep, goes with its command file by file, and leaves nothing behind
// when it is dropped, taken back or refused.
func TestFilesAreHeldUntilTheirCommandIsSent(t *testing.T) {
	eachCache(t, func(t *testing.T, c *Cache, again func() *Cache) {
		hold := func(n int) (ids []portal.ID) {
			t.Helper()
			for range n {
				id := portal.NewID()
				if err := c.HoldFile(id, "application/pdf", document(), noon); err != nil {
					t.Fatal(err)
				}
				ids = append(ids, id)
			}
			return ids
		}
		send := func(files ...portal.ID) (id portal.ID, uploads []Upload, err error) {
			id = portal.NewID()
			m := wire.SendMessage{Message: portal.NewID(), Request: portal.NewID(), Text: "t"}
			for _, f := range files {
				u := Upload{ID: portal.NewID(), Document: f}
				uploads = append(uploads, u)
				m.Files = append(m.Files, wire.SendFile{File: f, Upload: u.ID, Name: "n.pdf"})
			}
			body, err := wire.NewCommand(id, wire.MessageSend, m)
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.EnqueueHeld(id, body, Note{}, noon, uploads)
			return id, uploads, err
		}
		held := hold(3)
		c.limit = 1 // there is no room for what is merely kept
		if err := c.SweepFiles(); err != nil {
			t.Fatal(err)
		}
		if err := c.KeepFile(portal.NewID(), "application/pdf", []byte("%PDF-"), noon); err != nil {
			t.Fatal(err)
		}
		c.limit = 0
		c = again()
		if got := c.Held(); c.path != "" && len(got) != 3 {
			t.Fatalf("after a restart %d are held", len(got))
		}
		if c.path == "" {
			return // a public computer's is gone with its visitor
		}
		if err := c.DropHeld(held[2]); err != nil || c.HasFile(held[2]) {
			t.Errorf("dropping one: %v", err)
		}
		if err := c.DropHeld(held[2]); portal.CodeOf(err) != portal.NotFound {
			t.Errorf("dropping it twice: %v", err)
		}
		if _, _, err := send(held[0], portal.NewID()); portal.CodeOf(err) != FileLost || len(c.Outbox()) != 0 || len(c.Held()) != 2 {
			t.Fatalf("with a file that is not held: %v; %d commands, %d held", err, len(c.Outbox()), len(c.Held()))
		}

		command, uploads, err := send(held[:2]...)
		if err != nil || len(c.Held()) != 0 {
			t.Fatalf("%v; %d are still held", err, len(c.Held()))
		}
		if err := c.SweepFiles(); err != nil || !c.HasFile(held[0]) {
			t.Fatalf("what waits to be sent was swept: %v", err)
		}
		if got := c.Uploads(); len(got) != 2 || got[0].Document != held[0] || got[1].Document != held[1] || got[1].Size != int64(len(document())) {
			t.Fatalf("to be sent are %+v", got)
		}
		for i, u := range uploads {
			if _, err := c.Number([]portal.ID{command}); portal.CodeOf(err) != portal.Conflict {
				t.Errorf("it goes with %d of its files: %v", i, err)
			}
			if err := c.UploadDone(u.ID); err != nil {
				t.Fatal(err)
			}
			c = again()
		}
		if _, err := c.Number([]portal.ID{command}); err != nil {
			t.Errorf("with all of them it does not go: %v", err)
		}
		if data, _, err := c.File(held[1]); err != nil || !bytes.Equal(data, document()) {
			t.Errorf("it is read as %d bytes, %v", len(data), err)
		}

		// Taken back, and refused for one file: all of them go.
		for name, end := range map[string]func(id portal.ID) error{
			"taken back": c.DropUnsent,
			"refused":    func(id portal.ID) error { return c.RefuseUpload(id, portal.E(portal.Invalid, "file")) },
		} {
			files := hold(2)
			id, _, err := send(files...)
			if err != nil {
				t.Fatal(err)
			}
			if err := end(id); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if slices.ContainsFunc(files, c.HasFile) || len(c.Uploads()) != 2 {
				t.Errorf("%s: files are left, and %d uploads", name, len(c.Uploads()))
			}
		}
	})
}

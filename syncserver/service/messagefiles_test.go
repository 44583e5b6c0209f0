package service_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"parvis/shared/documents"
	"parvis/shared/messages"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// attached uploads files by somebody for a message; nobody signed in has none.
func (w *world) attached(who string, n int) (out []wire.SendFile) {
	w.t.Helper()
	for range n {
		f := wire.SendFile{File: portal.NewID(), Upload: portal.NewID(), Name: "plantefichier.pdf"}
		if who != signedOut {
			f.Upload = sendPaper(w.t, w.desks[who], string(f.File))
		}
		out = append(out, f)
	}
	return out
}

// enclosed sends a message with a file, and gives both.
func (w *world) enclosed(who string, request portal.ID) (message, file portal.ID) {
	w.t.Helper()
	files := w.attached(who, 1)
	message = portal.NewID()
	w.desks[who].Must(wire.MessageSend, wire.SendMessage{Message: message, Request: request, Text: "Ci-joint.", Files: files})
	return message, files[0].File
}

// messageFile is a file as it stands on somebody's computer.
func (w *world) messageFile(t *testing.T, who string, id portal.ID) (f wire.MessageFile, there bool) {
	t.Helper()
	d := w.desks[who]
	d.Catch()
	for key, body := range d.Rows {
		if key[1] == wire.MessageFiles && key[2] == string(id) {
			if err := json.Unmarshal([]byte(body), &f); err != nil {
				t.Fatal(err)
			}
			return f, true
		}
	}
	return f, false
}

// Files of both sides are read by those who read the message, and by nobody
// else: neither their row nor their bytes.
func TestAFileIsReadByWhoReadsItsMessage(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		request := w.submitted()
		read := func(who string, id portal.ID) portal.Code {
			t.Helper()
			data, err := w.desks[who].Content(context.Background(), id, nil)
			if err == nil && !bytes.Contains(data, []byte(id)) {
				t.Errorf("%s reads other bytes of %s: %q", who, id, data)
			}
			return portal.CodeOf(err)
		}
		_, theirs := w.enclosed(family, request)
		_, ours := w.enclosed(deskAgent, request)
		for _, id := range []portal.ID{theirs, ours} {
			if got := read(deskAgent, id); got != portal.NotFound {
				t.Errorf("before the file is open an agent reads %s: %q", id, got)
			}
		}
		w.desks[deskAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		w.desks[otherAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "etat-civil"})
		for _, id := range []portal.ID{theirs, ours} {
			for _, who := range everybody {
				want, may := portal.NotFound, who == family || who == deskAgent
				switch {
				case may:
					want = ""
				case who == signedOut:
					want = portal.Unauthorized
				}
				if got := read(who, id); got != want {
					t.Errorf("%s reads the file: %q, not %q", who, got, want)
				}
				if who == signedOut {
					continue
				}
				if f, there := w.messageFile(t, who, id); there != may || may && (f.Name != "plantefichier.pdf" || f.Request != request || f.Type != documents.PDF) {
					t.Errorf("%s has %+v, %v", who, f, there)
				}
			}
		}
		// It is no document: it is not asked for, judged or taken back.
		w.desks[deskAgent].Refused(portal.NotFound, wire.DocumentJudge, wire.JudgeDocument{Document: theirs, Valid: true, Until: "2027-08-31"})
		w.desks[family].Refused(portal.NotFound, wire.DocumentWithdraw, wire.WithdrawDocument{Document: theirs})
		if _, there := document(t, w.desks[family], theirs); there {
			t.Error("it stands among the documents")
		}
	})
}

// What is wrong with one file refuses the message whole; an upload goes with
// one message only.
func TestAMessageAndItsFilesAreOne(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		request := w.submitted()
		fam := w.desks[family]
		send := func(files ...wire.SendFile) (portal.ID, wire.Verdict) {
			id := portal.NewID()
			return id, fam.Do(wire.MessageSend, wire.SendMessage{Message: id, Request: request, Text: "Ci-joint.", Files: files})
		}
		good := w.attached(family, 2)
		id, v := send(good[0], wire.SendFile{File: portal.NewID(), Upload: portal.NewID(), Name: "a.pdf"})
		if v.Accepted || v.Error.Code != portal.NotFound || v.Error.Field != "upload" {
			t.Errorf("with a file that never came: %+v", v)
		}
		if _, there := w.message(t, family, id); there {
			t.Error("the message is there all the same")
		}
		if _, v := send(good...); !v.Accepted {
			t.Fatalf("the upload is spent by a refusal: %v", v.Error)
		}
		if _, v := send(wire.SendFile{File: portal.NewID(), Upload: good[0].Upload, Name: "a.pdf"}); v.Accepted || v.Error.Code != portal.Conflict {
			t.Errorf("an upload goes with two messages: %+v", v)
		}
		for field, f := range map[string]wire.SendFile{
			"files.file": {File: "x", Upload: portal.NewID(), Name: "a.pdf"}, "files.upload": {File: portal.NewID(), Upload: "x", Name: "a.pdf"},
			"files.name": {File: portal.NewID(), Upload: portal.NewID(), Name: " .. "},
		} {
			if _, v := send(f); v.Accepted || v.Error.Field != field {
				t.Errorf("%+v: %+v", f, v)
			}
		}
	})
}

// So many files go with the messages of a family in all, whichever request they
// are about; the town hall has its own count, and words alone are always taken.
func TestTheFilesOfMessagesHaveALimitInAll(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		first := w.submitted()
		w.enclosed(deskAgent, first)
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
			for n := range messages.MostKept - 1 {
				m := store.Message{ID: portal.NewID(), Request: first, Sender: w.account(family), Body: "Ci-joint."}
				if err := tx.AddMessage(m); err != nil {
					return err
				}
				if err := tx.InsertDocument(store.Document{
					ID: portal.NewID(), Account: w.account(family), Message: m.ID, Name: "a.pdf", Type: documents.PDF, Size: 1, Status: "submitted", Scan: "unscanned",
					File: fmt.Sprintf("%032d/a", n),
				}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		s.Clock.Add(25 * time.Hour) // so many messages a day are too many by themselves
		for who, login := range map[string]string{family: "motfamille", otherParent: "motparent", deskAgent: "sylvie.roy"} {
			w.desks[who] = s.SignIn(login)
		}
		other := w.submitted()
		send := func(who string, files int) portal.Code {
			t.Helper()
			v := w.desks[who].Do(wire.MessageSend, wire.SendMessage{Message: portal.NewID(), Request: other, Text: "Ci-joint.", Files: w.attached(who, files)})
			if v.Accepted {
				return ""
			}
			return v.Error.Code
		}
		for _, c := range []struct {
			who   string
			files int
			want  portal.Code
		}{
			{family, 2, messages.TooManyKept}, {family, 1, ""}, {family, 1, messages.TooManyKept}, {family, 0, ""}, {deskAgent, 1, ""},
			{otherParent, 1, portal.NotFound}, // who learns nothing of it
		} {
			if got := send(c.who, c.files); got != c.want {
				t.Errorf("%s sends %d: %q, not %q", c.who, c.files, got, c.want)
			}
		}
	})
}

// A virus is told of the file, which is shown to nobody any more.
func TestAFileOfAMessageIsScanned(t *testing.T) {
	s := hosttest.NewWith(t, storetest.SQLite(t), func(o *host.Options) {
		o.Scan = func(_ context.Context, data []byte) (string, error) { return "Essai", nil }
	})
	w := newWorld(t, s)
	_, id := w.enclosed(family, w.submitted())
	for deadline := time.Now().Add(time.Minute); ; {
		if _, err := s.Scan(context.Background()); err != nil {
			t.Fatal(err)
		}
		if f, there := w.messageFile(t, family, id); there && f.Scan == documents.Infected {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("it is not scanned")
		}
	}
	if _, err := w.desks[family].Content(context.Background(), id, nil); portal.CodeOf(err) != documents.NotClean {
		t.Errorf("it is read: %v", err)
	}
}

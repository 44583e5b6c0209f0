package syncing

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// uploading is the town's side of files.
type uploading struct {
	uploads map[portal.ID]*uploaded
	// refuseFile is what is said of a whole file.
	refuseFile *portal.Error
	// cutAt are places of a file at which the line breaks, the next one first.
	cutAt []int
	// cut breaks it.
	cut func()
	// gaps is how often a command came before one that it stands behind.
	gaps int
	// perByte is how long a byte takes to arrive.
	perByte time.Duration
}

// uploaded is a file as far as it has come.
type uploaded struct {
	data  []byte
	size  int
	asked []int // where the pieces began
	gone  bool
}

func (s *town) upload(w http.ResponseWriter, r *http.Request, id portal.ID) {
	s.mu.Lock()
	if s.uploads == nil {
		s.uploads = map[portal.ID]*uploaded{}
	}
	u := s.uploads[id]
	s.mu.Unlock()
	switch {
	case r.Method == http.MethodDelete && u != nil:
		s.mu.Lock()
		u.gone = true
		s.mu.Unlock()
		w.WriteHeader(http.StatusNoContent)
		return
	case r.Method != http.MethodPut && u == nil:
		problem(w, http.StatusNotFound, portal.NotFound, 0, "")
		return
	case r.Method != http.MethodPut:
		s.mu.Lock()
		defer s.mu.Unlock()
		answer(w, wire.Upload{ID: id, Size: int64(u.size), Offset: int64(len(u.data)), Ready: len(u.data) == u.size})
		return
	}
	span, e := wire.ParseContentRange(r.Header.Get("Content-Range"))
	if e != nil {
		s.t.Error(e)
	}
	s.mu.Lock()
	if u == nil {
		u = &uploaded{size: int(span.Total)}
		s.uploads[id] = u
	}
	if int(span.From) != len(u.data) {
		s.mu.Unlock()
		problem(w, http.StatusConflict, portal.Conflict, 0, "")
		return
	}
	u.asked = append(u.asked, int(span.From))
	s.mu.Unlock()
	buffer := make([]byte, 8<<10)
	for {
		n, err := r.Body.Read(buffer)
		time.Sleep(time.Duration(n) * s.perByte)
		s.mu.Lock()
		if len(s.cutAt) > 0 && len(u.data)+n >= s.cutAt[0] {
			u.data = append(u.data, buffer[:s.cutAt[0]-len(u.data)]...)
			s.cutAt = s.cutAt[1:]
			s.mu.Unlock()
			s.cut()
			return
		}
		u.data = append(u.data, buffer[:n]...)
		s.mu.Unlock()
		if err == io.EOF {
			break
		}
		if err != nil {
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuseFile != nil && len(u.data) == u.size {
		problem(w, http.StatusUnprocessableEntity, s.refuseFile.Code, 0, "")
		return
	}
	answer(w, wire.Upload{ID: id, Size: int64(u.size), Offset: int64(len(u.data)), Ready: len(u.data) == u.size})
}

func file(size int) []byte {
	data := make([]byte, size)
	r := rand.New(rand.NewPCG(3, uint64(size)))
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	return data
}

// send submits a document of some bytes.
func (w *world) send(data []byte) (command portal.ID, u cache.Upload) {
	w.t.Helper()
	u = cache.Upload{ID: portal.NewID(), Document: portal.NewID(), Type: documents.PDF}
	command = portal.NewID()
	body, err := wire.NewCommand(command, wire.DocumentSubmit, wire.SubmitDocument{Document: u.Document, Upload: u.ID, Kind: "identity", Name: "a.pdf"})
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.engine.SubmitFile(body, cache.Note{Key: "test"}, u, data); err != nil {
		w.t.Fatal(err)
	}
	return command, u
}

func (w *world) uploaded(id portal.ID) (data []byte, asked []int) {
	w.town.mu.Lock()
	defer w.town.mu.Unlock()
	if u := w.uploads[id]; u != nil {
		return slices.Clone(u.data), slices.Clone(u.asked)
	}
	return nil, nil
}

func TestAFileGoesAndItsCommandBehindIt(t *testing.T) {
	inWorld(t, func(w *world) {
		w.town.perByte = 10 * time.Microsecond // 100 kB/s
		w.online()
		data := file(2 << 20)
		command, u := w.send(data)
		w.within(5*time.Second, "a part of it is on its way", func() bool {
			s := w.engine.Status().Uploads
			return len(s) == 1 && s[0].Command == command && s[0].Percent() > 0
		})
		// What is done meanwhile does not wait, and has its number first.
		w.book(1)
		w.within(2*time.Second, "the booking is there", func() bool { return w.bookings() == 1 })
		if got, _ := w.uploaded(u.ID); len(got) == len(data) {
			t.Fatal("the file was too quick for this test")
		}
		percent := 0
		w.within(time.Minute, "the document is there", func() bool {
			for _, f := range w.engine.Status().Uploads {
				if p := f.Percent(); p < percent {
					t.Fatalf("it goes back from %d to %d %%", percent, p)
				} else {
					percent = p
				}
			}
			_, there := w.view.Row(wire.Documents, u.Document)
			return there && w.waiting() == 0
		})
		if got, _ := w.uploaded(u.ID); !bytes.Equal(got, data) {
			t.Error("other bytes arrived than were sent")
		}
		if kept, _, err := w.cache.File(u.Document); err != nil || !bytes.Equal(kept, data) {
			t.Errorf("it cannot be opened off line: %v", err)
		}
		w.quiet(1)
		if s := w.engine.Status().Uploads; len(s) != 0 {
			t.Errorf("still on its way: %+v", s)
		}
	})
}

// However often the line breaks or the program is started anew, the file goes
// on at the byte where it stopped.
func TestAFileGoesOnWhereItStopped(t *testing.T) {
	inWorld(t, func(w *world) {
		w.town.perByte = time.Microsecond
		data := file(1<<20 + 17)
		w.town.cutAt = []int{1, 1000, 100_000, 300_001, 700_000, 1<<20 + 16}
		stops := slices.Clone(w.town.cutAt)
		broken := make(chan struct{}, 1)
		w.town.cut = func() { w.line.set(true, false); broken <- struct{}{} }
		w.online()
		_, u := w.send(data)
		for i, at := range stops {
			w.within(time.Minute, "the line breaks", func() bool { return len(broken) == 1 })
			<-broken
			w.within(10*time.Second, "it is told", w.state(Offline))
			if got, _ := w.uploaded(u.ID); len(got) != at {
				t.Fatalf("at break %d the town has %d bytes, not %d", i, len(got), at)
			}
			if i%2 == 1 {
				w.start() // as after a kill: nothing but the cache is left
			}
			w.line.set(false, false)
		}
		w.within(time.Minute, "the document is there", func() bool {
			_, there := w.view.Row(wire.Documents, u.Document)
			return there && w.waiting() == 0
		})
		got, asked := w.uploaded(u.ID)
		if !bytes.Equal(got, data) {
			t.Error("other bytes arrived than were sent")
		}
		for _, at := range stops {
			if !slices.Contains(asked, at) {
				t.Errorf("it did not go on at %d: pieces began at %v", at, asked)
			}
		}
		w.quiet(0)
	})
}

func TestOffLineAFileWaits(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.line.set(true, false)
		w.within(10*time.Second, "off line", w.state(Offline))
		data := file(100_000)
		_, u := w.send(data)
		w.book(1)
		w.pass(10 * time.Minute)
		w.start()
		w.pass(time.Minute)
		if p := w.engine.Unsent(); len(p) != 2 || p[0].Number != 0 || p[0].Upload != u.ID {
			t.Errorf("waiting are %+v", p)
		}
		w.line.set(false, false)
		w.within(6*time.Second, "all is there", func() bool {
			_, there := w.view.Row(wire.Documents, u.Document)
			return there && w.waiting() == 0
		})
		w.quiet(1)
	})
}

func TestAFileThatIsNoGood(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		w.town.mu.Lock()
		w.town.refuseFile = portal.E(documents.ActivePDF, "file")
		w.town.mu.Unlock()
		bad, u := w.send(file(100_000))
		w.book(1)
		w.within(5*time.Second, "it is refused", func() bool { return len(w.view.Refusals()) == 1 })
		if r := w.view.Refusals()[0]; r.ID != bad || r.Verdict.Error.Code != documents.ActivePDF {
			t.Errorf("refused is %+v", r)
		}
		if _, _, err := w.cache.File(u.Document); portal.CodeOf(err) != portal.NotFound {
			t.Errorf("the file is still here: %v", err)
		}
		w.town.mu.Lock()
		w.town.refuseFile = nil
		w.town.mu.Unlock()
		_, good := w.send(file(50_000))
		w.within(5*time.Second, "the next one goes", func() bool { _, there := w.view.Row(wire.Documents, good.Document); return there })
		w.quiet(1)
	})
}

func TestAFileIsTakenBack(t *testing.T) {
	inWorld(t, func(w *world) {
		w.town.perByte = 10 * time.Microsecond
		w.online()
		first, u := w.send(file(4 << 20))
		second, other := w.send(file(100_000))
		w.within(5*time.Second, "it is on its way", func() bool { got, _ := w.uploaded(u.ID); return len(got) > 0 })
		if err := w.engine.Undo(first); err != nil {
			t.Fatal(err)
		}
		w.within(5*time.Second, "the other one goes", func() bool { _, there := w.view.Row(wire.Documents, other.Document); return there && w.waiting() == 0 })
		if err := w.engine.Undo(second); portal.CodeOf(err) == "" {
			t.Error("what is there is undone")
		}
		if _, there := w.view.Row(wire.Documents, u.Document); there || len(w.engine.Status().Uploads) != 0 {
			t.Errorf("it is there, or told: %+v", w.engine.Status().Uploads)
		}
		w.town.mu.Lock()
		gone := w.uploads[u.ID].gone
		w.town.mu.Unlock()
		if !gone {
			t.Error("the server was not told to forget it")
		}
		w.quiet(0)
	})
}

// Where only files fail, all else goes on, and the server is left in peace.
func TestAServerThatTakesNoFiles(t *testing.T) {
	inWorld(t, func(w *world) {
		w.online()
		asked := 0
		w.town.mu.Lock()
		w.town.meddle = func(rw http.ResponseWriter, r *http.Request) bool {
			if len(r.URL.Path) < 12 || r.URL.Path[:12] != "/v1/uploads/" {
				return false
			}
			w.town.mu.Lock()
			asked++
			w.town.mu.Unlock()
			problem(rw, http.StatusServiceUnavailable, portal.Unavailable, 0, "")
			return true
		}
		w.town.mu.Unlock()
		_, u := w.send(file(1000))
		w.book(1)
		w.within(5*time.Second, "the booking is there", func() bool { return w.bookings() == 1 })
		w.pass(20 * time.Minute)
		w.town.mu.Lock()
		n := asked
		w.town.meddle = nil
		w.town.mu.Unlock()
		if n < 10 || n > 120 {
			t.Errorf("it was asked %d times in twenty minutes", n)
		}
		w.within(2*time.Minute, "it goes in the end", func() bool { _, there := w.view.Row(wire.Documents, u.Document); return there })
		w.quiet(1)
	})
}

// A command that builds on one that waits for its file waits with it.
func TestWhatBuildsOnAFileWaits(t *testing.T) {
	inWorld(t, func(w *world) {
		w.town.perByte = 10 * time.Microsecond
		w.online()
		waits, u := w.send(file(1 << 20))
		body, err := wire.NewCommand(portal.NewID(), wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: child, Activity: "canteen", Day: day(1)}, waits)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.engine.Submit(body, cache.Note{Key: "test"}); err != nil {
			t.Fatal(err)
		}
		w.within(time.Minute, "both are there", func() bool {
			got, _ := w.uploaded(u.ID)
			if len(got) < 1<<20 && w.bookings() > 0 {
				t.Fatal("it went first")
			}
			return w.bookings() == 1 && w.waiting() == 0
		})
		w.quiet(1)
	})
}

// Commands that had their numbers before a file arrived go before its own, in
// order: the server is never shown a gap.
func TestNumbersStayInOrderBehindAFile(t *testing.T) {
	inWorld(t, func(w *world) {
		w.town.perByte = 10 * time.Microsecond
		w.online()
		outbox := w.cache.OutboxID()
		_, u := w.send(file(1 << 20))
		w.town.mu.Lock()
		w.town.meddle = func(rw http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != wire.RouteCommands {
				return false
			}
			problem(rw, http.StatusServiceUnavailable, portal.Unavailable, 0, "1")
			return true
		}
		w.town.mu.Unlock()
		w.book(1)
		w.book(2)
		w.within(10*time.Second, "the bookings have their numbers", func() bool {
			p := w.engine.Unsent()
			return len(p) == 3 && p[0].Number == 0 && p[1].Number == 1 && p[2].Number == 2
		})
		w.within(time.Minute, "the file is there", func() bool { got, _ := w.uploaded(u.ID); return len(got) == 1<<20 && w.engine.Unsent()[0].Upload == "" })
		w.town.mu.Lock()
		w.town.meddle = nil
		w.town.mu.Unlock()
		w.within(2*time.Minute, "all is there", func() bool { return w.waiting() == 0 && w.bookings() == 2 })
		if w.cache.OutboxID() != outbox {
			t.Error("a new outbox was begun")
		}
		w.town.mu.Lock()
		if w.gaps != 0 {
			t.Errorf("the server was shown %d gaps", w.gaps)
		}
		w.town.mu.Unlock()
		w.quiet(2)
	})
}

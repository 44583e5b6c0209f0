package live

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// seen is the names that a connection was told last of a request, once all is
// quiet.
func seen(t *testing.T, c *Conn, request portal.ID) (names []string, told bool) {
	t.Helper()
	for _, f := range waiting(c) {
		if f.Type != wire.FramePresence || f.Request != request {
			t.Fatalf("%s is told %+v", c.Name, f)
		}
		names, told = f.Names, true
	}
	return names, told
}

func TestPresenceReachesOtherProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newTable() // of both
		one, two := running(t, source), running(t, source)
		roy, petit, third := joined(t, one, "Sylvie Roy"), joined(t, two, "Marc Petit"), joined(t, two, "Hélène Garnier")
		synctest.Wait() // both listen
		request := portal.NewID()
		expect := func(c *Conn, want ...string) {
			t.Helper()
			if names, told := seen(t, c, request); !told || !slices.Equal(names, want) {
				t.Fatalf("%s is told %v (%v), not %v", c.Name, names, told, want)
			}
		}
		one.Watch(roy, request)
		expect(roy)
		two.Watch(petit, request)
		expect(petit, "Sylvie Roy")
		expect(roy, "Marc Petit")
		two.Watch(third, request)
		expect(petit, "Hélène Garnier", "Sylvie Roy")
		expect(roy, "Hélène Garnier", "Marc Petit")
		two.Watch(third, "")
		expect(roy, "Marc Petit")
		expect(petit, "Sylvie Roy")

		// Said again it lives on there too, and is not whispered each time.
		source.whispered = nil
		for range 60 {
			time.Sleep(time.Second)
			one.Watch(roy, request)
			two.Watch(petit, request)
		}
		if names, told := seen(t, petit, request); told {
			t.Fatalf("the same hint is told again: %v", names)
		}
		if n := len(source.whispered); n < 8 || n > 16 {
			t.Fatalf("%d whispers in a minute of two", n)
		}
		// Whoever leaves is gone at once.
		two.Leave(petit)
		expect(roy)
		two.Watch(third, request)
		expect(third, "Sylvie Roy")
		expect(roy, "Hélène Garnier")
		// A process that dies says nothing: its hints end by themselves.
		source.mu.Lock()
		source.ears = nil
		source.mu.Unlock()
		one.Leave(roy)
		if names, told := seen(t, third, request); told {
			t.Fatalf("a dead process is heard: %v", names)
		}
		time.Sleep(presenceLife - 5*time.Second)
		two.Watch(third, request)
		if _, told := seen(t, third, request); told {
			t.Fatal("the hint ends too soon")
		}
		time.Sleep(5*time.Second + 2*tick)
		expect(third)
	})
}

func TestWhatIsNoWhisperIsNotHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newTable()
		h := running(t, source)
		roy := joined(t, h, "Sylvie Roy")
		synctest.Wait() // it listens
		request := portal.NewID()
		h.Watch(roy, request)
		seen(t, roy, request)
		text := func(change func(*whisper)) string {
			w := whisper{Process: portal.NewID(), Number: 1, Account: "petit", Name: "Marc Petit", Request: request}
			change(&w)
			raw, err := json.Marshal(w)
			if err != nil {
				t.Fatal(err)
			}
			return string(raw)
		}
		for _, bad := range []string{
			"", "x", "{}", "null", "[1]", strings.Repeat("{", 500),
			text(func(w *whisper) { w.Process = h.process }),
			text(func(w *whisper) { w.Process = "" }),
			text(func(w *whisper) { w.Request = "autre chose" }),
			text(func(w *whisper) { w.Name = strings.Repeat("M", longestName+1) }),
		} {
			source.Whisper(bad)
			if names, told := seen(t, roy, request); told {
				t.Errorf("%.80q is heard: %v", bad, names)
			}
		}
		source.Whisper(text(func(*whisper) {}))
		if names, _ := seen(t, roy, request); !slices.Equal(names, []string{"Marc Petit"}) {
			t.Fatalf("a good one: %v", names)
		}
		// The same person elsewhere is nobody else.
		source.Whisper(text(func(w *whisper) { w.Account, w.Name, w.Number = roy.Account, roy.Name, 2 }))
		if names, _ := seen(t, roy, request); !slices.Equal(names, []string{"Marc Petit"}) {
			t.Fatalf("oneself elsewhere: %v", names)
		}
	})
}

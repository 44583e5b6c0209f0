package live

import (
	"encoding/json"
	"slices"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

const (
	presenceLife = 30 * time.Second // a hint ends by itself
	// whisperEvery is how often other processes are told the same again: often
	// enough for a hint to live on, whatever a desktop says.
	whisperEvery = 8 * time.Second
	longestName  = 200
)

// seat is a connection among those of all processes; process is empty for
// those of this one.
type seat struct {
	process portal.ID
	number  int64
}

// looker is somebody who looks at a request, until the hint ends.
type looker struct {
	conn    *Conn // nil in another process
	account portal.ID
	name    string
	until   time.Time
}

// whisper is what processes tell each other of a connection: what it looks at
// now, or nothing. It says nothing of families but a request's id.
type whisper struct {
	Process portal.ID `json:"process"`
	Number  int64     `json:"number"`
	Account portal.ID `json:"account"`
	Name    string    `json:"name"`
	Request portal.ID `json:"request,omitempty"`
}

// Watch notes that a connection looks at a request, and tells all who look at
// it, while the hint lasts.
func (h *Hub) Watch(c *Conn, request portal.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, joined := h.conns[c]; joined {
		h.watch(c, request)
	}
}

func (h *Hub) watch(c *Conn, request portal.ID) {
	now := h.clock()
	news := h.look(seat{number: c.number}, looker{c, c.Account, c.Name, now.Add(presenceLife)}, request)
	if !news && (request == "" || now.Sub(c.told) < whisperEvery) || len(c.Name) > longestName {
		return
	}
	c.told = now
	text, err := json.Marshal(whisper{h.process, c.number, c.Account, c.Name, request})
	if err == nil {
		h.source.Whisper(string(text))
	}
}

// hear takes in what another process tells.
func (h *Hub) hear(text string) {
	var w whisper
	if json.Unmarshal([]byte(text), &w) != nil || w.Process == h.process || !w.Process.Valid() || len(w.Name) > longestName ||
		w.Request != "" && !w.Request.Valid() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.look(seat{w.Process, w.Number}, looker{account: w.Account, name: w.Name, until: h.clock().Add(presenceLife)}, w.Request)
}

// look notes what somebody looks at, and at nothing else; news is whether that
// is another request than before.
func (h *Hub) look(at seat, l looker, request portal.ID) (news bool) {
	for other, who := range h.presence {
		if _, ok := who[at]; ok && other != request {
			delete(who, at)
			h.tellPresence(other)
			news = true
		}
	}
	if request == "" {
		return news
	}
	if h.presence[request] == nil {
		h.presence[request] = map[seat]looker{}
	}
	_, again := h.presence[request][at]
	h.presence[request][at] = l
	if !again {
		h.tellPresence(request)
	}
	return !again
}

func (h *Hub) endPresence() {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.clock()
	for request, who := range h.presence {
		before := len(who)
		for at, l := range who {
			if now.After(l.until) {
				delete(who, at)
			}
		}
		if len(who) != before {
			h.tellPresence(request)
		}
	}
}

// tellPresence tells each who looks at a request the names of the others.
func (h *Hub) tellPresence(request portal.ID) {
	who := h.presence[request]
	if len(who) == 0 {
		delete(h.presence, request)
		return
	}
	for _, l := range who {
		if l.conn == nil {
			continue
		}
		names := []string{}
		for _, other := range who {
			if other.account != l.account && !slices.Contains(names, other.name) {
				names = append(names, other.name)
			}
		}
		slices.Sort(names)
		l.conn.send(wire.Frame{Type: wire.FramePresence, Request: request, Names: names})
	}
}

package syncing

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// town is a small server of the protocol: feeds as tables, commands applied
// exactly once by their numbers, pages, verdicts, frames, and faults on
// demand.
type town struct {
	t      testing.TB
	server *httptest.Server
	sleep  time.Duration // the server's clock against the bubble's

	mu       sync.Mutex
	epoch    string
	seq      int64
	feeds    map[string]map[string]wire.Change // by "collection/entity"
	granted  []string
	outboxes map[portal.ID]*decided
	effects  map[portal.ID]int // how often a command had its effects
	refuse   map[portal.Date]*portal.Error
	pageRows int
	sockets  map[*websocket.Conn]*sync.Mutex
	present  []portal.ID // told by desktops
	requests map[string]int
	here     []time.Time // when somebody was told to be at a window

	// meddle may answer a request in the server's stead, or spoil what it does.
	meddle func(w http.ResponseWriter, r *http.Request) (done bool)
	// lose answers nothing after the commands were applied.
	lose int
	// tooNew is a type of command that this server does not know.
	tooNew string
	mute   bool // no frames
	stall  map[string]time.Duration
	uploading
}

type decided struct {
	mark     int64
	verdicts []wire.Verdict
}

const (
	account portal.ID = "account-me"
	child   portal.ID = "child-lea"
)

func newTown(t testing.TB, line net.Listener) *town {
	s := &town{
		t: t, epoch: "e1", feeds: map[string]map[string]wire.Change{}, granted: []string{wire.TownFeed, wire.AccountFeed(account)},
		outboxes: map[portal.ID]*decided{}, effects: map[portal.ID]int{}, refuse: map[portal.Date]*portal.Error{}, pageRows: 1000,
		sockets: map[*websocket.Conn]*sync.Mutex{}, requests: map[string]int{}, stall: map[string]time.Duration{},
	}
	s.server = httptest.NewUnstartedServer(s)
	s.server.Listener = line
	s.server.Start()
	s.put(wire.TownFeed, wire.Towns, "town", wire.Town{ID: "town", Name: "Saint-Aubin"})
	s.put(wire.AccountFeed(account), wire.Accounts, account, wire.Account{ID: account, FirstName: "Anne"})
	s.put(wire.AccountFeed(account), wire.Children, child, wire.Child{ID: child, FirstName: "Léa"})
	return s
}

func (s *town) close() {
	s.hangUp()
	s.server.Close()
}

// hangUp ends all live sockets.
func (s *town) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.sockets {
		_ = c.Close()
	}
}

// put writes a row and tells the sockets.
func (s *town) put(feed, collection string, id portal.ID, body any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.write(feed, collection, id, body)
}

func (s *town) write(feed, collection string, id portal.ID, body any) {
	ch := wire.Change{Feed: feed, Collection: collection, Entity: id, Deleted: body == nil}
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			s.t.Error(err)
		}
		ch.Body = raw
	}
	from := s.head(feed)
	s.seq++
	ch.Seq = s.seq
	if s.feeds[feed] == nil {
		s.feeds[feed] = map[string]wire.Change{}
	}
	s.feeds[feed][collection+"/"+string(id)] = ch
	s.say(wire.Frame{Type: wire.FrameFeed, Feed: feed, From: from, To: s.seq, Changes: []wire.Change{ch}})
}

// head is the sequence number of a feed's newest row.
func (s *town) head(feed string) (at int64) {
	for _, ch := range s.feeds[feed] {
		at = max(at, ch.Seq)
	}
	return at
}

// say sends a frame to all sockets.
func (s *town) say(f wire.Frame) {
	if s.mute {
		return
	}
	for c, mu := range s.sockets {
		mu.Lock()
		_ = c.SetWriteDeadline(time.Now().Add(time.Second))
		err := c.WriteJSON(f)
		mu.Unlock()
		if err != nil {
			_ = c.Close()
			delete(s.sockets, c)
		}
	}
}

// restore puts the town into another history: of outboxes and of what they did
// nothing is known there.
func (s *town) restore() {
	s.hangUp() // the process was stopped for it
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch += "'"
	s.outboxes = map[portal.ID]*decided{}
	s.effects = map[portal.ID]int{}
	for _, rows := range s.feeds {
		for k := range rows {
			if strings.HasPrefix(k, wire.Bookings) {
				delete(rows, k)
			}
		}
	}
}

func (s *town) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests[r.URL.Path]++
	meddle, stall := s.meddle, s.stall[r.URL.Path]
	s.mu.Unlock()
	if stall > 0 {
		select {
		case <-time.After(stall):
		case <-r.Context().Done():
			return
		}
	}
	if meddle != nil && meddle(w, r) {
		return
	}
	switch r.URL.Path {
	case wire.RouteTown:
		answer(w, wire.TownInfo{Portal: "parvis", ID: portal.NewID()})
	case wire.RouteCommands:
		s.commands(w, r)
	case wire.RoutePull:
		s.pull(w, r)
	case wire.RouteLive:
		s.live(w, r)
	case wire.RouteHere:
		var in wire.Here
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			s.t.Error(err)
		}
		s.mu.Lock()
		s.here = append(s.here, time.Now().Add(-time.Duration(in.Seconds)*time.Second))
		s.mu.Unlock()
		w.WriteHeader(http.StatusNoContent)
	default:
		if id, ok := strings.CutPrefix(r.URL.Path, "/v1/uploads/"); ok {
			s.upload(w, r, portal.ID(id))
			return
		}
		w.WriteHeader(http.StatusNotFound)
	}
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

// problem answers an error.
func problem(w http.ResponseWriter, status int, code portal.Code, mark int64, retry string) {
	w.Header().Set("Content-Type", "application/problem+json")
	if retry != "" {
		w.Header().Set("Retry-After", retry)
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(wire.Problem{Status: status, Code: code, Mark: mark})
}

func (s *town) commands(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var in wire.SendCommands
	if err == nil {
		err = wire.StrictJSON(body, &in)
	}
	if err != nil || len(body) > wire.MaxBody || len(in.Commands) > wire.MaxBatch {
		problem(w, http.StatusBadRequest, portal.Invalid, 0, "")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.outboxes[in.Outbox]
	if o == nil {
		o = &decided{}
		s.outboxes[in.Outbox] = o
	}
	var out wire.CommandResults
	for _, e := range in.Commands {
		c, args, err := wire.ReadCommand(e.Body)
		switch {
		case e.Number > o.mark+1:
			s.gaps++
			problem(w, http.StatusConflict, portal.Gap, o.mark, "")
			return
		case e.Number <= o.mark:
			v := o.verdicts[e.Number-1]
			if v.Command != c.ID {
				problem(w, http.StatusConflict, portal.OtherOutbox, o.mark, "")
				return
			}
			out.Verdicts = append(out.Verdicts, v)
			continue
		}
		if portal.CodeOf(err) == portal.TooNew || c.Type == s.tooNew {
			break
		}
		v := wire.Verdict{Command: c.ID, Number: e.Number, Received: time.Now().UnixMicro()}
		if v.Error = s.obey(c.ID, args); v.Error == nil {
			v.Accepted = true
		}
		o.mark++
		o.verdicts = append(o.verdicts, v)
		out.Verdicts = append(out.Verdicts, v)
	}
	out.Mark = o.mark
	if s.lose > 0 {
		s.lose--
		panic(http.ErrAbortHandler)
	}
	answer(w, out)
}

func (s *town) obey(id portal.ID, args any) *portal.Error {
	switch a := args.(type) {
	case *wire.Book:
		if e := s.refuse[a.Day]; e != nil {
			return e
		}
		s.effects[id]++
		s.write(wire.AccountFeed(account), wire.Bookings, a.Booking, wire.Booking{ID: a.Booking, Child: a.Child, Day: a.Day, Payer: account})
	case *wire.SubmitDocument:
		if u := s.uploads[a.Upload]; u == nil || len(u.data) != u.size {
			return portal.E(portal.NotFound, "upload")
		}
		s.effects[id]++
		s.write(wire.AccountFeed(account), wire.Documents, a.Document, documents.Document{ID: a.Document, Account: account, Kind: a.Kind, Status: documents.Submitted})
	case *wire.CancelBooking:
		s.effects[id]++
		s.write(wire.AccountFeed(account), wire.Bookings, a.Booking, nil)
	}
	return nil
}

func (s *town) pull(w http.ResponseWriter, r *http.Request) {
	p, e := wire.DecodePull(r.URL.Query())
	if e != nil {
		problem(w, http.StatusBadRequest, e.Code, 0, "")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	page := wire.PullPage{Time: time.Now().Add(s.sleep).UnixMicro(), Complete: true}
	if p.Cursor.Epoch != s.epoch {
		page.Reset = p.Cursor.Epoch != ""
		p.Cursor.Feeds = nil
	}
	page.Cursor = wire.Cursor{Epoch: s.epoch, Run: "r", Feeds: map[string]int64{}}
	left := s.pageRows
	granted := s.granted
	if r.Header.Get("Authorization") == "" {
		granted = granted[:1]
	}
	for _, feed := range granted {
		at := p.Cursor.Feeds[feed]
		var rows []wire.Change
		for _, ch := range s.feeds[feed] {
			if ch.Seq > at {
				rows = append(rows, ch)
			}
		}
		slices.SortFunc(rows, func(a, b wire.Change) int { return int(a.Seq - b.Seq) })
		if len(rows) > left {
			rows, page.Complete = rows[:left], false
		}
		left -= len(rows)
		page.Cursor.Feeds[feed] = at
		if n := len(rows); n > 0 {
			page.Cursor.Feeds[feed] = rows[n-1].Seq
		}
		page.Changes = append(page.Changes, rows...)
	}
	if o := s.outboxes[p.Outbox]; o != nil && page.Complete {
		page.Mark = o.mark
		page.Verdicts = o.verdicts[min(p.Number, o.mark):]
	}
	answer(w, page)
}

func (s *town) live(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	s.mu.Lock()
	s.sockets[conn] = &sync.Mutex{}
	_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
	_ = conn.WriteJSON(wire.Frame{Type: wire.FrameHello, Head: s.seq})
	s.mu.Unlock()
	for {
		var f wire.Frame
		if conn.ReadJSON(&f) != nil {
			break
		}
		s.mu.Lock()
		s.present = append(s.present, f.Request)
		s.mu.Unlock()
	}
	s.mu.Lock()
	delete(s.sockets, conn)
	s.mu.Unlock()
}

// bookings is how many bookings the town has.
func (s *town) bookings() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, ch := range s.feeds[wire.AccountFeed(account)] {
		if strings.HasPrefix(k, wire.Bookings+"/") && !ch.Deleted {
			n++
		}
	}
	return n
}

func (s *town) asked(route string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests[route]
}

func (s *town) listeners() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets)
}

func day(i int) portal.Date { return portal.Date("2026-11-24").Add(i) }

// said is rows as text, for comparing.
func said(feed, key string, body json.RawMessage) string {
	return fmt.Sprintf("%s %s %s", feed, key, strconv.Quote(string(body)))
}

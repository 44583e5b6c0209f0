package xwin

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"parvis/desktop/journey/probe/proto"
)

// pause is how long we wait before we ask for a fact again.
const pause = 20 * time.Millisecond

// ErrLate is in the chain of every error about a fact that did not come.
var ErrLate = errors.New("xwin: waited in vain")

// Probe asks the window what it shows.
type Probe struct {
	mu    sync.Mutex
	conn  net.Conn
	lines *bufio.Reader
}

func newProbe(conn net.Conn) *Probe { return &Probe{conn: conn, lines: bufio.NewReader(conn)} }

func (p *Probe) ask(req proto.Request) (proto.Reply, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var rep proto.Reply
	// A window that does not answer hangs, which is what a journey must
	// find out rather than share.
	_ = p.conn.SetDeadline(time.Now().Add(30 * time.Second))
	if err := json.NewEncoder(p.conn).Encode(req); err != nil {
		return rep, fmt.Errorf("xwin: the window is gone: %w", err)
	}
	line, err := p.lines.ReadBytes('\n')
	if err != nil {
		return rep, fmt.Errorf("xwin: the window is gone: %w", err)
	}
	if err := json.Unmarshal(line, &rep); err != nil {
		return rep, fmt.Errorf("xwin: the window's answer: %w", err)
	}
	if rep.Error != "" {
		return rep, fmt.Errorf("xwin: the window refuses %s: %s", req.Cmd, rep.Error)
	}
	return rep, nil
}

// State is what the window tells about itself now.
func (p *Probe) State() (*proto.State, error) {
	rep, err := p.ask(proto.Request{Cmd: proto.CmdState})
	return rep.State, err
}

// Find is all nodes of a kind ("" for any) that show a text, best first.
func (p *Probe) Find(text, kind string) ([]proto.Node, error) {
	rep, err := p.ask(proto.Request{Cmd: proto.CmdFind, Text: text, Kind: kind})
	return rep.Found, err
}

// Reveal scrolls the best match into sight.
func (p *Probe) Reveal(text, kind string) ([]proto.Node, error) {
	rep, err := p.ask(proto.Request{Cmd: proto.CmdReveal, Text: text, Kind: kind})
	return rep.Found, err
}

// Tree is everything on the topmost layer, for the report of a failed step.
func (p *Probe) Tree() ([]proto.Node, error) {
	rep, err := p.ask(proto.Request{Cmd: proto.CmdTree})
	return rep.Found, err
}

// Opens opens the screen of an address and gives the time from the word until
// the window rests again, painted.
func (p *Probe) Opens(route string) (time.Duration, error) {
	return p.took(proto.Request{Cmd: proto.CmdGo, Text: route})
}

// LongestFrame is how long the longest frame was since this was last asked,
// with whatever was done in it.
func (p *Probe) LongestFrame() (time.Duration, error) {
	return p.took(proto.Request{Cmd: proto.CmdFrame})
}

// Anew has everything in the window written and painted anew.
func (p *Probe) Anew() error {
	_, err := p.ask(proto.Request{Cmd: proto.CmdAnew})
	return err
}

func (p *Probe) took(req proto.Request) (time.Duration, error) {
	rep, err := p.ask(req)
	return time.Duration(rep.Millis * float64(time.Millisecond)), err
}

// WaitFor asks for a fact until it holds. When time is up the error tells
// what the window showed instead.
func (p *Probe) WaitFor(what string, fact func() (bool, error), timeout time.Duration) error {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for deadline := time.Now().Add(timeout); ; <-tick.C {
		ok, err := fact()
		if err != nil || ok {
			return err
		}
		if time.Now().Before(deadline) {
			continue
		}
		s, err := p.State()
		if err != nil {
			return err
		}
		return fmt.Errorf("%w for %s within %s; route %s, idle %t, %d overlays, it shows: %s",
			ErrLate, what, timeout, s.Route, s.Idle, s.Overlays, strings.Join(s.Texts, " | "))
	}
}

// WaitRoute waits for a screen to be open and at rest.
func (p *Probe) WaitRoute(route string, timeout time.Duration) error {
	return p.WaitFor("route "+route, func() (bool, error) {
		s, err := p.State()
		return err == nil && s.Route == route && s.Idle, err
	}, timeout)
}

// WaitText waits until a text can be read.
func (p *Probe) WaitText(text string, timeout time.Duration) (node proto.Node, err error) {
	err = p.WaitFor("the text "+text, func() (bool, error) {
		found, err := p.Find(text, "")
		if err != nil || len(found) == 0 || !found[0].Shown {
			return false, err
		}
		node = found[0]
		return true, nil
	}, timeout)
	return node, err
}

// WaitGone waits until a text can no longer be read.
func (p *Probe) WaitGone(text string, timeout time.Duration) error {
	return p.WaitFor("the end of the text "+text, func() (bool, error) {
		found, err := p.Find(text, "")
		return err == nil && (len(found) == 0 || !found[0].Shown), err
	}, timeout)
}

// WaitFact waits for one of the facts that the program itself tells.
func (p *Probe) WaitFact(name, value string, timeout time.Duration) error {
	return p.WaitFor(name+" = "+value, func() (bool, error) {
		s, err := p.State()
		return err == nil && s.Facts[name] == value, err
	}, timeout)
}

//go:build probe

package probe

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"parvis/desktop/journey/probe/proto"
)

// Start listens on the socket that the environment names and answers until
// stop is called. Without such a variable it does nothing.
func Start(p Program) (stop func(), err error) {
	path := os.Getenv(proto.Env)
	if path == "" {
		return func() {}, nil
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("probe: %w", err)
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(conn)
		}
	}()
	return func() { _ = l.Close() }, nil
}

// serve answers one journey's lines until it hangs up.
func (p Program) serve(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	out := json.NewEncoder(conn)
	for lines.Scan() {
		var req proto.Request
		var rep proto.Reply
		if err := json.Unmarshal(lines.Bytes(), &req); err != nil {
			rep.Error = err.Error()
		} else if req.Cmd == proto.CmdGo {
			rep.Millis = p.opens(req.Text)
		} else if req.Cmd == proto.CmdFrame {
			rep.Millis = worst.longest()
		} else {
			fyne.DoAndWait(func() { rep = p.answer(req) })
		}
		if out.Encode(rep) != nil {
			return
		}
	}
}

// answer runs on Fyne's goroutine.
func (p Program) answer(req proto.Request) proto.Reply {
	c := p.Window.Canvas()
	switch req.Cmd {
	case proto.CmdState:
		return proto.Reply{State: p.state(c)}
	case proto.CmdTree:
		return proto.Reply{Found: plain(look(c))}
	case proto.CmdFind:
		return proto.Reply{Found: plain(match(look(c), req.Text, req.Kind))}
	case proto.CmdReveal:
		return proto.Reply{Found: plain(reveal(c, req.Text, req.Kind))}
	case proto.CmdAnew:
		for _, o := range append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...) {
			canvas.Refresh(o) // not its own Refresh: what it shows stays, the pictures of it go
		}
		return proto.Reply{}
	default:
		return proto.Reply{Error: fmt.Sprintf("unknown command %q", req.Cmd)}
	}
}

func (p Program) state(c fyne.Canvas) *proto.State {
	s := &proto.State{Overlays: len(c.Overlays().List()), Scale: c.Scale(), Texts: []string{}, Idle: true}
	s.Width, s.Height = c.PixelCoordinateForPosition(fyne.NewPos(c.Size().Width, c.Size().Height))
	if p.Route != nil {
		s.Route = p.Route()
	}
	if p.Idle != nil {
		s.Idle = p.Idle()
	}
	if p.Facts != nil {
		s.Facts = p.Facts()
	}
	for _, n := range look(c) {
		if n.Focused {
			s.Focus = &n.Node
		}
		if n.Shown && n.Text != "" {
			s.Texts = append(s.Texts, n.Text)
		}
	}
	return s
}

func plain(nodes []seen) []proto.Node {
	out := make([]proto.Node, len(nodes))
	for i, n := range nodes {
		out[i] = n.Node
	}
	return out
}

// match finds nodes by text and kind: exact ones first, then those that
// contain the text. A field is found by its name too, or as the first one
// after the text that labels it.
func match(nodes []seen, text, kind string) []seen {
	text = strings.TrimSpace(text)
	var exact, part []seen
	for _, n := range nodes {
		if kind != "" && n.Kind != kind {
			continue
		}
		switch {
		case strings.TrimSpace(n.Text) == text || strings.TrimSpace(n.Label) == text:
			exact = append(exact, n)
		case strings.Contains(n.Text, text) || strings.Contains(n.Label, text):
			part = append(part, n)
		}
	}
	found := append(exact, part...)
	if len(found) == 0 && (kind == proto.Field || kind == proto.Select) {
		found = labelled(nodes, text, kind)
	}
	// What can be seen comes first: the same word often stands both on the
	// screen and further down in a scroll.
	slices.SortStableFunc(found, func(a, b seen) int {
		switch {
		case a.Shown == b.Shown:
			return 0
		case a.Shown:
			return -1
		}
		return 1
	})
	return found
}

// labelled finds the first node of a kind that follows a label.
func labelled(nodes []seen, label, kind string) []seen {
	for _, exact := range []bool{true, false} {
		for i, n := range nodes {
			if n.Kind != proto.Text {
				continue
			}
			if t := strings.TrimSpace(n.Text); t != label && (exact || !strings.Contains(t, label)) {
				continue
			}
			for _, next := range nodes[i+1:] {
				if next.Kind == kind {
					return []seen{next}
				}
			}
		}
	}
	return nil
}

// reveal scrolls the first match into sight, the outermost scroll first, and
// finds it again, as scrolling moves everything.
func reveal(c fyne.Canvas, text, kind string) []seen {
	found := match(look(c), text, kind)
	if len(found) == 0 || found[0].Shown {
		return found
	}
	for depth := range found[0].scrolls {
		first := found[0]
		if depth >= len(first.scrolls) {
			break
		}
		s := first.scrolls[depth]
		view, content := s.scroll.Size(), s.scroll.Content.Size()
		middle := func(at, length, view, content float32) float32 {
			return max(0, min(at-(view-length)/2, content-view))
		}
		s.scroll.ScrollToOffset(fyne.NewPos(
			middle(first.area.x0-s.origin.X, first.area.x1-first.area.x0, view.Width, content.Width),
			middle(first.area.y0-s.origin.Y, first.area.y1-first.area.y0, view.Height, content.Height),
		))
		if again := match(look(c), text, kind); len(again) > 0 {
			found = again
		}
	}
	return found
}

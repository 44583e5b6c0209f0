package main

import (
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// line is a poor line to the town: what is sent goes no faster than speed, and
// it can be cut and mended.
type line struct {
	to, at string
	speed  int // bytes a second, from the window to the town

	mu    sync.Mutex
	door  net.Listener
	calls map[net.Conn]bool
}

// newLine lays a line to a server.
func newLine(url string, speed int) (*line, error) {
	l := &line{to: strings.TrimPrefix(url, "http://"), at: "127.0.0.1:0", speed: speed, calls: map[net.Conn]bool{}}
	return l, l.mend()
}

func (l *line) url() string { return "http://" + l.at }

// mend opens the line at the address it had.
func (l *line) mend() error {
	door, err := net.Listen("tcp", l.at)
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.door, l.at = door, door.Addr().String()
	l.mu.Unlock()
	go func() {
		for {
			call, err := door.Accept()
			if err != nil {
				return
			}
			go l.carry(call)
		}
	}()
	return nil
}

// cut ends all calls, and lets nobody call.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.door.Close()
	for call := range l.calls {
		_ = call.Close()
	}
}

func (l *line) hold(call net.Conn, held bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if held {
		l.calls[call] = true
	} else {
		delete(l.calls, call)
		_ = call.Close()
	}
}

func (l *line) carry(call net.Conn) {
	l.hold(call, true)
	defer l.hold(call, false)
	town, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	l.hold(town, true)
	defer l.hold(town, false)
	done := make(chan struct{}, 2)
	go func() { _, _ = io.Copy(call, town); done <- struct{}{} }()
	go func() { _, _ = io.Copy(slow{town, l.speed}, call); done <- struct{}{} }()
	<-done
}

// slow is a writer as fast as its speed.
type slow struct {
	io.Writer
	speed int
}

func (s slow) Write(p []byte) (written int, err error) {
	const tick = 20 * time.Millisecond
	most := max(1, s.speed*int(tick)/int(time.Second))
	for len(p) > 0 && err == nil {
		n := min(len(p), most)
		if n, err = s.Writer.Write(p[:n]); n > 0 {
			written, p = written+n, p[n:]
		}
		if len(p) > 0 {
			time.Sleep(tick)
		}
	}
	return written, err
}

package mail

import (
	"bufio"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"parvis/syncserver/config"
)

// rude is a mail server that hangs up on its first caller at a command, as
// real ones do after some mails or under load.
type rude struct {
	port int

	mu    sync.Mutex
	calls int
	taken int
}

func startRude(t *testing.T, at string, answered bool) *rude {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &rude{port: l.Addr().(*net.TCPAddr).Port}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			r.mu.Lock()
			r.calls++
			hang := r.calls == 1
			r.mu.Unlock()
			serving.Go(func() { r.serve(conn, at, hang, answered) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); serving.Wait() })
	return r
}

// serve speaks just enough SMTP.
func (r *rude) serve(conn net.Conn, at string, hang, answered bool) {
	defer conn.Close()
	lines := bufio.NewReader(conn)
	say := func(s string) { _, _ = conn.Write([]byte(s + "\r\n")) }
	say("220 rude.vesle.example")
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		verb := strings.ToUpper(strings.Fields(line + " .")[0])
		if hang && verb == at && !answered {
			return
		}
		switch verb {
		case "DATA":
			say("354 go on")
			for line != ".\r\n" {
				if line, err = lines.ReadString('\n'); err != nil {
					return
				}
			}
			r.mu.Lock()
			r.taken++
			r.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
		if hang && verb == at {
			return
		}
	}
}

// TestTakenIsTaken: a line that breaks while we tidy up behind a mail that
// was taken does not make it go twice.
func TestTakenIsTaken(t *testing.T) {
	r := startRude(t, "RSET", false)
	s := Settings{Host: "127.0.0.1", Port: r.port, Mode: config.ModePlain, From: from, Timeout: 10 * time.Second}
	if err := deliver(t, s, message(t, Welcome)); err != nil {
		t.Fatal(err)
	}
	if r.taken != 1 {
		t.Fatalf("%d were taken", r.taken)
	}
}

// TestHungUpBetweenMails: the next mail of the batch goes over a new
// connection, at once, and that is no failed attempt.
func TestHungUpBetweenMails(t *testing.T) {
	r := startRude(t, "RSET", true)
	s, err := NewSMTP(Settings{Host: "127.0.0.1", Port: r.port, Mode: config.ModePlain, From: from, Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	b := work(t, newMemory(fresh(Welcome, begun), fresh(Welcome, begun)), s, begun)
	b.next(t, "done")
	b.next(t, "done")
	b.stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls != 2 || r.taken != 2 {
		t.Fatalf("%d mails in %d calls", r.taken, r.calls)
	}
}

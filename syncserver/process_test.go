package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store/storetest"
)

var built struct {
	once   sync.Once
	folder string
	path   string
	err    error
}

// program is the server's program, built once for all tests.
func program(t testing.TB) string {
	t.Helper()
	built.once.Do(func() {
		if built.folder, built.err = os.MkdirTemp("", "parvis-server-test"); built.err != nil {
			return
		}
		built.path = filepath.Join(built.folder, "parvis-server")
		if out, err := exec.Command("go", "build", "-o", built.path, ".").CombinedOutput(); err != nil {
			built.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.path
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.folder != "" {
		_ = os.RemoveAll(built.folder)
	}
	os.Exit(code)
}

// freeAddress is a loopback address nobody listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// process is one server process on a database, started again and again under
// one address.
type process struct {
	t       testing.TB
	dsn     string
	address string
	data    string
	more    []string // of its environment
	command *exec.Cmd
	stderr  *bytes.Buffer
}

func newProcess(t testing.TB, dsn string) *process {
	t.Helper()
	p := &process{t: t, dsn: dsn, address: freeAddress(t), data: t.TempDir()}
	t.Cleanup(func() {
		if p.command != nil {
			p.kill()
		}
	})
	return p
}

func (p *process) url() string { return "http://" + p.address }

// environment is all that the program is told: nothing of the test's own.
func (p *process) environment() []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + p.data,
		"PARVIS_LISTEN=" + p.address, "PARVIS_PUBLIC_URL=" + p.url(), "PARVIS_DATA_DIR=" + p.data, "PARVIS_DATABASE=" + p.dsn,
		"PARVIS_TOWN_NAME=Saint-Aubin-sur-Vesle", "PARVIS_TOWN_ZONE=B",
		"PARVIS_SMTP_HOST=127.0.0.1", "PARVIS_SMTP_PORT=9", "PARVIS_SMTP_MODE=plain", "PARVIS_MAIL_FROM=portail@saint-aubin.example",
		"PARVIS_SHUTDOWN_GRACE=5s",
	}, p.more...)
}

// start starts the process and does not wait for it.
func (p *process) start() {
	p.t.Helper()
	p.stderr = &bytes.Buffer{}
	p.command = exec.Command(program(p.t), "serve")
	p.command.Env = p.environment()
	p.command.Stderr = p.stderr
	if err := p.command.Start(); err != nil {
		p.t.Fatal(err)
	}
}

// ready waits until the process answers.
func (p *process) ready() {
	p.t.Helper()
	hc := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	if !eventually(20*time.Second, func() bool {
		answer, err := hc.Get(p.url() + "/readyz")
		if err != nil {
			return false
		}
		return answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
	}) {
		p.t.Fatalf("the server does not answer: %s", p.output())
	}
}

// kill ends the process as a power cut would, and gives what it had written.
func (p *process) kill() {
	p.t.Helper()
	_ = p.command.Process.Kill()
	err := p.command.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signaled() {
		err = nil
	}
	if err != nil {
		p.t.Errorf("the server had ended by itself: %v\n%s", err, p.output())
	}
	if strings.Contains(p.stderr.String(), "panic") {
		p.t.Errorf("the server panicked: %s", p.output())
	}
	p.command = nil
}

// stop asks the process to end, and waits until it has.
func (p *process) stop() {
	p.t.Helper()
	command := p.command
	p.command = nil
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := command.Wait(); err != nil {
		p.t.Errorf("the server did not end well: %v\n%s", err, p.output())
	}
}

func (p *process) output() string {
	text := p.stderr.String()
	return text[max(0, len(text)-3000):]
}

// doctor runs the program's own look at its database.
func (p *process) doctor() {
	p.t.Helper()
	command := exec.Command(program(p.t), "doctor")
	command.Env = p.environment()
	out, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Nothing is wrong") {
		p.t.Errorf("doctor: %v\n%s", err, out)
	}
	if p.more != nil && !strings.Contains(string(out), "known to PayFiP as \"Régie\"") {
		p.t.Errorf("doctor does not know the cash desk:\n%s", out)
	}
}

// eventually asks for a fact until it holds or the time is up. It is the one
// place where these tests wait for something that no channel tells.
func eventually(limit time.Duration, holds func() bool) bool {
	deadline := time.Now().Add(limit)
	for !holds() {
		if time.Now().After(deadline) {
			return false
		}
		time.Sleep(5 * time.Millisecond)
	}
	return true
}

// The real server is killed again and again under writers, at moments that
// nobody chose; some while it starts.
func TestSoakTheServerIsKilledAtRandomMoments(t *testing.T) {
	for _, engine := range []struct {
		name  string
		kills int
		dsn   func(testing.TB) string
	}{{"sqlite", 50, storetest.SQLite}, {"postgres", 10, storetest.Postgres}} {
		if engine.name == "postgres" && !onPostgres(t) {
			continue
		}
		run := func(t *testing.T, random *rand.Rand, seed uint64) {
			town := newTownOf(t, engine.dsn(t), 8)
			p := newProcess(t, town.dsn)
			p.start()
			p.ready()
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			w := town.write(ctx, seed, p.url)
			began, kills := time.Now(), 0
			for ; kills < engine.kills && !t.Failed(); kills++ {
				// Every eighth dies while it starts.
				if random.IntN(8) > 0 {
					p.ready()
				}
				time.Sleep(within(random, 600*time.Millisecond)) // the fault's own moment
				p.kill()
				p.start()
			}
			p.ready()
			stop()
			w.wait()
			t.Logf("%d kills in %s, %d commands acknowledged, %d sendings failed, %d came twice", kills, time.Since(began).Round(time.Second), w.acknowledged(), w.failed(), w.repeated())
			if w.acknowledged() < 2*kills {
				t.Errorf("only %d commands between %d kills", w.acknowledged(), kills)
			}
			p.stop()
			p.doctor()
			town.check(w)
		}
		t.Run(engine.name, func(t *testing.T) { hosttest.Soak(t, run) })
	}
}

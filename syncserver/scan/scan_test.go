package scan_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parvis/syncserver/scan"
)

const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// daemon is a simulator: it reads the protocol as strictly as ClamAV does and
// answers what a test wants.
func daemon(t *testing.T, answer func(command string, data []byte) string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				command, data, err := read(c)
				if err != nil {
					return
				}
				_, _ = io.WriteString(c, answer(command, data))
			}()
		}
	}()
	return l.Addr().String()
}

func read(c net.Conn) (command string, data []byte, err error) {
	one := make([]byte, 1)
	for {
		if _, err := io.ReadFull(c, one); err != nil {
			return "", nil, err
		}
		if one[0] == 0 {
			break
		}
		command += string(one)
	}
	if command != "zINSTREAM" {
		return command, nil, nil
	}
	for {
		size := make([]byte, 4)
		if _, err := io.ReadFull(c, size); err != nil {
			return "", nil, err
		}
		n := binary.BigEndian.Uint32(size)
		if n == 0 {
			return command, data, nil
		}
		piece := make([]byte, n)
		if _, err := io.ReadFull(c, piece); err != nil {
			return "", nil, err
		}
		data = append(data, piece...)
	}
}

func TestVerdicts(t *testing.T) {
	ctx := context.Background()
	file := bytes.Repeat([]byte("quittance "), 50_000)
	for answer, want := range map[string]struct {
		found string
		fails bool
	}{
		"stream: OK\x00":                               {},
		"stream: Win.Test.EICAR_HDB-1 FOUND\x00":       {found: "Win.Test.EICAR_HDB-1"},
		"INSTREAM size limit exceeded. ERROR\x00":      {fails: true},
		"stream: Heuristics.Limits.Exceeded ERROR\x00": {fails: true},
		"":                                   {fails: true},
		"stream: FOUND\x00":                  {fails: true},
		"stream: O":                          {fails: true},
		"HTTP/1.1 400 Bad Request\r\n\r\nOK": {fails: true},
		"stream: " + strings.Repeat("x", 10_000) + "\x00": {fails: true},
	} {
		arrived := make(chan []byte, 1)
		at := daemon(t, func(_ string, data []byte) string { arrived <- data; return answer })
		found, err := scan.New(at).Scan(ctx, file)
		if found != want.found || (err != nil) != want.fails {
			t.Errorf("%.40q is read as %q, %v", answer, found, err)
		}
		if got := <-arrived; !bytes.Equal(got, file) {
			t.Errorf("%d bytes arrived of %d", len(got), len(file))
		}
	}
}

func TestADaemonThatIsNotThereOrDoesNotAnswer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	silent := scan.New(l.Addr().String())
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := silent.Scan(ctx, []byte("x")); err == nil {
		t.Error("silence is a verdict")
	}
	l.Close()
	if _, err := silent.Scan(context.Background(), []byte("x")); err == nil {
		t.Error("nobody is a verdict")
	}
	if err := silent.Check(context.Background()); err == nil {
		t.Error("nobody is there")
	}
	pong := scan.New(daemon(t, func(command string, _ []byte) string {
		return map[string]string{"zPING": "PONG\x00"}[command]
	}))
	if err := pong.Check(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestClamAV asks the real daemon, where this machine has it, with one
// signature of our own: its database need not be downloaded.
func TestClamAV(t *testing.T) {
	clamd, err := exec.LookPath("clamd")
	if err != nil {
		if clamd, err = exec.LookPath("/usr/sbin/clamd"); err != nil {
			t.Skip("clamd is not installed")
		}
	}
	dir, err := os.MkdirTemp("", "clamd") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	socket := filepath.Join(dir, "s")
	write("eicar.ndb", "Parvis.Test.EICAR:0:*:"+hex.EncodeToString([]byte(eicar))+"\n")
	config := write("clamd.conf", fmt.Sprintf("LocalSocket %s\nDatabaseDirectory %s\nForeground yes\nOfficialDatabaseOnly no\nStreamMaxLength 25M\nTemporaryDirectory %s\n", socket, dir, dir))
	command := exec.Command(clamd, "--config-file="+config)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() { _ = command.Process.Kill(); <-ended })
	c := scan.New("unix:" + socket)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for tick := time.NewTicker(20 * time.Millisecond); c.Check(ctx) != nil; {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("clamd ended: %v\n%s", err, said.String())
		case <-ctx.Done():
			t.Fatalf("clamd does not answer\n%s", said.String())
		case <-tick.C:
		}
	}
	for text, want := range map[string]string{eicar: "Parvis.Test.EICAR.UNOFFICIAL", "%PDF-1.7\n" + eicar + "\n%%EOF": "Parvis.Test.EICAR.UNOFFICIAL", "une quittance": ""} {
		if found, err := c.Scan(ctx, []byte(text)); err != nil || found != want {
			t.Errorf("%.20q: %q, %v", text, found, err)
		}
	}
	if found, err := c.Scan(ctx, make([]byte, 26<<20)); err == nil {
		t.Errorf("more than a stream may have: %q", found)
	}
}

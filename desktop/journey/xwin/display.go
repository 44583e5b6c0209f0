//go:build linux

package xwin

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// Display is an X server of our own.
type Display struct {
	Name          string // ":99"
	Width, Height int

	dir  string
	xvfb *process
}

// StartXvfb starts an X server without a screen, on a display that is free,
// with a cookie only we know and a French keyboard. What it shows is written
// into a file, which Pixels reads.
func StartXvfb(width, height int) (_ *Display, err error) {
	dir, err := os.MkdirTemp("", "parvis-x-")
	if err != nil {
		return nil, err
	}
	d := &Display{Width: width, Height: height, dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	if err := os.WriteFile(d.authority(), cookie(), 0o600); err != nil {
		return nil, err
	}
	// Xvfb looks for a free display itself and writes its number when it
	// is ready: nothing to guess, nothing to wait for.
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height),
		"-auth", d.authority(), "-nolisten", "tcp", "-noreset", "-dpi", "96", "-fbdir", dir)
	cmd.ExtraFiles = []*os.File{w}
	d.xvfb, err = start(cmd)
	_ = w.Close()
	if err != nil {
		return nil, fmt.Errorf("xwin: Xvfb: %w", err)
	}
	_ = r.SetReadDeadline(time.Now().Add(20 * time.Second))
	number := make([]byte, 16)
	n, err := r.Read(number)
	if err != nil {
		return nil, fmt.Errorf("xwin: Xvfb did not start: %w: %s", err, d.xvfb.said())
	}
	d.Name = ":" + strings.TrimSpace(string(number[:n]))
	// The variant "oss" is the one French installers choose: the plain one
	// cannot write É, À, Ç or Œ.
	if _, err := d.run("setxkbmap", "-layout", "fr", "-variant", "oss"); err != nil {
		return nil, fmt.Errorf("xwin: French keyboard: %w", err)
	}
	return d, nil
}

// Close ends the X server, and with it every window on it.
func (d *Display) Close() error {
	var err error
	if d.xvfb != nil {
		err = d.xvfb.stop(5 * time.Second)
	}
	return errors.Join(err, os.RemoveAll(d.dir))
}

// Env is the environment in which programs find this display.
func (d *Display) Env() []string {
	return []string{"DISPLAY=" + d.Name, "XAUTHORITY=" + d.authority()}
}

// Screenshot writes what the whole screen shows as a PNG. It waits until two
// pictures in a row are the same, as the last event may not be painted yet,
// and takes what there is after a second: a cursor may blink.
func (d *Display) Screenshot(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	var last []byte
	for deadline := time.Now().Add(time.Second); ; {
		raw, err := d.run("import", "-window", "root", "rgb:-")
		if err != nil {
			return fmt.Errorf("xwin: screenshot: %w", err)
		}
		if bytes.Equal(raw, last) || time.Now().After(deadline) {
			break
		}
		last = raw
	}
	_, err := d.run("import", "-window", "root", "png:"+path)
	return err
}

func (d *Display) authority() string { return filepath.Join(d.dir, "Xauthority") }

// run runs a small X tool on this display and returns what it printed.
func (d *Display) run(name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), d.Env()...)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return out.Bytes(), fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(complaint.String()))
	}
	return out.Bytes(), nil
}

// cookie is an Xauthority file with one entry that fits any display, so that
// it can be written before the display's number is known.
func cookie() []byte {
	const anyDisplay = 0xFFFF
	secret := make([]byte, 16)
	_, _ = rand.Read(secret) // never fails
	var b bytes.Buffer
	put := func(s []byte) {
		_ = binary.Write(&b, binary.BigEndian, uint16(len(s)))
		b.Write(s)
	}
	_ = binary.Write(&b, binary.BigEndian, uint16(anyDisplay))
	put(nil) // address
	put(nil) // display
	put([]byte("MIT-MAGIC-COOKIE-1"))
	put(secret)
	return b.Bytes()
}

// process is a child that dies with us, however we die.
type process struct {
	cmd    *exec.Cmd
	output *tail
	done   chan struct{}
	err    error // after done
}

// start starts cmd from a thread that lives as long as the child: the kernel
// kills the child when that thread ends, so the thread must be kept.
func start(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, output: &tail{}, done: make(chan struct{})}
	if cmd.Stdout == nil {
		cmd.Stdout = p.output
	}
	if cmd.Stderr == nil {
		cmd.Stderr = p.output
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
		}
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// stop asks the child to end, and kills it when it does not.
func (p *process) stop(grace time.Duration) error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
		return nil
	case <-time.After(grace):
	}
	_ = p.cmd.Process.Kill()
	<-p.done
	return fmt.Errorf("xwin: %s did not end within %s", filepath.Base(p.cmd.Path), grace)
}

// said is the end of what the child printed.
func (p *process) said() string { return p.output.String() }

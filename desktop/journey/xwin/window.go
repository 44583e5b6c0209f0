//go:build linux

package xwin

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"parvis/desktop/journey/probe/proto"
)

// Window is a program with its window, driven from outside.
type Window struct {
	*Display
	*Probe

	id   string // X's
	proc *process
	dir  string
}

// Launch starts a program built with the tag "probe" on this display and
// waits for its window, which is made to fill the screen and given the
// focus. env is added to ours.
func (d *Display) Launch(binary string, args, env []string) (_ *Window, err error) {
	dir, err := os.MkdirTemp("", "parvis-w-")
	if err != nil {
		return nil, err
	}
	w := &Window{Display: d, dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close())
		}
	}()
	socket := filepath.Join(dir, "probe")
	cmd := exec.Command(binary, args...)
	cmd.Env = append(os.Environ(), d.Env()...)
	cmd.Env = append(cmd.Env, "FYNE_PLATFORM=x11", "LIBGL_ALWAYS_SOFTWARE=1",
		// Dead keys are put together by X's input method, which needs a
		// locale that knows them.
		"LC_ALL=C.UTF-8", "XMODIFIERS=@im=none", proto.Env+"="+socket)
	cmd.Env = append(cmd.Env, env...)
	if w.proc, err = start(cmd); err != nil {
		return nil, fmt.Errorf("xwin: %w", err)
	}
	const patience = 60 * time.Second
	if err := w.await(patience, "the probe's socket", func() (bool, error) {
		conn, err := net.Dial("unix", socket)
		if err != nil {
			return false, nil //nolint // not there yet
		}
		w.Probe = newProbe(conn)
		return true, nil
	}); err != nil {
		return nil, err
	}
	pid := strconv.Itoa(w.proc.cmd.Process.Pid)
	if err := w.await(patience, "the window", func() (bool, error) {
		// A search that finds nothing is an error to xdotool, not to us.
		out, err := d.run("xdotool", "search", "--onlyvisible", "--pid", pid)
		ids := strings.Fields(string(out))
		if err != nil || len(ids) == 0 {
			return false, nil
		}
		w.id = ids[len(ids)-1]
		return true, nil
	}); err != nil {
		return nil, err
	}
	if err := w.Resize(d.Width, d.Height); err != nil {
		return nil, err
	}
	return w, w.Focus()
}

// Resize puts the window at the upper left corner in a size, and waits until
// the program has noticed. A program that is just opening its window may
// still set the size it had in mind: ours is asked for again until it stays.
func (w *Window) Resize(width, height int) error {
	const stays = 5 // askings in a row that find the size
	asked, found := 0, 0
	return w.WaitFor(fmt.Sprintf("the size %d × %d", width, height), func() (bool, error) {
		if found == 0 && asked%10 == 0 {
			if _, err := w.run("xdotool", "windowmove", w.id, "0", "0",
				"windowsize", w.id, strconv.Itoa(width), strconv.Itoa(height)); err != nil {
				return false, err
			}
		}
		asked++
		s, err := w.State()
		// The window's units may not divide the pixels evenly.
		if err == nil && abs(s.Width-width) <= 4 && abs(s.Height-height) <= 4 {
			found++
		} else {
			found = 0
		}
		return found == stays, err
	}, 20*time.Second)
}

// Focus gives the window the keyboard. Without a window manager nobody else
// does.
func (w *Window) Focus() error {
	_, err := w.run("xdotool", "windowfocus", "--sync", w.id)
	return err
}

// Output is the end of what the program printed.
func (w *Window) Output() string { return w.proc.said() }

// Rest waits until the window has painted what it was told, and nothing runs
// that will change it; or for a second, as a progress may go on for ever.
func (w *Window) Rest() {
	// Between two answers that are further apart than a frame lies a painting.
	const stays = 3
	found := 0
	for end := time.Now().Add(time.Second); found < stays && time.Now().Before(end); time.Sleep(pause) {
		if s, err := w.State(); err != nil || s.Idle {
			found++
		} else {
			found = 0
		}
	}
}

// Kill ends the program as a power cut would. Close is still to be called.
func (w *Window) Kill() {
	_ = w.proc.cmd.Process.Kill()
	<-w.proc.done
}

// Close ends the program if it runs, and forgets its socket.
func (w *Window) Close() error {
	var err error
	if w.Probe != nil {
		_ = w.Probe.conn.Close()
	}
	if w.proc != nil {
		err = w.proc.stop(10 * time.Second)
	}
	return errors.Join(err, os.RemoveAll(w.dir))
}

// await asks again and again until ok, the program has ended, or time is up.
func (w *Window) await(timeout time.Duration, what string, ok func() (bool, error)) error {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	late := time.After(timeout)
	for {
		done, err := ok()
		if err != nil || done {
			return err
		}
		select {
		case <-tick.C:
		case <-w.proc.done:
			return fmt.Errorf("xwin: the program ended while we waited for %s: %v: %s", what, w.proc.err, w.Output())
		case <-late:
			return fmt.Errorf("xwin: %s did not come within %s: %s", what, timeout, w.Output())
		}
	}
}

func abs(n int) int { return max(n, -n) }

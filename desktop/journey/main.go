// Command journey plays the main job in the real window, with a real mouse
// and keyboard, on an X server of its own: a family opens an account,
// registers a child and books meals, an agent accepts it, the line is cut and
// comes back. It leaves a picture of each step and fails when one does not
// come about. It waits for facts that the window tells, never for time.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"parvis/desktop/journey/xwin"
)

// patience is how long a fact may take on a busy machine.
const patience = 20 * time.Second

type journey struct {
	display *xwin.Display
	family  *xwin.Window // stays open while the agent works elsewhere
	// The agent's own screen and window.
	office      *xwin.Display
	agentWindow *xwin.Window
	town        *town
	desktop     string
	folder      string // of all that this run makes
	shots       string
	number      int
	steps       int
	began       time.Time
}

func main() {
	server := flag.String("server", "build/parvis-server", "the server program")
	desktop := flag.String("desktop", "build/parvis-probe", "the desktop program, built with the tag probe")
	shots := flag.String("screenshots", "build/screenshots", "folder for the pictures")
	flag.Parse()
	if err := run(*server, *desktop, *shots); err != nil {
		fmt.Fprintln(os.Stderr, "journey:", err)
		os.Exit(1)
	}
}

func run(server, desktop, shots string) (err error) {
	folder, err := os.MkdirTemp("", "parvis-journey-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if err := os.MkdirAll(shots, 0o755); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(shots, "*.png"))
	if err != nil {
		return err
	}
	for _, f := range old {
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	j := &journey{desktop: desktop, folder: folder, shots: shots, began: time.Now()}
	if j.display, err = xwin.StartXvfb(1280, 800); err != nil {
		return err
	}
	defer j.display.Close()
	if j.town, err = startTown(server, filepath.Join(folder, "town")); err != nil {
		return err
	}
	defer j.town.stop()
	defer func() {
		if j.family != nil {
			err = errors.Join(err, j.family.Close())
		}
		err = errors.Join(err, j.closeOffice())
	}()
	for _, part := range []struct {
		title string
		play  func() error
	}{
		{"une famille ouvre un compte", j.account},
		{"elle remplit une fiche enfant", j.record},
		{"un agent l'accepte", j.agent},
		{"elle réserve, sans ligne puis avec", j.bookings},
		{"la même chose en sombre et en grand", j.appearances},
		{"une autre a perdu son mot de passe", j.lost},
	} {
		fmt.Println(part.title)
		if err := part.play(); err != nil {
			return fmt.Errorf("%s: %w", part.title, err)
		}
	}
	fmt.Printf("%d steps, %d pictures in %s, %.0f s\n", j.steps, j.number, shots, time.Since(j.began).Seconds())
	return nil
}

// step does one thing and says so.
func (j *journey) step(what string, f func() error) error {
	j.steps++
	if err := f(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	fmt.Printf("  %5.1f s  %s\n", time.Since(j.began).Seconds(), what)
	return nil
}

// all does steps in order, up to the first that fails.
func (j *journey) all(steps ...step) error {
	for _, s := range steps {
		if err := j.step(s.what, s.do); err != nil {
			return err
		}
	}
	return nil
}

type step struct {
	what string
	do   func() error
}

// shot takes the picture that is next in number.
func (j *journey) shot(name string) error { return j.shotOf(j.display, name) }

func (j *journey) shotOf(d *xwin.Display, name string) error {
	j.number++
	return d.Screenshot(filepath.Join(j.shots, fmt.Sprintf("%02d-%s.png", j.number, name)))
}

// noBus keeps windows from a session bus that a machine without a display has
// not: the keyring then answers at once that there is none.
var noBus = []string{"DBUS_SESSION_BUS_ADDRESS=disabled:"}

// open starts a desktop with an installation of its own.
func (j *journey) open(installation string, args ...string) (*xwin.Window, error) {
	args = append([]string{"--server", j.town.url, "--data", filepath.Join(j.folder, installation)}, args...)
	return j.display.Launch(j.desktop, args, noBus)
}

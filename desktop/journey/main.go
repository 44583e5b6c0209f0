// Command journey plays the program's main jobs in the real window, with a real
// mouse and keyboard, on X servers of its own: a family opens an account,
// registers a child and books meals, an agent accepts it, the line is cut and
// comes back; a form is gone on with on another computer, a correction asked
// for and answered. It leaves a picture of each step and fails when one does
// not come about. It waits for facts that the window tells, never for time.
//
// A part of it is a file here with a row in lanes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"parvis/desktop/journey/xwin"
)

// patience is how long a fact may take on a busy machine.
const patience = 20 * time.Second

// part is a stretch of the journey that somebody could want to see alone.
type part struct {
	name  string // as PARTS names it, and its pictures' lines in the report
	title string
	play  func(*journey) error
}

// inBrowser is the parts of which something is played in a real browser.
var inBrowser = []string{"recharger"}

// noBrowser allows a journey where there is no Chromium, without the parts that are
// played in one. Nothing is left out unasked: a part that was not played would pass
// for one that went well.
const noBrowser = "PARVIS_NO_BROWSER"

// lane is parts that are played one after another, in a town and on screens of
// their own. Lanes are played at the same time.
type lane struct {
	parts []part
	chain bool // a part needs all those before it
}

var lanes = []lane{
	{chain: true, parts: []part{
		{"compte", "une famille ouvre un compte", (*journey).account},
		{"fiche", "elle remplit une fiche enfant", (*journey).record},
		{"agent", "un agent l'accepte", (*journey).agent},
		{"reservations", "elle réserve, sans ligne puis avec", (*journey).bookings},
		{"apparences", "la même chose en sombre et en grand", (*journey).appearances},
	}},
	{parts: []part{
		{"groupees", "une mère réserve un mois pour deux enfants, l'annule sans ligne et le rétablit", (*journey).grouped},
		{"recharger", "un père recharge son compte dans son navigateur", (*journey).topUp},
		{"regie", "une régisseuse encaisse et corrige, un père le lit sur son relevé", (*journey).till},
		{"attente", "une place libérée va à la famille qui l'attendait", (*journey).waitingList},
		{"ouverture", "elle prépare une ouverture, que sa fenêtre envoie à l'heure", (*journey).openings},
		{"perdu", "une autre a perdu son mot de passe", (*journey).lost},
		{"reprise", "un formulaire commencé sur un ordinateur se finit sur un autre", (*journey).resumed},
		{"correction", "la mairie demande une correction", (*journey).correction},
	}},
	{parts: []part{
		{"justificatif", "un justificatif part sur une mauvaise ligne et se juge", (*journey).document},
		{"lettre", "un message part avec deux fichiers sur une ligne coupée", (*journey).letter},
		{"delegue", "un père confie les réservations à la grand-mère", (*journey).delegate},
		{"parents", "des parents séparés, côte à côte", (*journey).parents},
		{"absence", "une enfant est malade : ce qui s'annule, ce qui se justifie", (*journey).absence},
		{"fermeture", "la mairie ferme la cantine, trois familles le lisent", (*journey).closures},
	}},
}

// journey is a lane that is being played.
type journey struct {
	display *xwin.Display
	family  *xwin.Window // stays open while the agent works elsewhere
	// A second screen, with the agent's window in the chain.
	office      *xwin.Display
	agentWindow *xwin.Window
	windows     map[*xwin.Display]*xwin.Window // what was opened there last
	town        *town
	desktop     string
	folder      string // of all that this lane makes
	shots       string
	part        part
	number      int // of the part; its pictures begin with it
	shown       int // pictures of the part
	steps       int
	pictures    int
	began       time.Time
}

func main() {
	server := flag.String("server", "build/parvis-server", "the server program")
	desktop := flag.String("desktop", "build/parvis-probe", "the desktop program, built with the tag probe")
	shots := flag.String("screenshots", "build/screenshots", "folder for the pictures")
	only := flag.String("parts", "", "play only these parts, and those they need: "+strings.Join(names(), ","))
	flag.Parse()
	if err := run(*server, *desktop, *shots, *only); err != nil {
		fmt.Fprintln(os.Stderr, "journey:", err)
		os.Exit(1)
	}
}

func names() (out []string) {
	for _, l := range lanes {
		for _, p := range l.parts {
			out = append(out, p.name)
		}
	}
	return out
}

// chosen is the parts of a lane to play: all, or those named and what they
// need.
func (l lane) chosen(only []string) []part {
	if len(only) == 0 {
		return l.parts
	}
	var out []part
	for i, p := range l.parts {
		switch {
		case !slices.Contains(only, p.name):
		case l.chain:
			out = l.parts[:i+1]
		default:
			out = append(out, p)
		}
	}
	return out
}

// withoutBrowser is what cannot be played of what is to be played where there is no
// browser: an error, unless it may be left out.
func withoutBrowser(only []string, allowed bool) (left []string, err error) {
	for _, l := range lanes {
		for _, p := range l.chosen(only) {
			if slices.Contains(inBrowser, p.name) {
				left = append(left, p.name)
			}
		}
	}
	if len(left) > 0 && !allowed {
		return nil, fmt.Errorf("there is no Chromium on this machine, in which %s is played: install it, or leave that out with %s=1", strings.Join(left, ", "), noBrowser)
	}
	return left, nil
}

func run(server, desktop, shots, named string) (err error) {
	only := strings.FieldsFunc(named, func(r rune) bool { return r == ',' || r == ' ' })
	for _, name := range only {
		if !slices.Contains(names(), name) {
			return fmt.Errorf("no part %q; there are %s", name, strings.Join(names(), ", "))
		}
	}
	var left []string
	if browser() == "" {
		if left, err = withoutBrowser(only, os.Getenv(noBrowser) != ""); err != nil {
			return err
		}
		for _, name := range left {
			fmt.Printf("%s is not played: there is no Chromium on this machine\n", name)
		}
	}
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
	began, first := time.Now(), 1
	played := make([]journey, len(lanes))
	failed := make([]error, len(lanes))
	var all sync.WaitGroup
	for i, l := range lanes {
		played[i] = journey{desktop: desktop, folder: filepath.Join(folder, strconv.Itoa(i)), shots: shots, number: first - 1, began: began, windows: map[*xwin.Display]*xwin.Window{}}
		parts := slices.DeleteFunc(slices.Clone(l.chosen(only)), func(p part) bool { return slices.Contains(left, p.name) })
		all.Go(func() { failed[i] = played[i].play(l, parts, server) })
		first += len(l.parts)
	}
	all.Wait()
	steps, pictures := 0, 0
	for _, j := range played {
		steps, pictures = steps+j.steps, pictures+j.pictures
	}
	fmt.Printf("%d steps, %d pictures in %s, %.0f s\n", steps, pictures, shots, time.Since(began).Seconds())
	return errors.Join(failed...)
}

// play plays parts of a lane. The pictures of a part bear the number that it
// has among all, whichever are played.
func (j *journey) play(l lane, parts []part, server string) (err error) {
	if len(parts) == 0 {
		return nil
	}
	if err := os.MkdirAll(j.folder, 0o755); err != nil {
		return err
	}
	if j.display, err = xwin.StartXvfb(1280, 800); err != nil {
		return err
	}
	defer j.display.Close()
	if j.town, err = startTown(server, filepath.Join(j.folder, "town")); err != nil {
		return err
	}
	defer j.town.stop()
	defer func() {
		if j.family != nil {
			err = errors.Join(err, j.family.Close())
		}
		err = errors.Join(err, j.closeOffice())
	}()
	before := j.number
	for i, p := range l.parts {
		if !slices.ContainsFunc(parts, func(q part) bool { return q.name == p.name }) {
			continue
		}
		j.part, j.number, j.shown = p, before+i+1, 0
		fmt.Printf("%5.1f s  %s: %s\n", time.Since(j.began).Seconds(), p.name, p.title)
		if err := p.play(j); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// step does one thing and says so.
func (j *journey) step(what string, f func() error) error {
	j.steps++
	if err := f(); err != nil {
		// What was on the screens then, before the windows are closed.
		for _, d := range []*xwin.Display{j.display, j.office} {
			if d != nil {
				err = errors.Join(err, j.shotOf(d, "echec"))
			}
		}
		return fmt.Errorf("%s: %w", what, err)
	}
	fmt.Printf("%5.1f s  %s: %s\n", time.Since(j.began).Seconds(), j.part.name, what)
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
	if w := j.windows[d]; w != nil {
		w.Rest()
	}
	j.shown++
	j.pictures++
	picture := filepath.Join(j.shots, fmt.Sprintf("%02d-%02d-%s", j.number, j.shown, name))
	if err := d.Screenshot(picture + ".png"); err != nil || j.windows[d] == nil {
		return err
	}
	stale, err := j.windows[d].Stale()
	if err == nil && !stale.Empty() {
		err = fmt.Errorf("%s.png shows something old in %v", picture, stale)
		err = errors.Join(err, d.Screenshot(picture+"-neuf.png"))
	}
	return err
}

// noBus keeps windows from a session bus that a machine without a display has
// not: the keyring then answers at once that there is none.
var noBus = []string{"DBUS_SESSION_BUS_ADDRESS=disabled:"}

// open starts a desktop with an installation of its own on the first screen.
func (j *journey) open(installation string, args ...string) (*xwin.Window, error) {
	return j.openOn(j.display, installation, args...)
}

func (j *journey) openOn(d *xwin.Display, installation string, args ...string) (*xwin.Window, error) {
	args = append([]string{"--server", j.town.url, "--data", filepath.Join(j.folder, installation)}, args...)
	env, err := j.links()
	if err != nil {
		return nil, err
	}
	w, err := d.Launch(j.desktop, args, append(env, noBus...))
	j.windows[d] = w
	return w, err
}

// second is the second screen, opened when it is first needed.
func (j *journey) second() (_ *xwin.Display, err error) {
	if j.office == nil {
		j.office, err = xwin.StartXvfb(1280, 800)
	}
	return j.office, err
}

// abreast opens the windows of two people, each on a screen of its own. done
// closes both.
func (j *journey) abreast(first, second string) (a, b hands, done func() error, err error) {
	one, err := j.open(first)
	if err != nil {
		return a, b, nil, err
	}
	b, shut, err := j.beside(second)
	if err != nil {
		return a, b, nil, errors.Join(err, one.Close())
	}
	return hands{j, one}, b, func() error { return errors.Join(shut(), one.Close()) }, nil
}

// beside opens another one's window on the second screen, beside one that is
// open already. shut closes it.
func (j *journey) beside(name string) (b hands, shut func() error, err error) {
	d, err := j.second()
	if err != nil {
		return b, nil, err
	}
	other, err := j.openOn(d, name)
	if err != nil {
		return b, nil, err
	}
	return hands{j, other}, other.Close, nil
}

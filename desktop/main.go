// Command parvis is the family portal's window, for families, for agents and
// for the public computers of a town hall.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"parvis/desktop/cache"
	"parvis/desktop/journey/probe"
	"parvis/desktop/notify"
	"parvis/desktop/pages"
	"parvis/desktop/print"
	"parvis/desktop/report"
	"parvis/desktop/session"
	"parvis/desktop/ui/app"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/task"
)

const (
	programID = "fr.parvis.desktop"
	// addressFile may lie beside the program: a line with the address of the
	// town hall's portal, put there by whoever installs it for others.
	addressFile = "parvis-adresse.txt"
	addressEnv  = "PARVIS_SERVER"
	dataEnv     = "PARVIS_DESKTOP_DATA"
	// clickTime is how long a person holds a mouse button down.
	clickTime = 200 * time.Millisecond
)

func main() {
	if pages.FillIfAsked() {
		return
	}
	if err := run(os.Args[1:]); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "parvis:", err)
		}
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("parvis", flag.ContinueOnError)
	address := flags.String("server", givenAddress(), "address of the town hall's portal")
	data := flags.String("data", dataFolder(), "folder of this installation's caches and settings")
	kiosk := flags.Bool("kiosk", false, "a public computer: nothing is left on it")
	flags.String("route", "", "the screen to begin with, such as parvis://agenda")
	if err := flags.Parse(args); err != nil {
		return err
	}
	route := flags.Lookup("route").Value.String()
	if route == "" && strings.HasPrefix(flags.Arg(0), "parvis://") {
		route = flags.Arg(0) // how the system hands over a link
	}
	folder, err := filepath.Abs(*data) // SQLite's own names of files are whole ones
	if err != nil {
		return err
	}
	*data = folder
	if err := os.MkdirAll(*data, 0o700); err != nil {
		return err
	}
	log, done, err := report.Open(*data)
	if err != nil {
		return err
	}
	defer done()
	defer report.Guard()
	f := fyneapp.NewWithID(programID)
	f.SetIcon(look.AppIcon())
	stop, err := kit.TranslateToolkit()
	if err != nil {
		return err
	}
	defer stop()
	kit.JudgeAfterRelease(func(f func()) { time.AfterFunc(clickTime, func() { fyne.Do(f) }) })
	host, err := os.Hostname()
	if err != nil {
		host = "ordinateur"
	}
	s, err := session.Open(session.Options{
		Dir: *data, Keyring: cache.SystemKeyring(), Address: *address, Kiosk: *kiosk, Dispatch: fyne.Do, Log: log, Device: host,
	})
	if err != nil {
		return err
	}
	defer func() {
		if err := s.Close(); err != nil {
			log.Error("the caches did not close", "error", err)
		}
	}()
	runner := task.NewRunner(fyne.Do, nil, log)
	documents := pages.New(filepath.Join(*data, "pages"), pages.Child)
	defer documents.Close()
	prints := print.NewTray(filepath.Join(*data, "a-imprimer"), print.Opener(f.OpenURL))
	defer prints.Empty()
	a := app.New(app.Options{Fyne: f, Session: s, Runner: runner, Log: log, Route: route, Documents: documents, Prints: prints,
		Notify: notify.System(func(title, text string) { f.SendNotification(fyne.NewNotification(title, text)) })})
	unprobe, err := probe.Start(a.Probe(runner))
	if err != nil {
		return err
	}
	defer unprobe()
	if !opened(a.Window(), a.Show, log) {
		return tellNoWindow()
	}
	f.Run()
	return nil
}

// givenAddress is what whoever installed the program says of the portal: the
// environment, or a file beside the program.
func givenAddress() string {
	if v := os.Getenv(addressEnv); v != "" {
		return v
	}
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	raw, err := os.ReadFile(filepath.Join(filepath.Dir(self), addressFile))
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(raw)), "\n")
	return strings.TrimSpace(line)
}

func dataFolder() string {
	if dir := os.Getenv(dataEnv); dir != "" {
		return dir
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "parvis")
}

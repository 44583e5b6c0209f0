package e2e

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/report"
	"parvis/desktop/session"
	"parvis/desktop/ui/task"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store/storetest"
)

// What an invented family writes, and what is told about it: nothing of it may
// be read afterwards in what lies on the disk.
const (
	plantedName   = "Wilhelmine"
	plantedStreet = "impasse des Cigognes"
	plantedHealth = "arachides et kiwi"
	plantedMail   = "quarantotti@exemple.fr"
	plantedWord   = "pas-le-bon-mot-de-passe"
	plantedNote   = "Zéphyrine Quarantotti"
	plantedReply  = "Madame Ravonison"
	endVariable   = "PARVIS_E2E_END"
)

var planted = []string{
	plantedName, plantedStreet, plantedHealth, plantedMail, plantedWord, plantedNote, plantedReply, demo.FamilyPassword, "claire.martel", "Martel",
}

// aCanary is a desktop's process in which all goes wrong that can, with the
// log and the reports that the program has; in the end it dies as it was told.
func aCanary() error {
	dir := os.Getenv(folderVariable)
	log, done, err := report.Open(dir)
	if err != nil {
		return err
	}
	defer done()
	defer report.Guard()
	// Who panics inside of the engine: it asks the clock.
	var die atomic.Bool
	spill := fmt.Errorf("answers of %q: %w", plantedName, portal.E(portal.Invalid, "allergies", "given", plantedHealth))
	clock := hosttest.NewClock()
	ui := make(chan func(), 1000)
	s, err := session.Open(session.Options{
		Dir: dir, Address: os.Getenv(addressVariable), Log: log, CacheOptions: []cache.Option{cache.WithKDF(cache.CheapKDF)}, Dispatch: func(f func()) { ui <- f },
		Clock: func() time.Time {
			if die.Load() {
				panic(spill)
			}
			return clock.Now()
		},
	})
	if err != nil {
		return err
	}
	news := make(chan struct{}, 1)
	s.OnStatus(func() {
		select {
		case news <- struct{}{}:
		default:
		}
	})
	// This goroutine is the window's.
	until := func(fact func() bool) error {
		late := time.After(20 * time.Second)
		for !fact() {
			select {
			case f := <-ui:
				f()
			case <-late:
				return fmt.Errorf("in vain; the line says %+v", s.Status())
			}
		}
		return nil
	}
	ctx := context.Background()
	info, base, err := s.Probe(ctx, os.Getenv(addressVariable))
	if err == nil {
		err = s.Choose(info, base)
	}
	if err == nil {
		err = s.KeepRegistration(session.Registration{Profile: accounts.Profile{FirstName: plantedName, Mail: plantedMail, Address: accounts.Address{Line1: plantedStreet}}, MailAgain: plantedMail})
	}
	if err != nil {
		return err
	}
	refused := s.SignIn(ctx, "claire.martel", plantedWord, "", false)
	if refused == nil {
		return errors.New("any password will do")
	}
	log.Warn("the sign-in was refused", "error", refused)
	if err := s.SignIn(ctx, "claire.martel", demo.FamilyPassword, "", false); err != nil {
		return err
	}
	if err := until(func() bool { return len(s.View().Children()) > 0 }); err != nil {
		return err
	}
	answers, _ := json.Marshal(map[string]string{"lastName": plantedName, "allergies": plantedHealth})
	if err := s.Keep("draft", plantedName, json.RawMessage(answers)); err != nil {
		return err
	}
	note := cache.Note{Key: "agenda.booked", Args: map[string]string{"Person": plantedNote}}
	for _, c := range s.View().Children() {
		for _, day := range []portal.Date{"2026-11-19", "2026-11-22"} { // the second is a Sunday, and refused
			if _, err := s.Submit(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: c.ID, Activity: demo.Canteen, Day: day}, note); err != nil {
				return err
			}
		}
	}
	if _, err := s.Submit(wire.RequestSubmit, wire.SubmitRequest{Request: portal.NewID(), Procedure: "fiche-enfant", Version: 1, Child: portal.NewID(), Answers: answers, Terms: true}, note); err != nil {
		return err
	}
	if err := until(func() bool { return len(s.View().Refusals()) >= 3 && len(s.Unsent()) == 0 }); err != nil {
		return err
	}
	// From here on the portal answers with an error that quotes the family.
	fmt.Println("quote")
	if err := until(func() bool { s.TryNow(); return s.Status().Error != nil }); err != nil {
		return err
	}
	log.Error("what the portal said", "error", s.Status().Error)
	for _, f := range s.View().Refusals() {
		log.Error("refused", "error", f.Verdict.Error)
	}
	// Tasks that panic, with an error, with a text and with a mistake of ours.
	shown := 0
	tasks := task.NewRunner(func(f func()) { ui <- f }, func(error) { shown++ }, log)
	for slot, f := range map[string]func(){
		"error": func() { panic(spill) }, "text": func() { panic("cannot show " + plantedNote) }, "ours": func() { _ = []string{plantedNote}[len(plantedNote)] },
	} {
		tasks.Scope().Go(slot, func(context.Context) error { f(); return nil }, nil)
	}
	tasks.Do(func() { panic(spill) })
	if err := until(func() bool { return shown == 4 }); err != nil {
		return err
	}
	fmt.Println("ready to die")
	switch os.Getenv(endVariable) {
	case "window":
		panic(spill)
	case "engine":
		die.Store(true)
		s.TryNow()
		select {}
	}
	<-ctx.Done() // until it is killed
	return nil
}

// quoting stands before the town's server; once told to, it answers pulls with
// an error that quotes what the family wrote.
func quoting(t *testing.T, to string, now *atomic.Bool) (address string) {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	through := httputil.NewSingleHostReverseProxy(u)
	p := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == wire.RoutePull && now.Load() {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusInternalServerError)
			_ = json.NewEncoder(w).Encode(wire.Problem{Status: 500, Code: portal.Internal, Title: plantedReply, Field: "answers", Args: map[string]string{"name": plantedReply}})
			return
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p.URL
}

// Nothing of a family can be read in what the program leaves on the disk: not
// in its caches, not in its log, and not in what is written when it dies, also
// where the error that killed it quotes them.
func TestNothingOfAFamilyIsInTheLogNorInACrashReport(t *testing.T) {
	for _, end := range []struct {
		how  string
		says string // of where, in the report
	}{{"killed", ""}, {"window", "e2e.aCanary"}, {"engine", "syncing.(*Engine)"}} {
		t.Run(end.how, func(t *testing.T) {
			s := hosttest.NewWith(t, storetest.SQLite(t), generous)
			folder := t.TempDir()
			var out bytes.Buffer
			var quote atomic.Bool
			ready := make(chan struct{})
			c := start(t, "canary", func(line string) {
				out.WriteString(line + "\n")
				switch line {
				case "quote":
					quote.Store(true)
				case "ready to die":
					close(ready)
				}
			}, folderVariable+"="+folder, addressVariable+"="+quoting(t, s.URL, &quote), endVariable+"="+end.how)
			select {
			case <-ready:
			case <-c.ended:
			}
			if end.how == "killed" {
				_ = c.command.Process.Kill()
			}
			<-c.ended
			_ = c.command.Wait()
			if !strings.Contains(out.String(), "ready to die") {
				t.Fatalf("it did not come that far: %.3000s", c.stderr.String())
			}
			read := func(name string) string {
				raw, err := os.ReadFile(filepath.Join(folder, name))
				if err != nil {
					t.Fatal(err)
				}
				return string(raw)
			}
			if log := read(report.LogFile); strings.Count(log, "a task panicked") != 4 || !strings.Contains(log, "index out of range") || !strings.Contains(log, "invalid at") {
				t.Errorf("the log is of no use: %s", log)
			}
			if crash := read(report.CrashFile); end.says != "" && (!strings.Contains(crash, "panic: invalid at") || !strings.Contains(crash, end.says)) {
				t.Errorf("the report is of no use: %q", crash)
			}
			if err := os.WriteFile(filepath.Join(folder, "said"), append(out.Bytes(), c.stderr.Bytes()...), 0o600); err != nil {
				t.Fatal(err)
			}
			nothingOf(t, folder, planted)
		})
	}
}

// nothingOf searches every file of a folder for words.
func nothingOf(t *testing.T, folder string, words []string) {
	t.Helper()
	files := 0
	if err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		files++
		for _, w := range words {
			escaped, _ := json.Marshal(w)
			for _, form := range [][]byte{[]byte(w), bytes.Trim(escaped, `"`), []byte(strings.ToLower(w)), []byte(url.QueryEscape(w)), []byte(hex.EncodeToString([]byte(w)))} {
				if at := bytes.Index(raw, form); at >= 0 {
					t.Errorf("%q is in %s: …%q…", w, filepath.Base(path), raw[max(0, at-80):min(len(raw), at+40)])
					break
				}
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if files < 6 {
		t.Errorf("only %d files were searched", files)
	}
}

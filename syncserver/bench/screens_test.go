//go:build linux

package bench

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"parvis/assets/catalogue"
	"parvis/desktop/journey/xwin"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/requests/sample"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/store/storetest"
)

// opened are the screens of a family, in the order in which they are opened.
var opened = []string{
	screen.Home, screen.Exchanges, screen.Exchanges + "?tab=documents", screen.Agenda, screen.Requests, screen.Procedures,
	screen.Procedure + "?id=encombrants", screen.Fill + "?id=encombrants", screen.Relations, screen.Quotient,
	screen.Profile, screen.Details, screen.Devices, screen.Notices, screen.Settings,
}

// large is the family of 5,000 rows, and tries how often each frame is measured.
const large, tries = 50, 7

// BenchmarkScreens opens each screen in a real window with a family of 5,000
// rows, types into the search of the longest list and into Ctrl+K, and scrolls.
// What is told is the time until the window rests again, painted by software,
// and the longest frame meanwhile, from one to the next, with all that is done
// in it: the median of some tries and the worst, which a machine that is taken
// away for a moment lengthens. That of a window with nothing to do stands beside
// it.
func BenchmarkScreens(b *testing.B) {
	if _, err := exec.LookPath("Xvfb"); err != nil {
		b.Skip("there is no Xvfb")
	}
	program := filepath.Join(b.TempDir(), "parvis")
	if out, err := exec.Command("go", "build", "-tags", "migrated_fynedo,no_emoji,probe", "-trimpath", "-ldflags", "-s -w", "-o", program, "parvis/desktop").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	t := newTown(b, storetest.SQLite(b))
	rows := t.busy(b, t.family(b, large, 15))
	w := window(b, t, program)
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	frame := func() float64 {
		d, err := w.LongestFrame()
		must(err)
		return milliseconds(d)
	}
	frame()
	took := map[string][]time.Duration{}
	var typing, finding, scrolling, still []float64
	types := func(words string) float64 {
		frame()
		for _, letter := range words {
			must(w.Type(string(letter)))
		}
		must(w.WaitFor("rest", func() (bool, error) { s, err := w.State(); return err == nil && s.Idle, err }, 5*time.Second))
		return frame()
	}
	for b.Loop() {
		for range 3 {
			for _, route := range opened {
				d, err := w.Opens("parvis://" + route)
				must(err)
				took[route] = append(took[route], d)
			}
		}
		_, err := w.Opens("parvis://" + screen.Requests)
		must(err)
		for range tries {
			frame()
			time.Sleep(300 * time.Millisecond)
			still = append(still, frame())
			must(w.ClickOn("Chercher une demande", "field", 5*time.Second))
			typing = append(typing, types("encombrants"))
			must(w.Key("ctrl+a"))
			must(w.Key("BackSpace"))
			frame()
			for range 10 {
				must(w.Wheel(5))
			}
			scrolling = append(scrolling, frame())
			must(w.Key("ctrl+k"))
			must(w.WaitFor("the palette", func() (bool, error) { s, err := w.State(); return err == nil && s.Overlays > 0, err }, 5*time.Second))
			finding = append(finding, types("encombrants"))
			must(w.Key("Escape"))
			must(w.WaitFor("its end", func() (bool, error) { s, err := w.State(); return err == nil && s.Overlays == 0, err }, 5*time.Second))
			for range 10 {
				must(w.Wheel(4))
			}
		}
	}
	worst := ""
	var most, first []time.Duration
	for route, all := range took {
		slices.Sort(all)
		m := all[len(all)/2]
		if len(most) == 0 || m > most[0] {
			most, worst = []time.Duration{m}, route
		}
		first = append(first, m)
		b.Logf("%-28s %6.1f ms (of %d)", route, milliseconds(m), len(all))
	}
	slices.Sort(first)
	b.Logf("the slowest screen is %s; the family has %d rows", worst, rows)
	b.ReportMetric(milliseconds(first[len(first)/2]), "open_p50_ms")
	b.ReportMetric(milliseconds(most[0]), "open_worst_ms")
	b.ReportMetric(middle(typing), "typing_frame_ms")
	b.ReportMetric(slices.Max(typing), "typing_worst_ms")
	b.ReportMetric(middle(finding), "finding_frame_ms")
	b.ReportMetric(slices.Max(finding), "finding_worst_ms")
	b.ReportMetric(middle(scrolling), "scroll_frame_ms")
	b.ReportMetric(slices.Max(scrolling), "scroll_worst_ms")
	b.ReportMetric(middle(still), "still_frame_ms")
	b.Logf("the longest frame of each try: typing %.0f, finding %.0f, scrolling %.0f, still %.0f ms", typing, finding, scrolling, still)
	b.ReportMetric(0, "ns/op")
}

// middle is the median.
func middle(all []float64) float64 {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}

// window is the program with a family signed in, everything received.
func window(b *testing.B, t *town, program string) *xwin.Window {
	b.Helper()
	display, err := xwin.StartXvfb(1280, 800)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = display.Close() })
	w, err := display.Launch(program, []string{"--server", t.url, "--data", b.TempDir(), "--route", screen.SignIn}, []string{"DBUS_SESSION_BUS_ADDRESS=disabled:"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = w.Close() })
	const patience = 30 * time.Second
	for _, do := range []func() error{
		func() error { return w.Fill("Identifiant", fmt.Sprintf("banc.%02d", large), patience) },
		func() error { return w.Fill("Mot de passe", demo.FamilyPassword, patience) },
		func() error { return w.Key("Return") },
		func() error { return w.WaitFact("person", fmt.Sprint("Banc Essai", large), patience) },
		func() error { return w.WaitFact("line", "up_to_date", patience) },
		func() error { return w.WaitFact("waiting", "0", patience) },
	} {
		if err := do(); err != nil {
			b.Fatal(err)
		}
	}
	return w
}

// busy gives a family what many years leave: days booked, requests and what
// was written about them. It gives the number of rows.
func (t *town) busy(b *testing.B, f *family) int {
	b.Helper()
	for f.next < 4400 { // what fifteen children can be booked for in what is left of the year
		f.book(b, 50)
	}
	procedures, err := catalogue.Load()
	if err != nil {
		b.Fatal(err)
	}
	at := slices.IndexFunc(procedures, func(p *requests.Procedure) bool { return p.ID == "encombrants" })
	send := func(kind string, args any) {
		body, err := wire.NewCommand(portal.NewID(), kind, args)
		if err != nil {
			b.Fatal(err)
		}
		f.number++
		out, err := f.client.SendCommands(b.Context(), f.outbox, []wire.Envelope{{Number: f.number, Body: body}})
		if err != nil || len(out.Verdicts) != 1 || !out.Verdicts[0].Accepted {
			b.Fatalf("%s: %v %+v", kind, err, out.Verdicts)
		}
	}
	const asked, written = 500, 60 // the town takes no more messages an hour
	for i := range asked {
		a, err := sample.Make(procedures[at], requests.Context{Today: "2026-11-16"}, uint64(i), true, "")
		if err != nil {
			b.Fatal(err)
		}
		id := portal.NewID()
		send(wire.RequestSubmit, wire.SubmitRequest{Request: id, Procedure: procedures[at].ID, Version: procedures[at].Version, Answers: json.RawMessage(a.Encode()), Terms: true})
		if i < written {
			send(wire.MessageSend, wire.SendMessage{Message: portal.NewID(), Request: id, Text: fmt.Sprintf("Bonjour, voici le point %d de ma demande.", i+1)})
		}
	}
	return f.next + asked + written
}

//go:build linux

package bench

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"parvis/desktop/journey/xwin"
	"parvis/desktop/session"
	"parvis/desktop/syncing"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store/storetest"
)

// BenchmarkStart: from the start of the program, without a line, until the
// home that it has cached stands on the screen, against an empty window of the
// toolkit's.
func BenchmarkStart(b *testing.B) {
	const runs = 16
	if _, err := exec.LookPath("Xvfb"); err != nil {
		b.Skip("there is no Xvfb")
	}
	bin := b.TempDir()
	for name, pkg := range map[string]string{"empty": "parvis/desktop/journey/xwin/empty", "parvis": "parvis/desktop"} {
		out, err := exec.Command("go", "build", "-tags", "migrated_fynedo,no_emoji", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(bin, name), pkg).CombinedOutput()
		if err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
	data := visited(b)
	var empty, home []time.Duration
	var ratios []float64 // of one run each: a busy machine slows both
	for i := range runs {
		// An empty window is there with its background, the home with its words.
		e := paints(b, 2, filepath.Join(bin, "empty"))
		h := paints(b, 30, filepath.Join(bin, "parvis"), "--data", data)
		if i > 0 { // the first of each reads its files from the disk
			empty, home, ratios = append(empty, e), append(home, h), append(ratios, float64(h)/float64(e))
		}
	}
	slices.Sort(empty)
	slices.Sort(home)
	slices.Sort(ratios)
	b.ReportMetric(milliseconds(percentile(empty, 0.5)), "empty_ms")
	b.ReportMetric(milliseconds(percentile(home, 0.5)), "home_ms")
	b.ReportMetric(ratios[len(ratios)/2], "home:empty")
	b.ReportMetric(0, "ns/op")
}

// visited is the folder of a program that has been open before: the town is
// known and what it publishes is cached. The server has ended by the end of it.
func visited(b *testing.B) (folder string) {
	folder = b.TempDir()
	ctx := context.Background()
	h, err := host.Open(ctx, hosttest.Options(storetest.SQLite(b), hosttest.NewClock()))
	if err != nil {
		b.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(l) }()
	p, err := session.Open(session.Options{Dir: folder, Dispatch: func(f func()) { f() }})
	if err != nil {
		b.Fatal(err)
	}
	news := make(chan struct{}, 1)
	p.OnStatus(func() {
		select {
		case news <- struct{}{}:
		default:
		}
	})
	info, base, err := p.Probe(ctx, "http://"+l.Addr().String())
	if err == nil {
		err = p.Choose(info, base)
	}
	if err != nil {
		b.Fatal(err)
	}
	for p.Status().State != syncing.UpToDate || len(p.View().Procedures()) == 0 {
		<-news
	}
	if err := errors.Join(p.Close(), h.Close(ctx), <-ended); err != nil {
		b.Fatal(err)
	}
	return folder
}

// paints starts a program on a screen of its own, which is black, and gives the
// time until it shows that many colours.
func paints(b *testing.B, colours int, program string, args ...string) time.Duration {
	b.Helper()
	screen, err := xwin.StartXvfb(1280, 800)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := screen.Close(); err != nil {
			b.Error(err)
		}
	}()
	shown := func() int {
		raw, err := screen.Pixels(16)
		if err != nil {
			b.Fatal(err)
		}
		seen := map[uint32]bool{}
		for i := 0; i+4 <= len(raw); i += 4 {
			seen[binary.LittleEndian.Uint32(raw[i:])] = true
		}
		return len(seen)
	}
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	late := time.After(30 * time.Second)
	await := func(what string, holds func(int) bool) {
		b.Helper()
		for !holds(shown()) {
			select {
			case <-tick.C:
			case <-late:
				b.Fatalf("%s: %s does not come; there are %d colours", filepath.Base(program), what, shown())
			}
		}
	}
	await("a blank screen", func(n int) bool { return n == 1 })
	command := exec.Command(program, args...)
	command.Env = append(os.Environ(), screen.Env()...)
	command.Env = append(command.Env, "FYNE_PLATFORM=x11", "LIBGL_ALWAYS_SOFTWARE=1", "LC_ALL=C.UTF-8", "PARVIS_SERVER=")
	began := time.Now()
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	await("the first picture", func(n int) bool { return n >= colours })
	took := time.Since(began)
	if err := command.Process.Kill(); err != nil {
		b.Fatal(err)
	}
	_ = command.Wait()
	return took
}

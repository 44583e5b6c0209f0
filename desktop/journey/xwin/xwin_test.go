//go:build linux && probe

package xwin

import (
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"parvis/desktop/journey/probe/proto"
)

const patience = 20 * time.Second

// TestRealWindow drives the little window of tryout as a journey drives the
// program: real mouse, real keys of a French keyboard, facts by the probe.
func TestRealWindow(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "tryout")
	build := exec.Command("go", "build", "-tags", "migrated_fynedo,no_emoji,probe", "-o", binary, "./tryout")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	d, err := StartXvfb(900, 640)
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	w, err := d.Launch(binary, nil, []string{"HOME=" + t.TempDir()})
	must(t, err)
	t.Cleanup(func() { must(t, w.Close()) })

	must(t, w.WaitRoute("home", patience))

	// Accents by their own keys, by dead keys and as capitals.
	const text = "élève à Vesle, ça goûte Noël ; où ? L'Île d'Yeu @ 3,20 €"
	must(t, w.Fill("Nom de l'enfant", text, patience))
	must(t, w.Fill("École", "Élodie À Çà et là", patience))
	var all strings.Builder
	for _, r := range everyKey() {
		all.WriteRune(r)
	}
	must(t, w.Fill("École", all.String(), patience))
	must(t, w.Fill("Mot de passe", "Vesle-2026!", patience))
	must(t, w.ClickOn("J'accepte", proto.Check, patience))
	must(t, w.ClickOn("Valider", proto.Button, patience))
	must(t, w.WaitRoute("done", patience))
	must(t, w.WaitFact("clicks", "1", patience))
	if _, err := w.WaitText("Bonjour "+text, patience); err != nil {
		t.Fatal(err)
	}
	found, err := w.Find("J'accepte", proto.Check)
	must(t, err)
	if len(found) != 1 || !found[0].Checked {
		t.Fatalf("the box is %+v", found)
	}

	// What a scroll hides is known and said to be hidden.
	found, err = w.Find("Tout en bas", proto.Button)
	must(t, err)
	if len(found) != 1 || found[0].Shown {
		t.Fatalf("the lowest button is %+v", found)
	}
	must(t, w.ClickOn("Tout en bas", proto.Button, patience))
	if _, err := w.WaitText("En bas", patience); err != nil {
		t.Fatal(err)
	}

	// What a window has forgotten to paint is found, and is where it is.
	if stale, err := w.Stale(); err != nil || !stale.Empty() {
		t.Fatalf("%v shows something old: %v", stale, err)
	}
	must(t, w.ClickOn("Oublier", proto.Button, patience))
	stale, err := w.Stale()
	must(t, err)
	if stale.Dx() != 37 || stale.Dy() < 30 {
		t.Fatalf("%v shows something old, and the picture is 37 wide", stale)
	}
	if stale, err = w.Stale(); err != nil || !stale.Empty() {
		t.Fatalf("painted anew %v shows something old: %v", stale, err)
	}

	// Under a dialog nothing can be found.
	must(t, w.ClickOn("Ouvrir", proto.Button, patience))
	if _, err := w.WaitText("Valider quand même ?", patience); err != nil {
		t.Fatal(err)
	}
	if found, err = w.Find("Nom de l'enfant", ""); err != nil || len(found) != 0 {
		t.Fatalf("under the dialog stands %+v, %v", found, err)
	}

	picture := filepath.Join(shots(t), "tryout.png")
	must(t, w.Screenshot(picture))
	f, err := os.Open(picture)
	must(t, err)
	defer f.Close()
	img, err := png.Decode(f)
	must(t, err)
	if b := img.Bounds(); b.Dx() != 900 || b.Dy() != 640 {
		t.Fatalf("the screenshot is %v", b)
	}

	must(t, w.ClickOn("Non", proto.Button, patience))

	// Two files are dropped, with letters that an address escapes.
	must(t, w.Drop(300, 300, "/tmp/reçu d'été.pdf", "/tmp/b.png"))
	if _, err := w.WaitText("Déposé : /tmp/reçu d'été.pdf | /tmp/b.png", patience); err != nil {
		t.Fatal(err)
	}
	must(t, w.WaitGone("Valider quand même ?", patience))
	must(t, w.WaitFact("clicks", "1", patience))
	err = w.WaitFact("clicks", "2", 50*time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "route done") {
		t.Fatalf("a fact that never comes gives %v", err)
	}
}

// TestAnEndedProgramIsTold: a program that dies is an error at once, with
// what it said, and not a wait until time is up.
func TestAnEndedProgramIsTold(t *testing.T) {
	d, err := StartXvfb(320, 240)
	must(t, err)
	defer d.Close()
	before := time.Now()
	_, err = d.Launch("/bin/sh", []string{"-c", "echo pas de fenêtre; exit 3"}, nil)
	if err == nil || !strings.Contains(err.Error(), "pas de fenêtre") || time.Since(before) > 10*time.Second {
		t.Fatalf("after %s: %v", time.Since(before), err)
	}
}

// TestXvfbEnds: nothing is left behind, neither process nor files.
func TestXvfbEnds(t *testing.T) {
	d, err := StartXvfb(320, 240)
	must(t, err)
	pid := d.xvfb.cmd.Process.Pid
	must(t, d.Close())
	if err := syscall.Kill(pid, 0); err == nil {
		t.Fatal("Xvfb still runs")
	}
	if _, err := os.Stat(d.dir); !os.IsNotExist(err) {
		t.Fatalf("its folder is left: %v", err)
	}
}

// everyKey is each character that Type says it can write in one line.
func everyKey() []rune {
	var all []rune
	for r := range named {
		if r != '\n' && r != '\t' {
			all = append(all, r)
		}
	}
	for r := range dead {
		all = append(all, r)
	}
	slices.Sort(all)
	return all
}

// shots is where the pictures go: kept when a folder is named, else thrown
// away.
func shots(t *testing.T) string {
	if dir := os.Getenv("PARVIS_SCREENSHOTS"); dir != "" {
		return dir
	}
	return t.TempDir()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

package pick

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"

	"parvis/desktop/photos"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/task"
	"parvis/shared/portal"
)

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

type desk struct {
	*Window
	t      *testing.T
	w      fyne.Window
	runner *task.Runner
	queue  *task.Queue
	scope  *task.Scope
	got    []Chosen
}

func newDesk(t *testing.T) *desk {
	kittest.Light(t)
	d := &desk{t: t}
	d.w = kittest.Window(t, kit.Body("Bonjour"), fyne.NewSize(800, 600))
	d.runner, d.queue = task.NewQueued(func(err error) { t.Error(err) })
	d.scope = d.runner.Scope()
	d.Window = New(d.w)
	return d
}

// system has the system's dialog answer with paths.
func (d *desk) system(paths ...string) {
	d.native = func(context.Context, fyne.Window, Want) ([]string, bool) { return paths, true }
}

func (d *desk) take(c Chosen) { d.got = append(d.got, c) }

func (d *desk) choose(w Want) Chosen {
	d.t.Helper()
	d.got = nil
	d.Choose(d.scope, w, d.take)
	d.queue.Settle(d.runner)
	if len(d.got) != 1 {
		d.t.Fatalf("answered %d times", len(d.got))
	}
	return d.got[0]
}

func names(c Chosen) (taken []string, why map[string]portal.Code) {
	why = map[string]portal.Code{}
	for _, f := range c.Files {
		taken = append(taken, f.Name)
	}
	for _, r := range c.Refused {
		why[r.Name] = portal.CodeOf(r.Err)
	}
	return taken, why
}

func TestWhatIsChosenIsReadAndJudged(t *testing.T) {
	d := newDesk(t)
	good, pdf := write(t, "photo.png", picture(t)), write(t, "domicile.pdf", []byte("%PDF-1.4"))
	heic := write(t, "IMG_0042.HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"))
	text, empty := write(t, "lettre.docx", []byte("PK\x03\x04 quelque chose")), write(t, "vide.pdf", nil)
	folder, gone := t.TempDir(), filepath.Join(t.TempDir(), "parti.pdf")
	large := write(t, "scan.pdf", append([]byte("%PDF-1.4"), make([]byte, MaxDocument)...))
	d.system(good, heic, pdf, text, empty, large, folder, gone)
	taken, why := names(d.choose(Want{Several: true}))
	if !slices.Equal(taken, []string{"photo.png", "domicile.pdf"}) {
		t.Errorf("taken: %v", taken)
	}
	for name, code := range map[string]portal.Code{
		"IMG_0042.HEIC": photos.CodeHEIC, "lettre.docx": CodeType, "vide.pdf": CodeEmpty, "scan.pdf": CodeLarge, "parti.pdf": CodeUnreadable, filepath.Base(folder): CodeUnreadable,
	} {
		if why[name] != code {
			t.Errorf("%s: %s, want %s", name, why[name], code)
		}
	}
	if len(why) != 6 {
		t.Errorf("refused: %v", why)
	}
	taken, why = names(d.choose(Want{Several: true, Pictures: true}))
	if !slices.Equal(taken, []string{"photo.png"}) || why["domicile.pdf"] != CodePicture {
		t.Errorf("of pictures: %v %v", taken, why)
	}
	d.system(good, pdf)
	if taken, why = names(d.choose(Want{})); !slices.Equal(taken, []string{"photo.png"}) || why["domicile.pdf"] != CodeMany {
		t.Errorf("of one: %v %v", taken, why)
	}
	d.system()
	if c := d.choose(Want{}); len(c.Files)+len(c.Refused) != 0 {
		t.Errorf("left without a choice: %v", c)
	}
}

func TestWithoutAPortalTheToolkitsDialogOpens(t *testing.T) {
	d := newDesk(t)
	d.native = func(context.Context, fyne.Window, Want) ([]string, bool) { return nil, false }
	d.Choose(d.scope, Want{Title: "Choisir un justificatif"}, d.take)
	d.queue.Settle(d.runner)
	if len(d.w.Canvas().Overlays().List()) != 1 {
		t.Fatal("no dialog is open")
	}
	kittest.Settle(d.w)
	if len(d.got) != 0 {
		t.Error("it answered by itself")
	}
}

func TestDropsGoToTheLastWhoListens(t *testing.T) {
	d := newDesk(t)
	path := write(t, "photo.png", picture(t))
	remote, err := storage.ParseURI("https://exemple.fr/a.pdf")
	if err != nil {
		t.Fatal(err)
	}
	// The test window cannot be dropped on: what its callback does is done here.
	drop := func() {
		d.dropped([]fyne.URI{storage.NewFileURI(path), remote})
		d.queue.Settle(d.runner)
	}
	var first, second int
	drop()
	stopFirst := d.Drops(d.scope, Want{Several: true}, func(c Chosen) { first += len(c.Files) })
	stopSecond := d.Drops(d.scope, Want{Several: true}, func(c Chosen) { second += len(c.Files) })
	drop()
	stopSecond()
	drop()
	stopFirst()
	drop()
	if first != 1 || second != 1 {
		t.Errorf("the first got %d, the second %d", first, second)
	}
}

func TestAScreenThatIsLeftIsNotAnswered(t *testing.T) {
	d := newDesk(t)
	d.system(write(t, "photo.png", picture(t)))
	d.Choose(d.scope, Want{}, d.take)
	d.scope.Leave()
	d.queue.Settle(d.runner)
	if len(d.got) != 0 {
		t.Error("it was")
	}
}

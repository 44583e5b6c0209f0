package kittest

import (
	"fmt"
	"hash/fnv"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
)

// Folder names the variable of the environment that has FitsEverywhere paint
// each screen into a folder, to be looked at, rather than judge it: `make
// pictures`.
const Folder = "PARVIS_PICTURES"

// variant is one way a screen may look.
type variant struct {
	palette  look.Palette
	contrast bool
	scale    float32
	language string
	size     fyne.Size
}

func (v variant) String() string {
	name := string(v.palette)
	if v.contrast {
		name += "-contrast"
	}
	return fmt.Sprintf("%s-%.0f-%s-%.0f", name, v.scale*100, v.language, v.size.Width)
}

// pairwise are six ways for the nth screen. Each six show every theme and every
// size of text in both languages and both windows, and each language in both
// windows. Nine pairs of a theme and a size of text do not go into six pictures:
// the n turns, so that nine screens show them all.
func pairwise(n uint32) []variant {
	theme, scale := n%3, n/3%3
	one := func(t, s, language, size uint32) variant {
		v := variant{palette: look.Light, scale: []float32{1, 1.5, 2}[(scale+s)%3], language: i18n.Languages()[language], size: []fyne.Size{Small, Large}[size]}
		switch (theme + t) % 3 {
		case 1:
			v.palette = look.Dark
		case 2:
			v.contrast = true
			if size == 1 {
				v.palette = look.Dark
			}
		}
		return v
	}
	return []variant{one(0, 0, 0, 1), one(0, 0, 1, 0), one(1, 1, 0, 0), one(1, 2, 1, 1), one(2, 2, 0, 0), one(2, 1, 1, 1)}
}

// painted counts the screens that one test shows.
var painted = map[string]int{}

// paint leaves six pictures of a screen in a folder.
func paint(t *testing.T, folder string, build func() fyne.CanvasObject) {
	t.Helper()
	_, file, _, _ := runtime.Caller(2) // of the test that called FitsEverywhere
	module := filepath.Base(filepath.Dir(file))
	name := strings.NewReplacer("/", ".", " ", "-").Replace(strings.TrimPrefix(t.Name(), "Test"))
	if painted[name]++; painted[name] > 1 {
		name = fmt.Sprintf("%s.%d", name, painted[name])
	}
	folder = filepath.Join(folder, module)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	hash := fnv.New32a()
	hash.Write([]byte(module + name))
	for i, v := range pairwise(hash.Sum32()) {
		t.Run(v.String(), func(t *testing.T) {
			App(t, v.palette, v.scale, v.contrast, v.language)
			o := build()
			w := Window(t, inWindow(o, module == "staff"), v.size)
			cover(w, o)
			Settle(w)
			f, err := os.Create(filepath.Join(folder, fmt.Sprintf("%s-%d-%v.png", name, i+1, v)))
			if err != nil {
				t.Fatal(err)
			}
			if err := png.Encode(f, w.Canvas().Capture()); err != nil {
				t.Error(err)
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// InWindow puts a screen between the bars of the window, so that FitsEverywhere
// judges what fits into the room that they leave.
func InWindow(o fyne.CanvasObject, staff bool) fyne.CanvasObject {
	in := inWindow(o, staff)
	if top, there := lying[o]; there && in != o {
		delete(lying, o)
		lying[in] = top
	}
	return in
}

// inWindow puts a screen that stands alone between the bars of the window,
// which take their room from it.
func inWindow(o fyne.CanvasObject, staff bool) fyne.CanvasObject {
	if s, framed := o.(*kit.Shell); framed {
		if len(s.Rail.Items()) != 1 {
			return o
		}
		// A stand-in for the bars, as most tests have it.
		o = s.Page()
		s.SetPage(kit.Gap(1))
	}
	say := func(key string) string { return i18n.T("app."+key, nil) }
	rail, foot := kit.NewRail(nil, func(string) {}), kit.NewFootLine(func() {})
	parts := [][2]string{{"home", "house"}, {"exchanges", "chats"}, {"payments", "wallet"}, {"agenda", "calendar"}, {"requests", "list-checks"}, {"procedures", "files"}}
	who := "Claire Martel"
	if staff {
		parts = [][2]string{{"home", "house"}, {"queue", "list-checks"}, {"visits", "calendar-check"}, {"quotients", "coins"}, {"counts", "fork-knife"}, {"texts", "note-pencil"}, {"procedures", "files"}}
		who = "Sylvie Roy"
	}
	var items []kit.RailItem
	for _, p := range parts {
		items = append(items, kit.RailItem{ID: p[0], Icon: p[1], Label: say("rail." + p[0])})
	}
	if !staff {
		items = append(items, kit.RailItem{ID: "people", Icon: "users", Label: i18n.T("family.title", nil)})
	}
	rail.SetItems(items...)
	foot.Set(look.ToneSuccess, "cloud-check", say("line.upToDate"), -1)
	s := kit.NewShell(kit.NewTopBar(), rail, foot, kit.NewToasts(nil))
	s.SetLeft(kit.NewBrand("Saint-Aubin-sur-Vesle", func() {}))
	s.Top.SetRight(kit.NewMenuButton("text-aa", say("appearance"), nil).Folds(), kit.NewMenuButton("user", who, nil).Edged().Folds())
	s.ShowRail(true)
	s.SetPage(o)
	return s
}

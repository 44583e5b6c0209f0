// Package kittest helps tests of screens on the toolkit's test driver: it sets
// the appearance, lays a window out as the real one does, reads what is shown,
// and finds every text that does not fit its box. Only tests import it.
package kittest

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
)

// Small is the smallest window the design promises to fit.
var Small = fyne.NewSize(1024, 600)

// Large is a usual screen, whole.
var Large = fyne.NewSize(1920, 1080)

// App starts a test app in one appearance and language.
func App(t testing.TB, palette look.Palette, scale float32, contrast bool, language string) fyne.App {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(look.New(palette, scale, contrast))
	before := i18n.Language()
	i18n.SetLanguage(language)
	t.Cleanup(func() { i18n.SetLanguage(before) })
	return a
}

// Light starts a test app as most people see it: light, 100 %, French.
func Light(t testing.TB) fyne.App { return App(t, look.Light, 1, false, i18n.French) }

// Window shows an object in a window of a size.
func Window(t testing.TB, o fyne.CanvasObject, size fyne.Size) fyne.Window {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	w.SetContent(o)
	w.Resize(size)
	cover(w, o)
	t.Cleanup(w.Close)
	Settle(w)
	return w
}

// Settle lays the window out until nothing moves any more, as the real window
// does with each frame and the test driver does not.
func Settle(w fyne.Window) {
	for range 3 {
		for _, r := range roots(w) {
			layOut(r)
		}
	}
}

func layOut(o fyne.CanvasObject) {
	if o == nil || !o.Visible() {
		return
	}
	switch v := o.(type) {
	case *fyne.Container:
		if v.Layout != nil {
			v.Layout.Layout(v.Objects, v.Size())
		}
		for _, k := range v.Objects {
			layOut(k)
		}
	case fyne.Widget:
		r := test.WidgetRenderer(v)
		r.Layout(v.Size())
		for _, k := range r.Objects() {
			layOut(k)
		}
	}
}

// shown is one text on screen.
type shown struct {
	text     *canvas.Text
	at       fyne.Position
	size     fyne.Size // measured
	layer    int
	viewport rectangle
}

type rectangle struct{ x1, y1, x2, y2 float32 }

func (r rectangle) and(o rectangle) rectangle {
	return rectangle{max(r.x1, o.x1), max(r.y1, o.y1), min(r.x2, o.x2), min(r.y2, o.y2)}
}

var everywhere = rectangle{-math.MaxFloat32, -math.MaxFloat32, math.MaxFloat32, math.MaxFloat32}

type walker struct {
	texts    []shown
	problems []string
	layers   int
}

// walk visits what is visible. bounds is what a text must stay within: its
// widgets, except where something scrolls; viewport is what can be seen.
func (w *walker) walk(o fyne.CanvasObject, at fyne.Position, bounds, viewport rectangle, layer int, name string) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	size := o.Size()
	box := rectangle{at.X, at.Y, at.X + size.Width, at.Y + size.Height}
	switch v := o.(type) {
	case *canvas.Text:
		w.text(v, at, bounds, viewport, layer, name)
	case *fyne.Container:
		for _, k := range v.Objects {
			w.walk(k, at, bounds, viewport, layer, name)
		}
	case *kit.Text:
		if v.Shortened() {
			w.problems = append(w.problems, fmt.Sprintf("%q is cut short in %s", v.Text(), name))
		}
		w.kids(v, at, bounds.and(box), viewport, layer, name)
	case *widget.Entry:
		// What is typed scrolls within its field.
	case *container.Scroll:
		w.layers++
		in := everywhere
		in.x1, in.x2 = box.x1, box.x2
		w.walk(v.Content, at, in, viewport.and(box), w.layers, name)
	case *container.Clip:
		w.layers++
		w.kids(v, at, everywhere, viewport.and(box), w.layers, name)
	case fyne.Widget:
		if entryLike(v) {
			return
		}
		name = strings.TrimPrefix(fmt.Sprintf("%T", v), "*")
		w.kids(v, at, bounds.and(box), viewport, layer, name)
	}
}

// entryLike tells the kit's own entry, which embeds the toolkit's.
func entryLike(o fyne.CanvasObject) bool {
	_, ok := o.(interface {
		SelectedText() string
		AcceptsTab() bool
	})
	return ok
}

func (w *walker) kids(v fyne.Widget, at fyne.Position, bounds, viewport rectangle, layer int, name string) {
	for _, k := range test.WidgetRenderer(v).Objects() {
		w.walk(k, at, bounds, viewport, layer, name)
	}
}

func (w *walker) text(v *canvas.Text, at fyne.Position, bounds, viewport rectangle, layer int, name string) {
	if strings.TrimSpace(v.Text) == "" {
		return
	}
	m := fyne.MeasureText(v.Text, v.TextSize, v.TextStyle)
	switch v.Alignment {
	case fyne.TextAlignCenter:
		at.X += (v.Size().Width - m.Width) / 2
	case fyne.TextAlignTrailing:
		at.X += v.Size().Width - m.Width
	}
	const slack = 1
	if m.Width > v.Size().Width+slack {
		w.problems = append(w.problems, fmt.Sprintf("%q is %.0f wide in a box of %.0f in %s", v.Text, m.Width, v.Size().Width, name))
	} else if at.X < bounds.x1-slack || at.X+m.Width > bounds.x2+slack || at.Y < bounds.y1-slack || at.Y+m.Height > bounds.y2+slack {
		w.problems = append(w.problems, fmt.Sprintf("%q at (%.0f, %.0f) of %.0f × %.0f leaves the box (%.0f, %.0f)-(%.0f, %.0f) of %s",
			v.Text, at.X, at.Y, m.Width, m.Height, bounds.x1, bounds.y1, bounds.x2, bounds.y2, name))
	}
	w.texts = append(w.texts, shown{text: v, at: at, size: m, layer: layer, viewport: viewport})
}

// Problems lists the texts of an object of a size that exceed their box, are
// cut short, or lie over each other.
func Problems(o fyne.CanvasObject, size fyne.Size) []string {
	w := &walker{}
	whole := rectangle{0, 0, size.Width, size.Height}
	w.walk(o, fyne.NewPos(0, 0).Subtract(o.Position()), whole, whole, 0, "the window")
	for i, a := range w.texts {
		for _, b := range w.texts[i+1:] {
			if a.layer != b.layer {
				continue
			}
			x := min(a.at.X+a.size.Width, b.at.X+b.size.Width) - max(a.at.X, b.at.X)
			y := min(a.at.Y+a.size.Height, b.at.Y+b.size.Height) - max(a.at.Y, b.at.Y)
			if x > 2 && y > 3 {
				w.problems = append(w.problems, fmt.Sprintf("%q lies over %q", a.text.Text, b.text.Text))
			}
		}
	}
	return w.problems
}

// FitsEverywhere builds a screen in every variant and fails with every text
// that does not fit: at 100, 150 and 200 % in both languages, in the smallest
// window and then in a large one; and with every text that is hard to read, in
// light and dark, each also in high contrast. It also walks the screen once by
// the keyboard. With Folder set it leaves pictures there instead.
//
// A test that calls it has Fit in its name: `make pictures` finds it so.
func FitsEverywhere(t *testing.T, build func() fyne.CanvasObject) {
	t.Helper()
	if !strings.Contains(t.Name(), "Fit") {
		t.Error("the name of a test of what fits says Fit, so that pictures of its screens can be made")
	}
	if folder := os.Getenv(Folder); folder != "" {
		paint(t, folder, build)
		return
	}
	for _, language := range i18n.Languages() {
		for _, scale := range []float32{1, 1.5, 2} {
			t.Run(fmt.Sprintf("%s-%.0f", language, scale*100), func(t *testing.T) {
				App(t, look.Light, scale, false, language)
				w := Window(t, build(), Small)
				if got := w.Content().Size(); got != Small {
					t.Errorf("the content makes the window %v", got)
				}
				fits(t, w, Small)
				if scale == 1 && language == i18n.French {
					Walk(t, w)
					legible(t, w, Readable)
				}
				for _, s := range Texts(w) {
					if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
						t.Errorf("a text is missing: %s", s)
					}
				}
				w.Resize(Large)
				Settle(w)
				fits(t, w, Large)
			})
		}
	}
	for _, v := range []struct {
		name     string
		palette  look.Palette
		contrast bool
		least    float64
	}{{"dark", look.Dark, false, Readable}, {"light-contrast", look.Light, true, ReadableHigh}, {"dark-contrast", look.Dark, true, ReadableHigh}} {
		t.Run(v.name, func(t *testing.T) {
			App(t, v.palette, 1, v.contrast, i18n.French)
			legible(t, Window(t, build(), Small), v.least)
		})
	}
}

// roots are a window's content and what lies over it.
func roots(w fyne.Window) []fyne.CanvasObject {
	return append([]fyne.CanvasObject{w.Content()}, w.Canvas().Overlays().List()...)
}

func fits(t *testing.T, w fyne.Window, size fyne.Size) {
	t.Helper()
	for _, r := range roots(w) {
		for _, p := range Problems(r, size) {
			t.Errorf("at %.0f × %.0f: %s", size.Width, size.Height, p)
		}
	}
}

func legible(t *testing.T, w fyne.Window, least float64) {
	t.Helper()
	for _, r := range roots(w) {
		for _, p := range Pale(r, w.Canvas().Size(), least) {
			t.Error(p)
		}
	}
}

// Texts are all texts visible in the window and its overlays, in drawing
// order; a wrapped text is one.
func Texts(w fyne.Window) []string {
	var all []string
	for _, r := range roots(w) {
		each(r, func(o fyne.CanvasObject) bool {
			switch v := o.(type) {
			case *kit.Text:
				if v.Text() != "" {
					all = append(all, v.Text())
				}
				return false
			case *canvas.Text:
				if v.Text != "" {
					all = append(all, v.Text)
				}
			}
			return true
		})
	}
	return all
}

// Shows tells whether a text is visible, whole or as part of a longer one.
func Shows(w fyne.Window, part string) bool {
	for _, s := range Texts(w) {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}

// WantShown fails for each part that no text of the window says; a space is as
// good as one that does not break.
func WantShown(t testing.TB, w fyne.Window, parts ...string) {
	t.Helper()
	all := plain(strings.Join(Texts(w), "\n"))
	for _, p := range parts {
		if !strings.Contains(all, plain(p)) {
			t.Errorf("%q is not shown; there is %q", p, all)
		}
	}
}

// WantHidden fails for each part that a text of the window says.
func WantHidden(t testing.TB, w fyne.Window, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if Shows(w, p) {
			t.Errorf("%q is shown", p)
		}
	}
}

func plain(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

// Find is the first visible widget of a type that says something: by its
// accessible label, or the text on it.
func Find[W fyne.CanvasObject](w fyne.Window, label string) W {
	var found W
	done := false
	for _, r := range roots(w) {
		each(r, func(o fyne.CanvasObject) bool {
			v, ok := o.(W)
			if done || !ok {
				return !done
			}
			if l, ok := o.(interface{ AccessibilityLabel() string }); ok && (label == "" || strings.Contains(l.AccessibilityLabel(), label)) {
				found, done = v, true
			} else if f, ok := o.(interface{ Label() string }); ok && strings.Contains(f.Label(), label) {
				found, done = v, true
			} else if label == "" {
				found, done = v, true
			}
			return !done
		})
	}
	return found
}

// All are the visible widgets of a type, in drawing order.
func All[W fyne.CanvasObject](w fyne.Window) []W {
	var all []W
	for _, r := range roots(w) {
		each(r, func(o fyne.CanvasObject) bool {
			if v, ok := o.(W); ok {
				all = append(all, v)
			}
			return true
		})
	}
	return all
}

// each visits what is visible; visit tells whether to go deeper.
func each(o fyne.CanvasObject, visit func(fyne.CanvasObject) bool) {
	if o == nil || !o.Visible() || !visit(o) {
		return
	}
	switch v := o.(type) {
	case *fyne.Container:
		for _, k := range v.Objects {
			each(k, visit)
		}
	case fyne.Widget:
		for _, k := range test.WidgetRenderer(v).Objects() {
			each(k, visit)
		}
	}
}

// Key presses a key on what has the focus, as the window would.
func Key(w fyne.Window, names ...fyne.KeyName) {
	for _, name := range names {
		c := w.Canvas()
		e := &fyne.KeyEvent{Name: name}
		switch {
		case name == fyne.KeyTab:
			c.FocusNext()
		case c.Focused() != nil:
			c.Focused().TypedKey(e)
		case c.OnTypedKey() != nil:
			c.OnTypedKey()(e)
		}
		Settle(w)
	}
}

// Press taps a widget found by its words and settles the window.
func Press(t testing.TB, w fyne.Window, label string) {
	t.Helper()
	for _, r := range append(w.Canvas().Overlays().List(), w.Content()) {
		var target fyne.Tappable
		each(r, func(o fyne.CanvasObject) bool {
			if target != nil {
				return false
			}
			tap, ok := o.(fyne.Tappable)
			if !ok {
				return true
			}
			if l, ok := o.(interface{ AccessibilityLabel() string }); ok && l.AccessibilityLabel() == label {
				target = tap
			}
			return target == nil
		})
		if target != nil {
			target.Tapped(&fyne.PointEvent{})
			Settle(w)
			return
		}
		if len(w.Canvas().Overlays().List()) > 0 && r != w.Content() {
			continue
		}
	}
	t.Fatalf("nothing says %q; there is %q", label, Texts(w))
}

// Type types into what has the focus.
func Type(w fyne.Window, text string) {
	for _, r := range text {
		if f := w.Canvas().Focused(); f != nil {
			f.TypedRune(r)
		}
	}
	Settle(w)
}

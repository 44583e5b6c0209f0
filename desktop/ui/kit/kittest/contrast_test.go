package kittest_test

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
)

// What is painted last under a text is what it is held against, also through
// something half transparent; what is out of sight is not looked at.
func TestPaleTextsAreFound(t *testing.T) {
	kittest.App(t, look.Light, 1, false, i18n.French)
	size := fyne.NewSize(300, 200)
	text := func(c color.Color) *canvas.Text {
		x := canvas.NewText("Bonjour", c)
		x.Resize(size)
		return x
	}
	box := func(c color.Color) *canvas.Rectangle {
		r := canvas.NewRectangle(c)
		r.Resize(size)
		return r
	}
	grey, white, black := color.Gray{0x80}, color.White, color.Black
	for _, c := range []struct {
		name  string
		drawn []fyne.CanvasObject
		pale  int
	}{
		{"black on white", []fyne.CanvasObject{box(white), text(black)}, 0},
		{"grey on white", []fyne.CanvasObject{box(white), text(grey)}, 1},
		{"white on what was painted last", []fyne.CanvasObject{box(white), box(black), text(white)}, 0},
		{"white on white behind black", []fyne.CanvasObject{box(black), box(white), text(white)}, 1},
		{"black under a veil", []fyne.CanvasObject{box(white), box(color.NRGBA{0, 0, 0, 0xb0}), text(black)}, 1},
		{"half transparent black", []fyne.CanvasObject{box(white), text(color.NRGBA{0, 0, 0, 0x40})}, 1},
		{"nothing painted", []fyne.CanvasObject{text(look.Color(look.Ink))}, 0},
		{"pale and hidden", []fyne.CanvasObject{func() fyne.CanvasObject { x := text(look.Color(look.Background)); x.Hide(); return x }()}, 0},
	} {
		if got := kittest.Pale(container.NewWithoutLayout(c.drawn...), size, kittest.Readable); len(got) != c.pale {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	w := kittest.Window(t, kit.Column(look.S, kit.Strong("Titre"), kit.Muted("Sous-titre"), kit.NewMenuButton("calendar", "Réserver", nil)), size)
	if got := kittest.Pale(w.Content(), size, 21); len(got) != 3 {
		t.Errorf("of three texts in the widgets %d are looked at: %q", len(got), got)
	}
}

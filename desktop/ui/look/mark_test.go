package look

import (
	"bytes"
	"image/png"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

// The picture of the mark is that of the drawing; the corners, which are
// rounded, are left out.
func TestTheWindowsIconIsTheMark(t *testing.T) {
	test.NewTempApp(t)
	picture, err := png.Decode(bytes.NewReader(WindowIcon().Content()))
	if err != nil {
		t.Fatal(err)
	}
	size := picture.Bounds().Size()
	w := test.NewWindow(canvas.NewImageFromResource(AppIcon()))
	defer w.Close()
	w.SetPadded(false)
	w.Resize(fyne.NewSize(float32(size.X), float32(size.Y)))
	drawn := w.Canvas().Capture()
	off, n := 0, 0
	for y := size.Y / 4; y < size.Y*3/4; y++ {
		for x := size.X / 4; x < size.X*3/4; x++ {
			r, g, b, _ := picture.At(x, y).RGBA()
			r2, g2, b2, _ := drawn.At(x, y).RGBA()
			for _, d := range []int{int(r) - int(r2), int(g) - int(g2), int(b) - int(b2)} {
				off, n = off+max(d, -d)>>8, n+1
			}
		}
	}
	if mean := off / n; mean > 12 {
		t.Errorf("a channel is off by %d of 255 on the mean: make the picture anew from the drawing", mean)
	}
}

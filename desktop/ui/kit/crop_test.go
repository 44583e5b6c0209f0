package kit_test

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
)

func cropping(t *testing.T) (*kit.Crop, fyne.Window, *string) {
	kittest.Light(t)
	said := new(string)
	// With 18 around it the image is 400 × 200 in this window, from (18, 18).
	c := kit.NewCrop(image.NewGray(image.Rect(0, 0, 800, 400)), kit.Frame{Right: 1, Bottom: 1}, func(s string) { *said = s })
	w := kittest.Window(t, c, fyne.NewSize(436, 236))
	return c, w, said
}

func frameIs(t *testing.T, c *kit.Crop, left, top, right, bottom float32) {
	t.Helper()
	f := c.Frame()
	for i, d := range []float32{f.Left - left, f.Top - top, f.Right - right, f.Bottom - bottom} {
		if d > 0.001 || d < -0.001 {
			t.Errorf("side %d of the frame %v is off by %v", i, f, d)
		}
	}
}

func drag(c *kit.Crop, from fyne.Position, moves ...fyne.Delta) {
	for _, m := range moves {
		from = from.AddXY(m.DX, m.DY)
		c.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: from}, Dragged: m})
	}
	c.DragEnd()
}

func TestCropByHand(t *testing.T) {
	c, _, _ := cropping(t)
	drag(c, fyne.NewPos(20, 20), fyne.NewDelta(20, 10), fyne.NewDelta(20, 10))
	frameIs(t, c, 0.1, 0.1, 1, 1)
	drag(c, fyne.NewPos(418, 218), fyne.NewDelta(-80, -20))
	frameIs(t, c, 0.1, 0.1, 0.8, 0.9)
	// Within the frame all of it moves, and stays within the image.
	drag(c, fyne.NewPos(200, 120), fyne.NewDelta(40, 20))
	frameIs(t, c, 0.2, 0.2, 0.9, 1)
	drag(c, fyne.NewPos(200, 120), fyne.NewDelta(4000, 4000))
	frameIs(t, c, 0.3, 0.2, 1, 1)
	// A corner does not pass the one across, nor leave the image.
	drag(c, fyne.NewPos(18+0.3*400, 18+0.2*200), fyne.NewDelta(4000, 4000))
	frameIs(t, c, 0.95, 0.95, 1, 1)
	c.SetFrame(kit.Frame{Left: 0.4, Top: 0.4, Right: 0.6, Bottom: 0.6})
	drag(c, fyne.NewPos(18+0.6*400, 18+0.4*200), fyne.NewDelta(4000, -4000))
	frameIs(t, c, 0.4, 0, 1, 0.6)
	// Where there is nothing to take hold of, nothing moves.
	drag(c, fyne.NewPos(60, 210), fyne.NewDelta(50, 50))
	frameIs(t, c, 0.4, 0, 1, 0.6)
}

func TestCropByKeyboard(t *testing.T) {
	c, w, said := cropping(t)
	w.Canvas().Focus(c)
	if *said == "" || !ringShown(c) {
		t.Errorf("the keyboard is not seen: %q", *said)
	}
	kittest.Key(w, fyne.KeyRight, fyne.KeyRight, fyne.KeyDown)
	frameIs(t, c, 0.02, 0.01, 1, 1)
	first := *said
	kittest.Key(w, fyne.KeySpace, fyne.KeyLeft, fyne.KeyDown)
	frameIs(t, c, 0.02, 0.02, 0.99, 1)
	if *said == first {
		t.Error("the next corner is not told")
	}
	kittest.Key(w, fyne.KeyReturn, fyne.KeyUp, fyne.KeySpace, fyne.KeySpace)
	frameIs(t, c, 0.02, 0.02, 0.99, 0.99)
	// The whole frame.
	kittest.Key(w, fyne.KeyLeft, fyne.KeyLeft, fyne.KeyLeft, fyne.KeyUp)
	frameIs(t, c, 0, 0.01, 0.97, 0.98)
	kittest.Key(w, fyne.KeySpace)
	if *said != first {
		t.Errorf("after the frame the keyboard is at %q", *said)
	}
}

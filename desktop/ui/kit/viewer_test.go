package kit_test

import (
	"context"
	"errors"
	"image"
	"image/color"
	"slices"
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/task"
)

// book is a document of standing pages that remembers what was asked of it.
type book struct {
	pages  int
	broken int // a page, counted from 1, that cannot be drawn
	wide   bool

	mu     sync.Mutex
	drawn  []int
	widths map[int]int
	turns  map[int]int
	atOnce int
	most   int
}

func (b *book) Pages() int { return b.pages }

func (b *book) Size(page int) (w, h float32) {
	if b.wide && page == 1 {
		return 842, 595
	}
	return 595, 842
}

func (b *book) Render(ctx context.Context, page, width, quarters int) (*image.RGBA, error) {
	b.mu.Lock()
	b.atOnce++
	b.most = max(b.most, b.atOnce)
	b.drawn = append(b.drawn, page+1)
	if b.widths == nil {
		b.widths, b.turns = map[int]int{}, map[int]int{}
	}
	b.widths[page+1], b.turns[page+1] = width, quarters
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		b.atOnce--
		b.mu.Unlock()
	}()
	if page+1 == b.broken {
		return nil, errors.New("illisible")
	}
	img := image.NewRGBA(image.Rect(0, 0, width, max(1, width*842/595)))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	img.SetRGBA(0, 0, color.RGBA{uint8(page), 0, 0, 255})
	return img, nil
}

func (b *book) take() []int {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := b.drawn
	b.drawn = nil
	return was
}

type viewing struct {
	*kit.Viewer
	t      *testing.T
	window fyne.Window
	runner *task.Runner
	queue  *task.Queue
}

func (v *viewing) settle() {
	for range 3 {
		kittest.Settle(v.window)
		v.queue.Settle(v.runner)
	}
	kittest.Settle(v.window)
}

func (v *viewing) key(names ...fyne.KeyName) {
	kittest.Key(v.window, names...)
	v.settle()
}

func (v *viewing) typed(s string) {
	kittest.Type(v.window, s)
	v.settle()
}

func (v *viewing) says(part string) {
	v.t.Helper()
	if !kittest.Shows(v.window, part) {
		v.t.Errorf("%q is not said; there is %q", part, kittest.Texts(v.window))
	}
}

// images are those drawn now.
func (v *viewing) images() int {
	n := 0
	for _, i := range kittest.All[*canvas.Image](v.window) {
		if i.Resource == nil && i.Image != nil {
			n++
		}
	}
	return n
}

func newViewing(t *testing.T, b *book) *viewing {
	kittest.Light(t)
	v := &viewing{t: t}
	v.runner, v.queue = task.NewQueued(nil)
	v.Viewer = kit.NewViewer(v.runner.Scope())
	v.Sentence = func(err error) string { return "Cette page est abîmée (" + err.Error() + ")." }
	v.window = kittest.Window(t, v.Viewer, fyne.NewSize(800, 600))
	if b != nil {
		v.Open(b)
		v.settle()
		v.window.Canvas().Focus(v.Stage())
		v.settle()
	}
	return v
}

func TestViewerStates(t *testing.T) {
	v := newViewing(t, nil)
	v.says("Ouverture du document…")
	v.Fail("Ce PDF demande un mot de passe.")
	v.settle()
	v.says("Le document ne peut pas être affiché")
	v.says("Ce PDF demande un mot de passe.")
	v.Open(&book{})
	v.settle()
	v.says("Ce document n'a aucune page.")
	if v.Page() != 0 {
		t.Errorf("page %d of nothing", v.Page())
	}
	v.Open(&book{pages: 5})
	v.settle()
	v.says("Page 1 sur 5")
	if kittest.Shows(v.window, "aucune page") {
		t.Error("what was said before is still there")
	}
}

func TestViewerByKeyboard(t *testing.T) {
	v := newViewing(t, &book{pages: 5})
	at := func(want string, what string) {
		t.Helper()
		if !kittest.Shows(v.window, "Page "+want+" sur 5") {
			t.Errorf("after %s it says %q", what, kittest.Texts(v.window)[0])
		}
	}
	at("1", "opening")
	v.key(fyne.KeyEnd)
	at("5", "End")
	v.key(fyne.KeyHome)
	at("1", "Home")
	v.key(fyne.KeyPageDown, fyne.KeyPageDown)
	at("2", "two leaps")
	v.key(fyne.KeyPageUp, fyne.KeyPageUp)
	at("1", "two leaps back")
	v.says("100\u00a0%")
	v.typed("+")
	v.says("125\u00a0%")
	v.typed("--")
	v.says("80\u00a0%")
	v.typed("0")
	v.says("100\u00a0%")
	kittest.Press(t, v.window, "Page entière")
	v.settle()
	if kittest.Shows(v.window, "100\u00a0%") {
		t.Error("a whole page is as wide as the window")
	}
	v.window.Canvas().Focus(v.Stage())
	v.key(fyne.KeyPageDown)
	at("2", "a page on")
	v.key(fyne.KeyPageDown, fyne.KeyPageDown, fyne.KeyPageDown, fyne.KeyPageDown)
	at("5", "the last page and on")
	for range 20 {
		v.typed("+")
	}
	v.says("600\u00a0%")
	for range 20 {
		v.typed("-")
	}
	v.says("25\u00a0%")
}

func TestViewerDrawsWhatIsNear(t *testing.T) {
	b := &book{pages: 40}
	v := newViewing(t, b)
	first := b.take()
	if !slices.Equal(first, []int{1, 2, 3}) {
		t.Errorf("at first it draws %v", first)
	}
	if b.most != 1 {
		t.Errorf("%d pages at once", b.most)
	}
	v.GoTo(20)
	v.settle()
	got := b.take()
	if len(got) == 0 || got[0] != 20 || slices.Max(got) > 23 || slices.Min(got) < 18 {
		t.Errorf("at page 20 it draws %v", got)
	}
	if n := v.images(); n > 6 {
		t.Errorf("%d images are kept", n)
	}
	v.settle()
	if again := b.take(); len(again) != 0 {
		t.Errorf("it draws again without need: %v", again)
	}
	v.GoTo(1)
	v.settle()
	if back := b.take(); !slices.Contains(back, 1) {
		t.Errorf("what was far away was kept: it draws %v", back)
	}
	// A larger zoom asks for more pixels.
	before := b.widths[1]
	v.typed("+")
	if b.widths[1] <= before {
		t.Errorf("zoomed in, the page is %d pixels wide, before %d", b.widths[1], before)
	}
	// At the largest, only what is in sight is worth its memory.
	for range 8 {
		v.typed("+")
	}
	b.take()
	v.GoTo(10)
	v.settle()
	if got := b.take(); len(got) > 3 {
		t.Errorf("at the largest zoom it draws %v", got)
	}
}

func TestViewerTurns(t *testing.T) {
	b := &book{pages: 3}
	v := newViewing(t, b)
	v.GoTo(2)
	v.settle()
	v.typed("r")
	if b.turns[2] != 1 {
		t.Errorf("turned %v", b.turns)
	}
	v.says("Page 2 sur 3")
	kittest.Press(t, v.window, "Tourner")
	v.settle()
	if b.turns[2] != 2 {
		t.Errorf("turned %v", b.turns)
	}
}

func TestViewerTellsWhyAPageIsNotDrawn(t *testing.T) {
	b := &book{pages: 4, broken: 1}
	v := newViewing(t, b)
	v.says("Cette page est abîmée (illisible).")
	drawn := b.take()
	if !slices.Contains(drawn, 2) {
		t.Errorf("the others are not drawn: %v", drawn)
	}
	v.settle()
	if again := b.take(); len(again) != 0 {
		t.Errorf("it tries again for ever: %v", again)
	}
}

func TestViewerMovesWithTheHandAndTheWheel(t *testing.T) {
	v := newViewing(t, &book{pages: 5})
	hand := v.Hand()
	for range 8 {
		hand.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, -150)})
		v.settle()
	}
	if v.Page() != 2 {
		t.Errorf("dragged by 1200 one is at page %d", v.Page())
	}
	hand.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 1200)})
	v.settle()
	if v.Page() != 1 {
		t.Errorf("turned back by the wheel one is at page %d", v.Page())
	}
	v.says("100\u00a0%")
	v.HoldControl(true)
	at := fyne.NewPos(400, 300)
	before := v.Under(at)
	hand.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: at}, Scrolled: fyne.NewDelta(0, 10)})
	v.settle()
	v.says("125\u00a0%")
	if after := v.Under(at); max(after.X-before.X, before.X-after.X) > 0.01 || max(after.Y-before.Y, before.Y-after.Y) > 0.01 {
		t.Errorf("the point under the pointer was %v of its page and is %v", before, after)
	}
	v.HoldControl(false)
}

// What lies around the pages is pressed, also where they are scrolled or
// zoomed under it.
func TestScrolledPagesTakeNoPressOfWhatIsAroundThem(t *testing.T) {
	v := newViewing(t, &book{pages: 5})
	pressed := 0
	beside := kit.Secondary("Retour", func() { pressed++ })
	v.window.SetContent(container.NewBorder(nil, nil, beside, nil, v.Viewer))
	v.settle()
	press := func(o fyne.CanvasObject) {
		t.Helper()
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
		test.TapCanvas(v.window.Canvas(), at.AddXY(o.Size().Width/2, o.Size().Height/2))
		v.settle()
	}
	v.GoTo(3)
	v.settle()
	press(kittest.Find[*kit.IconButton](v.window, "Afficher plus grand"))
	v.says("125\u00a0%")
	for range 3 {
		press(kittest.Find[*kit.IconButton](v.window, "Afficher plus grand"))
	}
	v.key(fyne.KeyRight, fyne.KeyRight, fyne.KeyRight)
	press(beside)
	if pressed != 1 {
		t.Errorf("what is beside the pages was pressed %d times", pressed)
	}
	// The wheel is felt all over the pages.
	before := v.Offset()
	room := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.Stage().(fyne.CanvasObject))
	test.Scroll(v.window.Canvas(), room.AddXY(20, 20), 0, -50)
	if v.settle(); v.Offset() == before {
		t.Error("the wheel moves nothing")
	}
}

func TestViewerKeepsItsPlaceWhenTheRoomChanges(t *testing.T) {
	b := &book{pages: 9, wide: true}
	v := newViewing(t, b)
	v.GoTo(6)
	v.settle()
	v.window.Resize(fyne.NewSize(1100, 700))
	v.settle()
	v.says("Page 6 sur 9")
	v.window.Resize(fyne.NewSize(500, 400))
	v.settle()
	v.says("Page 6 sur 9")
	v.says("100\u00a0%")
}

// As wide as there is room is no wider: nothing is scrolled sideways, whatever
// the arithmetic of the window's width. A whole page is seen whole in a room
// however low.
func TestViewerFillsItsRoomAndNoMore(t *testing.T) {
	v := newViewing(t, &book{pages: 3})
	for width := float32(400); width < 1900; width += 7.3 {
		v.window.Resize(fyne.NewSize(width, 600))
		v.settle()
		if all, room := v.Sheets(); all.Width > room.Width {
			t.Fatalf("at %v the pages are %v wide in a room of %v", width, all.Width, room.Width)
		}
	}
	v = newViewing(t, &book{pages: 1})
	v.FitPage()
	for height := float32(140); height < 900; height += 7.3 {
		v.window.Resize(fyne.NewSize(1000, height))
		v.settle()
		if all, room := v.Sheets(); all.Height > room.Height {
			t.Fatalf("at %v the page is %v high in a room of %v", height, all.Height, room.Height)
		}
	}
}

func TestAViewerThatIsLeftDrawsNoMore(t *testing.T) {
	kittest.Light(t)
	runner, queue := task.NewQueued(nil)
	scope := runner.Scope()
	b := &book{pages: 5}
	v := kit.NewViewer(scope)
	w := kittest.Window(t, v, fyne.NewSize(800, 600))
	v.Open(b)
	kittest.Settle(w)
	scope.Leave()
	queue.Settle(runner)
	if got := b.take(); len(got) > 1 {
		t.Errorf("it draws on: %v", got)
	}
}

func viewerSample(b *book) *kit.Viewer {
	runner, queue := task.NewQueued(nil)
	v := kit.NewViewer(runner.Scope())
	v.Sentence = func(error) string {
		return "Cette page est abîmée et ne peut pas être affichée. " + strings.Repeat("Envoyez-la de nouveau. ", 3)
	}
	v.Open(b)
	v.Resize(fyne.NewSize(1024, 560))
	for range 3 {
		v.Refresh()
		queue.Settle(runner)
	}
	return v
}

func TestViewerFits(t *testing.T) {
	t.Run("pages", func(t *testing.T) {
		kittest.FitsEverywhere(t, func() fyne.CanvasObject { return viewerSample(&book{pages: 1200, broken: 1}) })
	})
	t.Run("loading", func(t *testing.T) {
		kittest.FitsEverywhere(t, func() fyne.CanvasObject { return kit.NewViewer(nil) })
	})
	t.Run("failed", func(t *testing.T) {
		kittest.FitsEverywhere(t, func() fyne.CanvasObject {
			v := kit.NewViewer(nil)
			v.Fail(i18n.T("error.document_locked", nil), kit.Secondary(i18n.T("kit.close", nil), func() {}))
			return v
		})
	})
}

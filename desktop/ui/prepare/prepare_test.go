package prepare_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/photos"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/pick/picktest"
	"parvis/desktop/ui/prepare"
	"parvis/desktop/ui/task"
	"parvis/shared/portal"
)

// photo is a picture of a size with its left half dark.
func photo(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := uint8(40)
			if x >= w/2 {
				c = 220
			}
			img.SetGray(x, y, color.Gray{Y: c})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sentence(err error) string {
	var e *portal.Error
	if errors.As(err, &e) {
		args := map[string]any{}
		for k, v := range e.Args {
			args[k] = v
		}
		return i18n.T("error."+string(e.Code), args)
	}
	return "Erreur"
}

type desk struct {
	*prepare.Prepare
	t      *testing.T
	w      fyne.Window
	files  *picktest.Files
	runner *task.Runner
	queue  *task.Queue
	stop   func()
	pdf    []byte
	pages  int
	left   int
}

func newDesk(t *testing.T, begin ...photos.Photo) *desk {
	kittest.Light(t)
	d := &desk{t: t, files: &picktest.Files{}}
	d.runner, d.queue = task.NewQueued(func(err error) { t.Error(err) })
	d.Prepare, d.stop = prepare.New(prepare.Options{
		Scope: d.runner.Scope(), Files: d.files, Now: func() time.Time { return time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC) },
		Sentence: sentence, Title: "Justificatif de domicile", Begin: begin,
		Done:   func(pdf []byte, pages int) { d.pdf, d.pages = pdf, pages },
		Cancel: func() { d.left++ },
	})
	d.w = kittest.Window(t, kit.NewPage(d.Content()), fyne.NewSize(1024, 1400))
	d.settle()
	return d
}

func (d *desk) settle() {
	for range 2 {
		d.queue.Settle(d.runner)
		kittest.Settle(d.w)
	}
}

func (d *desk) press(label string) {
	d.t.Helper()
	kittest.Press(d.t, d.w, label)
	d.settle()
}

// pressNth presses the n-th button that says something, from 0.
func (d *desk) pressNth(label string, n int) *kit.Button {
	d.t.Helper()
	for _, b := range kittest.All[*kit.Button](d.w) {
		if b.Text() == label {
			if n == 0 {
				b.Tapped(&fyne.PointEvent{})
				d.settle()
				return b
			}
			n--
		}
	}
	d.t.Fatalf("no such button: %s", label)
	return nil
}

func (d *desk) add(names ...string) {
	d.t.Helper()
	var c pick.Chosen
	for _, n := range names {
		w, h := 600, 800
		if strings.Contains(n, "large") {
			w, h = 800, 600
		}
		c.Files = append(c.Files, picktest.File(n, photo(d.t, w, h)))
	}
	d.files.Next = c
	d.press("Ajouter des photos")
}

func (d *desk) names() string {
	var all []string
	for _, p := range d.Photos() {
		all = append(all, p.Name)
	}
	return strings.Join(all, " ")
}

func (d *desk) says(part string) {
	d.t.Helper()
	if !kittest.Shows(d.w, part) {
		d.t.Errorf("%q is not said; there is %q", part, kittest.Texts(d.w))
	}
}

func TestPhotosBecomeOneDocument(t *testing.T) {
	d := newDesk(t)
	d.says("Ajoutez les photos de votre document")
	if kittest.Shows(d.w, "Utiliser ce document") {
		t.Error("a document of nothing is offered")
	}
	d.add("recto.jpg", "verso.jpg")
	if kittest.Shows(d.w, "Ajoutez les photos de votre document") {
		t.Error("what was missing is still said to be")
	}
	if w := d.files.Asked[0]; !w.Pictures || !w.Several || w.Title != "Choisir des photos" {
		t.Errorf("asked for %v", w)
	}
	d.says("Page 1 sur 2")
	d.says("2 pages, ")
	d.says("\u00a0Ko")
	d.press("Utiliser ce document")
	if d.pages != 2 || photos.KindOf(d.pdf) != photos.PDF || bytes.Count(d.pdf, []byte("/Type /Page\n")) != 2 {
		t.Errorf("handed over: %d pages, %d bytes", d.pages, len(d.pdf))
	}
	d.press("Annuler")
	if d.left != 1 {
		t.Error("one cannot leave")
	}
}

func TestTheOrderIsChangedAndTheKeyboardGoesAlong(t *testing.T) {
	d := newDesk(t)
	d.add("a.jpg", "b.jpg", "c.jpg")
	b := d.pressNth("Descendre", 0)
	if d.names() != "b.jpg a.jpg c.jpg" {
		t.Fatalf("order %s", d.names())
	}
	if d.w.Canvas().Focused() != fyne.Focusable(b) {
		t.Error("the keyboard did not go along")
	}
	kittest.Key(d.w, fyne.KeyReturn)
	d.settle()
	if d.names() != "b.jpg c.jpg a.jpg" {
		t.Fatalf("order %s", d.names())
	}
	if f, ok := d.w.Canvas().Focused().(*kit.Button); !ok || f.Text() != "Monter" {
		t.Errorf("at the end the keyboard is on %v", d.w.Canvas().Focused())
	}
	kittest.Key(d.w, fyne.KeySpace)
	d.settle()
	if d.names() != "b.jpg a.jpg c.jpg" {
		t.Fatalf("order %s", d.names())
	}
}

func TestRemovedAndPutBack(t *testing.T) {
	d := newDesk(t)
	d.add("a.jpg", "b.jpg", "c.jpg")
	d.pressNth("Retirer", 1)
	if d.names() != "a.jpg c.jpg" {
		t.Fatalf("left: %s", d.names())
	}
	if f, ok := d.w.Canvas().Focused().(*kit.Button); !ok || f.Text() != "Retirer" {
		t.Errorf("the keyboard is on %v", d.w.Canvas().Focused())
	}
	d.says("b.jpg a été retirée du document.")
	d.press("Remettre")
	if d.names() != "a.jpg b.jpg c.jpg" {
		t.Errorf("after putting back: %s", d.names())
	}
	for range 3 {
		d.pressNth("Retirer", 0)
	}
	d.says("Ajoutez les photos de votre document")
	d.press("Remettre")
	if d.names() != "c.jpg" {
		t.Errorf("after putting back the last: %s", d.names())
	}
}

func TestTurnedAndCropped(t *testing.T) {
	d := newDesk(t)
	d.add("a.jpg")
	d.press("Tourner à droite")
	if q := d.Photos()[0].Quarters; q != 1 {
		t.Errorf("turned %d", q)
	}
	d.press("Tourner à gauche")
	d.press("Tourner à gauche")
	if q := d.Photos()[0].Quarters; q != 3 {
		t.Errorf("turned %d", q)
	}
	d.press("Tourner à droite")
	d.press("Recadrer")
	d.says("Recadrer la photo")
	d.says("Coin en haut à gauche")
	if _, ok := d.w.Canvas().Focused().(*kit.Crop); !ok {
		t.Fatalf("the keyboard is on %T", d.w.Canvas().Focused())
	}
	for range 50 {
		kittest.Key(d.w, fyne.KeyRight)
	}
	d.press("Annuler")
	if d.Photos()[0].Area != photos.Whole || d.left != 0 {
		t.Errorf("cancelled, it keeps %v", d.Photos()[0].Area)
	}
	d.press("Recadrer")
	crop := d.w.Canvas().Focused().(*kit.Crop)
	for range 50 {
		kittest.Key(d.w, fyne.KeyRight)
	}
	before := crop.Frame()
	d.press("Garder ce cadre")
	kept := d.Photos()[0]
	if kept.Area.X0 < 0.49 || kept.Area.X0 > 0.51 || before.Left < 0.49 {
		t.Errorf("it keeps %v", kept.Area)
	}
	if f, ok := d.w.Canvas().Focused().(*kit.Button); !ok || f.Text() != "Recadrer" {
		t.Errorf("the keyboard is on %v", d.w.Canvas().Focused())
	}
	// Only the light half is left of it.
	small := kept.Small(image.Pt(50, 50))
	if r, _, _, _ := small.At(2, small.Rect.Dy()/2).RGBA(); r < 0x9000 {
		t.Errorf("its left is %v", small.At(2, small.Rect.Dy()/2))
	}
	d.press("Recadrer")
	d.press("Toute la photo")
	d.press("Garder ce cadre")
	if d.Photos()[0].Area != photos.Whole {
		t.Errorf("all of it: %v", d.Photos()[0].Area)
	}
}

func TestWhatIsDroppedIsAddedAndWhatCannotBeIsTold(t *testing.T) {
	d := newDesk(t)
	if !d.files.Drop(pick.Chosen{
		Files:   []pick.File{picktest.File("bonne.jpg", photo(t, 300, 400)), picktest.File("coupée.jpg", photo(t, 300, 400)[:200])},
		Refused: []pick.Refused{{Name: "IMG_1.HEIC", Err: portal.E(photos.CodeHEIC, "")}},
	}) {
		t.Fatal("nobody takes what is dropped")
	}
	d.settle()
	d.says("2 photos n'ont pas été ajoutées")
	d.says("IMG_1.HEIC : Cette photo est au format HEIC")
	d.says("coupée.jpg : Cette image est abîmée")
	if d.names() != "bonne.jpg" {
		t.Errorf("added: %s", d.names())
	}
	d.press("J'ai compris")
	if kittest.Shows(d.w, "HEIC") {
		t.Error("it is still said")
	}
	d.stop()
	if d.files.Drop(pick.Chosen{Files: []pick.File{picktest.File("a.jpg", photo(t, 30, 40))}}) {
		t.Error("it listens after it was left")
	}
}

func TestTooManyPhotosAreTold(t *testing.T) {
	d := newDesk(t)
	small := photo(t, 20, 30)
	var c pick.Chosen
	for range photos.MaxPhotos + 2 {
		c.Files = append(c.Files, picktest.File("a.jpg", small))
	}
	d.files.Next = c
	d.press("Ajouter des photos")
	if len(d.Photos()) != photos.MaxPhotos {
		t.Errorf("%d photos", len(d.Photos()))
	}
	d.says("2 photos n'ont pas été ajoutées")
	d.says("Un document réunit 40 photos au plus.")
}

func TestPressedTooEarlyItWaits(t *testing.T) {
	d := newDesk(t)
	d.files.Next = pick.Chosen{Files: []pick.File{picktest.File("a.jpg", photo(t, 300, 400))}}
	d.press("Ajouter des photos")
	use := kittest.Find[*kit.Button](d.w, "Utiliser ce document")
	// A turn begins the document anew; it is not made before the queue runs.
	for _, b := range kittest.All[*kit.Button](d.w) {
		if b.Text() == "Tourner à droite" {
			b.Tapped(&fyne.PointEvent{})
		}
	}
	use.Tapped(&fyne.PointEvent{})
	if d.pdf != nil || use.Text() != "Préparation du document…" {
		t.Errorf("it does not wait: %d bytes, %q", len(d.pdf), use.Text())
	}
	d.settle()
	if d.pages != 1 || use.Text() != "Utiliser ce document" {
		t.Errorf("after the wait: %d pages, %q", d.pages, use.Text())
	}
}

func TestGreyIsLighter(t *testing.T) {
	d := newDesk(t)
	d.add("a.jpg", "b.jpg")
	d.press("Utiliser ce document")
	colour := d.pdf
	d.press("En noir et blanc (fichier plus léger)")
	d.press("Utiliser ce document")
	if !bytes.Contains(d.pdf, []byte("/DeviceGray")) || bytes.Contains(colour, []byte("/DeviceGray")) {
		t.Error("black and white makes no difference")
	}
}

func TestItBeginsWhereItWasLeft(t *testing.T) {
	d := newDesk(t)
	d.add("a.jpg", "b.jpg")
	d.pressNth("Tourner à droite", 1)
	again := newDesk(t, d.Photos()...)
	if again.names() != "a.jpg b.jpg" || again.Photos()[1].Quarters != 1 {
		t.Errorf("begun again with %v", again.Photos())
	}
	again.says("2 pages, ")
}

func TestEverythingFits(t *testing.T) {
	source, err := photos.NewSource("une-photo-dont-le-nom-est-vraiment-tres-long-2026-03-09-12-00-00.jpg", photo(t, 60, 80))
	if err != nil {
		t.Fatal(err)
	}
	wide, err := photos.NewSource("large.jpg", photo(t, 80, 60))
	if err != nil {
		t.Fatal(err)
	}
	three := []photos.Photo{{Source: source}, {Source: source}, {Source: source}}
	sample := func(begin []photos.Photo, then func(*prepare.Prepare, *picktest.Files)) func(*testing.T) {
		return func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				runner, queue := task.NewQueued(nil)
				files := &picktest.Files{}
				p, _ := prepare.New(prepare.Options{
					Scope: runner.Scope(), Files: files, Now: time.Now, Sentence: sentence, Done: func([]byte, int) {}, Cancel: func() {}, Begin: begin,
				})
				queue.Settle(runner)
				page := kit.NewPage(p.Content())
				if then != nil {
					then(p, files)
					queue.Settle(runner)
				}
				return page
			})
		}
	}
	t.Run("photos", sample(three, nil))
	t.Run("refused", sample(three, func(_ *prepare.Prepare, files *picktest.Files) {
		files.Drop(pick.Chosen{Refused: []pick.Refused{{Name: source.Name, Err: portal.E(photos.CodeHEIC, "")}}})
	}))
	t.Run("crop", sample(three, func(p *prepare.Prepare, _ *picktest.Files) { p.Crop(0) }))
	t.Run("none", sample(nil, nil))
	// A page turned, one wider than high, one cropped, and one just taken out.
	t.Run("turned", sample([]photos.Photo{{Source: wide}, {Source: wide, Quarters: 1}, {Source: source, Area: photos.Area{X0: 0.3, Y0: 0.5, X1: 1, Y1: 0.8}}, {Source: source}},
		func(p *prepare.Prepare, _ *picktest.Files) { p.Remove(3) }))
	// More than a document holds, and one too large.
	t.Run("many", sample([]photos.Photo{{Source: wide}, {Source: source}}, func(_ *prepare.Prepare, files *picktest.Files) {
		files.Drop(pick.Chosen{Refused: []pick.Refused{
			{Name: source.Name, Err: portal.E(photos.CodeMany, "", "max", strconv.Itoa(photos.MaxPhotos))},
			{Name: "plan.jpg", Err: portal.E(photos.CodeLarge, "", "max", "100")},
		}})
	}))
}

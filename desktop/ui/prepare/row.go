package prepare

import (
	"image"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/photos"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
)

// row is one photo of the document. It lives as long as its photo: when the
// order changes it moves, and the keyboard with it.
type row struct {
	photo    photos.Photo
	card     fyne.CanvasObject
	picture  *kit.Picture
	title    *kit.Text
	crop     *kit.Button
	up, down *kit.Button
	remove   *kit.Button
	buttons  *fyne.Container
}

func (p *Prepare) newRow(ph photos.Photo) *row {
	r := &row{photo: ph, title: kit.Strong("")}
	r.picture = kit.NewPicture(nil, "", 132)
	turn := func(quarters int) func() {
		return func() {
			r.photo = r.photo.Turned(quarters)
			r.show()
			p.changed()
		}
	}
	r.crop = kit.Plain(i18n.T("prepare.crop", nil), func() { p.crop(r) }).Icon("crop")
	r.up = kit.Plain(i18n.T("prepare.up", nil), func() { p.move(r, -1) }).Icon("arrow-up")
	r.down = kit.Plain(i18n.T("prepare.down", nil), func() { p.move(r, 1) }).Icon("arrow-down")
	r.remove = kit.Plain(i18n.T("prepare.remove", nil), func() { p.remove(r) }).Icon("trash")
	r.buttons = kit.Line(0,
		kit.Plain(i18n.T("prepare.left", nil), turn(-1)).Icon("arrow-counter-clockwise"),
		kit.Plain(i18n.T("prepare.right", nil), turn(1)).Icon("arrow-clockwise"),
		r.crop, r.up, r.down, r.remove)
	r.card = kit.Card(kit.LineTop(look.M, r.picture, kit.Grow(kit.Column(look.XS, r.title, kit.Caption(ph.Name), r.buttons), 260)))
	r.show()
	return r
}

// show draws the photo as it will be.
func (r *row) show() {
	r.picture.Set(r.photo.Small(image.Pt(previewRoom, previewRoom)), r.photo.Name)
}

// number says which page it is; the first cannot go up, nor the last down.
func (r *row) number(at, of int) {
	r.title.SetText(i18n.T("prepare.page", map[string]any{"Page": at + 1, "Pages": of}))
	visible(r.up, at > 0)
	visible(r.down, at < of-1)
}

func visible(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// keep leaves the keyboard on the button that moved the row, or on the other
// where there is no further to go.
func (r *row) keep(by int) {
	first, second := r.up, r.down
	if by > 0 {
		first, second = r.down, r.up
	}
	if first.Visible() {
		kit.FocusOn(first)
	} else {
		kit.FocusOn(second)
	}
}

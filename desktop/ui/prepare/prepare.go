// Package prepare is where a person makes one document of several photos:
// turned, cropped, put in order, made light enough. It knows the widgets, the
// photos and where files come from; what becomes of the document is told to
// whoever shows it.
package prepare

import (
	"context"
	"errors"
	"image"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/photos"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/task"
	"parvis/shared/portal"
)

// Options are what it is given.
type Options struct {
	Scope *task.Scope
	Files pick.Files
	// Now is the clock: the document bears its time.
	Now func() time.Time
	// Sentence tells an error in the person's words.
	Sentence func(error) string
	// Title is written into the document.
	Title string
	// Begin is what was kept of Photos when the screen was left.
	Begin []photos.Photo
	// Done is given the document; Cancel may be nil.
	Done   func(pdf []byte, pages int)
	Cancel func()
}

// Prepare is the component; Content is what a screen shows.
type Prepare struct {
	o     Options
	album photos.Album
	rows  []*row
	opens int // for a slot of its own for each reading

	content  *kit.Swap
	whole    fyne.CanvasObject
	list     *fyne.Container
	empty    fyne.CanvasObject
	refused  *kit.Notice
	strip    *kit.Strip
	reading  *kit.Progress
	grey     *kit.Field
	size     *kit.Text
	mistake  *kit.Notice
	begin    *kit.Button // the one thing to do while there is no photo
	add, use *kit.Button
	back     func() // from the one photo that is being cropped; nil: none is

	reads   int    // readings under way
	making  bool   // the document is being made
	waiting bool   // and will be handed over
	pdf     []byte // as it is now, nil while it is made
}

const previewRoom = 320

// New makes the component. stop ends its listening for dropped files; a screen
// calls it when it is left.
func New(o Options) (p *Prepare, stop func()) {
	p = &Prepare{o: o, list: kit.Column(look.S), strip: kit.NewStrip(), size: kit.Muted("")}
	p.refused = kit.NewNotice(look.ToneWarning, "", "", kit.Plain(i18n.T("prepare.understood", nil), func() { p.refuse(nil) }))
	p.mistake = kit.NewNotice(look.ToneError, "", "")
	p.reading = kit.NewProgress("", nil)
	p.empty = kit.EmptyState(kit.NothingYet, "images", i18n.T("prepare.empty", nil), "", nil)
	p.grey = kit.CheckField(i18n.T("prepare.grey", nil)).Optional().OnChanged(func(string) { p.changed() })
	p.begin = kit.Primary(i18n.T("prepare.add", nil), p.choose).Icon("images")
	p.add = kit.Secondary(i18n.T("prepare.add", nil), p.choose).Icon("images")
	p.use = kit.Primary(i18n.T("prepare.use", nil), p.finish)
	buttons := []fyne.CanvasObject{p.begin, p.use, p.add}
	if o.Cancel != nil {
		buttons = append(buttons, kit.Plain(i18n.T("kit.cancel", nil), o.Cancel))
	}
	p.refused.Hide()
	p.mistake.Hide()
	p.reading.Hide()
	p.whole = kit.Column(look.M,
		kit.Title(i18n.T("prepare.title", nil)), kit.Limit(look.TextWidth, kit.Body(i18n.T("prepare.hint", nil))),
		p.refused, p.strip, p.empty, p.list, p.reading, p.grey, p.size, p.mistake, kit.Line(look.S, buttons...))
	p.content = kit.NewSwap(p.whole)
	p.strip.OnMoved(p.lay)
	for _, ph := range o.Begin {
		p.rows = append(p.rows, p.newRow(ph))
	}
	p.changed()
	stop = o.Files.Drops(o.Scope, p.want(), p.take)
	return p, stop
}

// Content is what a screen shows.
func (p *Prepare) Content() fyne.CanvasObject { return p.content }

// Photos are those there now, for a screen that is built anew.
func (p *Prepare) Photos() []photos.Photo {
	var all []photos.Photo
	for _, r := range p.rows {
		all = append(all, r.photo)
	}
	return all
}

// First is what has the keyboard when the screen opens; nil, the page itself,
// where there are photos to be looked at.
func (p *Prepare) First() fyne.Focusable {
	if len(p.rows) > 0 {
		return nil
	}
	return p.begin
}

func (p *Prepare) want() pick.Want {
	return pick.Want{Title: i18n.T("prepare.choose", nil), Several: true, Pictures: true}
}

func (p *Prepare) choose() { p.o.Files.Choose(p.o.Scope, p.want(), p.take) }

// opened are the pictures of one choice, opened, and those that could not be.
type opened struct {
	sources []*photos.Source
	refused []pick.Refused
}

// take opens the pictures chosen or dropped and puts them at the end.
func (p *Prepare) take(c pick.Chosen) {
	if len(c.Files) == 0 && len(c.Refused) == 0 {
		return
	}
	p.opens++
	p.reads++
	p.tellReading()
	task.Run(p.o.Scope, "prepare.open."+strconv.Itoa(p.opens), func(ctx context.Context) (opened, error) {
		o := opened{refused: c.Refused}
		for _, f := range c.Files {
			if err := ctx.Err(); err != nil {
				return o, err
			}
			s, err := photos.NewSource(f.Name, f.Data)
			if err != nil {
				o.refused = append(o.refused, pick.Refused{Name: f.Name, Err: err})
				continue
			}
			o.sources = append(o.sources, s)
		}
		return o, nil
	}, func(o opened, err error) {
		p.reads--
		p.tellReading()
		if err != nil {
			return
		}
		for _, s := range o.sources {
			if len(p.rows) >= photos.MaxPhotos {
				o.refused = append(o.refused, pick.Refused{Name: s.Name, Err: portal.E(photos.CodeMany, "", "max", strconv.Itoa(photos.MaxPhotos))})
				continue
			}
			p.rows = append(p.rows, p.newRow(photos.Photo{Source: s, Area: photos.Whole}))
		}
		p.refuse(o.refused)
		if len(o.sources) > 0 {
			p.strip.Clear()
			p.changed()
		}
	})
}

func (p *Prepare) tellReading() {
	if p.reads > 0 {
		p.reading.Show()
		p.reading.Set(i18n.T("prepare.reading", nil), -1)
	} else {
		p.reading.Hide()
	}
	p.lay()
}

// refuse tells which files were not taken, and why; none takes it away.
func (p *Prepare) refuse(all []pick.Refused) {
	if len(all) == 0 {
		p.refused.Hide()
		p.lay()
		return
	}
	text := ""
	for i, r := range all {
		if i > 0 {
			text += "\n"
		}
		text += i18n.T("prepare.refusedFile", map[string]any{"Name": r.Name, "Why": p.o.Sentence(r.Err)})
	}
	p.refused.Set(look.ToneWarning, i18n.T("prepare.refused", map[string]any{"Count": len(all)}), text)
	p.refused.Show()
	p.lay()
}

// lay makes room for what came or went.
func (p *Prepare) lay() {
	p.content.Refresh()
	if page := kit.PageOf(p.content); page != nil {
		page.Refresh()
	}
}

// changed is called when anything of the document is different: it is made
// anew, and until then its size is not known.
func (p *Prepare) changed() {
	objects := make([]fyne.CanvasObject, len(p.rows))
	for i, r := range p.rows {
		r.number(i, len(p.rows))
		objects[i] = r.card
	}
	p.list.Objects = objects
	for _, o := range []fyne.CanvasObject{p.empty, p.begin} {
		visible(o, len(p.rows) == 0)
	}
	for _, o := range []fyne.CanvasObject{p.grey, p.size, p.use, p.add} {
		visible(o, len(p.rows) > 0)
	}
	p.mistake.Hide()
	p.pdf = nil
	p.make()
	p.lay()
}

// make makes the document, off the window's goroutine.
func (p *Prepare) make() {
	all := p.Photos()
	if len(all) == 0 {
		p.o.Scope.Cancel("prepare.make")
		p.making = false
		p.ready()
		return
	}
	p.making = true
	p.tellSize()
	wish := photos.Wish{Grey: p.grey.Value() != "", Title: p.o.Title, Made: p.o.Now()}
	task.Run(p.o.Scope, "prepare.make", func(ctx context.Context) ([]byte, error) {
		return p.album.Bind(ctx, all, wish, nil)
	}, func(pdf []byte, err error) {
		p.making = false
		p.pdf = pdf
		if err != nil && !errors.Is(err, context.Canceled) {
			p.fail(err)
		}
		p.tellSize()
		p.ready()
		p.lay()
	})
}

func (p *Prepare) tellSize() {
	pages := i18n.T("prepare.pages", map[string]any{"Count": len(p.rows)})
	switch {
	case p.making:
		p.size.SetText(i18n.T("prepare.making", map[string]any{"Pages": pages}))
	case p.pdf != nil:
		p.size.SetText(i18n.T("prepare.size", map[string]any{"Pages": pages, "Size": i18n.Size(int64(len(p.pdf)))}))
	default:
		p.size.SetText(pages)
	}
}

func (p *Prepare) fail(err error) {
	p.mistake.Set(look.ToneError, "", p.o.Sentence(err))
	p.mistake.Show()
	p.lay()
}

// finish hands the document over, as soon as it is made.
func (p *Prepare) finish() {
	p.waiting = true
	p.ready()
}

func (p *Prepare) ready() {
	switch {
	case !p.waiting:
	case p.making:
		p.use.Busy(i18n.T("prepare.wait", nil))
	default:
		p.waiting = false
		p.use.Ready()
		if p.pdf != nil {
			p.o.Done(p.pdf, len(p.rows))
		}
	}
}

func (p *Prepare) place(r *row) int {
	for i, o := range p.rows {
		if o == r {
			return i
		}
	}
	return -1
}

// move puts a photo earlier or later; the keyboard goes along.
func (p *Prepare) move(r *row, by int) {
	from := p.place(r)
	to := from + by
	if from < 0 || to < 0 || to >= len(p.rows) {
		return
	}
	p.rows[from], p.rows[to] = p.rows[to], p.rows[from]
	p.changed()
	r.keep(by)
}

// remove takes a photo out, which can be undone.
func (p *Prepare) remove(r *row) {
	at := p.place(r)
	if at < 0 {
		return
	}
	p.rows = append(p.rows[:at:at], p.rows[at+1:]...)
	p.changed()
	p.strip.Say(look.ToneNeutral, i18n.T("prepare.removed", map[string]any{"Name": r.photo.Name}), i18n.T("prepare.undo", nil), func() {
		back := min(at, len(p.rows))
		p.rows = append(p.rows[:back:back], append([]*row{r}, p.rows[back:]...)...)
		p.changed()
		p.focus(r.remove)
	})
	if len(p.rows) > 0 {
		kit.FocusOn(p.rows[min(at, len(p.rows)-1)].remove)
	} else {
		kit.FocusOn(p.begin)
	}
}

// crop shows one photo with a frame, in the place of all.
func (p *Prepare) crop(r *row) {
	whole := r.photo
	whole.Area = photos.Whole
	where := kit.Caption("")
	c := kit.NewCrop(whole.Small(image.Pt(1000, 1000)), frameOf(r.photo.Area), func(s string) { where.SetText(s) })
	back := func() {
		p.back = nil
		p.content.Set(p.whole)
		p.lay()
		p.focus(r.crop)
	}
	p.back = back
	p.content.Set(kit.Column(look.M,
		kit.Title(i18n.T("prepare.cropTitle", nil)), kit.Limit(look.TextWidth, kit.Body(i18n.T("prepare.cropHint", nil))),
		c, where,
		kit.Line(look.S,
			kit.Primary(i18n.T("prepare.cropKeep", nil), func() {
				r.photo.Area = areaOf(c.Frame())
				r.show()
				p.changed()
				back()
			}),
			kit.Secondary(i18n.T("prepare.cropAll", nil), func() { c.SetFrame(kit.Frame{Right: 1, Bottom: 1}) }),
			kit.Plain(i18n.T("kit.cancel", nil), back))))
	p.lay()
	p.focus(c)
}

// Escape leads back from the photo that is being cropped; false where none is.
func (p *Prepare) Escape() bool {
	if p.back == nil {
		return false
	}
	p.back()
	return true
}

// focus gives the keyboard to something that has just come: the toolkit does
// not know yet which window it is in.
func (p *Prepare) focus(f fyne.Focusable) {
	kit.Draw(p.content)
	if c := fyne.CurrentApp().Driver().CanvasForObject(p.content); c != nil {
		kit.Enter(c, f)
	}
}

func frameOf(a photos.Area) kit.Frame {
	if a == (photos.Area{}) {
		a = photos.Whole
	}
	return kit.Frame{Left: float32(a.X0), Top: float32(a.Y0), Right: float32(a.X1), Bottom: float32(a.Y1)}
}

func areaOf(f kit.Frame) photos.Area {
	return photos.Area{X0: float64(f.Left), Y0: float64(f.Top), X1: float64(f.Right), Y1: float64(f.Bottom)}
}

// Package papers shows a file within the window: fetched, opened and drawn, or
// told in words why not. It knows nothing of what is around it.
package papers

import (
	"context"
	"sync"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/pages"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/documents"
	"parvis/shared/portal"
)

// Store is where the bytes come from; the session in the program.
type Store interface {
	OpenDocument(ctx context.Context, id portal.ID) (data []byte, kind string, err error)
	HasLine() bool
	OnStatus(f func()) (cancel func())
}

// Paper is the viewer of one file after another, each let go of when the next
// is shown or the screen is left.
type Paper struct {
	Viewer *kit.Viewer // what is put on the screen
	// Opened, where it is set, is told what is shown, and its type where it was
	// fetched.
	Opened func(data []byte, kind string)

	c      *screen.Context
	s      Store
	shown  portal.ID
	busy   bool
	noLine bool // it is not shown because there is no line

	mu  sync.Mutex
	doc *pages.Document
}

// New makes a viewer that shows nothing yet.
func New(c *screen.Context, s Store) *Paper {
	p := &Paper{Viewer: kit.NewViewer(c.Scope), c: c, s: s}
	p.Viewer.Sentence = screen.Sentence
	c.OnLeave(p.Close)
	c.OnLeave(s.OnStatus(func() {
		if p.noLine && s.HasLine() {
			p.Read(p.shown)
		}
	}))
	return p
}

// Under is the viewer below a head. At large text the head is scrolled rather
// than the document hidden by it.
func (p *Paper) Under(head fyne.CanvasObject) fyne.CanvasObject {
	top, body := kit.NewBarePage(kit.PadXY(look.L, look.S, head)), kit.PadXY(look.L, look.S, p.Viewer)
	return arrange.New(func(size fyne.Size) {
		h := min(top.HeightFor(size.Width), size.Height*0.36)
		arrange.Put(top, 0, 0, size.Width, h)
		arrange.Put(body, 0, h, size.Width, size.Height-h)
	}, func(float32) float32 { return look.Px(200) }, top, body)
}

// Read opens a file that was sent, whatever was shown before.
func (p *Paper) Read(id portal.ID) {
	p.open(id, func(ctx context.Context) ([]byte, string, error) { return p.s.OpenDocument(ctx, id) })
}

// Show opens bytes that are at hand.
func (p *Paper) Show(data []byte) {
	p.open("", func(context.Context) ([]byte, string, error) { return data, "", nil })
}

// opened is a file as it was kept or fetched, opened.
type opened struct {
	doc  *pages.Document
	data []byte
	kind string
}

func (p *Paper) open(id portal.ID, fetch func(context.Context) ([]byte, string, error)) {
	p.Close()
	p.shown, p.busy = id, true
	p.Viewer.Loading()
	screen.Run(p.c, "paper", func(ctx context.Context) (o opened, err error) {
		if o.data, o.kind, err = fetch(ctx); err != nil {
			return o, err
		}
		o.doc, err = p.hold(ctx, o.data)
		return o, err
	}, func(o opened, err error) {
		if p.busy = false; err != nil {
			p.fail(err)
			return
		}
		p.Viewer.Open(o.doc)
		if p.Opened != nil {
			p.Opened(o.data, o.kind)
		}
	})
}

// hold opens bytes and keeps the document for Close, unless the screen was left
// or shows another one meanwhile.
func (p *Paper) hold(ctx context.Context, data []byte) (*pages.Document, error) {
	doc, err := p.c.Documents.Open(ctx, data)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil {
		go doc.Close()
		return nil, ctx.Err()
	}
	p.doc = doc
	return doc, nil
}

// Close lets go of what is shown or being opened. A page of it may still be
// being drawn, which the document's own Close waits for: not here.
func (p *Paper) Close() {
	p.c.Scope.Cancel("paper")
	p.shown, p.busy, p.noLine = "", false, false
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.doc != nil {
		go p.doc.Close()
		p.doc = nil
	}
}

// Shown is the file that was asked for last, "" for none.
func (p *Paper) Shown() portal.ID { return p.shown }

// Busy reports whether a file is being opened: nobody has seen it yet.
func (p *Paper) Busy() bool { return p.busy }

// Empty says why there is nothing to show.
func (p *Paper) Empty(sentence string) {
	p.Close()
	p.Viewer.Empty(sentence)
}

func (p *Paper) fail(err error) {
	id := p.shown
	var again []fyne.CanvasObject
	if id != "" {
		again = append(again, kit.Secondary(i18n.T("papers.again", nil), func() { p.Read(id) }).Icon("arrow-clockwise"))
	}
	switch portal.CodeOf(err) {
	case portal.NotReachable:
		p.noLine = true
		p.Viewer.Fail(i18n.T("papers.offline", nil), again...)
	case documents.NotClean:
		p.Viewer.Fail(i18n.T("papers.infected", nil))
	default:
		p.Viewer.Fail(screen.Sentence(err), again...)
	}
}

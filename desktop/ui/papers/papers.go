// Package papers shows a file that was sent within the window: fetched, opened
// and drawn, or told in words why not. It knows nothing of what is around it.
package papers

import (
	"context"

	"parvis/desktop/i18n"
	"parvis/desktop/pages"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/screen"
	"parvis/shared/documents"
	"parvis/shared/portal"
)

// Store is where the bytes come from; the session in the program.
type Store interface {
	OpenDocument(ctx context.Context, id portal.ID) (data []byte, kind string, err error)
}

// Paper is the viewer of one file after another.
type Paper struct {
	Viewer *kit.Viewer // what is put on the screen

	c     *screen.Context
	s     Store
	shown portal.ID
	busy  bool
	doc   *pages.Document
}

// New makes a viewer that shows nothing yet.
func New(c *screen.Context, s Store) *Paper {
	p := &Paper{Viewer: kit.NewViewer(c.Scope), c: c, s: s}
	p.Viewer.Sentence = screen.Sentence
	c.OnLeave(p.close)
	return p
}

// close lets the document go that is shown. A page of it may still be being
// drawn, which its Close waits for: not here.
func (p *Paper) close() {
	if doc := p.doc; doc != nil {
		p.doc = nil
		go doc.Close()
	}
}

// Read opens a file, whatever was shown before.
func (p *Paper) Read(id portal.ID) {
	p.shown, p.busy = id, true
	p.Viewer.Loading()
	p.close()
	screen.Run(p.c, "paper", func(ctx context.Context) (*pages.Document, error) {
		data, _, err := p.s.OpenDocument(ctx, id)
		if err != nil {
			return nil, err
		}
		doc, err := p.c.Documents.Open(ctx, data)
		if err == nil && ctx.Err() != nil {
			doc.Close()
			return nil, ctx.Err()
		}
		return doc, err
	}, func(doc *pages.Document, err error) {
		if p.busy = false; err != nil {
			p.fail(err)
			return
		}
		p.doc = doc
		p.Viewer.Open(doc)
	})
}

// Busy reports whether a file is being opened: nobody has seen it yet.
func (p *Paper) Busy() bool { return p.busy }

// Empty says why there is nothing to show.
func (p *Paper) Empty(sentence string) {
	p.shown, p.busy = "", false
	p.c.Scope.Cancel("paper")
	p.Viewer.Empty(sentence)
	p.close()
}

func (p *Paper) fail(err error) {
	again := kit.Secondary(i18n.T("papers.again", nil), func() { p.Read(p.shown) }).Icon("arrow-clockwise")
	switch portal.CodeOf(err) {
	case portal.NotReachable:
		p.Viewer.Fail(i18n.T("papers.offline", nil), again)
	case documents.NotClean:
		p.Viewer.Fail(i18n.T("papers.infected", nil))
	default:
		p.Viewer.Fail(screen.Sentence(err), again)
	}
}

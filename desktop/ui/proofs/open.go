package proofs

import (
	"context"
	"errors"
	"sync"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/pages"
	"parvis/desktop/photos"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/client"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// holding is the open document of a screen, let go of when the screen is left,
// also where it opens only then.
type holding struct {
	opener *pages.Opener

	mu   sync.Mutex
	doc  *pages.Document
	left bool
}

func (r room) holding() *holding {
	h := &holding{opener: r.Documents}
	r.OnLeave(h.close)
	return h
}

// open opens bytes in the place of what was open; it is called from a task.
func (h *holding) open(ctx context.Context, data []byte) (kit.Paged, error) {
	doc, err := h.opener.Open(ctx, data)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.left {
		go doc.Close()
		return nil, context.Canceled
	}
	if h.doc != nil {
		go h.doc.Close()
	}
	h.doc = doc
	return doc, nil
}

// close lets go of the document, as soon as nothing of it is being drawn.
func (h *holding) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.left = true
	if h.doc != nil {
		go h.doc.Close()
		h.doc = nil
	}
}

// headed keeps a head over a viewer; at large text the head is scrolled rather
// than the document hidden by it.
func headed(head, body fyne.CanvasObject) fyne.CanvasObject {
	top := kit.NewBarePage(head)
	return arrange.New(func(size fyne.Size) {
		h := min(top.HeightFor(size.Width), size.Height*0.36)
		arrange.Put(top, 0, 0, size.Width, h)
		arrange.Put(body, 0, h, size.Width, size.Height-h)
	}, func(float32) float32 { return look.Px(200) }, top, body)
}

// reading is the screen of one document.
type reading struct {
	room
	id     portal.ID
	head   *kit.Swap
	root   fyne.CanvasObject
	viewer *kit.Viewer
	held   *holding
	data   []byte // once it is open
	kind   string
	noLine bool // it is not shown because there is no line
}

func (r room) proof(route screen.Route) screen.Screen {
	s := &reading{room: r, id: portal.ID(route.Arg("id")), head: kit.NewSwap(nil), viewer: kit.NewViewer(r.Scope), held: r.holding()}
	s.viewer.Sentence = screen.Sentence
	d, there := r.View.Document(s.id)
	if !there {
		kind, sentence := kit.NothingFound, say("gone")
		if _, received := r.View.Me(); !received {
			kind, sentence = kit.NotReceived, ""
		}
		r.On(func() {
			if _, there := r.View.Document(s.id); there {
				r.Replace(route)
			}
		}, view.Topic{Collection: wire.Documents, Key: s.id})
		return screen.Screen{Content: kit.NewPage(kit.EmptyState(kind, "", sentence, say("all"), s.toList)), Title: say("title"), Rail: screen.Exchanges}
	}
	s.lay()
	s.root = headed(kit.PadXY(look.L, look.S, s.head), kit.PadXY(look.L, look.S, s.viewer))
	r.On(s.lay, Topics...)
	r.OnLeave(r.desk.OnStatus(func() {
		if s.noLine && r.desk.HasLine() {
			s.load()
		}
	}))
	s.load()
	return screen.Screen{Content: s.root, Title: joined(in(KindOf(r.View, d.Kind).Label), d.Name), Rail: screen.Exchanges, Focus: s.viewer.Stage()}
}

func (s *reading) toList() { s.Replace(screen.To(screen.Exchanges, "tab", Tab)) }

// lay writes above the document what it is and where it stands.
func (s *reading) lay() {
	d, there := s.View.Document(s.id)
	if !there {
		s.head.Set(kit.NewNotice(look.ToneNeutral, "", say("gone"), kit.Secondary(say("all"), s.toList)))
		return
	}
	tone, icon, word := statusLook(d.On(s.View.Today()))
	who := childName(s.View, d.Child)
	if who != "" {
		who = say("for", "Name", who)
	}
	sent := say("sent", "Date", dayOf(d.Sent))
	size := ""
	if d.Size > 0 {
		size = i18n.Size(d.Size)
	}
	status := kit.NewChip(tone, icon, word)
	if d.ToSend {
		status = kit.NewChip(look.TonePending, "cloud-arrow-up", say("notSent"))
		sent = ""
	}
	title, details := kit.Section(in(KindOf(s.View, d.Kind).Label)), kit.Muted(joined(who, d.Name, size, sent))
	objects := []fyne.CanvasObject{nil, kit.Line(look.M, kit.Grow(kit.Column(0, title, details), 260), status)}
	back := []fyne.CanvasObject{kit.NewIcon("arrow-left", look.Link, look.IconSize), kit.Link(say("back"), s.Back)}
	if look.Large() {
		// The room is the document's: one line, and what can be done in a menu.
		back = append(back, kit.Grow(kit.PadXY(look.S, 0, title), 120), status)
		if items := s.acts(d); len(items) > 0 {
			back = append(back, kit.NewMenuButton("dots-three", say("acts"), s.actsNow))
		}
		objects[1] = details
	} else {
		back[1] = kit.Grow(kit.Line(0, back[1]), 80)
		for _, a := range s.acts(d) {
			back = append(back, kit.Plain(a.Label, a.Do).Icon(a.Icon))
		}
	}
	objects[0] = kit.Line(look.S, back...)
	if until := untilLine(d.Document, s.View.Today()); until != "" {
		objects = append(objects, kit.Body(until))
	}
	if d.Status == documents.Rejected {
		objects = append(objects, kit.Body(say("rejected", "Why", reasonLine(d.Document))))
	}
	s.head.Set(kit.Column(look.XS, objects...))
	if s.root != nil {
		s.root.Refresh()
	}
}

// acts is what can be done about the document.
func (s *reading) acts(d view.Document) (items []kit.MenuItem) {
	another := func(key string) {
		items = append(items, kit.MenuItem{Icon: "upload-simple", Label: say(key), Do: func() { s.Go(ToSend(d.Kind, d.Child)) }})
	}
	switch d.On(s.View.Today()) {
	case documents.Rejected:
		another("sendAnother")
	case documents.Expired:
		another("sendNew")
	case documents.Submitted:
		items = append(items, kit.MenuItem{Icon: "trash", Label: say("takeBack"), Do: func() { s.askBack(d, s.Back) }})
	}
	if s.data != nil && s.Prints != nil && !(s.Session != nil && s.Session.Kiosk()) {
		items = append(items, kit.MenuItem{Icon: "printer", Label: say("print"), Do: s.print})
	}
	return items
}

func (s *reading) actsNow() []kit.MenuItem {
	d, _ := s.View.Document(s.id)
	return s.acts(d)
}

// opened is a document as it was kept or fetched, opened.
type opened struct {
	doc  kit.Paged
	data []byte
	kind string
}

// load opens the document; on a slow line it takes its time.
func (s *reading) load() {
	s.noLine = false
	s.viewer.Loading()
	screen.Run(s.Context, "open", func(ctx context.Context) (opened, error) {
		data, kind, err := s.desk.OpenDocument(ctx, s.id)
		if err != nil {
			return opened{}, err
		}
		doc, err := s.held.open(ctx, data)
		return opened{doc, data, kind}, err
	}, func(b opened, err error) {
		switch {
		case err != nil:
			s.fail(err)
		default:
			s.data, s.kind = b.data, b.kind
			s.viewer.Open(b.doc)
			s.lay()
			if c := s.Window.Canvas(); c.Focused() == nil {
				kit.Draw(s.root)
				kit.Enter(c, s.viewer.Stage())
			}
		}
	})
}

func (s *reading) fail(err error) {
	again := kit.Secondary(say("again"), s.load)
	var ce *client.Error
	if errors.As(err, &ce) && ce.Told.Code == portal.NotReachable || !s.desk.HasLine() {
		s.noLine = true
		s.viewer.Fail(say("notKeptText"), again)
		return
	}
	s.viewer.Fail(screen.Sentence(err), again)
}

// print hands a copy to the system, which prints it or saves it; a picture as
// a page of its own.
func (s *reading) print() {
	d, there := s.View.Document(s.id)
	if !there {
		return
	}
	title, made, data, kind := in(KindOf(s.View, d.Kind).Label), s.View.Now(), s.data, s.kind
	screen.Run(s.Context, "print", func(ctx context.Context) (struct{}, error) {
		if kind != documents.PDF {
			source, err := photos.NewSource(d.Name, data)
			if err != nil {
				return struct{}{}, err
			}
			var album photos.Album
			if data, err = album.Bind(ctx, []photos.Photo{{Source: source, Area: photos.Whole}}, photos.Wish{Title: title, Made: made}, nil); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, s.Prints.Show(title, data)
	}, func(_ struct{}, err error) {
		if err != nil {
			s.Dialogs.Info(say("printFailed"), say("printFailedText"), nil)
		}
	})
}

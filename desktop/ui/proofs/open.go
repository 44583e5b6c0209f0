package proofs

import (
	"context"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/photos"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/papers"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// reading is the screen of one document.
type reading struct {
	room
	id    portal.ID
	head  *kit.Swap
	root  fyne.CanvasObject
	paper *papers.Paper
	data  []byte // once it is open
	kind  string
}

func (r room) proof(route screen.Route) screen.Screen {
	s := &reading{room: r, id: portal.ID(route.Arg("id")), head: kit.NewSwap(nil)}
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
	s.paper = papers.New(r.Context, r.desk)
	s.paper.Opened = s.opened
	s.lay()
	s.root = s.paper.Under(s.head)
	r.On(s.lay, Topics...)
	s.paper.Read(s.id)
	return screen.Screen{Content: s.root, Title: i18n.Joined(in(KindOf(r.View, d.Kind).Label), d.Name), Rail: screen.Exchanges, Focus: s.paper.Viewer.Stage()}
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
	title, details := kit.Section(in(KindOf(s.View, d.Kind).Label)), kit.Muted(i18n.Joined(who, d.Name, size, sent))
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
		asked := d.On(s.View.Today()) == documents.Rejected || d.On(s.View.Today()) == documents.Expired
		for i, a := range s.acts(d) {
			button := kit.Plain
			if asked && i == 0 {
				button = kit.Primary // another one is what is waited for
			}
			back = append(back, button(a.Label, a.Do).Icon(a.Icon))
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
	// In this one's place: what was sent is not found on the page of what it
	// stands in for.
	another := func(key string) {
		items = append(items, kit.MenuItem{Icon: "upload-simple", Label: say(key), Do: func() { s.Replace(ToSend(d.Kind, d.Child)) }})
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

// opened keeps what can be printed now, and gives it the keyboard.
func (s *reading) opened(data []byte, kind string) {
	s.data, s.kind = data, kind
	s.lay()
	if c := s.Window.Canvas(); c.Focused() == nil {
		kit.Draw(s.root)
		kit.Enter(c, s.paper.Viewer.Stage())
	}
}

// print hands a copy to the system, which prints it or saves it; a picture as
// a page of its own.
func (s *reading) print() {
	d, there := s.View.Document(s.id)
	if !there {
		return
	}
	title, made, data, kind := in(KindOf(s.View, d.Kind).Label), s.View.Now(), s.data, s.kind
	s.Print(title, func(ctx context.Context) ([]byte, error) {
		if kind == documents.PDF {
			return data, nil
		}
		source, err := photos.NewSource(d.Name, data)
		if err != nil {
			return nil, err
		}
		var album photos.Album
		return album.Bind(ctx, []photos.Photo{{Source: source, Area: photos.Whole}}, photos.Wish{Title: title, Made: made}, nil)
	})
}

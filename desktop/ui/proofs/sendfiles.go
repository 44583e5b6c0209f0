package proofs

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/photos"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/papers"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/prepare"
	"parvis/desktop/ui/screen"
)

func (s *sending) want() pick.Want {
	return pick.Want{Title: say("send.chooseTitle"), Several: true, Reduced: true}
}

func (s *sending) open() { s.Files.Choose(s.Scope, s.want(), s.take) }

// take looks at the files chosen or dropped: PDF are ready, photos are
// prepared first.
func (s *sending) take(c pick.Chosen) {
	if len(c.Files)+len(c.Refused) == 0 {
		return
	}
	if s.escape != nil {
		s.escape() // dropped while a file was looked at
	}
	s.reading.Show()
	s.reading.Set(say("send.reading"), -1)
	s.mistake.Hide()
	s.lay()
	screen.Run(s.Context, "read", func(ctx context.Context) (judged, error) { return judge(ctx, c) }, func(j judged, err error) {
		s.reading.Hide()
		if err != nil {
			s.lay()
			return
		}
		s.d.files = append(s.d.files, j.files...)
		s.d.refused = j.refused
		s.layFiles()
		switch {
		case len(j.photos) > 0:
			s.prepare(append(slices.Clone(s.d.photos), j.photos...), s.d.photos)
		case len(j.refused) > 0:
			s.page.LeadTo(s.told, func() { kit.FocusOn(s.choose) })
		default:
			s.toSubmit()
		}
	})
}

// layFiles shows what will be sent, and what was not taken.
func (s *sending) layFiles() {
	var rows []fyne.CanvasObject
	for n, f := range s.d.files {
		rows = append(rows, s.file(n, f))
	}
	var list []fyne.CanvasObject
	if len(rows) > 0 {
		list = append(list, kit.Column(look.S, kit.Strong(say("send.ready", "Count", len(rows))), kit.RowsCard(rows...)))
	}
	if len(s.d.photos) > 0 && s.made() < 0 {
		list = append(list, kit.NewNotice(look.ToneWarning, say("send.unmade", "Count", len(s.d.photos)), "",
			kit.Secondary(say("send.makeThem"), func() { s.prepare(s.d.photos, nil) }).Icon("images"),
			kit.Plain(say("send.remove"), func() {
				s.d.photos = nil
				s.layFiles()
				kit.FocusOn(s.choose)
			}).Icon("trash")))
	}
	put(s.list, kit.Column(look.M, list...), len(list) > 0)
	s.choose.SetText(say("send.choose"))
	if len(rows) > 0 {
		s.choose.SetText(say("send.more"))
	}
	var told fyne.CanvasObject
	if len(s.d.refused) > 0 {
		told = kit.NewNotice(look.ToneWarning, say("send.refused", "Count", len(s.d.refused)), why(s.d.refused), kit.Plain(say("send.understood"), func() {
			s.d.refused = nil
			s.layFiles()
			kit.FocusOn(s.choose)
		}))
	}
	put(s.told, told, told != nil)
	s.lay()
}

// file is one that will be sent, with what can be done before.
func (s *sending) file(n int, f chosen) fyne.CanvasObject {
	buttons := []fyne.CanvasObject{kit.Plain(say("send.look"), func() { s.look(f) }).Icon("eye")}
	icon := "file-pdf"
	if f.photos {
		icon = "images"
		buttons = append(buttons, kit.Plain(say("send.change"), func() { s.prepare(s.d.photos, s.d.photos) }).Icon("crop"))
	}
	buttons = append(buttons, kit.Plain(say("send.remove"), func() {
		s.d.files = slices.Delete(slices.Clone(s.d.files), n, n+1)
		if f.photos {
			s.d.photos = nil
		}
		s.layFiles()
		kit.FocusOn(s.choose)
	}).Icon("trash"))
	text := i18n.Size(int64(len(f.data)))
	if f.photos {
		text = i18n.Joined(i18n.T("prepare.pages", map[string]any{"Count": len(s.d.photos)}), text)
	}
	return kit.PadXY(look.M, look.S, kit.Line(look.S+4, kit.NewIcon(icon, look.Muted, look.RailIcon), kit.Grow(kit.Column(0, kit.Body(f.name), kit.Muted(text)), 160), kit.Line(0, buttons...)))
}

// prepare shows photos to be turned, cropped and put in order, in the place of
// all; before is what they were, for who goes back.
func (s *sending) prepare(all, before []photos.Photo) {
	title := s.title()
	var stop func()
	leave := func() {
		stop()
		s.prepared, s.d.preparing, s.escape = nil, false, nil
		s.layFiles()
		s.back()
	}
	cancel := func() {
		// Of a file made before they are as they were; without one, nothing done
		// to them is lost.
		s.d.photos = s.prepared.Photos()
		if s.made() >= 0 {
			s.d.photos = before
		}
		leave()
	}
	s.d.preparing = true
	var p *prepare.Prepare
	p, stop = prepare.New(prepare.Options{
		Scope: s.Scope, Files: s.Files, Now: s.View.Now, Sentence: screen.Sentence, Title: title, Begin: all,
		Done: func(pdf []byte, _ int) {
			s.d.photos = p.Photos()
			made := chosen{name: s.title() + ".pdf", data: pdf, photos: true}
			if n := s.made(); n >= 0 {
				s.d.files[n] = made
			} else {
				s.d.files = append(s.d.files, made)
			}
			leave()
		},
		Cancel: cancel,
	})
	s.prepared, s.escape = p, func() {
		if !p.Escape() {
			cancel()
		}
	}
	s.OnLeave(stop)
	page := kit.NewPage(p.Content())
	s.instead(page, nil)
}

// made is the place of the file made of photos, -1 for none.
func (s *sending) made() int {
	return slices.IndexFunc(s.d.files, func(f chosen) bool { return f.photos })
}

// title is what a document made of photos is called.
func (s *sending) title() string {
	if s.d.kind == "" {
		return say("send.document")
	}
	return in(KindOf(s.View, s.d.kind).Label)
}

// look shows a file that will be sent, in the place of all.
func (s *sending) look(f chosen) {
	if s.paper == nil {
		s.paper = papers.New(s.Context, s.desk)
		s.paper.Opened = func([]byte, string) { s.focus(s.paper.Viewer.Stage()) }
	}
	leave := func() {
		s.paper.Close()
		s.escape = nil
		s.back()
	}
	s.escape = leave
	head := kit.Line(look.S, kit.Back(say("send.backTo"), leave), kit.Grow(kit.Muted(f.name), 160))
	s.instead(s.paper.Under(head), s.paper.Viewer.Stage())
	s.paper.Show(f.data)
}

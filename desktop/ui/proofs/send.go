package proofs

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/photos"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/prepare"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
)

// draft is what stands on the screen, found again when it is built anew.
type draft struct {
	kind      string
	child     portal.ID
	free      bool // the kind is chosen here, not where one came from
	files     []chosen
	photos    []photos.Photo // of the file made of them
	refused   []pick.Refused
	preparing bool
}

// sending is the screen on which a document is chosen and sent.
type sending struct {
	room
	d *draft

	content *kit.Swap
	page    *kit.Page
	whole   fyne.CanvasObject

	head, child, about *kit.Swap
	kind, whose        *kit.Field // nil where there is nothing to choose
	list, told, later  *kit.Swap
	reading            *kit.Progress
	mistake            *kit.Notice
	choose, submit     *kit.Button

	prepared *prepare.Prepare // while photos are prepared
	escape   func()           // out of what stands in the screen's place
}

func (r room) send(route screen.Route) screen.Screen {
	d, again := r.Kept.(*draft)
	if !again {
		d = &draft{kind: route.Arg("kind"), child: portal.ID(route.Arg("child"))}
		if _, known := r.View.DocumentKind(d.kind); d.kind == "" || !known && KindOf(r.View, d.kind).Label.FR == d.kind {
			d.kind, d.free = "", true
		}
		r.Kept = d
	}
	s := &sending{room: r, d: d, head: kit.NewSwap(nil), child: kit.NewSwap(nil), about: kit.NewSwap(nil), list: kit.NewSwap(nil), told: kit.NewSwap(nil), later: kit.NewSwap(nil)}
	s.reading = kit.NewProgress("", nil)
	s.mistake = kit.NewNotice(look.ToneError, "", "")
	s.choose = kit.Secondary(say("send.choose"), s.open).Icon("files")
	s.submit = kit.Primary(say("send.do"), s.dispatch)
	drop := kit.Card(kit.Column(look.S+4,
		kit.Line(look.M, kit.NewIcon("upload-simple", look.Muted, 32), kit.Grow(kit.Body(say("send.drop")), 240), s.choose),
		kit.Caption(say("send.rule"))))
	s.reading.Hide()
	s.mistake.Hide()
	s.whole = kit.Column(look.L,
		kit.Column(look.XS, kit.Back(say("back"), r.Back), kit.Title(say("send.title"))),
		kit.Column(look.M, s.head, s.child, s.about),
		kit.Column(look.M, s.list, s.told, s.reading, drop),
		s.later, s.mistake,
		kit.Line(look.S+4, s.submit, kit.Plain(i18n.T("kit.cancel", nil), r.Back)))
	s.page = kit.NewFormPage(s.whole)
	s.content = kit.NewSwap(s.page)
	s.layKind()
	s.layFiles()
	s.OnLeave(s.Files.Drops(s.Scope, s.want(), s.take))
	s.OnLeave(func() {
		if s.prepared != nil {
			s.d.photos = s.prepared.Photos()
		}
	})
	s.On(s.layAbout, Topics...)
	s.OnLeave(s.desk.OnStatus(s.layAbout))
	if d.preparing {
		s.prepare(d.photos, d.photos)
	}
	var first fyne.Focusable = s.choose
	if s.kind != nil && d.kind == "" {
		first = nil
	}
	return screen.Screen{Content: s.content, Title: say("send.title"), Rail: screen.Exchanges, Focus: first, Escape: s.escaped}
}

// escaped leads out of what stands in the screen's place.
func (s *sending) escaped() bool {
	if s.escape == nil {
		return false
	}
	s.escape()
	return true
}

// --- what it is ---

// layKind asks which document it is, or says it where that is known.
func (s *sending) layKind() {
	s.kind = nil
	if !s.d.free {
		kind := KindOf(s.View, s.d.kind)
		who := childName(s.View, s.d.child)
		if who != "" {
			who = say("for", "Name", who)
		}
		s.head.Set(kit.Card(kit.Column(look.XS, kit.Strong(in(kind.Label)), kit.Muted(joined(who, in(kind.Explanation))),
			kit.Line(0, kit.Link(say("send.otherKind"), func() {
				s.d.free = true
				s.layKind()
				s.lay()
				s.kind.Focus()
			})))))
		s.layChild()
		return
	}
	s.kind = kit.SelectField(say("send.kind"), s.kinds()...).Named("kind").Needed(say("send.kindMissing"))
	s.kind.SetValue(s.d.kind)
	s.kind.OnChanged(func(v string) {
		s.d.kind = v
		s.hint()
		s.layChild()
		s.lay()
	})
	s.hint()
	s.head.Set(s.kind)
	s.layChild()
}

func (s *sending) hint() {
	if s.d.kind != "" {
		s.kind.Hint(in(KindOf(s.View, s.d.kind).Explanation))
	}
}

// kinds is what may be sent, first what is asked for.
func (s *sending) kinds() (out []kit.Option) {
	asked := map[string]bool{}
	for _, i := range s.View.Documents().ToGive {
		asked[i.Need.Kind] = true
	}
	all := s.View.DocumentKinds()
	slices.SortStableFunc(all, func(a, b requests.DocumentKind) int {
		switch {
		case asked[a.ID] != asked[b.ID] && asked[a.ID]:
			return -1
		case asked[a.ID] != asked[b.ID]:
			return 1
		}
		return strings.Compare(in(a.Label), in(b.Label))
	})
	for _, k := range all {
		label := in(k.Label)
		if asked[k.ID] {
			label = say("send.asked", "Name", label)
		}
		out = append(out, kit.Option{Value: k.ID, Label: label})
	}
	return out
}

// layChild asks whom it is about, where a kind is about a child and more than
// one may be meant.
func (s *sending) layChild() {
	s.whose = nil
	s.child.Hide()
	kind := KindOf(s.View, s.d.kind)
	options := s.children()
	switch {
	case s.d.kind == "":
	case !kind.Child || len(options) == 0:
		s.d.child = ""
	case !s.d.free:
	default:
		if !slices.ContainsFunc(options, func(o kit.Option) bool { return o.Value == string(s.d.child) }) {
			s.d.child = ""
		}
		if len(options) == 1 {
			s.d.child = portal.ID(options[0].Value)
		}
		s.whose = kit.RadioField(say("send.child"), options...).Named("child").Needed(say("send.childMissing"))
		s.whose.SetValue(string(s.d.child))
		s.whose.OnChanged(func(v string) {
			s.d.child = portal.ID(v)
			s.layAbout()
		})
		s.child.Set(s.whose)
		s.child.Show()
	}
	s.layAbout()
}

// children is whom a document may be about: those linked, and those that a
// request waits for one of.
func (s *sending) children() (out []kit.Option) {
	add := func(id portal.ID, name string) {
		if id != "" && !slices.ContainsFunc(out, func(o kit.Option) bool { return o.Value == string(id) }) {
			out = append(out, kit.Option{Value: string(id), Label: name})
		}
	}
	for _, c := range s.View.Children() {
		add(c.ID, c.FirstName+" "+c.LastName)
	}
	for _, i := range s.View.Documents().ToGive {
		add(i.Child, childName(s.View, i.Child))
	}
	return out
}

// layAbout says what has been given of this already, and when it leaves where
// there is no line.
func (s *sending) layAbout() {
	var notices []fyne.CanvasObject
	need := documents.NeedOf(KindOf(s.View, s.d.kind), s.d.child)
	groups := s.View.Documents()
	of := func(items []view.DocumentItem) *view.DocumentItem {
		n := slices.IndexFunc(items, func(i view.DocumentItem) bool { return i.Need == need })
		if n < 0 {
			return nil
		}
		return &items[n]
	}
	if s.d.kind != "" {
		if i := of(groups.ToGive); i != nil && i.Status == documents.Rejected {
			notices = append(notices, kit.NewNotice(look.ToneWarning, say("send.rejected", "Name", i.Document.Name), reasonLine(i.Document.Document)))
		}
		if i := of(groups.ToCheck); i != nil {
			notices = append(notices, kit.NewNotice(look.ToneInfo, "", say("send.toCheck", "Name", i.Document.Name)))
		}
		if i := of(groups.Valid); i != nil {
			notices = append(notices, kit.NewNotice(look.ToneInfo, "", say("send.valid", "Until", untilLine(i.Document.Document, s.View.Today()))))
		}
	}
	put(s.later, kit.NewNotice(look.TonePending, say("send.offline"), say("send.offlineText")), !s.desk.HasLine())
	put(s.about, kit.Column(look.M, notices...), len(notices) > 0)
	s.lay()
}

// put shows an object in a place, or hides the place.
func put(place *kit.Swap, o fyne.CanvasObject, there bool) {
	if !there {
		place.Hide()
		return
	}
	place.Set(o)
	place.Show()
}

// lay makes room for what came or went.
func (s *sending) lay() {
	if s.page != nil {
		s.page.Refresh()
	}
}

// --- the files ---

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
		text = joined(i18n.T("prepare.pages", map[string]any{"Count": len(s.d.photos)}), text)
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
	v := kit.NewViewer(s.Scope)
	v.Sentence = screen.Sentence
	h := s.holding()
	leave := func() {
		h.close()
		s.escape = nil
		s.back()
	}
	s.escape = leave
	head := kit.PadXY(look.L, look.S, kit.Line(look.S, kit.Back(say("send.backTo"), leave), kit.Grow(kit.Muted(f.name), 160)))
	s.instead(headed(head, v), v.Stage())
	screen.Run(s.Context, "look", func(ctx context.Context) (kit.Paged, error) { return h.open(ctx, f.data) }, func(doc kit.Paged, err error) {
		if err != nil {
			v.Fail(screen.Sentence(err))
			return
		}
		v.Open(doc)
		s.focus(v.Stage())
	})
}

// instead shows something in the place of the screen; back is the way back.
func (s *sending) instead(o fyne.CanvasObject, first fyne.Focusable) {
	s.content.Set(o)
	s.content.Refresh()
	if first == nil {
		first = kit.PageReader(o)
	}
	s.focus(first)
}

func (s *sending) back() {
	s.content.Set(s.page)
	s.content.Refresh()
	s.focus(s.submit)
	s.toSubmit()
}

// toSubmit shows what will be sent with the button that sends it, which has
// the keyboard.
func (s *sending) toSubmit() {
	if len(s.d.files) == 0 {
		kit.FocusOn(s.choose)
		return
	}
	s.page.LeadTo(s.list, func() { kit.FocusOn(s.submit) })
}

// focus gives the keyboard to what has just come.
func (s *sending) focus(f fyne.Focusable) {
	if f == nil || s.Window == nil {
		return
	}
	kit.Draw(s.content)
	kit.Enter(s.Window.Canvas(), f)
}

// --- sending ---

// dispatch sends, once it is known what and whose it is.
func (s *sending) dispatch() {
	if s.kind != nil && s.kind.Check() != "" {
		s.kind.Focus()
		return
	}
	if s.whose != nil && s.whose.Check() != "" {
		s.whose.Focus()
		return
	}
	if s.made() < 0 && len(s.d.photos) > 0 {
		s.prepare(s.d.photos, nil) // they were meant to go too
		return
	}
	if len(s.d.files) == 0 {
		s.mistake.Set(look.ToneError, "", say("send.none"))
		s.mistake.Show()
		s.lay()
		s.page.LeadTo(s.mistake, func() { kit.FocusOn(s.choose) })
		return
	}
	s.mistake.Hide()
	s.submit.Busy(say("send.busy"))
	files, kind, child := slices.Clone(s.d.files), s.d.kind, s.d.child
	for n := range files {
		if files[n].photos {
			files[n].name = s.title() + ".pdf" // its kind may have been chosen since
		}
	}
	screen.Run(s.Context, "send", func(context.Context) ([]pick.Refused, error) {
		refused := make([]pick.Refused, len(files))
		for n, f := range files {
			// Whoever leaves meanwhile has pressed the button: all of it goes.
			_, _, err := s.desk.SendDocument(f.data, kind, child, f.name)
			refused[n] = pick.Refused{Name: f.name, Err: err}
		}
		return refused, nil
	}, func(all []pick.Refused, _ error) {
		s.submit.Ready()
		s.d.files, s.d.refused = nil, nil
		for n, r := range all {
			if r.Err != nil {
				s.d.files = append(s.d.files, files[n])
				s.d.refused = append(s.d.refused, r)
			}
		}
		if len(s.d.refused) > 0 {
			s.layFiles()
			s.page.LeadTo(s.told, func() { kit.FocusOn(s.choose) })
			return
		}
		key := "send.later"
		if s.desk.HasLine() {
			key = "send.leaves"
		}
		s.Toasts.Say(look.ToneSuccess, say(key, "Count", len(files)))
		s.Back()
	})
}

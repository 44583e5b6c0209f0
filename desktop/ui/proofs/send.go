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
	"parvis/desktop/ui/papers"
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

	paper    *papers.Paper    // once a file has been looked at
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
		s.head.Set(kit.Card(kit.Column(look.XS, kit.Strong(in(kind.Label)), kit.Muted(i18n.Joined(who, in(kind.Explanation))),
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

// --- what stands in its place ---

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

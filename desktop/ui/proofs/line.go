package proofs

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/portal"
)

// lines are documents as they are listed on a screen; those on their way tell
// how far they are without being built anew.
type lines struct {
	room
	swap  *kit.Swap
	build func() fyne.CanvasObject // nil: nothing to be shown
	bars  map[portal.ID]*kit.Progress
	parts map[portal.ID]float64 // how far each was when last heard of
	line  bool
}

// newLines shows what build makes, and follows the view and the line.
func newLines(r room, build func(l *lines) fyne.CanvasObject, topics ...view.Topic) *lines {
	l := &lines{room: r, swap: kit.NewSwap(nil), parts: map[portal.ID]float64{}}
	l.build = func() fyne.CanvasObject { return build(l) }
	l.show()
	r.On(l.show, topics...)
	r.OnLeave(r.desk.OnStatus(l.heard))
	return l
}

// show builds what is shown anew.
func (l *lines) show() {
	l.bars, l.line = map[portal.ID]*kit.Progress{}, l.desk.HasLine()
	o := l.build()
	l.swap.Set(o)
	if o == nil {
		l.swap.Hide()
	} else {
		l.swap.Show()
	}
	l.tell()
	if page := kit.PageOf(l.swap); page != nil {
		page.Refresh()
	}
}

// heard tells how far the files are; what can be opened, and when what waits
// leaves, is another matter once the line has gone or come.
func (l *lines) heard() {
	if l.desk.HasLine() != l.line {
		l.show()
		return
	}
	l.tell()
}

func (l *lines) tell() {
	for _, u := range l.desk.Uploads() {
		if u.Sent > 0 || u.Done {
			l.parts[u.Document] = float64(u.Percent()) / 100
		}
		if bar := l.bars[u.Document]; bar != nil {
			bar.Set(l.onItsWay(u), l.parts[u.Document])
		}
	}
}

// onItsWay is how the sending of a file stands, in words.
func (l *lines) onItsWay(u session.Uploading) string {
	switch {
	case u.Done:
		return say("sending.done")
	case !l.line:
		return say("sending.offline")
	case u.Sent > 0:
		return say("sending.part", "Percent", i18n.Percent(u.Percent()))
	}
	return say("sending.waits")
}

// shown is how a line is told where it stands.
type shown struct {
	requests bool // which requests wait for it
	again    bool // it is asked for, whatever has been given
}

// line is one document, given or to give.
func (l *lines) one(i view.DocumentItem, how shown) fyne.CanvasObject {
	d := i.Document
	tone, icon, word := statusLook(i.Status)
	status := kit.NewChip(tone, icon, word)
	if d != nil && d.ToSend {
		status = kit.NewChip(look.TonePending, "cloud-arrow-up", say("notSent"))
	}
	who := childName(l.View, i.Child)
	if who != "" {
		who = say("for", "Name", who)
	}
	kind := KindOf(l.View, i.Need.Kind)
	head := []fyne.CanvasObject{kit.Strong(in(kind.Label))}
	words := kit.Column(look.XS, kit.Column(0, head...))
	add := func(o fyne.CanvasObject) { words.Add(o) }
	switch {
	case d == nil:
		add(kit.Muted(i18n.Joined(who, in(kind.Explanation))))
	case d.ToSend:
		add(kit.Muted(i18n.Joined(who, d.Name)))
	default:
		add(kit.Muted(i18n.Joined(who, d.Name, say("sent", "Date", dayOf(d.Sent)))))
		if until := untilLine(d.Document, l.View.Today()); until != "" {
			add(kit.Body(until))
		}
	}
	if i.Status == documents.Rejected {
		add(kit.Body(say("rejected", "Why", reasonLine(d.Document))))
	}
	if d != nil && d.Scan == documents.Infected {
		add(kit.Body(i18n.T("error.infected", nil)))
	}
	if how.requests && len(i.Requests) > 0 {
		add(l.waiting(i.Requests))
	}
	if d != nil && d.ToSend {
		bar := kit.NewProgress(say("sending.waits"), func() { l.takeBack(*d) })
		l.bars[d.ID] = bar
		add(bar)
	}
	if buttons := l.buttons(i, how); len(buttons) > 0 {
		add(kit.Column(0, kit.Gap(look.XS), kit.LineFlush(look.S, buttons...)))
	}
	if d != nil && !d.ToSend && !l.line && d.Scan != documents.Infected && !l.desk.HasDocument(d.ID) {
		add(kit.Caption(say("notKept")))
	}
	chips := []fyne.CanvasObject{status}
	if i.Indispensable && i.Status != documents.Valid && i.Status != documents.Submitted {
		chips = append(chips, kit.NewChip(look.ToneWarning, "warning", say("indispensable")))
	}
	for i := range chips {
		chips[i] = kit.LineEnd(0, chips[i]) // one below the other they end level
	}
	return kit.PadXY(look.M, look.S+4, kit.LineTop(look.S+4, kit.NewIcon("file-text", look.Muted, look.RailIcon), kit.Grow(words, 260), kit.Column(look.XS, chips...)))
}

// waiting is the requests that wait for a document, each with the way to it.
func (l *lines) waiting(all []view.Request) fyne.CanvasObject {
	parts := []fyne.CanvasObject{kit.Muted(say("waiting", "Count", len(all)))}
	for _, q := range all {
		title := say("request")
		if p, known := l.View.Procedure(q.Procedure); known {
			title = in(p.Title)
		}
		parts = append(parts, kit.Link(i18n.Joined(title, q.Person), func() { l.Go(screen.To(screen.Request, "id", string(q.ID))) }))
	}
	return kit.Line(look.S, parts...)
}

// buttons is what can be done about a line.
func (l *lines) buttons(i view.DocumentItem, how shown) (out []fyne.CanvasObject) {
	send := func(key string) {
		out = append(out, kit.Secondary(say(key), func() { l.Go(ToSend(i.Need.Kind, i.Child)) }).Icon("upload-simple"))
	}
	switch {
	case i.Status == documents.Missing:
		send("sendThis")
	case i.Status == documents.Rejected:
		send("sendAnother")
	case i.Status == documents.Expired:
		send("sendNew")
	case how.again && !i.Document.ToSend:
		send("sendAnother")
	}
	d := i.Document
	if d == nil {
		return out
	}
	if d.Scan != documents.Infected {
		out = append(out, kit.Plain(say("open"), func() { l.Go(screen.To(screen.Proof, "id", string(d.ID))) }).Icon("eye"))
	}
	if i.Status == documents.Submitted && !d.ToSend {
		out = append(out, kit.Plain(say("takeBack"), func() { l.askBack(*d, nil) }).Icon("trash"))
	}
	return out
}

// askBack asks before a document is taken back that the town hall has.
func (r room) askBack(d view.Document, then func()) {
	r.Dialogs.Confirm(kit.Confirmation{
		Title: say("takeBackTitle"), Text: say("takeBackText", "Name", d.Name), Yes: say("takeBack"), No: say("keep"), Danger: true,
	}, func(yes bool) {
		if yes && r.takeBack(d) && then != nil {
			then()
		}
	})
}

// takeBack takes a document back; it says where that cannot be done.
func (r room) takeBack(d view.Document) bool {
	switch err := r.desk.TakeDocumentBack(d.ID); {
	case err != nil && portal.CodeOf(err) != portal.NotFound: // NotFound: gone already
		r.Toasts.Say(look.ToneError, screen.Sentence(err))
		return false
	case d.ToSend:
		r.Toasts.Say(look.ToneNeutral, say("sending.cancelled", "Name", d.Name))
	default:
		r.Toasts.Say(look.ToneNeutral, say("takenBack", "Name", d.Name))
	}
	return true
}

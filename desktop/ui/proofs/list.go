package proofs

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Topics are those on which what is given and to give depends.
var Topics = []view.Topic{
	{Collection: wire.Documents}, {Collection: wire.DocumentKinds}, {Collection: wire.Requests}, {Collection: wire.Procedures}, {Collection: wire.Children},
	{Collection: wire.Accounts}, {Collection: view.OutboxTopic}, {Collection: view.RefusalTopic}, {Collection: view.ClockTopic},
}

func (r room) list(screen.Route) screen.Screen {
	l := newLines(r, (*lines).groups, Topics...)
	return screen.Screen{Content: kit.NewPage(l.swap), Title: say("title"), Rail: screen.Exchanges}
}

// groups is all documents, those to be given first.
func (l *lines) groups() fyne.CanvasObject {
	all := l.View.Documents()
	send := kit.Primary(say("sendOne"), func() { l.Go(screen.To(screen.SendProof)) }).Icon("upload-simple")
	parts := []fyne.CanvasObject{kit.Line(look.M, kit.Grow(kit.Muted(say("lead")), 260), send)}
	parts = append(parts, l.refused()...)
	if len(all.ToGive)+len(all.ToCheck)+len(all.Valid)+len(all.Expired) == 0 {
		if _, received := l.View.Me(); !received {
			return kit.Column(look.L, kit.EmptyState(kit.NotReceived, "", "", "", nil))
		}
		parts = append(parts, kit.EmptyState(kit.NothingYet, "files", say("none"), "", nil))
		return kit.Column(look.L, parts...)
	}
	if len(all.ToGive) == 0 {
		parts = append(parts, kit.NewNotice(look.ToneSuccess, "", say("nothingToGive")))
	}
	var leaving, there []view.DocumentItem // what was sent just now is looked for first
	for _, i := range all.ToCheck {
		if i.Document.ToSend {
			leaving = append(leaving, i)
		} else {
			there = append(there, i)
		}
	}
	for _, g := range []struct {
		key   string
		items []view.DocumentItem
	}{{"leaving", leaving}, {"to_give", all.ToGive}, {"to_check", there}, {"valid", all.Valid}, {"expired", all.Expired}} {
		if len(g.items) == 0 {
			continue
		}
		var rows []fyne.CanvasObject
		for _, i := range g.items {
			rows = append(rows, l.one(i, shown{requests: true}))
		}
		name := say("leaving")
		if g.key != "leaving" {
			name = i18n.T("documents.group."+g.key, nil)
		}
		head := []fyne.CanvasObject{kit.Section(say("counted", "Name", name, "Number", i18n.Number(int64(len(g.items)))))}
		if g.key == "valid" {
			head = append(head, kit.Muted(say("validLead")))
		}
		parts = append(parts, kit.Column(look.S, kit.Column(0, head...), kit.RowsCard(rows...)))
	}
	return kit.Column(look.L, parts...)
}

// refused is the sendings that the town hall did not take, until they are
// read, each with the way to send another file.
func (l *lines) refused() (cards []fyne.CanvasObject) {
	all := l.View.Refusals()
	for n := len(all) - 1; n >= 0; n-- {
		f := all[n]
		_, args, err := wire.ReadCommand(f.Body)
		a, sending := args.(*wire.SubmitDocument)
		if err != nil || !sending {
			continue
		}
		why := ""
		if f.Verdict.Error != nil {
			why = outcome.Past(f.Verdict.Error)
		}
		cards = append(cards, kit.NewNotice(look.ToneError, say("refused", "Name", a.Name), why,
			kit.Secondary(say("sendAnother"), func() { l.Go(ToSend(a.Kind, a.Child)) }),
			kit.Plain(i18n.T("refused.read", nil), func() { l.read(f.ID) })))
	}
	return cards
}

// read takes a refusal off the list; one that is gone was read elsewhere.
func (l *lines) read(id portal.ID) { _ = l.desk.MarkRead(id) }

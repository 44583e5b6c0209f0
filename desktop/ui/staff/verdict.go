package staff

import (
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// ready is the document when it waits to be judged.
func (j *judge) ready() (view.Document, bool) {
	d, there := j.document()
	return d, there && d.Status == documents.Submitted && j.c.Dialogs.Open() == ""
}

// accept finds the document valid until the day that stands in the field. A
// day later than the rule's is asked about once more.
func (j *judge) accept() {
	d, ready := j.ready()
	if !ready || j.until == nil || j.paper.Busy() {
		return // nobody has seen it yet: a key was pressed twice
	}
	if !j.tabs.Visible() || j.tabs.Selected() == 1 {
		if j.until.Check() != "" {
			j.until.Focus()
			return
		}
	}
	kind, _ := j.c.View.DocumentKind(d.Kind)
	day := portal.Date(j.until.Value())
	args := wire.JudgeDocument{Document: d.ID, Valid: true, Until: day}
	wrong := documents.CheckUntil(kind, j.c.View.Today(), day, false)
	switch {
	case wrong == nil:
		j.submit(d, args)
	case wrong.Code == documents.UntilLonger:
		max := portal.Date(wrong.Args["max"])
		j.c.Dialogs.Confirm(kit.Confirmation{
			Title: i18n.T("staff.judge.longer", nil), Text: i18n.T("staff.judge.longerText", map[string]any{"Date": i18n.Date(outcome.Day(max)), "Until": until(day)}),
			Yes: i18n.T("staff.judge.accept", nil),
		}, func(yes bool) {
			if args.Longer = true; yes {
				j.submit(d, args)
			}
		})
	default:
		j.choose(1)
		j.until.SetMistake(screen.Sentence(wrong))
		j.until.Focus()
	}
}

// choose shows the document or the judgment where they have no room beside
// each other.
func (j *judge) choose(tab int) {
	j.tabs.Select(tab)
	j.root.Refresh()
}

// reject asks for the reason, and shows all the while what the family will
// read.
func (j *judge) reject() {
	d, ready := j.ready()
	if !ready {
		return
	}
	var options []kit.Option
	for _, r := range documents.Reasons {
		options = append(options, kit.Option{Value: string(r), Label: i18n.T("documents.reason."+string(r), nil)})
	}
	reason := kit.RadioField(i18n.T("staff.judge.reason", nil), options...).Named("reason").Needed(i18n.T("error.missing.reason", nil))
	note := kit.LongField(i18n.T("staff.judge.note", nil), 2).Named("note").Most(documents.MaxReason).MayBeEmpty()
	reads := kit.Body("")
	key := "document/" + string(d.ID)
	write := func() {
		said := judgedWords(documents.Reason(reason.Value()), strings.TrimSpace(note.Value()))
		if said == "" {
			said = i18n.T("staff.refusal.none", nil)
		}
		reads.SetText(said)
	}
	begun := ""
	j.s.Kept(reasonKind, key, &begun)
	note.SetValue(begun)
	write()
	reason.OnChanged(func(string) { write() })
	note.OnChanged(func(v string) {
		write()
		var thing any
		if v != "" {
			thing = v
		}
		_ = j.s.Keep(reasonKind, key, thing) // the dialog still holds it
	})
	head := i18n.T("staff.judge.head", map[string]any{"Kind": kindName(j.c.View, d.Kind)})
	letter := kit.Card(kit.Column(look.S, kit.Strong(head), reads))
	content := kit.Column(look.M, reason, note, kit.Column(look.XS, kit.Caption(i18n.T("staff.refusal.reads", nil)), letter))
	j.c.Dialogs.Custom(i18n.T("staff.judge.rejectTitle", map[string]any{"Kind": kindName(j.c.View, d.Kind)}), content, func(shut func()) []fyne.CanvasObject {
		do := kit.Danger(i18n.T("staff.judge.rejectDo", nil), func() {
			chosen, text := documents.Reason(reason.Value()), strings.TrimSpace(note.Value())
			switch {
			case reason.Check() != "":
				reason.Focus()
				return
			case chosen == documents.Other && text == "":
				note.SetMistake(i18n.T("error.missing.note", nil))
				note.Focus()
				return
			}
			shut()
			_ = j.s.Keep(reasonKind, key, nil)
			j.submit(d, wire.JudgeDocument{Document: d.ID, Reason: chosen, Note: text})
		})
		return []fyne.CanvasObject{do, kit.Secondary(i18n.T("kit.cancel", nil), shut)}
	}, nil)
}

// submit judges and goes on to the next.
func (j *judge) submit(d view.Document, args wire.JudgeDocument) {
	name := kindName(j.c.View, d.Kind)
	id, err := j.s.Submit(wire.DocumentJudge, args, cache.Note{Key: "documents.note.judge", Args: map[string]string{"name": d.Name}}, j.waits(d)...)
	if err != nil {
		j.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	j.last, j.said = &verdict{command: id, document: d.ID, name: name, valid: args.Valid, at: j.c.View.Now()}, ""
	// The strip loses its way back when the minute is over.
	j.c.Scope.After("undo", documents.UndoFor, j.refresh)
	// A second press of Enter must not fall on the next one's judgment.
	j.c.Window.Canvas().Unfocus()
	j.next()
}

// waits is the command about this document that has not arrived.
func (j *judge) waits(d view.Document) []portal.ID {
	for _, p := range j.c.View.Waiting() {
		if d.Pending && p.ID == d.Command {
			return []portal.ID{p.ID}
		}
	}
	return nil
}

// tell keeps the strip true: what was judged last, and whether it can be taken
// back. A refused judgment is told by its card.
func (j *judge) tell() {
	last := j.last
	if last == nil || j.said != "" && !j.strip.Visible() {
		return
	}
	for _, r := range j.c.View.Refusals() {
		if r.ID == last.command {
			j.last = nil
			j.strip.Clear()
			return
		}
	}
	key, tone := "rejected", look.ToneSuccess
	if last.valid {
		key = "accepted"
	}
	action, do := "", func() {}
	for _, p := range j.c.View.Waiting() {
		if p.ID == last.command {
			key, tone = key+"Waiting", look.TonePending
		}
	}
	if last.undone {
		key, tone = "undone", look.ToneNeutral
	} else if j.c.View.Now().Sub(last.at) < documents.UndoFor {
		action, do = i18n.T("staff.undo", nil), j.undo
	}
	text := i18n.T("staff.judge.did."+key, map[string]any{"Kind": last.name})
	if said := text + action; said != j.said {
		j.said = said
		j.strip.Say(tone, text, action, do)
	}
}

// undo takes the last judgment back: what has not left goes at once, what has
// by another command.
func (j *judge) undo() {
	last := j.last
	if last == nil || last.undone || j.c.View.Now().Sub(last.at) >= documents.UndoFor {
		return
	}
	err := j.s.Undo(last.command)
	if err != nil {
		d, _ := j.c.View.Document(last.document)
		_, err = j.s.Submit(wire.DocumentUnjudge, wire.UnjudgeDocument{Document: last.document},
			cache.Note{Key: "documents.note.unjudge", Args: map[string]string{"name": d.Name}}, j.waits(d)...)
	}
	if err != nil {
		j.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	last.undone, j.said = true, ""
	j.show(last.document)
}

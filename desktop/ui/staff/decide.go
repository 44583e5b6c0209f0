package staff

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// decisions is the bar at the foot: what can be done with the request now. edge
// is what it keeps from its sides.
func (d *detail) decisions(readable bool, edge float32) fyne.CanvasObject {
	state := requests.State(d.item.State)
	says := d.says()
	var buttons []fyne.CanvasObject
	switch {
	case state.Decided():
		buttons = append(buttons, kit.Secondary(i18n.T("staff.next", nil), func() { d.q.next(d.q.indexOf(d.id)) }).IconAfter("arrow-right"))
		if more := d.more(state); readable && len(more) > 0 {
			buttons = append(buttons, kit.Plain(more[0].Label, more[0].Do).Icon(more[0].Icon))
		}
	case !readable:
		return kit.Gap(0)
	default:
		may := map[requests.Action]bool{}
		for _, a := range requests.Actions(state, requests.ByAgent) {
			may[a] = true
		}
		switch {
		case may[requests.Take] && state == requests.WaitingFamily:
			// One waits for the family: going on without is not what is usual.
			buttons = append(buttons, kit.Secondary(i18n.T("staff.resume", nil), d.take).Icon("hand"))
		case may[requests.Take]:
			buttons = append(buttons, kit.Primary(i18n.T("staff.take", nil), d.take).Icon("hand"))
		}
		if may[requests.Accept] {
			buttons = append(buttons, kit.Primary(i18n.T("staff.accept", nil), d.accept).Icon("check"))
		}
		var besides []kit.MenuItem
		if may[requests.Refuse] {
			besides = append(besides, kit.MenuItem{Icon: "x", Label: i18n.T("staff.refuse", nil), Do: d.refuse})
		}
		if may[requests.Ask] {
			besides = append(besides, kit.MenuItem{Icon: "pencil-simple", Label: i18n.T("staff.ask.open", nil), Do: d.askFamily})
		}
		if !look.Large() {
			for _, b := range besides {
				buttons = append(buttons, kit.Secondary(b.Label, b.Do))
			}
			besides = nil // in large text the room is the request's
		}
		if len(besides)+len(d.more(state)) > 0 {
			buttons = append(buttons, kit.NewMenuButton("dots-three", i18n.T("staff.more", nil), func() []kit.MenuItem { return append(slices.Clone(besides), d.more(state)...) }).Edged())
		}
	}
	if look.Large() && !state.Decided() {
		says = "" // it stands over the request
	}
	parts := []fyne.CanvasObject{kit.Rule()}
	if lacks := d.lacking(); lacks != "" && readable && !state.Decided() && !look.Large() {
		parts = append(parts, kit.PadXY(edge, 0, kit.LineTop(look.S, kit.NewIcon("warning", look.Warning, look.IconSize), kit.Grow(kit.Caption(lacks).Role(look.Ink), 160))))
	}
	if says != "" {
		parts = append(parts, kit.PadXY(edge, 0, kit.Caption(says)))
	}
	return kit.Column(look.S, append(parts, kit.PadXY(edge, 0, kit.Line(look.S, buttons...)), kit.Gap(look.XS))...)
}

// says is what there is to know before deciding, or what was decided.
func (d *detail) says() string {
	state := requests.State(d.item.State)
	me, _ := d.q.c.View.Me()
	switch {
	case state.Decided():
		return i18n.T("staff.decided", map[string]any{"Done": i18n.T("staff.done."+d.item.State, nil), "By": d.item.AgentName})
	case d.item.Agent != "" && d.item.Agent != me.ID:
		return i18n.T("staff.takenBy", map[string]any{"By": d.item.AgentName})
	case slices.Contains(requests.Actions(state, requests.ByAgent), requests.Accept) && d.makesChild():
		return i18n.T("staff.acceptMakes", nil)
	}
	return ""
}

func (d *detail) makesChild() bool {
	p, ok := d.q.c.View.Procedure(d.item.Procedure)
	return ok && p.OnAccept != nil && p.OnAccept.Child != nil
}

// decision is what was last decided here, for the strip over the queue.
type decision struct {
	command portal.ID
	request portal.ID
	key     string // staff.did.<key>
	person  string
	said    string
}

// submit sends a decision. It builds on what of this agent's about the same
// request still waits, so that one refusal tells of both.
func (d *detail) submit(kind, key string, args any) bool {
	var needs []portal.ID
	if d.item.Pending && d.item.Command != "" {
		for _, p := range d.q.c.View.Waiting() {
			if p.ID == d.item.Command {
				needs = append(needs, p.ID)
			}
		}
	}
	id, err := d.q.s.Submit(kind, args, cache.Note{Key: "staff.note." + key, Args: map[string]string{"person": d.item.Person, "reference": d.item.Reference}}, needs...)
	if err != nil {
		d.q.fail(err)
		return false
	}
	d.q.last = &decision{command: id, request: d.id, key: key, person: d.item.Person}
	return true
}

func (d *detail) take() {
	if d.submit(wire.RequestTake, "take", wire.TakeRequest{Request: d.id}) {
		d.q.refresh()
	}
}

func (d *detail) accept() {
	d.sure(func() { d.decide(wire.RequestAccept, "accept", wire.AcceptRequest{Request: d.id}) })
}

// sure asks once more where a document that the family was told is indispensable
// is not valid: an acceptance is not taken back.
func (d *detail) sure(do func()) {
	lacks := d.lacking()
	if lacks == "" {
		do()
		return
	}
	d.q.c.Dialogs.Confirm(kit.Confirmation{
		Title: i18n.T("staff.acceptLacking.title", nil), Text: i18n.T("staff.acceptLacking.text", map[string]any{"Lacks": lacks}),
		Yes: i18n.T("staff.acceptLacking.do", nil), Danger: true,
	}, func(yes bool) {
		if yes {
			do()
		}
	})
}

// decide decides and goes on to the next.
func (d *detail) decide(kind, key string, args any) {
	at := d.q.indexOf(d.id)
	if !d.submit(kind, key, args) {
		return
	}
	d.q.shut()
	d.q.refresh()
	d.q.next(at)
}

// reasonKind is the kind of thing under which reasons half written are kept,
// sealed: a dialog closed by a slip loses nothing.
const reasonKind = "reason"

// keepReason keeps what was written of a refusal; "" forgets it. Where this
// computer has no room, the dialog still holds it.
func (d *detail) keepReason(text string) {
	var thing any
	if text != "" {
		thing = text
	}
	_ = d.q.s.Keep(reasonKind, string(d.id), thing)
}

// refuse asks for the reason, and shows all the while what the family will
// read of it.
func (d *detail) refuse() {
	reads := kit.Body("")
	procedure := d.q.procedure(d.item.Procedure)
	head := i18n.T("staff.refusal.head", map[string]any{"Procedure": procedure, "Reference": d.item.Reference, "Person": d.item.Person})
	field := kit.LongField(i18n.T("staff.refusal.reason", nil), 4).Named("reason").Hint(i18n.T("staff.refusal.hint", nil)).
		Needed(i18n.T("staff.refusal.missing", nil)).Most(requests.MaxNote)
	write := func(v string) {
		if v = strings.TrimSpace(v); v == "" {
			v = i18n.T("staff.refusal.none", nil)
		}
		reads.SetText(v)
	}
	begun := ""
	d.q.s.Kept(reasonKind, string(d.id), &begun)
	field.SetValue(begun)
	write(begun)
	field.OnChanged(func(v string) {
		write(v)
		d.keepReason(v)
	})
	letter := kit.Card(kit.Column(look.S, kit.Strong(head), reads))
	content := kit.Column(look.M, field, kit.Column(look.XS, kit.Caption(i18n.T("staff.refusal.reads", nil)), letter))
	d.q.c.Dialogs.Custom(i18n.T("staff.refusal.title", map[string]any{"Person": d.item.Person}), content, func(shut func()) []fyne.CanvasObject {
		do := kit.Danger(i18n.T("staff.refusal.do", nil), func() {
			if field.Check() != "" {
				field.Focus()
				return
			}
			shut()
			d.keepReason("")
			d.decide(wire.RequestRefuse, "refuse", wire.RefuseRequest{Request: d.id, Reason: strings.TrimSpace(field.Value())})
		})
		return []fyne.CanvasObject{do, kit.Secondary(i18n.T("kit.cancel", nil), shut)}
	}, nil)
}

// tellLast keeps the strip over the queue true: a decision waits, can still be
// taken back, or stands. A refused one is told by its card.
func (q *queue) tellLast() {
	last := q.last
	if last == nil || last.said != "" && !q.strip.Visible() {
		return
	}
	args := map[string]any{"Person": last.person}
	tone, key, action, do := look.ToneSuccess, "staff.did."+last.key+".done", "", func() {}
	for _, r := range q.c.View.Refusals() {
		if r.ID == last.command {
			q.last = nil
			q.strip.Clear()
			return
		}
	}
	for _, p := range q.c.View.Waiting() {
		if p.ID != last.command {
			continue
		}
		tone, key = look.TonePending, "staff.did."+last.key+".waiting"
		if p.Number == 0 {
			action, do = i18n.T("staff.undo", nil), q.undo
		}
	}
	text := i18n.T(key, args)
	if said := text + action; said != last.said {
		last.said = said
		q.strip.Say(tone, text, action, do)
	}
}

// undo takes back the last decision while it has not left.
func (q *queue) undo() {
	last := q.last
	if last == nil {
		return
	}
	q.last = nil
	if err := q.s.Undo(last.command); err != nil {
		q.strip.Say(look.ToneWarning, i18n.T("staff.undoTooLate", nil), "", nil)
	} else {
		q.strip.Clear()
	}
	q.refresh()
	if _, ok := q.c.View.QueueItem(last.request); ok {
		q.show(last.request)
	}
}

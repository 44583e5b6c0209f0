package staff

import (
	"fyne.io/fyne/v2"

	"parvis/assets/catalogue"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/view"
	given "parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// more is what else can be done with a request now, besides the usual
// decisions.
func (d *detail) more(state requests.State) []kit.MenuItem {
	var items []kit.MenuItem
	for _, a := range requests.Actions(state, requests.ByAgent) {
		switch a {
		case requests.Accept:
			items = append(items, kit.MenuItem{Label: i18n.T("staff.acceptWith.open", nil), Icon: "check", Do: d.acceptWith})
		case requests.Release:
			items = append(items, kit.MenuItem{Label: i18n.T("staff.release", nil), Icon: "arrow-u-up-left", Do: d.release})
		case requests.Close:
			items = append(items, kit.MenuItem{Label: i18n.T("staff.close", nil), Icon: "prohibit", Do: d.close})
		case requests.Reopen:
			items = append(items, kit.MenuItem{Label: i18n.T("staff.reopen", nil), Icon: "arrow-counter-clockwise", Do: d.reopen})
		}
	}
	return items
}

// release puts the request back for a colleague.
func (d *detail) release() {
	if d.submit(wire.RequestRelease, "release", wire.ReleaseRequest{Request: d.id}) {
		d.q.refresh()
	}
}

// written asks for a text that the family will read, kept while it is being
// written; do is given it.
func (d *detail) written(act string, needed bool, do func(text string)) {
	title := func(key string) string {
		return i18n.T("staff."+act+"With."+key, map[string]any{"Person": d.item.Person})
	}
	field := kit.LongField(title("text"), 4).Named("text").Hint(title("hint")).Most(requests.MaxNote)
	if needed {
		field.Needed(title("missing"))
	} else {
		field.MayBeEmpty()
	}
	key := act + "/" + string(d.id)
	begun := ""
	d.q.s.Kept(reasonKind, key, &begun)
	field.SetValue(begun)
	keep := func(v string) {
		var thing any
		if v != "" {
			thing = v
		}
		_ = d.q.s.Keep(reasonKind, key, thing) // the dialog still holds it
	}
	field.OnChanged(keep)
	d.q.c.Dialogs.Custom(title("title"), field, func(shut func()) []fyne.CanvasObject {
		return []fyne.CanvasObject{kit.Primary(title("do"), func() {
			text, wrong := requests.CheckNote("text", field.Value(), needed)
			if field.Check() != "" || wrong != nil {
				field.Focus()
				return
			}
			shut()
			keep("")
			do(text)
		}), kit.Secondary(i18n.T("kit.cancel", nil), shut)}
	}, nil)
}

func (d *detail) acceptWith() {
	d.sure(func() {
		d.written("accept", false, func(text string) {
			d.decide(wire.RequestAccept, "accept", wire.AcceptRequest{Request: d.id, Text: text})
		})
	})
}

func (d *detail) close() {
	d.written("close", true, func(text string) {
		d.decide(wire.RequestClose, "close", wire.CloseRequest{Request: d.id, Reason: text})
	})
}

func (d *detail) reopen() {
	d.written("reopen", false, func(text string) {
		if d.submit(wire.RequestReopen, "reopen", wire.ReopenRequest{Request: d.id, Text: text}) {
			d.q.refresh()
		}
	})
}

// answerDays is how many working days a family is given unless the agent says
// otherwise.
const answerDays = 10

// askFamily asks the family to correct answers or to send documents: ticked on the
// recap's own questions, with a text.
func (d *detail) askFamily() {
	v := d.q.c.View
	r, known := v.Request(d.id)
	p, _, formed := v.ProcedureOf(r)
	answers, wrong := requests.Decode(r.Answers)
	if !known || !formed || wrong != nil {
		return
	}
	ctx := requests.Context{Today: v.Today()}
	lang := i18n.Language()
	fields, documents := map[string]*kit.Field{}, map[string]*kit.Field{}
	var fieldOrder, documentOrder []string
	var parts []fyne.CanvasObject
	for i := range p.Pages {
		page := &p.Pages[i]
		var boxes []fyne.CanvasObject
		for j := range page.Fields {
			f := &page.Fields[j]
			if requests.Correctable(p, answers, ctx, f.Key) {
				fields[f.Key] = kit.CheckField(f.Label.In(lang))
				fieldOrder = append(fieldOrder, f.Key)
				boxes = append(boxes, fields[f.Key])
			}
		}
		if len(boxes) > 0 {
			parts = append(parts, kit.NewFold(page.Title.In(lang), kit.Column(look.XS, boxes...)))
		}
	}
	var boxes []fyne.CanvasObject
	wanting := false // something was rejected, or has not come
	for _, doc := range requests.DocumentsFor(p, answers, ctx) {
		documents[doc.Kind] = kit.CheckField(d.askedWords(doc.Kind))
		documentOrder = append(documentOrder, doc.Kind)
		boxes = append(boxes, documents[doc.Kind])
	}
	if len(boxes) > 0 {
		fold := kit.NewFold(i18n.T("staff.ask.documents", nil), kit.Column(look.XS, boxes...))
		for _, i := range v.RequestDocuments(d.id) {
			wanting = wanting || i.Status != given.Valid && i.Status != given.Submitted
		}
		fold.SetOpen(wanting)
		parts = append(parts, fold)
	}
	text := kit.LongField(i18n.T("staff.ask.text", nil), 3).Named("text").Hint(i18n.T("staff.ask.hint", nil)).
		Needed(i18n.T("staff.ask.missing", nil)).Most(requests.MaxNote)
	until := kit.DateField(i18n.T("staff.ask.until", nil)).Named("until").MayBeEmpty()
	if cal, told := v.Calendar(); told {
		until.SetValue(string(requests.Span{WorkingDays: answerDays}.End(v.Today(), cal.Working)))
	}
	none := kit.NewNotice(look.ToneError, "", i18n.T("staff.ask.none", nil))
	none.Hide()
	content := kit.Column(look.M, kit.Body(i18n.T("staff.ask.lead", nil)), none, kit.Column(look.S, parts...), text, until)
	d.q.c.Dialogs.Custom(i18n.T("staff.ask.title", map[string]any{"Person": d.item.Person}), content, func(shut func()) []fyne.CanvasObject {
		return []fyne.CanvasObject{kit.Primary(i18n.T("staff.ask.do", nil), func() {
			args := wire.AskCorrection{Request: d.id, Fields: ticked(fieldOrder, fields), Documents: ticked(documentOrder, documents)}
			if requests.CheckAsk(p, answers, ctx, args.Fields, args.Documents) != nil {
				none.Show()
				content.Refresh()
				kit.BackToTop(content) // where it is said
				return
			}
			note, bad := requests.CheckNote("text", text.Value(), true)
			if text.Check() != "" || bad != nil {
				text.Focus()
				return
			}
			args.Text = note
			if day := portal.Date(until.Value()); until.Typed() != "" {
				if !day.Valid() || day < v.Today() {
					until.SetMistake(i18n.T("staff.ask.wrongDay", nil))
					until.Focus()
					return
				}
				args.Until = day
			}
			shut()
			d.decide(wire.RequestAsk, "ask", args)
		}), kit.Secondary(i18n.T("kit.cancel", nil), shut)}
	}, nil)
}

// ticked is the keys of the boxes that are on, in their order.
func ticked(order []string, of map[string]*kit.Field) (out []string) {
	for _, key := range order {
		if of[key].Value() == "yes" {
			out = append(out, key)
		}
	}
	return out
}

// askedWords names a document that the family may be asked for, with how it
// stands now.
func (d *detail) askedWords(kind string) string {
	for _, i := range d.q.c.View.RequestDocuments(d.id) {
		if i.Need.Kind == kind {
			_, _, word := StatusLook(i.Status)
			return i18n.T("staff.papers.state", map[string]any{"Kind": kindName(d.q.c.View, kind), "Status": word})
		}
	}
	return kindName(d.q.c.View, kind)
}

func documentLabel(kind, lang string) string {
	if c, err := catalogue.LoadCommon(); err == nil {
		for _, k := range c.DocumentKinds {
			if k.ID == kind {
				return k.Label.In(lang)
			}
		}
	}
	return kind
}

// dueLine is by when an answer was promised, "" where no date was.
func dueLine(v *view.View, r view.Request) string {
	a := v.Awaits(r)
	switch {
	case a.Until == "" || a.By == "":
		return ""
	case a.By == requests.ByFamily:
		return i18n.T("staff.due.family", map[string]any{"Date": i18n.Date(a.Until.At(12, 0))})
	case a.Until < v.Today():
		return i18n.T("staff.due.late", map[string]any{"Date": i18n.Date(a.Until.At(12, 0))})
	}
	return i18n.T("staff.due.ours", map[string]any{"Date": i18n.Date(a.Until.At(12, 0))})
}

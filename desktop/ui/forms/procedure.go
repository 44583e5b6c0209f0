package forms

import (
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/proofs"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/requests"
	textwords "parvis/shared/words"
)

func (r room) procedure(route screen.Route) screen.Screen {
	p, known := r.View.Procedure(route.Arg("id"))
	if !known {
		return r.missing(route)
	}
	left := []fyne.CanvasObject{kit.Body(in(p.Explanation))}
	if needed := r.indispensable(p); needed != nil {
		left = append(left, needed)
	}
	if docs := r.documents(p, nil); docs != nil {
		lead := kit.Muted(say("procedure.documentsText"))
		if !p.Online {
			lead.SetText(say("procedure.documentsHall"))
		}
		left = append(left, kit.Column(look.S, kit.Section(say("procedure.documents")), lead, docs))
	}
	if p.Online && !p.InPerson.Empty() {
		left = append(left, kit.NewNotice(look.ToneInfo, say("procedure.inPerson"), in(p.InPerson)))
	}
	if p.Online && !p.AtTownHall.Empty() {
		left = append(left, kit.NewFold(say("procedure.otherwise"), kit.Column(look.M, append([]fyne.CanvasObject{kit.Body(in(p.AtTownHall))}, r.townHall()...)...)))
	}
	left = append(left, kit.NewFold(say("procedure.legal"), kit.Body(in(p.Legal))))
	content := kit.Column(look.L,
		kit.Column(look.XS, backLink(say("catalogue.all"), func() { r.Go(screen.To(screen.Procedures)) }), kit.Title(in(p.Title)), kit.Muted(in(p.Summary))),
		kit.Beside(kit.Column(look.L, left...), r.starting(p), 320, 380, look.L),
	)
	return screen.Screen{Content: kit.NewPage(content), Title: in(p.Title), Rail: screen.Procedures}
}

// documents is what one will be asked for, the indispensable first; nil for
// nothing. With a form's answers it is what those call for; without, all that
// may be called for.
func (r room) documents(p *requests.Procedure, d *Draft) fyne.CanvasObject {
	asked := p.Documents
	child := portal.ID("")
	if d != nil {
		asked, child = requests.DocumentsFor(p, d.Answers, r.context(d.Fresh)), d.person(p)
	}
	var first, then []fyne.CanvasObject
	for _, doc := range asked {
		kind := documentKind(doc.Kind)
		text := in(doc.Note)
		if text == "" {
			text = in(kind.Explanation)
		}
		given := r.given(kind, child)
		if given != "" {
			text = given
		}
		row := kit.NewRow(in(kind.Label), text, nil).Icon("file-text")
		switch {
		case given != "" && (d != nil || !kind.Child):
			then = append(then, row.Status(look.ToneSuccess, "check-circle", say("procedure.given")))
		case doc.Indispensable:
			first = append(first, row.Status(look.ToneWarning, "", say("procedure.indispensable")))
		case d == nil && doc.When != "":
			then = append(then, row.Status(look.ToneNeutral, "question", say("procedure.sometimes")))
		default:
			then = append(then, row)
		}
	}
	if len(first)+len(then) == 0 {
		return nil
	}
	return kit.RowsCard(append(first, then...)...)
}

// given is what has been given of a kind already: of one about a child, and
// before the child is known, by each.
func (r room) given(kind requests.DocumentKind, child portal.ID) string {
	if _, signedIn := r.desk.Person(); !signedIn {
		return ""
	}
	if !kind.Child || child != "" {
		return proofs.Given(r.View, kind.ID, child)
	}
	var all []string
	for _, c := range r.View.Children() {
		if what := proofs.Given(r.View, kind.ID, c.ID); what != "" {
			all = append(all, say("procedure.givenFor", "Name", textwords.Called(c.FirstName), "What", what))
		}
	}
	return strings.Join(all, "\n")
}

// indispensable is what a procedure cannot do without and has not been given,
// told before it is begun; nil for nothing.
func (r room) indispensable(p *requests.Procedure) fyne.CanvasObject {
	if who, signedIn := r.desk.Person(); !signedIn || who.Agent || !p.Online {
		return nil
	}
	var names []string
	for _, doc := range p.Documents {
		kind := documentKind(doc.Kind)
		if doc.Indispensable && r.given(kind, "") == "" {
			names = append(names, in(kind.Label))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return kit.NewNotice(look.ToneWarning, say("procedure.needed", "Count", len(names), "Names", i18n.Labels(names)), say("procedure.neededText", "Count", len(names)))
}

// starting is how long it takes, when the town hall answers, and how to begin.
func (r room) starting(p *requests.Procedure) fyne.CanvasObject {
	objects := []fyne.CanvasObject{fact("calendar-check", say("procedure.delay"), in(p.Delay))}
	if p.Online {
		objects = append([]fyne.CanvasObject{fact("clock", say("procedure.duration"), in(p.Duration))}, objects...)
	}
	who, signedIn := r.desk.Person()
	switch {
	case !p.Online:
		objects = append(objects, kit.Rule(), kit.Strong(say("procedure.atTownHall")), kit.Body(in(p.AtTownHall)))
		objects = append(objects, r.townHall()...)
	case !signedIn:
		objects = append(objects, kit.Rule(), kit.Caption(say("procedure.signIn")), kit.Primary(say("procedure.start"), func() {
			r.AfterSignIn(screen.To(screen.Procedure, "id", p.ID))
			r.Go(screen.To(screen.SignIn, "for", p.ID))
		}))
	case !who.Agent:
		objects = append(objects, kit.Rule(), r.begins(p))
	}
	return kit.Card(kit.Column(look.M, objects...))
}

// townHall is where the town hall is, and when it is open.
func (r room) townHall() []fyne.CanvasObject {
	town, _ := r.View.Town()
	var out []fyne.CanvasObject
	for _, f := range []struct{ icon, label, text string }{
		{"map-pin", say("townHall.address"), town.Address}, {"clock", say("townHall.hours"), town.Hours}, {"phone", say("townHall.phone"), town.Phone},
	} {
		if f.text != "" {
			out = append(out, fact(f.icon, f.label, f.text))
		}
	}
	return out
}

// begins is the box of the terms and the button, after what was begun before.
func (r room) begins(p *requests.Procedure) fyne.CanvasObject {
	terms := newTermsBox(r)
	failed := kit.NewNotice(look.ToneError, "", "")
	failed.Hide()
	start := func() {
		if !terms.accepted() {
			return
		}
		d := r.begin(p)
		if choosesPerson(p) == nil {
			r.fromAccount(d, p)
		}
		d.Terms = common().Terms.Version
		if err := r.save(d); err != nil {
			failed.Set(look.ToneError, say("fill.notSaved"), trouble(err))
			failed.Show()
			return
		}
		r.Go(screen.To(screen.Fill, "id", p.ID, "draft", string(d.ID)))
	}
	drafts := r.drafts(p.ID)
	if len(drafts) == 0 {
		return kit.Column(look.M, terms.box, failed, kit.Primary(say("procedure.start"), start))
	}
	resume := func() { r.resume(drafts[0]) }
	objects := []fyne.CanvasObject{
		kit.Strong(say("procedure.begun")), kit.Body(r.draftLine(drafts[0], p)),
		kit.Primary(say("draft.resume"), resume),
	}
	if len(drafts) > 1 {
		objects = append(objects, kit.Line(0, kit.Link(say("procedure.drafts", "Count", len(drafts)), func() { r.Go(screen.To(screen.Requests)) })))
	}
	return kit.Column(look.M, append(objects, kit.Rule(), kit.Strong(say("procedure.again")), terms.box, failed, kit.Secondary(say("procedure.startAgain"), start))...)
}

func (r room) resume(d *Draft) {
	r.Go(screen.To(screen.Fill, "id", d.Procedure, "draft", string(d.ID), "page", d.Page))
}

// draftLine is whom a draft is about and when it was kept.
func (r room) draftLine(d *Draft, p *requests.Procedure) string {
	s := say("draft.saved", "When", dateTime(d.Saved))
	if name := d.name(r, p); name != "" {
		return name + " · " + s
	}
	return i18n.Capital(s)
}

package forms

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// newPerson is how a form names somebody who is not linked yet: by the id
// that the child will bear, where accepting the request makes one.
func (f *filling) newPerson(field *requests.Field) string {
	if f.p.OnAccept != nil && f.p.OnAccept.Child != nil && f.p.OnAccept.Child.Person == field.Key {
		return string(f.draft.Fresh)
	}
	return requests.New
}

// people is the choice of whom the request is about.
func (f *filling) people() fyne.CanvasObject {
	chosen := f.draft.Answers.Text(f.at.person.Key)
	var rows []fyne.CanvasObject
	for _, c := range f.View.Children() {
		row := kit.NewRow(c.FirstName+" "+c.LastName, f.describe(c), func() { f.choose(string(c.ID)) }).Icon("student")
		if chosen == string(c.ID) {
			row.Status(look.ToneInfo, "check", say("person.chosen"))
		}
		rows = append(rows, row)
	}
	if f.at.person.New {
		fresh := f.newPerson(f.at.person)
		title, muted := say("person.add"), say("person.addText")
		icon := "plus"
		if name := f.draft.name(f.room, f.p); chosen == fresh && name != "" {
			title, muted, icon = name, say("person.new"), "student"
		}
		row := kit.NewRow(title, muted, func() { f.choose(fresh) }).Icon(icon)
		if chosen == fresh {
			row.Status(look.ToneInfo, "check", say("person.chosen"))
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return kit.EmptyState(kit.NothingYet, "student", say("person.none"), "", nil)
	}
	objects := []fyne.CanvasObject{kit.RowsCard(rows...)}
	if under := f.underReview(); len(under) > 0 {
		objects = append(objects, kit.Column(look.S, kit.Muted(say("person.already")), kit.RowsCard(under...)))
	}
	buttons := kit.Line(look.S + 4)
	if chosen != "" {
		label := say("fill.next")
		if f.then != "" {
			label = say("fill.toRecap")
		}
		buttons.Add(kit.Primary(label, func() { f.choose(chosen) }))
	}
	buttons.Add(kit.Plain(say("fill.back"), f.back))
	return kit.Column(look.L, append(objects, buttons)...)
}

// describe is a child in a few words.
func (f *filling) describe(c wire.Child) string {
	s := say("person.born", "Date", i18n.Date(civil(c.BirthDate)))
	for _, site := range f.View.Sites() {
		if site.ID == c.Site {
			s += " · " + site.Name
		}
	}
	return s
}

// underReview is the requests of this procedure that are not decided: nobody
// should ask twice for fear that the first was lost.
func (f *filling) underReview() []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, q := range f.View.Requests() {
		if q.Procedure != f.p.ID || requests.State(q.State).Decided() {
			continue
		}
		tone, icon, word := StateLook(q.State)
		rows = append(rows, kit.NewRow(q.Person, referenceLine(q), func() { f.Go(screen.To(screen.Request, "id", string(q.ID))) }).Status(tone, icon, word))
	}
	return rows
}

// choose makes the request one about a person and goes on.
func (f *filling) choose(id string) {
	if id == requests.New {
		f.draft.Answers[f.at.person.Key] = id
		f.fromAccount(f.draft, f.p)
	} else {
		f.room.about(f.draft, f.p, portal.ID(id))
	}
	f.all = steps(f.p, f.draft.Answers, f.ctx)
	if f.then != "" {
		f.goTo(f.then)
		return
	}
	f.goTo(f.all[1].key)
}

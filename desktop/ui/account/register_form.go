package account

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/portal"
)

// form is the questions of a registration: all of them, or one part that the
// recap sent back for.
type form struct {
	*frame
	keeper
	c      *screen.Context
	part   string
	base   session.Registration // what the fields not in sight hold
	fields map[string]*kit.Field
	form   *kit.Form
}

func registrationForm(c *screen.Context, part string) screen.Screen {
	f := &form{frame: newFrame(), keeper: keeper{c: c}, c: c, part: part, fields: map[string]*kit.Field{}}
	f.base, _ = c.Session.Registration()
	if f.base.Profile.Address.Country == "" {
		f.base.Profile.Address.Country = accounts.France
	}
	main, back := t("register.next"), kit.Plain(t("register.cancel"), f.cancel)
	if part != "" {
		main, back = t("register.save"), kit.Plain(t("register.back"), f.c.Back)
	}
	buttons := []fyne.CanvasObject{back}
	if part == "" && worthKeeping(f.base) {
		buttons = append(buttons, kit.Plain(t("register.erase"), f.erase).Icon("trash"))
	}
	f.form = kit.NewForm(main, f.submit, buttons...)
	f.questions()
	for key, field := range f.fields {
		field.SetValue(valueOf(f.base, key))
		field.OnChanged(func(string) { f.keep(f.typed()) })
	}
	// The second address is compared with the first: when that one changes,
	// what was said of the second may no longer be so.
	if mail, again := f.fields["mail"], f.fields["mailAgain"]; mail != nil {
		mail.OnLeft(func(string) { again.CheckAnswered() })
	}
	enter := newEntrance(c, f.frame)
	title, lead := t("register.title"), t("register.lead")
	if part != "" {
		title, lead = t("register."+part), ""
	}
	page := f.build(title, lead, enter, []fyne.CanvasObject{f.form}, steps(c, 0))
	return screen.Screen{Content: page, Title: t("register.title"), Focus: enter}
}

// questions fills the form.
func (f *form) questions() {
	sections := []struct {
		part   string
		fields []*kit.Field
	}{
		{partIdentity, []*kit.Field{
			f.titleField(),
			f.ask("firstName", kit.TextField(t("field.firstName"))),
			f.ask("lastName", kit.TextField(t("field.lastName"))),
			f.ask("birthDate", kit.DateField(t("field.birthDate")).DateExample("12 / 03 / 1988")),
		}},
		{partAddress, []*kit.Field{
			f.ask("address.line1", kit.TextField(t("field.address.line1"))),
			f.ask("address.line2", kit.TextField(t("field.address.line2"))).MayBeEmpty(),
			f.ask("address.postcode", kit.TextField(t("field.address.postcode")).Width(160)),
			f.ask("address.city", kit.TextField(t("field.address.city"))),
			f.ask("address.country", kit.TextField(t("field.address.country")).Width(320)),
		}},
		{partContact, []*kit.Field{
			f.ask("mail", kit.TextField(t("field.mail"))),
			f.ask("mailAgain", kit.TextField(t("field.mailAgain"))),
			f.ask("mobile", kit.TextField(t("field.mobile")).Width(240)).MayBeEmpty(),
		}},
	}
	for _, s := range sections {
		if f.part != "" && f.part != s.part {
			for _, field := range s.fields {
				delete(f.fields, field.Key)
			}
			continue
		}
		objects := make([]fyne.CanvasObject, 0, len(s.fields))
		for _, field := range s.fields {
			objects = append(objects, field)
		}
		if f.part != "" {
			f.form.Add(objects...)
		} else {
			f.form.AddSection(t("register."+s.part), objects...)
		}
	}
}

func (f *form) titleField() *kit.Field {
	return f.ask("title", kit.RadioField(t("field.title"),
		kit.Option{Value: string(accounts.Madam), Label: t("title.mme")},
		kit.Option{Value: string(accounts.Sir), Label: t("title.m")},
		kit.Option{Value: string(accounts.NoTitle), Label: t("title.none")})).MayBeEmpty()
}

// ask gives a field its name, the rule told before, and the rule judged by:
// the one that the town hall's portal applies too.
func (f *form) ask(key string, field *kit.Field) *kit.Field {
	f.fields[key] = field.Named(key).Hint(i18n.T("rule."+key, nil)).Needed(sentence(portal.E(portal.Missing, key)))
	return field.Rule(func(string) string {
		typed := f.typed()
		if e := accounts.CheckProfile(typed.Profile, typed.MailAgain, f.c.View.Today()).Of(key); e != nil {
			return sentence(e)
		}
		return ""
	})
}

// typed is what the person has answered so far.
func (f *form) typed() session.Registration {
	r := f.base
	for key, field := range f.fields {
		*answer(&r, key) = field.Value()
	}
	r.Profile.Title = accounts.Title(valueOr(f.fields["title"], string(r.Profile.Title)))
	r.Profile.BirthDate = portal.Date(valueOr(f.fields["birthDate"], string(r.Profile.BirthDate)))
	return r
}

func valueOr(field *kit.Field, otherwise string) string {
	if field == nil {
		return otherwise
	}
	return field.Typed() // a date half typed is kept too
}

// answer is where the answer to a question is kept; those that are more than
// text have a place of their own.
func answer(r *session.Registration, key string) *string {
	p := &r.Profile
	switch key {
	case "firstName":
		return &p.FirstName
	case "lastName":
		return &p.LastName
	case "address.line1":
		return &p.Address.Line1
	case "address.line2":
		return &p.Address.Line2
	case "address.postcode":
		return &p.Address.Postcode
	case "address.city":
		return &p.Address.City
	case "address.country":
		return &p.Address.Country
	case "mail":
		return &p.Mail
	case "mailAgain":
		return &r.MailAgain
	case "mobile":
		return &p.Mobile
	}
	return new(string)
}

func valueOf(r session.Registration, key string) string {
	switch key {
	case "title":
		return string(r.Profile.Title)
	case "birthDate":
		return string(r.Profile.BirthDate)
	}
	return *answer(&r, key)
}

// submit goes on to the recap, or back to it when it sent for one part.
func (f *form) submit() {
	f.now(f.typed(), func() {
		if f.part != "" {
			f.c.Back()
			return
		}
		f.c.Go(screen.To(screen.Register, "step", stepRecap))
	})
}

// cancel leaves. On a public computer nothing stays for the next person.
func (f *form) cancel() {
	if !f.c.Session.Kiosk() {
		f.c.Back()
		return
	}
	f.forgotten(f.c.Back)
}

// erase begins anew, after a question.
func (f *form) erase() {
	f.c.Dialogs.Confirm(kit.Confirmation{
		Title: t("erase.title"), Text: t("erase.text"), Yes: t("erase.yes"), No: t("erase.no"), Danger: true,
	}, func(yes bool) {
		if yes {
			f.forgotten(func() { f.c.Replace(screen.To(screen.Register)) })
		}
	})
}

func (f *form) forgotten(then func()) {
	f.forget(func(err error) {
		if err != nil {
			f.tell(look.ToneError, troubleOf(err))
			return
		}
		then()
	})
}

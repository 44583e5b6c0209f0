package quotient

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
)

// Ask has the town hall ask the family fund, once the person has read what that
// means and agreed.
func Ask(c *screen.Context, _ screen.Route) screen.Screen { return openAsk(c, c.Session).screen() }

type asking struct {
	c      *screen.Context
	s      Desk
	notice *kit.Notice
	form   *kit.Form
	fields map[string]*kit.Field
	france *kit.Swap
	birth  fyne.CanvasObject
	page   *kit.Page
}

func openAsk(c *screen.Context, s Desk) *asking {
	f := &asking{c: c, s: s, notice: kit.NewNotice(look.ToneError, "", ""), fields: map[string]*kit.Field{}, france: kit.NewSwap(nil)}
	f.notice.Hide()
	me, _ := c.View.Me()
	town, _ := c.View.Town()
	var countries []kit.Option
	for _, country := range quotients.Countries {
		countries = append(countries, kit.Option{Value: country.Code, Label: country.In(i18n.Language())})
	}
	f.ask("birth_name", kit.TextField(t("who.birth_name")).Hint(t("who.birth_nameHint"))).SetValue(me.LastName)
	f.ask("first_names", kit.TextField(t("who.first_names")).Hint(t("who.first_namesHint"))).SetValue(me.FirstName)
	f.ask("sex", kit.RadioField(t("who.sex"), kit.Option{Value: quotients.Female, Label: t("who.female")}, kit.Option{Value: quotients.Male, Label: t("who.male")}))
	f.ask("birth", kit.DateField(t("who.birth")).DateExample("12 / 04 / 1988")).SetValue(string(me.Birth))
	f.ask("country", kit.SelectField(t("who.country"), countries...).Hint(t("who.countryHint"))).SetValue(quotients.France)
	f.ask("town", kit.TextField(t("who.town")).Hint(t("who.townHint")))
	f.ask("department", kit.TextField(t("who.department")).Hint(t("who.departmentHint")).Width(120).Most(3))
	f.fields["country"].OnChanged(func(string) { f.where() })
	consent := kit.CheckField(t("consent.agree")).Named("consent").Needed(t("consent.missing"))
	f.form = kit.NewForm(t("who.do"), f.submit, kit.Plain(i18n.T("kit.cancel", nil), c.Back))
	f.form.Add(f.fields["birth_name"], f.fields["first_names"], f.fields["sex"], f.fields["birth"], f.fields["country"], f.france)
	if town.Demo {
		f.form.Add(kit.Caption(t("who.demo")))
	}
	f.form.Add(f.consent(town), consent)
	f.birth = kit.Column(look.L, f.fields["town"], f.fields["department"])
	f.page = kit.NewFormPage(kit.Column(look.L, kit.Column(look.XS, kit.Title(t("who.title")), kit.Muted(t("who.lead", "Town", town.Name))), f.notice, f.form))
	f.where()
	return f
}

// consent is what one agrees to, in plain words. The sentences are those of one
// text: whoever changes what they say gives quotients.Consent another name.
func (f *asking) consent(town wire.Town) fyne.CanvasObject {
	lines := []fyne.CanvasObject{kit.Section(t("consent.title"))}
	for _, key := range []string{"asks", "gets", "keeps", "free"} {
		lines = append(lines, kit.Body(t("consent."+key, "Town", town.Name)))
	}
	return kit.Card(kit.Column(look.S, lines...))
}

func (f *asking) screen() screen.Screen {
	return screen.Screen{Content: f.page, Title: t("who.title"), Again: f.where}
}

// ask names a field and has the shared rule judge it.
func (f *asking) ask(key string, field *kit.Field) *kit.Field {
	f.fields[key] = field.Named(key).Needed(t("who.missing." + key)).Rule(func(string) string {
		if wrong := f.typed().Check().Of(key); wrong != nil {
			return outcome.Sentence(wrong)
		}
		return ""
	})
	return field
}

// where asks for the place of birth of whoever was born in France.
func (f *asking) where() {
	if f.fields["country"].Value() == quotients.France {
		f.france.Set(f.birth)
		f.france.Show()
	} else {
		f.france.Set(nil)
		f.france.Hide()
	}
	f.page.Refresh()
}

func (f *asking) typed() quotients.Identity {
	v := func(key string) string { return f.fields[key].Value() }
	return quotients.Identity{
		BirthName: v("birth_name"), FirstNames: []string{v("first_names")}, Sex: v("sex"), Birth: portal.Date(v("birth")),
		Country: v("country"), Town: v("town"), Department: v("department"),
	}.Normalise()
}

func (f *asking) submit() {
	me, _ := f.c.View.Me()
	who := f.typed()
	if wrong := who.Oneself(me.FirstName, me.Birth); wrong != nil {
		f.form.Fail(map[string]string{wrong.Field: outcome.Sentence(wrong)})
		return
	}
	if _, err := f.s.Submit(wire.QuotientFetch, wire.FetchQuotient{Quotient: portal.NewID(), Identity: who, Consent: quotients.Consent}, cache.Note{Key: "quotient.note.fetch"}); err != nil {
		f.notice.Set(look.ToneError, "", outcome.Sentence(err))
		f.notice.Show()
		f.page.Refresh()
		f.page.Reveal(f.notice)
		return
	}
	f.c.Replace(screen.To(screen.Quotient))
}

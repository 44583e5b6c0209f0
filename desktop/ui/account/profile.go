package account

import (
	"encoding/json"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Profile is Mon profil: who one is to the town hall, and the ways to what can
// be changed and to what concerns the account as a whole.
func Profile(c *screen.Context, _ screen.Route) screen.Screen {
	return follow(c, t("profile.title"), t("profile.lead"), func(me wire.Account) []fyne.CanvasObject {
		card := kit.Card(kit.Column(look.M,
			kit.Section(me.FirstName+" "+me.LastName),
			kit.Column(look.XS,
				kit.Pair(kit.Muted(t("profile.login")), kit.Body(me.Login)),
				kit.Pair(kit.Muted(t("field.mail")), kit.Body(me.Mail))),
			kit.Line(look.S, kit.Primary(t("profile.details"), func() { c.Go(screen.To(screen.Details)) }).Icon("pencil-simple"))))
		rows := []fyne.CanvasObject{
			kit.NewRow(t("devices.title"), t("devices.text"), func() { c.Go(screen.To(screen.Devices)) }).Icon("desktop"),
		}
		if me.Kind != wire.Agent {
			people := kit.NewRow(i18n.T("family.title", nil), i18n.T("family.text", nil), func() { c.Go(screen.To(screen.Relations)) }).Icon("users")
			rows = append([]fyne.CanvasObject{people}, rows...)
			rows = append(rows,
				kit.NewRow(i18n.T("quotient.title", nil), i18n.T("quotient.row", nil), func() { c.Go(screen.To(screen.Quotient)) }).Icon("coins"),
				kit.NewRow(t("data.title"), t("data.text"), func() { c.Go(screen.To(screen.MyData)) }).Icon("download-simple"),
				kit.NewRow(t("closing.title"), t("closing.text"), func() { c.Go(screen.To(screen.CloseAccount)) }).Icon("x-circle"))
		}
		return []fyne.CanvasObject{card, kit.RowsCard(rows...)}
	})
}

// follow is a page about one's own account that is kept true while it is
// shown.
func follow(c *screen.Context, title, lead string, content func(me wire.Account) []fyne.CanvasObject) screen.Screen {
	f, body := newFrame(), kit.NewSwap(nil)
	fill := func() {
		if me, known := c.View.Me(); known {
			body.Set(kit.Column(look.L, content(me)...))
		} else {
			body.Set(kit.EmptyState(kit.NotReceived, "", t("profile.notYet"), "", nil))
		}
		if f.page != nil {
			f.page.Refresh()
		}
	}
	fill()
	c.On(fill, view.Topic{Collection: wire.Accounts}, view.Topic{Collection: wire.Towns})
	f.back = kit.Back(t("back"), c.Back)
	page := f.build(title, lead, nil, []fyne.CanvasObject{body}, nil)
	return screen.Screen{Content: page, Title: title}
}

// The parts of a profile that can be changed, as they stand in addresses.
const (
	changeAddress  = "address"
	changePhones   = "phones"
	changeMail     = "mail"
	changeCode     = "code" // of the new mail address
	changePassword = "password"
	changeLanguage = "language"
)

func toChange(part string) screen.Route { return screen.To(screen.Change, "part", part) }

// Details is all of a profile, each part with its own way to change it.
func Details(c *screen.Context, _ screen.Route) screen.Screen {
	edit := func(part string) func() { return func() { c.Go(toChange(part)) } }
	lead := t("profile.identityHint")
	if me, known := c.View.Me(); known && me.Kind == wire.Agent {
		lead = "" // theirs are kept by the town's administrator
	}
	return follow(c, t("profile.detailsTitle"), lead, func(me wire.Account) []fyne.CanvasObject {
		identity := kit.RecapSection{Title: t("register.identity"), Answers: []kit.Answer{
			{Question: t("field.lastName"), Answer: me.LastName}, {Question: t("field.firstName"), Answer: me.FirstName},
			{Question: t("profile.login"), Answer: me.Login},
		}}
		password := kit.RecapSection{Title: t("profile.password"), Edit: edit(changePassword), Answers: []kit.Answer{{Question: t("profile.oldPassword"), Answer: t("profile.hidden")}}}
		if me.Kind == wire.Agent {
			identity.Answers = append(identity.Answers, kit.Answer{Question: t("field.mail"), Answer: me.Mail})
			return []fyne.CanvasObject{kit.Recap(identity, password)}
		}
		if me.Birth.Valid() {
			identity.Answers = append(identity.Answers, kit.Answer{Question: t("field.birthDate"), Answer: i18n.Date(me.Birth.At(12, 0))})
		}
		waiting := func(kind string, answers ...kit.Answer) []kit.Answer {
			if c.View.Changing(kind) {
				answers = append(answers, kit.Answer{Question: t("profile.state"), Answer: t("profile.waiting")})
			}
			return answers
		}
		address := waiting(wire.AccountAddress, kit.Answer{Question: t("recap.address"), Answer: envelope(addressOf(me))}, kit.Answer{Question: t("profile.price"), Answer: residence(c, me)})
		recap := kit.Recap(identity,
			kit.RecapSection{Title: t("register.address"), Edit: edit(changeAddress), Answers: address},
			kit.RecapSection{Title: t("profile.phones"), Edit: edit(changePhones), Answers: waiting(wire.AccountPhones,
				kit.Answer{Question: t("field.mobile"), Answer: phone(me.Mobile)}, kit.Answer{Question: t("profile.phone"), Answer: phone(me.Phone)})},
			kit.RecapSection{Title: t("field.mail"), Edit: edit(changeMail), Answers: []kit.Answer{{Question: t("profile.mailNow"), Answer: me.Mail}}},
			password,
			kit.RecapSection{Title: t("profile.language"), Edit: edit(changeLanguage), Answers: waiting(wire.AccountLanguage,
				kit.Answer{Question: t("profile.languageNow"), Answer: i18n.In(languageOf(me), "app.language", nil)})})
		var parts []fyne.CanvasObject
		if waits := mailWaits(c, me); waits != nil {
			parts = append(parts, waits)
		}
		return append(parts, recap)
	})
}

// mailWaits says that a new mail address is to be confirmed; nil where none is.
func mailWaits(c *screen.Context, me wire.Account) fyne.CanvasObject {
	if me.NewMail == "" || c.View.Now().UnixMicro() > me.NewUntil {
		return nil
	}
	return kit.NewNotice(look.ToneInfo, t("mailChange.waits.title"), t("mailChange.waits.text", "Mail", me.NewMail),
		kit.Secondary(t("mailChange.continue"), func() { c.Go(toChange(changeCode)) }).Icon("key"))
}

func addressOf(me wire.Account) (a accounts.Address) {
	_ = json.Unmarshal(me.Address, &a) // what cannot be read is asked for anew
	return a
}

func languageOf(me wire.Account) string {
	if me.Language == "" {
		return i18n.French
	}
	return me.Language
}

// residence is what the address makes of the prices.
func residence(c *screen.Context, me wire.Account) string {
	town, _ := c.View.Town()
	if me.Payer != nil && me.Payer.Resident {
		return t("profile.resident", "Town", town.Name)
	}
	return t("profile.outside", "Town", town.Name)
}

// Change is the form of one part of a profile.
func Change(c *screen.Context, r screen.Route) screen.Screen {
	me, known := c.View.Me()
	agent := me.Kind == wire.Agent
	switch part := r.Arg("part"); {
	case !known:
		return follow(c, t("profile.detailsTitle"), "", func(wire.Account) []fyne.CanvasObject { return nil })
	case part == changePassword:
		return anotherPassword(c, me)
	case agent:
	case part == changeAddress:
		return anotherAddress(c, me)
	case part == changePhones:
		return otherPhones(c, me)
	case part == changeMail:
		return anotherMail(c, me)
	case part == changeCode && me.NewMail != "":
		return confirmMail(c, me.NewMail)
	case part == changeCode && r.Arg("to") != "" && c.Session.AskedMail():
		return confirmMail(c, r.Arg("to")) // the account's row has not come yet
	case part == changeLanguage:
		return anotherLanguage(c, me)
	}
	return Details(c, r)
}

// needsLine says of a form that it cannot wait for a line.
func needsLine() fyne.CanvasObject { return kit.Muted(t("profile.needsLine")) }

// failed puts an error beside its field, or above the form.
func (f *frame) failed(form *kit.Form, err error) {
	if field := fieldOf(err); field != "" && form.Field(field) != nil {
		form.Fail(map[string]string{field: sentence(err)})
		return
	}
	if portal.CodeOf(err) == portal.Unauthorized {
		f.tell(look.ToneWarning, about("profile.signedOut"))
		return
	}
	f.tell(look.ToneError, troubleOf(err))
}

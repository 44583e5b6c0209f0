package account

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// suggestAfter is how long nobody types before it is asked how an address goes
// on.
const suggestAfter = 350 * time.Millisecond

// shortestAddress is what must stand there before it is asked.
const shortestAddress = 3

// submit keeps a change, and goes back to the details: it is sent as soon as
// there is a line.
func submit(c *screen.Context, f *frame, kind string, args any, note string) {
	if _, err := c.Session.Submit(kind, args, cache.Note{Key: note}); err != nil {
		f.tell(look.ToneError, troubleOf(err))
		return
	}
	c.Back()
}

// addressForm is the form of a postal address.
type addressForm struct {
	*frame
	c      *screen.Context
	me     wire.Account
	fields map[string]*kit.Field
	found  *kit.Swap
	price  *kit.Notice
	off    bool   // the town has no service that suggests
	taken  string // the first line as a suggestion has filled it in
}

// anotherAddress asks for the postal address. Where the town has an address
// service it suggests how it goes on; what it would change of the prices is
// said before anything is kept.
func anotherAddress(c *screen.Context, me wire.Account) screen.Screen {
	a := &addressForm{frame: newFrame(), c: c, me: me, fields: map[string]*kit.Field{}, found: kit.NewSwap(nil), price: kit.NewNotice(look.ToneInfo, "", "")}
	a.found.Hide()
	a.price.Hide()
	form := kit.NewForm(t("profile.save"), func() {
		submit(c, a.frame, wire.AccountAddress, wire.ChangeAddress(a.typed().Normalise()), "profile.note.address")
	}, kit.Plain(t("register.cancel"), c.Back))
	line1 := a.ask("line1", kit.TextField(t("field.address.line1")))
	form.Add(kit.Column(look.S, line1, a.found),
		a.ask("line2", kit.TextField(t("field.address.line2"))).MayBeEmpty(),
		kit.Column(look.S, a.ask("postcode", kit.TextField(t("field.address.postcode")).Width(160)), a.price),
		a.ask("city", kit.TextField(t("field.address.city"))),
		a.ask("country", kit.TextField(t("field.address.country")).Width(320)),
		kit.Muted(t("profile.whenSent")))
	a.fill(addressOf(me))
	line1.OnChanged(a.suggest)
	for _, key := range []string{"postcode", "country"} {
		a.fields[key].OnChanged(func(string) { a.unweighed() }).OnLeft(func(string) { a.weigh() })
	}
	enter := newEntrance(c, a.frame)
	page := a.build(t("register.address"), "", enter, []fyne.CanvasObject{form}, nil)
	return screen.Screen{Content: page, Title: t("register.address"), Focus: enter, Again: a.weigh}
}

func (a *addressForm) ask(key string, field *kit.Field) *kit.Field {
	a.fields[key] = field.Named(key).Hint(i18n.T("rule.address."+key, nil)).Needed(sentence(portal.E(portal.Missing, "address."+key)))
	return field.Rule(func(string) string {
		if e := a.typed().Check("address").Of("address." + key); e != nil {
			return sentence(e)
		}
		return ""
	})
}

func (a *addressForm) typed() accounts.Address {
	v := func(key string) string { return a.fields[key].Value() }
	return accounts.Address{Line1: v("line1"), Line2: v("line2"), Postcode: v("postcode"), City: v("city"), Country: v("country")}
}

func (a *addressForm) fill(to accounts.Address) {
	for key, value := range map[string]string{"line1": to.Line1, "line2": to.Line2, "postcode": to.Postcode, "city": to.City, "country": to.Country} {
		a.fields[key].SetValue(value)
	}
}

// weigh says what the address would change of the prices.
func (a *addressForm) weigh() {
	town, known := a.c.View.Town()
	to, was := a.typed(), addressOf(a.me)
	if to.Check("").Of("postcode") != nil || !known || to.In(town.Postcode) == was.In(town.Postcode) {
		a.unweighed()
		return
	}
	key, tone := "profile.moves.out", look.ToneWarning
	if to.In(town.Postcode) {
		key, tone = "profile.moves.in", look.ToneInfo
	}
	a.price.Set(tone, t(key+".title"), t(key+".text", "Town", town.Name))
	a.price.Show()
	a.page.Refresh()
}

// unweighed takes back what was said of the prices: the answer has changed.
func (a *addressForm) unweighed() {
	if a.price.Visible() {
		a.price.Hide()
		a.page.Refresh()
	}
}

// suggest asks, once nobody types any more, how the address goes on.
func (a *addressForm) suggest(typed string) {
	if a.off || utf8.RuneCountInString(strings.TrimSpace(typed)) < shortestAddress || typed == a.taken {
		a.offer(nil)
		return
	}
	later(a.c, "suggest-wait", suggestAfter, func() {
		screen.Run(a.c, "suggest", func(ctx context.Context) ([]wire.ChangeAddress, error) {
			found, off, err := a.c.Session.Addresses(ctx, strings.TrimSpace(typed+" "+a.fields["city"].Value()))
			if off {
				err = portal.E(portal.NotFound, "")
			}
			return found, err
		}, func(found []wire.ChangeAddress, err error) {
			a.off = a.off || portal.CodeOf(err) == portal.NotFound
			if a.fields["line1"].Value() == typed {
				a.offer(found) // none, where nobody answers: the form is filled in by hand
			}
		})
	})
}

// offer lists what was found below the first line.
func (a *addressForm) offer(found []wire.ChangeAddress) {
	if len(found) == 0 {
		if a.found.Visible() {
			a.found.Set(nil)
			a.found.Hide()
			a.page.Refresh()
		}
		return
	}
	rows := []fyne.CanvasObject{}
	for _, f := range found {
		rows = append(rows, kit.NewRow(f.Line1, strings.TrimSpace(f.Postcode+" "+f.City), func() { a.take(f) }).Icon("map-pin").NoChevron())
	}
	a.found.Set(kit.Column(look.XS, kit.Caption(t("profile.suggested")), kit.RowsCard(rows...)))
	a.found.Show()
	a.page.Refresh()
}

// take fills in what was suggested; what stands on the second line stays.
func (a *addressForm) take(f wire.ChangeAddress) {
	to := accounts.Address(f)
	to.Line2 = a.fields["line2"].Value()
	a.taken = to.Line1
	a.fill(to)
	for _, field := range a.fields {
		field.SetMistake("")
	}
	a.offer(nil)
	a.fields["line2"].Focus()
	a.weigh()
}

// otherPhones asks for the telephone numbers.
func otherPhones(c *screen.Context, me wire.Account) screen.Screen {
	f := newFrame()
	mobile := kit.TextField(t("field.mobile")).Named("mobile").Hint(i18n.T("rule.mobile", nil)).Width(240).MayBeEmpty()
	other := kit.TextField(t("profile.phone")).Named("phone").Hint(t("profile.phoneHint")).Width(240).MayBeEmpty()
	judge := func(key string) func(string) string {
		return func(string) string {
			if e := accounts.CheckPhones(mobile.Value(), other.Value()).Of(key); e != nil {
				return sentence(e)
			}
			return ""
		}
	}
	mobile.Rule(judge("mobile")).SetValue(phone(me.Mobile))
	other.Rule(judge("phone")).SetValue(phone(me.Phone))
	form := kit.NewForm(t("profile.save"), func() {
		submit(c, f, wire.AccountPhones, wire.ChangePhones{Mobile: mobile.Value(), Phone: other.Value()}, "profile.note.phones")
	}, kit.Plain(t("register.cancel"), c.Back))
	form.Add(mobile, other, kit.Muted(t("profile.whenSent")))
	enter := newEntrance(c, f)
	page := f.build(t("profile.phones"), "", enter, []fyne.CanvasObject{form}, nil)
	return screen.Screen{Content: page, Title: t("profile.phones"), Focus: enter}
}

// anotherLanguage asks for the language of mails; that of the window is chosen
// at its top.
func anotherLanguage(c *screen.Context, me wire.Account) screen.Screen {
	f := newFrame()
	var options []kit.Option
	for _, lang := range i18n.Languages() {
		options = append(options, kit.Option{Value: lang, Label: i18n.In(lang, "app.language", nil)})
	}
	field := kit.RadioField(t("profile.languageNow"), options...).Named("language").Hint(t("profile.languageHint"))
	field.SetValue(languageOf(me))
	form := kit.NewForm(t("profile.save"), func() {
		submit(c, f, wire.AccountLanguage, wire.ChangeLanguage{Language: field.Value()}, "profile.note.language")
	}, kit.Plain(t("register.cancel"), c.Back))
	form.Add(field, kit.Muted(t("profile.whenSent")))
	enter := newEntrance(c, f)
	page := f.build(t("profile.language"), "", enter, []fyne.CanvasObject{form}, nil)
	return screen.Screen{Content: page, Title: t("profile.language"), Focus: enter}
}

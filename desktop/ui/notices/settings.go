package notices

import (
	"slices"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	rules "parvis/shared/notices"
	"parvis/shared/wire"
)

// quiet is the sealed thing that holds which kinds this computer does not
// announce.
const quietKind, quietKey = "notices", "quiet"

// Announced reports whether this computer announces a kind.
func Announced(s Desk, kind string) bool {
	var quiet []string
	s.Kept(quietKind, quietKey, &quiet)
	return !slices.Contains(quiet, kind)
}

func announce(s Desk, kind string, on bool) error {
	var quiet []string
	s.Kept(quietKind, quietKey, &quiet)
	quiet = slices.DeleteFunc(quiet, func(k string) bool { return k == kind })
	if !on {
		quiet = append(quiet, kind)
	}
	return s.Keep(quietKind, quietKey, quiet)
}

type settings struct {
	c     *screen.Context
	s     Desk
	strip *kit.Strip
	page  *kit.Page
	mail  map[rules.Kind]*kit.Field
}

// Settings builds the choice of how each kind of notice reaches the person.
func Settings(c *screen.Context, _ screen.Route) screen.Screen {
	return openSettings(c, c.Session).screen()
}

func openSettings(c *screen.Context, s Desk) *settings {
	o := &settings{c: c, s: s, strip: kit.NewStrip(), mail: map[rules.Kind]*kit.Field{}}
	me, _ := c.View.Me()
	agent := me.Kind == wire.Agent
	lead := "notices.lead"
	if agent {
		lead = "notices.staff.lead"
	}
	parts := []fyne.CanvasObject{
		kit.Column(look.XS, kit.Back(i18n.T("notices.title", nil), func() { c.Up(screen.To(screen.Notices)) }), kit.Title(i18n.T("notices.settings", nil)), kit.Muted(i18n.T(lead, nil))), o.strip,
	}
	for _, spec := range rules.Kinds {
		if agent && !spec.Agents {
			continue
		}
		parts = append(parts, o.card(spec, agent))
	}
	o.page = kit.NewFormPage(kit.Column(look.L, parts...))
	c.On(o.refresh, view.Topic{Collection: wire.NoticeChoices})
	return o
}

func (o *settings) screen() screen.Screen {
	return screen.Screen{Content: o.page, Title: i18n.T("notices.settings", nil)}
}

// card is a kind with its choices; each is kept as it is made.
func (o *settings) card(spec rules.Spec, agent bool) fyne.CanvasObject {
	name := "notices.name." + string(spec.Kind)
	if agent {
		name = "notices.staff.name." + string(spec.Kind)
	}
	lines := []fyne.CanvasObject{kit.Section(i18n.T(name, nil))}
	if !agent {
		var options []kit.Option
		for _, m := range spec.Ways() {
			options = append(options, kit.Option{Value: string(m), Label: i18n.T("notices.mail."+string(m), nil)})
		}
		f := kit.RadioField(i18n.T("notices.byMail", nil), options...).Named("mail " + string(spec.Kind)).MayBeEmpty()
		f.SetValue(string(o.c.View.MailFor(spec.Kind)))
		f.OnChanged(func(v string) { o.choose(spec.Kind, v) })
		o.mail[spec.Kind] = f
		lines = append(lines, f)
	}
	if !spec.MailOnly {
		f := kit.CheckField(i18n.T("notices.announce", nil)).Named("announce " + string(spec.Kind))
		if Announced(o.s, string(spec.Kind)) {
			f.SetValue("yes")
		}
		f.OnChanged(func(v string) { o.done(announce(o.s, string(spec.Kind), v == "yes"), "notices.keptHere") })
		lines = append(lines, f)
	}
	return kit.Card(kit.Column(look.M, lines...))
}

func (o *settings) choose(kind rules.Kind, v string) {
	if v == "" || rules.Mail(v) == o.c.View.MailFor(kind) {
		return
	}
	_, err := o.s.Submit(wire.NoticeChoose, wire.ChooseNotice{Kind: string(kind), Mail: v}, cache.Note{Key: "notices.note.choose"})
	o.done(err, "notices.kept")
}

func (o *settings) done(err error, key string) {
	if err != nil {
		o.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		return
	}
	o.strip.Say(look.ToneSuccess, i18n.T(key, nil), "", nil)
}

// refresh shows what was chosen elsewhere.
func (o *settings) refresh() {
	for kind, f := range o.mail {
		if now := string(o.c.View.MailFor(kind)); f.Value() != now {
			f.SetValue(now)
		}
	}
}

package account

import (
	"context"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// First asks for the address of the town hall's portal, shows whose portal
// answers there, and goes on when the person has said that it is theirs.
func First(c *screen.Context, r screen.Route) screen.Screen {
	f := &first{c: c, frame: newFrame()}
	f.address = kit.TextField(t("first.address")).Named("address").Hint(t("first.hint")).Example(t("first.example"))
	f.address.Needed(t("first.missing"))
	f.address.Rule(func(v string) string {
		if _, err := client.BaseURL(v); err != nil {
			return t("first.mistake")
		}
		return ""
	})
	f.address.OnChanged(func(string) { f.hush() })
	f.form = kit.NewForm(t("first.go"), f.look)
	f.form.Add(f.address)
	f.pane = kit.NewSwap(f.form)
	enter := newEntrance(c, f.frame)
	page := f.build(t("first.title"), t("first.lead"), enter, []fyne.CanvasObject{f.pane}, nil)
	given := r.Arg("address")
	if given == "" {
		given = c.Session.Given()
	}
	if given != "" {
		// Whoever started the program with an address has chosen it; where
		// another town was chosen before, the person is asked all the same.
		_, before := c.Session.Portal()
		f.given = !before
		f.address.SetValue(given)
		f.look()
	}
	return screen.Screen{Content: page, Title: t("first.title"), Focus: enter}
}

type first struct {
	*frame
	c       *screen.Context
	address *kit.Field
	form    *kit.Form
	pane    *kit.Swap
	given   bool // by who started the program: not to be asked about
}

type portalFound struct {
	info    wire.TownInfo
	address string
}

// look asks whose portal is at the address.
func (f *first) look() {
	typed := f.address.Value()
	f.hush()
	f.form.MainButton().Busy(t("first.busy"))
	screen.Run(f.c, "probe", func(ctx context.Context) (portalFound, error) {
		info, address, err := f.c.Session.Probe(ctx, typed)
		return portalFound{info, address}, err
	}, func(found portalFound, err error) {
		f.form.MainButton().Ready()
		switch {
		case err != nil:
			f.failed(err)
		case f.given:
			f.choose(found)
		default:
			f.ask(found)
		}
	})
}

// failed tells the ways apart in which an address may lead nowhere.
func (f *first) failed(err error) {
	f.given = false
	switch code := portal.CodeOf(err); code {
	case portal.Invalid, portal.Missing:
		f.form.Check()
		return
	case portal.NotReachable:
		cause := causeOf(err)
		if cause == "" {
			cause = client.NoLine
		}
		again := []fyne.CanvasObject{kit.Secondary(t("first.again"), f.form.Submit).Icon("arrows-clockwise")}
		if cause == client.NameNotFound || cause == client.NotParvis {
			again = nil // the address has to change first
		}
		f.tell(look.ToneError, about("first."+string(cause)), again...)
	default:
		f.tell(look.ToneError, troubleOf(err), kit.Secondary(t("first.again"), f.form.Submit).Icon("arrows-clockwise"))
	}
	f.address.Focus()
}

// ask shows whose portal was found.
func (f *first) ask(found portalFound) {
	yes := kit.Primary(t("first.yes"), func() { f.choose(found) }).Icon("check")
	no := kit.Secondary(t("first.no"), func() {
		f.pane.Set(f.form)
		f.page.Refresh()
		f.address.Focus()
	})
	card := kit.Card(kit.Column(look.M,
		kit.LineTop(look.M, kit.NewIcon("bank", look.Link, 40), kit.Grow(kit.Column(look.XS,
			kit.Muted(t("first.found")), kit.Section(found.info.Name), kit.Muted(found.address)), 200)),
		kit.Body(t("first.ask")),
		kit.Line(look.S+4, yes, no)))
	f.pane.Set(card)
	f.page.Refresh()
	f.c.Window.Canvas().Focus(yes)
}

// choose makes the portal this program's own.
func (f *first) choose(found portalFound) {
	screen.Run(f.c, "choose", func(context.Context) (struct{}, error) {
		return struct{}{}, f.c.Session.Choose(found.info, found.address)
	}, func(_ struct{}, err error) {
		if err != nil {
			f.tell(look.ToneError, troubleOf(err))
			return
		}
		f.c.Replace(screen.To(screen.Home))
	})
}

// Package home is the first screen: signed out, the procedures of the town
// hall; signed in, what awaits the person, the week, and the shortest ways on.
// Each part of it follows the view by itself.
package home

import (
	"context"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/forms"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/wire"
)

// childRecord is the procedure that registers a child.
const childRecord = "fiche-enfant"

// Home builds the first screen.
func Home(c *screen.Context, r screen.Route) screen.Screen {
	switch who, in := c.Session.Person(); {
	case !in:
		return visitor(c, r)
	case who.Agent:
		return staff(c)
	}
	return person(c)
}

// visitor shows what can be asked of the town hall to whom has not signed in;
// on a public computer it says first that whoever was signed in is not any more.
func visitor(c *screen.Context, r screen.Route) screen.Screen {
	town, _ := c.Session.Portal()
	head := kit.Column(look.S,
		kit.Title(i18n.T("home.welcome", map[string]any{"town": town.Name})),
		kit.Muted(i18n.T("home.lead", nil)),
	)
	contact := kit.NewSwap(nil)
	tell := func() { contact.Set(contactCard(c)) }
	tell()
	c.On(tell, view.Topic{Collection: wire.Towns})
	parts := []fyne.CanvasObject{head}
	if r.Arg("ended") != "" {
		parts = append(parts, kit.NewNotice(look.ToneSuccess, i18n.T("home.ended.title", nil), i18n.T("home.ended.text", nil)))
	}
	if begun := resume(c); begun != nil {
		parts = append(parts, begun)
	}
	page := kit.NewPage(kit.Column(look.L, append(parts, forms.CatalogueList(c), contact)...))
	return screen.Screen{Content: page, Title: i18n.T("home.title", nil), Rail: screen.Home}
}

// resume offers to go on with an account that was begun on this computer; nil
// where none was.
func resume(c *screen.Context) fyne.CanvasObject {
	r, found := c.Session.Registration()
	if !found {
		return nil
	}
	route, text := screen.To(screen.Register), i18n.T("home.begun", nil)
	if r.Handle != "" {
		route, text = screen.To(screen.Register, "step", "sent"), i18n.T("home.sent", nil)
	}
	if r.Handle == "" && len(accounts.CheckProfile(r.Profile, r.MailAgain, c.View.Today())) == 0 {
		route = screen.To(screen.Register, "step", "recap") // nothing is left to fill in
	}
	return kit.NewNotice(look.ToneInfo, text, "", kit.Secondary(i18n.T("home.resume", nil), func() {
		// Taken up here, it is not asked about once more.
		screen.Run(c, "resume", func(context.Context) (struct{}, error) {
			return struct{}{}, c.Session.KeepRegistration(r)
		}, func(_ struct{}, err error) {
			if err != nil {
				c.Toasts.Say(look.ToneError, screen.Sentence(err))
				return
			}
			c.Go(route)
		})
	}))
}

// contactCard is how to reach the town hall without this program.
func contactCard(c *screen.Context) fyne.CanvasObject {
	town, ok := c.View.Town()
	if !ok || town.Phone == "" {
		return kit.Gap(0)
	}
	line := func(icon, text string) fyne.CanvasObject {
		return kit.LineTop(look.S, kit.NewIcon(icon, look.Muted, 20), kit.Grow(kit.Body(text), 160))
	}
	return kit.Card(kit.Column(look.S, kit.Section(i18n.T("home.contact", nil)),
		line("phone", town.Phone), line("map-pin", town.Address), line("clock", town.Hours)))
}

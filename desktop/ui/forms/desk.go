package forms

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/proofs"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// Desk is what these screens do besides reading the view. The session does it
// in the program.
type Desk interface {
	proofs.Desk
	Person() (session.Person, bool)
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	Undo(id portal.ID) error
	MarkRead(id portal.ID) error
	Keep(kind, key string, thing any) error
	Kept(kind, key string, thing any) bool
	KeptKeys(kind string) []string
}

var _ Desk = (*session.Session)(nil)

// room is what every screen here works with.
type room struct {
	*screen.Context
	desk Desk
}

func enter(c *screen.Context) room { return room{c, c.Session} }

// The screens, as the window builds them.
var (
	_ screen.Build = Procedures
	_ screen.Build = Procedure
	_ screen.Build = Fill
	_ screen.Build = Confirmed
	_ screen.Build = Requests
	_ screen.Build = Request
	_ screen.Build = Correct
)

// Procedures is the catalogue.
func Procedures(c *screen.Context, r screen.Route) screen.Screen { return enter(c).procedures(r) }

// Procedure is one procedure, read before it is started.
func Procedure(c *screen.Context, r screen.Route) screen.Screen { return enter(c).procedure(r) }

// Fill is a form: the choice of the person, its pages, its recap.
func Fill(c *screen.Context, r screen.Route) screen.Screen { return enter(c).fill(r) }

// Confirmed tells that a request was made, and what happens next.
func Confirmed(c *screen.Context, r screen.Route) screen.Screen { return enter(c).confirmed(r) }

// Requests is all that was asked so far, drafts first.
func Requests(c *screen.Context, r screen.Route) screen.Screen { return enter(c).requests(r) }

// Request is one of them, with all that happened to it.
func Request(c *screen.Context, r screen.Route) screen.Screen { return enter(c).request(r) }

// Correct is what the town hall asked to be corrected, to be answered.
func Correct(c *screen.Context, r screen.Route) screen.Screen { return enter(c).correct(r) }

// say is a text of this module; pairs fill its places.
func say(key string, pairs ...any) string { return words("forms."+key, pairs...) }

func words(key string, pairs ...any) string { return i18n.Say(key, pairs...) }

func in(t requests.Text) string { return t.In(i18n.Language()) }

// paris is an instant as the town's clocks show it.
func paris(t time.Time) time.Time { return t.In(portal.Paris) }

func dateTime(t time.Time) string { return i18n.DateTime(paris(t)) }

// focusSoon puts the focus on something of a screen that is about to be shown.
// The toolkit knows what is on its canvas only once it has drawn it, so a
// first try may come too early.
func (r room) focusSoon(do func()) {
	const frame = 30 * time.Millisecond
	var try func(left int)
	try = func(left int) {
		before := r.Window.Canvas().Focused()
		do()
		if left > 0 && r.Window.Canvas().Focused() == before {
			r.Scope.After("focus", frame, func() { try(left - 1) })
		}
	}
	r.Scope.Go("focus", func(context.Context) error { return nil }, func(error) { try(10) })
}

// context is what answers are judged against here, as the town hall's side
// judges them; fresh is the id that a child not linked yet is named by.
func (r room) context(fresh portal.ID) requests.Context {
	c := requests.Context{Today: r.View.Today(), People: []portal.ID{}}
	for _, child := range r.View.Children() {
		c.People = append(c.People, child.ID)
	}
	if fresh != "" {
		c.People = append(c.People, fresh)
	}
	for _, s := range r.View.Sites() {
		source := "sites"
		if s.Kind != "school" {
			source = "centres"
		}
		if c.Sources == nil {
			c.Sources = map[string][]requests.Choice{"sites": {}, "centres": {}}
		}
		c.Sources[source] = append(c.Sources[source], requests.Choice{ID: string(s.ID), Label: requests.Text{FR: s.Name, EN: s.Name}})
	}
	return c
}

// missing is a screen for a procedure that is not there: gone, or not yet
// received; then it is shown as soon as it arrives.
func (r room) missing(route screen.Route) screen.Screen {
	kind, sentence := kit.NothingFound, say("procedure.gone")
	if _, received := r.View.Town(); !received {
		kind, sentence = kit.NotReceived, ""
	}
	r.On(func() {
		if _, known := r.View.Procedure(route.Arg("id")); known {
			r.Replace(route)
		}
	}, view.Topic{Collection: wire.Procedures})
	return screen.Screen{
		Content: kit.NewPage(kit.EmptyState(kind, "", sentence, say("back"), r.Back)), Title: say("catalogue.title"), Rail: screen.Procedures,
	}
}

// backLink leads to the list that a screen belongs to.
func backLink(label string, do func()) fyne.CanvasObject {
	return kit.Back(label, do)
}

// sentence is what a person reads of a mistake in a form. The rules' own
// sentences about names and addresses are for one's own account: here only
// those of an address' lines and of groups fit.
func sentence(p *requests.Procedure, err error) string {
	var e *portal.Error
	if !errors.As(err, &e) {
		return screen.Sentence(err)
	}
	plain := *e
	plain.Field = ""
	if _, f := p.FieldAt(e.Field); f != nil {
		switch f.Kind {
		case requests.KindAddress:
			if part := lastPart(e.Field); part != f.Key {
				plain.Field = "address." + part
			}
		case requests.KindGroup:
			plain.Field = f.Key
		}
	}
	return screen.Sentence(&plain)
}

// trouble is what a person reads when this computer could not do something.
func trouble(err error) string {
	if code := portal.CodeOf(err); code == portal.Internal || !i18n.Has("error."+string(code)) {
		return say("trouble")
	}
	return screen.Sentence(err)
}

func lastPart(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '.' {
			return path[i+1:]
		}
	}
	return path
}

// fact is a small line with a sign: how long it takes, when it was sent.
func fact(icon, label, text string) fyne.CanvasObject {
	return kit.LineTop(look.S+4, kit.NewIcon(icon, look.Muted, 24), kit.Grow(kit.Column(0, kit.Caption(label), kit.Body(text)), 120))
}

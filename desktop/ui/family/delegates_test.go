package family

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const (
	toJeanne portal.ID = "0190b000-0000-7000-8000-000000000041"
	toLucie  portal.ID = "0190b000-0000-7000-8000-000000000042"
	fromOmar portal.ID = "0190b000-0000-7000-8000-000000000043"
	fromRose portal.ID = "0190b000-0000-7000-8000-000000000044"
	fromInes portal.ID = "0190b000-0000-7000-8000-000000000046"
	tom      portal.ID = "0190b000-0000-7000-8000-000000000045"
)

// accesses is what Claire has given and received: Jeanne books Léa's canteen,
// Lucie has not answered; Omar invites her, and Rose has her see Tom whole.
func accesses() []wire.Change {
	row := func(one wire.Delegation) wire.Change {
		one.Invited = screentest.Monday.At(8, 0).UnixMicro()
		one.Expires = one.Invited + accounts.InvitationLasts.Microseconds()
		return screentest.Row(screentest.Mine, wire.Delegations, one.ID, one)
	}
	lea := []wire.DelegatedChild{{ID: screentest.Lea, FirstName: "Léa"}}
	return []wire.Change{
		row(wire.Delegation{ID: toJeanne, From: screentest.Claire, FromName: "Claire Martel", Mail: "jeanne.martel@exemple.fr", To: "jeanne", ToName: "Jeanne Martel", Kind: "grandparent", Level: "book",
			Children: lea, Activities: []portal.ID{screentest.Canteen}, Until: "2026-08-31", State: "accepted"}),
		row(wire.Delegation{ID: toLucie, From: screentest.Claire, FromName: "Claire Martel", Mail: "lucie.fabre.de-la-rochefoucauld@messagerie.exemple.fr", Kind: "sitter", Level: "see", Children: lea, Until: "2026-08-31", State: "invited"}),
		row(wire.Delegation{ID: fromOmar, From: "omar", FromName: "Omar Berger", Mail: "claire.martel@exemple.fr", Kind: "relative", Level: "see", Children: []wire.DelegatedChild{{ID: "x", FirstName: "Sami"}}, Until: "2026-08-31", State: "invited"}),
		row(wire.Delegation{ID: fromRose, From: "rose", FromName: "Rose Petit", Mail: "claire.martel@exemple.fr", To: screentest.Claire, ToName: "Claire Martel", Kind: "partner", Level: "book",
			Children: []wire.DelegatedChild{{ID: tom, FirstName: "Tom"}}, State: "accepted"}),
		row(wire.Delegation{ID: fromInes, From: "ines", FromName: "Inès Vidal", Mail: "claire.martel@exemple.fr", To: screentest.Claire, ToName: "Claire Martel", Kind: "sitter", Level: "see",
			Children: []wire.DelegatedChild{{ID: "mia", FirstName: "Mia"}}, Until: "2026-08-31", State: "accepted"}),
		screentest.Row(screentest.Mine, wire.Children, tom, wire.Child{ID: tom, FirstName: "Tom", LastName: "Petit", BirthDate: "2017-01-02", Site: screentest.Ferry, Diet: "vegetarian", Custody: "none", Delegated: true}),
	}
}

type accessStage struct {
	*screentest.Desk
	t testing.TB
	w fyne.Window
	c *screen.Context

	screen screen.Screen
}

func onAccess(t testing.TB, d *screentest.Desk, build func(c *screen.Context) screen.Screen) *accessStage {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	c := d.Context(w)
	t.Cleanup(c.Leave)
	built := build(c)
	w.SetContent(built.Content)
	w.Resize(fyne.NewSize(816, 483))
	kittest.Settle(w)
	return &accessStage{d, t, w, c, built}
}

func withAccesses() *screentest.Desk {
	d := screentest.Family()
	d.Get(accesses()...)
	return d
}

func (s *accessStage) settle() {
	s.Drain()
	kittest.Settle(s.w)
}

func (s *accessStage) press(label string) {
	s.t.Helper()
	s.settle()
	for _, b := range kittest.All[*kit.Button](s.w) {
		if b.Text() == label && b.Visible() {
			test.Tap(b)
			s.settle()
			return
		}
	}
	s.t.Fatalf("there is no button %q", label)
}

func (s *accessStage) field(label string) *kit.Field {
	s.t.Helper()
	for _, f := range kittest.All[*kit.Field](s.w) {
		if f.Label() == label || f.Key == label {
			return f
		}
	}
	s.t.Fatalf("there is no field %q", label)
	return nil
}

func (s *accessStage) shows(parts ...string) {
	s.t.Helper()
	s.settle()
	kittest.WantShown(s.t, s.w, parts...)
}

func (s *accessStage) hides(parts ...string) {
	s.t.Helper()
	s.settle()
	kittest.WantHidden(s.t, s.w, parts...)
}

// taken is what the window shows, with the focus nowhere and in no window.
func (s *accessStage) taken() fyne.CanvasObject {
	s.settle()
	o := s.w.Content()
	// A page knows that one has left it when the focus is elsewhere.
	if all := kittest.All[*kit.Button](s.w); len(all) > 0 {
		s.w.Canvas().Focus(all[0])
	}
	s.w.Canvas().Unfocus()
	s.w.SetContent(kit.Gap(1))
	return o
}

// last is the arguments of the newest command.
func (s *accessStage) last(kind string) any {
	s.t.Helper()
	if len(s.Calls) == 0 || s.Calls[len(s.Calls)-1].Kind != kind {
		s.t.Fatalf("%s was not submitted; %+v", kind, s.Calls)
	}
	return s.Calls[len(s.Calls)-1].Args
}

func TestWhoIsInvitedStandsInMesProches(t *testing.T) {
	s := onAccess(t, withAccesses(), func(c *screen.Context) screen.Screen { return Relations(c, screen.To(screen.Relations)) })
	s.shows("Omar Berger vous invite pour Sami", "Rose Petit", "Tom : vous voyez tout, santé comprise, et réservez", "Jeanne Martel", "Léa : voit et réserve", "Mia : vous voyez les jours", "Restauration scolaire", "lucie.fabre.de-la-rochefoucauld@messagerie.exemple.fr", "Invitation envoyée")
	s.press(d("offer.see"))
	if to := s.Routes[len(s.Routes)-1]; to.Name != screen.Access || to.Arg("id") != string(fromOmar) {
		t.Errorf("it leads to %v", to)
	}
	// A child that another parent has one see is no child of one's own.
	if rows := kittest.All[*kit.Row](s.w); len(rows) == 0 {
		t.Fatal("there are no rows")
	}
	s.hides("Tom Petit")
}

// An invitation goes from step to step, keeps what was said on the way back, and
// is sent as it was read over.
func TestInvitingStepByStep(t *testing.T) {
	desk := screentest.Family()
	s := onAccess(t, desk, func(c *screen.Context) screen.Screen { return invite(c, desk, toInvite(screentest.Noe)) })
	s.press(d("next"))
	s.shows(d("who.mailMissing"), d("who.kindMissing"))
	s.field("mail").SetValue("Jeanne.Martel@exemple.fr")
	s.field("kind").SetValue("grandparent")
	s.press(d("next"))
	s.shows("2 sur 4")
	if !kit.Reading(s.w.Canvas().Focused()) {
		t.Errorf("the step begins on %T", s.w.Canvas().Focused())
	}
	if s.field("children").Value() != string(screentest.Noe) {
		t.Error("the child whose page one came from is not the one chosen")
	}
	s.field("children").SetValue("")
	s.press(d("next"))
	// What is missing is said beside the boxes, and at the top with the way there.
	if s.shows(d("what.childrenMissing")); s.field("children").Mistake() != d("what.childrenMissing") {
		t.Errorf("beside the boxes stands %q", s.field("children").Mistake())
	}
	s.w.Canvas().Unfocus()
	kittest.Press(t, s.w, d("what.children"))
	s.settle()
	s.w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if s.field("children").Value() != string(screentest.Lea) {
		t.Error("the way there does not lead to the first box")
	}
	kittest.Press(t, s.w, d("what.notListed"))
	s.settle()
	if to := s.Routes[len(s.Routes)-1]; to.Name != screen.Relations {
		t.Errorf("a child that is missing is looked for at %v", to)
	}
	s.field("level").SetValue("book")
	s.press(d("back"))
	s.press(d("next"))
	if s.field("level").Value() != "book" || s.field("children").Value() != string(screentest.Lea) {
		t.Error("what was said is lost on the way back")
	}
	s.press(d("next"))
	s.field("scope").SetValue("only")
	s.screen.Again()
	s.press(d("next"))
	s.shows(d("bounds.missing"))
	s.field("activities").SetValue(string(screentest.Canteen))
	s.field("bound").SetValue(untilDate)
	s.screen.Again()
	s.field("until").SetValue("2026-03-01")
	s.press(d("next"))
	s.shows("3 sur 4")
	s.field("until").SetValue("2026-06-30")
	s.press(d("next"))
	s.shows("n'est pas encore envoyée", "Réserve pour Léa sur votre compte prépayé, sans voir le prix", "Ne verra jamais votre quotient", "30 juin 2026", "Restauration scolaire")
	if len(s.Calls) > 0 {
		t.Fatal("something was sent before it was read over")
	}
	// Whoever changes a part of it is straight back at the whole, with or
	// without the change.
	edit := func(part int, level, leave string) {
		t.Helper()
		at := 0
		for _, b := range kittest.All[*kit.Button](s.w) {
			if b.Text() == i18n.T("kit.recap.edit", nil) {
				if at == part {
					test.Tap(b)
					break
				}
				at++
			}
		}
		s.settle()
		s.field("level").SetValue(level)
		s.press(leave)
		s.shows("n'est pas encore envoyée")
	}
	edit(1, "see", i18n.T("forms.fill.toRecap", nil))
	s.hides("Réserve pour Léa")
	edit(1, "book", d("back"))
	s.hides("Réserve pour Léa")
	edit(1, "book", i18n.T("forms.fill.toRecap", nil))
	s.shows("Réserve pour Léa")
	s.press(d("send"))
	got := *s.last(wire.DelegationInvite).(*wire.InviteDelegate)
	if got.Mail != "Jeanne.Martel@exemple.fr" || got.Kind != "grandparent" || got.Level != "book" || len(got.Children) != 1 || got.Children[0] != screentest.Lea ||
		len(got.Activities) != 1 || got.Activities[0] != screentest.Canteen || got.Until != "2026-06-30" {
		t.Errorf("what was sent is %+v", got)
	}
	if to := s.Routes[len(s.Routes)-1]; to.Name != screen.Access || to.Arg("id") != string(got.Delegation) {
		t.Errorf("it leads to %v", to)
	}
}

// A partner is asked for no bounds, and what a refusal took is written again.
func TestInvitingAPartnerAgain(t *testing.T) {
	desk := screentest.Family()
	s := onAccess(t, desk, func(c *screen.Context) screen.Screen { return invite(c, desk, toInvite(screentest.Lea)) })
	s.field("mail").SetValue("hugo@exemple.fr")
	s.field("kind").SetValue("partner")
	s.press(d("next"))
	s.shows("2 sur 3")
	s.press(d("next"))
	s.shows("Voit la santé de Léa")
	s.press(d("send"))
	if got := *s.last(wire.DelegationInvite).(*wire.InviteDelegate); got.Kind != "partner" || got.Until != "" || got.Activities != nil {
		t.Errorf("what was sent is %+v", got)
	}
	refused := desk.Refused(portal.E(accounts.TooManyInvitations, "mail", "max", "10"))
	again := onAccess(t, desk, func(c *screen.Context) screen.Screen {
		return invite(c, desk, screen.To(screen.Invite, "refused", string(refused)))
	})
	if again.field("mail").Value() != "hugo@exemple.fr" || again.field("kind").Value() != "partner" {
		t.Error("what was typed is lost")
	}
	again.press(d("next"))
	again.press(d("next"))
	again.press(d("send"))
	if len(desk.Read) != 1 || desk.Read[0] != refused {
		t.Errorf("the refusal still stands: %v", desk.Read)
	}
}

func TestAnsweringAndEnding(t *testing.T) {
	access := func(id portal.ID) (*screentest.Desk, *accessStage) {
		desk := withAccesses()
		return desk, onAccess(t, desk, func(c *screen.Context) screen.Screen { return openAccess(c, desk, toAccess(id)).screen() })
	}
	_, s := access(fromOmar)
	s.shows("Omar Berger vous fait confiance", "Vous voyez les jours de Sami", "ni son quotient", "Un proche")
	s.press(d("accept"))
	if s.last(wire.DelegationAccept).(*wire.AcceptDelegation).Delegation != fromOmar {
		t.Error("another invitation was accepted")
	}
	s.shows("En attente d'envoi")

	_, s = access(fromOmar)
	s.press(d("decline"))
	if len(s.Calls) != 0 {
		t.Error("it is declined before one was asked")
	}
	s.press(d("ask.decline.no"))
	if len(s.Calls) != 0 {
		t.Error("it is declined although one went back")
	}
	s.press(d("decline"))
	if s.c.Dialogs.Open() == "" {
		t.Fatal("nobody asks")
	}

	_, s = access(toJeanne)
	s.shows("Accès de Jeanne Martel", "Voit les jours de Léa : Restauration scolaire.", "sans voir le prix", "jeanne.martel@exemple.fr", "31 août 2026")
	s.press(d("end"))
	for _, b := range kittest.All[*kit.Button](s.w) {
		if b.Text() == d("end") && b.Visible() {
			test.Tap(b) // the last of them is the dialog's
		}
	}
	s.settle()
	if len(s.Calls) != 1 || s.Calls[0].Kind != wire.DelegationEnd {
		t.Errorf("what was done is %+v", s.Calls)
	}
	s.shows("Cet accès est terminé")

	_, s = access(toLucie)
	s.shows("Rien n'est partagé tant que", d("withdraw"))
	_, s = access(fromRose)
	s.shows("Vous voyez la santé de Tom", d("leave"), "Fiche de Tom")
	// It ends elsewhere while one looks.
	desk, s := access(fromRose)
	desk.Get(screentest.Gone(screentest.Mine, wire.Delegations, fromRose))
	s.shows("Cet accès n'existe plus.")
}

// An access is changed in the steps of an invitation, starting from what stands:
// what it does is said before it is saved, and another child is invited for.
func TestAnAccessIsChangedInPlace(t *testing.T) {
	desk := withAccesses()
	page := onAccess(t, desk, func(c *screen.Context) screen.Screen { return openAccess(c, desk, toAccess(toJeanne)).screen() })
	page.press(d("modify"))
	to := page.Routes[len(page.Routes)-1]
	if to.Name != screen.Invite || to.Arg("change") != string(toJeanne) {
		t.Fatalf("it leads to %v", to)
	}
	s := onAccess(t, desk, func(c *screen.Context) screen.Screen { return invite(c, desk, to) })
	s.shows("Jeanne Martel · 1 sur 3")
	if s.field("level").Value() != "book" || s.field("children").Value() != string(screentest.Lea) {
		t.Error("it does not begin with what stands")
	}
	s.field("level").SetValue("see")
	s.field("children").SetValue(string(screentest.Noe))
	s.press(d("next"))
	s.shows("Gardez au moins un des enfants actuels")
	s.field("children").SetValue(string(screentest.Lea) + " " + string(screentest.Noe))
	s.press(d("next"))
	if s.field("scope").Value() != "only" || s.field("activities").Value() != string(screentest.Canteen) {
		t.Error("the activities are not those that stand")
	}
	s.press(d("next"))
	s.hides("Qui invitez-vous ?")
	s.shows("Vérifier les changements", "La personne", "disparaît tout de suite chez Jeanne Martel", "Jeanne Martel doit d'abord accepter pour Noé")
	if len(s.Calls) > 0 {
		t.Fatal("something was sent before it was read over")
	}
	s.press("Enregistrer")
	got := *s.last(wire.DelegationChange).(*wire.ChangeDelegation)
	if got.Delegation != toJeanne || got.Level != "see" || len(got.Children) != 2 || len(got.Activities) != 1 || got.Until != "2026-08-31" || !got.Invitation.Valid() {
		t.Errorf("what was sent is %+v", got)
	}
	page.shows("En attente d'envoi", "Voit les jours de Léa")
	page.hides(d("modify"), "sans voir le prix")
}

// A partner reads a child's health, and changes nothing.
func TestAPartnersPageOfAChild(t *testing.T) {
	desk := withAccesses()
	s := onAccess(t, desk, func(c *screen.Context) screen.Screen { return openChild(c, desk, toChild(tom)).screen() })
	s.shows("Tom Petit", "Végétarien", "sans les changer")
	s.hides("Modifier", d("invite"))
	s = onAccess(t, desk, func(c *screen.Context) screen.Screen { return openChild(c, desk, toChild(screentest.Lea)).screen() })
	s.shows(d("others.title"), "Jeanne Martel", d("invite"))
}

func TestTheAccessScreensFit(t *testing.T) {
	desk := withAccesses()
	fill := func(s *accessStage) {
		s.field("mail").SetValue("marie-antoinette-josephine.de-la-rochefoucauld@messagerie-exemple.fr")
		s.field("kind").SetValue("grandparent")
	}
	for name, build := range map[string]func() fyne.CanvasObject{
		"relations": func() fyne.CanvasObject {
			return onAccess(t, desk, func(c *screen.Context) screen.Screen { return Relations(c, screen.To(screen.Relations)) }).taken()
		},
		"who": func() fyne.CanvasObject {
			s := onAccess(t, desk, func(c *screen.Context) screen.Screen { return invite(c, desk, toInvite("")) })
			s.press(d("next"))
			return s.taken()
		},
		"what": func() fyne.CanvasObject {
			s := onAccess(t, desk, func(c *screen.Context) screen.Screen { return invite(c, desk, toInvite("")) })
			fill(s)
			s.press(d("next"))
			s.press(d("next"))
			return s.taken()
		},
		"bounds": func() fyne.CanvasObject {
			s := onAccess(t, desk, func(c *screen.Context) screen.Screen { return invite(c, desk, toInvite(screentest.Lea)) })
			fill(s)
			s.press(d("next"))
			s.press(d("next"))
			s.field("scope").SetValue("only")
			s.field("bound").SetValue(untilDate)
			s.screen.Again()
			s.press(d("next"))
			return s.taken()
		},
		"recap": func() fyne.CanvasObject {
			s := onAccess(t, desk, func(c *screen.Context) screen.Screen { return invite(c, desk, toInvite(screentest.Lea)) })
			fill(s)
			s.press(d("next"))
			s.press(d("next"))
			s.press(d("next"))
			return s.taken()
		},
		"changed": func() fyne.CanvasObject {
			s := onAccess(t, desk, func(c *screen.Context) screen.Screen {
				return invite(c, desk, screen.To(screen.Invite, "change", string(toJeanne)))
			})
			s.field("children").SetValue(string(screentest.Lea) + " " + string(screentest.Noe))
			s.press(d("next"))
			s.press(d("next"))
			return s.taken()
		},
		"mine":    func() fyne.CanvasObject { return accessPage(t, desk, toJeanne) },
		"given":   func() fyne.CanvasObject { return accessPage(t, desk, toLucie) },
		"offered": func() fyne.CanvasObject { return accessPage(t, desk, fromOmar) },
		"partner": func() fyne.CanvasObject { return accessPage(t, desk, fromRose) },
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, build)
		})
	}
}

func accessPage(t *testing.T, desk *screentest.Desk, id portal.ID) fyne.CanvasObject {
	return onAccess(t, desk, func(c *screen.Context) screen.Screen { return openAccess(c, desk, toAccess(id)).screen() }).taken()
}

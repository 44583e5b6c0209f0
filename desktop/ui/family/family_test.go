package family

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

type stage struct {
	*screentest.Desk
	t testing.TB
	w fyne.Window
	c *screen.Context
}

func show(t testing.TB, d *screentest.Desk, build func(*screen.Context) screen.Screen) *stage {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	c := d.Context(w)
	t.Cleanup(c.Leave)
	w.SetContent(build(c).Content)
	w.Resize(fyne.NewSize(816, 2400)) // all of it, so that every button can be pressed
	kittest.Settle(w)
	return &stage{d, t, w, c}
}

func child(t testing.TB, d *screentest.Desk) *stage {
	return show(t, d, func(c *screen.Context) screen.Screen { return openChild(c, d, toChild(screentest.Lea)).screen() })
}

func part(t testing.TB, d *screentest.Desk, name string, args ...string) *stage {
	return show(t, d, func(c *screen.Context) screen.Screen { return change(c, d, toChange(screentest.Lea, name, args...)) })
}

func (s *stage) all() string {
	s.Drain()
	kittest.Settle(s.w)
	return strings.ReplaceAll(strings.Join(kittest.Texts(s.w), "\n"), "\u00a0", " ")
}

func (s *stage) reads(parts ...string) {
	s.t.Helper()
	all := s.all()
	for _, p := range parts {
		if !strings.Contains(all, p) {
			s.t.Errorf("%q is not shown; there is %q", p, all)
		}
	}
}

func (s *stage) lacks(parts ...string) {
	s.t.Helper()
	all := s.all()
	for _, p := range parts {
		if strings.Contains(all, p) {
			s.t.Errorf("%q is shown: %q", p, all)
		}
	}
}

func (s *stage) field(name string) *kit.Field {
	s.t.Helper()
	if f := kittest.All[*kit.Form](s.w)[0].Field(name); f != nil {
		return f
	}
	s.t.Fatalf("no field %s", name)
	return nil
}

func (s *stage) press(label string) {
	s.t.Helper()
	kittest.Press(s.t, s.w, label)
	s.Drain()
	kittest.Settle(s.w)
}

func (s *stage) last() screentest.Call {
	s.t.Helper()
	if len(s.Calls) == 0 {
		s.t.Fatal("nothing was submitted")
	}
	return s.Calls[len(s.Calls)-1]
}

func TestTheListTellsWhoAndWhatOneMayDo(t *testing.T) {
	kittest.Light(t)
	d := screentest.Apart()
	s := show(t, d, func(c *screen.Context) screen.Screen { return Relations(c, screen.To(screen.Relations)) })
	s.reads("Léa Martel", "12 mars 2018", "École Jules-Ferry", "Autre parent : Hugo Martel, une semaine sur deux", "réserver et annuler sur votre solde", "Noé Martel")
	d.Get(screentest.Shared(func(c *wire.Child) {
		c.Asked = &wire.WeeksProposal{ChildWeeks: wire.ChildWeeks{Weeks: family.Weeks{Anchor: screentest.Monday}, With: "Hugo Martel"}, ID: portal.NewID()}
	}))
	s.reads("Réponse attendue")

	empty := screentest.New(screentest.Claire, screentest.Monday.At(9, 0), screentest.TownRows()...)
	s = show(t, empty, func(c *screen.Context) screen.Screen { return Relations(c, screen.To(screen.Relations)) })
	s.reads("pas encore arrivées")
	empty.Get(screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, wire.Account{ID: screentest.Claire, Kind: wire.Family}))
	s.reads("Aucun enfant n'est encore rattaché")
	s.press("Remplir une fiche enfant")
	if len(empty.Routes) != 1 || empty.Routes[0].Arg("id") != "fiche-enfant" {
		t.Errorf("went to %v", empty.Routes)
	}
}

func TestAChildsPage(t *testing.T) {
	kittest.Light(t)
	d := screentest.Apart()
	d.Get(screentest.Row(screentest.Mine, wire.Notices, "n1", wire.Notice{ID: "n1", Kind: "child", About: screentest.Lea, At: 1}))
	s := child(t, d)
	s.reads("Repas ordinaire", "Arachides", "Il y a un PAI", "Stylo dans la trousse rouge", "Servi par la cantine", "Changé par Hugo Martel", "6 mars 2026",
		"Jeanne Morel (grand-mère)", "06 39 98 01 32", "parents séparés", "Chez vous", "Chez Hugo Martel", "Du lundi 9 mars au dimanche 15 mars")
	// What stands here is no longer news.
	if c := s.last(); c.Kind != wire.NoticeRead || c.Args.(*wire.ReadNotices).Notices[0] != "n1" {
		t.Errorf("submitted %+v", c)
	}
	// Parents who live together have no weeks, a relative no health.
	d.Get(screentest.Shared(func(c *wire.Child) {
		c.Custody, c.Weeks, c.Adults[0].Custody = "full", nil, "full"
	}))
	s.lacks("Semaines alternées")
	d.Get(screentest.Gone(screentest.Mine, wire.Children, screentest.Lea))
	s.reads("n'est plus rattachée")
}

func TestHealthIsChanged(t *testing.T) {
	kittest.Light(t)
	d := screentest.Apart()
	s := part(t, d, partHealth)
	s.reads("Ne donnez jamais de diagnostic", "N'indiquez pas le nom de la maladie")
	s.field("diet").SetValue("vegetarian")
	s.field("care_actions").SetValue("")
	s.press("Enregistrer")
	if len(d.Calls) != 0 {
		t.Fatalf("submitted %+v", d.Calls)
	}
	s.reads("Indiquez ce qu'il faut faire.")
	s.field("care_actions").SetValue("Appeler le 15.")
	s.press("Enregistrer")
	a := s.last().Args.(*wire.ChangeHealth)
	want := family.Health{Diet: "vegetarian", Allergies: "Arachides", CarePlan: true, CareActions: "Appeler le 15."}
	if a.Health != want || a.Was.Diet != "standard" || a.Was.CareActions == "" {
		t.Errorf("submitted %+v", a)
	}
	// It is shown as it will be, and that it waits.
	page := child(t, d)
	page.reads("Végétarien", "Appeler le 15.", "En attente d'envoi", "Changé par Claire Martel")
}

// Without a care plan nothing about one is asked, nor missed.
func TestHealthWithoutACarePlan(t *testing.T) {
	kittest.Light(t)
	d := screentest.Apart()
	d.Get(screentest.Shared(func(c *wire.Child) { c.CarePlan, c.CareActions = false, "" }))
	s := part(t, d, partHealth)
	s.lacks("Que faut-il faire ?", "La famille apporte le repas")
	s.field("allergies").SetValue("Kiwi")
	s.press("Enregistrer")
	if a := s.last().Args.(*wire.ChangeHealth); a.Health != (family.Health{Diet: "standard", Allergies: "Kiwi"}) {
		t.Errorf("submitted %+v", a)
	}
}

// The other parent changes the same while one types: it is said, what is typed
// stays, and what is sent knows what was seen.
func TestTheOtherParentChangesTheSame(t *testing.T) {
	kittest.Light(t)
	d := screentest.Apart()
	s := part(t, d, partHealth)
	s.field("allergies").SetValue("Arachides, kiwi")
	d.Get(screentest.Shared(func(c *wire.Child) { c.Diet, c.CarePlan, c.CareActions = "without-pork", false, "" }))
	s.reads("Hugo Martel a changé ces renseignements entre-temps", "Sans porc")
	if got := s.field("allergies").Value(); got != "Arachides, kiwi" {
		t.Errorf("typed: %q", got)
	}
	s.press("Enregistrer")
	if a := s.last().Args.(*wire.ChangeHealth); a.Was.Diet != "without-pork" || a.Was.CarePlan || a.Health.Allergies != "Arachides, kiwi" {
		t.Errorf("submitted %+v", a)
	}
	// Or it crosses on the way: refused, and one's answers are taken up again.
	d.Hand()
	d.Refused(portal.E(family.ChangedMeanwhile, "health", "by", "Hugo Martel"), screentest.Shared(func(c *wire.Child) { c.Diet = "vegetarian" }))
	page := child(t, d)
	page.reads("Hugo Martel l'avait changé entre-temps", "Rien de ce que vous avez écrit n'est perdu")
	page.press("Reprendre ma saisie")
	r := d.Routes[len(d.Routes)-1]
	again := show(t, d, func(c *screen.Context) screen.Screen { return change(c, d, r) })
	again.reads("a changé ces renseignements entre-temps", "Végétarien")
	if got := again.field("allergies").Value(); got != "Arachides, kiwi" {
		t.Errorf("taken up: %q", got)
	}
	again.press("Enregistrer")
	if a := again.last().Args.(*wire.ChangeHealth); a.Was.Diet != "vegetarian" || a.Health.Allergies != "Arachides, kiwi" || len(d.Read) != 1 {
		t.Errorf("sent anew: %+v, read %v", a, d.Read)
	}
}

func TestWhoMayCollectIsChanged(t *testing.T) {
	kittest.Light(t)
	d := screentest.Apart()
	s := part(t, d, partCollect)
	s.press("Ajouter une personne")
	s.press("Enregistrer")
	s.reads("Indiquez le lien avec l'enfant", "Indiquez un numéro de téléphone")
	s.field("lastName 2").SetValue("Morel")
	s.field("firstName 2").SetValue("Paul")
	s.field("relation 2").SetValue("grand-père")
	s.field("phone 2").SetValue("06 39 98 01 33")
	s.press("Enregistrer")
	a := s.last().Args.(*wire.ChangeCollectors)
	if len(a.Was) != 1 || len(a.Collectors) != 2 || a.Collectors[1].Phone != "+33639980133" {
		t.Errorf("submitted %+v", a)
	}
	// The first is taken off, and put back.
	s = part(t, d, partCollect)
	s.press("Retirer")
	s.reads("Jeanne Morel n'est plus dans la liste")
	s.press("Remettre")
	if got := s.field("firstName 1").Value(); got != "Jeanne" {
		t.Errorf("put back: %q", got)
	}
	n := len(d.Calls)
	s.press("Enregistrer") // nothing has changed: nothing is sent
	if len(d.Calls) != n {
		t.Errorf("submitted %+v", s.last())
	}
}

func TestWeeksAreProposedAnsweredAndEnded(t *testing.T) {
	kittest.Light(t)
	d := screentest.Apart()
	d.Get(screentest.Shared(func(c *wire.Child) { c.Weeks = nil }))
	s := part(t, d, partWeeks)
	s.press("Proposer à Hugo Martel")
	s.reads("Choisissez chez qui l'enfant est cette semaine-là.")
	if len(d.Calls) != 0 {
		t.Fatalf("submitted %+v", d.Calls)
	}
	s.field("first").SetValue("theirs")
	s.field("kind").SetValue("friday")
	s.Drain()
	s.field("first").SetValue("mine")
	s.press("Proposer à Hugo Martel")
	a := s.last().Args.(*wire.ProposeWeeks)
	if a.Weeks.Anchor != "2026-03-07" || !a.Mine || a.Child != screentest.Lea {
		t.Errorf("proposed %+v", a)
	}
	d.Accepted(screentest.Shared(func(c *wire.Child) {
		c.Weeks = nil
		c.Asked = &wire.WeeksProposal{ChildWeeks: wire.ChildWeeks{Weeks: a.Weeks, Mine: true, With: "Hugo Martel"}, ID: a.Proposal, Own: true}
	}))
	page := child(t, d)
	page.reads("Proposé à Hugo Martel, qui n'a pas encore répondu", "Du samedi 7 mars au vendredi 13 mars : chez vous")
	page.press("Retirer ma proposition")
	if w := page.last().Args.(*wire.AnswerWeeks); w.Accept || w.Proposal != a.Proposal {
		t.Errorf("%+v", w)
	}
	// The other's is answered here.
	d.Accepted(screentest.Shared(func(c *wire.Child) {
		c.Weeks = nil
		c.Asked = &wire.WeeksProposal{ChildWeeks: wire.ChildWeeks{Weeks: a.Weeks, With: "Hugo Martel"}, ID: a.Proposal}
	}))
	page.reads("Hugo Martel vous propose des semaines alternées", "chez Hugo Martel", "Rien ne change tant que vous n'avez pas accepté")
	page.press("Accepter")
	if w := page.last().Args.(*wire.AnswerWeeks); !w.Accept {
		t.Errorf("%+v", w)
	}
	page.reads("Votre réponse est en attente d'envoi", "Vous avez accepté ce que Hugo Martel propose.")
	d.Accepted(screentest.Shared(func(*wire.Child) {}))
	page.press("Ne plus marquer les semaines")
	if page.c.Dialogs.Open() == "" {
		t.Fatal("it is not asked")
	}
}

// Who pays is a setting of its own: proposed, answered and ended beside the
// weeks, and only where there are any.
// What the town hall has written of who pays is read, and nothing of what is over.
func TestWhoPaysAsTheTownHallHasWrittenIt(t *testing.T) {
	kittest.Light(t)
	d := screentest.Apart()
	d.Get(screentest.Shared(func(c *wire.Child) {
		c.Payers = []wire.ChildPayers{{From: "2025-09-01", Parts: []wire.PayerPart{{Percent: 100, Name: "Comité social"}}},
			{From: "2026-01-05", Parts: []wire.PayerPart{{Percent: 35, Name: "Hugo Martel"}, {Percent: 65, Own: true, Booker: true}}}, {From: "2026-09-01"}}
	}))
	page := child(t, d)
	page.reads("Qui paie, écrit par la mairie", "Depuis le 5 janvier 2026 : Hugo Martel (35 %) et vous, pour les jours que vous réservez (65 %).", "À partir du 1er septembre 2026 : le parent qui réserve.")
	kittest.WantHidden(t, page.w, "Comité social")
}

func TestWhoPaysIsProposedAnsweredAndEnded(t *testing.T) {
	kittest.Light(t)
	d := screentest.Apart()
	d.Get(screentest.Shared(func(c *wire.Child) { c.Weeks = nil }))
	page := child(t, d)
	page.reads("Qui paie", "Chacun paie les jours qu'il réserve", "Quand vos semaines alternées seront inscrites")
	d.Get(screentest.Shared(func(*wire.Child) {}))
	page.press("Proposer que chacun paie ses semaines")
	if len(d.Calls) != 0 || page.c.Dialogs.Open() == "" {
		t.Fatalf("it is not asked; %+v", d.Calls)
	}
	page.press("Proposer à Hugo Martel")
	a := page.last().Args.(*wire.ProposePaying)
	if a.Paying != family.EachOwnWeeks || a.Child != screentest.Lea {
		t.Errorf("proposed %+v", a)
	}
	asked := func(own bool) wire.Change {
		return screentest.Shared(func(c *wire.Child) { c.AskedPaying = &wire.PayingProposal{ID: a.Proposal, Rule: a.Paying, Own: own} })
	}
	d.Accepted(asked(true))
	page.reads("Proposé à Hugo Martel, qui n'a pas encore répondu")
	page.press("Retirer ma proposition")
	if w := page.last().Args.(*wire.AnswerPaying); w.Accept || w.Proposal != a.Proposal {
		t.Errorf("%+v", w)
	}
	d.Accepted(asked(false))
	page.reads("Hugo Martel propose que chacun paie ses semaines", "Cela vaut pour ce qui sera réservé après votre accord")
	page.press("Accepter")
	if w := page.last().Args.(*wire.AnswerPaying); !w.Accept {
		t.Errorf("%+v", w)
	}
	page.reads("Votre réponse est en attente d'envoi", "Vous avez accepté ce que Hugo Martel propose.")
	d.Accepted(screentest.Shared(func(c *wire.Child) {
		c.Paying = &wire.ChildPaying{Rule: family.EachOwnWeeks, At: screentest.Monday.At(9, 0).UnixMicro()}
	}))
	page.reads("Chacun paie les jours de ses semaines, que ce soit vous ou Hugo Martel qui réserve", "vous ne voyez pas le prix des jours payés par Hugo Martel")
	before := len(d.Calls)
	page.press("Revenir à : qui réserve paie")
	if len(d.Calls) != before || page.c.Dialogs.Open() == "" {
		t.Error("the end is not asked")
	}
}

// Of two proposals at once the weeks are to be answered first.
func TestOfTwoProposalsOneIsTheMainAction(t *testing.T) {
	kittest.Light(t)
	d := screentest.Apart()
	d.Get(screentest.Shared(func(c *wire.Child) {
		c.Asked = &wire.WeeksProposal{ChildWeeks: *c.Weeks, ID: portal.NewID()}
		c.AskedPaying = &wire.PayingProposal{ID: portal.NewID(), Rule: family.EachOwnWeeks}
	}))
	page := child(t, d)
	main := func() (all []bool) {
		for _, b := range kittest.All[*kit.Button](page.w) {
			if b.Text() == "Accepter" {
				all = append(all, b.Main())
			}
		}
		return all
	}
	if got := main(); !slices.Equal(got, []bool{true, false}) {
		t.Errorf("the main actions are %v", got)
	}
	page.press("Accepter")
	if got := main(); !slices.Equal(got, []bool{true}) {
		t.Errorf("once the weeks are answered: %v", got)
	}
}

func TestTextsFitTheirBoxes(t *testing.T) {
	long := func(c *wire.Child) {
		c.FirstName, c.LastName = "Maximilienne-Augusta", "de la Rochefoucauld-Montbazon"
		c.Allergies = "Arachides, fruits à coque, lait, œufs, gluten, poissons, crustacés et mollusques"
		c.Adults[0].Name, c.Weeks.With = "Jean-Christophe de la Rochefoucauld", "Jean-Christophe de la Rochefoucauld"
		c.Asked = &wire.WeeksProposal{ChildWeeks: *c.Weeks, ID: portal.NewID()}
		c.Paying = &wire.ChildPaying{Rule: family.EachOwnWeeks, At: 1}
		c.AskedPaying = &wire.PayingProposal{ID: portal.NewID(), Rule: family.EachOwnWeeks}
		c.Payers = []wire.ChildPayers{{From: "2026-01-05", Parts: []wire.PayerPart{{Percent: 35, Name: "Jean-Christophe de la Rochefoucauld"}, {Percent: 65, Own: true, Booker: true}}}, {From: "2026-09-01"}}
	}
	for name, build := range map[string]func(d *screentest.Desk, c *screen.Context) screen.Screen{
		"list": func(d *screentest.Desk, c *screen.Context) screen.Screen {
			return Relations(c, screen.To(screen.Relations))
		},
		"child": func(d *screentest.Desk, c *screen.Context) screen.Screen {
			return openChild(c, d, toChild(screentest.Lea)).screen()
		},
		"health": func(d *screentest.Desk, c *screen.Context) screen.Screen {
			return change(c, d, toChange(screentest.Lea, partHealth))
		},
		"collect": func(d *screentest.Desk, c *screen.Context) screen.Screen {
			return change(c, d, toChange(screentest.Lea, partCollect))
		},
		"weeks": func(d *screentest.Desk, c *screen.Context) screen.Screen {
			return change(c, d, toChange(screentest.Lea, partWeeks))
		},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				d := screentest.Apart()
				d.Get(screentest.Shared(long))
				w := test.NewWindow(nil)
				t.Cleanup(w.Close)
				o := build(d, d.Context(w)).Content
				before := kittest.Window(t, o, kittest.Small)
				if forms := kittest.All[*kit.Form](before); len(forms) > 0 {
					forms[0].Submit()
				}
				before.Canvas().Unfocus()
				return o
			})
		})
	}
}

func TestTheKeyboardReachesEverything(t *testing.T) {
	kittest.App(t, look.Light, 1, false, i18n.French)
	kittest.Walk(t, child(t, screentest.Apart()).w)
	kittest.Walk(t, part(t, screentest.Apart(), partCollect).w)
}

// Whoever has sent a child record is not asked for it again.
func TestARecordThatIsReadStandsInMesProches(t *testing.T) {
	kittest.Light(t)
	d := screentest.New(screentest.Claire, screentest.Monday.At(9, 0), append(screentest.TownRows(),
		screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, wire.Account{ID: screentest.Claire, Kind: wire.Family}),
		screentest.Row(screentest.Mine, wire.Requests, "r1", wire.Request{ID: "r1", Account: screentest.Claire, Procedure: "fiche-enfant", Version: 1, State: "in_review", Person: "Noé Martel"}))...)
	s := show(t, d, func(c *screen.Context) screen.Screen { return Relations(c, screen.To(screen.Relations)) })
	s.reads("La fiche enfant de Noé Martel est à la mairie")
	s.lacks("Remplir une fiche enfant")
	s.press("Voir la demande")
	if len(d.Routes) != 1 || d.Routes[0].Name != screen.Request || d.Routes[0].Arg("id") != "r1" {
		t.Errorf("went to %v", d.Routes)
	}
}

package closures

import (
	"context"
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
	"parvis/desktop/ui/task"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const grève portal.ID = "0190b000-0000-7000-8000-0000000000c1"

// town is the agent's desk with what the town hall counts.
type town struct {
	*screentest.Desk
	noLine  bool
	preview wire.ClosurePreview
	asked   []wire.DeclareClosure
	fails   error
}

func (d *town) HasLine() bool { return !d.noLine }

func (d *town) PreviewClosure(_ context.Context, args wire.DeclareClosure) (wire.ClosurePreview, error) {
	d.asked = append(d.asked, args)
	return d.preview, d.fails
}

func desktop() *town {
	return &town{Desk: screentest.Staff(), preview: wire.ClosurePreview{Bookings: 158, Children: 122, Families: 96, Credit: 50_560, Lines: []wire.ClosureLine{
		{Activity: screentest.Canteen, Site: screentest.Ferry, Bookings: 84}, {Activity: screentest.Canteen, Site: screentest.Tilleul, Bookings: 74},
	}}}
}

func closed(c bookings.Closure) wire.Change {
	return screentest.Row(wire.TownFeed, wire.Closures, c.ID, c)
}

func fewer(feed string, closure, activity, site portal.ID, day portal.Date, n int) wire.Change {
	return screentest.Row(feed, wire.ClosureDays, wire.ClosureKey(closure, activity, site, day), wire.ClosureDay{Closure: closure, Activity: activity, Site: site, Day: day, Fewer: n})
}

// strike is one of the canteens, with what the desk is told of it.
func strike(change func(*bookings.Closure)) []wire.Change {
	c := bookings.Closure{ID: grève, Kind: bookings.Strike, Activities: []portal.ID{screentest.Canteen}, Period: portal.Period{From: screentest.Thursday, To: screentest.Friday},
		Reason: "Une partie du personnel de restauration est en grève. Les enfants déjeunent à la maison ces deux jours.", Declared: screentest.Monday.At(8, 0).UnixMicro()}
	if change != nil {
		change(&c)
	}
	desk := wire.DeskFeed(screentest.Childhood)
	return []wire.Change{
		closed(c),
		fewer(desk, grève, screentest.Canteen, screentest.Ferry, screentest.Thursday, 84), fewer(desk, grève, screentest.Canteen, screentest.Tilleul, screentest.Thursday, 74),
		fewer(desk, grève, screentest.Canteen, screentest.Ferry, screentest.Friday, 80),
		// The same day in the site's own feed is not counted twice.
		fewer(wire.SiteFeed(screentest.Ferry), grève, screentest.Canteen, screentest.Ferry, screentest.Thursday, 84),
	}
}

type shown struct {
	*town
	t      *testing.T
	w      fyne.Window
	c      *screen.Context
	queue  *task.Queue
	runner *task.Runner
	form   *declaring
}

func show(t *testing.T, d *town, build func(c *screen.Context) screen.Screen) *shown {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	s := &shown{town: d, t: t, w: w, c: d.Context(w)}
	s.runner, s.queue = task.NewQueued(nil)
	s.c.Scope = s.runner.Scope()
	t.Cleanup(s.c.Leave)
	w.SetContent(build(s.c).Content)
	w.Resize(fyne.NewSize(1024, 600))
	s.settle()
	return s
}

func (s *shown) settle() {
	s.Drain()
	s.queue.Settle(s.runner)
	kittest.Settle(s.w)
}

func (s *shown) reads(parts ...string) {
	s.t.Helper()
	s.settle()
	all := strings.ReplaceAll(strings.Join(kittest.Texts(s.w), "\n"), "\u00a0", " ")
	for _, p := range parts {
		if !strings.Contains(all, p) {
			s.t.Errorf("%q is not shown; there is %q", p, all)
		}
	}
}

func listOf(t *testing.T, d *town, args ...string) *shown {
	return show(t, d, func(c *screen.Context) screen.Screen { return open(c, d, screen.To(screen.Closures, args...)).screen() })
}

func declareOf(t *testing.T, d *town) *shown {
	var form *declaring
	s := show(t, d, func(c *screen.Context) screen.Screen {
		form = openDeclare(c, d)
		return form.screen()
	})
	s.form = form
	return s
}

// answer fills the form in as an agent does.
func (s *shown) answer(values map[string]string) *shown {
	for _, key := range []string{"kind", "from", "to", "sites", "class", "activities", "reason"} {
		if v, given := values[key]; given {
			s.form.form.Field(key).SetValue(v)
		}
	}
	s.form.narrow()
	return s
}

var strikeAnswers = map[string]string{"kind": "strike", "from": string(screentest.Thursday), "to": string(screentest.Friday), "sites": every, "activities": string(screentest.Canteen),
	"reason": "Une partie du personnel est en grève."}

func TestClosuresAreListedWithWhatTheyCost(t *testing.T) {
	kittest.Light(t)
	d := desktop()
	s := listOf(t, d)
	s.reads("Aucune fermeture n'a été déclarée.")
	d.Get(strike(nil)...)
	s.reads("À venir et en cours", "Grève, du jeudi 12 mars au vendredi 13 mars", "Restauration scolaire · tous les établissements", "238 repas de moins", "Fermé")
	kittest.All[*kit.Row](s.w)[0].Tapped(nil)
	if len(s.Routes) != 1 || s.Routes[0].Arg("id") != string(grève) {
		t.Fatalf("it leads to %v", s.Routes)
	}
	d.Get(strike(func(c *bookings.Closure) { c.Period = portal.Period{From: "2026-03-02", To: "2026-03-02"} })...)
	s.reads("Aucune fermeture à venir.", "Passées", "Grève, lundi 2 mars", "Terminée")
}

func TestOneClosureIsShownWholeAndTakenBack(t *testing.T) {
	kittest.Light(t)
	d := desktop()
	d.Get(strike(nil)...)
	s := listOf(t, d, "id", string(grève))
	s.reads("Ce que lisent les familles", "Une partie du personnel", "Jeudi 12 mars · École Jules-Ferry", "84 repas de moins", "74 repas de moins")
	kittest.Press(t, s.w, "Annuler cette fermeture")
	s.reads("Ce qui avait été annulé est de nouveau réservé")
	if len(s.Calls) != 0 {
		t.Fatalf("submitted before it was asked: %+v", s.Calls)
	}
	kittest.Press(t, s.w, "Annuler la fermeture")
	if len(s.Calls) != 1 || *s.Calls[0].Args.(*wire.UndoClosure) != (wire.UndoClosure{Closure: grève}) {
		t.Fatalf("submitted %+v", s.Calls)
	}
	s.reads("En attente d'envoi")
	d.Accepted(strike(func(c *bookings.Closure) { c.Undone = 1 })...)
	s.reads("Réouverture en cours")
	d.Get(strike(func(c *bookings.Closure) { c.Undone, c.Reopened = 1, 2 })...)
	s.reads("Annulée")
	// It is no longer among those to come.
	s = listOf(t, d)
	s.reads("Aucune fermeture à venir.", "Annulées", "Grève, du jeudi 12 mars")
	if all := strings.Join(kittest.Texts(s.w), " "); strings.Contains(all, "À venir et en cours") {
		t.Errorf("what was taken back is still to come: %q", all)
	}
}

// Where nobody was booked nobody is informed, and nothing says so.
func TestAClosureThatConcernsNobodyInformsNobody(t *testing.T) {
	kittest.Light(t)
	d := desktop()
	d.preview = wire.ClosurePreview{}
	s := declareOf(t, d).answer(strikeAnswers)
	kittest.Press(t, s.w, "Vérifier")
	s.reads("Personne n'est réservé ces jours-là")
	kittest.Press(t, s.w, "Fermer")
	to := s.Routes[len(s.Routes)-1]
	id := s.Calls[0].Args.(*wire.DeclareClosure).Closure
	d.Hand()
	d.Accepted(closed(s.Calls[0].Args.(*wire.DeclareClosure).Fact()))
	after := listOf(t, d, "done", string(id), "quiet", to.Arg("quiet"))
	after.reads("fermé, personne n'y était réservé")
}

// All and a single one are never ticked together.
func TestAllAndOneAreNotTickedTogether(t *testing.T) {
	kittest.Light(t)
	s := declareOf(t, desktop())
	for _, c := range [][2]string{{"École Jules-Ferry", string(screentest.Ferry)}, {"Tous les établissements", every}, {"École Jules-Ferry", string(screentest.Ferry)}} {
		kittest.Press(t, s.w, c[0])
		if got := s.form.sites.Value(); got != c[1] {
			t.Errorf("after %q there is ticked %q", c[0], got)
		}
	}
	s.answer(strikeAnswers)
	s.form.review()
	s.settle()
	kittest.Press(t, s.w, "Modifier")
	s.settle()
	again := declareOf(t, s.town)
	again.form.args = s.form.args
	again.form.fill()
	kittest.Press(t, again.w, "École Jules-Ferry")
	if got := again.form.sites.Value(); got != string(screentest.Ferry) {
		t.Errorf("of a form that is filled in again there is ticked %q", got)
	}
}

func TestADeclarationSaysWhatItDoesBeforeItIsSent(t *testing.T) {
	kittest.Light(t)
	d := desktop()
	s := declareOf(t, d)
	kittest.Press(t, s.w, "Vérifier")
	s.reads("Dites pourquoi ces jours sont fermés.", "Cochez au moins un établissement.", "Écrivez ce que les familles liront.")
	s.answer(strikeAnswers)
	kittest.Press(t, s.w, "Vérifier")
	s.reads("Vérifier la fermeture", "158 réservations seront annulées", "122 enfants", "96 familles", "505,60 €", "École Jules-Ferry", "84 repas de moins", "Une partie du personnel est en grève.")
	if len(d.asked) != 1 || d.asked[0].Kind != bookings.Strike || d.asked[0].Sites != nil || !slices.Equal(d.asked[0].Activities, []portal.ID{screentest.Canteen}) {
		t.Fatalf("asked %+v", d.asked)
	}
	kittest.Press(t, s.w, "Modifier")
	s.reads("Ce que les familles lisent")
	kittest.Press(t, s.w, "Vérifier")
	s.settle()
	kittest.Press(t, s.w, "Fermer et prévenir 96 familles")
	if len(s.Calls) != 1 {
		t.Fatalf("submitted %+v", s.Calls)
	}
	args := s.Calls[0].Args.(*wire.DeclareClosure)
	if args.Period != (portal.Period{From: screentest.Thursday, To: screentest.Friday}) || args.Reason != "Une partie du personnel est en grève." || !args.Closure.Valid() {
		t.Errorf("declared %+v", args)
	}
	if to := s.Routes[len(s.Routes)-1]; to.Name != screen.Closures || to.Arg("done") != string(args.Closure) {
		t.Errorf("it leads to %v", to)
	}
	// The strip stays, and takes it back before it was sent.
	after := listOf(t, d, "done", string(args.Closure))
	after.reads("part dès que la connexion est là", "En attente d'envoi")
	kittest.Press(t, after.w, "Annuler")
	if len(d.Calls) != 2 || d.Calls[1].Kind != wire.ClosureUndo || !slices.Equal(d.Calls[1].Needs, []portal.ID{d.Calls[0].ID}) {
		t.Errorf("submitted %+v", d.Calls)
	}
	after.reads("la fermeture est annulée")
}

func TestOneClassOfOneSchool(t *testing.T) {
	kittest.Light(t)
	s := declareOf(t, desktop())
	class := s.form.class
	for _, c := range []struct {
		kind, sites string
		want        bool
	}{{"outing", string(screentest.Ferry), true}, {"strike", string(screentest.Ferry), false}, {"teacher", string(screentest.Ferry), true}, {"outing", every, false},
		{"outing", string(screentest.Ferry) + " " + string(screentest.Tilleul), false}} {
		s.answer(map[string]string{"kind": c.kind, "sites": c.sites})
		if class.Visible() != c.want {
			t.Errorf("%+v: the classes are there: %v", c, !c.want)
		}
	}
	s.answer(map[string]string{"kind": "outing", "from": string(screentest.Thursday), "sites": string(screentest.Ferry), "class": "ce2", "activities": every, "reason": "Sortie au musée."})
	kittest.Press(t, s.w, "Vérifier")
	s.reads("Sortie scolaire, jeudi 12 mars", "classe CE2")
	if got := s.asked[0]; got.Class != "ce2" || len(got.Sites) != 1 || got.Activities != nil {
		t.Errorf("asked %+v", got)
	}
}

func TestOffLineItIsSaidThatNothingWasCounted(t *testing.T) {
	kittest.Light(t)
	d := desktop()
	d.noLine = true
	s := declareOf(t, d).answer(strikeAnswers)
	kittest.Press(t, s.w, "Vérifier")
	s.reads("Sans connexion, on ne peut pas compter les réservations", "Fermer et prévenir les familles")
	kittest.Press(t, s.w, "Fermer et prévenir les familles")
	if len(s.Calls) != 1 || len(d.asked) != 0 {
		t.Errorf("submitted %+v, asked %v", s.Calls, d.asked)
	}
	failing := desktop()
	failing.fails = portal.E(portal.Unavailable, "")
	s = declareOf(t, failing).answer(strikeAnswers)
	kittest.Press(t, s.w, "Vérifier")
	s.reads("n'ont pas pu être comptées", "Réessayer")
}

// Whatever waits to be told stays with a screen that is built anew.
func TestWhatWasAnsweredIsFoundAgain(t *testing.T) {
	kittest.Light(t)
	d := desktop()
	s := declareOf(t, d).answer(strikeAnswers)
	kittest.Press(t, s.w, "Vérifier")
	s.settle()
	kept := s.c.Kept
	again := show(t, d, func(c *screen.Context) screen.Screen {
		c.Kept = kept
		return openDeclare(c, d).screen()
	})
	again.reads("Vérifier la fermeture", "158 réservations seront annulées")
	kittest.Press(t, again.w, "Modifier")
	again.reads("Une partie du personnel est en grève.")
}

func TestTheyFit(t *testing.T) {
	for name, make := range map[string]func(t *testing.T) *shown{
		"none": func(t *testing.T) *shown { return listOf(t, desktop()) },
		"list": func(t *testing.T) *shown {
			d := desktop()
			d.Get(strike(nil)...)
			d.Get(closed(bookings.Closure{ID: "c2", Kind: bookings.Outing, Activities: []portal.ID{screentest.Canteen, screentest.Morning}, Sites: []portal.ID{screentest.Ferry}, Class: "ce2",
				Period: portal.Period{From: "2026-03-20", To: "2026-03-20"}, Reason: "Sortie au musée", Declared: 2, Undone: 3, Reopened: 4}),
				closed(bookings.Closure{ID: "c3", Kind: bookings.Works, Period: portal.Period{From: "2026-03-02", To: "2026-03-06"}, Reason: "Travaux", Declared: 2}))
			return listOf(t, d)
		},
		"whole": func(t *testing.T) *shown {
			d := desktop()
			d.Get(strike(nil)...)
			return listOf(t, d, "id", string(grève))
		},
		"done": func(t *testing.T) *shown {
			d := desktop()
			d.Get(strike(nil)...)
			return listOf(t, d, "done", string(grève))
		},
		"form": func(t *testing.T) *shown {
			return declareOf(t, desktop()).answer(map[string]string{"kind": "outing", "sites": string(screentest.Ferry)})
		},
		"mistakes": func(t *testing.T) *shown {
			s := declareOf(t, desktop())
			s.form.form.Submit()
			s.settle()
			return s
		},
		"recap": func(t *testing.T) *shown {
			s := declareOf(t, desktop()).answer(strikeAnswers)
			s.form.form.Submit()
			s.settle()
			return s
		},
		"off line": func(t *testing.T) *shown {
			d := desktop()
			d.noLine = true
			s := declareOf(t, d).answer(strikeAnswers)
			s.form.form.Submit()
			s.settle()
			return s
		},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject { return kittest.InWindow(kittest.Under(make(t).w), true) })
		})
	}
}

// Each kind has its words and its sign in both languages.
func TestEveryKindHasItsWords(t *testing.T) {
	for _, lang := range i18n.Languages() {
		kittest.App(t, look.Light, 1, false, lang)
		for _, k := range bookings.ClosureKinds {
			if !i18n.Has("closures.kind."+string(k)) || iconOr(k) == "" {
				t.Errorf("%s has no words in %s", k, lang)
			}
		}
	}
}

package staff

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/meals"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const june portal.ID = "0190b000-0000-7000-8000-000000000091"

func juneOpening(mode bookings.OpeningMode) bookings.Opening {
	o := bookings.Opening{ID: june, Activity: screentest.Canteen, Period: portal.Period{From: "2026-06-01", To: "2026-06-12"}, Opens: portal.Date("2026-03-11").At(9, 0).UnixMicro(), Mode: mode}
	if mode == bookings.Pooled {
		o.Until = portal.Date("2026-03-18").At(18, 0).UnixMicro()
		o.Criteria = []bookings.Criterion{{Key: bookings.ByPriority, Points: 40}, {Key: bookings.ByResident, Points: 5}}
	}
	return o
}

func openingRow(o bookings.Opening) wire.Change {
	return screentest.Row(wire.TownFeed, wire.Openings, o.ID, o)
}

func openingsOn(t *testing.T, r screen.Route, rows ...wire.Change) *stood {
	s := stand(t, screentest.New(screentest.Sylvie, screentest.Monday.At(9, 0), append(screentest.StaffRows(), rows...)...))
	return s.put(openOpenings(s.c, s.Desk, r).screen().Content)
}

func (s *stood) form() *kit.Form { return kittest.All[*kit.Form](s.w)[0] }

func TestAnAgentAnnouncesAnOpening(t *testing.T) {
	kittest.Light(t)
	s := openingsOn(t, screen.To(screen.StaffOpenings, "edit", "new"))
	kittest.Press(t, s.w, "Vérifier")
	kittest.WantShown(t, s.w, "Choisissez une activité.", "Indiquez une heure comme 09:00.")
	fill := map[string]string{"activity": string(screentest.Canteen), "from": "2026-06-01", "to": "2026-06-12", "opens": "2026-03-11", "opensAt": "9h"}
	s.form().SetValues(fill)
	kittest.Press(t, s.w, "Vérifier")
	kittest.WantShown(t, s.w, "Vérifier l'ouverture", "Rien n'est encore envoyé.", "Du 1er juin au 12 juin 2026", "Ce que lisent les familles", "Ouvre le mercredi 11 mars à 09:00, dans 2 jours", "à qui réserve en premier")
	if len(s.Calls) != 0 {
		t.Fatalf("unchecked, it sends %+v", s.Calls)
	}
	kittest.Press(t, s.w, "Annoncer")
	o, is := s.Calls[0].Args.(*wire.AnnounceOpening)
	if !is || o.Opening.Opens != juneOpening("").Opens || o.Opening.Activity != screentest.Canteen || o.Opening.Mode != bookings.FirstCome || !o.Opening.ID.Valid() {
		t.Fatalf("it sends %+v", s.Calls[0])
	}
	// What a town wants to be drawn has its end, and points.
	s = stand(t, screentest.Staff())
	l := openOpenings(s.c, s.Desk, screen.To(screen.StaffOpenings, "edit", "new"))
	s.put(l.screen().Content)
	s.form().SetValues(fill)
	s.form().Field("mode").SetValue(string(bookings.Pooled))
	l.again()
	s.settle()
	s.form().SetValues(map[string]string{"until": "2026-06-01", "untilAt": "18:00", "points-resident": "5"})
	kittest.Press(t, s.w, "Vérifier")
	kittest.WantShown(t, s.w, "La fin des demandes doit venir après l'ouverture")
	s.form().SetValues(map[string]string{"until": "2026-03-18", "points-sibling": "beaucoup"})
	kittest.Press(t, s.w, "Vérifier")
	kittest.WantShown(t, s.w, "Indiquez un nombre de 1 à 1000, ou rien.")
	s.form().SetValues(map[string]string{"points-sibling": ""})
	kittest.Press(t, s.w, "Vérifier")
	kittest.WantShown(t, s.w, "La famille habite la commune", "5 points", "Les demandes s'ouvrent le mercredi 11 mars à 09:00")
	kittest.Press(t, s.w, "Annoncer")
	o = s.Calls[0].Args.(*wire.AnnounceOpening)
	if o.Opening.Until != juneOpening(bookings.Pooled).Until || len(o.Opening.Criteria) != 1 || o.Opening.Criteria[0].Points != 5 {
		t.Errorf("it sends %+v", o.Opening)
	}
}

func TestAnOpeningIsChangedUntilItsHour(t *testing.T) {
	kittest.Light(t)
	list := openingsOn(t, screen.To(screen.StaffOpenings), openingRow(juneOpening(bookings.Pooled)))
	kittest.WantShown(t, list.w, "Restauration scolaire", "Annoncée", "puis tirage")
	s := openingsOn(t, screen.To(screen.StaffOpenings, "edit", string(june)), openingRow(juneOpening(bookings.Pooled)))
	if got := s.form().Field("points-priority").Value(); got != "40" {
		t.Errorf("its points are %q", got)
	}
	s.form().SetValues(map[string]string{"opensAt": "10:30"})
	kittest.Press(t, s.w, "Vérifier")
	kittest.Press(t, s.w, "Enregistrer")
	if o := s.Calls[0].Args.(*wire.AnnounceOpening).Opening; o.ID != june || o.Opens != portal.Date("2026-03-11").At(10, 30).UnixMicro() {
		t.Errorf("it sends %+v", o)
	}
	s = openingsOn(t, screen.To(screen.StaffOpenings, "edit", string(june)), openingRow(juneOpening("")))
	kittest.Press(t, s.w, "Retirer l'ouverture")
	kittest.WantShown(t, s.w, "Retirer cette ouverture ?")
	// Its hour come, it is looked at and no longer changed.
	begun := juneOpening("")
	begun.Opens = screentest.Monday.At(8, 0).UnixMicro()
	s = openingsOn(t, screen.To(screen.StaffOpenings, "edit", string(june)), openingRow(begun))
	kittest.WantShown(t, s.w, "son heure est venue")
}

// What was announced is taken back with one press, and what was changed is as before.
func TestAnAnnouncedOpeningIsTakenBack(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	was := juneOpening(bookings.Pooled)
	was.Commitment = "the town hall's"
	d.Get(openingRow(was))
	s := stand(t, d)
	s.put(openOpenings(s.c, s.Desk, screen.To(screen.StaffOpenings, "edit", string(june))).screen().Content)
	s.form().SetValues(map[string]string{"opensAt": "10:30"})
	kittest.Press(t, s.w, "Vérifier")
	kittest.Press(t, s.w, "Enregistrer")
	s.put(openOpenings(s.c, s.Desk, s.Routes[len(s.Routes)-1]).screen().Content)
	kittest.WantShown(t, s.w, "Restauration scolaire : l'ouverture sera changée dès que la connexion est là")
	is := s.Calls[0].Args.(*wire.AnnounceOpening).Opening
	s.Accepted(openingRow(is))
	kittest.Settle(s.w)
	kittest.WantShown(t, s.w, "Restauration scolaire : l'ouverture est changée, les familles le lisent")
	kittest.Press(t, s.w, "Annuler")
	if o := s.Calls[1].Args.(*wire.AnnounceOpening).Opening; o.ID != june || o.Opens != juneOpening("").Opens || o.Commitment != "" {
		t.Errorf("taken back, it sends %+v", o)
	}
	d = screentest.Staff()
	s = stand(t, d)
	s.put(openOpenings(s.c, s.Desk, screen.To(screen.StaffOpenings, "edit", "new")).screen().Content)
	s.form().SetValues(map[string]string{"activity": string(screentest.Canteen), "from": "2026-06-01", "to": "2026-06-12", "opens": "2026-03-11", "opensAt": "9h"})
	kittest.Press(t, s.w, "Vérifier")
	kittest.Press(t, s.w, "Annoncer")
	s.put(openOpenings(s.c, s.Desk, s.Routes[len(s.Routes)-1]).screen().Content)
	kittest.Press(t, s.w, "Annuler")
	if c, is := s.Calls[1].Args.(*wire.CancelOpening); !is || c.Opening != s.Calls[0].Args.(*wire.AnnounceOpening).Opening.ID {
		t.Errorf("taken back, it sends %+v", s.Calls[1])
	}
}

// One whose requests are running is opened and read.
func TestARunningOpeningIsLookedAt(t *testing.T) {
	kittest.Light(t)
	o := juneOpening(bookings.Pooled)
	o.Opens = screentest.Monday.At(8, 0).UnixMicro()
	s := openingsOn(t, screen.To(screen.StaffOpenings), openingRow(o))
	test.Tap(kittest.All[*kit.Row](s.w)[0])
	to := s.Routes[len(s.Routes)-1]
	if to.Arg("id") != string(june) {
		t.Fatalf("it leads to %v", to)
	}
	s = openingsOn(t, to, openingRow(o))
	kittest.WantShown(t, s.w, "Son heure est venue", "Priorité accordée par la mairie", "40 points", "Le nombre de demandes est connu une fois le tirage fait.")
	kittest.WantHidden(t, s.w, "Vérifier", "Retirer l'ouverture", "Modifier")
	o.Until, o.Drawn = screentest.Monday.At(8, 30).UnixMicro(), 3
	s = openingsOn(t, to, openingRow(o), screentest.Row(wire.TownFeed, wire.Draws, june, wire.Draw{Opening: june, Asks: 84}))
	kittest.WantShown(t, s.w, "84 demandes")
}

// On a Saturday the week to write is the next, and what a closed day says is for who
// cooks, not for families.
func TestMenusBeginWithTheWeekToWrite(t *testing.T) {
	kittest.Light(t)
	s := stand(t, screentest.New(screentest.Sylvie, screentest.Friday.Add(1).At(9, 0), screentest.StaffRows()...))
	s.put(openMenus(s.c, s.Desk, screen.To(screen.Menus)).screen().Content)
	kittest.WantShown(t, s.w, "Lundi 16 mars", "Pas de cantine ce jour-là.")
	kittest.WantHidden(t, s.w, "Choisissez un autre jour", "La semaine qui vient")
	kittest.Press(t, s.w, "Semaine précédente")
	kittest.Press(t, s.w, "La semaine qui vient")
	kittest.WantShown(t, s.w, "Lundi 16 mars")
	s = menusOn(t, screen.To(screen.Menus, "day", "2026-03-16"))
	kittest.Press(t, s.w, "Cette semaine")
	kittest.WantShown(t, s.w, "Lundi 9 mars")
}

// What the town hall has not received yet does not look as if it were announced.
func TestAnAnnouncedOpeningWaitsToBeSent(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	if _, err := d.Submit(wire.OpeningAnnounce, wire.AnnounceOpening{Opening: juneOpening("")}, cache.Note{}); err != nil {
		t.Fatal(err)
	}
	s := stand(t, d)
	s.put(openOpenings(s.c, s.Desk, screen.To(screen.StaffOpenings)).screen().Content)
	kittest.WantShown(t, s.w, "Restauration scolaire", "En attente d'envoi")
	kittest.WantHidden(t, s.w, "Annoncée")
	d.Hand()
	d.Accepted(openingRow(juneOpening("")))
	s.settle()
	kittest.WantShown(t, s.w, "Annoncée")
	kittest.WantHidden(t, s.w, "En attente d'envoi")
}

func TestAnHourIsWrittenAsPeopleDo(t *testing.T) {
	for text, want := range map[string]int{"9:00": 900, "09:30": 930, "9h": 900, "9 h 30": 930, "14.15": 1415, "24:00": -1, "9:5": -1, "midi": -1, "": -1} {
		h, m, ok := hour(text)
		if got := h*100 + m; ok != (want >= 0) || ok && got != want {
			t.Errorf("%q is %d:%d, %v", text, h, m, ok)
		}
	}
}

func menuOf(day portal.Date, dishes ...meals.Dish) wire.Change {
	return screentest.Row(wire.TownFeed, wire.Menus, meals.Key("", day), meals.Menu{Day: day, Dishes: dishes})
}

var lunch = []meals.Dish{
	{Course: "starter", Name: bookings.Names{"fr": "Carottes râpées", "en": "Grated carrots"}, Allergens: []meals.Allergen{"mustard"}, Marks: []string{"organic"}},
	{Course: "main", Name: bookings.Names{"fr": "Poisson pané"}, Allergens: []meals.Allergen{"gluten", "fish", "eggs"}},
	{Course: "main", Name: bookings.Names{"fr": "Omelette"}, Allergens: []meals.Allergen{"eggs"}, For: "vegetarian"},
}

func menusOn(t *testing.T, r screen.Route, rows ...wire.Change) *stood {
	s := stand(t, screentest.New(screentest.Sylvie, screentest.Monday.At(9, 0), append(screentest.StaffRows(), rows...)...))
	return s.put(openMenus(s.c, s.Desk, r).screen().Content)
}

func TestAMenuIsWrittenAndTakenBack(t *testing.T) {
	kittest.Light(t)
	week := menusOn(t, screen.To(screen.Menus), menuOf(screentest.Monday, lunch...))
	kittest.WantShown(t, week.w, "Toutes les écoles", "Lundi 9 mars", "Poisson pané", "Pas encore écrit.")
	s := menusOn(t, screen.To(screen.Menus, "edit", string(screentest.Monday)), menuOf(screentest.Monday, lunch...))
	fields := kittest.All[*kit.Field](s.w)
	var names []*kit.Field
	for _, f := range fields {
		if f.Label() == "Plat" {
			names = append(names, f)
		}
	}
	if len(names) != 3 || names[1].Value() != "Poisson pané" {
		t.Fatalf("it begins with %d dishes", len(names))
	}
	names[1].SetValue("Gratin")
	names[2].SetValue("")
	kittest.Press(t, s.w, "Enregistrer")
	m := s.Calls[0].Args.(*wire.WriteMenus).Menus[0]
	if len(m.Dishes) != 2 || m.Dishes[0].Name["en"] != "Grated carrots" || m.Dishes[0].Marks[0] != "organic" || m.Dishes[1].Name["fr"] != "Gratin" || len(m.Dishes[1].Allergens) != 3 {
		t.Errorf("it sends %+v", m)
	}
	// Back in the week, one press takes it back.
	to := s.Routes[len(s.Routes)-1]
	s.put(openMenus(s.c, s.Desk, to).screen().Content)
	kittest.WantShown(t, s.w, "Menu du lundi 9 mars enregistré.", "Gratin", "En attente d'envoi")
	kittest.Press(t, s.w, "Annuler")
	if m := s.Calls[1].Args.(*wire.WriteMenus).Menus[0]; len(m.Dishes) != 3 || m.Dishes[1].Name["fr"] != "Poisson pané" {
		t.Errorf("taken back is %+v", m)
	}
}

func TestAMenuWithoutDishesIsTold(t *testing.T) {
	kittest.Light(t)
	s := menusOn(t, screen.To(screen.Menus, "edit", string(screentest.Monday), "site", string(screentest.Ferry)))
	kittest.WantShown(t, s.w, "École Jules-Ferry", "Aucun allergène déclaré")
	kittest.Press(t, s.w, "Enregistrer")
	kittest.WantShown(t, s.w, "Écrivez au moins un plat")
	if len(s.Calls) != 0 {
		t.Errorf("it sends %v", s.Calls)
	}
	s = menusOn(t, screen.To(screen.Menus, "edit", string(screentest.Monday)), menuOf(screentest.Monday, lunch...))
	kittest.Press(t, s.w, "Retirer ce menu")
	if m := s.Calls[0].Args.(*wire.WriteMenus).Menus[0]; len(m.Dishes) != 0 || m.Day != screentest.Monday {
		t.Errorf("taken away is %+v", m)
	}
}

func TestPriorityIsGivenWithAReason(t *testing.T) {
	kittest.Light(t)
	rows := append(screentest.FileOfParents(func(*wire.Child) {}), openingRow(juneOpening(bookings.Pooled)))
	at := func(args ...string) *stood {
		s := stand(t, screentest.New(screentest.Sylvie, screentest.Monday.At(9, 0), append(screentest.StaffRows(), rows...)...))
		args = append([]string{"account", string(screentest.Claire), "desk", screentest.Childhood}, args...)
		return s.put(openChildren(s.c, s.Desk, screen.To(screen.StaffChildren, args...)).Content)
	}
	s := at()
	kittest.WantShown(t, s.w, "Tirages", "Pas de priorité.", "Donner la priorité")
	s = at("child", string(screentest.Lea), "do", wire.ChildPriority)
	kittest.Press(t, s.w, "Donner la priorité")
	kittest.WantShown(t, s.w, "Indiquez la raison.")
	s.form().Field("reason").SetValue("Suivi social")
	kittest.Press(t, s.w, "Donner la priorité")
	if p := s.Calls[0].Args.(*wire.SetPriority); !p.On || p.Child != screentest.Lea || p.Reason != "Suivi social" {
		t.Errorf("it sends %+v", p)
	}
	rows = append(screentest.FileOfParents(func(c *wire.Child) { c.Priority = true }), openingRow(juneOpening(bookings.Pooled)))
	s = at()
	kittest.Press(t, s.w, "Retirer la priorité")
	if p := s.Calls[0].Args.(*wire.SetPriority); p.On || p.Child != screentest.Lea {
		t.Errorf("it sends %+v", p)
	}
}

func TestOpeningsAndMenusFitEverywhere(t *testing.T) {
	for name, build := range map[string]func(t *testing.T) fyne.CanvasObject{
		"openings none": func(t *testing.T) fyne.CanvasObject {
			return openingsOn(t, screen.To(screen.StaffOpenings)).w.Content()
		},
		"openings": func(t *testing.T) fyne.CanvasObject {
			drawn := juneOpening(bookings.Pooled)
			drawn.ID, drawn.Activity, drawn.Drawn = "drawn", screentest.Morning, 3
			drawn.Opens, drawn.Until = portal.Date("2026-02-02").At(9, 0).UnixMicro(), portal.Date("2026-02-09").At(18, 0).UnixMicro()
			return openingsOn(t, screen.To(screen.StaffOpenings), openingRow(juneOpening(bookings.Pooled)), openingRow(drawn), screentest.Row(wire.TownFeed, wire.Draws, "drawn", wire.Draw{Opening: "drawn", Asks: 84})).w.Content()
		},
		"opening new": func(t *testing.T) fyne.CanvasObject {
			return openingsOn(t, screen.To(screen.StaffOpenings, "edit", "new")).w.Content()
		},
		"opening check": func(t *testing.T) fyne.CanvasObject {
			s := stand(t, screentest.Staff())
			s.c.Kept = openingKept{juneOpening(bookings.Pooled), true}
			return s.put(openOpenings(s.c, s.Desk, screen.To(screen.StaffOpenings, "edit", "new")).screen().Content).w.Content()
		},
		"opening running": func(t *testing.T) fyne.CanvasObject {
			o := juneOpening(bookings.Pooled)
			o.Opens = screentest.Monday.At(8, 0).UnixMicro()
			return openingsOn(t, screen.To(screen.StaffOpenings, "id", string(june)), openingRow(o)).w.Content()
		},
		"opening change": func(t *testing.T) fyne.CanvasObject {
			return openingsOn(t, screen.To(screen.StaffOpenings, "edit", string(june)), openingRow(juneOpening(bookings.Pooled))).w.Content()
		},
		"menus": func(t *testing.T) fyne.CanvasObject {
			return menusOn(t, screen.To(screen.Menus), menuOf(screentest.Monday, lunch...)).w.Content()
		},
		"menu": func(t *testing.T) fyne.CanvasObject {
			s := menusOn(t, screen.To(screen.Menus, "edit", string(screentest.Monday)), menuOf(screentest.Monday, lunch...))
			kittest.All[*kit.Fold](s.w)[0].SetOpen(true)
			return s.w.Content()
		},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject { return kittest.InWindow(build(t), true) })
		})
	}
}

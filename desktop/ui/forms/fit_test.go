package forms

import (
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Every text of every screen fits at 1024 × 600, at 100, 150 and 200 %, in
// both languages.
func TestEveryTextFits(t *testing.T) {
	for name, to := range map[string]func(s *stage, ids []portal.ID) screen.Route{
		"catalogue": func(*stage, []portal.ID) screen.Route { return screen.To(screen.Procedures) },
		"procedure": func(s *stage, _ []portal.ID) screen.Route {
			s.fill(s.fiche(), good(lea), "health")
			return screen.To(screen.Procedure, "id", "fiche-enfant")
		},
		"procedure in person": func(*stage, []portal.ID) screen.Route { return screen.To(screen.Procedure, "id", "dossier-de-mariage") },
		"people":              form(stepPerson), "identity": form("identity"), "guardians": form("guardians"), "health": form("health"), "sessions": form("sessions"), "recap": form(stepRecap),
		"confirmation": func(s *stage, _ []portal.ID) screen.Route {
			return screen.To(screen.Confirmed, "request", string(submitted(s, good(lea)).Request))
		},
		"requests": func(s *stage, _ []portal.ID) screen.Route {
			submitted(s, good(lea))
			s.fill(s.fiche(), good(lea), "health")
			s.desk.refuse = []cache.Refusal{{Pending: s.desk.outbox[0], Verdict: wire.Verdict{Error: portal.E(portal.Missing, "answers.canteen")}}}
			s.desk.apply()
			return screen.To(screen.Requests)
		},
		"correction": func(s *stage, _ []portal.ID) screen.Route {
			q := askedFor()
			s.desk.apply(mine(q))
			return screen.To(screen.Correct, "id", string(q.ID))
		},
		"request asked about": func(s *stage, _ []portal.ID) screen.Route {
			q := askedFor()
			first := q.Corrections[0]
			first.Answered, first.Reply, first.Before = now.UnixMicro(), "Voici le bon lieu.", []byte(`{"birthPlace":"Dole"}`)
			q.Corrections = []wire.Correction{first, q.Corrections[0]}
			s.desk.apply(mine(q))
			return screen.To(screen.Request, "id", string(q.ID))
		},
		"request": func(_ *stage, ids []portal.ID) screen.Route { return screen.To(screen.Request, "id", string(ids[1])) },
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				rows, ids := three()
				s := open(t, true, rows...)
				s.show(to(s, ids))
				content := s.shown.Content
				s.window.Canvas().Unfocus()
				s.window.SetContent(nil)
				return framed(content)
			})
		})
	}
}

// form shows a step with its mistakes told.
func form(key string) func(*stage, []portal.ID) screen.Route {
	return func(s *stage, _ []portal.ID) screen.Route {
		a := good(lea)
		delete(a, "birthPlace")
		delete(a, "diet")
		delete(a, "canteen")
		d := s.fill(s.fiche(), a, key)
		return screen.To(screen.Fill, "id", "fiche-enfant", "draft", string(d.ID), "page", key, argCheck, "1")
	}
}

// framed puts a screen into the window's frame, which takes its room too.
func framed(o fyne.CanvasObject) fyne.CanvasObject {
	rail := kit.NewRail(nil, func(string) {})
	rail.SetItems(kit.RailItem{ID: screen.Procedures, Icon: "files", Label: "Démarches"})
	s := kit.NewShell(kit.NewTopBar(), rail, kit.NewFootLine(func() {}), kit.NewToasts(nil))
	s.ShowRail(true)
	s.SetPage(o)
	return s
}

package forms

import (
	"net/url"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/print"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/requests"
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
		"accepted, with its letter": func(s *stage, _ []portal.ID) screen.Route {
			s.prints = print.NewTray(s.t.TempDir(), func(*url.URL) error { return nil })
			q := request(portal.NewID(), requests.Accepted, requests.Answers{"child": string(lea), "lastName": "Roy", "firstNames": "Léa", "birthDate": "2018-03-12",
				"birthPlace": "Besançon", "class": "ce2", "entryDate": "2026-09-01", "fromOtherSchool": false, "alternating": false,
				"homeAddress": map[string]any{"line1": "3 rue du Lavoir", "postcode": "25320", "city": "Saint-Aubin-sur-Vesle", "country": "France"}})
			q.Procedure, q.Version, q.AgentName, q.Decided, q.Decision = "inscription-scolaire", 2, "Sylvie Roy", now.UnixMicro(), "Léa entre à l'école Jules-Ferry, dans la classe de Mme Morel."
			q.Timeline = append(q.Timeline, wire.Event{At: q.Submitted + 3600e6, Kind: string(requests.EventTaken), By: "Sylvie Roy"},
				wire.Event{At: q.Decided, Kind: string(requests.EventAccepted), By: "Sylvie Roy", Text: q.Decision})
			s.desk.apply(mine(q))
			return screen.To(screen.Request, "id", string(q.ID))
		},
		"nothing asked yet": func(s *stage, _ []portal.ID) screen.Route {
			s.desk.view.Replace(cache.Snapshot{Rows: append(townRows(), familyRows()...)})
			return screen.To(screen.Requests)
		},
		"waiting for the line": func(s *stage, _ []portal.ID) screen.Route {
			return screen.To(screen.Request, "id", string(submitted(s, good(lea)).Request))
		},
		"gone":    func(*stage, []portal.ID) screen.Route { return screen.To(screen.Request, "id", "nobody's") },
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

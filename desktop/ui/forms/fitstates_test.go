package forms

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/assets/catalogue"
	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// What a screen looks like once something has gone wrong on it, or the town hall
// has spoken, fits as the rest does.
func TestEveryStateFits(t *testing.T) {
	for name, show := range map[string]func(s *stage){
		"mistakes at the top": func(s *stage) {
			s.fill(s.fiche(), requests.Answers{"child": string(lea), "lastName": "Roy"}, "identity")
			s.press(say("fill.next"))
		},
		"mistakes in the summary": func(s *stage) {
			a := good(lea)
			for _, key := range []string{"birthPlace", "diet", "canteen"} {
				delete(a, key)
			}
			s.fill(s.fiche(), a, stepRecap)
			s.press(say("recap.save"))
		},
		"documents still missing": func(s *stage) {
			s.fill(s.fiche(), good(lea), stepRecap)
			s.shown.Content.(*kit.Page).Bottom()
		},
		"the form has changed": func(s *stage) {
			newer, former := newerForm(s.t)
			d := s.fill(s.fiche(), good(lea), "identity")
			s.show(screen.To(screen.Home))
			s.desk.apply(newer, former)
			s.show(screen.To(screen.Fill, "id", "fiche-enfant", "draft", string(d.ID), "page", "school"))
		},
		"refused on arrival": func(s *stage) {
			a := submitted(s, good(lea))
			s.desk.refuse = []cache.Refusal{{Pending: s.desk.outbox[0], Verdict: wire.Verdict{Error: portal.E(portal.Missing, "answers.canteen")}}}
			s.desk.outbox = nil
			s.desk.apply()
			s.show(screen.To(screen.Request, "id", string(a.Request)))
		},
		"taken up after a refusal": func(s *stage) {
			submitted(s, good(lea))
			s.desk.refuse = []cache.Refusal{{Pending: s.desk.outbox[0], Verdict: wire.Verdict{Error: portal.E(portal.Missing, "answers.canteen")}}}
			s.desk.outbox = nil
			s.desk.apply()
			s.show(screen.To(screen.Requests))
			s.press(say("refused.resume"))
		},
		"withdrawn": func(s *stage) {
			q := request(portal.NewID(), requests.Withdrawn, good(lea))
			q.Timeline = append(q.Timeline, wire.Event{At: q.Submitted + 3600e6, Kind: string(requests.EventWithdrawn)})
			s.desk.apply(mine(q))
			s.show(screen.To(screen.Request, "id", string(q.ID)))
		},
		"withdrawal to be sent": func(s *stage) {
			q := request(portal.NewID(), requests.Submitted, good(lea))
			s.desk.apply(mine(q))
			s.show(screen.To(screen.Request, "id", string(q.ID)))
			s.press(say("request.withdraw"))
			s.press(say("withdraw.do"))
			s.shown.Content.(*kit.Page).Top()
		},
		"closed": func(s *stage) {
			q := request(portal.NewID(), requests.Closed, good(lea))
			q.Reason = "La famille a déménagé : la demande n'a plus d'objet."
			q.Timeline = append(q.Timeline, wire.Event{At: q.Submitted + 3600e6, Kind: string(requests.EventClosed), Text: q.Reason})
			s.desk.apply(mine(q))
			s.show(screen.To(screen.Request, "id", string(q.ID)))
		},
		"decided": func(s *stage) {
			s.show(screen.To(screen.Requests))
			s.shown.Content = kit.NewPage(kit.Column(look.L, room{s.ctx, s.desk}.decisions()))
			s.window.SetContent(s.shown.Content)
			s.settle()
		},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				rows, _ := three()
				s := open(t, true, rows...)
				show(s)
				content := s.shown.Content
				s.window.Canvas().Unfocus()
				s.window.SetContent(nil)
				return framed(content)
			})
		})
	}
}

// newerForm is the fiche enfant with one question in the place of another, and
// the one before.
func newerForm(t testing.TB) (newer, former wire.Change) {
	t.Helper()
	files, err := catalogue.Files()
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Replace(string(files["fiche-enfant"]), `"version": 1`, `"version": 2`, 1)
	body = strings.Replace(body, `"key": "birthPlace"`, `"key": "birthTown"`, 1)
	return wire.Change{Feed: wire.TownFeed, Collection: wire.Procedures, Entity: "fiche-enfant", Seq: 2, Body: json.RawMessage(body)},
		change(wire.TownFeed, wire.FormerProcedures, wire.FormerKey("fiche-enfant", 1), requests.Former{Procedure: files["fiche-enfant"], Until: "2026-12-20"})
}

// However large the text is, what the summary finds missing is in sight, with the
// keyboard at the first way to it.
func TestWhatTheSummaryMissesIsInSight(t *testing.T) {
	for _, scale := range []float32{1, 2} {
		kittest.App(t, look.Light, scale, false, i18n.French)
		s := open(t, true)
		s.size = fyne.NewSize(1024, 420) // about what the bars leave
		a := good(lea)
		delete(a, "birthPlace")
		delete(a, "diet")
		s.fill(s.fiche(), a, stepRecap)
		s.press("Enregistrer")
		first, led := s.window.Canvas().Focused().(*kit.LinkButton)
		if !led || first.Text() != "Lieu de naissance" {
			t.Fatalf("at %v the focus is at %T", scale, s.window.Canvas().Focused())
		}
		links := kittest.All[*kit.LinkButton](s.window)
		last := links[slices.IndexFunc(links, func(l *kit.LinkButton) bool { return l.Text() == "Repas" })]
		driver := fyne.CurrentApp().Driver()
		if top, end := driver.AbsolutePositionForObject(first).Y, driver.AbsolutePositionForObject(last).Y+last.Size().Height; top < 0 || end > s.size.Height {
			t.Errorf("at %v they stand from %v to %v of %v", scale, top, end, s.size.Height)
		}
	}
}

package appointments

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	rules "parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// cardOf is what the card of Claire's request says.
func cardOf(t *testing.T, d *screentest.Desk) string {
	t.Helper()
	q, _ := d.Request(asked)
	o := Card(d.Context(test.NewWindow(nil)), d, q)
	if o == nil {
		return ""
	}
	return strings.ReplaceAll(strings.Join(kittest.Texts(kittest.Window(t, kit.NewPage(o), fyne.NewSize(900, 400))), " | "), "\u00a0", " ")
}

// has fails where a text has not what it should have, or what it should not.
func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if no, is := strings.CutPrefix(part, "!"); strings.Contains(text, no) == is {
			t.Errorf("%q: it says %q", part, text)
		}
	}
}

// gone is Claire's desktop once her appointment is over.
func gone(t testing.TB, state string) *screentest.Desk {
	d := family(t, heldRow(state, nine(0), nil))
	d.Now = screentest.Thursday.At(9, 30)
	d.Tick()
	return d
}

func TestWhatIsSaidOfOneThatHasGoneBy(t *testing.T) {
	kittest.Light(t)
	d := family(t, heldRow("booked", nine(0), nil))
	d.Now = screentest.Thursday.At(9, 29)
	d.Tick()
	has(t, cardOf(t, d), "Jeudi 12 mars 2026, de 09:00 à 09:30", "!passé", "Voir le rendez-vous")
	d = gone(t, "booked")
	// What is known, and no more: not that they came, not that it is confirmed.
	has(t, cardOf(t, d), "Ce rendez-vous est passé", "C'était le jeudi 12 mars 2026, de 09:00 à 09:30.", "Prendre un autre rendez-vous", "!venu", "!Confirmé")
	w := open(t, d, to())
	shows(t, w, "Ce rendez-vous est passé", "Passé", "Prendre un autre rendez-vous")
	for _, no := range []string{"Ajouter à mon agenda", "Annuler le rendez-vous", "Déplacer", "À apporter", "Confirmé"} {
		if kittest.Shows(w, no) {
			t.Errorf("gone by it shows %q", no)
		}
	}
	if steps := Steps(d.View, asked); len(steps) != 1 || steps[0].Ahead || steps[0].Title != "Rendez-vous passé" {
		t.Errorf("the time line says %+v", steps)
	}
	kittest.Press(t, w, "Prendre un autre rendez-vous")
	w = open(t, d, d.Routes[len(d.Routes)-1])
	shows(t, w, "Choisir un rendez-vous")
	if kittest.Shows(w, "Le vôtre") || kittest.Shows(w, "Déplacer le rendez-vous") {
		t.Errorf("another is chosen as a move: %q", kittest.Texts(w))
	}
	next := screentest.Thursday.Add(5).At(9, 0).UnixMicro()
	w = open(t, d, to("start", strconv.FormatInt(next, 10)))
	if kittest.Shows(w, "Il remplace") {
		t.Error("another replaces one that is over")
	}
	kittest.Press(t, w, "Confirmer le rendez-vous")
	args, is := last(t, d).Args.(*wire.BookAppointment)
	if !is || args.Request != asked || args.Start != next {
		t.Fatalf("it submitted %+v", last(t, d))
	}
	has(t, cardOf(t, d), "Mardi 17 mars 2026", "Pas encore confirmé", "!passé")
	d.Refused(portal.E("slot_taken", "start"))
	has(t, cardOf(t, d), "n'a pas pu être pris", "!Vous gardez votre rendez-vous")
	d.Accepted(screentest.Row(screentest.Mine, wire.Appointments, args.Appointment, wire.Appointment{ID: args.Appointment, Request: asked, Service: "titres",
		Start: next, End: next + 1800e6, Counter: 1, People: 2, State: "booked", Made: 2}))
	if steps := Steps(d.View, asked); len(steps) != 2 || steps[0].Ahead || !steps[1].Ahead {
		t.Errorf("the time line says %+v", steps)
	}
	// Noted as absent, another is offered, on the page too.
	d = gone(t, "missed")
	has(t, cardOf(t, d), "n'a pas eu lieu", "Choisir un autre horaire")
	w = open(t, d, to())
	kittest.Press(t, w, "Choisir un autre horaire")
	shows(t, open(t, d, d.Routes[len(d.Routes)-1]), "Choisir un rendez-vous")
}

func TestAnAgentNotesOneThatHasGoneByAndGivesAnother(t *testing.T) {
	kittest.Light(t)
	d := staff(t)
	d.Now = screentest.Thursday.At(9, 40)
	d.Tick()
	w := open(t, d, screen.To(screen.DeskDays, "day", string(screentest.Thursday)))
	shows(t, w, "À noter", "09:30 – 09:45 · Sofia Benali", "Confirmé") // hers still goes on
	holder := kittest.Window(t, kit.Gap(1), fyne.NewSize(1024, 700))
	v := &days{room: room{d.Context(holder), d}, service: "titres", day: screentest.Thursday, body: kit.NewSwap(nil), strip: kit.NewStrip()}
	labels := func() string {
		var out []string
		all, _ := d.DayRules("titres")
		for _, item := range v.menu(all, d.DayList("titres", screentest.Thursday)[0]) {
			out = append(out, item.Label)
		}
		return strings.Join(out, ", ")
	}
	if got := labels(); got != "Noter la présence, Noter l'absence, Donner un autre rendez-vous" {
		t.Errorf("once it is over: %s", got)
	}
	d.Get(screentest.Row(wire.DeskFeed(desk), wire.DeskAppointments, "next", wire.DeskAppointment{ID: "next", Request: asked, Service: "titres", Name: "Claire Martel",
		Start: nine(24 * 60), End: nine(24*60 + 30), Counter: 1, People: 2, State: "booked"}))
	if got := labels(); got != "Noter la présence, Noter l'absence" {
		t.Errorf("with another awaited: %s", got)
	}
}

// asksFor is Claire's request with so many people.
func asksFor(people int, corrected bool) wire.Change {
	var rows []map[string]any
	for i := range people {
		rows = append(rows, map[string]any{"name": "Personne " + string(rune('A'+i))})
	}
	answers, _ := json.Marshal(map[string]any{"people": rows})
	r := wire.Request{ID: asked, Reference: "2026-000123", Account: screentest.Claire, Procedure: "papiers-d-identite", Version: 2, Desk: desk, State: "in_review",
		Person: "Claire Martel", Submitted: screentest.Monday.At(8, 0).UnixMicro(), Answers: answers}
	if corrected {
		r.State, r.Corrections = "waiting_family", []wire.Correction{{N: 1, Fields: []string{"people"}, Text: "Qui vient ?"}}
	}
	return screentest.Row(screentest.Mine, wire.Requests, asked, r)
}

func TestATimeThatIsTooShortIsSaid(t *testing.T) {
	kittest.Light(t)
	d := family(t, heldRow("booked", nine(0), nil), takenRow(nine(0), 60, 1, 2), asksFor(3, false))
	has(t, cardOf(t, d), "Ce rendez-vous est trop court", "Votre demande compte maintenant 3 personnes, et le temps réservé suffit pour 2 personnes", "Vous gardez celui-ci en attendant : jeudi 12 mars 2026", "Choisir un autre horaire")
	w := open(t, d, to())
	kittest.Press(t, w, "Choisir un autre horaire")
	shows(t, open(t, d, d.Routes[len(d.Routes)-1]), "Déplacer le rendez-vous", "3 personnes, comptez 45 minutes")
	// The time behind it comes free: it can be kept where it is.
	d.Get(takenRow(nine(0), 30, 1))
	w = open(t, d, to())
	kittest.Press(t, w, "Le garder et l'allonger jusqu'à 09:45")
	w = open(t, d, d.Routes[len(d.Routes)-1])
	shows(t, w, "de 09:00 à 09:45 · 45 minutes", "Il remplace le rendez-vous actuel : jeudi 12~mars 2026, de 09:00 à 09:30")
	kittest.Press(t, w, "Déplacer le rendez-vous")
	if args, is := last(t, d).Args.(*wire.MoveAppointment); !is || args.Appointment != held || args.Start != nine(0) {
		t.Fatalf("it submitted %+v", last(t, d))
	}
	shows(t, open(t, d, to()), "Déplacement en attente d'envoi", "de 09:00 à 09:45")
	// Too late to change it here.
	late := family(t, heldRow("booked", nine(0), nil), takenRow(nine(0), 60, 1, 2), asksFor(3, false))
	late.Now = screentest.Thursday.At(8, 0)
	late.Tick()
	has(t, cardOf(t, late), "Il est trop tard pour le changer ici : appelez la mairie", "!Choisir un autre horaire")
	// Off line the correction waits.
	waits := family(t, heldRow("booked", nine(0), nil), takenRow(nine(0), 30, 1), asksFor(2, true))
	if _, err := waits.Submit(wire.RequestAnswer, wire.AnswerCorrection{Request: asked, Answers: json.RawMessage(`{"people":[{"name":"A"},{"name":"B"},{"name":"C"}]}`)}, note("book", "", nineSlot())); err != nil {
		t.Fatal(err)
	}
	has(t, cardOf(t, waits), "La durée du rendez-vous va changer", "il durera de 09:00 à 09:45, si ce temps est encore libre")
	// The desk's list says it too.
	agent := staff(t, screentest.Row(wire.DeskFeed(desk), wire.DeskAppointments, held, wire.DeskAppointment{ID: held, Request: asked, Service: "titres", Name: "Claire Martel", Person: "Claire Martel",
		Start: nine(0), End: nine(30), Counter: 1, People: 2, Needs: 3, State: "booked"}))
	shows(t, open(t, agent, screen.To(screen.DeskDays, "day", string(screentest.Thursday))), "Trop court", "3 personnes, prévu pour 2")
	shows(t, open(t, agent, to("step", "choose")), "3 personnes, comptez 45 minutes")
	shows(t, open(t, agent, to()), "Ce rendez-vous est trop court", "La famille en est avertie")
}

func TestWhatHasGoneByAndWhatIsTooShortFit(t *testing.T) {
	for name, build := range map[string]func() fyne.CanvasObject{
		"gone by": func() fyne.CanvasObject { return content(gone(t, "booked"), to()) },
		"missed":  func() fyne.CanvasObject { return content(gone(t, "missed"), to()) },
		"gone by, the agent": func() fyne.CanvasObject {
			d := staff(t)
			d.Now = screentest.Thursday.At(10, 0)
			d.Tick()
			return content(d, to())
		},
		"to note": func() fyne.CanvasObject {
			d := staff(t)
			d.Now = screentest.Thursday.At(10, 0)
			d.Tick()
			return content(d, screen.To(screen.DeskDays, "day", string(screentest.Thursday)))
		},
		"too short": func() fyne.CanvasObject {
			return content(family(t, heldRow("booked", nine(0), nil), takenRow(nine(0), 30, 1), asksFor(3, false)), to())
		},
		"too short, in the list": func() fyne.CanvasObject {
			return content(staff(t, screentest.Row(wire.DeskFeed(desk), wire.DeskAppointments, held, wire.DeskAppointment{ID: held, Request: asked, Service: "titres", Name: "Claire Martel",
				Start: nine(0), End: nine(30), Counter: 1, People: 2, Needs: 3, State: "booked"})), screen.To(screen.DeskDays, "day", string(screentest.Thursday)))
		},
	} {
		t.Run(name, func(t *testing.T) { kittest.FitsEverywhere(t, func() fyne.CanvasObject { return framed(build()) }) })
	}
}

func nineSlot() rules.Slot { return rules.Slot{Start: nine(0), End: nine(30)} }

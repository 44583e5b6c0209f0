package appointments

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

func lineRow(id, request portal.ID, name string, start int64, people, counter int) wire.Change {
	return screentest.Row(wire.DeskFeed(desk), wire.DeskAppointments, id, wire.DeskAppointment{ID: id, Request: request, Service: "titres", Reference: "2026-000123",
		Procedure: "papiers-d-identite", Person: name, Name: name, Start: start, End: start + int64(people)*900e6, Counter: counter, People: people, State: "booked"})
}

func TestTheListOfTheDay(t *testing.T) {
	kittest.Light(t)
	d := staff(t)
	w := open(t, d, screen.To(screen.DeskDays))
	shows(t, w, "Aujourd'hui, lundi 9~mars", "Aucun rendez-vous ce jour-là")
	for range 3 {
		kittest.Press(t, w, "Jour suivant")
	}
	shows(t, w, "Jeudi 12~mars", "2 rendez-vous", "09:00 – 09:30 · Claire Martel", "2 personnes · guichet 1", "09:30 – 09:45 · Sofia Benali")
	d.Get(screentest.Gone(wire.DeskFeed(desk), wire.DeskAppointments, others))
	kittest.Settle(w)
	shows(t, w, "1 rendez-vous")
	kittest.Press(t, w, "Jour suivant")
	kittest.Press(t, w, "Jour suivant")
	shows(t, w, "Le guichet ne reçoit pas sur rendez-vous ce jour-là")
}

func TestWhatAnAgentCanDo(t *testing.T) {
	kittest.Light(t)
	d := staff(t)
	holder := kittest.Window(t, kit.Gap(1), fyne.NewSize(1024, 700))
	v := &days{room: room{d.Context(holder), d}, service: "titres", day: screentest.Thursday, body: kit.NewSwap(nil), strip: kit.NewStrip()}
	labels := func() (out []string) {
		all, _ := d.DayRules("titres")
		for _, item := range v.menu(all, d.DayList("titres", screentest.Thursday)[0]) {
			out = append(out, item.Label)
		}
		return out
	}
	if got := strings.Join(labels(), ", "); got != "Déplacer, Annuler…" {
		t.Errorf("three days before: %s", got)
	}
	d.Now = screentest.Thursday.At(9, 5)
	d.Tick()
	if got := strings.Join(labels(), ", "); got != "Noter la présence, Noter l'absence, Déplacer, Annuler…" {
		t.Errorf("on the day: %s", got)
	}
	all, _ := d.DayRules("titres")
	v.menu(all, d.DayList("titres", screentest.Thursday)[0])[0].Do()
	if args, is := last(t, d).Args.(*wire.MarkAppointment); !is || args.State != "honoured" || args.Appointment != held {
		t.Fatalf("it submitted %+v", last(t, d))
	}
	if got := strings.Join(labels(), ", "); got != "Effacer ce qui est noté" {
		t.Errorf("once noted: %s", got)
	}
	// Cancelling for a family needs what it shall read.
	v.cancelFor(d.DayList("titres", screentest.Thursday)[1])
	kittest.Settle(holder)
	before := len(d.Calls)
	kittest.Press(t, holder, "Annuler le rendez-vous")
	shows(t, holder, "Écrivez le motif")
	if len(d.Calls) != before {
		t.Fatal("it is cancelled without a reason")
	}
	kittest.All[*kit.Field](holder)[0].SetValue("Panne de la machine.")
	kittest.Press(t, holder, "Annuler le rendez-vous")
	if args, is := last(t, d).Args.(*wire.CancelAppointment); !is || args.Appointment != others || args.Reason != "Panne de la machine." {
		t.Fatalf("it submitted %+v", last(t, d))
	}
}

// Out of the list alone, without the family's file.
func TestAnAgentMovesOneWithAReason(t *testing.T) {
	kittest.Light(t)
	d := staff(t)
	w := open(t, d, screen.To(screen.Appointment, "request", string(asked), "step", "choose"))
	shows(t, w, "Déplacer le rendez-vous", "Rendez-vous actuel : jeudi 12~mars 2026, de 09:00 à 09:30", "2 personnes, comptez 30 minutes")
	holder := kittest.Window(t, kit.Gap(1), fyne.NewSize(1024, 700))
	r := room{d.Context(holder), d}
	v, offered := d.Visit(asked)
	slot, wrong := v.Check(nine(60))
	if !offered || wrong != nil {
		t.Fatalf("ten o'clock cannot be had: %v", wrong)
	}
	r.take(v, slot)
	kittest.Settle(holder)
	kittest.All[*kit.Field](holder)[0].SetValue("Agent absent.")
	kittest.Press(t, holder, "Déplacer le rendez-vous")
	if args, is := last(t, d).Args.(*wire.MoveAppointment); !is || args.Appointment != held || args.Start != nine(60) || args.Reason != "Agent absent." {
		t.Fatalf("it submitted %+v", last(t, d))
	}
	w = open(t, d, screen.To(screen.DeskDays, "day", string(screentest.Thursday)))
	shows(t, w, "10:00 – 10:30 · Claire Martel", "En attente d'envoi")
}

// To an agent an appointment is the family's, in every state of it.
func TestAnAgentReadsWhoseAppointmentItIs(t *testing.T) {
	kittest.Light(t)
	d := staff(t)
	w := open(t, d, screen.To(screen.Appointment, "request", string(asked), "step", "choose"))
	shows(t, w, "Retour au rendez-vous", "Claire Martel")
	r := room{d.Context(w), d}
	c := &chooser{room: r, request: asked}
	v, _ := d.Visit(asked)
	a, has := d.AppointmentOf(asked)
	if day := c.cell(v, screentest.Thursday, a, has); day.Word != "Actuel" || !strings.HasPrefix(day.Label, "Le rendez-vous actuel est à 09:00") {
		t.Errorf("the day of the appointment says %q, %q", day.Word, day.Label)
	}
	said := func() string {
		return strings.Join(kittest.Texts(kittest.Window(t, r.stands(asked), fyne.NewSize(1024, 900))), "\n")
	}
	if _, err := d.Submit(wire.AppointmentCancel, wire.CancelAppointment{Appointment: held, Reason: "Panne."}, note("cancel", "", a.Slot())); err != nil {
		t.Fatal(err)
	}
	if text := said(); !strings.Contains(text, "l'annulation n'est pas enregistrée") || strings.Contains(text, "votre annulation") {
		t.Errorf("while it waits there is %q", text)
	}
}

func TestClosingHoursSaysWhatItCosts(t *testing.T) {
	kittest.Light(t)
	d := staff(t)
	holder := kittest.Window(t, kit.Gap(1), fyne.NewSize(1024, 700))
	v := &days{room: room{d.Context(holder), d}, service: "titres", day: screentest.Thursday, body: kit.NewSwap(nil), strip: kit.NewStrip()}
	all, _ := d.DayRules("titres")
	v.shut(all)
	kittest.Settle(holder)
	shows(t, holder, "Fermer le jeudi 12~mars", "2 rendez-vous seront annulés")
	fields := map[string]*kit.Field{}
	for _, f := range kittest.All[*kit.Field](holder) {
		fields[f.Label()] = f
	}
	choose := func(now, then string) {
		t.Helper()
		kittest.Press(t, holder, now)
		kittest.Press(t, holder, then)
		kittest.Settle(holder)
	}
	choose("Début de la journée", "09:30")
	choose("Fin de la journée", "09:00")
	kittest.Press(t, holder, "Fermer ces heures")
	shows(t, holder, "La fin doit venir après le début")
	choose("09:00", "12:00")
	shows(t, holder, "1 rendez-vous sera annulé")
	kittest.Press(t, holder, "Fermer ces heures")
	shows(t, holder, "Écrivez le motif")
	fields["Motif"].SetValue("Formation des agents")
	kittest.Press(t, holder, "Fermer ces heures")
	args, is := last(t, d).Args.(*wire.CloseAppointments)
	if !is || args.From != nine(30) || args.To != screentest.Thursday.At(12, 0).UnixMicro() || args.Reason != "Formation des agents" {
		t.Fatalf("it submitted %+v", last(t, d))
	}
	w := open(t, d, screen.To(screen.DeskDays, "day", string(screentest.Thursday)))
	shows(t, w, "Fermé : jeudi 12~mars de 09:30 à 12:00", "Formation des agents")
	kittest.Press(t, w, "Rouvrir")
	if args, is := last(t, d).Args.(*wire.ReopenAppointments); !is || args.Closure == "" {
		t.Fatalf("it submitted %+v", last(t, d))
	}
}

// What a closure has cost is said once it is so, also by a screen that was left
// meanwhile; a closure that was refused has cost nothing.
func TestWhatAClosureHasCostIsSaid(t *testing.T) {
	kittest.Light(t)
	day := screen.To(screen.DeskDays, "day", string(screentest.Thursday))
	closing := func(t *testing.T) (*screentest.Desk, *screen.Context, fyne.Window) {
		t.Helper()
		d := staff(t)
		w := kittest.Window(t, kit.Gap(1), fyne.NewSize(1024, 900))
		c := d.Context(w)
		w.SetContent(openDays(room{c, d}, day).Content)
		kittest.Settle(w)
		kittest.Press(t, w, "Fermer des heures…")
		for _, f := range kittest.All[*kit.Field](w) {
			if f.Label() == "Motif" {
				f.SetValue("Formation des agents")
			}
		}
		kittest.Press(t, w, "Fermer ces heures")
		d.Drain()
		kittest.Settle(w)
		if kittest.Shows(w, "C'est fermé") {
			t.Fatal("it is said before it is so")
		}
		d.Hand()
		return d, c, w
	}
	d, c, w := closing(t)
	d.Accepted(screentest.Gone(wire.DeskFeed(desk), wire.DeskAppointments, others))
	d.Drain()
	kittest.Settle(w)
	if kittest.Shows(w, "C'est fermé") {
		t.Fatal("it is said while one of them still stands")
	}
	kept := c.Kept
	c.Leave()
	again := d.Context(w)
	again.Kept = kept
	w.SetContent(openDays(room{again, d}, day).Content)
	d.Get(screentest.Gone(wire.DeskFeed(desk), wire.DeskAppointments, held))
	d.Drain()
	kittest.Settle(w)
	shows(t, w, "C'est fermé. 2 rendez-vous annulés : les familles en sont averties.")

	d, _, w = closing(t)
	d.Refused(portal.E("slot_past", ""))
	d.Get(screentest.Gone(wire.DeskFeed(desk), wire.DeskAppointments, others), screentest.Gone(wire.DeskFeed(desk), wire.DeskAppointments, held))
	d.Drain()
	kittest.Settle(w)
	if kittest.Shows(w, "C'est fermé") {
		t.Error("a closure that was refused is told as one")
	}
}

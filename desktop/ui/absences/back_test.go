package absences

import (
	"slices"
	"testing"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// early is a town that counts who comes at half past nine.
func early() bookings.AbsenceRule {
	r := rule(0)
	r.BackHour, r.BackMinute = 9, 30
	return r
}

// toldRow is Léa's absence of Monday, due and forgiven, of Tuesday, which is booked
// again, and of Thursday, cancelled in time.
func toldRow(change func(*wire.Absence)) wire.Change {
	a := wire.Absence{ID: told, Child: screentest.Lea, Illness: true, Told: screentest.Monday.At(8, 0).UnixMicro(), Until: "2026-03-17", State: bookings.AbsenceTold,
		Days: []bookings.AbsentDay{
			{Booking: "b-mon", Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Monday, Cost: bookings.Due, Price: 320},
			{Booking: "b-early", Activity: screentest.Morning, Site: screentest.Ferry, Day: screentest.Monday, Cost: bookings.Forgiven, Credited: true, Price: 240},
			{Booking: "b-was", Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Tuesday, Cost: bookings.InTime, Credited: true, Price: 320},
			{Booking: "b-thu", Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Thursday, Cost: bookings.InTime, Credited: true, Price: 280},
		}}
	if change != nil {
		change(&a)
	}
	return screentest.Row(screentest.Mine, wire.Absences, told, a)
}

func oneOf(t *testing.T, d *screentest.Desk) *shown {
	var one *toldOne
	s := show(t, d, func(c *screen.Context) screen.Screen {
		one = openTold(c, d, told)
		return one.screen()
	})
	s.one = one
	return s
}

// What taking an absence back makes of each day is read before it is done, and
// what cannot be taken back says why.
func TestAnAbsenceIsTakenBack(t *testing.T) {
	kittest.Light(t)
	d := family(early(), toldRow(nil))
	s := oneOf(t, d)
	s.reads("L'absence de Léa", "Reste dû : 3,20 €", "Les jours où votre enfant vient",
		"Ce jour est resté réservé : rien de plus à payer. Possible jusqu'au lundi 9 mars à 09:30.",
		"Réservé de nouveau, au même prix : 2,80 €. Possible jusqu'au mercredi 11 mars à 10:00, tant qu'il reste une place.",
		"Réservé de nouveau : le recrédit de 2,40 € est repris. Possible jusqu'au lundi 9 mars à 09:30, tant qu'il reste une place.", "Ce jour est déjà réservé de nouveau.", "Débit de votre compte : 5,20 €.")
	s.one.which.SetValue("b-mon")
	s.one.weigh()
	s.settle()
	kittest.Press(t, s.w, "Annuler l'absence")
	if len(s.Calls) != 1 || s.Calls[0].Kind != wire.AbsenceWithdraw {
		t.Fatalf("submitted %+v", s.Calls)
	}
	if args := s.Calls[0].Args.(*wire.WithdrawAbsence); args.Absence != told || !slices.Equal(args.Bookings, []portal.ID{"b-mon"}) {
		t.Errorf("taken back is %+v", args)
	}
	s.reads("L'annulation de l'absence part dès que la connexion est là.", "Vient finalement : lundi 9 mars", "En attente d'envoi")
	kittest.Press(t, s.w, "Ne pas l'envoyer")
	s.settle()
	if len(d.Undone) != 1 || s.one.form == nil {
		t.Fatalf("given up is %v", d.Undone)
	}
	s.one.which.SetValue("b-mon")
	s.one.form.Submit()
	s.settle()
	d.Hand()
	d.Accepted(toldRow(func(a *wire.Absence) {
		a.Back, a.Days, a.State = a.Days[:1], a.Days[1:], bookings.AbsenceSettled
	}))
	s.reads("C'est noté : l'établissement attend Léa.", "Vient finalement : lundi 9 mars", "Réglée")
	// The others can be taken back still.
	s.reads("Réservé de nouveau, au même prix : 2,80 €.")
}

func TestAnAbsenceThatCannotBeTakenBackSaysSo(t *testing.T) {
	kittest.Light(t)
	late := func(a *wire.Absence) { a.Days = a.Days[:1] }
	s := oneOf(t, family(rule(0), toldRow(late)))
	s.reads("Appelez la mairie si votre enfant vient : un enfant qui est là est toujours accueilli.", "Trop tard : l'absence pouvait être annulée jusqu'au dimanche 8 mars à 23:59.")
	s = oneOf(t, family(rule(0), toldRow(func(a *wire.Absence) { a.State, a.Reason = bookings.AbsenceRefused, "Trop tard." })))
	s.reads("La mairie a répondu : cette absence ne peut plus être annulée.", "Réponse de la mairie : Trop tard.")
	s = oneOf(t, family(rule(0)))
	s.reads("Cette absence n'est plus affichée ici.")
	// What the town hall refuses names the day.
	d := family(early(), toldRow(nil))
	s = oneOf(t, d)
	s.one.form.Submit()
	s.settle()
	d.Hand()
	d.Refused(portal.E(bookings.NoPlace, "day", "on", string(screentest.Thursday)))
	s.reads("Jeudi 12 mars · Il n'y avait plus de place", "Voir l'absence")
	kittest.Press(t, s.w, "Voir l'absence")
	if to := s.Routes[len(s.Routes)-1]; to.Name != screen.Absent || to.Arg("id") != string(told) {
		t.Errorf("it leads to %v", to)
	}
}

// Right after the telling the strip leads to where it is taken back, and a day
// that is told leads there too.
func TestWhatWasJustToldLeadsToTakingItBack(t *testing.T) {
	kittest.Light(t)
	d := family(rule(0))
	s := tellOf(t, d).answer(screentest.Lea, screentest.Tuesday, "", "other")
	kittest.Press(t, s.w, "Signaler l'absence")
	args := s.Calls[0].Args.(*wire.TellAbsence)
	d.Hand()
	d.Accepted(screentest.Row(screentest.Mine, wire.Absences, args.Absence, wire.Absence{ID: args.Absence, Child: screentest.Lea, Told: 1, State: bookings.AbsenceSettled,
		Days: []bookings.AbsentDay{{Booking: "b-tue", Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Tuesday, Cost: bookings.InTime, Credited: true, Price: 320}}}),
		screentest.Gone(screentest.Mine, wire.Bookings, "b-tue"))
	s.reads("L'absence de Léa est signalée.")
	kittest.Press(t, s.w, "Mon enfant vient finalement")
	if to := s.Routes[len(s.Routes)-1]; to.Name != screen.Absent || to.Arg("id") != string(args.Absence) {
		t.Errorf("it leads to %v", to)
	}
}

package outcome_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// plain writes no-break spaces as spaces.
func plain(s string) string { return strings.NewReplacer("\u00a0", " ").Replace(s) }

// home is a page with the cards, and the family's desk behind it.
func home(t *testing.T) (*screentest.Desk, fyne.Window) {
	t.Helper()
	kittest.Light(t)
	d := screentest.Family()
	holder := test.NewWindow(nil)
	t.Cleanup(holder.Close)
	return d, kittest.Window(t, kit.NewPage(kit.Column(look.L, outcome.Cards(d.Context(holder), d))), kittest.Small)
}

func submit(t *testing.T, d *screentest.Desk, kind string, args any, note cache.Note, needs ...portal.ID) portal.ID {
	t.Helper()
	id, err := d.Submit(kind, args, note, needs...)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func book(day portal.Date) wire.Book {
	return wire.Book{Booking: portal.NewID(), Child: screentest.Lea, Activity: screentest.Canteen, Day: day}
}

func shows(t *testing.T, w fyne.Window, parts ...string) {
	t.Helper()
	kittest.Settle(w)
	all := plain(strings.Join(kittest.Texts(w), "\n"))
	for _, p := range parts {
		if !strings.Contains(all, p) {
			t.Errorf("%q is not shown; there is %q", p, all)
		}
	}
}

func TestARefusedBookingIsACardUntilItIsRead(t *testing.T) {
	d, w := home(t)
	submit(t, d, wire.BookingBook, book(screentest.Thursday), cache.Note{})
	d.Hand()
	id := d.Refused(portal.E(bookings.NoPlace, "day"))
	shows(t, w, "Jeudi 12 mars n'a pas pu être réservé pour Léa", "Il n'y avait plus de place.")
	kittest.Press(t, w, "Choisir un autre jour")
	if len(d.Routes) != 1 || d.Routes[0].Name != "agenda" || d.Routes[0].Arg("month") != "2026-03" || d.Routes[0].Arg("child") != string(screentest.Lea) {
		t.Errorf("went to %v", d.Routes)
	}
	kittest.Press(t, w, "J'ai compris")
	d.Drain()
	kittest.Settle(w)
	if len(d.Read) != 1 || d.Read[0] != id || len(kittest.Texts(w)) != 0 {
		t.Errorf("read %v, and there is still %q", d.Read, kittest.Texts(w))
	}
}

func TestWhatFailedWithAnotherIsToldOnce(t *testing.T) {
	d, w := home(t)
	b := book(screentest.Thursday)
	first := submit(t, d, wire.BookingBook, b, cache.Note{})
	submit(t, d, wire.BookingCancel, wire.CancelBooking{Booking: b.Booking}, cache.Note{Key: "agenda.note.cancel"}, first)
	d.Hand()
	d.Refused(portal.E(bookings.CutoffPassed, "day", "until", "2026-03-11T10:00:00+01:00"))
	d.Refused(portal.E(portal.BlockedBy, "", "command", string(first)))
	shows(t, w, "La date limite, mercredi 11 mars à 10:00, était passée")
	if n := len(kittest.All[*kit.Notice](w)); n != 1 {
		t.Errorf("%d cards", n)
	}
	kittest.Press(t, w, "J'ai compris")
	if len(d.Read) != 2 {
		t.Errorf("read %v", d.Read)
	}
}

func TestEachKindOfCommandHasItsCard(t *testing.T) {
	note := cache.Note{Key: "agenda.note.cancel", Args: map[string]string{"child": "Léa", "day": "?", "activity": "Restauration scolaire",
		outcome.ArgChild: string(screentest.Lea), outcome.ArgActivity: string(screentest.Canteen), outcome.ArgDate: string(screentest.Tuesday)}}
	about := cache.Note{Key: "staff.note.open", Args: map[string]string{"person": "Léa Martel", "reference": "2026-000101"}}
	for _, c := range []struct {
		kind  string
		args  any
		note  cache.Note
		why   *portal.Error
		shown []string
	}{
		{wire.BookingCancel, wire.CancelBooking{Booking: "b-tue"}, note, portal.E(bookings.DayToday, "day"), []string{"Mardi 10 mars n'a pas pu être annulé pour Léa", "le jour même"}},
		{wire.RequestSubmit, wire.SubmitRequest{Request: portal.NewID(), Procedure: "fiche-enfant", Answers: []byte("{}")}, about, portal.E("terms_needed", "terms"), []string{"Votre demande n'a pas pu être envoyée", "conditions", "Voir mes demandes"}},
		{wire.RequestAccept, wire.AcceptRequest{Request: screentest.ForLea}, about, portal.E("already_decided", "request", "by", "Marc Petit", "state", "accepted"), []string{"La demande de Léa Martel n'a pas pu être acceptée", "Marc Petit a été plus rapide : cette demande est déjà acceptée."}},
		{wire.RequestTake, wire.TakeRequest{Request: screentest.ForLea}, about, portal.E("already_decided", "request", "by", "", "state", "accepted"), []string{"n'a pas pu être prise en charge", "Cette demande est déjà décidée."}},
		{wire.DocumentSubmit, wire.SubmitDocument{Document: portal.NewID(), Upload: portal.NewID(), Kind: "income", Name: "bulletins.pdf"}, about, portal.E("encrypted_pdf", "file"), []string{"« bulletins.pdf » n'a pas pu être envoyé", "protégé par un mot de passe", "Envoyer un autre fichier"}},
		{wire.DocumentWithdraw, wire.WithdrawDocument{Document: portal.NewID()}, cache.Note{Args: map[string]string{"name": "bulletins.pdf"}}, portal.E("already_judged", "document", "status", "valid"), []string{"« bulletins.pdf » n'a pas pu être retiré", "La mairie a déjà regardé", "Voir mes justificatifs"}},
		{wire.FileOpen, wire.OpenFile{Account: screentest.Claire, Desk: "enfance"}, about, portal.E(portal.NotFound, "account"), []string{"Le dossier pour Léa Martel n'a pas pu être ouvert"}},
	} {
		d, w := home(t)
		submit(t, d, c.kind, c.args, c.note)
		d.Hand()
		d.Refused(c.why)
		shows(t, w, append(c.shown, "J'ai compris")...)
	}
	d, w := home(t)
	submit(t, d, wire.FileSeen, wire.SeenFile{Account: screentest.Claire, Desk: "enfance"}, cache.Note{})
	d.Hand()
	d.Refused(portal.E(portal.NotFound, "account"))
	if kittest.Settle(w); len(kittest.Texts(w)) != 0 || len(d.Read) != 1 {
		t.Errorf("a look at a file is told: %q", kittest.Texts(w))
	}
}

func TestSentencesHaveTheirDatesAndAmounts(t *testing.T) {
	kittest.Light(t)
	for _, c := range []struct {
		err  *portal.Error
		want string
	}{
		{portal.E(bookings.BalanceFloor, "balance", "after", "-52.40", "floor", "-50.00"), "Votre solde passerait à −52,40 €, sous la limite de −50,00 €. Rechargez d'abord votre compte dans « Paiements »."},
		{portal.E(bookings.CutoffPassed, "day", "until", "2026-03-12T00:00:00+01:00"), "Trop tard : il fallait le faire avant le mercredi 11 mars à 23:59. Appelez la mairie si c'est important."},
		{portal.E(bookings.CutoffPassed, "day"), "La date limite est passée. Appelez la mairie si c'est important."},
		{portal.E(bookings.NeedsOther, "day", "activity", "accueil-soir", "name_fr", "Accueil du soir", "name_en", "Evening care"), "Il faut d'abord réserver « Accueil du soir » pour ce jour."},
		{portal.E(bookings.NeedsOther, "day"), "Une autre activité du même jour est à réserver d'abord."},
		{portal.E(bookings.OtherFloor, "balance"), "Cette réservation est à voir avec la mairie. Appelez-la."},
	} {
		if got := plain(outcome.Sentence(c.err)); got != c.want {
			t.Errorf("%v reads %q", c.err, got)
		}
	}
	for _, lang := range i18n.Languages() {
		i18n.SetLanguage(lang)
		for _, code := range []portal.Code{bookings.NotEnrolled, bookings.OutsideYear, bookings.WeekdayOff, bookings.PublicHoliday, bookings.SchoolHoliday, bookings.Closed,
			bookings.DayPast, bookings.DayToday, bookings.CutoffPassed, bookings.AlreadyBooked, bookings.NoPlace, bookings.BalanceFloor, bookings.NotBooked,
			bookings.NotYourBooker, bookings.OtherFloor, bookings.SchoolDay, bookings.NeedsOther, bookings.ExcludedBy, bookings.NeededBy, "no_tariff", "terms_needed", "already_decided"} {
			if !i18n.Has("error."+string(code)) || strings.HasPrefix(outcome.Sentence(portal.E(code, "")), "[") {
				t.Errorf("%s: no sentence for %s", lang, code)
			}
		}
	}
}

func TestANoteIsReadInTheLanguageOfTheMoment(t *testing.T) {
	kittest.App(t, look.Light, 1, false, i18n.English)
	n := cache.Note{Key: "agenda.note.book", Args: map[string]string{"child": "Léa", "day": "jeudi 12 mars", "activity": "Restauration scolaire", "price": "3,20 €", outcome.ArgDate: "2026-03-12"}}
	if got := plain(outcome.Note(n)); got != "Thursday 12 March: booking for Léa, Restauration scolaire, 3,20 €" {
		t.Errorf("the note reads %q", got)
	}
}

func TestARefusedAppointmentLeadsToAnotherTime(t *testing.T) {
	d, w := home(t)
	at := screentest.Thursday.At(9, 30).UnixMicro()
	const request portal.ID = "0190b000-0000-7000-8000-0000000000b1"
	submit(t, d, wire.AppointmentBook, wire.BookAppointment{Appointment: portal.NewID(), Request: request, Start: at}, cache.Note{})
	d.Hand()
	d.Refused(portal.E("slot_taken", "start"))
	shows(t, w, "Le rendez-vous du jeudi 12 mars à 09:30 n'a pas pu être pris", "Quelqu'un d'autre a pris cet horaire juste avant.")
	kittest.Press(t, w, "Choisir un autre horaire")
	if r := d.Routes[len(d.Routes)-1]; r.Name != "rendez-vous" || r.Arg("request") != string(request) || r.Arg("step") != "choose" {
		t.Errorf("went to %v", r)
	}
}

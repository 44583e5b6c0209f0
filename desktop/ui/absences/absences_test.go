package absences

import (
	"context"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/assets/catalogue"
	"parvis/desktop/i18n"
	"parvis/desktop/pages/pagestest"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const told portal.ID = "0190b000-0000-7000-8000-0000000000d1"

// family is Claire's desktop with Léa booked on Monday to Friday, on Monday at 9:
// Tuesday's limit is at 10, Monday's has passed.
func family(rule bookings.AbsenceRule, rows ...wire.Change) *screentest.Desk {
	d := screentest.Family()
	d.Get(screentest.Row(wire.TownFeed, wire.AbsenceRules, wire.AbsenceRuleKey, rule))
	d.Get(rows...)
	return d
}

func rule(grace int) bookings.AbsenceRule {
	r := bookings.UsualAbsences
	r.Grace = grace
	return r
}

// agentOf is an agent's desktop with the files that families have sent.
type agentOf struct {
	*screentest.Desk
}

func (agentOf) OpenDocument(context.Context, portal.ID) ([]byte, string, error) {
	return nil, "", portal.E(portal.NotFound, "document")
}
func (agentOf) HasLine() bool                     { return true }
func (agentOf) OnStatus(f func()) (cancel func()) { return func() {} }

// waiting is Léa's absence as the desk reads it.
func waiting(change func(*wire.DeskAbsence)) wire.Change {
	a := wire.DeskAbsence{ID: told, Desk: screentest.Childhood, Account: screentest.Claire, Child: screentest.Lea, Person: "Léa Martel", Illness: true, Told: screentest.Monday.At(8, 0).UnixMicro(), Until: "2026-03-17",
		Days: []bookings.AbsentDay{
			{Booking: "b1", Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Monday, Cost: bookings.Due},
			{Booking: "b2", Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Tuesday, Cost: bookings.Due},
			{Booking: "b3", Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Thursday, Cost: bookings.InTime, Credited: true},
		}}
	if change != nil {
		change(&a)
	}
	return screentest.Row(wire.DeskFeed(screentest.Childhood), wire.AbsenceQueue, told, a)
}

type shown struct {
	*screentest.Desk
	t      *testing.T
	w      fyne.Window
	c      *screen.Context
	queue  *task.Queue
	runner *task.Runner
	form   *telling
	one    *toldOne
}

func show(t *testing.T, d *screentest.Desk, build func(c *screen.Context) screen.Screen) *shown {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	s := &shown{Desk: d, t: t, w: w, c: d.Context(w)}
	s.runner, s.queue = task.NewQueued(nil)
	s.c.Scope = s.runner.Scope()
	s.c.Documents = pagestest.Opener(t)
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

func tellOf(t *testing.T, d *screentest.Desk, args ...string) *shown {
	var form *telling
	s := show(t, d, func(c *screen.Context) screen.Screen {
		form = openTell(c, d, screen.To(screen.Absent, args...))
		return form.screen()
	})
	s.form = form
	return s
}

func queueOf(t *testing.T, d *screentest.Desk, args ...string) *shown {
	return show(t, d, func(c *screen.Context) screen.Screen {
		return openQueue(c, agentOf{Desk: d}, screen.To(screen.Absences, args...)).screen()
	})
}

// answer fills the form in.
func (s *shown) answer(child portal.ID, from, to portal.Date, why string) *shown {
	s.form.form.Field("child").SetValue(string(child))
	s.form.form.Field("from").SetValue(string(from))
	s.form.form.Field("to").SetValue(string(to))
	s.form.form.Field("why").SetValue(why)
	s.form.weigh()
	s.settle()
	return s
}

// What a certificate gives back is reckoned of the days told, a forgiven one being
// the first of them too.
func TestWhatACertificateGivesBackIsSaidOfTheseDays(t *testing.T) {
	kittest.Light(t)
	for grace, says := range []string{"la mairie peut recréditer les jours suivants ; le premier jour reste dû.", "la mairie peut recréditer ce jour."} {
		d := family(rule(grace))
		d.Now = screentest.Monday.At(10, 30) // too late for Tuesday as well
		d.Tick()
		tellOf(t, d).answer(screentest.Lea, screentest.Monday, screentest.Friday, "illness").reads("Avec un certificat médical envoyé dans les 8 jours", says)
	}
}

func TestAnAbsenceSaysWhatItCostsBeforeItIsSent(t *testing.T) {
	kittest.Light(t)
	d := family(rule(0))
	s := tellOf(t, d).answer(screentest.Lea, screentest.Monday, screentest.Friday, "illness")
	s.reads("Trop tard pour annuler. Restera dû : 3,20 €.", "Sera annulé et recrédité : 3,20 €. Possible jusqu'au lundi 9 mars à 10:00.", "Restera dû : 3,20 €.", "Rien n'est encore envoyé.",
		"Le premier jour d'une absence reste dû, même avec un certificat médical.")
	kittest.Press(t, s.w, "Signaler l'absence")
	if len(s.Calls) != 1 {
		t.Fatalf("submitted %+v", s.Calls)
	}
	args := s.Calls[0].Args.(*wire.TellAbsence)
	if args.Child != screentest.Lea || !args.Illness || len(args.Bookings) == 0 || !slices.Contains(args.Bookings, "b-mon") {
		t.Errorf("told %+v", args)
	}
	s.reads("L'absence de Léa part dès que la connexion est là. Du lundi 9 mars au mardi 10 mars · recrédit : 3,20 € · reste dû : 3,20 €.", "Les absences signalées", "Lundi 9 mars (dû), mardi 10 mars (recrédité)")
	if b, _ := s.View.Balance("regie"); b.Expected == b.Confirmed {
		t.Error("what is cancelled is not credited yet")
	}
	kittest.Press(t, s.w, "Ne pas l'envoyer")
	if len(d.Undone) != 1 {
		t.Errorf("taken back: %v", d.Undone)
	}
}

// Of a day that is booked while the enrolment is under review nothing was paid, and
// nothing is said to be given back.
func TestOfAProvisionalDayNothingIsGivenBack(t *testing.T) {
	kittest.Light(t)
	d := family(rule(0))
	for id, day := range map[portal.ID]portal.Date{"b-mon": screentest.Monday, "b-tue": screentest.Tuesday} {
		d.Get(screentest.Row(screentest.Mine, wire.Bookings, id, wire.Booking{ID: id, Child: screentest.Lea, Activity: screentest.Canteen,
			Site: screentest.Ferry, Day: day, Payer: screentest.Claire, Price: 320, ByName: "Claire Martel", Provisional: true}))
	}
	s := tellOf(t, d).answer(screentest.Lea, screentest.Monday, screentest.Tuesday, "illness")
	s.reads("Sera annulé : le jour est provisoire, rien n'a été payé.", "Trop tard pour annuler : ce jour sera dû si l'inscription est acceptée.")
	if all := strings.Join(kittest.Texts(s.w), " "); strings.Contains(all, "€") {
		t.Errorf("it speaks of money: %q", all)
	}
	kittest.Press(t, s.w, "Signaler l'absence")
	s.reads("Lundi 9 mars (dû), mardi 10 mars (annulé)")
}

func TestTheFirstForgottenDayIsSaidToBeForgiven(t *testing.T) {
	kittest.Light(t)
	s := tellOf(t, family(rule(1)), "child", string(screentest.Lea), "day", string(screentest.Monday))
	s.reads("c'est la première fois cette année. Sera recrédité : 3,20 €.")
	// Another day was forgiven before, by whichever parent.
	d := family(rule(1), screentest.Row(screentest.Mine, wire.Children, screentest.Lea, wire.Child{ID: screentest.Lea, FirstName: "Léa", LastName: "Martel", BirthDate: "2018-03-12",
		Site: screentest.Ferry, Custody: "full", Forgiven: []portal.Date{"2026-01-12"}}))
	tellOf(t, d, "child", string(screentest.Lea), "day", string(screentest.Monday)).reads("Trop tard pour annuler. Restera dû : 3,20 €.")
	// In another school year it is given again.
	d = family(rule(1), screentest.Row(screentest.Mine, wire.Children, screentest.Lea, wire.Child{ID: screentest.Lea, FirstName: "Léa", LastName: "Martel", BirthDate: "2018-03-12",
		Site: screentest.Ferry, Custody: "full", Forgiven: []portal.Date{"2025-06-12"}}))
	tellOf(t, d, "child", string(screentest.Lea), "day", string(screentest.Monday)).reads("première fois cette année")
}

func TestWhatIsMissingIsTold(t *testing.T) {
	kittest.Light(t)
	s := tellOf(t, family(rule(0)))
	s.form.form.Submit()
	s.reads("Choisissez l'enfant qui ne vient pas.", "Dites si votre enfant est malade.")
	s.answer(screentest.Lea, "2026-03-08", "", "other")
	s.form.form.Submit()
	s.reads("Une absence se signale jusqu'au soir du jour même.")
	s.answer(screentest.Lea, "2026-03-18", "", "other") // a Wednesday
	s.form.form.Submit()
	s.reads("Aucun jour réservé par vous dans cette période.")
	if len(s.Calls) != 0 {
		t.Errorf("submitted %+v", s.Calls)
	}
}

func TestTheCertificateIsAskedForUntilItIsSent(t *testing.T) {
	kittest.Light(t)
	is := wire.Absence{ID: told, Child: screentest.Lea, Illness: true, Told: screentest.Monday.At(8, 0).UnixMicro(), Until: "2026-03-17", State: bookings.AbsenceTold,
		Days: []bookings.AbsentDay{{Booking: "b-mon", Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Monday, Cost: bookings.Due}}}
	d := family(rule(0), screentest.Row(screentest.Mine, wire.Absences, told, is))
	s := tellOf(t, d)
	s.reads("Certificat médical à envoyer au plus tard le 17 mars 2026", "À examiner")
	rows := kittest.All[*kit.Row](s.w)
	rows[len(rows)-1].Tapped(nil)
	if to := s.Routes[0]; to.Name != screen.Absent || to.Arg("id") != string(told) {
		t.Errorf("it leads to %v", to)
	}
	one := oneOf(t, d)
	kittest.Press(t, one.w, "Envoyer le certificat médical")
	if to := one.Routes[len(one.Routes)-1]; to.Name != screen.SendProof || to.Arg("kind") != bookings.UsualAbsences.Proof || to.Arg("child") != string(screentest.Lea) {
		t.Errorf("it leads to %v", to)
	}
	d.Get(screentest.Row(screentest.Mine, wire.Documents, "d1", documents.Document{ID: "d1", Account: screentest.Claire, Kind: bookings.UsualAbsences.Proof, Child: screentest.Lea, Name: "certificat.pdf",
		Sent: screentest.Monday.Add(-9).At(8, 0).UnixMicro(), Status: documents.Valid}))
	s.reads("Certificat médical à envoyer au plus tard le 17 mars 2026") // that one was for another illness
	d.Get(screentest.Row(screentest.Mine, wire.Documents, "d1", documents.Document{ID: "d1", Account: screentest.Claire, Kind: bookings.UsualAbsences.Proof, Child: screentest.Lea, Name: "certificat.pdf",
		Sent: screentest.Monday.At(9, 0).UnixMicro(), Status: documents.Submitted}))
	s.reads("Certificat médical envoyé")
	is.State, is.Reason = bookings.AbsenceRefused, "Le certificat ne couvre pas le 9 mars."
	d.Get(screentest.Row(screentest.Mine, wire.Absences, told, is))
	s.reads("Refusée", "Réponse de la mairie : Le certificat ne couvre pas le 9 mars.")
}

// What a delegate has told is read by the parent who pays: who told it, and that the
// certificate has come where another sent it.
func TestWhatADelegateHasTold(t *testing.T) {
	kittest.Light(t)
	is := wire.Absence{ID: told, Child: screentest.Lea, Illness: true, Told: screentest.Monday.At(8, 0).UnixMicro(), Until: "2026-03-17", State: bookings.AbsenceTold, ByName: "Jeanne Martel",
		Days: []bookings.AbsentDay{{Booking: "b-mon", Activity: screentest.Canteen, Site: screentest.Ferry, Day: screentest.Monday, Cost: bookings.Due, Price: 320}}}
	d := family(rule(0), screentest.Row(screentest.Mine, wire.Absences, told, is))
	s := tellOf(t, d, "child", string(screentest.Lea), "day", string(screentest.Monday))
	s.reads("Déjà signalé par Jeanne Martel.", "Signalée par Jeanne Martel", "Certificat médical à envoyer au plus tard le 17 mars 2026")
	one := oneOf(t, d)
	one.reads("Signalée le 9 mars 2026 à 08:00 par Jeanne Martel", "Envoyer le certificat médical")
	is.ProofSent = true
	d.Get(screentest.Row(screentest.Mine, wire.Absences, told, is))
	one.reads("Certificat médical envoyé")
	if kittest.Find[*kit.Button](one.w, "Envoyer le certificat médical") != nil {
		t.Error("it is asked for still")
	}
}

// Who may only book for a child is told that a parent sends the certificate.
func TestADelegateIsAskedForNoCertificate(t *testing.T) {
	kittest.Light(t)
	lea := wire.Child{ID: screentest.Lea, FirstName: "Léa", LastName: "Martel", BirthDate: "2018-03-12", Site: screentest.Ferry, Delegated: true}
	d := family(rule(0), screentest.Row(screentest.Mine, wire.Children, screentest.Lea, lea), toldRow(nil))
	tellOf(t, d).reads("Un parent peut envoyer un certificat médical jusqu'au 17 mars 2026")
	one := oneOf(t, d)
	one.reads("Un parent peut envoyer un certificat médical jusqu'au 17 mars 2026")
	if kittest.Find[*kit.Button](one.w, "Envoyer le certificat médical") != nil {
		t.Error("it is asked for")
	}
}

// The file that is opened is that of who sent the certificate, also where it comes
// after another's was opened.
func TestTheFileOfWhoSentTheCertificateIsOpened(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	d.Get(waiting(func(a *wire.DeskAbsence) { a.Proof, a.Account = "d1", "jeanne" }))
	s := queueOf(t, d, "id", string(told))
	d.Get(waiting(func(a *wire.DeskAbsence) { a.Proof, a.Account = "d2", "hugo" }))
	s.settle()
	var opened []portal.ID
	for _, c := range s.Calls {
		if open, is := c.Args.(*wire.OpenFile); is {
			opened = append(opened, open.Account)
		}
	}
	if !slices.Equal(opened, []portal.ID{"jeanne", "hugo"}) {
		t.Errorf("opened are %v", opened)
	}
}

func TestAnAgentJudgesAnAbsence(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	d.Get(screentest.Row(wire.TownFeed, wire.AbsenceRules, wire.AbsenceRuleKey, rule(0)))
	s := queueOf(t, d)
	s.reads("Rien à examiner.")
	d.Get(waiting(nil))
	s.reads("Léa Martel", "Maladie · Certificat attendu au plus tard le mardi 17 mars", "Lundi 9 mars (dû), mardi 10 mars (dû), jeudi 12 mars (recrédité)")
	s = queueOf(t, d, "id", string(told))
	s.reads("Si vous acceptez, un repas ou accueil est recrédité.", "Recréditer aussi le premier jour", "Annulé à temps")
	for _, f := range kittest.All[*kit.Field](s.w) {
		if f.Key == "whole" {
			f.SetValue("yes")
		}
	}
	d.Get(waiting(func(a *wire.DeskAbsence) { a.Told++ }))
	s.reads("Si vous acceptez, 2 repas ou accueils sont recrédités.")
	kittest.Press(t, s.w, "Accepter")
	if got := *s.Calls[0].Args.(*wire.JudgeAbsence); got != (wire.JudgeAbsence{Absence: told, Accept: true, Whole: true}) {
		t.Errorf("judged %+v", got)
	}
	if to := s.Routes[0]; to.Name != screen.Absences || to.Arg("id") != "" {
		t.Errorf("it leads to %v", to)
	}
}

// A town may have more days stay due than an absence has.
func TestDaysThatStayDueAreThoseOfTheAbsence(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	r := rule(0)
	r.UnpaidDays = 3
	d.Get(screentest.Row(wire.TownFeed, wire.AbsenceRules, wire.AbsenceRuleKey, r))
	d.Get(waiting(func(a *wire.DeskAbsence) { a.Days = a.Days[:1] }))
	s := queueOf(t, d, "id", string(told))
	s.reads("Si vous acceptez, rien n'est recrédité : le premier jour reste dû.", "Recréditer aussi le premier jour")
}

// What decides is in sight without scrolling, also in the smallest window and in
// large text.
func TestWhatDecidesIsInSight(t *testing.T) {
	for _, scale := range []float32{1, 1.5, 2} {
		kittest.App(t, look.Light, scale, false, i18n.French)
		d := screentest.Staff()
		d.Get(screentest.Row(wire.TownFeed, wire.AbsenceRules, wire.AbsenceRuleKey, rule(0)))
		d.Get(waiting(nil))
		s := queueOf(t, d, "id", string(told))
		w := kittest.Window(t, kittest.InWindow(kittest.Under(s.w), true), kittest.Small)
		accept := kittest.Find[*kit.Button](w, "Accepter")
		if accept == nil {
			t.Fatal("it cannot be accepted")
		}
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(accept)
		if low := at.Y + accept.Size().Height; low > kittest.Small.Height-look.Px(30) {
			t.Errorf("at %.0f %% it ends at %.0f of %.0f", scale*100, low, kittest.Small.Height)
		}
	}
}

func TestARefusalSaysWhatTheFamilyReads(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	d.Get(waiting(func(a *wire.DeskAbsence) { a.Proof = "d1" }))
	s := queueOf(t, d, "id", string(told))
	if len(s.Calls) != 1 || s.Calls[0].Kind != wire.FileOpen {
		t.Fatalf("the file is not opened: %+v", s.Calls)
	}
	s.reads("Le dossier de la famille s'ouvre…")
	kittest.Press(t, s.w, "Refuser…")
	s.reads("Refuser l'absence de Léa Martel ?", "Votre absence reste due")
	kittest.Press(t, s.w, "Refuser")
	s.reads("Dites à la famille pourquoi.")
	for _, f := range kittest.All[*kit.Field](s.w) {
		if f.Key == "reason" {
			f.SetValue("Le certificat ne couvre pas ce jour.")
		}
	}
	kittest.Press(t, s.w, "Refuser")
	if got := *s.Calls[1].Args.(*wire.JudgeAbsence); got != (wire.JudgeAbsence{Absence: told, Reason: "Le certificat ne couvre pas ce jour."}) {
		t.Errorf("judged %+v", got)
	}
}

func TestTheyFit(t *testing.T) {
	files, err := catalogue.Files()
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for name, make := range map[string]func(t *testing.T) *shown{
		"tell": func(t *testing.T) *shown {
			return tellOf(t, family(rule(1))).answer(screentest.Lea, screentest.Monday, screentest.Friday, "illness")
		},
		"mistakes": func(t *testing.T) *shown {
			s := tellOf(t, family(rule(0)))
			s.form.form.Submit()
			s.settle()
			return s
		},
		"told": func(t *testing.T) *shown {
			d := family(rule(0), screentest.Row(screentest.Mine, wire.Absences, told, wire.Absence{ID: told, Child: screentest.Lea, Illness: true, Told: 1, Until: "2026-03-17", State: bookings.AbsenceTold,
				Days: []bookings.AbsentDay{{Booking: "b0", Day: "2026-03-03", Cost: bookings.Due}, {Booking: "b00", Day: "2026-03-05", Cost: bookings.Forgiven, Credited: true}}}),
				screentest.Row(screentest.Mine, wire.Absences, "a2", wire.Absence{ID: "a2", Child: screentest.Noe, Told: 2, State: bookings.AbsenceRefused, Reason: "Aucun justificatif n'a été envoyé dans les huit jours.",
					Days: []bookings.AbsentDay{{Booking: "b5", Day: "2026-02-03", Cost: bookings.Due}}}))
			s := tellOf(t, d).answer(screentest.Lea, screentest.Monday, "", "illness")
			s.form.form.Submit()
			s.settle()
			return s
		},
		"told by another": func(t *testing.T) *shown {
			d := family(rule(0), toldRow(func(a *wire.Absence) { a.ByName = "Marie-Antoinette de la Rochefoucauld" }))
			return tellOf(t, d).answer(screentest.Lea, screentest.Monday, screentest.Friday, "illness")
		},
		"one by another": func(t *testing.T) *shown {
			return oneOf(t, family(early(), toldRow(func(a *wire.Absence) { a.ByName, a.ProofSent = "Marie-Antoinette de la Rochefoucauld", true })))
		},
		"one": func(t *testing.T) *shown { return oneOf(t, family(early(), toldRow(nil))) },
		"one offline": func(t *testing.T) *shown {
			s := oneOf(t, family(early(), toldRow(nil)))
			s.one.form.Submit()
			s.settle()
			return s
		},
		"one too late": func(t *testing.T) *shown {
			return oneOf(t, family(rule(0), toldRow(func(a *wire.Absence) {
				a.Days = a.Days[:2]
				a.Back = []bookings.AbsentDay{{Booking: "b4", Activity: screentest.Canteen, Day: screentest.Thursday}, {Booking: "b5", Activity: screentest.Canteen, Day: screentest.Friday}}
			})))
		},
		"one judged": func(t *testing.T) *shown {
			return oneOf(t, family(rule(0), toldRow(func(a *wire.Absence) {
				a.State, a.Reason = bookings.AbsenceRefused, "Aucun justificatif n'a été envoyé dans les huit jours."
			})))
		},
		"queue none": func(t *testing.T) *shown { return queueOf(t, screentest.Staff()) },
		"queue": func(t *testing.T) *shown {
			d := screentest.Staff()
			d.Get(waiting(nil))
			return queueOf(t, d)
		},
		"judging": func(t *testing.T) *shown {
			d := screentest.Staff()
			d.Get(waiting(nil))
			return queueOf(t, d, "id", string(told))
		},
		"opening": func(t *testing.T) *shown {
			d := screentest.Staff()
			d.Get(waiting(func(a *wire.DeskAbsence) {
				a.Proof, a.Person = "d1", "Marie-Antoinette Joséphine de la Rochefoucauld-Montbazon"
			}))
			return queueOf(t, d, "id", string(told))
		},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				s := make(t)
				return kittest.InWindow(kittest.Under(s.w), s.form == nil && s.one == nil)
			})
		})
	}
}

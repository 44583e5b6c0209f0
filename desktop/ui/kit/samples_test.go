package kit_test

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
)

var march = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func on(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC) }

func sampleDays() []kit.Day {
	return []kit.Day{
		{Date: on(9), Kind: kit.DayToday, Booked: true, Label: "On ne peut plus changer le jour même."},
		{Date: on(10), Kind: kit.DayBooked, Label: "Réservé pour Léa, 3,20 €."},
		{Date: on(12), Kind: kit.DayBooked, Pending: true, Label: "En attente d'envoi, compte si envoyé avant mercredi 10:00."},
		{Date: on(13), Kind: kit.DayBookable, Label: "Cantine Jules-Ferry, 3,20 €."},
		{Date: on(14), Kind: kit.DayNot, Label: "La cantine est fermée le week-end."},
	}
}

func shell(page fyne.CanvasObject) *kit.Shell {
	top := kit.NewTopBar()
	top.SetRight(kit.NewMenuButton("user-circle", "Camille Roux", func() []kit.MenuItem {
		return []kit.MenuItem{{Icon: "user", Label: "Mon profil", Do: func() {}}, {Icon: "sign-out", Label: "Déconnexion", Do: func() {}}}
	}))
	rail := kit.NewRail(nil, func(string) {})
	rail.SetItems(kit.RailItem{ID: "home", Icon: "house", Label: "Accueil"}, kit.RailItem{ID: "agenda", Icon: "calendar", Label: "Agenda"},
		kit.RailItem{ID: "requests", Icon: "list-checks", Label: "Mes demandes", Count: 3})
	rail.Select("home")
	foot := kit.NewFootLine(func() {})
	foot.Set(look.ToneWarning, "cloud-slash", "Hors ligne, 3 envois en attente", 0.4)
	s := kit.NewShell(top, rail, foot, kit.NewToasts(nil))
	s.SetLeft(kit.Line(look.S, kit.NewIcon("bank", look.Link, 26), kit.Strong("Saint-Aubin-sur-Vesle")))
	s.ShowRail(true)
	s.SetStrip("Démonstration : cette commune est inventée et rien n'y est réel.")
	s.SetPage(page)
	return s
}

func homeSample() fyne.CanvasObject {
	strip := kit.NewStrip()
	strip.Say(look.ToneSuccess, "Jeudi 12 mars réservé pour Léa, 3,20 €", "Annuler", func() {})
	meter := kit.NewStrengthMeter()
	meter.SetScore(4)
	progress := kit.NewProgress("Téléchargement du justificatif", func() {})
	progress.Set("Téléchargement du justificatif", 0.4)
	fold := kit.NewFold("Comptes de démonstration", kit.Body("camille.roux, thomas.roux, anticonstitutionnellement.longue.adresse@exemple-de-domaine.fr"))
	fold.SetOpen(true)
	return shell(kit.NewPage(kit.Column(look.L,
		kit.Title("Bonjour Camille"), kit.BalanceText(i18n.Money(-123456)), strip, meter, progress, fold,
		kit.NewSearchField("Chercher une démarche", nil),
		kit.NewNotice(look.ToneError, "Jeudi 12 mars n'a pas pu être réservé pour Léa", "Il n'y avait plus de place à la cantine ce jour-là.",
			kit.Secondary("Choisir un autre jour", nil), kit.Plain("J'ai compris", nil)),
		kit.NewTabs([]kit.Tab{{Label: "Présentation"}, {Icon: "files", Label: "Pièces à fournir"}, {Label: "Délais de réponse"}}, nil),
		kit.RowsCard(
			kit.NewRow("Inscription scolaire de Tom Roux-Desjardins", "Un justificatif de domicile vous est demandé depuis 3 jours", func() {}).Icon("backpack").Status(look.ToneWarning, "", "À compléter"),
			kit.NewRow("Réservation", "3,20 €", nil).Extra(kit.Strong("3,20 €")),
		),
		kit.Columns(300, look.M, 3,
			kit.EmptyState(kit.NothingYet, "", "", "Voir les démarches", func() {}),
			kit.EmptyState(kit.NothingFound, "", "", "", func() {}), kit.EmptyState(kit.NotReceived, "", "", "", nil)),
		kit.Beside(kit.Body("À gauche"), kit.Card(kit.Body("À droite")), 260, 300, look.M),
		kit.Line(look.S, kit.Primary("Réserver 138 repas", nil).Icon("check"), kit.Danger("Retirer la demande", nil), kit.Link("Lire les conditions", nil)),
		kit.Line(look.S, kit.NewChip(look.ToneInfo, "", "En examen"), kit.NewChip(look.TonePending, "", "En attente d'envoi"), kit.NewBadge("12")),
		kit.Timeline(kit.Step{When: "3 mars 2026 à 18:04", Title: "Demande déposée"}, kit.Step{Title: "Réponse de la mairie", Ahead: true, When: "au plus tard le 18 mars"}),
		kit.Recap(kit.RecapSection{Title: "Votre enfant", Edit: func() {}, Answers: []kit.Answer{{Question: "Personnes autorisées à venir chercher l'enfant", Answer: "Jeanne Morel"}, {Question: "Médecin"}}}),
	)))
}

func sampleForm(submit func()) *kit.Form {
	f := kit.NewForm("Suivant", submit, kit.Plain("Annuler", nil))
	f.AddSection("Vous",
		kit.RadioField("Civilité", kit.Option{Value: "mme", Label: "Madame"}, kit.Option{Value: "m", Label: "Monsieur", Hint: "Une précision."}).Named("title"),
		kit.TextField("Nom de famille").Named("name").Hint("Comme sur votre pièce d'identité"),
		kit.DateField("Date de naissance").Named("born"),
		kit.MailField("Adresse électronique").Named("mail").Example("nom@exemple.fr"),
		kit.PhoneField("Téléphone portable").Named("phone").Width(260).Optional())
	f.AddSection("Votre enfant",
		kit.SelectField("École", kit.Option{Value: "jf", Label: "Jules-Ferry"}, kit.Option{Value: "ti", Label: "Les Tilleuls"}).Named("school"),
		kit.YesNoField("A-t-il un projet d'accueil individualisé (PAI) ?").Named("pai"),
		kit.LongField("Ce que l'équipe doit savoir", 3).Named("notes").MayBeEmpty(),
		kit.PasswordField("Mot de passe").Named("password"),
		kit.CheckField("J'ai lu et j'accepte les conditions d'utilisation du portail.").Named("terms").Needed("Cochez la case pour continuer."))
	return f
}

func agendaSample() fyne.CanvasObject {
	grid := kit.NewMonthGrid()
	line := kit.NewDayLine(func() string { return "Choisissez un jour." })
	grid.OnShow = line.Tell
	bar := kit.NewMonthBar(grid, func() {})
	grid.SetMonth(march, sampleDays())
	return shell(kit.NewMonthPane(bar, kit.NewLegend(), grid, line, nil))
}

func TestEverythingFitsItsBox(t *testing.T) {
	t.Run("home", func(t *testing.T) { kittest.FitsEverywhere(t, homeSample) })
	t.Run("form", func(t *testing.T) {
		kittest.FitsEverywhere(t, func() fyne.CanvasObject {
			f := sampleForm(nil)
			f.Check()
			return shell(kit.NewFormPage(f))
		})
	})
	t.Run("agenda", func(t *testing.T) { kittest.FitsEverywhere(t, agendaSample) })
	t.Run("days", func(t *testing.T) {
		kittest.FitsEverywhere(t, func() fyne.CanvasObject {
			l := kit.NewDayList()
			l.SetDays(sampleDays())
			return shell(kit.NewPage(l))
		})
	})
	t.Run("table", func(t *testing.T) {
		kittest.FitsEverywhere(t, func() fyne.CanvasObject { return shell(sampleTable(5000)) })
	})
}

func sampleTable(n int) *kit.Table {
	table := kit.NewTable([]kit.TableColumn{{Title: "Enfant", Width: 220, Grow: true}, {Title: "État", Width: 180}, {Title: "Service", Width: 140, Spare: true}},
		func(row, column int) kit.Cell {
			return kit.Cell{Text: fmt.Sprintf("Ligne %d colonne %d avec des mots", row, column), Second: "Fiche enfant, depuis 3 jours", Icon: "tray"}
		})
	table.SetLength(n)
	return table
}

// The helper itself finds what does not fit, or the tests above prove nothing.
func TestTheFitHelperFindsMistakes(t *testing.T) {
	kittest.Light(t)
	narrow := kit.Body("Un texte bien trop long pour sa boîte").OneLine()
	w := kittest.Window(t, narrow, fyne.NewSize(80, 40))
	if len(kittest.Problems(w.Content(), fyne.NewSize(80, 40))) == 0 {
		t.Error("a text cut short was not found")
	}
	low := kit.Body("Plusieurs mots qui passent à la ligne")
	w = kittest.Window(t, low, fyne.NewSize(90, 20))
	if len(kittest.Problems(w.Content(), fyne.NewSize(90, 20))) == 0 {
		t.Error("a text lower than its box was not found")
	}
}

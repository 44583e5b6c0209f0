package main

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
)

func (g *gallery) say(s string) func() { return func() { g.toasts.Say(look.ToneSuccess, s) } }

func (g *gallery) home() fyne.CanvasObject {
	search := kit.NewSearchField("Chercher une démarche", nil)
	return kit.NewPage(kit.Column(look.L,
		kit.Column(look.XS, kit.Title("Bonjour Camille"), kit.Muted("Voici ce qui vous attend.")),
		kit.NewNotice(look.ToneError, "Jeudi 12 mars n'a pas pu être réservé pour Léa",
			"Il n'y avait plus de place à la cantine ce jour-là. Rien ne vous est débité.",
			kit.Secondary("Choisir un autre jour", g.say("Agenda")), kit.Plain("J'ai compris", nil)).Icon("calendar-x"),
		kit.Columns(300, look.M, 3,
			kit.Card(kit.Column(look.XS, kit.Caption("Compte prépayé"), kit.BalanceText(i18n.Money(4280)), kit.Muted("soit 13 repas de Léa"))),
			kit.Card(kit.Column(look.XS, kit.Caption("Prochain repas"), kit.Section("Jeudi 12 mars"), kit.Muted("Cantine Jules-Ferry, Léa et Tom")))),
		search,
		kit.Column(look.S, kit.Section("Mes demandes"),
			kit.RowsCard(
				kit.NewRow("Fiche enfant de Léa Roux", "Déposée le 3 mars 2026, n° 2026-00412", g.say("Demande")).Icon("student").Status(look.ToneSuccess, "", "Acceptée"),
				kit.NewRow("Inscription scolaire de Tom Roux", "Un justificatif de domicile vous est demandé", g.say("Demande")).Icon("backpack").Status(look.ToneWarning, "paperclip", "À compléter"),
				kit.NewRow("Carte de stationnement résident", "Reçue par la mairie, examen depuis 3 jours", g.say("Demande")).Icon("car").Status(look.ToneInfo, "hourglass", "En examen"),
				kit.NewRow("Réservation de la salle des fêtes", "Partira dès que la connexion reviendra", g.say("Demande")).Icon("confetti").Status(look.TonePending, "", "En attente d'envoi"))),
		kit.Line(look.S, kit.Primary("Faire une demande", g.say("Demande envoyée")).Icon("plus"), kit.Secondary("Voir l'agenda", nil).Icon("calendar"),
			kit.Danger("Retirer la demande", g.ask).Icon("trash"), kit.Plain("Plus tard", nil), kit.Link("Lire les conditions", nil)),
	))
}

func (g *gallery) texts() fyne.CanvasObject {
	long := "Le parvis est la place devant la mairie : on y passe, on s'y retrouve, et de là on entre partout. Ce portail en garde l'esprit, avec des mots simples et une chose à la fois."
	icons := []fyne.CanvasObject{}
	for _, n := range []string{"house", "chats", "credit-card", "calendar", "list-checks", "files", "user", "sign-in", "sign-out", "bell", "fork-knife", "first-aid", "scales", "tree", "dog", "key"} {
		icons = append(icons, kit.NewIcon(n, look.Ink, 28))
	}
	tabs := kit.NewTabs([]kit.Tab{{Icon: "info", Label: "Présentation"}, {Icon: "files", Label: "Pièces à fournir"}, {Icon: "clock", Label: "Délais"}}, nil)
	return kit.NewPage(kit.Column(look.M,
		kit.Title("Un titre de page"), kit.Section("Une section"), kit.Limit(look.TextWidth, kit.Body(long)), kit.Muted(long), kit.Strong("Un texte fort"),
		kit.Caption("Une légende, une unité, une date"), kit.BalanceText(i18n.Money(-1240)),
		tabs, kit.Line(look.S, icons...),
		kit.Line(look.S, kit.NewChip(look.ToneNeutral, "", "Brouillon"), kit.NewChip(look.ToneInfo, "", "En examen"), kit.NewChip(look.ToneSuccess, "", "Acceptée"),
			kit.NewChip(look.ToneWarning, "", "À compléter"), kit.NewChip(look.ToneError, "", "Refusée"), kit.NewChip(look.TonePending, "", "En attente d'envoi")),
		kit.NewFold("Comptes de démonstration", kit.Body("camille.roux, thomas.roux, m.lefevre. Le mot de passe de tous est affiché au démarrage.")),
		kit.NewNotice(look.ToneInfo, "Bon à savoir", "La fiche enfant ouvre seulement le droit de réserver ; les repas se réservent ensuite dans l'agenda."),
		kit.NewNotice(look.ToneWarning, "", "Les réservations comptent si elles sont envoyées avant jeudi 10:00."),
	))
}

func (g *gallery) formPage() fyne.CanvasObject {
	meter := kit.NewStrengthMeter()
	f := kit.NewForm("Suivant", g.say("Suivant"), kit.Plain("Annuler", nil))
	g.form = f
	pass := kit.PasswordField("Mot de passe").Named("password").Hint("12 caractères au moins. Une phrase facile à retenir convient très bien.").
		OnChanged(func(v string) { meter.SetScore(min(4, len([]rune(v))/4)) })
	f.Add(kit.Column(look.XS, kit.Title("Créer un compte"), kit.Muted("Ces informations servent à vos démarches avec la mairie.")))
	f.AddSection("Vous",
		kit.RadioField("Civilité", kit.Option{Value: "mme", Label: "Madame"}, kit.Option{Value: "m", Label: "Monsieur"}, kit.Option{Value: "x", Label: "Ne pas préciser", Hint: "La mairie vous écrira avec votre prénom."}).Named("title"),
		kit.TextField("Nom de famille").Named("name").Hint("Comme sur votre pièce d'identité"),
		kit.DateField("Date de naissance").Named("born").Hint("Par exemple 12 03 1984"),
		kit.MailField("Adresse électronique").Named("mail").Example("nom@exemple.fr"),
		kit.PhoneField("Téléphone portable").Named("phone").Hint("Pour vous prévenir d'une fermeture imprévue").Width(260).Optional(),
	)
	f.AddSection("Votre enfant",
		kit.SelectField("École", kit.Option{Value: "jf", Label: "Jules-Ferry"}, kit.Option{Value: "ti", Label: "Les Tilleuls"}, kit.Option{Value: "lm", Label: "Louise-Michel"}).Named("school"),
		kit.YesNoField("A-t-il un projet d'accueil individualisé (PAI) ?").Named("pai"),
		kit.LongField("Ce que l'équipe doit savoir", 3).Named("notes").MayBeEmpty(),
	)
	f.AddSection("Votre accès", pass, meter,
		kit.CheckField("J'ai lu et j'accepte les conditions d'utilisation du portail.").Named("terms").Needed("Cochez la case pour continuer."))
	return kit.NewFormPage(f)
}

func (g *gallery) recap() fyne.CanvasObject {
	return kit.NewFormPage(kit.Column(look.L,
		kit.Title("Vérifiez votre demande"),
		kit.NewNotice(look.ToneWarning, "Votre demande n'est pas encore envoyée", "Relisez vos réponses, puis appuyez sur Enregistrer."),
		kit.Recap(
			kit.RecapSection{Title: "Votre enfant", Edit: g.say("Modifier"), Answers: []kit.Answer{
				{Question: "Prénom et nom", Answer: "Léa Roux"}, {Question: "Date de naissance", Answer: "12 mars 2019"}, {Question: "École et classe", Answer: "Jules-Ferry, CP"}}},
			kit.RecapSection{Title: "Santé", Edit: g.say("Modifier"), Answers: []kit.Answer{
				{Question: "Allergies", Answer: "Arachide"}, {Question: "Médecin traitant", Answer: ""}, {Question: "Personnes autorisées à venir chercher l'enfant", Answer: "Jeanne Morel (grand-mère), Paul Morel (grand-père)"}}}),
		kit.Line(look.S, kit.Primary("Enregistrer", nil), kit.Plain("Retour", nil)),
	))
}

func days(month time.Time) []kit.Day {
	var all []kit.Day
	for t := month; t.Month() == month.Month(); t = t.AddDate(0, 0, 1) {
		d := kit.Day{Date: t, Kind: kit.DayBookable, Label: "Cantine Jules-Ferry, 3,20 €. Compte si envoyé avant la veille à 10:00."}
		switch {
		case t.Weekday() == time.Saturday || t.Weekday() == time.Sunday:
			d.Kind, d.Label = kit.DayNot, "La cantine est fermée le week-end."
		case t.Weekday() == time.Wednesday:
			d.Kind, d.Label = kit.DayNot, "La cantine ne fonctionne pas le mercredi."
		case t.Day() < 9:
			d.Kind, d.Label = kit.DayNot, "La date limite est passée."
		case t.Day() == 9:
			d.Kind, d.Booked, d.Label = kit.DayToday, true, "Réservé. On ne peut plus changer le jour même."
		case t.Day()%7 == 3:
			d.Kind, d.Label = kit.DayBooked, "Réservé pour Léa, 3,20 €."
		case t.Day()%7 == 5:
			d.Kind, d.Pending, d.Label = kit.DayBooked, true, "Réservation en attente d'envoi, compte si envoyé avant mercredi 10:00."
		}
		all = append(all, d)
	}
	return all
}

func (g *gallery) agenda() fyne.CanvasObject {
	grid := kit.NewMonthGrid()
	line := kit.NewDayLine(func() string { return "Choisissez un jour pour le réserver ou l'annuler." })
	grid.OnShow = line.Tell
	strip := kit.NewStrip()
	strip.Say(look.ToneSuccess, "Jeudi 12 mars réservé pour Léa, 3,20 €", "Annuler", g.say("Annulé"))
	child := kit.NewMenuButton("student", "Agenda de Léa", func() []kit.MenuItem {
		return []kit.MenuItem{{Label: "Léa", Checked: true, Do: func() {}}, {Label: "Tom", Do: func() {}}}
	}).Edged()
	var bar *kit.MonthBar
	grid.OnMonth = func(first time.Time) {
		grid.SetMonth(first, days(first))
		bar.Refresh()
	}
	grid.OnSelect = func(d kit.Day) {
		switch d.Kind {
		case kit.DayBookable:
			d.Kind, d.Pending = kit.DayBooked, true
			strip.Say(look.ToneSuccess, i18n.Capital(i18n.DayDate(d.Date))+" réservé pour Léa, 3,20 €", "Annuler", nil)
		case kit.DayBooked:
			d.Kind, d.Pending = kit.DayBookable, false
		}
		grid.SetDay(d)
	}
	bar = kit.NewMonthBar(grid, func() { grid.OnMonth(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)) }, child)
	march := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	grid.SetMonth(march, days(march))
	strip.Clear()
	if look.Large() {
		list := kit.NewDayList()
		list.SetDays(days(march))
		return kit.NewMonthPane(bar, nil, list, line, strip)
	}
	return kit.NewMonthPane(bar, kit.NewLegend(), grid, line, strip)
}

func (g *gallery) dayList() fyne.CanvasObject {
	list := kit.NewDayList()
	march := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	all := days(march)
	list.SetDays(all)
	list.OnSelect = func(d kit.Day) {
		for i := range all {
			if all[i].Date.Equal(d.Date) && d.Kind == kit.DayBookable {
				all[i].Kind, all[i].Pending = kit.DayBooked, true
			}
		}
		list.SetDays(all)
	}
	return kit.NewPage(kit.Column(look.M, kit.Title("Mars 2026"), list))
}

func (g *gallery) table() fyne.CanvasObject {
	names := []string{"Léa Roux", "Tom Roux", "Inès Benali", "Noé Lefèvre", "Jeanne Morel-Desjardins", "Samir Haddad"}
	procs := []string{"Fiche enfant", "Inscription scolaire", "Dérogation de secteur", "Carte de stationnement résident"}
	states := []kit.Cell{
		{Text: "À prendre", Icon: "tray", Role: look.Warning}, {Text: "En examen", Icon: "hourglass", Role: look.Info},
		{Text: "Attend la famille", Icon: "chats", Role: look.Muted},
	}
	t := kit.NewTable([]kit.TableColumn{
		{Title: "Enfant et démarche", Width: 220, Grow: true}, {Title: "État", Width: 190}, {Title: "Service", Width: 130, Spare: true}, {Title: "Âge", Width: 120, Trailing: true, Spare: true},
	}, func(row, column int) kit.Cell {
		switch column {
		case 0:
			return kit.Cell{Text: names[row%len(names)], Second: procs[row%len(procs)] + ", " + i18n.Since(time.Duration(row)*9*time.Hour), Bold: true}
		case 1:
			return states[row%len(states)]
		case 2:
			return kit.Cell{Text: "Scolaire"}
		default:
			return kit.Cell{Text: fmt.Sprintf("%d j", row/3)}
		}
	})
	t.SetLength(5000)
	t.OnOpen = func(row int) { g.toasts.Say(look.ToneInfo, fmt.Sprintf("Ouvre la ligne %d", row+1)) }
	t.Select(1)
	return t
}

func (g *gallery) states() fyne.CanvasObject {
	p := kit.NewProgress("Téléchargement du justificatif, 40 %", g.say("Arrêté"))
	p.Set("Téléchargement du justificatif, 40 %", 0.4)
	busy := kit.Primary("Envoyer", nil)
	busy.Busy("Envoi en cours…")
	meter := kit.NewStrengthMeter()
	meter.SetScore(3)
	return kit.NewPage(kit.Column(look.L,
		kit.Title("États"),
		kit.Columns(300, look.M, 3,
			kit.EmptyState(kit.NothingYet, "", "Vous n'avez pas encore fait de demande.", "Voir les démarches", g.say("Démarches")),
			kit.EmptyState(kit.NothingFound, "", "", "", g.say("Effacé")),
			kit.EmptyState(kit.NotReceived, "", "", "", nil)),
		kit.Card(p), busy, meter,
		kit.Card(kit.Timeline(
			kit.Step{When: "3 mars 2026 à 18:04", Title: "Demande déposée", Tone: look.ToneSuccess},
			kit.Step{When: "4 mars 2026 à 09:12", Title: "Prise en charge par le service scolaire", Text: "Mme Roy examine votre demande.", Tone: look.ToneInfo, Icon: "user"},
			kit.Step{Title: "Réponse de la mairie", When: "au plus tard le 18 mars 2026", Ahead: true})),
	))
}

package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"parvis/desktop/journey/probe/proto"
	"parvis/shared/portal"
)

// wednesdays is the activity that is cancelled a month ahead, so that what is
// booked there now can only be told as an absence.
const wednesdays = "Mercredis à La Clairière"

// absence has a mother tell that her daughter is ill on days that can still be
// cancelled and on days that cannot, with what that costs, and an agent accept
// it; she reads the answer and the money where she stands.
func (j *journey) absence() (err error) {
	mother, agent, done, err := j.abreast("absence-mere", "absence-mairie")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	meal, first, second := "", "", ""
	book := func(day *string) func() error {
		return func() (err error) {
			if err = mother.toMonth("bookable", 1); err == nil {
				*day, err = mother.book()
			}
			return err
		}
	}
	if err := j.all(
		mother.signIn(motherApart, familyPassword),
		mother.reads("la mère est à l'accueil", "Bonjour "+motherFirst),
		mother.click("l'agenda", "Agenda", ""),
		step{"un repas réservé", book(&meal)},
		mother.click("les activités", "Restauration scolaire", ""),
		mother.click("les mercredis", wednesdays, ""),
		step{"un mercredi réservé", book(&first)},
		step{"et le suivant", book(&second)},
		mother.shot("absence-mercredis"),
	); err != nil {
		return err
	}
	if portal.Date(second) > portal.DateOf(time.Now()).Add(30) {
		fmt.Println("no two Wednesdays of school within a month: nothing is told too late")
		return nil
	}
	return j.all(
		step{"ils ne s'annulent plus : le clic mène à l'absence", func() error {
			if err := mother.toDayFromStart(first); err != nil {
				return err
			}
			return mother.pressDay(first)
		}},
		mother.reads("signaler une absence", "Dites que votre enfant ne vient pas."),
		mother.date("Jour, ou premier jour", portal.Date(min(meal, first))),
		mother.date("Dernier jour (facultatif)", portal.Date(max(meal, second))),
		mother.click("elle est malade", "Mon enfant est malade", ""),
		mother.mentions("ce qui s'annule encore", "Annulé à temps"),
		mother.mentions("ce qui est pardonné", "Recrédité, première fois"),
		mother.mentions("ce qui reste dû", "Restera dû : 5,25\u00a0€."),
		mother.finds("et ce qu'un certificat y change", "Avec un certificat médical envoyé dans les 8 jours, la mairie peut recréditer ce jour."),
		mother.shot("absence-ce-que-cela-change"),
		mother.also("absence-ce-que-cela-change"),
		mother.click("elle est signalée", "Signaler l'absence", "button"),
		mother.reads("c'est dit", "L'absence d'Inès est signalée."),
		mother.shot("absence-signalee"),
		agent.signIn(asking, staffPassword),
		agent.code(asking),
		agent.click("les absences", "Absences", ""),
		agent.reads("elle est à examiner", "Inès Haddad-Benali"),
		agent.shot("absence-mairie"),
		agent.click("elle s'ouvre", "Inès Haddad-Benali", ""),
		agent.finds("ce qui serait recrédité", "Si vous acceptez, un repas ou accueil est recrédité."),
		agent.shot("absence-examen"),
		agent.also("absence-examen"),
		agent.click("elle est acceptée", "Accepter", "button"),
		agent.reads("rien d'autre n'attend", "Rien à examiner."),
		mother.mentions("la mère le lit sans un clic", "Acceptée"),
		mother.shot("absence-acceptee"),
		mother.click("ses paiements", "Paiements", ""),
		mother.reads("le dernier recrédit d'abord", "Derniers mouvements"),
		mother.shot("absence-paiements"),
		mother.also("absence-paiements"),
		mother.click("son relevé", "Relevé de compte", ""),
		step{"chaque jour y est recrédité une fois, avec sa raison", func() error {
			return errors.Join(
				mother.once("Annulation : Restauration scolaire, Inès", meal),
				mother.once("Première fois cette année : "+wednesdays+", Inès", first),
				mother.once("Absence justifiée : "+wednesdays+", Inès", second))
		}},
		mother.shot("absence-releve"),
	)
}

// mentions waits until something on the page, in sight or not, holds words.
func (h hands) mentions(what, words string) step {
	return step{what, func() error {
		return h.w.WaitFor(words, func() (bool, error) {
			nodes, err := h.w.Tree()
			return slices.ContainsFunc(nodes, func(n proto.Node) bool { return strings.Contains(n.Text, words) || strings.Contains(n.Label, words) }), err
		}, patience)
	}}
}

// once waits until one line of the statement says what was credited and for
// which day.
func (h hands) once(what, day string) error {
	day = "pour le " + spoken(portal.Date(day))
	return h.w.WaitFor("one line "+what+" "+day, func() (bool, error) {
		s, err := h.w.State()
		n := 0
		for i, t := range s.Texts {
			if t == what && i+1 < len(s.Texts) && strings.HasPrefix(s.Texts[i+1], day) {
				n++
			}
		}
		return n == 1, err
	}, patience)
}

// spoken is a day as the program writes it: "jeudi 12 mars".
func spoken(d portal.Date) string {
	weekdays := []string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	months := []string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
	number := strconv.Itoa(d.Day())
	if d.Day() == 1 {
		number = "1er"
	}
	return weekdays[d.Weekday()] + " " + number + "\u00a0" + months[d.Month()-1]
}

// toDayFromStart goes to a day from the month of today on.
func (h hands) toDayFromStart(day string) error {
	if found, err := h.w.Find(day, proto.Part); err != nil || len(found) > 0 {
		return err
	}
	if err := h.w.ClickOn("Aujourd'hui", "", patience); err != nil {
		return err
	}
	return h.toDay(day)
}

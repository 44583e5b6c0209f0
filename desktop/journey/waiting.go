package main

import (
	"errors"
	"fmt"
	"strings"

	"parvis/desktop/journey/probe/proto"
)

// workshop is the activity whose two places are taken on one day.
const workshop = "Atelier poney du mercredi matin"

// waitingList has a mother wait for a full day, another family give a place up,
// and the first be offered it at once, where she stands and by mail, and take it
// with one press.
func (j *journey) waitingList() (err error) {
	holder, waits, done, err := j.abreast("attente-reserve", "attente-liste")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	day := ""
	toWorkshop := func(h hands) []step {
		return []step{
			h.click("l'agenda", "Agenda", ""),
			h.click("les activités", "Restauration scolaire", ""),
			h.click("l'atelier du mercredi", workshop, ""),
		}
	}
	steps := []step{
		holder.signIn(busyMother, familyPassword),
		holder.reads("une famille a les places", "Bonjour "+busyMotherFirst),
		waits.signIn(motherApart, familyPassword),
		waits.reads("l'autre en voudrait une", "Bonjour "+motherFirst),
	}
	steps = append(steps, toWorkshop(holder)...)
	steps = append(steps, step{"le jour qui est complet", func() error {
		if err := holder.toMonth("booked", 1); err != nil {
			return err
		}
		days, err := holder.days("booked")
		if err == nil {
			day = days[0].Text[:len("2026-12-04")]
		}
		return err
	}})
	steps = append(steps, toWorkshop(waits)...)
	steps = append(steps,
		step{"ce jour-là chez l'autre", func() error { return waits.toDay(day) }},
		waits.reads("il est complet, et une liste existe", "sur la liste d'attente"),
		waits.shot("attente-complet"),
		step{"un clic, et elle attend", func() error { return waits.pressDay(day) }},
		waits.reads("sa place dans la liste", "attend une place, en tête de la liste"),
		waits.shot("attente-liste"),
		waits.click("son accueil", "Accueil", ""),
		waits.reads("l'accueil le dit", "Sur liste d'attente : un jour."),
		waits.shot("attente-accueil"),
		step{"l'autre famille annule", func() error { return holder.pressDay(day) }},
		holder.reads("elle lit à qui va la place", "la place lui ira aussitôt"),
		holder.shot("attente-laisser"),
		holder.click("et la laisse", "Laisser la place", "button"),
		waits.reads("la place est gardée, sans un clic", "Une place est gardée pour Inès"),
		waits.shot("attente-gardee"),
		waits.also("attente-gardee"),
		step{"un courriel le dit aussi", func() error {
			text, err := j.town.mail(motherApart + "@exemple.fr")
			if err == nil && !strings.Contains(text, "elle est gardée pour vous jusqu'au") {
				err = fmt.Errorf("the mail says %q", text)
			}
			return err
		}},
		step{"personne d'autre ne peut l'avoir", func() error {
			return holder.w.WaitFor(day+" full again", func() (bool, error) {
				found, err := holder.w.Find(day, proto.Part)
				return err == nil && len(found) > 0 && strings.HasSuffix(found[0].Text, " not"), err
			}, patience)
		}},
		holder.shot("attente-rendue"),
		waits.begins("elle la prend", "Réserver, "),
		step{"la carte s'en va", func() error { return waits.w.WaitGone("Une place est gardée pour Inès", patience) }},
	)
	return j.all(append(steps,
		waits.click("l'agenda, où elle l'a laissé", "Agenda", ""),
		step{"le jour est à elle", func() error { return waits.toDay(day) }},
		waits.reads("réservé", "réservé par vous"),
		waits.shot("attente-gagnee"),
	)...)
}

// toDay turns to the month of a day and goes to it with the pointer, so that the
// line under the month tells of it.
func (h hands) toDay(day string) error {
	for range 4 {
		h.w.Rest()
		found, err := h.w.Find(day, proto.Part)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return h.w.Hover(found[0].Rect.Centre())
		}
		if err := h.w.ClickOn("Mois suivant", "", patience); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s is in no month", day)
}

// pressDay clicks a day of the month shown.
func (h hands) pressDay(day string) error {
	found, err := h.w.Find(day, proto.Part)
	if err != nil || len(found) == 0 {
		return errors.Join(err, fmt.Errorf("%s is not shown", day))
	}
	return h.w.Click(found[0].Rect.Centre())
}

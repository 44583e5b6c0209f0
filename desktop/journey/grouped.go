package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"parvis/desktop/journey/probe/proto"
)

// The mother who books many days at once.
const (
	busyMother      = "claire.martel"
	busyMotherFirst = "Claire"
)

// begins clicks the button whose words begin so.
func (h hands) begins(what, words string) step {
	return step{what, func() error {
		return h.w.WaitFor("a button that begins with "+words, func() (bool, error) {
			nodes, err := h.w.Tree()
			if err != nil {
				return false, err
			}
			for _, n := range nodes {
				if n.Kind == proto.Button && strings.HasPrefix(n.Text, words) {
					return true, h.w.ClickOn(n.Text, proto.Button, patience)
				}
			}
			return false, nil
		}, patience)
	}}
}

// grouped has a mother book the evenings of two children for a month, take it
// all back with the line cut, and restore it.
func (j *journey) grouped() (err error) {
	w, err := j.open("groupees")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	h := hands{j, w}
	return j.all(
		h.signIn(busyMother, familyPassword),
		h.reads("l'accueil", "Bonjour "+busyMotherFirst),
		h.click("l'agenda", "Agenda", ""),
		h.click("plusieurs jours à la fois", "Réservations groupées", ""),
		h.reads("pour qui", "Pour qui, et quoi ?"),
		h.click("pour Noé aussi", "Noé Martel", ""),
		h.click("pas la cantine", "Restauration scolaire", ""),
		h.click("mais le soir", "Accueil du soir", ""),
		h.shot("groupees-qui"),
		h.also("groupees-qui"),
		h.click("suivant", "Suivant", "button"),
		h.reads("quels jours", "Quels jours ?"),
		h.click("les lundis", "Lundi", ""),
		h.click("et les mardis", "Mardi", ""),
		h.shot("groupees-quand"),
		h.click("suivant", "Suivant", "button"),
		h.reads("ce qui se passerait", "Rien n'est encore envoyé."),
		h.shot("groupees-verifier"),
		h.also("groupees-verifier"),
		h.begins("tout est envoyé", "Faire "),
		h.reads("tout est réservé", "Tout annuler"),
		h.shot("groupees-fait"),
		step{"la ligne est coupée", func() error {
			j.town.kill()
			return w.WaitFor("the truth about the line", func() (bool, error) {
				s, err := w.State()
				return err == nil && strings.HasPrefix(s.Facts["foot"], "Hors ligne"), err
			}, 6*time.Second)
		}},
		h.click("tout est annulé", "Tout annuler", "button"),
		h.reads("ce n'est pas encore parti", "En attente d'envoi"),
		h.shot("groupees-en-attente"),
		step{"la ligne revient", func() error { return j.town.again() }},
		h.reads("tout est annulé à la mairie", "Rétablir"),
		h.shot("groupees-annule"),
		h.click("et rétabli", "Rétablir", "button"),
		h.reads("réservé de nouveau", "Tout annuler"),
		h.click("l'agenda le montre", "Voir l'agenda", "button"),
		step{"les jours y sont", func() error {
			if err := h.awaitDays("booked", 4); err != nil {
				return fmt.Errorf("in the agenda: %w", err)
			}
			return nil
		}},
		h.shot("groupees-agenda"),
	)
}

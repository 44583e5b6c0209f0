package main

import (
	"errors"
	"fmt"

	"parvis/desktop/journey/probe/proto"
)

// The father who lets his mother book for his son.
const (
	father         = "hugo.martel"
	fatherFirst    = "Hugo"
	fatherName     = "Hugo Martel"
	grandmother    = "jeanne.martel"
	grandFirst     = "Jeanne"
	grandName      = "Jeanne Martel"
	grandmotherAt  = "jeanne.martel@exemple.fr"
	entrusted      = "Noé"
	entrustedOther = "Léa" // whom she sees already
)

// delegate has a father invite the grandmother, who accepts from her own
// account on her own screen, sees the child's days and books one; he sees who
// booked, ends it, and the child is gone from her window.
func (j *journey) delegate() (err error) {
	his, her, done, err := j.abreast("delegue-pere", "delegue-grand-mere")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	day := ""
	return j.all(
		his.signIn(father, familyPassword),
		his.reads("le père est à l'accueil", "Bonjour "+fatherFirst),
		her.signIn(grandmother, familyPassword),
		her.reads("la grand-mère est à l'accueil", "Bonjour "+grandFirst),
		his.click("ses proches", "Mes proches", ""),
		his.reads("ses enfants y sont", entrusted),
		his.shot("delegue-mes-proches"),
		his.click("inviter", "Inviter quelqu'un", "button"),
		his.fill("Son adresse électronique", grandmotherAt),
		his.answer("Qui est cette personne pour l'enfant ?", "Un grand-parent"),
		his.shot("delegue-qui"),
		his.click("suivant", "Suivant", "button"),
		his.answer("Que peut faire cette personne ?", "Voir et réserver"),
		his.click("pour Noé", entrusted+" Martel", ""),
		his.shot("delegue-quoi"),
		his.also("delegue-quoi"),
		his.click("suivant", "Suivant", "button"),
		his.reads("jusqu'à quand", "Jusqu'à quand ?"),
		his.shot("delegue-limites"),
		his.click("suivant", "Suivant", "button"),
		his.reads("la relecture", "L'invitation n'est pas encore envoyée"),
		his.shot("delegue-recapitulatif"),
		his.click("elle part", "Envoyer l'invitation", "button"),
		his.reads("elle est partie", "Invitation envoyée"),
		his.shot("delegue-invitee"),

		her.click("ses proches", "Mes proches", ""),
		her.reads("l'invitation est là", fatherName+" vous invite pour "+entrusted),
		her.shot("delegue-invitation"),
		her.click("elle la lit", "Voir l'invitation", ""),
		her.reads("elle sait ce que cela veut dire", "Accepter"),
		her.shot("delegue-invitation-lue"),
		her.also("delegue-invitation-lue"),
		her.click("elle l'accepte", "Accepter", "button"),
		her.reads("c'est fait", "En cours"),
		his.reads("le père le voit sans un clic", "En cours"),
		his.shot("delegue-acceptee"),
		her.click("l'agenda", "Agenda", ""),
		her.click("elle change d'enfant", entrustedOther, "button"),
		her.click("pour Noé", entrusted, ""),
		her.reads("elle sait de qui", "Invitation de"),
		her.greens(2),
		her.shot("delegue-agenda"),
		step{"elle réserve un jour", func() (err error) {
			day, err = her.book()
			return err
		}},
		her.shot("delegue-reserve"),
		her.also("delegue-reserve"),

		his.click("l'agenda du père", "Agenda", ""),
		his.click("il change d'enfant", entrustedOther, "button"),
		his.click("pour Noé", entrusted, ""),
		his.greens(2),
		step{"il voit le jour réservé", func() error { return his.taken(day) }},
		his.reads("et par qui", "réservé par "+grandName),
		his.shot("delegue-vu-du-pere"),

		his.click("ses proches", "Mes proches", ""),
		his.click("l'accès de la grand-mère", grandName, "button"),
		his.click("y mettre fin", "Mettre fin", "button"),
		his.reads("il sait ce que cela veut dire", "ne verra plus rien de"),
		his.shot("delegue-fin"),
		his.click("pour de bon", "Mettre fin", "button"),
		his.reads("c'est fini", "Terminé"),
		his.shot("delegue-finie"),
		step{"l'enfant n'est plus chez elle", func() error { return her.w.WaitGone(entrusted, patience) }},
		her.shot("delegue-disparu"),
	)
}

// book books the first day that can be, and names it.
func (h hands) book() (day string, err error) {
	days, err := h.days("bookable")
	if err != nil {
		return "", err
	}
	if len(days) == 0 {
		return "", errors.New("no day can be booked")
	}
	day = days[0].Text[:len("2026-12-04")]
	x, y := days[0].Rect.Centre()
	if err := h.w.Click(x, y); err != nil {
		return "", err
	}
	return day, h.w.WaitFor(day+" booked", func() (bool, error) {
		found, err := h.w.Find(day+" booked", proto.Part)
		return err == nil && len(found) > 0 && found[0].Text == day+" booked", err
	}, patience)
}

// taken waits until a day is booked by somebody, and goes to it with the
// pointer, so that the line under the month tells by whom.
func (h hands) taken(day string) error {
	var at proto.Rect
	if err := h.w.WaitFor(day+" taken", func() (bool, error) {
		found, err := h.w.Find(day, proto.Part)
		if err != nil || len(found) == 0 || found[0].Text == day+" bookable" {
			return false, err
		}
		at = found[0].Rect
		return true, nil
	}, patience); err != nil {
		return fmt.Errorf("%s: %w", day, err)
	}
	return h.w.Hover(at.Centre())
}

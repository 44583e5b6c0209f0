package main

import "errors"

// The passwords that the demonstration tells of its people.
const (
	familyPassword = "canard-bleu-halle-39"
	staffPassword  = "registre-vert-pont-52"
)

// The mother who registers her daughter for another school.
const (
	moving       = "sofia.benali"
	movingFirst  = "Sofia"
	formerSchool = "École du Chemin-Vert, Reims"
)

// resumed has a long form half filled on a computer that then loses its
// current, in the middle of a page, gone on with on another, and sent from
// there; the first computer, back, offers no draft any more.
func (j *journey) resumed() (err error) {
	w, err := j.open("reprise-salon")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	h := hands{j, w}
	if err := j.all(
		h.signIn(moving, familyPassword),
		h.reads("l'accueil", "Bonjour "+movingFirst),
		h.click("les démarches", "Démarches", ""),
		h.fill("Chercher une démarche, par exemple cantine", "école"),
		h.shot("reprise-recherche"),
		h.click("l'inscription scolaire", "Inscription scolaire", ""),
		h.opened("elle s'explique", "parvis://demarche?id=inscription-scolaire"),
		h.shot("reprise-expliquee"),
		h.click("les conditions sont acceptées", "J'ai lu et j'accepte les conditions", ""),
		h.click("le formulaire commence", "Faire une demande en ligne", "button"),
		h.click("pour Inès", "Inès Haddad-Benali", ""),
		h.finds("ce que la mairie sait est repris", "Repris de ce que la mairie sait d'Inès : à vérifier."),
		h.fill("Lieu de naissance", "Châlons-en-Champagne"),
		h.shot("reprise-enfant"),
		h.next(3, 4),
		h.click("la classe se choisit", "Choisissez", ""),
		h.click("CM1", "CM1", ""),
		h.fill("Jour", "4"),
		h.fill("Mois", "1"),
		h.fill("Année", "2027"),
		h.answer("L'enfant vient d'une autre école", "Oui"),
		h.fill("Nom et commune de l'ancienne école", formerSchool),
		h.finds("la page dit que tout attend ailleurs aussi", "vos réponses vous attendent aussi"),
		h.shot("reprise-interrompue"),
		step{"le courant est coupé au milieu de la page", func() error { w.Kill(); return nil }},
	); err != nil {
		return err
	}

	d, err := j.second()
	if err != nil {
		return err
	}
	other, err := j.openOn(d, "reprise-bureau")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, other.Close()) }()
	o := hands{j, other}
	if err := j.all(
		o.signIn(moving, familyPassword),
		o.reads("l'autre ordinateur sait ce qui est commencé", "Vous avez commencé : Inscription scolaire"),
		o.shot("reprise-accueil"),
		o.click("reprendre", "Reprendre", "button"),
		o.holds("Nom et commune de l'ancienne école", formerSchool),
		o.holds("Jour", "04"),
		o.shot("reprise-retrouvee"),
		o.next(4, 4),
		o.answer("L'enfant vit en alternance chez ses deux parents", "Oui"),
		o.finds("l'autre adresse peut être dite", "Adresse de l'autre parent"),
		o.shot("reprise-domicile"),
		o.also("reprise-domicile"),
		o.next(5, 4),
		o.finds("ce qui fut dit sur le premier ordinateur s'y lit", "Châlons-en-Champagne"),
		o.shot("reprise-recapitulatif"),
		o.click("la demande est enregistrée", "Enregistrer", "button"),
		o.numbered(),
		o.shot("reprise-confirmation"),
	); err != nil {
		return err
	}

	back, err := j.open("reprise-salon")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, back.Close()) }()
	b := hands{j, back}
	return j.all(
		b.signIn(moving, familyPassword),
		b.reads("le premier ordinateur revient", "Bonjour "+movingFirst),
		b.click("ses demandes", "Mes demandes", ""),
		b.reads("la demande y est", "Reçue par la mairie"),
		step{"et plus de brouillon", func() error { return back.WaitGone("À terminer", patience) }},
		b.shot("reprise-finie"),
	)
}

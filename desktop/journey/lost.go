package main

import "errors"

// The person of the demonstration who forgets her password, and the one that
// she chooses then.
const (
	forgetful     = "claire.martel"
	forgetfulMail = "claire.martel@exemple.fr"
	forgetfulName = "Claire Martel"
	chosenAnew    = "tambour rouge sous la pluie"
)

// lost has somebody forget her password, come in by mail, and look after her
// account from then on.
func (j *journey) lost() (err error) {
	w, err := j.open("perdu", "--route", "connexion")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	h := hands{j, w}
	return j.all(
		h.click("elle a perdu quelque chose", "Mot de passe ou identifiant perdu ?", ""),
		h.reads("elle dit quoi", "Mon identifiant"),
		h.shot("perdu"),
		h.click("le mot de passe", "Vous en choisissez un autre, avec un code ou un lien envoyé à votre adresse électronique.", ""),
		h.fill("Adresse électronique ou identifiant", forgetful),
		h.shot("perdu-mot-de-passe"),
		h.click("envoyer", "Envoyer", "button"),
		h.reads("un courriel part", "Code reçu par courriel"),
		step{"le code du courriel", func() error {
			code, err := j.town.code(forgetfulMail)
			if err != nil {
				return err
			}
			return w.Fill("Code reçu par courriel", code, patience)
		}},
		h.shot("perdu-code"),
		h.click("continuer", "Continuer", "button"),
		h.fill("Nouveau mot de passe", chosenAnew),
		h.fill("Le même mot de passe, une deuxième fois", chosenAnew),
		h.shot("perdu-nouveau"),
		h.click("changer", "Changer mon mot de passe", "button"),
		step{"elle est connectée", func() error { return w.WaitFact("person", forgetfulName, patience) }},
		h.click("son menu", forgetfulName, ""),
		h.shot("mon-compte"),
		h.click("son profil", "Mon profil", ""),
		h.reads("il est là", "Appareils connectés"),
		h.shot("mon-profil"),
		h.click("les détails", "Détails et modifications", "button"),
		h.reads("ils sont là", "Votre adresse postale"),
		h.shot("mon-profil-details"),
		h.also("mon-profil-details"),
		h.click("changer d'adresse", "Modifier", "button"),
		h.fill("Rue", "2 rue de la Gare"),
		h.fill("Code postal", "51000"),
		h.fill("Commune", "Reims"),
		h.reads("le tarif change", "Vos tarifs changeront"),
		h.shot("mon-profil-adresse"),
		h.click("enregistrer", "Enregistrer", "button"),
		h.reads("le changement est reçu", "tarif extérieur"),
		step{"et n'attend plus", func() error { return w.WaitGone("En attente d'envoi", patience) }},
		step{"retour au profil", func() error { return w.Key("Escape") }},
		h.click("les appareils", "Les ordinateurs où vous êtes connecté, et comment vous y déconnecter d'ici. Il faut une connexion à Internet.", ""),
		h.reads("celui-ci est seul", "Aucun autre appareil n'est connecté."),
		h.shot("mes-appareils"),
		step{"retour au profil", func() error { return w.Key("Escape") }},
		h.click("fermer le compte", "Ce qui est effacé, ce que la loi oblige à garder. Il faut une connexion à Internet.", ""),
		h.reads("ce que cela veut dire", "Vous pouvez changer d'avis pendant 14 jours"),
		h.shot("fermer-mon-compte"),
	)
}

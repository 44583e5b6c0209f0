package main

import (
	"errors"
	"slices"

	"parvis/desktop/journey/probe/proto"
)

// The father whose daughter's record waits in the queue, and the agent who
// finds two answers to correct in it.
const (
	corrected      = "julien.lefort"
	correctedFirst = "Julien"
	correctedChild = "Zoé Lefort"
	asking         = "marc.petit"
	notRight       = "L'acte de naissance dit autre chose que Reims, et Zoé aura bientôt cinq ans."
)

// correction has an agent ask for two answers to be corrected; the family is
// led to each, answers, and the agent reads old beside new.
func (j *journey) correction() (err error) {
	family, agent, done, err := j.abreast("correction-famille", "correction-mairie")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return j.all(
		family.signIn(corrected, familyPassword),
		family.reads("la famille est à l'accueil", "Bonjour "+correctedFirst),
		agent.signIn(asking, staffPassword),
		agent.code(asking),
		agent.opened("la file d'attente", "parvis://file"),
		agent.click("la demande de "+correctedChild, correctedChild, "part"),
		agent.click("elle s'ouvre", "Ouvrir la demande", "button"),
		agent.click("elle est prise en charge", "Prendre en charge", "button"),
		agent.click("une correction est demandée", "Faire corriger…", "button"),
		agent.click("de l'identité", "Identité de l'enfant", ""),
		agent.click("le lieu", "Lieu de naissance", ""),
		agent.click("de l'école", "École et classe", ""),
		agent.click("la classe", "Classe", ""),
		agent.shot("correction-choix"),
		agent.fill("Ce qui ne va pas", notRight),
		agent.shot("correction-demandee"),
		agent.click("elle part", "Envoyer à la famille", "button"),
		agent.reads("la mairie le voit", "À compléter"),
		agent.shot("correction-attendue"),

		family.reads("la famille le voit sans un clic", "Une correction vous est demandée"),
		family.shot("correction-accueil"),
		family.also("correction-accueil"),
		family.click("ses demandes", "Mes demandes", ""),
		family.reads("elles le disent aussi", "Réponse attendue de vous"),
		family.shot("correction-demandes"),
		family.click("la demande", "Fiche enfant", "button"),
		family.reads("ce qui est demandé", notRight),
		family.shot("correction-demande"),
		family.click("le premier point", "Lieu de naissance", "link"),
		family.focused("on y est mené", "Lieu de naissance"),
		family.shot("correction-lieu"),
		family.fill("Lieu de naissance", "Bétheny"),
		step{"retour à la demande", func() error { return family.w.Key("Escape") }},
		family.click("le second point", "Classe", "link"),
		family.reads("on y est mené aussi", "Petite section (PS)"),
		family.holds("Lieu de naissance", "Bétheny"),
		family.click("la classe se choisit", "Petite section (PS)", ""),
		family.click("moyenne section", "Moyenne section (MS)", ""),
		family.fill("Un mot pour la mairie (facultatif)", "Merci, je m'étais trompé."),
		family.shot("correction-corrigee"),
		family.also("correction-corrigee"),
		family.click("la réponse part", "Envoyer ma réponse", "button"),
		family.reads("c'est dit", "En cours d'examen"),
		family.shot("correction-envoyee"),

		agent.reads("la mairie le voit sans un clic", "Réponse reçue"),
		agent.reads("l'ancien", "Reims"),
		agent.reads("et le nouveau", "Bétheny"),
		agent.shot("correction-avant-apres"),
		agent.also("correction-avant-apres"),
	)
}

// focused waits until the focus is in a field.
func (h hands) focused(what, label string) step {
	return step{what, func() error {
		return h.w.WaitFor("the focus in "+label, func() (bool, error) {
			fields, err := h.w.Find(label, proto.Field)
			return err == nil && slices.ContainsFunc(fields, func(n proto.Node) bool { return n.Focused }), err
		}, patience)
	}}
}

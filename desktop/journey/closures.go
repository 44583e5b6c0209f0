package main

import (
	"errors"
	"time"

	"parvis/shared/portal"
)

// Three families with meals to come, and what the town hall tells them.
var (
	strikeFamilies = []struct{ login, first string }{{"claire.martel", "Claire"}, {"julien.lefort", "Julien"}, {"jeanne.martel", "Jeanne"}}
	strikeReason   = "Une partie du personnel de cantine est en grève. Prévoyez un repas."
)

// closures has an agent close the canteens for two weeks and take it back, while
// a mother watches; two more families read it when they come, a grandmother who
// books among them.
func (j *journey) closures() (err error) {
	mother, agent, done, err := j.abreast("fermeture-mere", "fermeture-mairie")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	today := portal.DateOf(time.Now())
	from, to := today.Add(1), today.Add(21)
	const agentLogin = "sylvie.roy"
	if err := j.all(
		mother.signIn(strikeFamilies[0].login, familyPassword),
		mother.reads("la mère est à l'accueil", "Bonjour "+strikeFamilies[0].first),
		mother.shot("fermeture-mere-avant"),
		agent.signIn(agentLogin, "registre-vert-pont-52"),
		agent.code(agentLogin),
		agent.click("les fermetures", "Fermetures", ""),
		agent.click("en déclarer une", "Déclarer une fermeture", "button"),
		agent.click("une grève", "Grève", ""),
		agent.date("Jour, ou premier jour", from),
		agent.date("Dernier jour (facultatif)", to),
		agent.click("partout", "Tous les établissements", ""),
		agent.click("la cantine", "Restauration scolaire", ""),
		agent.shot("fermeture-formulaire"),
		agent.also("fermeture-formulaire"),
		agent.fill("Ce que les familles lisent", strikeReason),
		agent.click("vérifier", "Vérifier", "button"),
		agent.reads("ce que cela annule", "réservations seront annulées"),
		agent.shot("fermeture-recapitulatif"),
		agent.also("fermeture-recapitulatif"),
		agent.begins("elle part", "Fermer et prévenir "),
		agent.reads("elle est faite", "les familles sont prévenues"),
		agent.shot("fermeture-declaree"),
		agent.also("fermeture-declaree"),
		mother.reads("la mère le lit sans un clic", strikeReason),
		mother.reads("et ce qui lui revient", "Recrédit sur votre compte"),
		mother.shot("fermeture-mere"),
		mother.also("fermeture-mere"),
		mother.click("ses paiements", "Paiements", ""),
		mother.click("les mouvements", "Relevé de compte", ""),
		mother.reads("chaque ligne dit pourquoi", "Fermeture : "),
		mother.shot("fermeture-releve"),
	); err != nil {
		return err
	}
	for _, f := range strikeFamilies[1:] {
		if err := j.readsOf(f.login, f.first); err != nil {
			return err
		}
	}
	back, shut, err := j.beside("fermeture-mairie-encore")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shut()) }()
	return j.all(
		back.signIn(agentLogin, "registre-vert-pont-52"),
		back.code(agentLogin),
		back.click("les fermetures", "Fermetures", ""),
		back.begins("la grève", "Grève, "),
		back.reads("ce que lisent les familles", strikeReason),
		back.shot("fermeture-une"),
		back.also("fermeture-une"),
		back.click("l'annuler", "Annuler cette fermeture", "button"),
		back.click("pour de bon", "Annuler la fermeture", "button"),
		back.reads("elle est annulée", "Annulée"),
		back.shot("fermeture-annulee"),
		mother.click("la mère retourne à l'accueil", "Accueil", ""),
		mother.reads("elle lit que c'est rétabli", "Finalement ouvert"),
		mother.shot("fermeture-retablie"),
	)
}

// readsOf has a family come and read of the closure.
func (j *journey) readsOf(login, first string) (err error) {
	h, shut, err := j.beside("fermeture-" + first)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shut()) }()
	return j.all(
		h.signIn(login, familyPassword),
		h.reads(first+" est à l'accueil", "Bonjour "+first),
		h.reads("et le lit", strikeReason),
		h.shot("fermeture-"+first),
	)
}

// date types a day in one go, as people do: its three boxes follow each other.
func (h hands) date(label string, d portal.Date) step {
	return step{label + " : " + string(d), func() error {
		if err := h.w.Fill(label, string(d[8:10]), patience); err != nil {
			return err
		}
		return h.w.Type(string(d[5:7]) + string(d[:4]))
	}}
}

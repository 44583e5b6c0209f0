package main

import (
	"fmt"

	"parvis/desktop/journey/xwin"
)

// The person whose account is opened. She is invented.
const (
	firstName = "Hélène"
	lastName  = "Châtelain"
	address   = "helene.chatelain@exemple.fr"
	login     = "helene.chatelain"
	password  = "girafe-vélo-matin-27"
)

// account goes from the signed-out home to the signed-in one.
func (j *journey) account() error {
	var w *xwin.Window
	fill := func(label, text string) func() error {
		return func() error { return w.Fill(label, text, patience) }
	}
	click := func(text string) func() error {
		return func() error { return w.ClickOn(text, "", patience) }
	}
	err := j.all(
		step{"la fenêtre s'ouvre sur les démarches", func() (err error) {
			if w, err = j.open("famille"); err != nil {
				return err
			}
			if _, err = w.WaitText("Fiche enfant", patience); err != nil {
				return err
			}
			return j.shot("accueil-deconnecte")
		}},
		step{"une démarche s'ouvre et se lit", func() error {
			if err := w.ClickOn("Fiche enfant", "", patience); err != nil {
				return err
			}
			if err := w.WaitRoute("parvis://demarche?id=fiche-enfant", patience); err != nil {
				return err
			}
			return j.shot("demarche-lue")
		}},
		step{"la commencer demande de se connecter", func() error {
			if err := w.ClickOn("Faire une demande en ligne", "", patience); err != nil {
				return err
			}
			return w.WaitRoute("parvis://connexion?for=fiche-enfant", patience)
		}},
		step{"le formulaire du compte s'ouvre", click("Créer mon compte")},
		step{"prénom", fill("Prénom", firstName)},
		step{"nom", fill("Nom", lastName)},
		step{"jour de naissance", fill("Jour", "14")},
		step{"mois de naissance", fill("Mois", "3")},
		step{"année de naissance", fill("Année", "1989")},
		step{"rue", fill("Rue", "8 rue du Lavoir")},
		step{"code postal", fill("Code postal", "51999")},
		step{"commune", fill("Commune", "Saint-Aubin-sur-Vesle")},
		step{"adresse électronique", fill("Adresse électronique", address)},
		step{"la même, une deuxième fois", fill("La même adresse électronique, une deuxième fois", address)},
		step{"le formulaire rempli", func() error { return j.shot("compte-formulaire") }},
		step{"le récapitulatif", func() error {
			if err := w.ClickOn("Suivant", "", patience); err != nil {
				return err
			}
			if _, err := w.WaitText("Votre compte n'est pas encore créé", patience); err != nil {
				return err
			}
			return j.shot("compte-recapitulatif")
		}},
		step{"la demande part", func() error {
			if err := w.ClickOn("Valider", "", patience); err != nil {
				return err
			}
			_, err := w.WaitText("Consultez vos courriels", patience)
			return err
		}},
		step{"le courriel se lit dans la fenêtre", func() error {
			if err := w.ClickOn("Lire les courriels de la démonstration", "", patience); err != nil {
				return err
			}
			if err := w.ClickOn("activez votre compte", "", patience); err != nil {
				return err
			}
			if _, err := w.WaitText("Ouvrir le lien", patience); err != nil {
				return err
			}
			if err := j.shot("courriel"); err != nil {
				return err
			}
			for range 2 { // the mail, and their list
				if err := w.Key("Escape"); err != nil {
					return err
				}
			}
			_, err := w.WaitText("Consultez vos courriels", patience)
			return err
		}},
		step{"le code du courriel est recopié", func() error {
			code, err := j.town.code(address)
			if err != nil {
				return err
			}
			if err := w.Fill("Code reçu par courriel", code, patience); err != nil {
				return err
			}
			if err := j.shot("compte-code"); err != nil {
				return err
			}
			return w.ClickOn("Continuer", "", patience)
		}},
		step{"un identifiant est proposé", func() error {
			_, err := w.WaitText("Cet identifiant est libre. Vous pouvez le garder ou le changer.", patience)
			return err
		}},
		step{"mot de passe", fill("Mot de passe", password)},
		step{"le même, une deuxième fois", fill("Le même mot de passe, une deuxième fois", password)},
		step{"l'activation", func() error { return j.shot("activation") }},
		step{"le compte est activé et connecté, là où l'on était", func() error {
			if err := w.ClickOn("Activer mon compte", "button", patience); err != nil {
				return err
			}
			if err := w.WaitFact("person", firstName+" "+lastName, patience); err != nil {
				return err
			}
			return w.WaitRoute("parvis://demarche?id=fiche-enfant", patience)
		}},
		step{"déconnexion", func() error {
			if err := w.ClickOn(firstName+" "+lastName, "", patience); err != nil {
				return err
			}
			if err := w.ClickOn("Déconnexion", "", patience); err != nil {
				return err
			}
			_, err := w.WaitText("Me connecter", patience)
			return err
		}},
		step{"connexion", func() error {
			if err := w.ClickOn("Me connecter", "", patience); err != nil {
				return err
			}
			if err := w.Fill("Identifiant", login, patience); err != nil {
				return err
			}
			if err := w.Fill("Mot de passe", password, patience); err != nil {
				return err
			}
			if err := j.shot("connexion"); err != nil {
				return err
			}
			if err := (hands{j, w}).also("connexion").do(); err != nil {
				return err
			}
			if err := w.ClickOn("Se connecter", "button", patience); err != nil {
				return err
			}
			if _, err := w.WaitText("Bonjour "+firstName, patience); err != nil {
				return err
			}
			return j.shot("accueil-connecte")
		}},
	)
	if w != nil {
		if e := w.Close(); err == nil && e != nil {
			err = fmt.Errorf("closing the window: %w", e)
		}
	}
	return err
}

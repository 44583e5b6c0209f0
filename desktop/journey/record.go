package main

import (
	"fmt"
	"strings"

	"parvis/desktop/journey/xwin"
)

// The child who is registered. Invented, like everybody here.
const (
	childFirst = "Joachim"
	childLast  = "Châtelain"
)

// steps are what every part of the journey does with a window.
type hands struct {
	j *journey
	w *xwin.Window
}

func (h hands) fill(label, text string) step {
	return step{label, func() error { return h.w.Fill(label, text, patience) }}
}

func (h hands) click(what, text, kind string) step {
	return step{what, func() error { return h.w.ClickOn(text, kind, patience) }}
}

func (h hands) shot(name string) step {
	return step{"image " + name, func() error { return h.j.shot(name) }}
}

func (h hands) reads(what, text string) step {
	return step{what, func() error { _, err := h.w.WaitText(text, patience); return err }}
}

// signIn signs a person in from the signed-out window.
func (h hands) signIn(login, password string) step {
	return step{"connexion de " + login, func() error {
		if err := h.w.ClickOn("Me connecter", "button", patience); err != nil {
			return err
		}
		if err := h.w.Fill("Identifiant", login, patience); err != nil {
			return err
		}
		if err := h.w.Fill("Mot de passe", password, patience); err != nil {
			return err
		}
		return h.w.Key("Return")
	}}
}

// answer chooses an answer offered under a question: the first one of that
// text below the question.
func (h hands) answer(question, answer string) step {
	return step{question + " : " + answer, func() error {
		if _, err := h.w.Await(question, "", patience); err != nil {
			return err
		}
		return h.w.WaitFor("the answer to "+question, func() (bool, error) {
			asked, err := h.w.Reveal(question, "")
			if err != nil || len(asked) == 0 {
				return false, err
			}
			offered, err := h.w.Find(answer, "")
			if err != nil {
				return false, err
			}
			for _, o := range offered {
				if o.Shown && o.Rect.Y > asked[0].Rect.Y && o.Text == answer {
					x, y := o.Rect.Centre()
					return true, h.w.Click(x, y)
				}
			}
			return false, nil
		}, patience)
	}}
}

// next goes to the next page of the form, which its progress shows.
func (h hands) next(page int, of int) step {
	return step{fmt.Sprintf("page %d", page), func() error {
		if err := h.w.ClickOn("Suivant", "button", patience); err != nil {
			return err
		}
		if page > of {
			_, err := h.w.WaitText("Votre demande n'est pas encore envoyée", patience)
			return err
		}
		_, err := h.w.WaitText(fmt.Sprintf("%d sur %d", page, of), patience)
		return err
	}}
}

// record fills in and sends a child record.
func (j *journey) record() error {
	w, err := j.open("famille")
	if err != nil {
		return err
	}
	j.family = w
	h := hands{j, w}
	return j.all(
		h.signIn(login, password),
		h.reads("l'accueil", "Bonjour "+firstName),
		h.click("la fiche enfant s'ouvre", "Remplir une fiche enfant", ""),
		h.reads("elle est expliquée", "Justificatifs à préparer"),
		step{"sans accepter les conditions, c'est expliqué", func() error {
			if err := w.ClickOn("Faire une demande en ligne", "button", patience); err != nil {
				return err
			}
			_, err := w.WaitText("Lisez les conditions, puis cochez cette case pour commencer.", patience)
			return err
		}},
		h.shot("fiche-expliquee"),
		h.also("fiche-expliquee"),
		h.click("les conditions sont acceptées", "J'ai lu et j'accepte les conditions", ""),
		h.click("le formulaire commence", "Faire une demande en ligne", "button"),
		h.shot("fiche-quel-enfant"),
		h.click("un enfant est ajouté", "Ajouter un enfant", ""),
		h.reads("le formulaire va à l'identité", "2 sur 7"),
		h.fill("Nom de famille", childLast),
		h.fill("Prénoms", childFirst),
		h.fill("Jour", "5"),
		h.fill("Mois", "6"),
		h.fill("Année", "2019"),
		h.fill("Lieu de naissance", "Reims"),
		h.shot("fiche-formulaire"),
		h.also("fiche-formulaire"),
		h.next(3, 7),
		h.answer("École", "École Jules-Ferry"),
		h.click("la classe se choisit", "Choisissez", ""),
		h.click("CE1", "CE1", ""),
		h.next(4, 7),
		h.answer("Lien avec l'enfant", "Mère"),
		h.fill("Téléphone", "06 39 98 01 20"),
		h.answer("Vit avec l'enfant", "Oui"),
		h.shot("fiche-responsables"),
		h.next(5, 7),
		h.next(6, 7),
		h.answer("Repas", "Sans porc"),
		h.answer("Votre enfant a une allergie ou une intolérance alimentaire", "Non"),
		h.answer("Votre enfant a un projet d'accueil individualisé (PAI)", "Non"),
		h.shot("fiche-sante"),
		h.also("fiche-sante"),
		h.next(7, 7),
		h.click("la restauration scolaire est cochée", "Restauration scolaire", ""),
		step{"les autorisations", func() error {
			for _, q := range []string{"J'autorise les responsables à faire soigner mon enfant en cas d'urgence", "J'autorise la mairie à publier des photos où l'on reconnaît mon enfant"} {
				if err := h.answer(q, "Oui").do(); err != nil {
					return err
				}
			}
			return nil
		}},
		h.shot("fiche-autorisations"),
		h.next(8, 7),
		h.shot("fiche-recapitulatif"),
		h.also("fiche-recapitulatif"),
		h.click("la demande est enregistrée", "Enregistrer", "button"),
		step{"un numéro est donné", func() error {
			return w.WaitFor("the number", func() (bool, error) {
				s, err := w.State()
				if err != nil {
					return false, err
				}
				for _, t := range s.Texts {
					if strings.HasPrefix(t, "Numéro ") {
						return true, nil
					}
				}
				return false, nil
			}, patience)
		}},
		h.shot("fiche-confirmation"),
		h.click("l'agenda attend la mairie", "Agenda", ""),
		h.reads("il le dit", "Demande en cours d'examen par la mairie"),
		h.shot("agenda-en-examen"),
	)
}

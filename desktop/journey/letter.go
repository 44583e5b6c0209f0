package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Who writes with two files, and what is in them.
const (
	writing      = "amina.diallo"
	writingFirst = "Amina"
	receipt      = "quittance-novembre.pdf"
	statement    = "attestation-employeur.pdf"
	letterText   = "Bonjour, voici la quittance et l'attestation que vous demandiez."
)

// letter has a family drop two files on a message and send it over a line that
// is cut in the middle; they arrive whole, and an agent opens one of them. Then a
// file is dropped on Justificatifs.
func (j *journey) letter() (err error) {
	const speed, size = 192 << 10, 3 << 17
	home := filepath.Join(j.folder, "maison-amina-lettre")
	if err := os.MkdirAll(home, 0o755); err != nil {
		return err
	}
	for name, title := range map[string]string{receipt: "Quittance de loyer", statement: "Attestation d'employeur"} {
		if err := os.WriteFile(filepath.Join(home, name), sheet(size, title, "Amina Diallo", "Novembre 2026."), 0o644); err != nil {
			return err
		}
	}
	poor, err := newLine(j.town.url, speed)
	if err != nil {
		return err
	}
	defer poor.cut()
	w, err := j.display.Launch(j.desktop, []string{"--server", poor.url(), "--data", filepath.Join(j.folder, "lettre-famille")}, append(slices.Clone(noBus), "HOME="+home))
	if err != nil {
		return err
	}
	j.windows[j.display] = w
	defer func() { err = errors.Join(err, w.Close()) }()
	h := hands{j, w}
	drop := func(what string, names ...string) step {
		return step{what, func() error {
			var paths []string
			for _, n := range names {
				paths = append(paths, filepath.Join(home, n))
			}
			return w.Drop(800, 400, paths...)
		}}
	}
	if err := j.all(
		h.signIn(writing, familyPassword),
		h.reads("l'accueil", "Bonjour "+writingFirst),
		h.click("les échanges", "Échanges", ""),
		h.click("les messages", "Messages", ""), // where documents wait they are shown first
		h.click("écrire à la mairie", "Écrire à la mairie", ""),
		h.shot("lettre-sur-quoi"),
		h.click("sur la fiche", "Ousmane Diallo", ""),
		h.reads("le trombone est là", "Un fichier peut être déposé ici"),
		h.fill("Votre message à la mairie", letterText),
		drop("deux fichiers sont déposés", receipt, statement),
		h.reads("le premier y est", receipt),
		h.reads("le second aussi", statement),
		h.shot("lettre-deposee"),
		h.also("lettre-deposee"),
		h.click("le message part", "Envoyer", "button"),
		h.reads("il est en chemin", "En attente d'envoi"),
		step{"la ligne est coupée", func() error {
			poor.cut()
			return w.WaitFor("the truth about the line", func() (bool, error) {
				s, err := w.State()
				return err == nil && strings.HasPrefix(s.Facts["foot"], "Hors ligne"), err
			}, 10*time.Second)
		}},
		h.shot("lettre-coupee"),
		step{"la ligne revient", poor.mend},
		step{"tout est arrivé", func() error { _, err := w.WaitText("Envoyé, pas encore lu", 2*patience); return err }},
		h.shot("lettre-envoyee"),
		h.click("les justificatifs", "Justificatifs", ""),
		h.click("en envoyer un", "Envoyer un justificatif", ""),
		h.reads("ce qu'on attend est dit", "Choisir des fichiers"),
		drop("un fichier est déposé", receipt),
		h.reads("il est prêt", "Ce fichier sera envoyé"),
		h.shot("lettre-justificatif"),
	); err != nil {
		return err
	}
	return j.answeredWith(h)
}

// answeredWith has an agent read what was written and open a file of it.
func (j *journey) answeredWith(family hands) (err error) {
	agent, shut, err := j.beside("lettre-mairie")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shut()) }()
	return j.all(
		agent.signIn(asking, staffPassword),
		agent.code(asking),
		agent.opened("la file d'attente", "parvis://file"),
		agent.click("la demande avec un message", "1 non lu", ""),
		agent.click("elle s'ouvre", "Ouvrir la demande", "button"),
		agent.click("ses messages", "Messages", ""),
		agent.finds("le message y est", letterText),
		agent.shot("lettre-mairie"),
		agent.click("un fichier s'ouvre", receipt, ""),
		step{"il est lisible", func() error { return agent.w.WaitGone("Ouverture du document", patience) }},
		agent.shot("lettre-fichier"),
	)
}

package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"parvis/desktop/journey/probe/proto"
)

// The mother who sends a certificate, and what is in it.
const (
	sending      = "amina.diallo"
	sendingFirst = "Amina"
	sendingChild = "Ousmane Diallo"
	certificate  = "vaccins-ousmane.pdf"
)

// document has a family send a certificate over a poor line that is cut in the
// middle, while the town's server is started anew; it goes on where it stopped,
// an agent judges it in the viewer, and the family sees that.
func (j *journey) document() (err error) {
	const speed, size = 192 << 10, 3 << 19
	home := filepath.Join(j.folder, "maison-amina")
	if err := os.MkdirAll(home, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(home, certificate), sheet(size, "Certificat de vaccinations",
		sendingChild+", né le 2 avril 2019", "À jour des vaccinations obligatoires.", "Cabinet médical du Quai"), 0o644); err != nil {
		return err
	}
	poor, err := newLine(j.town.url, speed)
	if err != nil {
		return err
	}
	defer poor.cut()
	w, err := j.display.Launch(j.desktop, []string{"--server", poor.url(), "--data", filepath.Join(j.folder, "document-famille")}, append(slices.Clone(noBus), "HOME="+home))
	if err != nil {
		return err
	}
	j.windows[j.display] = w
	defer func() { err = errors.Join(err, w.Close()) }()
	h := hands{j, w}
	before := 0
	if err := j.all(
		h.signIn(sending, familyPassword),
		h.reads("l'accueil", "Bonjour "+sendingFirst),
		h.click("les échanges", "Échanges", ""),
		h.click("les justificatifs", "Justificatifs", ""),
		h.reads("ce qu'il faut fournir", "À fournir"),
		h.shot("document-a-fournir"),
		h.also("document-a-fournir"),
		h.finds("le certificat en est", "Certificat de vaccinations"),
		h.below("l'envoyer", "Certificat de vaccinations", "Envoyer"),
		h.reads("ce qu'on attend est dit", "Choisir des fichiers"),
		h.shot("document-choisir"),
		h.click("la fenêtre des fichiers", "Choisir des fichiers", "button"),
		step{"le certificat", func() error {
			if _, err := w.WaitText("vaccins-ousmane", patience); err != nil {
				return err
			}
			w.Rest() // the dialog grows once more after it has opened
			return w.ClickOn("vaccins-ousmane", "", patience)
		}},
		h.reads("il est choisi", certificate),
		h.shot("document-fichiers"),
		h.click("il est pris", "Choisir", "button"),
		h.reads("il est prêt", "Ce fichier sera envoyé"),
		h.shot("document-pret"),
		h.also("document-pret"),
		h.click("il part", "Envoyer à la mairie", "button"),
		step{"il est en chemin", func() (err error) { before, err = h.sent(20); return err }},
		h.shot("document-en-chemin"),
		step{"la ligne est coupée", func() error {
			poor.cut()
			return h.w.WaitFor("the truth about the line", func() (bool, error) {
				s, err := h.w.State()
				return err == nil && strings.HasPrefix(s.Facts["foot"], "Hors ligne"), err
			}, 10*time.Second)
		}},
		h.finds("la page le dit", "Hors ligne : il partira tout seul"),
		h.shot("document-coupe"),
		step{"le serveur tombe et revient", func() error { j.town.kill(); return j.town.again() }},
		step{"la ligne revient", poor.mend},
		step{"l'envoi continue là où il s'est arrêté", func() error {
			after, err := h.sent(1)
			if err == nil && after < before {
				err = fmt.Errorf("from %d %% back to %d %%", before, after)
			}
			return err
		}},
		h.shot("document-repris"),
		step{"il est arrivé", func() error {
			if _, err := w.Await("À vérifier", "", 2*patience); err != nil {
				return err
			}
			return w.WaitGone("Envoi en cours", 2*patience)
		}},
		h.shot("document-arrive"),
	); err != nil {
		return err
	}
	return j.judged(h)
}

// judged has an agent judge what was sent.
func (j *journey) judged(family hands) (err error) {
	agent, shut, err := j.beside("document-mairie")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shut()) }()
	return j.all(
		agent.signIn(asking, staffPassword),
		agent.code(asking),
		agent.opened("la file d'attente", "parvis://file"),
		agent.click("la demande "+sendingChild, sendingChild, "part"),
		agent.click("elle s'ouvre", "Ouvrir la demande", "button"),
		agent.click("ses justificatifs", "Justificatifs", ""),
		agent.finds("le certificat y est", "Certificat de vaccinations"),
		agent.shot("document-mairie"),
		agent.click("il s'ouvre", "Certificat de vaccinations", ""),
		agent.reads("il se juge", "Valider"),
		step{"il est lisible", func() error { return agent.w.WaitGone("Ouverture du document", patience) }},
		agent.shot("document-jugement"),
		agent.also("document-jugement"),
		agent.fill("Jour", "31"),
		agent.fill("Mois", "8"),
		agent.fill("Année", "2027"),
		agent.click("il est validé", "Valider", "button"),
		agent.reads("c'est dit", "Justificatif validé : Certificat de vaccinations"),
		agent.shot("document-valide"),
		family.finds("la famille le voit sans un clic", "Valides"),
		family.shot("document-valide-famille"),
	)
}

// below clicks a button that stands lower than a text, the nearest.
func (h hands) below(what, text, button string) step {
	return step{what, func() error {
		return h.w.WaitFor(button+" under "+text, func() (bool, error) {
			over, err := h.w.Reveal(text, "")
			if err != nil || len(over) == 0 || !over[0].Shown {
				return false, err
			}
			all, err := h.w.Find(button, "button")
			if err != nil {
				return false, err
			}
			slices.SortFunc(all, func(a, b proto.Node) int { return a.Rect.Y - b.Rect.Y })
			for _, b := range all {
				if b.Shown && b.Text == button && b.Rect.Y > over[0].Rect.Y {
					x, y := b.Rect.Centre()
					return true, h.w.Click(x, y)
				}
			}
			return false, nil
		}, patience)
	}}
}

var percent = regexp.MustCompile(`Envoi en cours : (\d+)`)

// sent waits until so many percent of a file are there, and tells how many.
func (h hands) sent(least int) (n int, err error) {
	err = h.w.WaitFor(fmt.Sprintf("%d %% sent", least), func() (bool, error) {
		nodes, err := h.w.Tree()
		for _, node := range nodes {
			if m := percent.FindStringSubmatch(node.Text + " " + node.Label); m != nil {
				n, _ = strconv.Atoi(m[1])
			}
		}
		return n >= least, err
	}, 2*patience)
	return n, err
}

// sheet is a PDF of one page with a title and some lines, made heavy by what a
// scanner would leave in it.
func sheet(size int, title string, lines ...string) []byte {
	latin := func(s string) (out string) {
		for _, r := range s {
			out += fmt.Sprintf("\\%03o", r) // WinAnsi is Latin-1 there
		}
		return out
	}
	text := "BT /F1 26 Tf 72 740 Td (" + latin(title) + ") Tj\n"
	for _, s := range lines {
		text += "/F1 15 Tf 0 -34 Td (" + latin(s) + ") Tj\n"
	}
	text += "ET"
	heavy := make([]byte, size)
	_, _ = rand.Read(heavy) // never fails
	var out bytes.Buffer
	var at []int
	out.WriteString("%PDF-1.4\n")
	for i, body := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text),
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", 2*len(heavy), fmt.Sprintf("%x", heavy)),
	} {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return out.Bytes()
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// The father who tops his account up.
const (
	payingFather      = "julien.lefort"
	payingFatherFirst = "Julien"
	testCard          = "5017 6740 0000 0002" // that PayFiP always accepts
)

// links has what a window opens with the system noted instead of opened: the
// environment in which it does.
func (j *journey) links() ([]string, error) {
	folder := filepath.Join(j.folder, "systeme")
	opener := filepath.Join(folder, "xdg-open")
	if _, err := os.Stat(opener); err == nil {
		return []string{"PATH=" + folder + ":" + os.Getenv("PATH")}, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	script := "#!/bin/sh\nprintf '%s\\n' \"$1\" >> '" + j.opened() + "'\n"
	return []string{"PATH=" + folder + ":" + os.Getenv("PATH")}, os.WriteFile(opener, []byte(script), 0o755)
}

// opened is where the addresses stand that windows have opened.
func (j *journey) opened() string { return filepath.Join(j.folder, "ouvert") }

// topUp has a father top his account up: the amount in the window, the card in a
// real browser, and the new balance where he stands, without a click.
func (j *journey) topUp() (err error) {
	w, err := j.open("recharger")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	h := hands{j, w}
	page := ""
	return j.all(
		h.signIn(payingFather, familyPassword),
		h.reads("l'accueil", "Bonjour "+payingFatherFirst),
		h.click("les paiements", "Paiements", ""),
		h.reads("le solde d'abord", "Solde de mon compte prépayé"),
		h.shot("recharger-solde"),
		h.begins("recharger", "Recharger mon compte"),
		h.fill("Montant à payer", "42,50"),
		h.shot("recharger-montant"),
		h.click("valider", "Valider le paiement", "button"),
		h.reads("la suite est dans le navigateur", "Terminez le paiement dans votre navigateur"),
		h.shot("recharger-attend"),
		step{"la page s'est ouverte", func() error {
			return w.WaitFor("the payer's page", func() (bool, error) {
				said, err := os.ReadFile(j.opened())
				if errors.Is(err, os.ErrNotExist) {
					return false, nil
				}
				lines := strings.Fields(string(said))
				if len(lines) > 0 {
					page = lines[len(lines)-1]
				}
				return page != "", err
			}, patience)
		}},
		step{"la carte, dans un vrai navigateur", func() error { return j.pay(page) }},
		h.reads("c'est payé, sans un clic", "Merci : 42,50"),
		h.shot("recharger-paye"),
		h.also("recharger-paye"),
		h.click("revenir", "Paiements", ""),
		step{"il est au relevé, une fois", func() error {
			return w.WaitFor("one movement", func() (bool, error) {
				s, err := w.State()
				n := 0
				for _, t := range s.Texts {
					if strings.HasPrefix(t, "Paiement en ligne, Quittance") {
						n++
					}
				}
				return n == 1, err
			}, patience)
		}},
		h.shot("recharger-releve"),
	)
}

// browser is a Chromium of this machine, "" where there is none.
func browser() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// pay pays on the payer's page, and keeps what it shows.
func (j *journey) pay(page string) error {
	profile, err := os.MkdirTemp(j.folder, "navigateur-")
	if err != nil {
		return err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("accept-lang", "fr-FR"), chromedp.UserDataDir(profile), chromedp.WindowSize(900, 900))
	allocated, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	tab, end := chromedp.NewContext(allocated)
	defer end()
	tab, cancel := context.WithTimeout(tab, time.Minute)
	defer cancel()
	done := ""
	err = chromedp.Run(tab,
		chromedp.Navigate(page),
		chromedp.WaitVisible("#card", chromedp.ByQuery),
		j.webShot("recharger-payfip"),
		chromedp.SendKeys("#card", testCard, chromedp.ByQuery),
		chromedp.Click(`button[value="card"]`, chromedp.ByQuery),
		chromedp.WaitVisible("a.button", chromedp.ByQuery),
		chromedp.Text("h1", &done, chromedp.ByQuery),
		chromedp.Click("a.button", chromedp.ByQuery),
		chromedp.WaitNotPresent("a.button", chromedp.ByQuery),
		j.webShot("recharger-retour"),
	)
	if err == nil && done != "Paiement accepté" {
		err = fmt.Errorf("the payer reads %q", done)
	}
	return err
}

// webShot keeps what the browser shows, numbered among the pictures.
func (j *journey) webShot(name string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		var png []byte
		if err := chromedp.FullScreenshot(&png, 100).Do(ctx); err != nil {
			return err
		}
		j.shown++
		j.pictures++
		return os.WriteFile(filepath.Join(j.shots, fmt.Sprintf("%02d-%02d-%s.png", j.number, j.shown, name)), png, 0o644)
	})
}

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/client"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// untilOpen is how long before its hour the opening is announced: long enough to
// prepare for it, also on a busy machine.
const untilOpen = 75 * time.Second

// announce has the childhood's desk announce an opening of the evenings from three
// weeks on, through the very command that its window sends.
func (j *journey) announce() (at time.Time, err error) {
	ctx, done := context.WithTimeout(context.Background(), patience)
	defer done()
	token := ""
	c, err := client.New(client.Options{Address: j.town.url, Token: func() string { return token }})
	if err != nil {
		return at, err
	}
	defer c.Close()
	code, err := j.town.otp("sylvie.roy")
	if err != nil {
		return at, err
	}
	in, err := c.SignIn(ctx, wire.SignIn{Login: "sylvie.roy", Password: "registre-vert-pont-52", OTP: code, Device: wire.Device{ID: portal.NewID()}})
	if err != nil {
		return at, err
	}
	token = in.Token
	at = time.Now().Add(untilOpen).Truncate(time.Second)
	today := portal.DateOf(at)
	body, err := wire.NewCommand(portal.NewID(), wire.OpeningAnnounce, wire.AnnounceOpening{Opening: bookings.Opening{
		ID: portal.NewID(), Activity: "accueil-soir", Period: portal.Period{From: today.Add(21), To: today.Add(62)}, Opens: at.UnixMicro(),
	}})
	if err != nil {
		return at, err
	}
	out, err := c.SendCommands(ctx, portal.NewID(), []wire.Envelope{{Number: 1, Body: body}})
	if err == nil && !out.Verdicts[0].Accepted {
		err = out.Verdicts[0].Error
	}
	return at, err
}

// openings has a mother see an opening announced, prepare for it and have the
// window send at its hour, over which the server is down.
func (j *journey) openings() (err error) {
	w, err := j.open("ouverture")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	h := hands{j, w}
	var at time.Time
	until := func(t time.Time) { time.Sleep(time.Until(t)) } // an hour is a fact that only a clock tells
	return j.all(
		h.signIn(busyMother, familyPassword),
		h.reads("l'accueil", "Bonjour "+busyMotherFirst),
		step{"la mairie annonce une ouverture", func() (err error) { at, err = j.announce(); return err }},
		h.finds("l'accueil le dit sans un clic", "Accueil du soir : ouvre"),
		h.shot("ouverture-accueil"),
		h.begins("elle la regarde", "Accueil du soir : ouvre"),
		h.reads("les ouvertures", "Ouvertures"),
		h.shot("ouverture-annoncee"),
		h.also("ouverture-annoncee"),
		h.click("elle prépare", "Préparer mes jours", "button"),
		h.reads("pour qui", "Pour qui ?"),
		h.click("suivant", "Suivant", "button"),
		h.reads("quels jours", "Quels jours ?"),
		h.click("les lundis", "Lundi", ""),
		h.click("et les mardis", "Mardi", ""),
		h.click("suivant", "Suivant", "button"),
		h.finds("ce qui se prépare", "Préparer pour l'ouverture"),
		h.shot("ouverture-verifier"),
		h.click("elle le prépare", "Préparer pour l'ouverture", "button"),
		h.reads("c'est gardé", "Jours préparés"),
		h.click("la fenêtre enverra seule", "Envoyer à l'ouverture", ""),
		h.shot("ouverture-preparee"),
		h.also("ouverture-preparee"),
		step{"le serveur tombe juste avant l'heure", func() error {
			if time.Until(at) < time.Second {
				return fmt.Errorf("the hour came %v too early", -time.Until(at))
			}
			until(at.Add(-time.Second))
			j.town.kill()
			until(at.Add(3 * time.Second))
			return j.shotOf(w.Display, "ouverture-sans-ligne")
		}},
		step{"il revient", func() error { return j.town.again() }},
		step{"la fenêtre a envoyé seule", func() error { return w.WaitGone("Léa et Noé : Accueil du soir", 2*patience) }},
		h.shot("ouverture-envoyee"),
		h.click("l'agenda", "Agenda", ""),
		h.click("les activités", "Restauration scolaire", ""),
		h.click("le soir", "Accueil du soir", ""),
		step{"les jours y sont", func() error {
			for range 3 {
				w.Rest()
				if days, err := h.days("booked"); err != nil || len(days) >= 2 {
					return err
				}
				if err := w.ClickOn("Mois suivant", "", patience); err != nil {
					return err
				}
			}
			return h.awaitDays("booked", 2)
		}},
		h.shot("ouverture-agenda"),
	)
}

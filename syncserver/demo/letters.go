package demo

import (
	"errors"
	"fmt"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// texts are what the childhood desk of the demonstration writes often.
var texts = []struct{ title, body string }{
	{"Accusé de réception", "Bonjour {prénom},\n\nNous avons bien reçu votre demande « {démarche} », n° {référence}. Elle est en cours d'examen.\n\n{agent}"},
	{"Précision nécessaire", "Bonjour {prénom},\n\nPour avancer sur votre demande n° {référence}, il nous manque une précision : \n\nMerci de nous répondre ici.\n\n{agent}"},
	{"Prendre rendez-vous", "Bonjour {prénom},\n\nMerci d'appeler la mairie pour convenir d'un rendez-vous au sujet de votre demande n° {référence}.\n\n{agent}"},
}

// letters gives the town a thread that waits for an answer, and the texts to
// answer with.
func letters(tx *store.Tx, svc *service.Service, login string, request portal.ID) error {
	agent, found, err := tx.AccountByLogin("sylvie.roy")
	if err != nil || !found {
		return errors.Join(err, errors.New("no agent of the childhood desk"))
	}
	for _, t := range texts {
		if err := svc.Do(tx, agent, wire.TextSave, &wire.SaveText{Text: portal.NewID(), Desk: "enfance", Title: t.title, Body: t.body}); err != nil {
			return fmt.Errorf("the text %q: %w", t.title, err)
		}
	}
	family, found, err := tx.AccountByLogin(login)
	if err != nil || !found {
		return errors.Join(err, fmt.Errorf("no account %s", login))
	}
	return svc.Do(tx, family, wire.MessageSend, &wire.SendMessage{Message: portal.NewID(), Request: request,
		Text: "Bonjour,\n\nsavez-vous quand cette demande sera examinée ? La rentrée approche.\n\nMerci d'avance."})
}

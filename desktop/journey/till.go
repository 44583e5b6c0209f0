package main

import "errors"

// The cashier.
const cashier = "odile.vasseur"

// till has a cashier take cash for a father who looks at his statement, and
// correct it: he reads both where he stands, with their reason.
func (j *journey) till() (err error) {
	father, desk, done, err := j.abreast("regie-pere", "regie-mairie")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	const reason = "Cinq euros de trop comptés au guichet."
	return j.all(
		father.signIn(payingFather, familyPassword),
		father.reads("le père est à l'accueil", "Bonjour "+payingFatherFirst),
		father.click("ses paiements", "Paiements", ""),
		father.click("son relevé", "Relevé de compte", ""),
		desk.signIn(cashier, staffPassword),
		desk.code(cashier),
		desk.click("la régie", "Régie", ""),
		desk.fill("Nom à chercher", "lefort"),
		desk.click("un compte est cherché", "Chercher", "button"),
		desk.reads("il est trouvé", "Julien Lefort"),
		desk.shot("regie-trouve"),
		desk.also("regie-trouve"),
		desk.click("il s'ouvre", "Julien Lefort", ""),
		desk.click("il apporte des espèces", "Encaisser", "button"),
		desk.click("le moyen", "Espèces", ""),
		desk.fill("Montant", "35"),
		desk.shot("regie-saisie"),
		desk.click("à relire", "Vérifier", "button"),
		desk.reads("rien n'est fait", "Rien n'est encore enregistré"),
		desk.shot("regie-relire"),
		desk.begins("c'est encaissé", "Encaisser 35,00"),
		desk.reads("la quittance est numérotée", "Imprimer la quittance"),
		desk.shot("regie-encaisse"),
		desk.also("regie-encaisse"),
		father.finds("le père le lit sans un clic", "Versement à la mairie"),
		father.shot("regie-releve"),
		desk.click("une erreur", "Corriger…", "button"),
		desk.click("trop crédité", "Retirer du solde", ""),
		desk.fill("Montant", "5"),
		desk.fill("Motif", reason),
		desk.click("à relire", "Vérifier", "button"),
		desk.reads("ce que le père lira", "La famille lira :"),
		desk.shot("regie-correction"),
		desk.begins("c'est corrigé", "Corriger de "),
		desk.reads("c'est dit", "La famille le lit sur son relevé, avec son motif."),
		desk.shot("regie-corrige"),
		father.finds("le père le lit aussi", "Correction par la mairie"),
		father.shot("regie-releve-corrige"),
		father.also("regie-releve-corrige"),
		desk.click("la liste du jour", "Régie", ""),
		desk.finds("ce qui a été encaissé", "Total encaissé"),
		desk.shot("regie-jour"),
	)
}

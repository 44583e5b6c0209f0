package main

import "errors"

// The parents who live apart, and their daughter.
const (
	motherApart  = "sofia.benali"
	motherFirst  = "Sofia"
	motherName   = "Sofia Benali"
	fatherApart  = "karim.haddad"
	fatherAFirst = "Karim"
	fatherAName  = "Karim Haddad"
)

// parents shows separated parents side by side: each sees whose week it is, one
// books, and the other sees who did, without a click.
func (j *journey) parents() (err error) {
	mother, father, done, err := j.abreast("parents-mere", "parents-pere")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	day := ""
	return j.all(
		mother.signIn(motherApart, familyPassword),
		mother.reads("la mère est à l'accueil", "Bonjour "+motherFirst),
		father.signIn(fatherApart, familyPassword),
		father.reads("le père aussi", "Bonjour "+fatherAFirst),
		mother.click("l'agenda de la mère", "Agenda", ""),
		mother.greens(2),
		mother.reads("les semaines du père sont marquées", "Chez "+fatherAFirst),
		mother.shot("parents-mere"),
		father.click("l'agenda du père", "Agenda", ""),
		father.greens(2),
		father.reads("celles de la mère aussi", "Chez "+motherFirst),
		father.shot("parents-pere"),
		step{"elle réserve un jour", func() (err error) {
			day, err = mother.book()
			return err
		}},
		mother.shot("parents-reserve"),
		step{"il le voit sans un clic", func() error { return father.taken(day) }},
		father.reads("et par qui", "réservé par "+motherName),
		father.shot("parents-vu-du-pere"),
		father.also("parents-vu-du-pere"),
		father.click("ses proches", "Mes proches", ""),
		father.click("Inès", "Inès Haddad-Benali", ""),
		father.reads("l'autre parent", motherName),
		father.finds("les semaines", "Semaines alternées"),
		father.shot("parents-semaines"),
		father.also("parents-semaines"),
	)
}

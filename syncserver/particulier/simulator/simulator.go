// Package simulator stands for API Particulier in tests and in the
// demonstration: it answers as that does, and refuses what that refuses. The
// people it knows are invented.
package simulator

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/words"
	"parvis/syncserver/particulier"
)

// Person is somebody the fund knows.
type Person struct {
	quotients.Identity
	Value    int
	Month    portal.Date
	Provider string // CNAF, where it is not said
	// Status, where it is set, is answered in the quotient's place.
	Status int
}

// Simulator is an http.Handler.
type Simulator struct {
	token  string
	people []Person

	mu    sync.Mutex
	asked int
	down  []down
}

type down struct {
	status int
	after  string
}

// New makes one that lets in whoever has the token.
func New(token string, people ...Person) *Simulator {
	return &Simulator{token: token, people: people}
}

// Fail has the next question answered with a status, and Retry-After where that
// is not empty.
func (s *Simulator) Fail(status int, retryAfter string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = append(s.down, down{status, retryAfter})
}

// Asked is how many questions have come.
func (s *Simulator) Asked() int { s.mu.Lock(); defer s.mu.Unlock(); return s.asked }

// ServeHTTP implements http.Handler.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked++
	var d down
	if len(s.down) > 0 {
		d, s.down = s.down[0], s.down[1:]
	}
	s.mu.Unlock()
	q := r.URL.Query()
	switch {
	case d.status != 0:
		if d.after != "" {
			w.Header().Set("Retry-After", d.after)
		}
		refuse(w, d.status, "00000", "Indisponible")
	case r.Header.Get("Authorization") != "Bearer "+s.token:
		refuse(w, http.StatusUnauthorized, "00101", "Votre jeton est invalide")
	case r.URL.Path != particulier.Path || r.Method != http.MethodGet:
		refuse(w, http.StatusNotFound, "00404", "Route inconnue")
	case !particulier.ValidSIRET(q.Get("recipient")):
		refuse(w, http.StatusUnprocessableEntity, "00210", "Le SIRET du destinataire est absent ou invalide")
	case wanting(q) != "":
		refuse(w, http.StatusUnprocessableEntity, "00301", wanting(q)+" est absent ou invalide")
	default:
		s.answer(w, q)
	}
}

// wanting names the first parameter that the real service would refuse.
func wanting(q map[string][]string) string {
	one := func(name string) string {
		if len(q[name]) == 1 {
			return q[name][0]
		}
		return ""
	}
	number := func(name string, least, most int) bool {
		n, err := strconv.Atoi(one(name))
		return err == nil && n >= least && n <= most
	}
	switch {
	case one("nomNaissance") == "":
		return "nomNaissance"
	case len(q["prenoms[]"]) == 0 || strings.TrimSpace(q["prenoms[]"][0]) == "":
		return "prenoms[]"
	case one("sexeEtatCivil") != "M" && one("sexeEtatCivil") != "F":
		return "sexeEtatCivil"
	case len(one("codeCogInseePaysNaissance")) != 5 || !strings.HasPrefix(one("codeCogInseePaysNaissance"), "99"):
		return "codeCogInseePaysNaissance"
	case !number("anneeDateNaissance", 1900, 2999) || !number("moisDateNaissance", 1, 12) || !number("jourDateNaissance", 1, 31):
		return "dateNaissance"
	case one("codeCogInseePaysNaissance") == quotients.France && len(one("codeCogInseeCommuneNaissance")) != 5 &&
		(one("nomCommuneNaissance") == "" || len(one("codeCogInseeDepartementNaissance")) < 2):
		return "codeCogInseeCommuneNaissance"
	}
	return ""
}

func (s *Simulator) answer(w http.ResponseWriter, q map[string][]string) {
	born := func(name string) int { n, _ := strconv.Atoi(q[name][0]); return n } // wanting has read them
	for _, p := range s.people {
		if words.Fold(p.BirthName) != words.Fold(q["nomNaissance"][0]) || words.Fold(p.FirstNames[0]) != words.Fold(q["prenoms[]"][0]) || p.Sex != q["sexeEtatCivil"][0] ||
			p.Birth.Year() != born("anneeDateNaissance") || int(p.Birth.Month()) != born("moisDateNaissance") || p.Birth.Day() != born("jourDateNaissance") {
			continue
		}
		if p.Country != q["codeCogInseePaysNaissance"][0] ||
			p.Country == quotients.France && (words.Fold(p.Town) != words.Fold(strings.Join(q["nomCommuneNaissance"], "")) || p.Department != strings.Join(q["codeCogInseeDepartementNaissance"], "")) {
			refuse(w, http.StatusUnprocessableEntity, "37104", "L'allocataire n'est pas identifié avec les paramètres fournis")
			return
		}
		switch p.Status {
		case 0:
		case http.StatusNotFound:
			refuse(w, p.Status, "37003", "Le dossier allocataire n'a pas été trouvé")
			return
		default:
			refuse(w, p.Status, "37999", "Indisponible")
			return
		}
		fund := p.Provider
		if fund == "" {
			fund = "CNAF"
		}
		write(w, http.StatusOK, map[string]any{"data": map[string]any{
			"quotient_familial": map[string]any{"fournisseur": fund, "valeur": p.Value, "annee": p.Month.Year(), "mois": int(p.Month.Month()), "annee_calcul": p.Month.Year(), "mois_calcul": int(p.Month.Month())},
			// What nobody here may keep: a test looks for these words.
			"allocataires": []any{map[string]any{"nom_naissance": strings.ToUpper(p.BirthName), "prenoms": strings.ToUpper(strings.Join(p.FirstNames, " ")), "date_naissance": p.Birth, "sexe": p.Sex}},
			"enfants":      []any{map[string]any{"nom_naissance": "PLANTENFANT", "prenoms": "ZOE", "date_naissance": "2019-01-02", "sexe": "F"}},
			"adresse":      map[string]any{"destinataire": "PLANTEADRESSE", "numero_libelle_voie": "1 RUE DE LA GARE", "code_postal_ville": "51100 REIMS", "pays": "FRANCE"},
		}, "links": map[string]any{}, "meta": map[string]any{}})
		return
	}
	refuse(w, http.StatusNotFound, "37003", "Le dossier allocataire n'a pas été trouvé auprès de la CNAF ou de la MSA")
}

func refuse(w http.ResponseWriter, status int, code, detail string) {
	write(w, status, map[string]any{"errors": []any{map[string]any{"code": code, "title": http.StatusText(status), "detail": detail}}})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a reader who has gone needs no answer
}

package requests

import "testing"

func titled(fr, en string, synonyms ...string) *Procedure {
	return &Procedure{Title: Text{fr, en}, Synonyms: synonyms, Explanation: Text{"Une longue explication avec une virgule", "A long explanation"}}
}

func TestSearchOrders(t *testing.T) {
	index := NewIndex([]*Procedure{
		titled("Prêt de matériel", "Equipment loan", "salle"),
		titled("Salle : tarifs de location", "Hall prices"),
		titled("Location de salle", "Hall hire"),
	})
	for query, want := range map[string][]int{
		"location de salle":  {2, 1}, // the words as they stand in the title first
		"salle":              {1, 2, 0},
		"sale":               {1, 2, 0},
		"sal":                {1, 2, 0},
		"SALLES":             {1, 2, 0},
		"materil":            {0},
		"l'équipement":       {0}, // two slips from "equipment" are forgiven in a long word
		"vigule":             {},  // no slip is forgiven in an explanation
		"virg":               {0, 1, 2},
		"sxx":                {},
		"location hydravion": {},
	} {
		hits := index.Search(query)
		if len(hits) != len(want) {
			t.Errorf("%q finds %v, not %v", query, hits, want)
			continue
		}
		for i := range want {
			if hits[i].Index != want[i] {
				t.Errorf("%q finds %v, not %v", query, hits, want)
				break
			}
		}
	}
}

// What bears the very name that was typed comes before what has it among others.
func TestANameThatFitsWholeComesFirst(t *testing.T) {
	index := NewIndex([]*Procedure{titled("Dérogation", "Exemption", "changer d'école"), titled("Inscription", "Enrolment", "maternelle", "école")})
	for _, query := range []string{"école", "ECOLE"} {
		if hits := index.Search(query); len(hits) != 2 || hits[0].Index != 1 {
			t.Errorf("%q finds %v", query, hits)
		}
	}
}

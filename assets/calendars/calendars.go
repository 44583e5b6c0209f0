// Package calendars holds the school calendars of France as data, and makes a
// town's calendar out of them and the public holidays.
package calendars

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/fr"

	"parvis/shared/bookings"
	"parvis/shared/portal"
)

//go:embed france.json
var france []byte

// run is the first day off and the day on which classes resume.
type run [2]portal.Date

type schoolYear struct {
	Year   portal.SchoolYear `json:"year"`
	Start  portal.Date       `json:"start"`
	Summer portal.Date       `json:"summer"` // first day of the summer holidays
	All    map[string]run    `json:"all"`
	A      map[string]run    `json:"A"`
	B      map[string]run    `json:"B"`
	C      map[string]run    `json:"C"`
}

// order and names of the holidays.
var holidays = []struct {
	key   string
	names bookings.Names
}{
	{"toussaint", bookings.Names{"fr": "vacances de la Toussaint", "en": "autumn holidays"}},
	{"noel", bookings.Names{"fr": "vacances de Noël", "en": "Christmas holidays"}},
	{"hiver", bookings.Names{"fr": "vacances d'hiver", "en": "winter holidays"}},
	{"printemps", bookings.Names{"fr": "vacances de printemps", "en": "spring holidays"}},
	{"ascension", bookings.Names{"fr": "pont de l'Ascension", "en": "Ascension long weekend"}},
}

var summerNames = bookings.Names{"fr": "vacances d'été", "en": "summer holidays"}

var publicNames = map[*cal.Holiday]bookings.Names{
	fr.NouvelAn:         {"fr": "jour de l'An", "en": "New Year's Day"},
	fr.LundiDePâques:    {"fr": "lundi de Pâques", "en": "Easter Monday"},
	fr.FêteDuTravail:    {"fr": "fête du Travail", "en": "Labour Day"},
	fr.FêteDeLaVictoire: {"fr": "victoire de 1945", "en": "Victory Day 1945"},
	fr.Ascension:        {"fr": "jeudi de l'Ascension", "en": "Ascension Day"},
	fr.LundiDePentecôte: {"fr": "lundi de Pentecôte", "en": "Whit Monday"},
	fr.FêteNationale:    {"fr": "fête nationale", "en": "Bastille Day"},
	fr.Assomption:       {"fr": "Assomption", "en": "Assumption Day"},
	fr.Toussaint:        {"fr": "Toussaint", "en": "All Saints' Day"},
	fr.Armistice1918:    {"fr": "armistice de 1918", "en": "Armistice Day 1918"},
	fr.Noël:             {"fr": "Noël", "en": "Christmas Day"},
}

// Of is the calendar of a zone ("A", "B" or "C") for all years in the data.
func Of(zone string) (bookings.Calendar, error) {
	var data struct {
		Years []schoolYear `json:"years"`
	}
	if err := json.Unmarshal(france, &data); err != nil {
		return bookings.Calendar{}, err
	}
	c := bookings.Calendar{Zone: zone, Public: map[portal.Date]bookings.Names{}}
	for i, y := range data.Years {
		own, ok := map[string]map[string]run{"A": y.A, "B": y.B, "C": y.C}[zone]
		if !ok {
			return c, fmt.Errorf("calendars: there is no zone %q: it is A, B or C", zone)
		}
		for _, h := range holidays {
			r, ok := own[h.key]
			if !ok {
				r = y.All[h.key]
			}
			c.School = append(c.School, bookings.Holiday{Name: h.names, Period: portal.Period{From: r[0], To: r[1].Add(-1)}})
		}
		end := y.Year.Period().To
		if i+1 < len(data.Years) {
			end = data.Years[i+1].Start.Add(-1)
		}
		c.School = append(c.School, bookings.Holiday{Name: summerNames, Period: portal.Period{From: y.Summer, To: end}})
	}
	first, last := data.Years[0], data.Years[len(data.Years)-1]
	c.Known = portal.Period{From: first.Start, To: last.Year.Period().To}
	for year := c.Known.From.Year(); year <= c.Known.To.Year(); year++ {
		for h, names := range publicNames {
			day, _ := h.Calc(year)
			c.Public[portal.NewDate(day.Year(), day.Month(), day.Day())] = names
		}
	}
	return c, nil
}

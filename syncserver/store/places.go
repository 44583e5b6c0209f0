package store

import (
	"maps"

	"parvis/shared/portal"
)

// places is what a batch knows of the days of an activity at a site: in an opening
// all ask for the same ones, and each reads past what those before it have left
// behind in the same transaction.
type places struct {
	days     portal.Period
	taken    map[portal.Date]Taken
	capacity int
}

type placesKey struct{ activity, site portal.ID }

// placesIn reads them, once in a batch: nobody else writes in the meantime.
func (tx *Tx) placesIn(activity, site portal.ID, days portal.Period) (places, error) {
	key := placesKey{activity, site}
	if tx.batch != nil {
		if p, known := tx.batch.places[key]; known {
			if p.days.From <= days.From && days.To <= p.days.To {
				return p, nil
			}
			days = portal.Period{From: min(days.From, p.days.From), To: max(days.To, p.days.To)}
		}
	}
	p, err := tx.readPlaces(activity, site, days)
	if tx.batch != nil && err == nil {
		tx.batch.places[key] = p
	}
	return p, err
}

// moved has what is known of a day follow what is written of it. A refusal that
// takes it back forgets all that is known.
func (b *batch) moved(activity, site portal.ID, day portal.Date, by Taken) {
	b.moves++
	p, known := b.places[placesKey{activity, site}]
	if known && p.days.Has(day) {
		t := p.taken[day]
		p.taken[day] = Taken{Live: t.Live + by.Live, Offered: t.Offered + by.Offered, Waiting: t.Waiting + by.Waiting}
	}
}

// PlacesIn is what is taken at an activity and site on each day of a period on
// which anything ever was, and how many places there are.
func (tx *Tx) PlacesIn(activity, site portal.ID, days portal.Period) (taken map[portal.Date]Taken, capacity int, err error) {
	p, err := tx.placesIn(activity, site, days)
	taken = maps.Clone(p.taken) // which the caller may change
	maps.DeleteFunc(taken, func(day portal.Date, _ Taken) bool { return !days.Has(day) })
	return taken, p.capacity, err
}

package service

import (
	"slices"

	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// How many counts one round settles.
const settledARound = 200

// CountsDue reports whether counts of days are to be settled, or opened again.
func (s *Service) CountsDue(tx *store.Tx) (bool, error) {
	settle, reopen, err := s.countsDue(tx)
	return len(settle)+len(reopen) > 0, err
}

// SettleCounts notes of which days it has become certain how many are awaited, some
// at a time; a job calls it. Nobody is told so before: what was received before a limit
// may be judged after it. A limit that the town has moved on opens its days again.
func (s *Service) SettleCounts(tx *store.Tx) (int64, error) {
	settle, reopen, err := s.countsDue(tx)
	if err != nil {
		return 0, err
	}
	for _, at := range settle {
		if err := tx.SettleCount(at, true); err != nil {
			return 0, err
		}
	}
	for _, at := range reopen {
		if err := tx.SettleCount(at, false); err != nil {
			return 0, err
		}
	}
	return int64(len(settle) + len(reopen)), nil
}

// countsDue is what is settled and not noted as such, and the other way round. Of the
// days that nobody has booked those are settled that are still to come: a kitchen that
// awaits nobody is to know it, too.
func (s *Service) countsDue(tx *store.Tx) (settle, reopen []store.Queue, err error) {
	f, err := s.facts(tx)
	if err != nil {
		return nil, nil, err
	}
	today := portal.DateOf(tx.Now())
	for _, id := range f.ordered {
		if len(settle)+len(reopen) >= settledARound {
			break
		}
		a := f.activities[id]
		through := a.SettledThrough(today, f.calendar, f.openings, tx.Now())
		booked, err := tx.CountsNotSettled(id, through, settledARound)
		if err != nil {
			return nil, nil, err
		}
		settle = append(settle, booked...)
		done, err := tx.CountsSettled(id, today, len(a.Sites)*(today.DaysUntil(through)+1)+settledARound)
		if err != nil {
			return nil, nil, err
		}
		known := map[store.Queue]bool{}
		for _, at := range slices.Concat(booked, done) {
			known[at] = true
		}
		for day := today; day <= through; day = day.Add(1) {
			if !f.calendar.Known.Has(day) || !f.calendar.Holds(a, day) {
				continue
			}
			for _, site := range a.Sites {
				if at := (store.Queue{Activity: id, Site: site, Day: day}); !known[at] {
					known[at] = true
					settle = append(settle, at)
				}
			}
		}
		for _, at := range done {
			if at.Day > through {
				reopen = append(reopen, at)
			}
		}
	}
	return settle[:min(len(settle), settledARound)], reopen[:min(len(reopen), settledARound)], nil
}

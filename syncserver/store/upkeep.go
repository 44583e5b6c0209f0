package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"parvis/shared/portal"
)

// Reproject projects entities anew, as an ordinary write: rows that come out
// as they were keep their sequence numbers.
func (s *Store) Reproject(ctx context.Context, kind string, ids []portal.ID) error {
	return s.Write(ctx, func(tx *Tx) error {
		for _, id := range ids {
			tx.Touch(kind, id)
		}
		return nil
	})
}

// Outdated finds entities whose rows an older projection wrote, by their kind,
// for a job that hands them to Reproject. It looks at no more than limit
// entities after one place and says where to look next, "" at the end.
func (s *Store) Outdated(ctx context.Context, after string, limit int) (found map[string][]portal.ID, next string, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		found, next = map[string][]portal.ID{}, ""
		var sources []string
		if err := tx.all(&sources, "SELECT DISTINCT source FROM feed_rows WHERE source > ? AND deleted = 0 AND projection < ? ORDER BY source LIMIT ?",
			after, s.o.Projection, limit); err != nil {
			return err
		}
		for _, name := range sources {
			kind, id, _ := strings.Cut(name, ":")
			found[kind] = append(found[kind], portal.ID(id))
		}
		if len(sources) == limit {
			next = sources[limit-1]
		}
		return nil
	})
	return found, next, err
}

// Prune forgets tombstones older than keep, at most limit of them: a cursor
// from before then is told to begin anew. It says how many it forgot.
//
// Up to where cursors are told so moves on at once and then rests for a
// hundredth of keep, for it is also what interrupts those who are paging.
func (s *Store) Prune(ctx context.Context, keep time.Duration, limit int) (forgotten int64, err error) {
	var n int64
	err = s.Write(ctx, func(tx *Tx) error {
		n = 0
		h, err := tx.history()
		if err != nil {
			return err
		}
		old, floor := tx.Now().Add(-keep), h.floor
		var due int
		if found, err := tx.get(&due, "SELECT 1 FROM feed_rows WHERE deleted = 1 AND changed_at < ? AND seq > ? LIMIT 1", old.Add(-keep/100), h.floor); err != nil {
			return err
		} else if found {
			if _, err := tx.get(&floor, "SELECT MAX(seq) FROM feed_rows WHERE deleted = 1 AND changed_at < ?", old); err != nil {
				return err
			}
			if err := tx.SetMeta(metaFloor, strconv.FormatInt(floor, 10)); err != nil {
				return err
			}
		}
		n, err = tx.exec(`DELETE FROM feed_rows WHERE seq IN
			(SELECT seq FROM feed_rows WHERE deleted = 1 AND changed_at < ? AND seq <= ? LIMIT ?)`, old, floor, limit)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// PruneCommands forgets the verdicts of commands received before an instant,
// at most limit of them, the oldest first; the outboxes' marks stay for ever.
func (s *Store) PruneCommands(ctx context.Context, before time.Time, limit int) (forgotten int64, err error) {
	var n int64
	err = s.Write(ctx, func(tx *Tx) (err error) {
		n, err = tx.exec("DELETE FROM commands WHERE id IN (SELECT id FROM commands WHERE received < ? ORDER BY received LIMIT ?)", before, limit)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

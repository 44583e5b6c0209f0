package store

import (
	"context"
	"errors"
	"strconv"
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

// Prune forgets tombstones older than keep: a cursor from before then is told
// to begin anew. It says how many it forgot.
func (s *Store) Prune(ctx context.Context, keep time.Duration) (forgotten int64, err error) {
	var n int64
	err = s.Write(ctx, func(tx *Tx) error {
		n = 0
		was, err := tx.floor()
		if err != nil {
			return err
		}
		var floor int64
		if _, err := tx.get(&floor, "SELECT COALESCE(MAX(seq), 0) FROM feed_rows WHERE deleted = 1 AND changed_at < ?", tx.Now().Add(-keep)); err != nil {
			return err
		}
		if floor <= was {
			return nil
		}
		if n, err = tx.exec("DELETE FROM feed_rows WHERE deleted = 1 AND seq <= ?", floor); err != nil {
			return err
		}
		return tx.SetMeta(metaFloor, strconv.FormatInt(floor, 10))
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (tx *Tx) floor() (int64, error) {
	text, found, err := tx.Meta(metaFloor)
	if err != nil || !found {
		return 0, err
	}
	floor, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, tx.fail(errors.New("store: the tombstones' floor is no number"))
	}
	return floor, nil
}

// PruneCommands forgets the verdicts of commands received before an instant;
// the outboxes' marks stay for ever.
func (s *Store) PruneCommands(ctx context.Context, before time.Time) (forgotten int64, err error) {
	var n int64
	err = s.Write(ctx, func(tx *Tx) (err error) {
		n, err = tx.exec("DELETE FROM commands WHERE received < ?", before)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

package store

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// A run is one start of a server on this database: a random id that was never
// given before, and the sequence number it began at. A cursor carries the
// newest run it has seen. Where a database file is copied back or a machine
// rolled back, the next run begins below what some cursors have seen, and
// those are told to begin anew.

// beginRun writes a new run's row when this writer has none, when its last
// connection was lost, or when the server under it follows another timeline.
func (b *batch) beginRun() error {
	w := b.w
	generation := w.s.engine.generation()
	if w.run != "" && generation == w.generation && !w.lost {
		return nil
	}
	timeline, err := w.s.engine.timeline(b.link)
	if err != nil {
		return err
	}
	same := w.run != "" && !w.lost && timeline == w.timeline && w.retired
	w.generation, w.timeline = generation, timeline
	if same {
		// We closed the last connection ourselves, because of a statement.
		w.retired = false
		return nil
	}
	id := string(w.s.o.IDs())
	if timeline != "" {
		id += "-" + timeline
	}
	_, err = b.link.exec(`INSERT INTO runs (id, ordinal, seq_at_start, started_at, batch)
		SELECT ?, COALESCE((SELECT MAX(ordinal) FROM runs), 0) + 1, seq, ?, 0 FROM head`, id, w.s.now().UnixMicro())
	// Until it is committed the next batch tries again.
	w.lost = true
	b.run, b.newRun = id, id
	return err
}

type runRow struct {
	ID      string `db:"id"`
	Ordinal int64  `db:"ordinal"`
	Start   int64  `db:"seq_at_start"`
	Started int64  `db:"started_at"`
}

// Run is a start of a server as the administrator may ask for it.
type Run struct {
	ID      string
	Seq     int64
	Started time.Time
}

// Runs lists the newest starts, the newest first.
func (tx *Tx) Runs(limit int) ([]Run, error) {
	var rows []runRow
	if err := tx.all(&rows, "SELECT id, ordinal, seq_at_start, started_at FROM runs ORDER BY ordinal DESC LIMIT ?", limit); err != nil {
		return nil, err
	}
	runs := make([]Run, 0, len(rows))
	for _, r := range rows {
		runs = append(runs, Run{r.ID, r.Start, time.UnixMicro(r.Started).UTC()})
	}
	return runs, nil
}

// history is what a read snapshot says of the database's past and present.
type history struct {
	epoch string
	run   runRow // the newest
	head  int64
	floor int64 // tombstones at or below it may be gone
}

func (tx *Tx) history() (history, error) {
	var row struct {
		runRow
		Head  int64  `db:"head"`
		Epoch string `db:"epoch"`
		Floor string `db:"floor"`
	}
	found, err := tx.get(&row, `SELECT id, ordinal, seq_at_start, started_at, (SELECT seq FROM head) AS head,
		COALESCE((SELECT value FROM meta WHERE key = ?), '') AS epoch, COALESCE((SELECT value FROM meta WHERE key = ?), '0') AS floor
		FROM runs ORDER BY ordinal DESC LIMIT 1`, MetaEpoch, metaFloor)
	if err != nil {
		return history{}, err
	}
	if !found {
		return history{}, tx.fail(errors.New("store: the database was never started"))
	}
	floor, err := strconv.ParseInt(row.Floor, 10, 64)
	if err != nil {
		return history{}, tx.fail(fmt.Errorf("store: the tombstones' floor: %w", err))
	}
	return history{row.Epoch, row.runRow, row.Head, floor}, nil
}

// follows reports whether feed cursors under an epoch and a run belong to this
// history: none beyond the head, nor beyond where the run after theirs began.
func (h history) follows(tx *Tx, epoch, run string, feeds map[string]int64) (bool, error) {
	if epoch != h.epoch {
		return false, nil
	}
	limit := h.head
	if run != h.run.ID {
		var next int64
		found, err := tx.get(&next, `SELECT later.seq_at_start FROM runs AS own JOIN runs AS later ON later.ordinal = own.ordinal + 1 WHERE own.id = ?`, run)
		if err != nil || !found {
			return false, err
		}
		limit = min(limit, next)
	}
	for _, at := range feeds {
		if at < 0 || at > limit {
			return false, nil
		}
	}
	return true, nil
}

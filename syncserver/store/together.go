package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
)

// A database that is another process, often on another machine, is a journey
// away: each answer that is waited for costs far more than what the statement
// does there. So what nobody waits for is queued and leaves with the next
// statement that is answered, and questions that do not depend on each other
// leave together.

// mostQueued bounds what a transaction that asks nothing keeps in memory.
const mostQueued = 256

// statement is one on its way to the database, with what comes back of it.
type statement struct {
	query string
	args  []any
	// into reads its rows into dest; nil where it only changes some.
	into    func(ctx context.Context, dest any, query string, args ...any) error
	dest    any
	changed int64
	answer  *answer
	err     error
}

// write runs a statement of which nobody needs to know how much it changed. Its
// error may show at a later one of the transaction, at the latest at its COMMIT,
// and ends the whole of it as any does.
func (tx *Tx) write(query string, args ...any) (err error) {
	if args, err = tx.ready(args); err != nil {
		return err
	}
	if err := tx.mayChange(); err != nil {
		return err
	}
	tx.batch.dirty = true
	return tx.fail(tx.link.write(query, args...))
}

// write has the hook of tests stand around the queueing: what befalls the line
// then befalls statements that are still to leave.
func (l *link) write(query string, args ...any) error {
	if l.s.engine.journey == nil {
		return l.exec0(query, args...)
	}
	return l.do(query, func() error {
		l.queued = append(l.queued, &statement{query: query, args: args})
		if len(l.queued) < mostQueued {
			return nil
		}
		return l.flush()
	})
}

// flush sends what is queued.
func (l *link) flush() error {
	if len(l.queued) == 0 {
		return nil
	}
	return l.travel()
}

// ask runs statements together and leaves each one's error with it. The first
// that fails ends the transaction, and is told of those behind it too.
func (l *link) ask(all ...*statement) {
	if len(all) == 1 && len(l.queued) == 0 {
		q := all[0]
		q.err = l.do(q.query, func() error { return l.run(q) })
		return
	}
	var failed error
	sent := false
	for _, q := range all {
		if q.err = failed; failed != nil {
			continue
		}
		q.err = l.do(q.query, func() error {
			if !sent {
				sent = true
				if err := l.travel(all...); err != nil {
					return err
				}
			}
			return l.take(q)
		})
		if !errors.Is(q.err, sql.ErrNoRows) {
			failed = q.err
		}
	}
}

// run runs a statement alone.
func (l *link) run(q *statement) error {
	query := l.s.rebind(q.query)
	if q.into != nil {
		return q.into(l.ctx, q.dest, query, q.args...)
	}
	r, err := l.conn.ExecContext(l.ctx, query, q.args...)
	if err == nil {
		q.changed, err = r.RowsAffected()
	}
	return err
}

// travel sends statements behind those that are queued.
func (l *link) travel(all ...*statement) error {
	all = append(l.queued, all...)
	l.queued = nil
	failed, err := l.s.engine.journey(l, all)
	return l.told(failed, err)
}

// take reads the answer that has come to a statement.
func (l *link) take(q *statement) error {
	if q.into == nil {
		return nil
	}
	if err := l.conn.Raw(func(c any) error { c.(*line).answer = q.answer; return nil }); err != nil {
		return err
	}
	return q.into(l.ctx, q.dest, answered)
}

// postgresJourney sends statements in one go and reads their answers, each with
// the patience that one has. It gives back the query that failed.
func postgresJourney(l *link, all []*statement) (failed string, err error) {
	err = l.conn.Raw(func(c any) error {
		conn := c.(*line).Conn.Conn()
		var b pgx.Batch
		for _, q := range all {
			b.Queue(l.s.rebind(q.query), q.args...)
		}
		results := conn.SendBatch(l.ctx, &b)
		for _, q := range all {
			l.ctx.begins()
			failed = q.query
			if err := q.receive(conn.TypeMap(), results); err != nil {
				_ = results.Close() // it says the same once more
				return err
			}
		}
		return results.Close()
	})
	// What cannot even be prepared is found before any of them is sent.
	if wrong := (pgx.ErrPreprocessingBatch{}); errors.As(err, &wrong) {
		failed = wrong.SQL()
	}
	return failed, err
}

// receive keeps an answer as it comes over the line.
func (q *statement) receive(types *pgtype.Map, results pgx.BatchResults) error {
	rows, err := results.Query()
	if err != nil {
		return err
	}
	a := &answer{}
	columns := rows.FieldDescriptions()
	for _, c := range columns {
		a.columns = append(a.columns, c.Name)
	}
	for q.into != nil && rows.Next() {
		row := make([]driver.Value, len(columns))
		for i, raw := range rows.RawValues() {
			if row[i], err = valueOf(types, columns[i].DataTypeOID, columns[i].Format, raw); err != nil {
				rows.Close()
				return err
			}
		}
		a.rows = append(a.rows, row)
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return err
	}
	q.changed, q.answer = rows.CommandTag().RowsAffected(), a
	return nil
}

// valueOf reads a value as the driver does of a statement that runs alone.
func valueOf(types *pgtype.Map, oid uint32, format int16, raw []byte) (driver.Value, error) {
	if raw == nil {
		return nil, nil
	}
	switch oid {
	case pgtype.TextOID, pgtype.VarcharOID:
		return string(raw), nil
	case pgtype.Int8OID, pgtype.Int4OID, pgtype.Int2OID:
		var n int64
		err := types.Scan(oid, format, raw, &n)
		return n, err
	case pgtype.BoolOID:
		var b bool
		err := types.Scan(oid, format, raw, &b)
		return b, err
	}
	var s string
	err := types.Scan(oid, format, raw, &s)
	return s, err
}

// answered stands for a query whose answer has come.
const answered = "-- answered"

// line is a connection to PostgreSQL that gives out answers which have come
// already, so that they are read into Go values as all others are.
type line struct {
	*stdlib.Conn
	answer *answer
}

// QueryContext is stdlib's, but for the answer that is there.
func (c *line) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if query != answered {
		return c.Conn.QueryContext(ctx, query, args)
	}
	a := c.answer
	if c.answer = nil; a == nil {
		return nil, errors.New("store: no answer has come")
	}
	return a, nil
}

// lines makes connections that are lines.
type lines struct{ driver.Connector }

// Connect is the Connector's.
func (l lines) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := l.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &line{Conn: c.(*stdlib.Conn)}, nil
}

func openLines(config *pgx.ConnConfig, options ...stdlib.OptionOpenDB) *sql.DB {
	return sql.OpenDB(lines{stdlib.GetConnector(*config, options...)})
}

// answer is the rows of a statement.
type answer struct {
	columns []string
	rows    [][]driver.Value
}

// Columns, Next and Close make an answer the rows of a driver.
func (a *answer) Columns() []string { return a.columns }

// Next gives the next row, or io.EOF.
func (a *answer) Next(into []driver.Value) error {
	if len(a.rows) == 0 {
		return io.EOF
	}
	copy(into, a.rows[0])
	a.rows = a.rows[1:]
	return nil
}

// Close does nothing: all has come.
func (a *answer) Close() error { return nil }

// Together runs functions of which none needs what another reads, and that only
// read. What they ask leaves together: the first question of each, then the
// second of those that have one. Where a question costs no journey, and in what
// they find, it is as if they ran one after another; the first error is told.
func (tx *Tx) Together(all ...func() error) error {
	within := tx.together
	tx.together = true
	defer func() { tx.together = within }()
	if tx.s.engine.journey == nil || len(all) < 2 {
		for _, f := range all {
			if err := f(); err != nil {
				return err
			}
		}
		return nil
	}
	outer := tx.pause
	strands := make([]strand, len(all))
	left := 0
	defer func() {
		tx.pause = outer
		if left > 0 { // a panic passes: nothing more is to be asked
			_ = tx.fail(errInTheMiddle)
			for _, s := range strands {
				s.stop()
			}
		}
	}()
	for i, f := range all {
		s := &strands[i]
		s.next, s.stop = iter.Pull(func(yield func([]*statement) bool) {
			s.pause = yield
			tx.pause = yield
			s.err = f()
		})
	}
	for left = len(all); left > 0; {
		var asked []*statement
		for i := range strands {
			s := &strands[i]
			if s.over {
				continue
			}
			tx.pause = s.pause
			questions, more := s.next()
			if !more {
				s.over = true
				left--
			}
			asked = append(asked, questions...)
		}
		tx.pause = outer
		switch {
		case left > 0 && outer != nil:
			if !outer(asked) {
				for _, q := range asked {
					q.err = errInTheMiddle
				}
			}
		case len(asked) > 0:
			tx.link.ask(asked...)
		}
	}
	for _, s := range strands {
		if s.err != nil {
			return s.err
		}
	}
	return nil
}

// strand is one of several functions that run by turns.
type strand struct {
	next  func() ([]*statement, bool)
	stop  func()
	pause func([]*statement) bool
	err   error
	over  bool
}

// errInTheMiddle is what functions hear that are left because of a panic beside.
var errInTheMiddle = errors.New("store: left in the middle")

// ask runs a statement, together with those of the functions beside.
func (tx *Tx) ask(q *statement) error {
	if tx.pause == nil {
		tx.link.ask(q)
	} else if !tx.pause([]*statement{q}) {
		return errInTheMiddle
	}
	return q.err
}

// mayChange is an error where nothing may be changed.
func (tx *Tx) mayChange() error {
	if tx.readOnly || tx.together {
		return tx.fail(errors.New("store: a write where one only reads"))
	}
	return nil
}

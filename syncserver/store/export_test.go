package store

import "context"

// Statement is one that the writer is about to run.
type Statement struct {
	Query string
	Do    func() error // runs it
	// Raw runs another on the same connection.
	Raw func(query string) error
}

// Around sets what stands around every statement of the writer's batches. It
// is set before the store starts, or while nothing is written.
func (s *Store) Around(f func(Statement) error) {
	s.around = func(l *link, query string, do func() error) error {
		return f(Statement{query, do, func(q string) error {
			_, err := l.conn.ExecContext(context.Background(), q)
			return err
		}})
	}
}

// Exec, Get and All let tests query as the domain's own files do.
func (tx *Tx) Exec(query string, args ...any) (int64, error) { return tx.exec(query, args...) }
func (tx *Tx) Get(dest any, query string, args ...any) (bool, error) {
	return tx.get(dest, query, args...)
}
func (tx *Tx) All(dest any, query string, args ...any) error { return tx.all(dest, query, args...) }

// Write is exec for what nobody needs the count of.
func (tx *Tx) Write(query string, args ...any) error { return tx.write(query, args...) }

// Lost reports whether an error says that the line is gone.
func Lost(err error) bool { return lost(err) }

// SetPage makes the pages of a pull as small as a test wants them.
func (s *Store) SetPage(rows int) { s.pageRows = rows }

// MigrateTo brings a new database to where an older program left it.
func (s *Store) MigrateTo(ctx context.Context, version int64) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	_, err = p.UpTo(ctx, version)
	return err
}

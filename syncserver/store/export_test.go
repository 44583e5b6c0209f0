package store

// Around sets what stands around every statement of the writer's batches. It
// is set before the store is used.
func (s *Store) Around(f func(query string, do func() error) error) { s.around = f }

// Exec, Get and All let tests query as the domain's own files do.
func (tx *Tx) Exec(query string, args ...any) (int64, error) { return tx.exec(query, args...) }
func (tx *Tx) Get(dest any, query string, args ...any) (bool, error) {
	return tx.get(dest, query, args...)
}
func (tx *Tx) All(dest any, query string, args ...any) error { return tx.all(dest, query, args...) }

package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

func (s *Store) provider() (*goose.Provider, error) {
	dialect := goose.DialectSQLite3
	if s.engine.name == "postgres" {
		dialect = goose.DialectPostgres
	}
	folder, err := fs.Sub(migrations, "migrations/"+s.engine.name)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithSlog(s.log)}
	locker, err := s.engine.locker()
	if err != nil {
		return nil, err
	}
	db := s.write.DB
	if locker != nil {
		// The lock stands on a connection of its own.
		options = append(options, goose.WithSessionLocker(locker))
		db = s.read.DB
	}
	return goose.NewProvider(dialect, db, folder, options...)
}

// Migrate brings the schema to what this program needs and gives a new
// database its epoch and its town's id. A database that a newer program has
// migrated is refused: this one would not understand its rows.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return fmt.Errorf("store: migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("store: migrations: %w", err)
	}
	if have > want {
		return newerDatabase(have, want)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("store: migrations: %w", err)
	}
	for _, key := range []string{MetaEpoch, MetaTown} {
		if _, err := s.write.ExecContext(ctx, s.rebind("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING"), key, string(s.o.IDs())); err != nil {
			return fmt.Errorf("store: migrations: %w", err)
		}
	}
	return nil
}

// checkVersion refuses a database that does not stand at this program's
// version.
func (s *Store) checkVersion(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return fmt.Errorf("store: migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("store: migrations: %w", err)
	case have > want:
		return newerDatabase(have, want)
	case have < want:
		return fmt.Errorf("store: the database stands at version %d and this program needs %d: migrate it first", have, want)
	}
	return nil
}

func newerDatabase(have, want int64) error {
	return fmt.Errorf("store: the database was migrated to version %d by a newer program; this one knows versions to %d: start the newer program, or restore a backup made before", have, want)
}

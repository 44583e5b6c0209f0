package store_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

func TestADatabaseNotMigratedOrNewerIsRefused(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		open := func() *store.Store {
			s, err := store.Open(ctx, store.Options{DSN: dsn})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		s := open()
		if err := s.Start(ctx); err == nil || !strings.Contains(err.Error(), "migrate it first") {
			t.Fatalf("an empty database: %v", err)
		}
		if err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.Start(ctx); err != nil {
			t.Fatal(err)
		}
		epoch := s.Epoch()
		if err := s.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (?, "+map[bool]string{true: "1", false: "true"}[strings.HasPrefix(dsn, "sqlite:")]+")", 9000)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(ctx); err != nil {
			t.Fatal(err)
		}
		s = open()
		defer s.Close(ctx)
		for _, err := range []error{s.Migrate(ctx), s.Start(ctx)} {
			if err == nil || !strings.Contains(err.Error(), "newer program") {
				t.Fatalf("a database of a newer program: %v", err)
			}
		}
		if epoch == "" {
			t.Fatal("no epoch")
		}
	})
}

// Several processes of one town that start together migrate once.
func TestMigratingTogether(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		stores := 3
		if strings.HasPrefix(dsn, "sqlite:") {
			stores = 1 // a file is one process's
		}
		var all sync.WaitGroup
		epochs := make([]string, stores)
		for i := range epochs {
			all.Go(func() {
				s, err := store.Open(ctx, store.Options{DSN: dsn})
				if err != nil {
					t.Error(err)
					return
				}
				defer s.Close(ctx)
				if err := s.Migrate(ctx); err != nil {
					t.Error(err)
				} else if err := s.Start(ctx); err != nil {
					t.Error(err)
				}
				epochs[i] = s.Epoch()
			})
		}
		all.Wait()
		if slices.Sort(epochs); epochs[0] == "" || epochs[0] != epochs[len(epochs)-1] {
			t.Fatalf("epochs %v", epochs)
		}
	})
}

// The two schemas agree: the same tables, columns with the same types and
// nullability, the same keys and indexes.
func TestSchemasAgree(t *testing.T) {
	seen := map[string]map[string]string{}
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, store.Options{DSN: dsn})
		engine := "postgres"
		if strings.HasPrefix(dsn, "sqlite:") {
			engine = "sqlite"
		}
		if err := s.Read(ctx, func(tx *store.Tx) (err error) {
			seen[engine], err = map[string]func(*store.Tx) (map[string]string, error){"sqlite": sqliteSchema, "postgres": postgresSchema}[engine](tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if len(seen[engine]) < 30 {
			t.Fatalf("only %d facts about the schema", len(seen[engine]))
		}
	})
	if len(seen) < 2 {
		return // said by storetest
	}
	a, b := seen["sqlite"], seen["postgres"]
	for _, what := range slices.Sorted(maps.Keys(a)) {
		if a[what] != b[what] {
			t.Errorf("%s is %q on SQLite and %q on PostgreSQL", what, a[what], b[what])
		}
	}
	for _, what := range slices.Sorted(maps.Keys(b)) {
		if _, ok := a[what]; !ok {
			t.Errorf("%s is only on PostgreSQL: %q", what, b[what])
		}
	}
}

// goose's own table differs by its dialects.
const own = "goose_db_version"

type column struct {
	Table    string  `db:"tbl"`
	Name     string  `db:"name"`
	Type     string  `db:"typ"`
	Required bool    `db:"required"`
	Default  *string `db:"standard"`
}

type index struct {
	Table   string `db:"tbl"`
	Name    string `db:"name"`
	Unique  bool   `db:"uniq"`
	Primary bool   `db:"prim"`
	Within  bool   `db:"within"` // the table's own UNIQUE, which each engine names
	Column  string `db:"col"`
	Where   string `db:"cond"`
}

// reference is a column that names a row of another table.
type reference struct {
	Table  string `db:"tbl"`
	Column string `db:"col"`
	To     string `db:"target"`
	Action string `db:"act"`
}

func schema(columns []column, indexes []index, references []reference) map[string]string {
	facts := map[string]string{}
	for _, r := range references {
		facts["reference "+r.Table+"."+r.Column] = "to " + r.To + ", on delete " + r.Action
	}
	types := map[string]string{"integer": "integer", "bigint": "integer", "text": "text", "real": "real", "double precision": "real", "blob": "blob", "bytea": "blob"}
	for _, c := range columns {
		kind, known := types[strings.ToLower(c.Type)]
		if !known {
			kind = "a type that only one engine knows: " + c.Type
		}
		standard := "none"
		if c.Default != nil {
			standard, _, _ = strings.Cut(*c.Default, "::")
		}
		facts["column "+c.Table+"."+c.Name] = fmt.Sprintf("%s, required %v, default %s", kind, c.Required, standard)
	}
	for _, i := range indexes {
		what := "index " + i.Name
		switch {
		case i.Primary:
			what = "key of " + i.Table
		case i.Within:
			what = "unique of " + i.Table + ":"
			for _, other := range indexes {
				if other.Name == i.Name && other.Table == i.Table {
					what += " " + other.Column
				}
			}
		}
		if facts[what] == "" {
			where := strings.NewReplacer("(", "", ")", "", " ", "", "::text", "").Replace(strings.ToLower(i.Where))
			facts[what] = fmt.Sprintf("unique %v where %q on %s:", i.Unique, where, i.Table)
		}
		facts[what] += " " + i.Column
	}
	return facts
}

func sqliteSchema(tx *store.Tx) (map[string]string, error) {
	var columns []column
	if err := tx.All(&columns, `SELECT t.name AS tbl, c.name AS name, c.type AS typ, c."notnull" AS required, c.dflt_value AS standard
		FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> ? ORDER BY 1, 2`, own); err != nil {
		return nil, err
	}
	var indexes []index
	if err := tx.All(&indexes, `SELECT t.name AS tbl, i.name AS name, i."unique" AS uniq, i.origin = 'pk' AS prim, i.origin = 'u' AS within, COALESCE(c.name, 'an expression') AS col,
		COALESCE((SELECT substr(s.sql, instr(upper(s.sql), ' WHERE ') + 7) FROM sqlite_schema AS s WHERE s.name = i.name AND i.partial = 1), '') AS cond
		FROM sqlite_schema AS t JOIN pragma_index_list(t.name) AS i JOIN pragma_index_info(i.name) AS c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> ? ORDER BY 1, 2, c.seqno`, own); err != nil {
		return nil, err
	}
	// A table whose key is its INTEGER PRIMARY KEY has no index for it.
	var keys []index
	if err := tx.All(&keys, `SELECT t.name AS tbl, '' AS name, 1 AS uniq, 1 AS prim, 0 AS within, c.name AS col, '' AS cond
		FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> ? AND c.pk > 0
		AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) AS i WHERE i.origin = 'pk') ORDER BY 1, c.pk`, own); err != nil {
		return nil, err
	}
	var references []reference
	if err := tx.All(&references, `SELECT t.name AS tbl, f."from" AS col, f."table" AS target, f.on_delete AS act
		FROM sqlite_schema AS t JOIN pragma_foreign_key_list(t.name) AS f WHERE t.type = 'table'`); err != nil {
		return nil, err
	}
	return schema(columns, append(indexes, keys...), references), nil
}

func postgresSchema(tx *store.Tx) (map[string]string, error) {
	var columns []column
	if err := tx.All(&columns, `SELECT table_name AS tbl, column_name AS name, data_type AS typ,
		CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END AS required, column_default AS standard
		FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> ? ORDER BY 1, 2`, own); err != nil {
		return nil, err
	}
	var indexes []index
	if err := tx.All(&indexes, `SELECT t.relname AS tbl, i.relname AS name, x.indisunique AS uniq, x.indisprimary AS prim,
		EXISTS (SELECT 1 FROM pg_constraint AS u WHERE u.conindid = i.oid AND u.contype = 'u') AS within,
		COALESCE(a.attname, 'an expression') AS col, COALESCE(pg_get_expr(x.indpred, x.indrelid), '') AS cond
		FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_class AS t ON t.oid = x.indrelid
		JOIN pg_namespace AS n ON n.oid = t.relnamespace
		CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k(attnum, place)
		LEFT JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.attnum AND k.attnum > 0
		WHERE n.nspname = current_schema() AND t.relname <> ? ORDER BY 1, 2, k.place`, own); err != nil {
		return nil, err
	}
	var references []reference
	if err := tx.All(&references, `SELECT t.relname AS tbl, a.attname AS col, o.relname AS target,
		CASE f.confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END AS act
		FROM pg_constraint AS f JOIN pg_class AS t ON t.oid = f.conrelid JOIN pg_class AS o ON o.oid = f.confrelid
		JOIN pg_namespace AS n ON n.oid = t.relnamespace
		JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = ANY (f.conkey)
		WHERE f.contype = 'f' AND n.nspname = current_schema()`); err != nil {
		return nil, err
	}
	return schema(columns, indexes, references), nil
}

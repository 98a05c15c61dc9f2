package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations/sqlite/*.sql
var migrations embed.FS

// migrationTries is how often migrating is tried while another process does the same.
const migrationTries = 5

func provider(db *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	return p, nil
}

// migrate brings the tables up to date.
func (s *Store) migrate(ctx context.Context) error {
	p, err := provider(s.writer)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err := s.migrateOnce(ctx, p)
		if err == nil || errors.Is(err, errNewer) || ctx.Err() != nil {
			return err
		}
		// Two processes that start on one file at once can stumble over each
		// other here; what one of them did, the other finds done.
		if code(err) != sqlite3.SQLITE_ERROR && code(err) != sqlite3.SQLITE_CONSTRAINT || try == migrationTries {
			return err
		}
	}
}

// errNewer is what a store says that a later crux has made.
var errNewer = errors.New("it was made by a newer crux")

func (s *Store) migrateOnce(ctx context.Context, p *goose.Provider) error {
	current, latest, err := p.GetVersions(ctx)
	if err != nil {
		return s.address.explain(err)
	}
	if current > latest {
		return s.address.newer(current, latest)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return s.address.explain(err)
	}
	if len(done) > 0 {
		s.log.Info("store: tables brought up to date", "path", s.address.path, "from", current, "to", latest)
	}
	return nil
}

func (a address) newer(current, latest int64) error {
	return fmt.Errorf("store: %s: %w (its tables are of version %d, this crux knows %d): update crux or set store.url to another file", a.path, errNewer, current, latest)
}

// checkOurs refuses a database that belongs to another program.
func (a address) checkOurs(ctx context.Context, db *sql.DB) error {
	var tables, ours int
	err := db.QueryRowContext(ctx, `
		SELECT count(*), coalesce(sum(CASE WHEN name = ? THEN 1 ELSE 0 END), 0)
		FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
		goose.DefaultTablename).Scan(&tables, &ours)
	if err != nil {
		return a.explain(err)
	}
	if tables > 0 && ours == 0 {
		return fmt.Errorf("store: %s is the database of another program: set store.url to another file", a.path)
	}
	return nil
}

// code is SQLite's primary result code within an error, 0 where there is none.
func code(err error) int {
	if fault, ok := errors.AsType[*sqlite.Error](err); ok {
		return fault.Code() & 0xff
	}
	return 0
}

// explain says of which file an error speaks and what can be done about it.
func (a address) explain(err error) error {
	advice := ""
	switch code(err) {
	case 0:
		return err
	case sqlite3.SQLITE_NOTADB:
		advice = "it is no SQLite database: set store.url to another file"
	case sqlite3.SQLITE_CORRUPT:
		advice = "the database is damaged: restore it from a backup, or move it away to begin anew"
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		advice = "the file and its folder must be writable by the user who runs crux"
	case sqlite3.SQLITE_FULL:
		advice = "the disk is full"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		advice = "another process has held the file for too long"
	default:
		return err
	}
	where := a.path
	if where == "" {
		where = memory
	}
	return fmt.Errorf("%s: %s: %w", where, advice, err)
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"crux/bot"
)

var _ bot.Storage = (*Store)(nil)

// driver is the name under which the SQLite driver is registered.
const driver = "sqlite"

// readers is how many may read at once.
const readers = 4

// Store keeps what the bot keeps in one SQLite file. Its methods may be called
// from several goroutines, and several processes may use the file at once. Times
// are kept to the microsecond.
type Store struct {
	address address
	log     *slog.Logger
	now     func() time.Time

	// writer has one connection, so that writes of this process wait in Go and
	// not in SQLite. reader has a few; for a store in memory it is writer itself.
	writer, reader *sql.DB
	put            statements
	// ordinary has room for the one write, of those for which nobody is waiting, that may wait
	// for the writer; so what an acknowledgement waits for has at most two before it.
	ordinary chan struct{}
	// unscrubbed is true while the log may hold what was removed.
	unscrubbed atomic.Bool
	soon       soon
}

// Open opens the store at a URL, makes it where there is none, and brings an
// older one up to date. The URL is sqlite:///absolute/path, sqlite:relative/path,
// or sqlite::memory: for one that is gone with Close. Nobody but this user may
// read the file and the folder that it makes, since messages lie in it.
func Open(ctx context.Context, storeURL string, log *slog.Logger) (*Store, error) {
	a, err := parse(storeURL)
	if err != nil {
		return nil, err
	}
	if err := a.create(log); err != nil {
		return nil, err
	}
	s := &Store{address: a, log: log, now: time.Now, ordinary: make(chan struct{}, 1)}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// create makes the file and its folder, since SQLite would let others read them.
func (a address) create(log *slog.Logger) error {
	if a.path == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(a.path), 0o700); err != nil {
		return fmt.Errorf("store: %s can't be made: %w; make its folder writable or set store.url to another file", a.path, err)
	}
	file, err := os.OpenFile(a.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("store: %s can't be written: %w; make it writable or set store.url to another file", a.path, err)
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if about.Mode().Perm()&0o077 != 0 {
		log.Warn("store: others may read the file in which messages are kept; chmod 600 mends that", "path", a.path)
	}
	return nil
}

func (s *Store) open(ctx context.Context) error {
	if s.address.path != "" { // before the file is changed at all
		if _, err := s.address.version(ctx); err != nil {
			return err
		}
	}
	var err error
	if s.writer, err = sql.Open(driver, s.address.source(writing)); err != nil {
		return s.address.explain(err)
	}
	s.writer.SetMaxOpenConns(1)
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if s.put, err = prepare(ctx, s.writer); err != nil {
		return s.address.explain(err)
	}
	if s.address.path == "" {
		s.reader = s.writer
		return nil
	}
	if s.reader, err = sql.Open(driver, s.address.source(reading)); err != nil {
		return s.address.explain(err)
	}
	s.reader.SetMaxOpenConns(readers)
	s.reader.SetMaxIdleConns(readers)
	return s.Ping(ctx)
}

// Path is the absolute path of the file, "" for a store in memory.
func (s *Store) Path() string { return s.address.path }

// Close cuts the log and closes the file. Nothing else may be called after it.
func (s *Store) Close() error {
	s.soon.end()
	var err error
	if s.unscrubbed.Load() {
		err = s.scrub(context.Background())
	}
	return errors.Join(err, s.close())
}

func (s *Store) close() error {
	var errs []error
	if s.reader != nil && s.reader != s.writer {
		errs = append(errs, s.reader.Close())
	}
	errs = append(errs, s.put.close())
	if s.writer != nil {
		errs = append(errs, s.writer.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("store: close: %w", err)
	}
	return nil
}

// Ping returns nil where the store can be read and written.
func (s *Store) Ping(ctx context.Context) error {
	var n int
	if err := s.reader.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM places LIMIT 1)").Scan(&n); err != nil {
		return s.address.explain(err)
	}
	return s.write(ctx, "ping", func(tx *sql.Tx) error { // takes the lock that writers need
		return tx.QueryRowContext(ctx, "SELECT 1").Scan(&n)
	})
}

// write runs do in a transaction that is kept only where do returns nil.
func (s *Store) write(ctx context.Context, what string, do func(*sql.Tx) error) error {
	leave, err := s.queue(ctx)
	if err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	defer leave()
	return s.writeSoon(ctx, what, do)
}

// queue waits until it is an ordinary write's turn, which ends with leave.
func (s *Store) queue(ctx context.Context) (leave func(), err error) {
	select {
	case s.ordinary <- struct{}{}:
		return func() { <-s.ordinary }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// writeSoon is write for what a platform waits for before it takes an event as delivered.
func (s *Store) writeSoon(ctx context.Context, what string, do func(*sql.Tx) error) error {
	if err := within(ctx, s.writer, do); err != nil {
		return fmt.Errorf("store: %s: %w", what, s.address.explain(err))
	}
	if s.unscrubbed.Load() {
		s.scrubSoon()
	}
	return nil
}

// read runs do in a transaction that sees one state of the file throughout.
func (s *Store) read(ctx context.Context, what string, do func(*sql.Tx) error) error {
	if err := within(ctx, s.reader, do); err != nil {
		return fmt.Errorf("store: %s: %w", what, s.address.explain(err))
	}
	return nil
}

func within(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// erase is write for what takes content away: do says how many rows of it went. Then
// erase also empties and cuts the log, in which they live on.
func (s *Store) erase(ctx context.Context, what string, do func(*sql.Tx) (int, error)) error {
	leave, err := s.queue(ctx)
	if err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	defer leave()
	gone := 0
	err = within(ctx, s.writer, func(tx *sql.Tx) error {
		var err error
		gone, err = do(tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: %s: %w", what, s.address.explain(err))
	}
	if gone > 0 {
		s.unscrubbed.Store(true)
	}
	if !s.unscrubbed.Load() {
		return nil
	}
	return s.scrub(ctx)
}

// micros is a time as it is stored.
func micros(t time.Time) int64 { return t.UnixMicro() }

// timeOf is the time that was stored; the zero time comes back as such.
func timeOf(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

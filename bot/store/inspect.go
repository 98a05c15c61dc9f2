package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
)

// Info says how a store is.
type Info struct {
	// Path is the absolute path of the file, "" for a store in memory.
	Path string
	// Exists is false where Open would make the file.
	Exists bool
	// Version is the version of its tables, 0 where it has none yet, and Latest
	// the one that this crux works with.
	Version, Latest int64
	// Pending is true where Open would change the tables.
	Pending bool
	// Size is how many bytes the file takes with its log.
	Size int64
	// OthersRead is true where other users of the machine may read the file.
	OthersRead bool
}

// Inspect says how the store at a URL is. It neither makes nor migrates one. The
// error says why Open would fail; what Info says then is what was found before.
func Inspect(ctx context.Context, storeURL string) (Info, error) {
	a, err := parse(storeURL)
	if err != nil {
		return Info{}, err
	}
	info := Info{Path: a.path, Pending: true}
	if info.Latest, err = latest(); err != nil {
		return info, err
	}
	if a.path == "" {
		return info, nil
	}
	about, err := os.Stat(a.path)
	if errors.Is(err, fs.ErrNotExist) {
		return info, a.checkFolder()
	}
	if err != nil {
		return info, fmt.Errorf("store: %w", err)
	}
	info.Exists, info.OthersRead = true, about.Mode().Perm()&0o077 != 0
	info.Size = about.Size()
	if log, err := os.Stat(a.path + "-wal"); err == nil {
		info.Size += log.Size()
	}
	if err := a.checkFile(); err != nil {
		return info, err
	}
	if info.Version, err = a.version(ctx); err != nil {
		return info, err
	}
	info.Pending = info.Version < info.Latest
	if info.Version > info.Latest {
		return info, a.newer(info.Version, info.Latest)
	}
	return info, nil
}

// checkFile looks whether the file and the folder, where the log lies, can be written.
func (a address) checkFile() error {
	file, err := os.OpenFile(a.path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("store: %s can't be written: %w; make it writable or set store.url to another file", a.path, err)
	}
	defer file.Close()
	return a.checkFolder()
}

// checkFolder looks whether files can be made in the folder, or in the nearest
// one above it that there is.
func (a address) checkFolder() error {
	dir := filepath.Dir(a.path)
	for {
		_, err := os.Stat(dir)
		if err == nil {
			break
		}
		above := filepath.Dir(dir)
		if !errors.Is(err, fs.ErrNotExist) || above == dir {
			return fmt.Errorf("store: %w", err)
		}
		dir = above
	}
	probe, err := os.CreateTemp(dir, ".crux-*")
	if err != nil {
		return fmt.Errorf("store: %s can't be made: %w; make the folder writable or set store.url to another file", a.path, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// version is the version of the tables, 0 where there are none.
func (a address) version(ctx context.Context) (version int64, err error) {
	db, err := sql.Open(driver, a.source(looking))
	if err != nil {
		return 0, a.explain(err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	var tables int
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE type = 'table'").Scan(&tables)
	if err != nil {
		return 0, fmt.Errorf("store: %w", a.explain(err))
	}
	if tables == 0 {
		return 0, nil
	}
	if err := a.checkOurs(ctx, db); err != nil {
		return 0, err
	}
	p, err := provider(db)
	if err != nil {
		return 0, err
	}
	if version, err = p.GetDBVersion(ctx); err != nil {
		return 0, fmt.Errorf("store: %w", a.explain(err))
	}
	return version, nil
}

// latest is the version of the tables that this crux works with.
func latest() (int64, error) {
	files, err := fs.Glob(migrations, "migrations/sqlite/*.sql")
	if err != nil {
		return 0, fmt.Errorf("store: %w", err)
	}
	var newest int64
	for _, file := range files {
		version, err := goose.NumericComponent(file)
		if err != nil {
			return 0, fmt.Errorf("store: %w", err)
		}
		newest = max(newest, version)
	}
	return newest, nil
}

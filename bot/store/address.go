package store

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// address is where a store lies.
type address struct {
	// path is the absolute path of the file, "" for a store in memory.
	path string
}

// scheme begins the URL of every SQLite store.
const scheme = "sqlite:"

// memory is the path of a store that lives and dies with its Store.
const memory = ":memory:"

// parse reads a store's URL. The path is taken as it is, without any escapes.
func parse(storeURL string) (address, error) {
	path, isSQLite := strings.CutPrefix(storeURL, scheme)
	if !isSQLite {
		kind, _, _ := strings.Cut(storeURL, ":")
		return address{}, fmt.Errorf("store: unknown kind of store %q: write sqlite:///absolute/path or sqlite:relative/path", kind)
	}
	if path == memory {
		return address{}, nil
	}
	if below, hasHost := strings.CutPrefix(path, "//"); hasHost {
		if !strings.HasPrefix(below, "/") {
			return address{}, fmt.Errorf("store: sqlite://%s names a host: write sqlite:///%s or, for a relative path, sqlite:%s", below, below, below)
		}
		path = below
	}
	if path == "" {
		return address{}, fmt.Errorf("store: sqlite: without a path: write sqlite:///absolute/path or sqlite:relative/path")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return address{}, fmt.Errorf("store: %s: %w", path, err)
	}
	return address{absolute}, nil
}

// mode is what a connection is for.
type mode int

const (
	writing mode = iota
	reading
	// looking never changes the file, and does not make one.
	looking
)

// How SQLite is set up.
const (
	// patience is for how many milliseconds a connection waits for another
	// process, which may be removing a whole channel.
	patience = 20_000
	// writerCache and readerCache are how many KiB of pages a connection keeps in
	// memory. What is read is nearly always the newest, so more gains nothing.
	writerCache = 4096
	readerCache = 1024
	// logLimit is to how many bytes the write-ahead log shrinks after a large write.
	logLimit = 16 << 20
)

// source is the data source name of a connection.
func (a address) source(m mode) string {
	q := url.Values{}
	pragma := func(format string, args ...any) { q.Add("_pragma", fmt.Sprintf(format, args...)) }
	pragma("busy_timeout(%d)", patience)
	pragma("temp_store(MEMORY)") // what is sorted must not lie in some file in /tmp
	switch m {
	case writing:
		// Writers take the lock when they begin, so that no two of them read
		// first and then find that they can't go on.
		q.Set("_txlock", "immediate")
		pragma("foreign_keys(ON)")
		pragma("secure_delete(ON)")
		pragma("synchronous(NORMAL)")
		pragma("cache_size(-%d)", writerCache)
		pragma("journal_size_limit(%d)", logLimit)
		if a.path != "" {
			pragma("journal_mode(WAL)")
		}
	case reading:
		pragma("query_only(ON)")
		pragma("cache_size(-%d)", readerCache)
	case looking:
		q.Set("mode", "ro")
		pragma("query_only(ON)")
	}
	if a.path == "" {
		return "file::memory:?" + q.Encode()
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(a.path), RawQuery: q.Encode()}).String()
}

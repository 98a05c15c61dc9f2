package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"crux/bot"
	"crux/summarize"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(endlessWriter); url != "" {
		writeEndlessly(url)
	}
	if url := os.Getenv(endlessRunner); url != "" {
		runEndlessly(url)
	}
	goleak.VerifyTestMain(m)
}

var quiet = slog.New(slog.DiscardHandler)

func open(t testing.TB, url string) *Store {
	t.Helper()
	s, err := Open(context.Background(), url, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func inFolder(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "crux.db") }

func TestConformance(t *testing.T) {
	t.Run("file", func(t *testing.T) {
		Run(t, func(t *testing.T) bot.Storage { return open(t, inFolder(t)) })
	})
	// In memory reads and writes share one connection, so a read within a write would hang there alone. No race detector
	// is needed to find that, and with it this takes half a minute: it is left to the tests without -short.
	if testing.Short() {
		return
	}
	t.Run("memory", func(t *testing.T) {
		Run(t, func(t *testing.T) bot.Storage { return open(t, "sqlite::memory:") })
	})
}

func TestParse(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ url, path, fault string }{
		{url: "sqlite:///var/lib/crux/crux.db", path: "/var/lib/crux/crux.db"},
		{url: "sqlite:/var/lib/crux.db", path: "/var/lib/crux.db"},
		{url: "sqlite:crux.db", path: filepath.Join(here, "crux.db")},
		{url: "sqlite:///tmp/a b?c#d%20e.db", path: "/tmp/a b?c#d%20e.db"},
		{url: "sqlite::memory:", path: ""},
		{url: "sqlite://crux.db", fault: "sqlite:crux.db"},
		{url: "sqlite:", fault: "without a path"},
		{url: "postgres://user:secret@host/db", fault: `"postgres"`},
		{url: "/var/lib/crux.db", fault: "sqlite:///absolute/path"},
		{url: "", fault: "sqlite:///absolute/path"},
	} {
		a, err := parse(test.url)
		switch {
		case test.fault == "" && err != nil:
			t.Errorf("%q: %v", test.url, err)
		case test.fault != "" && (err == nil || !strings.Contains(err.Error(), test.fault)):
			t.Errorf("%q: got error %v, want one with %q", test.url, err, test.fault)
		case a.path != test.path:
			t.Errorf("%q: path is %q, want %q", test.url, a.path, test.path)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error tells the password", test.url)
		}
	}
}

func TestOddFileNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c=d&e#f%20g;h", "crux.db")
	s := open(t, "sqlite:"+path)
	put(t, s, general, "", at(1, "u0", "text"))
	if s.Path() != path {
		t.Errorf("path is %q, want %q", s.Path(), path)
	}
	if _, err := os.Stat(path + "-wal"); err != nil {
		t.Error(err)
	}
	info, err := Inspect(t.Context(), "sqlite:"+path)
	if err != nil || info.Pending || !info.Exists {
		t.Errorf("got %+v, %v", info, err)
	}
}

func TestNobodyElseMayRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "crux")
	s := open(t, "sqlite:"+filepath.Join(dir, "crux.db"))
	put(t, s, general, "", at(1, "u0", "text"))
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(paths) < 3 {
		t.Fatal(paths, err)
	}
	for _, path := range append(paths, dir, filepath.Dir(dir)) {
		about, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if about.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: mode %v", path, about.Mode())
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	must(t, os.WriteFile(text, []byte(strings.Repeat("no database\n", 100)), 0o600))
	foreign := filepath.Join(dir, "foreign.db")
	execute(t, foreign, "CREATE TABLE songs (title TEXT)")
	newer := filepath.Join(dir, "newer.db")
	s, err := Open(t.Context(), "sqlite:"+newer, quiet)
	must(t, err)
	must(t, s.Close())
	execute(t, newer, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")

	for _, test := range []struct{ path, fault string }{
		{text, "no SQLite database"},
		{foreign, "another program"},
		{newer, "newer crux"},
		{filepath.Join(text, "crux.db"), "folder"},
		{dir, "can't be written"},
	} {
		before, _ := os.ReadFile(test.path)
		_, err := Open(t.Context(), "sqlite:"+test.path, quiet)
		_, inspectErr := Inspect(t.Context(), "sqlite:"+test.path)
		for _, err := range []error{err, inspectErr} {
			if err == nil || !strings.Contains(err.Error(), test.path) {
				t.Errorf("%s: the error %q does not say where", test.path, err)
			}
		}
		if err != nil && !strings.Contains(err.Error(), test.fault) {
			t.Errorf("%s: got %q, want an error with %q", test.path, err, test.fault)
		}
		if after, _ := os.ReadFile(test.path); !bytes.Equal(before, after) {
			t.Errorf("%s was changed", test.path)
		}
	}
}

// execute runs a statement on a database file behind the store's back.
func execute(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open(driver, path)
	must(t, err)
	_, err = db.Exec(statement)
	must(t, errors.Join(err, db.Close()))
}

func TestInspect(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "new", "crux.db")
	info, err := Inspect(ctx, "sqlite:"+path)
	must(t, err)
	if info.Exists || !info.Pending || info.Version != 0 || info.Latest < 1 || info.Path != path {
		t.Errorf("where there is none: %+v", info)
	}
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("looking made the folder: %v", err)
	}
	s := open(t, "sqlite:"+path)
	put(t, s, general, "", several(1, 50)...)
	info, err = Inspect(ctx, "sqlite:"+path)
	must(t, err)
	if !info.Exists || info.Pending || info.Version != info.Latest || info.Size < 4096 || info.OthersRead {
		t.Errorf("where there is one: %+v", info)
	}

	empty := filepath.Join(t.TempDir(), "empty.db")
	must(t, os.WriteFile(empty, nil, 0o644))
	info, err = Inspect(ctx, "sqlite:"+empty)
	must(t, err)
	if !info.Exists || !info.Pending || !info.OthersRead {
		t.Errorf("where the file is empty: %+v", info)
	}
	if about, err := os.Stat(empty); err != nil || about.Size() != 0 {
		t.Errorf("looking wrote into the file: %v %v", about, err)
	}
	if _, err := Inspect(ctx, "sqlite::memory:"); err != nil {
		t.Error(err)
	}
}

func TestOpenAgain(t *testing.T) {
	url := inFolder(t)
	for i := range 3 {
		s, err := Open(t.Context(), url, quiet)
		must(t, err)
		put(t, s, general, "", at(i, "u0", "text"))
		must(t, s.Cover(t.Context(), platform, general, ""))
		if h := read(t, s, general, bot.Range{Last: 9}); h.Total != i+1 {
			t.Errorf("%d messages after opening %d times", h.Total, i+1)
		}
		must(t, s.Close())
	}
}

func TestOpenAtOnce(t *testing.T) {
	url := inFolder(t)
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			s, err := Open(context.Background(), url, quiet)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

func TestTwoHandles(t *testing.T) {
	url := inFolder(t)
	a, b := open(t, url), open(t, url)
	ctx := t.Context()
	follow(t, a, platform, general)
	must(t, a.Cover(ctx, platform, general, ""))
	const each = 150
	var wait sync.WaitGroup
	for i, s := range []*Store{a, b} {
		wait.Go(func() {
			for n := range each {
				if err := s.PutMessages(ctx, platform, general, "", []summarize.Message{at(2*n+i, "u0", "text")}, nil); err != nil {
					t.Error(err)
					return
				}
				if n%20 == 10 {
					if err := s.RemoveMessages(ctx, platform, general, []string{fmt.Sprint(1000 + 2*n + i)}); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	wait.Wait()
	const want = 2 * (each - 7)
	for _, s := range []*Store{a, b} {
		if h := read(t, s, general, bot.Range{Last: 10_000}); h.Total != want || len(h.Messages) != want {
			t.Errorf("read %d messages of %d, want %d", len(h.Messages), h.Total, want)
		}
	}
}

func TestTombstonesEnd(t *testing.T) {
	s := open(t, inFolder(t))
	now := noon
	s.now = func() time.Time { return now }
	ctx := t.Context()
	put(t, s, general, "", several(1, 3)...)
	must(t, s.RemoveMessages(ctx, platform, general, []string{"1002"}))
	longAgo := noon.Add(-24 * time.Hour)
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{47 * time.Hour, 0}, {49 * time.Hour, 1}} {
		now = noon.Add(step.after)
		prune(t, s, longAgo, longAgo)
		put(t, s, general, "", at(2, "u0", "late"))
		must(t, s.Cover(ctx, platform, general, ""))
		if got := read(t, s, general, bot.Range{From: "1002", To: "1002", Last: 1}).Total; got != step.want {
			t.Errorf("after %v the message came back %d times, want %d", step.after, got, step.want)
		}
	}
}

// Where nothing is watched, deletions leave no trace.
func TestDeletionsElsewhere(t *testing.T) {
	s := open(t, inFolder(t))
	must(t, s.RemoveMessages(t.Context(), platform, general, []string{"1", "2"}))
	var n int
	must(t, s.writer.QueryRow("SELECT (SELECT count(*) FROM removed) + (SELECT count(*) FROM places)").Scan(&n))
	if n != 0 {
		t.Errorf("%d rows were left", n)
	}
}

// Ranges are read along an index, without sorting.
func TestQueryPlans(t *testing.T) {
	s := open(t, inFolder(t))
	for _, c := range []condition{{text: "place = 1"}, fromID("5"), toID("5"), fromTime(5), beforeTime(5), position{5, "5"}.orAfter()} {
		where := "place = 1 AND " + c.text
		for _, test := range []struct{ query, index string }{
			{historyQuery("messages "+inOrder, where), "messages_by_time"},
			{"SELECT count(*) FROM messages WHERE " + where + " -- ?", "COVERING INDEX"},
		} {
			plan := explain(t, s, test.query, append(slices.Clone(c.args), 500))
			if strings.Contains(plan, "SCAN messages") || !strings.Contains(plan, test.index) || strings.Contains(plan, "TEMP B-TREE") && test.index == "COVERING INDEX" {
				t.Errorf("%s\nis planned as\n%s", test.query, plan)
			}
		}
	}
}

// A thread's messages are found by their numbers, however many its channel has.
func TestThreadQueryPlans(t *testing.T) {
	s := open(t, inFolder(t))
	q := query{place: placeRow{row: 1}, thread: "5", lower: []condition{fromTime(5)}, upper: []condition{toID("9")}}
	where, args := q.where()
	for _, query := range []string{historyQuery(q.messages(inOrder), where), "SELECT count(*) FROM " + q.messages("") + " WHERE " + where} {
		plan := explain(t, s, query, append(slices.Clone(args), 500))
		for _, step := range []string{"messages USING INTEGER PRIMARY KEY", "messages_by_id (place=? AND id_length=? AND id=?)", "messages_by_reply (place=? AND reply_to=?)"} {
			if !strings.Contains(plan, step) || strings.Contains(plan, "SCAN messages") {
				t.Errorf("%s\nis planned as\n%s\nwithout %s", query, plan, step)
			}
		}
	}
	plan := explain(t, s, unsettledQuery, []any{platform})
	if !strings.Contains(plan, "deliveries_unsettled") {
		t.Errorf("unsettled deliveries are found by\n%s", plan)
	}
}

func explain(t *testing.T, s *Store, query string, args []any) string {
	t.Helper()
	args = args[:strings.Count(strings.Split(query, "--")[0], "?")]
	rows, err := s.writer.Query("EXPLAIN QUERY PLAN "+query, args...)
	must(t, err)
	defer func() { _ = rows.Close() }()
	var plan strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var detail string
		must(t, rows.Scan(&id, &parent, &unused, &detail))
		fmt.Fprintln(&plan, detail)
	}
	must(t, rows.Err())
	return plan.String()
}

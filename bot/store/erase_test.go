package store

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"crux/bot"
	"crux/summarize"
)

// What is removed must not be readable in any of the files.
func TestRemovedIsErased(t *testing.T) {
	const many = 3000
	ctx := t.Context()
	marks := regexp.MustCompile(`\[secret-\d{5}\]`)
	mark := func(n int) string { return fmt.Sprintf("[secret-%05d]", n) }
	message := func(n int) summarize.Message {
		m := at(n, fmt.Sprint("u", n%50), strings.Repeat("filler ", n%90)+mark(n)+strings.Repeat(" more", n%700))
		m.Attachments, m.URL = []string{mark(n) + ".png"}, "https://example.com/"+mark(n)
		return m
	}
	s, err := Open(ctx, inFolder(t), quiet)
	must(t, err)
	must(t, s.Watch(ctx, platform, bot.WatchedChannel{Place: general, At: noon}))
	// They come in bursts and are edited to other lengths, as in life, so that pages are split and joined.
	for n := 0; n < many; n += 10 {
		var batch []summarize.Message
		for i := n; i < n+10; i++ {
			m := message(i)
			if n%30 == 0 {
				m.Text = fmt.Sprintf("[draft-%05d]", i)
			}
			batch = append(batch, m)
		}
		put := func() { must(t, s.PutMessages(ctx, platform, general, "", batch, nil)) }
		put()
		if n%30 == 0 {
			for i := range batch {
				batch[i] = message(n + i)
				batch[i].Edited = noon.Add(time.Hour * 1000)
			}
			put()
		}
	}
	must(t, s.Close())
	original, err := os.ReadFile(s.Path())
	must(t, err)
	for name, test := range map[string]struct {
		remove func(*testing.T, *Store)
		gone   func(n int) bool
	}{
		"RemoveMessages": {
			func(t *testing.T, s *Store) {
				for n := 0; n < many; n += 7 {
					must(t, s.RemoveMessages(ctx, platform, general, []string{message(n).ID}))
				}
				for n := 70; n < many-70; n += 30 { // the newest of what is left is edited too
					m := message(n)
					m.Text, m.Edited = m.Text+strings.Repeat(" again", n%50), noon.Add(time.Hour*2000)
					if n%7 != 0 {
						must(t, s.PutMessages(ctx, platform, general, "", []summarize.Message{m}, nil))
					}
				}
				prune(t, s, noon.Add(-time.Hour), noon)
			},
			func(n int) bool { return n%7 == 0 },
		},
		"Unwatch": {
			func(t *testing.T, s *Store) {
				_, err := s.Unwatch(ctx, platform, general)
				must(t, err)
			},
			func(int) bool { return true },
		},
		"RemovePlace":  {func(t *testing.T, s *Store) { must(t, s.RemovePlace(ctx, platform, general)) }, func(int) bool { return true }},
		"RemoveServer": {func(t *testing.T, s *Store) { must(t, s.RemoveServer(ctx, platform, general.Server)) }, func(int) bool { return true }},
		"Prune": {
			func(t *testing.T, s *Store) {
				prune(t, s, message(many/2).Time, noon)
			},
			func(n int) bool { return n < many/2 },
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "crux.db")
			must(t, os.WriteFile(path, original, 0o600))
			s := open(t, "sqlite:"+path)
			test.remove(t, s)
			files, err := filepath.Glob(s.Path() + "*")
			must(t, err)
			left := map[string]bool{}
			for _, file := range files {
				data, err := os.ReadFile(file)
				must(t, err)
				if bytes.Contains(data, []byte("[draft-")) {
					t.Errorf("%s still has the text of a message from before its edit", filepath.Base(file))
				}
				for _, found := range marks.FindAll(data, -1) {
					left[string(found)] = true
				}
			}
			faults := 0
			for n := range many {
				if left[mark(n)] == test.gone(n) {
					faults++
				}
			}
			if faults > 0 {
				t.Errorf("%d messages of %d are readable though removed, or lost though not", faults, many)
			}
			must(t, integrity(ctx, s))
		})
	}
}

// What was delivered must not be readable once it is settled, or was pruned.
func TestSettledIsErased(t *testing.T) {
	const many = 1200 // and as many payloads from before they were amended, more than are spared
	ctx := t.Context()
	s := open(t, inFolder(t))
	marks := regexp.MustCompile(`\[secret-\d{5}\]`)
	mark := func(n int) string { return fmt.Sprintf("[secret-%05d]", n) }
	id := func(n int) string { return fmt.Sprint("Ev", n) }
	readable := func() map[string]bool {
		files, err := filepath.Glob(s.Path() + "*")
		must(t, err)
		left := map[string]bool{}
		for _, file := range files {
			data, err := os.ReadFile(file)
			must(t, err)
			for _, found := range marks.FindAll(data, -1) {
				left[string(found)] = true
			}
		}
		return left
	}
	check := func(what string, isLeft func(n int) bool) {
		t.Helper()
		must(t, s.scrub(ctx)) // which settling would do a little later
		left, faults := readable(), 0
		for n := range many {
			if left[mark(n)] != isLeft(n) {
				faults++
			}
		}
		if faults > 0 {
			t.Errorf("%s: %d payloads of %d are readable though settled, or lost though not", what, faults, many)
		}
	}
	// Some lie on one page with others and some on several, some are amended, and they are
	// settled in another order than they came.
	for n := range many {
		text := strings.Repeat("filler ", n%40) + mark(n) + strings.Repeat(" more", n*7%300)
		if n%50 == 0 {
			text += strings.Repeat(mark(n), 2000)
		}
		deliver(t, s, bot.Delivery{ID: id(n), Payload: []byte("[secret-99999]"), At: noon.Add(time.Duration(n) * time.Minute)})
		must(t, s.Amend(ctx, platform, id(n), []byte(text)))
		if n >= 10 && n%3 == 0 {
			must(t, s.Settle(ctx, platform, id(n-10+n%7)))
		}
	}
	settled := map[int]bool{}
	for n := 12; n < many; n += 3 {
		settled[n-10+n%7] = true
	}
	must(t, s.Settle(ctx, platform, id(many-1)))
	settled[many-1] = true
	check("settled", func(n int) bool { return !settled[n] })
	if readable()["[secret-99999]"] {
		t.Error("a payload from before it was amended is readable")
	}

	pruned := noon.Add(many / 2 * time.Minute)
	prune(t, s, noon, pruned)
	check("pruned", func(n int) bool { return !settled[n] && n >= many/2 })
	for n := range many {
		must(t, s.Settle(ctx, platform, id(n)))
	}
	check("all settled", func(int) bool { return false })
	must(t, integrity(ctx, s))

	// The room of what was settled is used again.
	prune(t, s, noon, noon)
	var payloads int
	must(t, s.writer.QueryRow("SELECT count(*) FROM payloads").Scan(&payloads))
	if payloads > spared+1 {
		t.Errorf("%d payloads of zeroes are left", payloads)
	}
}

func integrity(ctx context.Context, s *Store) error {
	var verdict string
	if err := s.writer.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		return fmt.Errorf("integrity: %s: %w", verdict, err)
	}
	var wrong int
	err := s.writer.QueryRowContext(ctx, `
		SELECT count(*) FROM places WHERE messages <> (SELECT count(*) FROM messages WHERE messages.place = places.place)`).Scan(&wrong)
	if err != nil || wrong > 0 {
		return fmt.Errorf("integrity: %d places have a wrong count: %w", wrong, err)
	}
	return nil
}

// A reader keeps the log from being cut; that is done a little later, or by Close.
func TestErasedOnceNobodyReads(t *testing.T) {
	s := open(t, inFolder(t))
	_, err := s.writer.Exec("PRAGMA busy_timeout = 1")
	must(t, err)
	ctx := t.Context()
	put(t, s, general, "", at(1, "u0", "secret words"), at(2, "u0", "other words"))
	holder := open(t, "sqlite:"+s.Path())
	tx, err := holder.reader.BeginTx(ctx, nil)
	must(t, err)
	var n int
	must(t, tx.QueryRow("SELECT count(*) FROM messages").Scan(&n))
	must(t, s.RemoveMessages(ctx, platform, general, []string{"1001"}))
	if !s.unscrubbed.Load() {
		t.Error("the log was cut under a reader, who would read nonsense")
	}
	must(t, tx.Rollback())
	put(t, s, general, "", at(3, "u0", "more words"))
	must(t, s.scrub(ctx)) // which would come of itself
	files, err := filepath.Glob(s.Path() + "*")
	must(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		must(t, err)
		if bytes.Contains(data, []byte("secret words")) {
			t.Errorf("%s still has the message", filepath.Base(file))
		}
	}
}

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
	"crux/bot/ledger"
	"crux/summarize"
)

// readable are which of these words some file of the store holds.
func readable(t *testing.T, s *Store, words *regexp.Regexp) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(s.Path() + "*")
	must(t, err)
	found := map[string]bool{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		must(t, err)
		for _, word := range words.FindAll(data, -1) {
			found[string(word)] = true
		}
	}
	return found
}

// Of a ledger that was replaced or removed nothing may be readable, and of what was meant instead neither.
func TestLedgersAreErased(t *testing.T) {
	ctx := t.Context()
	words := regexp.MustCompile(`\[(ledger|meant)-\d{3}-\d{3}\]`)
	place := func(n int) bot.Place {
		return bot.Place{Server: []string{"guild", "elsewhere"}[n%2], Channel: fmt.Sprint("c", n)}
	}
	ledgerWord := func(n, round int) string { return fmt.Sprintf("[ledger-%03d-%03d]", n, round) }
	meantWord := func(n, round int) string { return fmt.Sprintf("[meant-%03d-%03d]", n, round) }
	const many, rounds = 12, 6
	last := func(n int) int { return rounds - 1 - n%3 } // some are not written again
	author := func(n int) string { return fmt.Sprint("u", n%5) }
	disowned := func(n, round int) ledger.Disowned {
		return ledger.Disowned{
			Message: "1001", Author: author(n), End: 9, Sum: "sum", Meant: strings.Repeat("filler ", n) + meantWord(n, round),
			At: noon.Add(time.Duration(n) * time.Hour),
		}
	}
	filled, err := Open(ctx, inFolder(t), quiet)
	must(t, err)
	for round := range rounds {
		for n := range many {
			if round > last(n) {
				continue
			}
			watch(t, filled, place(n))
			// They grow and shrink, from a part of a page to several pages.
			putLedger(t, filled, place(n), ledgerOf(strings.Repeat(ledgerWord(n, round)+" filler ", 1+(n*7+round*31)%300), ledgerWord(n, round)))
			must(t, filled.Disown(ctx, platform, place(n), disowned(n, round)))
		}
	}
	must(t, filled.Close())
	original, err := os.ReadFile(filled.Path())
	must(t, err)
	all := func(int) bool { return true }
	for name, test := range map[string]struct {
		remove                func(*testing.T, *Store)
		ledgerGone, meantGone func(n int) bool
	}{
		"PutLedger": {
			func(t *testing.T, s *Store) {
				for n := range many {
					shorter := ledgerOf("another")
					shorter.Version = keptLedger(t, s, place(n)).Version
					must(t, s.PutLedger(ctx, platform, place(n), shorter))
				}
			}, all, func(int) bool { return false },
		},
		"Unwatch": {
			func(t *testing.T, s *Store) {
				for n := 0; n < many; n += 3 {
					_, err := s.Unwatch(ctx, platform, place(n))
					must(t, err)
				}
			},
			func(n int) bool { return n%3 == 0 }, func(n int) bool { return n%3 == 0 },
		},
		"RemovePlace": {
			func(t *testing.T, s *Store) {
				for n := range many {
					must(t, s.RemovePlace(ctx, platform, place(n)))
				}
			}, all, all,
		},
		"RemoveServer": {
			func(t *testing.T, s *Store) { must(t, s.RemoveServer(ctx, platform, "guild")) },
			func(n int) bool { return n%2 == 0 }, func(n int) bool { return n%2 == 0 },
		},
		"RemoveMessages": {
			func(t *testing.T, s *Store) { must(t, s.RemoveMessages(ctx, platform, place(4), []string{"1001"})) },
			func(int) bool { return false }, func(n int) bool { return n == 4 },
		},
		"RemovePerson": {
			func(t *testing.T, s *Store) {
				_, err := s.RemovePerson(ctx, platform, "u2")
				must(t, err)
			},
			func(int) bool { return false }, func(n int) bool { return author(n) == "u2" },
		},
		"Exclude": {
			func(t *testing.T, s *Store) { exclude(t, s, "u1", noon.Add(5*time.Hour)) },
			func(int) bool { return false }, func(n int) bool { return author(n) == "u1" && n < 5 },
		},
		"Prune": {
			func(t *testing.T, s *Store) {
				_, err := s.Prune(ctx, noon.Add(6*time.Hour), time.Hour, time.Hour)
				must(t, err)
			},
			func(int) bool { return false }, func(n int) bool { return n < 5 },
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "crux.db")
			must(t, os.WriteFile(path, original, 0o600))
			s, err := Open(ctx, "sqlite:"+path, quiet)
			must(t, err)
			test.remove(t, s)
			check := func(when string) {
				t.Helper()
				found := readable(t, s, words)
				for n := range many {
					for round := range rounds {
						if want := round == last(n) && !test.ledgerGone(n); found[ledgerWord(n, round)] != want {
							t.Errorf("%s: ledger %d as it was in round %d is readable: %v", when, n, round, !want)
						}
						if want := round == last(n) && !test.meantGone(n); found[meantWord(n, round)] != want {
							t.Errorf("%s: what was meant in %d in round %d is readable: %v", when, n, round, !want)
						}
					}
				}
			}
			check("at once")
			must(t, integrity(ctx, s))
			must(t, s.Close())
			check("after Close")
			s = open(t, "sqlite:"+path)
			for n := range many {
				if test.ledgerGone(n) {
					continue
				}
				got := keptLedger(t, s, place(n))
				got.Version = 0
				want := ledgerOf(strings.Repeat(ledgerWord(n, last(n))+" filler ", 1+(n*7+last(n)*31)%300), ledgerWord(n, last(n)))
				same(t, fmt.Sprint("ledger ", n), got, want)
			}
		})
	}
}

// However often a ledger is written, it takes up no more room than it needs.
func TestSlotsAreUsedAgain(t *testing.T) {
	ctx := t.Context()
	s := open(t, inFolder(t))
	watch(t, s, general, other)
	putLedger(t, s, other, ledgerOf("stays"))
	for n := range 30 {
		putLedger(t, s, general, ledgerOf(strings.Repeat("words ", 1000*(1+n%5)), fmt.Sprint(n)))
	}
	_, err := s.Unwatch(ctx, platform, general)
	must(t, err)
	var slots, free, needed int
	must(t, s.writer.QueryRow("SELECT (SELECT count(*) FROM slots), (SELECT count(*) FROM free_slots), (SELECT count(*) FROM written)").Scan(&slots, &free, &needed))
	// The longest takes 30 KB for its quote and gist each, and while it is replaced it lies there twice.
	if slots > 2*18 || needed != 1 || free != slots-needed {
		t.Errorf("%d slots, of which %d are free and %d hold something", slots, free, needed)
	}
	var odd int
	must(t, s.writer.QueryRow("SELECT count(*) FROM slots WHERE length(bytes) <> ?", slotSize).Scan(&odd))
	same(t, "slots of another size", odd, 0)
}

// What Exclude and RemovePerson remove must not be readable in any of the files.
func TestPeopleAreErased(t *testing.T) {
	ctx := t.Context()
	words := regexp.MustCompile(`\[secret-\d{4}\]`)
	word := func(n int) string { return fmt.Sprintf("[secret-%04d]", n) }
	const many = 900
	for name, test := range map[string]struct {
		remove func(*Store) error
		gone   func(n int) bool
	}{
		"Exclude": {
			func(s *Store) error {
				_, err := s.Exclude(ctx, platform, bot.Exclusion{Person: "u1"})
				return err
			},
			func(n int) bool { return n%3 == 1 },
		},
		"Exclude up to a time": {
			func(s *Store) error {
				_, err := s.Exclude(ctx, platform, bot.Exclusion{Person: "u1", Until: noon.Add(many / 2 * time.Minute)})
				return err
			},
			func(n int) bool { return n%3 == 1 && n < many/2 },
		},
		"RemovePerson": {
			func(s *Store) error {
				_, err := s.RemovePerson(ctx, platform, "u1")
				return err
			},
			func(n int) bool { return n%3 == 1 },
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, inFolder(t))
			for n := 0; n < many; n += 10 {
				var batch = several(n, n+9)
				for i := range batch {
					batch[i].Text = strings.Repeat("filler ", (n+i)%90) + word(n+i)
				}
				put(t, s, []bot.Place{general, thread, abroad}[n/10%3], "", batch...)
			}
			must(t, test.remove(s))
			found := readable(t, s, words)
			faults := 0
			for n := range many {
				if found[word(n)] == test.gone(n) {
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

// Of a server that crux left nothing is left, and of a person who was removed nothing but what
// keeps their messages away and the posts that are to be taken down.
func TestNothingIsLeft(t *testing.T) {
	ctx := context.Background()
	fill := func(t *testing.T) *Store {
		s := open(t, inFolder(t))
		here := bot.Place{Server: "SERVER-1", Channel: "100"}
		at := bot.Post{Platform: platform, Place: here, Message: "9", Sources: []bot.Source{{Place: here, Messages: []string{"1001"}}}, People: []string{"PERSON-1"}, At: noon}
		must(t, s.Watch(ctx, platform, bot.WatchedChannel{Place: here, By: "PERSON-1", At: noon}))
		must(t, s.PutMessages(ctx, platform, here, "", []summarize.Message{{ID: "1001", Author: "PERSON-1", Time: noon, Text: "words"}}, map[string]string{"PERSON-1": "Ben"}))
		must(t, s.PutMessages(ctx, platform, bot.Place{Server: "SERVER-1", Channel: "101"}, "100", several(1, 3), nil))
		must(t, s.RemoveMessages(ctx, platform, here, []string{"1009"}))
		must(t, s.KeepRequest(ctx, platform, "one", bot.Request{Asker: "PERSON-1", Place: here}, noon))
		must(t, s.KeepRequest(ctx, platform, "two", bot.Request{Asker: "PERSON-1", Here: here}, noon))
		must(t, s.Asked(ctx, platform, "PERSON-1", here, noon))
		must(t, s.KeepPost(ctx, at))
		at.Place.Server, at.Message = "", "10" // in direct messages
		must(t, s.KeepPost(ctx, at))
		putLedger(t, s, here, ledgerOf("words of SERVER-1"))
		must(t, s.Disown(ctx, platform, here, ledger.Disowned{Message: "1001", Author: "PERSON-1", End: 3, Meant: "words", At: noon}))
		d := hourly()
		d.Server, d.By, d.From = "SERVER-1", "PERSON-1", []bot.Place{here}
		addDigest(t, s, d)
		claimOne(t, s, noon)
		must(t, s.SetRetention(ctx, platform, "SERVER-1", time.Hour))
		must(t, s.Log(ctx, platform, "SERVER-1", bot.LogEntry{At: noon, By: "PERSON-1", What: "added digest 1", Place: here}))
		exclude(t, s, "PERSON-2", time.Time{})
		return s
	}
	t.Run("of a server", func(t *testing.T) {
		s := fill(t)
		must(t, s.RemoveServer(ctx, platform, "SERVER-1"))
		same(t, "tables with its id", tablesWith(t, s, "SERVER-1"), []string{})
		for _, table := range []string{"messages", "places", "authors", "removed", "requests", "asked", "posts", "sources", "quoted", "post_people", "ledgers", "disowned", "written", "writings", "digests", "runs", "servers", "log", "watched"} {
			var n int
			must(t, s.writer.QueryRow("SELECT count(*) FROM "+table).Scan(&n))
			same(t, "rows in "+table, n, 0)
		}
		same(t, "exclusions", tablesWith(t, s, "PERSON-2"), []string{"exclusions"})
	})
	t.Run("of a person", func(t *testing.T) {
		s := fill(t)
		exclude(t, s, "PERSON-1", noon)
		_, err := s.RemovePerson(ctx, platform, "PERSON-1")
		must(t, err)
		same(t, "tables with their id", tablesWith(t, s, "PERSON-1"), []string{"exclusions", "post_people"})
		same(t, "tables with their name", tablesWith(t, s, "Ben"), []string{})
	})
}

// tablesWith are the tables that hold a text, in the order of their names.
func tablesWith(t *testing.T, s *Store, text string) []string {
	t.Helper()
	tables, err := texts(s.writer.Query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))
	must(t, err)
	found := []string{}
	for _, table := range tables {
		rows, err := s.writer.Query(`SELECT * FROM "` + table + `"`)
		must(t, err)
		columns, err := rows.Columns()
		must(t, err)
		has := false
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new([]byte)
			}
			must(t, rows.Scan(values...))
			for _, value := range values {
				has = has || bytes.Contains(*value.(*[]byte), []byte(text))
			}
		}
		must(t, rows.Err())
		if has {
			found = append(found, table)
		}
	}
	return found
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"crux/bot"
	"crux/bot/gate"
)

// ofVersion is the URL of a store whose tables are of an earlier version, filled by statements.
func ofVersion(t *testing.T, version int64, statements ...string) string {
	t.Helper()
	ctx := context.Background()
	a := address{filepath.Join(t.TempDir(), "crux.db")}
	must(t, a.create(quiet))
	db, err := sql.Open(driver, a.source(writing))
	must(t, err)
	db.SetMaxOpenConns(1)
	p, err := provider(db)
	must(t, err)
	_, err = p.UpTo(ctx, version)
	must(t, err)
	for _, statement := range statements {
		_, err := db.Exec(statement)
		must(t, err)
	}
	must(t, db.Close())
	return "sqlite:" + a.path
}

// What was kept by version 2 is kept on, and going back keeps what version 2 knows.
func TestMigratedFromVersion2(t *testing.T) {
	ctx := t.Context()
	url := ofVersion(t, 2,
		`INSERT INTO watched (platform, server, channel, thread, asker, at) VALUES ('discord', 'guild', '100', '', 'u0', 5)`,
		`INSERT INTO places (place, platform, server, channel, thread, messages, covered) VALUES (1, 'discord', 'guild', '100', '', 2, 2)`,
		`INSERT INTO authors (author, platform, server, id, name) VALUES (1, 'discord', 'guild', 'u7', 'Ann'), (2, 'discord', 'guild', 'u3', 'Ben')`,
		`INSERT INTO contents (content, text, url, attachments) VALUES (1, 'first', '', ''), (2, 'second', '', '')`,
		`INSERT INTO messages (message, place, id, id_length, time, author, edited, reply_to, bot)
			VALUES (1, 1, '1001', 4, 5, 1, 0, '', 0), (2, 1, '1002', 4, 6, 2, 0, '', 0)`,
		`INSERT INTO requests (platform, token, server, request, at) VALUES
			('discord', 'theirs', 'guild', '{"command":"mine","asker":"u7","place":{"server":"guild","channel":"100"}}', 5),
			('discord', 'nobody''s', 'guild', '{"command":"open"}', 5)`,
		`INSERT INTO posts (post, platform, server, channel, thread, message, source_server, source_channel, source_thread, token, at) VALUES
			(4, 'discord', 'guild', '200', '', '9', 'guild', '100', '', 'theirs', 7),
			(6, 'discord', 'guild', '200', '', '10', 'guild', '300', '', '', 8)`,
		`INSERT INTO quoted (post, seq, message) VALUES (4, 0, '1002'), (4, 1, '1001'), (4, 2, '1000'), (6, 0, '1001')`,
	)
	want := []bot.Post{
		{
			Platform: platform, Place: other, Message: "9", Token: "theirs", At: timeOf(7), People: []string{"u3", "u7"},
			Sources: []bot.Source{{Place: general, Messages: []string{"1002", "1001", "1000"}}},
		},
		{
			Platform: platform, Place: other, Message: "10", At: timeOf(8),
			Sources: []bot.Source{{Place: bot.Place{Server: "guild", Channel: "300"}, Messages: []string{"1001"}}},
		},
	}
	s := open(t, url)
	check := func() {
		t.Helper()
		for _, post := range want {
			found, err := s.PostsFrom(ctx, platform, post.Sources[0].Place)
			must(t, err)
			same(t, "posts", found, []bot.Post{post})
		}
		about, err := s.PostsAbout(ctx, platform, "u7")
		must(t, err)
		same(t, "about", about, want[:1])
		kept, err := s.KeptAbout(ctx, platform, "u7")
		must(t, err)
		same(t, "kept about", kept, bot.KeptRows{Messages: 1, Channels: 1, Oldest: timeOf(5), Requests: 1, Posts: 1})
		same(t, "messages", read(t, s, general, bot.Range{Last: 9}).Total, 2)
		must(t, integrity(ctx, s))
	}
	check()
	addDigest(t, s, hourly())
	putLedger(t, s, general, ledgerOf("words"))

	p, err := provider(s.writer)
	must(t, err)
	_, err = p.DownTo(ctx, 2)
	must(t, err)
	var posts, quoted int
	must(t, s.writer.QueryRow("SELECT count(*) FROM posts WHERE source_server = 'guild' AND source_channel = '100'").Scan(&posts))
	must(t, s.writer.QueryRow("SELECT count(*) FROM quoted WHERE post = 4").Scan(&quoted))
	same(t, "posts and what they quoted, after going back", []int{posts, quoted}, []int{1, 3})
	_, err = p.Up(ctx)
	must(t, err)
	check()
	same(t, "ledger", keptLedger(t, s, general), bot.Ledger{})
	must(t, s.RemoveServer(ctx, platform, "guild"))
	_, err = s.Request(ctx, platform, "theirs")
	if !errors.Is(err, bot.ErrNotKept) {
		t.Errorf("got error %v, want ErrNotKept", err)
	}
}

// What was kept by version 3 is kept on, and going back takes only what servers decided about models and used of them.
func TestMigratedFromVersion3(t *testing.T) {
	ctx := t.Context()
	url := ofVersion(t, 3,
		`INSERT INTO watched (platform, server, channel, thread, asker, at) VALUES ('discord', 'guild', '100', '', 'u0', 5)`,
		`INSERT INTO log (platform, server, at, person, what, channel, thread) VALUES ('discord', 'guild', 5, 'u0', 'did something', '100', '')`,
	)
	s := open(t, url)
	check := func(given bool, days int) {
		t.Helper()
		watched, err := s.Watched(ctx, platform)
		must(t, err)
		same(t, "watched", watched, []bot.WatchedChannel{{Place: general, By: "u0", At: timeOf(5)}})
		changes, err := s.Changes(ctx, platform, "guild", 9)
		must(t, err)
		same(t, "log", len(changes), 1)
		c, err := s.Consent(ctx, guild)
		must(t, err)
		same(t, "consent", c.Given, given)
		used, err := s.SpentSince(ctx, guild, noon)
		must(t, err)
		same(t, "days", len(used), days)
		must(t, integrity(ctx, s))
	}
	check(false, 0)
	must(t, s.SetConsent(ctx, guild, gate.Consent{Terms: "Somebody", Given: true, By: "u0", At: noon}))
	must(t, s.Spend(ctx, guild, noon, spent(1, 2, 3, 0.5)))
	check(true, 1)

	p, err := provider(s.writer)
	must(t, err)
	_, err = p.DownTo(ctx, 3)
	must(t, err)
	_, err = p.Up(ctx)
	must(t, err)
	check(false, 0)
}

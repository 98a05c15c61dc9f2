package store

import (
	"context"
	"database/sql"

	"crux/bot"
)

// Watch follows a channel; following it already is no error and changes nothing.
func (s *Store) Watch(ctx context.Context, platform string, w bot.WatchedChannel) error {
	return s.write(ctx, "watch", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO watched (platform, server, channel, thread, asker, at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (platform, server, channel, thread) DO NOTHING`,
			platform, w.Place.Server, w.Place.Channel, w.Place.Thread, w.By, micros(w.At))
		return err
	})
}

// Unwatch stops following a channel and removes what is kept of it and of its
// threads. What was disowned stays so, without what was meant instead. It says how many messages went;
// bot.ErrNotKept where it was not followed.
func (s *Store) Unwatch(ctx context.Context, platform string, p bot.Place) (int, error) {
	messages := 0
	err := s.erase(ctx, "unwatch", func(tx *sql.Tx) (int, error) {
		n, err := affected(tx.ExecContext(ctx, `
			DELETE FROM watched WHERE platform = ? AND server = ? AND channel = ? AND thread = ?`,
			platform, p.Server, p.Channel, p.Thread))
		if err != nil {
			return 0, err
		}
		if n == 0 {
			return 0, bot.ErrNotKept
		}
		meant, err := removeSaid(ctx, tx, platform, p, forgetMeant)
		if err != nil {
			return 0, err
		}
		var ledgers int
		messages, ledgers, err = emptyPlace(ctx, tx, platform, p)
		return messages + ledgers + meant, err
	})
	return messages, err
}

// Watched are the channels followed, in the order in which they were added.
func (s *Store) Watched(ctx context.Context, platform string) ([]bot.WatchedChannel, error) {
	var channels []bot.WatchedChannel
	err := s.read(ctx, "watched", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT server, channel, thread, asker, at FROM watched WHERE platform = ? ORDER BY seq", platform)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var w bot.WatchedChannel
			var at int64
			if err := rows.Scan(&w.Place.Server, &w.Place.Channel, &w.Place.Thread, &w.By, &at); err != nil {
				return err
			}
			w.At = timeOf(at)
			channels = append(channels, w)
		}
		return rows.Err()
	})
	return channels, err
}

// followedQuery asks whether a channel is followed, or one that it is a thread of: the one that is
// named, or that was named when something of it was put.
const followedQuery = `
	SELECT EXISTS (
		SELECT 1 FROM watched WHERE platform = ?1 AND server = ?2 AND (
			channel IN (?3, nullif(?4, ''))
			OR channel IN (SELECT parent FROM places WHERE platform = ?1 AND server = ?2 AND channel = ?3)))`

func followedArgs(platform string, p bot.Place, parent string) []any {
	return []any{platform, p.Server, p.Channel, parent}
}

func isFollowed(ctx context.Context, tx *sql.Tx, platform string, p bot.Place) (follows bool, err error) {
	err = tx.QueryRowContext(ctx, followedQuery, followedArgs(platform, p, "")...).Scan(&follows)
	return follows, err
}

// RemoveServer removes everything of a server: what is watched there, its messages and the ids of
// removed ones, its ledgers and what was disowned, its digests with their runs, the requests and
// posts made there, what it set and its log. What it used of a language model stays, so that nobody
// has a new budget by putting crux out. What was delivered is of no server; it is erased when
// it is settled or pruned. Nor is an exclusion, which a person made for the whole platform.
func (s *Store) RemoveServer(ctx context.Context, platform, server string) error {
	return s.erase(ctx, "remove server", func(tx *sql.Tx) (int, error) {
		gone, err := removeMessages(ctx, tx, "place IN (SELECT place FROM places WHERE platform = ? AND server = ?)", platform, server)
		if err != nil {
			return 0, err
		}
		for _, remove := range []removal{removeLedgers, removeDisowned} {
			n, err := remove(ctx, tx, "platform = ? AND server = ?", platform, server)
			if err != nil {
				return 0, err
			}
			gone += n
		}
		for _, statement := range []string{
			"DELETE FROM watched WHERE platform = ? AND server = ?",
			"DELETE FROM places WHERE platform = ? AND server = ?",
			"DELETE FROM authors WHERE platform = ? AND server = ?",
			"DELETE FROM requests WHERE platform = ? AND server = ?",
			"DELETE FROM asked WHERE platform = ? AND server = ?",
			"DELETE FROM posts WHERE platform = ? AND server = ?",
			"DELETE FROM posts WHERE post IN (SELECT post FROM sources WHERE platform = ? AND server = ?)",
			"DELETE FROM digests WHERE platform = ? AND server = ?",
			"DELETE FROM servers WHERE platform = ? AND server = ?",
			"DELETE FROM consents WHERE platform = ? AND server = ?",
			"DELETE FROM log WHERE platform = ? AND server = ?",
		} {
			n, err := affected(tx.ExecContext(ctx, statement, platform, server))
			if err != nil {
				return 0, err
			}
			gone += n
		}
		return gone, nil
	})
}

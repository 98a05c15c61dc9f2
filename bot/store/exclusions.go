package store

import (
	"context"
	"database/sql"

	"crux/bot"
)

// Exclude leaves a person's messages out: those that the exclusion covers are removed at once, as
// RemoveMessages does, and PutMessages passes over them from now on, so that nothing else need
// keep them away. It replaces an earlier exclusion, and says how many messages went.
func (s *Store) Exclude(ctx context.Context, platform string, e bot.Exclusion) (messages int, err error) {
	err = s.erase(ctx, "exclude", func(tx *sql.Tx) (int, error) {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO exclusions (platform, person, until) VALUES (?, ?, ?)
			ON CONFLICT (platform, person) DO UPDATE SET until = excluded.until`, platform, e.Person, moment(e.Until))
		if err != nil {
			return 0, err
		}
		until := moment(e.Until)
		if messages, err = removeTheirs(ctx, tx, platform, e.Person, until); err != nil {
			return 0, err
		}
		// What was disowned before then was written before then.
		disowned, err := removeDisowned(ctx, tx, "platform = ? AND author = ? AND (? IS NULL OR at < ?)", platform, e.Person, until, until)
		return messages + disowned, err
	})
	return messages, err
}

// removeTheirs removes a person's messages from before a time, all of them where it is NULL, and
// says how many went.
func removeTheirs(ctx context.Context, tx *sql.Tx, platform, person string, until sql.NullInt64) (int, error) {
	const theirs = "author IN (SELECT author FROM authors WHERE platform = ? AND authors.id = ?) AND (? IS NULL OR time < ?)"
	args := []any{platform, person, until, until}
	_, err := tx.ExecContext(ctx, `
		UPDATE places SET messages = messages - theirs.n
		FROM (SELECT place, count(*) AS n FROM messages WHERE `+theirs+` GROUP BY place) AS theirs
		WHERE theirs.place = places.place`, args...)
	if err != nil {
		return 0, err
	}
	gone, err := removeMessages(ctx, tx, theirs, args...)
	if err != nil || gone == 0 {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `
		DELETE FROM authors WHERE platform = ? AND id = ?
		AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.author = authors.author)`, platform, person)
	return gone, err
}

// Exclusions are all of a platform.
func (s *Store) Exclusions(ctx context.Context, platform string) ([]bot.Exclusion, error) {
	var all []bot.Exclusion
	err := s.read(ctx, "exclusions", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT person, until FROM exclusions WHERE platform = ? ORDER BY person", platform)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var e bot.Exclusion
			var until sql.NullInt64
			if err := rows.Scan(&e.Person, &until); err != nil {
				return err
			}
			e.Until = momentOf(until)
			all = append(all, e)
		}
		return rows.Err()
	})
	return all, err
}

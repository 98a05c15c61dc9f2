package store

import (
	"context"
	"database/sql"

	"crux/bot"
)

// KeptAbout counts what is kept about a person. Threads count as the channel in which they are,
// and places about which the person asked as requests.
func (s *Store) KeptAbout(ctx context.Context, platform, person string) (bot.KeptRows, error) {
	var kept bot.KeptRows
	err := s.read(ctx, "kept about", func(tx *sql.Tx) error {
		var err error
		kept, err = keptAbout(ctx, tx, platform, person)
		return err
	})
	return kept, err
}

func keptAbout(ctx context.Context, tx *sql.Tx, platform, person string) (bot.KeptRows, error) {
	var kept bot.KeptRows
	var oldest sql.NullInt64
	err := tx.QueryRowContext(ctx, `
		SELECT count(*), count(DISTINCT server || '/' || CASE WHEN parent <> '' THEN parent ELSE channel END), min(time)
		FROM messages JOIN places USING (place)
		WHERE author IN (SELECT author FROM authors WHERE platform = ? AND authors.id = ?)`,
		platform, person).Scan(&kept.Messages, &kept.Channels, &oldest)
	if err != nil {
		return kept, err
	}
	kept.Oldest = momentOf(oldest)
	err = tx.QueryRowContext(ctx, `
		SELECT (SELECT count(*) FROM requests WHERE platform = ?1 AND asker = ?2) + (SELECT count(*) FROM asked WHERE platform = ?1 AND asker = ?2),
			(SELECT count(*) FROM posts WHERE platform = ?1 AND post IN (SELECT post FROM post_people WHERE person = ?2)),
			(SELECT count(*) FROM disowned WHERE platform = ?1 AND author = ?2)`,
		platform, person).Scan(&kept.Requests, &kept.Posts, &kept.Disowned)
	return kept, err
}

// RemovePerson removes a person's messages, requests and names and what they disowned, and takes
// their name off digests, watched channels, consents and the log. It says how many rows went of each; Posts
// is 0, since posts are to be taken down first.
//
// What a platform delivered and is not worked off yet stays. It is erased when it is settled, and
// whoever removes a person excludes them before, so that PutMessages then passes over what it holds.
func (s *Store) RemovePerson(ctx context.Context, platform, person string) (bot.KeptRows, error) {
	var gone bot.KeptRows
	err := s.erase(ctx, "remove person", func(tx *sql.Tx) (int, error) {
		var err error
		if gone, err = keptAbout(ctx, tx, platform, person); err != nil {
			return 0, err
		}
		gone.Posts = 0
		if _, err = removeTheirs(ctx, tx, platform, person, sql.NullInt64{}); err != nil {
			return 0, err
		}
		rows, err := removeDisowned(ctx, tx, "platform = ? AND author = ?", platform, person)
		if err != nil {
			return 0, err
		}
		for _, statement := range []string{
			"DELETE FROM requests WHERE platform = ? AND asker = ?",
			"DELETE FROM asked WHERE platform = ? AND asker = ?",
			"DELETE FROM authors WHERE platform = ? AND id = ?",
			"UPDATE watched SET asker = '' WHERE platform = ? AND asker = ?",
			"UPDATE digests SET owner = '' WHERE platform = ? AND owner = ?",
			"UPDATE consents SET person = '' WHERE platform = ? AND person = ?",
			"UPDATE log SET person = '' WHERE platform = ? AND person = ?",
		} {
			n, err := affected(tx.ExecContext(ctx, statement, platform, person))
			if err != nil {
				return 0, err
			}
			rows += n
		}
		return gone.Messages + rows, nil
	})
	if err != nil {
		return bot.KeptRows{}, err
	}
	return gone, nil
}

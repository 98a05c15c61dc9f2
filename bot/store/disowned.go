package store

import (
	"context"
	"database/sql"
	"strings"

	"crux/bot"
	"crux/bot/ledger"
)

// Disown keeps what somebody said is not theirs, in place of what they said of the same words before.
func (s *Store) Disown(ctx context.Context, platform string, p bot.Place, d ledger.Disowned) error {
	return s.erase(ctx, "disown", func(tx *sql.Tx) (int, error) {
		before, err := removeDisowned(ctx, tx, `
			platform = ? AND server = ? AND channel = ? AND message = ? AND author = ? AND start = ? AND "end" = ?`,
			platform, p.Server, p.Channel, d.Message, d.Author, d.Start, d.End)
		if err != nil {
			return 0, err
		}
		var meant sql.NullInt64
		if d.Meant != "" {
			meant.Valid = true
			if meant.Int64, err = addWriting(ctx, tx, []byte(d.Meant)); err != nil {
				return 0, err
			}
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO disowned (platform, server, channel, message, author, start, "end", sum, meant, at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			platform, p.Server, p.Channel, d.Message, d.Author, d.Start, d.End, d.Sum, meant, micros(d.At))
		return before, err
	})
}

// Disowned are what was disowned in a channel and its threads, and of a thread that is a channel of its own also in
// the channel that it belongs to, since what is disowned there may stand in the thread.
func (s *Store) Disowned(ctx context.Context, platform string, p bot.Place) ([]ledger.Disowned, error) {
	var all []ledger.Disowned
	err := s.read(ctx, "disowned", func(tx *sql.Tx) error {
		type row struct {
			ledger.Disowned
			meant sql.NullInt64
		}
		var found []row
		rows, err := tx.QueryContext(ctx, `
			SELECT message, author, start, "end", sum, meant, at FROM disowned
			WHERE platform = ? AND server = ? AND channel IN (
				SELECT ?
				UNION SELECT channel FROM places WHERE platform = ? AND server = ? AND parent = ?
				UNION SELECT parent FROM places WHERE platform = ? AND server = ? AND channel = ? AND parent <> '')
			ORDER BY at, disowned`,
			platform, p.Server, p.Channel, platform, p.Server, p.Channel, platform, p.Server, p.Channel)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var r row
			var at int64
			if err := rows.Scan(&r.Message, &r.Author, &r.Start, &r.End, &r.Sum, &r.meant, &at); err != nil {
				return err
			}
			r.At = timeOf(at)
			found = append(found, r)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		for _, r := range found {
			if r.meant.Valid {
				words, err := readWriting(ctx, tx, r.meant.Int64)
				if err != nil {
					return err
				}
				r.Meant = string(words)
			}
			all = append(all, r.Disowned)
		}
		return nil
	})
	return all, err
}

// removeDisowned removes what was disowned and meets a condition, and says how many rows went.
func removeDisowned(ctx context.Context, tx *sql.Tx, where string, args ...any) (int, error) {
	if _, err := forgetMeant(ctx, tx, where, args...); err != nil {
		return 0, err
	}
	return affected(tx.ExecContext(ctx, "DELETE FROM disowned WHERE "+where, args...))
}

// forgetMeant erases what was meant instead, where that meets a condition, and says how many
// words went. That they are disowned stays.
func forgetMeant(ctx context.Context, tx *sql.Tx, where string, args ...any) (int, error) {
	written, err := numbers(tx.QueryContext(ctx, "SELECT meant FROM disowned WHERE meant IS NOT NULL AND "+where, args...))
	if err != nil || len(written) == 0 {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE disowned SET meant = NULL WHERE meant IS NOT NULL AND "+where, args...); err != nil {
		return 0, err
	}
	return blankWritings(ctx, tx, written)
}

// removeDisownedIn removes what was disowned of messages that are gone. They may be a thread's
// that is a channel of its own, and disowned in the channel that it belongs to.
func removeDisownedIn(ctx context.Context, tx *sql.Tx, platform string, p bot.Place, ids []string) (int, error) {
	args := []any{platform, p.Server, p.Channel, platform, p.Server, p.Channel}
	for _, id := range ids {
		args = append(args, id)
	}
	return removeDisowned(ctx, tx, `
		platform = ? AND server = ? AND channel IN (
			SELECT ? UNION SELECT parent FROM places WHERE platform = ? AND server = ? AND channel = ? AND parent <> '')
		AND message IN (`+marks(len(ids))+`)`, args...)
}

// marks are n question marks, for as many arguments.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"crux/bot"
)

// Retention is for how long the texts of a server are kept, 0 where it set nothing.
func (s *Store) Retention(ctx context.Context, platform, server string) (time.Duration, error) {
	var kept int64
	err := s.read(ctx, "retention", func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT retention FROM servers WHERE platform = ? AND server = ?", platform, server).Scan(&kept)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return time.Duration(kept) * time.Microsecond, err
}

// SetRetention sets for how long the texts of a server are kept, to the microsecond; 0 takes back what it set.
func (s *Store) SetRetention(ctx context.Context, platform, server string, d time.Duration) error {
	return s.write(ctx, "set retention", func(tx *sql.Tx) error {
		if d <= 0 {
			_, err := tx.ExecContext(ctx, "DELETE FROM servers WHERE platform = ? AND server = ?", platform, server)
			return err
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO servers (platform, server, retention) VALUES (?, ?, ?)
			ON CONFLICT (platform, server) DO UPDATE SET retention = excluded.retention`, platform, server, d.Microseconds())
		return err
	})
}

// Log notes a change in a server. Its place is one of the server.
func (s *Store) Log(ctx context.Context, platform, server string, e bot.LogEntry) error {
	return s.write(ctx, "log", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO log (platform, server, at, person, what, channel, thread) VALUES (?, ?, ?, ?, ?, ?, ?)",
			platform, server, micros(e.At), e.By, e.What, e.Place.Channel, e.Place.Thread)
		return err
	})
}

// Changes are the newest n changes in a server, the newest first.
func (s *Store) Changes(ctx context.Context, platform, server string, n int) ([]bot.LogEntry, error) {
	var all []bot.LogEntry
	err := s.read(ctx, "changes", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `
			SELECT at, person, what, channel, thread FROM log WHERE platform = ? AND server = ? ORDER BY at DESC, entry DESC LIMIT ?`,
			platform, server, n)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var e bot.LogEntry
			var at int64
			if err := rows.Scan(&at, &e.By, &e.What, &e.Place.Channel, &e.Place.Thread); err != nil {
				return err
			}
			e.At = timeOf(at)
			if e.Place.Channel != "" {
				e.Place.Server = server
			}
			all = append(all, e)
		}
		return rows.Err()
	})
	return all, err
}

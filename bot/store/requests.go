package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"crux/bot"
)

// KeepRequest keeps a request under the token.
func (s *Store) KeepRequest(ctx context.Context, platform, token string, r bot.Request, at time.Time) error {
	r.Window.Since = r.Window.Since.UTC()
	server := r.Place.Server
	if server == "" {
		server = r.Here.Server
	}
	encoded, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("store: keep request: %w", err)
	}
	return s.write(ctx, "keep request", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO requests (platform, token, server, asker, request, at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (platform, token)
			DO UPDATE SET server = excluded.server, asker = excluded.asker, request = excluded.request, at = excluded.at`,
			platform, token, server, r.Asker, string(encoded), micros(at))
		return err
	})
}

// Request is the request kept under the token, or bot.ErrNotKept.
func (s *Store) Request(ctx context.Context, platform, token string) (bot.Request, error) {
	var r bot.Request
	err := s.read(ctx, "request", func(tx *sql.Tx) error {
		var encoded string
		err := tx.QueryRowContext(ctx, "SELECT request FROM requests WHERE platform = ? AND token = ?", platform, token).Scan(&encoded)
		if err != nil {
			return orNotKept(err)
		}
		return json.Unmarshal([]byte(encoded), &r)
	})
	return r, err
}

// Asked notes that somebody asked about a place.
func (s *Store) Asked(ctx context.Context, platform, asker string, p bot.Place, at time.Time) error {
	return s.write(ctx, "asked", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO asked (platform, asker, server, channel, thread, at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (platform, asker, server, channel, thread)
			DO UPDATE SET at = CASE WHEN excluded.at > asked.at THEN excluded.at ELSE asked.at END`,
			platform, asker, p.Server, p.Channel, p.Thread, micros(at))
		return err
	})
}

// LastAsked is when somebody last asked about a place, or bot.ErrNotKept.
func (s *Store) LastAsked(ctx context.Context, platform, asker string, p bot.Place) (time.Time, error) {
	var last time.Time
	err := s.read(ctx, "last asked", func(tx *sql.Tx) error {
		var at int64
		err := tx.QueryRowContext(ctx, `
			SELECT at FROM asked WHERE platform = ? AND asker = ? AND server = ? AND channel = ? AND thread = ?`,
			platform, asker, p.Server, p.Channel, p.Thread).Scan(&at)
		if err != nil {
			return orNotKept(err)
		}
		last = timeOf(at)
		return nil
	})
	return last, err
}

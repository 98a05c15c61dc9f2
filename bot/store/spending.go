package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"crux/bot/gate"
)

// Consent is what a server decided last about a language model, the zero Consent where nothing.
func (s *Store) Consent(ctx context.Context, a gate.Account) (gate.Consent, error) {
	var c gate.Consent
	err := s.read(ctx, "consent", func(tx *sql.Tx) error {
		var given, at int64
		err := tx.QueryRowContext(ctx, "SELECT terms, given, person, at FROM consents WHERE platform = ? AND server = ?", a.Platform, a.Server).
			Scan(&c.Terms, &given, &c.By, &at)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		c.Given, c.At = given != 0, timeOf(at)
		return err
	})
	return c, err
}

// SetConsent keeps what a server decided, in place of what it decided before.
func (s *Store) SetConsent(ctx context.Context, a gate.Account, c gate.Consent) error {
	given := 0
	if c.Given {
		given = 1
	}
	return s.write(ctx, "set consent", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO consents (platform, server, terms, given, person, at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (platform, server) DO UPDATE SET terms = excluded.terms, given = excluded.given, person = excluded.person, at = excluded.at`,
			a.Platform, a.Server, c.Terms, given, c.By, micros(c.At))
		return err
	})
}

// Decided are the servers of a platform that decided anything about a language model.
func (s *Store) Decided(ctx context.Context, platform string) (servers []string, err error) {
	err = s.read(ctx, "decided", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT server FROM consents WHERE platform = ? ORDER BY server", platform)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var server string
			if err := rows.Scan(&server); err != nil {
				return err
			}
			servers = append(servers, server)
		}
		return rows.Err()
	})
	return servers, err
}

// Spend adds to what a server used on the day of a time, in UTC.
func (s *Store) Spend(ctx context.Context, a gate.Account, at time.Time, spent gate.Spent) error {
	return s.write(ctx, "spend", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO spending (platform, server, day, prompts, input, cached, output, usd) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (platform, server, day) DO UPDATE SET prompts = prompts + excluded.prompts, input = input + excluded.input,
				cached = cached + excluded.cached, output = output + excluded.output, usd = usd + excluded.usd`,
			a.Platform, a.Server, micros(dayOf(at)), spent.Prompts, spent.Input, spent.Cached, spent.Output, spent.USD)
		return err
	})
}

// SpentSince is what a server used on each day from that of a time on, in order, without days on which it used nothing.
func (s *Store) SpentSince(ctx context.Context, a gate.Account, from time.Time) ([]gate.DaySpent, error) {
	var days []gate.DaySpent
	err := s.read(ctx, "spent since", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `
			SELECT day, prompts, input, cached, output, usd FROM spending WHERE platform = ? AND server = ? AND day >= ? ORDER BY day`,
			a.Platform, a.Server, micros(dayOf(from)))
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var d gate.DaySpent
			var day int64
			if err := rows.Scan(&day, &d.Prompts, &d.Input, &d.Cached, &d.Output, &d.USD); err != nil {
				return err
			}
			d.Day = timeOf(day)
			days = append(days, d)
		}
		return rows.Err()
	})
	return days, err
}

// dayOf is the beginning of the day of a time, in UTC.
func dayOf(at time.Time) time.Time { return at.UTC().Truncate(24 * time.Hour) }

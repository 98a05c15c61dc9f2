package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"crux/bot"
)

// AddDigest keeps a new digest, and returns it with its ID and the lowest free Number. Covered is
// Made where it is zero.
func (s *Store) AddDigest(ctx context.Context, platform string, d bot.Digest) (bot.Digest, error) {
	if d.Covered.IsZero() {
		d.Covered = d.Made
	}
	err := s.write(ctx, "add digest", func(tx *sql.Tx) error {
		number, err := freeNumber(ctx, tx, platform, d.Server)
		if err != nil {
			return err
		}
		orders, err := json.Marshal(ordersOf(d))
		if err != nil {
			return err
		}
		var id int64
		err = tx.QueryRowContext(ctx, `
			INSERT INTO digests (platform, server, number, owner, made, orders, paused, next, covered, posted, failure)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING digest`,
			platform, d.Server, number, d.By, micros(d.Made), string(orders), d.Paused, moment(d.Next), micros(d.Covered), moment(d.Posted), d.Failure,
		).Scan(&id)
		if err != nil {
			return err
		}
		d, err = findDigest(ctx, tx, "digest = ?", id)
		return err
	})
	return d, err
}

// freeNumber is the lowest number that no digest of the server has.
func freeNumber(ctx context.Context, tx *sql.Tx, platform, server string) (int, error) {
	taken, err := numbers(tx.QueryContext(ctx, "SELECT number FROM digests WHERE platform = ? AND server = ? ORDER BY number", platform, server))
	number := 1
	for _, n := range taken {
		if n == int64(number) {
			number++
		}
	}
	return number, err
}

// ordersOf is what a digest was ordered to do, as it is kept.
func ordersOf(d bot.Digest) bot.DigestOrder {
	return bot.DigestOrder{From: d.From, All: d.All, To: d.To, When: d.When, Zone: d.Zone, Parts: d.Parts, Quiet: d.Quiet}
}

// Digests are those of a server, by Number; of all servers where server is "".
func (s *Store) Digests(ctx context.Context, platform, server string) ([]bot.Digest, error) {
	var all []bot.Digest
	err := s.read(ctx, "digests", func(tx *sql.Tx) error {
		var err error
		if server == "" {
			all, err = findDigests(ctx, tx, "platform = ?", platform)
		} else {
			all, err = findDigests(ctx, tx, "platform = ? AND server = ?", platform, server)
		}
		return err
	})
	return all, err
}

// Digest is the one of a number in a server, or bot.ErrNotKept.
func (s *Store) Digest(ctx context.Context, platform, server string, number int) (bot.Digest, error) {
	return s.oneDigest(ctx, "platform = ? AND server = ? AND number = ?", platform, server, number)
}

// DigestOf is the one of an ID, or bot.ErrNotKept.
func (s *Store) DigestOf(ctx context.Context, id int64) (bot.Digest, error) {
	return s.oneDigest(ctx, "digest = ?", id)
}

func (s *Store) oneDigest(ctx context.Context, where string, args ...any) (bot.Digest, error) {
	var d bot.Digest
	err := s.read(ctx, "digest", func(tx *sql.Tx) error {
		var err error
		d, err = findDigest(ctx, tx, where, args...)
		return err
	})
	return d, err
}

// findDigest is the one that meets a condition, or bot.ErrNotKept.
func findDigest(ctx context.Context, tx *sql.Tx, where string, args ...any) (bot.Digest, error) {
	found, err := findDigests(ctx, tx, where, args...)
	if err == nil && len(found) == 0 {
		err = bot.ErrNotKept
	}
	if err != nil {
		return bot.Digest{}, err
	}
	return found[0], nil
}

func findDigests(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]bot.Digest, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT digest, server, number, owner, made, orders, paused, next, covered, posted, failure FROM digests
		WHERE number > 0 AND `+where+` ORDER BY server, number`, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []bot.Digest
	for rows.Next() {
		var d bot.Digest
		var made, covered int64
		var next, posted sql.NullInt64
		var encoded []byte
		if err := rows.Scan(&d.ID, &d.Server, &d.Number, &d.By, &made, &encoded, &d.Paused, &next, &covered, &posted, &d.Failure); err != nil {
			return nil, err
		}
		d.Made, d.Covered, d.Next, d.Posted = timeOf(made), timeOf(covered), momentOf(next), momentOf(posted)
		var orders bot.DigestOrder
		if err := json.Unmarshal(encoded, &orders); err != nil {
			return nil, err
		}
		d.From, d.All, d.To, d.When, d.Zone, d.Parts, d.Quiet = orders.From, orders.All, orders.To, orders.When, orders.Zone, orders.Parts, orders.Quiet
		all = append(all, d)
	}
	return all, rows.Err()
}

// PauseDigest sets Paused and Next, which ends no run that has begun and takes back nothing that
// was asked for. bot.ErrNotKept where there is no such digest.
func (s *Store) PauseDigest(ctx context.Context, id int64, paused bool, next time.Time) error {
	return s.write(ctx, "pause digest", func(tx *sql.Tx) error {
		n, err := affected(tx.ExecContext(ctx, "UPDATE digests SET paused = ?, next = ? WHERE digest = ? AND number > 0", paused, moment(next), id))
		if err == nil && n == 0 {
			err = bot.ErrNotKept
		}
		return err
	})
}

// RemoveDigest removes a digest and its runs; one that is not there is no error. Whoever works on
// one of the runs is told digest.ErrLost. Where a run may have been posted, its post is yet to be
// found and filed: then nobody sees the digest any more, and it goes when that run ends.
func (s *Store) RemoveDigest(ctx context.Context, id int64) error {
	return s.write(ctx, "remove digest", func(tx *sql.Tx) error {
		waits, err := affected(tx.ExecContext(ctx, `
			UPDATE digests SET number = -digest, owner = '', paused = 1, next = NULL, asked = NULL
			WHERE digest = ? AND run IN (SELECT run FROM runs WHERE posting IS NOT NULL AND finished IS NULL)`, id))
		if err != nil || waits > 0 {
			return err
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM digests WHERE digest = ?", id)
		return err
	})
}

// moment is a time as it is stored where the zero time is none.
func moment(t time.Time) sql.NullInt64 { return sql.NullInt64{Int64: micros(t), Valid: !t.IsZero()} }

// momentOf is the time that was stored so.
func momentOf(micros sql.NullInt64) time.Time {
	if !micros.Valid {
		return time.Time{}
	}
	return timeOf(micros.Int64)
}

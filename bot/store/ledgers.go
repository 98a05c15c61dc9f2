package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"crux/bot"
)

// Ledger is a channel's ledger; the zero Ledger where none is kept.
func (s *Store) Ledger(ctx context.Context, platform string, p bot.Place) (bot.Ledger, error) {
	var l bot.Ledger
	err := s.read(ctx, "ledger", func(tx *sql.Tx) error {
		version, encoded, err := findLedger(ctx, tx, platform, p)
		if errors.Is(err, bot.ErrNotKept) {
			return nil
		}
		if err != nil {
			return err
		}
		l.Version = version
		return json.Unmarshal(encoded, &l)
	})
	return l, err
}

// findLedger is a channel's ledger in JSON with its version, or bot.ErrNotKept.
func findLedger(ctx context.Context, tx *sql.Tx, platform string, p bot.Place) (version int64, encoded []byte, err error) {
	err = tx.QueryRowContext(ctx, "SELECT writing FROM ledgers WHERE platform = ? AND server = ? AND channel = ?",
		platform, p.Server, p.Channel).Scan(&version)
	if err != nil {
		return 0, nil, orNotKept(err)
	}
	encoded, err = readWriting(ctx, tx, version)
	return version, encoded, err
}

// PutLedger replaces the ledger that was read as l.Version, or returns bot.ErrChanged. One that
// says the same as before is not written again. It returns bot.ErrNotKept where the channel is not
// watched: a ledger that was being made while it ceased to be must not come back.
func (s *Store) PutLedger(ctx context.Context, platform string, p bot.Place, l bot.Ledger) error {
	encoded, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("store: put ledger: %w", err)
	}
	return s.erase(ctx, "put ledger", func(tx *sql.Tx) (int, error) {
		if err := checkWatched(ctx, tx, platform, p); err != nil {
			return 0, err
		}
		version, before, err := findLedger(ctx, tx, platform, p)
		if err != nil && !errors.Is(err, bot.ErrNotKept) {
			return 0, err
		}
		if version != l.Version {
			return 0, bot.ErrChanged
		}
		if version != 0 && bytes.Equal(before, encoded) {
			return 0, nil
		}
		number, err := addWriting(ctx, tx, encoded)
		if err != nil {
			return 0, err
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO ledgers (platform, server, channel, writing) VALUES (?, ?, ?, ?)
			ON CONFLICT (platform, server, channel) DO UPDATE SET writing = excluded.writing`,
			platform, p.Server, p.Channel, number)
		if err != nil || version == 0 {
			return 0, err
		}
		return blankWritings(ctx, tx, []int64{version})
	})
}

func checkWatched(ctx context.Context, tx *sql.Tx, platform string, p bot.Place) error {
	var n int
	err := tx.QueryRowContext(ctx, "SELECT 1 FROM watched WHERE platform = ? AND server = ? AND channel = ? AND thread = ''",
		platform, p.Server, p.Channel).Scan(&n)
	return orNotKept(err)
}

// Ledgers are the channels of which a ledger is kept.
func (s *Store) Ledgers(ctx context.Context, platform string) ([]bot.Place, error) {
	var places []bot.Place
	err := s.read(ctx, "ledgers", func(tx *sql.Tx) error {
		var err error
		places, err = scanPlaces(tx.QueryContext(ctx, "SELECT server, channel, '' FROM ledgers WHERE platform = ? ORDER BY ledger", platform))
		return err
	})
	return places, err
}

// removeLedgers removes the ledgers that meet a condition, and says how many went.
func removeLedgers(ctx context.Context, tx *sql.Tx, where string, args ...any) (int, error) {
	written, err := numbers(tx.QueryContext(ctx, "DELETE FROM ledgers WHERE "+where+" RETURNING writing", args...))
	if err != nil {
		return 0, err
	}
	return blankWritings(ctx, tx, written)
}

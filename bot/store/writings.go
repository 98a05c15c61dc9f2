package store

import (
	"context"
	"database/sql"
	"errors"
)

// A ledger is written again and again, and may also stay as it is for months. If it lay where
// messages do (see content.go), the room of all that was written after one that stays could not be
// reclaimed. So it lies in slots instead, all of one size: SQLite changes a row in place where
// the new one is as long as the old, and moves no other. A slot that is not needed any more is overwritten
// with zeroes and used again; slots are added at the end and never removed.

// slotSize is how many bytes a slot holds. With its header it fills a page.
const slotSize = 4000

// addWriting writes data and returns its number, which is above all that were given out before.
func addWriting(ctx context.Context, tx *sql.Tx, data []byte) (int64, error) {
	var writing int64
	err := tx.QueryRowContext(ctx, "INSERT INTO writings (length) VALUES (?) RETURNING writing", len(data)).Scan(&writing)
	if err != nil {
		return 0, err
	}
	free, err := takeSlots(ctx, tx, (len(data)+slotSize-1)/slotSize)
	if err != nil {
		return 0, err
	}
	for seq := 0; len(data) > 0; seq++ {
		piece := make([]byte, slotSize)
		data = data[copy(piece, data):]
		var slot int64
		if seq < len(free) {
			slot = free[seq]
			_, err = tx.ExecContext(ctx, "UPDATE slots SET bytes = ? WHERE slot = ?", piece, slot)
		} else {
			err = tx.QueryRowContext(ctx, "INSERT INTO slots (bytes) VALUES (?) RETURNING slot", piece).Scan(&slot)
		}
		if err != nil {
			return 0, err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO written (writing, seq, slot) VALUES (?, ?, ?)", writing, seq, slot); err != nil {
			return 0, err
		}
	}
	return writing, nil
}

// takeSlots takes at most n of the slots that are free.
func takeSlots(ctx context.Context, tx *sql.Tx, n int) ([]int64, error) {
	return numbers(tx.QueryContext(ctx, `
		DELETE FROM free_slots WHERE slot IN (SELECT slot FROM free_slots ORDER BY slot LIMIT ?) RETURNING slot`, n))
}

// readWriting reads what was written under a number.
func readWriting(ctx context.Context, tx *sql.Tx, number int64) (data []byte, err error) {
	var length int
	if err := tx.QueryRowContext(ctx, "SELECT length FROM writings WHERE writing = ?", number).Scan(&length); err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, "SELECT bytes FROM written JOIN slots USING (slot) WHERE writing = ? ORDER BY seq", number)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	data = make([]byte, 0, length+slotSize)
	for rows.Next() {
		var piece sql.RawBytes
		if err := rows.Scan(&piece); err != nil {
			return nil, err
		}
		data = append(data, piece...)
	}
	return data[:min(length, len(data))], rows.Err()
}

// blankWritings overwrites what was written under these numbers, forgets it, and says how many
// there were. Nothing may refer to them any more.
func blankWritings(ctx context.Context, tx *sql.Tx, numbers []int64) (int, error) {
	for _, number := range numbers {
		for _, statement := range []string{
			"UPDATE slots SET bytes = zeroblob(octet_length(bytes)) WHERE slot IN (SELECT slot FROM written WHERE writing = ?)",
			"INSERT INTO free_slots (slot) SELECT slot FROM written WHERE writing = ?",
			"DELETE FROM written WHERE writing = ?",
			"DELETE FROM writings WHERE writing = ?",
		} {
			if _, err := tx.ExecContext(ctx, statement, number); err != nil {
				return 0, err
			}
		}
	}
	return len(numbers), nil
}

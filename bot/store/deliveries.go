package store

import (
	"context"
	"database/sql"
	"errors"

	"crux/bot"
)

// Deliver keeps a delivery, and says whether there was none of that id before. One that
// was there stays as it is, settled or not.
func (s *Store) Deliver(ctx context.Context, platform string, d bot.Delivery) (first bool, err error) {
	err = s.writeSoon(ctx, "deliver", func(tx *sql.Tx) error {
		var row int64
		err := tx.QueryRowContext(ctx, `
			INSERT INTO deliveries (platform, id, at) VALUES (?, ?, ?)
			ON CONFLICT (platform, id) DO NOTHING RETURNING delivery`, platform, d.ID, micros(d.At)).Scan(&row)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		first = true
		return addPayload(ctx, tx, row, d.Payload)
	})
	return first && err == nil, err
}

// addPayload adds the payload of a delivery at the end, where all content is added.
func addPayload(ctx context.Context, tx *sql.Tx, delivery int64, payload []byte) error {
	if payload == nil {
		payload = []byte{} // nil would be NULL
	}
	var number int64
	if err := tx.QueryRowContext(ctx, "INSERT INTO payloads (bytes) VALUES (?) RETURNING payload", payload).Scan(&number); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "UPDATE deliveries SET payload = ? WHERE delivery = ?", number, delivery)
	return err
}

// Amend replaces the payload of a delivery that is not settled; of any other it changes
// nothing. The payload from before stays in the log until that is cut, which Settle does.
func (s *Store) Amend(ctx context.Context, platform, id string, payload []byte) error {
	return s.write(ctx, "amend delivery", func(tx *sql.Tx) error {
		row, err := unsettled(ctx, tx, platform, id)
		if errors.Is(err, bot.ErrNotKept) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := blankPayloads(ctx, tx, "delivery = ?", row); err != nil {
			return err
		}
		return addPayload(ctx, tx, row, payload)
	})
}

// Settle notes that a delivery was worked off, and erases its payload: from the file at once,
// from the log within scrubDelay. One that is not there, or was settled before, is no error.
func (s *Store) Settle(ctx context.Context, platform, id string) error {
	err := s.write(ctx, "settle delivery", func(tx *sql.Tx) error {
		row, err := unsettled(ctx, tx, platform, id)
		if errors.Is(err, bot.ErrNotKept) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := blankPayloads(ctx, tx, "delivery = ?", row); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE deliveries SET payload = NULL WHERE delivery = ?", row)
		return err
	})
	if err == nil {
		s.scrubSoon()
	}
	return err
}

// unsettled is the row of a delivery that was not worked off, or bot.ErrNotKept.
func unsettled(ctx context.Context, tx *sql.Tx, platform, id string) (int64, error) {
	var row int64
	err := tx.QueryRowContext(ctx, `
		SELECT delivery FROM deliveries WHERE platform = ? AND id = ? AND payload IS NOT NULL`, platform, id).Scan(&row)
	return row, orNotKept(err)
}

// Unsettled are the deliveries that were not worked off, in the order in which they came.
func (s *Store) Unsettled(ctx context.Context, platform string) ([]bot.Delivery, error) {
	var deliveries []bot.Delivery
	err := s.read(ctx, "unsettled deliveries", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, unsettledQuery, platform)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var d bot.Delivery
			var at int64
			if err := rows.Scan(&d.ID, &d.Payload, &at); err != nil {
				return err
			}
			d.At = timeOf(at)
			deliveries = append(deliveries, d)
		}
		return rows.Err()
	})
	return deliveries, err
}

// unsettledQuery looks at the few that are not settled, and not at all of the platform's.
const unsettledQuery = `
	SELECT id, bytes, at FROM deliveries INDEXED BY deliveries_unsettled JOIN payloads USING (payload)
	WHERE platform = ? AND deliveries.payload IS NOT NULL ORDER BY delivery`

package store

import (
	"context"
	"database/sql"
	"time"

	"crux/bot"
)

// ResetDigest sets the Next of a digest that was read as d, unless it was paused, resumed, posted
// or removed meanwhile.
func (s *Store) ResetDigest(ctx context.Context, d bot.Digest, next time.Time) error {
	return s.write(ctx, "reset digest", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE digests SET next = ? WHERE digest = ? AND paused = 0 AND next IS ?", moment(next), d.ID, moment(d.Next))
		return err
	})
}

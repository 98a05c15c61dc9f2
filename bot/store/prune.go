package store

import (
	"context"
	"database/sql"
	"time"
)

const (
	// tombstoneLife is how long a removed message is kept away. An event that late, or
	// a page of history read that long before, does not arrive any more.
	tombstoneLife = 48 * time.Hour
	// pruneChunk is how many messages are removed at once, so that events are
	// kept meanwhile.
	pruneChunk = 2000
)

// Prune removes messages posted before messages, requests, posts and deliveries made
// before requests, settled or not, and the ids of messages removed two days ago. It says how many rows
// went. A place of which messages went is known without a gap from messages on.
func (s *Store) Prune(ctx context.Context, now time.Time, texts, rest time.Duration) (int, error) {
	messages, requests := now.Add(-texts), now.Add(-rest)
	gone, err := s.pruneMessages(ctx, micros(messages))
	if err != nil {
		return gone, err
	}
	err = s.erase(ctx, "prune", func(tx *sql.Tx) (int, error) {
		if _, err := blankPayloads(ctx, tx, "at < ?", micros(requests)); err != nil {
			return 0, err
		}
		for _, from := range []string{"requests", "asked", "posts", "deliveries"} {
			n, err := affected(tx.ExecContext(ctx, "DELETE FROM "+from+" WHERE at < ?", micros(requests)))
			if err != nil {
				return 0, err
			}
			gone += n
		}
		n, err := affected(tx.ExecContext(ctx, "DELETE FROM removed WHERE at < ?", micros(s.now().Add(-tombstoneLife))))
		if err != nil {
			return 0, err
		}
		gone += n
		if n, err = dropAllUnusedAuthors(ctx, tx); err != nil {
			return 0, err
		}
		gone += n
		// Threads end, so what is known of empty ones is worth nothing.
		if _, err := tx.ExecContext(ctx, "UPDATE places SET covered = 0 WHERE parent <> '' AND messages = 0"); err != nil {
			return 0, err
		}
		if err := dropIdlePlaces(ctx, tx, "platform <> ''"); err != nil {
			return 0, err
		}
		return 1, nil // cut the log even where nothing went, since it may hold texts from before an edit
	})
	return gone, err
}

// pruneMessages goes place by place, a chunk at a time.
func (s *Store) pruneMessages(ctx context.Context, before int64) (int, error) {
	var places []int64
	err := s.read(ctx, "prune", func(tx *sql.Tx) error {
		var err error
		places, err = numbers(tx.QueryContext(ctx, "SELECT place FROM places WHERE messages > 0"))
		return err
	})
	if err != nil {
		return 0, err
	}
	gone := 0
	for _, place := range places {
		n, err := s.inChunks(ctx, func(tx *sql.Tx) (int, error) { return prunePlace(ctx, tx, place, before) })
		gone += n
		if err != nil {
			return gone, err
		}
	}
	for _, reclaim := range []func(context.Context, *sql.Tx, int) (int, error){reclaim, reclaimPayloads} {
		if _, err := s.inChunks(ctx, func(tx *sql.Tx) (int, error) { return reclaim(ctx, tx, pruneChunk) }); err != nil {
			return gone, err
		}
	}
	return gone, nil
}

// inChunks calls do, each time in a transaction of its own, until it changes less than a chunk.
func (s *Store) inChunks(ctx context.Context, do func(*sql.Tx) (int, error)) (int, error) {
	for all := 0; ; {
		n := 0
		err := s.write(ctx, "prune", func(tx *sql.Tx) error {
			var err error
			n, err = do(tx)
			return err
		})
		if err != nil {
			return all, err
		}
		all += n
		if n < pruneChunk {
			return all, nil
		}
	}
}

// prunePlace removes a chunk of a place's messages, and first says that coverage begins after all that go.
func prunePlace(ctx context.Context, tx *sql.Tx, place, before int64) (int, error) {
	n, err := removeMessages(ctx, tx, "place = ? AND time < ? ORDER BY time, id_length, id LIMIT ?", place, before, pruneChunk)
	if err != nil || n == 0 {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE places SET messages = messages - ? WHERE place = ?", n, place); err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE places SET covered = ?, covered_time = ?, covered_id = (
			SELECT id FROM messages WHERE place = ? AND time >= ? ORDER BY time, id_length, id LIMIT 1
		)
		WHERE place = ? AND (covered = ? OR covered = ? AND (covered_time IS NULL OR covered_time < ?))`,
		partCovered, before, place, before, place, allCovered, partCovered, before)
	return n, err
}

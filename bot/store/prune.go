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
	// logLife is how long the log of a server is kept, and what it used of a language model.
	logLife = 365 * 24 * time.Hour
	// pruneChunk is how many messages are removed at once, so that events are
	// kept meanwhile.
	pruneChunk = 2000
)

// Prune removes messages posted longer than texts before now, or what their server set where that is
// less; requests, posts, deliveries, settled or not, and finished runs of longer than rest before now; the
// log and the use of language models of a year ago; and the ids of messages removed two days ago. It says how many rows went. A place of
// which messages went is known without a gap from there on. Of what was disowned longer ago than texts it
// erases what was meant instead, and keeps that it is disowned.
func (s *Store) Prune(ctx context.Context, now time.Time, texts, rest time.Duration) (int, error) {
	gone, err := s.pruneMessages(ctx, now, texts)
	if err != nil {
		return gone, err
	}
	old := micros(now.Add(-rest))
	err = s.erase(ctx, "prune", func(tx *sql.Tx) (int, error) {
		if _, err := blankPayloads(ctx, tx, "at < ?", old); err != nil {
			return 0, err
		}
		for _, from := range []string{"requests", "asked", "posts", "deliveries"} {
			n, err := affected(tx.ExecContext(ctx, "DELETE FROM "+from+" WHERE at < ?", old))
			if err != nil {
				return 0, err
			}
			gone += n
		}
		n, err := pruneRuns(ctx, tx, old)
		if err != nil {
			return 0, err
		}
		gone += n
		for _, of := range []string{"log WHERE at", "spending WHERE day"} {
			if n, err = affected(tx.ExecContext(ctx, "DELETE FROM "+of+" < ?", micros(now.Add(-logLife)))); err != nil {
				return 0, err
			}
			gone += n
		}
		_, err = forgetMeant(ctx, tx, "at < ? - "+textsOf("disowned"), micros(now), texts.Microseconds(), texts.Microseconds())
		if err != nil {
			return 0, err
		}
		n, err = affected(tx.ExecContext(ctx, "DELETE FROM removed WHERE at < ?", micros(s.now().Add(-tombstoneLife))))
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

// textsOf is in SQL for how long the texts of a row's server are kept, of what the operator set, which is
// given twice, and what the server set the less.
func textsOf(table string) string {
	return `min(?, coalesce((SELECT retention FROM servers WHERE servers.platform = ` + table + `.platform AND servers.server = ` + table + `.server), ?))`
}

// pruneMessages goes place by place, a chunk at a time.
func (s *Store) pruneMessages(ctx context.Context, now time.Time, texts time.Duration) (int, error) {
	var places, kept []int64
	err := s.read(ctx, "prune", func(tx *sql.Tx) error {
		var err error
		if places, err = numbers(tx.QueryContext(ctx, "SELECT place FROM places WHERE messages > 0 ORDER BY place")); err != nil {
			return err
		}
		kept, err = numbers(tx.QueryContext(ctx, "SELECT "+textsOf("places")+" FROM places WHERE messages > 0 ORDER BY place",
			texts.Microseconds(), texts.Microseconds()))
		return err
	})
	if err != nil {
		return 0, err
	}
	gone := 0
	for i, place := range places {
		before := micros(now) - kept[i]
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

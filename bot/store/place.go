package store

import (
	"context"
	"database/sql"
	"errors"

	"crux/bot"
)

// placeRow is what is known of a place besides its messages.
type placeRow struct {
	row      int64
	messages int // how many are kept
	covered  covered
	// from and since say where coverage begins: what stands at or after either is
	// kept without a gap. Either may be missing.
	from  sql.NullString
	since sql.NullInt64
}

// covered says how much of a place is kept without a gap.
type covered int

const (
	nothingCovered covered = iota
	partCovered
	allCovered
)

// findPlace returns ErrNotKept where the store knows nothing of a place.
func findPlace(ctx context.Context, tx *sql.Tx, platform string, p bot.Place) (placeRow, error) {
	var found placeRow
	err := tx.QueryRowContext(ctx, `
		SELECT place, messages, covered, covered_id, covered_time FROM places
		WHERE platform = ? AND server = ? AND channel = ? AND thread = ?`,
		platform, p.Server, p.Channel, p.Thread,
	).Scan(&found.row, &found.messages, &found.covered, &found.from, &found.since)
	return found, orNotKept(err)
}

// makePlace is the row of a place, a new one where there was none. A parent that is not "" is noted.
func makePlace(ctx context.Context, tx *sql.Tx, platform string, p bot.Place, parent string) (int64, error) {
	var row int64
	err := tx.QueryRowContext(ctx, `
		INSERT INTO places (platform, server, channel, thread, parent) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (platform, server, channel, thread)
		DO UPDATE SET parent = CASE WHEN excluded.parent <> '' THEN excluded.parent ELSE places.parent END
		RETURNING place`,
		platform, p.Server, p.Channel, p.Thread, parent,
	).Scan(&row)
	return row, err
}

// placesWithin are the rows of a place and of its threads.
func placesWithin(ctx context.Context, tx *sql.Tx, platform string, p bot.Place) ([]int64, error) {
	if p.Thread != "" {
		found, err := findPlace(ctx, tx, platform, p)
		if errors.Is(err, bot.ErrNotKept) {
			return nil, nil
		}
		return []int64{found.row}, err
	}
	return numbers(tx.QueryContext(ctx, `
		SELECT place FROM places WHERE platform = ? AND server = ? AND channel = ?
		UNION
		SELECT place FROM places WHERE platform = ? AND server = ? AND parent = ?`,
		platform, p.Server, p.Channel, platform, p.Server, p.Channel))
}

// numbers are all that a query for one column of whole numbers returns.
func numbers(rows *sql.Rows, err error) ([]int64, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// orNotKept turns the absence of a row into bot.ErrNotKept.
func orNotKept(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return bot.ErrNotKept
	}
	return err
}

// affected is how many rows a statement changed.
func affected(result sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// Places are the channels and threads of which messages are kept.
func (s *Store) Places(ctx context.Context, platform string) ([]bot.Place, error) {
	var places []bot.Place
	err := s.read(ctx, "places", func(tx *sql.Tx) error {
		var err error
		places, err = scanPlaces(tx.QueryContext(ctx, `
			SELECT server, channel, thread FROM places WHERE platform = ? AND messages > 0 ORDER BY place`, platform))
		return err
	})
	return places, err
}

// ThreadsKept are the threads of a channel, as far as they are channels of their own, of which messages
// are kept, the one with the newest message first.
func (s *Store) ThreadsKept(ctx context.Context, platform string, p bot.Place) ([]bot.Place, error) {
	var threads []bot.Place
	err := s.read(ctx, "threads kept", func(tx *sql.Tx) error {
		var err error
		threads, err = scanPlaces(tx.QueryContext(ctx, `
			SELECT server, channel, thread FROM places WHERE platform = ? AND server = ? AND parent = ? AND messages > 0
			ORDER BY (SELECT max(time) FROM messages WHERE messages.place = places.place) DESC, place DESC`,
			platform, p.Server, p.Channel))
		return err
	})
	return threads, err
}

// Parent is the id of the channel of which a place is a thread, "" where it is none or nothing is known of it.
func (s *Store) Parent(ctx context.Context, platform string, p bot.Place) (string, error) {
	var parent string
	err := s.read(ctx, "parent", func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT parent FROM places WHERE platform = ? AND server = ? AND channel = ? AND thread = ?",
			platform, p.Server, p.Channel, p.Thread).Scan(&parent)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return parent, err
}

func scanPlaces(rows *sql.Rows, err error) ([]bot.Place, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var places []bot.Place
	for rows.Next() {
		var p bot.Place
		if err := rows.Scan(&p.Server, &p.Channel, &p.Thread); err != nil {
			return nil, err
		}
		places = append(places, p)
	}
	return places, rows.Err()
}

// Cover says that every message of p from this id on is kept, and nothing of what is before it. It
// says nothing of a place of which PutMessages keeps nothing.
func (s *Store) Cover(ctx context.Context, platform string, p bot.Place, from string) error {
	return s.write(ctx, "cover", func(tx *sql.Tx) error {
		if follows, err := isFollowed(ctx, tx, platform, p); err != nil || !follows {
			return err
		}
		row, err := makePlace(ctx, tx, platform, p, "")
		if err != nil {
			return err
		}
		if from == "" {
			_, err = tx.ExecContext(ctx, "UPDATE places SET covered = ?, covered_id = NULL, covered_time = NULL WHERE place = ?", allCovered, row)
			return err
		}
		return coverFrom(ctx, tx, row, from)
	})
}

// coverFrom notes the message's time now, since the message may be removed later.
func coverFrom(ctx context.Context, tx *sql.Tx, place int64, from string) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE places SET covered = ?, covered_id = ?, covered_time = (
			SELECT time FROM messages WHERE place = ? AND (id_length, id) >= (?, ?) ORDER BY id_length, id LIMIT 1
		) WHERE place = ?`, partCovered, from, place, len(from), from, place)
	return err
}

// RemoveBefore removes the messages of p before id, and covers p from there on, as Cover does.
func (s *Store) RemoveBefore(ctx context.Context, platform string, p bot.Place, id string) error {
	return s.erase(ctx, "remove before", func(tx *sql.Tx) (int, error) {
		if follows, err := isFollowed(ctx, tx, platform, p); err != nil || !follows {
			return 0, err
		}
		row, err := makePlace(ctx, tx, platform, p, "")
		if err != nil {
			return 0, err
		}
		n, err := removeMessages(ctx, tx, "place = ? AND (id_length, id) < (?, ?)", row, len(id), id)
		if err != nil {
			return 0, err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE places SET messages = messages - ? WHERE place = ?", n, row); err != nil {
			return 0, err
		}
		if n > 0 {
			if _, err := dropAllUnusedAuthors(ctx, tx); err != nil {
				return 0, err
			}
		}
		return n, coverFrom(ctx, tx, row, id)
	})
}

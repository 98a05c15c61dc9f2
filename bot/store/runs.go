package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"slices"
	"time"

	"crux/bot/digest"
)

// markLength is how many letters and digits a run's mark has.
const markLength = 22

// Claim takes at most n runs of a platform for a lease, those that have waited longest first: those
// that began and are free again, and new ones of digests that are due. So neither keeps the others
// from their turn. What is to come only far ahead was noted while a clock was, and is taken as come.
//
// A claim is known by a word of its own, so that it ends when the run is claimed again, given
// back or finished, whatever the clocks of two processes say. That its lease has passed does not end
// it by itself: as long as nobody else took the run, whoever has it may go on.
func (s *Store) Claim(ctx context.Context, platform string, now time.Time, lease time.Duration, n int) ([]digest.Run, error) {
	c := claimer{
		platform: platform, now: micros(now), until: micros(now.Add(lease)), far: micros(now.Add(lease + digest.FarAhead)), claim: rand.Text(),
	}
	err := s.write(ctx, "claim runs", func(tx *sql.Tx) error {
		c.tx, c.runs, c.passed = tx, nil, nil
		if _, err := tx.ExecContext(ctx, askedFarQuery, c.now, platform, c.far); err != nil {
			return err
		}
		return c.take(ctx, n)
	})
	if err != nil {
		return nil, err
	}
	for _, id := range c.passed {
		s.log.Warn("store: a digest is due at a time that it was due at before, so its next time has to be found anew", "digest", id)
	}
	return c.runs, nil
}

// askedFarQuery has digests that were asked for far ahead be asked for now.
const askedFarQuery = "UPDATE digests INDEXED BY digests_asked SET asked = ? WHERE platform = ? AND asked > ?"

// claimer claims runs within a transaction.
type claimer struct {
	tx         *sql.Tx
	platform   string
	now, until int64
	// far is after what a run that is free then was noted while a clock was ahead.
	far   int64
	claim string
	runs  []digest.Run
	// passed are the digests of which no run began though their time has come.
	passed []int64
}

// waiting is a run that is free, or a digest of which a run may begin.
type waiting struct {
	since int64
	// run is 0 where none began.
	run    int64
	digest dueDigest
}

// take takes what has waited longest, until it has n.
func (c *claimer) take(ctx context.Context, n int) error {
	for len(c.runs) < n {
		free, err := c.free(ctx, n-len(c.runs))
		if err != nil {
			return err
		}
		due, err := c.due(ctx, n-len(c.runs))
		if err != nil {
			return err
		}
		all := slices.Concat(free, due)
		if len(all) == 0 {
			return nil
		}
		slices.SortStableFunc(all, func(a, b waiting) int { return cmp.Compare(a.since, b.since) })
		passed := len(c.passed)
		for _, w := range all[:min(len(all), n-len(c.runs))] {
			if w.run > 0 {
				err = c.again(ctx, w.run)
			} else {
				err = c.beginOne(ctx, w.digest)
			}
			if err != nil {
				return err
			}
			if len(c.passed) > passed {
				break // it may be due all the same, since somebody asked for it
			}
		}
	}
	return nil
}

// freeQuery finds runs that began and are free, first those that are only far ahead.
const freeQuery = `
	SELECT run, 0 AS since FROM runs WHERE platform = ?1 AND finished IS NULL AND free > ?2
	UNION ALL
	SELECT run, free FROM runs WHERE platform = ?1 AND finished IS NULL AND free <= ?3
	ORDER BY since, run LIMIT ?4`

func (c *claimer) free(ctx context.Context, n int) ([]waiting, error) {
	rows, err := c.tx.QueryContext(ctx, freeQuery, c.platform, c.far, c.now, n)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []waiting
	for rows.Next() {
		var w waiting
		if err := rows.Scan(&w.run, &w.since); err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, rows.Err()
}

// again claims a run that began and is free again.
func (c *claimer) again(ctx context.Context, number int64) error {
	r := digest.Run{ID: number, Claim: c.claim}
	var due int64
	var posting sql.NullInt64
	err := c.tx.QueryRowContext(ctx, `
		UPDATE runs SET claim = ?, free = ?, tries = tries + 1 WHERE run = ? RETURNING digest, due, mark, posting, sources, tries`,
		c.claim, c.until, number).Scan(&r.Digest, &due, &r.Mark, &posting, &r.Sources, &r.Tries)
	if err != nil {
		return err
	}
	r.Due, r.Posting = timeOf(due), momentOf(posting)
	c.runs = append(c.runs, r)
	return nil
}

// dueDigest is a digest of which a run may begin.
type dueDigest struct {
	id int64
	// at is its due time, and scheduled whether that is its schedule's.
	at        int64
	scheduled bool
}

// dueQuery looks at those that are due alone, the first ones first.
const dueQuery = `
	SELECT digest, paused = 0 AND next IS NOT NULL AND next <= ?, next, asked, ready FROM digests INDEXED BY digests_ready
	WHERE platform = ? AND ready <= ? ORDER BY ready, digest LIMIT ?`

func (c *claimer) due(ctx context.Context, n int) ([]waiting, error) {
	rows, err := c.tx.QueryContext(ctx, dueQuery, c.now, c.platform, c.now, n)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []waiting
	for rows.Next() {
		var w waiting
		var next, asked sql.NullInt64
		if err := rows.Scan(&w.digest.id, &w.digest.scheduled, &next, &asked, &w.since); err != nil {
			return nil, err
		}
		w.digest.at = asked.Int64
		if w.digest.scheduled {
			w.digest.at = next.Int64
		}
		all = append(all, w)
	}
	return all, rows.Err()
}

// beginOne begins a run. Where the schedule's time had its run before, as after the clock was set
// back, there is no second one: the time is taken off the digest, so that nobody waits for it.
func (c *claimer) beginOne(ctx context.Context, d dueDigest) error {
	r := digest.Run{Digest: d.id, Mark: rand.Text()[:markLength], Claim: c.claim, Tries: 1}
	for {
		err := c.tx.QueryRowContext(ctx, `
			INSERT INTO runs (platform, digest, due, mark, claim, free, tries) VALUES (?, ?, ?, ?, ?, ?, 1)
			ON CONFLICT (digest, due) DO NOTHING RETURNING run`, c.platform, d.id, d.at, r.Mark, c.claim, c.until).Scan(&r.ID)
		if err == nil {
			break
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if d.scheduled {
			c.passed = append(c.passed, d.id)
			_, err := c.tx.ExecContext(ctx, "UPDATE digests SET next = NULL WHERE digest = ?", d.id)
			return err
		}
		d.at++ // somebody asked at the very time
	}
	_, err := c.tx.ExecContext(ctx, "UPDATE digests SET run = ?, asked = CASE WHEN asked > ? THEN asked END WHERE digest = ?", r.ID, c.now, d.id)
	if err != nil {
		return err
	}
	r.Due = timeOf(d.at)
	c.runs = append(c.runs, r)
	return nil
}

// NextDue is when Claim will have something to take, zero where nothing is to come.
func (s *Store) NextDue(ctx context.Context, platform string) (time.Time, error) {
	var next sql.NullInt64
	err := s.read(ctx, "next due", func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, nextDueQuery, platform, platform).Scan(&next)
	})
	return momentOf(next), err
}

// nextDueQuery finds the first of each index.
const nextDueQuery = `
	SELECT min(at) FROM (
		SELECT min(free) AS at FROM runs WHERE platform = ? AND finished IS NULL
		UNION ALL
		SELECT min(ready) FROM digests WHERE platform = ? AND ready IS NOT NULL)`

// Ask makes a digest due once more at a time, also where it is paused. A run that begins after
// that, for whatever time, is the one asked for. A digest that is not there is no error.
func (s *Store) Ask(ctx context.Context, digest int64, at time.Time) error {
	return s.write(ctx, "ask for digest", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE digests SET asked = min(coalesce(asked, ?1), ?1) WHERE digest = ?2 AND number > 0", micros(at), digest)
		return err
	})
}

// Posting notes that from now on the run may have been posted, resting on sources, and extends the
// claim. The first such time stays.
func (s *Store) Posting(ctx context.Context, r digest.Run, now time.Time, sources []byte, lease time.Duration) error {
	return s.write(ctx, "posting", func(tx *sql.Tx) error {
		return held(affected(tx.ExecContext(ctx, `
			UPDATE runs SET posting = coalesce(posting, ?), sources = ?, free = ? WHERE run = ? AND claim = ? AND finished IS NULL`,
			micros(now), sources, micros(now.Add(lease)), r.ID, r.Claim)))
	})
}

// Extend extends the claim to now plus lease.
func (s *Store) Extend(ctx context.Context, r digest.Run, now time.Time, lease time.Duration) error {
	return s.write(ctx, "extend claim", func(tx *sql.Tx) error {
		return held(affected(tx.ExecContext(ctx, "UPDATE runs SET free = ? WHERE run = ? AND claim = ? AND finished IS NULL",
			micros(now.Add(lease)), r.ID, r.Claim)))
	})
}

// Retry gives the run back, to be claimed again from at on.
func (s *Store) Retry(ctx context.Context, r digest.Run, at time.Time) error {
	return s.write(ctx, "give run back", func(tx *sql.Tx) error {
		return held(affected(tx.ExecContext(ctx, "UPDATE runs SET claim = '', free = ? WHERE run = ? AND claim = ? AND finished IS NULL",
			micros(at), r.ID, r.Claim)))
	})
}

// Finish ends the run, and notes what became of its digest. A digest that was paused meanwhile
// stays paused, and one that was removed goes now. The sources are forgotten, since the post that rests on them was filed.
func (s *Store) Finish(ctx context.Context, r digest.Run, o digest.Outcome) error {
	return s.write(ctx, "finish run", func(tx *sql.Tx) error {
		err := held(affected(tx.ExecContext(ctx, `
			UPDATE runs SET finished = ?, claim = '', sources = NULL WHERE run = ? AND claim = ? AND finished IS NULL`,
			micros(o.At), r.ID, r.Claim)))
		if err != nil {
			return err
		}
		posted := sql.NullInt64{Int64: micros(o.At), Valid: o.Posted}
		_, err = tx.ExecContext(ctx, `
			UPDATE digests SET run = NULL, next = CASE WHEN paused = 0 THEN ? END,
				covered = coalesce(?, covered), posted = coalesce(?, posted), failure = ?
			WHERE digest = (SELECT digest FROM runs WHERE run = ?)`, moment(o.Next), moment(o.Covered), posted, o.Failure, r.ID)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM digests WHERE digest = (SELECT digest FROM runs WHERE run = ?) AND number < 0", r.ID)
		return err
	})
}

// held is digest.ErrLost where a claim was not found to change anything by.
func held(changed int, err error) error {
	if err == nil && changed == 0 {
		return digest.ErrLost
	}
	return err
}

// pruneRuns forgets the finished runs of due times before a time.
func pruneRuns(ctx context.Context, tx *sql.Tx, before int64) (int, error) {
	return affected(tx.ExecContext(ctx, "DELETE FROM runs WHERE finished IS NOT NULL AND due < ?", before))
}

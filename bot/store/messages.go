package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"crux/bot"
	"crux/summarize"
)

// statements are those that every message needs, kept ready since events come one by one.
type statements struct {
	followed, author, find, removed, excluded, content, message *sql.Stmt
}

func prepare(ctx context.Context, db *sql.DB) (statements, error) {
	var s statements
	for _, p := range []struct {
		into **sql.Stmt
		text string
	}{
		{&s.followed, followedQuery},
		{&s.author, `
			INSERT INTO authors (platform, server, id, name) VALUES (?, ?, ?, ?)
			ON CONFLICT (platform, server, id)
			DO UPDATE SET name = CASE WHEN excluded.name <> '' THEN excluded.name ELSE authors.name END
			RETURNING author`},
		{&s.find, `
			SELECT message, time, author, edited, reply_to, bot, text, url, attachments
			FROM messages JOIN contents ON content = message
			WHERE place = ? AND id_length = ? AND id = ?`},
		{&s.removed, "SELECT count(*) FROM removed WHERE place = ? AND id = ?"},
		{&s.excluded, "SELECT coalesce(until, ?) FROM exclusions WHERE platform = ? AND person = ?"},
		{&s.content, "INSERT INTO contents (text, url, attachments) VALUES (?, ?, ?) RETURNING content"},
		{&s.message, `
			INSERT INTO messages (message, place, id, id_length, time, author, edited, reply_to, bot)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`},
	} {
		prepared, err := db.PrepareContext(ctx, p.text)
		if err != nil {
			return s, errors.Join(err, s.close())
		}
		*p.into = prepared
	}
	return s, nil
}

// in are the statements within a transaction, which closes them when it ends.
func (s statements) in(ctx context.Context, tx *sql.Tx) statements {
	return statements{
		followed: tx.StmtContext(ctx, s.followed), author: tx.StmtContext(ctx, s.author), find: tx.StmtContext(ctx, s.find),
		removed: tx.StmtContext(ctx, s.removed), excluded: tx.StmtContext(ctx, s.excluded),
		content: tx.StmtContext(ctx, s.content), message: tx.StmtContext(ctx, s.message),
	}
}

func (s statements) close() error {
	var errs []error
	for _, prepared := range []*sql.Stmt{s.followed, s.author, s.find, s.removed, s.excluded, s.content, s.message} {
		if prepared != nil {
			errs = append(errs, prepared.Close())
		}
	}
	return errors.Join(errs...)
}

// PutMessages adds messages and replaces those there, save those that were
// edited later or removed, and passes over those that an exclusion covers. All of them are kept, or where it fails none.
// Nothing is kept of a place that is neither followed nor a thread of a channel that is: another
// process may have stopped following it.
func (s *Store) PutMessages(ctx context.Context, platform string, p bot.Place, parent string, messages []summarize.Message, names map[string]string) error {
	if len(messages) == 0 {
		return nil
	}
	write := s.write
	if len(messages) == 1 { // as events come
		write = s.writeSoon
	}
	return write(ctx, "put messages", func(tx *sql.Tx) error {
		ready := s.put.in(ctx, tx)
		follows := false
		if err := ready.followed.QueryRowContext(ctx, followedArgs(platform, p, parent)...).Scan(&follows); err != nil || !follows {
			return err
		}
		row, err := makePlace(ctx, tx, platform, p, parent)
		if err != nil {
			return err
		}
		w := putter{
			tx: tx, statements: ready, platform: platform, server: p.Server, place: row,
			names: names, authors: map[string]int64{}, excluded: map[string]int64{},
		}
		added := 0
		for _, m := range messages {
			isNew, err := w.put(ctx, m)
			if err != nil {
				return err
			}
			if isNew {
				added++
			}
		}
		if added == 0 {
			return nil
		}
		_, err = tx.ExecContext(ctx, "UPDATE places SET messages = messages + ? WHERE place = ?", added, row)
		return err
	})
}

// putter puts messages of one place within a transaction.
type putter struct {
	tx               *sql.Tx
	statements       statements
	platform, server string
	place            int64
	names            map[string]string
	authors          map[string]int64 // rows by id
	excluded         map[string]int64 // until when, by id
}

// put reports whether the message was not there before and is now.
func (w *putter) put(ctx context.Context, m summarize.Message) (bool, error) {
	until, err := w.excludedUntil(ctx, m.Author)
	if err != nil || micros(m.Time) < until {
		return false, err
	}
	written, err := contentOf(m)
	if err != nil {
		return false, err
	}
	fresh := row{time: micros(m.Time), edited: micros(m.Edited), replyTo: m.ReplyTo, bot: m.Bot, content: written}
	number, kept, err := w.find(ctx, m.ID)
	isThere := err == nil
	if errors.Is(err, sql.ErrNoRows) {
		var removed int
		err = w.statements.removed.QueryRowContext(ctx, w.place, m.ID).Scan(&removed)
		if removed > 0 {
			return false, nil
		}
	}
	if err != nil || isThere && kept.edited > fresh.edited {
		return false, err
	}
	if fresh.author, err = w.authorRow(ctx, m.Author); err != nil {
		return false, err
	}
	if isThere && kept == fresh { // as most are that are read again after a gap
		return false, nil
	}
	if isThere {
		if _, err := removeMessages(ctx, w.tx, "message = ?", number); err != nil {
			return false, err
		}
	}
	return !isThere, w.add(ctx, m.ID, fresh)
}

// excludedUntil is until when an author's messages are left out.
func (w *putter) excludedUntil(ctx context.Context, author string) (int64, error) {
	if until, ok := w.excluded[author]; ok {
		return until, nil
	}
	var until int64
	err := w.statements.excluded.QueryRowContext(ctx, int64(math.MaxInt64), w.platform, author).Scan(&until)
	if errors.Is(err, sql.ErrNoRows) {
		until, err = math.MinInt64, nil
	}
	w.excluded[author] = until
	return until, err
}

// row is a message as it is stored.
type row struct {
	time, author, edited int64
	replyTo              string
	bot                  bool
	content              content
}

func (w *putter) find(ctx context.Context, id string) (number int64, r row, err error) {
	err = w.statements.find.QueryRowContext(ctx, w.place, len(id), id).Scan(
		&number, &r.time, &r.author, &r.edited, &r.replyTo, &r.bot, &r.content.text, &r.content.url, &r.content.attachments)
	return number, r, err
}

func (w *putter) add(ctx context.Context, id string, r row) error {
	var number int64
	err := w.statements.content.QueryRowContext(ctx, r.content.text, r.content.url, r.content.attachments).Scan(&number)
	if err != nil {
		return err
	}
	isBot := 0
	if r.bot {
		isBot = 1
	}
	_, err = w.statements.message.ExecContext(ctx, number, w.place, id, len(id), r.time, r.author, r.edited, r.replyTo, isBot)
	return err
}

func (w *putter) authorRow(ctx context.Context, id string) (int64, error) {
	if row, ok := w.authors[id]; ok {
		return row, nil
	}
	var row int64
	if err := w.statements.author.QueryRowContext(ctx, w.platform, w.server, id, w.names[id]).Scan(&row); err != nil {
		return 0, err
	}
	w.authors[id] = row
	return row, nil
}

// dropUnusedAuthors forgets those of whom no message is left.
func dropUnusedAuthors(ctx context.Context, tx *sql.Tx, rows []int64) error {
	for _, row := range rows {
		_, err := tx.ExecContext(ctx, `
			DELETE FROM authors WHERE author = ? AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.author = authors.author)`, row)
		if err != nil {
			return err
		}
	}
	return nil
}

// dropAllUnusedAuthors does so for everybody.
func dropAllUnusedAuthors(ctx context.Context, tx *sql.Tx) (int, error) {
	return affected(tx.ExecContext(ctx, `
		DELETE FROM authors WHERE NOT EXISTS (SELECT 1 FROM messages WHERE messages.author = authors.author)`))
}

// RemoveMessages removes messages for good and remembers their ids, so that they stay
// away. Where nothing of the server is watched and the place is unknown, no event
// could bring them back, and nothing is noted. What was disowned of them goes with them.
func (s *Store) RemoveMessages(ctx context.Context, platform string, p bot.Place, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	isConcerned, isDisowned, err := s.concerns(ctx, platform, p)
	if err != nil || !isConcerned && !isDisowned {
		return err
	}
	return s.erase(ctx, "remove messages", func(tx *sql.Tx) (int, error) {
		disowned, err := removeDisownedIn(ctx, tx, platform, p, ids)
		if err != nil || !isConcerned {
			return disowned, err
		}
		row, err := makePlace(ctx, tx, platform, p, "")
		if err != nil {
			return 0, err
		}
		n, err := removeIDs(ctx, tx, row, ids, s.now())
		return n + disowned, err
	})
}

func removeIDs(ctx context.Context, tx *sql.Tx, place int64, ids []string, now time.Time) (int, error) {
	var authors []int64
	for _, id := range ids {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO removed (place, id, at) VALUES (?, ?, ?)
			ON CONFLICT (place, id) DO UPDATE SET at = excluded.at`, place, id, micros(now))
		if err != nil {
			return 0, err
		}
		var number, author int64
		err = tx.QueryRowContext(ctx, "SELECT message, author FROM messages WHERE place = ? AND id_length = ? AND id = ?", place, len(id), id).Scan(&number, &author)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return 0, err
		}
		if _, err := removeMessages(ctx, tx, "message = ?", number); err != nil {
			return 0, err
		}
		authors = append(authors, author)
	}
	if len(authors) == 0 {
		return 0, nil
	}
	if _, err := tx.ExecContext(ctx, "UPDATE places SET messages = messages - ? WHERE place = ?", len(authors), place); err != nil {
		return 0, err
	}
	return len(authors), dropUnusedAuthors(ctx, tx, authors)
}

// concerns reports whether a message of the place could be kept, now or later, and whether
// something in it may be disowned.
func (s *Store) concerns(ctx context.Context, platform string, p bot.Place) (isConcerned, isDisowned bool, err error) {
	err = s.read(ctx, "remove messages", func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `
			SELECT EXISTS (SELECT 1 FROM places WHERE platform = ?1 AND server = ?2 AND channel = ?3 AND thread = ?4)
				OR EXISTS (SELECT 1 FROM watched WHERE platform = ?1 AND server = ?2),
				EXISTS (SELECT 1 FROM disowned WHERE platform = ?1 AND server = ?2)`,
			platform, p.Server, p.Channel, p.Thread).Scan(&isConcerned, &isDisowned)
	})
	return isConcerned, isDisowned, err
}

// RemovePlace removes every message and the coverage of a channel or thread, and of the threads in
// it, its ledger and what was disowned. Digests that are posted there stay.
func (s *Store) RemovePlace(ctx context.Context, platform string, p bot.Place) error {
	return s.erase(ctx, "remove place", func(tx *sql.Tx) (int, error) {
		disowned, err := removeSaid(ctx, tx, platform, p, removeDisowned)
		if err != nil {
			return 0, err
		}
		messages, ledgers, err := emptyPlace(ctx, tx, platform, p)
		return messages + ledgers + disowned, err
	})
}

// emptyPlace says how many messages went, and how much of ledgers. What was removed before still stays away.
func emptyPlace(ctx context.Context, tx *sql.Tx, platform string, p bot.Place) (removed, ledgers int, err error) {
	if ledgers, err = removeSaid(ctx, tx, platform, p, removeLedgers); err != nil {
		return 0, 0, err
	}
	rows, err := placesWithin(ctx, tx, platform, p)
	if err != nil {
		return 0, 0, err
	}
	for _, row := range rows {
		n, err := removeMessages(ctx, tx, "place = ?", row)
		if err != nil {
			return 0, 0, err
		}
		removed += n
		_, err = tx.ExecContext(ctx, "UPDATE places SET messages = 0, covered = ?, covered_id = NULL, covered_time = NULL WHERE place = ?", nothingCovered, row)
		if err != nil {
			return 0, 0, err
		}
		if err := dropIdlePlaces(ctx, tx, "place = ?", row); err != nil {
			return 0, 0, err
		}
	}
	if removed > 0 {
		_, err = dropAllUnusedAuthors(ctx, tx)
	}
	return removed, ledgers, err
}

// removeSaid removes, as remove does it, the ledgers of a channel and its threads, or of what was disowned
// there all or some. A thread that is no channel of its own has neither.
func removeSaid(ctx context.Context, tx *sql.Tx, platform string, p bot.Place, remove removal) (int, error) {
	if p.Thread != "" {
		return 0, nil
	}
	return remove(ctx, tx, `
		platform = ? AND server = ? AND channel IN (
			SELECT ? UNION SELECT channel FROM places WHERE platform = ? AND server = ? AND parent = ?)`,
		platform, p.Server, p.Channel, platform, p.Server, p.Channel)
}

// removal removes the rows that meet a condition, and says how many went.
type removal func(ctx context.Context, tx *sql.Tx, where string, args ...any) (int, error)

// dropIdlePlaces forgets places of which nothing is kept.
func dropIdlePlaces(ctx context.Context, tx *sql.Tx, where string, args ...any) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf(`
		DELETE FROM places WHERE %s AND messages = 0 AND covered = 0
		AND NOT EXISTS (SELECT 1 FROM removed WHERE removed.place = places.place)`, where), args...)
	return err
}

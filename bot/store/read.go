package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"crux/bot"
	"crux/summarize"
)

// inOrder makes SQLite walk a place's messages in their order. Left alone, it may sort a million instead.
const inOrder = "INDEXED BY messages_by_time"

// Messages reads a range of a place. It returns bot.ErrNotKept where the range
// begins before what is kept without a gap: where From, Since or Author's newest
// message lies before it, or where none of them is set, the place is not kept from its
// first message on, and fewer than Last messages are. Where none is set and
// enough messages are kept, nobody knows how many there are before them: Total is then 0, and Whole false.
//
// From and To need not be messages that are kept; they bound by their place in the order of ids.
//
// A thread that is no channel of its own is read among its channel's messages. Nothing of it is
// before its first message, so that all of it is kept where that one would be.
func (s *Store) Messages(ctx context.Context, platform string, p bot.Place, r bot.Range) (bot.History, error) {
	var h bot.History
	err := s.read(ctx, "messages", func(tx *sql.Tx) error {
		place, err := findPlace(ctx, tx, platform, bot.Place{Server: p.Server, Channel: p.Channel})
		if err != nil {
			return err
		}
		if place.covered == nothingCovered || r.Last <= 0 {
			return bot.ErrNotKept
		}
		q := query{tx: tx, place: place, thread: p.Thread}
		if err := q.coverThread(ctx); err != nil {
			return err
		}
		q.below(r)
		isBounded, err := q.above(ctx, platform, p, r)
		if err != nil {
			return err
		}
		if q.place.covered == allCovered || isBounded {
			h, err = q.known(ctx, r.Last, isBounded)
		} else {
			h, err = q.newest(ctx, r.Last)
		}
		return err
	})
	if err != nil {
		return bot.History{}, err
	}
	return h, nil
}

// query gathers the conditions on the messages of one place.
type query struct {
	tx    *sql.Tx
	place placeRow
	// thread is the id of the first message of the thread that alone is read, or "".
	thread string
	// lower and upper are conditions from below and from above.
	lower, upper []condition
}

// condition is an expression in SQL, its opposite, and the arguments of either.
type condition struct {
	text, opposite string
	args           []any
}

// fromID, toID, fromTime and beforeTime are bounds in the two orders.
func fromID(id string) condition {
	return condition{"(id_length, id) >= (?, ?)", "(id_length, id) < (?, ?)", []any{len(id), id}}
}

func toID(id string) condition {
	return condition{"(id_length, id) <= (?, ?)", "(id_length, id) > (?, ?)", []any{len(id), id}}
}

func fromTime(micros int64) condition { return condition{"time >= ?", "time < ?", []any{micros}} }

func beforeTime(micros int64) condition { return condition{"time < ?", "time >= ?", []any{micros}} }

// where is all conditions, to be put after WHERE, and their arguments.
func (q *query) where() (string, []any) {
	text, args := []string{"place = ?"}, []any{q.place.row}
	conditions := slices.Concat(q.lower, q.upper)
	if q.thread != "" {
		conditions = append(conditions, q.inThread())
	}
	for _, c := range conditions {
		text, args = append(text, c.text), append(args, c.args...)
	}
	return strings.Join(text, " AND "), args
}

// inThread keeps the thread's messages. The two kinds of them are found along an index each.
func (q *query) inThread() condition {
	return condition{
		text: `message IN (
			SELECT message FROM messages WHERE place = ? AND id_length = ? AND id = ?
			UNION ALL
			SELECT message FROM messages WHERE place = ? AND reply_to = ? AND reply_to <> '')`,
		args: []any{q.place.row, len(q.thread), q.thread, q.place.row, q.thread},
	}
}

// messages are the messages to choose from, to be put after FROM, with the way to walk them. A
// channel's are walked as hint says, a thread's are few and found by their numbers.
func (q *query) messages(hint string) string {
	if q.thread != "" {
		return "messages NOT INDEXED"
	}
	return "messages " + hint
}

// coverThread sees to it that a thread counts as covered where its first message is.
func (q *query) coverThread(ctx context.Context) error {
	if q.thread == "" {
		return nil
	}
	known, err := q.coversID(ctx, q.thread)
	if err == nil && known {
		q.place.covered = allCovered
	}
	return err
}

func (q *query) below(r bot.Range) {
	if !r.Until.IsZero() {
		q.upper = append(q.upper, beforeTime(micros(r.Until)))
	}
	if r.To != "" {
		q.upper = append(q.upper, toID(r.To))
	}
}

// above adds the bounds from below and reports whether there are any. ErrNotKept
// where none of them lies within what is kept without a gap.
func (q *query) above(ctx context.Context, platform string, p bot.Place, r bot.Range) (isBounded bool, err error) {
	isCovered := q.place.covered == allCovered
	var bounds []condition
	if !r.Since.IsZero() {
		since := micros(r.Since)
		bounds = append(bounds, fromTime(since))
		isCovered = isCovered || q.place.since.Valid && since >= q.place.since.Int64
	}
	if r.From != "" {
		bounds = append(bounds, fromID(r.From))
		known, err := q.coversID(ctx, r.From)
		if err != nil {
			return false, err
		}
		isCovered = isCovered || known
	}
	if r.Author != "" {
		newest, err := q.newestOf(ctx, platform, p, r.Author)
		if err != nil && !errors.Is(err, bot.ErrNotKept) {
			return false, err
		}
		if err == nil {
			bounds = append(bounds, newest.orAfter())
			isCovered = isCovered || q.covers(newest)
		}
	}
	asked := r.From != "" || r.Author != "" || !r.Since.IsZero()
	if asked && !isCovered {
		return false, bot.ErrNotKept
	}
	q.lower = bounds
	return len(bounds) > 0, nil
}

// position is where a message stands.
type position struct {
	time int64
	id   string
}

func (p position) orAfter() condition {
	return condition{"(time, id_length, id) >= (?, ?, ?)", "(time, id_length, id) < (?, ?, ?)", []any{p.time, len(p.id), p.id}}
}

// covers reports whether everything from a message on is kept.
func (q *query) covers(m position) bool {
	if q.place.covered == allCovered || q.place.since.Valid && m.time >= q.place.since.Int64 {
		return true
	}
	return q.place.from.Valid && !isBefore(m.id, q.place.from.String)
}

// coversID is covers for a message that may not be kept itself.
func (q *query) coversID(ctx context.Context, id string) (bool, error) {
	m := position{id: id}
	err := q.tx.QueryRowContext(ctx, "SELECT time FROM messages WHERE place = ? AND id_length = ? AND id = ?", q.place.row, len(id), id).Scan(&m.time)
	if errors.Is(err, sql.ErrNoRows) {
		return q.place.covered == allCovered || q.place.from.Valid && !isBefore(id, q.place.from.String), nil
	}
	return err == nil && q.covers(m), err
}

// isBefore orders ids by their length and then by their bytes.
func isBefore(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

// newestOf is where a person's newest message within the bounds from above stands.
func (q *query) newestOf(ctx context.Context, platform string, p bot.Place, author string) (position, error) {
	where, args := q.where()
	var m position
	err := q.tx.QueryRowContext(ctx, `
		SELECT time, id FROM `+q.messages("")+`
		WHERE author = (SELECT author FROM authors WHERE platform = ? AND server = ? AND authors.id = ?) AND `+where+`
		ORDER BY time DESC, id_length DESC, id DESC LIMIT 1`,
		append([]any{platform, p.Server, author}, args...)...).Scan(&m.time, &m.id)
	return m, orNotKept(err)
}

// known reads a range of which everything is kept.
func (q *query) known(ctx context.Context, last int, isBounded bool) (bot.History, error) {
	total, err := q.total(ctx, isBounded)
	if err != nil {
		return bot.History{}, err
	}
	// Knowing how many there are, SQLite stops at the first instead of looking
	// for more before it.
	h, err := q.history(ctx, min(last, total))
	h.Total, h.Whole = total, total <= last
	return h, err
}

// newest reads the newest messages of a range that begins before what is kept.
func (q *query) newest(ctx context.Context, last int) (bot.History, error) {
	switch {
	case q.place.from.Valid:
		q.lower = append(q.lower, fromID(q.place.from.String))
	case q.place.since.Valid:
		q.lower = append(q.lower, fromTime(q.place.since.Int64))
	}
	h, err := q.history(ctx, last)
	if err == nil && len(h.Messages) < last {
		return h, bot.ErrNotKept
	}
	return h, err
}

// total counts the messages of the range, by what is shorter to count where that is plain.
func (q *query) total(ctx context.Context, isBounded bool) (int, error) {
	isChannel := q.thread == ""
	if isChannel && !isBounded && len(q.upper) == 0 {
		return q.place.messages, nil
	}
	if isChannel && !isBounded && len(q.upper) == 1 {
		after := q.upper[0]
		var n int
		err := q.tx.QueryRowContext(ctx, "SELECT count(*) FROM messages WHERE place = ? AND "+after.opposite,
			append([]any{q.place.row}, after.args...)...).Scan(&n)
		return q.place.messages - n, err
	}
	where, args := q.where()
	var n int
	err := q.tx.QueryRowContext(ctx, "SELECT count(*) FROM "+q.messages("")+" WHERE "+where, args...).Scan(&n)
	return n, err
}

// history reads the last messages that meet the conditions.
func (q *query) history(ctx context.Context, last int) (bot.History, error) {
	h := bot.History{Names: map[string]string{}}
	if last == 0 {
		return h, nil
	}
	where, args := q.where()
	rows, err := q.tx.QueryContext(ctx, historyQuery(q.messages(inOrder), where), append(args, last)...)
	if err != nil {
		return h, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		m, name, err := scanMessage(rows)
		if err != nil {
			return h, err
		}
		h.Messages = append(h.Messages, m)
		if name != "" {
			h.Names[m.Author] = name
		}
	}
	slices.Reverse(h.Messages)
	return h, rows.Err()
}

func historyQuery(messages, where string) string {
	return `
		SELECT m.id, m.time, m.edited, m.reply_to, m.bot, text, url, attachments, authors.id, authors.name
		FROM (
			SELECT * FROM ` + messages + ` WHERE ` + where + `
			ORDER BY time DESC, id_length DESC, id DESC LIMIT ?
		) AS m JOIN contents ON content = m.message JOIN authors ON authors.author = m.author
		ORDER BY m.time DESC, m.id_length DESC, m.id DESC`
}

func scanMessage(rows *sql.Rows) (m summarize.Message, name string, err error) {
	var posted, edited int64
	var c content
	err = rows.Scan(&m.ID, &posted, &edited, &m.ReplyTo, &m.Bot, &c.text, &c.url, &c.attachments, &m.Author, &name)
	if err != nil {
		return m, "", err
	}
	m.Time, m.Edited = timeOf(posted), timeOf(edited)
	return m, name, c.into(&m)
}

// Kept are the ids of the newest messages within what is covered, oldest first, and whether these are all that p has.
func (s *Store) Kept(ctx context.Context, platform string, p bot.Place, last int) (ids []string, whole bool, err error) {
	err = s.read(ctx, "kept", func(tx *sql.Tx) error {
		place, err := findPlace(ctx, tx, platform, p)
		if err != nil {
			return err
		}
		if place.covered == nothingCovered {
			return bot.ErrNotKept
		}
		where, args := "place = ?", []any{place.row}
		if place.covered == partCovered && place.from.Valid {
			where, args = where+" AND (id_length, id) >= (?, ?)", append(args, len(place.from.String), place.from.String)
		} else if place.covered == partCovered {
			where, args = where+" AND time >= ?", append(args, place.since.Int64)
		}
		ids, err = texts(tx.QueryContext(ctx,
			"SELECT id FROM messages WHERE "+where+" ORDER BY time DESC, id_length DESC, id DESC LIMIT ?", append(args, last)...))
		slices.Reverse(ids)
		whole = place.covered == allCovered && len(ids) == place.messages
		return err
	})
	return ids, whole, err
}

// texts are all that a query for one column of text returns.
func texts(rows *sql.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}

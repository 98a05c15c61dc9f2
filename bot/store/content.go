package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"crux/summarize"
)

// SQLite's secure_delete overwrites a row that is deleted, but not the copies
// that it left behind when it moved rows between pages, to split a full page or to join
// empty ones. A copy of a message could so outlive it, in the unused part of some page. Therefore
// no content is ever moved: it is added at the end, where SQLite begins a new page
// without touching the last; it is removed by overwriting it with as many
// zeroes; and rows of zeroes are deleted only where those around them hold nothing else. What is
// written again and again lies elsewhere, see writings.go.

// spared is how many rows of zeroes stay before the first content. Deleting joins up to three
// pages, and a page has room for fewer than 600 rows.
const spared = 2000

// content is what people wrote in a message.
type content struct {
	text, url, attachments string
}

func contentOf(m summarize.Message) (content, error) {
	c := content{text: m.Text, url: m.URL}
	if len(m.Attachments) > 0 {
		encoded, err := json.Marshal(m.Attachments)
		if err != nil {
			return c, err
		}
		c.attachments = string(encoded)
	}
	return c, nil
}

func (c content) into(m *summarize.Message) error {
	m.Text, m.URL = c.text, c.url
	if c.attachments == "" {
		return nil
	}
	return json.Unmarshal([]byte(c.attachments), &m.Attachments)
}

// blank overwrites the contents of the messages that a query for their numbers names, and says how many.
func blank(ctx context.Context, tx *sql.Tx, messages string, args ...any) (int, error) {
	return affected(tx.ExecContext(ctx, `
		UPDATE contents SET
			text = CAST(zeroblob(octet_length(text)) AS TEXT),
			url = CAST(zeroblob(octet_length(url)) AS TEXT),
			attachments = CAST(zeroblob(octet_length(attachments)) AS TEXT)
		WHERE content IN (`+messages+`)`, args...))
}

// removeMessages removes the messages that meet a condition, and says how many
// went. Their place's count is the caller's to correct.
func removeMessages(ctx context.Context, tx *sql.Tx, where string, args ...any) (int, error) {
	numbers := "SELECT message FROM messages WHERE " + where
	if n, err := blank(ctx, tx, numbers, args...); err != nil || n == 0 {
		return 0, err
	}
	return affected(tx.ExecContext(ctx, "DELETE FROM messages WHERE message IN ("+numbers+")", slices.Clone(args)...))
}

// reclaim deletes a chunk of the zeroes before the first content, and says how many rows.
func reclaim(ctx context.Context, tx *sql.Tx, chunk int) (int, error) {
	return affected(tx.ExecContext(ctx, `
		DELETE FROM contents WHERE content IN (
			SELECT content FROM contents
			WHERE content < coalesce((SELECT min(message) FROM messages), (SELECT max(content) FROM contents)) - ?
			ORDER BY content LIMIT ?
		)`, spared, chunk))
}

// blankPayloads is blank for the payloads of the deliveries that meet a condition.
func blankPayloads(ctx context.Context, tx *sql.Tx, where string, args ...any) (int, error) {
	return affected(tx.ExecContext(ctx, `
		UPDATE payloads SET bytes = zeroblob(length(bytes))
		WHERE payload IN (SELECT payload FROM deliveries WHERE payload IS NOT NULL AND `+where+`)`, args...))
}

// reclaimPayloads is reclaim for payloads.
func reclaimPayloads(ctx context.Context, tx *sql.Tx, chunk int) (int, error) {
	return affected(tx.ExecContext(ctx, `
		DELETE FROM payloads WHERE payload IN (
			SELECT payload FROM payloads
			WHERE payload < coalesce((SELECT min(payload) FROM deliveries WHERE payload IS NOT NULL), (SELECT max(payload) FROM payloads)) - ?
			ORDER BY payload LIMIT ?
		)`, spared, chunk))
}

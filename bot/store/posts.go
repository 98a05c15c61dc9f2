package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"crux/bot"
)

// KeepPost keeps where a report stands and the ids of what it quotes. It takes
// the place of what was kept of the same message.
func (s *Store) KeepPost(ctx context.Context, post bot.Post) error {
	return s.write(ctx, "keep post", func(tx *sql.Tx) error {
		if err := deletePost(ctx, tx, post); err != nil {
			return err
		}
		var row int64
		err := tx.QueryRowContext(ctx, `
			INSERT INTO posts (platform, server, channel, thread, message, source_server, source_channel, source_thread, token, at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING post`,
			post.Platform, post.Place.Server, post.Place.Channel, post.Place.Thread, post.Message,
			post.Sources[0].Place.Server, post.Sources[0].Place.Channel, post.Sources[0].Place.Thread, post.Token, micros(post.At)).Scan(&row)
		if err != nil {
			return err
		}
		for i, id := range post.Sources[0].Messages {
			if _, err := tx.ExecContext(ctx, "INSERT INTO quoted (post, seq, message) VALUES (?, ?, ?)", row, i, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// DropPost forgets a post; one that is not there is no error.
func (s *Store) DropPost(ctx context.Context, post bot.Post) error {
	// Every deletion on the platform leads here, and few are of a post: looking
	// first spares the writer.
	err := s.read(ctx, "drop post", func(tx *sql.Tx) error {
		var n int
		return orNotKept(tx.QueryRowContext(ctx, `
			SELECT 1 FROM posts WHERE platform = ? AND server = ? AND channel = ? AND thread = ? AND message = ?`,
			post.Platform, post.Place.Server, post.Place.Channel, post.Place.Thread, post.Message).Scan(&n))
	})
	if errors.Is(err, bot.ErrNotKept) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.write(ctx, "drop post", func(tx *sql.Tx) error { return deletePost(ctx, tx, post) })
}

func deletePost(ctx context.Context, tx *sql.Tx, post bot.Post) error {
	_, err := tx.ExecContext(ctx, `
		DELETE FROM posts WHERE platform = ? AND server = ? AND channel = ? AND thread = ? AND message = ?`,
		post.Platform, post.Place.Server, post.Place.Channel, post.Place.Thread, post.Message)
	return err
}

// PostsQuoting are the posts that quote one of these messages, in the order in which they were kept.
func (s *Store) PostsQuoting(ctx context.Context, platform string, source bot.Place, ids []string) ([]bot.Post, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	quoting := "AND EXISTS (SELECT 1 FROM quoted AS q WHERE q.post = posts.post AND q.message IN (?" + strings.Repeat(", ?", len(ids)-1) + "))"
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	return s.posts(ctx, "posts quoting", platform, source, quoting, args...)
}

// PostsFrom are the posts that quote any message of the place, in the order in which they were kept.
func (s *Store) PostsFrom(ctx context.Context, platform string, source bot.Place) ([]bot.Post, error) {
	return s.posts(ctx, "posts from", platform, source, "")
}

// PostSources are the places whose messages are quoted by posts.
func (s *Store) PostSources(ctx context.Context, platform string) ([]bot.Place, error) {
	var places []bot.Place
	err := s.read(ctx, "post sources", func(tx *sql.Tx) error {
		var err error
		places, err = scanPlaces(tx.QueryContext(ctx, `
			SELECT DISTINCT source_server, source_channel, source_thread FROM posts
			WHERE platform = ? ORDER BY source_server, source_channel, source_thread`, platform))
		return err
	})
	return places, err
}

// posts are those that quote messages of the source and meet a further condition in SQL.
func (s *Store) posts(ctx context.Context, what, platform string, source bot.Place, condition string, args ...any) ([]bot.Post, error) {
	var posts []bot.Post
	err := s.read(ctx, what, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `
			SELECT posts.post, server, channel, thread, posts.message, token, at, coalesce(quoted.message, '')
			FROM posts LEFT JOIN quoted ON quoted.post = posts.post
			WHERE platform = ? AND source_server = ? AND source_channel = ? AND source_thread = ? `+condition+`
			ORDER BY posts.post, quoted.seq`,
			append([]any{platform, source.Server, source.Channel, source.Thread}, args...)...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		last := int64(-1)
		for rows.Next() {
			post := bot.Post{Platform: platform, Sources: []bot.Source{{Place: source}}}
			var row, at int64
			var quoted string
			err := rows.Scan(&row, &post.Place.Server, &post.Place.Channel, &post.Place.Thread, &post.Message, &post.Token, &at, &quoted)
			if err != nil {
				return err
			}
			if row != last {
				post.At, last = timeOf(at), row
				posts = append(posts, post)
			}
			if quoted != "" {
				newest := &posts[len(posts)-1]
				newest.Sources[0].Messages = append(newest.Sources[0].Messages, quoted)
			}
		}
		return rows.Err()
	})
	return posts, err
}

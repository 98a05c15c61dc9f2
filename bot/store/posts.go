package store

import (
	"context"
	"database/sql"
	"errors"

	"crux/bot"
)

// KeepPost keeps where a report stands, and the ids of the messages and people that it rests on. It
// takes the place of what was kept of the same message.
func (s *Store) KeepPost(ctx context.Context, post bot.Post) error {
	return s.write(ctx, "keep post", func(tx *sql.Tx) error {
		if err := deletePost(ctx, tx, post); err != nil {
			return err
		}
		var row int64
		err := tx.QueryRowContext(ctx, `
			INSERT INTO posts (platform, server, channel, thread, message, token, at) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING post`,
			post.Platform, post.Place.Server, post.Place.Channel, post.Place.Thread, post.Message, post.Token, micros(post.At)).Scan(&row)
		if err != nil {
			return err
		}
		for i, person := range post.People {
			if _, err := tx.ExecContext(ctx, "INSERT INTO post_people (post, seq, person) VALUES (?, ?, ?)", row, i, person); err != nil {
				return err
			}
		}
		for _, source := range post.Sources {
			if err := keepSource(ctx, tx, post.Platform, row, source); err != nil {
				return err
			}
		}
		return nil
	})
}

func keepSource(ctx context.Context, tx *sql.Tx, platform string, post int64, source bot.Source) error {
	var row int64
	err := tx.QueryRowContext(ctx, `
		INSERT INTO sources (post, platform, server, channel, thread) VALUES (?, ?, ?, ?, ?) RETURNING source`,
		post, platform, source.Place.Server, source.Place.Channel, source.Place.Thread).Scan(&row)
	if err != nil {
		return err
	}
	for i, id := range source.Messages {
		if _, err := tx.ExecContext(ctx, "INSERT INTO quoted (source, seq, message) VALUES (?, ?, ?)", row, i, id); err != nil {
			return err
		}
	}
	return nil
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

// fromPlace names the posts that rest on messages of a place.
const fromPlace = "SELECT post FROM sources WHERE platform = ? AND server = ? AND channel = ? AND thread = ?"

// quotingPlace begins what names those that rest on some of its messages, whose ids are to follow.
const quotingPlace = `
	SELECT post FROM sources JOIN quoted USING (source)
	WHERE platform = ? AND server = ? AND channel = ? AND thread = ? AND quoted.message IN `

// PostsQuoting are the posts that quote one of these messages, in the order in which they were kept.
func (s *Store) PostsQuoting(ctx context.Context, platform string, source bot.Place, ids []string) ([]bot.Post, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := []any{platform, source.Server, source.Channel, source.Thread}
	for _, id := range ids {
		args = append(args, id)
	}
	return s.posts(ctx, "posts quoting", quotingPlace+"("+marks(len(ids))+")", args...)
}

// PostsFrom are the posts that quote any message of the place, in the order in which they were kept.
func (s *Store) PostsFrom(ctx context.Context, platform string, source bot.Place) ([]bot.Post, error) {
	return s.posts(ctx, "posts from", fromPlace, platform, source.Server, source.Channel, source.Thread)
}

// PostsAbout are the posts that rest on a person's words, in the order in which they were kept.
func (s *Store) PostsAbout(ctx context.Context, platform, person string) ([]bot.Post, error) {
	return s.posts(ctx, "posts about", `
		SELECT post FROM post_people JOIN posts AS p USING (post) WHERE person = ? AND p.platform = ?`, person, platform)
}

// PostSources are the places whose messages are quoted by posts.
func (s *Store) PostSources(ctx context.Context, platform string) ([]bot.Place, error) {
	var places []bot.Place
	err := s.read(ctx, "post sources", func(tx *sql.Tx) error {
		var err error
		places, err = scanPlaces(tx.QueryContext(ctx, `
			SELECT DISTINCT server, channel, thread FROM sources WHERE platform = ? ORDER BY server, channel, thread`, platform))
		return err
	})
	return places, err
}

// posts are those that a query for their numbers names, with all that they rest on.
func (s *Store) posts(ctx context.Context, what, query string, args ...any) ([]bot.Post, error) {
	var found foundPosts
	err := s.read(ctx, what, func(tx *sql.Tx) error {
		return errors.Join(found.read(ctx, tx, query, args), found.readSources(ctx, tx, query, args), found.readPeople(ctx, tx, query, args))
	})
	if err != nil {
		return nil, err
	}
	return found.posts, nil
}

// foundPosts are posts, and where each stands among them by its number.
type foundPosts struct {
	posts []bot.Post
	index map[int64]int
}

func (f *foundPosts) read(ctx context.Context, tx *sql.Tx, query string, args []any) error {
	f.index = map[int64]int{}
	rows, err := tx.QueryContext(ctx, `
		SELECT post, platform, server, channel, thread, message, token, at FROM posts
		WHERE post IN (`+query+`) ORDER BY post`, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var p bot.Post
		var number, at int64
		if err := rows.Scan(&number, &p.Platform, &p.Place.Server, &p.Place.Channel, &p.Place.Thread, &p.Message, &p.Token, &at); err != nil {
			return err
		}
		p.At = timeOf(at)
		f.index[number] = len(f.posts)
		f.posts = append(f.posts, p)
	}
	return rows.Err()
}

func (f *foundPosts) readSources(ctx context.Context, tx *sql.Tx, query string, args []any) error {
	rows, err := tx.QueryContext(ctx, `
		SELECT s.post, s.source, s.server, s.channel, s.thread, coalesce(q.message, '')
		FROM sources AS s LEFT JOIN quoted AS q USING (source)
		WHERE s.post IN (`+query+`) ORDER BY s.source, q.seq`, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	last := int64(0)
	for rows.Next() {
		var number, source int64
		var place bot.Place
		var message string
		if err := rows.Scan(&number, &source, &place.Server, &place.Channel, &place.Thread, &message); err != nil {
			return err
		}
		post := &f.posts[f.index[number]]
		if source != last {
			last = source
			post.Sources = append(post.Sources, bot.Source{Place: place})
		}
		if message != "" {
			in := &post.Sources[len(post.Sources)-1]
			in.Messages = append(in.Messages, message)
		}
	}
	return rows.Err()
}

func (f *foundPosts) readPeople(ctx context.Context, tx *sql.Tx, query string, args []any) error {
	rows, err := tx.QueryContext(ctx, "SELECT post, person FROM post_people WHERE post IN ("+query+") ORDER BY post, seq", args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var number int64
		var person string
		if err := rows.Scan(&number, &person); err != nil {
			return err
		}
		post := &f.posts[f.index[number]]
		post.People = append(post.People, person)
	}
	return rows.Err()
}

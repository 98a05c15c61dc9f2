-- Times are microseconds since 1970 in UTC. Ids are ordered by their length and
-- then by their bytes, so that the length stands beside an id wherever order matters.

-- +goose Up
CREATE TABLE watched (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    platform TEXT    NOT NULL,
    server   TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    thread   TEXT    NOT NULL,
    asker    TEXT    NOT NULL,
    at       BIGINT  NOT NULL,
    UNIQUE (platform, server, channel, thread)
);

CREATE TABLE places (
    place        INTEGER  PRIMARY KEY,
    platform     TEXT     NOT NULL,
    server       TEXT     NOT NULL,
    channel      TEXT     NOT NULL,
    thread       TEXT     NOT NULL,
    -- parent is the channel of which this is a thread, or ''.
    parent       TEXT     NOT NULL DEFAULT '',
    -- messages is how many are kept, so that nobody has to count a million.
    messages     BIGINT   NOT NULL DEFAULT 0,
    -- covered is 0 where nothing is known to be without a gap, 2 where everything
    -- is kept, and 1 where what stands at or after covered_id or covered_time is.
    covered      SMALLINT NOT NULL DEFAULT 0,
    covered_id   TEXT,
    covered_time BIGINT,
    UNIQUE (platform, server, channel, thread)
);

CREATE INDEX places_by_parent ON places (platform, server, parent);

CREATE TABLE authors (
    author   INTEGER PRIMARY KEY,
    platform TEXT    NOT NULL,
    server   TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    UNIQUE (platform, server, id)
);

CREATE TABLE messages (
    -- message is also the number of its content.
    message   INTEGER  PRIMARY KEY,
    place     BIGINT   NOT NULL REFERENCES places (place) ON DELETE CASCADE,
    id        TEXT     NOT NULL,
    id_length INTEGER  NOT NULL,
    time      BIGINT   NOT NULL,
    author    BIGINT   NOT NULL REFERENCES authors (author),
    edited    BIGINT   NOT NULL,
    reply_to  TEXT     NOT NULL,
    bot       SMALLINT NOT NULL
);

-- contents are what people wrote. content.go says how it is changed, and why in
-- no other way: rows are added at the end, overwritten in place, and removed at the beginning.
CREATE TABLE contents (
    content     INTEGER PRIMARY KEY AUTOINCREMENT,
    text        TEXT    NOT NULL,
    url         TEXT    NOT NULL,
    -- attachments is a JSON array of names, or ''.
    attachments TEXT    NOT NULL
);

CREATE UNIQUE INDEX messages_by_id ON messages (place, id_length, id);
CREATE INDEX messages_by_time ON messages (place, time, id_length, id);
CREATE INDEX messages_by_author ON messages (author, place, time);

-- removed are the messages that must not come back.
CREATE TABLE removed (
    place BIGINT NOT NULL REFERENCES places (place) ON DELETE CASCADE,
    id    TEXT   NOT NULL,
    at    BIGINT NOT NULL,
    PRIMARY KEY (place, id)
);

CREATE TABLE requests (
    platform TEXT   NOT NULL,
    token    TEXT   NOT NULL,
    server   TEXT   NOT NULL,
    -- request is a bot.Request in JSON.
    request  TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (platform, token)
);

CREATE TABLE asked (
    platform TEXT   NOT NULL,
    asker    TEXT   NOT NULL,
    server   TEXT   NOT NULL,
    channel  TEXT   NOT NULL,
    thread   TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (platform, asker, server, channel, thread)
);

CREATE TABLE posts (
    post           INTEGER PRIMARY KEY,
    platform       TEXT    NOT NULL,
    server         TEXT    NOT NULL,
    channel        TEXT    NOT NULL,
    thread         TEXT    NOT NULL,
    message        TEXT    NOT NULL,
    source_server  TEXT    NOT NULL,
    source_channel TEXT    NOT NULL,
    source_thread  TEXT    NOT NULL,
    token          TEXT    NOT NULL,
    at             BIGINT  NOT NULL,
    UNIQUE (platform, server, channel, thread, message)
);

CREATE INDEX posts_by_source ON posts (platform, source_server, source_channel, source_thread);

CREATE TABLE quoted (
    post    BIGINT  NOT NULL REFERENCES posts (post) ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    message TEXT    NOT NULL,
    PRIMARY KEY (post, seq)
);

-- +goose Down
DROP TABLE quoted;
DROP TABLE posts;
DROP TABLE asked;
DROP TABLE requests;
DROP TABLE removed;
DROP TABLE contents;
DROP TABLE messages;
DROP TABLE authors;
DROP TABLE places;
DROP TABLE watched;

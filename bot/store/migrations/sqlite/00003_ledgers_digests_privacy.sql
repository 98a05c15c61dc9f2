-- +goose Up
-- slots hold what people wrote in pieces of one size, and are changed as writings.go says: rows
-- are added at the end, overwritten in place and never removed.
CREATE TABLE slots (
    slot  INTEGER PRIMARY KEY AUTOINCREMENT,
    bytes BLOB    NOT NULL
);

-- free_slots are those that hold zeroes.
CREATE TABLE free_slots (
    slot INTEGER PRIMARY KEY
);

-- writings are what lies in slots. Their numbers are never given out twice.
CREATE TABLE writings (
    writing INTEGER PRIMARY KEY AUTOINCREMENT,
    length  BIGINT  NOT NULL
);

CREATE TABLE written (
    writing BIGINT  NOT NULL REFERENCES writings (writing) ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    slot    BIGINT  NOT NULL REFERENCES slots (slot),
    PRIMARY KEY (writing, seq)
);

CREATE TABLE ledgers (
    ledger   INTEGER PRIMARY KEY,
    platform TEXT    NOT NULL,
    server   TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    -- writing is a bot.Ledger in JSON; its number is the ledger's version.
    writing  BIGINT  NOT NULL,
    UNIQUE (platform, server, channel)
);

CREATE TABLE disowned (
    disowned INTEGER PRIMARY KEY,
    platform TEXT    NOT NULL,
    server   TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    message  TEXT    NOT NULL,
    author   TEXT    NOT NULL,
    -- The words begin and end at these bytes of the message.
    start    BIGINT  NOT NULL,
    "end"    BIGINT  NOT NULL,
    sum      TEXT    NOT NULL,
    -- meant is the writing with what the author meant instead, NULL where they said nothing or it is too old.
    meant    BIGINT,
    at       BIGINT  NOT NULL,
    UNIQUE (platform, server, channel, message, author, start, "end")
);

CREATE INDEX disowned_by_author ON disowned (platform, author);

CREATE TABLE digests (
    digest   INTEGER  PRIMARY KEY AUTOINCREMENT,
    platform TEXT     NOT NULL,
    server   TEXT     NOT NULL,
    -- number is below zero where the digest was removed and waits for its run to end.
    number   INTEGER  NOT NULL,
    owner    TEXT     NOT NULL,
    made     BIGINT   NOT NULL,
    -- orders are a bot.DigestOrder in JSON.
    orders   TEXT     NOT NULL,
    paused   SMALLINT NOT NULL,
    -- next is when the schedule says that it is due, asked when somebody asked for it besides.
    next     BIGINT,
    asked    BIGINT,
    covered  BIGINT   NOT NULL,
    posted   BIGINT,
    failure  TEXT     NOT NULL,
    -- run is the one that began and did not end, NULL where there is none.
    run      BIGINT,
    -- ready is from when on a run may begin, NULL for not until something else happens.
    ready    BIGINT   GENERATED ALWAYS AS (
        CASE
        WHEN run IS NOT NULL THEN NULL
        WHEN paused <> 0 OR next IS NULL THEN asked
        WHEN asked IS NULL THEN next
        ELSE min(next, asked)
        END) VIRTUAL,
    UNIQUE (platform, server, number)
);

CREATE INDEX digests_ready ON digests (platform, ready) WHERE ready IS NOT NULL;
CREATE INDEX digests_asked ON digests (platform, asked) WHERE asked IS NOT NULL;

CREATE TABLE runs (
    run      INTEGER PRIMARY KEY AUTOINCREMENT,
    platform TEXT    NOT NULL,
    digest   BIGINT  NOT NULL REFERENCES digests (digest) ON DELETE CASCADE,
    due      BIGINT  NOT NULL,
    mark     TEXT    NOT NULL,
    -- claim is who works on it, '' for nobody, and free is from when on it may be claimed.
    claim    TEXT    NOT NULL,
    free     BIGINT  NOT NULL,
    tries    INTEGER NOT NULL,
    -- posting is from when on it may have been posted, and sources are what that rests on.
    posting  BIGINT,
    sources  BLOB,
    -- finished is when it ended, NULL before.
    finished BIGINT,
    UNIQUE (digest, due)
);

CREATE INDEX runs_free ON runs (platform, free) WHERE finished IS NULL;
CREATE UNIQUE INDEX runs_unfinished ON runs (digest) WHERE finished IS NULL;
CREATE INDEX runs_finished ON runs (due) WHERE finished IS NOT NULL;

CREATE TABLE exclusions (
    platform TEXT NOT NULL,
    person   TEXT NOT NULL,
    -- until is NULL where all of the person's messages are left out.
    until    BIGINT,
    PRIMARY KEY (platform, person)
);

-- servers are those that set something of their own.
CREATE TABLE servers (
    platform  TEXT   NOT NULL,
    server    TEXT   NOT NULL,
    -- retention is in microseconds.
    retention BIGINT NOT NULL,
    PRIMARY KEY (platform, server)
);

-- log holds what was changed in a server, in crux's own words.
CREATE TABLE log (
    entry    INTEGER PRIMARY KEY AUTOINCREMENT,
    platform TEXT    NOT NULL,
    server   TEXT    NOT NULL,
    at       BIGINT  NOT NULL,
    person   TEXT    NOT NULL,
    what     TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    thread   TEXT    NOT NULL
);

CREATE INDEX log_by_server ON log (platform, server, at);
CREATE INDEX log_by_person ON log (platform, person);

ALTER TABLE requests ADD COLUMN asker TEXT NOT NULL DEFAULT '';
UPDATE requests SET asker = coalesce(json_extract(request, '$.asker'), '');
CREATE INDEX requests_by_asker ON requests (platform, asker);

-- A post rests on messages of several places.
CREATE TABLE sources (
    source   INTEGER PRIMARY KEY,
    post     BIGINT  NOT NULL REFERENCES posts (post) ON DELETE CASCADE,
    platform TEXT    NOT NULL,
    server   TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    thread   TEXT    NOT NULL
);

INSERT INTO sources (post, platform, server, channel, thread)
SELECT post, platform, source_server, source_channel, source_thread FROM posts ORDER BY post;

CREATE INDEX sources_by_post ON sources (post);
CREATE INDEX sources_by_place ON sources (platform, server, channel, thread);

ALTER TABLE quoted RENAME TO quoted_before;
CREATE TABLE quoted (
    source  BIGINT  NOT NULL REFERENCES sources (source) ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    message TEXT    NOT NULL,
    PRIMARY KEY (source, seq)
);
INSERT INTO quoted (source, seq, message)
SELECT source, seq, message FROM quoted_before JOIN sources USING (post);
DROP TABLE quoted_before;
CREATE INDEX quoted_by_message ON quoted (message);

-- post_people are those whose words a post rests on. Of earlier posts they are known as far as the messages are kept.
CREATE TABLE post_people (
    post   BIGINT  NOT NULL REFERENCES posts (post) ON DELETE CASCADE,
    seq    INTEGER NOT NULL,
    person TEXT    NOT NULL,
    PRIMARY KEY (post, seq)
);
INSERT INTO post_people (post, seq, person)
SELECT post, row_number() OVER (PARTITION BY post ORDER BY id) - 1, id FROM (
    SELECT DISTINCT sources.post, authors.id
    FROM quoted JOIN sources USING (source)
    JOIN places ON places.platform = sources.platform AND places.server = sources.server
        AND places.channel = sources.channel AND places.thread = ''
    JOIN messages ON messages.place = places.place AND messages.id_length = length(quoted.message) AND messages.id = quoted.message
    JOIN authors USING (author)
    WHERE authors.id <> ''
);
CREATE INDEX post_people_by_person ON post_people (person);

DROP INDEX posts_by_source;
ALTER TABLE posts DROP COLUMN source_server;
ALTER TABLE posts DROP COLUMN source_channel;
ALTER TABLE posts DROP COLUMN source_thread;

-- +goose Down
ALTER TABLE posts ADD COLUMN source_server TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN source_channel TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN source_thread TEXT NOT NULL DEFAULT '';
UPDATE posts SET source_server = s.server, source_channel = s.channel, source_thread = s.thread
FROM (SELECT post, server, channel, thread FROM sources WHERE source IN (SELECT min(source) FROM sources GROUP BY post)) AS s
WHERE s.post = posts.post;
CREATE INDEX posts_by_source ON posts (platform, source_server, source_channel, source_thread);

ALTER TABLE quoted RENAME TO quoted_after;
CREATE TABLE quoted (
    post    BIGINT  NOT NULL REFERENCES posts (post) ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    message TEXT    NOT NULL,
    PRIMARY KEY (post, seq)
);
INSERT INTO quoted (post, seq, message)
SELECT post, seq, message FROM quoted_after JOIN sources USING (source)
WHERE source IN (SELECT min(source) FROM sources GROUP BY post);
DROP TABLE quoted_after;
DROP TABLE post_people;
DROP TABLE sources;

DROP INDEX requests_by_asker;
ALTER TABLE requests DROP COLUMN asker;
DROP TABLE log;
DROP TABLE servers;
DROP TABLE exclusions;
DROP TABLE runs;
DROP TABLE digests;
DROP TABLE disowned;
DROP TABLE ledgers;
DROP TABLE written;
DROP TABLE writings;
DROP TABLE free_slots;
DROP TABLE slots;

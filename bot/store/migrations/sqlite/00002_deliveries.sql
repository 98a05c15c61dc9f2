-- +goose Up
-- deliveries are what a platform delivered, in the order in which it came.
CREATE TABLE deliveries (
    delivery INTEGER PRIMARY KEY AUTOINCREMENT,
    platform TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    at       BIGINT  NOT NULL,
    -- payload is the number of what is needed to work it off, NULL once that was done.
    payload  BIGINT,
    UNIQUE (platform, id)
);

CREATE INDEX deliveries_unsettled ON deliveries (payload) WHERE payload IS NOT NULL;
CREATE INDEX deliveries_by_time ON deliveries (at);

-- payloads hold what people wrote, and are changed as contents are: content.go says how.
CREATE TABLE payloads (
    payload INTEGER PRIMARY KEY AUTOINCREMENT,
    bytes   BLOB    NOT NULL
);

-- Threads that are no channels of their own are read among the messages of their channel.
CREATE INDEX messages_by_reply ON messages (place, reply_to) WHERE reply_to <> '';

-- +goose Down
DROP INDEX messages_by_reply;
DROP TABLE payloads;
DROP TABLE deliveries;

-- +goose Up
-- consents are what servers decided about a language model.
CREATE TABLE consents (
    platform TEXT   NOT NULL,
    server   TEXT   NOT NULL,
    terms    TEXT   NOT NULL,
    given    BIGINT NOT NULL,
    -- person is who decided it, '' where they are not known any more.
    person   TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (platform, server)
);

-- spending is what servers used of language models, a day.
CREATE TABLE spending (
    platform TEXT   NOT NULL,
    server   TEXT   NOT NULL,
    -- day is its beginning, in UTC.
    day      BIGINT NOT NULL,
    prompts  BIGINT NOT NULL,
    input    BIGINT NOT NULL,
    cached   BIGINT NOT NULL,
    output   BIGINT NOT NULL,
    usd      DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (platform, server, day)
);

CREATE INDEX spending_by_day ON spending (day);

-- +goose Down
DROP TABLE spending;
DROP TABLE consents;

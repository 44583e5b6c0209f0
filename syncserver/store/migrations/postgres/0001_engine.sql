-- +goose Up
CREATE TABLE meta (
    key   text COLLATE "C" NOT NULL PRIMARY KEY,
    value text COLLATE "C" NOT NULL
);

-- The newest sequence number given: one row.
CREATE TABLE head (
    id  bigint NOT NULL PRIMARY KEY,
    seq bigint NOT NULL
);
INSERT INTO head (id, seq) VALUES (1, 0);

-- One row a start of a server; batch counts what that start has committed.
CREATE TABLE runs (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    ordinal      bigint NOT NULL,
    seq_at_start bigint NOT NULL,
    started_at   bigint NOT NULL,
    batch        bigint NOT NULL
);
CREATE UNIQUE INDEX runs_ordinal ON runs (ordinal);

CREATE TABLE feed_rows (
    feed       text COLLATE "C" NOT NULL,
    collection text COLLATE "C" NOT NULL,
    entity     text COLLATE "C" NOT NULL,
    source     text COLLATE "C" NOT NULL,
    seq        bigint NOT NULL,
    body       text COLLATE "C" NOT NULL,
    deleted    bigint NOT NULL,
    projection bigint NOT NULL,
    changed_at bigint NOT NULL,
    PRIMARY KEY (feed, collection, entity)
);
CREATE UNIQUE INDEX feed_rows_seq ON feed_rows (seq);
CREATE INDEX feed_rows_feed_seq ON feed_rows (feed, seq);
CREATE INDEX feed_rows_source ON feed_rows (source);

CREATE TABLE outboxes (
    id      text COLLATE "C" NOT NULL PRIMARY KEY,
    account text COLLATE "C" NOT NULL,
    mark    bigint NOT NULL
);

-- What was decided; arguments are not kept. verdict is empty for accepted.
CREATE TABLE commands (
    id       text COLLATE "C" NOT NULL PRIMARY KEY,
    outbox   text COLLATE "C" NOT NULL,
    number   bigint NOT NULL,
    account  text COLLATE "C" NOT NULL,
    type     text COLLATE "C" NOT NULL,
    hash     text COLLATE "C" NOT NULL,
    verdict  text COLLATE "C" NOT NULL,
    received bigint NOT NULL
);
CREATE UNIQUE INDEX commands_outbox_number ON commands (outbox, number);
CREATE INDEX commands_received ON commands (received);

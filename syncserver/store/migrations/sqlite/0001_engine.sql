-- +goose Up
CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- The newest sequence number given: one row.
CREATE TABLE head (
    id  INTEGER NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL
) STRICT;
INSERT INTO head (id, seq) VALUES (1, 0);

-- One row a start of a server; batch counts what that start has committed.
CREATE TABLE runs (
    id           TEXT    NOT NULL PRIMARY KEY,
    ordinal      INTEGER NOT NULL,
    seq_at_start INTEGER NOT NULL,
    started_at   INTEGER NOT NULL,
    batch        INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX runs_ordinal ON runs (ordinal);

CREATE TABLE feed_rows (
    feed       TEXT    NOT NULL,
    collection TEXT    NOT NULL,
    entity     TEXT    NOT NULL,
    source     TEXT    NOT NULL,
    seq        INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    deleted    INTEGER NOT NULL,
    projection INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (feed, collection, entity)
) STRICT;
CREATE UNIQUE INDEX feed_rows_seq ON feed_rows (seq);
CREATE INDEX feed_rows_feed_seq ON feed_rows (feed, seq);
CREATE INDEX feed_rows_source ON feed_rows (source);

CREATE TABLE outboxes (
    id      TEXT    NOT NULL PRIMARY KEY,
    account TEXT    NOT NULL,
    mark    INTEGER NOT NULL
) STRICT;

-- What was decided; arguments are not kept. verdict is empty for accepted.
CREATE TABLE commands (
    id       TEXT    NOT NULL PRIMARY KEY,
    outbox   TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    account  TEXT    NOT NULL,
    type     TEXT    NOT NULL,
    hash     TEXT    NOT NULL,
    verdict  TEXT    NOT NULL,
    received INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX commands_outbox_number ON commands (outbox, number);
CREATE INDEX commands_received ON commands (received);

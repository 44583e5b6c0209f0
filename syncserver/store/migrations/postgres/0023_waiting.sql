-- +goose Up
-- Who waits for a place on a full day, in the order of their numbers. until is
-- when a place that is kept for them is kept no longer, ends when nobody can
-- book the day any more.
CREATE TABLE waits (
  id       TEXT   NOT NULL PRIMARY KEY,
  child    TEXT   NOT NULL,
  activity TEXT   NOT NULL,
  site     TEXT   NOT NULL,
  day      TEXT   NOT NULL,
  account  TEXT   NOT NULL,
  number   BIGINT NOT NULL,
  since    BIGINT NOT NULL,
  ends     BIGINT NOT NULL,
  state    TEXT   NOT NULL,
  until    BIGINT NOT NULL
);
CREATE UNIQUE INDEX waits_number ON waits (number);
CREATE UNIQUE INDEX waits_once ON waits (child, activity, day) WHERE state = 'waiting' OR state = 'offered';
CREATE INDEX waits_queue ON waits (activity, site, day, number) WHERE state = 'waiting';
CREATE INDEX waits_until ON waits (until) WHERE state = 'offered';
CREATE INDEX waits_ends ON waits (ends) WHERE state = 'waiting';
CREATE INDEX waits_account ON waits (account);
CREATE INDEX waits_child ON waits (child);
CREATE INDEX waits_day ON waits (day);
ALTER TABLE day_counts ADD COLUMN offered BIGINT NOT NULL DEFAULT 0;
ALTER TABLE day_counts ADD COLUMN waiting BIGINT NOT NULL DEFAULT 0;

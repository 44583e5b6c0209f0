-- +goose Up
-- Who pays for what is booked for a child whose parents live apart and have
-- weeks, where they have agreed on another rule than that whoever books pays;
-- and what one of them has proposed and the other not answered.
CREATE TABLE child_paying (
  child   TEXT   NOT NULL PRIMARY KEY,
  rule    TEXT   NOT NULL,
  set_at  BIGINT NOT NULL,
  set_by  TEXT   NOT NULL
);
CREATE TABLE child_paying_proposals (
  child   TEXT   NOT NULL PRIMARY KEY,
  id      TEXT   NOT NULL,
  rule    TEXT   NOT NULL,
  made_at BIGINT NOT NULL,
  made_by TEXT   NOT NULL
);

-- When a child was taken out of a delegation: its delegate is told that the
-- right has ended, not that there is no such child.
ALTER TABLE delegation_children ADD COLUMN removed BIGINT NOT NULL DEFAULT 0;

-- What has happened, where a kind of notice is about more than one thing, and
-- the words that say it, as JSON.
ALTER TABLE notices ADD COLUMN what TEXT NOT NULL DEFAULT '';
ALTER TABLE notices ADD COLUMN args TEXT NOT NULL DEFAULT '{}';

-- +goose Up
-- What parents give other adults for their children. An invitation is tied to
-- a mail address; delegate is the account that accepted it. A restore begins a
-- new epoch, under which none of before gives anything.
CREATE TABLE delegations (
  id         TEXT   NOT NULL PRIMARY KEY,
  inviter    TEXT   NOT NULL,
  mail       TEXT   NOT NULL,
  delegate   TEXT   NOT NULL DEFAULT '',
  kind       TEXT   NOT NULL,
  level      TEXT   NOT NULL,
  activities TEXT   NOT NULL,
  day_until  TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  epoch      TEXT   NOT NULL,
  made       BIGINT NOT NULL,
  answered   BIGINT NOT NULL DEFAULT 0,
  ended      BIGINT NOT NULL DEFAULT 0,
  why        TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX delegations_inviter ON delegations (inviter, made);
CREATE INDEX delegations_delegate ON delegations (delegate) WHERE delegate <> '';
CREATE INDEX delegations_mail ON delegations (mail) WHERE state = 'invited';
CREATE INDEX delegations_live ON delegations (made) WHERE ended = 0;
CREATE INDEX delegations_ended ON delegations (ended) WHERE ended > 0;

CREATE TABLE delegation_children (
  delegation TEXT NOT NULL,
  child      TEXT NOT NULL,
  PRIMARY KEY (delegation, child)
);
CREATE INDEX delegation_children_child ON delegation_children (child);

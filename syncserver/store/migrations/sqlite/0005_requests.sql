-- +goose Up
-- What was written with an acceptance.
ALTER TABLE requests ADD COLUMN decision TEXT NOT NULL DEFAULT '';

-- What a family was asked to correct: fields and documents as JSON lists, and
-- the answers that it changed as they were before, as a JSON object.
CREATE TABLE request_corrections (
  request   TEXT   NOT NULL,
  n         BIGINT NOT NULL,
  asked     BIGINT NOT NULL,
  agent     TEXT   NOT NULL,
  fields    TEXT   NOT NULL,
  documents TEXT   NOT NULL,
  note      TEXT   NOT NULL,
  until_day TEXT   NOT NULL,
  answered  BIGINT NOT NULL DEFAULT 0,
  reply     TEXT   NOT NULL DEFAULT '',
  before    TEXT   NOT NULL DEFAULT '',
  PRIMARY KEY (request, n)
);

-- Forms that are being filled in. One thrown away keeps its instant for a
-- while, so that an older state of it does not bring it back.
CREATE TABLE drafts (
  id      TEXT   NOT NULL PRIMARY KEY,
  account TEXT   NOT NULL,
  body    TEXT   NOT NULL,
  saved   BIGINT NOT NULL,
  dropped BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX drafts_account ON drafts (account);
CREATE INDEX drafts_saved ON drafts (saved);

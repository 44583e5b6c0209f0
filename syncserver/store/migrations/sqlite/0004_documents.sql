-- +goose Up
-- Files on their way up, and those that no document has claimed yet. Their
-- bytes lie with files, under names that begin with folder.
CREATE TABLE uploads (
  id       TEXT   NOT NULL PRIMARY KEY,
  account  TEXT   NOT NULL,
  folder   TEXT   NOT NULL,
  type     TEXT   NOT NULL,
  size     BIGINT NOT NULL,
  received BIGINT NOT NULL,
  state    TEXT   NOT NULL,
  problem  TEXT   NOT NULL DEFAULT '',
  stored   BIGINT NOT NULL DEFAULT 0,
  created  BIGINT NOT NULL,
  touched  BIGINT NOT NULL
);
CREATE INDEX uploads_account ON uploads (account, created);
CREATE INDEX uploads_touched ON uploads (touched);
CREATE TABLE upload_parts (
  upload   TEXT   NOT NULL,
  received BIGINT NOT NULL,
  size     BIGINT NOT NULL,
  name     TEXT   NOT NULL,
  PRIMARY KEY (upload, received)
);

CREATE TABLE documents (
  id        TEXT   NOT NULL PRIMARY KEY,
  account   TEXT   NOT NULL,
  kind      TEXT   NOT NULL,
  child     TEXT   NOT NULL,
  name      TEXT   NOT NULL,
  type      TEXT   NOT NULL,
  size      BIGINT NOT NULL,
  file      TEXT   NOT NULL,
  sent      BIGINT NOT NULL,
  status    TEXT   NOT NULL,
  day_until TEXT   NOT NULL DEFAULT '',
  reason    TEXT   NOT NULL DEFAULT '',
  note      TEXT   NOT NULL DEFAULT '',
  agent     TEXT   NOT NULL DEFAULT '',
  judged    BIGINT NOT NULL DEFAULT 0,
  mail      TEXT   NOT NULL DEFAULT '',
  scan      TEXT   NOT NULL,
  scan_at   BIGINT NOT NULL,
  scan_runs BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX documents_account ON documents (account);
CREATE INDEX documents_scan ON documents (scan, scan_at);

-- What a request asks for, as JSON, fixed when it was sent.
CREATE TABLE request_documents (
  request TEXT NOT NULL PRIMARY KEY,
  asked   TEXT NOT NULL
);

-- Files, and whole folders of them, that nothing speaks of any more, to be
-- removed by a job.
CREATE TABLE file_drops (
  name  TEXT   NOT NULL PRIMARY KEY,
  since BIGINT NOT NULL
);

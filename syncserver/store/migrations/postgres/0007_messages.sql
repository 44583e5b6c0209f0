-- +goose Up
-- What families and the town hall write to each other about a request. read_at
-- is when the other side opened it, 0 while nobody has.
CREATE TABLE messages (
  id      TEXT   NOT NULL PRIMARY KEY,
  request TEXT   NOT NULL,
  n       BIGINT NOT NULL,
  at      BIGINT NOT NULL,
  sender  TEXT   NOT NULL,
  staff   BIGINT NOT NULL,
  body    TEXT   NOT NULL,
  read_at BIGINT NOT NULL DEFAULT 0,
  reader  TEXT   NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX messages_thread ON messages (request, n);
CREATE INDEX messages_sender ON messages (sender, at);

-- Texts that a desk uses again.
CREATE TABLE reply_texts (
  id    TEXT NOT NULL PRIMARY KEY,
  desk  TEXT NOT NULL,
  title TEXT NOT NULL,
  body  TEXT NOT NULL
);
CREATE INDEX reply_texts_desk ON reply_texts (desk);

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

-- What people are told of. digest_at is when the mail of the day tells it, 0
-- for never or already.
CREATE TABLE notices (
  id        TEXT   NOT NULL PRIMARY KEY,
  account   TEXT   NOT NULL,
  kind      TEXT   NOT NULL,
  about     TEXT   NOT NULL,
  at        BIGINT NOT NULL,
  read_at   BIGINT NOT NULL DEFAULT 0,
  digest_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX notices_account ON notices (account, kind, about);
CREATE INDEX notices_at ON notices (at);
CREATE INDEX notices_digest ON notices (digest_at) WHERE digest_at > 0;

-- How a kind of notice comes by mail, where a person has chosen.
CREATE TABLE notice_choices (
  account TEXT NOT NULL,
  kind    TEXT NOT NULL,
  mail    TEXT NOT NULL,
  PRIMARY KEY (account, kind)
);

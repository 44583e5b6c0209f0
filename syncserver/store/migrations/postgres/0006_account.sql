-- +goose Up
-- Somebody's wish for a new password. account is '' where nobody has the name
-- that was typed: such a one is asked and answered like any other.
CREATE TABLE recoveries (
  id           TEXT   NOT NULL PRIMARY KEY,
  account      TEXT   NOT NULL,
  handle       TEXT   NOT NULL UNIQUE,
  link         TEXT   NOT NULL UNIQUE,
  link_until   BIGINT NOT NULL,
  code         TEXT   NOT NULL,
  code_until   BIGINT NOT NULL,
  code_tries   BIGINT NOT NULL DEFAULT 0,
  opened       TEXT   NOT NULL DEFAULT '',
  opened_until BIGINT NOT NULL DEFAULT 0,
  created      BIGINT NOT NULL
);
CREATE INDEX recoveries_account ON recoveries (account);
CREATE INDEX recoveries_opened ON recoveries (opened);
CREATE INDEX recoveries_created ON recoveries (created);

-- A change of mail address: asked for, then made, then undone or too old to be.
CREATE TABLE mail_changes (
  id         TEXT   NOT NULL PRIMARY KEY,
  account    TEXT   NOT NULL,
  old_key    TEXT   NOT NULL,
  new_key    TEXT   NOT NULL,
  taken      BIGINT NOT NULL,
  handle     TEXT   NOT NULL UNIQUE,
  link       TEXT   NOT NULL UNIQUE,
  link_until BIGINT NOT NULL,
  code       TEXT   NOT NULL,
  code_until BIGINT NOT NULL,
  code_tries BIGINT NOT NULL DEFAULT 0,
  undo       TEXT   NOT NULL DEFAULT '',
  undo_until BIGINT NOT NULL DEFAULT 0,
  state      TEXT   NOT NULL,
  created    BIGINT NOT NULL
);
CREATE INDEX mail_changes_account ON mail_changes (account, state);
CREATE INDEX mail_changes_undo ON mail_changes (undo);
CREATE INDEX mail_changes_created ON mail_changes (created);

-- When an account that its person closes is closed for good; 0 while it stands.
ALTER TABLE accounts ADD COLUMN closing BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN closed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX accounts_closing ON accounts (closing) WHERE closing > 0;

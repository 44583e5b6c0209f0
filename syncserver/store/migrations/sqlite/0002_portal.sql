-- +goose Up
-- Instants are microseconds UTC, days and ids text, yes and no 1 and 0, so
-- that one SQL text serves both engines.

-- What the town says of itself: sites, activities, calendar, tariffs,
-- procedures, each as the JSON its feed carries.
CREATE TABLE facts (
  collection TEXT NOT NULL,
  id         TEXT NOT NULL,
  body       TEXT NOT NULL,
  PRIMARY KEY (collection, id)
);

CREATE TABLE accounts (
  id         TEXT   NOT NULL PRIMARY KEY,
  kind       TEXT   NOT NULL,
  login      TEXT   NOT NULL UNIQUE,
  password   TEXT   NOT NULL,
  totp       TEXT   NOT NULL DEFAULT '',
  totp_step  BIGINT NOT NULL DEFAULT 0,
  recovery   TEXT   NOT NULL DEFAULT '[]',
  mail_key   TEXT   NOT NULL,
  first_name TEXT   NOT NULL,
  last_name  TEXT   NOT NULL,
  language   TEXT   NOT NULL DEFAULT 'fr',
  profile    TEXT   NOT NULL,
  payer      TEXT   NOT NULL DEFAULT '',
  desks      TEXT   NOT NULL DEFAULT '[]',
  sites      TEXT   NOT NULL DEFAULT '[]',
  created    BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_mail ON accounts (kind, mail_key);

CREATE TABLE registrations (
  id                 TEXT   NOT NULL PRIMARY KEY,
  mail_key           TEXT   NOT NULL,
  known              BIGINT NOT NULL,
  profile            TEXT   NOT NULL,
  language           TEXT   NOT NULL,
  handle             TEXT   NOT NULL UNIQUE,
  link               TEXT   NOT NULL UNIQUE,
  link_until         BIGINT NOT NULL,
  code               TEXT   NOT NULL,
  code_until         BIGINT NOT NULL,
  code_tries         BIGINT NOT NULL DEFAULT 0,
  mails              BIGINT NOT NULL DEFAULT 1,
  activation         TEXT   NOT NULL DEFAULT '',
  activation_until   BIGINT NOT NULL DEFAULT 0,
  login_tries        BIGINT NOT NULL DEFAULT 0,
  window_code        TEXT   NOT NULL DEFAULT '',
  window_until       BIGINT NOT NULL DEFAULT 0,
  window_tries       BIGINT NOT NULL DEFAULT 0,
  account            TEXT   NOT NULL DEFAULT '',
  created            BIGINT NOT NULL
);
CREATE INDEX registrations_mail ON registrations (mail_key, created);
CREATE INDEX registrations_activation ON registrations (activation);

CREATE TABLE devices (
  account TEXT   NOT NULL,
  device  TEXT   NOT NULL,
  name    TEXT   NOT NULL,
  share   TEXT   NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (account, device)
);

CREATE TABLE sessions (
  id      TEXT   NOT NULL PRIMARY KEY,
  account TEXT   NOT NULL,
  device  TEXT   NOT NULL,
  kind    TEXT   NOT NULL,
  token   TEXT   NOT NULL UNIQUE,
  revoker TEXT   NOT NULL UNIQUE,
  created BIGINT NOT NULL,
  seen    BIGINT NOT NULL,
  ended   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX sessions_account ON sessions (account);

CREATE TABLE throttles (
  subject  TEXT   NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  until    BIGINT NOT NULL,
  seen     BIGINT NOT NULL
);

CREATE TABLE children (
  id         TEXT   NOT NULL PRIMARY KEY,
  first_name TEXT   NOT NULL,
  last_name  TEXT   NOT NULL,
  birth_date TEXT   NOT NULL,
  site       TEXT   NOT NULL,
  class      TEXT   NOT NULL,
  diet       TEXT   NOT NULL,
  care_plan  BIGINT NOT NULL,
  allergies  TEXT   NOT NULL,
  record     TEXT   NOT NULL
);

CREATE TABLE child_links (
  child   TEXT   NOT NULL,
  account TEXT   NOT NULL,
  custody TEXT   NOT NULL,
  since   BIGINT NOT NULL,
  PRIMARY KEY (child, account)
);
CREATE INDEX child_links_account ON child_links (account);

CREATE TABLE requests (
  id        TEXT   NOT NULL PRIMARY KEY,
  reference TEXT   NOT NULL UNIQUE,
  account   TEXT   NOT NULL,
  procedure_id TEXT NOT NULL,
  version   BIGINT NOT NULL,
  desk      TEXT   NOT NULL,
  state     TEXT   NOT NULL,
  child     TEXT   NOT NULL,
  person    TEXT   NOT NULL,
  submitted BIGINT NOT NULL,
  answers   TEXT   NOT NULL,
  agent     TEXT   NOT NULL DEFAULT '',
  decided   BIGINT NOT NULL DEFAULT 0,
  reason    TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX requests_account ON requests (account);

CREATE TABLE request_events (
  request TEXT   NOT NULL,
  n       BIGINT NOT NULL,
  at      BIGINT NOT NULL,
  kind    TEXT   NOT NULL,
  actor   TEXT   NOT NULL,
  note    TEXT   NOT NULL,
  PRIMARY KEY (request, n)
);

CREATE TABLE enrolments (
  id       TEXT NOT NULL PRIMARY KEY,
  child    TEXT NOT NULL,
  activity TEXT NOT NULL,
  site     TEXT NOT NULL,
  year     TEXT NOT NULL,
  day_from TEXT NOT NULL,
  day_to   TEXT NOT NULL
);
CREATE UNIQUE INDEX enrolments_child ON enrolments (child, activity, year);

CREATE TABLE bookings (
  id        TEXT   NOT NULL PRIMARY KEY,
  child     TEXT   NOT NULL,
  activity  TEXT   NOT NULL,
  site      TEXT   NOT NULL,
  day       TEXT   NOT NULL,
  payer     TEXT   NOT NULL,
  price     BIGINT NOT NULL,
  debit     TEXT   NOT NULL,
  state     TEXT   NOT NULL,
  made      BIGINT NOT NULL,
  cancelled BIGINT NOT NULL DEFAULT 0,
  credit    TEXT   NOT NULL DEFAULT '',
  actor     TEXT   NOT NULL
);
CREATE UNIQUE INDEX bookings_live ON bookings (child, activity, day) WHERE state = 'live';

-- How many are booked at an activity, site and day: kept beside the bookings,
-- so that the next booking costs the same however many there are.
CREATE TABLE day_counts (
  activity TEXT   NOT NULL,
  site     TEXT   NOT NULL,
  day      TEXT   NOT NULL,
  live     BIGINT NOT NULL,
  PRIMARY KEY (activity, site, day)
);
CREATE TABLE capacities (
  activity TEXT   NOT NULL,
  site     TEXT   NOT NULL,
  places   BIGINT NOT NULL,
  PRIMARY KEY (activity, site)
);

CREATE TABLE ledger_transactions (
  id    TEXT   NOT NULL PRIMARY KEY,
  at    BIGINT NOT NULL,
  kind  TEXT   NOT NULL,
  about TEXT   NOT NULL,
  actor TEXT   NOT NULL
);
CREATE TABLE ledger_entries (
  tx      TEXT   NOT NULL,
  n       BIGINT NOT NULL,
  account TEXT   NOT NULL,
  amount  BIGINT NOT NULL,
  PRIMARY KEY (tx, n)
);
CREATE INDEX ledger_entries_account ON ledger_entries (account);
CREATE TABLE balances (
  account TEXT   NOT NULL PRIMARY KEY,
  amount  BIGINT NOT NULL
);

CREATE TABLE file_grants (
  agent   TEXT   NOT NULL,
  desk    TEXT   NOT NULL,
  account TEXT   NOT NULL,
  until   BIGINT NOT NULL,
  PRIMARY KEY (agent, desk, account)
);
CREATE INDEX file_grants_account ON file_grants (account);

CREATE TABLE counters (
  name  TEXT   NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);

CREATE TABLE mails (
  id       TEXT   NOT NULL PRIMARY KEY,
  address  TEXT   NOT NULL,
  template TEXT   NOT NULL,
  language TEXT   NOT NULL,
  data     TEXT   NOT NULL,
  state    TEXT   NOT NULL,
  tries    BIGINT NOT NULL DEFAULT 0,
  next_at  BIGINT NOT NULL,
  error    TEXT   NOT NULL DEFAULT '',
  created  BIGINT NOT NULL
);
CREATE INDEX mails_due ON mails (state, next_at);

CREATE TABLE audit (
  n       BIGINT NOT NULL PRIMARY KEY,
  at      BIGINT NOT NULL,
  actor   TEXT   NOT NULL,
  action  TEXT   NOT NULL,
  subject TEXT   NOT NULL,
  hash    TEXT   NOT NULL
);

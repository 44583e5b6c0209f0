-- +goose Up
-- The seeds of draws. The opening itself is a fact and tells the seed's hash; the
-- seed stays here, where no feed reads, until the draw is done.
CREATE TABLE opening_seeds (
  opening TEXT NOT NULL PRIMARY KEY,
  seed    TEXT NOT NULL
);

-- Days that a family prepares before they open: wire.PreparedGroup, as JSON. One
-- that is gone keeps its row for a while, so that another computer cannot bring
-- it back.
CREATE TABLE prepared_groups (
  id      TEXT   NOT NULL PRIMARY KEY,
  account TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  dropped BIGINT NOT NULL DEFAULT 0,
  body    TEXT   NOT NULL
);
CREATE INDEX prepared_groups_account ON prepared_groups (account);

-- Days asked for in an opening whose places are drawn, one row an account and
-- child. number is '' until the draw has begun with it, and turn 0 until its
-- turn has come.
CREATE TABLE opening_asks (
  id       TEXT   NOT NULL PRIMARY KEY,
  opening  TEXT   NOT NULL,
  account  TEXT   NOT NULL,
  child    TEXT   NOT NULL,
  lots     TEXT   NOT NULL,
  at       BIGINT NOT NULL,
  points   BIGINT NOT NULL DEFAULT 0,
  met      TEXT   NOT NULL DEFAULT '[]',
  number   TEXT   NOT NULL DEFAULT '',
  turn     BIGINT NOT NULL DEFAULT 0,
  results  TEXT   NOT NULL DEFAULT '[]'
);
CREATE INDEX opening_asks_turn ON opening_asks (opening, turn, points DESC, number);
CREATE INDEX opening_asks_account ON opening_asks (account);
CREATE INDEX opening_asks_child ON opening_asks (child);

-- Children whom an agent lets come first in draws, and why: for agents alone.
CREATE TABLE child_priorities (
  child  TEXT   NOT NULL PRIMARY KEY,
  agent  TEXT   NOT NULL,
  reason TEXT   NOT NULL,
  at     BIGINT NOT NULL
);

-- The request under review by which a child may book, and by which a day is
-- booked: it counts for places and is not paid until the request is decided.
ALTER TABLE enrolments ADD COLUMN provisional TEXT NOT NULL DEFAULT '';
ALTER TABLE bookings ADD COLUMN provisional TEXT NOT NULL DEFAULT '';
CREATE INDEX enrolments_provisional ON enrolments (provisional) WHERE provisional <> '';
CREATE INDEX bookings_provisional ON bookings (payer) WHERE provisional <> '' AND state = 'live';
CREATE INDEX bookings_provisional_parted ON bookings (id) WHERE provisional <> '' AND shares <> '' AND state = 'live';

-- +goose Up
-- What closures by the town have cancelled. restored is the booking that was made
-- instead once the closure was taken back, and kept why none was.
CREATE TABLE closure_bookings (
  booking  TEXT NOT NULL PRIMARY KEY,
  closure  TEXT NOT NULL,
  restored TEXT NOT NULL DEFAULT '',
  kept     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX closure_bookings_closure ON closure_bookings (closure, restored, kept);
CREATE INDEX closure_bookings_restored ON closure_bookings (restored) WHERE restored <> '';

-- Whom a closure was told, once each whatever it cancels of theirs.
CREATE TABLE closure_told (
  closure TEXT NOT NULL,
  account TEXT NOT NULL,
  what    TEXT NOT NULL,
  PRIMARY KEY (closure, account, what)
);

-- What is booked on the days that are closed.
CREATE INDEX bookings_day ON bookings (day) WHERE state = 'live';

-- What families have told of children who do not come. until is by when a proof is
-- to come; grace what the town forgave when it was told; listed while its days
-- stand in the lists of the sites; gone once it is told to nobody. person and class
-- are the child's as those lists name it.
CREATE TABLE absences (
  id      TEXT   NOT NULL PRIMARY KEY,
  account TEXT   NOT NULL,
  child   TEXT   NOT NULL,
  desk    TEXT   NOT NULL,
  illness BIGINT NOT NULL,
  told    BIGINT NOT NULL,
  until   TEXT   NOT NULL DEFAULT '',
  grace   BIGINT NOT NULL,
  state   TEXT   NOT NULL,
  judged  BIGINT NOT NULL DEFAULT 0,
  agent   TEXT   NOT NULL DEFAULT '',
  reason  TEXT   NOT NULL DEFAULT '',
  listed  BIGINT NOT NULL,
  gone    BIGINT NOT NULL DEFAULT 0,
  person  TEXT   NOT NULL,
  class   TEXT   NOT NULL
);
CREATE INDEX absences_account ON absences (account, child);
CREATE INDEX absences_told ON absences (told) WHERE gone = 0;
CREATE INDEX absences_listed ON absences (id) WHERE listed = 1;

-- The bookings of each; one is told once.
CREATE TABLE absence_days (
  booking  TEXT   NOT NULL PRIMARY KEY,
  absence  TEXT   NOT NULL,
  child    TEXT   NOT NULL,
  activity TEXT   NOT NULL,
  site     TEXT   NOT NULL,
  day      TEXT   NOT NULL,
  cost     TEXT   NOT NULL,
  credited BIGINT NOT NULL
);
CREATE INDEX absence_days_absence ON absence_days (absence);
CREATE INDEX absence_days_place ON absence_days (activity, site, day);
CREATE INDEX absence_days_forgiven ON absence_days (child) WHERE cost = 'grace';

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

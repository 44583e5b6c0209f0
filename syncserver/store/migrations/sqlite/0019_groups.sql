-- +goose Up
-- What became of days that were booked and cancelled together, as its sender
-- reads it: wire.BookingGroup without what stands in the columns.
CREATE TABLE booking_groups (
  id      TEXT   NOT NULL PRIMARY KEY,
  account TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  body    TEXT   NOT NULL
);
CREATE INDEX booking_groups_account ON booking_groups (account);
CREATE INDEX booking_groups_at ON booking_groups (at);

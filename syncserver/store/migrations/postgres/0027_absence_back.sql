-- +goose Up
-- What was taken back of absences, which then stands in absence_days no more; again
-- is the booking that was made instead of one that the absence had cancelled.
CREATE TABLE absence_back (
  absence  TEXT   NOT NULL,
  booking  TEXT   NOT NULL,
  child    TEXT   NOT NULL,
  activity TEXT   NOT NULL,
  site     TEXT   NOT NULL,
  day      TEXT   NOT NULL,
  cost     TEXT   NOT NULL,
  again    TEXT   NOT NULL DEFAULT '',
  at       BIGINT NOT NULL,
  PRIMARY KEY (absence, booking)
);
CREATE INDEX absence_back_booking ON absence_back (booking);
CREATE INDEX absence_back_again ON absence_back (again) WHERE again <> '';

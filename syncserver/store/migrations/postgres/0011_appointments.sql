-- +goose Up
-- Appointments at the town hall. remind_at is when the reminder is due, 0 for
-- never or already; listed is 0 once the day's list no longer shows it.
CREATE TABLE appointments (
  id        TEXT   NOT NULL PRIMARY KEY,
  request   TEXT   NOT NULL,
  account   TEXT   NOT NULL,
  service   TEXT   NOT NULL,
  start_at  BIGINT NOT NULL,
  end_at    BIGINT NOT NULL,
  counter   BIGINT NOT NULL,
  people    BIGINT NOT NULL,
  state     TEXT   NOT NULL,
  sequence  BIGINT NOT NULL DEFAULT 0,
  made      BIGINT NOT NULL,
  changed   BIGINT NOT NULL,
  actor     TEXT   NOT NULL,
  staff     BIGINT NOT NULL DEFAULT 0,
  reason    TEXT   NOT NULL DEFAULT '',
  remind_at BIGINT NOT NULL DEFAULT 0,
  listed    BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX appointments_request ON appointments (request) WHERE state = 'booked';
CREATE INDEX appointments_of_request ON appointments (request);
CREATE INDEX appointments_account ON appointments (account);
CREATE INDEX appointments_service ON appointments (service, start_at);
CREATE INDEX appointments_end ON appointments (end_at);
CREATE INDEX appointments_remind ON appointments (remind_at) WHERE remind_at > 0;

-- What is held of a counter, five minutes a row: never two at a time.
CREATE TABLE appointment_cells (
  service     TEXT   NOT NULL,
  counter     BIGINT NOT NULL,
  cell        BIGINT NOT NULL,
  day         TEXT   NOT NULL,
  appointment TEXT   NOT NULL,
  PRIMARY KEY (service, counter, cell)
);
CREATE INDEX appointment_cells_day ON appointment_cells (service, day);
CREATE INDEX appointment_cells_cell ON appointment_cells (cell);
CREATE INDEX appointment_cells_appointment ON appointment_cells (appointment);

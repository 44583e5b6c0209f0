-- +goose Up
-- What was brought to a cash desk by another way than on line, as its cashier
-- entered it: beside the ledger transaction, which says whose and how much.
CREATE TABLE brought (
  tx        TEXT NOT NULL PRIMARY KEY,
  cash_desk TEXT NOT NULL,
  form      TEXT NOT NULL,
  reference TEXT NOT NULL,
  received  TEXT NOT NULL
);

-- What was brought is taken back once.
CREATE UNIQUE INDEX ledger_undone ON ledger_transactions (about) WHERE kind = 'correction' AND about <> '';

-- Who pays for what is booked of a child from a day on, as the town hall has
-- written it: ledger.Shares as JSON, [] for whoever would without it.
CREATE TABLE child_payers (
  child    TEXT   NOT NULL,
  day_from TEXT   NOT NULL,
  shares   TEXT   NOT NULL,
  reason   TEXT   NOT NULL,
  set_at   BIGINT NOT NULL,
  set_by   TEXT   NOT NULL,
  PRIMARY KEY (child, day_from)
);

-- How the price of a booking was parted when it was made, ledger.Shares with all
-- of its payers named; '' where one pays alone.
ALTER TABLE bookings ADD COLUMN shares TEXT NOT NULL DEFAULT '';

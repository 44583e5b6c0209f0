-- +goose Up
-- Payments by which accounts are topped up, from before PayFiP is asked for a
-- page. operation is PayFiP's name of one and page where it is paid, both ''
-- until there is one; answer is what PayFiP last said of it, next_at when it is
-- asked again, 0 for never; credit is the ledger transaction of a paid one.
CREATE TABLE payments (
  id         TEXT   NOT NULL PRIMARY KEY,
  account    TEXT   NOT NULL,
  cash_desk  TEXT   NOT NULL,
  amount     BIGINT NOT NULL,
  state      TEXT   NOT NULL,
  reference  TEXT   NOT NULL UNIQUE,
  client     TEXT   NOT NULL,
  operation  TEXT   NOT NULL DEFAULT '',
  page       TEXT   NOT NULL DEFAULT '',
  started    BIGINT NOT NULL,
  opened     BIGINT NOT NULL DEFAULT 0,
  settled    BIGINT NOT NULL DEFAULT 0,
  answer     TEXT   NOT NULL DEFAULT '',
  number     TEXT   NOT NULL DEFAULT '',
  asked      BIGINT NOT NULL DEFAULT 0,
  next_at    BIGINT NOT NULL DEFAULT 0,
  credit     TEXT   NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX payments_operation ON payments (operation) WHERE operation <> '';
CREATE INDEX payments_account ON payments (account, started);
CREATE INDEX payments_due ON payments (next_at) WHERE next_at > 0;

-- Whatever else fails, nothing is credited twice.
CREATE UNIQUE INDEX ledger_topups ON ledger_transactions (about) WHERE kind = 'topup';

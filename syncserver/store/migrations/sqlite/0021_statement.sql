-- +goose Up
-- Why money moved, where more is to be told than its kind: a correction has a
-- reason that its payer reads.
ALTER TABLE ledger_transactions ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- Below which balance a payer wants to be told, and whether it is there: they
-- are told once until it has risen again.
CREATE TABLE balance_levels (
  account   TEXT   NOT NULL,
  cash_desk TEXT   NOT NULL,
  level     BIGINT NOT NULL,
  low       BIGINT NOT NULL,
  PRIMARY KEY (account, cash_desk)
);

-- What was received, numbered without gaps for each cash desk and year. A restore
-- begins a new epoch and with it a new series: numbers of before may have been
-- given out that are not known any more.
CREATE TABLE receipts (
  cash_desk TEXT   NOT NULL,
  year      BIGINT NOT NULL,
  series    BIGINT NOT NULL,
  n         BIGINT NOT NULL,
  epoch     TEXT   NOT NULL,
  tx        TEXT   NOT NULL UNIQUE,
  PRIMARY KEY (cash_desk, year, series, n)
);

-- What moved before this stands in the payers' feeds as rows of an older
-- projection, with numbers that no reader asks for: the job that brings the
-- feeds up to date finds them and gives them their bodies and true numbers.
INSERT INTO feed_rows (feed, collection, entity, source, seq, body, deleted, projection, changed_at)
SELECT 'account:' || SUBSTR(e.account, LENGTH(e.account) - 35), 'movement', e.tx || '/' || SUBSTR(e.account, 9, LENGTH(e.account) - 45), 'transaction:' || e.tx,
  -ROW_NUMBER() OVER (ORDER BY t.at, e.tx, e.n), '{}', 0, 0, t.at
FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.tx
WHERE e.account LIKE 'prepaid:%:____________________________________' AND e.amount <> 0 AND NOT EXISTS (
  SELECT 1 FROM ledger_entries o WHERE o.tx = e.tx AND o.account = e.account AND o.n < e.n);

-- +goose Up
-- Family quotients, from the day they are told or asked for. identity is by
-- whom the family fund finds a person, as JSON, '' once the fund has answered;
-- consent names the text that the person agreed to, and when.
CREATE TABLE quotients (
  id         TEXT   NOT NULL PRIMARY KEY,
  account    TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  source     TEXT   NOT NULL,
  amount     BIGINT NOT NULL DEFAULT 0,
  month      TEXT   NOT NULL DEFAULT '',
  provider   TEXT   NOT NULL DEFAULT '',
  day_from   TEXT   NOT NULL DEFAULT '',
  day_until  TEXT   NOT NULL DEFAULT '',
  document   TEXT   NOT NULL DEFAULT '',
  made       BIGINT NOT NULL,
  consent    TEXT   NOT NULL DEFAULT '',
  consent_at BIGINT NOT NULL DEFAULT 0,
  identity   TEXT   NOT NULL DEFAULT '',
  tries      BIGINT NOT NULL DEFAULT 0,
  next_at    BIGINT NOT NULL DEFAULT 0,
  outcome    TEXT   NOT NULL DEFAULT '',
  reason     TEXT   NOT NULL DEFAULT '',
  agent      TEXT   NOT NULL DEFAULT '',
  decided    BIGINT NOT NULL DEFAULT 0,
  reminded   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX quotients_account ON quotients (account);
CREATE INDEX quotients_document ON quotients (document) WHERE document <> '';
CREATE INDEX quotients_asked ON quotients (next_at) WHERE state = 'asked';
CREATE INDEX quotients_ending ON quotients (day_until) WHERE state = 'accepted' AND reminded = 0;

-- Those that stood with their account.
INSERT INTO quotients (id, account, state, source, amount, day_from, made)
  SELECT a.id || ':' || q.key, a.id, 'accepted', 'desk', json_extract(q.value, '$.value'), json_extract(q.value, '$.from'), a.created
  FROM accounts a, json_each(CASE WHEN a.payer = '' THEN '{}' ELSE a.payer END, '$.quotients') q WHERE q.type = 'object';
UPDATE accounts SET payer = json_remove(payer, '$.quotients') WHERE payer <> '';

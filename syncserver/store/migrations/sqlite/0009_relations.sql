-- +goose Up
-- What a child record tells besides: who may collect the child as a JSON list,
-- and who wrote its health and that list when.
ALTER TABLE children ADD COLUMN care_actions TEXT NOT NULL DEFAULT '';
ALTER TABLE children ADD COLUMN meal_from_home BIGINT NOT NULL DEFAULT 0;
ALTER TABLE children ADD COLUMN health_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE children ADD COLUMN health_by TEXT NOT NULL DEFAULT '';
ALTER TABLE children ADD COLUMN collectors TEXT NOT NULL DEFAULT '[]';
ALTER TABLE children ADD COLUMN collect_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE children ADD COLUMN collect_by TEXT NOT NULL DEFAULT '';

-- What the town hall has seen that proves a tie; '' for one that a record made.
ALTER TABLE child_links ADD COLUMN evidence TEXT NOT NULL DEFAULT '';
ALTER TABLE child_links ADD COLUMN evidence_day TEXT NOT NULL DEFAULT '';

-- Alternate weeks: the one that begins on the day anchor is first's, the next
-- second's.
CREATE TABLE child_weeks (
  child   TEXT   NOT NULL PRIMARY KEY,
  anchor  TEXT   NOT NULL,
  first   TEXT   NOT NULL,
  second  TEXT   NOT NULL,
  set_at  BIGINT NOT NULL,
  set_by  TEXT   NOT NULL
);

-- Those that one parent has proposed and the other not answered.
CREATE TABLE child_weeks_proposals (
  child   TEXT   NOT NULL PRIMARY KEY,
  id      TEXT   NOT NULL,
  anchor  TEXT   NOT NULL,
  first   TEXT   NOT NULL,
  second  TEXT   NOT NULL,
  made_at BIGINT NOT NULL,
  made_by TEXT   NOT NULL
);

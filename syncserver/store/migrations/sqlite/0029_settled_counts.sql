-- +goose Up
-- Whether it is certain how many are awaited on a day: its limits have passed, and all
-- that was received before them is counted. A job writes it, not the clock.
ALTER TABLE day_counts ADD COLUMN final BIGINT NOT NULL DEFAULT 0;
CREATE INDEX day_counts_final ON day_counts (activity, final, day);

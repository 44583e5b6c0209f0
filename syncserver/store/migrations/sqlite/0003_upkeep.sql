-- +goose Up
-- What is forgotten or looked for a little at a time is found without reading
-- the whole table.
CREATE INDEX feed_rows_gone ON feed_rows (changed_at, seq) WHERE deleted = 1;
CREATE INDEX registrations_created ON registrations (created);
CREATE INDEX sessions_seen ON sessions (seen);
CREATE INDEX throttles_seen ON throttles (seen);
CREATE INDEX mails_created ON mails (created);

-- +goose Up
-- A file that goes with a message is a document of that message: nobody asks
-- for it and nobody judges it, but it is sent, looked at, kept and read as one.
ALTER TABLE documents ADD COLUMN message TEXT NOT NULL DEFAULT '';
CREATE INDEX documents_message ON documents (message) WHERE message <> '';

-- Which reminders of a document's end were decided on, whoever was told: each
-- once, also after a restart.
CREATE TABLE document_reminders (
  document TEXT   NOT NULL,
  days     BIGINT NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (document, days)
);
CREATE INDEX documents_until ON documents (day_until) WHERE status = 'valid' AND day_until <> '';

-- +goose Up
-- The private address at which an account's booked days can be subscribed to. Of
-- its secret only the SHA-256 is kept: whoever reads the database reads no
-- family's days by it.
CREATE TABLE calendar_addresses (
  account TEXT   NOT NULL PRIMARY KEY,
  secret  TEXT   NOT NULL UNIQUE,
  made    BIGINT NOT NULL
);

-- +goose Up
-- An appointment that has gone by and that nobody has marked stays booked, and
-- keeps nobody from another: which one a request awaits depends on the clock,
-- and no index knows that. The one writer sees to it; doctor looks for two.
DROP INDEX appointments_request;

-- +goose Up
-- A search over the town goes from the newest request back, page by page.
CREATE INDEX requests_newest ON requests (submitted, id) WHERE person <> '';

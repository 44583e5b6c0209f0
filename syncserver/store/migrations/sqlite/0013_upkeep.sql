-- +goose Up
-- What is looked for each minute, or for one person among a town, is found
-- without reading the whole table.
CREATE INDEX accounts_closed ON accounts (closed) WHERE closed > 0;
CREATE INDEX appointments_listed ON appointments (end_at) WHERE listed = 1;
CREATE INDEX bookings_payer ON bookings (payer);
CREATE INDEX documents_child ON documents (child) WHERE child <> '';
CREATE INDEX requests_child ON requests (child) WHERE child <> '';

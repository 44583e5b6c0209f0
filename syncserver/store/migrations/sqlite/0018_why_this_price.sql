-- +goose Up
-- What fixed the price of a booking when it was made (ledger.Price, as JSON): a
-- family may ask long after tariff, quotient or rank have changed. Empty for
-- what was booked before this was kept.
ALTER TABLE bookings ADD COLUMN why TEXT NOT NULL DEFAULT '';

-- +goose Up
-- What names somebody besides what is theirs is found when they are forgotten:
-- days that another booked for a payer, and who wrote of a child.
CREATE INDEX bookings_actor ON bookings (actor) WHERE actor <> payer;
CREATE INDEX children_health_by ON children (health_by) WHERE health_by <> '';
CREATE INDEX children_collect_by ON children (collect_by) WHERE collect_by <> '';

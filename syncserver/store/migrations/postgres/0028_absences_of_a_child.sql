-- +goose Up
-- What was told of a child's absences is told to the parents who pay too, and is found
-- by the child.
CREATE INDEX absences_child ON absences (child) WHERE gone = 0;

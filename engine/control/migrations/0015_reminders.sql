-- Which reminder of a task has been given: the moment it was set for, so that a reminder set anew is given again. Portable between SQLite
-- and PostgreSQL: times are BIGINT microseconds since the epoch.

ALTER TABLE tasks ADD COLUMN reminded_for BIGINT;

-- Those to come: the ones that were given are not in it.
CREATE INDEX tasks_remind ON tasks (remind_at)
    WHERE status = 'open' AND remind_at IS NOT NULL AND (reminded_for IS NULL OR reminded_for <> remind_at);

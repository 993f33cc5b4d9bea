-- Files that are made in the background. Portable between SQLite and PostgreSQL: times are BIGINT microseconds since the epoch.
-- Whoever is erased from a workspace may stand in any of its files: an erasure deletes all of these rows, and what has no row is
-- no file for long.

CREATE TABLE exports (
    -- 32 hex digits; also the file's name.
    id          TEXT    NOT NULL PRIMARY KEY,
    tenant      TEXT    NOT NULL,
    -- Whose it is.
    user_id     TEXT    NOT NULL,
    -- customers, report, sql or workspace.
    kind        TEXT    NOT NULL,
    -- JSON: what is asked.
    spec        TEXT    NOT NULL,
    format      TEXT    NOT NULL,
    csv_guard   BOOLEAN NOT NULL,
    -- queued, running, done, failed or cancelled.
    status      TEXT    NOT NULL,
    row_count   BIGINT,
    byte_count  BIGINT,
    -- Why it failed, for a person.
    error       TEXT,
    job_id      TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL,
    finished_at BIGINT,
    -- When it goes.
    expires_at  BIGINT
);

CREATE INDEX exports_list ON exports (tenant, user_id, id);
CREATE INDEX exports_user ON exports (user_id);
CREATE INDEX exports_expiry ON exports (expires_at);

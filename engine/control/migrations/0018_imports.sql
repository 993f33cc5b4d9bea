-- Files that are imported, and sample data. Portable between SQLite and PostgreSQL: times are BIGINT microseconds since the epoch.
-- The file, what it was taken for with its examples, and what is wrong with its rows stand in a folder of the data directory, which a
-- row has until `expires_at` is over: an erasure sets that to its moment for every row of the workspace. What was made is marked in the
-- lake by the row's id, so that an undo needs nothing of the folder.

CREATE TABLE imports (
    -- 32 hex digits; also the folder's name, and what marks the records.
    id           TEXT    NOT NULL PRIMARY KEY,
    tenant       TEXT    NOT NULL,
    -- Who sent it; none: an app, or somebody who is gone.
    user_id      TEXT,
    -- file or sample.
    kind         TEXT    NOT NULL,
    file_name    TEXT    NOT NULL,
    byte_count   BIGINT  NOT NULL,
    -- uploading, uploaded, looking, looked_at, running, done, failed, undoing or undone.
    status       TEXT    NOT NULL,
    -- JSON: what a person said of how it is to be read. Each change counts the revision up, so that a look at an earlier one is void.
    options      TEXT    NOT NULL,
    revision     BIGINT  NOT NULL,
    -- customers, purchases or interactions; none while that is not known.
    records      TEXT,
    taken_for    TEXT,
    -- Records that it would make, as the last look counted them.
    expected     BIGINT,
    -- How far the run has come: bodies that need not be sent again, what they amount to (JSON), and the length of the file of errors.
    batches      BIGINT  NOT NULL,
    totals       TEXT,
    errors_bytes BIGINT  NOT NULL,
    error        TEXT,
    job_id       TEXT,
    created_at   BIGINT  NOT NULL,
    -- When the run began; none: nothing was stored.
    started_at   BIGINT,
    finished_at  BIGINT,
    -- When its folder goes; none: it has none.
    expires_at   BIGINT
);

CREATE INDEX imports_list ON imports (tenant, id);
CREATE INDEX imports_user ON imports (user_id);
CREATE INDEX imports_expiry ON imports (expires_at);

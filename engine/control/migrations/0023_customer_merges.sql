-- Customers who were merged into others: under which ids a person is known, and what a merge that is undone gives back. Portable between
-- SQLite and PostgreSQL; times are microseconds since the epoch.
CREATE TABLE customer_merges (
    tenant     TEXT   NOT NULL,
    -- Who was merged: an alias of `into_id` from then on.
    from_id    TEXT   NOT NULL,
    into_id    TEXT   NOT NULL,
    -- Names the merge's jobs, 32 hex digits.
    id         TEXT   NOT NULL,
    -- `merging`, `merged`, or `undoing`. A merge that is undone has no row.
    state      TEXT   NOT NULL,
    merged_at  BIGINT NOT NULL,
    -- Until when it can be undone.
    undo_until BIGINT NOT NULL,
    -- The account of whoever merged them; null: it is gone.
    merged_by  TEXT,
    -- JSON: both customers as they were, for as long as it can be undone.
    kept       TEXT,
    -- JSON: ids of the tasks that were about the merged customer, for as long as it can be undone.
    task_ids   TEXT,
    PRIMARY KEY (tenant, from_id)
);

CREATE INDEX customer_merges_into ON customer_merges (tenant, into_id);

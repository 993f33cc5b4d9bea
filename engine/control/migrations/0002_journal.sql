-- The journal: what has been acknowledged and is not in a lake yet. A row is one table's share of one group commit.
-- AUTOINCREMENT, so that a number is never given twice even when the journal has been emptied: a lake remembers the
-- last number it holds, and a smaller one would be taken for already stored.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    table_name TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    -- xxh3-64 of the payload: damage is found and named, never absorbed.
    checksum BIGINT NOT NULL,
    -- Arrow IPC stream of the accepted batch.
    payload BLOB NOT NULL
);
CREATE INDEX journal_tenant ON journal (tenant, seq);

-- Which journal this is: a lake remembers the last number of each journal that was flushed into it, so that a folder
-- moved between installations, or a tenant taken over by another node, never takes one journal's numbers for another's.
CREATE TABLE journal_identity (
    id TEXT PRIMARY KEY
);

-- Erasures of people. The customer's id stands here only while the work is under way, so that a crash does not forget it;
-- what stays is a record that something was erased, without saying whom.
CREATE TABLE erasures (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    customer_id TEXT,
    keep_totals BOOLEAN NOT NULL,
    purchases BIGINT NOT NULL,
    interactions BIGINT NOT NULL,
    -- Microseconds since the epoch.
    requested_at BIGINT NOT NULL,
    complete_by BIGINT NOT NULL,
    -- When the rows were gone from every live file; what is left are superseded files that wait for their deletion.
    rewritten_at BIGINT,
    completed_at BIGINT
);
CREATE INDEX erasures_open ON erasures (tenant, completed_at);

-- Work that must be done even if the program dies in between, and events that must be told when a change is stored.
-- Portable between SQLite and PostgreSQL: times are BIGINT microseconds since the epoch.

CREATE TABLE jobs (
    -- 32 hex digits.
    id               TEXT    NOT NULL PRIMARY KEY,
    tenant           TEXT    NOT NULL,
    -- Which handler does it, for example `erasure`.
    kind             TEXT    NOT NULL,
    -- JSON: what the handler is given. It names no customer unless `customer_id` does.
    payload          TEXT    NOT NULL,
    -- The one customer whom payload, progress, result or error may name: forgetting the customer deletes the row.
    customer_id      TEXT,
    -- The account that asked for it; null: the server itself.
    user_id          TEXT,
    -- Enqueueing the same key again adds no second job.
    dedupe_key       TEXT,
    -- The key holds only until the job has ended, and enqueueing it while it runs makes it run once more.
    coalesces        BOOLEAN NOT NULL,
    again            BOOLEAN NOT NULL,
    -- waiting, running, done, failed or cancelled.
    state            TEXT    NOT NULL,
    -- Not before this time.
    run_after        BIGINT  NOT NULL,
    -- Attempts begun since it last got anywhere, and how many may fail.
    attempts         BIGINT  NOT NULL,
    max_attempts     BIGINT  NOT NULL,
    -- Who runs it, and until when nobody else may. The number grows with each lease, so that a late worker of an earlier
    -- one changes nothing.
    lease_owner      TEXT,
    lease_until      BIGINT,
    lease_number     BIGINT  NOT NULL,
    cancel_requested BOOLEAN NOT NULL,
    progress_done    BIGINT  NOT NULL,
    progress_total   BIGINT,
    progress_message TEXT,
    -- JSON: what the handler answered.
    result           TEXT,
    last_error       TEXT,
    created_at       BIGINT  NOT NULL,
    -- When the last attempt began.
    started_at       BIGINT,
    finished_at      BIGINT
);

CREATE UNIQUE INDEX jobs_key ON jobs (tenant, kind, dedupe_key);
-- What is due, by tenant; which leases are over; what has been kept long enough; what a tenant is shown.
CREATE INDEX jobs_due ON jobs (state, tenant, run_after);
CREATE INDEX jobs_lease ON jobs (state, lease_until);
CREATE INDEX jobs_finished ON jobs (state, finished_at);
CREATE INDEX jobs_list ON jobs (tenant, created_at, id);
CREATE INDEX jobs_served ON jobs (tenant, started_at);
CREATE INDEX jobs_customer ON jobs (tenant, customer_id);
CREATE INDEX jobs_user ON jobs (user_id);

-- Events, written in the transaction of the change that they tell of. The number is their order.
CREATE TABLE outbox (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    -- 32 hex digits: a receiver that has seen it ignores it.
    id           TEXT   NOT NULL UNIQUE,
    tenant       TEXT   NOT NULL,
    topic        TEXT   NOT NULL,
    -- Events of one key are delivered in order, one at a time.
    ordering_key TEXT   NOT NULL,
    -- JSON. It names no customer unless `customer_id` does.
    payload      TEXT   NOT NULL,
    customer_id  TEXT,
    created_at   BIGINT NOT NULL,
    delivered_at BIGINT
);

CREATE INDEX outbox_stream ON outbox (tenant, topic, ordering_key, delivered_at, seq);
CREATE INDEX outbox_delivered ON outbox (delivered_at);
CREATE INDEX outbox_customer ON outbox (tenant, customer_id);

-- The one customer that a recommendation's text names: a decision about one customer goes with that customer.
ALTER TABLE recommendations ADD COLUMN customer_id TEXT;
UPDATE recommendations SET customer_id = (
    SELECT c.customer_id FROM recommendation_customers c
    WHERE c.tenant = recommendations.tenant AND c.id = recommendations.id AND c.round = recommendations.round
) WHERE kind = 'at_risk_key_customer';
CREATE INDEX recommendations_customer ON recommendations (tenant, customer_id);

-- Erasures that were open before there were jobs. An erasure is never given up.
INSERT INTO jobs (
    id, tenant, kind, payload, dedupe_key, coalesces, again, state, run_after, attempts, max_attempts, lease_number,
    cancel_requested, progress_done, created_at
)
SELECT id, tenant, 'erasure', '{"erasure":"' || id || '"}', id, FALSE, FALSE, 'waiting', requested_at, 0, 4294967295, 0,
    FALSE, 0, requested_at
FROM erasures WHERE completed_at IS NULL;

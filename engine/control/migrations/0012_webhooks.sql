-- Addresses that are told what happens in a workspace. Portable between SQLite and PostgreSQL: times are BIGINT microseconds since
-- the epoch.

CREATE TABLE webhooks (
    -- 32 hex digits; the ordering key of its events in the outbox.
    id               TEXT    NOT NULL PRIMARY KEY,
    tenant           TEXT    NOT NULL,
    url              TEXT    NOT NULL,
    -- Names of events with spaces between them.
    events           TEXT    NOT NULL,
    active           BOOLEAN NOT NULL,
    -- What its messages are signed with: it must be read, so that it is no hash.
    secret           TEXT    NOT NULL,
    -- Null: an account that is gone.
    created_by       TEXT,
    created_at       BIGINT  NOT NULL,
    updated_at       BIGINT  NOT NULL,
    -- The status that it answered last; null when it did not answer.
    last_status      BIGINT,
    last_delivery_at BIGINT,
    -- Failures in a row, and since when.
    failures         BIGINT  NOT NULL,
    failing_since    BIGINT,
    -- When it was given up because it failed for too long.
    paused_at        BIGINT
);

CREATE INDEX webhooks_list ON webhooks (tenant, id);
CREATE INDEX webhooks_maker ON webhooks (created_by);

-- What was tried, for whoever looks for a fault. Not what was sent.
CREATE TABLE webhook_deliveries (
    -- 32 hex digits; later ones sort after earlier ones.
    id         TEXT   NOT NULL PRIMARY KEY,
    tenant     TEXT   NOT NULL,
    webhook_id TEXT   NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    -- The message: the same at each attempt.
    event_id   TEXT   NOT NULL,
    event      TEXT   NOT NULL,
    -- From 1.
    attempt    BIGINT NOT NULL,
    -- delivered, retrying or failed.
    outcome    TEXT   NOT NULL,
    -- The status of the answer; null: there was none.
    status     BIGINT,
    -- Why it failed.
    error      TEXT,
    at         BIGINT NOT NULL,
    took_ms    BIGINT NOT NULL
);

CREATE INDEX webhook_deliveries_list ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (webhook_id, event_id);
CREATE INDEX webhook_deliveries_age ON webhook_deliveries (at);

-- What webhooks were told of trends: the same is not told twice.
CREATE TABLE told_findings (
    tenant      TEXT   NOT NULL,
    -- Kind, metric, dimension, key and first day.
    finding_key TEXT   NOT NULL,
    told_at     BIGINT NOT NULL,
    PRIMARY KEY (tenant, finding_key)
);

CREATE INDEX told_findings_age ON told_findings (told_at);

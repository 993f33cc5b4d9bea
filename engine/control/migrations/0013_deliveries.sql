-- What people are sent at set times, or when something happens. Portable between SQLite and PostgreSQL: times are BIGINT microseconds
-- since the epoch.

CREATE TABLE deliveries (
    -- 32 hex digits; later ones sort after earlier ones.
    id             TEXT    NOT NULL PRIMARY KEY,
    tenant         TEXT    NOT NULL,
    -- Whose it is: it is made as them, and as what they are then.
    user_id        TEXT    NOT NULL,
    -- digest or alert.
    kind           TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    -- telegram or email.
    channel        TEXT    NOT NULL,
    -- Where to: a chat's number (null: the account linked last) or an address.
    target         TEXT,
    -- JSON: when, of a digest; what for, of an alert.
    schedule       TEXT,
    alert          TEXT,
    cooldown_hours BIGINT  NOT NULL,
    -- JSON: hours in which no alert is sent.
    quiet_hours    TEXT,
    -- en or ru.
    locale         TEXT    NOT NULL,
    active         BOOLEAN NOT NULL,
    -- JSON: what an alert has told of already.
    memory         TEXT,
    created_at     BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL,
    last_run_at    BIGINT,
    last_sent_at   BIGINT,
    next_run_at    BIGINT
);

CREATE INDEX deliveries_list ON deliveries (tenant, user_id, id);
CREATE INDEX deliveries_user ON deliveries (user_id);
CREATE INDEX deliveries_due ON deliveries (active, next_run_at);

-- What became of each run. It names no customer.
CREATE TABLE delivery_runs (
    -- 32 hex digits; later ones sort after earlier ones.
    id          TEXT   NOT NULL PRIMARY KEY,
    tenant      TEXT   NOT NULL,
    delivery_id TEXT   NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    -- The moment that it was due for: there is one run of it.
    due         BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    -- queued, sent, skipped or failed.
    status      TEXT   NOT NULL,
    reason      TEXT,
    summary     TEXT,
    UNIQUE (delivery_id, due)
);

CREATE INDEX delivery_runs_list ON delivery_runs (delivery_id, id);
CREATE INDEX delivery_runs_age ON delivery_runs (at);

-- What waits for the bot. A row goes when the bot has said what became of it.
CREATE TABLE telegram_outbox (
    -- 32 hex digits: that of the run.
    id            TEXT   NOT NULL PRIMARY KEY,
    tenant        TEXT   NOT NULL,
    delivery_id   TEXT   NOT NULL,
    user_id       TEXT   NOT NULL,
    chat_id       TEXT   NOT NULL,
    locale        TEXT   NOT NULL,
    title         TEXT   NOT NULL,
    body          TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    -- Not before: taken by the bot until then, or put off by it.
    not_before    BIGINT NOT NULL,
    attempts      BIGINT NOT NULL
);

CREATE INDEX telegram_outbox_due ON telegram_outbox (not_before, id);
CREATE INDEX telegram_outbox_tenant ON telegram_outbox (tenant, user_id);
CREATE INDEX telegram_outbox_user ON telegram_outbox (user_id);

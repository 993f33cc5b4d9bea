-- Work: tasks, saved views, saved reports and dashboards of a workspace's people. Portable between SQLite and PostgreSQL but for the
-- last statement: times are BIGINT microseconds since the epoch.

CREATE TABLE tasks (
    tenant               TEXT   NOT NULL,
    -- 32 hex digits.
    id                   TEXT   NOT NULL,
    -- A dash where it named a customer who was erased.
    title                TEXT   NOT NULL,
    note                 TEXT,
    due_at               BIGINT,
    -- Accounts. Null: nobody, or one that is gone.
    assignee_id          TEXT,
    created_by           TEXT,
    -- The one customer whom it is about.
    customer_id          TEXT,
    -- The accepted recommendation that it is.
    recommendation_id    TEXT,
    recommendation_round BIGINT,
    -- open, done or cancelled.
    status               TEXT   NOT NULL,
    remind_at            BIGINT,
    created_at           BIGINT NOT NULL,
    updated_at           BIGINT NOT NULL,
    -- When it was last done.
    completed_at         BIGINT,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX tasks_list ON tasks (tenant, status, due_at);
CREATE INDEX tasks_customer ON tasks (tenant, customer_id);
-- An accepted recommendation is one task.
CREATE UNIQUE INDEX tasks_recommendation ON tasks (tenant, recommendation_id, recommendation_round);
CREATE INDEX tasks_assignee ON tasks (assignee_id);
CREATE INDEX tasks_maker ON tasks (created_by);

CREATE TABLE saved_views (
    tenant     TEXT    NOT NULL,
    -- 32 hex digits.
    id         TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    page       TEXT    NOT NULL,
    -- The search part of the page's address, and the same without escapes, where erasure looks.
    query      TEXT    NOT NULL,
    query_text TEXT    NOT NULL,
    -- JSON: names of columns. Null: those of the page.
    columns    TEXT,
    shared     BOOLEAN NOT NULL,
    -- Null: an account that is gone.
    owner_id   TEXT,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX saved_views_owner ON saved_views (owner_id);

CREATE TABLE saved_reports (
    tenant      TEXT    NOT NULL,
    -- 32 hex digits.
    id          TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    description TEXT,
    statement   TEXT    NOT NULL,
    -- JSON: a list of what the statement takes, each with a name, a type, a default and a label.
    parameters  TEXT    NOT NULL,
    -- JSON. Null: a table alone.
    chart       TEXT,
    shared      BOOLEAN NOT NULL,
    -- Null: an account that is gone.
    owner_id    TEXT,
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX saved_reports_owner ON saved_reports (owner_id);

CREATE TABLE dashboards (
    tenant     TEXT    NOT NULL,
    -- 32 hex digits.
    id         TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    -- JSON: the name of a period, or {from, to}.
    period     TEXT    NOT NULL,
    shared     BOOLEAN NOT NULL,
    -- Null: an account that is gone.
    owner_id   TEXT,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX dashboards_owner ON dashboards (owner_id);

-- A row each, so that erasure takes out the card that names a person and leaves the others.
CREATE TABLE dashboard_cards (
    tenant       TEXT   NOT NULL,
    dashboard_id TEXT   NOT NULL,
    -- From 0.
    position     BIGINT NOT NULL,
    -- JSON.
    card         TEXT   NOT NULL,
    PRIMARY KEY (tenant, dashboard_id, position),
    FOREIGN KEY (tenant, dashboard_id) REFERENCES dashboards (tenant, id) ON DELETE CASCADE
);

-- What was accepted before is a task from now on, called as the recommendation in the workspace's language.
INSERT INTO tasks (
    tenant, id, title, note, due_at, assignee_id, created_by, customer_id, recommendation_id, recommendation_round, status,
    remind_at, created_at, updated_at, completed_at
)
SELECT r.tenant, lower(hex(randomblob(16))),
    substr(replace(coalesce(json_extract(r.item, CASE w.locale WHEN 'ru' THEN '$.texts.ru.title' ELSE '$.texts.en.title' END), r.kind),
        '{customer}', coalesce(r.customer_id, '')), 1, 300),
    NULL, NULL, NULL, NULL, r.customer_id, r.id, r.round,
    CASE r.status WHEN 'accepted' THEN 'open' WHEN 'done' THEN 'done' ELSE 'cancelled' END,
    NULL, r.accepted_at, r.decided_at, r.done_at
FROM recommendations r LEFT JOIN workspaces w ON w.id = r.tenant
WHERE r.accepted_at IS NOT NULL;

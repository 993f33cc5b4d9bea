-- The assistant: conversations that can be taken up again, what people said of its answers, and the questions whose answers a
-- workspace vouches for. Portable between SQLite and PostgreSQL: times are BIGINT microseconds since the epoch.

CREATE TABLE assistant_conversations (
    -- 32 hex digits.
    id         TEXT   NOT NULL PRIMARY KEY,
    tenant     TEXT   NOT NULL,
    -- person or key, and which: nobody else sees it.
    actor_kind TEXT   NOT NULL,
    actor_id   TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    -- When the last message was stored.
    updated_at BIGINT NOT NULL
);

CREATE INDEX assistant_conversations_list ON assistant_conversations (tenant, actor_id, updated_at, id);
CREATE INDEX assistant_conversations_actor ON assistant_conversations (actor_id);
CREATE INDEX assistant_conversations_age ON assistant_conversations (updated_at);

-- A question and its answer. What a conversation is called and the plan that a follow-up edits are those of its messages, so
-- that they go when the message goes.
CREATE TABLE assistant_messages (
    -- 32 hex digits.
    id              TEXT   NOT NULL PRIMARY KEY,
    conversation_id TEXT   NOT NULL REFERENCES assistant_conversations (id) ON DELETE CASCADE,
    -- As in the conversation.
    tenant          TEXT   NOT NULL,
    actor_id        TEXT   NOT NULL,
    -- From 1.
    position        BIGINT NOT NULL,
    asked_at        BIGINT NOT NULL,
    question        TEXT   NOT NULL,
    -- en or ru: the question's.
    language        TEXT   NOT NULL,
    -- answered or failed.
    status          TEXT   NOT NULL,
    answer          TEXT,
    source          TEXT,
    -- JSON: how the question was understood, as it was told.
    interpretation  TEXT,
    -- JSON: what a follow-up edits. Null: the plan was not good enough for that.
    plan            TEXT,
    -- The statement that gave the numbers, and JSON: the values bound to it.
    statement       TEXT,
    bound           TEXT,
    -- Which data it was run over.
    snapshot        TEXT,
    -- The model, if one took part, and what the gate of exact numbers said of its prose.
    model           TEXT,
    gate            TEXT,
    -- JSON: milliseconds by phase.
    elapsed         TEXT,
    -- JSON.
    choices         TEXT,
    alternatives    TEXT,
    chart           TEXT,
    UNIQUE (conversation_id, position)
);

CREATE INDEX assistant_messages_tenant ON assistant_messages (tenant, id);
CREATE INDEX assistant_messages_actor ON assistant_messages (actor_id);

-- Which customers a message names: forgetting one of them deletes the message, however the name was written.
CREATE TABLE assistant_message_customers (
    tenant      TEXT NOT NULL,
    message_id  TEXT NOT NULL REFERENCES assistant_messages (id) ON DELETE CASCADE,
    customer_id TEXT NOT NULL,
    PRIMARY KEY (message_id, customer_id)
);

CREATE INDEX assistant_message_customers_customer ON assistant_message_customers (tenant, customer_id);

CREATE TABLE assistant_feedback (
    tenant     TEXT   NOT NULL,
    message_id TEXT   NOT NULL REFERENCES assistant_messages (id) ON DELETE CASCADE,
    actor_id   TEXT   NOT NULL,
    -- up or down.
    verdict    TEXT   NOT NULL,
    comment    TEXT,
    sent_at    BIGINT NOT NULL,
    PRIMARY KEY (message_id, actor_id)
);

CREATE INDEX assistant_feedback_tenant ON assistant_feedback (tenant);
CREATE INDEX assistant_feedback_actor ON assistant_feedback (actor_id);

CREATE TABLE verified_questions (
    tenant     TEXT   NOT NULL,
    -- 32 hex digits.
    id         TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    -- The name in lower case: one question a name.
    name_key   TEXT   NOT NULL,
    question   TEXT   NOT NULL,
    -- en or ru.
    language   TEXT   NOT NULL,
    -- Exactly one of: JSON, a plan; a statement.
    plan       TEXT,
    statement  TEXT,
    -- JSON: columns and rows. Null: none are expected yet.
    expected   TEXT,
    -- Null: an account that is gone.
    created_by TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, name_key)
);

CREATE INDEX verified_questions_maker ON verified_questions (created_by);

-- Whether a model may write statements of its own for the workspace's people.
ALTER TABLE workspaces ADD COLUMN expert_sql BOOLEAN NOT NULL DEFAULT FALSE;
-- JSON, an object: the workspace's own words for metrics and dimensions. Null: none.
ALTER TABLE workspaces ADD COLUMN own_words TEXT;

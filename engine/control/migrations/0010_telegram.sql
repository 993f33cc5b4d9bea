-- Telegram accounts that stand for people. Portable between SQLite and PostgreSQL: times are BIGINT milliseconds since the epoch.

-- What a person hands to the bot so that it may stand for them: one use, a few minutes.
CREATE TABLE telegram_tokens (
    -- SHA-256 of the token, in hex.
    token_hash   TEXT   NOT NULL PRIMARY KEY,
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX telegram_tokens_user ON telegram_tokens (user_id);

-- A Telegram account that acts as a person in one workspace. What the person is there is looked up at each use.
CREATE TABLE telegram_links (
    id               TEXT   NOT NULL PRIMARY KEY,
    workspace_id     TEXT   NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id          TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of the credential, in hex.
    credential_hash  TEXT   NOT NULL UNIQUE,
    telegram_user_id BIGINT NOT NULL,
    telegram_name    TEXT,
    -- What Telegram says of the account's language.
    locale           TEXT,
    linked_at        BIGINT NOT NULL,
    last_seen_at     BIGINT
);
CREATE INDEX telegram_links_account ON telegram_links (workspace_id, telegram_user_id);
CREATE INDEX telegram_links_user ON telegram_links (user_id, id);

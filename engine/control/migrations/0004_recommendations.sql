-- What people decided about recommendations. Portable between SQLite and PostgreSQL: times are BIGINT microseconds since the
-- epoch. An accepted recommendation is a task: what was recommended stands here as it was on that day.
CREATE TABLE recommendations (
    tenant         TEXT   NOT NULL,
    -- The same for the same action and subject at any time.
    id             TEXT   NOT NULL,
    -- The same action may be taken again when its effect has been measured: 1, 2, …
    round          BIGINT NOT NULL,
    kind           TEXT   NOT NULL,
    -- accepted, dismissed or done.
    status         TEXT   NOT NULL,
    decided_at     BIGINT NOT NULL,
    accepted_at    BIGINT,
    done_at        BIGINT,
    -- Orders from `accepted_at` until then tell the effect.
    measured_until BIGINT,
    -- JSON: sentences, evidence, products, expected effect, confidence. It names no customer but that
    -- of a recommendation about one alone, which is deleted with its customer.
    item           TEXT   NOT NULL,
    PRIMARY KEY (tenant, id, round)
);

-- Whom a decision is about: the targets of a task, and the one customer of a recommendation about one. Erasing a customer
-- deletes its rows.
CREATE TABLE recommendation_customers (
    tenant      TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    round       BIGINT  NOT NULL,
    -- From 0: those with most at stake first.
    place       BIGINT  NOT NULL,
    customer_id TEXT    NOT NULL,
    -- Not to be asked, so that the others can be compared with somebody.
    held_out    BOOLEAN NOT NULL,
    PRIMARY KEY (tenant, id, round, customer_id),
    FOREIGN KEY (tenant, id, round) REFERENCES recommendations (tenant, id, round) ON DELETE CASCADE
);

CREATE INDEX recommendation_customers_customer ON recommendation_customers (tenant, customer_id);

-- Troth's tables for PostgreSQL, version 1. Safe to run again.
CREATE TABLE IF NOT EXISTS troth_identity (
    one     smallint PRIMARY KEY CHECK (one = 1),
    version integer NOT NULL,
    store   varchar(6) NOT NULL,
    forgotten_until bigint NOT NULL
);
INSERT INTO troth_identity (one, version, store, forgotten_until) VALUES (1, 1, '', 0) ON CONFLICT DO NOTHING;
-- One row per decided transaction; times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS troth_decisions (
    gid         varchar(64) PRIMARY KEY,
    kind        varchar(200) NOT NULL,
    outcome     varchar(9) NOT NULL,
    owed        text NOT NULL,
    traceparent varchar(200) NOT NULL,
    deadline    bigint NOT NULL,
    decided_at  bigint NOT NULL,
    done_at     bigint,
    lease_until bigint NOT NULL,
    heuristic   boolean NOT NULL
);
CREATE INDEX IF NOT EXISTS troth_decisions_open ON troth_decisions (outcome, done_at, decided_at);
-- One row per branch that was applied here (written inside the branch) or refused before it came.
CREATE TABLE IF NOT EXISTS troth_branches (
    gid      varchar(64) NOT NULL,
    branch   integer NOT NULL,
    state    varchar(11) NOT NULL,
    deadline bigint NOT NULL,
    noted_at bigint NOT NULL,
    PRIMARY KEY (gid, branch)
);
CREATE INDEX IF NOT EXISTS troth_branches_deadline ON troth_branches (deadline);
-- Branches that somebody finished by hand; never deleted by Troth.
CREATE TABLE IF NOT EXISTS troth_heuristics (
    gid        varchar(64) NOT NULL,
    branch     integer NOT NULL,
    decided    varchar(9) NOT NULL,
    note       varchar(1000) NOT NULL,
    noticed_at bigint NOT NULL,
    PRIMARY KEY (gid, branch)
);
-- Messages that were applied here, by each consumer; written in the transaction that applied them.
CREATE TABLE IF NOT EXISTS troth_inbox (
    consumer   varchar(100) NOT NULL,
    message_id varchar(200) NOT NULL,
    applied_at bigint NOT NULL,
    PRIMARY KEY (consumer, message_id)
);
CREATE INDEX IF NOT EXISTS troth_inbox_applied ON troth_inbox (consumer, applied_at);
-- Messages that a consumer could not apply; somebody has to look at them.
CREATE TABLE IF NOT EXISTS troth_dead_letters (
    consumer       varchar(100) NOT NULL,
    message_id     varchar(200) NOT NULL,
    kind           varchar(200) NOT NULL,
    message_key    varchar(200) NOT NULL,
    correlation_id varchar(255) NOT NULL,
    content_type   varchar(255) NOT NULL,
    headers        text NOT NULL,
    payload        bytea NOT NULL,
    attempts       integer NOT NULL,
    failure_class  varchar(200) NOT NULL,
    reason         varchar(1001) NOT NULL,
    failure        varchar(8000) NOT NULL,
    failed_at      bigint NOT NULL,
    state          varchar(9) NOT NULL CHECK (state IN ('KEPT', 'REPLAYED', 'DISCARDED')),
    settled_at     bigint NOT NULL,
    replays        integer NOT NULL,
    version        integer NOT NULL,
    PRIMARY KEY (consumer, message_id)
);
CREATE INDEX IF NOT EXISTS troth_dead_letters_time ON troth_dead_letters (consumer, state, failed_at, message_id);
CREATE INDEX IF NOT EXISTS troth_dead_letters_group
    ON troth_dead_letters (consumer, state, kind, failure_class, failed_at);
CREATE INDEX IF NOT EXISTS troth_dead_letters_key ON troth_dead_letters (consumer, state, message_key, failed_at);
CREATE INDEX IF NOT EXISTS troth_dead_letters_settled ON troth_dead_letters (consumer, settled_at);
-- What happened to dead letters before, and who did it; number is the letter's version then.
CREATE TABLE IF NOT EXISTS troth_dead_letter_audit (
    consumer    varchar(100) NOT NULL,
    message_id  varchar(200) NOT NULL,
    number      integer NOT NULL,
    done_at     bigint NOT NULL,
    done_by     varchar(100) NOT NULL,
    verb        varchar(9) NOT NULL CHECK (verb IN ('FAILED', 'EDITED', 'REPLAYED', 'DISCARDED')),
    note        varchar(1001) NOT NULL,
    old_payload bytea,
    PRIMARY KEY (consumer, message_id, number)
);
-- Messages that wait to be sent. Debezium's EventRouter reads id, aggregatetype, aggregateid (the key), type and payload.
-- lane is -1 - lane for a message that has failed: it waits apart, and nobody has to step over it.
-- Every row is deleted soon, and whoever looks for the next ones steps over the dead: so it is vacuumed often, and at once.
CREATE TABLE IF NOT EXISTS troth_outbox (
    seq            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lane           smallint NOT NULL,
    id             varchar(200) NOT NULL,
    aggregatetype  varchar(100) NOT NULL,
    aggregateid    varchar(200) NOT NULL,
    type           varchar(200) NOT NULL,
    payload        bytea NOT NULL,
    target         varchar(10) NOT NULL CHECK (target IN ('topic', 'subscriber')),
    content_type   varchar(200) NOT NULL,
    envelope_type  varchar(200) NOT NULL,
    correlation_id varchar(200) NOT NULL,
    headers        text NOT NULL,
    time_to_live   varchar(40) NOT NULL,
    created_at     bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
-- seq + 0 is an order that no other index has: the planner cannot look for the messages of one lane among those of all.
CREATE INDEX IF NOT EXISTS troth_outbox_lane ON troth_outbox (lane, (seq + 0));
-- Who sends the messages of a lane, and until when nobody else may.
CREATE TABLE IF NOT EXISTS troth_outbox_lanes (
    lane        smallint PRIMARY KEY,
    owner       varchar(200) NOT NULL,
    lease_until bigint NOT NULL
);
INSERT INTO troth_outbox_lanes (lane, owner, lease_until)
    SELECT lane, '', 0 FROM generate_series(0, 15) lane ON CONFLICT DO NOTHING;
-- Messages that could not be sent; what follows under their keys waits for them.
CREATE TABLE IF NOT EXISTS troth_outbox_failing (
    seq         bigint PRIMARY KEY REFERENCES troth_outbox ON DELETE CASCADE,
    lane        smallint NOT NULL,
    aggregateid varchar(200) NOT NULL,
    attempts    integer NOT NULL,
    retry_at    bigint NOT NULL,
    reason      varchar(1000) NOT NULL
);
CREATE INDEX IF NOT EXISTS troth_outbox_failing_key ON troth_outbox_failing (lane, aggregateid);
CREATE INDEX IF NOT EXISTS troth_outbox_failing_retry ON troth_outbox_failing (retry_at);

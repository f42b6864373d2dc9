-- Troth's tables for H2, version 1. Safe to run again.
CREATE ALIAS IF NOT EXISTS troth_clock FOR 'java.lang.System.currentTimeMillis';
CREATE TABLE IF NOT EXISTS troth_identity (
    one     SMALLINT NOT NULL PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL,
    store   VARCHAR(6) NOT NULL,
    forgotten_until BIGINT NOT NULL
);
INSERT INTO troth_identity (one, version, store, forgotten_until)
    SELECT 1, 1, '', 0 WHERE NOT EXISTS (SELECT 1 FROM troth_identity);
-- One row per decided transaction; times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS troth_decisions (
    gid         VARCHAR(64) NOT NULL PRIMARY KEY,
    kind        VARCHAR(200) NOT NULL,
    -- Not IN (...): H2 ties that to the session that made the table, and fails when that session is closed.
    outcome     VARCHAR(9) NOT NULL
        CHECK (CASE outcome WHEN 'COMMITTED' THEN TRUE WHEN 'ABORTED' THEN TRUE ELSE FALSE END),
    owed        VARCHAR(1000000) NOT NULL,
    traceparent VARCHAR(200) NOT NULL,
    deadline    BIGINT NOT NULL,
    decided_at  BIGINT NOT NULL,
    done_at     BIGINT,
    lease_until BIGINT NOT NULL,
    heuristic   BOOLEAN NOT NULL
);
CREATE INDEX IF NOT EXISTS troth_decisions_open ON troth_decisions (outcome, done_at, decided_at);
-- One row per branch that was applied here (written inside the branch) or refused before it came.
CREATE TABLE IF NOT EXISTS troth_branches (
    gid      VARCHAR(64) NOT NULL,
    branch   INTEGER NOT NULL,
    state    VARCHAR(11) NOT NULL,
    deadline BIGINT NOT NULL,
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (gid, branch)
);
CREATE INDEX IF NOT EXISTS troth_branches_deadline ON troth_branches (deadline);
-- Branches that somebody finished by hand; never deleted by Troth.
CREATE TABLE IF NOT EXISTS troth_heuristics (
    gid        VARCHAR(64) NOT NULL,
    branch     INTEGER NOT NULL,
    decided    VARCHAR(9) NOT NULL,
    note       VARCHAR(1000) NOT NULL,
    noticed_at BIGINT NOT NULL,
    PRIMARY KEY (gid, branch)
);
-- Messages that were applied here, by each consumer; written in the transaction that applied them.
CREATE TABLE IF NOT EXISTS troth_inbox (
    consumer   VARCHAR(100) NOT NULL,
    message_id VARCHAR(200) NOT NULL,
    applied_at BIGINT NOT NULL,
    PRIMARY KEY (consumer, message_id)
);
CREATE INDEX IF NOT EXISTS troth_inbox_applied ON troth_inbox (consumer, applied_at);
-- Messages that a consumer could not apply; somebody has to look at them.
CREATE TABLE IF NOT EXISTS troth_dead_letters (
    consumer       VARCHAR(100) NOT NULL,
    message_id     VARCHAR(200) NOT NULL,
    kind           VARCHAR(200) NOT NULL,
    message_key    VARCHAR(200) NOT NULL,
    correlation_id VARCHAR(255) NOT NULL,
    content_type   VARCHAR(255) NOT NULL,
    headers        VARCHAR(1000000) NOT NULL,
    payload        BLOB NOT NULL,
    attempts       INTEGER NOT NULL,
    failure_class  VARCHAR(200) NOT NULL,
    reason         VARCHAR(1001) NOT NULL,
    failure        VARCHAR(8000) NOT NULL,
    failed_at      BIGINT NOT NULL,
    state          VARCHAR(9) NOT NULL,
    settled_at     BIGINT NOT NULL,
    replays        INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    PRIMARY KEY (consumer, message_id)
);
CREATE INDEX IF NOT EXISTS troth_dead_letters_time ON troth_dead_letters (consumer, state, failed_at, message_id);
CREATE INDEX IF NOT EXISTS troth_dead_letters_group
    ON troth_dead_letters (consumer, state, kind, failure_class, failed_at);
CREATE INDEX IF NOT EXISTS troth_dead_letters_key ON troth_dead_letters (consumer, state, message_key, failed_at);
CREATE INDEX IF NOT EXISTS troth_dead_letters_settled ON troth_dead_letters (consumer, settled_at);
-- What happened to dead letters before, and who did it; number is the letter's version then.
CREATE TABLE IF NOT EXISTS troth_dead_letter_audit (
    consumer    VARCHAR(100) NOT NULL,
    message_id  VARCHAR(200) NOT NULL,
    number      INTEGER NOT NULL,
    done_at     BIGINT NOT NULL,
    done_by     VARCHAR(100) NOT NULL,
    verb        VARCHAR(9) NOT NULL,
    note        VARCHAR(1001) NOT NULL,
    old_payload BLOB,
    PRIMARY KEY (consumer, message_id, number)
);
-- Messages that wait to be sent. Debezium's EventRouter reads id, aggregatetype, aggregateid (the key), type and payload.
-- lane is -1 - lane for a message that has failed: it waits apart, and nobody has to step over it.
CREATE TABLE IF NOT EXISTS troth_outbox (
    seq            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lane           SMALLINT NOT NULL,
    id             VARCHAR(200) NOT NULL,
    aggregatetype  VARCHAR(100) NOT NULL,
    aggregateid    VARCHAR(200) NOT NULL,
    type           VARCHAR(200) NOT NULL,
    payload        BLOB NOT NULL,
    target         VARCHAR(10) NOT NULL,
    content_type   VARCHAR(200) NOT NULL,
    envelope_type  VARCHAR(200) NOT NULL,
    correlation_id VARCHAR(200) NOT NULL,
    headers        VARCHAR(1000000) NOT NULL,
    time_to_live   VARCHAR(40) NOT NULL,
    created_at     BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS troth_outbox_lane ON troth_outbox (lane, seq);
-- Who sends the messages of a lane, and until when nobody else may.
CREATE TABLE IF NOT EXISTS troth_outbox_lanes (
    lane        SMALLINT NOT NULL PRIMARY KEY,
    owner       VARCHAR(200) NOT NULL,
    lease_until BIGINT NOT NULL
);
INSERT INTO troth_outbox_lanes (lane, owner, lease_until)
    SELECT x, '', 0 FROM SYSTEM_RANGE(0, 15) WHERE NOT EXISTS (SELECT 1 FROM troth_outbox_lanes);
-- Messages that could not be sent; what follows under their keys waits for them.
CREATE TABLE IF NOT EXISTS troth_outbox_failing (
    seq         BIGINT NOT NULL PRIMARY KEY REFERENCES troth_outbox (seq) ON DELETE CASCADE,
    lane        SMALLINT NOT NULL,
    aggregateid VARCHAR(200) NOT NULL,
    attempts    INTEGER NOT NULL,
    retry_at    BIGINT NOT NULL,
    reason      VARCHAR(1000) NOT NULL
);
CREATE INDEX IF NOT EXISTS troth_outbox_failing_key ON troth_outbox_failing (lane, aggregateid);
CREATE INDEX IF NOT EXISTS troth_outbox_failing_retry ON troth_outbox_failing (retry_at);

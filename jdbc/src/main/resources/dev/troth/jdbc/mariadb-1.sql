-- Troth's tables for MariaDB and MySQL, version 1. Safe to run again.
CREATE TABLE IF NOT EXISTS troth_identity (
    one     SMALLINT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    store   VARCHAR(6) NOT NULL,
    forgotten_until BIGINT NOT NULL
) ENGINE = InnoDB;
INSERT IGNORE INTO troth_identity (one, version, store, forgotten_until) VALUES (1, 1, '', 0);
-- One row per decided transaction; times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS troth_decisions (
    gid         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    kind        VARCHAR(200) CHARACTER SET utf8mb4 NOT NULL,
    outcome     VARCHAR(9) CHARACTER SET ascii NOT NULL,
    owed        MEDIUMTEXT CHARACTER SET ascii NOT NULL,
    traceparent VARCHAR(200) NOT NULL,
    deadline    BIGINT NOT NULL,
    decided_at  BIGINT NOT NULL,
    done_at     BIGINT,
    lease_until BIGINT NOT NULL,
    heuristic   BOOLEAN NOT NULL,
    KEY troth_decisions_open (outcome, done_at, decided_at)
) ENGINE = InnoDB;
-- One row per branch that was applied here (written inside the branch) or refused before it came.
CREATE TABLE IF NOT EXISTS troth_branches (
    gid      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    branch   INTEGER NOT NULL,
    state    VARCHAR(11) CHARACTER SET ascii NOT NULL,
    deadline BIGINT NOT NULL,
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (gid, branch),
    KEY troth_branches_deadline (deadline)
) ENGINE = InnoDB;
-- Branches that somebody finished by hand; never deleted by Troth.
CREATE TABLE IF NOT EXISTS troth_heuristics (
    gid        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    branch     INTEGER NOT NULL,
    decided    VARCHAR(9) NOT NULL,
    note       VARCHAR(1000) CHARACTER SET utf8mb4 NOT NULL,
    noticed_at BIGINT NOT NULL,
    PRIMARY KEY (gid, branch)
) ENGINE = InnoDB;
-- Messages that were applied here, by each consumer; written in the transaction that applied them.
CREATE TABLE IF NOT EXISTS troth_inbox (
    consumer   VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    message_id VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    applied_at BIGINT NOT NULL,
    PRIMARY KEY (consumer, message_id),
    KEY troth_inbox_applied (consumer, applied_at)
) ENGINE = InnoDB;
-- Messages that a consumer could not apply; somebody has to look at them.
CREATE TABLE IF NOT EXISTS troth_dead_letters (
    consumer       VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    message_id     VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    kind           VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    message_key    VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    correlation_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    content_type   VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    headers        MEDIUMTEXT CHARACTER SET utf8mb4 NOT NULL,
    payload        LONGBLOB NOT NULL,
    attempts       INTEGER NOT NULL,
    failure_class  VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    reason         VARCHAR(1001) CHARACTER SET utf8mb4 NOT NULL,
    failure        VARCHAR(8000) CHARACTER SET utf8mb4 NOT NULL,
    failed_at      BIGINT NOT NULL,
    state          VARCHAR(9) CHARACTER SET ascii NOT NULL,
    settled_at     BIGINT NOT NULL,
    replays        INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    PRIMARY KEY (consumer, message_id),
    KEY troth_dead_letters_time (consumer, state, failed_at, message_id),
    KEY troth_dead_letters_group (consumer, state, kind, failure_class, failed_at),
    KEY troth_dead_letters_key (consumer, state, message_key, failed_at),
    KEY troth_dead_letters_settled (consumer, settled_at)
) ENGINE = InnoDB;
-- What happened to dead letters before, and who did it; number is the letter's version then.
CREATE TABLE IF NOT EXISTS troth_dead_letter_audit (
    consumer    VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    message_id  VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    number      INTEGER NOT NULL,
    done_at     BIGINT NOT NULL,
    done_by     VARCHAR(100) CHARACTER SET utf8mb4 NOT NULL,
    verb        VARCHAR(9) CHARACTER SET ascii NOT NULL,
    note        VARCHAR(1001) CHARACTER SET utf8mb4 NOT NULL,
    old_payload LONGBLOB,
    PRIMARY KEY (consumer, message_id, number)
) ENGINE = InnoDB;
-- Messages that wait to be sent. Debezium's EventRouter reads id, aggregatetype, aggregateid (the key), type and payload.
-- lane is -1 - lane for a message that has failed: it waits apart, and nobody has to step over it.
CREATE TABLE IF NOT EXISTS troth_outbox (
    seq            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    lane           SMALLINT NOT NULL,
    id             VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    aggregatetype  VARCHAR(100) CHARACTER SET ascii NOT NULL,
    aggregateid    VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    type           VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    payload        LONGBLOB NOT NULL,
    target         VARCHAR(10) CHARACTER SET ascii NOT NULL,
    content_type   VARCHAR(200) CHARACTER SET utf8mb4 NOT NULL,
    envelope_type  VARCHAR(200) CHARACTER SET utf8mb4 NOT NULL,
    correlation_id VARCHAR(200) CHARACTER SET utf8mb4 NOT NULL,
    headers        MEDIUMTEXT CHARACTER SET utf8mb4 NOT NULL,
    time_to_live   VARCHAR(40) CHARACTER SET ascii NOT NULL,
    created_at     BIGINT NOT NULL,
    -- With the key of a message, so that stepping over many that wait behind a failed one reads nothing but the index.
    KEY troth_outbox_lane (lane, seq, aggregateid)
) ENGINE = InnoDB;
-- Who sends the messages of a lane, and until when nobody else may.
CREATE TABLE IF NOT EXISTS troth_outbox_lanes (
    lane        SMALLINT NOT NULL PRIMARY KEY,
    owner       VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    lease_until BIGINT NOT NULL
) ENGINE = InnoDB;
INSERT IGNORE INTO troth_outbox_lanes (lane, owner, lease_until) VALUES
    (0, '', 0), (1, '', 0), (2, '', 0), (3, '', 0), (4, '', 0), (5, '', 0), (6, '', 0), (7, '', 0),
    (8, '', 0), (9, '', 0), (10, '', 0), (11, '', 0), (12, '', 0), (13, '', 0), (14, '', 0), (15, '', 0);
-- Messages that could not be sent; what follows under their keys waits for them.
CREATE TABLE IF NOT EXISTS troth_outbox_failing (
    seq         BIGINT NOT NULL PRIMARY KEY,
    lane        SMALLINT NOT NULL,
    aggregateid VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    attempts    INTEGER NOT NULL,
    retry_at    BIGINT NOT NULL,
    reason      VARCHAR(1000) CHARACTER SET utf8mb4 NOT NULL,
    KEY troth_outbox_failing_key (lane, aggregateid),
    KEY troth_outbox_failing_retry (retry_at),
    FOREIGN KEY (seq) REFERENCES troth_outbox (seq) ON DELETE CASCADE
) ENGINE = InnoDB;

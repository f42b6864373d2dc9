package dev.troth.bench.contender;

/** What Seata's server wants in a database, as its script for PostgreSQL has it. */
final class SeataTables {
    static final String FOR_POSTGRESQL = """
            CREATE TABLE global_table (
                xid varchar(128) PRIMARY KEY, transaction_id bigint, status smallint NOT NULL, application_id varchar(32),
                transaction_service_group varchar(32), transaction_name varchar(128), timeout int, begin_time bigint,
                application_data varchar(2000), gmt_create timestamp(0), gmt_modified timestamp(0));
            CREATE INDEX global_table_status ON global_table (status, gmt_modified);
            CREATE INDEX global_table_transaction ON global_table (transaction_id);
            CREATE TABLE branch_table (
                branch_id bigint PRIMARY KEY, xid varchar(128) NOT NULL, transaction_id bigint, resource_group_id varchar(32),
                resource_id varchar(256), branch_type varchar(8), status smallint, client_id varchar(64),
                application_data varchar(2000), gmt_create timestamp(6), gmt_modified timestamp(6));
            CREATE INDEX branch_table_xid ON branch_table (xid);
            CREATE TABLE lock_table (
                row_key varchar(128) PRIMARY KEY, xid varchar(128), transaction_id bigint, branch_id bigint NOT NULL,
                resource_id varchar(256), table_name varchar(32), pk varchar(36), status smallint NOT NULL DEFAULT 0,
                gmt_create timestamp(0), gmt_modified timestamp(0));
            CREATE INDEX lock_table_branch ON lock_table (branch_id);
            CREATE INDEX lock_table_xid ON lock_table (xid);
            CREATE INDEX lock_table_status ON lock_table (status);
            CREATE TABLE distributed_lock (
                lock_key varchar(20) PRIMARY KEY, lock_value varchar(20) NOT NULL, expire bigint NOT NULL);
            INSERT INTO distributed_lock VALUES
                ('AsyncCommitting', ' ', 0), ('RetryCommitting', ' ', 0), ('RetryRollbacking', ' ', 0), ('TxTimeoutCheck', ' ', 0)""";

    private SeataTables() {}
}

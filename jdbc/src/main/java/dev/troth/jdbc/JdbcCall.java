package dev.troth.jdbc;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a method of JDBC is to a {@link Guard}. Told by its name, once for each method. */
enum JdbcCall {
    /** Of every object: equals, hashCode, toString. */
    EQUALS,
    HASH_CODE,
    TO_STRING,
    /** Closes what it is called on. */
    CLOSE,
    IS_CLOSED,
    /** Ends the transaction. */
    ENDS,
    SET_AUTO_COMMIT,
    GET_AUTO_COMMIT,
    SET_ISOLATION,
    /** Leads back to the connection or to the statement. */
    GET_CONNECTION,
    GET_STATEMENT,
    /** Takes a text that is executed later. */
    PREPARES,
    ADDS_BATCH,
    /** Executes a statement. */
    EXECUTES,
    /** Reaches the database for the results of a statement that was executed. */
    REACHES,
    /** Everything else. */
    OTHER;

    private static final Map<Method, JdbcCall> KNOWN = new ConcurrentHashMap<>();

    static JdbcCall of(Method method) {
        JdbcCall known = KNOWN.get(method);
        return known != null ? known : KNOWN.computeIfAbsent(method, JdbcCall::named);
    }

    private static JdbcCall named(Method method) {
        String name = method.getName();
        return switch (name) {
            case "equals" -> EQUALS;
            case "hashCode" -> HASH_CODE;
            case "toString" -> TO_STRING;
            case "close" -> CLOSE;
            case "isClosed" -> IS_CLOSED;
            case "commit", "abort" -> ENDS;
            case "rollback" -> method.getParameterCount() == 0 ? ENDS : OTHER;
            case "setAutoCommit" -> SET_AUTO_COMMIT;
            case "getAutoCommit" -> GET_AUTO_COMMIT;
            case "setTransactionIsolation" -> SET_ISOLATION;
            case "getConnection" -> GET_CONNECTION;
            case "getStatement" -> GET_STATEMENT;
            case "addBatch" -> ADDS_BATCH;
            // Reading a column may fail for the reader's own reasons; moving and changing rows may be a statement that
            // failed.
            case "next", "previous", "first", "last", "absolute", "relative" -> REACHES;
            case "insertRow", "updateRow", "deleteRow", "refreshRow" -> REACHES;
            default -> byBeginning(name);
        };
    }

    private static JdbcCall byBeginning(String name) {
        if (name.startsWith("prepare")) {
            return PREPARES;
        }
        if (name.startsWith("execute")) {
            return EXECUTES;
        }
        return name.startsWith("getMore") ? REACHES : OTHER;
    }
}

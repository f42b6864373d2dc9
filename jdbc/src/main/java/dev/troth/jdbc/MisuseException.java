package dev.troth.jdbc;

import java.sql.SQLException;

/** A guarded connection was asked for what its user may not do. */
final class MisuseException extends SQLException {
    private static final long serialVersionUID = 1L;

    MisuseException(String message) {
        super(message, "25001");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.error.DrainException;
import java.sql.SQLException;

/**
 * Thrown if the database has not stored a map or a report. Nothing of it is stored, or the answer to the commit was lost: the map or report waits and
 * comes again, and if it is stored then, it is not stored twice. A drain throws a {@link DrainException} with this as its cause.
 */
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean isUnavailable;

    StoreException(String message, boolean isUnavailable, SQLException cause) {
        super(message, cause);
        this.isUnavailable = isUnavailable;
    }

    /**
     * Returns whether the database can't store any map now: it can't be reached, it is stopping, or its disk is full. Otherwise it has refused this map only, for
     * example because of a constraint or a missing partition.
     *
     * @return whether the database is away
     */
    public boolean isDatabaseAway() {
        return isUnavailable;
    }
}

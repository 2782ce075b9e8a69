/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.error.DrainException;
import java.sql.SQLException;

/**
 * Thrown if the database has not stored a map or a report, or if the answer to the commit was lost. The map or report waits and comes again.
 * If it was stored after all, it is not stored twice. A drain throws a {@link DrainException} with this exception as its cause.
 */
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean isUnavailable;

    StoreException(String message, boolean isUnavailable, SQLException cause) {
        super(message, cause);
        this.isUnavailable = isUnavailable;
    }

    /**
     * Returns whether the database can't store any map now, because it can't be reached, is stopping, or has a full disk. Otherwise, the
     * database has refused only this map, for example because of a constraint or a missing partition.
     *
     * @return whether the database is away
     */
    public boolean isDatabaseAway() {
        return isUnavailable;
    }
}

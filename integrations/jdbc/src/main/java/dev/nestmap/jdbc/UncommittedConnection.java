/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.pin.MapIdentity;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** The connection that users' statements get: only the store ends its transaction, or the counts could be committed without the identity. */
final class UncommittedConnection {
    private static final Set<String> REFUSED = Set.of("commit", "setAutoCommit", "close", "abort");

    private UncommittedConnection() {}

    /** Runs statements of users. Logs once if they have used none of this connection. Throws if the transaction has ended. */
    static <T> void run(
            Connection connection,
            MapIdentity identity,
            ConnectionAction<? super T> action,
            T argument,
            AtomicBoolean isChecked)
            throws Exception {
        AtomicBoolean isUsed = new AtomicBoolean();
        action.run(of(connection, isUsed), argument);
        StoredIdentities.requireAdded(connection, identity);
        if (!isUsed.get() && !isChecked.getAndSet(true)) {
            Transactions.LOG.log(
                    System.Logger.Level.WARNING,
                    "an action of execute has not used the connection that it got. If the transaction fails, rows that the action has written"
                            + " to a different connection stay, and are written again when the map or report comes again. Use the connection"
                            + " that the action gets",
                    null);
        }
    }

    private static Connection of(Connection connection, AtomicBoolean isUsed) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    isUsed.set(true);
                    boolean isRollback = method.getName().equals("rollback") && method.getParameterCount() == 0;
                    if (isRollback || REFUSED.contains(method.getName())) {
                        throw new IllegalStateException(
                                method.getName()
                                        + " of the connection of a JdbcStore: the store commits when the action has returned, and rolls back if it throws");
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}

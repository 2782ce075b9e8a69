/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Set;

/** The connection that users' statements get: only the store ends its transaction, or the counts could be committed without the identity. */
final class UncommittedConnection {
    private static final Set<String> REFUSED = Set.of("commit", "setAutoCommit", "close", "abort");

    private UncommittedConnection() {}

    static Connection of(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
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

/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import javax.sql.DataSource;

/** A data source one of whose calls fails, before the call or after it, as if its answer were lost. */
final class FailingCalls {
    private static final Set<String> COUNTED = Set.of(
            "getConnection",
            "setAutoCommit",
            "prepareStatement",
            "executeQuery",
            "executeUpdate",
            "executeBatch",
            "commit");

    private final Runnable failure;
    private int untilFailure = -1;
    private boolean isMade;
    private volatile boolean hasFailed;

    /** @param failure what happens at the call; it fails if this returns */
    FailingCalls(Runnable failure) {
        this.failure = failure;
    }

    /** @param made whether the call is made before it fails */
    void failAt(int call, boolean made) {
        untilFailure = call;
        isMade = made;
        hasFailed = false;
    }

    boolean hasFailed() {
        return hasFailed;
    }

    void never() {
        untilFailure = -1;
    }

    DataSource of(DataSource source) {
        return wrap(DataSource.class, source);
    }

    private <T> T wrap(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    boolean fails = COUNTED.contains(method.getName()) && --untilFailure == 0;
                    if (fails && !isMade) {
                        fail();
                    }
                    Object result;
                    try {
                        result = method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (fails) {
                        if (result instanceof Connection lost) {
                            lost.close();
                        }
                        fail();
                    }
                    return result instanceof Connection
                            ? wrap(Connection.class, result)
                            : result instanceof PreparedStatement ? wrap(PreparedStatement.class, result) : result;
                }));
    }

    private void fail() throws SQLException {
        hasFailed = true;
        failure.run();
        throw new SQLException("the connection is lost", "08006");
    }
}

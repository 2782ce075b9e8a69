/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Learns what Nestmap does in this process, in the kernel and in memory. Added with {@link
 * dev.nestmap.runtime.Nestmap#addListener}. The methods are called by the
 * threads that do the work, several at a time, so they must be fast, and must not use Nestmap. All changes of an outer map wait for
 * {@link #started} of {@link Operation.Kind#PUBLISH}. Their exceptions are logged.
 *
 * <p>Nestmap does not report reads and writes of entries: they take less than a microsecond, and a listener would cost more.
 */
@FunctionalInterface
public interface OperationListener {
    /**
     * Reports that an operation starts.
     *
     * @param kind the kind of operation
     * @param name name of the map in C; of the object for {@link Operation.Kind#LOAD}
     * @return receives the operation when it has ended, whether or not it failed; null if this listener needs no report. It is called on the
     *     same thread. For {@link Operation.Kind#PUBLISH}, it is called on the thread of an operation that the system call is a part of,
     *     before that operation ends
     */
    @Nullable
    Consumer<Operation> started(Operation.Kind kind, String name);

    /**
     * Reports that a request server has created inner maps for keys that programs missed. Does nothing by default.
     *
     * @param misses the keys, and how often programs missed them
     */
    default void missed(Misses misses) {}

    /**
     * Reports an error of the kernel or of libbpf that reaches the caller in an exception, once for each key. It reports neither
     * errors that Nestmap handles, nor that an entry is absent or already exists, which is a result. Does nothing by default.
     *
     * @param operation what failed, as a noun: {@code update}
     * @param map name of the map in C; null if the operation was not on a map
     * @param errno a positive number
     */
    default void failed(String operation, @Nullable String map, int errno) {}

    /**
     * Keys that programs missed in an {@code @OnDemand} outer map, and for which a request server has now created inner maps.
     *
     * @param map name of the outer map in C
     * @param keys number of keys
     * @param count how often programs missed these keys
     * @param longestWait upper bound of the time from a key's first miss until programs found its map, as in {@link
     *     dev.nestmap.runtime.OnDemandServer.Statistics#longestWait}
     */
    record Misses(String map, long keys, long count, Duration longestWait) {}
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Learns what Nestmap does in this process, in the kernel and in memory. Added with {@link
 * dev.nestmap.runtime.OperationListeners#add}. The methods are called by the threads that do the work, several at a time, so they must be
 * fast, and must not use Nestmap. Their exceptions are logged.
 *
 * <p>Nestmap does not report reads and writes of entries: they take less than a microsecond, and a listener would cost more.
 */
@FunctionalInterface
public interface OperationListener {
    /**
     * Reports that an operation starts.
     *
     * @param kind the kind of operation
     * @param name name of the map in C; of the object for {@link OperationKind#LOAD}
     * @return receives the operation when it has ended, on the same thread, whether or not it failed; null if this listener needs no report
     */
    @Nullable
    Consumer<Operation> started(OperationKind kind, String name);

    /**
     * Reports that a request server has created inner maps for keys that programs missed. Does nothing by default.
     *
     * @param misses the keys, and how often programs missed them
     */
    default void missed(Misses misses) {}

    /**
     * Reports an error of the kernel or of libbpf, once for each key. Most of them reach the caller in an exception, and Nestmap handles
     * some itself. It does not report that an entry is absent or already exists, which is a result. Does nothing by default.
     *
     * @param operation what failed, as a noun: {@code update}
     * @param map name of the map in C; null if the operation was not on a map
     * @param errno a positive number
     */
    default void failed(String operation, @Nullable String map, int errno) {}
}

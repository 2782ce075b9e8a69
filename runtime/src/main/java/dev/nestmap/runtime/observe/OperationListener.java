/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Is told about Nestmap's operations in this process, both on maps in the kernel and on maps in memory. Add it with {@link
 * dev.nestmap.runtime.Nestmap#addListener}. Many threads may call the methods at the same time, in the middle of their work. So the methods must be
 * fast and must not use Nestmap. For example, all changes of an outer map wait until {@link #started} returns for {@link Operation.Kind#PUBLISH}. If
 * a method throws, Nestmap logs the exception.
 *
 * <p>Nestmap does not report reads and writes of entries: they take less than a microsecond, and a listener would cost more.
 */
@FunctionalInterface
public interface OperationListener {
    /**
     * Reports that an operation starts.
     *
     * @param kind the kind of operation
     * @param name name of the map in C; for {@link Operation.Kind#LOAD}, of the object
     * @return a function that receives the operation at its end, even if it failed; null if this listener needs no report. Nestmap calls it on the
     *     same thread. For {@link Operation.Kind#PUBLISH}, Nestmap calls it on the thread of one of the operations that need the system call, before
     *     that operation ends. All changes of the outer map wait until the function returns, so it must not change or drain the map, nor get tickets
     *     of a pinned one
     */
    @Nullable
    Consumer<Operation> started(Operation.Kind kind, String name);

    /**
     * Reports that an {@link dev.nestmap.runtime.OnDemandServer} has created inner maps for keys that programs missed. Does nothing by default.
     *
     * @param misses the number of keys and of their misses
     */
    default void missed(Misses misses) {}

    /**
     * Reports an error of the kernel or libbpf that the caller gets in an exception, once for each key. Does not report errors that Nestmap handles
     * itself, or normal results, such as an entry that does not exist. Does nothing by default.
     *
     * @param operation the failed operation, as a noun: {@code update}
     * @param map name of the map in C; null if the operation was not on a map
     * @param errno a positive number
     */
    default void failed(String operation, @Nullable String map, int errno) {}

    /**
     * Reports the end of a drain, even if it failed. Does nothing by default.
     *
     * @param drain the map and the number of acknowledged maps
     */
    default void drained(Drain drain) {}

    /**
     * Reports that a displaced inner map was acknowledged. Does nothing by default.
     *
     * @param map the map
     */
    default void acknowledged(Acknowledged map) {}

    /**
     * Reports additions that programs could not count since the last report. Called at the end of each {@code rotate}, {@code take} and drain that
     * finds such additions. If the map is pinned, additions from before this process opened it are not reported here. But {@link
     * dev.nestmap.runtime.OuterAccessor#uncounted} counts them, and drained maps may have a doubt because of them. Does nothing by default.
     *
     * @param additions how many there are
     */
    default void uncounted(Uncounted additions) {}

    /**
     * A drain of an outer map. A drain of keys without inner maps, which passes nothing, is not reported.
     *
     * @param map name of the outer map in C
     * @param maps number of maps that the drain has passed and acknowledged
     * @param hasFailed whether the drain ended with an exception, for example because its action threw one; some maps may wait
     */
    record Drain(String map, long maps, boolean hasFailed) {}

    /**
     * A displaced inner map whose counts are stored.
     *
     * @param map name of the outer map in C
     * @param key key of its former slot; the bytes if they are no key of the record
     * @param entries number of entries that were read; 0 if they were not all read
     * @param maxEntries {@code max_entries} of the map; 0 for an array, which always has all its entries
     */
    record Acknowledged(String map, Object key, long entries, long maxEntries) {}

    /**
     * Misses of keys in an {@code @InnerMapsOnDemand} outer map for which a server has now created inner maps.
     *
     * @param map name of the outer map in C
     * @param keys number of keys
     * @param count number of misses of these keys
     */
    record Misses(String map, long keys, long count) {}
}

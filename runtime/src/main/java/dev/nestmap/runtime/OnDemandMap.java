/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;

/**
 * The methods of an {@code @InnerMapsOnDemand} outer map. A program that finds no inner map at a key records the key in a table of requests. A
 * {@link OnDemandServer} creates the requested inner maps. Generated accessors implement this interface.
 *
 * @param <K> type of the keys
 * @param <M> type of borrowed handles to inner maps
 */
public interface OnDemandMap<K, M extends MapAccessor> {
    /**
     * Starts a server with default options. See {@link #serveRequests(OnDemandServer.Options, OnDemandServer.Listener)}.
     *
     * @param listener stores the misses
     * @return the server
     * @throws BpfException if this handle has no table of requests, or if another process owns the requests
     */
    default OnDemandServer<K> serveRequests(OnDemandServer.Listener<K, M> listener) {
        return serveRequests(OnDemandServer.Options.defaults(), listener);
    }

    /**
     * Starts a server that creates the requested inner maps on a separate thread until the server is closed.
     *
     * @param options poll interval, spare maps and limits
     * @param listener stores the misses
     * @return the server
     * @throws BpfException if this handle has no table of requests: load or bind the object that declares it; or if another process owns the
     *     requests
     */
    @SuppressWarnings("unchecked") // only accessors of such maps implement it
    default OnDemandServer<K> serveRequests(OnDemandServer.Options options, OnDemandServer.Listener<K, M> listener) {
        return ((OuterAccessor<K, M, ?>) this).serve(options, listener);
    }

    /**
     * Requests an inner map as a program does, but without counting a miss.
     *
     * @param key key of the inner map
     * @param <Q> type of the key
     * @return false if the table of requests is full, or if the key is beyond the last index of an {@code ARRAY_OF_MAPS}
     * @throws BpfException if this handle has no table of requests, or if the kernel rejects the operation
     */
    @SuppressWarnings("unchecked") // only accessors of such maps implement it
    default <Q extends K> boolean request(Q key) {
        return ((OuterAccessor<K, M, ?>) this).recordRequest(key);
    }

    /**
     * Counts the misses that are in no {@link MissReport} yet: those that no server has looked at, and those in reports that wait until a
     * listener has returned. So the events that programs have counted in inner maps, reported, lost and pending misses together are all events.
     *
     * @return the number of misses
     * @throws BpfException if this handle has no table of requests, or if another process owns the requests
     */
    @SuppressWarnings("unchecked") // only accessors of such maps implement it
    default long pending() {
        return ((OuterAccessor<K, M, ?>) this).pendingMisses();
    }

    /**
     * Overloads of the methods with one key for a primitive {@code long} key. Generated classes implement it.
     *
     * @param <M> type of borrowed handles to inner maps
     */
    interface LongKeys<M extends MapAccessor> extends OnDemandMap<Long, M> {
        /**
         * See {@link OnDemandMap#request(Object)}.
         *
         * @param key key of the inner map
         * @return false if the table of requests is full, or if the key is beyond the last index of an {@code ARRAY_OF_MAPS}
         */
        default boolean request(long key) {
            return request((Long) key);
        }
    }
}

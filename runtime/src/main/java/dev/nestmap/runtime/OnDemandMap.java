/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;

/**
 * What an outer map adds if its record is {@code @OnDemand}. A program that finds no inner map at a key requests one: it records the key
 * in a table of requests. A {@link OnDemandServer} creates the requested inner maps. Generated accessors implement it.
 *
 * @param <K> type of the keys
 * @param <M> type of borrowed handles to inner maps
 */
public interface OnDemandMap<K, M extends MapAccessor> {
    /**
     * Starts a server with default options. See {@link #serveRequests(OnDemandServer.Options, OnDemandServer.Listener)}.
     *
     * @param listener receives the keys that got an inner map
     * @return the server
     * @throws BpfException if this handle has no table of requests
     */
    default OnDemandServer<K> serveRequests(OnDemandServer.Listener<K, M> listener) {
        return serveRequests(OnDemandServer.Options.defaults(), listener);
    }

    /**
     * Starts a server that creates the requested inner maps on a thread of its own, until the server is closed.
     *
     * @param options poll interval and number of spare maps
     * @param listener receives the keys that got an inner map
     * @return the server
     * @throws BpfException if this handle has no table of requests: load or bind the object that has one
     */
    @SuppressWarnings("unchecked") // only accessors of such maps implement it
    default OnDemandServer<K> serveRequests(OnDemandServer.Options options, OnDemandServer.Listener<K, M> listener) {
        return ((OuterAccessor<K, M, ?>) this).serve(options, listener);
    }

    /**
     * Requests an inner map like a program that finds none, but without counting a miss.
     *
     * @param key key of the inner map
     * @param <Q> type of the key
     * @return false if the table of requests is full
     * @throws BpfException if this handle has no table of requests, or if the kernel rejects the operation
     */
    @SuppressWarnings("unchecked") // only accessors of such maps implement it
    default <Q extends K> boolean request(Q key) {
        return ((OuterAccessor<K, M, ?>) this).recordRequest(key);
    }

    /**
     * The methods with one key again, for a key that is a {@code long} in Java. Generated classes implement it.
     *
     * @param <M> type of borrowed handles to inner maps
     */
    interface LongKeys<M extends MapAccessor> extends OnDemandMap<Long, M> {
        /**
         * See {@link OnDemandMap#request(Object)}.
         *
         * @param key key of the inner map
         * @return false if the table of requests is full
         */
        default boolean request(long key) {
            return request((Long) key);
        }
    }
}

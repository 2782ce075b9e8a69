/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.spi.MapBinding;
import java.util.function.Function;

/**
 * A live outer map whose record is {@code @OnDemand}. A program that finds no inner map at a key requests one: it records the key
 * in a table of requests. A {@link RequestServer} creates the requested inner maps.
 *
 * @param <K> type of the keys
 * @param <M> type of borrowed handles to inner maps
 * @param <O> type of handles to inner maps that the caller owns; each is an {@code M} too
 */
public abstract class OnDemandAccessor<K, M extends MapAccessor, O extends MapAccessor & OwnedMap>
        extends OuterAccessor<K, M, O> {
    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param key converts keys to bytes and back
     * @param borrowed creates a borrowed handle
     * @param owned creates a handle that the caller owns
     */
    protected OnDemandAccessor(
            MapBinding binding, Codec<K> key, Function<MapBinding, M> borrowed, Function<MapBinding, O> owned) {
        super(binding, key, borrowed, owned);
    }

    /**
     * Starts a server with default options. See {@link #serveRequests(RequestOptions, RequestListener)}.
     *
     * @param listener receives the keys that got an inner map
     * @return the server
     * @throws BpfException if this handle has no table of requests
     */
    public final RequestServer<K> serveRequests(RequestListener<K, M> listener) {
        return serveRequests(RequestOptions.defaults(), listener);
    }

    /**
     * Starts a server that creates the requested inner maps on a thread of its own, until the server is closed.
     *
     * @param options poll interval and number of spare maps
     * @param listener receives the keys that got an inner map
     * @return the server
     * @throws BpfException if this handle has no table of requests: load or bind the object that has one
     */
    public final RequestServer<K> serveRequests(RequestOptions options, RequestListener<K, M> listener) {
        return serve(options, listener);
    }

    /**
     * Requests an inner map like a program that finds none, but without counting a miss.
     *
     * @param key key of the inner map
     * @param <Q> type of the key
     * @return false if the table of requests is full
     * @throws BpfException if this handle has no table of requests, or if the kernel rejects the operation
     */
    public <Q extends K> boolean request(Q key) {
        return recordRequest(key);
    }
}

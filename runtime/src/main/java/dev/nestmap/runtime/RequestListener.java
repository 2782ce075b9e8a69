/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/**
 * Callbacks of a {@link RequestServer}. They run on the server's thread or, during {@link RequestServer#serve}, on the calling
 * thread. What the listener throws is logged, and the requests that it was called for end nevertheless.
 *
 * @param <K> type of the keys
 * @param <M> type of borrowed handles to inner maps
 */
@FunctionalInterface
public interface RequestListener<K, M> {
    /**
     * Reports keys that had no inner map and now have one. While this method runs, no other thread can change the entries of these keys, so
     * it must not wait for a thread that does. It may change them itself. A change of another key throws an {@link IllegalStateException},
     * and so may a read of another key while another thread changes it.
     * The server deletes the requests when this method returns. If the process is killed before that, or if the kernel refuses the
     * deletion, a server reports the same keys again, with the same counts and the same inner maps, unless these were taken out before. A
     * listener that keeps accounts stores the counts with the {@code id()} of the inner map, and so recognizes the second report.
     *
     * @param served the keys, and how often programs missed each of them
     */
    void served(Served<K> served);

    /**
     * Fills a new inner map before programs can see it. If this method throws, the key gets no inner map; the server tries again
     * after a second. Does nothing by default.
     *
     * @param key key of the inner map
     * @param empty the inner map, valid at least until this method returns
     */
    default void fill(K key, M empty) {}

    /**
     * Reports a failure, for one key or for all. The server tries the keys again after a second, and counts further misses
     * meanwhile. Failures are also logged. Does nothing by default.
     *
     * @param failure the failure
     */
    default void failed(RuntimeException failure) {}
}

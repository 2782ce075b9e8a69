/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/**
 * Is told what a {@link RequestServer} does, on the server's thread or, where {@link RequestServer#serve} is called, on the
 * caller's. What it throws is logged.
 *
 * @param <K> type of the keys
 * @param <M> a borrowed handle to an inner map
 */
@FunctionalInterface
public interface RequestListener<K, M> {
    /** Keys that had no inner map have one. */
    void served(Served<K> served);

    /**
     * Fills a new inner map before programs can see it. When this throws, the key gets no inner map for now.
     *
     * @param empty valid at least until this returns
     */
    default void fill(K key, M empty) {}

    /**
     * Something failed: for a key, which is tried again in a second and goes on being counted, or for all. It is logged
     * besides.
     */
    default void failed(RuntimeException failure) {}
}
